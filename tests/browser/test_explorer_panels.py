"""What the explorer opens beside and below the list: the map, the tree with its cut, the four tabs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook, Shoot
from .explorer import SHOP, Explorer
from .lab import Notebook, until
from .view import counts

KMEANS = 'explorer = SegmentExplorer(table, method="kmeans", columns=BEHAVIOUR)\nexplorer'
TALL = {"width": 1440, "height": 1900}


def opened(notebook: Notebook) -> Explorer:
    notebook.run_all()
    return Explorer(notebook.widget()).ready()


def expect_size_as_said(notebook: Notebook, explorer: Explorer) -> int:
    """Python's audience is as large as the footer says; returns its size."""
    expect(explorer.selected).to_contain_text(re.compile(r"^[\d,]+ customers worth"))
    size = counts(explorer.selected.inner_text())[0]
    notebook.expect("[explorer.audience.size, explorer._selected['size']]", [size, size])
    return size


def test_the_map(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size(TALL)
    notebook = open_notebook(SHOP.replace("1500", "6000"), KMEANS)
    explorer = opened(notebook)
    expect(explorer.root.locator(".ci-map-chart")).to_be_hidden()
    explorer.open_map()
    expect(explorer.map_count).to_have_text("6,000 of 6,000 customers in view")
    whole = explorer.rows("bins", "map-chart")
    assert sum(row["count"] for row in whole) == 6000
    shoot(explorer.root, "segments-map")

    # A lasso around everything, by mouse: each of its customers, and nobody is counted twice.
    extent = notebook.ask("explorer._map['extent']")
    (x_low, x_high), (y_low, y_high) = extent["x"], extent["y"]
    explorer.button("Lasso").click()
    middle = (x_low + x_high) / 2
    around = [(x_low, y_low), (middle, y_low), (middle, y_high), (x_low, y_high)]
    explorer.drag([explorer.point("map-chart", x, y) for x, y in around])
    notebook.expect("[item['kind'] for item in explorer.selection]", ["lasso"])
    half = expect_size_as_said(notebook, explorer)
    left = sum(row["count"] for row in whole if row["x2"] <= middle)
    across = sum(row["count"] for row in whole if row["x"] < middle < row["x2"])
    assert left * 0.98 <= half <= (left + across) * 1.02
    shoot(explorer.root, "segments-lasso")

    # The wheel zooms at once; when it rests, finer bins or points come from Python.
    at = explorer.point("map-chart", middle, (y_low + y_high) / 2)
    page.mouse.move(at["x"], at["y"])
    page.wait_for_timeout(300)  # a page that scrolls under the pointer scrolls on for so long
    for _ in range(4):
        page.mouse.wheel(0, -300)
    # On a slow machine it rests between two turns as well.
    in_view = "explorer._map['x'][1] - explorer._map['x'][0]"
    until(lambda: notebook.ask(in_view) < (x_high - x_low) / 4, True)

    def drawn() -> float:
        return explorer.signal("x_high", "map-chart") - explorer.signal("x_low", "map-chart")

    until(lambda: notebook.ask(in_view) == pytest.approx(drawn()), True)
    expect(explorer.map_count).to_contain_text(re.compile(r"^[\d,]+ of 6,000 customers in view$"))
    inside = counts(explorer.map_count.inner_text())[0]
    assert inside == notebook.ask("explorer._map['shown']") < 6000
    if inside > 2000:
        fine = [row for row in explorer.rows("bins", "map-chart") if row["part"] == 0]
        assert sum(row["count"] for row in fine) == inside
        assert fine[0]["x2"] - fine[0]["x"] < (whole[0]["x2"] - whole[0]["x"]) / 4
    else:
        assert len(explorer.rows("points", "map-chart")) == inside

    # By keyboard: what is in view is selected, all of it shown again, nothing selected.
    plane = explorer.root.locator(".ci-plane")
    plane.focus()
    page.keyboard.press("Enter")
    until(lambda: expect_size_as_said(notebook, explorer), inside)
    page.keyboard.press("0")
    expect(explorer.map_count).to_have_text("6,000 of 6,000 customers in view")
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    expect(explorer.map_count).not_to_contain_text("6,000 of")
    page.keyboard.press("Escape")
    notebook.expect("explorer.selection", [])

    # A click is the segment under it, a name the segment that it names.
    page.keyboard.press("0")
    expect(explorer.map_count).to_have_text("6,000 of 6,000 customers in view")
    edge = max(explorer.rows("bins", "map-chart"), key=lambda row: row["x"])
    explorer.click("map-chart", "rect", x=edge["x"], y=edge["y"])
    notebook.expect("explorer.selection", [{"kind": "segment", "segment": edge["segment"]}])
    word = explorer.rows("words", "map-chart")[0]
    explorer.click("map-chart", "text", text=word["text"])
    notebook.expect("explorer.selection", [{"kind": "segment", "segment": word["segment"]}])
    assert explorer.names()[word["segment"]] == word["text"]


def test_the_cut_of_the_tree_is_dragged(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size(TALL)
    ward = 'explorer = SegmentExplorer(table, method="ward", columns=BEHAVIOUR, tab="choose")\nexplorer'
    notebook = open_notebook(SHOP, ward)
    explorer = opened(notebook)
    explorer.drawn("tree-chart", "quality-chart")
    slider = explorer.root.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "4 segments")
    heights = {row["k"]: (row["low"] + row["high"]) / 2 for row in notebook.ask("explorer._tree['heights']")}

    # While it moves only the words follow; Python hears of it when the line is let go.
    start = explorer.point("tree-chart", None, heights[4])
    target = explorer.point("tree-chart", None, heights[3])
    page.mouse.move(start["x"], start["y"])
    page.mouse.down()
    page.mouse.move(target["x"], target["y"], steps=5)
    expect(slider).to_have_attribute("aria-valuetext", "3 segments")
    assert notebook.ask("explorer.n_segments") == 4
    page.mouse.up()
    notebook.expect("[explorer.n_segments, len(explorer.frame)]", [3, 3])
    explorer.expect_segments(3)
    shoot(explorer.root, "segments-tree")

    slider.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(slider).to_have_attribute("aria-valuetext", "5 segments")
    notebook.expect("[explorer.n_segments, len(explorer.frame)]", [5, 5])
    explorer.expect_segments(5)
    # Python moves the line.
    notebook.execute("explorer.n_segments = 2")
    expect(slider).to_have_attribute("aria-valuetext", "2 segments")
    until(lambda: explorer.rows("cut", "tree-chart")[0]["text"], "2 segments")


def test_the_tabs_fill(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size(TALL)
    notebook = open_notebook(SHOP, KMEANS)
    explorer = opened(notebook)

    panel = explorer.open_tab("How many?")
    expect(panel.locator(".ci-panel-headline")).to_have_text(notebook.ask("explorer._choice.reason"))
    explorer.drawn("quality-chart")
    table = notebook.ask("explorer._choice.frame[['k', 'stability', 'silhouette']].to_numpy().tolist()")
    drawn = [
        [row["k"], row["stability"], row["silhouette"]] for row in explorer.rows("quality", "quality-chart")
    ]
    assert drawn == table
    shoot(explorer.root, "segments-tab-choose")
    explorer.click("quality-chart", "symbol", k=6, index="silhouette")
    expect(explorer.preview).to_contain_text("Preview: 6 instead of 4 segments")
    explorer.button("Cancel").click()

    panel = explorer.open_tab("Rules and SQL")
    rules = panel.get_by_role("table", name="Rules")
    expect(rules.locator("tbody tr")).to_have_count(4)
    expect(panel.locator(".ci-panel-headline")).to_contain_text("% of customers where the method does")
    expect(panel.locator(".ci-code")).to_contain_text("CASE")
    panel.get_by_role("radio", name="Exact").check()
    expect(panel.locator(".ci-code")).to_have_text(notebook.ask("explorer.result.to_sql('duckdb')"))
    explorer.drawn("importance-chart")
    shoot(explorer.root, "segments-tab-rules")

    panel = explorer.open_tab("Data quality")
    columns = panel.get_by_role("table", name="Columns")
    expect(columns.locator("tbody tr")).to_have_count(5)
    expect(panel.locator(".ci-code")).to_contain_text("Pipeline(")
    shoot(explorer.root, "segments-tab-quality")

    # The tab that is open is closed by a second click, and by Python.
    explorer.tab("Data quality").click()
    expect(explorer.root.get_by_role("tabpanel")).to_have_count(0)
    notebook.expect("explorer.tab", "none")


def test_a_move_is_an_audience(open_notebook: OpenNotebook, shoot: Shoot, page: Page) -> None:
    page.set_viewport_size(TALL)
    notebook = open_notebook(SHOP, KMEANS)
    explorer = opened(notebook)
    panel = explorer.open_tab("Migration")
    explorer.drawn("flow-chart", "drift-chart")
    expect(panel.locator(".ci-panel-headline")).to_contain_text("stayed in their segment")
    shoot(explorer.root, "segments-tab-migration")

    ribbon = max(explorer.rows("ribbons", "flow-chart"), key=lambda row: row["customers"])
    explorer.click("flow-chart", "area", band=ribbon["band"])
    move = {"kind": "flow", "from": ribbon["from_segment"], "to": ribbon["to_segment"]}
    notebook.expect("explorer.selection", [move])
    assert expect_size_as_said(notebook, explorer) == ribbon["customers"]
    until(lambda: explorer.signal("bands", "flow-chart"), [ribbon["band"]])

    # The same moves as a table, by keyboard.
    cells = panel.get_by_role("grid")
    cells.locator("td[tabindex='0'], td").first.focus()
    page.keyboard.press("Escape")
    notebook.expect("explorer.selection", [])
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    notebook.expect("explorer.selection", [{"kind": "flow", "from": 0, "to": 0}])
    stayed = counts(cells.locator("tbody tr").first.locator("td").first.inner_text())[0]
    assert expect_size_as_said(notebook, explorer) == stayed

    # Another day is another question.
    panel.get_by_label("Compare with").fill("2023-06-30")
    panel.get_by_label("Compare with").press("Enter")
    notebook.expect("explorer._flows.get('before')", "2023-06-30", 30)
    expect(panel.locator(".ci-panel-headline")).to_contain_text("30 June 2023")
