"""The page of usage, with and without JavaScript, for everybody."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.hub.profiled_hub import TOKEN, ProfiledHub, running_profiled_hub

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProfiledHub]:
    with running_profiled_hub(tmp_path_factory.mktemp("usage-page")) as hub:
        for user, profile in (("ada", "gpu"), ("bob", "small")):
            hub.ask(user, {"profile": profile})
            hub.stop(user)
        yield hub


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=request.param)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def log_in(page: Page, hub: ProfiledHub, name: str) -> None:
    page.goto(f"{hub.url}/hub/login?next=%2Fhub%2Fusage")
    page.fill("#username_input", name)
    page.fill("#password_input", TOKEN)
    page.click("#login_submit")


def test_usage_is_seen_by_what_was_asked_for_and_taken_as_a_file(
    page: Page, hub: ProfiledHub, tmp_path: Path
) -> None:
    log_in(page, hub, "cy")  # who may read the servers of the group ml
    page.get_by_label("user").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name="ada gpu")).to_be_visible()
    expect(page.get_by_role("row", name="bob small")).to_be_visible()
    expect(page.get_by_role("row", name="All 2")).to_be_visible()
    page.get_by_label("Only the group").fill("lead")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name="bob small")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "usage.csv")
    with open(tmp_path / "usage.csv", newline="") as file:
        rows = [(row["user"], row["profile"]) for row in csv.DictReader(file)]
    assert rows == [("ada", "gpu")]


def test_users_see_their_own(page: Page, hub: ProfiledHub) -> None:
    log_in(page, hub, "bob")
    expect(page.get_by_role("heading", name="Your usage")).to_be_visible()
    expect(page.get_by_role("row", name="small")).to_be_visible()
    expect(page.get_by_role("row", name="gpu 1")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_nobody_is_shut_out(chromium: Browser, hub: ProfiledHub, scheme: str, width: int) -> None:
    """By axe-core's rules: names, contrast, structure; and nothing lies beside the screen."""
    context = chromium.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
    )
    page = context.new_page()
    log_in(page, hub, "ada")
    page.get_by_role("row", name="gpu 1").wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
