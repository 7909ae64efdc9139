"""Whether customers, or their segments, are still those that the segmentation was made for.

The population stability index compares the shares of two distributions in the same bins,

    PSI = Σ (aᵢ − eᵢ) · ln(aᵢ / eᵢ),

which is Jeffreys' divergence (the Kullback–Leibler divergence both ways). By the rule of thumb of credit scoring, below
.1 nothing of note has happened (“stable”), up to .25 something has (“moved”), above it the distribution is another
one (“shifted”).

Chance alone moves it too: without any change, PSI / (1/n + 1/m) follows about a χ² distribution with one degree of
freedom less than there are bins. With 100 customers and ten bins it passes .25 once in five times. Hence `chance`: what it
exceeds once in twenty times without a change; below that the verdict is “stable”, whatever the thresholds say.

The calendar moves some features by itself: between two dates everybody's tenure grows by the days between. Those days are
taken off before the index, so that what is left is who came and who went.

References
----------
Siddiqi, N. (2006). Credit risk scorecards, chapter 8.
Yurdakul, B. (2018). Statistical properties of the population stability index, chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments import labelled

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.labelled import Names

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

MOVED = 0.1
SHIFTED = 0.25
BINS = 10
FLOOR = 0.5  # customers that an empty bin counts as: a fixed share would make small tables drift by chance
WITH_THE_CALENDAR = ("tenure",)
_ONCE_IN_TWENTY = 0.95


@dataclass(frozen=True, eq=False)
class Shares:
    """How the segments' shares have moved.

    Parameters
    ----------
    frame
        A row per segment: ``segment``, ``name``, ``customers_before``, ``customers_after``, ``share_before``,
        ``share_after``, ``part`` (of the PSI).
    psi, chance, verdict
        Of all shares together, as in `drift`.
    """

    frame: pd.DataFrame
    psi: float
    chance: float
    verdict: str


def psi(expected: Any, actual: Any, bins: int = BINS) -> float:
    """Population stability index of one variable.

    Parameters
    ----------
    expected, actual
        Values then and now, of n and m customers.
    bins
        Quantile bins of `expected` for numbers. Values that are many times the same make fewer; up to as many
        different numbers, and categories, are compared value by value. Missing values are a bin of their own. A bin that
        one side has nobody in counts as half a customer.

    Raises
    ------
    DataError
        When a side is empty, or for fewer than two bins.
    """
    return _index(*_binned(expected, actual, bins))


def verdict(index: float, chance: float = 0.0) -> str:
    """A PSI in a word: ``"stable"``, ``"moved"`` or ``"shifted"``.

    Parameters
    ----------
    index
        The PSI.
    chance
        What it exceeds once in twenty times without a change.
    """
    if index < MOVED or index <= chance:
        return "stable"
    return "moved" if index <= SHIFTED else "shifted"


def drift(before: Features, after: Features, bins: int = BINS) -> pd.DataFrame:
    """How far each feature has moved between two dates.

    Parameters
    ----------
    before, after
        The same columns at two dates.
    bins
        As in `psi`.

    Returns
    -------
    pandas.DataFrame
        A row per feature, the most moved first: ``feature``, ``label`` (“Tenure, less 90 days” where the calendar's
        own movement is taken off), ``psi``, ``chance`` (what the PSI exceeds once in twenty times without a change),
        ``verdict``, ``mean_before``, ``mean_after`` (NaN for categories; less those days), ``missing_before``,
        ``missing_after`` (shares).

    Raises
    ------
    DataError
        When the columns differ.
    """
    import pandas as pd

    columns = list(before.frame.columns)
    other = list(after.frame.columns)
    if set(columns) != set(other):
        odd = sorted(set(columns) ^ set(other))
        raise DataError(
            f"The features differ: {', '.join(map(repr, odd))} {'is' if len(odd) == 1 else 'are'} only at one "
            "date. Make both with the same columns, for example before.at(date).",
            column=odd[0],
        )
    rows = []
    for column, row in labelled.about(before).items():
        then, now, label = before.frame[column], after.frame[column], row["label"]
        if days := _by_itself(row, before, after):
            now, label = now - days, f"{label}, less {days:,} days"
        counts = _binned(then, now, bins)
        index, chance = _index(*counts), _chance(*counts)
        rows.append(
            {
                "feature": column,
                "label": label,
                "psi": index,
                "chance": chance,
                "verdict": verdict(index, chance),
                "mean_before": _mean(then),
                "mean_after": _mean(now),
                "missing_before": float(then.isna().mean()),
                "missing_after": float(now.isna().mean()),
            }
        )
    return pd.DataFrame(rows).sort_values("psi", ascending=False, kind="stable", ignore_index=True)


def _by_itself(row: dict[str, Any], before: Features, after: Features) -> int:
    """The days by which the calendar alone has moved a feature, for everybody."""
    if row["column"] not in WITH_THE_CALENDAR or row["unit"] != "days":
        return 0
    return (after.as_of - before.as_of).days if before.as_of and after.as_of else 0


def shares(labels_before: Any, labels_after: Any, names: Names = None) -> Shares:
    """How the segments' shares have moved.

    Parameters
    ----------
    labels_before, labels_after
        The segments of the customers then and now; not necessarily the same customers.
    names
        What the segments are called.

    Raises
    ------
    DataError
        When a side is empty.
    """
    import pandas as pd

    then, now = np.asarray(labels_before), np.asarray(labels_after)
    then, now = labelled.checked(then, len(then)), labelled.checked(now, len(now))
    _check_sides(len(then), len(now))
    segments = labelled.present(np.concatenate([then, now]))
    counts = [np.array([(side == segment).sum() for segment in segments]) for side in (then, now)]
    expected, actual = (_floored(count) for count in counts)
    part = (actual - expected) * np.log(actual / expected)
    frame = pd.DataFrame(
        {
            "segment": segments,
            "name": [labelled.name_of(names, segment) for segment in segments],
            "customers_before": counts[0],
            "customers_after": counts[1],
            "share_before": counts[0] / len(then),
            "share_after": counts[1] / len(now),
            "part": part,
        }
    )
    index, chance = _index(*counts), _chance(*counts)
    return Shares(frame, index, chance, verdict(index, chance))


def _index(expected: Counts, actual: Counts) -> float:
    shares_before, shares_after = _floored(expected), _floored(actual)
    return float(((shares_after - shares_before) * np.log(shares_after / shares_before)).sum())


def _chance(expected: Counts, actual: Counts) -> float:
    from scipy.special import chdtri

    used = int(((expected + actual) > 0).sum())
    if used < 2:
        return 0.0
    return float(chdtri(used - 1, 1 - _ONCE_IN_TWENTY) * (1 / expected.sum() + 1 / actual.sum()))


def _floored(counts: Counts) -> Floats:
    shares_of_all: Floats = np.maximum(counts, FLOOR) / counts.sum()
    return shares_of_all


def _binned(expected: Any, actual: Any, bins: int) -> tuple[Counts, Counts]:
    """Customers per bin on both sides, the missing ones last; bins that are empty on both are left out."""
    import pandas as pd

    if not isinstance(bins, int) or isinstance(bins, bool) or bins < 2:
        raise DataError(f"bins={bins!r} is not possible: a whole number from 2 on.", column="bins")
    then, now = pd.Series(expected), pd.Series(actual)
    _check_sides(len(then), len(now))
    if labelled.is_text(then) or labelled.is_text(now):
        codes = pd.factorize(np.concatenate([labelled.texts(then), labelled.texts(now)]))[0]
    else:
        codes = _number_codes(labelled.numbers(then), labelled.numbers(now), bins)
    size = int(codes.max(initial=0)) + 2
    # Missing has the code −1, which becomes the last bin.
    counts = [np.bincount(part % size, minlength=size) for part in np.split(codes, [len(then)])]
    used = (counts[0] + counts[1]) > 0
    return counts[0][used], counts[1][used]


def _number_codes(then: Floats, now: Floats, bins: int) -> NDArray[np.int64]:
    both = np.concatenate([then, now])
    known = then[~np.isnan(then)]
    levels = np.unique(both[~np.isnan(both)])
    if len(levels) <= bins or not len(known):
        codes = np.searchsorted(levels, both)
    else:
        edges = np.unique(np.quantile(known, np.arange(1, bins) / bins))
        codes = np.searchsorted(edges, both, side="left")
    return np.where(np.isnan(both), -1, codes)


def _check_sides(then: int, now: int) -> None:
    if not then or not now:
        side = "before" if not then else "after"
        raise DataError(f"There is nobody {side}, so there is nothing to compare.", count=0)


def _mean(column: pd.Series) -> float:
    if labelled.is_text(column):
        return float("nan")
    values = labelled.numbers(column)
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
