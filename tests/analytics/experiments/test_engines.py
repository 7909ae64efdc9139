"""DuckDB and PySpark give the same."""

import ibis
import numpy as np
import pandas as pd
import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def backend(spark):
    return ibis.pyspark.connect(spark)


@pytest.fixture(scope="module")
def on_spark(spark, backend):
    def make(name, frame):
        spark.createDataFrame(frame).createOrReplaceTempView(name)
        return backend.table(name)

    return make


def visits():
    random = np.random.default_rng(0)
    who = random.integers(0, 400, 1500)
    frame = pd.DataFrame(
        {
            "who": who,
            "arm": np.array(["A", "B", "C"])[who % 3],
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 20, 1500), unit="D"),
            "spend": random.gamma(1.0, 10.0, 1500),
            "orders": random.integers(1, 4, 1500),
            "bought": random.random(1500) < 0.2,
            "past": np.sqrt(who),
            "shop": who % 45,
            "country": np.where(who % 4 == 0, "de", "fr"),
        }
    )
    frame.loc[random.random(1500) < 0.02, "spend"] = np.nan
    return frame


METRICS = [
    ex.mean("spend", covariate="past", missing="drop"),
    ex.proportion("bought"),
    ex.ratio("spend", "orders", missing="zero"),
    ex.quantile("spend", 0.8, missing="drop"),
    ex.quantile("orders", 0.6, per="unit"),
]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"unit": "who", "date": "day"},
        {"unit": "who", "strata": "country"},
        {"unit": "who", "cluster": "shop"},
    ],
)
def test_analyses(on_spark, more):
    metrics = [ex.mean("spend", missing="drop"), *METRICS[1:]] if "strata" in more else METRICS
    data = visits()
    here, there = (
        ex.analyse(table, variant="arm", control="A", metrics=metrics, **more)
        for table in (data, on_spark("visits", data))
    )
    assert (here.settings.backend, there.settings.backend) == ("duckdb", "pyspark")
    pd.testing.assert_frame_equal(here.frame, there.frame, rtol=1e-9)
    assert here.notes == there.notes
    assert here.sample_ratio == there.sample_ratio
    assert here.settings.first_date == there.settings.first_date
    for key, quantile in here.quantiles.items():
        assert quantile.value == pytest.approx(there.quantiles[key].value, rel=1e-12)


def test_monitors(on_spark):
    data = visits()
    for metric in (METRICS[0], METRICS[1], METRICS[2]):
        here, there = (
            ex.monitor(
                table, variant="arm", control="A", unit="who", date="day", metric=metric, grain="week"
            ).frame
            for table in (data, on_spark("visits", data))
        )
        pd.testing.assert_frame_equal(here, there, rtol=1e-7)


def test_two_tables(on_spark):
    data = visits()
    assigned = data.groupby("who").agg(arm=("arm", "first"), day=("day", "min")).reset_index()
    assigned["day"] += pd.Timedelta(days=3)
    outcomes = data.drop(columns="arm")
    settings = {
        "variant": "arm",
        "control": "A",
        "unit": "who",
        "date": "day",
        "metrics": METRICS[1:],
        "before": 3,
    }
    here = ex.analyse(assigned, outcomes=outcomes, **settings)
    there = ex.analyse(on_spark("assigned", assigned), outcomes=on_spark("outcomes", outcomes), **settings)
    pd.testing.assert_frame_equal(here.frame, there.frame, rtol=1e-9)
    pd.testing.assert_frame_equal(here.left_out, there.left_out)


def test_errors_are_the_same(on_spark):
    data = visits()
    data.loc[data.index[data["who"] == 9][0], "arm"] = "B"
    messages = []
    for table in (data, on_spark("twice", data)):
        with pytest.raises(DataError) as caught:
            ex.analyse(table, variant="arm", control="A", unit="who", metrics=ex.proportion("bought"))
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    assert "1 unit is in more than one variant, for example who 9" in messages[0]
