"""A plan in sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.experiments import wording
from custintel_analytics.mmm.binding import UNIT
from custintel_analytics.mmm.limits import named_list
from custintel_analytics.mmm.objectives import KINDS

if TYPE_CHECKING:
    from custintel_analytics.mmm.plan import Plan

Floats = NDArray[np.float64]
# Of the total: a plan that moves less is the current one.
_UNMOVED = 0.001
_BEYOND = 1.0 + 1e-9  # of the highest past spend: what is above it
_ROUND = 1e-9  # sums of amounts that miss a round one
_SHORT = 1e-3  # of what the last unit is to bring


def sentences(plan: Plan) -> list[str]:
    """What moves and what it brings, what that is of what was asked for, then what to be careful about."""
    return [_headline(plan), *_reached(plan), *_cautions(plan)]


def _headline(plan: Plan) -> str:
    table = plan.table
    if table.current is None:
        return (
            f"Expected {table.target} of {wording.money(plan.outcome)} ({wording.money(plan.lower)} to "
            f"{wording.money(plan.upper)}) from {_money(plan, plan.total)} over {table.periods} periods."
        )
    change = plan.spend - table.current
    scale = max(plan.total, float(table.current.sum()))
    if np.abs(change).sum() <= _UNMOVED * scale:
        return _unchanged(plan)
    more, less = float(np.maximum(change, 0).sum()), float(np.maximum(-change, 0).sum())
    difference = more - less
    to, source = _largest(table.channels, change), _largest(table.channels, -change)
    if abs(difference) <= _UNMOVED * scale:
        moves = f"Moves {_money(plan, more)} from {source} to {to}"
    elif difference > 0:
        moves = f"Spends {_money(plan, difference)} more, mostly on {to}"
        moves += f", and moves {_money(plan, less)} there from {source}" if less > _UNMOVED * scale else ""
    else:
        moves = f"Spends {_money(plan, -difference)} less, mostly on {source}"
        moves += f", and moves {_money(plan, more)} from there to {to}" if more > _UNMOVED * scale else ""
    gain, low, high = (wording.signed(wording.money(amount)) for amount in plan.gain)
    chance = likely(plan.probability_better)
    return f"{moves}; expected {gain} {table.target} ({low} to {high}); {chance} chance of beating the current plan."


def _unchanged(plan: Plan) -> str:
    binding = plan.binding
    limits = binding.loc[binding["kind"] != "total", "limit"].tolist()
    if limits:
        return f"No better plan within these limits; {named_list(limits)} {'bind' if len(limits) > 1 else 'binds'}."
    if plan.objective is None:
        return "This is the current plan."
    if plan.step is not None:
        return f"No better plan in steps of {_money(plan, plan.step)}."
    if plan.objective.risky:
        return f"No plan was found with a better {KINDS[plan.objective.kind]}."
    return "No better plan: one more unit of money brings the same in every channel that spends."


def _reached(plan: Plan) -> Iterator[str]:
    """What objective and goal come to, where neither headline nor outcome tell it; and to what now."""
    objective, goal, table = plan.objective, plan.goal, plan.table
    if objective is None:
        return
    value = objective.value(table, plan.spend)
    now = None if table.current is None else objective.value(table, table.current)
    share, of = wording.percent(objective.level), f" {table.target}"
    if objective.kind == "sharpe":
        yield f"Mean over spread: {wording.significant(value)}{_now(wording.significant, now)}."
    elif objective.kind == "cvar":
        yield f"Mean of the worst {share} of draws: {wording.money(value)}{of}{_now(wording.money, now)}."
    elif objective.kind == "quantile":
        surely = wording.percent(1 - objective.level)
        yield f"Reached with {surely} probability: {wording.money(value)}{of}{_now(wording.money, now)}."
    if goal is None or objective.risky or plan.total <= 0:
        return
    paid = None if table.current is None else float(table.current.sum())
    if goal.asked.startswith("target_roas"):
        before = now / paid if now is not None and paid else None
        yield f"Return per unit of money: {wording.significant(value / plan.total)}{of}{_now(wording.significant, before)}."
    elif goal.asked.startswith("target_cpa") and value > 0:
        before = paid / now if paid is not None and now else None
        yield f"Cost per unit of{of}: {_money(plan, plan.total / value)}{_now(partial(_money, plan), before)}."
    elif goal.asked.startswith("margin"):
        worth = 1 / goal.value
        before = None if now is None or paid is None else worth * now - paid
        margin = _money(plan, worth * value - plan.total)
        yield f"Margin, at {wording.significant(worth)} per unit of{of}: {margin}{_now(partial(_money, plan), before)}."


def _now(written: Callable[[float], str], before: float | None) -> str:
    return "" if before is None else f" (now {written(before)})"


def _cautions(plan: Plan) -> Iterator[str]:
    table = plan.table
    for i, times in enumerate(plan.beyond_history):
        if not times > _BEYOND:
            continue
        assert table.profile is not None
        peak = _money(plan, plan.spend[i] * table.profile[i].max())
        past = (
            f"{wording.significant(times)} × its highest past spend"
            if math.isfinite(times)
            else "without any past spend"
        )
        yield f"{table.channels[i]} at {peak} in a period is {past}: an extrapolation."
    yield from _below_price(plan)
    if plan.unspent > 0:
        yield f"{_money(plan, plan.unspent)} of the total can't be spent in steps of {_money(plan, plan.step or 0.0)}."
    if plan.objective is not None:
        binding = plan.binding
        stops = binding[~binding["kind"].isin(["total", "lock"])].head(2)
        room = unit_of(plan.total)
        of = "" if plan.objective.kind == "sharpe" else f" {table.target}"
        for limit, value in zip(stops["limit"], stops["value_of_1000"] * room / UNIT, strict=True):
            yield (
                f"Limit that binds: {limit}; {wording.significant(room)} more room would be worth about "
                f"{wording.significant(value)}{of}."
            )
        if not plan.proved:
            yield (
                f"The best of {plan.method.removeprefix('SLSQP from ')}; for this question no method can promise that "
                "there is none better."
            )


def _below_price(plan: Plan) -> Iterator[str]:
    """Channels whose last unit brings less than was asked for, and a price that no channel is worth."""
    if plan.goal is None or not plan.goal.asked.startswith("target_mroas") or plan.objective is None:
        return
    slopes = plan.objective.with_gradient(plan.table, plan.spend)[1]
    if plan.step is not None and plan.total > 0:
        # Whole steps end a little before or after.
        return
    short = [i for i in np.flatnonzero(plan.spend > 0) if slopes[i] < plan.goal.value * (1 - _SHORT)]
    if short:
        told = [f"{plan.table.channels[i]} ({wording.significant(slopes[i])})" for i in short]
        asked = wording.significant(plan.goal.value)
        yield f"Their limits keep channels whose last unit brings less than the {asked} asked for: {named_list(told)}."
    elif plan.total == 0:
        yield f"No channel's first unit brings {wording.significant(plan.goal.value)}, so nothing is spent."


def _largest(names: tuple[str, ...], change: Floats) -> str:
    """The channels that make up most of what moves in one direction."""
    order = [i for i in np.argsort(-change, kind="stable") if change[i] > 0]
    whole, seen = float(change[order].sum()), 0.0
    shown: list[str] = []
    for i in order:
        if seen >= 0.8 * whole or len(shown) == 3:
            break
        shown.append(names[i])
        seen += float(change[i])
    return named_list(shown)


def unit_of(total: float) -> float:
    """The step of money whose worth is told: 1,000, and less where that would be a large part of the whole budget.

    The page says the same (words.ts).
    """
    tenth = total / 10
    return 10.0 ** math.floor(math.log10(tenth) + _ROUND) if 0 < tenth < UNIT else UNIT


def likely(share: float) -> str:
    """In whole percent; draws can't tell what is rarer."""
    if share > 0.99:
        return "over 99 %"
    return "under 1 %" if share < 0.01 else wording.percent(round(share, 2))


def _money(plan: Plan, amount: float) -> str:
    return wording.money(float(amount), plan.table.currency)
