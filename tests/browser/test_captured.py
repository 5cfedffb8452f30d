"""What is captured of cells by default, on the run page of a plain `jupyter lab`."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Product
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

PLOT = """\
import matplotlib.pyplot as plt
import pandas as pd
import plotly.graph_objects as go
rate = 0.05
for epoch in range(3): print('epoch', epoch)
plt.plot([1, 3, 2]); plt.show()
go.Figure(go.Bar(y=[1, 2])).show()
bars = {'data': {'values': [{'a': 1}, {'a': 2}]}, 'mark': 'bar', 'encoding': {'x': {'field': 'a'}}}
display({'application/vnd.vegalite.v5+json': bars}, raw=True)
pd.DataFrame({'depth': [1, 2], 'score': [0.5, 0.75]})"""


def test_the_run_page_shows_what_cells_printed_showed_and_took(page: Page, lab: Product) -> None:
    page.goto(lab.url.replace("/lab?", "/lab/workspaces/captured?"))
    opened = Lab(page)
    opened.open_sidebar()
    opened.new_notebook()
    opened.type_and_run("%load_ext celltrail\n%track start captured --experiment plain")
    opened.type_and_run(PLOT)
    opened.run("captured", "running").dblclick()
    run_page = opened.run_page
    figure = run_page.get_by_role("img", name="Figure cells/2/figure-1.png")
    expect(figure).to_be_visible(timeout=60_000)
    assert figure.evaluate("image => image.naturalWidth") > 100
    plotly = run_page.get_by_role("figure", name="Figure cells/2/figure-2.json")
    expect(plotly.locator(".js-plotly-plot .bars")).to_be_visible()
    vega = run_page.get_by_role("figure", name="Figure cells/2/figure-3.json")
    expect(vega.locator("canvas, svg").first).to_be_visible()
    cell = run_page.get_by_role("listitem", name="Cell 2, finished")
    expect(cell.get_by_text("memory up to")).to_be_visible()
    cell.get_by_text("Output", exact=True).click()
    expect(cell.get_by_label("Output")).to_have_text("epoch 0\nepoch 1\nepoch 2")
    cell.get_by_text("Frame 1").click()
    frame = cell.get_by_role("region", name="pandas.DataFrame, 2 rows, 2 columns")
    expect(frame.get_by_role("row").last).to_contain_text("0.75")
    run_page.get_by_text("Assigned in cells (2)").click()
    candidates = run_page.get_by_role("table", name="Assigned in cells (2)")
    expect(candidates.get_by_role("row").last).to_have_text("rate0.05")
    run_page.get_by_text("Code and environment").click()
    expect(run_page.get_by_text("No git repository.")).to_be_visible()
    run_page.get_by_text("packages", exact=False).last.click()
    expect(run_page.get_by_label("packages")).to_contain_text("pandas==")


def test_the_run_page_leads_from_a_metric_to_the_cells_behind_it(page: Page, lab: Product) -> None:
    page.goto(lab.url.replace("/lab?", "/lab/workspaces/chain?"))
    opened = Lab(page)
    opened.open_sidebar()
    opened.new_notebook()
    opened.type_and_run("%load_ext celltrail\n%track start chain --experiment plain")
    opened.type_and_run("import celltrail as ct")
    opened.type_and_run("rows = [1, 2]")
    opened.type_and_run("unused = 3")
    opened.type_and_run("ct.log(total=sum(rows))")
    opened.run("chain", "running").dblclick()
    run_page = opened.run_page
    run_page.get_by_role("button", name="Show the cells that total comes from").click()
    bar = run_page.get_by_role("group", name="Where total comes from")
    expect(bar).to_be_focused()
    expect(bar).to_contain_text("total comes from 3 of 5 cell runs.")
    expect(run_page.get_by_role("listitem", name="Cell ")).to_have_count(3)
    expect(run_page.get_by_text("unused = 3")).to_have_count(0)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        opened.choose_theme(theme)
        found = Axe().run(page, context=".jp-Celltrail-RunPage")
        assert found.violations_count == 0, found.generate_report()
    bar.get_by_role("button", name="Copy as script").click()
    expect(bar.get_by_role("button", name="Copied")).to_be_visible()
    bar.get_by_role("button", name="Show all cells").click()
    expect(run_page.get_by_role("listitem", name="Cell ")).to_have_count(5)
