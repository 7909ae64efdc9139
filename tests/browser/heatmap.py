"""The cohort heatmap as a person at the page has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from .lab import until

_SCENE = (Path(__file__).parent / "scene.js").read_text(encoding="utf-8")
_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

CDNOW = """from custintel_analytics import datasets, tables
from custintel_widgets import CohortHeatmap
table = tables.as_table(datasets.cdnow())"""

# Calendar months: the setting in which a diagonal is one month.
MONTHLY = 'heat = CohortHeatmap(table, cohort_grain="month", grain="month", window="calendar")\nheat'


class Heatmap:
    """One view of a widget: its root element and what can be done with it."""

    def __init__(self, root: Locator) -> None:
        self.root = root

    @property
    def page(self) -> Page:
        return self.root.page

    def ready(self) -> Heatmap:
        """Wait until both pictures are drawn."""
        expect(self.root.locator(".ci-chart canvas")).to_have_count(2, timeout=30_000)
        self.root.scroll_into_view_if_needed()
        return self

    # What it shows

    @property
    def headline(self) -> str:
        return self.root.locator(".ci-headline").inner_text()

    @property
    def selected(self) -> Locator:
        return self.root.locator(".ci-selected")

    @property
    def error(self) -> Locator:
        return self.root.locator(".ci-error:visible")

    @property
    def tooltip(self) -> Locator:
        return self.root.locator(".ci-matrix .ci-tooltip")

    def choice(self, label: str) -> Locator:
        """A select, by the name that a screen reader says."""
        return self.root.get_by_role("combobox", name=label, exact=True)

    def option(self, label: str) -> Locator:
        return self.root.get_by_role("radio", name=label, exact=True)

    def toggle(self, label: str) -> Locator:
        return self.root.get_by_role("checkbox", name=label, exact=True)

    def field(self, label: str) -> Locator:
        return self.root.get_by_label(label, exact=True)

    def button(self, label: str) -> Locator:
        return self.root.get_by_role("button", name=label, exact=True)

    def open_more(self) -> None:
        more = self.root.locator("details.ci-more:not(.ci-menu)")
        if more.get_attribute("open") is None:
            more.locator("summary").click()

    def _scene(self, call: str, *arguments: Any) -> Any:
        return self.root.evaluate(
            f"(root, given) => {{ const scene = {_SCENE.strip().removesuffix(';')}; return scene.{call}(root, ...given); }}",
            list(arguments),
        )

    def rows(self, name: str, chart: str = "matrix") -> list[dict[str, Any]]:
        """A named dataset of the living chart."""
        rows: list[dict[str, Any]] = self._scene("rows", chart, name)
        return rows

    def signal(self, name: str, chart: str = "matrix") -> Any:
        return self._scene("signal", chart, name)

    def texts(self, chart: str = "matrix") -> list[dict[str, Any]]:
        """Every text in a chart: where it is, and its contrast to what lies behind it."""
        texts: list[dict[str, Any]] = self._scene("texts", chart)
        return texts

    def html_texts(self) -> list[dict[str, Any]]:
        texts: list[dict[str, Any]] = self._scene("htmlTexts")
        return texts

    def background(self) -> list[float]:
        """The colour behind the widget."""
        colour: list[float] = self._scene("behind")
        return colour

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

    def axe(self) -> list[str]:
        """Serious and critical violations of accessibility rules inside the widget."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.root.evaluate(
            "async root => (await window.axe.run(root)).violations.map(({ id, impact, nodes }) => "
            "({ id, impact, nodes: nodes.map(node => node.html + ' ' + node.failureSummary) }))"
        )
        return [f"{v['id']}: {v['nodes'][:3]}" for v in found if v["impact"] in ("serious", "critical")]


def overlapping(texts: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of texts that run into each other: values in cells that overlap, labels with no space between."""

    def gap(a: dict[str, Any], b: dict[str, Any]) -> float:
        return 0 if a["role"] == b["role"] == "mark" else 2

    return [
        (a["text"], b["text"])
        for n, a in enumerate(texts)
        for b in texts[n + 1 :]
        if min(a["x2"], b["x2"]) - max(a["x1"], b["x1"]) > -gap(a, b)
        and min(a["y2"], b["y2"]) - max(a["y1"], b["y1"]) > 1
    ]


def counts(text: str) -> list[int]:
    """The whole numbers in a sentence: ``1,157 of 7,846`` gives 1157 and 7846."""
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]
