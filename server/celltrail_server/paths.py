"""Names of artifacts: one normal form, everything else refused. Pure."""

import re
from urllib.parse import unquote

from celltrail.errors import InvalidError

MAX_PATH = 1024

_DRIVE = re.compile(r"[A-Za-z]:")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:/")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def artifact_path(path: str, *, allow_root: bool = False) -> str:
    """Return `path` if it names a file below a run's root, else raise `InvalidError`.

    `path` has been percent-decoded once, by the HTTP server; what would mean something else after
    one more decode is refused. Blobs are stored by hash, so a path never reaches the file system;
    it is still refused here, because clients write downloads under these names.
    `allow_root`: accept "" for the root itself.
    """
    if not path and allow_root:
        return ""
    decoded = unquote(path)
    for candidate in (path, decoded, unquote(decoded)):
        if reason := _fault(candidate):
            raise InvalidError(f"Invalid path: {path[:200]!r} {reason}")
    return path


def _fault(path: str) -> str | None:
    parts = path.split("/")
    if not path or len(path) > MAX_PATH:
        return f"must have 1 to {MAX_PATH} characters"
    if "\\" in path:
        return "holds a backslash"
    if _CONTROL.search(path):
        return "holds a control character"
    if path.startswith("/") or _DRIVE.match(path) or _SCHEME.match(path):
        return "is not relative"
    if any(part in ("", ".", "..") for part in parts):
        return "holds an empty part, `.` or `..`"
    return None


def children(paths: dict[str, int], folder: str) -> list[tuple[str, int | None]]:
    """Return the direct children of `folder` ("" is the root), sorted by name.

    paths: path → size in bytes of every file. A child is (path, size), its size None for a folder.
    """
    prefix = f"{folder}/" if folder else ""
    found: dict[str, int | None] = {}
    for path, size in paths.items():
        if path.startswith(prefix):
            name, slash, _ = path[len(prefix) :].partition("/")
            found[prefix + name] = None if slash else size
    return sorted(found.items())
