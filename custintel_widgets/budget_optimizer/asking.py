"""What the analytics are asked: the best plan, the frontier, the schedule, for the widget's present inputs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics import mmm
from custintel_analytics.errors import DataError
from custintel_widgets.budget_optimizer import plans
from custintel_widgets.budget_optimizer.bounds import bounds, opening

if TYPE_CHECKING:
    from custintel_analytics.mmm import Plan
    from custintel_analytics.mmm.frontier import Frontier
    from custintel_analytics.mmm.scheduled import Schedule
    from custintel_widgets.budget_optimizer.widget import BudgetOptimizer
    from custintel_widgets.core.work import Progress


def search(widget: BudgetOptimizer, progress: Progress | None = None) -> Plan:
    """The best plan.

    Raises
    ------
    DataError
        When the model mustn't be used for budgets, and as `mmm.optimize` does.
    """
    if not widget._view["usable"]:
        raise DataError(widget._view["health"]["sentences"][0])
    asked: dict[str, Any] = {widget.goal: widget.goal_value}
    if widget.goal == "total":
        asked = {"total": widget.total or float(opening(widget.curves).sum())}
    return mmm.optimize(widget.curves, progress=progress, **asked, **_aim(widget), **limits(widget))


# What the frontier depends on, besides the curves and where locked channels stand.
_ASKED = ("objective", "level", "interval", "step", "room", "min_spend", "max_spend", "groups", "locked")


def frontier_question(widget: BudgetOptimizer) -> dict[str, Any]:
    """The inputs that a frontier answers, so that the page knows when it is about others."""
    now = widget.amounts
    return {name: getattr(widget, name) for name in _ASKED} | {
        "held": {name: float(now[name]) for name in widget.locked}
    }


def along(widget: BudgetOptimizer, progress: Progress | None = None) -> Frontier:
    """The best plan for each of several totals."""
    return mmm.frontier(widget.curves, progress=progress, **_aim(widget), **limits(widget))


def scheduled(widget: BudgetOptimizer, progress: Progress | None = None) -> Schedule:
    """The plan on show by period, each channel's period near its even amount."""
    names = widget.curves.channels
    even = widget.amounts.to_numpy() / widget.periods
    low, high = np.maximum(even * (1 - widget.week_room), 0), even * (1 + widget.week_room)
    found = mmm.schedule(
        widget.curves, widget.result, seasonality=widget.seasonality or None, interval=widget.interval,
        min_per_week=dict(zip(names, low, strict=True)), max_per_week=dict(zip(names, high, strict=True)),
        progress=progress,
    )  # fmt: skip
    return replace(found, period=widget._given.period)


def limits(widget: BudgetOptimizer) -> dict[str, Any]:
    """Bounds, locks and sums as the analytics take them; a lock holds a channel where the plan has it."""
    lower, upper = bounds(widget.curves, widget.room, widget.min_spend, widget.max_spend)
    now = widget.amounts
    return {
        "min_spend": lower,
        "max_spend": upper,
        "fixed": {name: float(now[name]) for name in widget.locked},
        "groups": plans.groups(widget.groups),
    }


def _aim(widget: BudgetOptimizer) -> dict[str, Any]:
    return {
        "step": widget.step or None,
        "objective": widget.objective,
        "level": widget.level,
        "interval": widget.interval,
    }
