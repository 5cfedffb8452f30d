"""The proxy that the hub tells its routes, and users' servers while the hub is away."""

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from celltrail_hub.deployment.proxy import PushedProxy, traefik_configuration
from celltrail_hub.local.ports import free_ports
from tests.conftest import wait_for
from tests.hub.conftest import Person
from tests.hub.deployed_hub import PROXY_TOKEN, DeployedHub, answers, noop_deployment


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedHub]:
    with noop_deployment(tmp_path_factory.mktemp("deployed"), {}) as hub:
        yield hub


async def end_tasks() -> None:
    """End what a hub has begun, as its end does."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_each_route_has_a_rule_and_a_target():
    made = traefik_configuration(
        {"/": "http://hub:8081", "/user/ada/": "http://10.0.0.3:8888"}, "m"
    )
    [router] = [each for each in made["http"]["routers"].values() if "ada" in each["rule"]]
    assert router["rule"] == "( PathPrefix(`/user/ada/`) || Path(`/user/ada`) )"
    service = made["http"]["services"][router["service"]]
    assert service == {"loadBalancer": {"servers": [{"url": "http://10.0.0.3:8888"}]}}


async def test_a_start_does_not_fail_because_the_proxy_is_away(caplog: pytest.LogCaptureFixture):
    [nobody] = free_ports("127.0.0.1", 1)
    hub = SimpleNamespace(routespec="/", host="http://hub:8081")
    proxy = PushedProxy(
        app=SimpleNamespace(hub=hub),
        hub=hub,
        url=f"http://127.0.0.1:{nobody}",
        timeout=0.2,
        log=logging.getLogger(),
    )
    await proxy.check_routes({}, {})
    await proxy.add_route("/user/ada/", "http://10.0.0.3:8888", {"user": "ada"})
    assert "/user/ada/" in await proxy.get_all_routes()
    assert "No traefik has taken the routes in 0.2 s" in caplog.text
    await end_tasks()


def knows(url: str, headers: dict[str, str], rule: str) -> bool:
    try:
        return rule in httpx.get(url, headers=headers).text
    except httpx.TransportError:  # it is not up yet
        return False


@pytest.mark.integration
async def test_every_traefik_behind_a_name_is_told_and_none_waits_for_a_dead_one(
    hub: DeployedHub, monkeypatch: pytest.MonkeyPatch
):
    hub.start_proxy("second", "127.0.0.2")
    hosts = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]  # nobody is at the last

    resolve_really = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: Any, **named: Any) -> list[Any]:
        if host != "proxies":
            return resolve_really(host, port, *rest, **named)
        return [(0, 0, 0, "", (each, port)) for each in hosts]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    fake = SimpleNamespace(routespec="/", host="http://hub:8081")
    proxy = PushedProxy(
        app=SimpleNamespace(hub=fake),
        hub=fake,
        url=f"http://proxies:{hub.rest_port}",
        token=PROXY_TOKEN,
        log=logging.getLogger(),
    )
    await proxy.check_routes({}, {})
    for name in ("ada", "bob"):
        await proxy.add_route(f"/user/{name}/", "http://10.0.0.3:8888", {"user": name})
    headers = {"Authorization": f"Bearer {PROXY_TOKEN}"}
    for host in hosts[:2]:
        # One of them is enough for `add_route`; the hub tells the first one its own routes, too.
        asked = f"http://{host}:{hub.rest_port}/api/http/routers"
        told = partial(knows, asked, headers, "PathPrefix(`/user/bob/`)")
        await asyncio.to_thread(wait_for, f"the route at {host}", told)
    hub.end("second", signal.SIGKILL)
    await end_tasks()


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

    def hub_answers() -> bool:
        assert reached()
        return answers(f"{hub.hub_url}/hub/health")

    wait_for("the hub itself", hub_answers, timeout_seconds=60)
    hub.wait_until_ready()
    assert reached()
    assert person.browser.get("/hub/home").url.path == "/hub/home"
