"""The same features on DuckDB and PySpark to the last bit, and from the SQL that is written."""

import ibis
import numpy as np
import pandas as pd
import pytest

from custintel_analytics import tables
from custintel_analytics.segments.features import features
from custintel_analytics.segments.rfm import RfmRules

RFM = ("recency", "frequency", "monetary")
EVERY = ("behavioural", "demographic", "geographic", "psychographic")


def rows(seed, size=300):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer": random.integers(1, 40, size),
            "date": pd.Timestamp("2020-02-20") + pd.to_timedelta(random.integers(0, 500, size), unit="D"),
            "order": random.integers(1, 90, size).astype(str),
            "product": random.choice(list("abc"), size),
            "channel": random.choice(["web", "shop", "app"], size),
            "category": random.choice(["tea", "Tea", "cup"], size),
            "city": random.choice(["Rome", "Bari", "Pisa"], size),
            "discount": random.choice([0.0, 0.2], size),
            "amount": random.integers(-300, 5000, size) / 100,
        }
    )
    for column in ("category", "city"):
        frame[column] = frame[column].astype(object).where(random.random(size) > 0.1, None)
    return frame


def people(seed):
    random = np.random.default_rng(seed)
    ids = np.arange(5, 45)
    return pd.DataFrame(
        {
            "customer": ids,
            "age": random.integers(18, 80, len(ids)).astype("float64"),
            "member": random.random(len(ids)) < 0.5,
            "country": random.choice(["IT", "FR", " "], len(ids)),
        }
    )


def consents(seed):
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer": random.integers(1, 40, 200),
            "purpose": random.choice(["analytics", "email"], 200),
            "granted": random.random(200) < 0.8,
            "date": pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 700, 200), unit="D"),
        }
    )


def events(seed):
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer": random.integers(1, 45, 300),
            "timestamp": pd.Timestamp("2020-03-01")
            + pd.to_timedelta(random.integers(0, 480 * 24, 300), unit="h"),
            "event": random.choice(["open", "click", "visit"], 300),
        }
    )


def asked(table, seed, names):
    given = {"events": events(seed), "consent": consents(seed)}
    return features(table, people(seed), columns=names, as_of="2021-05-01", **given)


def names_for(table, seed):
    return features(table, people(seed), events=events(seed)).offered["column"].tolist()


def test_the_written_sql_gives_the_features():
    shop = ibis.duckdb.connect()
    for name, frame in (
        ("sales", rows(1)),
        ("people", people(1)),
        ("agreed", consents(1)),
        ("log", events(1)),
    ):
        shop.con.register("frame", frame)
        shop.con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
    table = tables.as_table(shop.table("sales"), returns="net")
    made = features(
        table, shop.table("people"), events=shop.table("log"), consent=shop.table("agreed"), bases=EVERY,
        as_of="2021-05-01",
    )  # fmt: skip
    assert {"age", "member", "country", "city", "events"} <= set(made.frame.columns)
    # An unbound expression knows nothing of the connection but the names of its tables.
    text = str(ibis.to_sql(made.expression(unbound=True), dialect="duckdb"))
    found = shop.con.execute(text).df().set_index("customer").sort_index()
    assert found.index.tolist() == made.frame.index.tolist()
    for column, kind in made.catalogue[["column", "kind"]].itertuples(index=False):
        if kind == "category":
            assert found[column].fillna("").tolist() == made.frame[column].astype(object).fillna("").tolist()
        else:
            np.testing.assert_array_equal(
                found[column].astype("float64"), made.frame[column].astype("float64")
            )


def test_frames_are_named_in_sql():
    made = features(rows(2), people(2), columns=["recency", "age"], consent=consents(2))
    text = str(ibis.to_sql(made.expression(unbound=True), dialect="snowflake"))
    for name in ('"transactions"', '"customers"', '"consent"'):
        assert name in text


@pytest.mark.spark
class TestSpark:
    """DuckDB and PySpark in local mode."""

    @pytest.fixture
    def backend(self, spark):
        return ibis.pyspark.connect(spark)

    def on_spark(self, spark, backend, frame, **arguments):
        name = f"lines_{len(backend.list_tables())}"
        spark.createDataFrame(frame).createOrReplaceTempView(name)
        return tables.as_table(backend.table(name), **arguments)

    @pytest.mark.parametrize("seed", [1, 2])
    def test_random_tables(self, spark, backend, seed):
        here = tables.as_table(rows(seed), returns="net")
        there = self.on_spark(spark, backend, rows(seed), returns="net")
        names = list(dict.fromkeys(names_for(here, seed)))
        assert {"city", "returned_share", "monetary_score", "event_open", "member"} <= set(names)
        assert sum(name.startswith("category_") for name in names) == 3
        one, other = asked(here, seed, names), asked(there, seed, names)
        pd.testing.assert_frame_equal(one.frame, other.frame, check_exact=True)
        pd.testing.assert_frame_equal(one.catalogue, other.catalogue)
        assert one.left_out.equals(other.left_out)
        pd.testing.assert_series_equal(one.value, other.value, check_exact=True)

    def test_rfm_rules(self, spark, backend):
        there = self.on_spark(spark, backend, rows(3))
        made = features(there, columns=RFM)
        rules = RfmRules().fit(made)
        expression = made.expression()
        found = there.execute(expression.mutate(label=rules.to_expression(expression)))
        labels = found.set_index("customer")["label"].sort_index()
        np.testing.assert_array_equal(labels, rules.assign(made.frame))
        assert labels.nunique() > 5
