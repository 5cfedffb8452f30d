"""MLflow's own clients, an old one and the newest, find nothing missing."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import TrackingServer

pytestmark = pytest.mark.integration

SCRIPT = Path(__file__).with_name("every_call.py")
ROOT = Path(__file__).parents[2]
EXPECTED = {
    # Asked for to see whether it is there.
    "GET /api/2.0/mlflow/experiments/get-by-name 404",
    "POST /api/2.0/mlflow/registered-models/create 400",
    "GET /api/2.0/mlflow/registered-models/get 404",
    "GET /api/2.0/mlflow-artifacts/artifacts/… 404",
    # The script's own mistakes.
    "POST /api/2.0/mlflow/experiments/create 400",
    "GET /api/2.0/mlflow/experiments/get 404",
    "GET /api/2.0/mlflow/runs/get 404",
    "POST /api/2.0/mlflow/runs/log-parameter 400",
    "POST /api/2.0/mlflow/runs/search 400",
}


def python_of(major: str) -> str:
    if major == "3":
        return sys.executable
    made = subprocess.run(
        [ROOT / "scripts" / "mlflow2"], capture_output=True, text=True, env=os.environ | CACHE
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


CACHE = {name: os.environ[name] for name in ("HOME", "XDG_CACHE_HOME") if name in os.environ}
"""Where caches are; each test has a home of its own."""


@pytest.mark.parametrize("major", ["2", "3"])
def test_every_call_of_the_client_works(server: TrackingServer, major: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [python_of(major), SCRIPT],
        env=os.environ
        | {
            "MLFLOW_TRACKING_URI": server.url,
            "MLFLOW_TRACKING_TOKEN": server.token,
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
            "PYTHONPATH": "",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["version"].startswith(f"{major}.")
    answers = {shortened(request) for request in found["requests"]}
    refused = {one for one in answers if not one.endswith((" 200", " 201", " 204"))}
    assert refused <= EXPECTED


def shortened(request: str) -> str:
    return re.sub(r"(mlflow-artifacts/artifacts)/\S+", r"\1/…", request)
