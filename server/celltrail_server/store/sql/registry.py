"""The model registry."""
# ruff: noqa: D102  # the methods are documented in the contract

from collections.abc import Callable, Collection
from typing import Any

from celltrail_server.callers import Caller
from celltrail_server.store.contract import Search
from celltrail_server.store.contract.registry import RegistryStore
from celltrail_server.store.records import Page
from celltrail_server.store.registry import aliases, lookup, models, searching, versions
from celltrail_server.store.registry.records import ModelVersion, NewVersion, RegisteredModel
from celltrail_server.store.sql.webhooks import SqlWebhooks
from celltrail_server.store.transaction import Transaction


class SqlRegistry(SqlWebhooks, RegistryStore):
    """The model registry, whose changes webhooks are told of."""

    async def create_model(
        self, caller: Caller, name: str, description: str, tags: dict[str, str]
    ) -> RegisteredModel:
        return await self._tell(caller, models.create, name, description, tags)

    async def get_model(self, caller: Caller, name: str) -> RegisteredModel:
        return await self._read(caller, lookup.get_model, name)

    async def describe_model(self, caller: Caller, name: str, description: str) -> RegisteredModel:
        return await self._write(caller, models.describe, name, description)

    async def rename_model(self, caller: Caller, name: str, new_name: str) -> RegisteredModel:
        return await self._write(caller, models.rename, name, new_name)

    async def delete_model(self, caller: Caller, name: str) -> None:
        await self._write(caller, models.remove, name)

    async def search_models(self, caller: Caller, search: Search) -> Page[RegisteredModel]:
        return await self._read(caller, searching.search_models, search)

    async def latest_versions(
        self, caller: Caller, name: str, stages: Collection[str]
    ) -> list[ModelVersion]:
        return await self._read(caller, lookup.latest_versions, name, stages)

    async def set_model_tag(self, caller: Caller, name: str, key: str, value: str) -> None:
        await self._tell(caller, models.set_tag, name, key, value)

    async def delete_model_tag(self, caller: Caller, name: str, key: str) -> None:
        await self._tell(caller, models.delete_tag, name, key)

    async def set_alias(self, caller: Caller, name: str, alias: str, version: int) -> None:
        await self._tell(caller, aliases.set_alias, name, alias, version)

    async def delete_alias(self, caller: Caller, name: str, alias: str) -> None:
        await self._tell(caller, aliases.delete_alias, name, alias)

    async def get_by_alias(self, caller: Caller, name: str, alias: str) -> ModelVersion:
        return await self._read(caller, lookup.by_alias, name, alias)

    async def create_version(self, caller: Caller, name: str, new: NewVersion) -> ModelVersion:
        return await self._tell(caller, versions.create, name, new)

    async def get_version(self, caller: Caller, name: str, version: int) -> ModelVersion:
        return await self._read(caller, lookup.get_version, name, version)

    async def describe_version(
        self, caller: Caller, name: str, version: int, description: str | None
    ) -> ModelVersion:
        return await self._write(caller, versions.describe, name, version, description)

    async def move_version(
        self, caller: Caller, name: str, version: int, stage: str, *, archive_others: bool
    ) -> ModelVersion:
        def move(transaction: Transaction) -> ModelVersion:
            return versions.move(transaction, name, version, stage, archive_others=archive_others)

        return await self._write(caller, move)

    async def delete_version(self, caller: Caller, name: str, version: int) -> None:
        await self._write(caller, versions.remove, name, version)

    async def search_versions(self, caller: Caller, search: Search) -> Page[ModelVersion]:
        return await self._read(caller, searching.search_versions, search)

    async def list_versions(
        self, caller: Caller, name: str, limit: int, page_token: str | None
    ) -> Page[ModelVersion]:
        return await self._read(caller, searching.list_versions, name, limit, page_token)

    async def set_version_tag(
        self, caller: Caller, name: str, version: int, key: str, value: str
    ) -> None:
        await self._tell(caller, versions.set_tag, name, version, key, value)

    async def delete_version_tag(self, caller: Caller, name: str, version: int, key: str) -> None:
        await self._tell(caller, versions.delete_tag, name, version, key)

    async def _tell[T](self, caller: Caller, work: Callable[..., T], *args: Any) -> T:
        result = await self._write(caller, work, *args)
        self.on_delivery()
        return result
