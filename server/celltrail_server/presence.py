"""What a running server shows to other processes: a lock on its data folder, and where it listens.

One process serves one data folder: it holds the lock as long as it lives, and the system lets go
of it even when the process is killed.
"""

import contextlib
import fcntl
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from celltrail import __version__
from celltrail.errors import UnavailableError


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Hold the data folder, which is made if it is missing, for this process alone."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (data_dir / "lock").open("a+")
    except OSError as error:
        raise UnavailableError(
            f"cannot write to the data folder {data_dir}: {error.strerror}; choose another with "
            "--data-dir"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UnavailableError(
                f"the data folder {data_dir} is in use by process {_read_pid(lock)}: stop that "
                "server, or choose another folder with --data-dir"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextlib.contextmanager
def announced(state_file: str, url: str, token: str | None) -> Iterator[None]:
    """Say where the server listens, in a file that only the user can read and on stderr."""
    path = Path(state_file).expanduser() if state_file else None
    if path is not None:
        state = {"url": url, "pid": os.getpid(), "token": token, "version": __version__}
        _write_private(path, json.dumps(state))
    print(f"celltrail server {__version__} listens at {url}", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if path is not None:
            path.unlink(missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:
        raise UnavailableError(f"cannot write the state file {path}: {error.strerror}") from error


def _read_pid(lock: TextIO) -> str:
    lock.seek(0)
    return lock.read(20).strip() or "(unknown)"
