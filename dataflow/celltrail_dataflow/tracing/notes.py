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

    is_borrowing: bool
    """Whether something inside may show the memory of an object that it does not name."""

    is_weak: bool
    """Whether something inside changes when another object dies."""

    counts: list[int]
    """Of each cached function inside: how often its cache had the answer, and how often not."""

    is_sampled: bool
    """Whether of something inside only a sample was looked at."""

    has_skipped: bool
    """Whether of a tensor that counts its changes only a sample was looked at."""

    def charge(self, cost: int) -> None:
        """Count work as if so many bytes had been taken."""

    def take_sample(self, view: memoryview) -> bool:
        """Hash a sample of a buffer, of which nothing else can change; returns if it was all."""

    def take_buffer(self, buffer: Any, *, is_counted: bool = False) -> None:
        """Hash a buffer; counted: what changes of it is counted elsewhere, and was taken, too."""


def stand_in(*parts: object) -> None:
    """What the stream names as the maker of every object that was taken apart; never called."""
