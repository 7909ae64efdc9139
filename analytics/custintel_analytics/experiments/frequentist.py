"""Tests and intervals of a difference and of a relative effect, each pair from one inversion."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from custintel_analytics.experiments import wording
from custintel_analytics.experiments.estimate import Arms
from custintel_analytics.experiments.fieller import fieller


class Reference(Protocol):
    """What a statistic is held against."""

    def critical(self, level: float, two_sided: bool = True) -> float:
        """The value that a statistic must exceed to be rejected."""
        ...

    def p_value(self, statistic: float, alternative: str = "two-sided") -> float:
        """The smallest alpha at which the statistic is rejected."""
        ...


@dataclass(frozen=True)
class Student:
    """Student's t distribution; with infinite `df`, the normal."""

    df: float = math.inf

    def critical(self, level: float, two_sided: bool = True) -> float:
        """The quantile of `level`, two-sided or one-sided."""
        from scipy.special import ndtri, stdtrit

        share = 0.5 + level / 2 if two_sided else level
        return float(ndtri(share) if math.isinf(self.df) else stdtrit(self.df, share))

    def p_value(self, statistic: float, alternative: str = "two-sided") -> float:
        """The tail area beyond the statistic, on one side or on both."""
        if alternative == "two-sided":
            return min(1.0, 2 * self.below(-abs(statistic)))
        return self.below(-statistic if alternative == "greater" else statistic)

    def below(self, statistic: float) -> float:
        """The area below a value."""
        from scipy.special import ndtr, stdtr

        return float(ndtr(statistic) if math.isinf(self.df) else stdtr(self.df, statistic))


@dataclass(frozen=True)
class Finding:
    """An effect with its interval and p-value, on one scale.

    Parameters
    ----------
    effect, standard_error, lower, upper, p_value, statistic
        Of the effect on the scale asked for; `statistic` is what `p_value` belongs to.
    message
        What one has to know about the interval, or nothing.
    """

    effect: float
    standard_error: float
    lower: float
    upper: float
    p_value: float
    statistic: float
    message: str = ""


def inverted(
    arms: Arms, reference: Reference, *, relative: bool, interval: str, level: float, alternative: str
) -> Finding:
    """The effect, with interval and p-value from inverting one test.

    Parameters
    ----------
    arms
        The two means with their variances.
    reference
        What the statistic is held against: Student's t, the normal, or a sequential boundary.
    relative
        In percent of the control's mean rather than in units.
    interval
        For a relative effect: ``"fieller"``, or ``"delta"``, which takes the relative effect for normal.
    level
        Confidence.
    alternative
        ``"two-sided"``, ``"greater"`` or ``"less"``.
    """
    two_sided = alternative == "two-sided"
    error = arms.delta_error if relative else arms.standard_error
    effect = arms.lift if relative else arms.effect
    if arms.standard_error == 0:
        return Finding(effect, 0.0, math.nan, math.nan, math.nan, math.nan, STILL)
    critical = reference.critical(level, two_sided)
    if relative and interval == "fieller":
        statistic = arms.effect / arms.standard_error
        p_value = reference.p_value(statistic, alternative)
        found = fieller(arms, critical, alternative)
        message = unbounded(found.lower, found.upper, found.excluded, alternative, p_value < 1 - level)
        return Finding(effect, error, found.lower, found.upper, p_value, statistic, message)
    if error == 0:
        return Finding(effect, 0.0, math.nan, math.nan, math.nan, math.nan, BLIND)
    statistic = effect / error
    lower = effect - critical * error if alternative != "less" else -math.inf
    upper = effect + critical * error if alternative != "greater" else math.inf
    return Finding(effect, error, lower, upper, reference.p_value(statistic, alternative), statistic)


STILL = (
    "No unit differs from another in either group, so there is no interval and no p-value. Of shares, method='z' and "
    "method='bayes' still have one."
)
BLIND = "The treatment's values are all 0, and the delta method sees no uncertainty in that. Use interval='fieller'."


def unbounded(
    lower: float, upper: float, excluded: tuple[float, float] | None, alternative: str, clear: bool
) -> str:
    """What to say of a relative effect without a bound on some side that was asked for; else nothing."""
    open_below = lower == -math.inf or (lower == -1.0 and upper == math.inf)
    open_above = upper == math.inf
    open_above = open_above and alternative != "greater"
    open_below = open_below and alternative != "less"
    if not open_below and not open_above:
        return ""
    ends = "bound" if open_below and open_above else "lower bound" if open_below else "upper bound"
    said = [
        "The control's own average isn't clear of zero at this level, so a change in percent of it has "
        f"no {ends}."
    ]
    if excluded is not None:
        said.append(f"Only {wording.span(*excluded, '%')} is ruled out.")
    if clear:
        said.append("The difference itself is clear: read it in units (relative=False).")
    return " ".join(said)
