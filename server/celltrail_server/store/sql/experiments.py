"""Experiments."""
# ruff: noqa: D102  # the methods are documented in the contract

from celltrail_server.callers import Caller
from celltrail_server.store import experiments, searching
from celltrail_server.store.contract import Search
from celltrail_server.store.contract.experiments import ExperimentStore
from celltrail_server.store.records import Experiment, Lifecycle, Page
from celltrail_server.store.sql.base import SqlBase


class SqlExperiments(SqlBase, ExperimentStore):
    """Experiments."""

    async def create_experiment(self, caller: Caller, name: str, tags: dict[str, str]) -> str:
        return await self._write(caller, experiments.create, name, tags)

    async def get_experiment(self, caller: Caller, experiment_id: str) -> Experiment:
        return await self._read(caller, experiments.get, experiment_id)

    async def get_experiment_by_name(self, caller: Caller, name: str) -> Experiment:
        return await self._read(caller, experiments.get_by_name, name)

    async def rename_experiment(self, caller: Caller, experiment_id: str, name: str) -> None:
        await self._write(caller, experiments.rename, experiment_id, name)

    async def set_experiment_lifecycle(
        self, caller: Caller, experiment_id: str, stage: Lifecycle
    ) -> None:
        await self._write(caller, experiments.set_lifecycle, experiment_id, stage)

    async def set_experiment_tag(
        self, caller: Caller, experiment_id: str, key: str, value: str
    ) -> None:
        await self._write(caller, experiments.set_tag, experiment_id, key, value)

    async def delete_experiment_tag(self, caller: Caller, experiment_id: str, key: str) -> None:
        await self._write(caller, experiments.delete_tag, experiment_id, key)

    async def list_experiments(self, caller: Caller) -> list[Experiment]:
        return await self._read(caller, experiments.list_active)

    async def search_experiments(self, caller: Caller, search: Search) -> Page[Experiment]:
        return await self._read(caller, searching.search_experiments, search)
