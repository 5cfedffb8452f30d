"""Files of runs; their bytes are elsewhere."""

from abc import ABC, abstractmethod

from celltrail_server.callers import Caller
from celltrail_server.store.records import Artifact


class ArtifactStore(ABC):
    """Files of runs; their bytes are elsewhere."""

    @abstractmethod
    async def log_artifact(self, caller: Caller, run_id: str, artifact: Artifact) -> None:
        """Record a file of a run, whose bytes the caller has sent; one of its path is replaced."""

    @abstractmethod
    async def remove_artifacts(self, caller: Caller, run_id: str, path: str) -> None:
        """Forget the file, or the files of the folder, `path`; no such file is no error."""

    @abstractmethod
    async def list_artifacts(self, caller: Caller, run_id: str) -> list[Artifact]:
        """Return the files of a run by path."""

    @abstractmethod
    async def get_artifact(self, caller: Caller, run_id: str, path: str) -> Artifact:
        """Return one file of a run."""
