"""Groups too small to be shown: k-anonymity for tables of counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments.catalogue import find

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def suppress(
    frame: pd.DataFrame,
    counts: str = "customers",
    threshold: int = 10,
    totals: str | Sequence[str] | Literal[False] | None = None,
) -> tuple[pd.DataFrame, int]:
    """Leave out the groups that are so small that single people could be recognised.

    Where a total is known, one hidden group can be had by subtraction. So when exactly one is hidden, the next
    smallest is hidden too (complementary suppression). Groups of nobody stay: they are about no one.

    Parameters
    ----------
    frame
        One row per group.
    counts
        The column with the number of people.
    threshold
        The fewest people that a group must have to be shown; 0 or 1 shows all.
    totals
        Which totals readers know: None, that of all rows; one or more columns, for each of them the totals of the rows
        that share a value, as of the rows and columns of a matrix; ``False``, none, so that nothing more is hidden.

    Returns
    -------
    tuple
        The groups that may be shown, and how many are hidden.

    Raises
    ------
    DataError
        When a column is not there, or the threshold is no whole number.

    References
    ----------
    Sweeney, L. (2002). k-anonymity: a model for protecting privacy. International Journal of Uncertainty, Fuzziness
    and Knowledge-Based Systems 10(5); Hundepool, A. et al. (2012). Statistical Disclosure Control, chapter 4.
    """
    if isinstance(threshold, bool) or not isinstance(threshold, int | np.integer) or threshold < 0:
        raise DataError(
            f"threshold={threshold!r} is not a number of people. Pass a whole number such as 10; 0 hides nothing.",
            column="threshold",
            example=threshold,
        )
    column = find([counts], frame.columns, "counts")[0]
    people = frame[column].to_numpy()
    hidden = (people > 0) & (people < threshold)
    if totals is not False:
        parts = _parts(frame, totals)
        # What is hidden for a row may leave one hidden in its column.
        while any(_complement(people, hidden, rows) for rows in parts):
            pass
    return frame[~hidden], int(hidden.sum())


def _parts(frame: pd.DataFrame, totals: str | Sequence[str] | None) -> list[NDArray[np.int64]]:
    if totals is None:
        return [np.arange(len(frame))]
    by = find(totals, frame.columns, "totals")
    parts = []
    for name in by:
        number = frame.groupby(name, sort=False, dropna=False, observed=True).ngroup().to_numpy()
        parts += [np.flatnonzero(number == group) for group in np.unique(number)]
    return parts


def _complement(people: NDArray[Any], hidden: NDArray[np.bool_], rows: NDArray[np.int64]) -> bool:
    """Hide the next smallest beside a single hidden group; whether there was need to."""
    shown = rows[~hidden[rows] & (people[rows] > 0)]
    if hidden[rows].sum() == 1 and len(shown):
        hidden[shown[np.argmin(people[shown])]] = True
        return True
    return False


def suppressed_sentence(n: int, threshold: int) -> str:
    """“2 groups under 10 people hidden.”; an empty text when none is."""
    if not n:
        return ""
    return f"{n:,} group{'' if n == 1 else 's'} under {threshold:,} people hidden."
