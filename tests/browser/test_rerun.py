"""Running a cell again frees what its earlier run made: in Python, in the widget manager, in the page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook
from .explorer import SHOP
from .heatmap import CDNOW, Heatmap
from .lab import Notebook
from .optimizer import TABLE

SETTLING = 15.0


@dataclass(frozen=True)
class Case:
    """A widget whose cell runs again and again.

    Parameters
    ----------
    setup, cell
        The first cell, and the one that makes the widget.
    variable, kind
        The widget's name in the kernel and its class.
    result
        The class of what it computes, of which only those of the last run may be alive.
    runs
        How often.
    canvases, results
        How many it draws, and how many results it holds.
    """

    setup: str
    cell: str
    variable: str
    kind: str
    result: str
    runs: int
    canvases: int = 2
    results: int = 1


HEATMAP = Case(CDNOW, "heat = CohortHeatmap(table)\nheat", "heat", "CohortHeatmap", "Retention", 20)
EXPLORED = """explorer = SegmentExplorer(table, columns=RFM, show_map=True, tab="quality", selection=[1])
explorer"""
EXPLORER = Case(SHOP, EXPLORED, "explorer", "SegmentExplorer", "Segmentation", 10)
# Four curves, the two plans, what they bring, and the frontier; the table as it was given, and with its currency.
PLANNED = 'budget = BudgetOptimizer(mmm.ResponseTable(**curves), tab="frontier")\nbudget'
CURVES = f"""{TABLE}
from dataclasses import fields
curves = {{field.name: getattr(table, field.name) for field in fields(table) if field.init}}
del table"""
OPTIMIZER = Case(CURVES, PLANNED, "budget", "BudgetOptimizer", "ResponseTable", 10, canvases=7, results=2)

# `register` is what ipywidgets keeps; `alive` what the interpreter really holds.
_IN_PYTHON = """(lambda gc, widgets, threading: (gc.collect(), {{
    "alive": sum(isinstance(o, {kind}) for o in gc.get_objects()),
    "register": sum(isinstance(o, {kind}) for o in widgets._instances.values()),
    "widgets": len(widgets._instances),
    "results": sum(type(o).__name__ == "{result}" for o in gc.get_objects()),
    "threads": threading.active_count(),
}})[1])(__import__("gc"), __import__("ipywidgets").widgets.widget, __import__("threading"))"""

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


def growth(page: Page, before: dict[str, int]) -> dict[str, int]:
    """How many more there are than before."""
    return {name: count - before[name] for name, count in in_browser(page).items()}


def in_python(case: Case) -> str:
    """The expression that counts what the kernel holds."""
    return _IN_PYTHON.format(kind=case.kind, result=case.result)


def run_again(notebook: Notebook, case: Case) -> str:
    """Run the second cell and return the new widget's model id once it is drawn."""
    notebook.run_cell(1)
    expect(notebook.widget().locator(".ci-chart canvas")).to_have_count(case.canvases)
    identity: str = notebook.ask(f"{case.variable}.model_id")
    return identity


def size_of(notebook: Notebook) -> int:
    """How many elements the widget has."""
    return int(notebook.widget().evaluate("root => root.querySelectorAll('*').length"))


@pytest.mark.parametrize("case", [HEATMAP, EXPLORER, OPTIMIZER], ids=lambda case: case.kind)
def test_many_runs_leave_one_widget(open_notebook: OpenNotebook, case: Case) -> None:
    notebook = open_notebook(case.setup, case.cell)
    notebook.run_all()
    counted = in_python(case)
    known = [run_again(notebook, case) for _ in range(3)]
    notebook.expect(f"{counted}['alive']", 1)
    python, page = notebook.ask(counted), in_page(notebook.page, known)
    browser = in_browser(notebook.page)
    assert (python["register"], python["results"]) == (1, case.results)
    assert (page["models"], page["roots"], page["canvases"]) == (1, 1, case.canvases)
    assert (page["evaluations"], page["runtimes"]) == (1, 1)

    known += [run_again(notebook, case) for _ in range(case.runs)]

    notebook.expect(counted, python)
    assert in_page(notebook.page, known) == page
    # For any widget, a slider too, ipywidgets and JupyterLab keep up to 13 elements and 8 listeners per run; JupyterLab
    # itself adds some 130 listeners once, seconds after it opened.
    limits = {"nodes": case.runs * 15, "listeners": 150 + case.runs * 8}
    assert limits["nodes"] < case.runs * size_of(notebook)
    grown = growth(notebook.page, browser)
    deadline = time.monotonic() + SETTLING
    # What the last run replaced may still be held for a moment; what leaks is held for good.
    while any(grown[name] >= limit for name, limit in limits.items()) and time.monotonic() < deadline:
        time.sleep(0.5)
        grown = growth(notebook.page, browser)
    assert all(grown[name] < limit for name, limit in limits.items()), (grown, limits)


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
    notebook.expect(f"{in_python(HEATMAP)}['alive']", 0)
    assert in_page(notebook.page, known)["models"] == 0
