"""Copies of logged files, which wait in the spool until the server has them."""

import hashlib
from pathlib import Path
from typing import BinaryIO

import msgspec

from celltrail.events import new_id

_CHUNK_BYTES = 1 << 20


class Blob(msgspec.Struct, frozen=True):
    """A file of the spool."""

    sha256: str
    size_bytes: int


class BlobFolder:
    """Files named by their SHA-256; `keep` may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, source: BinaryIO) -> Blob:
        """Copy the rest of `source`; raises OSError."""
        self._path.mkdir(mode=0o700, exist_ok=True)
        fresh = self._path / f".new-{new_id()}"
        digest = hashlib.sha256()
        size_bytes = 0
        try:
            with fresh.open("xb") as copy:
                while chunk := source.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    size_bytes += len(chunk)
                    copy.write(chunk)
            fresh.replace(self.path_of(digest.hexdigest()))
        finally:
            fresh.unlink(missing_ok=True)
        return Blob(digest.hexdigest(), size_bytes)

    def path_of(self, sha256: str) -> Path:
        """Return where the file lies while it is kept."""
        return self._path / sha256
