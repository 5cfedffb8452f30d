"""Files of runs, logged models and traces; their bytes are elsewhere."""

from abc import ABC, abstractmethod

from celltrail_server.callers import Caller
from celltrail_server.store.records import Artifact, Holder


class ArtifactStore(ABC):
    """Files of runs, logged models and traces; their bytes are elsewhere."""

    @abstractmethod
    async def require_holder(self, caller: Caller, holder: Holder) -> None:
        """Raise what `log_artifact` would, if the caller may not add files to the holder."""

    @abstractmethod
    async def log_artifact(self, caller: Caller, holder: Holder, artifact: Artifact) -> None:
        """Record a file, whose bytes the caller has sent; one of its path is replaced."""

    @abstractmethod
    async def remove_artifacts(self, caller: Caller, holder: Holder, path: str) -> None:
        """Forget the file, or the files of the folder, `path`; no such file is no error."""

    @abstractmethod
    async def list_artifacts(self, caller: Caller, holder: Holder) -> list[Artifact]:
        """Return the files of a holder by path."""

    @abstractmethod
    async def get_artifact(self, caller: Caller, holder: Holder, path: str) -> Artifact:
        """Return one file of a holder."""
