"""An analysis of a table against published figures, SciPy and its own samples."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from custintel_analytics import experiments as ex
from custintel_analytics import tables
from custintel_analytics.errors import Cancelled, DataError

NONE, MEN, WOMEN = "No E-Mail", "Mens E-Mail", "Womens E-Mail"


@pytest.fixture(scope="session")
def hillstrom_path(data_file):
    return data_file("causal/uplift/hillstrom.csv")


@pytest.fixture(scope="session")
def hillstrom(hillstrom_path):
    return pd.read_csv(hillstrom_path)


def people(seed=0, n=4000):
    random = np.random.default_rng(seed)
    past = random.gamma(2.0, 10.0, n)
    treated = random.random(n) < 0.5
    spend = past * 0.8 + random.gamma(1.0, 5.0, n) + treated * 2.0
    return pd.DataFrame(
        {
            "who": np.arange(n),
            "arm": np.where(treated, "B", "A"),
            "spend": spend,
            "past": past,
            "orders": random.integers(1, 5, n),
            "bought": random.random(n) < 0.3 + 0.05 * treated,
            "country": random.choice(["de", "fr", "uk"], n),
            "shop": np.arange(n) // 40,
        }
    )


class TestHillstrom:
    """Kevin Hillstrom's e-mail challenge, 64,000 customers."""

    def test_published_effects(self, hillstrom_path):
        found = ex.analyse(
            hillstrom_path,
            variant="segment",
            control=NONE,
            metrics=[ex.proportion("visit"), ex.proportion("conversion"), ex.mean("spend")],
            relative=False,
        )
        rows = found.frame.set_index(["metric", "variant"])
        assert rows.loc[("visit", WOMEN), "effect"] == pytest.approx(0.0452331, abs=5e-8)
        assert rows.loc[("conversion", WOMEN), "effect"] == pytest.approx(0.0031111, abs=5e-8)
        spend = rows.loc[("spend", WOMEN)]
        assert spend["effect"] == pytest.approx(0.4244122, abs=5e-8)
        assert spend["p_value"] == pytest.approx(0.00112940, abs=5e-9)
        assert (spend["lower"], spend["upper"]) == pytest.approx((0.168957, 0.679868), abs=5e-7)
        assert (spend["n"], spend["n_control"]) == (21_387, 21_306)
        assert found.comparisons["spend", WOMEN].statistic == pytest.approx(3.256372, abs=5e-7)
        assert found.sample_ratio.ok
        assert found.sample_ratio.variants == (NONE, MEN, WOMEN)

    def test_published_z(self, hillstrom):
        found = ex.analyse(
            hillstrom, variant="segment", control=NONE, metrics=ex.proportion("visit"), method="z"
        )
        assert found.comparisons["visit", WOMEN].statistic == pytest.approx(13.94918, abs=5e-6)

    def test_holm_over_all_metrics_and_variants(self, hillstrom):
        metrics = [ex.proportion("visit"), ex.mean("spend"), ex.mean("history", guardrail=True)]
        found = ex.analyse(hillstrom, variant="segment", control=NONE, metrics=metrics).frame
        decisive = found[~found["guardrail"]]
        ordered = decisive.sort_values("p_value")
        expected = np.maximum.accumulate(ordered["p_value"] * [4, 3, 2, 1])
        np.testing.assert_allclose(ordered["p_adjusted"], np.minimum(expected, 1), rtol=1e-12)
        guarded = found[found["guardrail"]]
        assert (guarded["p_adjusted"] == guarded["p_value"]).all()
        plain = ex.analyse(hillstrom, variant="segment", control=NONE, metrics=metrics, correction=None).frame
        assert (plain["p_adjusted"] == plain["p_value"]).all()

    def test_a_table_with_a_ratio_that_is_off_is_not_read(self, hillstrom):
        lost = hillstrom.drop(hillstrom[hillstrom["segment"] == NONE].index[:1500])
        found = ex.analyse(lost, variant="segment", control=NONE, metrics=ex.proportion("visit"))
        assert not found.sample_ratio.ok
        assert found.summary().startswith("Don't read this result.")
        planned = {NONE: 21_306 - 1500, MEN: 21_307, WOMEN: 21_387}
        again = ex.analyse(
            lost, variant="segment", control=NONE, metrics=ex.proportion("visit"), expected=planned
        )
        assert again.sample_ratio.ok


class TestAgainstValues:
    """The pushed-down sums give what the values in memory give."""

    def test_welch(self):
        data = people()
        found = ex.analyse(
            data, variant="arm", control="A", metrics=ex.mean("spend"), relative=False
        ).frame.iloc[0]
        a, b = (data.loc[data["arm"] == arm, "spend"] for arm in "AB")
        oracle = stats.ttest_ind(b, a, equal_var=False)
        interval = oracle.confidence_interval(0.95)
        assert found["p_value"] == pytest.approx(oracle.pvalue, rel=1e-9)
        assert (found["lower"], found["upper"]) == pytest.approx((interval.low, interval.high), rel=1e-9)

    @pytest.mark.parametrize(
        "metric, values, more",
        [
            (ex.mean("spend", covariate="past"), "spend", {"covariate": "past"}),
            (ex.ratio("spend", "orders"), "spend", {"denominator": "orders"}),
            (ex.proportion("bought"), "bought", {}),
        ],
    )
    @pytest.mark.parametrize("method", ["welch", "bayes", "sequential"])
    def test_samples_are_those_of_the_values(self, metric, values, more, method):
        data = people(1)
        found = ex.analyse(data, variant="arm", control="A", metrics=metric, method=method)
        own = {
            arm: ex.Sample.from_values(part[values], **{role: part[column] for role, column in more.items()})
            for arm, part in data.groupby("arm")
        }
        for arm, sample in own.items():
            pushed = found.samples[metric.name, arm]
            assert (pushed.n, pushed.kind) == (sample.n, sample.kind)
            assert pushed.mean == pytest.approx(sample.mean, rel=1e-12)
            assert pushed.variance == pytest.approx(sample.variance, rel=1e-9)
        expected = ex.compare(own["A"], own["B"], relative=True, method=method, cuped="covariate" in more)
        row = found.frame.iloc[0]
        assert row["relative_effect"] == pytest.approx(expected.effect, rel=1e-9)
        assert (row["relative_lower"], row["relative_upper"]) == pytest.approx(
            (expected.lower, expected.upper), rel=1e-8
        )
        assert row["probability"] == pytest.approx(expected.probability, rel=1e-8, nan_ok=True)
        assert row["expected_loss"] == pytest.approx(expected.expected_loss, rel=1e-7, nan_ok=True)

    def test_cuped_takes_noise_away(self):
        plain, adjusted = (
            ex.analyse(people(2), variant="arm", control="A", metrics=ex.mean("spend"), covariates=covariates)
            for covariates in (None, {"spend": "past"})
        )
        assert math.isnan(plain.frame["variance_reduction"].iloc[0])
        assert adjusted.frame["variance_reduction"].iloc[0] > 0.7
        widths = [found.frame["upper"].iloc[0] - found.frame["lower"].iloc[0] for found in (plain, adjusted)]
        assert widths[1] < 0.6 * widths[0]

    def test_strata_are_post_stratified(self):
        data = people(3)
        found = ex.analyse(data, variant="arm", control="A", metrics=ex.mean("spend"), strata="country")
        pairs = {
            country: tuple(ex.Sample.from_values(part.loc[part["arm"] == arm, "spend"]) for arm in "AB")
            for country, part in data.groupby("country")
        }
        expected = ex.stratified(pairs, relative=True)
        assert found.frame["relative_effect"].iloc[0] == pytest.approx(expected.effect, rel=1e-9)
        assert found.frame["p_value"].iloc[0] == pytest.approx(expected.p_value, rel=1e-8)
        assert set(found.strata["spend", "A"]) == {"de", "fr", "uk"}
        assert (
            sum(sample.n for sample in found.strata["spend", "A"].values()) == found.samples["spend", "A"].n
        )

    def test_strata_of_several_columns_and_missing_ones(self):
        data = people(4)
        data["country"] = data["country"].where(data["country"] != "uk", None)
        found = ex.analyse(
            data, variant="arm", control="A", metrics=ex.mean("spend"), strata=["country", "bought"]
        )
        assert len(found.strata["spend", "A"]) == 6
        assert "(missing) · true" in found.strata["spend", "A"]

    def test_clusters_are_what_varies(self):
        data = people(5)
        data["arm"] = np.where(data["shop"] % 2 == 0, "A", "B")
        data["spend"] += np.random.default_rng(5).normal(0, 8, 100)[data["shop"]]
        found = ex.analyse(
            data,
            variant="arm",
            control="A",
            unit="who",
            cluster="shop",
            metrics=[ex.mean("spend"), ex.proportion("bought")],
        )
        clusters = data.groupby(["arm", "shop"])["spend"].agg(["sum", "size"])
        own = [ex.Sample.clustered(clusters.loc[arm, "sum"], clusters.loc[arm, "size"]) for arm in "AB"]
        row = found.frame.iloc[0]
        assert (row["n"], row["n_control"]) == (50, 50)
        assert row["p_value"] == pytest.approx(ex.compare(*own).p_value, rel=1e-9)
        assert found.comparisons["spend", "B"].kind == "mean"
        assert found.comparisons["bought", "B"].kind == "proportion"
        naive = ex.analyse(data, variant="arm", control="A", metrics=ex.mean("spend")).frame.iloc[0]
        assert row["upper"] - row["lower"] > 3 * (naive["upper"] - naive["lower"])
        assert found.sample_ratio.counts == (50, 50)


class TestScales:
    """Which scale decides, and what is said where one doesn't exist."""

    def test_fieller_decides_alike_on_both(self):
        one, other = (
            ex.analyse(
                people(), variant="arm", control="A", metrics=ex.mean("spend"), relative=relative
            ).frame
            for relative in (True, False)
        )
        pd.testing.assert_frame_equal(one, other)

    def test_delta_decides_on_its_own_scale(self):
        def p(relative):
            return (
                ex.analyse(
                    people(),
                    variant="arm",
                    control="A",
                    metrics=ex.mean("spend"),
                    relative=relative,
                    interval="delta",
                )
                .frame["p_value"]
                .iloc[0]
            )

        assert p(True) != p(False)

    def test_a_control_of_zero_has_no_relative_effect(self):
        data = people()
        data.loc[data["arm"] == "A", "bought"] = False
        found = ex.analyse(
            data, variant="arm", control="A", metrics=[ex.proportion("bought"), ex.mean("spend")]
        )
        row = found.frame.iloc[0]
        assert math.isnan(row["relative_effect"])
        assert row["effect"] > 0.2
        assert row["p_value"] < 1e-10
        assert row["message"].startswith("The control's mean is 0")
        assert not found.frame["message"].iloc[1]

    def test_a_prior_belongs_to_one_scale(self):
        settings = {"method": "bayes", "prior_sd": 0.05, "relative": True}
        row = ex.analyse(
            people(), variant="arm", control="A", metrics=ex.mean("spend"), **settings
        ).frame.iloc[0]
        assert math.isnan(row["lower"])
        assert row["relative_lower"] < row["relative_effect"] < row["relative_upper"]
        assert "prior is one of the relative effect" in row["message"]

    def test_less_may_be_better(self):
        data = people()
        up, down = (
            ex.analyse(
                data,
                variant="arm",
                control="A",
                metrics=ex.mean("spend", direction=direction),
                method="bayes",
            ).frame.iloc[0]
            for direction in ("up", "down")
        )
        assert up["probability"] == pytest.approx(1 - down["probability"])
        assert down["expected_loss"] > up["expected_loss"]


class TestBadInput:
    """Each gets its own message."""

    @pytest.mark.parametrize(
        "change, arguments, said",
        [
            (lambda d: d[d["arm"] == "A"], {}, "one variant in 'arm', 'A'"),
            (lambda d: d, {"control": "a"}, "Did you mean 'A'"),
            (lambda d: d, {"variant": "who"}, "more than 50 different values"),
            (lambda d: d, {"variant": "group"}, "there is no such column"),
            (lambda d: d.assign(arm=None), {}, "No row has both a variant and an id"),
            (lambda d: d, {"metrics": ex.proportion("orders")}, "something else than 0 and 1, for example"),
            (lambda d: d, {"metrics": ex.mean("country")}, "try_cast"),
            (
                lambda d: d.assign(spend=d["spend"].where(d["who"] > 2)),
                {},
                r"missing \(or NaN, or infinite\) in 3 rows",
            ),
            (
                lambda d: d.assign(spend=d["spend"].where(d["who"] != 7, np.inf)),
                {"unit": "who"},
                "in 1 row, .*who 7",
            ),
            (lambda d: d.assign(past=1.0), {"covariates": "past"}, "covariate is the same for all"),
            (
                lambda d: d.assign(past=d["past"].where(d["who"] > 0)),
                {"covariates": "past"},
                "or its covariate is missing",
            ),
            (lambda d: d, {"covariates": {"sales": "past"}}, "'sales', which is no metric"),
            (lambda d: d.assign(country=d["arm"]), {"strata": "country"}, "has no unit in the"),
            (lambda d: d, {"expected": (1, 2, 3)}, "no split of 2 variants"),
            (lambda d: d, {"correction": "sidak"}, "correction='sidak'"),
            (lambda d: d, {"level": 95}, "level=95"),
            (lambda d: d, {"outcome_unit": "who"}, "Pass outcomes="),
            (
                lambda d: d.assign(orders=0),
                {"metrics": ex.ratio("spend", "orders")},
                "'A': The denominators add up to 0",
            ),
            (lambda d: d.iloc[:0], {}, "No row has both"),
        ],
    )
    def test_is_explained(self, change, arguments, said):
        settings = {"variant": "arm", "control": "A", "metrics": ex.mean("spend")} | arguments
        with pytest.raises(DataError, match=said):
            ex.analyse(change(people()), **settings)

    def test_an_unknown_argument_names_the_nearest(self):
        with pytest.raises(TypeError, match="Did you mean 'strata'"):
            ex.analyse(people(), variant="arm", control="A", metrics=ex.mean("spend"), stratum="country")

    def test_rows_that_cannot_be_used_are_counted(self):
        data = people()
        data["arm"] = data["arm"].where(data["who"] >= 5, None)
        data["who"] = data["who"].astype("Int64").where(data["who"] < 3990)
        found = ex.analyse(data, variant="arm", control="A", unit="who", metrics=ex.mean("spend"))
        assert found.left_out[["reason", "rows"]].values.tolist() == [
            ["missing variant", 5],
            ["missing unit", 10],
        ]
        assert found.frame[["n", "n_control"]].sum(axis=1).iloc[0] == 3985
        assert "Left out: 5 rows, missing variant." in found.summary()


def test_repeated_ids_are_noticed_when_rows_are_units():
    data = people().rename(columns={"who": "customer_id"})
    data["customer_id"] //= 2
    found = ex.analyse(data, variant="arm", control="A", metrics=ex.mean("spend"))
    assert any("'customer_id' repeats: 4,000 rows of 2,000" in note for note in found.notes)


def test_a_table_of_purchases_is_added_up_by_customer(cdnow):
    cdnow["variant"] = np.where(cdnow["customer"] % 2 == 0, "A", "B")
    table = tables.as_table(cdnow, today="1999-01-01")
    found = ex.analyse(table, variant="variant", control="A", metrics=ex.mean("amount"))
    people_ = cdnow.groupby(["variant", "customer"])["amount"].sum()
    assert found.frame["n"].iloc[0] == len(people_["B"])
    assert found.frame["mean"].iloc[0] == pytest.approx(people_["B"].mean(), rel=1e-12)
    assert any("table.left_out" in note for note in found.notes)


def test_progress_tells_and_stops(hillstrom):
    told = []
    ex.analyse(
        hillstrom, variant="segment", control=NONE, metrics=[ex.mean("spend"), ex.quantile("history")],
        progress=lambda *step: told.append(step),
    )  # fmt: skip
    assert [done for done, _, _ in told] == [0, 1, 2, 3]
    assert {total for _, total, _ in told} == {3}
    assert told[1][2] == "Adding up 64,000 rows…"

    def stop(done, total, message):
        if done:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        ex.analyse(hillstrom, variant="segment", control=NONE, metrics=ex.mean("spend"), progress=stop)


def test_settings_hold_the_question(hillstrom_path):
    found = ex.analyse(hillstrom_path, variant="SEGMENT", control=NONE, metrics=ex.mean("spend"), level=0.9)
    assert (found.settings.variant, found.settings.control, found.settings.level) == ("segment", NONE, 0.9)
    assert found.settings.variants == (NONE, MEN, WOMEN)
    assert found.settings.backend == "duckdb"
