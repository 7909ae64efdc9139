"""Takes the pictures of ``docs/images/`` from a real JupyterLab, light and dark: ``python tools/pictures.py``."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import chromium  # noqa: E402
from tests.browser.heatmap import CDNOW, Heatmap  # noqa: E402
from tests.browser.lab import Notebook, write_notebook  # noqa: E402
from tests.browser.servers import Server, start_lab  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WINDOW = {"width": 1440, "height": 1100}
MARGIN = 4
SETTLED_MS = 600


def shoot(page: Page, heat: Heatmap, name: str) -> None:
    """Select a cell, hover another, and keep the widget with a margin of the page around it."""
    heat.click("6 Jan 1997", "4")
    # The answer to a click hides the tooltip.
    expect(heat.selected).to_contain_text("customers")
    page.wait_for_timeout(SETTLED_MS)
    heat.hover("10 Feb 1997", "8")
    page.wait_for_timeout(SETTLED_MS)
    box = heat.root.bounding_box()
    assert box is not None
    clip = {
        "x": box["x"] - MARGIN,
        "y": box["y"] - MARGIN,
        "width": box["width"] + 2 * MARGIN,
        "height": box["height"] + 2 * MARGIN,
    }
    page.screenshot(path=IMAGES / f"{name}.png", clip=clip)


def take(page: Page, server: Server) -> None:
    """Take the heatmap of CDNOW as it first shows, in both themes."""
    cells = (CDNOW, "heat = CohortHeatmap(table)\nheat")
    notebook = Notebook.open(page, server, write_notebook(server.folder, "picture", cells))
    notebook.command("application:toggle-left-area")
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    shoot(page, heat, "cohort_heatmap")
    ink = heat.signal("ink")
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    heat.wait_until("(view, before) => view.signal('ink') !== before", ink)
    shoot(page, heat, "cohort_heatmap_dark")


def main() -> None:
    """Start JupyterLab and a browser, take the pictures, end both."""
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, chromium() as browser:
        server = start_lab(Path(folder))
        try:
            take(browser.new_page(viewport=WINDOW), server)
        finally:
            server.end_kernels()
            server.end()
    for path in sorted(IMAGES.glob("*.png")):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
