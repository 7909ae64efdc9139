"""Piecewise cubic curves through known values and slopes, one per channel: read, differentiated, turned round.

Cubic Hermite interpolation: Fritsch, F. N., Carlson, R. E. (1980). Monotone piecewise cubic interpolation. SIAM
Journal on Numerical Analysis 17, 238–246, equation 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.intp]
# What rounding and the interpolation itself may take from concavity: of the slopes around, and of the whole curve's.
CONCAVE_TOLERANCE = 1e-4
_FLAT = 1e-7


@dataclass(frozen=True, eq=False)
class Place:
    """Where amounts lie between the knots.

    Parameters
    ----------
    row, left
        Index of the curve, and of the knot to the left of the amount; shape C.
    value, slope
        Weights of the left and right knot's value and slope, shape 4 × C, for the curve and for its derivative.
    """

    row: Whole
    left: Whole
    value: Floats
    slope: Floats


def place(grid: Floats, spend: Floats) -> Place:
    """Find amounts on the grid.

    Parameters
    ----------
    grid
        Knots, ascending, shape C × G.
    spend
        Amounts, shape C; the ends of the grid stand for what is beyond them.
    """
    row = np.arange(len(grid))
    left = np.clip((grid <= spend[:, None]).sum(axis=1) - 1, 0, grid.shape[1] - 2)
    begin = grid[row, left]
    width = grid[row, left + 1] - begin
    t = np.clip((spend - begin) / width, 0.0, 1.0)
    back = 1 - t
    rise, turn = t * t * (3 - 2 * t), 6 * t * back / width
    value = np.stack((1 - rise, rise, t * back * back * width, -t * t * back * width))
    slope = np.stack((-turn, turn, back * (1 - 3 * t), t * (3 * t - 2)))
    return Place(row, left, value, slope)


@dataclass(frozen=True, eq=False)
class Curves:
    """A curve per channel.

    Parameters
    ----------
    grid, value, slope
        Knots (ascending), and the curves' values and derivatives there; shape C × G.
    """

    grid: Floats
    value: Floats
    slope: Floats

    def at(self, spend: Floats) -> Floats:
        """The values at an amount per channel, shape C."""
        return self._read(spend)[0]

    def slope_at(self, spend: Floats) -> Floats:
        """The derivatives at an amount per channel, shape C."""
        return self._read(spend)[1]

    def both_at(self, spend: Floats) -> tuple[Floats, Floats]:
        """Values and derivatives, each of shape C."""
        return self._read(spend)

    def _read(self, spend: Floats) -> tuple[Floats, Floats]:
        where = place(self.grid, spend)
        row, left = where.row, where.left
        knots = np.stack(
            (
                self.value[row, left],
                self.value[row, left + 1],
                self.slope[row, left],
                self.slope[row, left + 1],
            )
        )
        return (where.value * knots).sum(axis=0), (where.slope * knots).sum(axis=0)

    @cached_property
    def bends(self) -> Flags:
        """Where a curve isn't concave between a knot and the next, shape C × (G − 1).

        The derivative of a cubic is a parabola: it falls from knot to knot when it falls at both and the value
        half-way is between theirs.
        """
        width, rise = np.diff(self.grid, axis=1), np.diff(self.value, axis=1)
        begin, end = self.slope[:, :-1], self.slope[:, 1:]
        middle = 1.5 * rise / width - 0.25 * (begin + end)
        around = np.maximum(np.abs(begin), np.abs(end))
        whole = np.abs(np.diff(self.value, axis=1)).sum(axis=1) / (self.grid[:, -1] - self.grid[:, 0])
        allowed = CONCAVE_TOLERANCE * around + _FLAT * whole[:, None]
        return np.asarray((middle > begin + allowed) | (end > middle + allowed))

    def concave(self, lower: Floats | None = None, upper: Floats | None = None) -> Flags:
        """Whether each curve is concave between two amounts, the ends of the grid by default; shape C."""
        low = self.grid[:, 0] if lower is None else lower
        high = self.grid[:, -1] if upper is None else upper
        touched = (
            (self.grid[:, 1:] > low[:, None]) & (self.grid[:, :-1] < high[:, None]) & (low < high)[:, None]
        )
        return np.asarray(~(self.bends & touched).any(axis=1))

    def falling_slopes(self, lower: Floats, upper: Floats) -> Floats:
        """The slopes at the knots for `spend_at`: without what lies outside the knots around lower and upper."""
        slopes = self.slope.copy()
        slopes[:, :-1][self.grid[:, 1:] <= lower[:, None]] = np.inf
        slopes[:, 1:][self.grid[:, :-1] >= upper[:, None]] = -np.inf
        return slopes

    def spend_at(self, price: float, falling: Floats) -> Floats:
        """The amount up to which each concave curve is steeper than a price, shape C.

        Parameters
        ----------
        price
            A slope.
        falling
            What `falling_slopes` gives for the stretch where the curves are concave.
        """
        last = self.grid.shape[1] - 1
        steeper = (falling > price).sum(axis=1)
        left = np.clip(steeper - 1, 0, last - 1)
        row = np.arange(len(left))
        begin, value = self.grid[row, left], self.value[row, left]
        width = self.grid[row, left + 1] - begin
        first, second = self.slope[row, left], self.slope[row, left + 1]
        secant = (self.value[row, left + 1] - value) / width
        # slope(t) = first + b·t + a·t²; this form of the root keeps its digits where a vanishes.
        a, b, c = 3 * (first + second - 2 * secant), 6 * secant - 4 * first - 2 * second, first - price
        below = np.sqrt(np.maximum(b * b - 4 * a * c, 0.0)) - b
        t = np.where(below > 0, 2 * c / np.where(below > 0, below, 1.0), 1.0)
        t = np.where(steeper == 0, 0.0, np.where(steeper > last, 1.0, np.clip(t, 0.0, 1.0)))
        return np.asarray(begin + t * width)


def estimated_slopes(grid: Floats, value: Floats) -> Floats:
    """Slopes that keep curves monotone where the values are (PCHIP), for tables that came without them.

    Parameters
    ----------
    grid
        Knots, shape G.
    value
        Values, shape G × anything.
    """
    from scipy.interpolate import PchipInterpolator

    return np.asarray(PchipInterpolator(grid, value, axis=0)(grid, nu=1), dtype=np.float64)
