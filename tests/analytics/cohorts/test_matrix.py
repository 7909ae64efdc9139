"""The matrix against published figures and against an independent computation, cell by cell."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics import cohorts, tables

GRAINS = ("day", "week", "month", "quarter", "year")
KINDS = ("classic", "unbounded", "bracket")


def row(frame, cohort, column="active"):
    return frame.loc[frame["cohort"] == cohort, column].tolist()


def test_cdnow_monthly_rows(monthly):
    frame = monthly.frame
    assert row(frame, "1997-01") == [
        7846, 1157, 964, 810, 679, 736, 720, 582, 559, 594, 673, 634, 528, 511, 664, 472, 497, 498,
    ]  # fmt: skip
    assert row(frame, "1997-02")[:5] == [8476, 1312, 980, 783, 847]
    assert frame.groupby("cohort")["size"].first().tolist() == [7846, 8476, 7248]
    assert frame["mature"].all()
    assert (monthly.customers, monthly.purchases, monthly.bought_once) == (23570, 69659, 11908)
    assert frame["revenue"].sum() == pytest.approx(2500315.63, abs=0.005)
    assert frame["orders"].sum() == 69659


def test_cdnow_first_cell_interval(monthly):
    cell = monthly.frame.query("cohort == '1997-01' and age == 1").iloc[0]
    assert (cell["active"], cell["size"]) == (1157, 7846)
    assert [round(100 * cell[name], 1) for name in ("retention", "lower", "upper")] == [14.7, 14.0, 15.5]


def test_what_naive_code_shows(cdnow_table):
    result = cohorts.retention(cdnow_table, grain="month", cohort_grain="week", window="elapsed")
    week = result.frame.query("cohort == '1997-01-27'").set_index("age")
    assert week["retention"].round(3).loc[[16, 17]].tolist() == [0.068, 0.015]
    assert week["mature"].loc[[16, 17]].tolist() == [True, False]
    assert week["observed"].loc[17] == 0
    assert result.frame["cohort"].nunique() == 13


def test_columns_are_in_order(monthly):
    assert list(monthly.frame.columns) == [
        "cohort", "cohort_start", "age", "age_to", "size", "observed", "active", "retention", "lower",
        "upper", "orders", "revenue", "average_order", "cumulative_orders", "cumulative_value", "mature",
        "complete_on", "truncated",
    ]  # fmt: skip
    assert monthly.frame["cohort_start"].iloc[0] == pd.Timestamp("1997-01-01")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("window", ["calendar", "elapsed"])
def test_cdnow_every_grain_and_kind(cdnow_table, purchases, matrix, same_cells, grain, kind, window):
    cohort_grain = "week" if grain == "day" or (grain == "month" and window == "elapsed") else None
    as_of = "1997-08-15" if grain == "day" else None
    question = {"grain": grain, "kind": kind, "window": window, "cohort_grain": cohort_grain, "as_of": as_of}
    same_cells(cohorts.retention(cdnow_table, **question), matrix(purchases, **question))


@pytest.mark.parametrize("as_of", ["1997-01-01", "1997-03-17", "1998-06-29", "1998-07-31"])
@pytest.mark.parametrize("window", ["calendar", "elapsed"])
def test_cdnow_observed_until(cdnow_table, purchases, matrix, same_cells, as_of, window):
    for grain in ("week", "month"):
        question = {"grain": grain, "window": window, "as_of": as_of}
        result = cohorts.retention(cdnow_table, **question)
        same_cells(result, matrix(purchases, **question))
        assert result.settings.as_of == dt.date.fromisoformat(as_of)


ROWS = st.lists(
    st.tuples(
        st.integers(1, 7),
        st.integers(0, 800) | st.integers(0, 30),
        st.none() | st.integers(0, 5000),
        st.none() | st.integers(1, 6),
        st.none() | st.sampled_from(["web", "shop", "app"]),
    ),
    min_size=1,
    max_size=40,
)
QUESTION = st.fixed_dictionaries(
    {
        "grain": st.sampled_from(GRAINS),
        "window": st.sampled_from(["calendar", "elapsed"]),
        "kind": st.sampled_from(KINDS),
        "brackets": st.sampled_from([(0, 1, 4, 7, 13), (0, 2), (0, 1, 2, 10)]),
    }
)


def frame_of(rows, start):
    frame = pd.DataFrame(rows, columns=["customer", "day", "minor", "order", "channel"])
    frame["date"] = pd.Timestamp(start) + pd.to_timedelta(frame.pop("day"), unit="D")
    frame["amount"] = frame["minor"].astype("float64") / 100
    frame["order"] = frame["order"].astype("Int64")
    frame["channel"] = frame["channel"].astype(object)
    return frame


@settings(max_examples=40, deadline=None)
@given(
    rows=ROWS,
    start=st.sampled_from(["2019-12-28", "2023-12-31", "1969-11-03"]),
    question=QUESTION,
    cohort=st.sampled_from([*GRAINS, None]),
    cut=st.none() | st.integers(0, 900),
)
def test_random_tables(matrix, same_cells, rows, start, question, cohort, cut):
    frame = frame_of(rows, start)
    if cut is not None:
        question["as_of"] = (frame["date"].min() + pd.Timedelta(days=cut)).date()
    question["cohort_grain"] = cohort
    expected = matrix(frame, **question)
    table = tables.as_table(frame.drop(columns="minor"))
    if frame["amount"].isna().all():
        question["values"] = ("orders",)
    same_cells(cohorts.retention(table, **question), expected)


@settings(max_examples=15, deadline=None)
@given(rows=ROWS, back=ROWS, question=QUESTION)
def test_random_tables_with_returns(matrix, same_cells, rows, back, question):
    frame, returns = frame_of(rows, "2021-03-01"), frame_of(back, "2021-03-01")
    frame["amount"] = frame["amount"].fillna(1.0)
    frame["minor"] = (frame["amount"] * 100).round()
    returns["amount"] = -(returns["amount"].fillna(0.0) + 0.01)
    returns["minor"] = (returns["amount"] * 100).round()
    everything = pd.concat([frame, returns], ignore_index=True).drop(columns="minor")
    table = tables.as_table(everything, returns="net")
    as_of = frame["date"].max().date()
    result = cohorts.retention(table, as_of=as_of, **question)
    expected = matrix(frame, returns=returns, as_of=as_of, **question)
    same_cells(result, expected)
    known = returns[returns["date"].dt.date <= as_of]
    first = frame.groupby("customer")["date"].min()
    unknown = int((~known["customer"].isin(first.index)).sum())
    counted = result.left_out.set_index("reason")["rows"]
    assert counted.get("return without a purchase", 0) == unknown


def test_counts_only_and_orders_only(cdnow_table, monthly):
    counts = cohorts.retention(cdnow_table, values=())
    assert not {"orders", "revenue", "cumulative_value"} & set(counts.frame.columns)
    np.testing.assert_array_equal(counts.frame["active"], monthly.frame["active"])
    orders = cohorts.retention(cdnow_table, values=("orders",))
    np.testing.assert_array_equal(orders.frame["cumulative_orders"], monthly.frame["cumulative_orders"])
    assert "revenue" not in orders.frame


def test_roles_are_passed_on(purchases):
    renamed = purchases.rename(columns={"customer": "client", "date": "bought on", "amount": "paid"})
    result = cohorts.retention(renamed, customer="client", date="bought on", amount="paid")
    assert row(result.frame, "1997-02")[:2] == [8476, 1312]


def test_an_order_of_several_lines_counts_once(matrix, same_cells):
    frame = pd.DataFrame(
        {
            "customer": [1, 1, 1, 2],
            "date": pd.to_datetime(["2024-01-03", "2024-01-03", "2024-02-05", "2024-01-09"]),
            "order": ["a", "a", "b", "c"],
            "amount": [1.5, 2.5, 4.0, 8.0],
            "minor": [150, 250, 400, 800],
        }
    )
    result = cohorts.retention(frame.drop(columns="minor"))
    same_cells(result, matrix(frame))
    assert result.frame["orders"].tolist() == [2, 1]
    assert result.bought_once == 1
