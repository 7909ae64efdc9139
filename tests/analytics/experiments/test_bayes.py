"""Exact beta posteriors against closed sums, adaptive integrals and published figures; normal ones against gbstats."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.special import betaln

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError
from custintel_analytics.experiments.bayes import Beta, BetaPair

A, B = ex.Sample.proportion(49, 100), ex.Sample.proportion(51, 100)
QS = (0, 1e-12, 1e-6, 0.001, 0.1, 0.5, 0.9, 0.999, 1 - 1e-6, 1 - 1e-12, 1)
PAIRS = [
    (50, 52, 52, 50),
    (1, 101, 1, 101),
    (1, 11, 4, 8),
    (3, 1000, 30, 200),
    (20, 9980, 25, 9975),
    (1, 10, 5000, 5000),
    (5000, 5000, 1, 2),
    (200, 800, 2200, 7800),
    (9, 1, 3, 7),
    (1, 1, 1, 1),
    (10_001, 90_001, 10_101, 89_901),
    (7840, 21_426, 4, 1069),
    (1523, 178, 1, 189),
]


def pair_of(ac, bc, at, bt, relative=False) -> BetaPair:
    return BetaPair(Beta(ac, bc), Beta(at, bt), relative)


def closed_sum(ac, bc, at, bt) -> float:
    """P(treatment > control) for whole numbers: Miller (2014), equation 6."""
    i = np.arange(at)
    return float(np.exp(betaln(ac + i, bc + bt) - np.log(bt + i) - betaln(1 + i, bt) - betaln(ac, bc)).sum())


def test_the_known_probability():
    result = ex.compare(A, B, method="bayes")
    assert result.probability == pytest.approx(0.6107705227, abs=5e-11)
    assert math.isnan(result.p_value)
    # gbstats 0.7, packages/stats/tests/bayesian/test_tests.py: risk of either choice, also exact.
    assert result.expected_loss == pytest.approx(0.01912, abs=5e-6)
    other = ex.compare(A, B, method="bayes", direction="down")
    assert other.expected_loss == pytest.approx(0.03872, abs=5e-6)
    assert other.probability == pytest.approx(1 - result.probability)


def test_the_known_normal_probability():
    for arguments in ({"interval": "delta"}, {"interval": "delta", "prior": "normal"}):
        result = ex.compare(A, B, method="bayes", relative=True, **arguments)
        assert (result.effect, result.probability) == pytest.approx((0.04082, 0.60918), abs=5e-6)


def test_flat_normal_by_moments():
    one, two = ex.Sample.moments(100, 0.49, 0.2499), ex.Sample.moments(100, 0.51, 0.2499)
    result = ex.compare(one, two, method="bayes", relative=True, interval="delta")
    assert (result.effect, result.probability) == pytest.approx((0.04082, 0.60918), abs=5e-6)


@pytest.mark.parametrize("numbers", PAIRS)
def test_probability_as_the_closed_sum(numbers):
    assert 1 - pair_of(*numbers).below(0.0) == pytest.approx(closed_sum(*numbers), abs=1e-9)


@pytest.mark.parametrize("numbers", PAIRS)
@pytest.mark.parametrize("relative", [False, True])
def test_quantiles_against_adaptive_integrals(numbers, relative):
    pair = pair_of(*numbers, relative=relative)
    control, treatment = stats.beta(*numbers[:2]), stats.beta(*numbers[2:])
    for share in (0.025, 0.5, 0.975):
        x = pair.quantile(share)
        reached = (lambda c, x=x: (1 + x) * c) if relative else (lambda c, x=x: c + x)
        # Split where either distribution has its bulk, so that no part hides a peak.
        bulk = treatment.ppf(QS) / (1 + x) if relative else treatment.ppf(QS) - x
        edges = sorted({*control.ppf(QS).tolist(), *(e for e in bulk.tolist() if 0 < e < 1)})
        below = sum(
            integrate.fixed_quad(lambda c, f=reached: control.pdf(c) * treatment.cdf(f(c)), *part, n=100)[0]
            for part in itertools.pairwise(edges)
        )
        assert below == pytest.approx(share, abs=1e-8)


@pytest.mark.parametrize("numbers", PAIRS)
@pytest.mark.parametrize("relative", [False, True])
def test_density_is_the_slope(numbers, relative):
    pair = pair_of(*numbers, relative=relative)
    for share in (0.1, 0.5, 0.9):
        x = pair.quantile(share)
        step = 1e-5 * (pair.quantile(0.9) - pair.quantile(0.1))
        slope = (pair.below(x + step) - pair.below(x - step)) / (2 * step)
        assert pair.density(x) == pytest.approx(slope, rel=1e-4)


@settings(deadline=None)
@given(*[st.floats(0.5, 3000) for _ in range(4)])
def test_losses_differ_by_the_difference_of_means(ac, bc, at, bt):
    pair, mirrored = pair_of(ac, bc, at, bt), pair_of(at, bt, ac, bc)
    gap = pair.control.mean - pair.treatment.mean
    assert pair.expected_loss() - mirrored.expected_loss() == pytest.approx(gap, abs=1e-9)
    assert pair.expected_loss() >= max(gap, 0) - 1e-9
    assert pair.below(0.0) + mirrored.below(0.0) == pytest.approx(1, abs=1e-9)


def test_expected_loss_by_integral():
    one, two = stats.beta(21, 181), stats.beta(31, 171)
    expected = integrate.quad(lambda x: two.cdf(x) * one.sf(x), 0, 1, epsabs=1e-13)[0]
    found = ex.compare(ex.Sample.proportion(20, 200), ex.Sample.proportion(30, 200), method="bayes")
    assert found.expected_loss == pytest.approx(expected, abs=1e-10)


def test_a_billion_units():
    n = 10**9
    result = ex.compare(
        ex.Sample.proportion(10**8, n), ex.Sample.proportion(10**8 + 20_000, n), method="bayes"
    )
    error = (2 * 0.09 / n) ** 0.5
    assert result.probability == pytest.approx(stats.norm.cdf(2e-5 / error), abs=1e-5)
    assert result.lower == pytest.approx(2e-5 - 1.959964 * error, rel=1e-3)


def test_priors():
    """Beta(0, 0)-like on neither: a prior of 100 and 100 on both is 100 more successes and failures."""
    informed = ex.compare(A, B, method="bayes", prior=(101, 101))
    counted = ex.compare(
        ex.Sample.proportion(149, 300), ex.Sample.proportion(151, 300), method="bayes", prior=(1, 1)
    )
    assert informed.probability == pytest.approx(counted.probability)
    jeffreys = ex.compare(
        ex.Sample.proportion(0, 20), ex.Sample.proportion(0, 20), method="bayes", prior=(0.5, 0.5)
    )
    assert jeffreys.probability == pytest.approx(0.5)
    assert jeffreys.lower == pytest.approx(-jeffreys.upper)


def test_a_normal_prior_of_the_effect():
    one, two = ex.Sample.moments(400, 10, 16), ex.Sample.moments(400, 10.5, 16)
    result = ex.compare(one, two, method="bayes", prior_mean=0, prior_sd=0.2)
    error = (2 * 16 / 400) ** 0.5
    precision = 1 / error**2 + 1 / 0.2**2
    mean, sd = 0.5 / error**2 / precision, precision**-0.5
    assert (result.effect, result.standard_error) == pytest.approx((mean, sd))
    assert result.probability == pytest.approx(stats.norm.cdf(mean / sd))
    loss = integrate.quad(lambda d: -d * stats.norm.pdf(d, mean, sd), -np.inf, 0)[0]
    assert result.expected_loss == pytest.approx(loss)
    assert (result.lower, result.upper) == pytest.approx(stats.norm.interval(0.95, mean, sd))
    flat = ex.compare(one, two, method="bayes")
    assert flat.probability == pytest.approx(stats.norm.cdf(0.5 / error))
    tight = ex.compare(A, B, method="bayes", prior_sd=1e-6)
    assert tight.effect == pytest.approx(0, abs=1e-6)


def test_a_prior_of_a_relative_effect_means_delta():
    one, two = ex.Sample.moments(400, 10, 16), ex.Sample.moments(400, 10.5, 16)
    result = ex.compare(one, two, method="bayes", relative=True, prior_sd=0.02)
    assert result.interval == "delta"
    seen = ex.compare(one, two, relative=True, interval="delta")
    precision = seen.standard_error**-2 + 0.02**-2
    assert result.effect == pytest.approx(seen.effect * seen.standard_error**-2 / precision)
    assert result.expected_loss < 10 * abs(result.lower)


def test_flat_relative_means_have_fiellers_interval():
    one, two = ex.Sample.moments(400, 10, 16), ex.Sample.moments(400, 10.5, 16)
    result = ex.compare(one, two, method="bayes", relative=True)
    fieller = ex.compare(one, two, method="z", relative=True)
    assert (result.lower, result.upper) == (fieller.lower, fieller.upper)
    assert result.probability == pytest.approx(1 - fieller.p_value / 2)


@pytest.mark.parametrize("relative", [False, True])
def test_one_sided_bounds(relative):
    both = ex.compare(A, B, method="bayes", relative=relative, level=0.9)
    above = ex.compare(A, B, method="bayes", relative=relative, alternative="greater")
    below = ex.compare(A, B, method="bayes", relative=relative, alternative="less")
    assert (above.lower, above.upper) == (pytest.approx(both.lower), math.inf)
    assert (below.lower, below.upper) == (-math.inf, pytest.approx(both.upper))


@pytest.mark.parametrize("relative", [False, True])
def test_the_posterior_curve(relative):
    result = ex.compare(A, B, method="bayes", relative=relative)
    curve = result.density()
    assert integrate.trapezoid(curve["density"], curve["x"]) == pytest.approx(1, abs=1e-3)
    regions = result.decision(0.05).set_index("region")["share"]
    assert regions["worse"] == pytest.approx(1 - result.probability)
    assert regions.sum() == pytest.approx(1)


def test_nothing_varies():
    same = ex.Sample.moments(10, 3, 0)
    result = ex.compare(same, same, method="bayes")
    assert math.isnan(result.probability)
    assert "No unit differs" in result.message
    assert ex.compare(ex.Sample.proportion(0, 10), ex.Sample.proportion(0, 10), method="bayes").upper < 1


@pytest.mark.parametrize("prior", [(0, 1), (1,), "flat", 3, (1, math.inf)])
def test_no_beta_prior(prior):
    with pytest.raises(DataError, match="is no beta prior"):
        ex.compare(A, B, method="bayes", prior=prior)


def test_a_beta_prior_where_the_effect_is_normal():
    with pytest.raises(DataError, match="prior of two shares"):
        ex.compare(A, B, method="bayes", prior=(1, 1), prior_sd=0.1)
    with pytest.raises(DataError, match="prior of two shares"):
        ex.compare(ex.Sample.moments(9, 1, 1), ex.Sample.moments(9, 1, 1), method="bayes", prior=(1, 1))
