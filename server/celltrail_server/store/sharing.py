"""Sharing an experiment: who else may see and change it, and whose it is."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Row, delete, select, update

from celltrail.errors import InvalidError
from celltrail_server import limits
from celltrail_server.callers import GROUP, Caller, describe_owner
from celltrail_server.errors import AlreadyExistsError, ForbiddenError
from celltrail_server.store import audit, names
from celltrail_server.store.access import find_experiment, shown_id
from celltrail_server.store.records import Level
from celltrail_server.store.tables import experiment_grants, experiments
from celltrail_server.store.transaction import Transaction, upsert

Visibility = Literal["private", "public"]

MAX_GRANTS = 1000
MAX_GRANTEE = 255


class Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A right that a user (`ada`), a group (`group:vision`) or a service (`service:ci`) has."""

    grantee: str
    level: Level


class NewSharing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an experiment is to be shared from now on: its grants replace those before."""

    visibility: Visibility
    grants: list[Grant]
    owner: str | None = None
    """Whose it is to be; None: as before."""


class Sharing(msgspec.Struct, frozen=True):
    """How an experiment is shared; grants by grantee."""

    experiment_id: str
    owner: str
    created_by: str
    visibility: Visibility
    grants: list[Grant]


def get(connection: Connection, caller: Caller, experiment_id: str) -> Sharing:
    """Return how an experiment is shared, to those who manage it."""
    pk, _ = find_experiment(connection, caller, experiment_id, "share")
    return _load(connection, caller, pk)


def change(transaction: Transaction, experiment_id: str, new: NewSharing) -> Sharing:
    """Share an experiment anew, and give it to another owner if one is named.

    Raises `ForbiddenError` for a caller who may not, `AlreadyExistsError` if the new owner has an
    experiment of that name.
    """
    connection, caller = transaction.connection, transaction.caller
    pk, _ = find_experiment(connection, caller, experiment_id, "share")
    before = _load(connection, caller, pk)
    owner = before.owner if new.owner is None else new.owner
    if owner != before.owner:
        _transfer(transaction, experiment_id, pk, owner)
    _check_grants(new.grants, owner)
    connection.execute(
        update(experiments)
        .where(experiments.c.id == pk)
        .values(is_public=new.visibility == "public")
    )
    connection.execute(delete(experiment_grants).where(experiment_grants.c.experiment_pk == pk))
    rows = [
        {"experiment_pk": pk, "grantee": grant.grantee, "level": grant.level}
        for grant in new.grants
    ]
    upsert(connection, experiment_grants, rows)
    transaction.share(pk)
    after = _load(connection, caller, pk)
    _note(transaction, pk, before, after)
    return after


def _transfer(transaction: Transaction, experiment_id: str, pk: int, owner: str) -> None:
    connection, caller = transaction.connection, transaction.caller
    find_experiment(connection, caller, experiment_id, "give away")
    _check_grantee(owner)
    if owner not in caller.principals and not caller.is_admin:
        raise ForbiddenError(
            f"Permission denied: you may give an experiment to yourself or to a group that you are "
            f"in, not to {describe_owner(owner)[:100]}; an administrator can"
        )
    row = _row(connection, pk)
    if row.is_default:
        raise InvalidError("the experiment `Default` stays with its owner: move its runs instead")
    if names.owned_by(connection, owner, row.name) is not None:
        raise AlreadyExistsError(
            f"Experiment(name={row.name}) already exists for {describe_owner(owner)}: rename one"
        )
    connection.execute(update(experiments).where(experiments.c.id == pk).values(owner=owner))


def _check_grants(grants: Sequence[Grant], owner: str) -> None:
    if len(grants) > MAX_GRANTS:
        raise InvalidError(
            f"{len(grants)} grants: at most {MAX_GRANTS}; grant to groups, or make it public"
        )
    limits.check_distinct("granted to", [grant.grantee for grant in grants])
    for grant in grants:
        _check_grantee(grant.grantee)
        if grant.grantee == owner and not owner.startswith(GROUP):
            raise InvalidError(f"{owner} owns the experiment: leave this grant out")


def _check_grantee(name: str) -> None:
    limits.check_text("grantee", name, MAX_GRANTEE)
    if not name.removeprefix(GROUP).strip() or not name.isprintable():
        raise InvalidError(
            f"{name[:64]!r} is nobody: name a user, a group as `group:NAME`, or a service as "
            "`service:NAME`"
        )


def _note(transaction: Transaction, pk: int, before: Sharing, after: Sharing) -> None:
    shown = ("owner", "visibility", "grants")
    audit.record(
        transaction,
        "share",
        "experiment",
        str(pk),
        experiment_pk=pk,
        before={name: getattr(before, name) for name in shown},
        after={name: getattr(after, name) for name in shown},
    )


def _load(connection: Connection, caller: Caller, pk: int) -> Sharing:
    row = _row(connection, pk)
    table = experiment_grants.c
    grants = connection.execute(
        select(table.grantee, table.level).where(table.experiment_pk == pk).order_by(table.grantee)
    )
    return Sharing(
        experiment_id=shown_id(caller, pk, row.owner, row.is_default),
        owner=row.owner,
        created_by=row.created_by,
        visibility="public" if row.is_public else "private",
        grants=[Grant(grantee, level) for grantee, level in grants],
    )


def _row(connection: Connection, pk: int) -> Row[Any, Any, Any, Any, Any]:
    table = experiments.c
    return connection.execute(
        select(table.name, table.owner, table.created_by, table.is_public, table.is_default).where(
            table.id == pk
        )
    ).one()
