"""JupyterLab as a person uses it: open a notebook, run it, look at Celltrail's panels."""

import re

from playwright.sync_api import Locator, Page, expect


class Lab:
    """A page that shows JupyterLab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sidebar = page.locator(".jp-Celltrail-Sidebar")
        self.run_page = page.locator(".jp-Celltrail-RunPage:visible")

    def open_notebook(self, name: str) -> None:
        """Open a notebook from the file browser and wait for its kernel."""
        self.page.get_by_role("listitem").filter(has_text=name).dblclick()
        self.wait_for_kernel()

    def new_notebook(self) -> None:
        """Open a new notebook from the launcher and wait for its kernel."""
        if not self.page.locator(".jp-LauncherCard:visible").count():
            self.page.keyboard.press("Control+Shift+L")
        self.page.locator('.jp-LauncherCard[data-category="Notebook"]:visible').first.click()
        self.wait_for_kernel()

    def type_and_run(self, source: str) -> None:
        """Type into the selected cell and run it; the next cell is selected then."""
        cell = self.page.locator(".jp-Notebook:visible .jp-Cell.jp-mod-selected .cm-content")
        cell.click()
        cell.fill(source)
        self.page.keyboard.press("Shift+Enter")

    def wait_for_kernel(self) -> None:
        """Wait until the status bar says that the kernel is ready."""
        idle = self.page.get_by_text(re.compile(r"Python 3 \(ipykernel\) \| Idle"))
        idle.wait_for(timeout=60_000)

    def open_sidebar(self) -> None:
        """Show Celltrail's panel at the left, unless it is open already."""
        tab = self.page.get_by_role("tab", name="Celltrail")
        tab.wait_for(timeout=60_000)
        if tab.get_attribute("aria-selected") != "true":
            tab.click()
        expect(self.sidebar).to_be_visible()

    def run_all_cells(self) -> None:
        """Choose Run → Run All Cells."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def choose_theme(self, theme: str) -> None:
        """Switch to a theme, as Settings → Theme does, and wait until it is there."""
        change = "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })"
        self.page.evaluate(change, theme)
        self.page.locator(f'body[data-jp-theme-name="{theme}"]').wait_for(state="attached")

    def run(self, name: str, status: str) -> Locator:
        """The line in the sidebar's tree of the latest run of that name and status."""
        return self.sidebar.get_by_role("treeitem", name=f"{name}, {status}").first

    def metric(self, name: str) -> str:
        """The last value of a metric on the run page."""
        row = self.run_page.get_by_role("table", name="Metrics").get_by_role("row")
        return (
            row.filter(has=self.page.get_by_role("button", name=name))
            .get_by_role("cell")
            .first.inner_text()
        )

    def show_tab(self, name: str) -> None:
        """Bring a document of the main area to the front."""
        self.page.locator("#jp-main-dock-panel").get_by_role("tab", name=name).click()

    def export_as_pipeline(self) -> None:
        """Press the button above the notebook and wait for the dialog."""
        self.page.locator('[data-command="celltrail:export-pipeline"]').first.click()
        self.page.locator(".jp-Celltrail-ExportDialog").wait_for(timeout=60_000)
