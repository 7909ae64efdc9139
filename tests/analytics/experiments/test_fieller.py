"""Fieller's set: the effects that the test doesn't reject, bounded or not."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from custintel_analytics import experiments as ex
from custintel_analytics.experiments.estimate import Arms
from custintel_analytics.experiments.fieller import fieller

numbers = st.floats(-20, 20).filter(lambda x: abs(x) > 0.01)
variances = st.floats(0.01, 9)


def statistic(arms: Arms, effect: float) -> float:
    """Of the hypothesis that the treatment is (1 + effect) times the control, for a positive control."""
    ratio = 1 + effect
    error = arms.var_treatment - 2 * ratio * arms.covariance + ratio**2 * arms.var_control
    return (arms.treatment - ratio * arms.control) / error**0.5


@given(numbers, numbers, variances, variances, st.floats(-0.9, 0.9))
def test_the_bounds_are_where_the_test_turns(control, treatment, vc, vt, correlation):
    covariance = correlation * (vc * vt) ** 0.5
    arms = Arms(control, treatment, vc, vt, math.inf, 100, 100, covariance=covariance)
    found = fieller(arms, 1.96)
    assert found.lower <= arms.lift <= found.upper
    positive = Arms(abs(control), math.copysign(1, control) * treatment, vc, vt, math.inf, 9, 9, covariance)
    sign = math.copysign(1, control)
    for bound in (found.lower, found.upper, *(found.excluded or ())):
        if math.isfinite(bound):
            assert abs(statistic(positive, sign * bound)) == pytest.approx(1.96, rel=1e-5)
    if found.excluded is not None:
        assert (found.lower, found.upper) == (-math.inf, math.inf)
        middle = sign * (found.excluded[0] + found.excluded[1]) / 2
        assert abs(statistic(positive, middle)) > 1.96
    if math.isfinite(found.lower):
        assert control**2 > 1.96**2 * vc


def test_bounds_from_values():
    one = [2.5, 3.1, 2.9, 3.6, 2.2, 3.0]
    two = [4.1, 3.9, 5.2, 4.4, 4.8]
    result = ex.compare(ex.Sample.from_values(one), ex.Sample.from_values(two), relative=True)
    t = stats.t.ppf(0.975, result.df)
    for bound in (result.lower, result.upper):
        ratio = 1 + bound
        error = (stats.tvar(two) / 5 + ratio**2 * stats.tvar(one) / 6) ** 0.5
        assert abs(stats.tmean(two) - ratio * stats.tmean(one)) / error == pytest.approx(t)


def test_no_bound_says_so():
    control, treatment = ex.Sample.moments(50, 0.2, 4), ex.Sample.moments(50, 0.5, 4)
    result = ex.compare(control, treatment, relative=True)
    assert (result.lower, result.upper) == (-math.inf, math.inf)
    assert "isn't clear of zero" in result.message
    assert "no bound" in result.message
    assert result.message in result.summary()
    assert result.density()["density"].notna().all()


def test_a_clear_difference_beside_an_unclear_control():
    control, treatment = ex.Sample.moments(50, 0.2, 1), ex.Sample.moments(50, 2, 1)
    result = ex.compare(control, treatment, relative=True)
    assert result.p_value < 0.001
    assert result.p_value == ex.compare(control, treatment).p_value
    assert (result.lower, result.upper) == (-math.inf, math.inf)
    assert "is ruled out" in result.message
    assert "read it in units (relative=False)" in result.message


def test_of_shares_the_part_below_minus_one_is_no_candidate():
    result = ex.compare(ex.Sample.proportion(1, 1000), ex.Sample.proportion(25, 1000), relative=True)
    assert result.upper == math.inf
    assert 0 < result.lower < result.effect
    assert result.p_value < 0.001
    assert "no upper bound" in result.message
    unclear = ex.compare(ex.Sample.proportion(1, 1000), ex.Sample.proportion(2, 1000), relative=True)
    assert (unclear.lower, unclear.upper) == (-1, math.inf)
    # What is rejected lies below −1 altogether, where no share is anyway.
    rare = ex.Sample.proportion(3, 100_000), ex.Sample.proportion(9, 100_000)
    result = ex.compare(*rare, method="sequential", tuning_n=1000, relative=True, alternative="greater")
    assert (result.lower, result.upper) == (-1, math.inf)
    assert result.message.endswith("has no lower bound.")


@pytest.mark.parametrize("alternative, bounded", [("greater", "lower"), ("less", "upper")])
def test_one_sided(alternative, bounded):
    control, treatment = ex.Sample.moments(50, 3, 4), ex.Sample.moments(60, 4, 4)
    result = ex.compare(control, treatment, relative=True, alternative=alternative)
    wider = ex.compare(control, treatment, relative=True, level=0.9)
    assert math.isfinite(getattr(result, bounded))
    critical = stats.t.ppf(0.95, result.df)
    arms = Arms(3, 4, 4 / 50, 4 / 60, result.df, 50, 60)
    assert abs(statistic(arms, getattr(result, bounded))) == pytest.approx(critical)
    assert getattr(result, bounded) == pytest.approx(getattr(wider, bounded))
    assert result.message == ""


def test_one_sided_without_a_bound():
    control, treatment = ex.Sample.moments(50, 0.2, 4), ex.Sample.moments(50, 0.5, 4)
    above = ex.compare(control, treatment, relative=True, alternative="greater")
    assert (above.lower, above.upper) == (-math.inf, math.inf)
    assert "no lower bound" in above.message
    below = ex.compare(control, treatment, relative=True, alternative="less")
    assert "no upper bound" in below.message


def test_a_negative_control():
    """Less loss is more: the relative effect has the sign of the absolute one."""
    losing, better = ex.Sample.moments(400, -4, 9), ex.Sample.moments(400, -3, 9)
    result = ex.compare(losing, better, relative=True)
    assert result.effect == pytest.approx(0.25)
    assert 0 < result.lower < 0.25 < result.upper
    mirrored = ex.compare(ex.Sample.moments(400, 4, 9), ex.Sample.moments(400, 3, 9), relative=True)
    assert (result.lower, result.upper) == pytest.approx((-mirrored.upper, -mirrored.lower))
    above = ex.compare(losing, better, relative=True, alternative="greater")
    assert above.p_value == ex.compare(losing, better, alternative="greater").p_value
    assert (above.lower > 0, above.upper) == (True, math.inf)
    assert result.decision()["share"].iloc[0] == pytest.approx(above.p_value, rel=1e-6)
