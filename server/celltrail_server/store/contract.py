"""What any metadata store promises. `tests/server/store_contract.py` holds each one to it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from celltrail.events import BatchAnswer, EventBatch
from celltrail_server.store.records import (
    Artifact,
    Cell,
    Change,
    Experiment,
    Lifecycle,
    NewRun,
    Page,
    Param,
    Point,
    Run,
)


@dataclass(frozen=True, slots=True)
class Search:
    """A search in MLflow's language: runs of `experiment_ids`, or experiments (no ids)."""

    filter: str = ""
    order_by: tuple[str, ...] = ()
    stages: tuple[Lifecycle, ...] = ("active",)
    max_results: int = 1000
    page_token: str | None = None
    experiment_ids: tuple[str, ...] = ()


class Store(ABC):
    """Experiments, runs and what they logged.

    **Ownership.** Each method acts for `owner`; what belongs to others does not exist for it:
    `NotFoundError`, never a hint. Each owner has an experiment `0`, `Default`, from the first call.

    **Atomicity.** A method that writes does all or nothing, and returns after the commit: what
    it acknowledged survives the death of the process at any moment. Reads see one consistent
    state.

    **Errors.** `InvalidError` for what can never be stored, `NotFoundError`, `ConflictError`
    (`AlreadyExistsError` for names), and `UnavailableError` when the database does not answer.

    **Exactness.** Floats keep NaN, infinities and every bit but the sign of zero, integers their
    64 bits, text every character but NUL.

    Times are milliseconds since the Unix epoch.
    """

    on_commit: Callable[[list[Change]], None]
    """Called on the event loop after each commit that changed runs."""

    @abstractmethod
    def close(self) -> None:
        """Finish running transactions and let go of the database."""

    # Event streams and blobs

    @abstractmethod
    async def append_events(self, owner: str, stream: str, batch: EventBatch) -> BatchAnswer:
        """Apply the events that are new, each exactly once, and say which were rejected.

        Raises `StreamGapError` if events are missing before the batch.
        """

    @abstractmethod
    async def add_blob(self, owner: str, sha256: str, size_bytes: int) -> None:
        """Note that the owner has sent these bytes; doing it again is no error."""

    @abstractmethod
    async def blob_size(self, owner: str, sha256: str) -> int | None:
        """Return the size of a blob that this owner has sent, or None."""

    # Experiments

    @abstractmethod
    async def create_experiment(self, owner: str, name: str, tags: dict[str, str]) -> str:
        """Create an experiment and return its id; its name must be new to the owner."""

    @abstractmethod
    async def get_experiment(self, owner: str, experiment_id: str) -> Experiment:
        """Return an experiment, deleted or not."""

    @abstractmethod
    async def get_experiment_by_name(self, owner: str, name: str) -> Experiment:
        """Return the experiment of that name, deleted or not."""

    @abstractmethod
    async def rename_experiment(self, owner: str, experiment_id: str, name: str) -> None:
        """Rename an active experiment; raises `StateError` for a deleted one."""

    @abstractmethod
    async def set_experiment_lifecycle(
        self, owner: str, experiment_id: str, stage: Lifecycle
    ) -> None:
        """Delete or restore an experiment with its runs; nothing is erased."""

    @abstractmethod
    async def set_experiment_tag(
        self, owner: str, experiment_id: str, key: str, value: str
    ) -> None:
        """Set one tag of an active experiment."""

    @abstractmethod
    async def delete_experiment_tag(self, owner: str, experiment_id: str, key: str) -> None:
        """Remove one tag of an active experiment."""

    @abstractmethod
    async def list_experiments(self, owner: str) -> list[Experiment]:
        """Return active experiments, latest activity first, without an unused `Default`."""

    @abstractmethod
    async def search_experiments(self, owner: str, search: Search) -> Page[Experiment]:
        """Return the experiments that match, latest created first unless ordered otherwise."""

    # Runs

    @abstractmethod
    async def create_run(self, owner: str, experiment_id: str, new: NewRun) -> Run:
        """Start a run in an active experiment."""

    @abstractmethod
    async def get_run(self, owner: str, run_id: str) -> Run:
        """Return a run, deleted or not."""

    @abstractmethod
    async def update_run(
        self,
        owner: str,
        run_id: str,
        *,
        status: str | None = None,
        ended_ms: int | None = None,
        name: str | None = None,
    ) -> Run:
        """Change what is given of an active run and return it."""

    @abstractmethod
    async def set_run_lifecycle(self, owner: str, run_id: str, stage: Lifecycle) -> None:
        """Delete or restore a run; nothing is erased."""

    @abstractmethod
    async def log(
        self,
        owner: str,
        run_id: str,
        *,
        metrics: Iterable[tuple[str, Point]] = (),
        params: Iterable[Param] = (),
        tags: dict[str, str] | None = None,
    ) -> None:
        """Log to an active run. A point that is there already is left out; params never change."""

    @abstractmethod
    async def delete_tag(self, owner: str, run_id: str, key: str) -> None:
        """Remove one tag of an active run."""

    @abstractmethod
    async def list_runs(
        self,
        owner: str,
        experiment_id: str | None,
        parent_id: str | None,
        limit: int,
        before: str | None,
    ) -> Page[Run]:
        """Return active runs, newest first: those of a parent, else only top-level ones."""

    @abstractmethod
    async def search_runs(self, owner: str, search: Search) -> Page[Run]:
        """Return the runs that match, latest started first unless ordered otherwise."""

    @abstractmethod
    async def list_cells(self, owner: str, run_id: str) -> list[Cell]:
        """Return the cell runs of a run by ordinal."""

    @abstractmethod
    async def points_after(
        self, owner: str, run_id: str, key: str, after: int, limit: int
    ) -> list[Point]:
        """Return at most `limit` points after a cursor (0: from the first), as they arrived."""

    @abstractmethod
    async def metric_history(
        self, owner: str, run_id: str, key: str, page_token: str | None, limit: int | None
    ) -> Page[Point]:
        """Return the points of a metric by (time, step, value), all of them without a limit."""

    # Artifacts

    @abstractmethod
    async def log_artifact(self, owner: str, run_id: str, artifact: Artifact) -> None:
        """Record a file of a run, whose bytes the owner has sent; one of its path is replaced."""

    @abstractmethod
    async def remove_artifacts(self, owner: str, run_id: str, path: str) -> None:
        """Forget the file, or the files of the folder, `path`; no such file is no error."""

    @abstractmethod
    async def list_artifacts(self, owner: str, run_id: str) -> list[Artifact]:
        """Return the files of a run by path."""

    @abstractmethod
    async def get_artifact(self, owner: str, run_id: str, path: str) -> Artifact:
        """Return one file of a run."""
