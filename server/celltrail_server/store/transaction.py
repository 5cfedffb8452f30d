"""One write: a connection, the user it acts for, and what it has changed so far.

Both sources of records, event streams and MLflow's API, write through the functions of this
folder on a `Transaction`, and so end in the same tables.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table

from celltrail_server.callers import Caller
from celltrail_server.store import keys, upserts
from celltrail_server.store.access import RunRef, find_run
from celltrail_server.store.records import Change, Changed


class Transaction:
    """A write on behalf of `caller`, who touches only runs they may write."""

    def __init__(
        self, connection: Connection, caller: Caller, known_keys: Mapping[str, int]
    ) -> None:
        self.connection = connection
        self.caller = caller
        self.found_keys: dict[str, int] = {}
        self._known_keys = known_keys
        self._runs: dict[str, RunRef] = {}
        self._changed: dict[str, set[Changed]] = {}
        self._shared: set[int] = set()
        self.changes: list[Change] = []
        self.experiment_pks: set[int] = set()

    def run(self, run_id: str) -> RunRef:
        """Return the run; raises `NotFoundError` if the caller may not write it."""
        if run_id not in self._runs:
            self._runs[run_id] = find_run(self.connection, self.caller, run_id, "write")
        return self._runs[run_id]

    def key_ids(self, names: Iterable[str]) -> dict[str, int]:
        """Return the numbers of the names of params, tags or metrics."""
        wanted = set(names)
        found = {name: self._known_keys[name] for name in wanted if name in self._known_keys}
        missing = wanted - found.keys()
        if missing:
            found |= keys.ensure(self.connection, missing)
            self.found_keys |= found
        return found

    def forget(self, run_id: str) -> None:
        """Read the run again when it is asked for next: it has changed."""
        self._runs.pop(run_id, None)

    def touch(self, run_id: str, *changed: Changed) -> None:
        """Note that the run has changed, for those who watch it."""
        self._changed.setdefault(run_id, set()).update(changed)

    def share(self, experiment_pk: int) -> None:
        """Note that others may see the experiment, or may no longer."""
        self._shared.add(experiment_pk)

    def finish(self) -> None:
        """Sum up what has changed, as the last thing that is done with the transaction."""
        refs = [self.run(run_id) for run_id in self._changed]
        self.experiment_pks = {ref.experiment_pk for ref in refs}
        self.changes = [
            Change(
                ref.experiment_owner,
                ref.run_id,
                str(ref.experiment_pk),
                ref.parent_id,
                frozenset(self._changed[ref.run_id]),
                ref.is_in_default,
            )
            for ref in refs
        ]
        self.changes += [
            Change("", "", str(pk), None, frozenset({"access"})) for pk in self._shared
        ]


def upsert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert `rows`, overwriting those whose primary key is there already.

    rows: dictionaries with the same keys, distinct in the primary key.
    """
    if not rows:
        return
    names = tuple(rows[0])
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(upserts.for_sqlite(table, names), rows)
    elif len(rows) > upserts.FEW:
        columns = {name: [row[name] for row in rows] for name in names}
        connection.execute(upserts.of_columns(table, names), columns)
    else:
        connection.execute(upserts.of_rows(table, names), rows)
