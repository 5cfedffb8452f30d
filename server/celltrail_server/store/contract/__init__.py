"""What any metadata store promises, a module for each concept.

`tests/server/contract/` holds each store to it.
"""

from abc import abstractmethod
from collections.abc import Callable

from celltrail_server.store.contract.artifacts import ArtifactStore
from celltrail_server.store.contract.experiments import ExperimentStore
from celltrail_server.store.contract.inputs import InputStore
from celltrail_server.store.contract.logged_models import LoggedModelStore
from celltrail_server.store.contract.metrics import MetricStore
from celltrail_server.store.contract.registry import RegistryStore
from celltrail_server.store.contract.runs import RunStore
from celltrail_server.store.contract.searches import Search
from celltrail_server.store.contract.sharing import SharingStore
from celltrail_server.store.contract.streams import StreamStore
from celltrail_server.store.contract.tracing import TracingStore
from celltrail_server.store.contract.trail import TrailStore
from celltrail_server.store.contract.uploads import UploadStore
from celltrail_server.store.contract.webhooks import WebhookStore
from celltrail_server.store.records import Change

__all__ = ["Search", "Store"]


class Store(
    StreamStore,
    UploadStore,
    ExperimentStore,
    RunStore,
    MetricStore,
    ArtifactStore,
    InputStore,
    LoggedModelStore,
    TracingStore,
    TrailStore,
    WebhookStore,
    RegistryStore,
    SharingStore,
):
    """Experiments, runs and what they logged.

    **Rights.** Each method acts for `caller`; what they may not read does not exist for them:
    `NotFoundError`, never a hint. What they may read but not change is a `ForbiddenError`; see
    `SharingStore`. Each owner has an experiment `0`, `Default`, from the first call.

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
    async def listen(self, missed: Callable[[], None]) -> None:
        """Call `on_commit` with what other servers of the same database commit, until cancelled.

        `missed` is called whenever some of it may have been missed.
        """

    @abstractmethod
    async def ping(self) -> None:
        """Return if the database answers; raises `UnavailableError` if it does not."""

    @abstractmethod
    def counters(self) -> dict[str, int]:
        """Return what this process has done since it began: `writes`, `failed_writes`, and the
        `transactions` that they shared."""

    @abstractmethod
    def close(self) -> None:
        """Finish running transactions and let go of the database."""
