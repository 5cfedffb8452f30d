"""Who may do what with an experiment, as conditions on its row. Runs follow their experiment.

What is an owner's is theirs; members of a group write what the group owns, and who created it or
leads the group manages it. Everybody else has what they were granted, or reads what is public.
"""

from collections.abc import Collection, Iterable
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, or_, select, true

from celltrail_server.callers import GROUP, Caller
from celltrail_server.store.records import Level
from celltrail_server.store.tables import experiment_grants, experiments

Need = Literal["read", "write", "manage", "share", "give away"]
"""What a caller wants to do. Who manages, shares; who owns, may give away."""

LEVELS: tuple[Level, ...] = ("read", "write", "manage")
"""What can be granted; each includes the ones before."""

WRITING: tuple[Level, ...] = ("write", "manage")


def allowed(caller: Caller, need: Need = "read") -> ColumnElement[bool]:
    """Return the condition on `experiments` that the caller may do `need`.

    An administrator may share every experiment and give it away, but no more by that.
    """
    table = experiments.c
    match need:
        case "read":
            in_own = is_one(table.owner, caller.principals)
            return or_(in_own, table.is_public, _is_granted(caller, LEVELS))
        case "write":
            return or_(is_one(table.owner, caller.principals), _is_granted(caller, WRITING))
        case "manage":
            return or_(_owns(caller), _is_granted(caller, ["manage"]))
        case "share":
            return true() if caller.is_admin else allowed(caller, "manage")
        case "give away":
            return true() if caller.is_admin else _owns(caller)


def visible(caller: Caller) -> ColumnElement[bool]:
    """Return the condition on `experiments` that the caller's lists show it.

    It is what they may read or, if they have named a workspace, what is in that. (`allowed` tells
    whether one experiment may be read, and this finds all by their indexes.)
    """
    table = experiments.c
    if caller.workspace:
        return table.owner == caller.workspace
    shared = granted_to(caller, LEVELS)
    return or_(is_one(table.owner, caller.principals), table.is_public, table.id.in_(shared))


def level(caller: Caller) -> ColumnElement[str]:
    """Return the highest level that the caller has on an experiment, which they may read."""
    return case(
        (allowed(caller, "manage"), literal("manage")),
        (allowed(caller, "write"), literal("write")),
        else_=literal("read"),
    )


def granted_to(caller: Caller, levels: Collection[Level]) -> Select[tuple[int]]:
    """Return the query for the internal ids of what is granted to the caller at these levels."""
    table = experiment_grants.c
    return select(table.experiment_pk).where(
        is_one(table.grantee, caller.principals), is_one(table.level, levels)
    )


def is_one(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a column has one of a few values.

    Unlike a list handed to `in_`, these are in the statement when it is compiled, not put into its
    text each time it runs: that would take longer than running it.
    """
    return column.in_([literal(value) for value in values])


def _owns(caller: Caller) -> ColumnElement[bool]:
    table = experiments.c
    led = [GROUP + group for group in sorted(caller.led_groups & caller.groups)]
    return or_(
        is_one(table.owner, [caller.name, *led]),
        and_(is_one(table.owner, caller.principals[1:]), table.created_by == caller.name),
    )


def _is_granted(caller: Caller, levels: Collection[Level]) -> ColumnElement[bool]:
    table = experiment_grants.c
    return (
        exists()
        .where(
            table.experiment_pk == experiments.c.id,
            is_one(table.grantee, caller.principals),
            is_one(table.level, levels),
        )
        .correlate(experiments)
    )
