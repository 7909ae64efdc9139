"""The budget optimizer: state and wiring."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from custintel_analytics.errors import DataError
from custintel_widgets.budget_optimizer import asking, given, plans
from custintel_widgets.budget_optimizer.bounds import opening
from custintel_widgets.core import traits
from custintel_widgets.core.base import CustintelWidget
from custintel_widgets.core.requests import Handler
from custintel_widgets.core.source import source_code, variable_name
from custintel_widgets.core.work import Progress

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.mmm import MediaMix, Plan, ResponseTable, Scenarios
    from custintel_analytics.mmm.frontier import Frontier
    from custintel_analytics.mmm.limits import Limits
    from custintel_analytics.mmm.scheduled import Schedule
    from custintel_widgets.core.charts import AnyChart

MOST = 1e15
GOALS = ("total", "target", "target_roas", "target_mroas", "target_cpa", "margin")
# What the best plan is found for, and what else the exact plan depends on.
_ASKED = (
    *("total", "locked", "room", "min_spend", "max_spend", "groups"),
    *("step", "objective", "level", "goal", "goal_value"),
)
_PLANNED = ("spend", "interval", "audience_mode", "scenarios", *_ASKED)


class BudgetOptimizer(CustintelWidget):
    """Move a budget between channels and see at once what it brings, with its uncertainty.

    Parameters
    ----------
    source
        A response table (`custintel_analytics.mmm.ResponseTable`), or a fitted `custintel_analytics.mmm.MediaMix`.
    model
        The fitted model behind a table, to show its checks and its fit.
    **settings
        Any input listed below. All amounts are totals over the window, never per period.

    Raises
    ------
    TypeError
        If an argument is unknown; the message suggests the nearest.
    custintel_analytics.errors.DataError
        If the source is neither, or its model multiplies its terms (``link="log"``).

    Examples
    --------
    >>> from custintel_analytics import mmm
    >>> frame, truth = mmm.simulate()
    >>> channels = list(truth.channels["channel"])
    >>> model = mmm.MediaMix(date="date", target="revenue", channels=channels).fit(frame, quick=True)
    >>> budget = BudgetOptimizer(model)
    >>> budget.optimize().total == budget.frame["current"].sum()
    True
    """

    component = "budget_optimizer"
    computed_from = ("periods", "carry_out", "currency")

    # Inputs
    periods = traits.count(26, 1, 520, "length of the window that is planned, in periods of the model")
    carry_out = traits.count(8, 0, 104, "periods after the window, without spend, whose response is counted")
    total = traits.number(
        0.0, 0.0, MOST, "money over the window, all channels together; 0 for the current total"
    )
    pinned = traits.flag(True, "whether the total stays while a channel is moved: the others absorb it")
    spend = traits.amounts(
        "the plan: totals over the window by channel; those left out stay at their current spend"
    )
    locked = traits.names("channels that stay where they are")
    room = traits.number(0.3, 0.0, 100.0, "how far a channel may go from its current spend, as a share of it")
    min_spend = traits.amounts("least that channels get over the window, in place of what room allows")
    max_spend = traits.amounts("most that channels get over the window, in place of what room allows")
    groups = traits.rows("limits of sums: name, channels, min and max over the window")
    step = traits.number(0.0, 0.0, MOST, "amount that an optimal plan is made of; 0 for any")
    objective = traits.choice(
        ("mean", "quantile", "cvar", "sharpe"),
        "mean",
        "what is made large: the mean, the outcome reached with probability 1 − level, the mean of the worst share "
        "level of the draws, or mean over standard deviation",
    )
    level = traits.number(0.05, 0.001, 0.5, "share of the draws that quantile and cvar look at")
    goal = traits.choice(
        GOALS,
        "total",
        "what is asked for: the best plan for the total, the cheapest that reaches a target, a return on spend, a "
        "marginal return, a cost per unit, or the largest margin",
    )
    goal_value = traits.number(
        0.0, 0.0, MOST, "the target, return, cost, or worth of a unit that goal speaks of"
    )
    interval = traits.number(0.9, 0.5, 0.999, "probability of all intervals")
    seasonality = traits.numbers(
        "how effective each period of the schedule is, 1 for a usual one; empty for all alike"
    )
    week_room = traits.number(
        0.5, 0.0, 100.0, "how far a channel's period may be from its even amount in the schedule, as a share"
    )
    scenarios = traits.rows("named plans: name, and spend by channel")
    tab = traits.choice(
        ("", "weekly", "frontier", "diagnostics", "scenarios"), "", "the open tab below; empty for none"
    )
    lesson = traits.flag(False, "draw average and marginal return on the curves, to equalise by hand")
    table_view = traits.flag(False, "show the table instead of the picture")

    # Wire
    _table = traits.wire("response curves: mean of all draws, and thinned draws")
    _plan = traits.wire("the plan from all draws, for the spend it names")
    _frontier = traits.wire("the best plan for each total, where the page can't find it")
    _schedule = traits.wire("the plan by period")
    _fit = traits.wire("contributions, fit, returns and checks of the model")
    _view = traits.wire("health, notes, footer and what is there")

    def __init__(self, source: Any, model: Any = None, **settings: Any) -> None:
        self._refuse_unknown(settings)
        self._given = given.take(source, model)
        self._written = source_code(source, {})
        if self._given.table is not None:
            settings.setdefault("periods", self._given.table.periods)
            settings.setdefault("carry_out", self._given.table.carry_out)
            if self._given.table.currency:
                settings.setdefault("currency", self._given.table.currency)
        self._curves: ResponseTable | None = None
        self._best: Plan | None = None
        self._loading = False
        super().__init__(**settings)
        self.observe(_total_changed, names=["total"])
        self.observe(_plan_changed, names=list(_PLANNED))
        others = [n for n in self.input_names() if n not in (*self.computed_from, *_PLANNED)]
        self.observe(_view_changed, names=others)
        self._start()

    @traitlets.validate("spend", "min_spend", "max_spend")
    def _of_known_channels(self, proposal: Any) -> dict[str, float]:
        name, value = proposal["trait"].name, proposal["value"]
        if name != "spend":
            given_now = {"min_spend": self.min_spend, "max_spend": self.max_spend, name: value}
            plans.check_order(given_now["min_spend"], given_now["max_spend"])
        return plans.checked_amounts(name, value, self._curves)

    @traitlets.validate("locked")
    def _known_channels(self, proposal: Any) -> list[str]:
        if self._curves is not None:
            plans.check_names("locked", proposal["value"], self._curves)
        return list(proposal["value"])

    @traitlets.validate("groups")
    def _checked_groups(self, proposal: Any) -> list[dict[str, Any]]:
        return plans.checked_groups(proposal["value"])

    @traitlets.validate("scenarios")
    def _checked_scenarios(self, proposal: Any) -> list[dict[str, Any]]:
        return plans.checked_scenarios(proposal["value"], self._curves)

    # Work

    def _compute(self, progress: Progress) -> ResponseTable:
        return self._given.curves(self.periods, self.carry_out, self.currency, progress)

    def _show(self, result: ResponseTable) -> None:
        from custintel_widgets.budget_optimizer import wire

        before, self._curves = self._curves, result
        self._best = None
        self._ready = False  # amounts follow the horizon together
        try:
            plans.settle(self, None if self._loading else before, result)
        finally:
            self._ready = True
        self._table = wire.table(result)
        self._schedule, self._frontier = {}, {}
        self._refresh_plan()
        self._refresh_view()

    def _refresh_plan(self) -> None:
        from custintel_widgets.budget_optimizer import wire

        self._plan = wire.plan(self.result, plans.named(self))

    def _refresh_view(self) -> None:
        from custintel_widgets.budget_optimizer import sentences

        if self._status["error"]:  # it was about what has been taken back
            self._set_status()
        state = sentences.health(self._given)
        self._view = {
            "health": state,
            "usable": state["status"] not in ("bad",),
            "expected_seconds": self._given.model and self._given.model.expected_seconds_,
            "notes": sentences.notes(self.curves),
            "footer": sentences.footer(self._given, self.curves),
            "title": sentences.title(self.curves),
            "code": self.to_code() if self.audience_mode == "analyst" else "",
            "period": self._given.period,
            "has": {
                "kernel": True,
                "model": self._given.model is not None,
                "horizon": self._given.has_horizon,
                "schedule": self.curves.dynamics is not None,
                "provisional": self._given.provisional,
            },
        }

    def _request_handlers(self) -> Mapping[str, Handler]:
        from custintel_widgets.budget_optimizer import actions

        return actions.handlers(self)

    def _take_model(self, found: given.Given) -> None:
        self._given, self._fit = found, {}
        self._recompute()

    def _take_plan(self, best: Plan) -> None:
        with self.hold_sync():
            self._ready = False  # one plan, one refreshment
            try:
                self.total = best.total
                self.spend = best.allocation.to_dict()
            finally:
                self._ready = True
            self._best = best
            self._refresh_plan()
            self._refresh_view()

    # What people take away

    @property
    def curves(self) -> ResponseTable:
        """The response table that everything is read from."""
        if self._curves is None:
            raise DataError("There are no curves: the last computation failed or was stopped.")
        return self._curves

    @property
    def model(self) -> MediaMix | None:
        """The fitted model behind the curves; None for a table that came without."""
        return self._given.model

    @property
    def amounts(self) -> pd.Series[float]:
        """The plan on show: totals over the window by channel."""
        import pandas as pd

        names = self.curves.channels
        begin = dict(zip(names, opening(self.curves), strict=True))
        return pd.Series({name: self.spend.get(name, begin[name]) for name in names}, name="spend")

    @property
    def limits(self) -> Limits:
        """What an optimal plan has to keep."""
        from custintel_analytics.mmm.limits import limits

        return limits(self.curves, **asking.limits(self))

    @property
    def result(self) -> Plan:
        """The plan on show, exact from all draws."""
        from custintel_analytics.mmm import Plan

        now, best = self.amounts, self._best
        if best is not None and np.allclose(best.spend, now, rtol=1e-9, atol=1e-9 * max(best.total, 1.0)):
            return replace(best, interval=self.interval)
        return Plan.of(self.curves, now, interval=self.interval)

    @property
    def frame(self) -> pd.DataFrame:
        """The plan by channel: current and planned spend, change, response with its interval, returns."""
        return self.result.frame

    def optimize(self) -> Plan:
        """Find the best plan for goal, objective and limits, and show it.

        Raises
        ------
        custintel_analytics.errors.DataError
            When limits conflict, with which and by how much; when the model's chains disagree.
        """
        self._take_plan(asking.search(self))
        return self.result

    def schedule(self) -> Schedule:
        """The plan by period, as good as carry-over, seasonality and `week_room` allow."""
        return asking.scheduled(self)

    def frontier(self) -> Frontier:
        """The best plan for each of 25 totals, within the same limits."""
        return asking.along(self)

    def compare(self) -> Scenarios:
        """The named plans, the current one and the plan on show, to compare draw by draw."""
        from custintel_analytics.mmm import Scenarios

        named = {**plans.named(self), plans.ON_SHOW: self.amounts}
        return Scenarios(self.curves, named, interval=self.interval)

    @property
    def chart(self) -> AnyChart:
        """Response curves with both plans, as an Altair chart with its data in it."""
        from custintel_widgets.budget_optimizer import picture

        return picture.build(self)

    def load_state(self, path: str | Path) -> None:
        """Take up what `save_state` wrote; its amounts are for its own horizon."""
        self._loading = True
        try:
            super().load_state(path)
        finally:
            self._loading = False
        self._refresh_plan()
        self._refresh_view()

    def _source_code(self) -> str:
        own = variable_name(self)
        return self._written or (f"{own}.curves" if own else "curves")

    def _without_kernel(self, state: dict[str, Any]) -> dict[str, Any]:
        from custintel_widgets.budget_optimizer import wire

        view = {**state["_view"], "code": "", "has": {**state["_view"]["has"], "kernel": False}}
        # What a tab would ask for travels along.
        fit = state["_fit"] or wire.fit(self._given)
        planned = state["_schedule"]
        if not planned and self.curves.dynamics is not None:
            planned = wire.schedule(self.schedule(), self.week_room)
        rest = {"_view": view, "_fit": fit, "_schedule": planned}
        return {**super()._without_kernel(state), **rest}

    def _summary(self) -> str:
        from custintel_widgets.budget_optimizer import sentences

        found = self.result
        return sentences.consoled(found.sentence, self._view["health"], found.total, self.currency)

    def _twin(self) -> str:
        from custintel_widgets.budget_optimizer import picture

        if self._status["error"]:
            return f"<p>{html.escape(self._status['error'])}</p>"
        return picture.twin(self)


def _total_changed(change: Any) -> None:
    widget = change["owner"]
    if widget._ready:
        plans.share_total(widget)


def _plan_changed(change: Any) -> None:
    widget = change["owner"]
    if widget._ready:
        if change["name"] in _ASKED:
            widget._best = None  # it was the best for another question
        widget._refresh_plan()
        widget._refresh_view()


def _view_changed(change: Any) -> None:
    widget = change["owner"]
    if widget._ready:
        widget._refresh_view()
