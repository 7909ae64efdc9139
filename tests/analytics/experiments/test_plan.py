"""Effect, power and days are linked: each is computed from the others."""

import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError

EXAMPLE = {"baseline": 0.2, "effect": 0.05}


def test_days_are_whole_weeks():
    plan = ex.Plan(**EXAMPLE, per_day=250)
    assert (plan.solve, plan.power, plan.days, plan.formula) == ("days", 0.8, 14, "miller")
    assert plan.n_per_arm == pytest.approx(1030.2, abs=0.05)
    assert plan.summary() == (
        "1,030 per arm, 14 days: finds +5 pp = +25 % with 80 % power at alpha 0.05, by Evan Miller's formula.\n"
        "Run 14 days (2 whole weeks): 2,060 units at 250 a day take 8.24 days."
    )


def test_without_traffic_there_is_a_size_but_no_days():
    plan = ex.Plan(**EXAMPLE)
    assert plan.days is None
    assert plan.duration is None
    assert plan.summary().startswith("1,030 per arm: finds")


def test_each_field_is_computed_from_the_others():
    plan = ex.Plan(**EXAMPLE, per_day=250, days=10)
    assert plan.solve == "power"
    assert plan.n_per_arm == 1250
    assert plan.power == pytest.approx(ex.power(1250, **EXAMPLE))
    back = plan.changed(solve="effect")
    # Two-sided power counts the wrong direction, which a size leaves aside: one in a hundred thousand here.
    assert back.effect == pytest.approx(0.05, rel=1e-5)
    again = back.changed(solve="days")
    assert again.n_per_arm == pytest.approx(1250, rel=1e-9)
    assert again.days == 14


def test_the_padlock_stays_where_it_is():
    plan = ex.Plan(**EXAMPLE, per_day=250)
    assert plan.changed(effect=0.1).days == 7
    assert plan.changed(per_day=50).days == 42


def test_relative_effects_and_more_arms():
    absolute = ex.Plan(**EXAMPLE, per_day=1000, arms=3)
    relative = ex.Plan(baseline=0.2, effect=0.25, relative=True, per_day=1000, arms=3)
    assert relative.n_per_arm == absolute.n_per_arm
    assert relative.duration.units == pytest.approx(3 * 1030.2, abs=0.1)
    assert ex.Plan(baseline=0.2, relative=True, days=7, per_day=300).effect == pytest.approx(
        ex.minimum_effect(1050, baseline=0.2) / 0.2
    )


def test_the_curve_runs_through_the_plan():
    plan = ex.Plan(**EXAMPLE)
    curve = plan.curve(11)
    assert curve["effect"].iloc[0] == 0
    assert curve["power"].iloc[0] == pytest.approx(0.05)
    assert curve["effect"].iloc[5] == pytest.approx(0.05)
    assert curve["power"].iloc[5] == pytest.approx(0.8, abs=1e-5)
    assert curve["power"].is_monotonic_increasing
    wide = ex.Plan(baseline=0.9, effect=0.08).curve(5)
    assert wide["effect"].iloc[-1] == pytest.approx(0.1)
    down = ex.Plan(sd=3.0, effect=-1.0).curve(5)
    assert down["effect"].tolist() == [0, -0.5, -1, -1.5, -2]


@pytest.mark.parametrize(
    "arguments, message",
    [
        (
            {**EXAMPLE, "power": 0.8, "days": 7, "per_day": 100},
            "all given.*solve='days', 'power' or 'effect'",
        ),
        ({**EXAMPLE, "solve": "baseline"}, "solve='baseline' is not known"),
        ({**EXAMPLE, "days": 7}, "per_day= is missing"),
        ({"baseline": 0.2, "per_day": 100}, "days= is missing"),
        ({"baseline": 0.2, "per_day": 1, "days": 3}, "too few"),
        ({"baseline": 0.2, "solve": "days"}, "effect= is missing"),
        ({**EXAMPLE, "power": 2}, "power=2"),
        ({**EXAMPLE, "per_day": 10, "arms": 1}, "arms=1"),
    ],
)
def test_plans_that_cannot_be(arguments, message):
    with pytest.raises(DataError, match=message):
        ex.Plan(**arguments)


def test_a_curve_needs_two_points():
    with pytest.raises(DataError, match="points=1"):
        ex.Plan(**EXAMPLE).curve(1)
