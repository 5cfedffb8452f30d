"""Which experiment a name means to a caller: names are unique for each owner, not on the server."""

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from celltrail_server.callers import Caller
from celltrail_server.store.rights import WRITING, granted_to, is_one
from celltrail_server.store.tables import experiments

DEFAULT_NAME = "Default"


def owned_by(connection: Connection, owner: str, name: str) -> int | None:
    """Return the internal id of the owner's experiment of that name, deleted or not."""
    table = experiments.c
    return connection.scalar(select(table.id).where(table.owner == owner, table.name == name))


def shared(connection: Connection, caller: Caller, name: str) -> Sequence[int]:
    """Return the internal ids of others' active experiments of that name that the caller may write.

    What can only be read is left out: a name means a place to record into, and nobody should be
    able to take a name away from others by sharing or publishing something under it.
    """
    if caller.workspace or name == DEFAULT_NAME:
        return []
    table = experiments.c
    return connection.scalars(
        select(table.id).where(
            or_(
                is_one(table.owner, caller.principals[1:]),
                table.id.in_(granted_to(caller, WRITING)),
            ),
            table.name == name,
            table.lifecycle_stage == "active",
        )
    ).all()


def find(connection: Connection, caller: Caller, name: str) -> int | None:
    """Return the internal id of the experiment that the caller means by `name`.

    That is the own one (of the workspace, if one is named), or else the only one that is shared.
    """
    own = owned_by(connection, caller.owner, name)
    if own is not None:
        return own
    others = shared(connection, caller, name)
    return others[0] if len(others) == 1 else None
