"""Sharing and the audit."""
# ruff: noqa: D102  # the methods are documented in the contract

from collections.abc import Collection

from sqlalchemy import Connection

from celltrail_server.callers import Caller
from celltrail_server.store import access, audit, sharing
from celltrail_server.store.audit import AuditEntry
from celltrail_server.store.contract.sharing import SharingStore
from celltrail_server.store.records import Page
from celltrail_server.store.sharing import NewSharing, Sharing
from celltrail_server.store.sql.base import SqlBase


class SqlSharing(SqlBase, SharingStore):
    """Sharing and the audit."""

    async def get_sharing(self, caller: Caller, experiment_id: str) -> Sharing:
        return await self._read(caller, sharing.get, experiment_id)

    async def share(self, caller: Caller, experiment_id: str, new: NewSharing) -> Sharing:
        return await self._write(caller, sharing.change, experiment_id, new)

    async def readable_experiments(
        self, caller: Caller, experiment_ids: Collection[str]
    ) -> set[str]:
        def read(connection: Connection, caller: Caller) -> set[str]:
            return {str(pk) for pk in connection.scalars(access.readable(caller, experiment_ids))}

        return await self._read(caller, read)

    async def experiment_audit(
        self, caller: Caller, experiment_id: str, limit: int, before: str | None
    ) -> Page[AuditEntry]:
        return await self._read(caller, audit.of_experiment, experiment_id, limit, before)

    async def server_audit(
        self, caller: Caller, limit: int, before: str | None
    ) -> Page[AuditEntry]:
        return await self._read(caller, audit.of_all, limit, before)
