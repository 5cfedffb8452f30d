"""From audit events to the use of files and processes."""

import importlib.util
import os
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from celltrail_dataflow.tracing.ownership import is_installed

Kind = Literal["read", "write", "change", "remove", "list", "glob", "run"]
"""`change`: read and written. `glob`: the path is a pattern. `run`: it is a command."""


class Use(NamedTuple):
    """What was done to a path."""

    path: str
    kind: Kind
    seen: tuple[int, int] | None = None
    """Time of change in ns, and size, of a file just before it was read."""

    is_relative: bool = False


def uses_of(event: str, args: tuple[Any, ...]) -> Iterator[Use]:
    """Yield what an audit event tells of."""
    if event == "open":
        path, mode, flags = args
        yield from _use(path, _kind(mode, flags or 0))
    elif event in _RUNS:
        yield Use(_command(args), "run")
    elif event in _PATTERNS:
        pattern = args[-2 if event.startswith("glob") else -1]
        yield Use(os.path.basename(str(pattern)), "glob")
    elif event == "sqlite3.connect":
        database = str(args[0]).removeprefix("file:").partition("?")[0]
        yield from _use(database, "change")
    else:
        for kind, path in zip(_PATHS.get(event, ()), args, strict=False):
            yield from _use(path, kind)


def _use(path: Any, kind: Kind) -> Iterator[Use]:
    if isinstance(path, bytes | os.PathLike):
        path = os.fsdecode(path)
    if path is None:
        path = "."
    if not isinstance(path, str) or not _is_data(path):
        return
    full = os.path.abspath(path)
    if "__pycache__" in full or full.endswith(".pyc"):  # stands for its source
        if not ("__pycache__" in full and full.endswith(".pyc")):  # or is being written
            return
        full = importlib.util.source_from_cache(full)
        kind = "read"
    seen = None
    if kind in ("read", "change"):
        seen = seen_of(full)
        if seen is None and kind == "read":
            return
    yield Use(full, kind, seen, not os.path.isabs(path))


def seen_of(path: str) -> tuple[int, int] | None:
    """Return when a file was changed last, in ns, and its size; None if it is not there."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_ctime_ns, found.st_size  # not `st_mtime_ns`, which a moved file keeps


def _kind(mode: str | None, flags: int) -> Kind:
    if mode:
        if "w" in mode or "x" in mode:
            return "write"
        return "change" if "a" in mode or "+" in mode else "read"
    if not flags & (os.O_WRONLY | os.O_RDWR):
        return "read"
    return "write" if flags & (os.O_TRUNC | os.O_EXCL) else "change"


def _command(args: tuple[Any, ...]) -> str:
    command = args[1] if len(args) > 1 else args[0] if args else ""
    if isinstance(command, list | tuple):
        command = " ".join(
            os.fsdecode(one) if isinstance(one, bytes) else str(one) for one in command
        )
    return os.fsdecode(command) if isinstance(command, bytes) else str(command)


_RUNS = frozenset({"subprocess.Popen", "os.system", "os.posix_spawn", "os.forkpty", "pty.spawn"})
_PATTERNS = frozenset({"glob.glob", "pathlib.Path.glob", "pathlib.Path.rglob"})
_PATHS: dict[str, tuple[Kind, ...]] = {
    "os.listdir": ("list",),
    "os.scandir": ("list",),
    "os.remove": ("remove",),
    "os.rmdir": ("remove",),
    "os.mkdir": ("write",),
    "os.truncate": ("change",),
    "os.chmod": ("change",),
    "os.chown": ("change",),
    "os.utime": ("change",),
    "os.setxattr": ("change",),
    "os.rename": ("remove", "write"),
    "os.link": ("read", "write"),
    "os.symlink": ("read", "write"),
    "os.chdir": ("read",),
    "shutil.copyfile": ("read", "write"),
    "shutil.copytree": ("list", "write"),
    "shutil.rmtree": ("remove",),
    "shutil.unpack_archive": ("read", "write"),
}
"""What is done to the first arguments of an event, in order."""

EVENTS = frozenset({"open", "sqlite3.connect"}) | _RUNS | _PATTERNS | _PATHS.keys()
"""All events that tell of such a use."""

_NOT_DATA = ("/proc/", "/sys/", "/dev/", "<", ":memory:")


def _is_data(path: str) -> bool:
    return not path.startswith(_NOT_DATA) and not is_installed(path)
