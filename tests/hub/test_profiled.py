"""A real JupyterHub with profiles: nothing that a user sends gets too much, or harms the hub."""

import contextlib
import os
import random
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.conftest import wait_for
from tests.hub.profiled_hub import PROFILES, TOKEN, ProfiledHub, running_profiled_hub

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProfiledHub]:
    with running_profiled_hub(tmp_path_factory.mktemp("profiled")) as hub:
        yield hub


@pytest.fixture(autouse=True)
def nothing_left(hub: ProfiledHub) -> Iterator[None]:
    yield
    hub.stop_all()


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["message"]


def test_choices_reach_the_server(hub: ProfiledHub) -> None:
    answer = hub.ask("ada", {"profile": "small", "size": "xl"})
    assert answer.status_code in (201, 202), answer.text
    server = hub.server("ada")
    assert server["user_options"] == {"profile": "small", "size": "xl", "note": "none"}
    assert server["state"]["mem_limit"] == 4 * 2**30
    assert "unhandled user_options" not in hub.log()


@pytest.mark.parametrize(
    ("user", "options", "status", "said"),
    [
        ("bob", {"profile": "secret"}, 403, "yours are: small, gpu"),
        ("bob", {"profile": "small", "size": "xl"}, 400, "no choice 'xl'"),
        ("bob", {"profile": "small", "size": "nope"}, 400, "there are: s, l"),
        ("bob", {"profile": "small", "note--unlisted-choice": "a\n"}, 400, "not allowed"),
        ("bob", {"mem_limit": "100G"}, 400, "no option 'mem_limit'"),
        ("dan", {}, 403, "no profile is offered to you"),
        ("dan", None, 403, "no profile is offered to you"),
        ("dan", {"profile": "small"}, 403, "no profile is offered to you"),
    ],
)
def test_what_is_not_offered_is_refused_with_the_reason(
    hub: ProfiledHub, user: str, options: Any, status: int, said: str
) -> None:
    got, message = refusal(hub.ask(user, options))
    assert got == status
    assert said in message
    assert hub.server(user).get("ready") in (None, False)


def test_a_refused_request_does_not_spoil_the_next(hub: ProfiledHub) -> None:
    assert hub.ask("bob", {"profile": "gone"}).status_code == 403
    assert hub.ask("bob").status_code in (201, 202)
    assert hub.server("bob")["user_options"]["profile"] == "small"


def test_of_two_who_race_for_the_last_gpu_one_gets_it(hub: ProfiledHub) -> None:
    for _ in range(3):
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda user: hub.ask(user, {"profile": "gpu"}), ["ada", "bob"]))
        assert sorted(answer.status_code // 100 for answer in answers) == [2, 4]
        [refused] = [answer for answer in answers if answer.status_code >= 400]
        assert refusal(refused)[0] == 429
        assert "the group ml has 1 of 1 GPUs in use" in refusal(refused)[1]
        hub.stop_all()


def test_quotas_are_right_after_the_hub_was_killed(hub: ProfiledHub) -> None:
    assert hub.ask("ada", {"profile": "gpu"}).status_code in (201, 202)
    hub.kill()
    hub.start()
    assert refusal(hub.ask("bob", {"profile": "gpu"}))[0] == 429
    hub.stop("ada")
    assert hub.ask("bob", {"profile": "gpu"}).status_code in (201, 202)


def test_a_hub_that_was_killed_amid_a_start_holds_nothing_for_it(hub: ProfiledHub) -> None:
    def ask_in_vain() -> None:
        with contextlib.suppress(httpx.TransportError):
            hub.client.post("/users/ada/servers/slow", json={"user_options": {"profile": "gpu"}})

    asking = Thread(target=ask_in_vain)
    asking.start()
    wait_for("the start", lambda: hub.server("ada", "slow").get("pending") == "spawn")
    assert refusal(hub.ask("bob", {"profile": "gpu"}))[0] == 429
    hub.kill()
    asking.join()
    hub.start()
    assert hub.ask("bob", {"profile": "gpu"}).status_code in (201, 202)
    assert not hub.server("ada", "slow").get("ready")


def test_a_ledger_that_another_program_holds_refuses_servers(hub: ProfiledHub) -> None:
    with sqlite3.connect(hub.folder / "ledger.sqlite", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        status, message = refusal(hub.ask("ada"))
        other.execute("ROLLBACK")
    other.close()
    assert status == 503
    assert "Your administrator finds the cause in the log" in message
    assert "ledger.sqlite cannot be used" in hub.log()
    told = hub.client.get("/users/ada/server/progress").text
    assert f"Spawn failed: {message}" in told
    assert "ledger.sqlite" not in told
    assert hub.ask("ada").status_code in (201, 202)


def test_profiles_follow_their_file_and_a_bad_one_is_told(hub: ProfiledHub) -> None:
    hub.write_profiles(PROFILES.replace("mem", "meem"))
    assert hub.client.get(f"{hub.url}/hub/metrics").status_code == 200  # whoever looks first
    assert hub.ask("ada").status_code in (201, 202)
    assert "The profiles stay as they were" in hub.log()
    assert "did you mean memory?" in hub.log()
    hub.stop("ada")
    hub.write_profiles(PROFILES.replace("slug: small", "slug: tiny"))
    assert refusal(hub.ask("ada", {"profile": "small"}))[0] == 403
    hub.write_profiles(PROFILES)
    assert hub.ask("ada", {"profile": "small"}).status_code in (201, 202)


def test_a_form_without_scripts_starts_what_was_chosen(hub: ProfiledHub) -> None:
    with httpx.Client(base_url=hub.url, follow_redirects=True, timeout=30) as browser:
        xsrf = _field(browser.get("/hub/login").text, "_xsrf")
        form = {"username": "ada", "password": TOKEN, "_xsrf": xsrf}
        page = browser.post("/hub/login?next=%2Fhub%2Fspawn", data=form).text
        assert "Small &lt;b&gt;" in page
        assert "Secret" not in page
        assert "2 of 2 servers left (few)" in page
        assert "0.5 USD an hour" in page
        assert "1 of 1 GPUs left (last-gpu, of the group ml)" in page
        assert "Not now" not in page
        answer = browser.post(
            "/hub/spawn/ada",
            params={"_xsrf": browser.cookies.get("_xsrf", path="/hub/")},
            data={
                "profile": "small",
                "profile-option-small--size": "l",
                "profile-option-small--note": "none",
                "profile-option-small--note--unlisted-choice": "hello",
            },
            follow_redirects=False,
        )
        assert answer.status_code == 302, answer.text
        wait_for("the server", lambda: hub.server("ada").get("ready"))
        assert hub.server("ada")["user_options"] == {
            "profile": "small", "size": "l", "note--unlisted-choice": "hello",
        }  # fmt: skip
        hub.stop("ada")
        again = browser.get("/hub/spawn/ada").text
        assert re.search(r'<option value="l"[^>]* selected', again)
        assert 'value="hello"' in again


def test_the_page_says_what_does_not_fit_now(hub: ProfiledHub) -> None:
    assert hub.ask("bob", {"profile": "gpu"}).status_code in (201, 202)
    with httpx.Client(base_url=hub.url, follow_redirects=True, timeout=30) as browser:
        xsrf = _field(browser.get("/hub/login").text, "_xsrf")
        form = {"username": "ada", "password": TOKEN, "_xsrf": xsrf}
        page = browser.post("/hub/login?next=%2Fhub%2Fspawn", data=form).text
    said = "quota last-gpu: the group ml has 1 of 1 GPUs in use, and this server takes 1 more"
    assert page.count(f"Not now: {said}") == 1
    assert page.index('value="gpu"') < page.index("Not now")


def test_a_quota_that_is_full_keeps_the_choice_for_later(hub: ProfiledHub) -> None:
    assert hub.ask("bob", {"profile": "gpu"}).status_code in (201, 202)
    assert hub.ask("ada", {"profile": "gpu"}).status_code == 429
    hub.stop("bob")
    assert hub.ask("ada").status_code in (201, 202)
    assert hub.server("ada")["user_options"] == {"profile": "gpu"}


def _field(page: str, name: str) -> str:
    [found] = re.findall(rf'name="{name}" value="([^"]+)"', page)
    return str(found)


def bodies(count: int) -> Iterator[Any]:
    """Options of all shapes, most of them wrong, of words that mean something."""
    rng = random.Random(6)
    words = [
        "profile", "small", "gpu", "secret", "size", "s", "l", "xl", "note", "none", "", "{x}",
        "size--unlisted-choice", "note--unlisted-choice", "hello", "a" * 3000, "\x00", "é\n",
    ]  # fmt: skip
    for _ in range(count):
        options: dict[str, Any] = {"profile": "small"} if rng.random() < 0.5 else {}
        for _ in range(rng.randrange(4)):
            value = rng.choice([*words, None, 1, True, [], {}, ["s"], {"a": {"b": 1}}, 1e308])
            options[rng.choice(words)] = value
        yield options


@pytest.mark.parametrize("count", [int(os.environ.get("FUZZED_BODIES", "60"))])
def test_no_body_gives_a_500_or_stops_the_hub(hub: ProfiledHub, count: int) -> None:
    statuses: dict[int, int] = {}
    for options in bodies(count):
        answer = hub.ask("bob", options)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, (options, answer.text)
        if answer.status_code < 300:
            hub.stop("bob")
    assert {201, 202} & set(statuses)
    assert 400 in statuses
    assert hub.process
    assert hub.process.poll() is None
    assert "Traceback" not in hub.log()
