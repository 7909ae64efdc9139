"""What the optimizer's page draws: curves, the exact plan, and what is asked for when a tab opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_widgets.core.charts import records
from custintel_widgets.core.frames import encode

if TYPE_CHECKING:
    from custintel_analytics.mmm import Plan, ResponseTable
    from custintel_analytics.mmm.frontier import Frontier
    from custintel_analytics.mmm.scheduled import Schedule
    from custintel_widgets.budget_optimizer.given import Given

DRAWS, POINTS = 250, 33
_BUFFERS = {
    "grid": "<f8", "mean": "<f8", "meanSlope": "<f8", "drawGrid": "<f8", "response": "<f4", "slope": "<f4",
    "carryIn": "<f4",
}  # fmt: skip


def table(curves: ResponseTable) -> dict[str, Any]:
    """The curves: small things as they are, arrays as little-endian buffers, channel after channel."""
    sent = curves.to_wire(DRAWS, POINTS)
    return {
        **{
            name: memoryview(np.ascontiguousarray(sent[name], dtype=kind).tobytes())
            for name, kind in _BUFFERS.items()
        },
        **{name: sent[name] for name in ("channels", "periods", "carryOut", "target")},
        "points": sent["grid"].shape[1],
        "drawPoints": sent["drawGrid"].shape[1],
        "draws": sent["response"].shape[2],
        "current": None if curves.current is None else curves.current.tolist(),
        # Single precision may not tell a bound from the highest spend.
        "historyMax": None if curves.history_max is None else curves.history_max.tolist(),
        "peak": np.asarray(curves.profile).max(axis=1).tolist(),
        # What a schedule would replace; without dynamics there is none.
        "profile": None if curves.dynamics is not None else np.asarray(curves.profile).tolist(),
        "carryInMean": float(np.asarray(curves.carry_in).sum(axis=0).mean()),
    }


def plan(found: Plan, named: Mapping[str, Plan]) -> dict[str, Any]:
    """The plan from all draws: outcome and difference with their intervals, sentences, limits that bind.

    With it the saved plans, so that one plan has one interval wherever it is shown.
    """
    table, now = found.table, found.table.current
    gain = None if now is None else list(found.gain)
    return {
        "spend": found.allocation.to_dict(),
        "interval": found.interval,
        "outcome": _estimate(found),
        "current": None if now is None else _estimate(type(found).of(table, now, interval=found.interval)),
        "gain": gain,
        "better": None if now is None else found.probability_better,
        "sentences": list(found.sentences),
        "binding": records(found.binding),
        "optimized": found.objective is not None,
        "method": found.method,
        "named": {name: _saved(own) for name, own in named.items()},
    }


def _estimate(found: Plan) -> list[float]:
    return [found.outcome, found.lower, found.upper]


def _saved(found: Plan) -> dict[str, Any]:
    known = found.table.current is not None
    return {
        "spend": found.allocation.to_dict(),
        "outcome": _estimate(found),
        "better": found.probability_better if known else None,
    }


def frontier(found: Frontier, asked: dict[str, Any]) -> dict[str, Any]:
    """The best plan for each total, with the inputs that it answers."""
    rows = found.frame.join(found.allocations.add_prefix("spend: ").reset_index(drop=True))
    return {"frame": encode(rows), "asked": asked}


def schedule(found: Schedule, room: float) -> dict[str, Any]:
    """Spend by channel and week, with the totals that it keeps and what else it was made for."""
    long = found.frame.reset_index().melt(id_vars="week", var_name="channel", value_name="spend")
    return {
        "of": found.totals.to_dict(),
        "room": room,
        "interval": found.interval,
        "frame": encode(long[["channel", "week", "spend"]]),
        "seasonality": found.seasonality.tolist(),
        "sentence": found.sentence,
        "cautions": found.sentences[1:],
        "outcome": [found.outcome, found.lower, found.upper],
        "gain": list(found.gain),
        "better": found.probability_better,
    }


def fit(given: Given) -> dict[str, Any]:
    """Contributions, waterfall, fitted values, returns, carry-over and parameters; empty without a model."""
    model, checks = given.model, given.checks
    if model is None or checks is None:
        return {}
    return {
        "contributions": encode(model.contributions()),
        "waterfall": encode(model.waterfall()),
        "fitted": encode(model.fitted_values()),
        "roas": records(model.roas()),
        "half_life": records(model.half_life()),
        "parameters": records(checks.parameters),
        "checks": records(checks.frame),
        "period": model.data_.step,
    }
