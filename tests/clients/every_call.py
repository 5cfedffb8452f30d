"""Makes every call that MLflow's users make, with whatever MLflow is installed here.

Runs alone, in an environment without Celltrail. Fails at the first call that does not do what it
says; prints, as JSON, the version and each request's method, path and status.
"""

import collections
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mlflow
import numpy as np
import requests
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

IS_3 = int(mlflow.__version__.partition(".")[0]) >= 3
REQUESTS: collections.Counter = collections.Counter()
CALLS: list = []


def recorded(send: Callable) -> Callable:
    """Count each request with the status of its answer."""

    def sending(self, request, **options):
        answer = send(self, request, **options)
        path = request.path_url.partition("?")[0]
        REQUESTS[f"{request.method} {path} {answer.status_code}"] += 1
        return answer

    return sending


requests.adapters.HTTPAdapter.send = recorded(requests.adapters.HTTPAdapter.send)


def call(function: Callable) -> Callable:
    """Run a function as part of the script."""
    CALLS.append(function)
    return function


def equal(actual: object, expected: object) -> None:
    if actual != expected:
        raise AssertionError(f"{actual!r} is not {expected!r}")


def refused(code: str, function: Callable, *args: object, **named: object) -> None:
    try:
        function(*args, **named)
    except MlflowException as error:
        equal(error.error_code, code)
    else:
        raise AssertionError(f"{function} was not refused with {code}")


client = MlflowClient()
iris = load_iris(as_frame=True)
model = LogisticRegression(max_iter=200).fit(iris.data, iris.target)
signature = mlflow.models.infer_signature(iris.data, model.predict(iris.data))


@call
def experiments() -> None:
    experiment = mlflow.set_experiment("digits")
    equal(mlflow.set_experiment("digits").experiment_id, experiment.experiment_id)
    mlflow.set_experiment_tag("team", "vision")
    other = client.create_experiment("other", tags={"a": "b"})
    client.rename_experiment(other, "another")
    client.delete_experiment(other)
    equal(client.get_experiment(other).lifecycle_stage, "deleted")
    client.restore_experiment(other)
    equal(client.get_experiment_by_name("another").tags, {"a": "b"})
    names = {one.name for one in mlflow.search_experiments(filter_string="name LIKE '%i%'")}
    equal(names, {"digits"})
    equal(client.get_experiment_by_name("no such"), None)
    refused("RESOURCE_ALREADY_EXISTS", client.create_experiment, "digits")
    refused("RESOURCE_DOES_NOT_EXIST", client.get_experiment, "4711")


@call
def runs_and_what_they_log() -> None:
    with mlflow.start_run(run_name="main", tags={"kind": "test"}, description="words") as run:
        mlflow.log_param("lr", 0.1)
        mlflow.log_params({"depth": 3, "text": "ü" * 500})
        for step in range(5):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"acc": 0.5, "inf": float("inf"), "nan": float("nan")}, step=1)
        mlflow.log_metric("late", 1.0, synchronous=False).wait()
        mlflow.set_tag("stage", "one")
        mlflow.set_tags({"two": "2", "gone": "x"})
        mlflow.delete_tag("gone")
        for name in "ab":
            with mlflow.start_run(run_name=f"child {name}", nested=True):
                mlflow.log_metric("score", ord(name))
    run_id = run.info.run_id
    with mlflow.start_run(run_id=run_id):
        mlflow.log_metric("resumed", 1)
    found = client.get_run(run_id)
    equal(found.info.status, "FINISHED")
    equal(found.data.params["depth"], "3")
    equal(found.data.metrics["inf"], float("inf"))
    equal(found.data.metrics["nan"] == found.data.metrics["nan"], False)
    equal(found.data.tags["mlflow.note.content"], "words")
    equal("gone" in found.data.tags, False)
    history = client.get_metric_history(run_id, "loss")
    equal([point.step for point in history], [0, 1, 2, 3, 4])
    refused("INVALID_PARAMETER_VALUE", client.log_param, run_id, "lr", 5)
    refused("RESOURCE_DOES_NOT_EXIST", client.get_run, "0" * 32)
    now = int(time.time() * 1000)
    client.log_batch(
        run_id,
        [Metric("many", step / 7, now + step, step) for step in range(800)],
        [Param(f"p{i}", str(i)) for i in range(90)],
        [RunTag(f"t{i}", str(i)) for i in range(90)],
    )
    equal(len(client.get_metric_history(run_id, "many")), 800)
    client.set_terminated(run_id, "FAILED")
    client.update_run(run_id, status="FINISHED", name="renamed")
    equal(client.get_run(run_id).info.run_name, "renamed")
    client.delete_run(run_id)
    client.restore_run(run_id)


@call
def searches() -> None:
    [experiment] = mlflow.search_experiments(filter_string="name = 'digits'")
    ids = [experiment.experiment_id]
    found = mlflow.search_runs(ids, "params.lr = '0.1' AND metrics.loss < 0.5")
    equal(list(found["tags.stage"]), ["one"])
    [run_id] = found["run_id"]
    children = client.search_runs(
        ids, f"tags.mlflow.parentRunId = '{run_id}'", order_by=["metrics.score DESC"]
    )
    equal([child.info.run_name for child in children], ["child b", "child a"])
    page = client.search_runs(ids, "", ViewType.ALL, 1, ["attributes.start_time ASC"])
    equal(page[0].info.run_id, run_id)
    following = client.search_runs(
        ids, "", ViewType.ALL, 1, ["attributes.start_time ASC"], page.token
    )
    equal(following[0].info.run_id == run_id, False)
    refused("INVALID_PARAMETER_VALUE", client.search_runs, ids, "nonsense ~ 5")


@call
def artifacts() -> None:
    with mlflow.start_run(run_name="files") as run, tempfile.TemporaryDirectory() as base:
        folder = Path(base)
        (folder / "one.txt").write_text("one")
        (folder / "sub").mkdir()
        (folder / "sub" / "two.bin").write_bytes(bytes(range(256)) * 5000)
        mlflow.log_artifact(folder / "one.txt", "texts")
        mlflow.log_artifacts(folder, "all")
        mlflow.log_text("some text", "note.txt")
        mlflow.log_dict({"a": [1, 2]}, "config.json")
        figure = Figure()
        figure.subplots().plot([1, 2, 3])
        mlflow.log_figure(figure, "plot.png")
        mlflow.log_image(np.zeros((8, 8, 3), np.uint8), "image.png")
        mlflow.log_table({"q": ["a", "b"], "score": [1, 2]}, "table.json")
        mlflow.log_table({"q": ["c"], "score": [3]}, "table.json")
    run_id = run.info.run_id
    equal({one.path for one in client.list_artifacts(run_id)} >= {"texts", "all", "note.txt"}, True)
    equal([one.path for one in client.list_artifacts(run_id, "all/sub")], ["all/sub/two.bin"])
    equal(mlflow.artifacts.load_text(f"runs:/{run_id}/note.txt"), "some text")
    equal(mlflow.artifacts.load_dict(f"runs:/{run_id}/config.json"), {"a": [1, 2]})
    with tempfile.TemporaryDirectory() as base:
        path = mlflow.artifacts.download_artifacts(
            run_id=run_id, artifact_path="all", dst_path=base
        )
        equal((Path(path) / "sub" / "two.bin").read_bytes(), bytes(range(256)) * 5000)
    table = mlflow.load_table("table.json", [run_id])
    equal(list(table["score"]), [1, 2, 3])


@call
def datasets() -> None:
    with mlflow.start_run(run_name="data") as run:
        data = mlflow.data.from_pandas(iris.frame, source="iris.csv", name="iris", targets="target")
        mlflow.log_input(data, context="training")
    [used] = client.get_run(run.info.run_id).inputs.dataset_inputs
    equal((used.dataset.name, used.tags[0].value), ("iris", "training"))


@call
def autologging() -> None:
    mlflow.sklearn.autolog(log_datasets=True, silent=True)
    LogisticRegression(C=0.5, max_iter=200).fit(iris.data, iris.target)
    mlflow.sklearn.autolog(disable=True)
    run = client.get_run(mlflow.last_active_run().info.run_id)
    equal(run.data.params["C"], "0.5")
    equal(run.data.metrics["training_accuracy_score"] > 0.9, True)
    equal(run.info.status, "FINISHED")


@call
def models_and_the_registry() -> None:
    named = {"name": "model"} if IS_3 else {"artifact_path": "model"}
    with mlflow.start_run(run_name="model") as run:
        logged = mlflow.sklearn.log_model(
            model, signature=signature, registered_model_name="iris", **named
        )
    loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
    equal(list(loaded.predict(iris.data))[:3], [0, 0, 0])
    version = mlflow.register_model(logged.model_uri, "iris", tags={"from": "script"})
    equal(version.version in ("2", 2), True)
    again = mlflow.register_model(f"runs:/{run.info.run_id}/model", "iris")
    client.set_registered_model_alias("iris", "champion", version.version)
    champion = mlflow.sklearn.load_model("models:/iris@champion")
    equal(list(champion.predict(iris.data))[:3], [0, 0, 0])
    equal(mlflow.sklearn.load_model("models:/iris/latest").C, model.C)
    equal(int(client.get_model_version_by_alias("iris", "champion").version), 2)
    client.delete_registered_model_alias("iris", "champion")
    client.update_registered_model("iris", "flowers")
    client.update_model_version("iris", version.version, "second")
    client.set_registered_model_tag("iris", "team", "vision")
    client.set_model_version_tag("iris", version.version, "checked", "yes")
    client.delete_registered_model_tag("iris", "team")
    client.delete_model_version_tag("iris", version.version, "checked")
    client.transition_model_version_stage("iris", version.version, "Production")
    equal(int(client.get_latest_versions("iris", ["Production"])[0].version), 2)
    client.get_model_version_download_uri("iris", version.version)
    client.delete_model_version("iris", again.version)
    equal(len(client.search_model_versions("name = 'iris'")), 2)
    client.rename_registered_model("iris", "flowers")
    equal([one.name for one in client.search_registered_models()], ["flowers"])
    client.create_registered_model("empty")
    client.delete_registered_model("empty")


@call
def evaluation() -> None:
    with mlflow.start_run(run_name="evaluated") as run:
        mlflow.models.evaluate(
            mlflow.pyfunc.load_model("models:/flowers/1"),
            iris.frame,
            targets="target",
            model_type="classifier",
            evaluators=["default"],
            evaluator_config={"default": {"log_model_explainability": False}},
        )
    equal(client.get_run(run.info.run_id).data.metrics["accuracy_score"] > 0.9, True)


@call
def logged_models() -> None:
    if not IS_3:
        return
    external = mlflow.create_external_model(name="elsewhere", params={"a": "1"})
    mlflow.log_model_params({"b": "2"}, external.model_id)
    mlflow.set_active_model(model_id=external.model_id)
    with mlflow.start_run():
        mlflow.log_metric("quality", 0.75, model_id=external.model_id)
    found = mlflow.get_logged_model(external.model_id)
    equal(found.params, {"a": "1", "b": "2"})
    equal([(one.key, one.value) for one in found.metrics], [("quality", 0.75)])
    mlflow.set_logged_model_tags(external.model_id, {"t": "v"})
    mlflow.delete_logged_model_tag(external.model_id, "t")
    best = mlflow.search_logged_models(filter_string="metrics.quality > 0.5", output_format="list")
    equal([one.model_id for one in best], [external.model_id])


@call
def traces() -> None:
    if not IS_3:
        return

    @mlflow.trace
    def add(a: int, b: int) -> int:
        return a + b

    equal(add(1, 2), 3)
    mlflow.flush_trace_async_logging()
    trace_id = mlflow.get_last_active_trace_id()
    mlflow.log_feedback(trace_id=trace_id, name="good", value=True)
    [experiment] = mlflow.search_experiments(filter_string="name = 'digits'")
    found = mlflow.search_traces(locations=[experiment.experiment_id], return_type="list")
    equal([one.info.trace_id for one in found], [trace_id])
    equal(found[0].data.spans[0].name, "add")


@call
def prompts() -> None:
    if not IS_3:
        return
    mlflow.genai.register_prompt(name="greet", template="Hello {{name}}")
    equal(mlflow.genai.load_prompt("prompts:/greet/1").format(name="Ada"), "Hello Ada")
    equal("greet" in [one.name for one in client.search_registered_models()], False)


def main() -> None:
    """Make the calls; the names of those that fail go to stderr with the reason."""
    for function in CALLS:
        try:
            function()
        except Exception as error:
            print(f"{function.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
            raise
    print(json.dumps({"version": mlflow.__version__, "requests": REQUESTS}))


if __name__ == "__main__":
    main()
