"""What cell runs read and wrote, and where runs came from."""

from abc import ABC, abstractmethod

from celltrail_server.callers import Caller
from celltrail_server.store.records import CellTrace, NotebookVersion, Origin


class TrailStore(ABC):
    """What cell runs read and wrote, and where runs came from. All of it is written by events."""

    @abstractmethod
    async def list_traces(self, caller: Caller, run_id: str) -> list[CellTrace]:
        """Return what each traced cell run read and wrote, by ordinal."""

    @abstractmethod
    async def get_origin(self, caller: Caller, run_id: str) -> Origin:
        """Return notebooks, environment and git state of a run, as far as they were recorded."""

    @abstractmethod
    async def get_notebook(self, caller: Caller, run_id: str, sha256: str) -> NotebookVersion:
        """Return one recorded version of a run's notebook."""
