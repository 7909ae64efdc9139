"""The best plan for concave curves: every channel is filled until one more unit brings the same everywhere.

At the optimum there is a price (the multiplier of the total) such that each channel's slope equals it, or is below it
at the channel's minimum, or above it at its maximum (Karush–Kuhn–Tucker). A group's sum has a price of its own once it
binds. The price is found between the curves' slopes at their knots, then within one bracket of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.mmm.hermite import Curves
from custintel_analytics.mmm.limits import Limits

Floats = NDArray[np.float64]
_STEPS = 200
_EXACT = 1e-13


@dataclass(frozen=True, eq=False)
class Capped:
    """A group's plan where its own limit binds: the same for all prices beyond one.

    Parameters
    ----------
    members
        Positions of its channels.
    high, low
        Plan and price at the group's maximum and minimum; None where the limit can't bind.
    """

    members: NDArray[np.intp]
    high: tuple[Floats, float] | None
    low: tuple[Floats, float] | None


class WaterFilling:
    """Plans for concave curves within limits whose groups share no channel.

    Parameters
    ----------
    curves
        Concave between the bounds.
    limits
        Feasible.
    """

    def __init__(self, curves: Curves, limits: Limits) -> None:
        self.curves, self.lower, self.upper = curves, limits.lower, limits.upper
        self._falling = curves.falling_slopes(limits.lower, limits.upper)
        self._capped = [self._cap(curves, limits, i) for i in range(len(limits.groups))]

    def at(self, price: float) -> Floats:
        """The plan in which everything is bought that brings at least the price, shape C."""
        spend = np.clip(self.curves.spend_at(price, self._falling), self.lower, self.upper)
        for group in self._capped:
            if group.high is not None and price <= group.high[1]:
                spend[group.members] = group.high[0]
            elif group.low is not None and price >= group.low[1]:
                spend[group.members] = group.low[0]
        return spend

    def of_total(self, total: float) -> Floats:
        """The plan that spends a total."""
        return self._where(lambda spend: float(spend.sum()) - total)[0]

    def priced(self, total: float) -> tuple[Floats, float]:
        """The plan that spends a total, and its price."""
        return self._where(lambda spend: float(spend.sum()) - total)

    def of_response(self, response: float) -> Floats:
        """The cheapest plan with a mean response, which must be within reach."""
        return self._where(lambda spend: float(self.curves.at(spend).sum()) - response)[0]

    def of_return(self, ratio: float) -> Floats | None:
        """The largest plan whose mean response per unit spent is at least a ratio, or None."""

        def excess(spend: Floats) -> float:
            return ratio * float(spend.sum()) - float(self.curves.at(spend).sum())

        # Down to this price each unit brings more than the ratio asks: there the excess is least.
        if excess(self.at(ratio)) > 0:
            return None
        return self._where(excess, ratio)[0]

    def plans(self) -> Iterator[Floats]:
        """The plans at the slopes of the knots, from the smallest on."""
        return (self.at(float(level)) for level in self._levels)

    @cached_property
    def _levels(self) -> Floats:
        """All slopes at knots within the bounds, from steep to flat."""
        slopes = self._falling[np.isfinite(self._falling)]
        return np.unique(np.append(slopes, self.curves.slope_at(self.lower)))[::-1]

    def _where(self, over: Callable[[Floats], float], highest: float = np.inf) -> tuple[Floats, float]:
        """The plan at which a quantity that grows with spend passes zero, and its price; else the nearest end.

        Where several channels have the same constant slope, plans at one price differ: the last step then goes
        part of the way from the plan just above the price to the one just below.
        """
        levels = self._levels[self._levels < highest]
        margin = 1.0 + (np.abs(self._levels).max() if len(self._levels) else 0.0)
        dear, cheap = min(highest, margin), -margin
        first, last = 0, len(levels)
        while first < last:
            middle = (first + last) // 2
            if over(self.at(levels[middle])) < 0:
                dear, first = float(levels[middle]), middle + 1
            else:
                cheap, last = float(levels[middle]), middle
        less, more = self.at(dear), self.at(cheap)
        below, above = over(less), over(more)
        if below >= 0:
            return less, dear
        if above <= 0:
            return more, cheap
        weight_below, weight_above = below, above
        exact = _EXACT * (over(self.upper) - over(self.lower))
        for step in range(_STEPS):
            if dear - cheap <= _EXACT * max(abs(dear), abs(cheap)) or min(-below, above) <= exact:
                break
            # Regula falsi with the Illinois rule; every third step halves, so that it can't crawl.
            price = (
                (dear + cheap) / 2
                if step % 3 == 2
                else dear + (cheap - dear) * weight_below / (weight_below - weight_above)
            )
            if not cheap < price < dear:
                price = (dear + cheap) / 2
                if not cheap < price < dear:
                    break
            spend = self.at(price)
            found = over(spend)
            if found < 0:
                dear, less, below, weight_below = price, spend, found, found
                weight_above /= 2
            elif found > 0:
                cheap, more, above, weight_above = price, spend, found, found
                weight_below /= 2
            else:
                return spend, price
        return less + (more - less) * (below / (below - above)), (dear + cheap) / 2

    def _cap(self, curves: Curves, limits: Limits, index: int) -> Capped:
        group = limits.groups[index]
        members = group.members
        inside = Limits(
            tuple(limits.channels[i] for i in members),
            limits.lower[members],
            limits.upper[members],
            limits.locked[members],
        )
        filling = WaterFilling(
            Curves(curves.grid[members], curves.value[members], curves.slope[members]), inside
        )
        return Capped(
            members,
            filling.priced(group.high) if group.high < inside.upper.sum() else None,
            filling.priced(group.low) if group.low > inside.lower.sum() else None,
        )
