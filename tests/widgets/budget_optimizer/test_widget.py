"""The optimizer's state: plans from Python and from the page, limits, horizons, what people take away."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import traitlets

from custintel_analytics import mmm
from custintel_analytics.errors import DataError
from custintel_widgets import BudgetOptimizer
from custintel_widgets.core.frames import decode

CHANNELS = ("tv", "radio", "search")
CURRENT = {"tv": 400.0, "radio": 300.0, "search": 300.0}


@pytest.fixture(scope="module")
def table() -> mmm.ResponseTable:
    random = np.random.default_rng(5)
    shape = (300, 3)
    return mmm.ResponseTable.from_draws(
        alpha=random.uniform(0.2, 0.7, shape), lam=random.uniform(1, 4, shape),
        beta=random.uniform(0.1, 0.5, shape) * [1, 2, 3], channel_scale=(100.0, 50.0, 80.0), target_scale=1000.0,
        max_spend=(1500.0, 800.0, 1000.0), periods=8, carry_out=4, carry_in=random.uniform(0, 50, (9, 3)),
        current=tuple(CURRENT.values()), history_max=(120.0, 60.0, 90.0), channels=CHANNELS, target="sales",
    )  # fmt: skip


@pytest.fixture(scope="module")
def model() -> mmm.MediaMix:
    frame, truth = mmm.simulate(80, 2, seed=3)
    channels = list(truth.channels["channel"])
    return mmm.MediaMix(date="date", target="revenue", channels=channels).fit(frame, quick=True)


@pytest.fixture
def make() -> Any:
    made: list[BudgetOptimizer] = []

    def optimizer(*args: Any, **settings: Any) -> BudgetOptimizer:
        widget = BudgetOptimizer(*args, **settings)
        made.append(widget)
        return widget

    yield optimizer
    for widget in made:
        widget.close()


@pytest.fixture
def budget(make: Any, table: mmm.ResponseTable) -> BudgetOptimizer:
    return make(table)


def ask(widget: BudgetOptimizer, name: str, **args: Any) -> dict[str, Any]:
    """Ask as the page does, with a running event loop."""
    sent: list[dict[str, Any]] = []

    async def scenario() -> None:
        widget._requests._send = lambda message: sent.append(message)
        widget._requests.receive({"kind": "request", "id": 1, "name": name, "args": args})
        while not any(m["kind"] == "response" for m in sent):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(scenario(), 120))
    return next(m for m in sent if m["kind"] == "response")


def from_page(widget: BudgetOptimizer, **state: Any) -> None:
    async def scenario() -> None:
        widget.set_state(state)
        while widget._work.busy:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 30))


def test_it_opens_at_the_current_spend(budget: BudgetOptimizer, table: mmm.ResponseTable) -> None:
    assert budget.amounts.to_dict() == CURRENT
    assert (budget.periods, budget.carry_out) == (8, 4)
    assert budget.result.sentence == "This is the current plan."
    assert budget._plan["gain"][0] == 0
    assert budget.limits.lower.tolist() == pytest.approx([280, 210, 210])
    assert budget.limits.upper.tolist() == pytest.approx([520, 390, 390])
    assert budget._view["health"]["status"] == "none"
    assert budget._view["has"] == {
        "kernel": True, "model": False, "horizon": False, "schedule": True, "provisional": False,
    }  # fmt: skip


def test_the_page_gets_the_curves_that_python_reads(
    budget: BudgetOptimizer, table: mmm.ResponseTable
) -> None:
    sent = budget._table
    shape = (3, sent["points"])
    grid, mean = (np.frombuffer(sent[name], "<f8").reshape(shape) for name in ("grid", "mean"))
    np.testing.assert_array_equal(grid, table.grid)
    np.testing.assert_array_equal(mean, table.curves.value)
    response = np.frombuffer(sent["response"], "<f4")
    assert response.size == 3 * sent["drawPoints"] * sent["draws"]
    assert sent["draws"] == 250
    assert sent["carryInMean"] == pytest.approx(float(table.carry_in.sum(axis=0).mean()))
    assert sent["current"] == list(CURRENT.values())


def test_optimizing_keeps_total_and_limits_and_is_the_analytics_plan(
    budget: BudgetOptimizer, table: mmm.ResponseTable
) -> None:
    plan = budget.optimize()
    lower, upper = budget.limits.lower, budget.limits.upper
    same = mmm.optimize(table, 1000.0, min_spend=lower, max_spend=upper)
    np.testing.assert_allclose(plan.spend, same.spend)
    assert plan.total == pytest.approx(1000)
    assert budget.spend == plan.allocation.to_dict()
    assert budget._plan["optimized"]
    assert budget._plan["sentences"][0] == plan.sentence
    assert budget._plan["binding"]
    assert budget.result.objective is not None
    # The best for one question isn't for another, and another plan isn't the best.
    budget.room = 0.5
    assert budget.result.objective is None
    budget.optimize()
    budget.spend = CURRENT
    assert budget.result.objective is None
    assert not budget._plan["optimized"]


def test_locks_hold_a_channel_where_the_plan_has_it(budget: BudgetOptimizer) -> None:
    budget.spend = {**CURRENT, "tv": 350.0}
    budget.locked = ["tv"]
    assert budget.optimize().allocation["tv"] == 350.0


def test_a_total_is_shared_by_channels_that_are_not_locked(budget: BudgetOptimizer) -> None:
    budget.locked = ["tv"]
    budget.total = 1120
    assert budget.amounts.to_dict() == pytest.approx({"tv": 400, "radio": 360, "search": 360})
    budget.total = 5000  # bounds of 30 % stop it; the page says what is left
    assert budget.amounts.to_dict() == pytest.approx({"tv": 400, "radio": 390, "search": 390})
    assert budget.total == 5000


def test_conflicting_limits_are_explained(budget: BudgetOptimizer) -> None:
    budget.total = 5000
    with pytest.raises(DataError, match=r"5,000"):
        budget.optimize()
    budget.total = 0
    budget.min_spend = {"tv": 900}
    budget.locked = ["radio"]
    with pytest.raises(DataError, match=r"Minimums add to"):
        budget.optimize()


def test_a_value_that_conflicts_is_not_kept(budget: BudgetOptimizer) -> None:
    budget.min_spend = {"tv": 900}
    with pytest.raises(traitlets.TraitError, match=r"tv must be at least 900\.00 and at most 100\.00"):
        budget.max_spend = {"tv": 100}
    assert budget.max_spend == {}
    assert budget.limits.lower[0] == 900


@pytest.mark.parametrize(
    "setting, value, message",
    [
        ("spend", {"tvv": 1}, r"Did you mean 'tv'"),
        ("spend", {"tv": 9999}, r"its curve ends at 1,500"),
        ("spend", {"tv": -1}, r"a number from 0"),
        ("locked", ["television"], r"the channels are tv, radio, search"),
        ("groups", [{"name": "x", "channels": ["tv"], "most": 3}], r"holds most"),
        ("scenarios", [{"name": "current", "spend": {}}], r"a name of its own"),
        ("scenarios", [{"name": "a", "spend": {"tvv": 1.0}}], r"tvv"),
        ("seasonality", [1, -1], r"numbers from 0"),
        ("goal", "targets", r"Did you mean 'target"),
    ],
)
def test_what_can_not_be_is_refused(
    budget: BudgetOptimizer, table: mmm.ResponseTable, setting: str, value: Any, message: str
) -> None:
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(budget, setting, value)
    with pytest.raises(traitlets.TraitError, match=message):
        BudgetOptimizer(table, **{setting: value})


def test_sources_are_told_apart(table: mmm.ResponseTable, model: mmm.MediaMix) -> None:
    with pytest.raises(DataError, match=r"takes a response table or a fitted MediaMix; found a DataFrame"):
        BudgetOptimizer(pd.DataFrame())
    with pytest.raises(DataError, match=r"isn't fitted yet"):
        BudgetOptimizer(mmm.MediaMix(date="date", target="y", channels=["a"]))
    with pytest.raises(DataError, match=r"model= is a int"):
        BudgetOptimizer(table, model=3)
    with pytest.raises(traitlets.TraitError, match=r"is for 8 periods"):
        BudgetOptimizer(table, periods=9)
    with pytest.raises(TypeError, match=r"Did you mean 'spend'"):
        BudgetOptimizer(table, spnd={})


def test_a_table_refuses_another_horizon_and_keeps_its_own(budget: BudgetOptimizer) -> None:
    with pytest.raises(traitlets.TraitError, match=r"Pass the model instead"):
        budget.periods = 12
    assert budget.periods == 8


def test_amounts_keep_their_distance_to_the_current_spend_of_another_horizon(
    make: Any, model: mmm.MediaMix
) -> None:
    budget = make(model, periods=20)
    first = budget.amounts.index[0]
    before = budget.frame.set_index("channel")["current"]
    budget.total = before.sum() * 1.1
    budget.spend = {first: before[first] * 0.9}
    budget.scenarios = [{"name": "less", "spend": {first: before[first] * 0.8}}]
    budget.max_spend = {first: before[first] * 2}
    budget.groups = [{"name": "all", "channels": list(before.index), "max": before.sum() * 2}]
    budget.periods = 10
    after = budget.frame.set_index("channel")["current"]
    assert budget.curves.periods == 10
    assert after[first] != pytest.approx(
        before[first] / 2, rel=0.01
    )  # the last ten weeks had their own spend
    assert budget.spend[first] == pytest.approx(after[first] * 0.9)
    assert budget.max_spend[first] == pytest.approx(after[first] * 2)
    assert budget.scenarios[0]["spend"][first] == pytest.approx(after[first] * 0.8)
    assert budget.total == pytest.approx(after.sum() * 1.1)
    assert budget.groups[0]["max"] == pytest.approx(after.sum() * 2)


def test_a_plan_that_meets_its_total_meets_that_of_another_horizon(make: Any, model: mmm.MediaMix) -> None:
    budget = make(model, periods=26)
    budget.optimize()
    budget.periods = 13
    current = budget.frame["current"].sum()
    assert budget.total == pytest.approx(current)
    assert budget.amounts.sum() == pytest.approx(current)


def test_a_quick_estimate_says_so_and_can_be_refined(
    make: Any, model: mmm.MediaMix, monkeypatch: Any
) -> None:
    budget = make(model)
    assert budget._view["health"]["status"] == "quick"
    assert budget._view["health"]["sentences"][0].startswith("Quick estimate, without reliable uncertainty.")
    assert "Quick estimate" in str(budget)
    assert budget._view["has"]["provisional"]
    monkeypatch.setattr(mmm.MediaMix, "fit", _short(mmm.MediaMix.fit))
    answer = ask(budget, "refine")
    assert answer["ok"], answer
    assert budget.model is not model
    assert model.provisional_
    assert not budget.model.provisional_
    assert not budget._view["has"]["provisional"]
    assert budget._view["health"]["status"] in ("good", "look", "bad")


def _short(fit: Any) -> Any:
    def fitted(self: mmm.MediaMix, frame: Any, **settings: Any) -> mmm.MediaMix:
        return fit(self, frame, draws=30, tune=30, chains=2, **settings)

    return fitted


def test_a_model_that_did_not_converge_gives_no_recommendation(
    make: Any, table: mmm.ResponseTable, model: mmm.MediaMix, monkeypatch: Any
) -> None:
    checks = model.diagnostics()
    frame = pd.DataFrame(
        [
            (
                "convergence",
                "bad",
                1.4,
                "Don't use for budgets: the chains disagree about beta[tv] (R-hat 1.40).",
            )
        ],
        columns=checks.frame.columns,
    )
    monkeypatch.setattr(type(model), "diagnostics", lambda self: type(checks)(frame, checks.parameters, None))
    monkeypatch.setitem(model.__dict__, "provisional_", False)
    budget = make(table, model=model)
    assert budget._view["health"]["status"] == "bad"
    assert not budget._view["usable"]
    with pytest.raises(DataError, match=r"Don't use for budgets"):
        budget.optimize()
    answer = ask(budget, "optimize")
    assert not answer["ok"]
    assert "Don't use for budgets" in answer["error"]


def test_the_page_sets_plan_and_total_together(budget: BudgetOptimizer) -> None:
    from_page(budget, spend={"tv": 380.0, "radio": 310.0, "search": 310.0}, total=1000.0)
    assert budget.amounts.to_dict() == {"tv": 380.0, "radio": 310.0, "search": 310.0}
    assert budget._plan["spend"] == budget.amounts.to_dict()
    from_page(budget, spend={"tv": 380.0, "nothing": 1.0})
    assert "the channels are" in budget._status["error"]
    assert budget.amounts["tv"] == 380.0


def test_the_page_asks_for_plan_frontier_and_schedule(budget: BudgetOptimizer) -> None:
    budget.objective = "cvar"
    assert ask(budget, "optimize")["ok"]
    assert budget._plan["optimized"]
    assert budget.total == pytest.approx(1000)
    assert ask(budget, "frontier")["ok"]
    rows = decode(budget._frontier["frame"])
    assert len(rows) == 25
    assert rows["total"].is_monotonic_increasing
    np.testing.assert_allclose(rows.filter(like="spend: ").sum(axis=1), rows["total"], rtol=1e-6)
    assert ask(budget, "schedule")["ok"]
    weekly = decode(budget._schedule["frame"])
    totals = weekly.groupby("channel")["spend"].sum()
    np.testing.assert_allclose(totals[list(CHANNELS)], budget.amounts[list(CHANNELS)], rtol=1e-6)
    even = budget.amounts / 8
    assert (weekly["spend"] <= weekly["channel"].map(even) * 1.5 + 1e-6).all()


def test_goals_other_than_the_total(budget: BudgetOptimizer) -> None:
    budget.goal, budget.goal_value = "margin", 2.0
    plan = budget.optimize()
    assert plan.goal is not None
    assert budget.total == pytest.approx(plan.total)
    budget.goal, budget.goal_value = "target_roas", 1e6
    with pytest.raises(DataError):
        budget.optimize()


def test_groups_and_steps_hold(budget: BudgetOptimizer) -> None:
    budget.groups = [{"name": "sound", "channels": ["radio", "tv"], "max": 660}]
    budget.step = 10
    plan = budget.optimize()
    assert plan.allocation[["tv", "radio"]].sum() <= 660 + 1e-6
    assert np.allclose(plan.spend % 10, 0)


def test_scenarios_are_compared_with_the_current_and_the_shown_plan(budget: BudgetOptimizer) -> None:
    budget.scenarios = [{"name": "more tv", "spend": {"tv": 500, "radio": 250, "search": 250}}]
    found = budget.compare()
    assert found.names == ["current", "more tv", "plan"]
    assert found.frame["total"].tolist() == pytest.approx([1000, 1000, 1000])
    # The page has the same figures of it.
    told = budget._plan["named"]["more tv"]
    row = found.frame.set_index("scenario").loc["more tv"]
    assert told["outcome"] == [row[name] for name in ("outcome", "lower", "upper")]
    assert told["better"] == row["probability_better"]
    assert told["spend"] == budget.scenarios[0]["spend"]


def test_a_scenario_beyond_the_curves_ends_where_they_end(budget: BudgetOptimizer) -> None:
    budget.scenarios = [{"name": "all in", "spend": {"tv": 1e6}}]
    assert budget.compare()["all in"].allocation["tv"] == budget.curves.max_spend[0]


def test_fit_views_of_a_model(make: Any, model: mmm.MediaMix) -> None:
    budget = make(model)
    assert ask(budget, "fit")["ok"]
    fit = budget._fit
    assert decode(fit["fitted"])["outcome"].sum() == pytest.approx(model.data_.target.sum())
    assert [row["channel"] for row in fit["roas"]] == list(model.data_.channels)
    assert fit["checks"][0]["check"] == "convergence"


def test_an_exported_file_holds_what_tabs_would_ask_for(
    make: Any, model: mmm.MediaMix, tmp_path: Path, capsys: Any
) -> None:
    budget = make(model)
    state = budget._without_kernel(
        {name: getattr(budget, name) for name in ("_view", "_fit", "_schedule", "_focus")}
    )
    assert state["_view"]["has"]["kernel"] is False
    assert state["_view"]["code"] == ""
    assert state["_fit"]["checks"]
    assert state["_schedule"]["sentence"]
    budget.to_html(tmp_path / "budget.html")
    assert "opens offline" in capsys.readouterr().out


def test_code_rebuilds_the_state(budget: BudgetOptimizer, table: mmm.ResponseTable) -> None:
    budget.spend, budget.locked, budget.room = {"tv": 420.0, "radio": 290.0, "search": 290.0}, ["search"], 0.2
    code = budget.to_code()
    again = eval(code, {"BudgetOptimizer": BudgetOptimizer, "curves": table})
    assert again.amounts.to_dict() == budget.amounts.to_dict()
    assert (again.locked, again.room) == (["search"], 0.2)
    again.close()


def test_state_is_saved_and_loaded_with_its_horizon(make: Any, model: mmm.MediaMix, tmp_path: Path) -> None:
    budget = make(model, periods=13)
    budget.optimize()
    path = budget.save_state(tmp_path / "plan.json")
    assert json.loads(path.read_text())["component"] == "budget_optimizer"
    other = make(model)
    other.load_state(path)
    assert other.periods == 13
    assert other.amounts.to_dict() == pytest.approx(budget.amounts.to_dict())
    assert other._plan["spend"] == pytest.approx(budget._plan["spend"])


def test_without_a_current_spend_it_opens_at_half_of_the_reach(make: Any, table: mmm.ResponseTable) -> None:
    from dataclasses import replace

    budget = make(replace(table, current=None))
    assert budget.amounts.to_list() == [750, 400, 500]
    assert budget._plan["gain"] is None
    assert "no current spend" in budget._view["notes"][0]["text"]
    assert budget.optimize().total == pytest.approx(1650)


def test_channels_without_spend_are_named(make: Any, table: mmm.ResponseTable) -> None:
    from dataclasses import replace

    budget = make(replace(table, current=np.array([400.0, 0.0, 300.0])))
    assert budget._view["notes"][0]["text"].startswith("No spend now: radio.")
    assert budget.optimize().allocation["radio"] == 0
    budget.max_spend = {"radio": 200}
    assert budget.optimize().allocation["radio"] > 0
