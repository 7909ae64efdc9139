"""The exported file: one file, opened from disk with the network off, interactive without Python."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from custintel_analytics import datasets, tables
from custintel_widgets import CohortHeatmap, Report

from .chromium import WINDOW
from .conftest import Shoot
from .exported import texts_inside
from .guard import Guard
from .heatmap import Heatmap

NEEDS_NOTEBOOK = "Needs the notebook: this file holds the table as it was exported"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table = tables.as_table(datasets.cdnow())
    heat = CohortHeatmap(table, cohort_grain="month", grain="month", window="calendar")
    return heat.to_html(tmp_path_factory.mktemp("export") / "cohorts.html")


def opened(page: Page, path: Path) -> Heatmap:
    page.goto(path.as_uri())
    return Heatmap(page.locator(".ci-root").first).ready()


def test_it_asks_for_nothing_but_itself(offline: tuple[Page, Guard], exported: Path) -> None:
    page, guard = offline
    opened(page, exported)
    assert [url for url in guard.requests if not url.startswith("blob:")] == [exported.as_uri()]
    assert exported.stat().st_size < 1_500_000
    # The static table, for readers without scripts, gave way to the widget.
    expect(page.locator("body > div > table")).to_have_count(0)


def test_it_answers_without_python(offline: tuple[Page, Guard], exported: Path, shoot: Shoot) -> None:
    page, _ = offline
    heat = opened(page, exported)
    shoot(page, "export-first-picture")

    heat.hover("Jan 1997", "1")
    expect(heat.tooltip).to_contain_text("1,157 of 7,846 = 14.7 % (14.0–15.5 %)")

    before = (heat.headline, heat.pixel("Feb 1997", "5"))
    heat.choice("Measure").select_option("cumulative_value")
    heat.wait_for_measure("cumulative_value")
    assert heat.headline != before[0]
    assert heat.pixel("Feb 1997", "5") != before[1]

    heat.click("Jan 1997", "1")
    expect(heat.selected).to_contain_text("1,157 customers")
    heat.expect_marks({("Jan 1997", "1")})
    # Cells of different cohorts have nobody in common; two ages of one cohort have.
    heat.click("Jan 1997", "14", ["Alt"])
    expect(heat.selected).to_contain_text("2,060 customers")
    heat.click("Jan 1997", "1", ["Shift"])
    expect(heat.selected).to_contain_text("needs the notebook")
    shoot(page, "export-selection")

    heat.option("Cohorts").check()
    heat.wait_until("view => view.signal('average') === 'cohorts'")
    heat.button("Table").click()
    expect(heat.root.get_by_role("grid")).to_be_visible()


def test_what_needs_python_is_off_and_says_why(offline: tuple[Page, Guard], exported: Path) -> None:
    page, _ = offline
    heat = opened(page, exported)
    heat.open_more()
    for control in (
        heat.choice("Cohorts"),
        heat.choice("Step"),
        heat.choice("Kind"),
        heat.option("Calendar"),
        heat.field("Interval level, %"),
        heat.field("Observed until"),
    ):
        expect(control).to_be_disabled()
        expect(control.locator("xpath=ancestor::*[contains(@class, 'ci-control ')]")).to_have_attribute(
            "title", NEEDS_NOTEBOOK
        )
    for control in (
        heat.choice("Measure"),
        heat.choice("Compare with"),
        heat.toggle("Lesson: what naive code shows"),
    ):
        expect(control).to_be_enabled()
    heat.click("Jan 1997", "1")
    expect(heat.button("CSV")).to_be_hidden()
    assert heat.axe() == []


def test_the_picture_and_the_table_can_be_saved(
    offline: tuple[Page, Guard], exported: Path, tmp_path: Path
) -> None:
    page, _ = offline
    heat = opened(page, exported)
    begins = {"PNG": b"\x89PNG", "SVG": b"<svg", "Table as CSV": b"cohort,"}
    for name, start in begins.items():
        heat.root.locator("summary", has_text="Picture").click()
        with page.expect_download() as download:
            heat.button(name).click()
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        content = saved.read_bytes().removeprefix("\ufeff".encode())
        assert content.startswith(start), content[:80]
        if name == "SVG":
            assert "11,908" in content.decode()
        if name == "Table as CSV":
            assert b"1997-01" in content
            assert len(content.splitlines()) == 1 + 18 + 17 + 16


def test_it_follows_a_dark_system(browser: Browser, exported: Path, shoot: Shoot) -> None:
    context = browser.new_context(viewport=WINDOW, offline=True, color_scheme="dark")
    guard = Guard(context)
    page = context.new_page()
    heat = opened(page, exported)
    shoot(page, "export-dark")
    assert sum(heat.background()) < 3 * 80
    assert [t for t in heat.html_texts() if t["contrast"] < 4.5] == []
    guard.check()
    context.close()


def test_it_holds_no_customer_ids(tmp_path: Path) -> None:
    purchases = datasets.cdnow().query("customer <= 400")
    purchases["customer"] = "member-" + purchases["customer"].astype(str).str.zfill(9)
    heat = CohortHeatmap(purchases, cohort_grain="month", grain="month", window="calendar")
    heat.selection = [{"kind": "row", "cohort": "1997-01"}]
    heat.compared = [{"kind": "column", "age": 1}]
    text = Report(["# Members", heat]).to_html(tmp_path / "report.html").read_text()
    state = re.search(r'<script type="application/json" id="custintel-state">(.*?)</script>', text, re.DOTALL)
    assert state
    assert "1997-01" in "".join(texts_inside(json.loads(state[1])["models"]))
    for inside in (text, *texts_inside(json.loads(state[1]))):
        assert "member-" not in inside
        assert not re.search(r"0000000\d\d", inside)


def test_several_widgets_share_one_runtime(offline: tuple[Page, Guard], tmp_path: Path, shoot: Shoot) -> None:
    page, _ = offline
    few = pd.DataFrame(
        {
            "customer": [1, 1, 2, 3, 3, 4],
            "date": ["2024-01-05", "2024-02-07", "2024-01-09", "2024-02-03", "2024-03-04", "2024-03-08"],
            "amount": [10.0, 12.5, 8.0, 20.0, 5.0, 7.5],
        }
    )
    table = tables.as_table(datasets.cdnow())
    items = ["# Who stays?", CohortHeatmap(table), "Five shops, a handful of customers.", CohortHeatmap(few)]
    path = Report(items, title="Two tables").to_html(tmp_path / "two.html")
    opened(page, path)
    Heatmap(page.locator(".ci-root").nth(1)).ready()
    assert page.evaluate("() => globalThis.__custintel_runtime_evaluations") == 1
    assert page.locator("h1").inner_text() == "Who stays?"
    shoot(page, "export-report")
