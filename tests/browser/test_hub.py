"""The whole path of a new user on the hub, from the login to the run of a pipeline."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Product
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser


def log_in(page: Page, hub: Product, name: str) -> None:
    page.goto(hub.url)
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(hub.password)
    page.get_by_role("button", name="Sign in").click()


def test_from_login_to_a_pipeline_run(page: Page, hub: Product) -> None:
    log_in(page, hub, "ada")
    page.wait_for_url("**/user/ada/lab**", timeout=90_000)
    lab = Lab(page)
    lab.open_notebook("digits.ipynb")
    lab.open_sidebar()
    expect(lab.sidebar).to_contain_text("%load_ext celltrail")
    page.evaluate("window.neverReloaded = true")

    lab.run_all_cells()
    expect(lab.run("digits", "running")).to_be_visible(timeout=60_000)
    expect(lab.sidebar.locator(".jp-Celltrail-Chart canvas")).to_be_visible(timeout=90_000)
    expect(lab.sidebar.get_by_role("img", name="confusion-matrix")).to_be_visible(timeout=60_000)
    expect(lab.run("digits", "finished")).to_be_visible(timeout=60_000)
    assert page.evaluate("window.neverReloaded"), "the sidebar is to follow without a reload"

    lab.run("digits", "finished").dblclick()
    expect(lab.run_page.get_by_role("heading", name="digits")).to_be_visible()
    expect(lab.run_page.get_by_role("table", name="Params")).to_contain_text("learning_rate")
    expect(lab.run_page.get_by_role("img", name="loss: 25 points")).to_be_visible()
    accuracy = lab.metric("accuracy")
    lab.run_page.get_by_role("button", name="accuracy").first.click()
    cell = lab.run_page.locator(".jp-Celltrail-Cell").filter(has_text="%%track --metrics accuracy")
    expect(cell).to_be_focused()

    lab.show_tab("digits.ipynb")
    lab.export_as_pipeline()
    steps = page.get_by_role("list", name="Steps").get_by_role("listitem")
    expect(steps.filter(has=page.get_by_text("train", exact=True))).to_contain_text("learning_rate")
    count = steps.count()
    page.get_by_role("button", name="Save and run").click()
    page.get_by_text("digits.yaml has finished").first.wait_for(timeout=150_000)

    expect(lab.sidebar.locator('[role="treeitem"][aria-level="3"]')).to_have_count(count)
    lab.run("evaluate", "finished").dblclick()
    expect(lab.run_page.get_by_role("heading", name="evaluate")).to_be_visible()
    assert lab.metric("accuracy") == accuracy
