"""The model registry: named models, their versions and aliases."""

from abc import ABC, abstractmethod
from collections.abc import Collection

from celltrail_server.callers import Caller
from celltrail_server.store.contract.searches import Search
from celltrail_server.store.records import Page
from celltrail_server.store.registry.records import ModelVersion, NewVersion, RegisteredModel


class RegistryStore(ABC):
    """Registered models of the owner in whose name the caller acts; others do not exist.

    Versions are numbered from 1, and no number is given twice, whoever creates them at once.
    """

    @abstractmethod
    async def create_model(
        self, caller: Caller, name: str, description: str, tags: dict[str, str]
    ) -> RegisteredModel:
        """Create a registered model; its name must be new to the owner."""

    @abstractmethod
    async def get_model(self, caller: Caller, name: str) -> RegisteredModel:
        """Return a registered model."""

    @abstractmethod
    async def describe_model(self, caller: Caller, name: str, description: str) -> RegisteredModel:
        """Replace the description of a registered model."""

    @abstractmethod
    async def rename_model(self, caller: Caller, name: str, new_name: str) -> RegisteredModel:
        """Rename a registered model together with its versions."""

    @abstractmethod
    async def delete_model(self, caller: Caller, name: str) -> None:
        """Delete a registered model and its versions for good."""

    @abstractmethod
    async def search_models(self, caller: Caller, search: Search) -> Page[RegisteredModel]:
        """Return the models that match; prompts only if the filter asks for them by their tag."""

    @abstractmethod
    async def latest_versions(
        self, caller: Caller, name: str, stages: Collection[str]
    ) -> list[ModelVersion]:
        """Return the greatest version of each of the stages that has one; no stages mean all."""

    @abstractmethod
    async def set_model_tag(self, caller: Caller, name: str, key: str, value: str) -> None:
        """Set one tag of a registered model."""

    @abstractmethod
    async def delete_model_tag(self, caller: Caller, name: str, key: str) -> None:
        """Remove one tag of a registered model; one that is not set is no error."""

    @abstractmethod
    async def set_alias(self, caller: Caller, name: str, alias: str, version: int) -> None:
        """Let an alias mean a version, and no longer the one that it meant before."""

    @abstractmethod
    async def delete_alias(self, caller: Caller, name: str, alias: str) -> None:
        """Remove an alias; one that is not set is no error."""

    @abstractmethod
    async def get_by_alias(self, caller: Caller, name: str, alias: str) -> ModelVersion:
        """Return the version that an alias means; raises `InvalidError` for one that is not set."""

    @abstractmethod
    async def create_version(self, caller: Caller, name: str, new: NewVersion) -> ModelVersion:
        """Create the next version of a model."""

    @abstractmethod
    async def get_version(self, caller: Caller, name: str, version: int) -> ModelVersion:
        """Return a version that is not deleted."""

    @abstractmethod
    async def describe_version(
        self, caller: Caller, name: str, version: int, description: str | None
    ) -> ModelVersion:
        """Replace the description of a version."""

    @abstractmethod
    async def move_version(
        self, caller: Caller, name: str, version: int, stage: str, *, archive_others: bool
    ) -> ModelVersion:
        """Move a version to a stage; on request the stage's other versions are archived."""

    @abstractmethod
    async def delete_version(self, caller: Caller, name: str, version: int) -> None:
        """Delete a version for good; its number stays taken."""

    @abstractmethod
    async def search_versions(self, caller: Caller, search: Search) -> Page[ModelVersion]:
        """Return the versions that match; those of prompts only if the filter asks for them."""

    @abstractmethod
    async def list_versions(
        self, caller: Caller, name: str, limit: int, page_token: str | None
    ) -> Page[ModelVersion]:
        """Return the versions of a model or prompt, newest first."""

    @abstractmethod
    async def set_version_tag(
        self, caller: Caller, name: str, version: int, key: str, value: str
    ) -> None:
        """Set one tag of a version."""

    @abstractmethod
    async def delete_version_tag(self, caller: Caller, name: str, version: int, key: str) -> None:
        """Remove one tag of a version; one that is not set is no error."""
