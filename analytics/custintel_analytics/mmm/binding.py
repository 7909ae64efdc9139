"""Which limits of a plan bind, and what it is worth to loosen them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.mmm.limits import Limits

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.mmm.plan import Plan

Floats = NDArray[np.float64]
# Limit in words, kind, name, amount, value of 1,000 more.
Row = tuple[str, str, str, float, float]
UNIT = 1000.0
# Of the amounts: how near to a bound is at the bound.
_NEAR = 1e-6
# Of the steepest slope: what isn't worth mentioning.
_WORTH = 1e-3


def binding(plan: Plan) -> pd.DataFrame:
    """The limits of a plan that bind, the most valuable first; columns as in `Plan.binding`."""
    import pandas as pd

    found = _rows(plan) if plan.limits is not None and plan.objective is not None else []
    rows: list[Row] = sorted(found, key=_value, reverse=True)
    columns = ["limit", "kind", "name", "amount", "value_of_1000"]
    return pd.DataFrame(rows, columns=columns)


def price_of_money(limits: Limits, spend: Floats, slopes: Floats) -> float:
    """What one more unit of the total would bring.

    Where channels are free to move they have one slope; else the best channel that may still grow, or, where none
    may, the worst that may shrink.
    """
    group = _binding_groups(limits, spend)
    free = ~limits.locked & (group < 0)
    moving = free & ~_at(limits, spend, limits.upper) & ~_at(limits, spend, limits.lower)
    if moving.any():
        return float(slopes[moving].mean())
    may_grow = free & ~_at(limits, spend, limits.upper)
    if may_grow.any():
        return float(slopes[may_grow].max())
    may_shrink = free & ~_at(limits, spend, limits.lower)
    return float(slopes[may_shrink].min()) if may_shrink.any() else 0.0


def _value(row: Row) -> float:
    return abs(row[4])


def _rows(plan: Plan) -> list[Row]:
    limits, spend, goal = plan.limits, plan.spend, plan.goal
    assert limits is not None
    assert plan.objective is not None
    _, slopes = plan.objective.with_gradient(plan.table, spend)
    price = price_of_money(limits, spend, slopes)
    if goal is not None and goal.kind == "price":
        price = goal.value
    least_worth = _WORTH * float(np.abs(slopes).max())
    rows: list[Row] = []
    prices = np.full(len(spend), price)
    groups = _binding_groups(limits, spend)
    for number, group in enumerate(limits.groups):
        if not (groups == number).any():
            continue
        inside = Limits(
            tuple(limits.channels[i] for i in group.members), limits.lower[group.members], limits.upper[group.members],
            limits.locked[group.members],
        )  # fmt: skip
        own = price_of_money(inside, spend[group.members], slopes[group.members])
        prices[group.members] = own
        at_most = abs(float(spend[group.members].sum()) - group.high) <= _NEAR * limits.scale
        kind, amount = ("group maximum", group.high) if at_most else ("group minimum", group.low)
        worth = (own - price) if at_most else (price - own)
        if worth > least_worth:
            word = "most" if at_most else "least"
            said = f"{group.name} at {word} {limits.money(amount)}"
            rows.append((said, kind, group.name, amount, worth * UNIT))
    rows += _channel_rows(plan, limits, slopes - prices, least_worth)
    if goal is not None and goal.kind == "total" and price > least_worth:
        rows.append((f"the total of {limits.money(plan.total)}", "total", "total", plan.total, price * UNIT))
    return rows


def _channel_rows(plan: Plan, limits: Limits, above: Floats, least_worth: float) -> list[Row]:
    """Bounds and locks of channels, from how much steeper each is than money costs."""
    rows = []
    top, bottom = _at(limits, plan.spend, limits.upper), _at(limits, plan.spend, limits.lower)
    for i, name in enumerate(limits.channels):
        amount = float(plan.spend[i])
        said = limits.money(amount)
        if limits.locked[i]:
            if abs(above[i]) > least_worth:
                rows.append((f"{name} locked at {said}", "lock", name, amount, float(above[i]) * UNIT))
        elif top[i] and above[i] > least_worth:
            end = limits.upper[i] >= plan.table.max_spend[i]
            kind, word = ("reach", "curve ends at") if end else ("maximum", "at most")
            rows.append((f"{name} {word} {said}", kind, name, amount, float(above[i]) * UNIT))
        # Nobody asked for a minimum of nothing.
        elif bottom[i] and limits.lower[i] > 0 and above[i] < -least_worth:
            rows.append((f"{name} at least {said}", "minimum", name, amount, -float(above[i]) * UNIT))
    return rows


def _at(limits: Limits, spend: Floats, bound: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.abs(spend - bound) <= _NEAR * limits.scale)


def _binding_groups(limits: Limits, spend: Floats) -> NDArray[np.intp]:
    """For each channel the group whose sum binds, −1 for none."""
    found = np.full(len(spend), -1, dtype=np.intp)
    for number, group in enumerate(limits.groups):
        amount = float(spend[group.members].sum())
        near = _NEAR * limits.scale
        if abs(amount - group.high) <= near or (group.low > 0 and abs(amount - group.low) <= near):
            found[group.members] = number
    return found
