"""The SQL of a rule tree selects exactly the customers that the tree does, on DuckDB and PySpark."""

import ibis
import numpy as np
import pandas as pd
import pytest

from custintel_analytics import tables
from custintel_analytics.errors import DataError
from custintel_analytics.segments.features import features
from custintel_analytics.segments.tree import Rules

COLUMNS = (
    *("recency", "frequency", "monetary", "cadence", "average_order"),
    *("channel_web", "age", "member", "country"),
)


def purchases(seed, size=900, customers=120):
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer": random.integers(1, customers + 1, size),
            "date": pd.Timestamp("2022-01-01") + pd.to_timedelta(random.integers(0, 600, size), unit="D"),
            "order": random.integers(1, 300, size).astype(str),
            "channel": random.choice(["web", "shop"], size),
            "amount": random.integers(1, 9000, size) / 100,
        }
    )


def people(seed, customers=120):
    """Attributes with gaps: ages, a flag and a country, and customers of whom nothing is known."""
    random = np.random.default_rng(seed)
    ids = np.arange(10, customers + 1)
    frame = pd.DataFrame(
        {
            "customer": ids,
            "age": random.integers(18, 80, len(ids)).astype("float64"),
            "member": pd.Series(random.random(len(ids)) < 0.5, dtype="object"),
            "country": pd.Series(random.choice(["France", "Spain", "O'Land"], len(ids)), dtype="object"),
        }
    )
    for column in ("member", "country", "age"):
        frame.loc[random.random(len(ids)) < 0.15, column] = None
    return frame


def segments_of(made, seed):
    """Labels that depend on every kind of column and on what is missing."""
    random, frame = np.random.default_rng(seed), made.frame
    labels = np.select(
        [
            frame["country"].astype(object).eq("O'Land").to_numpy(),
            frame["age"].isna().to_numpy(),
            frame["member"].astype("float64").eq(1).to_numpy() & (frame["recency"] > 60).to_numpy(),
            (frame["cadence"] > 70).to_numpy(),
        ],
        [3, 1, 2, 4],
        0,
    )
    swapped = random.random(len(labels)) < 0.05
    return np.where(swapped, random.integers(0, 5, len(labels)), labels)


def fitted(table, customers, seed):
    made = features(table, customers, columns=COLUMNS)
    return made, Rules.fit(made, segments_of(made, seed), {3: "O'Landers"}, max_depth=6)


def shop(seed):
    backend = ibis.duckdb.connect()
    for name, frame in (("sales", purchases(seed)), ("people", people(seed))):
        backend.con.register("frame", frame)
        backend.con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
    return backend


@pytest.mark.parametrize("seed", range(6))
def test_the_written_sql_assigns_as_the_tree_does(seed):
    backend = shop(seed)
    made, rules = fitted(tables.as_table(backend.table("sales")), backend.table("people"), seed)
    assigned = pd.Series(rules.assign(made), index=made.frame.index)
    assert assigned.nunique() > 2
    found = backend.con.execute(rules.to_sql()).df().set_index("customer")["segment"].sort_index()
    assert found.index.tolist() == assigned.index.tolist()
    assert found.tolist() == assigned.tolist()
    for segment in rules.names:
        one = backend.con.execute(rules.to_sql(segment=segment)).df()["customer"].sort_values()
        assert one.tolist() == assigned.index[assigned == segment].tolist()
    assert rules.to_sql(segment="O'Landers") == rules.to_sql(segment=3)


def test_the_audience_is_whom_the_rule_selects():
    backend = shop(1)
    made, rules = fitted(tables.as_table(backend.table("sales")), backend.table("people"), 1)
    audience = rules.audience("O'Landers")
    assert audience.name == "O'Landers (by rule)"
    assert audience.ids().tolist() == made.frame.index[rules.assign(made) == 3].tolist()


def test_loaded_rules_ask_another_table():
    backend = shop(2)
    _, rules = fitted(tables.as_table(backend.table("sales")), backend.table("people"), 2)
    loaded = Rules.from_dict(rules.to_dict())
    later = pd.concat(
        [purchases(2), purchases(99).assign(date=pd.Timestamp("2024-01-01"))], ignore_index=True
    )
    backend.con.register("later", later)
    made = features(tables.as_table(backend.table("later")), backend.table("people"), columns=COLUMNS)
    found = backend.con.execute(loaded.to_sql(features=made)).df().set_index("customer")["segment"]
    assert found.sort_index().tolist() == loaded.assign(made).tolist()


@pytest.mark.parametrize("dialect", ["snowflake", "bigquery", "postgres", "spark"])
def test_other_dialects_are_written(dialect):
    backend = shop(0)
    _, rules = fitted(tables.as_table(backend.table("sales")), backend.table("people"), 0)
    text = rules.to_sql(dialect)
    assert any(word in text for word in ("CASE", "IFF(", "IF("))
    assert "sales" in text
    with pytest.raises(DataError, match="dialect='cobol'"):
        rules.to_sql("cobol")


@pytest.mark.spark
def test_spark_assigns_as_the_tree_does(spark):
    backend = ibis.pyspark.connect(spark)
    spark.createDataFrame(purchases(4)).createOrReplaceTempView("sales")
    schema = "customer bigint, age double, member boolean, country string"
    records = people(4).astype(object).where(people(4).notna(), None).to_records(index=False).tolist()
    spark.createDataFrame(records, schema).createOrReplaceTempView("people")
    made, rules = fitted(tables.as_table(backend.table("sales")), backend.table("people"), 4)
    assigned = pd.Series(rules.assign(made), index=made.frame.index)
    found = spark.sql(rules.to_sql("pyspark")).toPandas().set_index("customer")["segment"].sort_index()
    assert found.index.tolist() == assigned.index.tolist()
    assert found.tolist() == assigned.tolist()
    for segment in rules.names:
        one = spark.sql(rules.to_sql("pyspark", segment)).toPandas()["customer"].sort_values()
        assert one.tolist() == assigned.index[assigned == segment].tolist()
    here = shop(4)
    same = features(tables.as_table(here.table("sales")), here.table("people"), columns=COLUMNS)
    assert rules.assign(same).tolist() == assigned.tolist()
