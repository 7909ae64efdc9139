"""Who has had an age in full by the last observed day: in the engine, in numpy, and as a day.

Cohorts of a period wait for their youngest customer; cohorts of an attribute never stop growing, so that each
of their cells counts the customers who have had it in full, and these alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts import periods

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

FEWEST_OBSERVED = 30
"""Customers who must have had an age before a cell of a growing cohort is mature.

With fewer the rate says nothing yet: Wilson's interval for 15 of 30 is 33–67 %, and below that it spans more
than a third of all possible rates. A cohort that all have had in full is mature whatever its size.
"""


def last_full(first: Any, as_of: dt.date, grain: str, window: str) -> Any:
    """The last age that a customer has had in full, -1 for none, as a portable Ibis expression."""
    import ibis

    if window == "calendar":
        return _last_period(as_of, grain) - periods.index(first, grain)
    lived = ibis.literal(as_of, type="date").delta(first, unit="day").cast("int64") + 1
    return lived // periods.WINDOW_DAYS[grain] - 1


def last_full_of(first: Ints, as_of: dt.date, grain: str, window: str) -> Ints:
    """The same from days since 1970-01-01."""
    if window == "calendar":
        return _last_period(as_of, grain) - periods.index_of(first, grain)
    return (periods.to_day(as_of) + 1 - first) // periods.WINDOW_DAYS[grain] - 1


def begun_by(age: int, as_of: dt.date, grain: str, window: str) -> dt.date:
    """The day by which a customer must have begun to have had an age in full."""
    if window == "calendar":
        return periods.bounds(_last_period(as_of, grain) - age, grain)[1]
    return periods.to_date(periods.to_day(as_of) + 1 - (age + 1) * periods.WINDOW_DAYS[grain])


def had(lines: Any, columns: Sequence[tuple[int, int]], full: Any) -> Any:
    """Whether the column that holds a line's age is one that its customer has had to its end."""
    import ibis

    if all(low == high for low, high in columns):
        return lines.age <= full
    return ibis.cases(*((lines.age <= high, high) for _, high in columns)) <= full


def had_of(age: Ints, columns: Sequence[tuple[int, int]], full: Ints) -> NDArray[np.bool_]:
    """The same in numpy."""
    ends = np.array([high for _, high in columns], dtype=np.int64)
    column = np.searchsorted(ends, age)
    return (column < len(ends)) & (ends[np.minimum(column, len(ends) - 1)] <= full)


def _last_period(as_of: dt.date, grain: str) -> int:
    """The last period that is over at the end of a day."""
    return int(periods.index_of(np.array([periods.to_day(as_of) + 1]), grain)[0]) - 1
