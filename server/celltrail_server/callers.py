"""Who a request acts for, and how users, groups and services are told apart."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from celltrail.errors import NotFoundError

GROUP = "group:"
SERVICE = "service:"
RESERVED = (GROUP, SERVICE)
"""No user's name begins like this, so what a group or service owns is never taken for a user's."""

DEFAULT_WORKSPACE = "default"
"""MLflow's name for the workspace of those who name none."""


@dataclass(frozen=True)
class Caller:
    """The user behind a token; `name` signs what the request records."""

    name: str
    groups: frozenset[str] = frozenset()
    led_groups: frozenset[str] = frozenset()
    """Those of `groups` whose experiments the caller manages, whoever created them."""
    workspace: str = ""
    """The owner in whose name the request acts; empty: the user."""
    can_read: bool = True
    can_write: bool = True
    is_admin: bool = False
    """May change who sees what (and is written down for it), but sees no more than others."""
    address: str = field(default="", compare=False)
    """Where the request came from, as far as that is known."""

    @property
    def owner(self) -> str:
        """The owner of what the request makes, and among whose things names are looked up."""
        return self.workspace or self.name

    @cached_property
    def principals(self) -> tuple[str, ...]:
        """Under which names the caller owns things and is given rights: the own one first."""
        return (self.name, *sorted(GROUP + group for group in self.groups))

    @property
    def workspaces(self) -> list[str]:
        """The names of the workspaces that the caller may act in, the own one first."""
        taken = {self.name, DEFAULT_WORKSPACE}
        groups = (GROUP + group if group in taken else group for group in sorted(self.groups))
        return [self.name, *groups]


def in_workspace(caller: Caller, name: str) -> Caller:
    """Return the caller acting in a workspace: their own (or `default`), or one of their groups.

    A group that has the name of the user is meant by `group:NAME`. Raises `NotFoundError` for all
    others, whether there is such a group or not.
    """
    if name in (caller.name, DEFAULT_WORKSPACE):
        return replace(caller, workspace=caller.name)
    if name.removeprefix(GROUP) not in caller.groups:
        raise NotFoundError(f"Workspace '{name[:100]}' not found")
    return replace(caller, workspace=GROUP + name.removeprefix(GROUP))


def describe_owner(owner: str) -> str:
    """Return an owner as a message names it."""
    return f"the group {owner.removeprefix(GROUP)}" if owner.startswith(GROUP) else owner
