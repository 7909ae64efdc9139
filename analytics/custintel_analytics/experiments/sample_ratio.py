"""Whether the variants have the sizes that the assignment should have given them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from custintel_analytics.errors import DataError

THRESHOLD = 0.001
_FEW = 5


@dataclass(frozen=True)
class SampleRatio:
    """The check of the variants' sizes. Made by `sample_ratio`.

    Parameters
    ----------
    p_value
        Of the chi-square test of fit.
    counts
        Units found, by variant, in the order given.
    expected
        Units expected of as many.
    variants
        The variants' names: those of a mapping, else 1, 2, ….
    verdict
        ``"ok"``, ``"mismatch"`` (p below `threshold`) or ``"too few"`` (fewer than 5 expected somewhere: the
        test can't be trusted yet).
    sentence
        The verdict in words.
    statistic
        Chi-square, with one degree of freedom less than variants.
    threshold
        The p-value below which it fires.
    """

    p_value: float
    counts: tuple[float, ...]
    expected: tuple[float, ...]
    variants: tuple[Any, ...]
    verdict: str
    sentence: str
    statistic: float
    threshold: float

    @property
    def ok(self) -> bool:
        """Whether results may be read."""
        return self.verdict != "mismatch"

    def summary(self) -> str:
        """The verdict in words."""
        return self.sentence


def sample_ratio(
    counts: Sequence[float] | Mapping[Any, float],
    expected: Sequence[float] | Mapping[Any, float] | None = None,
    threshold: float = THRESHOLD,
) -> SampleRatio:
    """Check for a sample-ratio mismatch.

    A mismatch means that units were lost or counted twice depending on their variant, so that the groups are
    no longer alike: no result of the experiment can be read.

    Parameters
    ----------
    counts
        Units found in each variant; a mapping names the variants.
    expected
        The planned split, on any scale: (1, 1), (50, 50), {"A": .9, "B": .1}. By default equal.
    threshold
        The p-value below which it fires. The check runs at every look, so it is strict.

    Raises
    ------
    DataError
        For one variant, negative counts, or a split that doesn't fit.

    References
    ----------
    Fabijan, A., et al. (2019). Diagnosing sample ratio mismatch in online controlled experiments. KDD.
    """
    from scipy.special import chdtrc

    variants = tuple(counts) if isinstance(counts, Mapping) else tuple(range(1, len(counts) + 1))
    found = tuple(_units(value) for value in (counts.values() if isinstance(counts, Mapping) else counts))
    if len(found) < 2:
        raise DataError(
            f"{len(found)} variant: a split needs at least two. Check the column that holds the variant.",
            column="counts",
            count=len(found),
        )
    total = math.fsum(found)
    if total == 0:
        raise DataError("No variant has any units yet.", column="counts", count=0)
    shares = _split(expected, variants)
    wanted = tuple(total * share for share in shares)
    statistic = math.fsum((x - e) ** 2 / e for x, e in zip(found, wanted, strict=True))
    p_value = float(chdtrc(len(found) - 1, statistic))
    verdict = "too few" if min(wanted) < _FEW else "mismatch" if p_value < threshold else "ok"
    sentence = _sentence(verdict, p_value, _written(wanted), _written(found))
    return SampleRatio(p_value, found, wanted, variants, verdict, sentence, statistic, threshold)


def _sentence(verdict: str, p_value: float, wanted: str, found: str) -> str:
    if verdict == "too few":
        return f"Too few units to check the split: expected {wanted}, got {found}."
    if verdict == "ok":
        return f"The split is as planned: expected {wanted}, got {found} (p = {p_value:.2g})."
    return (
        f"Don't read this result. Expected {wanted}, got {found}; under correct assignment that happens "
        f"{_rarity(p_value)}. Check assignment and logging."
    )


def _rarity(p_value: float) -> str:
    if p_value < 1e-12:
        return "practically never"
    times = 1 / p_value
    step = 10 ** (math.floor(math.log10(times)) - 1)
    return f"about once in {round(times / step) * step:,.0f} times"


def _written(values: tuple[float, ...]) -> str:
    return " : ".join(f"{value:,.0f}" for value in values)


def _units(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not (number >= 0 and math.isfinite(number)):
        raise DataError(
            f"{value!r} is no count of units. Pass how many units each variant has.",
            column="counts",
            example=value,
        )
    return number


def _split(expected: Any, variants: tuple[Any, ...]) -> tuple[float, ...]:
    if expected is None:
        return (1 / len(variants),) * len(variants)
    by_name = isinstance(expected, Mapping)
    if by_name and set(expected) != set(variants):
        raise DataError(
            f"expected names {', '.join(map(repr, expected))}; the variants are {', '.join(map(repr, variants))}. "
            "Give each variant its share.",
            column="expected",
        )
    parts = (
        [float(expected[variant]) for variant in variants] if by_name else [float(part) for part in expected]
    )
    if len(parts) != len(variants) or not all(part > 0 and math.isfinite(part) for part in parts):
        raise DataError(
            f"expected={expected!r} is no split of {len(variants)} variants. Write a positive share for each, such as "
            f"{(1,) * len(variants)}.",
            column="expected",
            example=expected,
        )
    return tuple(part / math.fsum(parts) for part in parts)
