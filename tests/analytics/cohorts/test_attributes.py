"""Cohorts by an attribute: each cell counts the customers who have had its age in full, and these alone."""

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics import cohorts, simulate, tables
from custintel_analytics.cohorts import store
from custintel_analytics.cohorts.intervals import wilson
from custintel_analytics.errors import DataError

FREQUENCY = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
KINDS = ("classic", "unbounded", "bracket")
NOTHING = pd.DataFrame({"customer": [], "date": pd.to_datetime([]), "minor": []})


def ends_of(first, age, grain, window):
    """Per customer the last day of an age."""
    if window == "elapsed":
        return first + pd.to_timedelta((age + 1) * DAYS[grain] - 1, unit="D")
    return (first.dt.to_period(FREQUENCY[grain]) + age).dt.end_time.dt.normalize()


def ages_of(rows, first, grain, window):
    begun = rows["customer"].map(first)
    if window == "elapsed":
        return (rows["date"] - begun).dt.days // DAYS[grain]
    now, then = (days.dt.to_period(FREQUENCY[grain]).astype("int64") for days in (rows["date"], begun))
    return now - then


def independent(
    purchases, *, grain="month", window="calendar", kind="classic", as_of=None, edges=(0, 1, 4, 7, 13),
    returns=NOTHING,
):  # fmt: skip
    """Cells, and the customers of each, one cohort and column after the other."""
    as_of = purchases["date"].max() if as_of is None else pd.Timestamp(as_of)
    rows = purchases[purchases["date"] <= as_of].copy()
    first = rows.groupby("customer")["date"].min()
    opening = rows[rows["date"] == rows["customer"].map(first)].groupby("customer")["channel"].min()
    cohort = opening.reindex(first.index).astype(object).fillna("(missing)").astype(str)
    back = returns[(returns["date"] <= as_of) & returns["customer"].isin(first.index)].copy()
    rows["age"] = ages_of(rows, first, grain, window)
    if len(back):
        back["age"] = ages_of(back, first, grain, window)
        back = back[back["age"] >= 0]
    else:
        back["age"] = 0

    low, cells, members = 0, [], {}
    so_far = dict.fromkeys(cohort.unique(), 0.0)
    while True:
        high = low
        if kind == "bracket":
            later = [edge for edge in edges if edge > low]
            high = (later[0] if later else low + edges[-1] - edges[-2]) - 1
        end = ends_of(first, high, grain, window)
        observed = first.index[end <= as_of]
        if not len(observed):
            break
        for name in sorted(cohort[observed].unique()):
            size = int((cohort == name).sum())
            seen = observed[cohort[observed] == name]
            mine = rows[rows["customer"].isin(seen)]
            here = mine[mine["age"].between(low, high)]
            active = (mine[mine["age"] >= low] if kind == "unbounded" else here)["customer"].unique()
            credit = back[back["customer"].isin(seen) & back["age"].between(low, high)]["minor"].sum()
            minor = here["minor"].sum() + credit
            so_far[name] += minor / 100 / len(seen)
            members[name, low] = np.sort(active)
            cells.append(
                {
                    "cohort": name,
                    "age": low,
                    "age_to": high,
                    "size": size,
                    "observed": len(seen),
                    "active": len(active),
                    "orders": len(here.dropna(subset="order").drop_duplicates(["customer", "age", "order"])),
                    "minor": int(minor),
                    "cumulative_value": so_far[name],
                    "mature": len(seen) >= 30 or len(seen) == size,
                    "complete_on": end[cohort == name].max(),
                }
            )
        low = high + 1
    frame = pd.DataFrame(cells)
    return (frame.sort_values(["cohort", "age"], ignore_index=True) if cells else frame), members


def same_cells(result, expected):
    frame = result.frame
    assert frame["cohort"].tolist() == expected["cohort"].tolist()
    for column in ("age", "age_to", "size", "observed", "active", "mature"):
        np.testing.assert_array_equal(frame[column], expected[column], err_msg=column)
    np.testing.assert_array_equal(
        frame["complete_on"].to_numpy().astype("datetime64[D]"),
        expected["complete_on"].to_numpy().astype("datetime64[D]"),
    )
    np.testing.assert_array_equal(frame["retention"], expected["active"] / expected["observed"])
    lower, upper = wilson(expected["active"].to_numpy(), expected["observed"].to_numpy(), 0.95)
    np.testing.assert_array_equal(frame["lower"], lower)
    np.testing.assert_array_equal(frame["upper"], upper)
    np.testing.assert_array_equal(frame["orders"], expected["orders"])
    if "revenue" in frame:
        np.testing.assert_array_equal((frame["revenue"] * 100).round().astype("int64"), expected["minor"])
        np.testing.assert_allclose(
            frame["cumulative_value"], expected["cumulative_value"], rtol=1e-12, atol=1e-12
        )
        each = expected["minor"] / 100 / expected["orders"].where(expected["orders"] > 0)
        np.testing.assert_allclose(frame["average_order"], each, rtol=1e-12)


def slow(audience):
    """The ids by the expression that travels, not by what is kept."""
    return np.sort(audience.table.execute(audience._of(audience.table))["customer"].to_numpy())


@pytest.fixture(scope="module")
def channelled(purchases):
    """CDNOW with a channel per purchase; some have none."""
    number = purchases["customer"] * 7 + purchases["date"].dt.day
    names = np.array(["web", "shop", "app", "web", "web", None], dtype=object)
    return purchases.assign(channel=names[number % 6], order=np.arange(len(purchases)))


@pytest.fixture(scope="module")
def channel_table(channelled):
    return tables.as_table(channelled.drop(columns="minor"), channel="channel", order="order")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("window", ["calendar", "elapsed"])
@pytest.mark.parametrize("grain, as_of", [("month", None), ("week", "1997-05-14"), ("quarter", "1998-05-02")])
def test_cdnow(channelled, channel_table, kind, window, grain, as_of):
    question = {"kind": kind, "window": window, "grain": grain, "as_of": as_of}
    expected, _ = independent(channelled, **question)
    same_cells(cohorts.retention(channel_table, by="channel", **question), expected)


ROWS = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.integers(0, 800) | st.integers(0, 60),
        st.integers(0, 5000),
        st.none() | st.integers(1, 6),
        st.none() | st.sampled_from(["web", "shop"]),
    ),
    min_size=1,
    max_size=40,
)


def frame_of(rows):
    frame = pd.DataFrame(rows, columns=["customer", "day", "minor", "order", "channel"])
    frame["date"] = pd.Timestamp("2019-12-28") + pd.to_timedelta(frame.pop("day"), unit="D")
    frame["amount"] = frame["minor"] / 100
    frame["order"] = frame["order"].astype("Int64")
    frame["channel"] = frame["channel"].astype(object)
    return frame


@settings(max_examples=60, deadline=None)
@given(
    rows=ROWS,
    back=st.none() | ROWS,
    grain=st.sampled_from(list(DAYS)),
    window=st.sampled_from(["calendar", "elapsed"]),
    kind=st.sampled_from(KINDS),
    edges=st.sampled_from([(0, 1, 4, 7, 13), (0, 2), (0, 1, 2, 10)]),
    cut=st.none() | st.integers(0, 900),
    portable=st.booleans(),
)
def test_random_tables(rows, back, grain, window, kind, edges, cut, portable):
    frame = frame_of(rows)
    returns = frame_of(back or []).assign(minor=lambda f: -f["minor"] - 1, amount=lambda f: f["minor"] / 100)
    if not back:
        returns, everything = NOTHING, frame
    else:
        everything = pd.concat([frame, returns], ignore_index=True)
    begin = frame["date"].max() if cut is None else frame["date"].min() + pd.Timedelta(days=cut)
    question = {"grain": grain, "window": window, "kind": kind, "as_of": begin.date()}
    table = tables.as_table(everything.drop(columns="minor"), channel="channel", order="order", returns="net")
    if portable:
        store.store_of(table).engine.is_quick = False
    expected, members = independent(frame, edges=edges, returns=returns, **question)
    ask = {**question, "by": "channel", "brackets": edges}
    if not len(expected):
        with pytest.raises(DataError, match="nobody has had a full"):
            cohorts.retention(table, **ask)
        return
    result = cohorts.retention(table, **ask)
    same_cells(result, expected)
    cells = list(members)
    for name, age in [cells[0], cells[len(cells) // 2], cells[-1]]:
        audience = result.audience(cohort=name, age=age)
        assert audience.ids().tolist() == slow(audience).tolist() == members[name, age].tolist()
        column = np.unique(np.concatenate([ids for (_, at), ids in members.items() if at == age]))
        assert result.audience(age=age).ids().tolist() == column.tolist()


@pytest.fixture(scope="module")
def shop():
    """A simulated shop in a user's own DuckDB, its rows, and the table."""
    frame = simulate.purchases(3000, 12_000, seed=4)
    rows = frame.assign(minor=(frame["amount"] * 100).round().astype("int64"), order=np.arange(len(frame)))
    connection = ibis.duckdb.connect()
    connection.con.register("frame", rows.drop(columns="minor"))
    connection.raw_sql("CREATE TABLE shop_orders AS SELECT * FROM frame")
    table = connection.table("shop_orders")
    return connection, rows, tables.as_table(table, channel="channel", order="order")


@pytest.mark.parametrize("window", ["calendar", "elapsed"])
@pytest.mark.parametrize("kind", KINDS)
def test_growing_cohorts_have_rates_to_the_end(shop, kind, window):
    connection, rows, table = shop
    result = cohorts.retention(table, by="channel", kind=kind, window=window)
    expected, members = independent(rows, kind=kind, window=window)
    same_cells(result, expected)
    last = result.frame["age"].max()
    mature = result.frame[result.frame["mature"]]
    assert mature["cohort"].nunique() == 4
    assert len(mature) > 0.9 * len(result.frame)
    assert mature.groupby("cohort")["age"].max().min() >= (last if kind == "bracket" else 32)
    assert (mature["observed"] < mature["size"]).any()
    for name, age in list(members)[:: len(members) // 5]:
        audience = result.audience(cohort=name, age=age)
        assert audience.size == len(members[name, age])
        assert slow(audience).tolist() == members[name, age].tolist()
        found = connection.raw_sql(audience.to_sql()).fetchall()
        assert sorted(row[0] for row in found) == members[name, age].tolist()


def test_a_row_is_the_whole_cohort(shop):
    _, _, table = shop
    result = cohorts.retention(table, by="channel")
    for name, size in result.frame.groupby("cohort")["size"].first().items():
        assert result.audience(cohort=name).size == size


def test_the_average_is_over_those_observed(shop):
    _, _, table = shop
    result = cohorts.retention(table, by="channel")
    average = result.average().set_index("age")
    for age, cells in result.frame[result.frame["mature"]].groupby("age"):
        row = average.loc[age]
        assert row["retention"] == cells["active"].sum() / cells["observed"].sum()
        assert row["customers"] == cells["observed"].sum()
        each = (cells["cumulative_value"] * cells["observed"]).sum() / cells["observed"].sum()
        assert row["cumulative_value"] == pytest.approx(each)


def test_thirty_observed_make_a_cell_mature():
    days = [*["2024-01-05"] * 30, *["2024-02-07"] * 5, "2024-03-31"]
    frame = pd.DataFrame({"customer": range(36), "date": pd.to_datetime(days), "channel": "web"})
    cells = cohorts.retention(frame, by="channel").frame
    assert cells["observed"].tolist() == [36, 35, 30]
    assert cells["mature"].tolist() == [True, True, True]
    cells = cohorts.retention(frame[1:], by="channel").frame
    assert cells["observed"].tolist() == [35, 34, 29]
    assert cells["mature"].tolist() == [True, True, False]
    assert cells["retention"].tolist() == [1.0, 0.0, 0.0]


def test_nobody_observed_is_refused_with_what_to_do():
    frame = pd.DataFrame({"customer": [1, 2], "date": pd.to_datetime(["2024-01-05", "2024-02-07"])})
    frame["channel"] = "web"
    with pytest.raises(DataError, match=r"By 7 February 2024 nobody has had a full year.*shorter grain="):
        cohorts.retention(frame, by="channel", grain="year")


@pytest.mark.spark
@pytest.mark.parametrize("kind", KINDS)
def test_spark_gives_the_same(spark, kind):
    rows = simulate.purchases(150, 700, seed=2).assign(date=lambda f: f["date"].astype("datetime64[ns]"))
    spark.createDataFrame(rows).createOrReplaceTempView(f"growing_{kind}")
    remote = tables.as_table(ibis.pyspark.connect(spark).table(f"growing_{kind}"), channel="channel")
    window = "elapsed" if kind == "unbounded" else "calendar"
    question = {"by": "channel", "kind": kind, "window": window, "grain": "quarter"}
    one = cohorts.retention(tables.as_table(rows, channel="channel"), **question)
    other = cohorts.retention(remote, **question)
    pd.testing.assert_frame_equal(one.frame, other.frame, check_exact=True)
    cell = {"cohort": "search", "age": int(one.frame["age"].iloc[2])}
    assert one.audience(**cell).ids().tolist() == other.audience(**cell).ids().tolist()
