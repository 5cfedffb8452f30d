"""A proxy that asks the hub for its routes, and users' servers while the hub is away."""

from collections.abc import Iterator

import httpx
import pytest

from celltrail_hub.proxy import traefik_configuration
from tests.conftest import wait_for
from tests.hub.conftest import Person
from tests.hub.deployed_hub import PROXY_TOKEN, DeployedHub, answers, noop_deployment


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedHub]:
    with noop_deployment(tmp_path_factory.mktemp("deployed"), {}) as hub:
        yield hub


def test_each_route_has_a_rule_and_a_target():
    made = traefik_configuration(
        {"/": "http://hub:8081", "/user/ada/": "http://10.0.0.3:8888"}, "m"
    )
    [router] = [each for each in made["http"]["routers"].values() if "ada" in each["rule"]]
    assert router["rule"] == "( PathPrefix(`/user/ada/`) || Path(`/user/ada`) )"
    service = made["http"]["services"][router["service"]]
    assert service == {"loadBalancer": {"servers": [{"url": "http://10.0.0.3:8888"}]}}


@pytest.mark.integration
@pytest.mark.parametrize("token", ["guessed", PROXY_TOKEN + "x"])
def test_traefik_takes_routes_only_from_who_knows_the_token(hub: DeployedHub, token: str):
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.put(f"{hub.rest_url}/api/providers/rest", headers=headers, json={})
    assert answer.status_code == 404
    assert httpx.get(f"{hub.rest_url}/api/http/routers", headers=headers).status_code == 404


@pytest.mark.integration
def test_a_proxy_that_starts_anew_learns_the_routes(hub: DeployedHub):
    hub.end("proxy")
    hub.start_proxy()
    hub.wait_until_ready()


@pytest.mark.integration
def test_servers_stay_reachable_while_the_hub_is_away_and_after(hub: DeployedHub):
    person = Person(hub, "ada")
    person.log_in_and_start()

    def reached() -> bool:
        return answers(f"{hub.url}/user/ada/api")

    wait_for("the server", reached)
    hub.end("hub")
    assert reached()
    hub.start_hub()
    wait_for(
        "the hub itself",
        lambda: reached() and answers(f"{hub.hub_url}/hub/health"),
        timeout_seconds=60,
    )
    hub.wait_until_ready()
    assert reached()
    assert person.browser.get("/hub/home").url.path == "/hub/home"
