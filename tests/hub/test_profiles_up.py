"""`celltrail up --profiles`: the same profiles, with local processes."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from celltrail.hosting import FACTS
from tests.conftest import wait_for
from tests.hub.conftest import Server, running_hub

pytestmark = pytest.mark.integration
PROFILES = """
profiles:
- slug: plain
  display_name: Plain
  who: everyone
- slug: sized
  display_name: Sized
  who: {users: [eve]}
  memory: {limit: 2Gi}
  environment: {GREETING: '{"hello": "world"}'}
  gpu: {vendor: nvidia, model: A100-80GB}
  cost_per_hour: 1.5
"""


def test_a_profile_reaches_a_local_server_and_the_runs_on_it(tmp_path: Path) -> None:
    file = tmp_path / "profiles.yaml"
    file.write_text(PROFILES)
    with running_hub(tmp_path / "state", "--profiles", str(file)) as hub:
        eve = hub.person("eve")
        assert eve.log_in().status_code == 200
        eve.api("POST", "/users/eve/server", json={"user_options": {"profile": "sized"}})
        wait_for("the server of eve", eve._is_ready, timeout_seconds=90)
        server = Server(eve, eve.api("POST", "/users/eve/tokens", json={})["token"])
        environment = server.environment()
        assert json.loads(environment["GREETING"]) == {"hello": "world"}
        assert environment["MEM_LIMIT"] == str(2 * 2**30)
        tokens = len(eve.api("GET", "/users/eve/tokens")["api_tokens"])
        said = server.run(
            "import celltrail as ct\nct.start_run('one')\nct.start_run('two')\n"
            "_, run = ct.get_runs().to_dict('records')\n"
            "import json; print(json.dumps(run, default=str))"
        )
        run = json.loads(said)
        assert {name: run[f"tags.celltrail.{name}"] for name in FACTS if name != "image"} == {
            "server": "eve",
            "profile": "sized",
            "gpu": "1 nvidia A100-80GB",
            "cost_per_hour": "1.5",
            "currency": "USD",
        }
        assert run["cost"] == pytest.approx(1.5 * run["duration_seconds"] / 3600)
        costs = eve.browser.get("/hub/usage/runs", params={"format": "csv"})
        rows = {row["run"]: row for row in csv.DictReader(io.StringIO(costs.text))}
        assert rows["one"]["run_id"] == run["run_id"]
        assert (rows["one"]["profile"], rows["one"]["currency"]) == ("sized", "USD")
        assert float(rows["one"]["cost"]) == pytest.approx(run["cost"], abs=1e-4)
        page = eve.browser.get("/hub/usage/runs")
        assert "1 nvidia A100-80GB" in page.text
        assert "usage/runs" in eve.browser.get("/hub/usage").text
        assert len(eve.api("GET", "/users/eve/tokens")["api_tokens"]) == tokens


def test_profiles_with_errors_are_told_before_anything_starts(tmp_path: Path) -> None:
    file = tmp_path / "profiles.yaml"
    file.write_text(PROFILES.replace("memory", "memry"))
    done = subprocess.run(
        [sys.executable, "-m", "celltrail", "up", "--profiles", str(file), "--port", "0"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(f"celltrail: {file}:9:3: error: unknown key memry; did you mean")
