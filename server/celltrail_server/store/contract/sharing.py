"""Who may see and change what, and who has decided so."""

from abc import ABC, abstractmethod
from collections.abc import Collection

from celltrail_server.callers import Caller
from celltrail_server.store.audit import AuditEntry
from celltrail_server.store.records import Page
from celltrail_server.store.sharing import NewSharing, Sharing


class SharingStore(ABC):
    """Who may see and change what.

    An experiment is seen and changed by its owner; members of a group that owns it write, and
    manage it if they created it or lead the group. Others read, write or manage it as they were
    granted, one by one or as a group, and everybody reads a public one. Runs and all they logged
    follow their experiment; only who started a run, or manages its experiment, takes it away.
    """

    @abstractmethod
    async def get_sharing(self, caller: Caller, experiment_id: str) -> Sharing:
        """Return how an experiment is shared, to those who manage it."""

    @abstractmethod
    async def share(self, caller: Caller, experiment_id: str, new: NewSharing) -> Sharing:
        """Share an experiment anew, as those who manage it may; its owner may give it away."""

    @abstractmethod
    async def readable_experiments(
        self, caller: Caller, experiment_ids: Collection[str]
    ) -> set[str]:
        """Return those of the experiments, by their numbers (no `0`), that the caller may read."""

    @abstractmethod
    async def experiment_audit(
        self, caller: Caller, experiment_id: str, limit: int, before: str | None
    ) -> Page[AuditEntry]:
        """Return what was done to an experiment and its runs, latest first."""

    @abstractmethod
    async def server_audit(
        self, caller: Caller, limit: int, before: str | None
    ) -> Page[AuditEntry]:
        """Return what was done to anything, latest first, to administrators."""
