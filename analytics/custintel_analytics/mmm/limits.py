"""What a plan may be: bounds per channel, locks at the current spend, sums of groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.mmm.amounts import number, per_channel, positions

if TYPE_CHECKING:
    from custintel_analytics.mmm.response_table import ResponseTable

Floats = NDArray[np.float64]
_GROUP_PARTS = ("channels", "min", "max")


@dataclass(frozen=True, eq=False)
class Group:
    """Channels whose sum is limited.

    Parameters
    ----------
    name
        What people call it.
    members
        Positions of its channels.
    low, high
        The sum's limits, totals over the window; 0 and infinity where there is none.
    """

    name: str
    members: NDArray[np.intp]
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Limits:
    """The limits of a plan, totals over the window.

    Parameters
    ----------
    channels
        Names.
    lower, upper
        Bounds, shape C; equal for a locked channel.
    locked
        Channels that stay where they are, shape C.
    groups
        Sums that are limited.
    currency
        Code for messages.
    """

    channels: tuple[str, ...]
    lower: Floats
    upper: Floats
    locked: NDArray[np.bool_]
    groups: tuple[Group, ...] = ()
    currency: str = ""

    @property
    def disjoint(self) -> bool:
        """Whether no channel is in two groups."""
        members = [int(i) for group in self.groups for i in group.members]
        return len(members) == len(set(members))

    @property
    def relaxed(self) -> Limits:
        """Without the groups that share a channel with an earlier one."""
        kept: list[Group] = []
        for group in self.groups:
            if not any(np.isin(group.members, other.members).any() for other in kept):
                kept.append(group)
        return replace(self, groups=tuple(kept))

    @property
    def scale(self) -> float:
        """The size of the amounts, for tolerances."""
        return float(self.upper.sum()) or 1.0

    def total_range(self) -> tuple[float, float]:
        """The least and the most that can be spent, where no channel is in two groups."""
        low, high = self.lower.copy(), self.upper.copy()
        least = most = 0.0
        for group in self.groups:
            least += max(float(low[group.members].sum()), group.low)
            most += min(float(high[group.members].sum()), group.high)
            low[group.members] = high[group.members] = 0.0
        return least + float(low.sum()), most + float(high.sum())

    def violation(self, spend: Floats) -> float:
        """By how much a plan breaks the limits of channels and groups, in money."""
        over = np.maximum(spend - self.upper, 0).sum() + np.maximum(self.lower - spend, 0).sum()
        for group in self.groups:
            amount = float(spend[group.members].sum())
            over += max(amount - group.high, 0.0) + max(group.low - amount, 0.0)
        return float(over)

    def money(self, amount: float) -> str:
        """An amount for a message."""
        return wording.money(float(amount), self.currency)


def limits(
    table: ResponseTable,
    *,
    min_spend: Any = None,
    max_spend: Any = None,
    fixed: Any = (),
    groups: Mapping[str, Any] | None = None,
) -> Limits:
    """The limits as asked for, each by itself possible.

    Parameters
    ----------
    table
        The response table; beyond its grids nothing can be planned.
    min_spend, max_spend
        Totals over the window: a number for all channels, by channel, or in their order.
    fixed
        Channels locked at their current spend, or a mapping to the amounts at which they are locked.
    groups
        Name to ``{"channels": […], "min": …, "max": …}``; min or max may be left out.

    Raises
    ------
    DataError
        For unknown channels, negative bounds, minimums above maximums, maximums beyond the table.
    """
    names, reach = table.channels, table.max_spend
    lower = per_channel("min_spend", min_spend, names, np.zeros(len(names)))
    upper = per_channel("max_spend", max_spend, names, reach)
    money = Limits(names, lower, upper, np.zeros(len(names), dtype=bool), (), table.currency).money
    for i, name in enumerate(names):
        if lower[i] < 0 or upper[i] < 0:
            raise DataError(
                f"The bounds of {name} are {money(lower[i])} to {money(upper[i])}: spend can't be negative.",
                column=name,
            )
        if lower[i] > upper[i]:
            raise DataError(
                f"The minimum of {name}, {money(lower[i])}, is above its maximum, {money(upper[i])}: "
                f"{money(lower[i] - upper[i])} too much. Lower min_spend or raise max_spend; both are totals over "
                f"{table.periods} periods.",
                column=name,
            )
        if upper[i] > reach[i] * (1 + 1e-9):
            raise DataError(
                f"max_spend of {name} is {money(upper[i])}, but its curve ends at {money(reach[i])}. Amounts are totals "
                f"over {table.periods} periods; make the table with a larger max_spend to plan beyond.",
                column="max_spend",
                example=name,
            )
    upper = np.minimum(upper, reach)
    locked = _lock(table, fixed, lower, upper, given=(min_spend is not None, max_spend is not None))
    return Limits(names, lower, upper, locked, _groups(groups, names, lower, upper, money), table.currency)


def _lock(
    table: ResponseTable, fixed: Any, lower: Floats, upper: Floats, given: tuple[bool, bool]
) -> NDArray[np.bool_]:
    """Set both bounds of locked channels to where they are; say which are locked."""
    names = table.channels
    locked = np.zeros(len(names), dtype=bool)
    at = positions("fixed", fixed, names)
    if not len(at):
        return locked
    if isinstance(fixed, Mapping):
        amounts = table.spend(per_channel("fixed", fixed, names, np.zeros(len(names))), "fixed")
    elif table.current is None:
        raise DataError(
            "fixed locks channels at their current spend, which this table doesn't hold. Pass the amounts: "
            f"fixed={{{names[at[0]]!r}: …}}.",
            column="fixed",
        )
    else:
        amounts = table.current
    for i in at:
        for asked, bound, beyond, word in (
            (given[0], lower[i], lower[i] - amounts[i], "below its minimum"),
            (given[1], upper[i], amounts[i] - upper[i], "above its maximum"),
        ):
            if asked and beyond > 1e-9 * max(bound, 1.0):
                raise DataError(
                    f"{names[i]} is locked at {amounts[i]:,.2f}, {word} of {bound:,.2f}: {beyond:,.2f} apart. Unlock it, or "
                    "move the bound.",
                    column="fixed",
                    example=names[i],
                )
        lower[i] = upper[i] = amounts[i]
    locked[at] = True
    return locked


def _groups(
    groups: Mapping[str, Any] | None, names: tuple[str, ...], lower: Floats, upper: Floats, money: Any
) -> tuple[Group, ...]:
    found = []
    for name, parts in (groups or {}).items():
        if not isinstance(parts, Mapping) or "channels" not in parts or set(parts) - set(_GROUP_PARTS):
            raise DataError(
                f"The group {name!r} is {parts!r}: write {{'channels': [...], 'min': ..., 'max': ...}}, with min or max.",
                column="groups",
                example=name,
            )
        group = _group(str(name), parts, positions("groups", parts["channels"], names))
        low, high = float(lower[group.members].sum()), float(upper[group.members].sum())
        listed = ", ".join(names[i] for i in group.members)
        if low > group.high * (1 + 1e-9):
            raise DataError(
                f"The minimums of {listed} add to {money(low)}, above the maximum of the group {name!r}, "
                f"{money(group.high)}: {money(low - group.high)} too much. Lower them or raise the group's maximum.",
                column="groups",
                example=name,
            )
        if high < group.low * (1 - 1e-9):
            raise DataError(
                f"The maximums of {listed} add to {money(high)}, below the minimum of the group {name!r}, "
                f"{money(group.low)}: {money(group.low - high)} missing. Raise them or lower the group's minimum.",
                column="groups",
                example=name,
            )
        found.append(group)
    return tuple(found)


def _group(name: str, parts: Mapping[str, Any], members: NDArray[np.intp]) -> Group:
    if not len(members) or len(set(members.tolist())) < len(members):
        raise DataError(
            f"The group {name!r} must name at least one channel, each once.", column="groups", example=name
        )
    low = parts.get("min")
    high = parts.get("max")
    group = Group(
        name,
        members,
        0.0
        if low is None
        else number(f"min of the group {name!r}", low, "the least sum", least=0.0, zero=True),
        np.inf
        if high is None
        else number(f"max of the group {name!r}", high, "the largest sum", least=0.0, zero=True),
    )
    if group.low > group.high:
        raise DataError(
            f"The group {name!r} has a minimum of {group.low:,.2f} and a maximum of {group.high:,.2f}.",
            column="groups",
            example=name,
        )
    return group


def named_list(names: Iterable[str], most: int = 3) -> str:
    """``tv, radio and 2 more``."""
    listed = list(names)
    if len(listed) > most:
        return f"{', '.join(listed[:most])} and {len(listed) - most} more"
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
