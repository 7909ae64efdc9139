"""The A/B calculator as a person at the page has it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, expect

from .view import View

TABS = ("Plan", "Analyse", "Monitor")

# Three variants over three weeks: one is better, one isn't; a guardrail that stays put.
SHOP = """import numpy as np
import pandas as pd
from custintel_analytics import experiments as ex
from custintel_widgets import ABCalculator
random, size = np.random.default_rng(11), 1500
shop = pd.DataFrame({
    "group": np.repeat(["control", "new", "newer"], size),
    "person": np.arange(3 * size),
    "day": pd.Timestamp("2024-03-01") + pd.to_timedelta(np.tile(np.arange(size) % 21, 3), unit="D"),
    "bought": random.binomial(1, np.repeat([0.2, 0.26, 0.21], size)),
    "spend": random.gamma(1.5, 20, 3 * size),
    "wait": random.gamma(2.0, 50, 3 * size),
    "country": np.tile(["FR", "DE", "IT"], size),
})
metrics = [ex.proportion("bought"), ex.mean("spend"), ex.mean("wait", direction="down", guardrail=True)]
asked = dict(variant="group", control="control", unit="person", metrics=metrics, date="day", segments="country")"""

TABLE = "calculator = ABCalculator(shop, **asked, worthwhile=0.1)\ncalculator"

_PAINTED = """([root, chart, names]) => {
  const canvas = root.querySelector(`.ci-${chart} canvas`);
  const view = root.querySelector(`.ci-${chart} .ci-chart`).ciView;
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const wanted = names.map((name) => {
    pen.fillStyle = view.signal(name);
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  });
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4)
    if (wanted.some((colour) => colour.every((part, k) => data[i + k] === part))) count += 1;
  return count;
}"""


class Calculator(View):
    """One view of a calculator, and what can be done with it."""

    def ready(self) -> Calculator:
        """Wait until the tab on show is drawn."""
        expect(self.root).to_have_class(re.compile(r"\bci-ready\b"), timeout=30_000)
        expect(self.root.locator(".ci-chart canvas").first).to_be_visible(timeout=30_000)
        self.root.scroll_into_view_if_needed()
        return self

    # What it shows

    @property
    def headline_line(self) -> Locator:
        return self.root.locator(".ci-headline:visible")

    @property
    def example(self) -> Locator:
        return self.root.locator(".ci-example:visible")

    @property
    def strip(self) -> Locator:
        """The verdict above everything."""
        return self.root.get_by_role("region", name="Verdict")

    @property
    def verdict(self) -> str:
        return self.strip.locator(".ci-verdict-badge > :last-child").inner_text()

    @property
    def figures(self) -> str:
        """The second of the verdict's three lines."""
        return self.strip.locator(".ci-verdict-line").first.inner_text()

    def interval(self) -> list[float]:
        """Effect and interval as they are drawn."""
        self.drawn("effect-chart")
        (row,) = self.rows("interval", "effect-chart")
        return [row["effect"], row["lower"], row["upper"]]

    def painted(self, chart: str, *colours: str) -> int:
        """How many pixels of a chart have one of the theme's colours."""
        self.drawn(chart)
        count: int = self.page.evaluate(_PAINTED, [self.root.element_handle(), chart, list(colours)])
        return count

    def charts(self) -> list[str]:
        """The charts in sight."""
        names: list[str] = self.root.evaluate(
            """root => [...root.querySelectorAll(".ci-chart")]
              .filter(chart => chart.checkVisibility() && chart.querySelector("canvas"))
              .map(chart => chart.closest("[class*='-chart']:not(.ci-chart)").className.match(/ci-(\\S+-chart)/)[1])"""
        )
        return names

    def drawn(self, *charts: str) -> None:
        """Wait until charts are there, and all that they were told is in their pixels."""
        for chart in charts:
            expect(self.root.locator(f".ci-{chart} canvas")).to_have_count(1)
            self.root.evaluate(
                "async (root, name) => { await root.querySelector(`.ci-${name} .ci-chart`).ciView.runAsync(); }",
                chart,
            )

    # Controls

    def tab(self, label: str) -> Locator:
        return self.root.get_by_role("tab", name=label, exact=True)

    def open_tab(self, label: str) -> Locator:
        self.tab(label).click()
        panel = self.root.get_by_role("tabpanel", name=label, exact=True)
        expect(panel).to_be_visible()
        return panel

    def slider(self, label: str) -> Locator:
        return self.root.get_by_role("slider", name=label, exact=True)

    def number(self, label: str) -> Locator:
        """The field beside a slider."""
        return self.root.get_by_role("spinbutton", name=label, exact=True)

    def cell(self, column: str, variant: str) -> Locator:
        """A field of the table of counts."""
        return self.root.get_by_role("textbox", name=f"{column}, {variant}", exact=True)

    def open_method(self) -> None:
        """Open what stands behind “Method” of the tab on show."""
        details = self.root.locator("details.ci-fold:visible")
        if details.get_attribute("open") is None:
            details.locator("summary").click()

    # What is done with it

    def drag(self, slider: Locator, share: float) -> None:
        """Drag a slider's thumb to a share of its way, without letting go."""
        box = slider.bounding_box()
        assert box
        begin, end, step = (float(slider.evaluate(f"s => Number(s.{of})")) for of in ("min", "max", "value"))
        thumb = 16
        at = box["x"] + thumb / 2 + (step - begin) / (end - begin) * (box["width"] - thumb)
        middle = box["y"] + box["height"] / 2
        mouse = self.page.mouse
        mouse.move(at, middle)
        mouse.down()
        mouse.move(box["x"] + share * box["width"], middle, steps=5)

    def type(self, field: Locator, text: str) -> None:
        """Type into a field and stay in it."""
        field.click()
        field.press("Control+a")
        field.press_sequentially(text)

    def paste(self, field: Locator, text: str) -> None:
        """Paste from the clipboard, as a spreadsheet leaves it there."""
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        field.focus()
        field.press("Control+v")

    def spot(self, chart: str, kind: str, **row: Any) -> dict[str, float]:
        """Where a mark is in the window, by fields of its row."""
        self.root.locator(f".ci-{chart}").scroll_into_view_if_needed()
        spot: dict[str, float] = self._scene("spot", chart, kind, row)
        return spot

    def click(self, chart: str, kind: str, **row: Any) -> None:
        at = self.spot(chart, kind, **row)
        self.page.mouse.click(at["x"], at["y"])
