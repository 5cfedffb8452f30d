"""The real MLflow client logs models, datasets, evaluations and traces to the real server."""

import pytest

from tests.conftest import TrackingServer
from tests.server.test_registry_client import run_script

pytestmark = pytest.mark.integration

SCRIPT = """
import json, pathlib, warnings
warnings.simplefilter("ignore")
import mlflow, numpy as np, pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

client, out = MlflowClient(), {}
X, y = load_iris(return_X_y=True, as_frame=True)
model = LogisticRegression(max_iter=200).fit(X, y)

mlflow.set_experiment("models")
with mlflow.start_run() as run:
    info = mlflow.sklearn.log_model(
        model, name="iris", params={"C": "1.0"}, registered_model_name="iris",
        input_example=X.head(2),
    )
    dataset = mlflow.data.from_pandas(X.assign(target=y), name="iris", targets="target")
    mlflow.log_input(dataset, context="training", tags={"split": "all"})
    mlflow.log_metric("acc", 0.9, step=1, model_id=info.model_id, dataset=dataset)
    mlflow.log_metric("acc", 0.95, step=2, model_id=info.model_id)
run_id = run.info.run_id
logged = mlflow.get_logged_model(info.model_id)
out["logged"] = (logged.name, str(logged.status), logged.params, logged.source_run_id == run_id)
out["metrics"] = [(m.key, m.value, m.step, m.dataset_name) for m in logged.metrics]
seen = client.get_run(run_id)
out["inputs"] = [
    (one.dataset.name, {tag.key: tag.value for tag in one.tags})
    for one in seen.inputs.dataset_inputs
]
out["outputs"] = [one.model_id == info.model_id for one in seen.outputs.model_outputs]
out["loaded"] = {
    uri: float((mlflow.pyfunc.load_model(uri).predict(X) == y).mean()) > 0.9
    for uri in (f"runs:/{run_id}/iris", f"models:/{info.model_id}", "models:/iris/1",
                "models:/iris/latest")
}
second = mlflow.register_model(f"runs:/{run_id}/iris", "iris")
out["registered"] = (second.version, second.source == f"models:/{info.model_id}")
out["found"] = [
    one.name for one in mlflow.search_logged_models(
        filter_string="metrics.acc > 0.9 AND params.C = '1.0'", output_format="list",
        order_by=[{"field_name": "metrics.acc", "ascending": False}],
    )
]
out["runs"] = list(mlflow.search_runs()["run_id"]) == [run_id]
client.set_logged_model_tags(info.model_id, {"stage/x": "best", "gone": "1"})
client.delete_logged_model_tag(info.model_id, "gone")
tags = client.get_logged_model(info.model_id).tags
out["tags"] = {key: value for key, value in tags.items() if not key.startswith("mlflow.")}
out["files"] = sorted(one.path for one in client.list_logged_model_artifacts(info.model_id))

mlflow.set_experiment("autolog")
mlflow.sklearn.autolog()
with mlflow.start_run() as auto:
    LogisticRegression(max_iter=200, C=0.5).fit(X, y)
mlflow.sklearn.autolog(disable=True)
seen = client.get_run(auto.info.run_id)
out["autolog"] = {
    "param": seen.data.params["C"],
    "metric": "training_accuracy_score" in seen.data.metrics,
    "datasets": [one.tags[0].value for one in seen.inputs.dataset_inputs],
    "models": len(seen.outputs.model_outputs),
}
auto_id = seen.outputs.model_outputs[0].model_id
out["autolog"]["model"] = "training_accuracy_score" in {
    metric.key for metric in client.get_logged_model(auto_id).metrics
}

mlflow.set_experiment("evaluate")
with mlflow.start_run() as judged:
    data = mlflow.data.from_pandas(X.assign(target=y), name="test", targets="target")
    result = mlflow.models.evaluate(
        f"models:/{info.model_id}", data, model_type="classifier",
        evaluator_config={"log_explainer": False},
    )
out["evaluated"] = result.metrics["accuracy_score"] > 0.9
seen = client.get_run(judged.info.run_id)
out["evaluate"] = (
    [one.dataset.name for one in seen.inputs.dataset_inputs],
    [one.model_id == info.model_id for one in seen.inputs.model_inputs],
    "accuracy_score" in {m.key for m in client.get_logged_model(info.model_id).metrics},
)

mlflow.set_experiment("external")
external = mlflow.create_external_model(name="agent", model_type="agent", params={"k": "v"})
mlflow.log_model_params({"temperature": "0"}, model_id=external.model_id)
mlflow.set_active_model(model_id=external.model_id)
with mlflow.start_run() as run:
    mlflow.log_metric("latency", 12)
    mlflow.log_table({"a": [1, 2], "b": ["x", "y"]}, "table.json")
    mlflow.log_image(np.zeros((4, 4, 3), dtype=np.uint8), key="dark", step=1)
    mlflow.flush_artifact_async_logging()
kept = client.get_logged_model(external.model_id)
out["external"] = (kept.params, str(kept.status), [m.key for m in kept.metrics or []])
out["table"] = mlflow.load_table("table.json", run_ids=[run.info.run_id])["a"].tolist()
out["images"] = len(client.list_artifacts(run.info.run_id, "images"))
client.delete_logged_model(external.model_id)
try:
    client.get_logged_model(external.model_id)
except MlflowException as error:
    out["deleted"] = error.error_code
out["model_id"] = info.model_id
print(json.dumps(out))
"""


def test_the_mlflow_client_logs_models_unchanged(server: TrackingServer) -> None:
    out = run_script(server, SCRIPT)
    assert out["logged"] == ["iris", "READY", {"C": "1.0"}, True]
    assert out["metrics"] == [["acc", 0.9, 1, "iris"], ["acc", 0.95, 2, None]]
    assert out["inputs"] == [["iris", {"mlflow.data.context": "training", "split": "all"}]]
    assert out["outputs"] == [True]
    assert (len(out["loaded"]), all(out["loaded"].values())) == (4, True)
    assert out["registered"] == ["2", True]
    assert out["found"] == ["iris"]
    assert out["runs"] is True
    assert out["tags"] == {"stage/x": "best"}
    assert {"MLmodel", "model.skops", "model.pkl"} & set(out["files"]) > {"MLmodel"}
    assert out["autolog"] == {
        "param": "0.5", "metric": True, "datasets": ["train"], "models": 1, "model": True,
    }  # fmt: skip
    assert out["evaluated"] is True
    assert out["evaluate"] == [["test"], [True], True]
    params, status, measured = out["external"]
    assert (params, status, measured) == ({"k": "v", "temperature": "0"}, "READY", ["latency"])
    assert (out["table"], out["deleted"]) == ([1, 2], "RESOURCE_DOES_NOT_EXIST")
    assert out["images"] >= 1


TRACES = """
import json, warnings
warnings.simplefilter("ignore")
import mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource, Feedback, SpanType

client, out = MlflowClient(), {}
mlflow.set_experiment("traces")

@mlflow.trace(span_type=SpanType.CHAIN, attributes={"k": [1, 2.5, None, {"a": True}]})
def double(x):
    with mlflow.start_span("inner") as span:
        span.set_inputs({"x": x})
        span.set_outputs(2 * x)
    return 2 * x

@mlflow.trace
def broken():
    raise ValueError("no")

with mlflow.start_run() as run:
    double(21)
trace_id = mlflow.get_last_active_trace_id()
try:
    broken()
except ValueError:
    pass
mlflow.flush_trace_async_logging()

trace = mlflow.get_trace(trace_id)
root, inner = trace.data.spans
out["trace"] = (str(trace.info.state), root.name, inner.name, inner.parent_id == root.span_id)
out["root"] = (root.inputs, root.outputs, root.attributes["k"], root.span_type)
out["in_store"] = trace.info.tags["mlflow.trace.spansLocation"]
find = lambda **given: mlflow.search_traces(return_type="list", **given)
out["found"] = [(str(one.info.state), len(one.data.spans)) for one in find()]
out["errors"] = [one.data.spans[0].events[0].name for one in find(filter_string="status = 'ERROR'")]
out["of_run"] = [one.info.trace_id == trace_id for one in find(run_id=run.info.run_id)]
out["frame"] = len(mlflow.search_traces(
    filter_string="trace.name = 'double' AND timestamp_ms > 0", order_by=["timestamp_ms ASC"]
))
mlflow.set_trace_tag(trace_id, "team", "red")
client.set_trace_tag(trace_id, "gone", "x")
client.delete_trace_tag(trace_id, "gone")
feedback = mlflow.log_feedback(
    trace_id=trace_id, name="good", value=True, rationale="why",
    source=AssessmentSource("HUMAN", "ada"), metadata={"a": "b"},
)
mlflow.log_expectation(trace_id=trace_id, name="answer", value={"x": [42]})
mlflow.update_assessment(trace_id, feedback.assessment_id, Feedback(name="good", value=0.5))
other = mlflow.override_feedback(
    trace_id=trace_id, assessment_id=feedback.assessment_id, value=False
)
seen = mlflow.get_assessment(trace_id, feedback.assessment_id)
out["feedback"] = (seen.value, seen.rationale, seen.valid, seen.metadata)
mlflow.delete_assessment(trace_id, other.assessment_id)
last = client.get_trace(trace_id).info
out["assessments"] = [(one.name, one.value) for one in last.assessments]
out["tags"] = (last.tags["team"], "gone" in last.tags)
out["deleted"] = client.delete_traces(run.info.experiment_id, trace_ids=[trace_id])
out["left"] = len(find())
print(json.dumps(out))
"""


def test_the_mlflow_client_traces_unchanged(server: TrackingServer) -> None:
    out = run_script(server, TRACES)
    assert out["trace"] == ["OK", "double", "inner", True]
    assert out["root"] == [{"x": 21}, 42, [1, 2.5, None, {"a": True}], "CHAIN"]
    assert out["in_store"] == "TRACKING_STORE"
    assert out["found"] == [["ERROR", 1], ["OK", 2]]
    assert out["errors"] == ["exception"]
    assert (out["of_run"], out["frame"]) == ([True], 1)
    assert out["feedback"] == [0.5, "why", False, {"a": "b"}]
    assert out["assessments"] == [["good", 0.5], ["answer", {"x": [42]}]]
    assert out["tags"] == ["red", False]
    assert (out["deleted"], out["left"]) == (1, 1)
