"""Several servers of one user, through the front door: each with its profile, each counted."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.conftest import wait_for
from tests.hub.conftest import Person
from tests.hub.deployed_hub import DeployedHub, answers, noop_deployment, submit

pytestmark = pytest.mark.integration

PROFILES = """
profiles:
- {slug: small, display_name: Small & quiet, who: everyone, memory: {limit: 1Gi}}
- {slug: big, display_name: Big, who: everyone, memory: {limit: 4Gi}}
quotas:
- {name: memory-each, who: everyone, memory: 6Gi}
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedHub]:
    folder = tmp_path_factory.mktemp("named")
    (folder / "profiles.yaml").write_text(PROFILES)
    settings = {
        "servers": {"namespace": "users", "image": "none:1", "named": 3},
        "profiles": str(folder / "profiles.yaml"),
    }
    with noop_deployment(folder, settings) as hub:
        yield hub


def start(person: Person, server: str, profile: str) -> httpx.Response:
    """Choose a profile on the spawn page of a server; return the page that follows."""
    path = f"/hub/spawn/{person.name}" + (f"/{server}" if server else "")
    return submit(person.browser, person.browser.get(path), profile=profile)


def held(hub: DeployedHub, user: str) -> set[tuple[str, str]]:
    """Servers and profiles that the ledger has as running."""
    with closing(sqlite3.connect(hub.folder / "ledger.sqlite")) as ledger:
        rows = ledger.execute(
            "SELECT server, profile FROM servers WHERE user = ? AND ended IS NULL", [user]
        )
        return set(rows)


def shown(page: str) -> dict[str, str]:
    """Profiles on the home page by server."""
    [table] = re.findall(r'<table[^>]*id="celltrail-running".*?</table>', page, re.DOTALL)
    rows = re.findall(r"<th scope=\"row\">(.*?)</th>\s*<td>(.*?)</td>", table, re.DOTALL)
    return {server.strip(): profile.strip() for server, profile in rows}


def test_each_server_has_its_profile_and_counts(hub: DeployedHub):
    ada = Person(hub, "ada")
    ada.log_in()
    start(ada, "", "small")
    start(ada, "second", "big")
    for name in ("", "second/"):
        wait_for("the server", lambda n=name: answers(f"{hub.url}/user/ada/{n}api"))
    assert held(hub, "ada") == {("", "small"), ("second", "big")}
    assert shown(ada.browser.get("/hub/home").text) == {
        "My server": "Small &amp; quiet",
        "second": "Big",
    }
    refused = start(ada, "third", "big")
    assert refused.status_code == 429
    assert "memory-each" in refused.text
    assert held(hub, "ada") == {("", "small"), ("second", "big")}
    ada.api("DELETE", "/users/ada/servers/second")
    wait_for("its end", lambda: held(hub, "ada") == {("", "small")})
    assert start(ada, "third", "big").status_code == 200
    wait_for("the third", lambda: held(hub, "ada") == {("", "small"), ("third", "big")})


def test_a_server_of_another_name_is_another_address(hub: DeployedHub):
    bob = Person(hub, "bob")
    bob.log_in()
    start(bob, "one", "small")
    wait_for("the server", lambda: answers(f"{hub.url}/user/bob/one/api"))
    start(bob, "two", "small")
    wait_for("the server", lambda: answers(f"{hub.url}/user/bob/two/api"))
    one, two = ((hub.folder / f"bob.{name}.token").read_text() for name in ("one", "two"))
    assert one != two


@pytest.mark.parametrize("name", ["One", "one-", "o--ne", "1one", "o" * 31, "o.ne", "ö"])
def test_a_name_that_could_be_taken_for_another_is_refused(hub: DeployedHub, name: str):
    carol = Person(hub, "carol")
    carol.log_in()
    xsrf = carol.browser.cookies.get("_xsrf", path="/hub/") or ""
    answer = carol.browser.post(
        f"/hub/api/users/carol/servers/{name}", headers={"X-XSRFToken": xsrf}
    )
    assert answer.status_code == 400
    assert held(hub, "carol") == set()


def test_no_more_servers_than_allowed_have_names(hub: DeployedHub):
    dan = Person(hub, "dan")
    dan.log_in()
    for name in ("a", "b", "c"):
        start(dan, name, "small")
        wait_for("the server", lambda n=name: answers(f"{hub.url}/user/dan/{n}/api"))
    refused = dan.browser.get("/hub/spawn/dan/d")
    assert refused.status_code == 400
    assert "already has the maximum of 3 named servers" in refused.text


def test_the_same_name_twice_is_one_server(hub: DeployedHub):
    eve = Person(hub, "eve")
    eve.log_in()
    start(eve, "one", "small")
    wait_for("the server", lambda: answers(f"{hub.url}/user/eve/one/api"))
    xsrf = eve.browser.cookies.get("_xsrf", path="/hub/") or ""
    again = eve.browser.post("/hub/api/users/eve/servers/one", headers={"X-XSRFToken": xsrf})
    assert again.status_code == 400
    assert "already running" in again.json()["message"]
    assert held(hub, "eve") == {("one", "small")}
