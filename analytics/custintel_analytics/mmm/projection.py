"""The nearest plan within bounds that spends a total."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STEPS = 100


def projected(spend: Floats, lower: Floats, upper: Floats, total: Floats) -> Floats:
    """The nearest rows (least squares) within bounds that add to totals.

    The nearest one is the row shifted by a constant and clipped; the sum is piecewise linear in the shift, so that
    Newton steps within a bracket end exactly.

    Parameters
    ----------
    spend, lower, upper
        Shape rows × N.
    total
        What each row is to add to, shape rows; where the bounds don't allow it, they come as near as they can.
    """
    low, high = (lower - spend).min(axis=1), (upper - spend).max(axis=1)
    shift = np.clip((total - spend.sum(axis=1)) / spend.shape[1], low, high)
    for _ in range(_STEPS):
        moved = spend + shift[:, None]
        missing = total - np.clip(moved, lower, upper).sum(axis=1)
        low, high = np.where(missing > 0, shift, low), np.where(missing < 0, shift, high)
        moving = ((moved > lower) & (moved < upper)).sum(axis=1)
        step = shift + missing / np.maximum(moving, 1)
        sound = (moving > 0) & (step >= low) & (step <= high)
        found = np.where(missing == 0, shift, np.where(sound, step, (low + high) / 2))
        if (np.abs(found - shift) <= 1e-15 * np.abs(shift)).all():
            break
        shift = found
    return np.asarray(np.clip(spend + shift[:, None], lower, upper))
