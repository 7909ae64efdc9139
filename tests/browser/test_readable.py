"""Readable with 60 × 60 cells and with five rows, in a wide and in a narrow window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook, Shoot
from .heatmap import Heatmap

# Customers arrive over `months` months and come back with falling probability; the last month is complete.
SIMULATED = """import numpy as np
import pandas as pd
from custintel_widgets import CohortHeatmap
rng = np.random.default_rng(7)
def purchases(months, per_month):
    first = np.repeat(np.arange(months), per_month)
    rows = [(customer, begin) for customer, begin in enumerate(first)]
    for customer, begin in enumerate(first):
        ages = np.arange(1, months - begin)
        rows += [(customer, begin + age) for age in ages[rng.random(len(ages)) < .5 / (ages + 1) ** .6]]
    frame = pd.DataFrame(rows, columns=["customer", "month"])
    frame["date"] = pd.Timestamp("2020-01-01") + frame["month"].map(lambda m: pd.DateOffset(months=m))
    frame["date"] += pd.to_timedelta(rng.integers(0, 28, len(frame)), unit="D")
    frame.loc[len(frame) - 1, "date"] = frame["date"].max().to_period("M").end_time.normalize()
    frame["amount"] = rng.gamma(3, 14, len(frame)).round(2)
    return frame[["customer", "date", "amount"]]
monthly = dict(cohort_grain="month", grain="month", window="calendar")"""

MANY = f"{SIMULATED}\nheat = CohortHeatmap(purchases(60, 60), **monthly)\nheat"
FEW = f"{SIMULATED}\nheat = CohortHeatmap(purchases(5, 200), **monthly)\nheat"


def hidden_corners(heat: Heatmap) -> list[str]:
    """The corners of the open panel that the notebook cuts off or something covers."""
    hidden: list[str] = heat.root.locator("details[open] .ci-more-body").evaluate(
        """panel => {
          const { left, top, right, bottom } = panel.getBoundingClientRect();
          const corners = { "upper left": [left + 4, top + 4], "upper right": [right - 4, top + 4],
                            "lower left": [left + 4, bottom - 4], "lower right": [right - 4, bottom - 4] };
          return Object.keys(corners).filter(name => !panel.contains(document.elementFromPoint(...corners[name])));
        }"""
    )
    return hidden


@pytest.mark.parametrize("width", [1280, 800])
def test_sixty_by_sixty(open_notebook: OpenNotebook, page: Page, shoot: Shoot, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1500})
    notebook = open_notebook(MANY)
    if width < 1000:
        notebook.command("application:toggle-left-area")
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    assert len(heat.cohorts()) == 60
    shoot(heat.root, f"readable-60x60-{width}")
    # Values in cells give way; the tooltip still tells them.
    cells = [text for text in heat.texts() if text["role"] == "mark" and "%" in text["text"]]
    assert cells == []
    cohort = heat.cohorts()[30]
    heat.hover(cohort, "10")
    expect(heat.tooltip).to_contain_text(f"{cohort} · month 10")
    # What lies under the pointer is what a click takes, in every corner of cells this small.
    for at in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)):
        heat.click(cohort, "10", at=at)
        notebook.expect("[(s['cohort'], s['age']) for s in heat.selection]", [["2022-07", 10]])
        page.keyboard.press("Escape")
        notebook.expect("heat.selection", [])
    page.mouse.move(5, 5)
    heat.legible("matrix", "curve")
    heat.nothing_cut_off()


@pytest.mark.parametrize("width", [1280, 800])
def test_five_rows(open_notebook: OpenNotebook, page: Page, shoot: Shoot, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    notebook = open_notebook(FEW)
    if width < 1000:
        notebook.command("application:toggle-left-area")
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    assert len(heat.cohorts()) == 5
    shoot(heat.root, f"readable-5-rows-{width}")
    cells = [text for text in heat.texts() if text["role"] == "mark" and "%" in text["text"]]
    assert len(cells) >= 10
    heat.legible("matrix", "curve")
    heat.nothing_cut_off()


@pytest.mark.parametrize("width", [1280, 800])
def test_the_first_picture_has_its_values(
    open_notebook: OpenNotebook, page: Page, shoot: Shoot, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    notebook = open_notebook(
        "from custintel_analytics import datasets\nfrom custintel_widgets import CohortHeatmap",
        "heat = CohortHeatmap(datasets.cdnow())\nheat",
    )
    notebook.run_all()
    heat = Heatmap(notebook.widget()).ready()
    shoot(page, f"readable-first-picture-{width}")
    heat.legible("matrix", "curve")
    heat.nothing_cut_off()
    heat.open_more()
    assert hidden_corners(heat) == []
    page.keyboard.press("Escape")
    if width == 1280:
        cells = [
            text for text in heat.texts() if text["role"] == "mark" and text["text"].rstrip("%").isdigit()
        ]
        assert len(cells) > 150
