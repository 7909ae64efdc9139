"""Cumulative sufficient statistics by day, from what each day adds to them: one query for all looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.audit import LEFT_OUT, Audit, how_many
from custintel_analytics.experiments.sample import Sample
from custintel_analytics.experiments.stored import assigned_outcomes
from custintel_analytics.experiments.sufficient import sample_of
from custintel_analytics.experiments.trial import Trial
from custintel_analytics.experiments.units import assigned_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


@dataclass(frozen=True)
class Look:
    """What is known at the end of a day: a Sample of each variant that has units by then."""

    date: dt.date
    samples: Mapping[Any, Sample]


@dataclass(frozen=True)
class Looks:
    """All looks in order, and the rows that no look holds."""

    looks: list[Look]
    left_out: pd.DataFrame


def looks(trial: Trial, audit: Audit, policy: str, grain: str) -> Looks:
    """The cumulative samples at the end of each day or week with rows.

    A unit's square changes by (its sum so far)² less (its sum before)² on each of its days; adding these
    differences up gives the sum of squares at every look, whenever units come back.

    Raises
    ------
    DataError
        When no row has a day.
    """
    import pandas as pd

    events = _events(trial, audit, policy)
    undated = int(trial.source.run(events.aggregate(rows=how_many(events.day.isnull())))["rows"].iloc[0])
    left_out = audit.left_out
    if undated:
        more = [
            (
                "missing day",
                undated,
                "",
                "No look can hold them. Name another column, or mend the rows: date=…",
            )
        ]
        left_out = pd.concat([left_out, pd.DataFrame(more, columns=LEFT_OUT)], ignore_index=True)
    added = _added(trial, events.filter(events.day.notnull()))
    names = [name for name in added.columns if name not in ("arm", "day")]
    daily = trial.source.run(
        added.group_by("arm", "day")
        .aggregate(**{name: added[name].sum() for name in names})
        .order_by("day", "arm")
    )
    if daily.empty:
        raise DataError(
            "No row has a day, so there is nothing to follow. Check date=.", column="date", count=undated
        )
    days = daily["day"].dt.normalize()
    if grain == "week":
        days = days + pd.to_timedelta(6 - days.dt.day_of_week, unit="D")
        days = days.where(days <= daily["day"].max(), daily["day"].max())
    totals = daily.assign(day=days).groupby(["day", "arm"])[names].sum().astype("float64")
    whole = totals.unstack("arm", fill_value=0.0).sort_index().cumsum()
    found = []
    for place, day in enumerate(pd.DatetimeIndex(whole.index)):
        samples = {}
        for code, variant in enumerate(audit.variants):
            if ("n0", code) in whole.columns:
                sums = {name: float(whole[name, code].iloc[place]) for name in names}
                if _ready(sums):
                    samples[variant] = sample_of(_settled(sums), 0, trial.metrics[0].kind)
        found.append(Look(day.date(), samples))
    return Looks(found, left_out)


def _ready(sums: Mapping[str, float]) -> bool:
    """Whether an arm has units, and of a ratio something to divide by."""
    return sums["n0"] > 0 and sums.get("d0") != 0


def _settled(sums: dict[str, float]) -> dict[str, float]:
    """Sums of squares that are at least what the sums need: differences leave rounding behind."""
    for square, total in (("yy0", "y0"), ("dd0", "d0"), ("xx0", "x0")):
        if square in sums:
            sums[square] = max(sums[square], sums[total] ** 2 / sums["n0"])
    return sums


def _events(trial: Trial, audit: Audit, policy: str) -> ir.Table:
    """A line per row with ``arm``, ``day``, ``who`` where units have ids, ``y0``, ``d0`` and ``x0``."""
    rows = assigned_rows(trial, audit)
    has_unit = trial.has("unit")
    own = [name for name in ("y0", "d0", "x0") if name in rows.columns]
    events = _marked(rows.select(arm=rows.arm, day=rows.day, **({"who": rows.unit} if has_unit else {}),
                                 **{name: rows[name] for name in own}), own)  # fmt: skip
    if trial.outcomes is not None:
        events = _with_outcomes(trial, audit, events)
    if trial.missing(0, policy) == "drop" and 0 in audit.missing:
        if has_unit:
            events = events.mutate(gone=events.gone.max().over(group_by="who"))
        events = events.filter(events.gone == 0)
    return events.drop("gone")


def _marked(rows: ir.Table, parts: list[str]) -> ir.Table:
    """The rows with zeros for missing values, and ``gone`` 1 where there was one."""
    import ibis

    gone = ibis.literal(0)
    for name in parts:
        gone += rows[name].isnull().cast("int64")
    return rows.mutate(gone=gone.cast("int64"), **{name: rows[name].fill_null(0.0) for name in parts})


def _with_outcomes(trial: Trial, audit: Audit, assigned: ir.Table) -> ir.Table:
    """The assignments, which bring a unit with nothing yet, and below them what units did since."""
    import ibis

    parts = [name for name in ("y0", "d0") if name in trial.measured.columns]
    outcomes = assigned_outcomes(trial, audit)
    outcomes = outcomes.filter(outcomes.after) if "after" in outcomes.columns else outcomes
    outcomes = outcomes.select(
        who=outcomes.unit, arm=outcomes.arm, day=outcomes.day, **{name: outcomes[name] for name in parts}
    )
    outcomes = _marked(outcomes, parts)
    names = ["who", "arm", "day", *parts, "gone"]
    if "x0" in assigned.columns:
        names.append("x0")
        outcomes = outcomes.mutate(x0=ibis.null("float64"))
    nothing = {name: ibis.literal(0.0) for name in parts}
    return assigned.mutate(**nothing).select(names).union(outcomes.select(names))


def _added(trial: Trial, events: ir.Table) -> ir.Table:
    """What each unit's day adds to the sums of its arm."""
    steps = _steps(events, trial.metrics[0].kind == "proportion")
    y, y_before, new = steps.y, steps.y_before, steps.new
    found: dict[str, Any] = {"n0": new, "y0": y - y_before, "yy0": y * y - y_before * y_before}
    if "d" in steps.columns:
        d, d_before = steps.d, steps.d_before
        found |= {
            "d0": d - d_before,
            "dd0": d * d - d_before * d_before,
            "yd0": y * d - y_before * d_before,
        }
    if "x" in steps.columns:
        x = steps.x
        found |= {"x0": x * new, "xx0": x * x * new, "xy0": x * (y - y_before)}
        if "d" in steps.columns:
            found["xd0"] = x * (steps.d - steps.d_before)
    return steps.select("arm", "day", **found)


def _steps(events: ir.Table, shares: bool) -> ir.Table:
    """Each unit's days: value so far and before, the same of the denominator, the covariate, and whether it is ``new``."""
    import ibis

    has_d, has_x = "d0" in events.columns, "x0" in events.columns
    if "who" not in events.columns:
        alone: dict[str, Any] = {"y": events.y0, "y_before": ibis.literal(0.0), "new": ibis.literal(1)}
        alone |= {"d": events.d0, "d_before": ibis.literal(0.0)} if has_d else {}
        return events.select("arm", "day", **alone, **({"x": events.x0} if has_x else {}))
    sums: dict[str, Any] = {"arm": events.arm.min(), "y0": events.y0.max() if shares else events.y0.sum()}
    sums |= {"d0": events.d0.sum()} if has_d else {}
    sums |= {"x0": events.x0.max()} if has_x else {}
    days = events.group_by("who", "day").aggregate(**sums)
    so_far = ibis.window(group_by=days.who, order_by=days.day, rows=(None, 0))
    first = ibis.row_number().over(ibis.window(group_by=days.who, order_by=days.day)) == 0
    found: dict[str, Any] = {"new": first.cast("int64")}
    if shares:
        earlier = ibis.window(group_by=days.who, order_by=days.day, rows=(None, -1))
        found |= {"y": days.y0.max().over(so_far), "y_before": days.y0.max().over(earlier).fill_null(0.0)}
    else:
        y = days.y0.sum().over(so_far)
        found |= {"y": y, "y_before": y - days.y0}
    if has_d:
        d = days.d0.sum().over(so_far)
        found |= {"d": d, "d_before": d - days.d0}
    if has_x:
        found["x"] = days.x0.max().over(group_by=days.who)
    return days.select("arm", "day", **found)
