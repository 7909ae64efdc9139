"""S-shaped curves: against all allocations in steps, and against many starts of SLSQP."""

import numpy as np
import pytest

from custintel_analytics import mmm
from custintel_analytics.mmm import general
from custintel_analytics.mmm.s_shaped import programme

from .curves_data import shaped_table, small_table


def searched(table, plan, starts=25):
    """The best that SLSQP finds from random starts."""
    random = np.random.default_rng(7)
    task = general.Task(table, plan.limits, plan.goal, plan.objective)
    begun = [
        general.shifted(
            random.dirichlet(np.full(len(plan.spend), 0.5)) * plan.total,
            plan.limits.lower,
            plan.limits.upper,
            plan.total,
        )
        for _ in range(starts)
    ]
    return table.mean(general.solve(task, begun)), [
        table.mean(general.solve(task, [start])) for start in begun
    ]


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("total", [500.0, 1500.0, 4000.0])
def test_no_start_finds_a_better_plan(seed, total):
    table = shaped_table(seed)
    assert not table.concave.any()
    plan = mmm.optimize(table, total)
    assert plan.method == "dynamic programming and polish"
    best, each = searched(table, plan)
    assert plan.outcome >= best * (1 - 1e-8)
    assert plan.total == pytest.approx(total, rel=1e-9)
    if total == 500.0:
        # What one start from anywhere would have risked.
        assert min(each) < 0.97 * plan.outcome


def test_money_is_put_together_where_little_brings_nothing():
    plan = mmm.optimize(shaped_table(), 500)
    assert (plan.spend > 1).sum() == 1
    even = shaped_table().mean(np.full(4, 125.0))
    assert plan.outcome > 2 * even


def test_the_programme_is_exact_on_its_steps():
    table = shaped_table()
    limits = mmm.optimize(table, 1000, min_spend=[100, 0, 0, 50], max_spend=[600, 900, 300, 700]).limits
    solved = programme(table.curves, limits, 1000.0, 50.0)
    for index in (0, 3, 11, 17):
        plan = solved.plan(index)
        assert plan.sum() == pytest.approx(solved.totals[index])
        assert table.curves.at(plan).sum() == pytest.approx(solved.value[index], rel=1e-12)
        steps = np.arange(0, 1001, 50.0)
        tried = np.array(np.meshgrid(*[steps] * 4)).reshape(4, -1).T + limits.lower
        kept = tried[
            (np.abs(tried.sum(axis=1) - solved.totals[index]) < 1) & (tried <= limits.upper).all(axis=1)
        ]
        assert solved.value[index] == pytest.approx(
            max(table.curves.at(spend).sum() for spend in kept), rel=1e-12
        )


def test_concave_and_s_shaped_channels_together():
    """A channel counts by the part of its curve that its bounds leave."""
    table = shaped_table()
    bend = table.curves.grid[np.arange(4), np.argmax(table.curves.slope, axis=1)]
    above = mmm.optimize(table, 3000, min_spend=1.3 * bend)
    assert above.method == "water-filling"
    best, _ = searched(table, above, 8)
    assert above.outcome >= best * (1 - 1e-9)


def test_groups():
    table = shaped_table()
    a, b, c, _ = table.channels
    plan = mmm.optimize(
        table, 2000, groups={"g": {"channels": [a, b], "max": 700}, "h": {"channels": [c], "min": 300}}
    )
    assert plan.method == "dynamic programming and polish"
    assert plan.spend[:2].sum() <= 700.01
    assert plan.spend[2] >= 299.99
    assert plan.total == pytest.approx(2000, rel=1e-6)
    best, _ = searched(table, plan)
    assert plan.outcome >= best * (1 - 1e-6)


@pytest.mark.parametrize(
    "goal", [{"target": 2500.0}, {"target_roas": 2.0}, {"margin": 0.8}, {"target_cpa": 0.4}]
)
def test_goals(goal):
    table = shaped_table()
    plan = mmm.optimize(table, **goal)
    name, value = next(iter(goal.items()))
    assert plan.method == "dynamic programming and polish"
    # The same money can't do better.
    again = mmm.optimize(table, plan.total)
    assert again.outcome == pytest.approx(plan.outcome, rel=1e-6)
    if name == "target":
        assert plan.outcome == pytest.approx(value, rel=1e-6)
        assert mmm.optimize(table, plan.total * 0.99).outcome < value
    elif name == "margin":
        worth = value * plan.outcome - plan.total
        for share in np.linspace(0.05, 1, 12):
            other = mmm.optimize(table, share * float(table.max_spend.sum()))
            assert value * other.outcome - other.total <= worth * (1 + 1e-6)
    else:
        ratio = value if name == "target_roas" else 1 / value
        assert plan.roas == pytest.approx(ratio, rel=1e-5)
        assert mmm.optimize(table, plan.total * 1.02).roas < ratio


def test_totals_at_the_ends_of_the_bounds():
    table = shaped_table()
    for share in (0.0, 1.0):
        total = share * float(table.max_spend.sum())
        assert mmm.optimize(table, total).spend == pytest.approx(share * table.max_spend)


def test_a_mixed_table_is_not_taken_for_concave():
    assert small_table().concave.all()
    assert mmm.optimize(shaped_table(steepness=1.02), 1000).outcome > 0
