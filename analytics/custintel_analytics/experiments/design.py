"""The arithmetic of planning: how effect, power and size hang together, by named formula."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from custintel_analytics.experiments.sample import Sample

FORMULAS = {
    "miller": "Evan Miller's formula",
    "pooled": "the pooled normal formula",
    "unpooled": "the unpooled normal formula",
    "cohen": "Cohen's h",
    "normal": "the normal formula for means",
}
ALTERNATIVES = ("two-sided", "greater", "less")
DIRECTIONS = ("up", "down")
_HALVINGS = 200


@dataclass(frozen=True)
class Design:
    """What a planned comparison assumes; effects are absolute in here.

    Parameters
    ----------
    baseline
        The control's mean, or its share for a proportion; None for a mean whose effect is absolute.
    sd
        Standard deviation of a unit's value; None for a proportion.
    formula
        A name of `FORMULAS`.
    alpha
        Chance to find a difference where there is none.
    ratio
        Units in the treatment per unit in the control.
    alternative
        ``"two-sided"``, ``"greater"`` or ``"less"``.
    relative
        Whether effects are given and answered as shares of the baseline.
    variance_reduction
        Share of the variance that a covariate takes away.
    """

    baseline: float | None
    sd: float | None
    formula: str
    alpha: float
    ratio: float
    alternative: str
    relative: bool
    variance_reduction: float

    @property
    def critical(self) -> float:
        """The normal quantile that the test statistic has to pass."""
        return -NormalDist().inv_cdf(self.alpha / (2 if self.alternative == "two-sided" else 1))

    def absolute(self, effect: float) -> float:
        """An effect as it was given, in the metric's own unit."""
        return effect * self.baseline if self.relative and self.baseline is not None else effect

    def shown(self, effect: float) -> float:
        """An absolute effect on the scale on which effects are given."""
        return effect / self.baseline if self.relative and self.baseline is not None else effect

    def size(self, effect: float, power: float) -> float:
        """Units in the control for a chance of `power` to find the effect, in its own direction."""
        null, alternative, distance = self._spreads(effect)
        reach = max(self.critical * null + NormalDist().inv_cdf(power) * alternative, 0.0)
        return reach * reach / (distance * distance) * (1 - self.variance_reduction)

    def power(self, n: float, effect: float) -> float:
        """The chance to find the effect; with a two-sided test in either direction, so that none gives alpha."""
        null, alternative, distance = self._spreads(effect)
        signal = distance * math.sqrt(n / (1 - self.variance_reduction))
        if self.alternative == "less":
            signal = -signal
        found = normal_cdf((signal - self.critical * null) / alternative)
        if self.alternative == "two-sided":
            found += normal_cdf((-signal - self.critical * null) / alternative)
        return found

    def detectable(self, n: float, power: float, sign: int) -> float:
        """The smallest effect that `n` units in the control find with the power, upwards or downwards.

        Raises
        ------
        DataError
            When not even the largest possible change of a proportion is found.
        """
        reach = self.critical + NormalDist().inv_cdf(power)
        effective = n / (1 - self.variance_reduction)
        if self.sd is not None:
            return sign * reach * self.sd * math.sqrt((1 + 1 / self.ratio) / effective)
        baseline = self._share
        low, high = 0.0, 1 - baseline if sign > 0 else baseline
        if self.size(sign * high, power) > n:
            raise DataError(
                f"n={n:,.6g} is too few: not even a change from {baseline:.6g} to "
                f"{baseline + sign * high:.6g} would be found with a power of {power:.6g}. "
                "Plan for more units, or accept a lower power.",
                column="n",
                example=n,
            )
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if middle in (low, high):
                break
            low, high = (middle, high) if self.size(sign * middle, power) > n else (low, middle)
        return sign * high

    @property
    def _share(self) -> float:
        if self.baseline is None:  # checked when the design is made
            raise DataError("baseline= is needed for a proportion.", column="baseline")
        return self.baseline

    def _spreads(self, effect: float) -> tuple[float, float, float]:
        """Standard error per square root of n with and without the null, and the distance between both."""
        if self.sd is not None:
            spread = self.sd * math.sqrt(1 + 1 / self.ratio)
            return spread, spread, effect
        share = self._share
        moved = min(max(share + effect, 0.0), 1.0)
        if self.formula == "cohen":
            spread = math.sqrt(1 + 1 / self.ratio)
            return spread, spread, 2 * (math.asin(math.sqrt(moved)) - math.asin(math.sqrt(share)))
        if self.formula == "miller":
            # Towards one half, where the variance is larger: his page plans for a change in either direction.
            share = min(share, 1 - share)
            moved = min(share + abs(effect), 1.0)
        before, after = share * (1 - share), moved * (1 - moved)
        free = math.sqrt(before + after / self.ratio)
        if self.formula == "unpooled":
            return free, free, effect
        pooled = (share + self.ratio * moved) / (1 + self.ratio) if self.formula == "pooled" else share
        return math.sqrt(pooled * (1 - pooled) * (1 + 1 / self.ratio)), free, effect


def normal_cdf(z: float) -> float:
    """The standard normal distribution, exact in both tails."""
    return math.erfc(-z / math.sqrt(2)) / 2


def designed(
    *,
    baseline: float | Sample | None,
    sd: float | None,
    formula: str | None,
    alpha: float,
    ratio: float,
    alternative: str,
    relative: bool,
    variance_reduction: float,
) -> Design:
    """The assumptions, checked, with the defaults filled in.

    Raises
    ------
    DataError
        For a value that is not possible, or that doesn't fit the others.
    """
    level, spread = _baseline(baseline, sd)
    possible = [name for name in FORMULAS if (name == "normal") == (spread is not None)]
    if formula is not None and formula in FORMULAS and formula not in possible:
        kind = "a mean (sd is given)" if spread is not None else "a proportion (sd is not given)"
        raise DataError(
            f"formula={formula!r} is not for {kind}. Choose one of: {', '.join(map(repr, possible))}.",
            column="formula",
            example=formula,
        )
    named = possible[0] if formula is None else one_of("formula", formula, FORMULAS)
    if relative and not (level is not None and level > 0):
        raise DataError(
            f"relative=True needs a baseline above zero to take shares of, found baseline={level}. "
            "Pass the control's mean as baseline=, or plan the effect in the metric's own unit.",
            column="baseline",
            example=level,
        )
    return Design(
        baseline=level,
        sd=spread,
        formula=named,
        alpha=between("alpha", alpha, 0, 1, "0.05 for 5 %"),
        ratio=positive("ratio", ratio, "units in the treatment per unit in the control, 1 for equal arms"),
        alternative=one_of("alternative", alternative, ALTERNATIVES),
        relative=bool(relative),
        variance_reduction=_reduction(variance_reduction),
    )


def checked_effect(design: Design, effect: Any) -> float:
    """An effect as it was given, in the metric's own unit.

    Raises
    ------
    DataError
        When it isn't a number, or would take a proportion out of 0 to 1.
    """
    absolute = design.absolute(number("effect", effect))
    if design.sd is None and design.baseline is not None:
        moved = design.baseline + absolute
        if not 0 <= moved <= 1:
            way = "shares of the baseline: .25 for +25 %" if design.relative else "shares: .05 for +5 points"
            raise DataError(
                f"effect={effect!r} would take the baseline from {design.baseline:.6g} to {moved:.6g}, "
                f"which is no share. Write effects as {way}.",
                column="effect",
                example=effect,
            )
    return absolute


def checked_target(design: Design, power: Any) -> float:
    """A power to plan for, above alpha and below one."""
    target = between("power", power, 0, 1, "0.8 for 80 %")
    if target <= design.alpha:
        raise DataError(
            f"power={power!r} is not above alpha={design.alpha:g}, which a test reaches without any effect. "
            "Usual is power=0.8.",
            column="power",
            example=power,
        )
    return target


def number(name: str, value: Any) -> float:
    """A finite number."""
    if value is None:
        raise DataError(f"{name}= is missing. Pass a number.", column=name)
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise DataError(f"{name}={value!r} is not a number. Pass one.", column=name, example=value)
    return found


def positive(name: str, value: Any, meaning: str) -> float:
    """A number above zero; `meaning` says of what."""
    found = number(name, value)
    if found <= 0:
        raise DataError(
            f"{name}={value!r} is not above zero. It is {meaning}.",
            column=name,
            example=value,
        )
    return found


def between(name: str, value: Any, low: float, high: float, example: str) -> float:
    """A number between two others, both excluded."""
    found = number(name, value)
    if not low < found < high:
        raise DataError(
            f"{name}={value!r} is not between {low:g} and {high:g}. Write {example}.",
            column=name,
            example=value,
        )
    return found


def _reduction(value: Any) -> float:
    found = number("variance_reduction", value)
    if not 0 <= found < 1:
        raise DataError(
            f"variance_reduction={value!r} is not from 0 up to 1. It is the share of the variance that a "
            "covariate takes away, the squared correlation: 0.3 for 30 %.",
            column="variance_reduction",
            example=value,
        )
    return found


def _baseline(baseline: float | Sample | None, sd: float | None) -> tuple[float | None, float | None]:
    """Mean and standard deviation, the latter None for a proportion; from a past sample or as numbers."""
    from custintel_analytics.experiments.sample import Sample

    level: float | None
    spread: float | None
    if isinstance(baseline, Sample):
        known = None if baseline.kind == "proportion" else math.sqrt(baseline.variance)
        level, spread = baseline.mean, known if sd is None else sd
    else:
        level, spread = baseline, sd
    if spread is not None:
        meaning = "the standard deviation of a unit's value; leave it away for a proportion"
        checked = positive("sd", spread, meaning)
        return None if level is None else number("baseline", level), checked
    if level is None:
        raise DataError(
            "A plan needs baseline=, the control's share, or for a mean sd=, its standard deviation.",
            column="baseline",
        )
    share = number("baseline", level)
    if not 0 < share < 1:
        raise DataError(
            f"baseline={baseline!r} is not between 0 and 1. Write a proportion as a share, 0.2 for 20 %; "
            "for a mean pass its standard deviation as well: sd=.",
            column="baseline",
            example=baseline,
        )
    return share, None
