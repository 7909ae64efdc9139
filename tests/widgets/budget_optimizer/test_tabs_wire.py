"""What the tabs get from Python: with the inputs that it answers, so that the page knows what it is about."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from custintel_analytics import mmm
from custintel_widgets import BudgetOptimizer
from custintel_widgets.budget_optimizer import asking, wire
from custintel_widgets.core.frames import decode

CHANNELS = ("tv", "radio")
CURRENT = (400.0, 300.0)


@pytest.fixture(scope="module")
def table() -> mmm.ResponseTable:
    random = np.random.default_rng(5)
    shape = (120, 2)
    return mmm.ResponseTable.from_draws(
        alpha=random.uniform(0.2, 0.7, shape), lam=random.uniform(1, 4, shape), beta=random.uniform(0.1, 0.5, shape),
        channel_scale=(100.0, 50.0), target_scale=1000.0, max_spend=(1500.0, 800.0), periods=8, carry_out=4,
        current=CURRENT, history_max=(120.0, 60.0), channels=CHANNELS, target="sales",
    )  # fmt: skip


@pytest.fixture
def budget(table: mmm.ResponseTable) -> Any:
    widget = BudgetOptimizer(table)
    yield widget
    widget.close()


def test_a_frontier_names_the_inputs_that_it_answers(budget: BudgetOptimizer) -> None:
    budget.objective, budget.level, budget.locked = "cvar", 0.1, ["radio"]
    budget.spend = {"radio": 250.0}
    asked = asking.frontier_question(budget)
    sent = wire.frontier(asking.along(budget), asked)
    assert sent["asked"]["objective"] == "cvar"
    assert sent["asked"]["level"] == 0.1
    assert sent["asked"]["held"] == {"radio": 250.0}
    np.testing.assert_allclose(decode(sent["frame"])["spend: radio"], 250.0)


def test_a_schedule_names_its_totals_and_its_room(budget: BudgetOptimizer) -> None:
    budget.week_room = 0.25
    sent = wire.schedule(budget.schedule(), budget.week_room)
    assert sent["of"] == pytest.approx(dict(zip(CHANNELS, CURRENT, strict=True)))
    assert (sent["room"], sent["interval"]) == (0.25, budget.interval)
    spend = decode(sent["frame"])["spend"].to_numpy().reshape(2, 8)
    assert " over 8 periods bring " in sent["sentence"]  # the table doesn't say that they are weeks
    assert sent["cautions"] == budget.schedule().sentences[1:]
    even = np.array(CURRENT)[:, None] / 8
    assert (np.abs(spend / even - 1) <= 0.25 + 1e-9).all()


def test_the_profile_travels_where_no_schedule_can_be_made(table: mmm.ResponseTable) -> None:
    assert wire.table(table)["profile"] is None
    bare = mmm.ResponseTable(
        channels=table.channels, grid=table.grid, response=table.response, slope=table.slope, periods=8,
        profile=np.repeat([[0.3, 0.1]], 4, axis=0).reshape(1, 8).repeat(2, axis=0) / 1.6, current=table.current,
    )  # fmt: skip
    sent = np.array(wire.table(bare)["profile"])
    assert sent.shape == (2, 8)
    np.testing.assert_allclose(sent.sum(axis=1), 1.0)
    np.testing.assert_allclose(sent[0, :2], [0.1875, 0.0625])


def test_a_scenario_may_leave_channels_where_they_are(budget: BudgetOptimizer) -> None:
    budget.scenarios = [{"name": "more tv", "spend": {"tv": 500.0}}]
    assert budget.compare()["more tv"].allocation.to_dict() == {"tv": 500.0, "radio": 300.0}
