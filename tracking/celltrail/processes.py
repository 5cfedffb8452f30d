"""Which process is which, and which it descends from, as far as the system tells (Linux)."""

import os
from collections.abc import Iterator
from pathlib import Path


def identity(pid: int) -> str:
    """Return what names a process on all machines that may share a spool, for all time."""
    return f"{os.uname().nodename}:{pid}:{_stat(pid)[1]}"


def ancestors() -> Iterator[int]:
    """Yield the ids of the processes that this one descends from, the nearest first."""
    pid = os.getppid()
    while pid > 1:
        yield pid
        pid = _stat(pid)[0]


def _stat(pid: int) -> tuple[int, str]:
    """Return the parent of a process and when it started; (0, "") where that is not known."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return 0, ""
    fields = text.rpartition(")")[2].split()  # the name before may hold spaces
    return int(fields[1]), fields[19]
