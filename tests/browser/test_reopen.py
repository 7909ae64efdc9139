"""A notebook that is saved and opened again, and a page that is loaded again."""

from __future__ import annotations

import nbformat
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook, Shoot
from .heatmap import CDNOW, MONTHLY, Heatmap
from .lab import READY_MS, Notebook


def test_a_saved_notebook_shows_its_widget_without_running(
    open_notebook: OpenNotebook, page: Page, shoot: Shoot
) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    heat.choice("Measure").select_option("orders")
    heat.click("Jan 1997", "1")
    expect(heat.selected).to_contain_text("1,157 customers")
    headline = heat.headline
    shade = heat.pixel("Feb 1997", "3")
    notebook.command("docmanager:save")
    saved = nbformat.read(notebook.path, as_version=4)
    assert "application/vnd.jupyter.widget-state+json" in saved.metadata["widgets"]
    # Saved once: the libraries are not repeated with each widget.
    assert notebook.path.stat().st_size < 1_400_000

    page.goto("about:blank")
    notebook.server.end_kernels()
    again = Notebook.open(page, notebook.server, notebook.path)
    reopened = Heatmap(again.widget()).ready()
    assert again.ask("'heat' in globals()") is False
    assert reopened.headline == headline
    assert reopened.pixel("Feb 1997", "3") == shade
    reopened.expect_marks({("Jan 1997", "1")})
    expect(reopened.choice("Measure")).to_have_value("orders")
    reopened.hover("Jan 1997", "1")
    expect(reopened.tooltip).to_be_visible()
    shoot(reopened.root, "reopened")
    # What needs Python says that there is none.
    expect(reopened.error).to_contain_text("Run the cell again", timeout=20_000)

    again.run_all()
    Heatmap(again.widget()).ready()
    expect(Heatmap(again.widget()).error).to_have_count(0)


def test_a_reloaded_page_finds_its_widgets(open_notebook: OpenNotebook, page: Page) -> None:
    notebook = open_notebook(CDNOW, MONTHLY)
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    heat.click("Jan 1997", "1")
    expect(heat.selected).to_contain_text("1,157 customers")
    notebook.command("docmanager:save")

    page.reload()
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context?.path", timeout=READY_MS)
    notebook.wait_until_idle()
    restored = Heatmap(notebook.widget()).ready()
    expect(restored.selected).to_contain_text("1,157 customers")
    assert notebook.ask("heat.audience.size") == 1157
    restored.click("Feb 1997", "1")
    notebook.expect("heat.selection", [{"kind": "cell", "cohort": "1997-02", "age": 1}])
    notebook.execute('heat.measure = "active"')
    expect(restored.choice("Measure")).to_have_value("active")
    expect(restored.error).to_have_count(0)
