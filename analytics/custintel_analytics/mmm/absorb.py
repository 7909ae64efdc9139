"""Moving money by hand: one channel is moved and the others absorb it, or the total changes and all share it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def absorb(
    spend: ArrayLike, channel: int, amount: float, *, lower: ArrayLike, upper: ArrayLike, locked: ArrayLike
) -> Floats:
    """The plan after a channel was moved while the total stays.

    Parameters
    ----------
    spend
        Totals over the window, shape C.
    channel
        Position of the channel that is moved; it may be locked.
    amount
        Where to; it goes as far as its bounds and the others allow.
    lower, upper
        Bounds, shape C.
    locked
        Channels that stay, shape C.

    Returns
    -------
    numpy.ndarray
        Shape C, of the same sum.
    """
    plan = np.array(spend, dtype=np.float64)
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    others = ~np.asarray(locked, dtype=bool)
    others[channel] = False
    fall = float(np.maximum(plan - low, 0)[others].sum())
    rise = float(np.maximum(high - plan, 0)[others].sum())
    wished = min(max(amount, low[channel]), high[channel])
    change = min(max(wished - plan[channel], -rise), fall)
    plan[channel] += change
    return _shared(plan, -change, others, low, high)


def spread(
    spend: ArrayLike, total: float, *, lower: ArrayLike, upper: ArrayLike, locked: ArrayLike
) -> Floats:
    """The plan after the total was changed: channels that aren't locked share the difference.

    Parameters
    ----------
    spend
        Totals over the window, shape C.
    total
        Their new sum; the nearest that bounds and locks allow is reached.
    lower, upper
        Bounds, shape C.
    locked
        Channels that stay, shape C.

    Returns
    -------
    numpy.ndarray
        Shape C.
    """
    plan = np.array(spend, dtype=np.float64)
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    return _shared(plan, total - float(plan.sum()), ~np.asarray(locked, dtype=bool), low, high)


def _shared(plan: Floats, left: float, active: NDArray[np.bool_], low: Floats, high: Floats) -> Floats:
    """Add an amount to active channels in proportion to what they have, as far as their bounds allow."""
    active = active.copy()
    # Each round takes at least one channel to its bound, or ends.
    while active.any() and left != 0:
        weight = plan[active]
        # What is at nothing can't grow in proportion.
        if weight.sum() <= 0:
            weight = np.maximum(high - plan, 0)[active] if left > 0 else weight
        if weight.sum() <= 0:
            break
        wanted = plan[active] + left * (weight / weight.sum())
        taken = np.clip(wanted, low[active], high[active])
        left = float((wanted - taken).sum())
        bound = wanted != taken
        plan[active] = taken
        if not bound.any():
            break
        active[np.flatnonzero(active)[bound]] = False
    return plan
