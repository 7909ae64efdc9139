"""Lifts by segment against published and exactly integrated posteriors."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from custintel_analytics import experiments as ex
from custintel_analytics import sampling
from custintel_analytics.errors import Cancelled, DataError
from custintel_analytics.experiments.models import normal_model

pytestmark = pytest.mark.slow

SCHOOLS = list("ABCDEFGH")
EFFECTS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
ERRORS = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])


@pytest.fixture(scope="module")
def schools():
    model = normal_model(EFFECTS, ERRORS, SCHOOLS, scale=1000.0, spread=100.0)
    return sampling.sample(model, draws=1500, tune=1000, chains=4, random_state=3, target_accept=0.95)


def test_eight_schools_as_published(schools):
    # Gelman et al., Bayesian Data Analysis, third edition, table 5.3: medians, with a flat prior of tau.
    medians = np.median(sampling.posterior(schools, "theta"), axis=0)
    np.testing.assert_allclose(medians, [10, 8, 7, 8, 5, 6, 10, 8], atol=1.0)


def test_eight_schools_as_integrated(schools):
    # Given tau everything is normal, so the posterior is a sum over a grid of tau.
    grid = (np.arange(4000) + 0.5) * 0.05
    variance = ERRORS**2 + grid[:, None] ** 2
    precision = (1 / variance).sum(axis=1) + 1000.0**-2
    mu = (EFFECTS / variance).sum(axis=1) / precision
    log = stats.halfnorm(scale=100).logpdf(grid) - 0.5 * np.log(precision) + 0.5 * mu**2 * precision
    log += (stats.norm.logpdf(EFFECTS, 0, np.sqrt(variance))).sum(axis=1)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    pull = grid[:, None] ** 2 / variance
    theta = (weight[:, None] * (pull * EFFECTS + (1 - pull) * mu[:, None])).sum(axis=0)
    np.testing.assert_allclose(sampling.posterior(schools, "theta").mean(axis=0), theta, atol=0.5)
    assert sampling.posterior(schools, "mu").mean() == pytest.approx((weight * mu).sum(), abs=0.5)
    assert sampling.posterior(schools, "tau").mean() == pytest.approx((weight * grid).sum(), abs=0.6)


def shoppers(seed=0):
    random = np.random.default_rng(seed)
    sizes = {"north": 6000, "south": 3000, "east": 1500, "west": 300, "isles": 80}
    region = np.repeat(list(sizes), list(sizes.values()))
    treated = random.random(len(region)) < 0.5
    base = pd.Series({"north": 0.10, "south": 0.15, "east": 0.20, "west": 0.12, "isles": 0.15})[
        region
    ].to_numpy()
    return pd.DataFrame(
        {
            "region": region,
            "arm": np.where(treated, "B", "A"),
            "bought": random.random(len(region)) < base * np.where(treated, 1.3, 1.0),
            "spend": random.gamma(2.0, 10.0, len(region)) + treated * 3.0,
        }
    )


@pytest.fixture(scope="module")
def shares():
    return ex.lift_by_segment(shoppers(), "arm", "A", ex.proportion("bought"), "region", chains=2)


def test_small_segments_borrow_and_large_ones_keep_their_own(shares):
    assert shares.diagnostics.converged
    frame = shares.frame.set_index("segment")
    assert frame.index.tolist() == ["north", "south", "east", "west", "isles"]
    assert shares.overall["lower"] < 0.3 < shares.overall["upper"]
    assert (frame["lower"] < 0.3).all()
    assert (frame["upper"] > 0.3).all()
    share = (frame["upper"] - frame["lower"]) / (frame["own_upper"] - frame["own_lower"])
    assert share["isles"] < 0.3
    assert 0.6 < share["north"] < 1.0
    own = shoppers().query("region == 'north'").groupby("arm")["bought"].mean()
    assert frame.loc["north", "own_effect"] == pytest.approx(own["B"] / own["A"] - 1, rel=1e-9)
    said = shares.summary()
    assert said.startswith("The chains agree")
    assert "isles: " in said


def test_means_in_units(tmp_path):
    data = shoppers(1)
    found = ex.lift_by_segment(
        data, "arm", "A", ex.mean("spend", direction="down"), "region", relative=False, chains=2, draws=800
    )
    assert found.overall["lower"] < 3.0 < found.overall["upper"]
    assert (found.frame["probability"].iloc[:3] < 0.05).all()
    means = data[data["region"] == "east"].groupby("arm")["spend"].mean()
    assert found.frame.set_index("segment").loc["east", "own_effect"] == pytest.approx(
        means["B"] - means["A"]
    )
    assert found.spread["lower"] >= 0
    sampling.save(found.idata, tmp_path / "lift.nc")


def test_what_no_segment_can_tell_is_left_out_and_said():
    data = shoppers(2)
    data.loc[data["region"] == "isles", "spend"] = 5.0
    lonely = data.iloc[:1].assign(region="moon")
    found = ex.lift_by_segment(
        pd.concat([data, lonely]), "arm", "A", ex.mean("spend"), "region", chains=2, draws=300, tune=300
    )
    assert found.left_out[["reason", "rows", "example"]].values.tolist() == [
        ["segment in which no unit of an arm differs", 80, "isles"],
        ["segment with fewer than 2 units in an arm", 1, "moon"],
    ]
    assert "Left out: 80, segment in which no unit of an arm differs (isles)." in found.summary()
    assert not {"isles", "moon"} & set(found.frame["segment"])


def test_hillstrom_by_history(data_file):
    path = data_file("causal/uplift/hillstrom.csv")
    found = ex.lift_by_segment(
        path, "segment", "No E-Mail", ex.proportion("visit"), "history_segment", treatment="Womens E-Mail",
        relative=False, chains=2, draws=600,
    )  # fmt: skip
    assert found.overall["effect"] == pytest.approx(0.0452331, abs=0.002)
    assert len(found.frame) == 7
    assert found.frame["n"].sum() + found.frame["n_control"].sum() == 21_387 + 21_306
    assert not math.isnan(found.diagnostics.rhat)


@pytest.mark.parametrize(
    "arguments, said",
    [
        ({"metric": ex.quantile("spend")}, "quantiles don't add up"),
        ({"treatment": "C"}, "treatment='C'"),
        ({"segment": "arm"}, "0 usable segments"),
        ({"segment": "where"}, "there is no such column"),
        ({"level": 2}, "level=2"),
    ],
)
def test_bad_input(arguments, said):
    settings = {"variant": "arm", "control": "A", "metric": ex.proportion("bought"), "segment": "region"}
    with pytest.raises(DataError, match=said):
        ex.lift_by_segment(shoppers(), **(settings | arguments))


def test_it_can_be_stopped():
    def stop(done, total, message):
        if done:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        ex.lift_by_segment(
            shoppers(), "arm", "A", ex.mean("spend"), "region", draws=50_000, relative=False, progress=stop
        )
