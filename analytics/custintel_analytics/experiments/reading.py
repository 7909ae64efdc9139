"""A comparison read against what is worth having: oriented so that more is better, and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from custintel_analytics.experiments import wording

if TYPE_CHECKING:
    from custintel_analytics.experiments.comparison import Comparison


@dataclass(frozen=True)
class Reading:
    """A comparison with the effects that matter; all on the comparison's scale, upwards is better.

    Parameters
    ----------
    comparison
        What is read.
    smallest
        The smallest effect worth having.
    break_even
        The effect that covers the treatment's costs.
    unit
        Unit of a metric that isn't a proportion.
    """

    comparison: Comparison
    smallest: float = 0.0
    break_even: float = 0.0
    unit: str = ""

    @property
    def sign(self) -> int:
        """-1 where less is better."""
        return -1 if self.comparison.direction == "down" else 1

    @property
    def worst(self) -> float:
        """The least favourable effect of the interval."""
        return self.sign * (self.comparison.lower if self.sign > 0 else self.comparison.upper)

    @property
    def best(self) -> float:
        """The most favourable effect of the interval."""
        return self.sign * (self.comparison.upper if self.sign > 0 else self.comparison.lower)

    @property
    def effect(self) -> float:
        """The effect itself."""
        return self.sign * self.comparison.effect

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out no effect at all."""
        return self.comparison.lower > 0 or self.comparison.upper < 0

    @property
    def scale(self) -> str:
        """The unit of effects: percent, points, or the metric's."""
        if self.comparison.relative:
            return "%"
        return "pp" if self.comparison.kind == "proportion" else self.unit

    def both(self, oriented: float) -> str:
        """An effect on both scales: ``+5 pp = +25 %``."""
        found, effect = self.comparison, self.sign * oriented
        absolute = effect * abs(found.control) if found.relative else effect
        return wording.both_scales(absolute, found.control, share=found.kind == "proportion", unit=self.unit)

    def one(self, oriented: float) -> str:
        """An effect on the comparison's scale."""
        return wording.change(self.sign * oriented, self.scale)

    def span(self) -> str:
        """The interval: ``+3.89 to +5.16 pp``."""
        return wording.span(self.comparison.lower, self.comparison.upper, self.scale)

    def figures(self, early: bool = False) -> str:
        """The effect with all that belongs to it, in one line; before the planned end, with what is valid."""
        found = self.comparison
        if early:
            wait = "interval and p-value come at the planned end"
            return f"{self.both(self.effect)} so far, n {self._units()}; {wait}."
        sure = (
            f"{wording.chance(found.probability)} chance to be better"
            if found.method == "bayes"
            else f"{wording.p_value(found.p_value)}{found.family.words}"
        )
        if math.isnan(found.lower):
            return f"{self.both(self.effect)}, no interval, n {self._units()}."
        return f"{self.both(self.effect)} ({wording.percent(found.level)}: {self.span()}), {sure}, n {self._units()}."

    def more_units(self, power: float) -> float:
        """Units still needed, over both arms, to find the smallest worthwhile effect; 0 where there are enough.

        The standard error falls with the root of the units. Of a sequential band its own width counts, which is
        wider than a fixed-sample interval.
        """
        found = self.comparison
        endless = found.alternative == "two-sided" and math.isinf(found.upper - found.lower)
        if not (self.smallest > 0 and found.standard_error > 0) or endless:
            return math.nan
        tail = (1 - found.family.level(found.level)) / (2 if found.alternative == "two-sided" else 1)
        critical = -NormalDist().inv_cdf(tail)
        if found.method == "sequential":
            critical = min(found.effect - found.lower, found.upper - found.effect) / found.standard_error
        reach = (critical + NormalDist().inv_cdf(power)) * found.standard_error / self.smallest
        units = found.n_control + found.n_treatment
        return max(units * (reach * reach - 1), 0.0)

    def _units(self) -> str:
        found = self.comparison
        return f"{wording.integer(found.n_control)} and {wording.integer(found.n_treatment)}"
