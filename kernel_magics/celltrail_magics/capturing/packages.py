"""What is installed where a notebook runs, by the names of the folders that installers leave.

Reading the metadata of hundreds of packages would take as many files and half a second.
"""

import os
import platform
import re
import sys
from collections.abc import Iterable

from celltrail.events import EnvironmentRecorded, now_ms

_DISTRIBUTION = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)(-[^-]+)?\.(dist|egg)-info")


def environment(run_id: str) -> EnvironmentRecorded:
    """Return Python's version, the platform and the packages that are installed."""
    return EnvironmentRecorded(
        run_id,
        platform.python_version(),
        platform.platform(),
        installed(sys.path),
        now_ms(),
    )


def installed(folders: Iterable[str]) -> dict[str, str]:
    """Return the versions of the packages in `folders` by their normal names.

    As in an import, the first folder that holds a package counts. Source of the normal name: PEP
    503; of the folders' names: the specification of recorded installed projects.
    """
    found: dict[str, str] = {}
    for folder in folders:
        try:
            entries = sorted(os.listdir(folder or "."))
        except OSError:
            continue
        for entry in entries:
            if match := _DISTRIBUTION.fullmatch(entry):
                name = re.sub(r"[-_.]+", "-", match["name"]).lower()
                found.setdefault(name, match["version"])
    return dict(sorted(found.items()))
