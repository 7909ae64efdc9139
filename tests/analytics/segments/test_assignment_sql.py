"""The SQL of a segmentation assigns exactly what predict does, on DuckDB and PySpark."""

import ibis
import numpy as np
import pandas as pd
import pytest

from custintel_analytics import simulate, tables
from custintel_analytics.errors import DataError
from custintel_analytics.segments.features import Features, features
from custintel_analytics.segments.segmentation import Segmentation

COLUMNS = (
    *("recency", "frequency", "monetary", "cadence", "average_order", "returned_share"),
    *("channel_app", "age", "member", "country", "size"),
)
SETTINGS = [
    {},
    {"method": "mixed"},
    {"method": "minibatch"},
    {"method": "rfm"},
    {"log": False, "scaling": "robust", "clip": 0.05},
    {"scaling": "none", "impute": "mean", "weights": {"monetary": 0.001, "age": 0}},
    {"encode": "ordinal", "weights": {"country": 2}},
]


def purchases(seed):
    """Purchases of known segments, with returns and customers who bought once."""
    frame, _ = simulate.segments(400, 4, seed=seed, overlap=0.4)
    random = np.random.default_rng(seed)
    frame["amount"] = np.where(random.random(len(frame)) < 0.05, -3 * frame["amount"], frame["amount"])
    once = frame["customer"] % 11 == 0
    return pd.concat([frame[~once], frame[once].drop_duplicates("customer")], ignore_index=True)


def people(seed):
    """Attributes with gaps, more levels than are told apart, and quotes."""
    random = np.random.default_rng(seed)
    ids = np.arange(20, 401)
    frame = pd.DataFrame(
        {
            "customer": ids,
            "age": random.integers(18, 80, len(ids)).astype("float64"),
            "member": pd.Series(random.random(len(ids)) < 0.5, dtype="object"),
            "country": pd.Series([f"L'and {i % 17 if i % 3 else 0}" for i in ids], dtype="object"),
            "size": pd.Series(random.choice(["small", "large"], len(ids)), dtype="object"),
        }
    )
    for column in ("age", "member", "country", "size"):
        frame.loc[random.random(len(ids)) < 0.15, column] = None
    return frame


@pytest.fixture(scope="module")
def shop():
    """A DuckDB connection with the two tables."""
    backend = ibis.duckdb.connect()
    for name, frame in (("sales", purchases(1)), ("people", people(1))):
        backend.con.register("frame", frame)
        backend.con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
    return backend


@pytest.fixture(scope="module")
def made(shop):
    table = tables.as_table(shop.table("sales"), returns="net")
    return features(table, shop.table("people"), columns=COLUMNS)


def same(found, model, made):
    segments = found.set_index("customer")["segment"].sort_index()
    assert segments.index.tolist() == made.frame.index.tolist()
    np.testing.assert_array_equal(segments.to_numpy(), model.predict(made))
    np.testing.assert_array_equal(segments.to_numpy(), model.labels_)
    assert segments.nunique() > 2


@pytest.mark.parametrize("settings", SETTINGS)
def test_duckdb(shop, made, settings):
    model = Segmentation(**settings, n_segments=5, random_state=1).fit(made)
    same(shop.con.execute(model.to_sql("duckdb")).df(), model, made)


def test_numbers_with_gaps(shop, made):
    first = Segmentation("kmeans", 5).fit(made)
    model = Segmentation("kmeans", 3).fit(made, previous=first)
    same(shop.con.execute(model.to_sql()).df(), model, made)


def test_another_month_of_the_same_customers(shop, made, tmp_path):
    model = Segmentation("kmeans", 4).fit(made)
    earlier = made.at("2023-10-31")
    loaded = Segmentation.load(model.save(tmp_path / "model.json"))
    found = shop.con.execute(loaded.to_sql("duckdb", features=earlier)).df()
    segments = found.set_index("customer")["segment"].sort_index()
    np.testing.assert_array_equal(segments, model.predict(earlier))
    assert (segments.reindex(made.frame.index) != model.labels_).any()


def test_nothing_is_written_twice(made):
    text = Segmentation("kmeans", 8).fit(made).to_sql("snowflake")
    assert text.upper().count("GROUP BY") <= 3
    assert [
        text.count(f'"{name}" AS (') for name in ("customer_features", "prepared_features", "segment_scores")
    ] == [1] * 3


@pytest.mark.parametrize("method", ["ward", "gmm", "hdbscan"])
def test_what_has_no_closed_form_names_the_next_line(made, method):
    model = Segmentation(method, 3).fit(made.select(["recency", "frequency", "monetary"]))
    with pytest.raises(DataError, match=r"model\.rules\(\)\.to_sql"):
        model.to_sql()
    assert "CASE" in model.rules().to_sql("duckdb")


def test_a_frame_has_no_table(made):
    model = Segmentation("kmeans", 3).fit(Features.from_frame(made.frame))
    with pytest.raises(DataError, match="made from a frame"):
        model.to_sql()


def test_an_unknown_dialect(made):
    with pytest.raises(DataError, match="dialect='duck' is not known"):
        Segmentation("kmeans", 3).fit(made).to_sql("duck")


@pytest.mark.spark
@pytest.mark.parametrize("settings", SETTINGS)
def test_spark(spark, made, settings):
    backend = ibis.pyspark.connect(spark)
    spark.createDataFrame(purchases(1)).createOrReplaceTempView("sales")
    schema = "customer bigint, age double, member boolean, country string, size string"
    records = [
        tuple(None if pd.isna(value) else value for value in row)
        for row in people(1).astype(object).itertuples(index=False)
    ]
    spark.createDataFrame(records, schema).createOrReplaceTempView("people")
    table = tables.as_table(backend.table("sales"), returns="net")
    there = features(table, backend.table("people"), columns=COLUMNS)
    pd.testing.assert_frame_equal(there.frame, made.frame, check_exact=True)
    model = Segmentation(**settings, n_segments=5, random_state=1).fit(made)
    same(spark.sql(model.to_sql("pyspark", features=there)).toPandas(), model, made)
