"""What users log, as the plain values that are recorded.

Pure functions without an import of numpy or torch: their scalars are known by what they can do.
"""

import operator
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from celltrail.errors import InvalidError
from celltrail.signals import is_of_signal


def as_number(value: Any) -> float:
    """Return `value` as a float: Python, numpy, torch and JAX scalars, Decimal, Fraction.

    Raises InvalidError for text, arrays of more than one element and all else.
    """
    if type(value) is float:
        return value
    if isinstance(value, str | bytes):
        raise InvalidError(f"{value!r:.60} is text, not a number")
    # An array of one element, a tensor on a GPU: `item` gives the Python number.
    item = getattr(value, "item", None)
    try:
        return float(item() if callable(item) else value)
    except Exception as error:  # whatever a stranger's `__float__` raises
        if is_of_signal(error):
            raise
        raise InvalidError(f"a {type(value).__name__} is not a number ({error})") from error


def as_step(value: Any) -> int:
    """Return `value` as a step; raises InvalidError if it is not a whole number."""
    try:
        return operator.index(value)
    except TypeError:
        number = as_number(value)
    if not number.is_integer():
        raise InvalidError(f"step {value!r:.60} is not a whole number")
    return int(number)


def as_text(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of params or tags as text."""
    return {str(key): str(value) for key, value in values.items()}


def artifact_path(name: str) -> str:
    """Return `name` as the path of an artifact: relative, with slashes, inside its run.

    Raises InvalidError for an empty name, an absolute one and one with `..`.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if not path.name or path.is_absolute() or ".." in path.parts:
        raise InvalidError(f"{name!r} is no name for an artifact: use one such as plots/loss.png")
    return str(path)
