"""Accounts that an admin lets in, and several servers of one user, clicked through."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SHOTS
from tests.hub.deployed_hub import DeployedHub, noop_deployment
from tests.hub.test_named import PROFILES

pytestmark = pytest.mark.browser

ADMIN = "first of the admins"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedHub]:
    folder: Path = tmp_path_factory.mktemp("people")
    (folder / "profiles.yaml").write_text(PROFILES)
    settings = {
        "servers": {"namespace": "users", "image": "none:1", "named": 3},
        "profiles": str(folder / "profiles.yaml"),
        "authentication": {
            "native": {"admin_password": {"env": "ADMIN"}},
            "allowed": {"everyone": True},
        },
        "admins": {"users": ["ada"]},
    }
    with noop_deployment(folder, settings, ADMIN=ADMIN) as hub:
        yield hub


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def log_in(page: Page, name: str, password: str) -> None:
    page.fill("#username_input", name)
    page.fill("#password_input", password)
    page.click("#login_submit")


def assert_for_everybody(page: Page, part: str) -> None:
    """By axe-core's rules, light and dark."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page, context=part)
        assert found.violations_count == 0, found.generate_report()


def test_an_account_is_made_and_let_in(page: Page, hub: DeployedHub) -> None:
    page.goto(f"{hub.url}/hub/login")
    page.get_by_role("link", name="Sign up").click()
    page.fill("#username_input", "bob")
    page.fill("#password_input", "known to bob alone")
    page.fill("#password_confirmation_input", "known to bob alone")
    page.get_by_role("button", name="Create User").click()
    expect(page.get_by_text("Your information has been sent to the admin")).to_be_visible()

    page.goto(f"{hub.url}/hub/login?next=%2Fhub%2Fadmin")
    log_in(page, "ada", ADMIN)
    expect(page.get_by_role("button", name="Add Users")).to_be_visible()  # JupyterHub's own
    page.get_by_role("link", name="Accounts").click()
    row = page.get_by_role("row", name="bob")
    expect(row.get_by_role("cell").first).to_have_text("no")
    assert_for_everybody(page, "table")
    row.get_by_role("button", name="Let in: bob").click()
    expect(row.get_by_role("cell").first).to_have_text("yes")
    page.screenshot(path=SHOTS / "accounts.png")

    page.goto(f"{hub.url}/hub/logout")
    page.goto(f"{hub.url}/hub/login?next=%2Fhub%2Fhome")
    log_in(page, "bob", "known to bob alone")
    expect(page.get_by_text("Named Servers")).to_be_visible()


def test_a_second_server_is_started_beside_the_first(page: Page, hub: DeployedHub) -> None:
    page.goto(f"{hub.url}/hub/login?next=%2Fhub%2Fspawn%2Fada")
    log_in(page, "ada", ADMIN)
    page.get_by_role("radio", name="Small & quiet").check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/user/ada/**")
    page.goto(f"{hub.url}/hub/home", wait_until="networkidle")  # its scripts have come
    page.get_by_label("server name").fill("second")
    page.get_by_role("button", name="Add New Server").click()
    page.locator("#start-second").click()
    expect(page.get_by_text("Choose what the server “second” is")).to_be_visible()
    page.get_by_role("radio", name="Big").check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/user/ada/second/**")
    page.goto(f"{hub.url}/hub/home")
    rows = page.locator("#celltrail-running tbody tr")
    expect(rows.nth(0)).to_contain_text("My server")
    expect(rows.nth(0)).to_contain_text("Small & quiet")
    expect(rows.nth(1)).to_contain_text("second")
    expect(rows.nth(1)).to_contain_text("Big")
    assert_for_everybody(page, "#celltrail-running")
    page.screenshot(path=SHOTS / "home.png")
