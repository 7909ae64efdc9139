"""The tour as a newcomer meets it: pictures before anything has run, then every cell run in order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import NO_CONVERT, read
from nbformat.sign import NotebookNotary
from playwright.sync_api import Page, expect

from .conftest import Shoot
from .heatmap import Heatmap
from .lab import Notebook
from .servers import Server

TOUR = Path(__file__).parents[2] / "example_notebooks" / "00_tour.ipynb"


@pytest.fixture
def tour(page: Page, lab: Server) -> Iterator[Notebook]:
    copy = lab.folder / TOUR.name
    shutil.copy(TOUR, copy)
    NotebookNotary(data_dir=str(lab.folder / ".home" / "data")).sign(read(copy, as_version=NO_CONVERT))
    notebook = Notebook.open(page, lab, copy)
    yield notebook
    notebook.close()


def test_the_tour(tour: Notebook, page: Page, lab: Server, shoot: Shoot) -> None:
    notebook = tour
    saved = Heatmap(notebook.widget()).ready()
    assert notebook.ask("'heat' in globals()") is False
    cohort = saved.cohorts()[0]
    saved.hover(cohort, "1")
    expect(saved.tooltip).to_contain_text(cohort)
    shoot(page, "tour-before-running")

    notebook.run_all()
    widgets = page.locator(".jp-Notebook .ci-root")
    expect(widgets).to_have_count(3)
    last = Heatmap(notebook.widget(2)).ready()
    expect(last.selected).to_contain_text("2,060 customers")
    for view in (Heatmap(notebook.widget(n)).ready() for n in range(3)):
        expect(view.error).to_have_count(0)
        view.expect_marks({("Jan 1997", "14"), ("Feb 1997", "13"), ("Mar 1997", "12")})
    shoot(page, "tour-after-running")
    assert (lab.folder / "tour.html").exists()
