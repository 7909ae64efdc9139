"""Rows are not units: they are added up to whoever was randomised."""

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError


def visits(seed=0, n=600, rows=3000):
    random = np.random.default_rng(seed)
    who = random.integers(0, n, rows)
    return pd.DataFrame(
        {
            "who": who,
            "arm": np.where(who % 2 == 0, "A", "B"),
            "spend": random.gamma(1.0, 10.0, rows),
            "orders": random.integers(1, 4, rows),
            "bought": random.random(rows) < 0.2,
            "past": who * 0.5,
            "country": np.where(who % 3 == 0, "de", "fr"),
        }
    )


METRICS = [ex.mean("spend"), ex.proportion("bought"), ex.ratio("spend", "orders")]


def test_rows_are_added_up_to_units():
    data = visits()
    found = ex.analyse(data, variant="arm", control="A", unit="who", metrics=METRICS, strata="country")
    units = data.groupby(["arm", "who"]).agg(
        spend=("spend", "sum"), bought=("bought", "max"), orders=("orders", "sum")
    )
    for arm in "AB":
        part = units.loc[arm]
        assert found.samples["spend", arm].variance == pytest.approx(part["spend"].var(), rel=1e-9)
        assert found.samples["bought", arm].total == part["bought"].sum()
        own = ex.Sample.from_values(part["spend"], denominator=part["orders"])
        assert found.samples["spend / orders", arm].standard_error == pytest.approx(
            own.standard_error, rel=1e-9
        )


def test_a_covariate_may_stand_in_every_row():
    data = visits()
    found = ex.analyse(
        data, variant="arm", control="A", unit="who", metrics=ex.mean("spend", covariate="past")
    )
    once = data.groupby("who").agg(arm=("arm", "first"), past=("past", "first"))
    assert found.samples["spend", "A"].covariate_mean == pytest.approx(
        once.loc[once["arm"] == "A", "past"].mean()
    )


@pytest.mark.parametrize(
    "change, arguments, said, count",
    [
        ({"arm": "B"}, {}, "1 unit is in more than one variant, for example who 8", 1),
        (
            {"past": 1e6},
            {"covariates": "past"},
            "1 unit is there with several values of the covariate of 'spend', for example who 8",
            1,
        ),
        ({"country": "uk"}, {"strata": "country"}, "1 unit is in several strata, for example who 8", 1),
    ],
)
def test_a_unit_is_in_one_place(change, arguments, said, count):
    data = visits()
    row = data.index[data["who"] == 8][0]
    for column, value in change.items():
        data.loc[row, column] = value
    with pytest.raises(DataError, match=said) as caught:
        ex.analyse(data, variant="arm", control="A", unit="who", metrics=ex.mean("spend"), **arguments)
    assert caught.value.count == count


def test_a_cluster_is_in_one_variant_and_a_unit_in_one_cluster():
    data = visits()
    data["shop"] = data["who"] // 10
    with pytest.raises(DataError, match="60 clusters are in more than one variant, for example shop 0"):
        ex.analyse(data, variant="arm", control="A", unit="who", cluster="shop", metrics=ex.mean("spend"))
    data["arm"] = np.where(data["shop"] % 2 == 0, "A", "B")
    row = data.index[data["who"] == 8][0]
    data.loc[row, "shop"] = 2
    with pytest.raises(DataError, match="1 unit is in several clusters, for example who 8"):
        ex.analyse(data, variant="arm", control="A", unit="who", cluster="shop", metrics=ex.mean("spend"))


class TestMissing:
    """Nothing is dropped without being asked for, and said."""

    @pytest.fixture
    def holes(self):
        data = visits()
        data.loc[data.index[data["who"].isin([3, 4, 5])], "spend"] = np.nan
        return data

    def test_dropped_units_leave_the_metric(self, holes):
        metrics = [ex.mean("spend"), ex.proportion("bought")]
        found = ex.analyse(holes, variant="arm", control="A", unit="who", metrics=metrics, missing="drop")
        everyone = holes["who"].nunique()
        sizes = {m: found.samples[m, "A"].n + found.samples[m, "B"].n for m in ("spend", "bought")}
        assert sizes == {"spend": everyone - 3, "bought": everyone}
        count = holes["spend"].isna().sum()
        assert (
            f"spend: {count} rows without a value; units with one are left out of this metric." in found.notes
        )

    def test_a_unit_with_one_missing_row_is_left_out_whole(self):
        data = visits()
        data.loc[data.index[data["who"] == 8][0], "spend"] = np.nan
        found = ex.analyse(
            data, variant="arm", control="A", unit="who", metrics=ex.mean("spend"), missing="drop"
        )
        rest = data[data["who"] != 8].groupby(["arm", "who"])["spend"].sum()
        assert found.samples["spend", "A"].mean == pytest.approx(rest["A"].mean(), rel=1e-12)

    def test_zero_counts_the_unit(self, holes):
        found = ex.analyse(
            holes, variant="arm", control="A", unit="who", metrics=ex.mean("spend", missing="zero")
        )
        totals = holes.groupby(["arm", "who"])["spend"].sum()
        assert found.samples["spend", "B"].mean == pytest.approx(totals["B"].mean(), rel=1e-12)
        assert any("each counts as 0" in note for note in found.notes)

    def test_rows_as_units(self, holes):
        found = ex.analyse(holes, variant="arm", control="A", metrics=ex.mean("spend"), missing="drop")
        assert found.samples["spend", "A"].n == holes.loc[holes["arm"] == "A", "spend"].notna().sum()

    def test_ratios_need_both_parts(self):
        data = visits()
        data["orders"] = data["orders"].astype(float).where(data["who"] != 8)
        found = ex.analyse(
            data, variant="arm", control="A", unit="who", metrics=ex.ratio("spend", "orders"), missing="drop"
        )
        rest = data[(data["who"] != 8) & (data["arm"] == "A")]
        assert found.samples["spend / orders", "A"].mean == pytest.approx(
            rest["spend"].sum() / rest["orders"].sum()
        )


def test_clusters_without_units_count_rows():
    data = visits()
    data["shop"] = data["who"] // 10
    data["arm"] = np.where(data["shop"] % 2 == 0, "A", "B")
    found = ex.analyse(data, variant="arm", control="A", cluster="shop", metrics=ex.mean("spend"))
    parts = data.groupby(["arm", "shop"])["spend"].agg(["sum", "size"])
    own = ex.Sample.clustered(parts.loc["A", "sum"], parts.loc["A", "size"])
    assert found.samples["spend", "A"].standard_error == pytest.approx(own.standard_error, rel=1e-9)


def test_clusters_may_have_covariates_and_strata():
    random = np.random.default_rng(1)
    shops = pd.DataFrame({"shop": range(80), "level": random.normal(50, 20, 80)})
    data = shops.loc[shops.index.repeat(25)].reset_index(drop=True)
    data["who"], data["arm"] = data.index, np.where(data["shop"] % 2 == 0, "A", "B")
    data["region"] = np.where(data["shop"] < 40, "north", "south")
    data["past"] = data["level"] + random.normal(0, 5, len(data))
    data["spend"] = data["level"] + random.normal(0, 5, len(data))
    common = {"variant": "arm", "control": "A", "unit": "who", "cluster": "shop"}
    adjusted = ex.analyse(data, **common, metrics=ex.mean("spend", covariate="past")).frame.iloc[0]
    assert adjusted["variance_reduction"] > 0.9
    stratified = ex.analyse(data, **common, metrics=ex.mean("spend"), strata="region")
    assert {name: sample.n for name, sample in stratified.strata["spend", "A"].items()} == {
        "north": 20,
        "south": 20,
    }
