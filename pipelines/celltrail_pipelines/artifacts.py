"""The files in which alias groups travel from step to step.

The type at run time chooses the format: one plain numpy array is an `.npy`, one plain data frame
Parquet, all else a pickle. Files are recognised by their first bytes.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from celltrail_pipelines.errors import StepError
from celltrail_pipelines.pickling import Dump, Namespace, dump, load

_NPY, _PARQUET = b"\x93NUMPY", b"PAR1"
_PLAIN_COLUMNS = "biufMm"
"""Kinds of columns that Parquet keeps exactly: bool, integers, floats, times, durations."""


def save_group(
    path: Path, names: Iterable[str], namespace: Namespace, definitions: Iterable[str]
) -> Dump:
    """Save those of `names` that exist; returns what was pickled, for `find_shared`.

    Raises StepError if a value cannot be saved.
    """
    values = {name: namespace[name] for name in names if name in namespace}
    dumped = _dump(values, namespace, definitions)
    value: Any = next(iter(values.values())) if len(values) == 1 else None
    if _is_plain_array(value):
        import numpy

        with path.open("wb") as file:
            numpy.save(file, value, allow_pickle=False)
    elif _is_plain_frame(value):
        value.to_parquet(path, index=None)
    else:
        path.write_bytes(dumped.data)
    return dumped


def load_group(path: Path, names: tuple[str, ...], namespace: Namespace) -> dict[str, Any]:
    """Return the values in `path` by name; raises StepError."""
    with path.open("rb") as file:
        start = file.read(len(_NPY))
        file.seek(0)
        if start == _NPY:
            import numpy

            return {names[0]: numpy.load(file, allow_pickle=False)}
        if start.startswith(_PARQUET):
            import pandas  # type: ignore[import-untyped]

            return {names[0]: pandas.read_parquet(file)}
        try:
            values: dict[str, Any] = load(file.read(), namespace)
        except Exception as error:
            raise StepError(f"{_listed(names)} cannot be loaded: {error}") from error
        return values


def find_shared(dumps: dict[str, Dump]) -> str | None:
    """Return a sentence about an object that two of the groups share, if there is one."""
    owners: dict[int, str] = {}
    for group, dumped in dumps.items():
        for identity, value in dumped.mutable.items():
            other = owners.setdefault(identity, group)
            if other != group:
                return (
                    f"{other} and {group} share a {type(value).__name__}, which their cells do "
                    "not show, so they would be separate in the next step; join the cells, or "
                    "name both in one statement, such as a tuple"
                )
    return None


def _dump(values: dict[str, Any], namespace: Namespace, definitions: Iterable[str]) -> Dump:
    definitions = frozenset(definitions)
    try:
        return dump(values, namespace, definitions)
    except StepError as error:
        guilty = [name for name, value in values.items() if not _can_dump(value, namespace)]
        raise StepError(
            f"{_listed(guilty or values)} cannot be passed to another step ({error}); join the "
            "cells that use it"
        ) from error


def _can_dump(value: Any, namespace: Namespace) -> bool:
    try:
        dump(value, namespace, ())
    except StepError:
        return False
    return True


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _is_plain_array(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    if numpy is None or type(value) is not numpy.ndarray:
        return False
    return bool(not value.dtype.hasobject and value.flags.writeable and not value.dtype.metadata)


def _is_plain_frame(value: Any) -> bool:
    """Return whether Parquet gives back exactly this frame."""
    pandas = sys.modules.get("pandas")
    if pandas is None or type(value) is not pandas.DataFrame or not _has_parquet():
        return False
    index, columns = value.index, value.columns
    return bool(
        type(index) is pandas.RangeIndex
        and index.name is None
        and columns.name is None
        and columns.is_unique
        and all(type(column) is str for column in columns)
        and all(getattr(dtype, "kind", "O") in _PLAIN_COLUMNS for dtype in value.dtypes)
        and all(type(dtype).__module__.startswith("numpy") for dtype in value.dtypes)
        and not value.attrs
        and len(columns)
    )


def _has_parquet() -> bool:
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None
