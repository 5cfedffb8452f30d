"""Who a request acts for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The user behind a token; `name` signs what the request records."""

    name: str
    groups: frozenset[str] = frozenset()
    workspace: str = ""
    """The owner in whose name the request acts; empty: the user."""
    can_read: bool = True
    can_write: bool = True

    @property
    def owner(self) -> str:
        """The owner of what the request makes, and among whose things names are looked up."""
        return self.workspace or self.name
