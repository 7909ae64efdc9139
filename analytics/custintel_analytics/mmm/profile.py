"""How a total is spread over the window, and what each period then sees of it and of earlier spend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Windows:
    """What the periods of a window see; periods that see the same are counted together.

    Parameters
    ----------
    share
        Share of the total that was spent in this period, one before, two before, …; shape U × lags.
    past
        Earlier spend in those periods, in its own unit; shape U × lags.
    weight
        How often each is seen, or the sum of the periods' multipliers; shape U or D × U.
    """

    share: Floats
    past: Floats
    weight: Floats


def flat(periods: int, channels: int) -> Floats:
    """The same in every period, shape channels × periods."""
    return np.full((channels, periods), 1.0 / periods)


def checked_profile(profile: Any, periods: int, channels: int) -> Floats:
    """Shares of the total per channel and period.

    Parameters
    ----------
    profile
        None (the same in every period), or weights from 0 of shape periods or periods × channels.
    periods, channels
        What it must fit.

    Returns
    -------
    numpy.ndarray
        Shape channels × periods, each row adding to one.

    Raises
    ------
    DataError
        For other shapes, negative weights, and weights that are all zero.
    """
    if profile is None:
        return flat(periods, channels)
    weights = np.asarray(profile, dtype=np.float64)
    if weights.shape == (periods,):
        weights = np.repeat(weights[:, None], channels, axis=1)
    if weights.shape != (periods, channels):
        raise DataError(
            f"profile has the shape {weights.shape}: it must be {periods} periods, or {periods} periods × {channels} "
            "channels.",
            column="profile",
        )
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise DataError("profile must hold numbers from 0 up: the weight of each period.", column="profile")
    total = weights.sum(axis=0)
    if (total == 0).any():
        raise DataError(
            f"profile is zero in all periods for the channel at position {int(np.argmin(total))}: its total would be "
            "spent nowhere.",
            column="profile",
        )
    return np.ascontiguousarray((weights / total).T)


def checked_past(carry_in: Any, channels: int) -> Floats | None:
    """Spend before the window, shape channels × periods, or None.

    Raises
    ------
    DataError
        For other shapes and for negative or missing spend.
    """
    if carry_in is None:
        return None
    past = np.asarray(carry_in, dtype=np.float64)
    if past.ndim != 2 or past.shape[1] != channels:
        raise DataError(
            f"carry_in has the shape {past.shape}: it is the spend before the window, periods × {channels} channels, "
            "the latest period last.",
            column="carry_in",
        )
    if not np.isfinite(past).all() or (past < 0).any():
        raise DataError("carry_in must hold spend from 0 up; some is negative or missing.", column="carry_in")
    return np.ascontiguousarray(past.T)


def checked_multiplier(multiplier: Any, length: int, draws: int) -> Floats:
    """How effective each period is, shape 1 × length or draws × length.

    Raises
    ------
    DataError
        For other shapes, and for numbers that are negative or missing.
    """
    if multiplier is None:
        return np.ones((1, length))
    found = np.atleast_2d(np.asarray(multiplier, dtype=np.float64))
    if found.shape not in ((1, length), (draws, length)):
        raise DataError(
            f"multiplier has the shape {found.shape}: it must be {length} periods (the window and its carry-out), or "
            f"{draws} draws × {length} periods.",
            column="multiplier",
        )
    if not np.isfinite(found).all() or (found < 0).any():
        raise DataError("multiplier must hold numbers from 0 up, 1 for a usual period.", column="multiplier")
    return found


def windows(share: Floats, past: Floats | None, lags: int, carry_out: int, multiplier: Floats) -> Windows:
    """What each period of the window and its carry-out sees.

    Parameters
    ----------
    share
        Shares of the total per period, shape T.
    past
        Earlier spend, the latest last, shape P.
    lags
        Periods that spend works in.
    carry_out
        Periods after the window, without spend, whose response is counted.
    multiplier
        Shape 1 or D × (T + carry_out).
    """
    length = len(share) + carry_out
    inside, outside = np.zeros((length, lags)), np.zeros((length, lags))
    for lag in range(lags):
        seen = share[: max(length - lag, 0)]
        inside[lag : lag + len(seen), lag] = seen
    if past is not None:
        reach = min(len(past), lags - 1)
        for back in range(1, reach + 1):
            steps = np.arange(min(lags - back, length))
            outside[steps, steps + back] = past[-back]
    seen, group = np.unique(np.hstack((inside, outside)), axis=0, return_inverse=True)
    weight = np.zeros((len(multiplier), len(seen)))
    np.add.at(weight.T, group.ravel(), multiplier.T)
    something = seen.any(axis=1)
    seen, weight = seen[something], weight[:, something]
    return Windows(seen[:, :lags], seen[:, lags:], weight)
