"""What runs used and made."""
# ruff: noqa: D102  # the methods are documented in the contract

from collections.abc import Collection, Sequence
from typing import Any

from celltrail_server.callers import Caller
from celltrail_server.store import inputs, model_history
from celltrail_server.store.contract.inputs import InputStore
from celltrail_server.store.records import DatasetSummary, Inputs, ModelUse
from celltrail_server.store.sql.base import SqlBase


class SqlInputs(SqlBase, InputStore):
    """What runs used and made."""

    async def log_inputs(self, caller: Caller, run_id: str, used: Inputs) -> None:
        await self._write(caller, inputs.log_inputs, run_id, used)

    async def log_outputs(self, caller: Caller, run_id: str, made: Sequence[ModelUse]) -> None:
        await self._write(caller, inputs.log_outputs, run_id, made)

    async def note_model(self, caller: Caller, run_id: str, model: dict[str, Any]) -> None:
        await self._write(caller, model_history.note, run_id, model)

    async def search_datasets(
        self, caller: Caller, experiment_ids: Collection[str]
    ) -> list[DatasetSummary]:
        return await self._read(caller, inputs.search_datasets, experiment_ids)
