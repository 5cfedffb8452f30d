"""The peers, each in an environment of its own outside of the checkout, made when needed."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

VERSIONS = {"ipyflow": "0.0.231", "kishu": "0.3.4"}
BESIDE = ("numpy", "pandas", "scikit-learn", "matplotlib", "pyarrow", "joblib")
"""What the notebooks import."""


class Peer:
    """A process that runs notebooks with a peer; a context manager."""

    def __init__(self, name: str) -> None:
        self.name = name
        script = Path(__file__).with_name(f"{name}_slices.py")
        env = {**os.environ, "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        env.pop("PYTHONPATH", None)
        self._process = subprocess.Popen(
            [_python(name), script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)

    def slice(self, runs: Sequence[str], last: int) -> set[int]:
        """Return the runs that the last one needs; none if the peer failed."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"runs": runs, "last": last}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return set(answer.get("slice", ()))


def _python(name: str) -> Path:
    """Return the Python of a peer's environment; makes it the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "celltrail"
    version = ".".join(map(str, sys.version_info[:2]))
    folder = cache / f"{name}-{VERSIONS[name]}-py{version}"
    python = folder / "env" / "bin" / "python"
    if not (folder / "ready").exists():
        uv = Path(sys.executable).with_name("uv")
        print(f"installing {name} {VERSIONS[name]} into {folder}", file=sys.stderr)
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, python.parents[1]])
        packages = (f"{name}=={VERSIONS[name]}", *BESIDE)
        subprocess.run([uv, "pip", "install", "-q", "--python", python, *packages], check=True)
        (folder / "ready").touch()
    return python
