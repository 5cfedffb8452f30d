"""The image of steps runs the digits pipeline: a Kubernetes Job for each step, as engines do it."""

import json
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client

from celltrail.cli import main
from celltrail.settings import Settings
from celltrail_pipelines.recording import PipelineRun
from tests.cluster.conftest import new_namespace
from tests.cluster.installing import CHECKOUT, Member, Platform, image
from tests.conftest import wait_for

pytestmark = pytest.mark.cluster
WORK = "/work"


@pytest.fixture
def engine(core: client.CoreV1Api) -> Iterator[str]:
    """A namespace of an engine, strict as ours, with a volume for what steps pass on."""
    with new_namespace(core, **{"pod-security.kubernetes.io/enforce": "restricted"}) as namespace:
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        core.create_namespaced_persistent_volume_claim(
            namespace, {"metadata": {"name": "work"}, "spec": spec}
        )
        yield namespace


def compiled(folder: Path) -> dict[str, Any]:
    file = folder / "digits.yaml"
    notebook = str(CHECKOUT / "examples" / "digits.ipynb")
    assert main(["export", notebook, "--to", "kfp", "-o", str(file), "--image", image("step")]) == 0
    spec: dict[str, Any] = yaml.safe_load(file.read_text())
    return spec


def executor_input(pipeline: dict[str, Any], name: str) -> dict[str, Any]:
    """What Kubeflow's driver tells a step: where its inputs are, and where its outputs go."""
    task = pipeline["root"]["dag"]["tasks"][name]
    component = pipeline["components"][task["componentRef"]["name"]]
    given = pipeline["root"]["inputDefinitions"]["parameters"]

    def artifact(producer: str, key: str) -> dict[str, Any]:
        kind = {"schemaTitle": "system.Artifact", "schemaVersion": "0.0.1"}
        return {"artifacts": [{"name": key, "uri": f"{WORK}/{producer}/{key}", "type": kind}]}

    def sources(kind: str) -> dict[str, Any]:
        found: dict[str, Any] = task.get("inputs", {}).get(kind, {})
        return found

    return {
        "inputs": {
            "parameterValues": {
                key: default(given[source["componentInputParameter"]])
                for key, source in sources("parameters").items()
            },
            "artifacts": {
                key: artifact(
                    source["taskOutputArtifact"]["producerTask"],
                    source["taskOutputArtifact"]["outputArtifactKey"],
                )
                for key, source in sources("artifacts").items()
            },
        },
        "outputs": {
            "artifacts": {
                key: artifact(name, key)
                for key in component.get("outputDefinitions", {}).get("artifacts", {})
            },
            "outputFile": f"{WORK}/{name}/executor_output.json",
        },
    }


def default(parameter: dict[str, Any]) -> Any:
    """A default as the driver passes it on: in the file all numbers have a point."""
    value = parameter["defaultValue"]
    return int(value) if parameter["parameterType"] == "NUMBER_INTEGER" else value


def job(pipeline: dict[str, Any], name: str, environment: dict[str, str]) -> dict[str, Any]:
    task = pipeline["root"]["dag"]["tasks"][name]
    component = pipeline["components"][task["componentRef"]["name"]]
    container = pipeline["deploymentSpec"]["executors"][component["executorLabel"]]["container"]
    told = json.dumps(executor_input(pipeline, name))
    spec = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            "fsGroup": 100,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumes": [{"name": "work", "persistentVolumeClaim": {"claimName": "work"}}],
        "containers": [
            {
                "name": "step",
                "image": container["image"],
                "imagePullPolicy": "IfNotPresent",
                "command": container["command"],
                "args": [each.replace("{{$}}", told) for each in container["args"]],
                "env": [{"name": key, "value": value} for key, value in environment.items()],
                "volumeMounts": [{"name": "work", "mountPath": WORK}],
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                },
            }
        ],
    }
    return {"metadata": {"name": name}, "spec": {"backoffLimit": 0, "template": {"spec": spec}}}


def test_each_step_runs_as_a_job_and_the_result_is_the_notebooks(
    platform: Platform, core: client.CoreV1Api, engine: str, tmp_path: Path
) -> None:
    nina = platform.person("nina")
    nina.log_in()
    token = nina.api("POST", "/users/nina/tokens", json={})["token"]
    url = f"{platform.url}/services/celltrail"
    run = PipelineRun(
        Settings.from_env({"CELLTRAIL_URL": url, "CELLTRAIL_TOKEN": token}), "digits", "digits"
    )
    run.log_params({})
    pipeline = compiled(tmp_path)
    environment = {
        "CELLTRAIL_URL": f"http://celltrail-proxy.{platform.namespace}/services/celltrail",
        "CELLTRAIL_TOKEN": token,
        "CELLTRAIL_PARENT_RUN_ID": run.run_id,
        "CELLTRAIL_EXPERIMENT": "digits",
    }
    tasks = pipeline["root"]["dag"]["tasks"]
    after = {name: task.get("dependentTasks", []) for name, task in tasks.items()}
    for name in TopologicalSorter(after).static_order():
        run_job(platform, engine, job(pipeline, name, environment))
    run.end("FINISHED")
    children = steps_of(nina, run.run_id)
    assert {each["name"]: each["status"] for each in children} == dict.fromkeys(tasks, "FINISHED")
    (accuracy,) = (
        each["metrics"]["accuracy"] for each in children if "accuracy" in each["metrics"]
    )
    assert accuracy == pytest.approx(NOTEBOOK_ACCURACY, abs=1e-6)


NOTEBOOK_ACCURACY = 436 / 450
"""What examples/digits.ipynb says: 14 errors among 450 digits."""


def run_job(platform: Platform, namespace: str, manifest: dict[str, Any]) -> None:
    batch = client.BatchV1Api(platform.api)
    batch.create_namespaced_job(namespace, manifest)
    name = manifest["metadata"]["name"]

    def ended() -> Any:
        status = batch.read_namespaced_job_status(name, namespace).status
        return status if status.succeeded or status.failed else None

    status = wait_for(f"the end of {name}", ended, 90)
    if status.failed:
        pods = platform.core.list_namespaced_pod(namespace, label_selector=f"job-name={name}")
        log = platform.core.read_namespaced_pod_log(pods.items[0].metadata.name, namespace)
        pytest.fail(f"step {name}: {log}")


def steps_of(member: Member, run_id: str) -> list[dict[str, Any]]:
    answer = member.tracking().get("/api/v1/runs", params={"parent_id": run_id}).raise_for_status()
    runs: list[dict[str, Any]] = answer.json()["runs"]
    return runs
