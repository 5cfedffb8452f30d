"""A proxy that asks the hub for its routes, and users' servers while the hub is away."""

from collections.abc import Iterator

import httpx
import pytest

from celltrail_hub.proxy import traefik_configuration
from tests.conftest import wait_for
from tests.hub.deployed_hub import PROXY_TOKEN, DeployedHub, noop_deployment, submit


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedHub]:
    login = {"password": {"password": {"env": "SHARED"}}, "allowed": {"everyone": True}}
    folder = tmp_path_factory.mktemp("deployed")
    with noop_deployment(folder, {"authentication": login}, SHARED="long enough a word") as hub:
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
    browser = hub.browser()
    page = submit(browser, browser.get("/hub/login"), username="ada", password="long enough a word")
    assert page.status_code == 200
    browser.get("/hub/spawn/ada")

    def answers() -> bool:
        return httpx.get(f"{hub.url}/user/ada/api").status_code == 200

    wait_for("the server", answers)
    hub.end("hub")
    assert answers()
    hub.start_hub()
    wait_for("the hub itself", lambda: answers() and _answers_itself(hub), timeout_seconds=60)
    hub.wait_until_ready()
    assert answers()
    assert browser.get("/hub/home").url.path == "/hub/home"


def _answers_itself(hub: DeployedHub) -> bool:
    try:
        return httpx.get(f"{hub.hub_url}/hub/health").status_code == 200
    except httpx.TransportError:
        return False
