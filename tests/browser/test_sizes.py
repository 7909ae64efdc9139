"""What crosses the web socket, and how often the chart libraries are evaluated."""

from playwright.sync_api import Page, expect

from custintel_widgets.core import assets
from custintel_widgets.core.generate import COMPONENTS

from .conftest import OpenNotebook
from .explorer import SHOP, Explorer
from .heatmap import CDNOW, Heatmap
from .optimizer import TABLE, Optimizer
from .traffic import Traffic

FIRST_WIDGET = 1_100_000
FURTHER_WIDGET = 60_000
WIDGETS = 20
MODULE = 64_000
# Components that carry arithmetic of their own.
LARGER = {"ab_calculator": 100_000, "budget_optimizer": 110_000}
EXPLORERS = 4
OPTIMIZERS = 3
# 250 draws of the response to 33 amounts and of its slope in single precision, four channels; the rest as others.
CURVES = 2 * 250 * 33 * 4 * 4


def test_a_component_has_a_small_module() -> None:
    sizes = {name: len(assets.text(f"{name}.js").encode()) for name in COMPONENTS}
    assert {name: size for name, size in sizes.items() if size > LARGER.get(name, MODULE)} == {}


def test_twenty_widgets_share_one_runtime(page: Page, open_notebook: OpenNotebook) -> None:
    traffic = Traffic(page)
    notebook = open_notebook(CDNOW, *[f"heat_{n} = CohortHeatmap(table)\nheat_{n}" for n in range(WIDGETS)])
    notebook.run_cell(0)
    received = []
    for n in range(WIDGETS):
        before = traffic.received
        notebook.run_cell(1 + n)
        expect(page.locator(".jp-Notebook .ci-chart canvas")).to_have_count(2 * (n + 1))
        received.append(traffic.received - before)

    assert received[0] <= FIRST_WIDGET
    assert max(received[1:]) <= FURTHER_WIDGET, received
    # Counted at all: a widget that came without its runtime or its data would be smaller than this.
    assert received[0] > 500_000
    assert min(received[1:]) > 20_000
    assert page.evaluate("() => globalThis.__custintel_runtime_evaluations") == 1
    assert page.evaluate("() => Object.keys(globalThis.__custintel_runtimes).length") == 1
    for n in (0, WIDGETS - 1):
        assert len(Heatmap(notebook.widget(n)).cohorts()) == 13
    print(f"first widget {received[0]:,} bytes, each further {max(received[1:]):,} at most")


def test_an_explorer_brings_its_module_once(page: Page, open_notebook: OpenNotebook) -> None:
    traffic = Traffic(page)
    cells = [f"explorer_{n} = SegmentExplorer(table)\nexplorer_{n}" for n in range(EXPLORERS)]
    notebook = open_notebook(SHOP, "CohortHeatmap(table)", *cells)
    notebook.run_cell(0)
    notebook.run_cell(1)
    Heatmap(notebook.widget(0)).ready()
    received = []
    for n in range(EXPLORERS):
        before = traffic.received
        notebook.run_cell(2 + n)
        Explorer(notebook.widget(1 + n)).ready()
        received.append(traffic.received - before)

    assert max(received[1:]) <= FURTHER_WIDGET, received
    assert len(assets.text("segment_explorer.js")) < received[0] - min(received[1:]) < 1.2 * MODULE
    assert page.evaluate("() => globalThis.__custintel_runtime_evaluations") == 1
    print(f"first explorer {received[0]:,} bytes, each further {max(received[1:]):,} at most")


def test_an_optimizer_brings_its_curves_once(page: Page, open_notebook: OpenNotebook) -> None:
    traffic = Traffic(page)
    cells = [f"budget_{n} = BudgetOptimizer(table)\nbudget_{n}" for n in range(OPTIMIZERS)]
    notebook = open_notebook(TABLE, *cells)
    notebook.run_cell(0)
    received = []
    for n in range(OPTIMIZERS):
        before = traffic.received
        notebook.run_cell(1 + n)
        Optimizer(notebook.widget(n)).ready()
        received.append(traffic.received - before)

    module = len(assets.text("budget_optimizer.js"))
    assert received[0] <= FIRST_WIDGET + module + CURVES
    assert CURVES < min(received[1:]) <= max(received[1:]) <= CURVES + FURTHER_WIDGET, received
    # A step sends the plan and Python's word on it, never the curves.
    before = traffic.received
    optimizer = Optimizer(notebook.widget(0))
    optimizer.button("Optimise").click()
    notebook.expect("budget_0._plan['spend'] == budget_0.amounts.to_dict() and budget_0.total", 100_000)
    assert traffic.received - before < FURTHER_WIDGET
    assert page.evaluate("() => globalThis.__custintel_runtime_evaluations") == 1
    print(f"first optimizer {received[0]:,} bytes, each further {max(received[1:]):,} at most")
