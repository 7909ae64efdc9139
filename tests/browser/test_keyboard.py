"""Everything by keyboard alone, without the notebook's own shortcuts getting in between."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenNotebook, Shoot
from .heatmap import CDNOW, MONTHLY, Heatmap
from .keyboard import SHORTCUTS, notebook_state
from .lab import Notebook

MOST_TABS = 60

_FOCUS = """() => {
  const at = document.activeElement;
  return {
    inside: Boolean(at?.closest(".ci-root")),
    tag: at?.tagName.toLowerCase() ?? "",
    cell: at?.getAttribute("role") === "gridcell" || Boolean(at?.closest("[role=grid]")),
    name: at?.getAttribute("aria-label") ?? at?.textContent?.trim() ?? "",
  };
}"""


def focus(page: Page) -> dict[str, Any]:
    focused: dict[str, Any] = page.evaluate(_FOCUS)
    return focused


def tab_to(page: Page, wanted: str) -> dict[str, Any]:
    """Press Tab until the focus `wanted` is true of holds it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        at = focus(page)
        if at[wanted]:
            return at
    raise AssertionError(f"{MOST_TABS} times Tab did not lead to {wanted!r}; the focus is on {focus(page)}")


@pytest.fixture
def opened(open_notebook: OpenNotebook) -> tuple[Notebook, Heatmap]:
    notebook = open_notebook(CDNOW, MONTHLY, "1 + 1")
    notebook.run_all()
    return notebook, Heatmap(notebook.widget()).ready()


def test_select_with_the_keyboard(opened: tuple[Notebook, Heatmap], shoot: Shoot) -> None:
    notebook, heat = opened
    keys = heat.page.keyboard
    # From the last control before the grid: Tab leads into it, to one cell only.
    heat.choice("Measure").focus()
    assert "Jan 1997" in tab_to(heat.page, "cell")["name"]
    keys.press("ArrowRight")
    said = "Jan 1997, month 1: 1,157 of 7,846 = 14.7 % (14.0–15.5 %)"
    expect(heat.root.locator("td:focus")).to_have_attribute("aria-label", said)
    heat.expect_marks({("Jan 1997", "1")}, "focus")
    shoot(heat.root, "keyboard-focus")

    keys.press("Enter")
    expect(heat.selected).to_contain_text("1,157 customers")
    notebook.expect("heat.selection", [{"kind": "cell", "cohort": "1997-01", "age": 1}])
    keys.press("ArrowDown")
    keys.press("Shift+Enter")
    notebook.expect(
        "heat.selection",
        [{"kind": "cell", "cohort": "1997-01", "age": 1}, {"kind": "cell", "cohort": "1997-02", "age": 1}],
    )
    keys.press("r")
    notebook.expect("heat.selection", [{"kind": "row", "cohort": "1997-02"}])
    keys.press("c")
    notebook.expect("heat.selection", [{"kind": "column", "age": 1}])
    keys.press("d")
    notebook.expect("heat.selection", [{"kind": "diagonal", "period": "1997-03"}])
    keys.press("Escape")
    notebook.expect("heat.selection", [])
    keys.press("End")
    keys.press("Control+Home")
    heat.expect_marks({("Jan 1997", "0")}, "focus")
    keys.press("Space")
    notebook.expect("heat.selection", [{"kind": "cell", "cohort": "1997-01", "age": 0}])
    # The selection is said to those who can't see it.
    expect(
        heat.root.locator("[aria-live=polite]").filter(has_text="Selected: Jan 1997, month 0")
    ).to_have_count(1)
    # One stop in the tab order: Tab leaves the grid, Shift+Tab comes back to the same cell.
    keys.press("Tab")
    assert not focus(heat.page)["cell"]
    keys.press("Shift+Tab")
    heat.expect_marks({("Jan 1997", "0")}, "focus")


def test_tab_reaches_the_widget_from_the_notebook(opened: tuple[Notebook, Heatmap]) -> None:
    _, heat = opened
    heat.page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".jp-InputPrompt").click()
    at = tab_to(heat.page, "inside")
    assert at["tag"] == "select"


def test_controls_work_with_the_keyboard(opened: tuple[Notebook, Heatmap]) -> None:
    notebook, heat = opened
    heat.choice("Measure").focus()
    heat.page.keyboard.press("ArrowDown")
    notebook.expect("heat.measure", "active")
    heat.option("Calendar").focus()
    heat.page.keyboard.press("ArrowRight")
    notebook.expect("heat.result.settings.window", "elapsed")
    more = heat.root.locator("summary", has_text="More")
    more.focus()
    heat.page.keyboard.press("Enter")
    expect(heat.toggle("Show the interval")).to_be_visible()
    heat.toggle("Show the interval").focus()
    heat.page.keyboard.press("Space")
    notebook.expect("heat.show_interval", False)
    heat.page.keyboard.press("Escape")
    expect(heat.toggle("Show the interval")).to_be_hidden()
    expect(more).to_be_focused()
    heat.button("Table").focus()
    heat.page.keyboard.press("Enter")
    notebook.expect("heat.table_view", True)


def test_the_notebooks_shortcuts_stay_out(opened: tuple[Notebook, Heatmap]) -> None:
    notebook, heat = opened
    heat.open_more()
    places = {
        "select": heat.choice("Measure"),
        "radio": heat.option("Calendar"),
        "summary": heat.root.locator("summary", has_text="More"),
        "checkbox": heat.toggle("Show the interval"),
        "button": heat.button("Table"),
        "grid cell": heat.root.locator("[role=grid] [tabindex='0']"),
    }
    heat.page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".jp-InputPrompt").click()
    before = notebook_state(notebook)
    assert before["mode"] == "command"
    for place, element in places.items():
        element.focus()
        for key in SHORTCUTS:
            heat.page.keyboard.press(key)
            assert notebook_state(notebook) == before, f"{key} on the {place} reached the notebook"
