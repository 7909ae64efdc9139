"""Objectives beyond the mean: the reference posterior, a linear programme, and the tangency portfolio."""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.stats.mstats import hdquantiles

from custintel_analytics import mmm
from custintel_analytics.mmm.objectives import Objective

from .curves_data import PERIODS, eight_channels, posterior, shaped_table, small_table, straight_table


@pytest.fixture
def eight(data_file):
    folder = data_file("mmm_clv/own_fixtures/opt_oracle.json").parent
    return eight_channels(folder), PERIODS * posterior(folder)[1]["B"]


def test_the_references_worst_twentieth(eight):
    table, total = eight
    plan = mmm.optimize(table, total, objective="cvar", level=0.05)
    assert plan.objective_value == pytest.approx(2103706.71, rel=1e-6)
    assert np.sort(plan.draws)[:100].mean() == pytest.approx(plan.objective_value, rel=1e-12)
    assert plan.total == pytest.approx(total)


def test_mean_over_spread_needs_several_starts(eight):
    table, total = eight
    plan = mmm.optimize(table, total, objective="sharpe")
    assert plan.objective_value >= 20.255
    assert plan.draws.mean() / plan.draws.std() == pytest.approx(plan.objective_value)
    assert not plan.proved
    assert "no method can promise" in plan.summary()


def test_a_low_quantile_beats_that_of_the_mean_optimum(eight):
    table, total = eight
    plan, mean = mmm.optimize(table, total, objective="quantile"), mmm.optimize(table, total)
    assert plan.objective_value == pytest.approx(np.quantile(plan.draws, 0.05))
    assert plan.objective_value > np.quantile(mean.draws, 0.05)
    assert plan.lower == pytest.approx(plan.objective_value)
    assert plan.outcome < mean.outcome


def test_cvar_of_straight_curves_is_a_linear_programme():
    """Rockafellar and Uryasev (2000), equation 17, solved by HiGHS."""
    random = np.random.default_rng(2)
    rates = random.normal([1.5, 1.3, 1.1, 0.9], [0.9, 0.6, 0.3, 0.1], (200, 4)).clip(0)
    share, total, draws = 0.1, 150.0, 200
    plan = mmm.optimize(straight_table(rates), total, objective="cvar", level=share)
    # Variables: spend, the quantile, and each draw's shortfall below it.
    cost = np.concatenate([np.zeros(4), [-1.0], np.full(draws, 1 / (share * draws))])
    below = np.hstack([-rates, np.ones((draws, 1)), -np.eye(draws)])
    exact = linprog(
        cost, A_ub=below, b_ub=np.zeros(draws), A_eq=[[1.0] * 4 + [0.0] * (draws + 1)], b_eq=[total],
        bounds=[(0, 100)] * 4 + [(None, None)] + [(0, None)] * draws,
    )  # fmt: skip
    assert plan.objective_value <= -exact.fun * (1 + 1e-6)
    assert plan.objective_value == pytest.approx(-exact.fun, rel=2e-4)


def test_mean_over_spread_of_straight_curves_is_the_tangency_portfolio():
    """Proportional to the inverse covariance times the mean (Tobin 1958; Sharpe 1966)."""
    random = np.random.default_rng(3)
    common = random.normal(0, 0.1, (4000, 1))
    rates = np.array([1.2, 1.0, 0.8]) + common + random.normal(0, [0.4, 0.3, 0.1], (4000, 3))
    plan = mmm.optimize(straight_table(rates), 60.0, objective="sharpe")
    wanted = np.linalg.solve(np.cov(rates.T), rates.mean(axis=0))
    assert (wanted > 0).all()
    np.testing.assert_allclose(plan.spend, 60 * wanted / wanted.sum(), rtol=2e-3)


@pytest.mark.parametrize("kind", ["quantile", "cvar", "sharpe", "mean"])
def test_gradients_are_derivatives(kind):
    table, objective = small_table(), Objective(kind, 0.2)
    spend = np.array([300.0, 500.0, 200.0])
    value, slope = objective.with_gradient(table, spend)
    for c in range(3):
        step = 1e-4 * np.eye(3)[c]
        ahead, behind = (objective.with_gradient(table, spend + s)[0] for s in (step, -step))
        assert slope[c] == pytest.approx((ahead - behind) / 2e-4, rel=1e-4)
    if kind == "quantile":
        assert value == pytest.approx(float(hdquantiles(table.draws_at(spend), [0.2])[0]), rel=1e-9)
    else:
        assert value == pytest.approx(objective.value(table, spend), rel=1e-9)


@pytest.mark.parametrize("level", [0.05, 0.33, 0.999])
def test_the_mean_of_the_worst_counts_the_last_draw_in_part(level):
    draws = np.random.default_rng(0).normal(size=31)
    count = level * 31
    full = int(count)
    ordered = np.sort(draws)
    wanted = (ordered[:full].sum() + (count - full) * ordered[full]) / count
    assert Objective("cvar", level).of(draws) == pytest.approx(wanted)


def test_goals_with_risk():
    table = small_table()
    plan = mmm.optimize(table, target=3000, objective="cvar", level=0.1)
    assert plan.objective_value == pytest.approx(3000, rel=1e-6)
    assert mmm.optimize(table, plan.total, objective="cvar", level=0.1).objective_value == pytest.approx(
        3000, rel=1e-5
    )
    # To be surer costs more.
    assert plan.total > mmm.optimize(table, target=3000).total
    roas = mmm.optimize(table, target_roas=1.5, objective="cvar")
    assert roas.objective_value / roas.total == pytest.approx(1.5, rel=1e-5)
    assert roas.total < mmm.optimize(table, target_roas=1.5).total
    dear = mmm.optimize(table, margin=0.5, objective="quantile")
    assert dear.total < mmm.optimize(table, margin=0.5).total


def test_risk_within_bounds_groups_and_locks():
    table = small_table()
    first, second, third = table.channels
    plan = mmm.optimize(
        table, 1500, objective="cvar", fixed=third, max_spend={first: 700},
        groups={"g": {"channels": [first, second], "min": 1000}},
    )  # fmt: skip
    assert plan.spend[2] == 400
    assert plan.spend[0] <= 700.001
    assert plan.total == pytest.approx(1500, rel=1e-6)


def test_s_shaped_curves_under_risk():
    table = shaped_table()
    plan = mmm.optimize(table, 2500, objective="cvar", level=0.2)
    mean = mmm.optimize(table, 2500)
    assert plan.objective_value >= Objective("cvar", 0.2).value(table, mean.spend)


def test_progress_is_told_per_start_and_stops():
    said = []
    mmm.optimize(small_table(), objective="sharpe", progress=lambda *told: said.append(told))
    assert said[0] == (0, len(said), f"Looking for the best plan, start 1 of {len(said)}…")

    def stop(*_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        mmm.optimize(small_table(), objective="sharpe", progress=stop)


def test_the_quantile_of_few_draws_has_no_better_neighbour():
    """SLSQP alone, on its smooth stand-in, leaves up to an eighth."""
    gained = []
    for seed in range(6):
        table = small_table(seed, 40, 4)
        plan = mmm.optimize(table, 1600, objective="quantile")
        assert plan.total == pytest.approx(1600)
        for i in range(4):
            for j in range(4):
                moved = plan.spend + 2.0 * (np.eye(4)[i] - np.eye(4)[j])
                if i != j and (moved >= 0).all():
                    gained.append(np.quantile(table.draws_at(moved), 0.05) / plan.objective_value - 1)
    assert max(gained) < 1e-4


@pytest.mark.parametrize("asked", [{"target": 2500.0}, {"target_roas": 2.0}])
def test_goals_of_a_quantile_are_just_met(asked):
    plan = mmm.optimize(small_table(draws=300), objective="quantile", **asked)
    ((name, value),) = asked.items()
    reached = plan.objective_value / (plan.total if name == "target_roas" else 1.0)
    assert value <= reached < value * (1 + 1e-6)


def test_s_shaped_curves_with_groups_that_share_a_channel_have_many_starts():
    """Seeds at which six random starts alone stopped 3 to 6 % below the best."""
    from scipy.optimize import minimize

    for seed in (19, 33, 35):
        table = shaped_table(seed, 40, 4)
        names = table.channels
        groups = {
            "a": {"channels": list(names[:2]), "max": 900.0},
            "b": {"channels": [names[1], names[3]], "min": 300.0},
        }
        found = mmm.optimize(table, 1700.0, groups=groups).outcome
        random = np.random.default_rng(seed)
        best = -np.inf
        for _ in range(40):
            end = minimize(
                lambda x, table=table: -table.curves.at(np.clip(x, 0, 2) * 1000).sum() / 1000,
                random.dirichlet(np.full(4, 0.5)) * 1.7, method="SLSQP", bounds=[(0, 2)] * 4,
                constraints=[
                    {"type": "eq", "fun": lambda x: x.sum() - 1.7},
                    {"type": "ineq", "fun": lambda x: 0.9 - x[0] - x[1]},
                    {"type": "ineq", "fun": lambda x: x[1] + x[3] - 0.3},
                ],
            )  # fmt: skip
            if end.success:
                best = max(best, -1000 * end.fun)
        assert found >= best * (1 - 1e-5)
