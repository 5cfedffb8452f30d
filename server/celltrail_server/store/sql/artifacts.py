"""Files of runs, logged models and traces."""
# ruff: noqa: D102  # the methods are documented in the contract

from celltrail_server.callers import Caller
from celltrail_server.store import artifacts
from celltrail_server.store.contract.artifacts import ArtifactStore
from celltrail_server.store.records import Artifact, Holder
from celltrail_server.store.sql.base import SqlBase


class SqlArtifacts(SqlBase, ArtifactStore):
    """Files of runs, logged models and traces."""

    async def require_holder(self, caller: Caller, holder: Holder) -> None:
        await self._read(caller, artifacts.find, holder, "write")

    async def log_artifact(self, caller: Caller, holder: Holder, artifact: Artifact) -> None:
        await self._write(caller, artifacts.log, holder, artifact)

    async def remove_artifacts(self, caller: Caller, holder: Holder, path: str) -> None:
        await self._write(caller, artifacts.remove, holder, path)

    async def list_artifacts(self, caller: Caller, holder: Holder) -> list[Artifact]:
        return await self._read(caller, artifacts.listed, holder)

    async def get_artifact(self, caller: Caller, holder: Holder, path: str) -> Artifact:
        return await self._read(caller, artifacts.get, holder, path)
