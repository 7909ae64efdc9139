"""Sufficient statistics of all metrics and variants from one query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.audit import Audit, records
from custintel_analytics.experiments.sample import Sample
from custintel_analytics.experiments.trial import Trial
from custintel_analytics.experiments.units import lines, unit_lines
from custintel_analytics.experiments.wording import plural

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


@dataclass(frozen=True)
class Sums:
    """Sufficient statistics.

    Parameters
    ----------
    counts
        Randomised units, by variant; those without any are not in it.
    samples
        (metric's number, variant) to its Sample; quantiles have none.
    strata
        (metric's number, variant) to Samples by stratum; empty without strata.
    """

    counts: Mapping[Any, int]
    samples: Mapping[tuple[int, Any], Sample]
    strata: Mapping[tuple[int, Any], Mapping[str, Sample]]


def collected(trial: Trial, audit: Audit, policy: str) -> Sums:
    """Run the query over all units, and make the samples.

    Raises
    ------
    DataError
        When a unit is in several variants, clusters or strata, or has several values of a covariate; when a
        variant has no unit left for a metric.
    """
    table = lines(trial, audit, policy)
    by = ["arm", *(["stratum"] if "stratum" in table.columns else [])]
    found = trial.source.run(table.group_by(by).aggregate(**_aggregates(trial, table)).order_by(by))
    _check_apart(trial, audit, policy, found)
    whole = found.groupby("arm", sort=True).sum(numeric_only=True)
    arms = {audit.variants[int(row["arm"])]: row for row in records(whole.reset_index())}
    counts = {variant: int(row["units"]) for variant, row in arms.items()}
    samples: dict[tuple[int, Any], Sample] = {}
    strata: dict[tuple[int, Any], dict[str, Sample]] = {}
    for number, metric in enumerate(trial.metrics):
        if metric.kind == "quantile":
            continue
        for variant, row in arms.items():
            samples[number, variant] = _sample(trial, number, row, variant)
            if "stratum" in by:
                strata[number, variant] = {
                    str(part["stratum"]): _sample(trial, number, part, part["stratum"])
                    for part in records(found[found["arm"] == row["arm"]])
                    if part[f"n{number}"] > 0
                }
    return Sums(counts, samples, strata)


def _aggregates(trial: Trial, table: ir.Table) -> dict[str, Any]:
    found = {"units": table.count()}
    found |= {name: table[name].sum() for name in table.columns if name.startswith("apart_")}
    for number, metric in enumerate(trial.metrics):
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


def _sample(trial: Trial, number: int, row: Any, where: Any) -> Sample:
    metric = trial.metrics[number]
    try:
        return sample_of(row, number, metric.kind)
    except DataError as error:
        raise DataError(
            f"Metric {metric.name!r}, {where!r}: {error}",
            column=metric.name,
            count=error.count,
            example=where,
        ) from error


# What must be one value per unit, and why.
_APART = {
    "arm": "in more than one variant{example}. Each {what} must have been assigned once. Is it what was randomised? If "
    "assignment went wrong for a few, find the cause first, then leave all rows of these {what}s out.",
    "cluster": "in several clusters{example}. A cluster is randomised as a whole, so each unit belongs to one. Check the "
    "join that made the table.",
    "stratum": "in several strata{example}. A stratum is known before the experiment and doesn't change: take its value "
    "from then.",
    "x": "there with several values of the covariate of {metric!r}{example}. A covariate is one figure per unit from "
    "before the experiment: aggregate it to the unit first.",
}


def _check_apart(trial: Trial, audit: Audit, policy: str, found: pd.DataFrame) -> None:
    for name in [str(column) for column in found.columns if str(column).startswith("apart_")]:
        count = int(found[name].sum())
        if not count:
            continue
        role = name.removeprefix("apart_")
        metric = trial.metrics[int(role[1:])].name if role.startswith("x") else None
        what = trial.randomised if role in ("arm", "stratum") else "unit"
        unit, example = _example(trial, audit, policy, name)
        said = _APART["x" if metric else role].format(what=what, metric=metric, example=example)
        raise DataError(
            f"{plural(count, what)} {'is' if count == 1 else 'are'} {said}",
            column=metric or (what if role == "arm" else role),
            count=count,
            example=unit,
        )


def _example(trial: Trial, audit: Audit, policy: str, name: str) -> tuple[Any, str]:
    """A unit, or cluster, that has several values; and how to say it."""
    role = "cluster" if name == "apart_arm" and trial.has("cluster") else "unit"
    table = lines(trial, audit, policy) if role == "cluster" else unit_lines(trial, audit, policy)
    if name not in table.columns or role not in table.columns:
        return None, ""
    key = trial.source.run(table.filter(table[name] > 0).select(role).order_by(role).limit(1))[role].iloc[0]
    plain = key.item() if hasattr(key, "item") else key
    return plain, f", for example {trial.labels[role]} {plain!r}"
