"""The explorer in light and dark, wide and narrow, with every panel open, and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook, Shoot
from .explorer import SHOP, Explorer
from .keyboard import SHORTCUTS, notebook_state
from .lab import Notebook
from .view import overlapping

READABLE = 4.5
WARD = """explorer = SegmentExplorer(table, method="ward", columns=BEHAVIOUR, show_map=True, selection=[1])
explorer"""
# A chart of each panel, by its tab.
TABS = {
    "How many?": ("quality-chart", "tree-chart"),
    "Migration": ("flow-chart", "drift-chart"),
    "Rules and SQL": ("importance-chart",),
    "Data quality": (),
}


def switch(notebook: Notebook, theme: str, explorer: Explorer) -> None:
    """Change JupyterLab's theme and wait until the pictures have its colours."""
    before = explorer.signal("ink", "profile-chart")
    notebook.command("apputils:change-theme", {"theme": theme})
    explorer.page.wait_for_function(
        """([root, before]) => {
          const ink = getComputedStyle(root).getPropertyValue("--ci-ink").trim();
          const drawn = [...root.querySelectorAll(".ci-chart")].map(chart => chart.ciView.signal("ink"));
          return ink !== before && drawn.every(colour => colour === ink);
        }""",
        arg=[explorer.root.element_handle(), before],
    )


def expect_readable(explorer: Explorer, *charts: str) -> None:
    """Texts of the page and of charts have contrast; those of charts don't run into each other."""
    explorer.drawn(*charts)
    drawn = {chart: explorer.texts(chart) for chart in charts}
    assert all(drawn.values())
    for texts in (*drawn.values(), explorer.html_texts()):
        pale = sorted({f"{t['text']}: {t['contrast']:.2f}" for t in texts if t["contrast"] < READABLE})
        assert not pale, pale
    assert {chart: overlapping(texts) for chart, texts in drawn.items() if overlapping(texts)} == {}


def test_every_panel_in_light_and_dark(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 2000})
    notebook = open_notebook(SHOP, WARD)
    notebook.run_all()
    explorer = Explorer(notebook.widget()).ready()
    expect(explorer.map_count).to_contain_text("in view")
    explorer.disclose("Columns")
    assert explorer.axe() == []
    page.keyboard.press("Escape")
    light = explorer.background()
    for theme in ("Light", "Dark"):
        for tab, charts in TABS.items():
            explorer.open_tab(tab)
            # The first tab is open while the theme changes: its pictures follow.
            if theme == "Dark" and tab == "How many?":
                switch(notebook, "JupyterLab Dark", explorer)
                assert sum(light) > 3 * 200 > 3 * 80 > sum(explorer.background())
            page.mouse.move(5, 5)
            expect_readable(explorer, "profile-chart", "map-chart", *charts)
            explorer.nothing_cut_off()
            assert explorer.axe() == [], (theme, tab)
            shoot(explorer.root, f"segments-{theme.lower()}-{tab.split()[0].lower()}")


def test_the_tables_in_the_dark(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 2000})
    notebook = open_notebook(SHOP, WARD.replace("show_map", "table_view=True, show_map"))
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    notebook.run_all()
    explorer = Explorer(notebook.widget())
    expect(explorer.root.get_by_role("grid").first).to_be_visible()
    for tab in TABS:
        explorer.open_tab(tab)
        expect_readable(explorer)
        assert explorer.axe() == [], tab
        shoot(explorer.root, f"segments-tables-{tab.split()[0].lower()}")
    notebook.command("apputils:change-theme", {"theme": "JupyterLab Light"})


@pytest.mark.parametrize("width", [1280, 800])
def test_eleven_segments_and_fifteen_features(
    open_notebook: OpenNotebook, page: Page, shoot: Shoot, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 2200})
    notebook = open_notebook(SHOP, "explorer = SegmentExplorer(table, show_map=True, min_group=1)\nexplorer")
    if width < 1000:
        notebook.command("application:toggle-left-area")
    notebook.run_all()
    explorer = Explorer(notebook.widget()).ready()
    assert len(explorer.names()) >= 9
    for tab in ("Migration", "Rules and SQL"):
        explorer.open_tab(tab)
        explorer.drawn("map-chart", *TABS[tab])
        shoot(explorer.root, f"segments-many-{tab.split()[0].lower()}-{width}")
        explorer.legible("profile-chart", "map-chart", *TABS[tab])
        explorer.nothing_cut_off()


def test_the_notebooks_shortcuts_stay_out(open_notebook: OpenNotebook, page: Page) -> None:
    notebook = open_notebook(SHOP, WARD, "1 + 1")
    notebook.run_all()
    explorer = Explorer(notebook.widget()).ready()
    explorer.open_tab("How many?")
    explorer.drawn("map-chart", "tree-chart")
    places = {
        "select": explorer.choice("Method"),
        "row": explorer.line(1),
        "pencil": explorer.line(1).locator(".ci-pencil"),
        "radio": explorer.option("Index"),
        "map": explorer.root.locator(".ci-plane"),
        "button": explorer.button("Lasso"),
        "tab": explorer.tab("Migration"),
        "line": explorer.root.get_by_role("slider"),
    }
    page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".jp-InputPrompt").click()
    before = notebook_state(notebook)
    assert before["mode"] == "command"
    for place, element in places.items():
        element.focus()
        for key in SHORTCUTS:
            page.keyboard.press(key)
        assert notebook_state(notebook) == before, f"a key on the {place} reached the notebook"
    # In the field of a name they are letters.
    explorer.line(1).focus()
    page.keyboard.press("F2")
    page.keyboard.type("x d j k")
    page.keyboard.press("Enter")
    notebook.expect("explorer.names", {"1": "x d j k"})
    assert notebook_state(notebook) == before
