"""The optimizer where no kernel answers: an exported file, and a notebook that is opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Page, expect

from custintel_widgets import BudgetOptimizer

from .conftest import OpenNotebook, Shoot
from .guard import Guard
from .lab import Notebook
from .optimizer import BUDGET, CURRENT, EXACT, MODEL, TABLE, TABS, TOTAL, Optimizer, opened

NEEDS = "Needs the notebook: this file holds the plan as it was exported"
TALL = {"width": 1280, "height": 2200}


def made(cell: str) -> dict[str, Any]:
    """What a cell makes, here instead of in a kernel."""
    held: dict[str, Any] = {}
    exec(cell, held)
    return held


@pytest.fixture(scope="module")
def model() -> Any:
    return made(MODEL)["model"]


def page_of(page: Page, path: Path) -> Optimizer:
    page.set_viewport_size(TALL)
    page.goto(path.as_uri())
    return Optimizer(page.locator(".ci-root").first).ready()


def test_an_exported_plan_goes_on(offline: tuple[Page, Guard], tmp_path: Path, shoot: Shoot) -> None:
    page, guard = offline
    source = BudgetOptimizer(made(TABLE)["table"])
    path = source.to_html(tmp_path / "budget.html")
    assert path.stat().st_size < 2_000_000
    optimizer = page_of(page, path)
    assert optimizer.headline == source.result.sentence
    assert optimizer.amounts() == CURRENT
    expect(optimizer.button("Copy code")).to_be_hidden()

    # Sliders and the best plan are the page's own.
    optimizer.drag("search", 34_000)
    moved = optimizer.expect_drawn()
    expect(optimizer.sentence).to_contain_text("Moves EUR")
    page.mouse.up()
    assert moved["search"] == pytest.approx(34_000, abs=600)
    assert sum(moved.values()) == pytest.approx(TOTAL, rel=EXACT)
    optimizer.button("Optimise").click()
    best = source.optimize()
    assert optimizer.expect_drawn() == pytest.approx(best.allocation.to_dict(), rel=1e-6, abs=1e-6)
    assert optimizer.headline.split("; expected")[0] == best.sentence.split("; expected")[0]
    optimizer.button("Undo").click()
    assert optimizer.amounts() == pytest.approx(moved, rel=EXACT)
    shoot(page, "optimizer-export")

    # A plan of the frontier and plans under names need no kernel either.
    optimizer.open_tab("Frontier")
    optimizer.drawn("frontier-chart")
    optimizer.click("frontier-chart", "symbol", index=4)
    total = optimizer.rows("frontier", "frontier-chart")[4]["total"]
    assert sum(optimizer.expect_drawn().values()) == pytest.approx(total, rel=EXACT)
    panel = optimizer.open_tab("Scenarios")
    optimizer.type(panel.get_by_label("Name of the plan on show"), "Smaller")
    optimizer.button("Back to current").click()
    panel.get_by_role("button", name="Show Smaller").click()
    assert sum(optimizer.amounts().values()) == pytest.approx(total, rel=EXACT)
    assert [url for url in guard.requests if not url.startswith("blob:")] == [path.as_uri()]


def test_what_needs_python_says_so(
    offline: tuple[Page, Guard], model: Any, tmp_path: Path, shoot: Shoot
) -> None:
    page, guard = offline
    path = BudgetOptimizer(model).to_html(tmp_path / "model.html")
    optimizer = page_of(page, path)
    # What the tabs would ask for is in the file.
    charts = {
        "Weekly": ("weekly-chart",),
        "Frontier": ("frontier-chart",),
        "Diagnostics": ("fitted-chart", "waterfall-chart", "contributions-chart"),
        "Scenarios": ("scenario-chart",),
    }
    for tab in TABS:
        panel = optimizer.open_tab(tab)
        expect(optimizer.finding(panel)).not_to_contain_text("Needs the notebook")
        optimizer.drawn(*charts[tab])
        assert optimizer.axe() == [], tab
        shoot(optimizer.root, f"optimizer-export-{tab.lower()}")
    # Another plan's schedule isn't.
    optimizer.button("Optimise").click()
    panel = optimizer.open_tab("Weekly")
    expect(optimizer.finding(panel)).to_contain_text("another one needs the notebook")

    optimizer.open_more()
    expect(optimizer.horizon).to_be_disabled()
    expect(optimizer.horizon.locator("xpath=ancestor::*[@title][1]")).to_have_attribute(
        "title", "Needs the notebook: the curves of another horizon come from the model"
    )
    expect(optimizer.button("Fit the full model")).to_be_disabled()
    expect(optimizer.button("Fit the full model")).to_have_attribute("title", NEEDS)
    for control in (
        optimizer.choice("Make large"),
        optimizer.choice("Asked for"),
        optimizer.field("Steps of money"),
        optimizer.field("Weeks counted after"),
    ):
        expect(control).to_be_disabled()
        expect(control.locator("xpath=ancestor::*[@title][1]")).to_have_attribute("title", NEEDS)
    expect(optimizer.field("Room, ± %")).to_be_enabled()
    optimizer.nothing_cut_off()
    assert [url for url in guard.requests if not url.startswith("blob:")] == [path.as_uri()]


def test_a_saved_notebook_is_opened_again(open_notebook: OpenNotebook, page: Page, shoot: Shoot) -> None:
    page.set_viewport_size(TALL)
    notebook = open_notebook(TABLE, BUDGET)
    optimizer = opened(notebook)
    optimizer.button("Optimise").click()
    best = optimizer.expect_agreement(notebook)
    headline = optimizer.headline
    notebook.command("docmanager:save")
    assert notebook.path.stat().st_size < 2_000_000

    page.goto("about:blank")
    notebook.server.end_kernels()
    again = Notebook.open(page, notebook.server, notebook.path)
    reopened = Optimizer(again.widget()).ready()
    assert again.ask("'budget' in globals()") is False
    assert reopened.headline == headline
    assert reopened.expect_drawn() == pytest.approx(best, rel=EXACT)
    reopened.slider("radio").focus()
    page.keyboard.press("End")
    assert reopened.expect_drawn()["radio"] == pytest.approx(39_000)
    # What needs Python says that there is none.
    expect(reopened.error).to_contain_text("Run the cell again", timeout=20_000)
    shoot(reopened.root, "optimizer-reopened")

    # Where a page has no widgets, the table is there.
    page.goto("about:blank")
    notebook.server.end_kernels()
    saved = nbformat.read(notebook.path, as_version=4)
    saved.metadata.pop("widgets")
    for output in saved.cells[1].outputs:
        output["data"].pop("application/vnd.jupyter.widget-view+json", None)
    nbformat.write(saved, notebook.path)
    Notebook.open(page, notebook.server, notebook.path)
    table = page.locator(".jp-OutputArea").get_by_role("table").filter(has_text="Next 1,000 bring")
    expect(table.get_by_role("row")).to_have_count(1 + len(CURRENT) + 1)
    expect(table.get_by_role("row", name="All channels")).to_contain_text("EUR 100,000")
    shoot(table, "optimizer-twin")
