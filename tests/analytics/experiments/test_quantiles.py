"""Quantiles by order statistics: exact ranks, honest intervals, nothing pulled."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError
from custintel_analytics.experiments import quantiles
from custintel_analytics.experiments.compare import checked


def at_ranks(values, share, level=0.95, units=None, error=None):
    """A `Quantile` of values that are at hand."""
    ordered = np.sort(values)
    places = quantiles.ranks(len(ordered), share, level, error)
    wanted = [places.middle, max(places.lower, 1), min(places.upper, len(ordered))]
    found = {rank: float(ordered[rank - 1]) for rank in wanted}
    return quantiles._quantile(share, len(ordered), units or len(ordered), places, found)


@pytest.mark.parametrize("n, share", [(10, 0.5), (25, 0.5), (100, 0.95), (1000, 0.99), (60, 0.1)])
def test_ranks_hold_their_confidence_exactly(n, share):
    places = quantiles.ranks(n, share, 0.95)
    count = stats.binom(n, share)
    covered = count.cdf(places.upper - 1) - count.cdf(places.lower - 1)
    assert covered >= 0.95
    narrower = count.cdf(places.upper - 2) - count.cdf(places.lower)
    assert narrower < 0.95


@pytest.mark.parametrize("n, lower, upper", [(10, 2, 9), (20, 6, 15), (25, 8, 18), (100, 40, 61)])
def test_the_published_ranks_of_a_median(n, lower, upper):
    # Altman, Machin, Bryant, Gardner (2000), Statistics with Confidence, table for the median, 95 %.
    places = quantiles.ranks(n, 0.5, 0.95)
    assert (places.lower, places.upper) == (lower, upper)


@pytest.mark.parametrize("share", [0.5, 0.25, 0.95, 1 / 3])
def test_the_value_is_the_inverted_distribution(share):
    values = np.random.default_rng(3).gamma(2.0, 30.0, 999)
    data = pd.DataFrame({"arm": np.where(np.arange(999) % 3 == 0, "A", "B"), "latency": values})
    found = ex.analyse(data, variant="arm", control="A", metrics=ex.quantile("latency", share))
    for arm, part in data.groupby("arm")["latency"]:
        expected = np.quantile(part, share, method="inverted_cdf")
        quantile = next(q for (_, variant), q in found.quantiles.items() if variant == arm)
        assert quantile.value == expected
        assert quantile == at_ranks(part.to_numpy(), share)


def test_ties_and_missing_values():
    data = pd.DataFrame(
        {"arm": ["A", "B"] * 300, "ms": np.repeat([10.0, 20.0, 30.0], 200), "note": [None, 1.0, 2.0] * 200}
    )
    found = ex.analyse(data, variant="arm", control="A", metrics=ex.quantile("ms")).frame.iloc[0]
    assert (found["mean"], found["effect"]) == (20.0, 0.0)
    assert math.isnan(found["lower"])
    assert "values around the median are all equal" in found["message"]
    with pytest.raises(DataError, match="200 rows"):
        ex.analyse(data, variant="arm", control="A", metrics=ex.quantile("note"))
    kept = ex.analyse(data, variant="arm", control="A", metrics=ex.quantile("note", 0.3), missing="drop")
    assert {quantile.n for quantile in kept.quantiles.values()} == {200}
    assert "note p30: 200 rows without a value; rows are left out of this metric." in kept.notes


def test_too_few_values_for_an_interval_say_how_many_are_needed():
    data = pd.DataFrame({"arm": ["A"] * 200 + ["B"] * 500, "ms": np.arange(700.0)})
    row = ex.analyse(data, variant="arm", control="A", metrics=ex.quantile("ms", 0.99)).frame.iloc[0]
    assert math.isnan(row["lower"])
    assert math.isnan(row["p_value"])
    assert row["effect"] == 494 - 197 + 200
    needed = int(row["message"].split("at least ")[1].split()[0])
    assert quantiles.ranks(needed, 0.99, 0.95).upper <= needed
    assert quantiles.ranks(needed - 1, 0.99, 0.95).upper > needed - 1


def test_a_variant_without_values_is_refused():
    data = pd.DataFrame({"arm": ["A"] * 50 + ["B"] * 50, "ms": [1.0] * 50 + [None] * 50})
    with pytest.raises(DataError, match="'B': no row has a value"):
        ex.analyse(data, variant="arm", control="A", metrics=ex.quantile("ms", missing="drop"))


def test_per_unit_ranks_the_sums():
    random = np.random.default_rng(4)
    who = random.integers(0, 300, 2000)
    data = pd.DataFrame(
        {"who": who, "arm": np.where(who % 2 == 0, "A", "B"), "spend": random.gamma(1, 10, 2000)}
    )
    metric = ex.quantile("spend", 0.9, per="unit")
    found = ex.analyse(data, variant="arm", control="A", unit="who", metrics=metric)
    totals = data[data["arm"] == "A"].groupby("who")["spend"].sum()
    assert found.quantiles["spend p90", "A"].value == pytest.approx(
        np.quantile(totals, 0.9, method="inverted_cdf"), rel=1e-12
    )
    assert not found.frame["message"].iloc[0]


def test_rows_of_a_unit_widen_the_interval():
    random = np.random.default_rng(5)
    who = np.repeat(np.arange(400), 20)
    data = pd.DataFrame({"who": who, "arm": np.where(who % 2 == 0, "A", "B")})
    data["ms"] = random.normal(100, 20, 400)[who] + random.normal(0, 5, len(who))
    metric = ex.quantile("ms", 0.75)
    naive, honest = (
        ex.analyse(data, variant="arm", control="A", unit=unit, metrics=metric) for unit in (None, "who")
    )
    one, other = (found.quantiles["ms p75", "A"] for found in (naive, honest))
    assert one.value == other.value
    assert one.design_effect == 1
    assert 10 < other.design_effect < 20
    assert other.upper - other.lower > 3 * (one.upper - one.lower)
    assert (other.n, other.units) == (4000, 200)
    assert "rows of a unit resemble each other" in honest.frame["message"].iloc[0]
    below = (data["ms"] <= other.value)[data["arm"] == "A"].groupby(data["who"]).agg(["sum", "size"])
    error = ex.Sample.clustered(below["sum"], below["size"]).standard_error
    part = data.loc[data["arm"] == "A", "ms"].to_numpy()
    expected = at_ranks(part, 0.75, units=200, error=error)
    assert (other.lower, other.upper) == (expected.lower, expected.upper)
    assert other.standard_error == pytest.approx(expected.standard_error, rel=1e-9)


@pytest.mark.parametrize("share, n", [(0.5, 400), (0.9, 1000)])
def test_intervals_cover_on_skewed_data(share, n):
    random = np.random.default_rng(11)
    question = checked()
    hits = {"arm": 0, "difference": 0, "relative": 0}
    truth = stats.lognorm(1.0).ppf(share)
    for _ in range(2000):
        a, b = (at_ranks(random.lognormal(0, 1, n) * scale, share) for scale in (1.0, 1.3))
        hits["arm"] += a.lower <= truth <= a.upper
        found = quantiles.compared(a, b, question)
        hits["difference"] += found.lower <= 0.3 * truth <= found.upper
        found = quantiles.compared(a, b, checked(relative=True))
        hits["relative"] += found.lower <= 0.3 <= found.upper
    for what, count in hits.items():
        assert 0.93 <= count / 2000 <= 0.97, what


def test_intervals_of_clustered_rows_cover():
    random = np.random.default_rng(12)
    hits, rounds = 0, 1000
    for _ in range(rounds):
        units = random.normal(0, 1, 300)
        values = units[:, None] + random.normal(0, 1, (300, 8))
        below = (values <= np.quantile(values, 0.8, method="inverted_cdf")).sum(axis=1)
        error = ex.Sample.clustered(below, np.full(300, 8)).standard_error
        found = at_ranks(values.ravel(), 0.8, units=300, error=error)
        hits += found.lower <= stats.norm(0, math.sqrt(2)).ppf(0.8) <= found.upper
    assert 0.93 <= hits / rounds <= 0.97
