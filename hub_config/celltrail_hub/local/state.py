"""The directory in which a hub on one machine keeps everything.

    password          the shared password, mode 0600
    up.lock           locked while `celltrail up` runs; holds its process id and address
    hub.log           output of all processes of this start; hub.log.1: of the start before
    hub.sqlite        JupyterHub's database
    cookie_secret     keeps users logged in over restarts
    proxy/            the proxy's configuration
    ledger.sqlite     which servers run and ran, where there are profiles
    homes/NAME        users' homes
    server/           the tracking server's records and artifacts

A wrong owner or a full disk shows as UnavailableError that names the path.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from celltrail.errors import CelltrailError, ConflictError, UnavailableError

# Without characters that look alike; 12 of them are 59 bits.
ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"


@contextmanager
def writing_to(directory: Path) -> Iterator[None]:
    """Turn errors of the file system into one line that names `directory`."""
    try:
        yield
    except OSError as error:
        raise UnavailableError(
            f"cannot keep files in {directory} ({error.strerror}): "
            "choose another directory with --state-dir"
        ) from error


def prepare(state_dir: Path) -> None:
    """Make the directories, for this account's eyes only."""
    with writing_to(state_dir):
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("homes", "proxy"):
            (state_dir / name).mkdir(mode=0o700, exist_ok=True)


@contextmanager
def lock(state_dir: Path) -> Iterator[IO[str]]:
    """Hold the directory's lock and yield its file; ConflictError if another start holds it."""
    with writing_to(state_dir):
        descriptor = _private(str(state_dir / "up.lock"), os.O_RDWR | os.O_CREAT)
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _running_already(state_dir, file) from None
        file.truncate(0)
        yield file


def announce(file: IO[str], **facts: Any) -> None:
    """Write `facts` for others into the lock's file."""
    file.write(json.dumps(facts))
    file.flush()


def _running_already(state_dir: Path, file: IO[str]) -> CelltrailError:
    text = file.read()
    where = f" at {json.loads(text)['url']}" if text else ""
    return ConflictError(
        f"Celltrail is running already{where} with {state_dir}: use that one, stop it first, "
        "or choose another directory with --state-dir"
    )


def load_password(state_dir: Path) -> str:
    """Return the shared password, generated at the first call: xxxx-xxxx-xxxx."""
    path = state_dir / "password"
    with writing_to(state_dir):
        if not path.exists():
            groups = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))
            with open(path, "x", opener=_private) as file:
                file.write("-".join(groups) + "\n")
        return path.read_text().strip()


def open_log(state_dir: Path) -> IO[str]:
    """Return a new, empty `hub.log`; the former becomes `hub.log.1`."""
    path = state_dir / "hub.log"
    with writing_to(state_dir):
        if path.exists():
            path.replace(state_dir / "hub.log.1")
        return open(path, "w", opener=_private)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
