"""CUPED: the regression with a common slope, and gbstats' figures."""

import numpy as np
import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError


@pytest.fixture
def arms():
    rng = np.random.default_rng(8)
    before = [rng.gamma(2, 2, n) for n in (300, 500)]
    return [(1.0 * x + rng.normal(10 + 0.5 * arm, 1, len(x)), x) for arm, x in enumerate(before)]


def test_the_effect_is_that_of_the_regression(arms):
    control, treatment = (ex.Sample.from_values(y, covariate=x) for y, x in arms)
    result = ex.compare(control, treatment, cuped=True)
    y, x = np.concatenate([arms[0][0], arms[1][0]]), np.concatenate([arms[0][1], arms[1][1]])
    arm = np.repeat([0.0, 1.0], [300, 500])
    design = np.column_stack([np.ones(800), arm, x])
    coefficients, *_ = np.linalg.lstsq(design, y, rcond=None)
    assert result.effect == pytest.approx(coefficients[1])
    rest = y - design @ coefficients
    # Errors that differ by arm, as Welch has them.
    expected = sum(rest[arm == k].var(ddof=1) / n for k, n in ((0, 300), (1, 500))) ** 0.5
    assert result.standard_error == pytest.approx(expected, rel=1e-6)
    plain = ex.compare(control, treatment)
    assert result.variance_reduction == pytest.approx(1 - (result.standard_error / plain.standard_error) ** 2)
    assert 0.8 < result.variance_reduction < 0.95
    assert np.isnan(plain.variance_reduction)


def test_the_adjusted_means_differ_by_the_effect(arms):
    control, treatment = (ex.Sample.from_values(y, covariate=x) for y, x in arms)
    result = ex.compare(control, treatment, cuped=True, relative=True)
    absolute = ex.compare(control, treatment, cuped=True)
    assert result.treatment - result.control == pytest.approx(absolute.effect)
    assert result.effect == pytest.approx(absolute.effect / absolute.control)
    assert result.p_value == absolute.p_value
    assert (result.lower > 0) == (result.p_value < 0.05)


def test_mean_as_gbstats():
    """packages/stats/tests/frequentist/test_tests.py, test_sequential_test_runs_ra.

    There the relative effect is taken over the control's mean before adjustment.
    """
    control = ex.Sample(3000, 1396.87, 52377.9767, covariate=(16.87, 527.9767, 1))
    treatment = ex.Sample(3461, 2422.7, 134698.29, covariate=(22.7, 1348.29, 1))
    result = ex.compare(control, treatment, cuped=True, method="sequential", relative=True, interval="delta")
    assert (result.effect, result.lower, result.upper) == pytest.approx(
        (0.50338, -0.50969, 1.51646), abs=5e-5
    )


def ratio_of(n, m, mm, d, dd, mp, mmp, dp, ddp, m_mp, d_dp, mp_dp, m_d, m_dp, mp_d, before):
    """A ratio whose covariate is the linear part of the same ratio before the experiment."""
    covariate = (
        mp - before * dp,
        mmp - 2 * before * mp_dp + before**2 * ddp,
        m_mp - before * m_dp,
        mp_d - before * d_dp,
    )
    return ex.Sample(n, m, mm, denominator=(d, dd, m_d), covariate=covariate)


# gbstats, the same file, test_two_sided_ttest_test_runs_ratio_ra.
RATIO_A = (
    100, 485.112236689623, 2715.484666118136, 679.9093275844917, 4939.424001640236, 192.59138069991536,
    460.076026390857, 290.1398399750233, 920.9461385038898, 1113.6215759318352, 2130.9404074446747,
    634.239482353647, 3602.146836776702, 1559.2878434944676, 1460.3181079276983,
)  # fmt: skip
RATIO_B = (
    100, 514.7757826608777, 2994.897482705013, 705.4090874383759, 5291.36604146392, 206.94157227402536,
    514.2903702246757, 302.54389139107326, 994.4506208125663, 1237.0953021125997, 2292.081739775257,
    698.4173425817908, 3918.1561431600717, 1701.0287270040265, 1604.0759503266522,
)  # fmt: skip


def test_ratio_as_gbstats():
    """Theirs linearises each arm's covariate by itself, which moves the bounds in the fifth decimal."""
    before = (RATIO_A[5] + RATIO_B[5]) / (RATIO_A[7] + RATIO_B[7])
    control, treatment = ratio_of(*RATIO_A, before), ratio_of(*RATIO_B, before)
    result = ex.compare(control, treatment, cuped=True, relative=True, interval="delta")
    assert (result.effect, result.standard_error) == pytest.approx((-0.0007, 0.00391), abs=5e-5)
    assert (result.lower, result.upper, result.p_value) == pytest.approx(
        (-0.00841, 0.00700, 0.85771), abs=5e-4
    )
    assert result.variance_reduction > 0.9


def test_a_covariate_that_says_nothing_changes_little():
    rng = np.random.default_rng(3)
    control, treatment = (
        ex.Sample.from_values(rng.normal(size=4000), covariate=rng.normal(size=4000)) for _ in range(2)
    )
    result = ex.compare(control, treatment, cuped=True)
    assert abs(result.variance_reduction) < 0.01
    assert result.effect == pytest.approx(ex.compare(control, treatment).effect, abs=0.01)


def test_proportions():
    rng = np.random.default_rng(4)
    before = rng.random((2, 2000))
    control, treatment = (ex.Sample.from_values(rng.random(2000) < x, covariate=x) for x in before)
    result = ex.compare(control, treatment, cuped=True)
    assert 0.2 < result.variance_reduction < 0.5
    normal = ex.compare(control, treatment, cuped=True, method="bayes")
    assert normal.lower == pytest.approx(ex.compare(control, treatment, cuped=True, method="z").lower)


def test_a_covariate_without_differences():
    same = ex.Sample(10, 5, 7, covariate=(10, 10, 5))
    with pytest.raises(DataError, match="covariate is the same for all units"):
        ex.compare(same, same, cuped=True)
