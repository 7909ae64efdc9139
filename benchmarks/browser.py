"""How long a person waits at the page, and what crosses the web socket: JupyterLab in a real browser."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.calculator import SHOP, TABLE, Calculator
from tests.browser.chromium import WINDOW, chromium
from tests.browser.explorer import Explorer
from tests.browser.heatmap import CDNOW, Heatmap
from tests.browser.lab import Notebook, write_notebook
from tests.browser.servers import Server, start_lab
from tests.browser.traffic import Traffic

REPEATS = 5
STEPS = 60
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

# Eight features of customers in five heaps.
MILLION = """import numpy as np
import pandas as pd
from custintel_analytics.segments import Features
from custintel_widgets import SegmentExplorer
rng = np.random.default_rng(11)
heap = rng.integers(0, 5, {customers})
values = rng.normal(0, 2.5, (5, 8))[heap] + rng.normal(size=(len(heap), 8))
features = Features.from_frame(pd.DataFrame(values, columns=[f"feature {{n}}" for n in range(8)]))
explorer = SegmentExplorer(features, method="kmeans", n_segments=5, show_map=True)
explorer"""

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

# From the button to the finer bins in the pixels: first the bins that are there, larger; then, once the movement has
# rested, those that Python counted.
_ZOOM = """async (root, label) => {
  const view = root.querySelector(".ci-map-chart .ci-chart").ciView;
  const button = [...root.querySelectorAll(".ci-plane-bar button")].find(b => (b.ariaLabel ?? b.textContent) === label);
  const counted = () => JSON.stringify([view.data("bins").filter(bin => bin.part === 0).slice(0, 9), view.data("points").length]);
  const channel = new MessageChannel();
  const turn = () => new Promise(resolve => { channel.port1.onmessage = resolve; channel.port2.postMessage(0); });
  const changed = what => {
    const before = what();
    return async () => {
      while (what() === before) {
        if (performance.now() - begun > 20000) throw new Error("The map did not change.");
        await turn();
      }
      await view.runAsync();
      return performance.now() - begun;
    };
  };
  const [moves, answers] = [changed(() => view.signal("x_low")), changed(counted)];
  const begun = performance.now();
  button.click();
  return [await moves(), await answers()];
}"""
ZOOMS = ("Zoom in", "Zoom in", "Zoom in", "Zoom out", "All")


# A slider's thumb goes to and fro: from each step to the words that follow and the pixels of every picture in sight.
_STEPS = """async (root, [label, count]) => {
  const isIt = slider => slider.checkVisibility()
    && document.getElementById(slider.getAttribute("aria-labelledby"))?.textContent === label;
  const slider = [...root.querySelectorAll("input[type=range]")].find(isIt);
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const charts = [...root.querySelectorAll(".ci-chart")].filter(chart => chart.checkVisibility());
  const words = () => root.querySelector(".ci-plan:not([hidden]), .ci-analyse")?.parentElement.innerText;
  const taken = [];
  for (let step = 0; step < count; step += 1) {
    await new Promise(requestAnimationFrame);
    const way = Math.abs(1 - (step / 10) % 2);
    slider.value = String(low + (high - low) * (0.1 + 0.8 * way));
    const before = words();
    const begun = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    for (const chart of charts) await chart.ciView.runAsync();
    taken.push(performance.now() - begun);
    if (step > 0 && words() === before) throw new Error(`The words did not follow ${label}.`);
  }
  return taken;
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


def zooms(browser: Browser, lab: Server, customers: int) -> tuple[list[float], list[float]]:
    """Milliseconds from a press on the map's buttons to the first pixels, and to bins that were counted anew."""
    notebook, _ = _open(browser, lab, f"zoom_{customers}", MILLION.format(customers=customers))
    notebook.run_all()
    explorer = Explorer(notebook.widget()).ready()
    expect(explorer.map_count).to_contain_text(f"{customers:,} of {customers:,}", timeout=120_000)
    explorer.drawn("map-chart")
    taken = []
    for label in ZOOMS * 4:
        taken.append(explorer.root.evaluate(_ZOOM, label))
        # The next press comes when the page is at rest.
        notebook.page.wait_for_timeout(300)
    _close(notebook)
    first, last = zip(*taken, strict=True)
    return list(first), list(last)


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


def slider_steps(browser: Browser, lab: Server, tab: str, slider: str, settings: str = "") -> list[float]:
    """Milliseconds of each step of a slider of the calculator, which the page answers alone."""
    notebook, _ = _open(
        browser, lab, "steps", SHOP, TABLE.replace("worthwhile=0.1", f"worthwhile=0.1, {settings}")
    )
    notebook.run_all()
    calculator = Calculator(notebook.widget()).ready()
    calculator.open_tab(tab)
    calculator.open_method()
    calculator.drawn(*calculator.charts())
    taken = [float(step) for step in calculator.root.evaluate(_STEPS, [slider, STEPS])]
    _close(notebook)
    return taken


def report() -> str:
    """Measure everything and return the tables as Markdown."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        lab = start_lab(Path(folder))
        try:
            first = [first_chart(browser, lab) for _ in range(REPEATS)]
            small = switches(browser, lab, 25, 20)
            large = switches(browser, lab, 60, 60)
            moved, counted = zooms(browser, lab, 1_000_000)
            received = sizes(browser, lab)
            planned = slider_steps(browser, lab, "Plan", "Effect to find")
            judged = slider_steps(browser, lab, "Analyse", "Smallest effect worth having")
            sure = slider_steps(browser, lab, "Analyse", "Confidence", 'method="bayes"')
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
        _row("zoom the map of a million customers → the same bins, larger", moved),
        _row("the same → finer bins, counted by Python; 40 ms of it wait for the movement to rest", counted),
        _row("step of a plan's slider → words and pixels, without Python", planned),
        _row("step of “worth having” → verdict, interval, curve, 6 effects", judged),
        _row("step of the confidence, exact posterior → the same", sure),
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
    return f"| {name} | {_ms(statistics.median(taken))} | {_ms(max(taken))} | {len(taken)} |"


def _ms(taken: float) -> str:
    return f"{taken:,.0f} ms" if taken >= 100 else f"{taken:.1f} ms"
