"""P-values adjusted for the number of questions asked."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Values = NDArray[np.float64]


def bonferroni(p_values: ArrayLike) -> NDArray[np.float64]:
    """Each p-value times the number of tests: the chance of any false alarm stays below alpha.

    Parameters
    ----------
    p_values
        One per test. A NaN is no test: it stays, and isn't counted.

    Returns
    -------
    numpy.ndarray
        Adjusted p-values in the same order, at most 1.

    Raises
    ------
    DataError
        For a value outside of 0 to 1.
    """
    return _over_tests(p_values, _times_all)


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Holm's step-down: the guarantee of Bonferroni's, and never larger.

    Parameters, result and errors as in `bonferroni`.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
    Statistics 6, 65–70.
    """
    return _over_tests(p_values, _stepped_down)


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Benjamini and Hochberg's step-up: the expected share of false alarms among alarms stays below alpha.

    Parameters, result and errors as in `bonferroni`.

    References
    ----------
    Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical
    Society B 57, 289–300.
    """
    return _over_tests(p_values, _stepped_up)


def _times_all(ordered: Values) -> Values:
    return ordered * len(ordered)


def _stepped_down(ordered: Values) -> Values:
    return np.maximum.accumulate(ordered * np.arange(len(ordered), 0, -1))


def _stepped_up(ordered: Values) -> Values:
    scaled = ordered * len(ordered) / np.arange(1, len(ordered) + 1)
    return np.minimum.accumulate(scaled[::-1])[::-1]


# Each from rising p-values to what they become, which may exceed 1.
CORRECTIONS: dict[str, Callable[[Values], Values]] = {
    "holm": _stepped_down,
    "bonferroni": _times_all,
    "benjamini-hochberg": _stepped_up,
}


def corrected(p_values: ArrayLike, correction: str | None) -> NDArray[np.float64]:
    """P-values adjusted by the correction of that name; None leaves them as they are."""
    if correction is None:
        return np.array(p_values, dtype=np.float64)
    return _over_tests(p_values, CORRECTIONS[one_of("correction", correction, CORRECTIONS)])


NAMES = {"holm": "Holm", "bonferroni": "Bonferroni", "benjamini-hochberg": "Benjamini–Hochberg"}
# Below every p-value that a test can give, above the smallest number that keeps its digits.
_LEAST = 1e-300


@dataclass(frozen=True)
class Family:
    """The questions that one of them is asked among, and what correcting for their number does to it.

    Parameters
    ----------
    correction
        Its name; empty for none.
    questions
        How many there are.
    factor
        By what the p-value is multiplied. The interval's alpha is divided by it, so that both go on saying the same
        of zero.
    """

    correction: str = ""
    questions: int = 1
    factor: float = 1.0

    def p_value(self, p: float) -> float:
        """A p-value of its own as one of the family; NaN stays."""
        return p if math.isnan(p) else min(1.0, p * self.factor)

    def level(self, level: float) -> float:
        """The confidence of an interval of its own that has `level` as one of the family."""
        return 1 - (1 - level) / self.factor if self.factor != 1 else level

    @property
    def words(self) -> str:
        """What to say behind interval and p-value: ``, both Holm-corrected for 3 questions``; nothing of one."""
        if self.questions < 2:
            return ""
        how = f"both {NAMES[self.correction]}-corrected" if self.correction else "not corrected"
        return f", {how} for {self.questions} questions"


ALONE = Family()


def families(p_values: ArrayLike, correction: str | None) -> list[Family]:
    """For each p-value the family that the correction of that name makes of all; of a NaN, one alone."""
    values = np.array(p_values, dtype=np.float64)
    count = int((~np.isnan(values)).sum())
    factors = np.ones_like(values)
    if correction is not None:
        least = np.maximum(values, _LEAST)
        step = CORRECTIONS[one_of("correction", correction, CORRECTIONS)]
        # Rounding must not make a p-value smaller.
        factors = np.maximum(_over_tests(least, step, most=math.inf) / least, 1.0)
    return [
        ALONE if math.isnan(p) else Family(correction or "", count, float(factor))
        for p, factor in zip(values, factors, strict=True)
    ]


def _over_tests(p_values: ArrayLike, adjust: Callable[[Values], Values], most: float = 1.0) -> Values:
    """Apply a rule to the rising p-values that are there, and put them back in their places."""
    values = np.array(p_values, dtype=np.float64)
    outside = values[(values < 0) | (values > 1)]
    if outside.size:
        raise DataError(
            f"{outside.size} p-values aren't between 0 and 1, for example {outside[0]:g}.",
            column="p_values",
            count=int(outside.size),
            example=float(outside[0]),
        )
    places = np.flatnonzero(~np.isnan(values))
    order = places[np.argsort(values.flat[places], kind="stable")]
    values.flat[order] = np.minimum(adjust(values.flat[order]), most)
    return values
