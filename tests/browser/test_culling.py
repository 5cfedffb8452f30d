"""Lab says when the hub will stop a server and why, and keeps it; the hub's pages say it after."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SHOTS
from tests.browser.lab import Lab
from tests.conftest import wait_for
from tests.hub.conftest import Hub, running_hub

pytestmark = pytest.mark.browser

PROFILES = """
profiles:
- slug: short
  display_name: Short
  who: everyone
  culling: {kernel_idle: 1h, warn_before: 20s, keep_until: 1h}
"""


class CullingHub:
    """A hub whose policy is made shorter once Lab is there, however long that takes."""

    def __init__(self, file: Path, hub: Hub) -> None:
        self.file, self.hub = file, hub

    def set_policy(self, before: str, after: str) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(PROFILES.replace(before, after))
        os.replace(new, self.file)

    def log(self) -> str:
        return (self.hub.state_dir / "hub.log").read_text()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[CullingHub]:
    file = tmp_path / "profiles.yaml"
    file.write_text(PROFILES)
    with running_hub(tmp_path / "state", "--profiles", str(file)) as hub:
        yield CullingHub(file, hub)


def open_lab(page: Page, hub: CullingHub) -> Lab:
    page.goto(f"{hub.hub.url}/hub/spawn")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(hub.hub.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/user/ada/lab**", timeout=90_000)
    page.get_by_role("tab", name="Celltrail").wait_for(timeout=60_000)
    return Lab(page)


def keep_by_command(page: Page) -> None:
    page.keyboard.press("Control+Shift+C")
    expect(page.locator(".lm-CommandPalette-input")).to_be_focused()
    page.keyboard.type("Keep Server Running")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Keep this server until")
    page.get_by_role("dialog").get_by_role("button", name="Keep").click()


def look_at(page: Page, banner: Locator) -> None:
    """Nobody is shut out by axe-core's rules, and on a small screen nothing is cut off."""
    found = Axe().run(page, context=".jp-Celltrail-StopBanner")
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 500, "height": 800})
    menu = page.locator("#jp-top-panel")
    wait_for("room for the banner", lambda: bottom(banner) <= menu.bounding_box()["y"] + 1)  # type: ignore[index]
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / "stop-banner-small.png")
    page.set_viewport_size({"width": 1440, "height": 900})


def bottom(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["y"] + box["height"]


def test_a_user_is_warned_keeps_the_server_and_reads_why_it_was_stopped(
    page: Page, hub: CullingHub
) -> None:
    open_lab(page, hub)
    hub.set_policy("kernel_idle: 1h", "kernel_idle: 21s")
    banner = page.get_by_role("region", name="End of server")
    alert = banner.get_by_role("alert")
    expect(alert).to_contain_text("This server will be stopped at", timeout=120_000)
    expect(alert).to_contain_text("after 21s with no kernel running anything. Save your work.")
    keep = banner.get_by_role("button", name="Keep until")
    expect(keep).to_have_count(1)
    keep.focus()
    page.keyboard.press("Enter")
    expect(banner).to_be_hidden()
    expect(page.get_by_text("This server is kept until").first).to_be_visible()
    wait_for("the hub to hear of it", lambda: "ada is not stopped for now" in hub.log())
    with page.expect_response("**/celltrail/culling/keep*") as answer:
        keep_by_command(page)
    assert answer.value.json()["keep_seconds"] == pytest.approx(3600, abs=60)

    hub.set_policy("keep_until: 1h}", "keep_until: 1h}\n  lifetime: 21s")
    expect(alert).to_contain_text("after 21s, the longest that its profile allows", timeout=60_000)
    expect(keep).to_have_count(0)
    look_at(page, banner)
    expect(alert).to_contain_text("This server was stopped at", timeout=120_000)
    page.goto(f"{hub.hub.url}/user/ada/lab")
    notice = page.get_by_role("status").filter(has_text="Your server was stopped at")
    expect(notice).to_contain_text("UTC, after 21s, the longest that its profile allows.")
