"""The always-valid band: gbstats' figures, and p-values from the same boundary."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel_analytics import experiments as ex
from custintel_analytics.experiments.sequential import Mixture, mixture_scale

# gbstats, packages/stats/tests/frequentist/test_tests.py, class TestSequentialTTest.
CONTROL = ex.Sample(n=3000, total=1396.87, total_sq=52377.9767)
TREATMENT = ex.Sample(n=3461, total=2422.7, total_sq=134698.29)


def test_means_as_gbstats():
    result = ex.compare(
        CONTROL, TREATMENT, method="sequential", relative=True, interval="delta", tuning_n=1000
    )
    assert (result.effect, result.lower, result.upper) == pytest.approx(
        (0.50336, -0.55844, 1.56516), abs=5e-6
    )
    assert result.p_value == 1
    assert result.tuning_n == 1000


def test_proportions_as_gbstats():
    result = ex.compare(
        ex.Sample.proportion(1396, 3000),
        ex.Sample.proportion(2422, 3461),
        method="sequential",
        relative=True,
        interval="delta",
    )
    assert (result.effect, result.lower, result.upper) == pytest.approx((0.50386, 0.40098, 0.60675), abs=5e-6)
    assert result.p_value == pytest.approx(0, abs=5e-6)
    assert result.tuning_n == 5000


def test_one_sided_as_gbstats():
    above = ex.compare(CONTROL, TREATMENT, method="sequential", alternative="greater")
    assert above.lower == pytest.approx(-0.12656844172804982, abs=1e-12)
    below = ex.compare(CONTROL, TREATMENT, method="sequential", alternative="less")
    assert below.upper == pytest.approx(0.5953217750613832, abs=1e-12)
    assert below.p_value == 1


def test_the_boundary_as_written():
    """Half-width √(V n) · √(2 (n ρ² + 1) / (n ρ)² · ln(√(n ρ² + 1) / α))."""
    n, tuning, alpha = 6461, 1000, 0.05
    rho = math.sqrt((-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / tuning)
    result = ex.compare(CONTROL, TREATMENT, method="sequential", tuning_n=tuning)
    half = math.sqrt(result.standard_error**2 * n) * math.sqrt(
        2 * (n * rho**2 + 1) / (n * rho) ** 2 * math.log(math.sqrt(n * rho**2 + 1) / alpha)
    )
    assert (result.lower, result.upper) == pytest.approx((result.effect - half, result.effect + half))


def test_tightest_near_the_tuning_n():
    def reach(tuning):
        return Mixture(6461, mixture_scale(tuning)).critical(0.95)

    assert reach(6461) < reach(10000) < reach(10)
    assert reach(6461) < reach(1000)


@given(
    st.floats(2, 1e9),
    st.floats(10, 1e7),
    st.floats(0.5, 0.9999),
    st.sampled_from(["two-sided", "greater", "less"]),
)
def test_p_value_turns_at_the_boundary(n, tuning, level, alternative):
    mixture = Mixture(n, mixture_scale(tuning, 0.95))
    critical = mixture.critical(level, alternative == "two-sided")
    statistic = -critical if alternative == "less" else critical
    assert mixture.p_value(statistic, alternative) == pytest.approx(1 - level, rel=1e-6)
    assert mixture.p_value(1.01 * statistic, alternative) < 1 - level
    if alternative == "two-sided":
        assert mixture.p_value(-statistic) == pytest.approx(1 - level, rel=1e-6)


def test_extreme_statistics():
    mixture = Mixture(10_000, mixture_scale(5000))
    assert mixture.p_value(1e6) < 1e-200
    assert mixture.p_value(0.0) == 1
    assert mixture.p_value(-3.0, "greater") == 1
    assert mixture.p_value(1e-200, "greater") == 1


def test_low_levels_one_sided():
    result = ex.compare(CONTROL, TREATMENT, method="sequential", alternative="greater", level=0.3)
    assert result.lower < result.effect
