"""A response table as the page gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from custintel_analytics.mmm.response_table import ResponseTable


def to_wire(table: ResponseTable, draws: int, points: int) -> dict[str, Any]:
    """Names and numbers as they are, arrays as numpy; see `ResponseTable.to_wire`."""
    few = table.thin(draws)
    assert few.slope is not None
    assert few.carry_in is not None
    last = table.grid.shape[1] - 1
    knots = np.unique(np.linspace(0, last, min(points, last + 1)).round().astype(np.intp))
    return {
        "channels": list(table.channels),
        "periods": table.periods,
        "carryOut": table.carry_out,
        "target": table.target,
        "currency": table.currency,
        "grid": table.grid,
        "mean": table.curves.value,
        "meanSlope": table.curves.slope,
        "drawGrid": np.ascontiguousarray(table.grid[:, knots]),
        "response": np.ascontiguousarray(few.response[:, :, knots].swapaxes(1, 2)),
        "slope": np.ascontiguousarray(few.slope[:, :, knots].swapaxes(1, 2)),
        "carryIn": few.carry_in.sum(axis=0).astype(np.float32),
        "current": table.current,
        "historyMax": table.history_max,
    }
