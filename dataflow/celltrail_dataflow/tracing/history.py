"""Names that the shell writes by itself: `_`, `__`, `_3`, `Out`, `In`, `_i`.

The shell moves results on from `_` to `__` with every result that it shows, so who made them is
moved on likewise. Sources of cells are read as `@in:3`.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from celltrail_dataflow.tracing.memory import addresses
from celltrail_dataflow.tracing.touches import Touches

UNDERSCORES = ("_", "__", "___")
_SHELL_NAMES = re.compile(
    r"_i+\d*|_[ido]h|In|Out|_exit_code|get_ipython|exit|quit"
    r"|__(name|doc|package|loader|spec|builtins?|file|session__)__"
)
_RERUNNING = frozenset({"macro", "recall", "rep", "rerun", "save", "load", "edit", "history"})
_NUMBER = re.compile(r"\d+")


@cache
def is_shells(name: object) -> bool:
    """Whether the shell itself writes this name, with every cell or when it starts.

    So does a key of the namespace count that is no text, and that no code can name.
    """
    return type(name) is not str or _SHELL_NAMES.fullmatch(name) is not None


class History:
    """Follows the results and sources that the shell keeps."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._inputs: dict[int, int] = {}
        self._results = (b"", 0)

    def begin(self) -> None:
        """A cell is about to run."""
        self._results = self._state()

    def has_moved(self, touches: Touches) -> bool:
        """Whether the shell has moved results on, because it has shown one."""
        return touches.shown > 0 and self._results != self._state()

    def end(self, cell: int) -> None:
        """The cell has ended: its source is the latest."""
        count = self._count()
        if count and count not in self._inputs:
            self._inputs[count] = cell

    def results(self, touches: Touches) -> Iterator[tuple[str, bool]]:
        """Yield the names of the results that were read through `Out`, and whether surely."""
        for name in ("Out", "_oh"):
            if name in touches.loads:
                numbers, is_certain = self._numbers(touches, name)
                known = self._namespace.get("_oh", {})
                for number in numbers if is_certain else known:
                    yield f"_{number}", is_certain

    def sources(self, touches: Touches) -> Iterator[tuple[str, int, bool]]:
        """Yield the sources of cells that were read: name, which cell, whether surely."""
        count = self._count()
        for name in ("In", "_ih"):
            if name in touches.loads:
                numbers, is_certain = self._numbers(touches, name)
                wanted = [one if one >= 0 else count + 1 + one for one in numbers]
                yield from self._inputs_of(wanted if is_certain else list(self._inputs), is_certain)
        for name in touches.loads:
            if name in ("_i", "_ii", "_iii"):
                before = [number for number in sorted(self._inputs) if number < count]
                yield from self._inputs_of(before[-len(name) + 1 :][:1], True)
            elif name.startswith("_i") and name[2:].isdigit():
                yield from self._inputs_of([int(name[2:])], True)
        if "run_line_magic" in touches.attributes and not _RERUNNING.isdisjoint(touches.texts):
            numbers = [int(one) for text in touches.texts for one in _NUMBER.findall(text)]
            yield from self._inputs_of(numbers, True)

    def _inputs_of(self, numbers: list[int], is_certain: bool) -> Iterator[tuple[str, int, bool]]:
        for number in numbers:
            if number in self._inputs:
                yield f"@in:{number}", self._inputs[number], is_certain

    def _numbers(self, touches: Touches, name: str) -> tuple[list[int], bool]:
        """Return the numbers by which a name was subscripted, and whether that is all."""
        numbers: list[int] = []
        keys = touches.keys.get(name, set())
        for key in keys:
            value = self._namespace.get(key[0]) if isinstance(key, tuple) else key
            if not isinstance(value, int):
                return [], False
            numbers.append(value)
        return numbers, bool(keys)

    def _count(self) -> int:
        return len(self._namespace.get("_ih", ())) - 1

    def _state(self) -> tuple[bytes, int]:
        results = tuple(map(self._namespace.get, UNDERSCORES))
        return addresses(results), len(self._namespace.get("_oh", ()))
