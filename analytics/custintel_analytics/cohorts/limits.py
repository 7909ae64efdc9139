"""Matrices that nobody can read are refused before they are computed, with what to ask for instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.cohorts import periods
from custintel_analytics.cohorts.periods import GRAINS
from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from custintel_analytics.cohorts.engine import Engine

MOST_COHORTS = 2_000
MOST_CELLS = 4_000_000


def check_attribute(engine: Engine, firsts: ir.Table, by: str | None) -> None:
    """Refuse an attribute with a value per customer, such as an id.

    Raises
    ------
    DataError
        When the attribute would make more than 2,000 cohorts.
    """
    if by is None:
        return
    count = int(engine.frame(firsts.aggregate(values=firsts.attribute.nunique()))["values"].iloc[0])
    if count > MOST_COHORTS:
        raise DataError(
            f"by={by!r} has {count:,} different values on first purchases, which would be {count:,} "
            f"cohorts; at most {MOST_COHORTS:,} can be shown. It looks like an id: take a column with fewer "
            "values, or group its values first.",
            column=by,
            count=count,
        )


def check_size(
    first: dt.date, last: dt.date, last_first: dt.date, cohort_grain: str | None, grain: str, window: str
) -> None:
    """Refuse more than 2,000 cohorts or 4 million cells, counted from the dates alone.

    Parameters
    ----------
    first, last
        First and last day that are observed.
    last_first
        Last day on which a cohort may begin.
    cohort_grain, grain, window
        As asked for.

    Raises
    ------
    DataError
        Says how many there would be, and the finest grain that fits.
    """
    ages = _ages(first, last, grain, window)
    cohorts = _cohorts(first, last_first, cohort_grain)
    if cohort_grain is not None and cohorts > MOST_COHORTS:
        raise DataError(
            f"cohort_grain={cohort_grain!r} would make {cohorts:,} cohorts, from {periods.long_date(first)} "
            f"to {periods.long_date(last_first)}; at most {MOST_COHORTS:,} can be shown. "
            + _coarser(
                "cohort_grain", cohort_grain, lambda name: _cohorts(first, last_first, name), MOST_COHORTS
            ),
            column="cohort_grain",
            count=cohorts,
        )
    if cohorts * ages > MOST_CELLS:
        raise DataError(
            f"{cohorts:,} cohorts followed for {ages:,} ages by {grain} would be {cohorts * ages:,} cells; "
            f"at most {MOST_CELLS:,} can be shown. "
            + _coarser("grain", grain, lambda name: cohorts * _ages(first, last, name, window), MOST_CELLS),
            column="grain",
            count=cohorts * ages,
        )


def _coarser(argument: str, grain: str, count: Callable[[str], int], most: int) -> str:
    what = "cohorts" if argument == "cohort_grain" else "cells"
    for name in GRAINS[GRAINS.index(grain) + 1 :]:
        number = count(name)
        if number <= most:
            return f"Ask for {argument}={name!r}: {number:,} {what}."
    return "Pass as_of= to look at a shorter time."


def _cohorts(first: dt.date, last: dt.date, cohort_grain: str | None) -> int:
    return 1 if cohort_grain is None else _span(first, last, cohort_grain)


def _ages(first: dt.date, last: dt.date, grain: str, window: str) -> int:
    if window == "elapsed":
        return (last - first).days // periods.WINDOW_DAYS[grain] + 1
    return _span(first, last, grain)


def _span(first: dt.date, last: dt.date, grain: str) -> int:
    ends = periods.index_of(np.array([periods.to_day(first), periods.to_day(last)]), grain)
    return int(ends[1] - ends[0]) + 1
