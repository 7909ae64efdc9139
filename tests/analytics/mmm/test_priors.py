import numpy as np
import pytest
from scipy import stats

from custintel_analytics.errors import DataError
from custintel_analytics.mmm import priors
from custintel_analytics.mmm.priors import bound, free, jacobian, prior

WRITTEN = {
    "normal": (("normal", 1.0, 2.0), stats.norm(1, 2)),
    "laplace": (("laplace", 1.0, 2.0), stats.laplace(1, 2)),
    "half_normal": (("half_normal", 2.0), stats.halfnorm(scale=2)),
    "gamma": (("gamma", 3.0, 2.0), stats.gamma(3, scale=0.5)),
    "log_normal": (("log_normal", 0.2, 0.9), stats.lognorm(0.9, scale=np.exp(0.2))),
    "beta": (("beta", 2.0, 3.0), stats.beta(2, 3)),
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_densities_slopes_and_draws_against_scipy(kind):
    written, known = WRITTEN[kind]
    ours = prior("x", written)
    points = known.ppf([0.1, 0.3, 0.5, 0.8, 0.95])
    heights = [ours.logp(np.array(x)) for x in points]
    # The kink of the Laplace density is rounded off near its middle.
    off = 0.06 if kind == "laplace" else 1e-10
    assert np.diff(heights) == pytest.approx(np.diff(known.logpdf(points)), rel=1e-10, abs=off)
    for x in points:
        step = 1e-6
        numeric = (ours.logp(np.array(x + step)) - ours.logp(np.array(x - step))) / (2 * step)
        assert float(ours.slope(np.array(x))) == pytest.approx(numeric, rel=1e-5, abs=1e-6)
    drawn = ours.draw(np.random.default_rng(0), 4000)
    assert stats.kstest(drawn, known.cdf).pvalue > 0.001


@pytest.mark.parametrize("kind", WRITTEN)
def test_as_pymc_has_it(kind):
    import pymc

    written, known = WRITTEN[kind]
    with pymc.Model():
        variable = prior("x", written).pymc("x", None)
    x = float(known.ppf(0.7))
    assert pymc.logp(variable, x).eval(mode="FAST_COMPILE") == pytest.approx(known.logpdf(x))


@pytest.mark.parametrize("support", ["real", "positive", "unit"])
def test_the_unbounded_scale_and_back(support):
    x = np.array([0.2, 0.7])
    z = free(support, x)
    assert bound(support, z) == pytest.approx(x)
    height, bend, step = jacobian(support, z)
    numeric = (bound(support, z + 1e-6) - bound(support, z - 1e-6)) / 2e-6
    assert step == pytest.approx(numeric, rel=1e-6)
    assert height == pytest.approx(np.log(numeric).sum(), abs=1e-6)
    moved = [jacobian(support, z + np.array([d, 0]))[0] for d in (1e-6, -1e-6)]
    assert bend[0] == pytest.approx((moved[0] - moved[1]) / 2e-6, abs=1e-5)


def test_values_by_label():
    found = prior("beta", ("half_normal", {"b": 2, "a": 1}), ("a", "b"))
    assert found.values[0].tolist() == [1, 2]
    assert found.to_list() == ["half_normal", {"a": 1.0, "b": 2.0}]
    assert prior("beta", ("half_normal", [1, 2]), ("a", "b")).values[0].tolist() == [1, 2]


def test_log_normal_from_mean_and_sd():
    _, middle, spread = priors.log_normal(20, 10)
    known = stats.lognorm(spread, scale=np.exp(middle))
    assert (known.mean(), known.std()) == pytest.approx((20, 10))


@pytest.mark.parametrize(
    "written, said",
    [
        (3, "half_normal"),
        ("beta", "Write a family"),
        (("betta", 1, 3), "Did you mean 'beta'"),
        (("beta", 1), "takes 2: a, b"),
        (("beta", 1, -3), "b must be above 0"),
        (("normal", "x", 1), "no number"),
        (("normal", float("inf"), 1), "not finite"),
        (("normal", {"tv": 1}, 1), "'web' missing"),
        (("normal", {"tv": 1, "web": 1, "radio": 2}, 1), "'radio' is not one of them"),
    ],
)
def test_errors(written, said):
    with pytest.raises(DataError, match=said) as error:
        prior("lam", written, ("tv", "web"))
    assert "lam" in str(error.value)
