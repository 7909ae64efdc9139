"""Piecewise cubics against SciPy's, and their inverse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicHermiteSpline, PchipInterpolator

from custintel_analytics.mmm.hermite import Curves, estimated_slopes

GRID = np.array([[0.0, 1, 3, 4, 8, 10], [0.0, 2, 4, 6, 8, 30]])


def saturating():
    return Curves(GRID, 1 - np.exp(-GRID / 4), np.exp(-GRID / 4) / 4)


@settings(deadline=None)
@given(share=st.floats(0, 1), other=st.floats(0, 1))
def test_values_and_slopes_are_scipys(share, other):
    random = np.random.default_rng(1)
    curves = Curves(GRID, random.normal(size=GRID.shape), random.normal(size=GRID.shape))
    spend = np.array([share, other]) * GRID[:, -1]
    for row in range(2):
        spline = CubicHermiteSpline(GRID[row], curves.value[row], curves.slope[row])
        assert curves.at(spend)[row] == pytest.approx(float(spline(spend[row])), abs=1e-10)
        assert curves.slope_at(spend)[row] == pytest.approx(float(spline(spend[row], 1)), abs=1e-9)


def test_the_ends_stand_for_what_is_beyond():
    curves = saturating()
    np.testing.assert_array_equal(curves.at(np.array([-5.0, 99.0])), curves.value[[0, 1], [0, -1]])


@settings(deadline=None)
@given(price=st.floats(0.0001, 0.3))
def test_spend_at_a_price_is_where_the_slope_is_that(price):
    curves = saturating()
    low, high = np.zeros(2), GRID[:, -1]
    spend = curves.spend_at(price, curves.falling_slopes(low, high))
    slope = curves.slope_at(spend)
    for row in range(2):
        if 0 < spend[row] < high[row]:
            assert slope[row] == pytest.approx(price, rel=1e-9)
        else:
            assert (slope[row] <= price) if spend[row] == 0 else (slope[row] >= price)


def test_concavity_is_tested_interval_by_interval():
    bent = saturating()
    # A dent in the second half of one curve.
    bent.slope[1, 4] = 3 * bent.slope[1, 4]
    assert bent.concave().tolist() == [True, False]
    assert bent.concave(np.zeros(2), np.array([10.0, 6.0])).tolist() == [True, True]
    assert bent.concave(np.array([0.0, 7.0]), np.array([10.0, 7.0])).tolist() == [True, True]
    wave = np.stack([GRID[0] ** 2, GRID[1] ** 2])
    assert Curves(GRID, wave, 2 * GRID).concave().tolist() == [False, False]


def test_a_hidden_bend_within_an_interval_counts():
    """Slopes that fall from knot to knot don't make a cubic concave."""
    grid, slopes = np.array([[0.0, 1.0, 2.0]]), np.array([[1.0, 0.5, 0.0]])
    assert Curves(grid, np.array([[0.0, 0.9, 1.0]]), slopes).concave()[0]
    bulging = Curves(grid, np.array([[0.0, 1.1, 1.2]]), slopes)
    assert bulging.slope_at(np.array([0.5]))[0] > 1.2
    assert not bulging.concave()[0]


def test_flat_tails_are_concave_whatever_rounding_says():
    grid = np.linspace(0, 400, 33)[None]
    value = np.tanh(grid)
    assert Curves(grid, value, 1 - value**2).concave(np.array([30.0]), np.array([400.0]))[0]


def test_estimated_slopes_are_pchips():
    grid = np.array([0.0, 1, 2, 5, 9])
    value = np.stack([np.sqrt(grid), grid**2], axis=1)
    found = estimated_slopes(grid, value)
    wanted = PchipInterpolator(grid, value).derivative()(grid)
    np.testing.assert_allclose(found, wanted)
    assert (found >= 0).all()
