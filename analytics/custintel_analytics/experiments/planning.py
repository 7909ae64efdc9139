"""Planning an experiment: size, smallest effect, power and days, each from the others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.experiments.design import (
    DIRECTIONS,
    Design,
    checked_effect,
    checked_target,
    designed,
    positive,
)

if TYPE_CHECKING:
    from custintel_analytics.experiments.sample import Sample

USUAL_POWER = 0.8


def sample_size(
    *,
    effect: float,
    baseline: float | Sample | None = None,
    power: float = USUAL_POWER,
    alpha: float = 0.05,
    formula: str | None = None,
    sd: float | None = None,
    ratio: float = 1.0,
    alternative: str = "two-sided",
    relative: bool = False,
    variance_reduction: float = 0.0,
) -> float:
    """Units needed in the control to find an effect.

    Parameters
    ----------
    effect
        The smallest effect that must not be missed, in the metric's own unit: .05 for +5 points.
    baseline
        The control's share; for a mean its average, needed for relative effects only; or a `Sample` of the
        past, which brings the standard deviation of means and ratios along.
    power
        Chance to find the effect when it is there.
    alpha
        Chance to find an effect where there is none.
    formula
        For proportions ``"miller"`` (default), ``"pooled"``, ``"unpooled"`` or ``"cohen"``: they differ by some
        percent. For means ``"normal"``, the only one.
    sd
        Standard deviation of a unit's value, for a mean. For a ratio that of the linearised value, numerator
        minus ratio times denominator, over the mean denominator.
    ratio
        Units in the treatment per unit in the control.
    alternative
        ``"two-sided"``, ``"greater"`` or ``"less"``.
    relative
        Whether the effect is a share of the baseline: .25 for +25 %. Fieller's interval has the null of the
        absolute effect, so the size is that of the absolute effect.
    variance_reduction
        Share of the variance that CUPED takes away: the squared correlation with the covariate.

    Returns
    -------
    float
        Units in the control, unrounded; the treatment takes `ratio` times as many. All formulas are of the form
        ``(z_alpha s0 + z_power s1)² / effect²`` and leave aside the chance to find the effect in the wrong
        direction, as the published ones do.

    Raises
    ------
    DataError
        For values that are not possible.

    References
    ----------
    Miller, E., Sample size calculator, evanmiller.org/ab-testing/sample-size.html: null variance from the
    baseline alone. Pooled: Fleiss, J. L. (1981), Statistical Methods for Rates and Proportions, section 3.2, and R's
    ``power.prop.test``. Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, chapter 6.
    """
    design = designed(
        baseline=baseline, sd=sd, formula=formula, alpha=alpha, ratio=ratio, alternative=alternative,
        relative=relative, variance_reduction=variance_reduction,
    )  # fmt: skip
    return needed(design, checked_effect(design, effect), checked_target(design, power), effect)


def minimum_effect(
    n: float,
    *,
    baseline: float | Sample | None = None,
    power: float = USUAL_POWER,
    alpha: float = 0.05,
    formula: str | None = None,
    sd: float | None = None,
    ratio: float = 1.0,
    alternative: str = "two-sided",
    relative: bool = False,
    variance_reduction: float = 0.0,
    direction: str = "up",
) -> float:
    """The smallest effect that `n` units in the control find: the inverse of `sample_size`.

    Parameters
    ----------
    n
        Units in the control.
    direction
        Whether an effect upwards or downwards is sought; a one-sided alternative decides it.

    Other parameters are those of `sample_size`.

    Returns
    -------
    float
        The effect, negative downwards, in the metric's own unit or as a share of the baseline.

    Raises
    ------
    DataError
        When not even the largest possible change is found, and for values that are not possible.
    """
    design = designed(
        baseline=baseline, sd=sd, formula=formula, alpha=alpha, ratio=ratio, alternative=alternative,
        relative=relative, variance_reduction=variance_reduction,
    )  # fmt: skip
    units = positive("n", n, "the number of units in the control")
    sign = sign_of(design, direction)
    return design.shown(design.detectable(units, checked_target(design, power), sign))


def power(
    n: float,
    *,
    effect: float,
    baseline: float | Sample | None = None,
    alpha: float = 0.05,
    formula: str | None = None,
    sd: float | None = None,
    ratio: float = 1.0,
    alternative: str = "two-sided",
    relative: bool = False,
    variance_reduction: float = 0.0,
) -> float:
    """The chance to find an effect with `n` units in the control.

    A two-sided test counts both directions, so that the power at no effect is alpha; at a power of .8 the wrong
    direction adds a millionth. Parameters are those of `sample_size`.

    Raises
    ------
    DataError
        For values that are not possible.
    """
    design = designed(
        baseline=baseline, sd=sd, formula=formula, alpha=alpha, ratio=ratio, alternative=alternative,
        relative=relative, variance_reduction=variance_reduction,
    )  # fmt: skip
    units = positive("n", n, "the number of units in the control")
    return design.power(units, checked_effect(design, effect))


@dataclass(frozen=True)
class Duration:
    """How long an experiment takes. Made by `duration`.

    Parameters
    ----------
    units
        Units needed in all arms.
    per_day
        Units that enter the experiment per day.
    exact_days
        Days until the last of them has entered.
    weeks
        These as whole weeks, at least one: weekdays differ, so each must be in equally often.
    days
        Days of these weeks.
    """

    units: float
    per_day: float
    exact_days: float
    weeks: int
    days: int

    @property
    def sentence(self) -> str:
        """What to do, in words."""
        weeks = wording.plural(self.weeks, "whole week")
        return (
            f"Run {wording.plural(self.days, 'day')} ({weeks}): {wording.integer(self.units)} units at "
            f"{wording.integer(self.per_day)} a day take {wording.significant(self.exact_days)} days."
        )


def duration(n_per_arm: float, *, per_day: float, arms: int = 2, ratio: float = 1.0) -> Duration:
    """How long it takes to fill the arms, rounded up to whole weeks.

    Parameters
    ----------
    n_per_arm
        Units in the control, from `sample_size`.
    per_day
        Units that enter the experiment per day, all arms together.
    arms
        Arms, the control among them.
    ratio
        Units in each other arm per unit in the control.

    Raises
    ------
    DataError
        For values that are not possible.
    """
    units = positive("n_per_arm", n_per_arm, "the number of units in the control")
    units *= 1 + positive("ratio", ratio, "units in a treatment per unit in the control") * (
        checked_arms(arms) - 1
    )
    daily = positive("per_day", per_day, "the number of units that enter the experiment per day")
    exact = units / daily
    # A rounding error must not cost a week.
    weeks = max(1, math.ceil(exact / 7 - 1e-9))
    return Duration(units=units, per_day=daily, exact_days=exact, weeks=weeks, days=7 * weeks)


def needed(design: Design, absolute: float, target: float, effect: Any) -> float:
    """Units in the control for an effect, which must be one that the test can find."""
    if absolute == 0:
        raise DataError(
            "effect=0 can't be planned for: no number of units tells it from none. Pass the smallest effect that "
            "is worth having.",
            column="effect",
            example=effect,
        )
    if (design.alternative == "greater" and absolute < 0) or (design.alternative == "less" and absolute > 0):
        raise DataError(
            f"effect={effect!r} is on the other side of alternative={design.alternative!r}, which can't find it. "
            "Change the sign of one of them.",
            column="effect",
            example=effect,
        )
    return design.size(absolute, target)


def sign_of(design: Design, direction: str) -> int:
    """1 for an effect upwards, -1 downwards; a one-sided alternative decides it."""
    one_of("direction", direction, DIRECTIONS)
    if design.alternative != "two-sided":
        return 1 if design.alternative == "greater" else -1
    return 1 if direction == "up" else -1


def checked_arms(arms: Any) -> int:
    """A number of arms."""
    if isinstance(arms, bool) or not isinstance(arms, int) or arms < 2:
        raise DataError(
            f"arms={arms!r} is not possible: a whole number from 2, the control among them.",
            column="arms",
            example=arms,
        )
    return arms
