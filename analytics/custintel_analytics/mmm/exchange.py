"""Plans for objectives that jump with the draws: better ones by moving money, and those that just meet a goal.

The quantile of a number of draws has no slope to follow. SLSQP aims at a smooth stand-in; from there money is moved
between two channels, in ever smaller amounts (a pattern search: Kolda, T. G., Lewis, R. M., Torczon, V. (2003).
Optimization by direct search. SIAM Review 45, 385–482).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from custintel_analytics.mmm.general import Task

Floats = NDArray[np.float64]
# Of what one share is in money: the first amounts that are moved, and the last.
_FIRST, _LAST = 0.05, 1e-5
_MOST_MOVES = 500
_HALVINGS = 40


def exchanged(task: Task, spend: Floats) -> Floats:
    """The plan after all exchanges that raise its quantile.

    Parameters
    ----------
    task
        The question, for a total or a price of money.
    spend
        A plan that keeps the limits, shape C.
    """
    amount, moves = _FIRST * task.scale, 0
    while amount >= _LAST * task.scale and moves < _MOST_MOVES:
        better = _best_move(task, spend, amount)
        if better is None:
            amount /= 2
        else:
            spend, moves = better, moves + 1
    return spend


def _best_move(task: Task, spend: Floats, amount: float) -> Floats | None:
    """The best plan in which one channel has more and another has less by an amount, if it is better."""
    count, free = len(spend), ~task.limits.locked
    up = np.minimum(spend + amount, task.limits.upper)
    down = np.maximum(spend - amount, task.limits.lower)
    whole = free & (up - spend >= amount * (1 - 1e-9)), free & (spend - down >= amount * (1 - 1e-9))
    here = task.table.read(spend)[0]
    more, less = task.table.read(up)[0] - here, task.table.read(down)[0] - here
    base = here.sum(axis=0)
    pairs = [(i, j) for i in np.flatnonzero(whole[0]) for j in np.flatnonzero(whole[1]) if i != j]
    plans = [spend + amount * (np.eye(count)[i] - np.eye(count)[j]) for i, j in pairs]
    draws = [base + more[i] + less[j] for i, j in pairs]
    paid = [0.0] * len(pairs)
    if task.goal.kind == "price":
        for rows, sign, moved in ((whole[0], 1.0, more), (whole[1], -1.0, less)):
            for i in np.flatnonzero(rows):
                plans.append(spend + sign * amount * np.eye(count)[i])
                draws.append(base + moved[i])
                paid.append(sign * amount * task.goal.value)
    if not plans:
        return None
    merits = np.quantile(np.array(draws), task.objective.level, axis=1) - np.array(paid)
    now = float(np.quantile(base, task.objective.level))
    for best in np.argsort(-merits, kind="stable"):
        if merits[best] <= now + 1e-9 * abs(now):
            return None
        if task.keeps(plans[best]):
            return np.asarray(np.clip(plans[best], task.limits.lower, task.limits.upper))
    return None


def just_met(task: Task, spend: Floats) -> Floats:
    """The plan on the way to its bounds that meets a response or a return exactly.

    Less of everything for what is more than asked of a response or less than asked of a return, otherwise more. A plan
    from which that way doesn't lead to the goal, or leads out of the limits, stays as it is.
    """
    goal, limits = task.goal, task.limits

    def met(plan: Floats) -> bool:
        asked = goal.value * (float(plan.sum()) if goal.kind == "return" else 1.0)
        return task.objective.value(task.table, plan) >= asked

    good = met(spend)
    end = limits.lower if good == (goal.kind == "response") else limits.upper
    if met(end) == good:
        return spend
    inside, outside = (0.0, 1.0) if good else (1.0, 0.0)
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if met(spend + middle * (end - spend)) else (inside, middle)
    found = spend + inside * (end - spend)
    return found if limits.violation(found) <= 1e-9 * limits.scale else spend
