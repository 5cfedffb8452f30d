"""The spawn page with profiles, with and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import wait_for
from tests.hub.profiled_hub import TOKEN, ProfiledHub, running_profiled_hub

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProfiledHub]:
    with running_profiled_hub(tmp_path_factory.mktemp("spawn-page")) as hub:
        yield hub


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=request.param)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def log_in(page: Page, hub: ProfiledHub, name: str) -> None:
    page.goto(f"{hub.url}/hub/login?next=%2Fhub%2Fspawn")
    page.fill("#username_input", name)
    page.fill("#password_input", TOKEN)
    page.click("#login_submit")


def test_a_server_is_chosen_by_labels_and_keyboard(page: Page, hub: ProfiledHub) -> None:
    log_in(page, hub, "ada")
    expect(page.get_by_role("radio", name="Small <b>")).to_be_checked()
    page.get_by_role("radio", name="Small <b>").press("ArrowDown")
    expect(page.get_by_role("radio", name="GPU")).to_be_checked()
    page.get_by_role("radio", name="GPU").press("ArrowUp")
    page.get_by_label("Size").select_option(label="XL")
    page.get_by_label("Yours").fill("hello")
    page.get_by_role("button", name="Start").click()
    wait_for("the server", lambda: hub.server("ada").get("ready"))
    assert hub.server("ada")["user_options"] == {
        "profile": "small", "size": "xl", "note--unlisted-choice": "hello",
    }  # fmt: skip
    hub.stop("ada")


def test_a_refusal_is_told_on_the_page(page: Page, hub: ProfiledHub) -> None:
    log_in(page, hub, "bob")
    page.get_by_label("Yours").fill("NOT SO")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Note: 'NOT SO' is not allowed")).to_be_visible()


def test_who_may_choose_nothing_is_told(page: Page, hub: ProfiledHub) -> None:
    log_in(page, hub, "dan")
    expect(page.get_by_role("alert")).to_have_text(
        "No profile is offered to you. Ask your administrator for access."
    )
