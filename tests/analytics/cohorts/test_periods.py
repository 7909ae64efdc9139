"""Periods: the engine, numpy and pandas agree; labels and bounds."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics.cohorts import periods
from custintel_analytics.errors import DataError

DATES = st.dates(dt.date(1800, 1, 1), dt.date(2200, 12, 31))
FREQUENCY = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}


@settings(max_examples=40, deadline=None)
@given(dates=st.lists(DATES, min_size=1, max_size=20), grain=st.sampled_from(periods.GRAINS))
def test_engine_numpy_and_pandas_agree(dates, grain):
    days = np.array([periods.to_day(date) for date in dates])
    index = periods.index_of(days, grain)
    table = ibis.memtable(pd.DataFrame({"row": range(len(dates)), "date": pd.Series(dates, dtype=object)}))
    table = table.mutate(date=table.date.cast("date"))
    engine = table.select("row", index=periods.index(table.date, grain)).order_by("row").to_pandas()["index"]
    assert engine.tolist() == index.tolist()
    spans = pd.PeriodIndex([pd.Period(date, FREQUENCY[grain]) for date in dates])
    assert (periods.first_day(index, grain) == [periods.to_day(p.start_time.date()) for p in spans]).all()
    assert (periods.last_day(index, grain) == [periods.to_day(p.end_time.date()) for p in spans]).all()


@given(date=DATES, grain=st.sampled_from(periods.GRAINS))
def test_a_label_names_its_period(date, grain):
    index = periods.parse(date, grain)
    label = periods.label(index, grain)
    assert periods.parse(label, grain) == index
    first, last = periods.bounds(index, grain)
    assert first <= date <= last
    assert periods.parse(date.isoformat(), grain) == index


@pytest.mark.parametrize(
    "grain, short, long",
    [
        ("day", "1997-01-29", "29 January 1997"),
        ("week", "1997-01-27", "The week of 27 January 1997"),
        ("month", "1997-01", "January 1997"),
        ("quarter", "1997-Q1", "Q1 1997"),
        ("year", "1997", "1997"),
    ],
)
def test_labels(grain, short, long):
    index = periods.parse(dt.date(1997, 1, 29), grain)
    assert (periods.label(index, grain), periods.long_label(index, grain)) == (short, long)


@pytest.mark.parametrize("grain, label", [("month", "Jan 97"), ("quarter", "1997-Q5"), ("month", "1997-13")])
def test_what_is_no_period_is_refused(grain, label):
    with pytest.raises(DataError, match=f"{label!r} is not a {grain}. Write it as '1997-"):
        periods.parse(label, grain)
