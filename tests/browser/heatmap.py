"""The cohort heatmap as a person at the page has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, expect

from .lab import until
from .view import View

CDNOW = """from custintel_analytics import datasets, tables
from custintel_widgets import CohortHeatmap
table = tables.as_table(datasets.cdnow())"""

# Calendar months: the setting in which a diagonal is one month.
MONTHLY = 'heat = CohortHeatmap(table, cohort_grain="month", grain="month", window="calendar")\nheat'


class Heatmap(View):
    """One view of a heatmap, and what can be done with it."""

    def ready(self) -> Heatmap:
        """Wait until both pictures are drawn."""
        expect(self.root.locator(".ci-chart canvas")).to_have_count(2, timeout=30_000)
        self.root.scroll_into_view_if_needed()
        return self

    # What it shows

    @property
    def tooltip(self) -> Locator:
        return self.root.locator(".ci-matrix .ci-tooltip")

    def open_more(self) -> None:
        self.disclose("More")

    def rows(self, name: str, chart: str = "matrix") -> list[dict[str, Any]]:
        return super().rows(name, chart)

    def signal(self, name: str, chart: str = "matrix") -> Any:
        return super().signal(name, chart)

    def texts(self, chart: str = "matrix") -> list[dict[str, Any]]:
        return super().texts(chart)

    def wait_until(self, condition: str, *arguments: Any) -> None:
        """Wait for ``(view, …arguments) => boolean`` of the matrix's Vega view, and until it is drawn."""
        self.page.wait_for_function(
            f"([root, ...given]) => ({condition})(root.querySelector('.ci-matrix .ci-chart').ciView, ...given)",
            arg=[self.root.element_handle(), *arguments],
        )
        self.root.evaluate(
            "async root => { await root.querySelector('.ci-matrix .ci-chart').ciView.runAsync(); }"
        )

    def wait_for_cohorts(self, count: int) -> None:
        self.wait_until("(view, n) => new Set(view.data('cells').map(c => c.cohort)).size === n", count)

    def wait_for_measure(self, measure: str) -> None:
        self.wait_until("(view, measure) => view.signal('measure') === measure", measure)

    def cohorts(self) -> list[str]:
        """The labels of the rows, top to bottom."""
        rows = {row["row"]: row["label_cohort"] for row in self.rows("cells")}
        return [rows[row] for row in sorted(rows)]

    def marks(self, kind: str = "selected") -> set[tuple[str, str]]:
        """The outlined cells, by cohort and age."""
        return {(m["label_cohort"], m["age_label"]) for m in self.rows("marks") if m["kind"] == kind}

    def expect_marks(self, cells: set[tuple[str, str]], kind: str = "selected") -> None:
        """Wait until exactly these cells are outlined."""
        until(lambda: self.marks(kind), cells)

    def pixel(self, cohort: str, age: str) -> list[int]:
        """The colour near a cell's lower left corner, where neither label nor outline is."""
        at = self.place(cohort, age)
        colour: list[int] = self._scene(
            "pixel", at["x"] - at["width"] / 2 + 5, at["y"] + at["height"] / 2 - 5
        )
        return colour

    def place(self, cohort: str, age: str) -> dict[str, float]:
        place: dict[str, float] = self._scene("point", cohort, age)
        return place

    # What is done with it

    def hover(self, cohort: str, age: str) -> None:
        at = self.place(cohort, age)
        self.page.mouse.move(at["x"] - 3, at["y"])
        self.page.mouse.move(at["x"], at["y"])

    def click(
        self, cohort: str, age: str, modifiers: Sequence[str] = (), at: tuple[float, float] = (0.5, 0.5)
    ) -> None:
        """Click a cell, by the labels that people read; `at` is the place in it, from its upper left."""
        place = self.place(cohort, age)
        x, y = ((at[n] - 0.5) * place[size] for n, size in enumerate(("width", "height")))
        for key in modifiers:
            self.page.keyboard.down(key)
        self.page.mouse.click(place["x"] + x, place["y"] + y)
        for key in modifiers:
            self.page.keyboard.up(key)
