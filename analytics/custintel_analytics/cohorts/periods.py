"""Calendar periods and elapsed windows: the same index in the engine and in numpy, with labels and bounds.

A period has a whole number, its index, so that ages are differences: days since 1970-01-01, weeks from Monday
to Sunday, months as ``year * 12 + month - 1``, quarters as ``year * 4 + quarter - 1``, years.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

GRAINS = ("day", "week", "month", "quarter", "year")
WINDOW_DAYS: dict[str, int] = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_EPOCH_MONTH = 1970 * 12
# 1970-01-01 was a Thursday: day -3 is the Monday of week 0.
_MONDAY = 3
_EXAMPLES = {
    "day": "1997-01-27",
    "week": "1997-01-27",
    "month": "1997-01",
    "quarter": "1997-Q1",
    "year": "1997",
}


def index(date: Any, grain: str) -> Any:
    """The index of the period of a date, as an Ibis expression that every engine computes alike."""
    if grain == "day":
        return date.epoch_days().cast("int64")
    if grain == "week":
        return (date.epoch_days().cast("int64") + _MONDAY) // 7
    year = date.year().cast("int64")
    if grain == "month":
        return year * 12 + date.month().cast("int64") - 1
    if grain == "quarter":
        return year * 4 + date.quarter().cast("int64") - 1
    return year


def age(date: Any, first: Any, grain: str, window: str) -> Any:
    """Periods or windows between a customer's first day and `date`, as a portable Ibis expression."""
    if window == "calendar":
        return index(date, grain) - index(first, grain)
    days = date.delta(first, unit="day").cast("int64")
    return days if grain == "day" else days // WINDOW_DAYS[grain]


def index_of(days: NDArray[np.int64], grain: str) -> NDArray[np.int64]:
    """The same index from days since 1970-01-01."""
    if grain == "day":
        return days
    if grain == "week":
        return (days + _MONDAY) // 7
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + _EPOCH_MONTH
    return months // {"month": 1, "quarter": 3, "year": 12}[grain]


def first_day(periods: NDArray[np.int64], grain: str) -> NDArray[np.int64]:
    """The first day of each period, in days since 1970-01-01."""
    if grain == "day":
        return periods
    if grain == "week":
        return periods * 7 - _MONDAY
    months = periods * {"month": 1, "quarter": 3, "year": 12}[grain] - _EPOCH_MONTH
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def last_day(periods: NDArray[np.int64], grain: str) -> NDArray[np.int64]:
    """The last day of each period, in days since 1970-01-01."""
    return first_day(periods + 1, grain) - 1


def labels(periods: NDArray[np.int64], grain: str) -> list[str]:
    """Labels that sort: ``1997-01-27`` (day, or Monday of a week), ``1997-01``, ``1997-Q1``, ``1997``."""
    return [_label(to_date(day), grain) for day in first_day(periods, grain)]


def label(period: int, grain: str) -> str:
    """The label of one period."""
    return labels(np.array([period]), grain)[0]


def bounds(period: int, grain: str) -> tuple[dt.date, dt.date]:
    """First and last day of a period."""
    ends = first_day(np.array([period, period + 1]), grain)
    return to_date(ends[0]), to_date(ends[1] - 1)


def _label(day: dt.date, grain: str) -> str:
    if grain in ("day", "week"):
        return day.isoformat()
    if grain == "month":
        return f"{day.year:04d}-{day.month:02d}"
    if grain == "quarter":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}"


def long_label(period: int, grain: str) -> str:
    """A label to read: ``27 January 1997``, ``The week of …``, ``January 1997``, ``Q1 1997``."""
    day = to_date(first_day(np.array([period]), grain)[0])
    if grain == "day":
        return long_date(day)
    if grain == "week":
        return f"The week of {long_date(day)}"
    if grain == "month":
        return f"{MONTHS[day.month - 1]} {day.year}"
    if grain == "quarter":
        return f"Q{(day.month + 2) // 3} {day.year}"
    return str(day.year)


def long_date(day: dt.date) -> str:
    """A date in words, the same in every locale: ``27 January 1997``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def parse(name: Any, grain: str) -> int:
    """The index of the period that a label names; a date names the period it falls in.

    Raises
    ------
    DataError
        When the label is none of this grain.
    """
    if isinstance(name, dt.date):
        return int(index_of(np.array([to_day(name)]), grain)[0])
    text = str(name).strip()
    pattern = {"month": r"(\d{4})-(\d{2})", "quarter": r"(\d{4})-Q([1-4])", "year": r"(\d{4})()"}.get(grain)
    try:
        match = re.fullmatch(pattern, text) if pattern else None
        if match:
            year, part = int(match[1]), int(match[2] or 1)
            day = dt.date(year, part * 3 - 2 if grain == "quarter" else part, 1)
        else:
            day = dt.date.fromisoformat(text)
    except ValueError:
        raise DataError(
            f"{name!r} is not a {grain}. Write it as {_EXAMPLES[grain]!r}.", example=name
        ) from None
    return int(index_of(np.array([to_day(day)]), grain)[0])


def to_day(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return date.toordinal() - _EPOCH_ORDINAL


def to_date(day: Any) -> dt.date:
    """The date of a number of days since 1970-01-01."""
    return dt.date.fromordinal(int(day) + _EPOCH_ORDINAL)


def between(date: Any, first: dt.date, last: dt.date) -> Any:
    """Whether a date column lies between two days, both included."""
    import ibis

    lower: ir.Value = ibis.literal(first, type="date")
    return (date >= lower) & (date <= ibis.literal(last, type="date"))


_EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
