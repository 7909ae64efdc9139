"""Writes mmm.json: what Python answers about budgets, for both test suites to be held to.

``python tests/golden/mmm.py`` writes it anew after a change of the arithmetic. The curves of eight channels are those of
the project's own fixture ``mmm_clv/own_fixtures/mean_curves_8ch.json``; without it the ones already written are kept.
"""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from custintel_analytics.datasets import DATA_VARIABLE
from custintel_analytics.mmm.absorb import absorb, spread
from custintel_analytics.mmm.hermite import Curves
from custintel_analytics.mmm.limits import Limits
from custintel_analytics.mmm.optimize import optimize
from custintel_analytics.mmm.plan import Plan, chance
from custintel_analytics.mmm.response_table import ResponseTable
from custintel_analytics.mmm.water_filling import WaterFilling

FILE = Path(__file__).with_suffix(".json")
DATA = Path(os.environ.get(DATA_VARIABLE) or Path(__file__).parents[3] / "shared" / "data")
FIXTURE = DATA / "mmm_clv" / "own_fixtures" / "mean_curves_8ch.json"


def vectors() -> dict[str, Any]:
    """All cases with their answers."""
    eight, reference = eight_channels()
    small, shaped = small_table(), shaped_table()
    return {
        "eight": {**curve_fields(eight), **reference},
        "small": wire(small),
        "shaped": curve_fields(shaped.curves),
        "read": [
            *(read("eight", eight, share) for share in (0.0, 0.013, 0.3, 0.77, 1.0)),
            *(read("small", small.curves, share) for share in (0.001, 0.5, 0.999)),
            *(read("shaped", shaped.curves, share) for share in (0.02, 0.21, 0.6)),
        ],
        "concave": [
            concave("eight", eight),
            concave("small", small.curves),
            concave("shaped", shaped.curves),
        ],
        "fill": fills(eight, reference["total"]),
        "programme": [
            programme(shaped, share, lower) for share in (0.05, 0.3, 0.55, 0.9) for lower in (0.0, 0.02)
        ],
        "absorb": absorptions(),
        "spread": spreads(),
        "outcomes": [outcome(small, *pair) for pair in ((0.2, 0.2), (0.3, 0.25), (0.9, 0.1), (0.0, 1.0))],
        "sentences": sentences(small),
    }


def eight_channels() -> tuple[Curves, dict[str, Any]]:
    """The fixture's mean curves, its total and the outcome of its reference."""
    if FIXTURE.exists():
        found = json.loads(FIXTURE.read_text(encoding="utf-8"))
        rows = [found[name] for name in "xVD"]
        known = {"total": found["B"], "reference": found["obj"]}
    else:
        found = json.loads(FILE.read_text(encoding="utf-8"))["eight"]
        rows = [found[name] for name in ("grid", "value", "slope")]
        known = {name: found[name] for name in ("total", "reference")}
    return Curves(*(np.array(row) for row in rows)), known


def small_table() -> ResponseTable:
    """Three channels, few draws, earlier spend."""
    random = np.random.default_rng(5)
    shape = (40, 3)
    return ResponseTable.from_draws(
        alpha=random.uniform(0.2, 0.7, shape), lam=random.uniform(1, 4, shape), beta=random.uniform(0.1, 0.5, shape),
        channel_scale=(100.0, 50.0, 80.0), target_scale=1000.0, max_spend=(1500.0, 800.0, 1000.0), periods=8,
        carry_out=4, carry_in=random.uniform(0, 50, (9, 3)), points=9, tolerance=0.01, current=(400.0, 300.0, 0.0),
        channels=("tv", "radio", "search"), currency="EUR", target="sales",
    )  # fmt: skip


def shaped_table() -> ResponseTable:
    """Four S-shaped channels."""
    random = np.random.default_rng(6)
    shape = (30, 4)
    return ResponseTable.from_draws(
        saturation="hill", alpha=random.uniform(0.2, 0.6, shape), kappa=random.uniform(0.4, 0.6, shape),
        slope=random.uniform(2, 3, shape), beta=np.array([0.9, 0.7, 0.8, 0.5]) * random.uniform(0.9, 1.1, shape),
        channel_scale=100.0, target_scale=500.0, max_spend=2000.0, periods=10, points=17, tolerance=1e-4,
    )  # fmt: skip


def curve_fields(curves: Curves) -> dict[str, Any]:
    """Curves as rows."""
    return {name: getattr(curves, name).tolist() for name in ("grid", "value", "slope")}


def wire(table: ResponseTable) -> dict[str, Any]:
    """What the page gets, arrays as rows."""
    sent = table.to_wire(draws=25)
    return {name: x.tolist() if isinstance(x, np.ndarray) else x for name, x in sent.items()}


def read(name: str, curves: Curves, share: float) -> dict[str, Any]:
    """Values and slopes part of the way along."""
    spend = share * curves.grid[:, -1]
    value, slope = curves.both_at(spend)
    return {"curves": name, "spend": spend.tolist(), "value": value.tolist(), "slope": slope.tolist()}


def concave(name: str, curves: Curves) -> dict[str, Any]:
    """Concave as a whole, and in the upper half."""
    half = curves.concave(curves.grid[:, -1] / 2, curves.grid[:, -1])
    return {"curves": name, "whole": curves.concave().tolist(), "upper_half": half.tolist()}


def fills(curves: Curves, total: float) -> list[dict[str, Any]]:
    """Plans for several totals and bounds, some of them locked."""
    end = curves.grid[:, -1]
    free = (np.zeros(8), end)
    tight = (0.02 * end, 0.4 * end)
    locked = (
        np.where(np.arange(8) % 3 == 0, 0.1 * end, 0.0),
        np.where(np.arange(8) % 3 == 0, 0.1 * end, end),
    )
    cases = []
    for lower, upper in (free, tight, locked):
        limits = Limits(tuple("abcdefgh"), lower, upper, lower == upper)
        for share in (0.1, 0.5, 1.0, 1.7):
            amount = float(np.clip(share * total, lower.sum(), upper.sum()))
            spend, price = WaterFilling(curves, limits).priced(amount)
            cases.append(
                {
                    "lower": lower.tolist(), "upper": upper.tolist(), "total": amount, "spend": spend.tolist(),
                    "price": price, "outcome": float(curves.at(spend).sum()),
                }
            )  # fmt: skip
    return cases


def programme(table: ResponseTable, share: float, lower: float) -> dict[str, Any]:
    """A plan for S-shaped curves."""
    end = table.max_spend
    plan = optimize(table, share * float(end.sum()), min_spend=lower * end)
    return {
        "total": plan.total,
        "lower": (lower * end).tolist(),
        "spend": plan.spend.tolist(),
        "outcome": plan.outcome,
    }


def absorptions() -> list[dict[str, Any]]:
    """One channel is moved, the others absorb."""
    spend, upper = [10.0, 20.0, 30.0, 0.0], [40.0, 35.0, 60.0, 25.0]
    lower, none = [0.0, 15.0, 0.0, 0.0], [False] * 4
    cases = []
    for channel, amount, locked in (
        (0, 25.0, none),
        (0, 0.0, none),
        (0, 40.0, none),
        (2, 0.0, none),
        (2, 0.0, [True, False, False, False]),
        (2, 45.0, [True, True, False, False]),
        (3, 24.0, [False, True, False, False]),
        (1, 5.0, none),
        (1, 25.0, [True, True, True, True]),
    ):
        for begin in (spend, [0.0, 15.0, 45.0, 0.0]):
            plan = absorb(begin, channel, amount, lower=lower, upper=upper, locked=locked)
            cases.append(
                {
                    "spend": begin, "channel": channel, "amount": amount, "lower": lower, "upper": upper,
                    "locked": locked, "plan": plan.tolist(),
                }
            )  # fmt: skip
    return cases


def spreads() -> list[dict[str, Any]]:
    """The total changes, all share it."""
    spend, upper = [10.0, 20.0, 30.0, 0.0], [40.0, 35.0, 60.0, 25.0]
    lower, none = [0.0, 15.0, 0.0, 0.0], [False] * 4
    cases = []
    for total, locked in (
        (80.0, none),
        (40.0, none),
        (159.0, none),
        (500.0, none),
        (5.0, none),
        (90.0, [True] * 4),
    ):
        for begin in (spend, [0.0, 15.0, 0.0, 0.0]):
            plan = spread(begin, total, lower=lower, upper=upper, locked=locked)
            cases.append(
                {
                    "spend": begin, "total": total, "lower": lower, "upper": upper, "locked": locked,
                    "plan": plan.tolist(),
                }
            )  # fmt: skip
    return cases


def outcome(table: ResponseTable, first: float, rest: float) -> dict[str, Any]:
    """A plan's draws among those that the page has, and its comparison with the current plan."""
    few = table.thin(25)
    spend = np.array([first, rest, rest]) * table.max_spend
    plan = Plan.of(few, spend)
    slopes = few.read(spend, slopes=True)[1]
    assert few.current_draws is not None
    assert slopes is not None
    return {
        "spend": spend.tolist(), "draws": plan.draws.tolist(), "lower": plan.lower, "upper": plan.upper,
        "median": float(np.median(plan.draws)), "mean": plan.outcome, "marginal": plan.marginal.tolist(),
        "better": chance(plan.draws, few.current_draws), "slopes": slopes.tolist(),
    }  # fmt: skip


def sentences(table: ResponseTable) -> list[dict[str, Any]]:
    """Plans in words: moved, larger, smaller, beyond history, optimized, unchanged for several reasons."""
    few = replace(table.thin(25), history_max=np.array([70.0, 50.0, 0.0]))
    now, reach = np.array([400.0, 300.0, 0.0]), few.max_spend
    cases = [
        said(few, Plan.of(few, spend))
        for spend in ((400, 300, 0), (300, 400, 0), (250, 300, 150), (560, 410, 0), (330, 640, 90), (200, 150, 0), (220, 330, 0))
    ]  # fmt: skip
    unknown = replace(few, current=None, history_max=None)
    cases.append(said(unknown, Plan.of(unknown, (300, 200, 500))))
    tight = (0.7 * now, 1.3 * now)
    for total, lower, upper, fixed in (
        (700.0, *tight, ()),
        (800.0, *tight, ()),
        (700.0, now, now, ()),
        (900.0, 0 * now, reach, {"radio": 300.0}),
        (3300.0, 0 * now, reach, ()),
        (1200.0, 0 * now, reach, ()),
    ):
        plan = optimize(few, total, min_spend=lower, max_spend=upper, fixed=fixed)
        cases.append(said(few, plan))
    best = optimize(few, 1200.0)
    there = replace(few, current=best.spend, history_max=None)
    cases.append(said(there, optimize(there, 1200.0)))
    return cases


def said(table: ResponseTable, plan: Plan) -> dict[str, Any]:
    """A plan, its limits and its sentences."""
    limits = plan.limits
    names = ("lower", "upper", "locked")
    return {
        "spend": plan.spend.tolist(),
        "current": None if table.current is None else table.current.tolist(),
        "history_max": None if table.history_max is None else table.history_max.tolist(),
        "peak": np.asarray(table.profile).max(axis=1).tolist(),
        "limits": None if limits is None else {name: getattr(limits, name).tolist() for name in names},
        "sentences": plan.sentences,
    }


def text(found: dict[str, Any]) -> str:
    """The vectors as JSON with a case per line."""
    parts = []
    for name, cases in found.items():
        keyed = isinstance(cases, dict)
        lines = [
            (f"{json.dumps(key)}: " if keyed else "") + json.dumps(case)
            for key, case in (cases.items() if keyed else enumerate(cases))
        ]
        begin, end = "{}" if keyed else "[]"
        parts.append(f"{json.dumps(name)}: {begin}\n" + ",\n".join(lines) + f"\n{end}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(text(vectors()), encoding="utf-8")
