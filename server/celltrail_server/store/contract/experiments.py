"""Experiments: named groups of runs."""

from abc import ABC, abstractmethod

from celltrail_server.callers import Caller
from celltrail_server.store.contract.searches import Search
from celltrail_server.store.records import Experiment, Lifecycle, Page


class ExperimentStore(ABC):
    """Experiments: named groups of runs."""

    @abstractmethod
    async def create_experiment(self, caller: Caller, name: str, tags: dict[str, str]) -> str:
        """Create an experiment and return its id; its name must be new to the owner."""

    @abstractmethod
    async def get_experiment(self, caller: Caller, experiment_id: str) -> Experiment:
        """Return an experiment, deleted or not."""

    @abstractmethod
    async def get_experiment_by_name(self, caller: Caller, name: str) -> Experiment:
        """Return the experiment that a run started under that name would go to, deleted or not.

        It is the own one or else, if there is only one, another's that the caller may write.
        """

    @abstractmethod
    async def rename_experiment(self, caller: Caller, experiment_id: str, name: str) -> None:
        """Rename an active experiment; raises `StateError` for a deleted one."""

    @abstractmethod
    async def set_experiment_lifecycle(
        self, caller: Caller, experiment_id: str, stage: Lifecycle
    ) -> None:
        """Delete or restore an experiment with its runs; nothing is erased."""

    @abstractmethod
    async def set_experiment_tag(
        self, caller: Caller, experiment_id: str, key: str, value: str
    ) -> None:
        """Set one tag of an active experiment."""

    @abstractmethod
    async def delete_experiment_tag(self, caller: Caller, experiment_id: str, key: str) -> None:
        """Remove one tag of an active experiment."""

    @abstractmethod
    async def list_experiments(self, caller: Caller) -> list[Experiment]:
        """Return active experiments, the own first, then by latest activity.

        Those that others share are there, too, and an unused `Default` is not.
        """

    @abstractmethod
    async def search_experiments(self, caller: Caller, search: Search) -> Page[Experiment]:
        """Return the experiments that match, latest created first unless ordered otherwise."""
