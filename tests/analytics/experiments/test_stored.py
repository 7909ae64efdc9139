"""Assignments and outcomes in two tables, joined where they live."""

import ibis
import numpy as np
import pandas as pd
import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError


@pytest.fixture
def assignments():
    random = np.random.default_rng(0)
    n = 1000
    return pd.DataFrame(
        {
            "who": np.arange(n),
            "arm": np.where(np.arange(n) % 2 == 0, "A", "B"),
            "date": pd.Timestamp("2024-03-10") + pd.to_timedelta(random.integers(0, 10, n), unit="D"),
            "age": random.normal(40, 10, n),
        }
    )


@pytest.fixture
def outcomes():
    random = np.random.default_rng(1)
    n = 5000
    who = random.integers(0, 1200, n)
    return pd.DataFrame(
        {
            "who": who,
            "date": pd.Timestamp("2024-03-01") + pd.to_timedelta(random.integers(0, 40, n), unit="D"),
            "spend": random.gamma(1.0, 10.0, n) * (1 + who % 5),
            "orders": random.integers(1, 4, n),
        }
    )


METRICS = [
    ex.mean("spend"),
    ex.proportion(lambda t: t.spend > 20, name="big"),
    ex.ratio("spend", "orders"),
    ex.quantile("spend", 0.9),
    ex.quantile("spend", 0.9, per="unit", name="spender p90"),
]
HOW = {"variant": "arm", "control": "A", "unit": "who", "date": "date"}


def stored_in(connection, name, frame):
    """A table in a database, from a frame."""
    connection.con.register("arriving", frame)
    connection.raw_sql(f"CREATE TABLE {name} AS SELECT * FROM arriving")
    connection.con.unregister("arriving")


def joined(assignments, outcomes):
    both = outcomes.merge(assignments, on="who", suffixes=("", "_assigned"))
    return both[both["date"] >= both["date_assigned"]]


def test_units_without_outcomes_count(assignments, outcomes):
    found = ex.analyse(assignments, outcomes=outcomes, **HOW, metrics=METRICS)
    used = joined(assignments, outcomes)
    totals = used.groupby("who").agg(spend=("spend", "sum"), orders=("orders", "sum"), most=("spend", "max"))
    people = assignments.join(totals, on="who").fillna({"spend": 0, "orders": 0, "most": 0})
    for arm, part in people.groupby("arm"):
        assert found.samples["spend", arm].n == len(part) == 500
        assert found.samples["spend", arm].variance == pytest.approx(part["spend"].var(), rel=1e-9)
        assert found.samples["big", arm].total == (part["most"] > 20).sum()
        own = ex.Sample.from_values(part["spend"], denominator=part["orders"])
        assert found.samples["spend / orders", arm].standard_error == pytest.approx(
            own.standard_error, rel=1e-9
        )
        rows = used.loc[used["arm"] == arm, "spend"]
        assert found.quantiles["spend p90", arm].value == np.quantile(rows, 0.9, method="inverted_cdf")
        assert found.quantiles["spender p90", arm].value == pytest.approx(
            np.quantile(part["spend"], 0.9, method="inverted_cdf"), rel=1e-12
        )


def test_what_is_left_out_is_counted(assignments, outcomes):
    outcomes.loc[:9, "who"] = -1
    found = ex.analyse(assignments, outcomes=outcomes.astype({"who": "Int64"}).replace({"who": {-1: pd.NA}}),
                       **HOW, metrics=ex.mean("spend"))  # fmt: skip
    counts = found.left_out.set_index("reason")["rows"]
    assert counts["outcome without a unit"] == 10
    assert counts["outcome of a unit that wasn't assigned"] == (outcomes["who"] >= 1000).sum()
    rest = outcomes[outcomes["who"].between(0, 999)]
    assert counts["outcome before the assignment"] == len(rest) - len(joined(assignments, rest))


def test_own_outcomes_from_before_are_a_covariate(assignments, outcomes):
    found = ex.analyse(assignments, outcomes=outcomes, **HOW, before=5, metrics=ex.mean("spend"))
    both = outcomes.merge(assignments, on="who", suffixes=("", "_assigned"))
    ahead = (both["date_assigned"] - both["date"]).dt.days
    past = both[(ahead > 0) & (ahead <= 5)].groupby("who")["spend"].sum()
    people = assignments.assign(past=assignments["who"].map(past).fillna(0))
    means = people.groupby("arm")["past"].mean()
    assert found.samples["spend", "A"].covariate_mean == pytest.approx(means["A"], rel=1e-9)
    assert 0 < found.frame["variance_reduction"].iloc[0] < 1
    assert found.settings.before == 5


def test_covariates_and_clusters_come_from_the_assignments(assignments, outcomes):
    found = ex.analyse(assignments, outcomes=outcomes, **HOW, metrics=ex.mean("spend"), covariates="age")
    assert found.samples["spend", "A"].covariate_mean == pytest.approx(
        assignments.loc[assignments["arm"] == "A", "age"].mean()
    )
    assignments["shop"] = assignments["who"] % 20
    by_shop = ex.analyse(assignments, outcomes=outcomes, **HOW, cluster="shop", metrics=METRICS[:4])
    assert set(by_shop.frame["n"]) == {10}
    assert by_shop.frame["mean"].iloc[0] == pytest.approx(found_mean(assignments, outcomes), rel=1e-12)


def found_mean(assignments, outcomes):
    used = joined(assignments, outcomes)
    return used.loc[used["arm"] == "B", "spend"].sum() / 500


def test_a_unit_assigned_twice_counts_from_its_first_day(assignments, outcomes):
    later = assignments.iloc[:100].assign(date=pd.Timestamp("2024-04-01"))
    once, twice = (
        ex.analyse(table, outcomes=outcomes, **HOW, metrics=ex.mean("spend")).frame
        for table in (assignments, pd.concat([assignments, later]))
    )
    pd.testing.assert_frame_equal(once, twice)


def test_missing_outcomes_and_dropped_units(assignments, outcomes):
    outcomes.loc[outcomes["who"] == 7, "spend"] = np.nan
    with pytest.raises(DataError, match="missing"):
        ex.analyse(assignments, outcomes=outcomes, **HOW, metrics=ex.mean("spend"))
    found = ex.analyse(assignments, outcomes=outcomes, **HOW, metrics=ex.mean("spend"), missing="drop")
    assert found.samples["spend", "B"].n == 499


def test_tables_of_one_engine(assignments, outcomes, tmp_path):
    expected = ex.analyse(assignments, outcomes=outcomes, **HOW, metrics=METRICS).frame
    path = tmp_path / "shop.duckdb"
    connection = ibis.duckdb.connect(path)
    stored_in(connection, "assigned", assignments)
    stored_in(connection, "orders", outcomes.rename(columns={"who": "buyer", "date": "day"}))
    stored = ex.analyse(
        connection.table("assigned"), outcomes=connection.table("orders"), outcome_unit="buyer", outcome_date="day",
        **HOW, metrics=METRICS,
    ).frame  # fmt: skip
    pd.testing.assert_frame_equal(stored, expected, rtol=1e-9)
    assignments.to_parquet(tmp_path / "a.parquet")
    outcomes.to_csv(tmp_path / "o.csv", index=False)
    files = ex.analyse(tmp_path / "a.parquet", outcomes=tmp_path / "o.csv", **HOW, metrics=METRICS).frame
    pd.testing.assert_frame_equal(files, expected, rtol=1e-9)
    there = connection.con.execute("select table_name from information_schema.tables order by 1").fetchall()
    assert there == [("assigned",), ("orders",)]


def test_tables_of_two_engines_are_refused(assignments, outcomes):
    connection = ibis.duckdb.connect()
    stored_in(connection, "assigned", assignments)
    table = connection.table("assigned")
    with pytest.raises(DataError, match="one query can't join them"):
        ex.analyse(table, outcomes=outcomes, **HOW, metrics=ex.mean("spend"))


@pytest.mark.parametrize(
    "arguments, said",
    [
        ({"unit": None}, "joined by the unit"),
        ({"before": -1}, "before=-1"),
        ({"before": 7, "date": None}, "Pass date="),
        ({"before": 7, "covariates": "age"}, "Leave one out"),
    ],
)
def test_bad_arguments(assignments, outcomes, arguments, said):
    with pytest.raises(DataError, match=said):
        ex.analyse(assignments, outcomes=outcomes, **(HOW | {"metrics": ex.mean("spend")} | arguments))


def test_ids_of_two_types_are_refused(assignments, outcomes):
    with pytest.raises(DataError, match="none would match"):
        ex.analyse(assignments, outcomes=outcomes.astype({"who": str}), **HOW, metrics=ex.mean("spend"))


def test_ids_that_never_match_are_noticed(assignments, outcomes):
    with pytest.raises(DataError, match="None of 5,000 outcomes"):
        ex.analyse(
            assignments, outcomes=outcomes.assign(who=outcomes["who"] + 9999), **HOW, metrics=ex.mean("spend")
        )


def test_without_days_all_outcomes_count_and_that_is_said(assignments, outcomes):
    found = ex.analyse(assignments, outcomes=outcomes, **(HOW | {"date": None}), metrics=ex.mean("spend"))
    mine = outcomes[outcomes["who"] < 1000]
    assert found.samples["spend", "A"].total == pytest.approx(mine.loc[mine["who"] % 2 == 0, "spend"].sum())
    assert any("outcomes of any time count" in note for note in found.notes)
