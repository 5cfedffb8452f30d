"""Group commit: writes that wait at the same time share one transaction.

One thread writes. It begins a transaction for the first work that waits, goes on with those that
have come meanwhile, and commits when none waits or enough time has passed; only then is any of them
answered. A work that stands alone pays nothing for this: the first of a transaction needs no
savepoint, since its failure ends the transaction, and nobody waits for company.

Source of the idea: D. DeWitt et al., "Implementation Techniques for Main Memory Database
Systems", SIGMOD 1984 (group commit).
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from celltrail_server.store.sessions import Sessions, translated

GROUP_SECONDS = 0.05
"""A transaction takes no further work after this long: the first one is waiting for its answer."""


class _Job:
    """A work that waits, and later what has become of it."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.future = asyncio.get_running_loop().create_future()
        self.result: Any = None
        self.error: Exception | None = None

    def settle(self) -> None:
        """Answer, unless nobody waits any more."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Groups:
    """The writes of one event loop, in the order of their arrival."""

    def __init__(
        self,
        sessions: Sessions,
        closing: Callable[[Connection, list[Any]], None],
        committed: Callable[[list[Any]], None],
    ) -> None:
        self._sessions = sessions
        self._closing = closing
        self._committed = committed
        self._waiting: deque[_Job] = deque()
        self.committed_works = 0
        self.failed_works = 0
        self.transactions = 0
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")

    async def add[T](self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns, once that is committed."""
        job = _Job(work)
        self._waiting.append(job)
        self._writer.submit(self._commit_some)
        result: T = await job.future
        return result

    def close(self) -> None:
        """Finish what waits."""
        self._writer.shutdown()

    def _commit_some(self) -> None:
        if not self._waiting:
            return  # an earlier group took the job along
        group: list[_Job] = []
        try:
            self._run_group(group)
        except Exception as error:
            # Nothing of it is there, so none may hear otherwise. If not even the transaction could
            # begin, those that wait would only wait longer to hear the same.
            group = group or self._take_all()
            for job in group:
                job.error = job.error or error
        self._answer(group)

    def _run_group(self, group: list[_Job]) -> None:
        with self._sessions.begun(writes=True) as connection:
            until = time.monotonic() + GROUP_SECONDS
            while self._waiting and (not group or time.monotonic() < until):
                job = self._waiting.popleft()
                group.append(job)
                if len(group) == 1:
                    job.result = job.work(connection)
                else:
                    _run_nested(connection, job)
            self._closing(connection, [job.result for job in group if job.error is None])

    def _take_all(self) -> list[_Job]:
        group = list(self._waiting)
        self._waiting.clear()
        return group

    def _answer(self, group: list[_Job]) -> None:
        done = [job.result for job in group if job.error is None]
        self.transactions += bool(done)
        self.committed_works += len(done)
        self.failed_works += len(group) - len(done)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            group[0].future.get_loop().call_soon_threadsafe(self._settle, group, done)

    def _settle(self, group: list[_Job], done: list[Any]) -> None:
        for job in group:
            job.settle()
        if done:  # those who were answered go on after this
            self._committed(done)


def _run_nested(connection: Connection, job: _Job) -> None:
    """Run a work in a savepoint; what it raises is its own, unless the connection is gone."""
    try:
        with translated(), connection.begin_nested():
            job.result = job.work(connection)
    except Exception as error:
        job.error = error
        cause = error.__cause__
        if isinstance(cause, DBAPIError) and cause.connection_invalidated:
            raise
