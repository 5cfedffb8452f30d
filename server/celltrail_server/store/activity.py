"""When something last happened in an experiment."""

from collections.abc import Set

from sqlalchemy import Connection, bindparam, update

from celltrail.events import now_ms
from celltrail_server.store.tables import experiments

GRAIN_MS = 1000
"""A write so soon after one that was noted is not noted again: many a second come from a loop."""

_BOOK = (
    update(experiments)
    .where(experiments.c.id == bindparam("pk"))
    .values(last_activity_ms=bindparam("now"))
)


class Activity:
    """Notes on experiments when they were last written to, to the second."""

    def __init__(self) -> None:
        self._noted: dict[int, int] = {}

    def book(self, connection: Connection, experiment_pks: Set[int]) -> None:
        """Note that these experiments are being written to now."""
        now = now_ms()
        due = [pk for pk in sorted(experiment_pks) if now - self._noted.get(pk, 0) >= GRAIN_MS]
        if due:
            connection.execute(_BOOK, [{"pk": pk, "now": now} for pk in due])
            self._noted.update(dict.fromkeys(due, now))
