"""The spawn page with profiles, with and without JavaScript."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from celltrail_profiles.nodes import ClusterNode, PodShare, Taint
from celltrail_profiles.packing import parse_amounts
from tests.browser.conftest import SHOTS
from tests.conftest import wait_for
from tests.hub.capacity_service import CapacityService, running_capacity_service
from tests.hub.profiled_hub import TOKEN, ProfiledHub, running_profiled_hub

pytestmark = pytest.mark.browser

NODES = [
    ClusterNode("cpu", {}, (), parse_amounts("cpu=8,memory=3Gi,pods=110")),
    ClusterNode(
        "gpu",
        {},
        (Taint("other", "", "NoSchedule"),),
        parse_amounts("cpu=8,memory=3Gi,gpu=8,pods=110"),
    ),
    ClusterNode("gpu-2", {}, (), parse_amounts("cpu=8,memory=3Gi,gpu=2,pods=110")),
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def capacity() -> Iterator[CapacityService]:
    with running_capacity_service() as service:
        yield service


@pytest.fixture(scope="module")
def hub(
    tmp_path_factory: pytest.TempPathFactory, capacity: CapacityService
) -> Iterator[ProfiledHub]:
    folder = tmp_path_factory.mktemp("spawn-page")
    with running_profiled_hub(folder, more=capacity.config()) as hub:
        yield hub


@pytest.fixture(autouse=True)
def free_gpus(capacity: CapacityService) -> None:
    capacity.tell(NODES, [PodShare("gpu-2", parse_amounts("gpu=1"))])


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=request.param)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def log_in(page: Page, hub: ProfiledHub, name: str, server: str = "") -> None:
    path = f"spawn/{name}/{server}" if server else "spawn"
    page.goto(f"{hub.url}/hub/login?next=%2Fhub%2F{path}")
    page.fill("#username_input", name)
    page.fill("#password_input", TOKEN)
    page.click("#login_submit")


def test_a_server_is_chosen_by_labels_and_keyboard(page: Page, hub: ProfiledHub) -> None:
    log_in(page, hub, "ada")
    expect(page.get_by_role("radio", name="Small <b>")).to_be_checked()
    page.get_by_role("radio", name="Small <b>").press("ArrowDown")
    expect(page.get_by_role("radio", name="GPU")).to_be_checked()
    page.get_by_role("radio", name="GPU").press("ArrowUp")
    page.get_by_label("Size").select_option(value="l")
    page.get_by_label("Yours").fill("hello")
    page.get_by_role("button", name="Start").click()
    wait_for("the server", lambda: hub.server("ada").get("ready"))
    assert hub.server("ada")["user_options"] == {
        "profile": "small", "size": "l", "note--unlisted-choice": "hello",
    }  # fmt: skip
    hub.stop("ada")


def test_a_refusal_is_told_on_the_page(page: Page, hub: ProfiledHub) -> None:
    log_in(page, hub, "bob")
    page.get_by_label("Size").select_option(value="l")
    page.get_by_label("Yours").fill("NOT SO")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Note: 'NOT SO' is not allowed")).to_be_visible()
    expect(page.get_by_label("Size")).to_have_value("l")


def test_who_may_choose_nothing_is_told(page: Page, hub: ProfiledHub) -> None:
    log_in(page, hub, "dan")
    expect(page.get_by_role("alert")).to_have_text(
        "No profile is offered to you. Ask your administrator for access."
    )


def test_what_is_free_is_told_to_who_hears_the_page(page: Page, hub: ProfiledHub) -> None:
    log_in(page, hub, "ada")
    gpu = page.get_by_role("radio", name="GPU")
    expect(gpu).to_have_accessible_description(
        "1 GPU Stopped after 8h, the longest that its profile allows. 1 of 2 GPUs free"
    )
    expect(page.get_by_label("Size").locator("option")).to_have_text(
        ["S: 1 GiB of memory", "L: 2 GiB of memory", "XL: 4 GiB of memory (no room now)"]
    )


def test_a_gpu_that_is_taken_is_told_with_its_holder(
    page: Page, hub: ProfiledHub, capacity: CapacityService
) -> None:
    assert hub.ask("bob", {"profile": "gpu"}).status_code in (201, 202)
    capacity.tell(NODES, [PodShare("gpu-2", parse_amounts("gpu=2"))])
    log_in(page, hub, "ada")
    said = "No room now: 0 of 2 GPUs free; 1 server here holds some, and the next must end within"
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("Not now: quota last-gpu")).to_be_visible()
    hub.stop("bob")


def test_a_named_server_is_named_and_counts(page: Page, hub: ProfiledHub) -> None:
    assert hub.ask("bob", {"profile": "small"}).status_code in (201, 202)
    log_in(page, hub, "bob", server="train")
    expect(page.get_by_role("group", name="Choose what the server “train” is")).to_be_visible()
    expect(page.get_by_text("1 of 2 servers left (few)")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    wait_for("the server", lambda: hub.server("bob", "train").get("ready"))
    for name in ("", "train"):
        hub.stop("bob", name)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nobody_is_shut_out(
    chromium: Browser, hub: ProfiledHub, capacity: CapacityService, size: dict[str, int], dark: bool
) -> None:
    """By axe-core's rules: names, contrast, structure; and nothing lies beside the screen."""
    capacity.tell(NODES, [PodShare("gpu-2", parse_amounts("gpu=2"))], age=90)
    context = chromium.new_context(viewport=size, color_scheme="dark" if dark else "light")
    page = context.new_page()
    log_in(page, hub, "ada")
    for card in (page.get_by_text("No room now:"), page.get_by_text("What is free is 2 min old")):
        expect(card).to_be_visible()
    SHOTS.mkdir(exist_ok=True)
    shot = f"spawn-page-{size['width']}{'-dark' * dark}.png"
    page.screenshot(path=SHOTS / shot, full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    context.close()
