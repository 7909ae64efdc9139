"""Linked selection in the page: what is clicked in one widget filters the other, and back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .conftest import OpenNotebook, Shoot
from .explorer import SHOP, Explorer
from .heatmap import Heatmap
from .lab import until

LINKED = """heat = CohortHeatmap(table, cohort_grain="year", grain="quarter")
explorer = SegmentExplorer(table, method="kmeans", columns=BEHAVIOUR)
linked = link(heat, explorer)
heat"""


def test_a_cohort_filters_the_segments_and_back(
    open_notebook: OpenNotebook, shoot: Shoot, page: Page
) -> None:
    page.set_viewport_size({"width": 1440, "height": 1900})
    notebook = open_notebook(SHOP, LINKED, "explorer")
    notebook.run_all()
    heat = Heatmap(notebook.widget(0)).ready()
    explorer = Explorer(notebook.widget(1)).ready()
    expect(explorer.chip).to_be_hidden()
    everyone = explorer.sizes()
    cohorts = heat.cohorts()

    # A cohort that was clicked is whom the explorer shows; the segments stay what they are.
    heat.click(cohorts[-1], "1")
    notebook.expect("len(heat.selection)", 1)
    size = notebook.ask("heat.audience.size")
    expect(explorer.chip).to_contain_text(f"Filtered to {size:,} customers")
    until(lambda: sum(explorer.sizes().values()), notebook.ask("int(explorer.frame['size'].sum())"))
    filtered = explorer.sizes()
    assert all(filtered[segment] <= everyone[segment] for segment in filtered)
    assert sum(everyone.values()) > sum(filtered.values()) >= size - 3 * 9
    shoot(page, "linked")

    # A segment that is clicked now is that part of the cohort; the heatmap shows the whole segment.
    segment = max(filtered, key=lambda number: filtered[number])
    explorer.pick(segment)
    expect(explorer.selected).to_contain_text(f"{filtered[segment]:,} customers")
    assert notebook.ask("explorer.audience.size") == filtered[segment]
    chip = heat.root.locator(".ci-focus-chip")
    expect(chip).to_contain_text(f"Filtered to {everyone[segment]:,} customers")
    notebook.expect("heat.focused.size", everyone[segment])
    notebook.expect("heat._work.busy", False)

    # The chip shows all again, here only; what was selected stays selected.
    explorer.button("Show all customers").click()
    expect(explorer.chip).to_be_hidden()
    until(explorer.sizes, everyone)
    notebook.expect("[len(heat.selection), len(explorer.selection)]", [1, 1])
    expect(chip).to_be_visible()

    # Nothing selected, nobody filtered.
    explorer.button("Clear").click()
    expect(chip).to_be_hidden()
    notebook.expect("[heat.focused is None, explorer.selection]", [True, []])
    notebook.execute("linked.unlink()\nheat.selection = []")
    expect(explorer.chip).to_be_hidden()
    for view in (heat, explorer):
        expect(view.error).to_have_count(0)
