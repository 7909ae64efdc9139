"""What the page asks Python to do: find plans, read the fit, sample the full model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from custintel_widgets.budget_optimizer import asking, wire
from custintel_widgets.core.requests import Handler, Then

if TYPE_CHECKING:
    from custintel_widgets.budget_optimizer.widget import BudgetOptimizer
    from custintel_widgets.core.work import Progress


def handlers(widget: BudgetOptimizer) -> Mapping[str, Handler]:
    """Every request by name."""
    known = {"optimize": optimize, "frontier": frontier, "schedule": schedule, "fit": fit, "refine": refine}
    return {name: partial(handler, widget) for name, handler in known.items()}


def optimize(widget: BudgetOptimizer, progress: Progress) -> Then:
    """Find the best plan and show it."""
    best = asking.search(widget, progress)
    return Then(lambda: widget._take_plan(best))


def frontier(widget: BudgetOptimizer, progress: Progress) -> Then:
    """Find the best plan for each of several totals."""
    asked = asking.frontier_question(widget)
    value = wire.frontier(asking.along(widget, progress), asked)
    return Then(lambda: setattr(widget, "_frontier", value))


def schedule(widget: BudgetOptimizer, progress: Progress) -> Then:
    """Spread the plan over its periods."""
    room = widget.week_room
    value = wire.schedule(asking.scheduled(widget, progress), room)
    return Then(lambda: setattr(widget, "_schedule", value))


def fit(widget: BudgetOptimizer, progress: Progress) -> Then:
    """Read what the model says of the data."""
    value = wire.fit(widget._given)
    return Then(lambda: setattr(widget, "_fit", value))


def refine(widget: BudgetOptimizer, progress: Progress) -> Then:
    """Sample the posterior in place of the quick estimate."""
    found = widget._given.refined(progress)
    return Then(lambda: widget._take_model(found))
