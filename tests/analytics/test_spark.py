"""The same table on Spark and on DuckDB."""

import math

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from custintel_analytics.tables import as_table

pytestmark = pytest.mark.spark

TEXTS = [
    "2021-02-28",
    " 2021-02-28",
    "20210228",
    "2021-02-28 23:59",
    "2021-02-28T23:30:00-02:00",
    "2021-03-01T00:30:00+0100",
    "2021-02-28T10:00:00.25Z",
    "2021-02-29",
    "2021",
    "2021-2-28",
    "2021-02-28 25:00:00",
    "soon",
    "",
    None,
    "2999-01-01",
]
AMOUNTS = [
    5.0,
    0.0,
    1.005,
    0.125,
    2.675,
    1234567.895,
    -1.0,
    None,
    math.nan,
    math.inf,
    -math.inf,
    1e300,
    -1e300,
]


@pytest.fixture(scope="module")
def backend(spark):
    return ibis.pyspark.connect(spark)


@pytest.fixture(scope="module")
def dirty():
    rows = [(date, amount) for date in TEXTS for amount in AMOUNTS]
    customers = [None if i % 11 == 0 else i % 5 for i in range(len(rows))]
    orders = [f"C{i}" if i % 3 else None for i in range(len(rows))]
    return [(customer, *row, order) for customer, row, order in zip(customers, rows, orders, strict=True)]


def on_spark(spark, backend, records):
    schema = "customer bigint, `date` string, amount double, `order` string"
    spark.createDataFrame(records, schema).createOrReplaceTempView("dirty")
    return backend.table("dirty")


def in_memory(records):
    customers, dates, amounts, orders = zip(*records, strict=True)
    return pa.table(
        {
            "customer": pa.array(customers, pa.int64()),
            "date": pa.array(dates, pa.string()),
            "amount": pa.array(amounts, pa.float64()),
            "order": pa.array(orders, pa.string()),
        }
    )


@pytest.mark.parametrize("options", [{}, {"returns": "net", "timezone": "America/New_York", "decimals": 0}])
def test_dirty_data_come_out_the_same(spark, backend, dirty, options):
    there = as_table(on_spark(spark, backend, dirty), today="2026-01-01", **options)
    here = as_table(in_memory(dirty), name="dirty", today="2026-01-01", **options)
    assert there.backend == "pyspark"
    pd.testing.assert_frame_equal(there.left_out, here.left_out)
    assert there.report.sentences == here.report.sentences
    pd.testing.assert_frame_equal(there.report.frame, here.report.frame)

    def sorted_rows(table, expression):
        names = ["customer", "date", "amount_minor", "order"]
        frame = table.execute(expression.select(*names)).astype({"order": object})
        return frame.sort_values(names, ignore_index=True)

    pd.testing.assert_frame_equal(
        sorted_rows(there, there.rows), sorted_rows(here, here.rows), check_exact=True
    )
    if there.returns is not None:
        pd.testing.assert_frame_equal(sorted_rows(there, there.returns), sorted_rows(here, here.returns))


def test_instants_become_days_of_the_zone_and_wall_clocks_do_not(spark, backend):
    spark.sql(
        "SELECT 1 AS customer, timestamp'2021-01-01 02:00:00' AS instant, "
        "timestamp_ntz'2021-01-01 02:00:00' AS clock"
    ).createOrReplaceTempView("times")

    def day(column, zone):
        table = as_table(backend.table("times"), date=column, timezone=zone)
        return str(table.execute(table.rows)["date"].iloc[0].date())

    assert day("instant", None) == "2021-01-01"
    assert day("instant", "America/New_York") == "2020-12-31"
    assert day("clock", "America/New_York") == "2021-01-01"


def test_a_query_in_sql_is_a_source(spark, backend, dirty):
    on_spark(spark, backend, dirty)
    table = as_table(backend.sql("SELECT * FROM dirty WHERE amount > 1"), today="2026-01-01")
    assert table.name == "transactions"
    assert len(table.execute(table.rows)) > 0
    assert 'FROM "transactions"' in str(ibis.to_sql(table.unbound().rows, dialect="snowflake"))
    table.interrupt()
