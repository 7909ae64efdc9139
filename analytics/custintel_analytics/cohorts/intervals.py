"""Intervals for shares and for means."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def wilson(successes: Any, trials: Any, level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's score interval for a share.

    Parameters
    ----------
    successes, trials
        Counts, element by element. Where there are no trials the bounds are NaN.
    level
        Two-sided confidence, for example 0.95.

    Returns
    -------
    lower, upper
        Bounds between 0 and 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209–212.
    """
    z = NormalDist().inv_cdf(0.5 + level / 2)
    k = np.asarray(successes, dtype=np.float64)
    n = np.asarray(trials, dtype=np.float64)
    n = np.where(n > 0, n, np.nan)
    share = k / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # At a share of 0 or 1 the bound is exactly that share; rounding must not put it beside.
    lower = np.where(k == 0, np.where(np.isnan(n), np.nan, 0.0), np.maximum(centre - half, 0.0))
    upper = np.where(k == n, 1.0, np.minimum(centre + half, 1.0))
    return lower, upper


def t_interval(
    mean: Any, deviation: Any, count: Any, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Student's t interval for a mean, element by element; NaN for fewer than two values.

    Parameters
    ----------
    mean, deviation, count
        Mean, standard deviation (with n - 1) and number of the values.
    level
        Two-sided confidence.
    """
    # scipy.special alone: scipy.stats takes half a second to import.
    from scipy.special import stdtrit

    centre, n = np.asarray(mean, dtype=np.float64), np.asarray(count, dtype=np.float64)
    known = np.where(n > 1, n, np.nan)
    half = stdtrit(known - 1, 0.5 + level / 2) * np.asarray(deviation, dtype=np.float64) / np.sqrt(known)
    return centre - half, centre + half
