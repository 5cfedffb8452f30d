"""Environments of the tools that are compared, each in a folder outside the checkout."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

SHARED = ("ipython", "numpy", "pandas", "scikit-learn")
"""What every tool gets in the version of this environment, so that the cells cost the same."""

OWN = ("httpx", "msgspec", "xxhash")
"""What Celltrail's kernel side needs, for environments that do not have it installed."""


def pinned() -> list[str]:
    """Return what is shared, in the versions of this environment."""
    return [f"{package}=={version(package)}" for package in SHARED]


def python_of(peer: str) -> Path:
    """Return a Python that has the newest release of `peer`."""
    python = _environment(f"trail-{peer}")
    _install(python, "--upgrade", peer, *pinned())
    return python


def python_with(name: str, *packages: str) -> Path:
    """Return a Python that has these packages, which stay as they were when it was made."""
    python = _environment(name)
    ready = python.parents[1] / "ready"
    if not ready.exists():
        print(f"installing {' '.join(packages)} into {python.parents[1]}", file=sys.stderr)
        _install(python, *packages)
        ready.touch()
    return python


def _environment(name: str) -> Path:
    """Return the Python of an environment in the cache, made on first use."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    major, minor = sys.version_info[:2]
    folder = cache / "celltrail" / f"{name}-py{major}.{minor}"
    python = folder / "bin" / "python"
    if not python.exists():
        _uv("venv", "-q", "--clear", "--python", sys.executable, str(folder))
    return python


def _install(python: Path, *arguments: str) -> None:
    _uv("pip", "install", "-q", "--python", str(python), *arguments)


def _uv(*arguments: str) -> None:
    subprocess.run([Path(sys.prefix) / "bin" / "uv", *arguments], check=True)
