"""A spawn page is there, soon and whole, whatever the service says that knows what is free."""

import time
from collections.abc import Iterator

import httpx
import pytest

from celltrail_profiles.nodes import ClusterNode
from celltrail_profiles.packing import parse_amounts
from tests.hub.capacity_service import CapacityService, running_capacity_service
from tests.hub.profiled_hub import TOKEN, ProfiledHub, running_profiled_hub

pytestmark = pytest.mark.integration

NODE = ClusterNode("gpu", {}, (), parse_amounts("cpu=8,memory=64Gi,gpu=2,pods=110"))
AT_ONCE = "capacity_client._RETRY_SECONDS = 0\n"


@pytest.fixture(scope="module")
def service() -> Iterator[CapacityService]:
    with running_capacity_service() as service:
        yield service


@pytest.fixture(scope="module")
def hub(
    tmp_path_factory: pytest.TempPathFactory, service: CapacityService
) -> Iterator[ProfiledHub]:
    folder = tmp_path_factory.mktemp("free")
    with running_profiled_hub(folder, more=service.config() + AT_ONCE) as hub:
        yield hub


@pytest.fixture(scope="module")
def browser(hub: ProfiledHub) -> Iterator[httpx.Client]:
    """Who has logged in."""
    with httpx.Client(base_url=hub.url, follow_redirects=True, timeout=30) as browser:
        browser.get("/hub/login")
        xsrf = browser.cookies.get("_xsrf", path="/hub/") or ""
        form = {"username": "ada", "password": TOKEN, "_xsrf": xsrf}
        browser.post("/hub/login", data=form)
        yield browser


def page(browser: httpx.Client) -> str:
    answer = browser.get("/hub/spawn")
    assert answer.status_code == 200
    assert 'value="gpu"' in answer.text
    return answer.text


def test_a_service_that_says_nonsense_changes_nothing(
    browser: httpx.Client, service: CapacityService, hub: ProfiledHub
) -> None:
    service.document = b'{"kinds": 1}'
    assert "GPUs free" not in page(browser)
    service.tell([NODE])
    assert "2 of 2 GPUs free" in page(browser)
    service.document = b"\xff"
    assert "2 of 2 GPUs free" in page(browser)
    assert "Traceback" not in hub.log()
    assert "What is free is not known" in hub.log()


def test_a_service_that_does_not_answer_is_not_waited_for(
    browser: httpx.Client, service: CapacityService
) -> None:
    service.tell([NODE])
    assert "2 of 2 GPUs free" in page(browser)
    service.answering.clear()
    begin = time.monotonic()
    assert "2 of 2 GPUs free" in page(browser)
    assert time.monotonic() - begin < 3  # it is a quarter of a second; machines are slow at times
    service.answering.set()


def test_figures_that_are_old_are_told_so_and_very_old_ones_not_at_all(
    browser: httpx.Client, service: CapacityService
) -> None:
    service.tell([NODE], age=100)
    assert "What is free is 2 min old" in page(browser)
    service.tell([NODE], age=3600)
    assert "GPUs free" not in page(browser)
