"""P-values adjusted for the number of questions asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


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
    return _over_tests(p_values, lambda ordered: ordered * len(ordered))


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Holm's step-down: the guarantee of Bonferroni's, and never larger.

    Parameters, result and errors as in `bonferroni`.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
    Statistics 6, 65–70.
    """
    return _over_tests(
        p_values, lambda ordered: np.maximum.accumulate(ordered * np.arange(len(ordered), 0, -1))
    )


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Benjamini and Hochberg's step-up: the expected share of false alarms among alarms stays below alpha.

    Parameters, result and errors as in `bonferroni`.

    References
    ----------
    Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical
    Society B 57, 289–300.
    """

    def stepped(ordered: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled = ordered * len(ordered) / np.arange(1, len(ordered) + 1)
        return np.minimum.accumulate(scaled[::-1])[::-1]

    return _over_tests(p_values, stepped)


CORRECTIONS: dict[str, Callable[[ArrayLike], NDArray[np.float64]]] = {
    "holm": holm,
    "bonferroni": bonferroni,
    "benjamini-hochberg": benjamini_hochberg,
}


def corrected(p_values: ArrayLike, correction: str | None) -> NDArray[np.float64]:
    """P-values adjusted by the correction of that name; None leaves them as they are."""
    if correction is None:
        return np.array(p_values, dtype=np.float64)
    return CORRECTIONS[one_of("correction", correction, CORRECTIONS)](p_values)


def _over_tests(
    p_values: ArrayLike, adjust: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> NDArray[np.float64]:
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
    values.flat[order] = np.minimum(adjust(values.flat[order]), 1.0)
    return values
