"""People on one running hub: who gets in, what their servers find, whose runs they see."""

import httpx
import pytest

from tests.conftest import wait_for
from tests.hub.conftest import SERVICE, Hub, Server

# `former` at the start, so that the tracking server can forget its token during other tests.
pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("former")]

RECORD = """
import celltrail as ct
with ct.start_run("{name}", experiment="shared name"):
    ct.log(loss=0.5, step=1)
"""


@pytest.fixture(scope="session")
def former(hub: Hub) -> httpx.Client:
    """A client with the token of a server that has been stopped since."""
    person = hub.person("dan")
    client = person.log_in_and_start().tracking()
    assert client.get("/api/v1/me").json() == {"name": "dan", "workspaces": ["dan"]}
    person.stop_server()
    return client


def runs(client: httpx.Client) -> list[tuple[str, str]]:
    """Name and owner of all runs that the client's user sees."""
    found = []
    for experiment in client.get("/api/v1/experiments").json()["experiments"]:
        query = {"experiment_id": experiment["experiment_id"]}
        answer = client.get("/api/v1/runs", params=query).json()
        found += [(run["name"], run["owner"]) for run in answer["runs"]]
    return found


def test_a_wrong_password_is_refused(hub: Hub):
    answer = hub.person("eve").log_in("guessed-wrong-it")
    assert answer.status_code == 403
    assert "Invalid username or password" in answer.text


@pytest.mark.parametrize("name", ["Ada Lovelace", "../ada", ".hidden", "a" * 65, "zoë"])
def test_a_name_that_cannot_be_one_is_explained(hub: Hub, name: str):
    answer = hub.person(name).log_in()
    assert answer.status_code == 403
    assert "This cannot be a user name" in answer.text


def test_each_user_sees_only_own_runs(ada: Server, bob: Server):
    ada.run(RECORD.format(name="by ada"))
    bob.run(RECORD.format(name="by bob"))
    for_ada, for_bob = ada.tracking(), bob.tracking()
    wait_for("ada's run", lambda: runs(for_ada) == [("by ada", "ada")])
    wait_for("bob's run", lambda: runs(for_bob) == [("by bob", "bob")])


def test_mlflow_in_a_kernel_needs_no_set_up(ada: Server):
    code = "import mlflow\nwith mlflow.start_run() as run: mlflow.log_metric('acc', 0.9)\n"
    run_id = ada.run(code + "print('id', run.info.run_id)").split("id ")[-1].strip()
    answer = ada.tracking().get(f"/api/v1/runs/{run_id}")
    assert answer.json()["metrics"] == {"acc": 0.9}
    assert answer.json()["owner"] == "ada"


def test_a_server_knows_nothing_of_the_hub_but_its_own_token(ada: Server):
    variables = ada.environment()
    home = variables["HOME"]
    ours = {key: value for key, value in variables.items() if key.startswith("CELLTRAIL_")}
    assert set(ours) == {"CELLTRAIL_URL", "CELLTRAIL_HOME"}
    assert ours["CELLTRAIL_HOME"].startswith(home)
    assert ada.person.hub.password not in variables.values()
    assert not {key for key in variables if "COOKIE_SECRET" in key or "PROXY" in key}


def test_a_home_holds_the_example_at_first(ada: Server):
    names = [each["name"] for each in ada.client.get("/api/contents").json()["content"]]
    assert "digits.ipynb" in names


def test_lab_does_not_ask_about_news(ada: Server):
    answer = ada.client.get("/lab/api/settings/@jupyterlab/apputils-extension:notification")
    assert answer.json()["schema"]["properties"]["fetchNews"]["default"] == "false"


def test_the_tracking_server_answers_directly_and_through_the_proxy(hub: Hub, ada: Server):
    direct = ada.tracking()
    assert direct.get("/api/v1/me").json() == {"name": "ada", "workspaces": ["ada"]}
    proxied = httpx.get(f"{hub.url}{SERVICE}/api/v1/me", headers=direct.headers)
    assert proxied.json() == {"name": "ada", "workspaces": ["ada"]}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer of-bad-news"}])
def test_no_token_or_a_wrong_one_gets_401_as_json(hub: Hub, headers: dict[str, str]):
    answer = httpx.get(f"{hub.url}{SERVICE}/api/v1/me", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error_code"] == "UNAUTHENTICATED"


def test_a_login_in_the_browser_alone_gets_401_and_no_redirect(hub: Hub):
    person = hub.person("carol")
    person.log_in()
    answer = person.browser.get(f"{SERVICE}/api/v1/me")
    assert answer.status_code == 401
    assert answer.json()["error_code"] == "UNAUTHENTICATED"
    assert answer.history == []


def test_a_token_without_our_scopes_gets_nowhere(hub: Hub):
    person = hub.person("carol")
    person.log_in()
    body = {"scopes": ["read:users:name!user"], "expires_in": 60}
    token = person.api("POST", "/users/carol/tokens", json=body)["token"]
    answer = httpx.get(f"{hub.url}{SERVICE}/api/v1/me", headers={"Authorization": f"token {token}"})
    assert answer.status_code == 401


def test_the_token_of_a_stopped_server_is_refused(former: httpx.Client):
    wait_for(
        "the token to be forgotten",
        lambda: former.get("/api/v1/me").status_code == 401,
        timeout_seconds=60,
    )
