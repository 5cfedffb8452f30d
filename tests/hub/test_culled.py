"""A real hub stops servers as their profiles want, warns before and says why after."""

import re
import signal
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import wait_for
from tests.hub.profiled_hub import TOKEN, Answering, ProfiledHub, running_profiled_hub

pytestmark = pytest.mark.integration

PROFILES = """
profiles:
- slug: idle
  display_name: Idle
  who: everyone
  culling: {kernel_idle: 2s, warn_before: 1s, keep_until: 1h}
- slug: old
  display_name: Old
  who: everyone
  culling: {kernel_idle: 1h, warn_before: 1s}
  lifetime: 2s
- slug: gpu
  display_name: GPU
  who: everyone
  gpu: {vendor: nvidia}
  options:
    gpus:
      display_name: GPUs
      choices:
        one: {display_name: "1"}
        none: {display_name: "0", gpu: {vendor: nvidia, count: 0}}
  culling: {gpu_idle: 2s, warn_before: 1s}
- slug: watched
  display_name: Watched
  who: everyone
  culling: {kernel_idle: 1h, no_connection: 1h, warn_before: 4s}
"""
BUSY = {"kernel_idle_seconds": 0, "connection_idle_seconds": 0}
IDLE = {"kernel_idle_seconds": 1e9, "connection_idle_seconds": 1e9}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProfiledHub]:
    with running_profiled_hub(tmp_path_factory.mktemp("culled-hub")) as hub:
        hub.write_profiles(PROFILES)
        yield hub


@pytest.fixture(autouse=True)
def fresh(hub: ProfiledHub) -> Iterator[None]:
    yield
    Answering.signals.clear()
    Answering.notices.clear()
    hub.stop_all()


def start(
    hub: ProfiledHub, user: str, profile: str, signals: dict[str, float] | None, **options: str
) -> None:
    if signals is not None:
        Answering.signals[user] = signals
    assert hub.ask(user, {"profile": profile, **options}).status_code in (201, 202)


def wait_for_stop(hub: ProfiledHub, user: str) -> None:
    wait_for(f"the stop of {user}'s server", lambda: not hub.server(user))


def test_the_idle_server_is_stopped_with_a_warning_and_the_busy_one_is_not(
    hub: ProfiledHub,
) -> None:
    start(hub, "bob", "idle", BUSY)
    start(hub, "ada", "idle", IDLE)
    warned = wait_for("a warning", lambda: Answering.notices.get("ada", {}).get("warning"))
    assert (warned["cause"], warned["reason"]) == (
        "idle", "after 2s with no kernel running anything",
    )  # fmt: skip
    assert 0 < warned["stop_in_seconds"] <= 2
    wait_for_stop(hub, "ada")
    assert "Stopping ada after 2s with no kernel running anything" in hub.log()
    assert Answering.notices["ada"]["warning"], "Lab says to the last why the server has gone"
    looks = Answering.notices["bob"]
    wait_for("another look", lambda: Answering.notices["bob"] is not looks)
    assert Answering.notices["bob"]["warning"] is None
    assert hub.server("bob")["ready"]
    metrics = hub.client.get(f"{hub.url}/hub/metrics").text
    assert 'celltrail_culled_total{cause="idle",profile="idle"} 1.0' in metrics


def test_who_asks_to_be_spared_is_spared_within_the_bound(hub: ProfiledHub) -> None:
    start(hub, "ada", "idle", IDLE | {"keep_seconds": 3600})
    start(hub, "bob", "idle", IDLE)
    wait_for_stop(hub, "bob")
    assert hub.server("ada")["ready"]
    assert Answering.notices["ada"]["keep_at_most_seconds"] == 3600
    Answering.signals["ada"] = IDLE
    wait_for_stop(hub, "ada")


def test_a_server_that_does_not_answer_is_stopped(hub: ProfiledHub) -> None:
    start(hub, "ada", "idle", None)
    wait_for_stop(hub, "ada")
    assert "ada after 2s with no kernel running anything, and it no longer answers" in hub.log()
    assert hub.log().count("ada does not say when it was used") == 1


def test_the_life_of_a_busy_server_ends(hub: ProfiledHub) -> None:
    start(hub, "ada", "old", BUSY)
    wait_for("a warning", lambda: Answering.notices.get("ada", {}).get("warning"))
    assert Answering.notices["ada"]["keep_at_most_seconds"] == 0
    wait_for_stop(hub, "ada")
    assert "ada after 2s, the longest that its profile allows" in hub.log()


def test_a_busy_server_with_an_idle_gpu_is_stopped_and_one_that_nobody_can_watch_is_told(
    hub: ProfiledHub,
) -> None:
    start(hub, "ada", "gpu", BUSY | {"gpu_idle_seconds": 1e9})
    start(hub, "bob", "gpu", BUSY)
    start(hub, "cy", "gpu", BUSY | {"gpu_idle_seconds": 1e9}, gpus="none")
    wait_for_stop(hub, "ada")
    assert "ada after 2s with its GPU below 5 %, though something ran" in hub.log()
    assert hub.server("bob")["ready"]
    assert hub.server("cy")["ready"], "its user chose to have no GPU"
    assert hub.log().count("bob does not know how much its GPU is used") == 1


def test_the_hubs_pages_say_which_server_was_stopped_until_it_starts_again(
    hub: ProfiledHub,
) -> None:
    with httpx.Client(base_url=hub.url, follow_redirects=True, timeout=30) as browser:
        page = browser.get("/hub/login").text
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page)
        assert xsrf
        form = {"username": "dan", "password": TOKEN, "_xsrf": xsrf[1]}
        assert "stopped at" not in browser.post("/hub/login?next=%2Fhub%2Fhome", data=form).text
        Answering.signals["dan"] = IDLE
        hub.ask("dan", {"profile": "idle"}, "big")
        wait_for("the stop", lambda: not hub.server("dan", "big"))
        for address in ("/hub/home", "/hub/spawn/dan/big"):
            text = " ".join(re.sub("<[^>]+>", " ", browser.get(address).text).split())
            assert re.search(
                r"Your server big was stopped at \d\d:\d\d UTC , after 2s with no kernel", text
            )
        Answering.signals["dan"] = BUSY
        hub.ask("dan", {"profile": "idle"}, "big")
        assert "was stopped at" not in browser.get("/hub/home").text


def test_a_hub_that_was_killed_goes_on_with_fair_warning(hub: ProfiledHub) -> None:
    start(hub, "ada", "watched", BUSY)
    hub.kill(signal.SIGKILL)
    hub.write_profiles(PROFILES.replace("1h", "5s"))
    Answering.signals["ada"] = IDLE
    hub.start()
    wait_for("a warning", lambda: (Answering.notices.get("ada") or {}).get("warning"))
    warned = time.monotonic()
    wait_for_stop(hub, "ada")
    assert time.monotonic() - warned > 3
    hub.write_profiles(PROFILES)
