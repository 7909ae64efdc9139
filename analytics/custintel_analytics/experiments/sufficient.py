"""Which sums make a `Sample`, as expressions of a query and read back from its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.metrics import Metric
from custintel_analytics.experiments.sample import Sample

if TYPE_CHECKING:
    import ibis.expr.types as ir


def sums_of_all(metrics: Sequence[Metric], table: ir.Table) -> dict[str, Any]:
    """The same of all metrics but quantiles, and how many ``units`` there are."""
    found = {"units": table.count()}
    for number, metric in enumerate(metrics):
        if metric.kind != "quantile":
            found |= sums_of(table, number, metric.kind)
    return found


def sums_of(table: ir.Table, number: int, kind: str) -> dict[str, Any]:
    """What a `Sample` of a metric needs of lines with ``y``, ``d`` or ``size``, and ``x``."""
    y = table[f"y{number}"]
    counts = y.notnull()
    d = next((table[name] for name in (f"d{number}", f"size{number}") if name in table.columns), None)
    found = {f"n{number}": y.count(), f"y{number}": y.sum()}
    plain = kind == "proportion" and d is None
    if not plain:
        found[f"yy{number}"] = (y * y).sum()
    if d is not None:
        found |= {
            f"d{number}": d.sum(where=counts),
            f"dd{number}": (d * d).sum(where=counts),
            f"yd{number}": (y * d).sum(),
        }
    if f"x{number}" in table.columns:
        x = table[f"x{number}"]
        found |= {
            f"x{number}": x.sum(where=counts),
            f"xx{number}": (x * x).sum(where=counts),
            f"xy{number}": (x * y).sum(),
        }
        if d is not None:
            found[f"xd{number}"] = (x * d).sum(where=counts)
    return found


def sample_of(found: Mapping[str, Any], number: int, kind: str) -> Sample:
    """The `Sample` of a metric's sums."""

    def sums(*names: str) -> tuple[float, ...] | None:
        keys = [f"{name}{number}" for name in names]
        return tuple(float(found[key]) for key in keys if key in found) if keys[0] in found else None

    n, denominator = int(found[f"n{number}"]), sums("d", "dd", "yd")
    if not n:
        raise DataError("No unit has a value.", count=0)
    kind = "ratio" if denominator is not None else kind
    total = float(found[f"y{number}"])
    total_sq = total if kind == "proportion" else float(found[f"yy{number}"])
    return Sample(
        n, total, total_sq, kind=kind, denominator=denominator, covariate=sums("x", "xx", "xy", "xd")
    )
