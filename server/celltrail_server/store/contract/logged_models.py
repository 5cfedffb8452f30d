"""Logged models."""

from abc import ABC, abstractmethod

from celltrail_server.callers import Caller
from celltrail_server.store.logged_models.records import (
    LoggedModel,
    ModelSearch,
    ModelStatus,
    NewLoggedModel,
)
from celltrail_server.store.records import Page


class LoggedModelStore(ABC):
    """Models that belong to an experiment, as its runs do; who may write it changes them.

    Metrics of a model are logged by runs (`RunStore.log`), and shown to who may read the run.
    """

    @abstractmethod
    async def create_logged_model(
        self, caller: Caller, experiment_id: str, new: NewLoggedModel
    ) -> LoggedModel:
        """Log a model in an active experiment; it is `PENDING` until it is finished."""

    @abstractmethod
    async def get_logged_model(
        self, caller: Caller, model_id: str, *, allow_deleted: bool = False
    ) -> LoggedModel:
        """Return a model."""

    @abstractmethod
    async def finish_logged_model(
        self, caller: Caller, model_id: str, status: ModelStatus
    ) -> LoggedModel:
        """Set how the upload of a model's files went."""

    @abstractmethod
    async def delete_logged_model(self, caller: Caller, model_id: str) -> None:
        """Delete a model of one's own, or of an experiment that the caller manages."""

    @abstractmethod
    async def search_logged_models(self, caller: Caller, wanted: ModelSearch) -> Page[LoggedModel]:
        """Return the models that match, latest first unless ordered otherwise."""

    @abstractmethod
    async def set_logged_model_tags(
        self, caller: Caller, model_id: str, tags: dict[str, str]
    ) -> None:
        """Set tags of a model."""

    @abstractmethod
    async def delete_logged_model_tag(self, caller: Caller, model_id: str, key: str) -> None:
        """Remove one tag of a model; one that is not set raises `NotFoundError`."""

    @abstractmethod
    async def log_logged_model_params(
        self, caller: Caller, model_id: str, params: dict[str, str]
    ) -> None:
        """Log params of a model, all or none; they never change."""
