"""Climbing to the top of a smooth function over a set that points can be projected to.

Spectral projected gradient: Birgin, E. G., Martínez, J. M., Raydan, M. (2000). Nonmonotone spectral projected gradient
methods on convex sets. SIAM Journal on Optimization 10, 1196–1211, algorithm SPG2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_STEPS = 300
_MEMORY = 8
_ENOUGH = 1e-4
# The climb is over when so many steps together raise the value by less than this share of it.
_LAST, _LITTLE = 8, 1e-8


def ascend(
    function: Callable[[Floats], tuple[float, Floats]],
    project: Callable[[Floats], Floats],
    start: Floats,
    progress: Callable[[int, int, str], Any] | None = None,
) -> Floats:
    """The highest point that a climb from a start finds.

    Parameters
    ----------
    function
        Value and gradient.
    project
        To the nearest point of the set.
    start
        A point of the set.
    progress
        Called with (done, total, message) after each step; what it raises stops the climb.
    """
    point = best = start
    value, slope = function(point)
    highest, values = value, [value]
    pace = _first_pace(point, slope)
    for step in range(MOST_STEPS):
        if progress is not None:
            progress(step, MOST_STEPS, "Looking for the best schedule…")
        way = project(point + pace * slope) - point
        rise = float((way * slope).sum())
        if rise <= 1e-12 * max(abs(value), 1e-300):
            break
        floor, share = min(values[-_MEMORY:]), 1.0
        while True:
            moved = point + share * way
            found, steep = function(moved)
            if found >= floor + _ENOUGH * share * rise or share < 1e-10:
                break
            share = _shorter(share, rise, found - value)
        moves, turns = moved - point, slope - steep
        bend = float((moves * turns).sum())
        size = float((moves * moves).sum())
        pace = size / bend if bend > 1e-300 else 2 * pace
        point, value, slope = moved, found, steep
        values.append(value)
        if value > highest:
            best, highest = point, value
        if len(values) > _LAST and highest - max(values[:-_LAST]) <= _LITTLE * abs(highest):
            break
    return best


def _first_pace(point: Floats, slope: Floats) -> float:
    """A first step of about a tenth of the point's size."""
    steepest = float(np.abs(slope).max())
    return 0.1 * (float(np.abs(point).max()) or 1.0) / steepest if steepest > 0 else 1.0


def _shorter(share: float, rise: float, gained: float) -> float:
    """Where a parabola through what is known has its top, but not too near either end."""
    bend = rise * share - gained
    wanted = 0.5 * rise * share * share / bend if bend > 0 else share / 2
    return float(min(max(wanted, 0.1 * share), 0.5 * share))
