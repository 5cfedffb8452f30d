"""Files that cell runs have read or written, and whether somebody has changed them since."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from celltrail_dataflow.tracing.traces import Execution


def path_of(name: str) -> Path | None:
    """Return the path that a traced name stands for; None if it is no file's."""
    return Path(name.removeprefix("@file:")) if name.startswith("@file:") else None


def files_of(executions: Iterable[Execution]) -> tuple[set[Path], set[Path]]:
    """Return the files that the executions found there, and those that they made first."""
    read: set[Path] = set()
    written: set[Path] = set()
    for one in executions:
        read |= {path for each in one.reads if (path := path_of(each.name)) and path not in written}
        written |= {path for each in one.writes if (path := path_of(each.name))} - read
    return read, written


def modified_ms(executions: Iterable[Execution]) -> dict[str, float]:
    """Return when the files that the executions have read were changed last, by path."""
    paths = {path for one in executions for each in one.reads if (path := path_of(each.name))}
    return {str(path): found for path in paths if (found := _modified_ms(path)) is not None}


def changed_since(executions: Sequence[Execution]) -> dict[str, str]:
    """Return what has become of the files that the executions found there, if anything."""
    found, _ = files_of(executions)
    changed = {}
    for one in executions:
        for path in found.intersection(map(path_of, (each.name for each in one.reads))):
            modified = _modified_ms(path)
            if modified is None:
                changed[str(path)] = "is not there any more"
            elif one.started_ms is not None and modified > one.started_ms:
                changed[str(path)] = "has changed since"
    return changed


def _modified_ms(path: Path) -> float | None:
    try:
        return path.stat().st_mtime * 1000
    except OSError:
        return None
