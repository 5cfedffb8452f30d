"""What git says of the folder that a notebook runs in. Changes nothing, not even git's index."""

import os
import selectors
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from celltrail.events import GitRecorded, now_ms

DIFF_CHARACTERS = 200_000
MAX_BYTES = 4 * DIFF_CHARACTERS
"""How much of git's output is read; a diff may have gigabytes."""

TIMEOUT_SECONDS = 20

# Notebooks differ by every output; what ran of them is recorded cell by cell.
_DIFF = ("diff", "HEAD", "--no-ext-diff", "--no-textconv", "--no-color", "--relative", "--")
_PATHS = (".", ":(exclude)*.ipynb")


def git_state(folder: Path, run_id: str) -> GitRecorded | None:
    """Return commit, branch, remote and the uncommitted changes below `folder`.

    None if there is no git, no repository or no commit.
    """
    commit = _git(folder, "rev-parse", "--verify", "HEAD").strip()
    if not commit:
        return None
    branch = _git(folder, "symbolic-ref", "--short", "--quiet", "HEAD").strip()
    remote = _git(folder, "remote", "get-url", "origin").strip()
    diff = _git(folder, *_DIFF, *_PATHS)
    return GitRecorded(
        run_id,
        commit,
        now_ms(),
        branch=branch or None,
        remote=without_credentials(remote) if remote else None,
        diff=shortened(diff),
    )


def without_credentials(remote: str) -> str:
    """Return a remote's address without user, password, query and fragment.

    Of `git@host:path`, which holds no password, nothing is taken away.
    """
    if "://" not in remote:
        return remote
    parts = urlsplit(remote)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def shortened(diff: str) -> str:
    """Return a diff of bounded length, which says so at its end if there was more."""
    if len(diff) <= DIFF_CHARACTERS:
        return diff
    kept = diff[:DIFF_CHARACTERS].rpartition("\n")[0]
    return f"{kept}\n… and more, which is not recorded\n"


def _git(folder: Path, *words: str) -> str:
    try:
        git = subprocess.Popen(
            ["git", "-c", "core.fsmonitor=false", *words],
            cwd=folder,
            env=os.environ | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, RuntimeError):  # no git; or Python is shutting down
        return ""
    with git:
        said, is_whole = _read(git)
        if not is_whole:
            git.kill()
    return said.decode(errors="replace") if git.returncode == 0 or len(said) >= MAX_BYTES else ""


def _read(git: subprocess.Popen[bytes]) -> tuple[bytes, bool]:
    """Return what git says, and whether it is all that it has to say."""
    assert git.stdout is not None
    said = b""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(git.stdout, selectors.EVENT_READ)
        while len(said) < MAX_BYTES and selector.select(deadline - time.monotonic()):
            chunk = os.read(git.stdout.fileno(), MAX_BYTES)
            if not chunk:
                return said, True
            said += chunk
    return said, False
