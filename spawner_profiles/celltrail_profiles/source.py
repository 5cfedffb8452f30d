"""A file of profiles that may change while the hub runs: the last good one is kept."""

import hashlib
import os
from pathlib import Path

from celltrail_profiles.errors import InvalidFileError
from celltrail_profiles.reading import read_bytes, usable
from celltrail_profiles.schema import ProfileFile
from celltrail_profiles.structs import read_raw

type _Stamp = tuple[int, int, int] | None


class ProfileSource:
    """The profiles of a file, read again when it changes.

    `current` costs one `stat` while nothing changes, follows the symbolic links by which Kubernetes
    swaps a ConfigMap, and never raises: a bad file, or none, leaves the last good profiles in
    force, and `problem` says what is wrong. `version` is a hash of the text in force. Not for
    several threads at once.
    """

    def __init__(self, path: Path) -> None:
        """Read the file for the first time; raises InvalidFileError if it is not usable."""
        self.path = path
        self.problem: InvalidFileError | None = None
        self._stamp = self._look()
        self.version, self._file = self._read()

    def current(self) -> ProfileFile:
        """Return the profiles in force, after a look at the file."""
        stamp = self._look()
        if stamp == self._stamp:
            return self._file
        try:
            version, file = self._read()
        except InvalidFileError as error:
            self.problem = error
        else:
            self._file, self.version, self.problem = file, version, None
        self._stamp = stamp
        return self._file

    def _look(self) -> _Stamp:
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> tuple[str, ProfileFile]:
        raw = read_raw(self.path)
        return hashlib.sha256(raw).hexdigest(), usable(read_bytes(raw, str(self.path)))
