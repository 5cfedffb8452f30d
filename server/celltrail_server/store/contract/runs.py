"""Runs and what they logged."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from celltrail_server.callers import Caller
from celltrail_server.store.contract.searches import Search
from celltrail_server.store.logged_models.records import ModelPoint
from celltrail_server.store.records import Cell, Console, Lifecycle, NewRun, Page, Param, Point, Run


class RunStore(ABC):
    """Runs and what they logged."""

    @abstractmethod
    async def create_run(self, caller: Caller, experiment_id: str, new: NewRun) -> Run:
        """Start a run in an active experiment."""

    @abstractmethod
    async def get_run(self, caller: Caller, run_id: str) -> Run:
        """Return a run, deleted or not."""

    @abstractmethod
    async def update_run(
        self,
        caller: Caller,
        run_id: str,
        *,
        status: str | None = None,
        ended_ms: int | None = None,
        name: str | None = None,
    ) -> Run:
        """Change what is given of an active run and return it."""

    @abstractmethod
    async def set_run_lifecycle(self, caller: Caller, run_id: str, stage: Lifecycle) -> None:
        """Delete or restore an own run, or one of an experiment that the caller manages.

        Nothing is erased.
        """

    @abstractmethod
    async def log(
        self,
        caller: Caller,
        run_id: str,
        *,
        metrics: Iterable[tuple[str, Point]] = (),
        params: Iterable[Param] = (),
        tags: dict[str, str] | None = None,
        model_metrics: Sequence[ModelPoint] = (),
    ) -> None:
        """Log to an active run. A point that is there already is left out; params never change.

        `model_metrics` are points that count for logged models, which the caller may read.
        """

    @abstractmethod
    async def delete_tag(self, caller: Caller, run_id: str, key: str) -> None:
        """Remove one tag of an active run."""

    @abstractmethod
    async def list_runs(
        self,
        caller: Caller,
        experiment_id: str | None,
        parent_id: str | None,
        limit: int,
        before: str | None,
    ) -> Page[Run]:
        """Return active runs, newest first: those of a parent, else only top-level ones."""

    @abstractmethod
    async def search_runs(self, caller: Caller, search: Search) -> Page[Run]:
        """Return the runs that match, latest started first unless ordered otherwise."""

    @abstractmethod
    async def list_cells(self, caller: Caller, run_id: str) -> list[Cell]:
        """Return the cell runs of a run by ordinal."""

    @abstractmethod
    async def get_console(self, caller: Caller, run_id: str, execution_id: str) -> Console:
        """Return the end of what a cell run printed."""
