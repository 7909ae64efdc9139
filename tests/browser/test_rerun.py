"""Running a cell again frees what its earlier run made: in Python, in the widget manager, in the page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from .conftest import OpenNotebook
from .heatmap import CDNOW, Heatmap
from .lab import Notebook

RUNS = 20

# `register` is what ipywidgets keeps; `alive` what the interpreter really holds.
_IN_PYTHON = """(lambda gc, widgets, threading: (gc.collect(), {
    "alive": sum(isinstance(o, CohortHeatmap) for o in gc.get_objects()),
    "register": sum(isinstance(o, CohortHeatmap) for o in widgets._instances.values()),
    "widgets": len(widgets._instances),
    "frames": sum(type(o).__name__ == "Retention" for o in gc.get_objects()),
    "threads": threading.active_count(),
})[1])(__import__("gc"), __import__("ipywidgets").widgets.widget, __import__("threading"))"""

_IN_PAGE = """async known => {
  const panel = window.jupyterapp.shell.currentWidget;
  const renderer = panel.content.rendermime.createRenderer("application/vnd.jupyter.widget-view+json");
  const manager = await renderer._manager.promise;
  renderer.dispose();
  return {
    models: known.filter(id => manager.has_model(id)).length,
    roots: document.querySelectorAll(".ci-root").length,
    canvases: document.querySelectorAll(".ci-root canvas").length,
    popovers: document.querySelectorAll(".ci-tooltip").length,
    styles: [...document.querySelectorAll("style")].filter(s => s.textContent.includes(".ci-root")).length,
    evaluations: globalThis.__custintel_runtime_evaluations,
    runtimes: Object.keys(globalThis.__custintel_runtimes).length,
  };
}"""


def in_page(page: Page, known: list[str]) -> dict[str, Any]:
    counted: dict[str, Any] = page.evaluate(_IN_PAGE, known)
    return counted


def in_browser(page: Page) -> dict[str, int]:
    """Elements and listeners that the browser holds after a garbage collection, attached or not."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    counters = session.send("Memory.getDOMCounters")
    session.detach()
    return {"nodes": counters["nodes"], "listeners": counters["jsEventListeners"]}


def run_again(notebook: Notebook) -> str:
    """Run the second cell and return the new widget's model id once it is drawn."""
    notebook.run_cell(1)
    Heatmap(notebook.widget()).ready()
    identity: str = notebook.ask("heat.model_id")
    return identity


def size_of(notebook: Notebook) -> int:
    """How many elements the widget has."""
    return int(notebook.widget().evaluate("root => root.querySelectorAll('*').length"))


def test_twenty_runs_leave_one_widget(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CDNOW, "heat = CohortHeatmap(table)\nheat")
    notebook.run_all()
    known = [run_again(notebook) for _ in range(3)]
    notebook.expect(f"{_IN_PYTHON}['alive']", 1)
    python, page = notebook.ask(_IN_PYTHON), in_page(notebook.page, known)
    browser = in_browser(notebook.page)
    assert python["register"] == python["frames"] == 1
    assert (page["models"], page["roots"], page["canvases"]) == (1, 1, 2)
    assert (page["evaluations"], page["runtimes"]) == (1, 1)

    known += [run_again(notebook) for _ in range(RUNS)]

    notebook.expect(_IN_PYTHON, python)
    assert in_page(notebook.page, known) == page
    # For any widget, a slider too, ipywidgets and JupyterLab keep up to 13 elements and 8 listeners per run.
    grown = {name: count - browser[name] for name, count in in_browser(notebook.page).items()}
    assert grown["nodes"] < RUNS * 15 < RUNS * size_of(notebook), grown
    assert grown["listeners"] < RUNS * 10, grown


def test_a_cell_that_only_shows_a_kept_widget_keeps_it(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CDNOW, "heat = CohortHeatmap(table)", "heat")
    notebook.run_all()
    first = notebook.ask("heat.model_id")
    for _ in range(3):
        notebook.run_cell(2)
    heat = Heatmap(notebook.widget()).ready()
    assert notebook.ask("heat.model_id") == first
    notebook.execute('heat.measure = "active"')
    expect(heat.choice("Measure")).to_have_value("active")


def test_a_replaced_widget_that_somebody_kept_opens_again(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CDNOW, "heat = CohortHeatmap(table)\nheat", "kept")
    notebook.run_cell(0)
    notebook.run_cell(1)
    Heatmap(notebook.widget()).ready()
    notebook.execute('kept = heat\nkept.measure = "active"')
    notebook.run_cell(1)
    notebook.expect("kept.comm is None", True)
    notebook.run_cell(2)
    opened = Heatmap(notebook.widget(1)).ready()
    expect(opened.choice("Measure")).to_have_value("active")
    opened.choice("Measure").select_option("orders")
    notebook.expect("[kept.measure, heat.measure]", ["orders", "retention"])


def test_closing_takes_the_widget_out_of_the_page(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CDNOW, "heat = CohortHeatmap(table)\nheat")
    notebook.run_all()
    Heatmap(notebook.widget()).ready()
    known = [notebook.ask("heat.model_id")]
    notebook.execute("heat.close()\ndel heat")
    expect(notebook.page.locator(".ci-root")).to_have_count(0)
    notebook.expect(f"{_IN_PYTHON}['alive']", 0)
    assert in_page(notebook.page, known)["models"] == 0
