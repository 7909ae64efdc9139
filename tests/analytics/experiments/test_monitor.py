"""The effect look by look: cumulative sums of one query are those of the rows so far."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import Cancelled, DataError


def visits(seed=0, n=900, rows=4000, days=40):
    random = np.random.default_rng(seed)
    who = random.integers(0, n, rows)
    return pd.DataFrame(
        {
            "who": who,
            "arm": np.where(who % 2 == 0, "A", "B"),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, days, rows), unit="D"),
            "spend": random.gamma(1.0, 10.0, rows),
            "orders": random.integers(1, 4, rows),
            "bought": random.random(rows) < 0.2,
            "past": np.sqrt(who),
        }
    )


HOW = {"variant": "arm", "control": "A", "unit": "who", "date": "day"}


@pytest.mark.parametrize(
    "metric",
    [
        ex.mean("spend", covariate="past"),
        ex.proportion("bought"),
        ex.ratio("spend", "orders"),
        ex.ratio("spend", "orders", covariate="past", name="adjusted"),
    ],
)
@pytest.mark.parametrize("unit", ["who", None])
def test_each_look_is_the_analysis_of_the_rows_so_far(metric, unit):
    data = visits()
    found = ex.monitor(data, **(HOW | {"unit": unit}), metric=metric, relative=False)
    for day in ("2024-01-03", "2024-01-17", "2024-02-09"):
        so_far = ex.analyse(
            data[data["day"] <= day], variant="arm", control="A", unit=unit, metrics=metric, relative=False
        )
        row = found.frame[found.frame["date"] == day].iloc[0]
        expected = so_far.frame.iloc[0]
        for column in ("n", "n_control", "mean", "control_mean", "effect", "lower", "upper", "p_value"):
            assert row[column] == pytest.approx(expected[column], rel=1e-7), column
        valid = ex.compare(
            so_far.samples[metric.name, "A"], so_far.samples[metric.name, "B"], method="sequential",
            cuped=metric.covariate is not None,
        )  # fmt: skip
        assert (row["seq_lower"], row["seq_upper"]) == pytest.approx((valid.lower, valid.upper), rel=1e-7)
        assert found.samples[dt.date.fromisoformat(day), "B"].n == so_far.samples[metric.name, "B"].n


def test_weeks_end_on_sunday_or_with_the_data():
    found = ex.monitor(visits(), **HOW, metric=ex.mean("spend"), grain="week").frame
    assert found["date"].dt.day_of_week.iloc[:-1].unique().tolist() == [6]
    assert found["date"].iloc[-1] == pd.Timestamp("2024-02-09")
    daily = ex.monitor(visits(), **HOW, metric=ex.mean("spend")).frame.set_index("date")
    pd.testing.assert_series_equal(
        found.set_index("date")["upper"], daily.loc[found["date"], "upper"], check_names=False
    )


def test_assignments_enter_before_their_outcomes():
    random = np.random.default_rng(2)
    assigned = pd.DataFrame({"who": np.arange(600), "arm": np.where(np.arange(600) % 2 == 0, "A", "B")})
    assigned["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 20, 600), unit="D")
    assigned["past"] = random.normal(size=600)
    outcomes = visits(3, 700).drop(columns=["arm", "past"])
    for metric in (ex.mean("spend", covariate="past"), ex.ratio("spend", "orders"), ex.proportion("bought")):
        found = ex.monitor(assigned, outcomes=outcomes, **HOW, metric=metric)
        for day in ("2024-01-10", "2024-02-01"):
            so_far = ex.analyse(
                assigned[assigned["day"] <= day],
                outcomes=outcomes[outcomes["day"] <= day],
                **HOW,
                metrics=metric,
            )
            for arm in "AB":
                one, other = found.samples[dt.date.fromisoformat(day), arm], so_far.samples[metric.name, arm]
                assert one.n == other.n
                assert one.standard_error == pytest.approx(other.standard_error, rel=1e-7)
                assert one.mean == pytest.approx(other.mean, rel=1e-9)


def test_the_band_is_wider_and_the_bounds_are_those_of_the_plan():
    found = ex.monitor(visits(), **HOW, metric=ex.mean("spend"), relative=False, planned_n=1200)
    frame = found.frame.dropna(subset=["effect"])
    assert (frame["seq_upper"] - frame["seq_lower"] > frame["upper"] - frame["lower"]).all()
    assert (frame["seq_p_value"] >= frame["p_value"]).all()
    assert found.settings.tuning_n == 1200
    within = frame[frame["z_bound"].notna()]
    bounds = ex.spending_bounds(within["fraction"].tolist(), 0.05)
    np.testing.assert_allclose(within["z_bound"], bounds["z"])
    np.testing.assert_allclose(within["fraction"], (within["n"] + within["n_control"]) / 1200)


def test_a_planned_end_says_when_it_is_too_early():
    found = ex.monitor(
        visits(), **HOW, metric=ex.proportion("bought"), planned_end="2024-02-29", spending="pocock"
    )
    assert "planned end 29 February 2024. The usual p-value isn't valid yet; the band is." in found.summary()
    assert found.frame["fraction"].iloc[-1] == pytest.approx(40 / 60)
    assert (found.frame["planned_end"] == pd.Timestamp("2024-02-29")).all()
    over = ex.monitor(visits(), **HOW, metric=ex.proportion("bought"), planned_end="2024-01-10")
    assert "isn't valid yet" not in over.summary()
    assert over.frame["z_bound"].notna().sum() == 10


def test_early_looks_without_a_result_say_why():
    data = visits(rows=60)
    data.loc[data["arm"] == "A", "bought"] = False
    found = ex.monitor(data, **HOW, metric=ex.proportion("bought"))
    assert found.frame["effect"].isna().all()
    assert "mean is 0 so far" in found.frame["message"].iloc[-1]
    assert "mean is 0 so far" in found.summary()
    only = data[(data["arm"] == "A") | (data["day"] > "2024-01-20")]
    first = ex.monitor(only, **HOW, metric=ex.mean("spend")).frame.iloc[0]
    assert (first["n"], first["message"]) == (0, "Too few units in an arm so far.")


def test_missing_values_and_days_are_counted():
    data = visits()
    data.loc[data["who"] == 8, "spend"] = np.nan
    data.loc[:4, "day"] = pd.NaT
    found = ex.monitor(data, **HOW, metric=ex.mean("spend"), missing="drop")
    assert found.left_out.set_index("reason")["rows"]["missing day"] >= 4
    assert 8 not in set(data.loc[data["day"].notna() & data["spend"].notna(), "who"])
    last = found.frame.iloc[-1]
    assert (
        last["n"] + last["n_control"] == data.loc[data["day"].notna() & (data["who"] != 8), "who"].nunique()
    )
    zero = ex.monitor(data, **HOW, metric=ex.mean("spend"), missing="zero").frame.iloc[-1]
    assert zero["n_control"] == last["n_control"] + 1


@pytest.mark.parametrize(
    "arguments, said",
    [
        ({"metric": ex.quantile("spend")}, "doesn't add up over days"),
        ({"metric": [ex.mean("spend"), ex.mean("past")]}, "follows one"),
        ({"grain": "month"}, "grain='month'"),
        ({"planned_n": 0}, "planned_n=0"),
        ({"planned_end": "soon"}, "planned_end='soon'"),
        ({"date": "arm"}, "No row has a day"),
        ({"date": "spend"}, "Name a column with dates"),
        ({"unit": "orders"}, "in more than one variant"),
    ],
)
def test_bad_input(arguments, said):
    with pytest.raises(DataError, match=said):
        ex.monitor(visits(), **(HOW | {"metric": ex.mean("spend")} | arguments))


def test_progress_tells_and_stops():
    told = []
    ex.monitor(visits(), **HOW, metric=ex.mean("spend"), progress=lambda *step: told.append(step))
    assert [done for done, _, _ in told] == [0, 1, 2, 3]

    def stop(done, total, message):
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        ex.monitor(visits(), **HOW, metric=ex.mean("spend"), progress=stop)


def test_three_variants_have_a_row_each():
    data = visits()
    data["arm"] = np.array(["A", "B", "C"])[data["who"] % 3]
    found = ex.monitor(data, **HOW, metric=ex.mean("spend"))
    assert found.frame.groupby("look").size().unique().tolist() == [2]
    assert len(found.last) == 2
    assert not math.isnan(found.last["effect"].iloc[1])
    assert found.sample_ratio.ok
