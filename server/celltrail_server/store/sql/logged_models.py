"""Logged models."""
# ruff: noqa: D102  # the methods are documented in the contract

from celltrail_server.callers import Caller
from celltrail_server.store.contract.logged_models import LoggedModelStore
from celltrail_server.store.logged_models import changes, loading, searching
from celltrail_server.store.logged_models.records import (
    LoggedModel,
    ModelSearch,
    ModelStatus,
    NewLoggedModel,
)
from celltrail_server.store.records import Page
from celltrail_server.store.sql.base import SqlBase


class SqlLoggedModels(SqlBase, LoggedModelStore):
    """Logged models."""

    async def create_logged_model(
        self, caller: Caller, experiment_id: str, new: NewLoggedModel
    ) -> LoggedModel:
        return await self._write(caller, changes.create, experiment_id, new)

    async def get_logged_model(
        self, caller: Caller, model_id: str, *, allow_deleted: bool = False
    ) -> LoggedModel:
        return await self._read(caller, loading.get, model_id, allow_deleted)

    async def finish_logged_model(
        self, caller: Caller, model_id: str, status: ModelStatus
    ) -> LoggedModel:
        return await self._write(caller, changes.finish, model_id, status)

    async def delete_logged_model(self, caller: Caller, model_id: str) -> None:
        await self._write(caller, changes.remove, model_id)

    async def search_logged_models(self, caller: Caller, wanted: ModelSearch) -> Page[LoggedModel]:
        return await self._read(caller, searching.search, wanted)

    async def set_logged_model_tags(
        self, caller: Caller, model_id: str, tags: dict[str, str]
    ) -> None:
        await self._write(caller, changes.set_tags, model_id, tags)

    async def delete_logged_model_tag(self, caller: Caller, model_id: str, key: str) -> None:
        await self._write(caller, changes.delete_tag, model_id, key)

    async def log_logged_model_params(
        self, caller: Caller, model_id: str, params: dict[str, str]
    ) -> None:
        await self._write(caller, changes.log_params, model_id, params)
