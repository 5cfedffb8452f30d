"""What is noted of an object while it is taken apart, beside the stream of its content."""

from typing import Any, Protocol


class Notes(Protocol):
    """Takes the notes; `pickling.Sink` is one."""

    owners: set[int]
    """Ids of what is changeable and does not show up in the pickler's memo."""

    is_opaque: bool
    """Whether something inside cannot be looked into."""

    is_moving: bool
    """Whether something inside is changed by any use, as iterators are."""

    is_weak: bool
    """Whether something inside changes when another object dies."""

    aside: list[object]
    """What may matter or not, such as how often a cache was filled."""

    def take_buffer(self, buffer: Any) -> None:
        """Hash a buffer."""


def stand_in(*parts: object) -> None:
    """What the stream names as the maker of every object that was taken apart; never called."""
