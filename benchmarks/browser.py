"""How long a person waits at the page, and what crosses the web socket: JupyterLab in a real browser."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import WINDOW, chromium
from tests.browser.heatmap import CDNOW, Heatmap
from tests.browser.lab import Notebook, write_notebook
from tests.browser.servers import Server, start_lab
from tests.browser.traffic import Traffic

REPEATS = 5
MEASURES = ("revenue", "average_order", "cumulative_value", "retention")

# A full matrix: every group begins in the first month and is seen in each of the following.
FULL = """import numpy as np
import pandas as pd
from custintel_widgets import CohortHeatmap
rng = np.random.default_rng(5)
groups, months, people = {groups}, {months}, 40
customer = np.arange(groups * people)
began = pd.DataFrame({{"customer": customer, "month": 0}})
later = rng.random((groups * people, months - 1)) < rng.uniform(.05, .5, (1, months - 1))
who, when = np.nonzero(later)
frame = pd.concat([began, pd.DataFrame({{"customer": who, "month": when + 1}})])
frame["channel"] = "group " + (frame["customer"] % groups).astype(str).str.zfill(2)
frame["date"] = pd.Timestamp("2020-01-31") + frame["month"].map(lambda m: pd.offsets.MonthEnd(m))
frame["amount"] = rng.gamma(3, 14, len(frame)).round(2)
heat = CohortHeatmap(frame.drop(columns="month"), by="channel", grain="month", window="calendar")
heat"""

_FIRST_CHART = """async () => {
  const drawn = () => [...document.querySelectorAll(".jp-Notebook .ci-chart canvas")].filter(c => c.width > 0).length >= 2;
  const begun = performance.now();
  void window.jupyterapp.commands.execute("notebook:run-all-cells");
  while (!drawn()) await new Promise(resolve => requestAnimationFrame(resolve));
  return performance.now() - begun;
}"""

# From the wish in the control to other pixels in the matrix, and to the frame in which a person sees them.
_SWITCH = """async (root, measure) => {
  const select = [...root.querySelectorAll("select")].find(s => [...s.options].some(o => o.value === measure));
  const canvas = root.querySelector(".ci-matrix canvas");
  const pen = canvas.getContext("2d");
  const strip = () => pen.getImageData(canvas.width / 3, canvas.height / 3, canvas.width / 3, 1).data.join();
  const before = strip();
  const channel = new MessageChannel();
  const turn = () => new Promise(resolve => { channel.port1.onmessage = resolve; channel.port2.postMessage(0); });
  const begun = performance.now();
  select.value = measure;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  while (strip() === before) {
    if (performance.now() - begun > 5000) throw new Error("The picture did not change.");
    await turn();
  }
  return performance.now() - begun;
}"""


def _open(browser: Browser, lab: Server, name: str, *cells: str) -> tuple[Notebook, Traffic]:
    page: Page = browser.new_context(viewport=WINDOW).new_page()
    traffic = Traffic(page)
    return Notebook.open(page, lab, write_notebook(lab.folder, name, cells)), traffic


def _close(notebook: Notebook) -> None:
    notebook.page.context.close()
    notebook.server.end_kernels()


def first_chart(browser: Browser, lab: Server) -> float:
    """Milliseconds from running a notebook in a started kernel to the first picture."""
    notebook, _ = _open(browser, lab, "first", f"{CDNOW}\nheat = CohortHeatmap(table)\nheat")
    taken = float(notebook.page.evaluate(_FIRST_CHART))
    _close(notebook)
    return taken


def switches(browser: Browser, lab: Server, groups: int, months: int) -> list[float]:
    """Milliseconds of each switch of the measure, in a matrix of `groups` × `months` cells."""
    notebook, _ = _open(browser, lab, f"switch_{groups}", FULL.format(groups=groups, months=months))
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    cells = len(heat.rows("cells"))
    assert cells == groups * months, cells
    taken = []
    for measure in MEASURES * 5:
        taken.append(float(heat.root.evaluate(_SWITCH, measure)))
        notebook.expect("heat.measure", measure)
    _close(notebook)
    return taken


def sizes(browser: Browser, lab: Server, count: int = 20) -> list[int]:
    """Bytes that the page received for each of `count` widgets, the first with the libraries."""
    cells = [f"heat_{n} = CohortHeatmap(table)\nheat_{n}" for n in range(count)]
    notebook, traffic = _open(browser, lab, "sizes", CDNOW, *cells)
    notebook.run_cell(0)
    received = []
    for n in range(count):
        before = traffic.received
        notebook.run_cell(1 + n)
        expect(notebook.page.locator(".jp-Notebook .ci-chart canvas")).to_have_count(2 * (n + 1))
        received.append(traffic.received - before)
    _close(notebook)
    return received


def report() -> str:
    """Measure everything and return the tables as Markdown."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        lab = start_lab(Path(folder))
        try:
            first = [first_chart(browser, lab) for _ in range(REPEATS)]
            small = switches(browser, lab, 25, 20)
            large = switches(browser, lab, 60, 60)
            received = sizes(browser, lab)
        finally:
            lab.end()
    lines = [
        "## At the page: JupyterLab in Chromium",
        "",
        "| | median | slowest | repeats |",
        "|---|---|---|---|",
        _row("run the first cell → first picture (kernel started, nothing imported)", first),
        _row("switch the measure → pixels, 500 cells", small),
        _row("switch the measure → pixels, 60 × 60 cells", large),
        "",
        "| received over the web socket | |",
        "|---|---|",
        f"| first widget, with the chart libraries | {received[0] / 1e6:.2f} MB |",
        f"| each further widget | {statistics.median(received[1:]) / 1e3:.0f} kB |",
        f"| 20 widgets | {sum(received) / 1e6:.2f} MB |",
        "",
    ]
    return "\n".join(lines)


def _row(name: str, taken: list[float]) -> str:
    return f"| {name} | {statistics.median(taken):,.0f} ms | {max(taken):,.0f} ms | {len(taken)} |"
