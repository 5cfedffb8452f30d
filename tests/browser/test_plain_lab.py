"""Without a hub: a plain `jupyter lab`, whose tracking server starts by itself."""

import json
import os
import re
import signal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Product
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser


@pytest.fixture
def open_lab(page: Page, lab: Product, request: pytest.FixtureRequest) -> Lab:
    # A workspace of its own, or what another test left open would be restored under our hands.
    page.goto(lab.url.replace("/lab?", f"/lab/workspaces/{request.node.name}?"))
    opened = Lab(page)
    page.get_by_role("tab", name="Celltrail").wait_for(timeout=60_000)
    return opened


def test_a_notebook_is_followed_live(open_lab: Lab) -> None:
    lab = open_lab
    lab.open_sidebar()
    lab.new_notebook()
    lab.type_and_run("%load_ext celltrail\n%track start live --experiment plain")
    lab.type_and_run("import celltrail as ct\nfor i in range(9): ct.log(loss=9 - i)")
    expect(lab.sidebar.get_by_role("img", name="loss: 9 points")).to_be_visible(timeout=60_000)
    lab.type_and_run("1 / 0")
    lab.run("live", "running").press("ArrowRight")
    cells = lab.sidebar.locator('[role="treeitem"][aria-level="3"]')
    expect(cells).to_have_count(3)
    expect(cells.last).to_have_accessible_name(re.compile("failed"))


def test_a_cell_that_is_older_than_its_data_is_marked_until_it_runs_again(open_lab: Lab) -> None:
    open_lab.new_notebook()
    page = open_lab.page
    note = page.get_by_role("note").filter(has_text="Older than its data")
    open_lab.type_and_run("%load_ext celltrail\n%track start stale --experiment plain")
    for source in ("rows = [1]", "total = sum(rows)", "rows = [2]"):
        open_lab.type_and_run(source)
    cell = page.locator(".jp-Notebook:visible .jp-CodeCell").nth(2)
    expect(cell.get_by_role("note")).to_contain_text(
        "rows was of [2] and has been made anew by [4]"
    )
    expect(note).to_have_count(1)
    found = Axe().run(page, context=".jp-Celltrail-StaleNote")
    assert found.violations_count == 0, found.generate_report()
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(note).to_have_count(0)
    open_lab.type_and_run("rows = [3]")
    expect(note).to_have_count(1)
    page.evaluate("void jupyterapp.commands.execute('kernelmenu:restart')")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(note).to_have_count(0)


def test_the_panel_says_so_while_the_server_is_away_and_comes_back(
    open_lab: Lab, lab: Product
) -> None:
    open_lab.open_sidebar()
    expect(open_lab.sidebar.get_by_text("live", exact=True)).to_be_visible(timeout=60_000)
    state = lab.home / ".local/share/celltrail/server.json"
    first = json.loads(state.read_text())["pid"]
    os.kill(first, signal.SIGKILL)
    open_lab.new_notebook()
    open_lab.type_and_run("%load_ext celltrail\n%track start again --experiment plain")
    expect(open_lab.run("again", "running")).to_be_visible(timeout=60_000)
    assert json.loads(state.read_text())["pid"] != first
