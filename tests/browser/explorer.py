"""The segment explorer as a person at the page has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, expect

from .lab import until
from .view import View, counts

# Four segments far enough apart that every method finds them, with a value, a channel and a category.
SHOP = """from custintel_analytics import simulate, tables
from custintel_widgets import CohortHeatmap, SegmentExplorer, link
purchases, truth = simulate.segments(1500, segments=4, seed=3, overlap=0.5)
table = tables.as_table(purchases)
RFM = ["recency", "frequency", "monetary"]
BEHAVIOUR = [*RFM, "cadence", "average_order"]"""


class Explorer(View):
    """One view of an explorer, and what can be done with it."""

    def ready(self) -> Explorer:
        """Wait until the list and the profile are drawn."""
        expect(self.root.locator(".ci-profile-chart canvas")).to_have_count(1, timeout=30_000)
        expect(self.lines.first).to_be_visible()
        self.root.scroll_into_view_if_needed()
        return self

    # What it shows

    @property
    def status_line(self) -> Locator:
        return self.root.locator(".ci-status-line")

    @property
    def lines(self) -> Locator:
        """The rows of the segment list."""
        return self.root.locator(".ci-groups tbody tr")

    def line(self, segment: int) -> Locator:
        own = self.page.locator(".ci-group-mark").get_by_text(str(segment), exact=True)
        return self.lines.filter(has=own)

    def names(self) -> dict[int, str]:
        """The name of each segment in the list, by its number."""
        numbers = self.lines.locator(".ci-group-mark").all_inner_texts()
        names = self.lines.locator(".ci-editable-text").all_inner_texts()
        return {int(number): name for number, name in zip(numbers, names, strict=True)}

    def sizes(self) -> dict[int, int]:
        """The number of customers of each segment in the list."""
        numbers = self.lines.locator(".ci-group-mark").all_inner_texts()
        sizes = self.lines.locator("td:nth-of-type(1) .ci-below").all_inner_texts()
        return {int(number): counts(size)[0] for number, size in zip(numbers, sizes, strict=True)}

    def expect_segments(self, count: int) -> None:
        """Wait until list and profile have so many segments."""
        expect(self.lines).to_have_count(count)
        until(lambda: len(self.rows("segments", "profile-chart")), count)

    @property
    def chosen(self) -> list[int]:
        """The segments that stand out in the list."""
        marks = self.root.locator(".ci-groups tr[aria-selected=true] .ci-group-mark").all_inner_texts()
        return [int(mark) for mark in marks]

    @property
    def preview(self) -> Locator:
        return self.root.locator(".ci-preview")

    @property
    def detail(self) -> Locator:
        return self.root.locator(".ci-detail")

    @property
    def chip(self) -> Locator:
        """Says whom the widget shows while another one filters it."""
        return self.root.locator(".ci-focus-chip")

    @property
    def map_count(self) -> Locator:
        return self.root.locator(".ci-map-count")

    def drawn(self, *charts: str) -> None:
        """Wait until charts are there, and all that they were told is in their pixels."""
        for chart in charts:
            expect(self.root.locator(f".ci-{chart} canvas")).to_have_count(1)
            self.root.evaluate(
                "async (root, name) => { await root.querySelector(`.ci-${name} .ci-chart`).ciView.runAsync(); }",
                chart,
            )

    # What is done with it

    def pick(self, segment: int, modifiers: Sequence[Any] = ()) -> None:
        """Click a row at its share bar, where there is nothing to edit."""
        self.line(segment).locator(".ci-share").first.click(modifiers=modifiers)

    def rename(self, segment: int, name: str) -> None:
        self.line(segment).hover()
        self.line(segment).locator(".ci-pencil").click()
        field = self.line(segment).locator("input")
        field.fill(name)
        field.press("Enter")

    def tab(self, label: str) -> Locator:
        return self.root.get_by_role("tab", name=label, exact=True)

    def open_tab(self, label: str) -> Locator:
        """Open a tab and return its panel once Python has answered."""
        if self.tab(label).get_attribute("aria-selected") != "true":
            self.tab(label).click()
        panel = self.root.get_by_role("tabpanel", name=label)
        expect(panel.locator(".ci-panel-headline").first).not_to_be_empty(timeout=30_000)
        return panel

    def open_map(self) -> None:
        self.toggle("Map").check()
        expect(self.map_count).to_contain_text("in view")
        self.drawn("map-chart")

    def spot(self, chart: str, kind: str, **row: Any) -> dict[str, float]:
        """Where a mark is in the window, by fields of its row."""
        self.root.locator(f".ci-{chart}").scroll_into_view_if_needed()
        spot: dict[str, float] = self._scene("spot", chart, kind, row)
        return spot

    def point(self, chart: str, x: float | None, y: float | None) -> dict[str, float]:
        """Where a value of the chart's scales is in the window."""
        self.root.locator(f".ci-{chart}").scroll_into_view_if_needed()
        point: dict[str, float] = self._scene("pointAt", chart, x, y)
        return point

    def click(self, chart: str, kind: str, **row: Any) -> None:
        at = self.spot(chart, kind, **row)
        self.page.mouse.click(at["x"], at["y"])

    def drag(self, corners: Sequence[dict[str, float]]) -> None:
        """Press at the first corner, move over the others, let go at the last."""
        mouse = self.page.mouse
        mouse.move(corners[0]["x"], corners[0]["y"])
        mouse.down()
        for corner in corners[1:]:
            mouse.move(corner["x"], corner["y"], steps=4)
        mouse.up()
