"""The peers, each in an environment of its own outside of the checkout, made when needed."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.trail.environments import python_with

VERSIONS = {"ipyflow": "0.0.231", "kishu": "0.3.4"}
BESIDE = ("numpy", "pandas", "scikit-learn", "matplotlib", "pyarrow", "joblib")
"""What the notebooks import."""


class Peer:
    """A process that runs notebooks with a peer; a context manager."""

    def __init__(self, name: str) -> None:
        script = Path(__file__).with_name(f"{name}_slices.py")
        env = {**os.environ, "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        env.pop("PYTHONPATH", None)
        self._process = subprocess.Popen(
            [
                python_with(
                    f"slices-{name}-{VERSIONS[name]}", f"{name}=={VERSIONS[name]}", *BESIDE
                ),
                script,
            ],
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
