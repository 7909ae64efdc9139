"""Sizes, powers and smallest effects against published numbers, each other and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError

DESIGNS = [
    {"baseline": 0.2},
    {"baseline": 0.3, "formula": "pooled"},
    {"baseline": 0.3, "formula": "unpooled", "ratio": 3.0},
    {"baseline": 0.3, "formula": "cohen", "alternative": "greater"},
    {"baseline": 0.3, "formula": "pooled", "relative": True, "variance_reduction": 0.4},
    {"baseline": 0.6, "alternative": "less", "alpha": 0.01},
    {"sd": 4.0},
    {"sd": 4.0, "baseline": 9.0, "relative": True, "ratio": 0.25},
]


def sign(design):
    return -1 if design.get("alternative") == "less" else 1


def test_evan_millers_page():
    assert round(ex.sample_size(baseline=0.20, effect=0.05, power=0.8, alpha=0.05, formula="miller")) == 1030
    assert round(ex.sample_size(baseline=0.20, effect=-0.05, formula="miller")) == 1030
    assert ex.sample_size(baseline=0.1, effect=0.02) == pytest.approx(3622.6, abs=0.05)


def test_r_power_prop_test():
    assert ex.sample_size(baseline=0.1, effect=0.02, formula="pooled") == pytest.approx(3840.85, abs=0.005)
    assert ex.sample_size(baseline=0.5, effect=0.25, power=0.9, formula="pooled") == pytest.approx(
        76.7, abs=0.05
    )
    assert ex.power(50, baseline=0.5, effect=0.25, formula="pooled") == pytest.approx(0.740, abs=0.0005)


def test_cohens_h():
    """Cohen (1988), exercise 6.1: h = .3, 80 in each group, one-sided."""
    assert ex.sample_size(baseline=0.1, effect=0.02, formula="cohen") == pytest.approx(3834.6, abs=0.05)
    moved = np.sin(np.arcsin(np.sqrt(0.4)) + 0.15) ** 2
    found = ex.power(80, baseline=0.4, effect=moved - 0.4, formula="cohen", alternative="greater")
    assert found == pytest.approx(0.5997, abs=5e-5)


def test_lehrs_rule_for_means():
    """Sixteen times the variance over the squared effect, per arm (Lehr 1992), rounded up from 15.7."""
    assert ex.sample_size(sd=3.0, effect=1.0) / 9 == pytest.approx(15.698, abs=0.001)


def test_the_planned_power_is_reached_in_simulation():
    rng = np.random.default_rng(20261121)
    n = round(ex.sample_size(baseline=0.1, effect=0.02, formula="pooled"))
    control, treatment = rng.binomial(n, 0.1, 40_000) / n, rng.binomial(n, 0.12, 40_000) / n
    pooled = (control + treatment) / 2
    z = (treatment - control) / np.sqrt(2 * pooled * (1 - pooled) / n)
    assert (np.abs(z) > 1.959964).mean() == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("design", DESIGNS)
def test_power_at_no_effect_is_alpha(design):
    assert ex.power(700, effect=0, **design) == pytest.approx(design.get("alpha", 0.05), abs=1e-14)


@pytest.mark.parametrize("design", DESIGNS)
@given(st.floats(0.02, 0.3), st.floats(0.3, 0.99))
def test_size_effect_and_power_are_inverse(design, effect, target):
    effect *= sign(design)
    n = ex.sample_size(effect=effect, power=target, **design)
    assert ex.minimum_effect(n, power=target, **design) == pytest.approx(effect, rel=1e-9)
    # The other direction of a two-sided test comes on top: at a power of .3 half a percent.
    assert target - 1e-12 <= ex.power(n, effect=effect, **design) < target + 0.01


@pytest.mark.parametrize("design", DESIGNS)
@given(st.floats(0.02, 0.25))
def test_half_the_effect_takes_more_than_three_times_the_units(design, effect):
    whole, half = (ex.sample_size(effect=sign(design) * e, **design) for e in (effect, effect / 2))
    assert 3 < half / whole < 6


def test_a_downward_effect():
    down = ex.minimum_effect(2000, baseline=0.3, formula="pooled", direction="down")
    assert down < 0
    assert ex.sample_size(baseline=0.3, effect=down, formula="pooled") == pytest.approx(2000)
    assert ex.minimum_effect(50, sd=1.0, alternative="less") < 0


def test_a_covariate_saves_its_share_of_units():
    assert ex.sample_size(sd=5.0, effect=1.0, variance_reduction=0.4) == pytest.approx(
        0.6 * ex.sample_size(sd=5.0, effect=1.0)
    )
    correlation = 0.7
    assert ex.minimum_effect(100, sd=5.0, variance_reduction=correlation**2) == pytest.approx(
        ex.minimum_effect(100, sd=5.0 * np.sqrt(1 - correlation**2))
    )


def test_unequal_arms_cost_units():
    equal, control = (ex.sample_size(sd=5.0, effect=1.0, ratio=r) for r in (1, 4))
    assert control * 5 == pytest.approx(equal * 2 * 25 / 16)


def test_a_past_sample_brings_its_spread():
    past = ex.Sample.moments(5000, 20.0, 81.0)
    assert ex.sample_size(baseline=past, effect=1.0) == pytest.approx(ex.sample_size(sd=9.0, effect=1.0))
    assert ex.sample_size(baseline=past, effect=0.05, relative=True) == pytest.approx(
        ex.sample_size(sd=9.0, effect=1.0)
    )
    shares = ex.Sample.proportion(200, 1000)
    assert ex.sample_size(baseline=shares, effect=0.05) == ex.sample_size(baseline=0.2, effect=0.05)


def test_a_ratio_is_planned_with_the_spread_of_its_linear_part():
    rng = np.random.default_rng(3)
    orders = rng.poisson(2, 4000) + 1
    revenue = orders * rng.gamma(2, 10, 4000)
    past = ex.Sample.from_values(revenue, denominator=orders)
    linear = (revenue - past.mean * orders) / orders.mean()
    assert ex.minimum_effect(900, baseline=past) == pytest.approx(
        ex.minimum_effect(900, sd=float(linear.std(ddof=1)))
    )


def test_whole_weeks():
    found = ex.duration(1030.2, per_day=250)
    assert (found.weeks, found.days) == (2, 14)
    assert found.exact_days == pytest.approx(8.2416)
    assert found.sentence == "Run 14 days (2 whole weeks): 2,060 units at 250 a day take 8.24 days."
    assert ex.duration(7000, per_day=1000).weeks == 2
    assert ex.duration(7001, per_day=1000).weeks == 3
    assert ex.duration(10, per_day=1000, arms=3).days == 7
    assert ex.duration(1000, per_day=100, arms=3, ratio=0.5).units == 2000


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"baseline": 20, "effect": 5}, "baseline=20 is not between 0 and 1.*0.2 for 20 %.*sd="),
        ({"baseline": 0.2, "effect": 0.9}, "effect=0.9 would take the baseline from 0.2 to 1.1.*.05 for"),
        ({"baseline": 0.2, "effect": 5, "relative": True}, "from 0.2 to 1.2.*.25 for"),
        ({"baseline": 0.2, "effect": 0}, "effect=0 can't be planned for"),
        ({"baseline": 0.2, "effect": float("nan")}, "effect=nan is not a number"),
        ({"effect": 0.1}, "needs baseline=.*sd="),
        ({"sd": 0, "effect": 1}, "sd=0 is not above zero. It is the standard deviation"),
        ({"sd": 2, "effect": 0.1, "relative": True}, "relative=True needs a baseline above zero"),
        ({"sd": 2, "effect": 1, "formula": "cohen"}, "formula='cohen' is not for a mean.*'normal'"),
        ({"baseline": 0.2, "effect": 0.1, "formula": "normal"}, "not for a proportion.*'miller', 'pooled'"),
        ({"baseline": 0.2, "effect": 0.1, "formula": "miler"}, "Did you mean 'miller'"),
        ({"baseline": 0.2, "effect": 0.1, "power": 80}, "power=80 is not between 0 and 1. Write 0.8"),
        ({"baseline": 0.2, "effect": 0.1, "power": 0.04}, "power=0.04 is not above alpha=0.05"),
        ({"baseline": 0.2, "effect": 0.1, "alpha": 5}, "alpha=5 is not between"),
        ({"baseline": 0.2, "effect": 0.1, "ratio": 0}, "ratio=0 is not above zero"),
        ({"baseline": 0.2, "effect": 0.1, "alternative": "less"}, "effect=0.1 is on the other side"),
        ({"baseline": 0.2, "effect": 0.1, "alternative": "both"}, "alternative='both' is not known"),
        ({"baseline": 0.2, "effect": 0.1, "variance_reduction": 1}, "variance_reduction=1 is not from 0"),
    ],
)
def test_what_cannot_be_planned(arguments, message):
    with pytest.raises(DataError, match=message):
        ex.sample_size(**arguments)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: ex.minimum_effect(5, baseline=0.9), "n=5 is too few: not even a change from 0.9 to 1 "),
        (lambda: ex.minimum_effect(-5, baseline=0.9), "n=-5 is not above zero"),
        (lambda: ex.minimum_effect(500, baseline=0.9, direction="sideways"), "direction='sideways'"),
        (lambda: ex.power(0, baseline=0.2, effect=0.1), "n=0 is not above zero"),
        (lambda: ex.duration(100, per_day=0), "per_day=0 is not above zero"),
        (lambda: ex.duration(100, per_day=10, arms=1), "arms=1 is not possible: a whole number from 2"),
        (lambda: ex.duration(100, per_day=10, arms=2.5), "arms=2.5"),
    ],
)
def test_what_else_cannot_be(call, message):
    with pytest.raises(DataError, match=message):
        call()
