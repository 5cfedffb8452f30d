"""MLflow's API of the model registry over HTTP: codes, messages and answers of MLflow 3."""

from typing import Any

import httpx
import pytest

from celltrail.events import new_id
from tests.server.recording import record

API = "/api/2.0/mlflow"
PROMPT = [{"key": "mlflow.prompt.is_prompt", "value": "true"}]


async def post(client: httpx.AsyncClient, call: str, **fields: Any) -> Any:
    answer = await client.post(f"{API}/{call}", json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def make(client: httpx.AsyncClient, name: str = "m", count: int = 1) -> None:
    await post(client, "registered-models/create", name=name)
    for _ in range(count):
        await post(client, "model-versions/create", name=name, source="s3://b/x")


@pytest.mark.parametrize(
    ("method", "call", "fields", "status", "code", "message"),
    [
        ("POST", "registered-models/create", {}, 400, "INVALID_PARAMETER_VALUE",
         "Missing value for required parameter 'name'. See the API docs"),
        ("POST", "registered-models/create", {"name": 5}, 400, "INVALID_PARAMETER_VALUE",
         "Invalid value 5 for parameter 'name' supplied"),
        ("POST", "registered-models/create", {"name": "a/b"}, 400, "INVALID_PARAMETER_VALUE",
         "Invalid model name 'a/b'. Names cannot contain '/' or ':'."),
        ("POST", "registered-models/create", {"name": ".."}, 400, "INVALID_PARAMETER_VALUE",
         "This name would resolve to '..'"),
        ("POST", "registered-models/create", {"name": "m"}, 400, "RESOURCE_ALREADY_EXISTS",
         "Registered Model (name=m) already exists."),
        ("POST", "registered-models/create", {"name": "m", "tags": PROMPT}, 400,
         "RESOURCE_ALREADY_EXISTS", "Tried to create a prompt with name 'm', but the name is "
         "already taken by a registered model."),
        ("POST", "registered-models/create", {"name": "x", "tags": "y"}, 400,
         "INVALID_PARAMETER_VALUE", "Invalid value \"y\" for parameter 'tags' supplied"),
        ("GET", "registered-models/get", {"name": "nope"}, 404, "RESOURCE_DOES_NOT_EXIST",
         "Registered Model with name=nope not found"),
        ("POST", "registered-models/rename", {"name": "m"}, 400, "INVALID_PARAMETER_VALUE",
         "Missing value for required parameter 'new_name'."),
        ("POST", "registered-models/rename", {"name": "m", "new_name": " "}, 400,
         "INVALID_PARAMETER_VALUE", "Missing value for required parameter 'new_name'."),
        ("GET", "registered-models/search", {"max_results": 1001}, 400, "INVALID_PARAMETER_VALUE",
         "Invalid value 1001 for parameter 'max_results' supplied"),
        ("GET", "registered-models/search", {"page_token": "x"}, 400, "INVALID_PARAMETER_VALUE",
         "Invalid page token"),
        ("GET", "registered-models/search", {"filter": "foo = 'x'"}, 400,
         "INVALID_PARAMETER_VALUE", "Invalid attribute key 'foo' specified."),
        ("POST", "registered-models/alias", {"name": "m", "alias": "v1", "version": "1"}, 400,
         "INVALID_PARAMETER_VALUE", "Version alias name 'v1' is reserved."),
        ("POST", "registered-models/alias", {"name": "m", "alias": "Latest", "version": "1"}, 400,
         "INVALID_PARAMETER_VALUE", "'latest' alias name (case insensitive) is reserved."),
        ("POST", "registered-models/alias", {"name": "m", "alias": "a b", "version": "1"}, 400,
         "INVALID_PARAMETER_VALUE", "Invalid alias name: 'a b'. Names may only contain"),
        ("POST", "registered-models/alias", {"name": "no", "alias": "a", "version": "1"}, 404,
         "RESOURCE_DOES_NOT_EXIST", "Model Version (name=no, version=1) not found"),
        ("GET", "registered-models/alias", {"name": "m", "alias": "none"}, 400,
         "INVALID_PARAMETER_VALUE", "Registered model alias none not found."),
        ("GET", "registered-models/alias", {"name": "empty", "alias": "latest"}, 404,
         "RESOURCE_DOES_NOT_EXIST", "Latest version not found for model empty."),
        ("POST", "model-versions/create", {"name": "m"}, 400, "INVALID_PARAMETER_VALUE",
         "Missing value for required parameter 'source'."),
        ("POST", "model-versions/create", {"name": "no", "source": "s3://b/x"}, 404,
         "RESOURCE_DOES_NOT_EXIST", "Registered Model with name=no not found"),
        ("POST", "model-versions/create", {"name": "m", "source": "s3://b/" + "x" * 2048}, 400,
         "INVALID_PARAMETER_VALUE", "'source' exceeds the maximum length of 2048 characters"),
        ("GET", "model-versions/get", {"name": "m", "version": "x"}, 400,
         "INVALID_PARAMETER_VALUE", "Parameter 'version' must be an integer, got 'x'."),
        ("GET", "model-versions/get", {"name": "m", "version": "9" * 30}, 404,
         "RESOURCE_DOES_NOT_EXIST", "Model Version (name=m, version="),
        ("GET", "model-versions/get-download-uri", {"name": "m"}, 400, "INVALID_PARAMETER_VALUE",
         "Parameter 'version' must be an integer, got ''."),
        ("PATCH", "model-versions/update", {"name": "m", "version": 1}, 400,
         "INVALID_PARAMETER_VALUE", "Invalid value 1 for parameter 'version' supplied"),
        ("POST", "model-versions/transition-stage", {"name": "m", "version": "1", "stage": "x"},
         400, "INVALID_PARAMETER_VALUE", "Invalid Model Version stage: x. Value must be one of "
         "None, Staging, Production, Archived."),
        ("POST", "model-versions/transition-stage",
         {"name": "m", "version": "1", "stage": "None", "archive_existing_versions": True}, 400,
         "INVALID_PARAMETER_VALUE", "'None' is not an Active stage. Valid stages are "
         "['Staging', 'Production']"),
        ("GET", "model-versions/search", {"max_results": 0}, 400, "INVALID_PARAMETER_VALUE",
         "Invalid value for max_results. It must be a positive integer, but got 0"),
        ("DELETE", "model-versions/delete", {"name": "m", "version": "9"}, 404,
         "RESOURCE_DOES_NOT_EXIST", "Model Version (name=m, version=9) not found"),
    ],
)  # fmt: skip
async def test_refusals_have_mlflows_code_and_message(
    ada: httpx.AsyncClient,
    method: str,
    call: str,
    fields: Any,
    status: int,
    code: str,
    message: str,
) -> None:
    await make(ada)
    await make(ada, "empty", 0)
    where = "params" if method == "GET" else "json"
    answer = await ada.request(method, f"{API}/{call}", **{where: fields})
    assert (answer.status_code, answer.json()["error_code"]) == (status, code), answer.text
    assert message in answer.json()["message"]


async def test_a_new_version_is_answered_as_mlflow_does(ada: httpx.AsyncClient) -> None:
    await make(ada, count=0)
    tags = [{"key": "k", "value": "v"}]
    made = await post(ada, "model-versions/create", name="m", source="s3://b/x", tags=tags)
    version = made["model_version"]
    created = version.pop("creation_timestamp")
    assert version.pop("last_updated_timestamp") == created
    assert version == {
        "name": "m", "version": "1", "current_stage": "None", "description": "", "user_id": "ada",
        "source": "s3://b/x", "run_id": "", "run_link": "", "status": "READY", "tags": tags,
    }  # fmt: skip
    await post(ada, "registered-models/alias", name="m", alias="champ", version="1")
    model = await ada.get(f"{API}/registered-models/get", params={"name": "m"})
    assert model.json()["registered_model"]["aliases"] == [{"alias": "champ", "version": "1"}]
    cleared = await ada.patch(f"{API}/model-versions/update", json={"name": "m", "version": "1"})
    assert "description" not in cleared.json()["model_version"]


async def test_latest_versions_are_asked_for_by_post_and_get(ada: httpx.AsyncClient) -> None:
    await make(ada, count=3)
    call = "registered-models/get-latest-versions"
    await post(ada, "model-versions/transition-stage", name="m", version="2", stage="staging")
    posted = await post(ada, call, name="m")
    assert [one["version"] for one in posted["model_versions"]] == ["2", "3"]
    got = await ada.get(f"{API}/{call}", params={"name": "m", "stages": ["None", "Archived"]})
    assert [one["version"] for one in got.json()["model_versions"]] == ["3"]


async def test_pages_of_a_search_follow_each_other(ada: httpx.AsyncClient) -> None:
    await make(ada, count=3)
    query: dict[str, Any] = {"filter": "name = 'm'", "max_results": 2, "order_by": "version_number"}
    first = (await ada.get(f"{API}/model-versions/search", params=query)).json()
    query["page_token"] = first["next_page_token"]
    rest = (await ada.get(f"{API}/model-versions/search", params=query)).json()
    found = [one["version"] for one in (*first["model_versions"], *rest["model_versions"])]
    assert found == ["1", "2", "3"]
    assert "next_page_token" not in rest


async def test_files_of_a_version_are_downloaded_with_the_right_to_its_run(
    ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    run_id, _ = await record(ada, b"weights")
    await make(ada, count=0)
    source = f"mlflow-artifacts:/1/{run_id}/artifacts/plots"
    await post(ada, "model-versions/create", name="m", source=source, run_id=run_id)
    query = {"name": "m", "version": "1", "path": "a.png"}
    found = await ada.get("/model-versions/get-artifact", params=query)
    assert (found.content, found.headers["x-content-type-options"]) == (b"weights", "nosniff")
    location = await ada.get(f"{API}/model-versions/get-download-uri", params=query)
    assert location.json() == {"artifact_uri": source}
    for path, status in (("../x", 400), ("none.png", 404), ("", 400)):
        answer = await ada.get("/model-versions/get-artifact", params=query | {"path": path})
        assert answer.status_code == status
    assert (await bob.get("/model-versions/get-artifact", params=query)).status_code == 404
    await post(ada, "model-versions/create", name="m", source="s3://b/x")
    elsewhere = await ada.get("/model-versions/get-artifact", params=query | {"version": "2"})
    assert elsewhere.status_code == 400
    assert "s3://b/x" in elsewhere.json()["message"]


async def test_a_version_shows_the_cell_run_that_registered_it(
    ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    execution_id = new_id()
    await make(ada)
    ada.headers["X-Celltrail-Execution"] = execution_id
    await post(ada, "model-versions/create", name="m", source="s3://b/x")
    found = (await ada.get("/api/v1/models/m/versions")).json()
    assert [(one["version"], one["execution_id"]) for one in found["versions"]] == [
        (2, execution_id), (1, None),
    ]  # fmt: skip
    listed = (await ada.get("/api/v1/models")).json()
    assert [(one["name"], len(one["latest_versions"])) for one in listed["models"]] == [("m", 1)]
    assert (await bob.get("/api/v1/models/m/versions")).status_code == 404
    assert (await bob.get("/api/v1/models")).json() == {"models": [], "next": None}
