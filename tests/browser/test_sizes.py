"""What crosses the web socket, and how often the chart libraries are evaluated."""

from playwright.sync_api import Page, expect

from .conftest import OpenNotebook
from .heatmap import CDNOW, Heatmap
from .traffic import Traffic

FIRST_WIDGET = 1_100_000
FURTHER_WIDGET = 60_000
WIDGETS = 20


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
