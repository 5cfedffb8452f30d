"""What runs used and made: datasets and logged models."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import Any

from celltrail_server.callers import Caller
from celltrail_server.store.records import DatasetSummary, Inputs, ModelUse


class InputStore(ABC):
    """What runs used and made; `Run.inputs` and `Run.outputs` tell it."""

    @abstractmethod
    async def log_inputs(self, caller: Caller, run_id: str, used: Inputs) -> None:
        """Note what an active run used. It may come again: what was said first counts.

        A dataset is one for all runs of an experiment that name the same name and digest.
        """

    @abstractmethod
    async def log_outputs(self, caller: Caller, run_id: str, made: Sequence[ModelUse]) -> None:
        """Note which logged models an active run made; of one that comes again, the last step."""

    @abstractmethod
    async def note_model(self, caller: Caller, run_id: str, model: dict[str, Any]) -> None:
        """Add a model, as MLflow 2 describes it, to those in a tag of an active run."""

    @abstractmethod
    async def search_datasets(
        self, caller: Caller, experiment_ids: Collection[str]
    ) -> list[DatasetSummary]:
        """Return at most 1000 datasets that runs of some experiments used, once a context."""
