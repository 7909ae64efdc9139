"""Group-sequential bounds against gsDesign, ldbounds and the tables of Pocock and of O'Brien and Fleming."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError
from custintel_analytics.experiments.spending import Walk


@pytest.mark.parametrize(
    "spending, published",
    [
        # R packages ldbounds and gsDesign (sfLDOF, sfLDPocock), five equal looks, two-sided 5 %.
        ("obrien-fleming", [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),
        ("pocock", [2.4380, 2.4268, 2.4101, 2.3966, 2.3859]),
    ],
)
def test_five_looks(spending, published):
    bounds = ex.spending_bounds(5, spending=spending)
    # Their integration is on a grid: the fourth decimal is off by one (see the adaptive integral below).
    assert bounds["z"].tolist() == pytest.approx(published, abs=1.5e-4)
    assert bounds["alpha_spent"].iloc[-1] == pytest.approx(0.05)
    assert bounds["fraction"].tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8, 1])


def test_two_looks():
    assert ex.spending_bounds([0.5, 1])["z"].tolist() == pytest.approx([2.9626, 1.9686], abs=5e-5)


def test_the_second_bound_by_an_adaptive_integral():
    first, second = ex.spending_bounds([0.2, 0.4])["z"]
    crossed = integrate.quad(
        lambda z: (
            stats.norm.pdf(z) * stats.norm.sf((second * math.sqrt(0.4) - z * math.sqrt(0.2)) / math.sqrt(0.2))
        ),
        -first,
        first,
        epsabs=1e-14,
    )[0]
    spent = [2 * stats.norm.sf(stats.norm.isf(0.0125) / math.sqrt(fraction)) for fraction in (0.2, 0.4)]
    assert crossed == pytest.approx(spent[1] - spent[0], rel=1e-8)
    assert (first, second) == pytest.approx((4.876885, 3.357012), abs=1e-6)


def test_one_sided_at_half_of_alpha_is_the_same_but_for_the_other_tail():
    one = ex.spending_bounds(5, 0.025, sides=1)
    two = ex.spending_bounds(5, 0.05)
    assert one["z"].tolist() == pytest.approx(two["z"].tolist(), abs=1e-3)
    assert one["alpha_spent"].iloc[-1] == pytest.approx(0.025)


@pytest.mark.parametrize("looks, constant", [(2, 2.178), (3, 2.289), (4, 2.361), (5, 2.413), (10, 2.555)])
def test_pococks_constants(looks, constant):
    """Pocock (1977), Biometrika 64, 191–199: the same bound at each look spends 5 % in all."""
    walk, spent = Walk(), 0.0
    for look in range(1, looks + 1):
        spent += 2 * walk.tail(look / looks, constant)
        walk.go_on(look / looks, constant)
    assert spent == pytest.approx(0.05, abs=1e-4)


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock", 1, 3])
@pytest.mark.parametrize("looks", [1, [0.1, 0.15, 0.7, 1.0], [0.3, 0.9]])
def test_bounds_spend_what_they_say_in_a_simulation(spending, looks):
    bounds = ex.spending_bounds(looks, spending=spending)
    rng = np.random.default_rng(5)
    steps = np.diff([0, *bounds["fraction"]])
    sums = (rng.standard_normal((200_000, len(steps))) * np.sqrt(steps)).cumsum(axis=1)
    crossed = np.abs(sums) / np.sqrt(bounds["fraction"].to_numpy()) > bounds["z"].to_numpy()
    assert crossed.any(axis=1).mean() == pytest.approx(bounds["alpha_spent"].iloc[-1], abs=0.002)


def test_a_single_look_is_the_usual_test():
    bounds = ex.spending_bounds(1)
    assert bounds["z"].tolist() == pytest.approx([1.959964])
    assert bounds["p"].tolist() == pytest.approx([0.05])


def test_many_early_looks_spend_nothing_measurable():
    bounds = ex.spending_bounds(100)
    assert bounds["z"].is_monotonic_decreasing
    assert bounds["z"].iloc[0] > 20
    assert bounds["z"].iloc[-1] < 2.3


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"looks": 0}, "looks=0: from 1 to 1,000"),
        ({"looks": [0.5, 0.5]}, "rising from above 0 to at most 1"),
        ({"looks": [0.5, 1.2]}, "rising from above 0 to at most 1"),
        ({"looks": []}, "how many looks"),
        ({"looks": 2.5}, "how many looks"),
        ({"looks": 5, "alpha": 5}, "alpha=5 is no chance"),
        ({"looks": 5, "sides": 3}, "sides=3"),
        ({"looks": 5, "spending": "obrien"}, "Did you mean 'obrien-fleming'"),
        ({"looks": 5, "spending": -1}, "the power must be positive"),
    ],
)
def test_arguments(arguments, message):
    with pytest.raises(DataError, match=message):
        ex.spending_bounds(**arguments)
