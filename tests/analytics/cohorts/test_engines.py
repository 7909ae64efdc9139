"""The quick way, the portable way and another engine give the same, to the byte."""

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics import cohorts, tables
from custintel_analytics.cohorts import direct, masks, store, summary

QUESTIONS = [
    {},
    {"kind": "unbounded", "cohort_grain": "quarter"},
    {"kind": "bracket", "grain": "week", "cohort_grain": "month", "as_of": "1998-02-03"},
    {"window": "elapsed", "cohort_grain": "week"},
    {"by": "quantity", "window": "elapsed", "grain": "quarter"},
]


def rows(seed, size=300):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer": random.integers(1, 40, size),
            "date": pd.Timestamp("2020-02-20") + pd.to_timedelta(random.integers(0, 500, size), unit="D"),
            "order": random.integers(1, 90, size).astype(str),
            "channel": random.choice(["web", "shop", "app", None], size),
        }
    )
    frame["amount"] = random.integers(-300, 5000, size) / 100
    frame.loc[random.random(size) < 0.05, "amount"] = np.nan
    return frame


@pytest.fixture
def portable(monkeypatch):
    """Turns the quick ways off for tables that are made after."""

    def make(table):
        monkeypatch.setattr(store.store_of(table).engine, "is_quick", False)
        return table

    return make


def same(one, other):
    pd.testing.assert_frame_equal(one.frame, other.frame, check_exact=True)
    assert (one.customers, one.purchases, one.bought_once) == (
        other.customers,
        other.purchases,
        other.bought_once,
    )
    assert one.truncation == other.truncation or np.isnan(one.truncation.first_rate)
    first = one.frame["cohort"].iloc[0]
    cells = [{"kind": "row", "cohort": first}, {"kind": "column", "age": int(one.frame["age"].iloc[1])}]
    np.testing.assert_array_equal(one.audience(cells=cells).ids(), other.audience(cells=cells).ids())


@pytest.mark.parametrize("question", QUESTIONS)
def test_quick_is_portable_on_cdnow(cdnow_table, purchases, portable, question):
    quick = cohorts.retention(cdnow_table, **question)
    slow = cohorts.retention(portable(tables.as_table(purchases.drop(columns="minor"))), **question)
    assert isinstance(quick._summary, masks.MaskSummary) == (question.get("grain") != "week")
    assert type(slow._summary) is summary.Summary
    same(quick, slow)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    grain=st.sampled_from(["week", "month", "year"]),
    window=st.sampled_from(["calendar", "elapsed"]),
    kind=st.sampled_from(["classic", "unbounded", "bracket"]),
    by=st.none() | st.just("channel"),
    returns=st.sampled_from(["exclude", "net"]),
)
def test_quick_is_portable_on_random_tables(seed, grain, window, kind, by, returns):
    question = {"grain": grain, "window": window, "kind": kind, "by": by}
    quick, slow = (tables.as_table(rows(seed), returns=returns) for _ in range(2))
    store.store_of(slow).engine.is_quick = False
    one, other = cohorts.retention(quick, **question), cohorts.retention(slow, **question)
    assert isinstance(one._summary, direct.DirectSummary)
    assert not isinstance(other._summary, direct.DirectSummary)
    same(one, other)
    assert one.left_out.equals(other.left_out)


@pytest.mark.parametrize("window", ["calendar", "elapsed"])
@pytest.mark.parametrize("ages, quick", [(52, True), (53, True), (54, False)])
def test_the_masks_hold_53_ages(portable, ages, quick, window):
    monday = pd.Timestamp("2022-01-03")
    days = [0, *(7 * age + 3 for age in range(1, ages)), 7 * (ages - 1)]
    frame = pd.DataFrame({"customer": [number % 3 for number in range(len(days))]})
    frame["date"] = monday + pd.to_timedelta(days, unit="D")
    one = cohorts.retention(tables.as_table(frame), grain="week", window=window, kind="unbounded")
    assert isinstance(one._summary, masks.MaskSummary) == quick
    assert one.frame["age"].max() == ages - 1
    other = portable(tables.as_table(frame))
    same(one, cohorts.retention(other, grain="week", window=window, kind="unbounded"))


def test_orders_in_slices_add_up(monkeypatch):
    whole = cohorts.retention(tables.as_table(rows(5)))
    monkeypatch.setattr(direct, "_SLICE_ROWS", 40)
    same(whole, cohorts.retention(tables.as_table(rows(5))))


@pytest.mark.spark
class TestSpark:
    """DuckDB and PySpark in local mode."""

    @pytest.fixture
    def on_spark(self, spark):
        backend = ibis.pyspark.connect(spark)

        def make(frame, **arguments):
            name = f"purchases_{len(backend.list_tables())}"
            spark.createDataFrame(frame).createOrReplaceTempView(name)
            return tables.as_table(backend.table(name), **arguments)

        return make

    def test_cdnow(self, on_spark, cdnow_table, purchases):
        table = on_spark(purchases.drop(columns="minor"))
        for question in QUESTIONS[2:4]:
            same(cohorts.retention(cdnow_table, **question), cohorts.retention(table, **question))
        diagonal = cohorts.retention(table).audience(period="1998-03")
        assert diagonal.size == 2060

    @pytest.mark.parametrize(
        "seed, question", [(1, {"by": "channel"}), (2, {"grain": "week", "kind": "bracket"})]
    )
    def test_random_tables(self, on_spark, seed, question):
        frame = rows(seed).sort_values("date").reset_index(drop=True)
        frame["channel"] = frame["channel"].astype(object).where(frame["channel"].notna(), None)
        one = cohorts.retention(tables.as_table(frame, returns="net"), **question)
        other = cohorts.retention(on_spark(frame, returns="net"), **question)
        same(one, other)
        assert one.left_out.equals(other.left_out)
