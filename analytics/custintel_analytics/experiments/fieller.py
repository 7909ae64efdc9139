"""Fieller's confidence set for a relative effect."""

from __future__ import annotations

import math
from dataclasses import dataclass

from custintel_analytics.experiments.estimate import Arms

_OPPOSITE = {"two-sided": "two-sided", "greater": "less", "less": "greater"}


@dataclass(frozen=True)
class FiellerSet:
    """The relative effects that a test at one critical value doesn't reject.

    Parameters
    ----------
    lower, upper
        Its ends; infinite where it has none.
    excluded
        Of a set without ends on both sides: the stretch inside that is rejected all the same, or None.
    """

    lower: float
    upper: float
    excluded: tuple[float, float] | None = None


def fieller(arms: Arms, critical: float, alternative: str = "two-sided") -> FiellerSet:
    """All relative effects r that |t − (1 + r) c| doesn't reject, c and t being the true means.

    At r = 0 this is the test of the absolute difference, so both scales give one p-value. Where the
    control's mean isn't clear of zero at this critical value, the set has no end on one side or on both. Of
    proportions, which aren't negative, the part below −1 is no candidate.

    Parameters
    ----------
    arms
        The two means with their variances and covariance; the control's mean isn't 0.
    critical
        The value that the statistic must exceed, two-sided or one-sided as `alternative` says.
    alternative
        ``"two-sided"``; ``"greater"`` gives a lower bound alone, ``"less"`` an upper bound.

    References
    ----------
    Fieller, E. C. (1954). Some problems in interval estimation. Journal of the Royal Statistical Society B
    16, 175–185, equation 11. Franz, V. H. (2007). Ratios: a short guide to confidence limits and proper use.
    arXiv:0710.2024 (the unbounded cases).
    """
    if arms.control < 0:
        found = _solve(-arms.control, -arms.treatment, arms, critical, _OPPOSITE[alternative])
        gap = found.excluded and (-found.excluded[1], -found.excluded[0])
        return FiellerSet(-found.upper, -found.lower, gap)
    return _solve(arms.control, arms.treatment, arms, critical, alternative)


def _solve(c: float, t: float, arms: Arms, critical: float, alternative: str) -> FiellerSet:
    square = critical * critical
    first = c * c - square * arms.var_control
    middle = c * t - square * arms.covariance
    last = t * t - square * arms.var_treatment
    # The ratio t / c always belongs to the set, so for a positive `first` both roots are real.
    root = math.sqrt(max(middle * middle - first * last, 0.0))
    if first > 0:
        low, high = _roots(first, middle, last, root)
        lower, upper = low - 1, high - 1
        return FiellerSet(
            lower if alternative != "less" else -math.inf, upper if alternative != "greater" else math.inf
        )
    floor = -1.0 if arms.counts is not None else -math.inf
    if root == 0 or first == 0:
        return FiellerSet(floor, math.inf)
    low, high = _roots(first, middle, last, root)
    below = t / c >= high
    if (alternative == "greater" and not below) or (alternative == "less" and below):
        return FiellerSet(floor, math.inf)
    if arms.counts is not None and low <= 0:
        return FiellerSet(max(high, 0.0) - 1, math.inf)
    return FiellerSet(floor, math.inf, (max(low - 1, floor), high - 1))


def _roots(first: float, middle: float, last: float, root: float) -> tuple[float, float]:
    """The roots of first·x² − 2·middle·x + last, without subtracting nearly equal numbers."""
    larger = middle + math.copysign(root, middle)
    if larger == 0:
        return 0.0, 0.0
    one, two = larger / first, last / larger
    return min(one, two), max(one, two)
