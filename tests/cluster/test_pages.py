"""What somebody sees in the browser of a start on Kubernetes that comes to nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubernetes import client
from playwright.sync_api import Page, expect

from tests.cluster.outside_hub import OutsideHub, running_outside_hub
from tests.hub.profiled_hub import TOKEN

pytestmark = pytest.mark.cluster

PROFILES = """
profiles:
- {slug: large, display_name: Large, who: everyone, cpu: {guarantee: 1000}}
"""


@pytest.fixture
def hub(core: client.CoreV1Api, tmp_path: Path) -> Iterator[OutsideHub]:
    with running_outside_hub(core, tmp_path, PROFILES) as hub:
        yield hub


def test_the_page_of_a_start_shows_how_far_it_is_and_why_it_ends(
    hub: OutsideHub, page: Page
) -> None:
    page.goto(f"{hub.url}/hub/login?next=%2Fhub%2Fspawn")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Start").click()
    progress = page.locator("#progress-message")
    expect(progress).to_have_text(re.compile("Kubernetes looks for a node|Waiting: No node of"))
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "10")
    told = "No node of this cluster is so large: 1000 CPUs wanted. Choose a smaller profile."
    expect(progress).to_contain_text(told, timeout=10_000)
    expect(progress).to_contain_text("Not started.")
    page.reload()
    expect(page.get_by_text(told)).to_be_visible()
    page.get_by_role("link", name="Choose again").click()
    expect(page.get_by_role("radio", name="Large")).to_be_visible()
