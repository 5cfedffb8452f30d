"""Environments of the tools that are compared, each in a folder outside the checkout."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

SHARED = ("ipython", "numpy", "pandas", "scikit-learn")
"""What every tool gets in the version of this environment, so that the cells cost the same."""


def python_of(peer: str) -> Path:
    """Return a Python that has the newest release of `peer`, made on first use."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    name = f"trail-{peer}-py{sys.version_info[0]}.{sys.version_info[1]}"
    folder = cache / "celltrail" / name
    python = folder / "bin" / "python"
    uv = str(Path(sys.prefix) / "bin" / "uv")
    if not python.exists():
        _run(uv, "venv", "-q", "--python", sys.executable, str(folder))
    pins = [f"{package}=={version(package)}" for package in SHARED]
    _run(uv, "pip", "install", "-q", "--upgrade", "--python", str(python), peer, *pins)
    return python


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
