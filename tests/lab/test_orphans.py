import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.conftest import TrackingServer, wait_for
from tests.lab.conftest import Jupyter

pytestmark = pytest.mark.integration

# Records while the server is away, then dies without a chance to send anything.
DYING = """
import os, signal
import celltrail as ct
ct.start_run("orphan", experiment="digits")
ct.log(loss=0.5, step=1)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_kernel_recorded_arrives_when_a_kernel_ends(
    start_jupyter: Callable[..., Jupyter], server: TrackingServer
) -> None:
    variables = {"CELLTRAIL_URL": server.url, "CELLTRAIL_TOKEN": server.token}
    server.end()
    died = subprocess.run([sys.executable, "-c", DYING], env={**os.environ, **variables})
    assert died.returncode == -signal.SIGKILL
    server.start()

    jupyter = start_jupyter(**variables)
    kernel = jupyter.client.post("/api/kernels", json={"name": "python3"}).json()
    assert jupyter.client.delete(f"/api/kernels/{kernel['id']}").is_success

    def arrived() -> dict[str, object] | None:
        experiments = jupyter.get("api/experiments").json()["experiments"]
        for experiment in experiments:
            runs = jupyter.get("api/runs", experiment_id=experiment["experiment_id"]).json()["runs"]
            if runs:
                run: dict[str, object] = runs[0]
                return run
        return None

    run = wait_for("the orphan's run", arrived)
    assert (run["name"], run["status"], run["metrics"]) == ("orphan", "KILLED", {"loss": 0.5})
