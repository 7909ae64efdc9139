"""Which customers a selection means: conditions that hold on the rows and on the kept summaries alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from custintel_analytics.cohorts import periods


@dataclass(frozen=True)
class Pick:
    """Customers of a cohort, an age or a calendar period; what is None doesn't restrict.

    Parameters
    ----------
    first
        First and last day of first purchase.
    attribute
        The attribute's value on the first purchase.
    begun_by
        Last day of first purchase, so that the age has been had in full.
    ages
        Active at an age from … to …; an open end is None.
    period
        Active in the calendar period with this index.
    or_later
        Active in that period or after it, for those who had begun by then.
    """

    first: tuple[dt.date, dt.date] | None = None
    attribute: str | None = None
    begun_by: dt.date | None = None
    ages: tuple[int, int | None] | None = None
    period: int | None = None
    or_later: bool = False


def on_lines(lines: Any, picks: Sequence[Pick], grain: str) -> Any:
    """The condition on a table with a row per customer and active age."""
    return reduce(or_, [_cohort(lines, pick) & _line(lines, pick, grain) for pick in picks])


def on_masks(people: Any, picks: Sequence[Pick], grain: str) -> Any:
    """The condition on a table with a row per customer and a bit per active age."""
    return reduce(or_, [_cohort(people, pick) & _mask(people, pick, grain) for pick in picks])


def begun(table: Any, day: dt.date) -> Any:
    """Whether a customer's first day is not after `day`."""
    import ibis

    return table.first <= ibis.literal(day, type="date")


def _cohort(table: Any, pick: Pick) -> Any:
    import ibis

    conditions = []
    if pick.attribute is not None:
        conditions.append(table.attribute == pick.attribute)
    elif pick.first is not None:
        conditions.append(periods.between(table.first, *pick.first))
    if pick.begun_by is not None:
        conditions.append(begun(table, pick.begun_by))
    return reduce(and_, conditions) if conditions else ibis.literal(True)


def _line(lines: Any, pick: Pick, grain: str) -> Any:
    import ibis

    if pick.period is not None:
        start = periods.index(lines.first, grain)
        age = pick.period - start
        return (lines.age >= age) & (start <= pick.period) if pick.or_later else lines.age == age
    if pick.ages is None:
        return ibis.literal(True)
    low, high = pick.ages
    if low == high:
        return lines.age == low
    return lines.age >= low if high is None else (lines.age >= low) & (lines.age <= high)


def _mask(people: Any, pick: Pick, grain: str) -> Any:
    import ibis

    if pick.period is not None:
        start = periods.index(people.first, grain)
        bits = people.mask >> ibis.greatest(pick.period - start, 0)
        return (start <= pick.period) & ((bits if pick.or_later else bits & 1) != 0)
    if pick.ages is None:
        return ibis.literal(True)
    low, high = pick.ages
    return mask_active(people.mask, low, high)


def mask_active(mask: Any, low: int, high: int | None) -> Any:
    """Whether a customer's mask has a bit between two ages, both included."""
    bits = mask >> low if low else mask
    return (bits if high is None else bits & ((1 << (high - low + 1)) - 1)) != 0
