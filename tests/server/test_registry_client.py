"""The real MLflow client against the model registry of the real server, and its webhooks."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TrackingServer
from tests.server.receiving import Receiver

pytestmark = pytest.mark.integration

SCRIPT = """
import json, os, pathlib, sys, tempfile
import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

client, out, receiver = MlflowClient(), {}, sys.argv[1]
hook = client.create_webhook(
    "hook", receiver, ["registered_model.created", "model_version.created",
    "model_version_tag.set", "model_version_alias.created", "prompt.created",
    "prompt_version.created", "prompt_alias.created"], secret="s3cret",
)
tested = client.test_webhook(hook.webhook_id)
out["tested"] = (tested.success, tested.response_status, tested.response_body)

with mlflow.start_run() as run, tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "MLmodel").write_text("flavors: {}")
    pathlib.Path(folder, "weights.bin").write_bytes(b"12345")
    mlflow.log_artifacts(folder, "model")
run_id = run.info.run_id
source = f"runs:/{run_id}/model"
client.create_registered_model("digits", tags={"team": "vision"}, description="numbers")
first = client.create_model_version("digits", source, run_id, description="first")
second = mlflow.register_model(source, "digits")
out["versions"] = [first.version, second.version, first.run_id == second.run_id == run_id]
out["user"] = first.user_id
client.set_registered_model_alias("digits", "champion", "1")
client.set_registered_model_alias("digits", "champion", "2")
out["champion"] = client.get_model_version_by_alias("digits", "champion").version
out["aliases"] = client.get_registered_model("digits").aliases
out["files"] = {
    uri: sorted(p.name for p in pathlib.Path(
        mlflow.artifacts.download_artifacts(artifact_uri=uri)).iterdir())
    for uri in ("models:/digits@champion", "models:/digits/1", "models:/digits/latest")
}
copy = client.copy_model_version("models:/digits@champion", "production-digits")
out["copy"] = (copy.name, copy.version, copy.source, copy.run_id == run_id)
client.transition_model_version_stage("digits", "1", "Production")
client.transition_model_version_stage("digits", "2", "Production", archive_existing_versions=True)
out["stages"] = {
    one.version: one.current_stage for one in client.get_latest_versions("digits")
}
client.set_model_version_tag("digits", "2", "checked", "yes")
client.delete_model_version_tag("digits", "2", "absent")
client.update_model_version("digits", "2", "second")
client.update_registered_model("digits", "all numbers")
client.set_registered_model_tag("digits", "owner", "ada")
client.delete_registered_model_tag("digits", "team")
version = client.get_model_version("digits", "2")
out["version"] = (version.description, version.tags, version.current_stage, list(version.aliases))
out["found"] = [
    (one.name, one.version)
    for one in client.search_model_versions(
        f"run_id = '{run_id}' AND name LIKE 'dig%'", order_by=["version_number ASC"])
]
mlflow.genai.register_prompt("greeting", "Hello {{name}}!", commit_message="polite")
mlflow.genai.register_prompt("greeting", "Hi {{name}}!")
mlflow.genai.set_prompt_alias("greeting", "best", 1)
out["prompt"] = (
    mlflow.genai.load_prompt("prompts:/greeting@best").format(name="Ada"),
    mlflow.genai.load_prompt("greeting", version=2).template,
    [prompt.name for prompt in mlflow.genai.search_prompts()],
)
out["models"] = [one.name for one in client.search_registered_models()]
client.rename_registered_model("digits", "numbers")
out["renamed"] = client.get_model_version_by_alias("numbers", "champion").name
client.delete_registered_model_alias("numbers", "champion")
client.delete_model_version("numbers", "2")
out["left"] = [one.version for one in client.search_model_versions("name = 'numbers'")]
client.delete_registered_model("numbers")
errors = {}
for name, call in {
    "model": lambda: client.get_registered_model("numbers"),
    "alias": lambda: client.get_model_version_by_alias("production-digits", "nope"),
    "local": lambda: client.create_model_version("production-digits", "/etc/passwd"),
    "taken": lambda: client.create_registered_model("greeting"),
    "inside": lambda: client.create_webhook("x", "http://10.0.0.1", ["prompt.created"]),
}.items():
    try:
        call()
    except MlflowException as error:
        errors[name] = error.error_code
out["errors"] = errors
out["hooks"] = [(one.name, one.secret) for one in client.list_webhooks()]
out["secret"] = "s3cret" in repr(client.get_webhook(hook.webhook_id).__dict__)
client.update_webhook(hook.webhook_id, name="renamed")
out["hook"] = client.get_webhook(hook.webhook_id).name
print(json.dumps(out))
"""

CHECK = """
import json, sys
from mlflow.webhooks.delivery import _generate_hmac_signature as sign
print(json.dumps([sign("s3cret", *args) for args in json.load(sys.stdin)]))
"""


def test_the_mlflow_client_works_unchanged_and_its_webhooks_are_told(
    tmp_path: Path, home: Path
) -> None:
    config = tmp_path / "config.py"
    config.write_text("c.TrackingServer.webhook_allowed_hosts = ['127.0.0.1']")
    server = TrackingServer(tmp_path / "server", "--config", str(config)).start()
    with Receiver().running() as receiver:
        try:
            out = run_script(server, SCRIPT, receiver.url)
            requests = receiver.wait(13)
        finally:
            server.end()
    assert out["tested"] == [True, 200, "thanks"]
    assert out["versions"] == ["1", "2", True]
    assert out["champion"] == "2"
    assert out["aliases"] == {"champion": "2"}
    for files in out["files"].values():  # the client adds a file of its own
        assert {"MLmodel", "weights.bin"} <= set(files)
    assert len(out["files"]) == 3
    assert out["copy"] == ["production-digits", "1", "models:/digits/2", True]
    assert out["stages"] == {"1": "Archived", "2": "Production"}
    assert out["version"] == ["second", {"checked": "yes"}, "Production", ["champion"]]
    assert out["found"] == [["digits", "1"], ["digits", "2"]]
    assert out["prompt"] == ["Hello Ada!", "Hi {{name}}!", ["greeting"]]
    assert out["models"] == ["digits", "production-digits"]
    assert out["renamed"] == "numbers"
    assert out["left"] == ["1"]
    assert out["errors"] == {
        "model": "RESOURCE_DOES_NOT_EXIST", "alias": "INVALID_PARAMETER_VALUE",
        "local": "INVALID_PARAMETER_VALUE", "taken": "RESOURCE_ALREADY_EXISTS",
        "inside": "INVALID_PARAMETER_VALUE",
    }  # fmt: skip
    assert out["hooks"] == [["hook", None]]
    assert (out["secret"], out["hook"]) == (False, "renamed")

    signed = [
        (one.headers["x-mlflow-delivery-id"], one.headers["x-mlflow-timestamp"], one.body)
        for one in requests
    ]
    made = subprocess.run(
        [sys.executable, "-c", CHECK], input=json.dumps(signed), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert json.loads(made.stdout) == [one.headers["x-mlflow-signature"] for one in requests]
    told = {(body["entity"], body["action"]) for body in map(json.loads, (r[2] for r in signed))}
    assert {
        ("registered_model", "created"), ("model_version", "created"), ("model_version_tag", "set"),
        ("model_version_alias", "created"), ("prompt", "created"), ("prompt_version", "created"),
        ("prompt_alias", "created"),
    } == told  # fmt: skip


def run_script(server: TrackingServer, script: str, *args: str) -> Any:
    env = {
        **server.env,
        "MLFLOW_TRACKING_URI": server.url,
        "MLFLOW_TRACKING_TOKEN": server.token,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GIT_PYTHON_REFRESH": "quiet",
    }
    done = subprocess.run(
        [sys.executable, "-c", script, *args], env=env, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    out: Any = json.loads(done.stdout.splitlines()[-1])
    return out
