"""Data frames that share memory until one of them is written to (pandas' copy-on-write).

pandas knows such relatives by references that do not survive pickling, while the shared memory
does. So the relatives are found when they are saved; when they are loaded, a hidden shallow copy
of each makes pandas copy before the first write, as it would have done in the notebook.
"""

import sys
from collections.abc import Iterable
from typing import Any

_kept_alive: list[Any] = []


def related_frames(values: Iterable[Any]) -> list[Any]:
    """Return those of the frames and series in `values` that share memory with another one."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return []
    owners: dict[int, list[Any]] = {}
    for value in values:
        if isinstance(value, pandas.DataFrame | pandas.Series):
            for owner in {id(_owner(block.values)) for block in value._mgr.blocks}:
                owners.setdefault(owner, []).append(value)
    related = {id(f): f for frames in owners.values() if len(frames) > 1 for f in frames}
    return list(related.values())


def keep_apart(frames: Iterable[Any]) -> None:
    """Make each of the loaded `frames` copy its memory before it is written to."""
    _kept_alive.extend(frame.copy(deep=False) for frame in frames)


def _owner(array: Any) -> Any:
    """Return the numpy array that owns the memory of `array`, or `array` if that is no numpy."""
    array = getattr(array, "_ndarray", array)
    while type(base := getattr(array, "base", None)) is type(array):
        array = base
    return array
