"""What is known of an effect, as a curve to draw and to read areas from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from custintel_analytics.experiments.bayes import BetaPair
from custintel_analytics.experiments.estimate import Arms
from custintel_analytics.experiments.frequentist import Student

_MARGIN = 1e-4


class Distribution(Protocol):
    """A sampling or posterior distribution of an effect."""

    def below(self, effect: float) -> float:
        """The area below a value."""
        ...

    def density(self, effect: float) -> float:
        """The height at a value."""
        ...

    def reach(self) -> tuple[float, float]:
        """Between which values it is worth drawing."""
        ...


@dataclass(frozen=True)
class Bell:
    """A normal or Student's t distribution.

    Parameters
    ----------
    centre, scale
        Its middle, and its standard deviation (Student's scale).
    df
        Degrees of freedom; infinite for the normal.
    """

    centre: float
    scale: float
    df: float = math.inf

    def below(self, effect: float) -> float:
        """The area below a value."""
        return Student(self.df).below((effect - self.centre) / self.scale)

    def density(self, effect: float) -> float:
        """The height at a value."""
        return bell((effect - self.centre) / self.scale, self.df) / self.scale

    def reach(self) -> tuple[float, float]:
        """Four standard deviations, or as far as Student's t needs for the same area."""
        far = self.scale * Student(self.df).critical(1 - _MARGIN)
        return self.centre - far, self.centre + far


@dataclass(frozen=True)
class Ratio:
    """The confidence distribution of a relative effect whose intervals are Fieller's.

    Parameters
    ----------
    arms
        The two means with their variances.
    df
        Degrees of freedom; infinite for the normal.
    """

    arms: Arms
    df: float = math.inf

    def below(self, effect: float) -> float:
        """One minus the one-sided p-value of this effect."""
        distance, error = self._test(effect)
        return Student(self.df).below(distance / error if error > 0 else math.copysign(math.inf, distance))

    def density(self, effect: float) -> float:
        """The slope of `below`; never negative."""
        arms, sign = self.arms, math.copysign(1.0, self.arms.control)
        distance, error = self._test(effect)
        if error == 0:
            return 0.0
        ratio = 1 + sign * effect
        turn = sign * (ratio * arms.var_control - arms.covariance)
        slope = (abs(arms.control) - distance * turn / (error * error)) / error
        return max(bell(distance / error, self.df) * slope, 0.0)

    def reach(self) -> tuple[float, float]:
        """As far as the delta method would draw it, half as wide again."""
        far = 1.5 * self.arms.delta_error * Student(self.df).critical(1 - _MARGIN)
        return self.arms.lift - far, self.arms.lift + far

    def _test(self, effect: float) -> tuple[float, float]:
        arms, sign = self.arms, math.copysign(1.0, self.arms.control)
        ratio = 1 + sign * effect
        error = math.sqrt(arms.var_treatment - 2 * ratio * arms.covariance + ratio * ratio * arms.var_control)
        return ratio * arms.control - arms.treatment, error


@dataclass(frozen=True)
class TwoBetas:
    """The exact posterior distribution of the effect on a proportion."""

    pair: BetaPair

    def below(self, effect: float) -> float:
        """The area below a value."""
        return self.pair.below(effect)

    def density(self, effect: float) -> float:
        """The height at a value."""
        return self.pair.density(effect)

    def reach(self) -> tuple[float, float]:
        """All but a thousandth of the area."""
        return self.pair.quantile(_MARGIN / 2), self.pair.quantile(1 - _MARGIN / 2)


def bell(x: float, df: float = math.inf) -> float:
    """The standard density of Student's t, or of the normal."""
    if math.isinf(df):
        return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    log = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    return math.exp(log - (df + 1) / 2 * math.log1p(x * x / df))
