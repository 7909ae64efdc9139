"""Audiences: conditions, explicit ids, algebra, and SQL that runs on the user's own tables."""

import datetime as dt

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest
import sqlglot

from custintel_analytics import cohorts, tables
from custintel_analytics.audiences import Audience
from custintel_analytics.errors import DataError

NEW_YEAR = dt.date(1998, 1, 1)


@pytest.fixture(scope="module")
def purchases(_cdnow):
    return _cdnow


@pytest.fixture(scope="module")
def table(purchases):
    return tables.as_table(purchases)


@pytest.fixture(scope="module")
def quiet(table):
    return Audience.where(table, lambda c: (c.purchase_days >= 3) & (c.last_date < NEW_YEAR), "gone quiet")


def test_three_days_or_more_and_nothing_since(quiet, purchases):
    assert quiet.size == 2845
    assert round(quiet.revenue, 2) == 462582.85
    assert round(100 * quiet.revenue / 2500315.63, 1) == 18.5
    people = purchases.groupby("customer").agg(days=("date", "nunique"), last=("date", "max"))
    expected = people.index[(people["days"] >= 3) & (people["last"] < pd.Timestamp(NEW_YEAR))]
    np.testing.assert_array_equal(quiet.ids(), np.sort(expected))
    assert quiet.describe() == "gone quiet: 2,845 customers, revenue 462,582.85"


def test_profiles_of_the_members(quiet, purchases):
    frame = quiet.to_frame()
    mine = purchases[purchases["customer"].isin(frame["customer"])].groupby("customer")
    np.testing.assert_array_equal(frame["customer"], quiet.ids())
    np.testing.assert_array_equal(frame["orders"], mine.size())
    np.testing.assert_array_equal(frame["purchase_days"], mine["date"].nunique())
    np.testing.assert_allclose(frame["revenue"], mine["amount"].sum(), atol=1e-9)
    assert (frame["first_date"].to_numpy() == mine["date"].min().to_numpy()).all()
    assert list(frame.columns) == [
        "customer",
        "first_date",
        "last_date",
        "purchase_days",
        "orders",
        "revenue",
    ]


def test_a_deferred_condition_is_the_same(table, quiet):
    deferred = (ibis._.purchase_days >= 3) & (ibis._.last_date < NEW_YEAR)
    np.testing.assert_array_equal(Audience.where(table, deferred).ids(), quiet.ids())


def test_returns_are_taken_off():
    frame = pd.DataFrame(
        {
            "customer": [1, 1, 2, 3],
            "date": pd.to_datetime(["2024-01-01", "2024-01-09", "2024-01-02", "2024-01-03"]),
            "amount": [10.0, -4.5, 3.0, -8.0],
        }
    )
    table = tables.as_table(frame, returns="net")
    everyone = Audience.where(table, lambda c: c.orders >= 1)
    assert everyone.to_frame()[["customer", "revenue"]].values.tolist() == [[1, 5.5], [2, 3.0]]
    assert everyone.revenue == 8.5
    assert Audience.where(table, lambda c: c.revenue > 5).ids().tolist() == [1]


def test_algebra(table):
    often = Audience.where(table, lambda c: c.orders >= 5, "often")
    much = Audience.where(table, lambda c: c.revenue > 200, "much")
    march = cohorts.retention(table).audience(period="1998-03")
    sets = {audience.name: set(audience.ids()) for audience in (often, much, march)}
    for combined, expected in (
        (often & much, sets["often"] & sets["much"]),
        (often | march, sets["often"] | sets["March 1998"]),
        (march - often, sets["March 1998"] - sets["often"]),
        (
            (march - often) | (often & much),
            (sets["March 1998"] - sets["often"]) | (sets["often"] & sets["much"]),
        ),
    ):
        assert set(combined.ids()) == expected
        assert combined.size == len(expected)
        travelled = table.execute(combined._of(table))["customer"]
        assert set(travelled) == expected
        assert len(travelled) == len(expected)
    assert (often & much).name == "often and much"
    assert (march - often).name == "March 1998 without often"


def test_explicit_ids(table):
    some = Audience.of_ids("some", table, [29, 8, 8, 5, 999999])
    assert some.ids().tolist() == [5, 8, 29]
    assert some.size == 3
    assert "IN (5, 8, 29, 999999)" in some.to_sql()
    nobody = Audience.of_ids("nobody", table, [])
    assert nobody.size == 0
    assert nobody.revenue == 0
    assert len(nobody.to_frame()) == 0


def test_ids_of_the_wrong_type_are_refused(table, shop):
    with pytest.raises(
        DataError, match="The ids are text, such as '5', but the table's customers are numbers"
    ):
        Audience.of_ids("wrong", table, ["5"])
    with pytest.raises(DataError, match="The ids are numbers, such as 5, but the table's customers are text"):
        Audience.of_ids("wrong", shop[1], [5])


def test_many_explicit_ids(table, purchases):
    everyone = purchases["customer"].unique()
    audience = Audience.of_ids("everyone", table, everyone)
    assert audience.size == 23570
    assert (audience - Audience.of_ids("one", table, everyone[:1])).size == 23569
    with pytest.raises(DataError, match="23,570 explicit ids, too many for one SQL text"):
        audience.to_sql()


@pytest.fixture(scope="module")
def shop(purchases):
    """The user's own database: other names, a time of day, amounts made of two columns, text ids."""
    connection = duckdb.connect()
    orders = pd.DataFrame(
        {
            "CLIENT_NO": "c" + purchases["customer"].astype(str),
            "ORDERED_AT": purchases["date"] + pd.Timedelta(hours=23),
            "UNITS": 2,
            "UNIT_PRICE": purchases["amount"] / 2,
        }
    )
    connection.register("frame", orders)
    connection.execute("CREATE TABLE shop_orders AS SELECT * FROM frame")
    table = tables.as_table(
        ibis.duckdb.from_connection(connection).table("shop_orders"),
        customer="CLIENT_NO", date="ORDERED_AT", amount=lambda t: t.UNITS * t.UNIT_PRICE,
    )  # fmt: skip
    return connection, table


def selections(table):
    result = cohorts.retention(table)
    elapsed = cohorts.retention(
        table, window="elapsed", cohort_grain="week", kind="unbounded", as_of="1998-02-14"
    )
    by = cohorts.retention(table, by="UNITS", grain="quarter")
    quiet = Audience.where(table, lambda c: (c.purchase_days >= 3) & (c.last_date < NEW_YEAR))
    return {
        "cell": result.audience(cohort="1997-01", age=3),
        "row": result.audience(cohort="1997-02"),
        "diagonal": result.audience(period="1998-03"),
        "elapsed": elapsed.audience(cohort="1997-01-27", age=7),
        "by": by.audience(cohort="2", age=2),
        "quiet": quiet,
        "spent": Audience.where(table, lambda c: c.revenue > 300),
        "ids": Audience.of_ids("ids", table, ["c5", "c8"]),
        "mixed": (result.audience(age=2) | quiet) - result.audience(cohort="1997-03"),
    }


def test_sql_on_the_users_tables_finds_the_same(shop):
    connection, table = shop
    for name, audience in selections(table).items():
        sql = audience.to_sql()
        assert "shop_orders" in sql
        assert "custintel" not in sql
        rows = connection.execute(sql).fetchall()
        found = np.sort(np.array([row[0] for row in rows], dtype=object))
        assert found.tolist() == audience.ids().tolist(), name
        assert len(found) == audience.size > 0


@pytest.mark.parametrize(
    "dialect", ["snowflake", "bigquery", "postgres", "spark", "pyspark", "databricks", "trino"]
)
def test_sql_for_other_engines(shop, dialect):
    for audience in selections(shop[1]).values():
        sql = audience.to_sql(dialect)
        assert "shop_orders" in sql
        parsed = sqlglot.parse_one(sql, read={"pyspark": "spark"}.get(dialect, dialect))
        assert [name.lower() for name in parsed.named_selects] in (["customer"], ["*"])


def test_an_unknown_dialect_is_refused(quiet):
    with pytest.raises(DataError, match=r"dialect='oracle9' is not known\. Choose one of: .*snowflake"):
        quiet.to_sql("oracle9")


@pytest.mark.parametrize(
    "condition, message",
    [
        (
            lambda c: c.visits > 3,
            "The condition fails.*visits.*customer, first_date, last_date, purchase_days, orders",
        ),
        (lambda c: c.orders, "gives int64, not yes or no"),
    ],
)
def test_conditions_that_fail_teach(table, condition, message):
    with pytest.raises(DataError, match=message):
        Audience.where(table, condition)


def test_audiences_of_different_tables_are_not_mixed(table, quiet, purchases):
    other = Audience.of_ids("other", tables.as_table(purchases), [5])
    with pytest.raises(DataError, match="different tables"):
        quiet & other
    with pytest.raises(TypeError):
        quiet & {5}
    assert (quiet | Audience.of_ids("brought over", table, other.ids())).size == 2846


def test_without_amounts_there_is_no_revenue(purchases):
    table = tables.as_table(purchases[["customer", "date"]])
    audience = Audience.where(table, lambda c: c.orders >= 2)
    assert "revenue" not in audience.to_frame()
    assert audience.describe() == f"audience: {audience.size:,} customers"
    with pytest.raises(DataError, match="Name its column with amount="):
        _ = audience.revenue
