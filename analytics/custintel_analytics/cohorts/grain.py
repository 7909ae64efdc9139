"""Which grain to begin with: a matrix that can be read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts import periods
from custintel_analytics.cohorts.settings import check_date
from custintel_analytics.cohorts.store import store_of
from custintel_analytics.cohorts.summary import Question, days

if TYPE_CHECKING:
    from custintel_analytics.tables import Table

_FEWEST, _MOST = 8, 24
# Months are what people expect; among equally good ones the first wins.
_PREFERENCE = ("month", "week", "day", "quarter", "year")
_FEWEST_WINDOWS = 4


def suggest_grain(table: Table, as_of: Any = None) -> dict[str, str]:
    """The cohort grain that gives 8 to 24 cohorts, and the period grain and window that suit it.

    Month cohorts are followed by calendar month, quarters by quarter and years by year. Where months would be
    too few, cohorts are weeks or days and are followed by elapsed windows from each customer's own first day,
    the longest of 30, 7 or 1 days that gives at least four windows: a week's customers don't share a calendar
    month.

    Parameters
    ----------
    table
        A table of `custintel_analytics.tables.as_table`.
    as_of
        Last day to look at; the last purchase when left out.

    Returns
    -------
    dict
        ``cohort_grain``, ``grain`` and ``window``, to be passed to `retention`.
    """
    store = store_of(table)
    first, last = store.bounds
    last = min(check_date("as_of", as_of) or last, last)
    if last < first:  # `retention` says what is wrong with it
        last = store.bounds[1]
    summary, _ = store.summary(Question("month", "calendar", None, last))
    starts = days(summary.starts["first"])
    counts = {name: len(np.unique(periods.index_of(starts, name))) for name in _PREFERENCE}
    cohort_grain = min(_PREFERENCE, key=lambda name: _distance(counts[name]))
    if cohort_grain in ("week", "day"):
        span = (last - first).days + 1
        fitting: list[Any] = [
            name for name in ("month", "week", "day") if span >= _FEWEST_WINDOWS * periods.WINDOW_DAYS[name]
        ]
        return {"cohort_grain": cohort_grain, "grain": fitting[0] if fitting else "day", "window": "elapsed"}
    return {"cohort_grain": cohort_grain, "grain": cohort_grain, "window": "calendar"}


def _distance(count: int) -> float:
    if count < _FEWEST:
        return math.log(_FEWEST / count)
    return max(math.log(count / _MOST), 0.0)
