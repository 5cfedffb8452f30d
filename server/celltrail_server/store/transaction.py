"""One write: a connection, the user it acts for, and what it has changed so far.

Both sources of records, event streams and MLflow's API, write through the functions of this
folder on a `Transaction`, and so end in the same tables.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table, select, update

from celltrail.errors import NotFoundError
from celltrail.events import now_ms
from celltrail_server.store.records import Change, Changed
from celltrail_server.store.tables import experiments, runs


@dataclass(frozen=True, slots=True)
class RunRef:
    """What a write needs to know of a run."""

    pk: int
    run_id: str
    experiment_pk: int
    experiment_id: str
    parent_id: str | None
    lifecycle_stage: str


class Transaction:
    """A write on behalf of `owner`, who sees and touches only runs of their own."""

    def __init__(self, connection: Connection, owner: str) -> None:
        self.connection = connection
        self.owner = owner
        self._runs: dict[str, RunRef] = {}
        self._changed: dict[str, frozenset[Changed]] = {}

    def run(self, run_id: str) -> RunRef:
        """Return the run; raises `NotFoundError` for an unknown one or another user's."""
        if run_id not in self._runs:
            self._runs[run_id] = find_run(self.connection, self.owner, run_id)
        return self._runs[run_id]

    def forget(self, run_id: str) -> None:
        """Read the run again when it is asked for next: it has changed."""
        self._runs.pop(run_id, None)

    def touch(self, run_id: str, *changed: Changed) -> None:
        """Note that the run has changed, for those who watch it."""
        self._changed[run_id] = self._changed.get(run_id, frozenset()).union(changed)

    def finish(self) -> list[Change]:
        """Book the activity on the experiments and return what has changed."""
        if not self._changed:
            return []
        refs = [self.run(run_id) for run_id in self._changed]
        self.connection.execute(
            update(experiments)
            .where(experiments.c.id.in_({ref.experiment_pk for ref in refs}))
            .values(last_activity_ms=now_ms())
        )
        return [
            Change(
                self.owner, ref.run_id, ref.experiment_id, ref.parent_id, self._changed[ref.run_id]
            )
            for ref in refs
        ]


def find_run(connection: Connection, owner: str, run_id: str) -> RunRef:
    """Return the run; raises `NotFoundError` for an unknown one or another user's."""
    row = connection.execute(
        select(
            runs.c.id,
            runs.c.run_id,
            runs.c.experiment_pk,
            experiments.c.is_default,
            runs.c.parent_id,
            runs.c.lifecycle_stage,
        )
        .join(experiments)
        .where(runs.c.run_id == run_id, runs.c.owner == owner)
    ).first()
    if row is None:
        raise NotFoundError(f"Run with id={run_id} not found")
    ref = RunRef(*row)
    return replace(ref, experiment_id="0" if row.is_default else str(row.experiment_pk))


def upsert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert `rows`, overwriting those whose primary key is there already.

    rows: dictionaries with the same keys, distinct in the primary key.
    """
    if rows:
        statement = _upsert_statement(connection.dialect.name, table, tuple(rows[0]))
        connection.execute(statement, rows)


@cache  # building it takes longer than running it
def _upsert_statement(dialect: str, table: Table, columns: tuple[str, ...]) -> Executable:
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    values = {name: statement.excluded[name] for name in columns if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=values)
