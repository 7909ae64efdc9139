"""Intervals against published and textbook values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from custintel_analytics.cohorts.intervals import t_interval, wilson


def test_wilson_published():
    lower, upper = wilson(324, 885, 0.95)
    assert (round(float(lower), 4), round(float(upper), 4)) == (0.3350, 0.3984)


def test_wilson_at_the_ends():
    lower, upper = wilson([0, 10, 0], [10, 10, 0], 0.95)
    np.testing.assert_allclose(lower, [0, 0.722467, np.nan], atol=1e-6)
    np.testing.assert_allclose(upper, [0.277533, 1, np.nan], atol=1e-6)


@given(st.integers(0, 300), st.integers(1, 300), st.floats(0.5, 0.999))
def test_wilson_solves_its_equation(count, more, level):
    trials = count + more
    share = count / trials
    lower, upper = (float(bound) for bound in wilson(count, trials, level))
    assert 0 <= lower <= share <= upper <= 1
    z = stats.norm.ppf(0.5 + level / 2)
    for bound in (lower, upper):
        assert abs(share - bound) == pytest.approx(z * (bound * (1 - bound) / trials) ** 0.5, abs=1e-9)


def test_t_interval_as_scipy():
    sample = np.array([0.12, 0.15, 0.11, 0.19])
    lower, upper = t_interval(sample.mean(), sample.std(ddof=1), 4, 0.9)
    expected = stats.t.interval(0.9, 3, sample.mean(), stats.sem(sample))
    assert (float(lower), float(upper)) == pytest.approx(expected)
    assert np.isnan(t_interval(0.5, np.nan, 1, 0.95)).all()
