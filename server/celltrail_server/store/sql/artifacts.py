"""Files of runs."""
# ruff: noqa: D102  # the methods are documented in the contract

from celltrail_server.callers import Caller
from celltrail_server.store import artifacts
from celltrail_server.store.contract.artifacts import ArtifactStore
from celltrail_server.store.records import Artifact
from celltrail_server.store.sql.base import SqlBase


class SqlArtifacts(SqlBase, ArtifactStore):
    """Files of runs."""

    async def log_artifact(self, caller: Caller, run_id: str, artifact: Artifact) -> None:
        await self._write(caller, artifacts.log, run_id, artifact)

    async def remove_artifacts(self, caller: Caller, run_id: str, path: str) -> None:
        await self._write(caller, artifacts.remove, run_id, path)

    async def list_artifacts(self, caller: Caller, run_id: str) -> list[Artifact]:
        return await self._read(caller, artifacts.of_run, run_id)

    async def get_artifact(self, caller: Caller, run_id: str, path: str) -> Artifact:
        return await self._read(caller, artifacts.get, run_id, path)
