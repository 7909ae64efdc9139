"""Adstock and saturation against their formulas, SciPy's Weibull, and numerical derivatives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import weibull_min

from custintel_analytics.errors import DataError
from custintel_analytics.mmm import transforms

SATURATED = {
    "logistic": {"lam": 2.3},
    "hill": {"kappa": 0.6, "slope": 2.2},
    "michaelis_menten": {"kappa": 0.4},
    "tanh": {"lam": 1.7},
}


def test_geometric_weights_are_powers_that_add_to_one():
    weights = transforms.adstock_weights("geometric", 4, alpha=0.5)
    np.testing.assert_allclose(weights, np.array([8, 4, 2, 1]) / 15)
    raw = transforms.adstock_weights("geometric", 3, normalised=False, alpha=[[0.0], [0.5]])
    np.testing.assert_allclose(raw, [[[1, 0, 0]], [[1, 0.5, 0.25]]])


def test_the_delayed_peak_is_at_theta():
    weights = transforms.adstock_weights("delayed", 6, alpha=0.6, theta=2.0)
    assert weights.argmax() == 2
    assert weights[1] == pytest.approx(weights[3])
    assert weights[0] / weights[2] == pytest.approx(0.6**4)


@pytest.mark.parametrize("shape, scale", [(0.7, 2.0), (1.7, 4.0), (4.0, 3.0)])
def test_weibull_weights_are_scipys(shape, scale):
    """The density stretched to 0–1 and the product of survival, as Robyn and pymc-marketing define them."""
    times = np.arange(1, 9)
    density = weibull_min.pdf(times, shape, scale=scale)
    stretched = (density - density.min()) / (density.max() - density.min())
    survival = np.cumprod(np.append(1.0, weibull_min.sf(times, shape, scale=scale)))[:8]
    for kind, wanted in (("weibull_pdf", stretched), ("weibull_cdf", survival)):
        raw = transforms.adstock_weights(kind, 8, normalised=False, shape=shape, scale=scale)
        np.testing.assert_allclose(raw, wanted, atol=1e-14)
        np.testing.assert_allclose(
            transforms.adstock_weights(kind, 8, shape=shape, scale=scale), wanted / wanted.sum()
        )


def test_extreme_weibull_densities_stay_numbers():
    found = transforms.adstock_weights("weibull_pdf", 8, shape=8.0, scale=0.05)
    assert np.isfinite(found).all()
    assert transforms.adstock_weights("weibull_pdf", 1, shape=2.0, scale=3.0) == [1.0]


def test_adstock_is_a_convolution_from_the_first_period_on():
    random = np.random.default_rng(0)
    spend, weights = random.uniform(0, 9, 30), random.uniform(0, 1, 8)
    np.testing.assert_allclose(transforms.adstock(spend, weights), np.convolve(spend, weights)[:30])
    both = transforms.adstock(spend, np.stack([weights, weights[::-1]]))
    assert both.shape == (2, 30)
    np.testing.assert_allclose(both[1], np.convolve(spend, weights[::-1])[:30])
    np.testing.assert_allclose(transforms.adstock([1.0, 0.0], weights), weights[:2])


def test_saturation_by_its_formulas():
    x = np.linspace(0, 5, 11)
    z = 2.3 * x
    np.testing.assert_allclose(
        transforms.saturation("logistic", x, lam=2.3), (1 - np.exp(-z)) / (1 + np.exp(-z)), atol=1e-15
    )
    np.testing.assert_allclose(
        transforms.saturation("hill", x, kappa=0.6, slope=2.2), x**2.2 / (0.6**2.2 + x**2.2)
    )
    np.testing.assert_allclose(transforms.saturation("michaelis_menten", x, kappa=0.4), x / (0.4 + x))
    np.testing.assert_allclose(transforms.saturation("tanh", x, lam=1.7), np.tanh(1.7 * x))
    assert transforms.saturation("logistic", 1e6, lam=1e6) == 1.0


@pytest.mark.parametrize("kind", transforms.SATURATIONS)
@settings(deadline=None)
@given(x=st.floats(0.01, 8))
def test_slopes_are_the_derivatives(kind, x):
    step = 1e-6 * max(x, 1)
    ahead, behind = (transforms.saturation(kind, x + s, **SATURATED[kind]) for s in (step, -step))
    slope = float(transforms.saturation_slope(kind, x, **SATURATED[kind]))
    assert slope == pytest.approx(float(ahead - behind) / (2 * step), rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("slope, wanted", [(2.0, 0.0), (1.0, 2.0), (0.5, np.inf)])
def test_where_a_hill_curve_begins(slope, wanted):
    assert transforms.saturation_slope("hill", 0.0, kappa=0.5, slope=slope) == wanted


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda: transforms.adstock_weights("carryover", 8, alpha=0.5),
            "adstock='carryover' is not known.*'geometric'",
        ),
        (lambda: transforms.adstock_weights("delayed", 8, alpha=0.5), "alpha and theta: theta= is missing"),
        (lambda: transforms.adstock_weights("geometric", 8, alpha=0.5, theta=1), "theta= is not one of them"),
        (lambda: transforms.adstock_weights("geometric", 0, alpha=0.5), "lags=0: write a whole number"),
        (lambda: transforms.adstock_weights("geometric", True, alpha=0.5), "lags=True"),
        (lambda: transforms.saturation("hill", 1.0, kappa=2.0), "slope= is missing"),
        (lambda: transforms.saturation_slope("linear", 1.0), "saturation='linear' is not known"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(DataError, match=message):
        call()
