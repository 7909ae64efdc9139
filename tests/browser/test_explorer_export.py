"""The explorer in an exported file: no network, no Python, no customer's id."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from custintel_analytics import simulate, tables
from custintel_widgets import CohortHeatmap, Report, SegmentExplorer

from .conftest import Shoot
from .explorer import Explorer
from .exported import texts_inside
from .guard import Guard
from .heatmap import Heatmap

NEEDS = "Needs the notebook: this file holds the segments as they were exported"


def shop() -> pd.DataFrame:
    purchases, _ = simulate.segments(1500, segments=4, seed=3, overlap=0.5)
    purchases["customer"] = "member-" + purchases["customer"].astype(str).str.zfill(9)
    return purchases


def explored() -> SegmentExplorer:
    """An explorer in which a person has looked at everything."""
    features = ["recency", "frequency", "monetary", "cadence", "average_order"]
    explorer = SegmentExplorer(shop(), method="ward", columns=features, names={"0": "Our best"})
    for request in ("choose", "migration", "map", "rules", "audit"):
        explorer._request_handlers()[request](lambda done, total, message: None).apply()
    explorer.show_map, explorer.tab = True, "choose"
    explorer.selection = [{"kind": "segment", "segment": 1}]
    return explorer


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return explored().to_html(tmp_path_factory.mktemp("export") / "segments.html")


def opened(page: Page, path: Path) -> Explorer:
    page.set_viewport_size({"width": 1280, "height": 1800})
    page.goto(path.as_uri())
    return Explorer(page.locator(".ci-root").first).ready()


def test_everything_is_in_the_file(offline: tuple[Page, Guard], exported: Path, shoot: Shoot) -> None:
    page, guard = offline
    explorer = opened(page, exported)
    assert exported.stat().st_size < 1_500_000
    assert explorer.names()[0] == "Our best"
    expect(explorer.map_count).to_contain_text("customers in view")
    explorer.drawn("map-chart", "quality-chart", "tree-chart")
    shoot(page, "segments-export")
    for tab, charts in {
        "How many?": ("quality-chart", "tree-chart"),
        "Migration": ("flow-chart", "drift-chart"),
        "Rules and SQL": ("importance-chart",),
        "Data quality": (),
    }.items():
        panel = explorer.open_tab(tab)
        expect(panel.locator(".ci-panel-headline").first).not_to_contain_text("Needs the notebook")
        explorer.drawn(*charts)
        assert explorer.axe() == [], tab
        shoot(explorer.root, f"segments-export-{tab.split()[0].lower()}")
    # Whole segments are counted without Python.
    sizes = explorer.sizes()
    expect(explorer.selected).to_contain_text(f"{sizes[1]:,} customers")
    explorer.pick(2)
    explorer.pick(3, ["Shift"])
    expect(explorer.selected).to_contain_text(f"{sizes[2] + sizes[3]:,} customers")
    explorer.option("Mean").check()
    assert explorer.signal("profile_value", "profile-chart") == "mean"
    explorer.button("Table").click()
    expect(explorer.root.get_by_role("grid").first).to_be_visible()
    assert [url for url in guard.requests if not url.startswith("blob:")] == [exported.as_uri()]


def test_what_needs_python_is_off_and_says_why(offline: tuple[Page, Guard], exported: Path) -> None:
    page, _ = offline
    explorer = opened(page, exported)
    explorer.disclose("More")
    for control in (
        explorer.choice("Method"),
        explorer.field("Segments"),
        explorer.choice("Scale"),
        explorer.toggle("Log skewed features"),
        explorer.field("Features as of"),
    ):
        expect(control).to_be_disabled()
        expect(control.locator("xpath=ancestor::label")).to_have_attribute("title", NEEDS)
    expect(explorer.toggle("Map")).to_be_enabled()
    for button in ("Copy code", "CSV", "Find segments in the data"):
        expect(explorer.button(button)).to_be_hidden()
    explorer.line(1).hover()
    expect(explorer.line(1).locator(".ci-pencil")).to_be_hidden()
    # An area of the map can't be counted here.
    explorer.root.locator(".ci-plane").focus()
    page.keyboard.press("+")
    page.keyboard.press("Enter")
    expect(explorer.selected).to_contain_text("Needs the notebook")
    # The line across the tree can be moved to look; the segments stay.
    explorer.root.get_by_role("slider").focus()
    page.keyboard.press("ArrowDown")
    expect(explorer.root.get_by_role("slider")).to_have_attribute("aria-valuetext", "5 segments")
    expect(explorer.lines).to_have_count(4)
    explorer.disclose("Columns")
    expect(explorer.toggle("Recency")).to_be_disabled()
    assert explorer.axe() == []


def test_tabs_that_nobody_opened_say_so(offline: tuple[Page, Guard], tmp_path: Path) -> None:
    page, _ = offline
    path = SegmentExplorer(shop()).to_html(tmp_path / "rules.html")
    explorer = opened(page, path)
    for tab in ("How many?", "Migration"):
        expect(explorer.open_tab(tab).locator(".ci-panel-headline").first).to_have_text(NEEDS)
    for tab in ("Rules and SQL", "Data quality"):
        expect(explorer.open_tab(tab).locator("table").first).to_be_visible()


def test_it_holds_no_customer_ids(offline: tuple[Page, Guard], tmp_path: Path, shoot: Shoot) -> None:
    page, _ = offline
    explorer = explored()
    explorer.selection = [
        {"kind": "segment", "segment": 1},
        {"kind": "flow", "from": 0, "to": 0},
        {"kind": "lasso", "polygon": [[-9, -9], [9, -9], [9, 9], [-9, 9]]},
    ]
    heat = CohortHeatmap(tables.as_table(shop()), cohort_grain="year", grain="quarter")
    path = Report(["# Members", explorer, heat]).to_html(tmp_path / "report.html")
    text = path.read_text()
    state = re.search(r'<script type="application/json" id="custintel-state">(.*?)</script>', text, re.DOTALL)
    assert state
    models = json.loads(state[1])["models"]
    assert "Our best" in "".join(texts_inside(models))
    for inside in (text, *texts_inside(models)):
        assert "member-" not in inside
        assert not re.search(r"0000000\d\d", inside)
    opened(page, path)
    Heatmap(page.locator(".ci-root").nth(1)).ready()
    assert page.evaluate("() => globalThis.__custintel_runtime_evaluations") == 1
