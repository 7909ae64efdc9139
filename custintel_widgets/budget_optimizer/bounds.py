"""How far each channel may go: around its current spend, unless it was given limits of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from custintel_analytics.mmm import ResponseTable

Floats = NDArray[np.float64]


def bounds(
    table: ResponseTable, room: float, least: Mapping[str, float], most: Mapping[str, float]
) -> tuple[Floats, Floats]:
    """Lower and upper bound of every channel, totals over the window. The page works out the same.

    Parameters
    ----------
    table
        The response table; nothing goes beyond its reach.
    room
        How far a channel may go from its current spend, as a share of it.
    least, most
        Limits by channel, which replace those around the current spend; a channel's least is below its most.
    """
    reach = table.max_spend
    if table.current is None:
        lower, upper = np.zeros(len(reach)), reach.copy()
    else:
        lower = np.maximum(table.current * (1 - room), 0.0)
        upper = np.minimum(table.current * (1 + room), reach)
    for i, name in enumerate(table.channels):
        low, high = least.get(name), most.get(name)
        if low is not None:
            lower[i] = min(low, reach[i])
            upper[i] = max(upper[i], lower[i])
        if high is not None:
            upper[i] = min(high, reach[i])
            lower[i] = min(lower[i], upper[i])
    return lower, upper


def opening(table: ResponseTable) -> Floats:
    """Where every plan begins: the current spend; half of each curve's reach where that isn't known."""
    return table.max_spend / 2 if table.current is None else table.current
