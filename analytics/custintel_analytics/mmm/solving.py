"""Which method answers which question, and what it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.mmm import general
from custintel_analytics.mmm.exchange import exchanged, just_met
from custintel_analytics.mmm.feasibility import too_dear, unreachable
from custintel_analytics.mmm.goals import Goal
from custintel_analytics.mmm.limits import Limits
from custintel_analytics.mmm.objectives import KINDS, Objective
from custintel_analytics.mmm.s_shaped import programme
from custintel_analytics.mmm.water_filling import WaterFilling

if TYPE_CHECKING:
    from custintel_analytics.mmm.response_table import ResponseTable

Floats = NDArray[np.float64]
Progress = Callable[[int, int, str], Any]
WATER = "water-filling"
DYNAMIC = "dynamic programming and polish"
GENERAL = "SLSQP from {} starts"
_MEAN = Objective("mean", 0.5)
# Of the range of totals: where plans for a goal without a total are begun.
_PLACES = (0.1, 0.3, 0.6, 1.0)
_PLACES_OF_RETURN = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True, eq=False)
class Found:
    """A plan and how it was found.

    Parameters
    ----------
    spend
        Totals over the window, shape C.
    method
        In words.
    proved
        Whether no plan is better; for S-shaped curves, up to the steps of the dynamic programme.
    """

    spend: Floats
    method: str
    proved: bool


def best(
    table: ResponseTable, limits: Limits, goal: Goal, objective: Objective, progress: Progress | None = None
) -> Found:
    """The best plan.

    Parameters
    ----------
    table, limits, goal, objective
        The question; the limits leave a plan.
    progress
        Called with (done, total, message) before each start of the general solver.

    Raises
    ------
    DataError
        When the goal is beyond what the limits allow.
    """
    if objective.kind == "sharpe" and goal.kind != "total":
        raise DataError(
            f"objective='sharpe' is mean over spread, not {table.target}: {goal.asked} can't be compared with it. Use it "
            "with total=, or another objective.",
            column="objective",
        )
    if objective.risky or not limits.disjoint:
        return _general(table, limits, goal, objective, progress)
    if table.curves.concave(limits.lower, limits.upper).all():
        return Found(_filled(table, limits, goal), WATER, True)
    return Found(_programmed(table, limits, goal, objective), DYNAMIC, True)


def _filled(table: ResponseTable, limits: Limits, goal: Goal) -> Floats:
    filling = WaterFilling(table.curves, limits)
    if goal.kind == "total":
        return filling.of_total(goal.value)
    if goal.kind == "price":
        return filling.at(goal.value)
    if goal.kind == "return":
        plan = filling.of_return(goal.value)
        # To spend nothing is no plan with a return.
        if plan is None or plan.sum() <= 0:
            raise _no_return(
                table, limits, goal, max(_return(table, spend) for spend in filling.plans()), _MEAN
            )
        return plan
    most = filling.at(0.0)
    if (reach := float(table.curves.at(most).sum())) < goal.value:
        raise _no_response(table, limits, goal, reach, _MEAN)
    return filling.of_response(goal.value)


def _programmed(table: ResponseTable, limits: Limits, goal: Goal, objective: Objective) -> Floats:
    most = goal.value if goal.kind == "total" else limits.total_range()[1]
    solved = programme(table.curves, limits, most)
    value, totals = solved.value, solved.totals
    if goal.kind == "total":
        index = int(np.flatnonzero(np.isfinite(value))[-1])
    elif goal.kind == "price":
        index = int(np.argmax(value - goal.value * totals))
    else:
        asked = goal.value * (totals if goal.kind == "return" else np.ones_like(totals))
        enough = np.flatnonzero((value >= asked) & (totals > 0) if goal.kind == "return" else value >= asked)
        if not len(enough):
            if goal.kind == "return":
                spent = totals > 0
                raise _no_return(table, limits, goal, float((value[spent] / totals[spent]).max()), _MEAN)
            raise _no_response(table, limits, goal, float(value.max()), _MEAN)
        index = int(enough[-1] if goal.kind == "return" else enough[0])
    start = solved.plan(index)
    if goal.kind == "total":
        start = general.shifted(start, limits.lower, limits.upper, goal.value)
    task = general.Task(table, limits, goal, objective)
    polished = general.solve(task, [start])
    return start if polished is None else polished


def _general(
    table: ResponseTable, limits: Limits, goal: Goal, objective: Objective, progress: Progress | None
) -> Found:
    task = general.Task(table, limits, goal, objective)
    known = _mean_plans(table, limits.relaxed, goal)
    begun = general.starts(task, known)
    plan = general.solve(task, begun, progress)
    if plan is None:
        if goal.kind == "return":
            raise _no_return(table, limits, goal, _highest_return(task), objective)
        most = general.Task(table, limits, Goal("price", 0.0, ""), objective)
        reached = general.solve(most, general.starts(most, known))
        most_found = -np.inf if reached is None else objective.value(table, reached)
        raise _no_response(table, limits, goal, most_found, objective)
    if objective.kind == "quantile":
        plan = exchanged(task, plan) if goal.kind in ("total", "price") else just_met(task, plan)
    single = objective.kind == "mean" and bool(table.curves.concave(limits.lower, limits.upper).all())
    return Found(plan, GENERAL.format(len(begun)), single)


def _mean_plans(table: ResponseTable, limits: Limits, goal: Goal) -> list[Floats]:
    """The best plans on average, for the total or for some of them."""
    least, most = limits.total_range()
    totals = [goal.value] if goal.kind == "total" else [least + place * (most - least) for place in _PLACES]
    return [best(table, limits, Goal("total", total, "total"), _MEAN).spend for total in totals]


def _highest_return(task: general.Task) -> float:
    """The highest response per unit of money that is found at several totals; small ones often have it."""
    least, most = float(task.limits.lower.sum()), float(task.limits.upper.sum())
    found = [-np.inf]
    for place in _PLACES_OF_RETURN:
        goal = Goal("total", least + place * (most - least), "")
        tried = general.Task(task.table, task.limits, goal, task.objective)
        plan = general.solve(tried, general.starts(tried, []))
        if plan is not None:
            found.append(_return(task.table, plan, task.objective))
    return max(found)


def _return(table: ResponseTable, spend: Floats, objective: Objective | None = None) -> float:
    total = float(spend.sum())
    value = objective.value(table, spend) if objective else float(table.curves.at(spend).sum())
    return value / total if total > 0 else -np.inf


def _no_return(
    table: ResponseTable, limits: Limits, goal: Goal, found: float, objective: Objective
) -> DataError:
    counted = f" ({KINDS[objective.kind]})" if objective.risky else ""
    if goal.asked.startswith("target_cpa"):
        cost = limits.money(1 / found) if found > 0 else "infinite"
        return too_dear(limits, goal.asked, f"the lowest cost per unit of {table.target}{counted} is {cost}")
    return too_dear(limits, goal.asked, f"the highest return{counted} is {wording.significant(found)}")


def _no_response(
    table: ResponseTable, limits: Limits, goal: Goal, found: float, objective: Objective
) -> DataError:
    counted = f" ({KINDS[objective.kind]})" if objective.risky else ""
    short = wording.money(goal.value - found)
    return unreachable(limits, goal.asked, f"the most{counted} is {wording.money(found)}, {short} short")
