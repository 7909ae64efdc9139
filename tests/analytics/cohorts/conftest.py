"""An independent computation of a cohort matrix, in plain pandas, and the tables it is compared on."""

import itertools

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import cohorts, datasets, tables

FREQUENCY = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


def label(period, grain):
    if grain in ("day", "week"):
        return period.start_time.date().isoformat()
    if grain == "quarter":
        return f"{period.year}-Q{period.quarter}"
    return str(period)


def brackets_of(edges, ages):
    edges = list(edges)
    while edges[-1] < ages:
        edges.append(edges[-1] + (edges[-1] - edges[-2]))
    return [(low, high - 1) for low, high in itertools.pairwise(edges) if low < ages]


def independent(
    purchases,
    *,
    grain="month",
    cohort_grain=None,
    window="calendar",
    kind="classic",
    as_of=None,
    brackets=(0, 1, 4, 7, 13),
    returns=None,
):
    """Cells as a frame: cohort, age, age_to, size, observed, active, orders, minor, mature, complete_on."""
    as_of = purchases["date"].max() if as_of is None else pd.Timestamp(as_of)
    rows = purchases[purchases["date"] <= as_of].copy()
    rows["first"] = rows.groupby("customer")["date"].transform("min")
    people = rows.groupby("customer", as_index=False)["first"].first()
    people["cohort"] = [
        label(p, cohort_grain or grain)
        for p in people["first"].dt.to_period(FREQUENCY[cohort_grain or grain])
    ]
    cohort = people.set_index("customer")["cohort"]
    first = people.set_index("customer")["first"]

    def ages(frame):
        begun = frame["customer"].map(first)
        if window == "elapsed":
            return ((frame["date"] - begun).dt.days // DAYS[grain]).to_numpy()
        ordinals = [dates.dt.to_period(FREQUENCY[grain]).astype("int64") for dates in (frame["date"], begun)]
        return (ordinals[0] - ordinals[1]).to_numpy()

    rows["age"], rows["cohort"] = ages(rows), rows["customer"].map(cohort)
    if "order" not in rows:
        rows["order"] = np.arange(len(rows))
    if "minor" not in rows:
        rows["minor"] = 0
    rows["minor"] = rows["minor"].fillna(0).astype("int64")

    def span(begun, age):
        """First and last day of an age for customers who began on `begun`."""
        if window == "elapsed":
            start = begun + pd.to_timedelta(age * DAYS[grain], unit="D")
            return start, start + pd.Timedelta(days=DAYS[grain] - 1)
        period = begun.dt.to_period(FREQUENCY[grain]) + age
        return period.dt.start_time, period.dt.end_time.dt.normalize()

    oldest = pd.Series([people["first"].min()])
    count = 1
    while span(oldest, count)[0].iloc[0] <= as_of:
        count += 1
    columns = brackets_of(brackets, count) if kind == "bracket" else [(age, age) for age in range(count)]

    back = pd.DataFrame({"cohort": [], "age": [], "minor": []})
    if returns is not None:
        back = returns[(returns["date"] <= as_of) & returns["customer"].isin(first.index)].copy()
        back["age"], back["cohort"] = ages(back), back["customer"].map(cohort)

    size = people.groupby("cohort")["customer"].nunique()
    days = people.groupby(["cohort", "first"], as_index=False)["customer"].nunique()
    cells = []
    for low, high in columns:
        starts = span(days["first"], low)[0]
        ends = span(days["first"], high)[1]
        here = rows[(rows["age"] >= low) & (rows["age"] <= high)]
        seen = rows[rows["age"] >= low] if kind == "unbounded" else here
        active = seen.groupby("cohort")["customer"].nunique()
        orders = (
            here.drop_duplicates(["customer", "age", "order"]).dropna(subset="order").groupby("cohort").size()
        )
        minor = here.groupby("cohort")["minor"].sum()
        credit = back[(back["age"] >= low) & (back["age"] <= high)].groupby("cohort")["minor"].sum()
        observed = days[ends <= as_of].groupby("cohort")["customer"].sum()
        for name in days.loc[starts <= as_of, "cohort"].unique():
            cells.append(
                {
                    "cohort": name,
                    "age": low,
                    "age_to": high,
                    "size": size[name],
                    "observed": observed.get(name, 0),
                    "active": active.get(name, 0),
                    "orders": orders.get(name, 0),
                    "minor": minor.get(name, 0) + credit.get(name, 0),
                    "mature": observed.get(name, 0) == size[name],
                    "complete_on": ends[days["cohort"] == name].max(),
                }
            )
    return pd.DataFrame(cells).sort_values(["cohort", "age"], ignore_index=True)


def assert_cells(result, expected):
    """The frame of a result, cell by cell, against the independent computation."""
    frame = result.frame
    assert len(frame) == len(expected)
    assert frame["cohort"].tolist() == expected["cohort"].tolist()
    for column in ("age", "age_to", "size", "observed", "active", "mature"):
        np.testing.assert_array_equal(frame[column], expected[column], err_msg=column)
    np.testing.assert_array_equal(
        frame["complete_on"].to_numpy().astype("datetime64[D]"),
        expected["complete_on"].to_numpy().astype("datetime64[D]"),
    )
    np.testing.assert_array_equal(frame["retention"], expected["active"] / expected["size"])
    if "orders" in frame:
        np.testing.assert_array_equal(frame["orders"], expected["orders"])
    if "revenue" in frame:
        np.testing.assert_array_equal((frame["revenue"] * 100).round().astype("int64"), expected["minor"])
        so_far = expected.groupby("cohort")["minor"].cumsum() / expected["size"] / 100
        np.testing.assert_allclose(frame["cumulative_value"], so_far, rtol=1e-12)
        with np.errstate(invalid="ignore", divide="ignore"):
            each = expected["minor"] / 100 / expected["orders"].where(expected["orders"] > 0)
        np.testing.assert_allclose(frame["average_order"], each, rtol=1e-12)


@pytest.fixture(scope="session")
def matrix():
    """The independent computation."""
    return independent


@pytest.fixture(scope="session")
def same_cells():
    """The comparison, cell by cell."""
    return assert_cells


@pytest.fixture(scope="session")
def purchases():
    """CDNOW with amounts in cents."""
    frame = datasets.cdnow()
    return frame.assign(minor=(frame["amount"] * 100).round().astype("int64"))


@pytest.fixture(scope="session")
def cdnow_table(purchases):
    """CDNOW as a table."""
    return tables.as_table(purchases.drop(columns="minor"))


@pytest.fixture(scope="session")
def monthly(cdnow_table):
    """CDNOW by calendar month."""
    return cohorts.retention(cdnow_table)


@pytest.fixture(scope="session")
def retail(online_retail_path):
    """Online Retail, clean rows only."""
    import ibis

    rows = ibis.duckdb.connect().read_parquet(online_retail_path)
    clean = rows.filter(rows.CustomerID.notnull() & (rows.Quantity > 0) & (rows.UnitPrice > 0))
    amount = clean.Quantity * clean.UnitPrice
    return tables.as_table(clean, customer="CustomerID", date="InvoiceDate", order="InvoiceNo", amount=amount)
