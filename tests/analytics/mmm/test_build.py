"""The model that is sampled is the equation that results are computed from: both at the same random points."""

import numpy as np
import pytest
from scipy import stats

from custintel_analytics import mmm
from custintel_analytics.mmm import quick
from custintel_analytics.mmm.priors import free
from custintel_analytics.mmm.transforms import saturation

from .model_cases import Case

CASES = {
    "plain": {},
    "delayed hill": {"adstock": "delayed", "saturation": "hill"},
    "weibull": {"adstock": "weibull_pdf", "saturation": "michaelis_menten", "lags": 5},
    "survival": {"adstock": "weibull_cdf", "saturation": "tanh", "trend": None, "seasonality": 0},
    "roi": {"priors": "roi"},
    "cost": {"priors": "cost_per_target"},
    "log link": {"link": "log"},
    "geo": {"geo": "geo"},
    "geo roi": {"geo": "geo", "priors": "roi"},
    "changing": {"time_varying": True},
    "changing geo": {"time_varying": True, "geo": "geo", "priors": "roi"},
}


@pytest.mark.parametrize("name", CASES)
def test_likelihood_as_the_equation_has_it(name):
    case = Case(**CASES[name])
    equation = case.equation()
    expected = stats.norm.logpdf(case.seen.target, equation.mean[0], equation.draws["sigma"][0]).sum()
    assert case.logp("outcome") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", ["roi", "geo roi", "changing geo"])
def test_roi_is_the_return_over_the_data(name):
    case = Case(**CASES[name])
    equation = case.equation()
    for place in range(2):
        brought = equation.contribution(equation.media(place)).sum()
        assert brought / case.data.spend[..., place].sum() == pytest.approx(
            equation.draws["roi"][0, place], rel=1e-9
        )


@pytest.mark.parametrize("name", ["plain", "delayed hill", "weibull", "survival", "roi", "log link"])
def test_the_quick_estimate_climbs_the_same_density(name):
    """Differences between two points, since constants are left out; without season, whose kink is rounded off."""
    options = CASES[name] | {"seasonality": 0}
    heights = []
    for seed in (1, 2):
        case = Case(seed, **options)
        values = case.values()
        z = np.concatenate(
            [free(prior.support, values[name][0].reshape(-1)) for name, prior in case.priors.items()]
        )
        posterior = quick.Posterior(case.data, case.seen, case.settings, case.priors)
        heights.append((case.logp(), -posterior(z)[0]))
    assert heights[0][0] - heights[1][0] == pytest.approx(heights[0][1] - heights[1][1], rel=1e-8)


def test_a_factor_over_time_has_mean_one():
    factor = Case(time_varying=True).values()["media_factor"]
    assert factor.mean() == pytest.approx(1)
    assert (factor > 0).all()
    assert factor.std() > 0.01


def test_a_lift_test_is_a_difference_on_the_curve():
    test = mmm.lift_test("tv", spend=5000, change=4000, lift=1500, standard_error=300)
    case = Case(calibration=test)
    equation = case.equation()
    scale = case.seen.channel_scale[0, 0]
    points = saturation("logistic", np.array([9000, 5000]) / scale, lam=equation.draws["lam"][0, 0])
    expected = (points[0] - points[1]) * equation.draws["beta"][0, 0] * case.seen.target_scale[0]
    assert case.logp("evidence_0") == pytest.approx(stats.norm.logpdf((1500 - expected) / 300))


def test_a_lift_test_of_all_geos_shares_the_spend_and_one_of_a_geo_does_not():
    for geo in (None, "region 2"):
        test = mmm.lift_test("search", spend=5000, change=-5000, lift=-2000, standard_error=500, geo=geo)
        case = Case(calibration=[test], geo="geo")
        equation = case.equation()
        spend = case.data.spend[..., 1].sum(axis=0)
        shares = spend / spend.sum() if geo is None else np.array([0.0, 1.0, 0.0])
        scaled = 5000 * shares / case.seen.channel_scale[:, 1]
        height = equation.strength[0, :, 1] * case.seen.target_scale
        expected = -(saturation("logistic", scaled, lam=equation.draws["lam"][0, 1]) * height).sum()
        assert case.logp("evidence_0") == pytest.approx(stats.norm.logpdf((-2000 - expected) / 500))


def test_an_attribution_is_a_sum_of_contributions():
    found = mmm.attribution("tv", 40_000, lower=30_000, upper=50_000, start="2022-02-07", end="2022-03-07")
    case = Case(calibration=found, time_varying=True)
    equation = case.equation()
    expected = equation.contribution(equation.media(0))[0, 5:10].sum()
    error = found.standard_error
    assert error == pytest.approx(10_000 / 1.959964, rel=1e-6)
    assert case.logp("evidence_0") == pytest.approx(stats.norm.logpdf((40_000 - expected) / error))
