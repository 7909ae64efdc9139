"""The budget optimizer as a person at the page has it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from .lab import Notebook, until
from .view import View

TABS = ("Weekly", "Frontier", "Diagnostics", "Scenarios")
CURRENT = {"tv": 40_000.0, "radio": 30_000.0, "search": 30_000.0, "podcasts": 0.0}
TOTAL = 100_000.0
EXACT = 1e-9

# Curves with their carry-over, one channel without spend, and no model to ask for another horizon.
TABLE = """import numpy as np
from custintel_analytics import mmm
from custintel_widgets import BudgetOptimizer
random, shape = np.random.default_rng(5), (300, 4)
table = mmm.ResponseTable.from_draws(
    alpha=random.uniform(0.2, 0.7, shape), lam=random.uniform(1, 4, shape),
    beta=random.uniform(0.1, 0.5, shape) * [1, 2, 3, 1], channel_scale=(10_000, 5_000, 8_000, 4_000),
    target_scale=100_000, max_spend=(150_000, 80_000, 100_000, 50_000), periods=8, carry_out=4,
    carry_in=random.uniform(0, 5_000, (9, 4)), current=(40_000, 30_000, 30_000, 0),
    history_max=(12_000, 6_000, 9_000, 3_000), channels=("tv", "radio", "search", "podcasts"),
    target="sales", currency="EUR",
)"""
BUDGET = "budget = BudgetOptimizer(table)\nbudget"

# A model of three channels, without its posterior.
MODEL = """from custintel_analytics import mmm
from custintel_widgets import BudgetOptimizer
def quick(**of):
    frame, truth = mmm.simulate(80, 3, seed=3, **of)
    channels = list(truth.channels["channel"])
    return mmm.MediaMix(date="date", target="revenue", channels=channels).fit(frame, quick=True)
model = quick()"""
MODELLED = "budget = BudgetOptimizer(model)\nbudget"

_CURVES = """root => [...root.querySelectorAll(".ci-curve-chart .ci-chart")].map(({ ciView }) =>
  Object.fromEntries(["name", "spend", "response"].map(of => [of, ciView.signal(`plan_${of}`)])))"""

# Charts of one kind are told apart by their place.
_CHARTS = """root => [...root.querySelectorAll(".ci-chart")]
  .filter(chart => chart.checkVisibility() && chart.querySelector("canvas"))
  .map(chart => {
    const place = chart.closest("[class*='-chart']:not(.ci-chart)");
    const name = place.className.match(/ci-(\\S+-chart)/)[1];
    if (root.querySelectorAll(`.ci-${name}`).length === 1) return name;
    return `${name}:nth-child(${[...place.parentElement.children].indexOf(place) + 1})`;
  })"""


class Optimizer(View):
    """One view of an optimizer, and what can be done with it."""

    def ready(self) -> Optimizer:
        """Wait until the curves are drawn."""
        expect(self.root).to_have_class(re.compile(r"\bci-ready\b"), timeout=30_000)
        expect(self.root.locator(".ci-outcome-chart canvas")).to_be_visible(timeout=30_000)
        self.root.scroll_into_view_if_needed()
        return self

    # What it shows

    @property
    def sentence(self) -> Locator:
        return self.root.locator(".ci-headline")

    @property
    def badge(self) -> Locator:
        """The state of the model."""
        return self.root.get_by_role("button", name=re.compile(r"^(Model|Quick estimate|Don't use)"))

    @property
    def conflict(self) -> Locator:
        return self.root.get_by_role("status").filter(has_text=re.compile(r"^(Min|Max)imums add to"))

    @property
    def why(self) -> Locator:
        return self.root.get_by_role("region", name="Where money moves and why")

    @property
    def status_line(self) -> Locator:
        return self.root.locator(".ci-status:visible")

    @property
    def _sliders(self) -> Locator:
        return self.root.get_by_role("group", name=re.compile("^Channels")).get_by_role("slider")

    def amounts(self) -> dict[str, float]:
        """The plan as the sliders have it."""
        pairs: list[tuple[str, float]] = self._sliders.evaluate_all(
            "sliders => sliders.map(slider => [slider.getAttribute('aria-label'), Number(slider.value)])"
        )
        return dict(pairs)

    def spent(self) -> float:
        return sum(self.amounts().values())

    def drawn(self, *charts: str) -> None:
        """Wait until charts are there, and all that they were told is in their pixels."""
        for chart in charts:
            expect(self.root.locator(f".ci-{chart} canvas")).to_have_count(1)
            self.root.evaluate(
                "async (root, name) => { await root.querySelector(`.ci-${name} .ci-chart`).ciView.runAsync(); }",
                chart,
            )

    def charts(self) -> list[str]:
        """The charts in sight."""
        names: list[str] = self.root.evaluate(_CHARTS)
        return names

    def curves(self) -> dict[str, dict[str, float]]:
        """Where the plan stands on each curve."""
        found: list[dict[str, Any]] = self.root.evaluate(_CURVES)
        return {str(own.pop("name")): own for own in found}

    def outcome(self) -> float:
        """What the plan brings, as its bar has it."""
        return float(self.signal("means", "outcome-chart")[-1])

    def expect_drawn(self) -> dict[str, float]:
        """Sliders, fields, curves and dumbbell have the same plan; returns it."""
        now = self.amounts()
        fields = {name: float(self.amount(name).input_value().replace(",", "")) for name in now}
        assert fields == pytest.approx(now, abs=0.51)
        assert {name: own["spend"] for name, own in self.curves().items()} == pytest.approx(now, rel=EXACT)
        assert sorted(self.signal("plan", "moves-chart")) == pytest.approx(sorted(now.values()), rel=EXACT)
        return now

    def expect_agreement(self, notebook: Notebook) -> dict[str, float]:
        """Python has the plan that the page shows, and says the same of it; returns it."""
        now = self.expect_drawn()
        until(lambda: notebook.ask("budget.amounts.to_dict()"), pytest.approx(now, rel=EXACT))
        # Python's word, from all draws, takes the place of the page's.
        expect(self.sentence).to_have_text(notebook.ask("budget.result.sentence"))
        until(self.outcome, pytest.approx(notebook.ask("budget.result.outcome"), rel=EXACT))
        responses = {name: own["response"] for name, own in self.curves().items()}
        assert responses == pytest.approx(
            notebook.ask("dict(zip(budget.frame.channel, budget.frame.response))"), rel=1e-6, abs=1e-6
        )
        return now

    # Controls

    def slider(self, channel: str) -> Locator:
        return self.root.get_by_role("slider", name=channel, exact=True)

    def amount(self, channel: str) -> Locator:
        return self.field(f"Amount of {channel}")

    def lock(self, channel: str) -> Locator:
        return self.toggle(f"Lock {channel} where it is")

    @property
    def total(self) -> Locator:
        return self.field("Total over the window")

    @property
    def pin(self) -> Locator:
        return self.root.get_by_role("checkbox", name=re.compile("^Keep the total"))

    @property
    def horizon(self) -> Locator:
        return self.root.get_by_label(re.compile("^Horizon, "))

    def tab(self, label: str) -> Locator:
        return self.root.get_by_role("tab", name=label, exact=True)

    # What is done with it

    def open_tab(self, label: str) -> Locator:
        """Open a tab and return its panel once it says something."""
        if self.tab(label).get_attribute("aria-selected") != "true":
            self.tab(label).click()
        panel = self.root.get_by_role("tabpanel", name=label)
        expect(self.finding(panel)).not_to_be_empty(timeout=30_000)
        return panel

    def finding(self, panel: Locator) -> Locator:
        """What a tab says first."""
        return panel.get_by_role("paragraph").first

    def open_more(self) -> None:
        more = self.root.get_by_role("button", name=re.compile(r"^More\W*$"))
        if more.get_attribute("aria-expanded") == "false":
            more.click()

    def grab(self, channel: str) -> None:
        """Press on a slider's thumb."""
        slider = self.slider(channel)
        slider.scroll_into_view_if_needed()
        self.page.mouse.move(*self._at(slider, float(slider.evaluate("s => Number(s.value)"))))
        self.page.mouse.down()

    def drag(self, channel: str, amount: float) -> None:
        """Drag a slider's thumb to an amount, as near as pixels allow, without letting go."""
        self.grab(channel)
        self.page.mouse.move(*self._at(self.slider(channel), amount), steps=6)

    def _at(self, slider: Locator, amount: float) -> tuple[float, float]:
        box = slider.bounding_box()
        assert box
        begin, end = (float(slider.evaluate(f"s => Number(s.{of})")) for of in ("min", "max"))
        thumb = 16
        along = thumb / 2 + (amount - begin) / (end - begin) * (box["width"] - thumb)
        return box["x"] + along, box["y"] + box["height"] / 2

    def type(self, field: Locator, text: str) -> None:
        """Type into a field and finish with Enter."""
        field.click()
        field.press("Control+a")
        field.press_sequentially(text)
        field.press("Enter")

    def spot(self, chart: str, kind: str, **row: Any) -> dict[str, float]:
        """Where a mark is in the window, by fields of its row."""
        self.root.locator(f".ci-{chart}").scroll_into_view_if_needed()
        spot: dict[str, float] = self._scene("spot", chart, kind, row)
        return spot

    def click(self, chart: str, kind: str, **row: Any) -> None:
        at = self.spot(chart, kind, **row)
        self.page.mouse.click(at["x"], at["y"])


def opened(notebook: Notebook, index: int = 0) -> Optimizer:
    """Run all cells and wait for a widget."""
    notebook.run_all()
    return Optimizer(notebook.widget(index)).ready()
