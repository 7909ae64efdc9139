"""Whether limits leave any plan at all; if not, which of them conflict and by how much."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.limits import Limits, named_list

Floats = NDArray[np.float64]
# Of the amounts: what rounding may add to a sum.
SLACK = 1e-9


def check(limits: Limits, total: float | None) -> None:
    """Refuse limits that no plan can keep.

    Parameters
    ----------
    limits
        Each by itself possible.
    total
        What must be spent, or None.

    Raises
    ------
    DataError
        Says which limits conflict, by how much, and what to change.
    """
    if total is not None and limits.disjoint:
        _check_sums(limits, total)
    elif not limits.disjoint:
        _check_overlapping(limits, total)


def _check_sums(limits: Limits, total: float) -> None:
    least, most = limits.total_range()
    money, slack = limits.money, SLACK * max(total, limits.scale)
    if least > total + slack:
        raise DataError(
            f"Minimums add to {money(least)}{_with_groups(limits, 'low')}, above the total {money(total)}: "
            f"{money(least - total)} too much. Lower {_most_of(limits, limits.lower)} or raise the total.",
            column="total",
            example=least - total,
        )
    if most < total - slack:
        raise DataError(
            f"Maximums add to {money(most)}{_with_groups(limits, 'high')}, below the total {money(total)}: "
            f"{money(total - most)} can't be spent. Raise {_most_of(limits, limits.upper)} or lower the total.",
            column="total",
            example=total - most,
        )


def _with_groups(limits: Limits, side: str) -> str:
    """The groups whose own limit counts in the sum, in words."""
    said = []
    for group in limits.groups:
        if side == "low" and group.low > limits.lower[group.members].sum():
            said.append(f"{group.name} at least {limits.money(group.low)}")
        if side == "high" and group.high < limits.upper[group.members].sum():
            said.append(f"{group.name} at most {limits.money(group.high)}")
    return f" ({', '.join(said)})" if said else ""


def _most_of(limits: Limits, bounds: Floats) -> str:
    """The channels that a bound is about, locks said to be locks, the largest first."""
    order = [i for i in np.argsort(-bounds, kind="stable") if bounds[i] > 0]
    names = [f"{limits.channels[i]}{' (locked)' if limits.locked[i] else ''}" for i in order]
    return named_list(names) if names else "a group's minimum"


def _check_overlapping(limits: Limits, total: float | None) -> None:
    """Groups that share channels: the least by which limits would have to give way (a linear programme)."""
    from scipy.optimize import linprog

    count = len(limits.lower)
    rows, ends, names = [], [], []
    for group in limits.groups:
        member = np.zeros(count)
        member[group.members] = 1.0
        if np.isfinite(group.high):
            rows.append(member)
            ends.append(group.high)
            names.append(f"the maximum of {group.name} ({limits.money(group.high)})")
        if group.low > 0:
            rows.append(-member)
            ends.append(-group.low)
            names.append(f"the minimum of {group.name} ({limits.money(group.low)})")
    if total is not None:
        for sign, word in ((1.0, "at most"), (-1.0, "at least")):
            rows.append(np.full(count, sign))
            ends.append(sign * total)
            names.append(f"the total ({word} {limits.money(total)})")
    scale = max(limits.scale, total or 0.0)
    give = len(names)
    found = linprog(
        np.concatenate((np.zeros(count), np.ones(give))),
        A_ub=np.hstack((np.array(rows), -np.eye(give))),
        b_ub=np.array(ends) / scale,
        bounds=[*zip(limits.lower / scale, limits.upper / scale, strict=True), *([(0, None)] * give)],
        method="highs",
    )
    gap = found.fun * scale
    if gap > 1e-6 * scale:
        broken = [name for name, slack in zip(names, found.x[count:], strict=True) if slack > 1e-9]
        raise DataError(
            f"No plan keeps all limits: {' and '.join(broken)} would have to give way by {limits.money(gap)}, within the "
            f"bounds of {named_list(limits.channels)} and the other groups. Loosen one of them.",
            column="groups",
            example=gap,
        )


def totals_within(limits: Limits) -> tuple[float, float]:
    """The least and the most that limits allow to be spent; where groups share channels, by a linear programme."""
    if limits.disjoint:
        return limits.total_range()
    from scipy.optimize import linprog

    rows, ends = [], []
    for group in limits.groups:
        member = np.zeros(len(limits.lower))
        member[group.members] = 1.0
        rows += [member, -member]
        ends += [min(group.high, float(limits.upper.sum())), -group.low]
    scale = limits.scale
    found = [
        linprog(
            np.full(len(limits.lower), sign), A_ub=np.array(rows), b_ub=np.array(ends) / scale,
            bounds=list(zip(limits.lower / scale, limits.upper / scale, strict=True)), method="highs",
        ).fun
        for sign in (1.0, -1.0)
    ]  # fmt: skip
    return float(found[0] * scale), float(-found[1] * scale)


def too_dear(limits: Limits, asked: str, best: str) -> DataError:
    """The error for a return that no plan has: only what must be spent can stand in its way."""
    forced = [
        f"{limits.channels[i]} {'locked at' if limits.locked[i] else 'at least'} {limits.money(limits.lower[i])}"
        for i in np.argsort(-limits.lower, kind="stable")
        if limits.lower[i] > 0
    ]
    forced += [f"{group.name} at least {limits.money(group.low)}" for group in limits.groups if group.low > 0]
    within = (
        f" What must be spent stands in the way: {named_list(forced)}."
        if forced
        else " Not even the first money spent brings that much; ask for less."
    )
    return DataError(f"{asked} can't be reached within these limits: {best}.{within}")


def unreachable(limits: Limits, asked: str, best: str) -> DataError:
    """The error for a response beyond everything that the limits allow."""
    ends = [
        f"{limits.channels[i]} at {limits.money(limits.upper[i])}"
        for i in np.argsort(-limits.upper, kind="stable")
        if not limits.locked[i]
    ]
    within = (
        f" The maximums that stand in the way: {named_list(ends)}." if ends else " All channels are locked."
    )
    return DataError(f"{asked} can't be reached within these limits: {best}.{within}")
