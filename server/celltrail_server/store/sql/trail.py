"""What cell runs read and wrote, and where runs came from."""
# ruff: noqa: D102  # the methods are documented in the contract

from celltrail_server.callers import Caller
from celltrail_server.store import origins, traces
from celltrail_server.store.contract.trail import TrailStore
from celltrail_server.store.records import CellTrace, NotebookVersion, Origin
from celltrail_server.store.sql.base import SqlBase


class SqlTrail(SqlBase, TrailStore):
    """What cell runs read and wrote, and where runs came from."""

    async def list_traces(self, caller: Caller, run_id: str) -> list[CellTrace]:
        return await self._read(caller, traces.of_run, run_id)

    async def get_origin(self, caller: Caller, run_id: str) -> Origin:
        return await self._read(caller, origins.of_run, run_id)

    async def get_notebook(self, caller: Caller, run_id: str, sha256: str) -> NotebookVersion:
        return await self._read(caller, origins.get_notebook, run_id, sha256)
