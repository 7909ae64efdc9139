"""Takes the pictures of ``docs/images/`` from a real JupyterLab, light and dark: ``python tools/pictures.py``."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.calculator import SHOP, Calculator  # noqa: E402
from tests.browser.chromium import chromium  # noqa: E402
from tests.browser.explorer import Explorer  # noqa: E402
from tests.browser.heatmap import CDNOW, Heatmap  # noqa: E402
from tests.browser.lab import Notebook, write_notebook  # noqa: E402
from tests.browser.servers import Server, start_lab  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WINDOW = {"width": 1440, "height": 1100}
TALL = {"width": 1440, "height": 1500}
MARGIN = 4
SETTLED_MS = 600
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"


EXPLORER = """from custintel_widgets import SegmentExplorer
explorer = SegmentExplorer(table, currency="USD", show_map=True)
explorer.find()
explorer"""

CALCULATOR = """calculator = ABCalculator(shop, **asked, worthwhile=0.1, contacts=50_000, margin=12, currency="EUR")
calculator"""
BUDGET = """from custintel_analytics import mmm
from custintel_widgets import BudgetOptimizer
weeks, truth = mmm.simulate(130, channels=6, seed=1)
model = mmm.MediaMix(
    date="date", target="revenue", channels=list(truth.channels.channel), controls=["promotion"],
    priors={"beta": ("half_normal", 0.5)},
).fit(weeks)
budget = BudgetOptimizer(model, currency="EUR")
budget.optimize()
budget"""
FITTED_MS = 900_000
TALL = {"width": 1440, "height": 1700}


def shoot(root: Locator, name: str) -> None:
    """Keep a widget with a margin of the page around it."""
    root.page.wait_for_timeout(SETTLED_MS)
    box = root.bounding_box()
    assert box is not None
    clip = {
        "x": box["x"] - MARGIN,
        "y": box["y"] - MARGIN,
        "width": box["width"] + 2 * MARGIN,
        "height": box["height"] + 2 * MARGIN,
    }
    root.page.screenshot(path=IMAGES / f"{name}.png", clip=clip)


def open_notebook(page: Page, server: Server, name: str, *cells: str) -> Notebook:
    """Open a notebook of these cells with nothing beside it, and run it."""
    notebook = Notebook.open(page, server, write_notebook(server.folder, name, cells))
    notebook.command("application:toggle-left-area")
    notebook.run_all()
    return notebook


def take_heatmap(page: Page, server: Server) -> None:
    """Take the heatmap of CDNOW as it first shows, a cell selected and another hovered, in both themes."""
    notebook = open_notebook(page, server, "heatmap", CDNOW, "heat = CohortHeatmap(table)\nheat")
    heat = Heatmap(notebook.widget()).ready()

    def pose(name: str) -> None:
        heat.click("6 Jan 1997", "4")
        # The answer to a click hides the tooltip.
        expect(heat.selected).to_contain_text("customers")
        page.wait_for_timeout(SETTLED_MS)
        heat.hover("10 Feb 1997", "8")
        shoot(heat.root, name)

    pose("cohort_heatmap")
    ink = heat.signal("ink")
    notebook.command("apputils:change-theme", {"theme": DARK})
    heat.wait_until("(view, before) => view.signal('ink') !== before", ink)
    pose("cohort_heatmap_dark")


def take_explorer(page: Page, server: Server) -> None:
    """Take the segments that are found in CDNOW, with their map, in both themes."""
    notebook = open_notebook(page, server, "explorer", CDNOW, EXPLORER)
    root = Explorer(notebook.widget()).ready().root
    expect(root.locator(".ci-map-count")).to_contain_text("in view")
    take_in_both_themes(notebook, root, "segment_explorer")


def take_calculator(page: Page, server: Server) -> None:
    """Take the analysis of a test with three variants and three metrics, in both themes."""
    page.set_viewport_size(TALL)
    notebook = open_notebook(page, server, "calculator", SHOP, CALCULATOR)
    calculator = Calculator(notebook.widget()).ready()
    calculator.drawn(*calculator.charts())
    calculator.root.evaluate("root => root.scrollIntoView({ block: 'center' })")
    take_in_both_themes(notebook, calculator.root, "ab_calculator")


def take_budget(page: Page, server: Server) -> None:
    """Take the best plan for simulated weeks, in both themes."""
    page.set_viewport_size(TALL)
    notebook = open_notebook(page, server, "budget", BUDGET)
    root = notebook.widget()
    expect(root.locator(".ci-chart canvas").first).to_be_visible(timeout=FITTED_MS)
    root.scroll_into_view_if_needed()
    take_in_both_themes(notebook, root, "budget_optimizer")


def take_in_both_themes(notebook: Notebook, root: Locator, name: str) -> None:
    """Take a widget in the light theme, then in the dark."""
    for theme, path in ((LIGHT, name), (DARK, f"{name}_dark")):
        notebook.command("apputils:change-theme", {"theme": theme})
        expect(root.page.locator("body")).to_have_attribute(
            "data-jp-theme-light", str(theme == LIGHT).lower()
        )
        shoot(root, path)


def main() -> None:
    """Start JupyterLab and a browser, take the pictures, end both."""
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, chromium() as browser:
        server = start_lab(Path(folder))
        try:
            for take in (take_heatmap, take_explorer, take_calculator, take_budget):
                page = browser.new_page(viewport=WINDOW)
                take(page, server)
                page.close()
        finally:
            server.end_kernels()
            server.end()
    for path in sorted(IMAGES.glob("*.png")):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
