"""Which rows are purchases, and what their days, ids and amounts are, whatever the data hold."""

import datetime as dt
import math

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from custintel_analytics.errors import DataError
from custintel_analytics.tables import as_table

TODAY = "2026-06-30"


def days_of(table):
    return table.execute(table.rows.order_by("customer"))["date"].dt.strftime("%Y-%m-%d").tolist()


def small(**columns):
    return as_table(pa.table(columns), today=TODAY)


@pytest.mark.parametrize(
    "text, day",
    [
        ("2021-02-28", "2021-02-28"),
        (" 2021-02-28 ", "2021-02-28"),
        ("2021-02-28 23:59", "2021-02-28"),
        ("2021-02-28T23:59:59.123456", "2021-02-28"),
        ("20210228", "2021-02-28"),
        ("2021-02-28T23:30:00Z", "2021-02-28"),
        ("2021-02-28 23:30:00-01:00", "2021-03-01"),
        ("2021-03-01T00:30:00+0100", "2021-02-28"),
        ("2021-03-01T00:30:00.5+01", "2021-02-28"),
        ("2021-02-29", None),
        ("20210229", None),
        ("2021-2-28", None),
        ("28/02/2021", None),
        ("2021-02-28 25:00:00", None),
        ("2021-02-28x", None),
        ("20210228123000", None),
        ("soon", None),
        ("2021", None),
    ],
)
def test_text_dates(text, day):
    table = small(customer=[1, 2], date=["2021-01-01", text])
    assert days_of(table) == (["2021-01-01", day] if day else ["2021-01-01"])
    unparsable = [] if day else [["unparsable date", 1, text]]
    assert table.left_out[["reason", "rows", "example"]].values.tolist() == unparsable


def test_whole_numbers_are_dates_when_they_are_days():
    table = small(customer=[1, 2, 3, 4], date=[20210228, 20210229, 1_614_470_400, None])
    assert days_of(table) == ["2021-02-28"]
    assert dict(zip(table.left_out["reason"], table.left_out["rows"], strict=True)) == {
        "missing date": 1,
        "unparsable date": 2,
    }


@pytest.mark.parametrize(
    "zone, day",
    [
        (None, "2021-01-01"),
        ("UTC", "2021-01-01"),
        ("America/New_York", "2020-12-31"),
        ("Asia/Tokyo", "2021-01-01"),
    ],
)
def test_times_with_a_zone_become_days_of_the_zone(zone, day):
    instants = pa.array([dt.datetime(2021, 1, 1, 3, 0, tzinfo=dt.UTC)], pa.timestamp("us", "UTC"))
    table = as_table(pa.table({"customer": [1], "date": instants}), timezone=zone)
    assert days_of(table) == [day]
    assert f"Times carry a zone; days are taken in {zone or 'UTC'} (timezone=)." in table.report.sentences
    text = as_table(pa.table({"customer": [1], "date": ["2021-01-01T03:00:00Z"]}), timezone=zone)
    assert days_of(text) == [day]


def test_times_without_a_zone_are_taken_as_written():
    table = as_table(
        pd.DataFrame({"customer": [1], "date": pd.to_datetime(["2021-01-01 03:00"])}), timezone="Asia/Tokyo"
    )
    assert days_of(table) == ["2021-01-01"]


def test_ids_of_floats_are_whole_numbers():
    table = small(customer=[17850.0, math.nan, 17850.5, 17850.0], date=["2021-01-01"] * 4)
    assert table.rows.schema()["customer"] == ibis.dtype("int64")
    assert table.execute(table.rows)["customer"].tolist() == [17850, 17850]
    assert table.left_out[["reason", "rows"]].values.tolist() == [
        ["missing customer", 1],
        ["fractional customer", 1],
    ]


def test_order_ids_of_floats_are_whole_numbers():
    table = small(customer=[1, 2, 3], date=["2021-01-01"] * 3, order=[7.0, math.nan, 7.0])
    orders = table.execute(table.rows.order_by("customer"))["order"]
    assert table.rows.schema()["order"] == ibis.dtype("int64")
    assert orders.isna().tolist() == [False, True, False]
    assert "1 row has no order id: kept." in table.report.sentences
    with pytest.raises(DataError, match=r"order column 'order' is of type float64, for example 7\.5"):
        small(customer=[1], date=["2021-01-01"], order=[7.5])


@pytest.mark.parametrize("kind", ["int8", "uint8", "int16", "int64", "uint64", "float32", "float64"])
def test_every_kind_of_number_is_an_amount(kind):
    frame = pd.DataFrame(
        {"customer": [1, 2], "date": "2021-01-01", "amount": pd.Series([0, 100], dtype=kind)}
    )
    report = as_table(frame).report
    assert (report.rows, report.amount_total) == (2, 100.0)


@pytest.mark.parametrize(
    "kind, amount", [("float32", 12345.67), ("float64", 1e12 + 0.01), ("float32", 19.99)]
)
def test_the_noise_of_floats_is_no_finer_amount(kind, amount):
    frame = pd.DataFrame({"customer": [1], "date": "2021-01-01", "amount": pd.Series([amount], dtype=kind)})
    checks = as_table(frame).report.frame.set_index("check")["rows"]
    assert checks["amount finer than 0.01"] == 0


@pytest.mark.parametrize(
    "amounts, decimals, minor",
    [
        ([19.99, 0.0, 1.005, 0.125], 2, [1999, 0, 100, 13]),
        ([19.99], 0, [20]),
        ([0.001], 3, [1]),
        ([3, 10**12], 2, [300, 10**14]),
        (pa.array([1.239, 90_071_992_547_409.0]).cast(pa.decimal128(18, 3), safe=False), 2, None),
    ],
)
def test_amounts_become_minor_units(amounts, decimals, minor):
    count = len(amounts)
    data = pa.table({"customer": range(count), "date": ["2021-01-01"] * count, "amount": amounts})
    rows = as_table(data, decimals=decimals)
    found = rows.execute(rows.rows.order_by("customer"))["amount_minor"].tolist()
    assert found == (minor if minor is not None else [124])


def test_a_missing_amount_is_a_purchase():
    table = small(customer=[1, 2, 3], date=["2021-01-01"] * 3, amount=[None, math.nan, 2.5])
    frame = table.execute(table.rows.order_by("customer"))
    assert frame["amount"].isna().tolist() == [True, True, False]
    assert frame["amount_minor"].isna().tolist() == [True, True, False]
    assert table.left_out.empty
    assert "2 rows have no amount: kept as purchases that bring 0." in table.report.sentences


CUSTOMERS = ["a", "b", " c ", "", "  ", None]
DATES = ["2021-01-01", "20210102", "2021-01-03T10:00:00", "2021-02-30", "x", "", None, "2999-01-01"]
AMOUNTS = [5.0, 0.0, 1.005, -1.0, -0.0, None, math.nan, math.inf, -math.inf, 1e300, -1e300]


def reason(customer, date, amount, returns):
    """Why a row is left out, worked out by hand."""
    if customer is None or not customer.strip():
        return "missing customer"
    if date is None or not date:
        return "missing date"
    if date in ("2021-02-30", "x"):
        return "unparsable date"
    if date == "2999-01-01":
        return "date in the future"
    if amount is not None and not math.isnan(amount):
        if abs(amount) > 9e13:
            return "amount out of range"
        if amount < 0:
            return "return" if returns == "net" else "negative amount"
    return None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(DATES), st.sampled_from(AMOUNTS)),
        min_size=1,
        max_size=40,
    ),
    returns=st.sampled_from(["exclude", "net"]),
)
@example(rows=[(c, d, a) for c in CUSTOMERS for d in DATES for a in AMOUNTS], returns="exclude")
@example(rows=[(c, d, a) for c in CUSTOMERS for d in DATES for a in AMOUNTS], returns="net")
def test_every_row_is_used_or_left_out_for_the_first_reason(rows, returns):
    customers, dates, amounts = (list(column) for column in zip(*rows, strict=True))
    data = pa.table(
        {
            "customer": pa.array(customers, pa.string()),
            # One readable date keeps the cheap check from refusing the column; its row has no customer.
            "date": pa.array(dates, pa.string()),
            "amount": pa.array(amounts, pa.float64()),
        }
    )
    sentinel = pa.table(
        {
            "customer": pa.array([None], pa.string()),
            "date": ["2021-01-01"],
            "amount": pa.array([1.0], pa.float64()),
        }
    )
    table = as_table(pa.concat_tables([sentinel, data]), returns=returns, today=TODAY)
    reasons = ["missing customer", *(reason(*row, returns) for row in rows)]
    expected = pd.Series([why for why in reasons if why not in (None, "return")]).value_counts().to_dict()
    assert dict(zip(table.left_out["reason"], table.left_out["rows"], strict=True)) == expected
    kept = table.execute(table.rows)
    assert len(kept) == reasons.count(None)
    returned = table.execute(table.returns) if returns == "net" else kept.iloc[:0]
    assert len(returned) == reasons.count("return")
    assert len(kept) + len(returned) + int(table.left_out["rows"].sum()) == len(rows) + 1
    assert kept["customer"].notna().all()
    assert kept["date"].notna().all()
    assert (kept["amount"].dropna() >= 0).all()
    report = table.report
    assert (report.rows, report.source_rows, report.returns_rows) == (len(kept), len(rows) + 1, len(returned))
    assert report.left_out.equals(as_table(table.source, returns=returns, today=TODAY).left_out)
    assert report.customers == kept["customer"].nunique()
