"""Post-stratification: arms compared within strata that were known beforehand, and averaged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.compare import answered, checked
from custintel_analytics.experiments.comparison import Comparison
from custintel_analytics.experiments.cuped import adjusted
from custintel_analytics.experiments.estimate import Arms, arms_of, check_pair, welch_df
from custintel_analytics.experiments.sample import Sample

Pairs = Sequence[tuple[Sample, Sample]] | Mapping[Any, tuple[Sample, Sample]]


@dataclass(frozen=True)
class _Stratum:
    """A stratum's weight, its arms' means (of a ratio: of the linear part) and their variances."""

    weight: float
    arms: Arms


def stratified(
    strata: Pairs,
    weights: Sequence[float] | Mapping[Any, float] | None = None,
    *,
    cuped: bool = False,
    **settings: Any,
) -> Comparison:
    """Compare two arms within strata, such as countries or last year's segments, and average.

    Chance differences in the arms' mix of strata no longer disturb the effect.

    Parameters
    ----------
    strata
        A pair (control, treatment) of samples for each stratum; a mapping names them.
    weights
        Each stratum's share of the population, in the same order or by name, on any scale. By default the
        share of all units in both arms; that this share is itself an estimate is then part of the interval.
    cuped
        Also adjust for a covariate, with a slope per stratum. Not for ratios.
    **settings
        As in `compare`. Of proportions too the effect is taken for normal.

    Raises
    ------
    DataError
        When a stratum has fewer than 2 units in an arm, or weights don't fit.

    References
    ----------
    Miratrix, L. W., Sekhon, J. S., Yu, B. (2013). Adjusting treatment effect estimates by post-stratification
    in randomized experiments. Journal of the Royal Statistical Society B 75, 369–396. The variance between
    strata: Cochran, W. G. (1977). Sampling techniques, section 5A.9.
    """
    return answered(averaged(strata, weights, cuped=cuped), checked(**settings))


def averaged(
    strata: Pairs, weights: Sequence[float] | Mapping[Any, float] | None = None, *, cuped: bool = False
) -> Arms:
    """The two arms as estimates, averaged over strata; arguments and errors as of `stratified`."""
    names, pairs = _pairs(strata)
    for name, pair in zip(names, pairs, strict=True):
        _check_stratum(name, *pair, pairs[0][0].kind)
    shares = _shares(weights, names, pairs)
    if pairs[0][0].kind == "ratio":
        if cuped:
            raise DataError(
                "CUPED isn't combined with strata for a ratio. Leave one of them out.", column="cuped"
            )
        arms = _ratio(shares, pairs, weights is None)
    else:
        within = [adjusted(*pair) if cuped else arms_of(*pair) for pair in pairs]
        parts = [_Stratum(share, one) for share, one in zip(shares, within, strict=True)]
        arms = _averaged(parts, weights is None)
    plain = arms_of(*(reduce(add, side) for side in zip(*pairs, strict=True))).standard_error
    reduction = 1 - (arms.standard_error / plain) ** 2 if plain > 0 else 0.0
    return replace(arms, variance_reduction=reduction)


def _averaged(strata: list[_Stratum], estimated: bool) -> Arms:
    """Weighted means over strata; where the weights were estimated, with the variance that this adds."""
    control = math.fsum(s.weight * s.arms.control for s in strata)
    treatment = math.fsum(s.weight * s.arms.treatment for s in strata)
    units = sum(s.arms.n_control + s.arms.n_treatment for s in strata) if estimated else math.inf
    gaps = [(s.weight, s.arms.control - control, s.arms.treatment - treatment) for s in strata]
    parts = [
        (s.weight**2 * variance, n)
        for s in strata
        for variance, n in (
            (s.arms.var_control, s.arms.n_control),
            (s.arms.var_treatment, s.arms.n_treatment),
        )
    ]
    return Arms(
        control,
        treatment,
        math.fsum(s.weight**2 * s.arms.var_control for s in strata)
        + math.fsum(w * c * c for w, c, _ in gaps) / units,
        math.fsum(s.weight**2 * s.arms.var_treatment for s in strata)
        + math.fsum(w * t * t for w, _, t in gaps) / units,
        welch_df(parts),
        sum(s.arms.n_control for s in strata),
        sum(s.arms.n_treatment for s in strata),
        covariance=math.fsum(s.weight**2 * s.arms.covariance for s in strata)
        + math.fsum(w * c * t for w, c, t in gaps) / units,
        kind=strata[0].arms.kind,
    )


def _ratio(shares: list[float], pairs: list[tuple[Sample, Sample]], estimated: bool) -> Arms:
    """Ratios of weighted means: the linear part of each arm's ratio is averaged over the strata."""
    sides = list(zip(*pairs, strict=True))
    (ratio_c, linear_c), (ratio_t, linear_t) = (_linear(shares, side) for side in sides)
    parts = [
        _Stratum(share, Arms(mc, mt, vc, vt, math.nan, pair[0].n, pair[1].n, kind="ratio"))
        for share, (mc, vc), (mt, vt), pair in zip(shares, linear_c, linear_t, pairs, strict=True)
    ]
    return replace(_averaged(parts, estimated), control=ratio_c, treatment=ratio_t)


def _linear(shares: list[float], side: Sequence[Sample]) -> tuple[float, list[tuple[float, float]]]:
    """One arm's ratio over all strata; per stratum the mean of its linear part, and that mean's variance."""
    below = math.fsum(w * s.denominator[0] / s.n for w, s in zip(shares, side, strict=True) if s.denominator)
    ratio = math.fsum(w * s.total / s.n for w, s in zip(shares, side, strict=True)) / below
    parts = []
    for sample in side:
        total, total_sq, cross = sample.denominator or (0.0, 0.0, 0.0)
        mean = (sample.total - ratio * total) / sample.n
        spread = sample.total_sq - 2 * ratio * cross + ratio * ratio * total_sq - sample.n * mean * mean
        parts.append((mean / below, max(spread, 0.0) / (sample.n - 1) / sample.n / (below * below)))
    return ratio, parts


def _pairs(strata: Any) -> tuple[list[Any], list[tuple[Sample, Sample]]]:
    names = list(strata) if isinstance(strata, Mapping) else list(range(1, len(strata) + 1))
    pairs = list(strata.values()) if isinstance(strata, Mapping) else list(strata)
    if not pairs:
        raise DataError("There are no strata. Pass a pair (control, treatment) for each.", column="strata")
    for name, pair in zip(names, pairs, strict=True):
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise DataError(
                f"Stratum {name!r} is {pair!r}; pass a pair (control, treatment).", column="strata"
            )
    return names, [(pair[0], pair[1]) for pair in pairs]


def _check_stratum(name: Any, control: Sample, treatment: Sample, kind: str) -> None:
    check_pair(control, treatment)
    if control.kind != kind:
        raise DataError(
            f"Stratum {name!r} is a {control.kind}, the first a {kind}. Compare one metric.", column="strata"
        )
    for arm, sample in (("control", control), ("treatment", treatment)):
        if sample.n < 2:
            raise DataError(
                f"Stratum {name!r} has {sample.n} unit in the {arm}; at least 2 are needed in each arm. Merge it with "
                "a similar stratum.",
                column="strata",
                count=sample.n,
                example=name,
            )


def _shares(weights: Any, names: list[Any], pairs: list[tuple[Sample, Sample]]) -> list[float]:
    if weights is None:
        found = [float(control.n + treatment.n) for control, treatment in pairs]
    elif isinstance(weights, Mapping):
        absent = [name for name in names if name not in weights]
        if absent or len(weights) != len(names):
            raise DataError(
                f"weights names {', '.join(map(repr, weights))}; the strata are {', '.join(map(repr, names))}. "
                "Give each stratum its weight.",
                column="weights",
            )
        found = [float(weights[name]) for name in names]
    else:
        found = [float(weight) for weight in weights]
    if len(found) != len(names) or not all(w >= 0 and math.isfinite(w) for w in found) or sum(found) == 0:
        raise DataError(
            f"weights={weights!r} don't fit {len(names)} strata. Write one per stratum, none negative.",
            column="weights",
        )
    return [weight / math.fsum(found) for weight in found]
