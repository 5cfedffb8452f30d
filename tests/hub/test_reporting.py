"""A real JupyterHub tells Prometheus and people who uses what: no more than each may know."""

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import wait_for
from tests.hub.profiled_hub import CHECKOUT, TOKEN, ProfiledHub, running_profiled_hub

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProfiledHub]:
    with running_profiled_hub(tmp_path_factory.mktemp("reporting")) as hub:
        yield hub


@pytest.fixture(autouse=True)
def nothing_left(hub: ProfiledHub) -> Iterator[None]:
    yield
    hub.stop_all()


def metric(hub: ProfiledHub, name: str, **labels: str) -> float | None:
    """The value of one series, of all those of Celltrail."""
    answer = hub.client.get(f"{hub.url}/hub/metrics")
    assert answer.status_code == 200, answer.text
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            if (sample.name, sample.labels) == (name, labels):
                return sample.value
    return None


def test_what_is_held_is_told_by_profile_and_group(hub: ProfiledHub) -> None:
    hub.ask("ada", {"profile": "gpu"})
    hub.ask("bob", {"profile": "small", "size": "l"})
    hub.ask("cy", {"profile": "small"})
    assert metric(hub, "celltrail_profile_servers", profile="small") == 2
    assert metric(hub, "celltrail_profile_gpus", profile="gpu") == 1
    assert metric(hub, "celltrail_profile_memory_bytes", profile="small") == 3 * 2**30
    assert metric(hub, "celltrail_group_servers", group="ml") == 2
    assert metric(hub, "celltrail_group_gpus", group="lead") == 1
    quota = {"quota": "last-gpu", "group": "ml", "resource": "gpu"}
    assert metric(hub, "celltrail_quota_used", **quota) == 1
    assert metric(hub, "celltrail_quota_limit", **quota) == 1
    hub.stop_all()
    assert metric(hub, "celltrail_profile_servers", profile="small") is None
    assert metric(hub, "celltrail_quota_used", **quota) == 0


@pytest.mark.parametrize(
    ("user", "options", "server", "labels"),
    [
        ("ada", {"profile": "gpu"}, "", ("gpu", "ready", "")),
        ("bob", {"profile": "secret"}, "", ("", "refused", "not_offered")),
        ("bob", {"profile": "made-up-by-bob"}, "", ("", "refused", "not_offered")),
        ("cy", {"profile": "small"}, "broken", ("small", "failed", "error")),
    ],
)
def test_starts_are_counted_by_profile_and_cause(
    hub: ProfiledHub,
    user: str,
    options: dict[str, str],
    server: str,
    labels: tuple[str, str, str],
) -> None:
    named = dict(zip(("profile", "outcome", "reason"), labels, strict=True))
    before = metric(hub, "celltrail_spawns_total", **named) or 0
    hub.ask(user, options, server)
    assert metric(hub, "celltrail_spawns_total", **named) == before + 1


def test_a_full_quota_is_a_cause_and_time_is_that_of_starts_that_got_ready(
    hub: ProfiledHub,
) -> None:
    ready = metric(hub, "celltrail_spawn_seconds_count", profile="gpu") or 0
    hub.ask("ada", {"profile": "gpu"})
    assert hub.ask("bob", {"profile": "gpu"}).status_code == 429
    full = {"profile": "gpu", "outcome": "refused", "reason": "quota"}
    assert metric(hub, "celltrail_spawns_total", **full) == 1
    assert metric(hub, "celltrail_spawn_seconds_count", profile="gpu") == ready + 1


def test_no_series_has_the_name_of_a_user(hub: ProfiledHub) -> None:
    hub.ask("ada", {"profile": "gpu"})
    hub.ask("ada", {"profile": "small"}, "mine")
    text = hub.client.get(f"{hub.url}/hub/metrics").text
    ours = [line for line in text.splitlines() if line.startswith("celltrail_")]
    assert ours
    assert not [line for line in ours if "ada" in line or "mine" in line]


def test_every_series_is_documented(hub: ProfiledHub) -> None:
    hub.ask("ada", {"profile": "gpu"})
    documented = (CHECKOUT / "docs" / "metrics.md").read_text()
    for family in text_string_to_metric_families(hub.client.get(f"{hub.url}/hub/metrics").text):
        name = family.name.removesuffix("_created")
        if name.startswith("celltrail_"):
            assert re.search(rf"`{name}(_total)?`", documented), name


def token_of(hub: ProfiledHub, user: str, scopes: list[str] | None = None) -> str:
    answer = hub.client.post(f"/users/{user}/tokens", json={"scopes": scopes} if scopes else {})
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["token"]
    return token


def usage(hub: ProfiledHub, token: str, **asked: str | list[str]) -> httpx.Response:
    return httpx.get(
        f"{hub.url}/hub/usage", params=asked, headers={"Authorization": f"token {token}"}
    )


def users_in(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return {row["user"] for row in csv.DictReader(io.StringIO(answer.text, newline=""))}


@pytest.fixture
def three_ran(hub: ProfiledHub) -> None:
    for user in ("ada", "bob", "cy"):
        hub.ask(user, {"profile": "small"})
        hub.stop(user)


@pytest.mark.usefixtures("three_ran")
def test_who_may_read_servers_sees_what_they_used(hub: ProfiledHub) -> None:
    asked = {"by": "user", "format": "csv"}
    assert users_in(usage(hub, TOKEN, **asked)) == {"ada", "bob", "cy"}
    assert users_in(usage(hub, token_of(hub, "ada"), **asked)) == {"ada"}
    assert users_in(usage(hub, token_of(hub, "cy"), **asked)) == {"ada", "bob", "cy"}
    assert users_in(usage(hub, token_of(hub, "cy"), **asked, group="lead")) == {"ada"}


def test_a_token_of_a_server_sees_nothing(hub: ProfiledHub) -> None:
    token = token_of(hub, "ada", ["users:activity!user", "access:servers!user"])
    assert usage(hub, token).status_code == 403


def test_who_is_not_logged_in_is_sent_to_log_in(hub: ProfiledHub) -> None:
    answer = httpx.get(f"{hub.url}/hub/usage")
    assert (answer.status_code, answer.headers["location"][:11]) == (302, "/hub/login?")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"from": "soon"}, "is no day"),
        ({"by": "name"}, "by &#39;name&#39; is not told"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "no span"),
    ],
)
def test_what_cannot_be_asked_is_said(hub: ProfiledHub, asked: dict[str, str], said: str) -> None:
    answer = usage(hub, TOKEN, **asked)
    assert answer.status_code == 400
    assert said in answer.text


@pytest.mark.usefixtures("three_ran")
def test_the_page_shows_what_the_file_holds(hub: ProfiledHub) -> None:
    page = usage(hub, TOKEN, by=["user", "profile"])
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert ">ada</th>" in page.text
    assert "format=csv" in page.text
    assert "USD" in page.text


def test_a_server_that_still_runs_counts_until_now(hub: ProfiledHub) -> None:
    hub.ask("ada", {"profile": "gpu"})
    with sqlite3.connect(hub.folder / "ledger.sqlite") as ledger:
        ledger.execute("UPDATE servers SET started = started - 3600 WHERE ended IS NULL")
    ledger.close()
    answer = usage(hub, TOKEN, by="profile", format="csv", **{"from": "2026-01-01"})
    [row] = [row for row in csv.DictReader(io.StringIO(answer.text)) if row["profile"] == "gpu"]
    assert float(row["hours"]) >= 1


def test_a_server_that_died_without_a_hub_counts_until_the_hub_saw_it_last(
    hub: ProfiledHub,
) -> None:
    hub.ask("ada", {"profile": "gpu"}, "died")
    hub.ask("bob", {"profile": "small"}, "lives")
    hub.kill()
    for file, statement in (
        ("ledger", "UPDATE servers SET started = started - 7200, seen = seen - 3600"),
        ("hub", "UPDATE spawners SET state = json_set(state, '$.running', 0) WHERE name = 'died'"),
    ):
        with closing(sqlite3.connect(hub.folder / f"{file}.sqlite")) as database:
            database.execute(statement)
            database.commit()
    hub.start()
    wait_for("the end", lambda: not hub.server("ada", "died").get("ready"))
    answer = usage(hub, TOKEN, by="server", format="csv", **{"from": "2026-01-01"})
    hours = {row["server"]: float(row["hours"]) for row in csv.DictReader(io.StringIO(answer.text))}
    assert hours["died"] == pytest.approx(1, abs=0.01)
    assert hours["lives"] == pytest.approx(2, abs=0.05)
