"""The best plan for curves of any shape, in steps of one amount: dynamic programming over the total.

Bellman's recursion, channel by channel: the best that a total can bring is the best over what the next channel takes
of it. Exact on its steps, whatever the curves do, so no start can be unlucky; the plan is polished afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.mmm.hermite import Curves
from custintel_analytics.mmm.limits import Limits

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]
UNITS = 600


@dataclass(frozen=True, eq=False)
class Programme:
    """The best plans for all totals of whole steps.

    Parameters
    ----------
    totals
        Totals, from the least that the minimums allow, shape N + 1.
    value
        The best mean response of each; −∞ where no plan spends it. Shape N + 1.
    """

    totals: Floats
    value: Floats
    _lower: Floats
    _unit: float
    _stages: tuple[tuple[Whole, tuple[Whole, ...]], ...]
    _members: tuple[Whole, ...]

    def plan(self, index: int) -> Floats:
        """The plan that spends ``totals[index]``, shape C."""
        spend = self._lower.copy()
        left = index
        for (taken, inside), members in zip(reversed(self._stages), reversed(self._members), strict=True):
            mine = int(taken[left])
            left -= mine
            for choice, channel in zip(reversed(inside), members[::-1], strict=True):
                spend[channel] += choice[mine] * self._unit
                mine -= int(choice[mine])
        return spend


def programme(curves: Curves, limits: Limits, most: float, unit: float | None = None) -> Programme:
    """Solve for all totals up to the most.

    Parameters
    ----------
    curves
        Of any shape.
    limits
        Groups that share no channel. Sums of groups are kept up to a step.
    most
        The largest total.
    unit
        The step; by default what splits the range of totals into 600.
    """
    base = float(limits.lower.sum())
    free = max(most - base, 0.0)
    step = unit or (free / UNITS if free > 0 else 1.0)
    units = int(np.floor(free / step + 1e-9))
    alone = set(range(len(limits.lower))) - {int(i) for group in limits.groups for i in group.members}
    members = [np.array([i], dtype=np.intp) for i in sorted(alone)] + [
        group.members for group in limits.groups
    ]
    value = _nothing(units)
    value[0] = float(curves.at(limits.lower).sum())
    stages = []
    for number, channels in enumerate(members):
        gains, inside = _nothing(units), []
        gains[0] = 0.0
        for channel in channels:
            gains, choice = _joined(gains, _gains(curves, limits, int(channel), step, units))
            inside.append(choice)
        if number >= len(alone):
            gains = _within(gains, limits, number - len(alone), step)
        value, taken = _joined(value, gains)
        stages.append((taken, tuple(inside)))
    return Programme(
        np.asarray(base + step * np.arange(units + 1), dtype=np.float64),
        value,
        limits.lower,
        step,
        tuple(stages),
        tuple(members),
    )


def _nothing(units: int) -> Floats:
    return np.full(units + 1, -np.inf)


def _gains(curves: Curves, limits: Limits, channel: int, step: float, units: int) -> Floats:
    """What each number of steps above its minimum adds in a channel."""
    low, high = limits.lower[channel], limits.upper[channel]
    most = min(units, int(np.floor((high - low) / step + 1e-9)))
    spend = low + step * np.arange(most + 1)
    rows = np.full(most + 1, channel)
    own = Curves(curves.grid[rows], curves.value[rows], curves.slope[rows]).at(spend)
    return np.asarray(own - own[0])


def _joined(value: Floats, gains: Floats) -> tuple[Floats, Whole]:
    """The best of sharing each total between what came before and one more, and what the latter takes."""
    options = len(gains)
    padded = np.concatenate((np.full(options - 1, -np.inf), value))
    sums = np.lib.stride_tricks.sliding_window_view(padded, options) + gains[::-1]
    best = sums.argmax(axis=1)
    return sums[np.arange(len(sums)), best], (options - 1 - best).astype(np.intp)


def _within(gains: Floats, limits: Limits, index: int, step: float) -> Floats:
    """Only what a group's sum may be, rounded outwards to steps."""
    group = limits.groups[index]
    base = float(limits.lower[group.members].sum())
    number = np.arange(len(gains))
    allowed = number >= np.floor((group.low - base) / step + 1e-9)
    if np.isfinite(group.high):
        allowed &= number <= np.ceil((group.high - base) / step - 1e-9)
    return np.where(allowed, gains, -np.inf)
