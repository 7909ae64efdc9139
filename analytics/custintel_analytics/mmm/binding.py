"""Which limits of a plan bind, and what it is worth to loosen them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.mmm.limits import Group, Limits

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
    may, the worst that may shrink. Where groups share channels one unit moves several: then it is the multiplier of
    the total.
    """
    if not limits.disjoint:
        return _solved(limits, spend, slopes)[0]
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
    price = goal.value if goal is not None and goal.kind == "price" else None
    price, worths = _multipliers(limits, spend, slopes, price)
    least_worth = _WORTH * float(np.abs(slopes).max())
    rows: list[Row] = []
    prices = np.full(len(spend), price)
    for group, worth in zip(limits.groups, worths, strict=True):
        prices[group.members] += worth
        if abs(worth) > least_worth:
            kind, word, amount = (
                ("group maximum", "most", group.high) if worth > 0 else ("group minimum", "least", group.low)
            )
            said = f"{group.name} at {word} {limits.money(amount)}"
            rows.append((said, kind, group.name, amount, abs(worth) * UNIT))
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


def _multipliers(limits: Limits, spend: Floats, slopes: Floats, price: float | None) -> tuple[float, Floats]:
    """The price of money, where it isn't given, and what one more unit in each group's limit is worth.

    Of a group's maximum above zero, of its minimum below; zero where neither binds.
    """
    if not limits.disjoint:
        return _solved(limits, spend, slopes, price)
    free = price_of_money(limits, spend, slopes) if price is None else price
    worths, groups = np.zeros(len(limits.groups)), _binding_groups(limits, spend)
    for number, group in enumerate(limits.groups):
        if not (groups == number).any():
            continue
        part = group.members
        names = tuple(limits.channels[i] for i in part)
        inside = Limits(names, limits.lower[part], limits.upper[part], limits.locked[part])
        worth = price_of_money(inside, spend[part], slopes[part]) - free
        high, low = _ends(limits, group, spend)
        worths[number] = worth if (high and worth > 0) or (low and worth < 0) else 0.0
    return free, worths


def _solved(
    limits: Limits, spend: Floats, slopes: Floats, price: float | None = None
) -> tuple[float, Floats]:
    """The same where groups share channels: the multipliers of all limits at once (Karush–Kuhn–Tucker).

    Each free channel's slope is the price of money, plus what its groups' limits and its own bounds are worth; of bounds
    that bind the worth has a sign.
    """
    from scipy.optimize import nnls

    count = len(spend)
    top, bottom = _at(limits, spend, limits.upper), _at(limits, spend, limits.lower)
    columns = [] if price is not None else [np.ones(count), -np.ones(count)]
    begin, owners = len(columns), []
    for number, group in enumerate(limits.groups):
        member = np.zeros(count)
        member[group.members] = 1.0
        for binds, sign in zip(_ends(limits, group, spend), (1.0, -1.0), strict=True):
            if binds:
                columns.append(sign * member)
                owners.append((number, sign))
    columns += list(np.eye(count)[top & ~limits.locked])
    columns += list(-np.eye(count)[bottom & ~limits.locked])
    free = ~limits.locked
    wanted = slopes - (price or 0.0)
    found = (
        nnls(np.array(columns).T[free], wanted[free])[0] if columns and free.any() else np.zeros(len(columns))
    )
    worths = np.zeros(len(limits.groups))
    for (number, sign), worth in zip(owners, found[begin:], strict=False):
        worths[number] += sign * worth
    return float(found[0] - found[1]) if price is None else price, worths


def _ends(limits: Limits, group: Group, spend: Floats) -> tuple[bool, bool]:
    """Whether a group's sum is at its maximum, and at its minimum."""
    amount, near = float(spend[group.members].sum()), _NEAR * limits.scale
    return abs(amount - group.high) <= near, group.low > 0 and abs(amount - group.low) <= near


def _at(limits: Limits, spend: Floats, bound: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.abs(spend - bound) <= _NEAR * limits.scale)


def _binding_groups(limits: Limits, spend: Floats) -> NDArray[np.intp]:
    """For each channel the group whose sum binds, −1 for none."""
    found = np.full(len(spend), -1, dtype=np.intp)
    for number, group in enumerate(limits.groups):
        if any(_ends(limits, group, spend)):
            found[group.members] = number
    return found
