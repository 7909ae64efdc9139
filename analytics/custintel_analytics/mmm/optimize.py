"""The optimizer: the plan that does best within limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.mmm.amounts import number
from custintel_analytics.mmm.feasibility import check
from custintel_analytics.mmm.goals import goal
from custintel_analytics.mmm.limits import limits
from custintel_analytics.mmm.objectives import checked
from custintel_analytics.mmm.plan import Plan
from custintel_analytics.mmm.solving import best
from custintel_analytics.mmm.steps import stepped

if TYPE_CHECKING:
    from custintel_analytics.mmm.response_table import ResponseTable

__all__ = ["Plan", "optimize"]


def optimize(
    curves: ResponseTable,
    total: float | None = None,
    *,
    min_spend: Any = None,
    max_spend: Any = None,
    fixed: Any = (),
    groups: Mapping[str, Any] | None = None,
    step: float | None = None,
    objective: str = "mean",
    level: float = 0.05,
    interval: float = 0.9,
    target: float | None = None,
    target_roas: float | None = None,
    target_mroas: float | None = None,
    target_cpa: float | None = None,
    margin: float | None = None,
    progress: Callable[[int, int, str], Any] | None = None,
) -> Plan:
    """Find the best plan.

    All amounts are totals over the window of the table, never per period.

    Parameters
    ----------
    curves
        The response table.
    total
        What is spent, all channels together. By default the current total, unless another goal is given.
    min_spend, max_spend
        Bounds: a number for every channel, a mapping or Series by channel, or one per channel in order. By default
        nothing, and the reach of the curves.
    fixed
        Channels locked at their current spend, or a mapping to the amounts at which they are locked.
    groups
        Name to ``{"channels": […], "min": …, "max": …}``: limits of the channels' sum.
    step
        Every channel that isn't locked gets a multiple of this amount.
    objective
        ``"mean"``; ``"quantile"``, the outcome that is reached with probability 1 − `level`; ``"cvar"``, the mean of
        the worst share `level` of the draws; ``"sharpe"``, mean over standard deviation.
    level
        Share of the draws for quantile and CVaR.
    interval
        Posterior probability between the plan's `lower` and `upper`.
    target
        The cheapest plan whose objective reaches this response, in place of a total.
    target_roas
        The best plan with at least this response per unit of money.
    target_mroas
        The plan in which the last unit of money in each channel brings at least this.
    target_cpa
        The best plan in which a unit of response costs at most this.
    margin
        What a unit of response is worth in money: the plan with the largest margin × response − spend.
    progress
        Called with (done, total, message) where several starts are tried; what it raises stops the work.

    Returns
    -------
    Plan
        For concave mean curves and groups that share no channel the exact optimum by water-filling; for S-shaped
        ones by dynamic programming and polish; otherwise the best of several starts of SLSQP. Which one is tested, not
        guessed, and said in ``plan.method``.

    Raises
    ------
    DataError
        For arguments that aren't possible; for limits that conflict: which, and by how much; for goals beyond the
        limits: what is the nearest that can be reached.
    """
    asked = {
        "total": total, "target": target, "target_roas": target_roas, "target_mroas": target_mroas,
        "target_cpa": target_cpa, "margin": margin,
    }  # fmt: skip
    wish = goal(curves, asked)
    aim = checked(objective, level, curves.draws)
    between = number("interval", interval, "the probability between lower and upper", least=0.0, most=1.0)
    bounds = limits(curves, min_spend=min_spend, max_spend=max_spend, fixed=fixed, groups=groups)
    check(bounds, wish.value if wish.kind == "total" else None)
    found = best(curves, bounds, wish, aim, progress)
    spend, unspent = found.spend, 0.0
    if step is not None:
        number("step", step, "the amount of money that plans are made of", least=0.0)
        spend = stepped(curves, bounds, wish, aim, spend, float(step))
        if wish.kind == "total":
            unspent = max(wish.value - float(spend.sum()), 0.0)
            unspent = unspent if unspent > 1e-9 * max(wish.value, 1.0) else 0.0
    return Plan(
        table=curves, spend=np.asarray(spend), interval=between, objective=aim, goal=wish, limits=bounds,
        step=step, method=found.method, proved=found.proved, unspent=unspent,
    )  # fmt: skip
