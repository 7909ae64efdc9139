"""Optima of the mean: the reference posterior, the optimality conditions, and SciPy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from custintel_analytics import mmm
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.hermite import Curves
from custintel_analytics.mmm.limits import Limits
from custintel_analytics.mmm.water_filling import WaterFilling

from .curves_data import PERIODS, eight_channels, posterior, shaped_table, small_table, straight_table

FOLDER = "mmm_clv/own_fixtures"


@pytest.fixture
def fixtures(data_file):
    return data_file(f"{FOLDER}/opt_oracle.json").parent


@pytest.fixture
def eight(fixtures):
    """The table of the reference posterior and the reference's total over the window."""
    return eight_channels(fixtures), PERIODS * posterior(fixtures)[1]["B"]


def test_the_reference_optimum(eight, fixtures):
    table, total = eight
    plan = mmm.optimize(table, total)
    assert plan.method == "water-filling"
    assert plan.outcome == pytest.approx(2458101.7357, rel=1e-6)
    wanted = PERIODS * np.array(posterior(fixtures)[1]["mean_0"]["alloc"])
    assert np.abs(plan.allocation - wanted).max() < 1e-5 * total
    assert plan.total == pytest.approx(total, rel=1e-12)
    assert plan.lower < plan.outcome < plan.upper
    assert plan.probability_better > 0.99


def test_the_reference_allocation_of_the_mean_curves(data_file):
    import json

    found = json.loads(data_file(f"{FOLDER}/mean_curves_8ch.json").read_text())
    curves = Curves(*(np.array(found[name]) for name in ("x", "V", "D")))
    limits = Limits(tuple("abcdefgh"), np.zeros(8), np.array(found["hi"]), np.zeros(8, dtype=bool))
    spend = WaterFilling(curves, limits).of_total(found["B"])
    assert np.abs(spend - found["alloc"]).max() < 1e-6 * found["B"]
    assert curves.at(spend).sum() == pytest.approx(found["obj"], rel=1e-6)


def optimality(plan):
    """Slopes are equal where channels move, below the price at minimums, above it at maximums."""
    limits, slopes = plan.limits, plan.marginal.to_numpy()
    near = 1e-7 * limits.scale
    moving = (plan.spend > limits.lower + near) & (plan.spend < limits.upper - near)
    if not moving.any():
        return
    price = slopes[moving].mean()
    np.testing.assert_allclose(slopes[moving], price, rtol=1e-5)
    at_top = (plan.spend >= limits.upper - near) & ~limits.locked
    at_bottom = (plan.spend <= limits.lower + near) & ~limits.locked
    assert (slopes[at_top] >= price * (1 - 1e-5)).all()
    assert (slopes[at_bottom] <= price * (1 + 1e-5)).all()


@settings(max_examples=40, deadline=None)
@given(
    share=st.floats(0, 1),
    low=st.lists(st.floats(0, 0.3), min_size=3, max_size=3),
    high=st.lists(st.floats(0.31, 1), min_size=3, max_size=3),
)
def test_every_plan_is_optimal_and_within_bounds(share, low, high):
    table = small_table()
    least, most = 2000 * np.array(low), 2000 * np.array(high)
    total = least.sum() + share * (most.sum() - least.sum())
    plan = mmm.optimize(table, total, min_spend=least, max_spend=most)
    assert plan.total == pytest.approx(total, rel=1e-11, abs=1e-9)
    assert (plan.spend >= least - 1e-9).all()
    assert (plan.spend <= most + 1e-9).all()
    optimality(plan)


def test_bounds_and_locks_by_name():
    table = small_table(channels=("tv", "radio", "web"), current=[500.0, 400.0, 300.0])
    plan = mmm.optimize(table, 1500, max_spend={"web": 350}, min_spend=pd.Series({"tv": 100}), fixed="radio")
    assert plan.allocation["radio"] == 400
    assert plan.allocation["tv"] >= 100
    assert plan.allocation["web"] <= 350
    assert plan.total == pytest.approx(1500)
    assert mmm.optimize(table, 1500, fixed={"tv": 111}).allocation["tv"] == 111
    all_locked = mmm.optimize(table, fixed=("tv", "radio", "web"))
    assert all_locked.spend.tolist() == [500, 400, 300]
    optimality(mmm.optimize(table, 1500, fixed="radio"))


def test_without_a_goal_the_current_total_is_spent():
    assert mmm.optimize(small_table()).total == pytest.approx(1200)


def groups_of(table):
    first, second, third = table.channels
    return {"one": {"channels": [first, second], "max": 500}, "two": {"channels": [third], "min": 900}}


@pytest.mark.parametrize("total", [1400.0, 1500.0])
def test_groups_bind_exactly(total):
    """Against SLSQP's answer to the same question."""
    table = small_table()
    plan = mmm.optimize(table, total, groups=groups_of(table))
    assert plan.method == "water-filling"
    assert plan.spend[:2].sum() <= 500 + 1e-9
    assert plan.spend[2] >= 900 - 1e-9
    free = minimize(
        lambda x: -table.curves.at(x).sum() / 1000, np.full(3, total / 3), jac=lambda x: -table.curves.slope_at(x) / 1000,
        bounds=[(0, 2000)] * 3, method="SLSQP", options={"ftol": 1e-13, "maxiter": 500},
        constraints=[LinearConstraint(np.ones(3), total, total), LinearConstraint([[1, 1, 0], [0, 0, 1]], [0, 900], [500, 2000])],
    )  # fmt: skip
    assert plan.outcome >= -1000 * free.fun * (1 - 1e-9)
    assert plan.outcome == pytest.approx(-1000 * free.fun, rel=1e-7)


def test_groups_that_share_channels_go_to_the_general_solver():
    table = small_table()
    a, b, c = table.channels
    shared = {"x": {"channels": [a, b], "max": 600}, "y": {"channels": [b, c], "min": 900}}
    plan = mmm.optimize(table, 1500, groups=shared)
    assert plan.method.startswith("SLSQP")
    assert plan.proved
    assert plan.spend[:2].sum() <= 600.001
    assert plan.spend[1:].sum() >= 899.999
    # What keeps the limits by luck can't be better.
    random = np.random.default_rng(0)
    for spend in 1500 * random.dirichlet(np.ones(3), 4000):
        if spend[:2].sum() <= 600 and spend[1:].sum() >= 900:
            assert table.mean(spend) <= plan.outcome * (1 + 1e-9)


def test_the_cheapest_plan_for_a_response(eight):
    table, _ = eight
    plan = mmm.optimize(table, target=2e6)
    assert plan.outcome == pytest.approx(2e6, rel=1e-9)
    optimality(plan)
    # With the same money no other plan brings more, so none brings it for less.
    assert mmm.optimize(table, plan.total).outcome == pytest.approx(2e6, rel=1e-9)
    assert mmm.optimize(table, plan.total * 0.999).outcome < 2e6


def test_a_response_below_the_minimums_costs_the_minimums():
    assert mmm.optimize(small_table(), min_spend=100, target=1e-6).total == pytest.approx(300)


def test_returns_and_costs(eight):
    table, _ = eight
    plan = mmm.optimize(table, target_roas=1.5)
    assert plan.roas == pytest.approx(1.5, rel=1e-9)
    assert mmm.optimize(table, plan.total * 1.001).roas < 1.5
    by_cost = mmm.optimize(table, target_cpa=1 / 1.5)
    np.testing.assert_allclose(by_cost.spend, plan.spend, rtol=1e-9, atol=1e-6)
    assert plan.mroas < 1.5


def test_a_price_of_money_fills_every_channel_to_it(eight):
    table, _ = eight
    plan = mmm.optimize(table, target_mroas=0.9)
    spending = plan.spend > 0
    np.testing.assert_allclose(plan.marginal[spending], 0.9, rtol=1e-9)
    assert (plan.marginal[~spending] < 0.9).all()
    by_margin = mmm.optimize(table, margin=1 / 0.9)
    np.testing.assert_allclose(by_margin.spend, plan.spend, rtol=1e-9)
    profit = plan.outcome / 0.9 - plan.total
    for other in (0.97, 1.03):
        neighbour = mmm.optimize(table, plan.total * other)
        assert neighbour.outcome / 0.9 - neighbour.total < profit


def test_equal_straight_curves_share_what_is_left():
    table = straight_table([[2.0, 2.0, 1.0]])
    plan = mmm.optimize(table, 150)
    assert plan.total == pytest.approx(150)
    assert plan.spend[2] == pytest.approx(0, abs=1e-9)
    assert plan.outcome == pytest.approx(300)
    assert mmm.optimize(table, 250).spend.tolist() == pytest.approx([100, 100, 50])
    assert mmm.optimize(table, target=250).total == pytest.approx(125)


def test_nothing_to_spend():
    plan = mmm.optimize(small_table(), 0)
    assert plan.total == 0
    assert np.isnan(plan.roas)
    assert plan.outcome == 0


def test_steps(eight):
    table, total = eight
    exact = mmm.optimize(table, total)
    plan = mmm.optimize(table, total, step=50_000)
    assert (plan.spend % 50_000 == 0).all()
    assert plan.total == 1_800_000
    assert plan.unspent == pytest.approx(total - 1_800_000)
    assert plan.outcome < exact.outcome
    fine = mmm.optimize(table, total, step=100, fixed="F")
    assert fine.outcome == pytest.approx(mmm.optimize(table, total, fixed="F").outcome, rel=1e-4)
    assert fine.allocation["F"] == table.current[5]


def compositions(units, count):
    if count == 1:
        yield (units,)
        return
    for first in range(units + 1):
        for rest in compositions(units - first, count - 1):
            yield (first, *rest)


@pytest.mark.parametrize("make", [small_table, shaped_table])
@pytest.mark.parametrize("limited", [False, True])
def test_steps_are_as_good_as_trying_all(make, limited):
    table = make()
    units, step = 9, 150.0
    first, second, *_ = table.channels
    groups = {"pair": {"channels": [first, second], "max": 450, "min": 300}} if limited else None
    plan = mmm.optimize(table, units * step, step=step, groups=groups)
    tried = np.array(list(compositions(units, len(table.channels)))) * step
    tried = tried[(tried <= 2000).all(axis=1)]
    if limited:
        pair = tried[:, :2].sum(axis=1)
        tried = tried[(pair <= 450) & (pair >= 300)]
    assert plan.outcome == pytest.approx(max(table.mean(spend) for spend in tried), rel=1e-9)


@pytest.mark.parametrize(
    "goal, kept",
    [({"target": 3000}, "outcome"), ({"target_roas": 2.5}, "roas"), ({"target_mroas": 1.5}, None)],
)
def test_steps_with_other_goals(goal, kept):
    table = small_table()
    plan, exact = mmm.optimize(table, step=50, **goal), mmm.optimize(table, **goal)
    assert (plan.spend % 50 == 0).all()
    assert abs(plan.total - exact.total) <= 100
    if kept:
        assert getattr(plan, kept) >= next(iter(goal.values())) * (1 - 1e-12)


@pytest.mark.parametrize(
    "asked, message",
    [
        ({"total": 100, "target": 5}, "total= and target= are different questions"),
        ({"total": -5}, "total=-5 is not possible"),
        ({"total": "1000"}, "total='1000' is not possible: what is spent over the window"),
        ({"target_roas": 0}, "target_roas=0 is not possible"),
        ({"objective": "median"}, "objective='median' is not known. Choose one of 'mean', 'quantile'"),
        ({"objective": "cvar", "level": 5}, "level=5 is not possible: a share of the draws"),
        ({"interval": 90}, "interval=90 is not possible"),
        ({"step": 0}, "step=0 is not possible"),
        ({"step": 1300, "min_spend": 100, "max_spend": 900}, "No multiple of the step 1,300 lies between the bounds of"),
        ({"total": 650, "step": 400, "fixed": {"channel 1": 200}, "min_spend": [0, 401, 0]}, "the least that these bounds"),
        ({"fixed": "tv"}, "fixed names 'tv', which is not a channel"),
        ({"groups": {"g": ["channel 1"]}}, "The group 'g' is .*: write {'channels'"),
        ({"groups": {"g": {"channels": [], "max": 5}}}, "must name at least one channel"),
        ({"objective": "sharpe", "target": 5.0}, "objective='sharpe' is mean over spread.*target=5 can't be compared"),
    ],
)  # fmt: skip
def test_impossible_questions(asked, message):
    with pytest.raises(DataError, match=message):
        mmm.optimize(small_table(), **asked)


def test_a_table_without_draws_or_current_spend():
    bare = straight_table([[2.0, 1.0]])
    with pytest.raises(DataError, match="Say what the plan is for"):
        mmm.optimize(bare)
    with pytest.raises(DataError, match="current spend, which this table doesn't hold"):
        mmm.optimize(bare, 100, fixed="c0")
    with pytest.raises(DataError, match="holds a single curve per channel"):
        mmm.optimize(bare, 100, objective="cvar")
    assert mmm.optimize(bare, 100).outcome == pytest.approx(200)
