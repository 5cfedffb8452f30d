"""What the token of a user's server may do: at the hub, and at tracking servers beside it."""

from collections.abc import Iterator

import httpx
import pytest

from celltrail_hub.local.ports import free_ports
from tests.conftest import wait_for
from tests.hub.conftest import Hub, Person, Server
from tests.hub.deployed_hub import DeployedHub, noop_deployment
from tests.server.postgres import running

pytestmark = pytest.mark.integration

MAY_NOT = [
    ("GET", "/users", 403),
    ("GET", "/users/bob", 404),
    ("GET", "/groups", 403),
    ("GET", "/services", 403),
    ("GET", "/proxy", 403),
    ("GET", "/info", 403),
    ("POST", "/shutdown", 403),
    ("POST", "/users/ada/server", 403),
    ("POST", "/users/ada/servers/other", 403),
    ("POST", "/users/bob/server", 403),
    ("DELETE", "/users/ada/server", 403),
    ("POST", "/users/ada/tokens", 403),
    ("GET", "/users/ada/tokens", 403),
    ("POST", "/users/eve", 403),
    ("PATCH", "/users/ada", 403),
    ("POST", "/groups/staff", 403),
]


def at_hub(url: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=f"{url}/hub/api", headers={"Authorization": f"token {token}"})


def assert_is_bound(client: httpx.Client) -> None:
    assert client.get("/user").json()["name"] == "ada"
    got = {(method, path): client.request(method, path).status_code for method, path, _ in MAY_NOT}
    assert got == {(method, path): status for method, path, status in MAY_NOT}


class Cluster:
    """Two tracking servers on one database, beside a hub below a prefix."""

    def __init__(self, hub: DeployedHub, other_port: int) -> None:
        self.hub = hub
        self.people = {name: Person(hub, name) for name in ("ada", "bob")}
        self.ports = (hub.tracking_port, other_port)

    def token(self, name: str) -> str:
        return (self.hub.folder / f"{name}..token").read_text()

    def tracking(self, name: str, replica: int) -> httpx.Client:
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.ports[replica]}/lab/services/celltrail",
            headers={"Authorization": f"Bearer {self.token(name)}"},
        )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    settings = {"hub": {"database": {"env": "HUB_DB"}}}
    [other] = free_ports("127.0.0.1", 1)
    with (
        running() as postgres,
        noop_deployment(
            folder, settings, prefix="/lab", HUB_DB=postgres.url(postgres.create())
        ) as hub,
    ):
        database = postgres.url(postgres.create())
        hub.start_tracking("tracking-1", hub.tracking_port, database)
        hub.start_tracking("tracking-2", other, database)
        cluster = Cluster(hub, other)
        for person in cluster.people.values():
            person.log_in_and_start()
        yield cluster
        for name in ("tracking-1", "tracking-2"):
            hub.end(name)


def test_a_servers_token_does_nothing_at_a_hub_with_pods(cluster: Cluster):
    with at_hub(cluster.hub.url, cluster.token("ada")) as client:
        assert_is_bound(client)


def test_a_servers_token_does_nothing_at_the_hub_of_one_machine(hub: Hub, ada: Server, bob: Server):
    token = ada.environment()["JUPYTERHUB_API_TOKEN"]
    with at_hub(hub.url, token) as client:
        assert_is_bound(client)


def new_run(client: httpx.Client, experiment: str) -> str:
    made = client.post("/api/2.0/mlflow/experiments/create", json={"name": experiment})
    assert made.status_code == 200, made.text
    body = {"experiment_id": made.json()["experiment_id"]}
    run = client.post("/api/2.0/mlflow/runs/create", json=body)
    assert run.status_code == 200, run.text
    return str(run.json()["run"]["info"]["run_id"])


def test_own_runs_are_found_at_each_tracking_server_and_nobody_elses(cluster: Cluster):
    with cluster.tracking("ada", 0) as first, cluster.tracking("ada", 1) as second:
        run = new_run(first, "by ada")
        assert second.get(f"/api/v1/runs/{run}").json()["owner"] == "ada"
    with cluster.tracking("bob", 0) as first, cluster.tracking("bob", 1) as second:
        for client in (first, second):
            assert client.get("/api/v1/me").json()["name"] == "bob"
            assert client.get(f"/api/v1/runs/{run}").status_code == 404


def test_the_tracking_server_is_reached_through_the_proxy_too(cluster: Cluster):
    headers = {"Authorization": f"Bearer {cluster.token('ada')}"}
    answer = httpx.get(f"{cluster.hub.url}/services/celltrail/api/v1/me", headers=headers)
    assert answer.json()["name"] == "ada"


def test_a_token_dies_with_its_server_everywhere(cluster: Cluster):
    person = Person(cluster.hub, "dan")
    person.log_in_and_start()
    clients = [cluster.tracking("dan", replica) for replica in (0, 1)]
    assert [client.get("/api/v1/me").status_code for client in clients] == [200, 200]
    person.stop_server()
    for client in clients:
        wait_for("the token to end", lambda c=client: c.get("/api/v1/me").status_code == 401)
        client.close()
    with at_hub(cluster.hub.url, cluster.token("dan")) as hub:
        assert hub.get("/user").status_code == 403


def test_a_tracking_server_goes_on_while_the_hub_is_away(cluster: Cluster):
    with cluster.tracking("ada", 1) as client:
        assert client.get("/api/v1/me").status_code == 200
        cluster.hub.end("hub")
        assert new_run(client, "without a hub")
        cluster.hub.start_hub()
        cluster.hub.wait_until_ready()
        assert client.get("/api/v1/me").status_code == 200
