"""The real MLflow client, unchanged, against the real server."""

import json
import math
import subprocess
import sys

import pytest

from tests.conftest import TrackingServer

pytestmark = pytest.mark.integration

SCRIPT = """
import json, math, pathlib, tempfile, time
import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException

client = MlflowClient()
out = {}
mlflow.set_experiment("digits")
with mlflow.start_run(run_name="outer") as outer:
    mlflow.log_param("lr", 0.1)
    mlflow.log_params({"opt": "sgd", "layers": 2})
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({"acc": 0.9, "nan": math.nan, "inf": math.inf}, step=5)
    mlflow.set_tag("team", "vision")
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.log_dict({"a": 1}, "config.json")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a", "b"):
            pathlib.Path(folder, name).write_text(name)
        mlflow.log_artifacts(folder, "many")
    with mlflow.start_run(run_name="inner", nested=True) as inner:
        mlflow.log_metric("loss", 0.1, synchronous=False)
        mlflow.flush_async_logging()

run_id = outer.info.run_id
run = client.get_run(run_id)
out["status"] = run.info.status
out["params"] = run.data.params
out["metrics"] = {key: repr(value) for key, value in run.data.metrics.items()}
out["history"] = [metric.step for metric in client.get_metric_history(run_id, "loss")]
out["files"] = sorted(file.path for file in client.list_artifacts(run_id))
out["many"] = sorted(file.path for file in client.list_artifacts(run_id, "many"))
out["text"] = mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt")
out["downloaded"] = sorted(
    path.name for path in pathlib.Path(client.download_artifacts(run_id, "many")).iterdir()
)
found = mlflow.search_runs(
    experiment_names=["digits"],
    filter_string="metrics.loss < 0.3 AND params.opt = 'sgd' AND tags.team LIKE 'vis%'",
    order_by=["metrics.acc DESC"],
)
out["found"] = list(found["tags.mlflow.runName"])
children = client.search_runs(
    [run.info.experiment_id], f"tags.mlflow.parentRunId = '{run_id}'"
)
out["children"] = [(child.info.run_name, child.data.metrics["loss"]) for child in children]
with mlflow.start_run(run_id=run_id):
    mlflow.log_metric("late", 1)
try:
    client.log_param(run_id, "lr", 3)
except MlflowException as error:
    out["refused"] = (error.error_code, str(error).splitlines()[0])
client.log_batch(
    run_id,
    [Metric("many", step, int(time.time() * 1000), step) for step in range(1000)],
)
out["batch"] = client.get_run(run_id).data.metrics["many"]
client.set_terminated(run_id, "FAILED")
client.delete_tag(run_id, "team")
client.delete_run(run_id)
out["deleted"] = client.get_run(run_id).info.lifecycle_stage
client.restore_run(run_id)
experiment_id = run.info.experiment_id
client.set_experiment_tag(experiment_id, "k", "v")
client.rename_experiment(experiment_id, "renamed")
client.delete_experiment(experiment_id)
client.restore_experiment(experiment_id)
experiment = client.get_experiment(experiment_id)
out["experiment"] = (experiment.name, experiment.lifecycle_stage, experiment.tags)
out["experiments"] = sorted(one.name for one in client.search_experiments())
out["run_id"] = run_id
print(json.dumps(out))
"""


def test_the_mlflow_client_works_unchanged(server: TrackingServer, tmp_path: object) -> None:
    env = {
        **server.env,
        "MLFLOW_TRACKING_URI": server.url,
        "MLFLOW_TRACKING_TOKEN": server.token,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GIT_PYTHON_REFRESH": "quiet",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    out = json.loads(done.stdout.splitlines()[-1])
    assert out["status"] == "FINISHED"
    assert out["params"] == {"lr": "0.1", "opt": "sgd", "layers": "2"}
    assert out["metrics"] == {"loss": "0.2", "acc": "0.9", "nan": "nan", "inf": "inf"}
    assert out["history"] == [0, 1, 2, 3, 4]
    assert out["files"] == ["config.json", "many", "notes"]
    assert out["many"] == ["many/a", "many/b"]
    assert (out["text"], out["downloaded"]) == ("hello", ["a", "b"])
    assert out["found"] == ["outer"]
    assert out["children"] == [["inner", 0.1]]
    assert out["refused"][0] == "INVALID_PARAMETER_VALUE"
    assert "Changing param values is not allowed" in out["refused"][1]
    assert out["batch"] == 999
    assert out["deleted"] == "deleted"
    assert out["experiment"] == ["renamed", "active", {"k": "v"}]
    assert out["experiments"] == ["Default", "renamed"]

    detail = server.get(f"/api/v1/runs/{out['run_id']}")
    assert isinstance(detail, dict)
    assert (detail["status"], detail["name"]) == ("FAILED", "outer")
    assert math.isclose(detail["metrics"]["loss"], 0.2)
    assert [child["name"] for child in detail["children"]] == ["inner"]
