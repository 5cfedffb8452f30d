"""What operators see: numbers for Prometheus, and a line for each request."""

import json
import logging
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from celltrail.cli import main
from celltrail.events import new_id
from celltrail_server.logs import JsonFormatter
from celltrail_server.observing import Observer
from tests.server.conftest import InProcess
from tests.server.recording import record


@pytest.fixture
def observed(inside: InProcess) -> InProcess:
    inside.gate = Observer(inside.gate, inside.observations)  # type: ignore[assignment]
    return inside


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_requests_are_counted_by_route_and_not_by_what_they_name(
    observed: InProcess,
) -> None:
    async with observed.client("ada") as ada:
        await record(ada)
        for _ in range(3):
            assert (await ada.get(f"/api/v1/runs/{new_id()}")).status_code == 404
        await ada.get("/nothing/here")
        text = (await ada.get("/metrics")).text
    found = samples(text)
    of_runs = {("method", "GET"), ("route", "/api/v1/runs/{run_id}"), ("status", "404")}
    assert found["celltrail_request_seconds_count", frozenset(of_runs)] == 3
    assert found["celltrail_request_seconds_bucket", frozenset({*of_runs, ("le", "+Inf")})] == 3
    of_nothing = {("method", "GET"), ("route", "(none)"), ("status", "404")}
    assert found["celltrail_request_seconds_count", frozenset(of_nothing)] == 1
    assert found["celltrail_writes_total", frozenset()] >= 1
    assert found["process_resident_memory_bytes", frozenset()] > 0
    assert "nothing" not in text


async def test_the_numbers_need_a_token(observed: InProcess) -> None:
    async with observed.client(None) as nobody:
        assert (await nobody.get("/metrics")).status_code == 401


async def test_a_request_is_a_line_that_names_the_user_and_no_secret(
    observed: InProcess, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "celltrail.access"):
        async with observed.client("ada") as ada:
            answer = await ada.get(
                "/api/v1/runs?before=secret", headers={"X-Request-ID": "my-request.1"}
            )
            other = await ada.get("/api/v1/me", headers={"X-Request-ID": "forged\tid"})
    assert answer.headers["x-request-id"] == "my-request.1"
    assert other.headers["x-request-id"] != "forged\tid"
    [first, second] = [json.loads(JsonFormatter().format(one)) for one in caplog.records]
    request = first["request"]
    assert (request["id"], request["user"], request["status"]) == ("my-request.1", "ada", 400)
    assert (request["method"], request["route"]) == ("GET", "/api/v1/runs")
    assert (first["level"], second["request"]["status"]) == ("INFO", 200)
    assert "secret" not in json.dumps(first)


def test_an_exception_is_one_line_of_json() -> None:
    try:
        raise ValueError("broken\nin two lines")
    except ValueError as error:
        record = logging.LogRecord(
            "a", logging.ERROR, __file__, 1, "failed", (), (ValueError, error, error.__traceback__)
        )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert "broken" in json.loads(line)["exception"]


def test_every_setting_is_described(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(("server", "--help-all")) == 0
    text = capsys.readouterr().out
    assert "--TrackingServer.webhook_allowed_hosts" in text
    assert main(("server", "--help-all", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["port"]["default"] == "8765"
