"""From rows to what was randomised: one line per unit, or per cluster of units."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from custintel_analytics.experiments.audit import Audit, usable_rows
from custintel_analytics.experiments.trial import Trial

if TYPE_CHECKING:
    import ibis.expr.types as ir


def assigned_rows(trial: Trial, audit: Audit) -> ir.Table:
    """The usable rows with the variant's place as ``arm``."""
    rows = trial.assigned.filter(usable_rows(trial))
    return rows.mutate(arm=audit.code(rows.variant)).drop("variant")


def lines(trial: Trial, audit: Audit, policy: str) -> ir.Table:
    """One line per randomised unit.

    Returns
    -------
    ibis.expr.types.Table
        ``arm``; ``stratum`` where there are strata; per metric ``y0`` and where they belong to it ``d0`` and the
        covariate ``x0``. A line that doesn't count for a metric has null in its ``y``. Clusters add up their
        units, of which ``size0`` count for metric 0. ``apart_…`` is above 0 where what must be one value per
        unit (the arm, the cluster, the stratum, a covariate) has several.
    """
    units = unit_lines(trial, audit, policy)
    return _clusters(units) if trial.has("cluster") else units


def unit_lines(trial: Trial, audit: Audit, policy: str) -> ir.Table:
    """`lines` before units are added up to clusters."""
    rows = assigned_rows(trial, audit)
    numbers = [
        n for n, metric in enumerate(trial.metrics) if not (metric.kind == "quantile" and metric.per == "row")
    ]
    dropped = [n for n in numbers if n in audit.missing and trial.missing(n, policy) == "drop"]
    if trial.outcomes is not None:
        found = _with_outcomes(trial, rows, numbers, dropped)
    elif trial.has("unit"):
        sums = {**_fixed(rows), **_sums(trial, rows, numbers), **_gone(rows, dropped)}
        found = rows.group_by("unit").aggregate(**sums)
    else:
        found = rows.mutate(**{f"gone{n}": _missing(rows, n).cast("int64") for n in dropped})
    return found.mutate(**_settled(found, numbers, dropped))


def _fixed(rows: ir.Table) -> dict[str, Any]:
    """What must be one value per unit, and whether it has several; of the days, the first."""
    found = {}
    for name in rows.columns:
        if name in ("arm", "cluster", "stratum") or name.startswith("x"):
            lowest, highest = rows[name].min(), rows[name].max()
            found[name] = lowest
            found[f"apart_{name}"] = (lowest != highest).fill_null(False).cast("int64")
        elif name == "day":
            found[name] = rows[name].min()
    return found


def _sums(trial: Trial, rows: ir.Table, numbers: list[int], where: Any = None) -> dict[str, Any]:
    found = {}
    for n in numbers:
        value = rows[f"y{n}"]
        found[f"y{n}"] = (
            value.max(where=where) if trial.metrics[n].kind == "proportion" else value.sum(where=where)
        )
        if f"d{n}" in rows.columns:
            found[f"d{n}"] = rows[f"d{n}"].sum(where=where)
    return found


def _missing(rows: ir.Table, number: int) -> Any:
    """Whether a row misses any part of a metric that stands in this table."""
    parts = [rows[f"{letter}{number}"].isnull() for letter in "ydx" if f"{letter}{number}" in rows.columns]
    return reduce(or_, parts)


def _gone(rows: ir.Table, dropped: list[int], where: Any = None) -> dict[str, Any]:
    return {f"gone{n}": _missing(rows, n).cast("int64").max(where=where) for n in dropped}


def _settled(found: ir.Table, numbers: list[int], dropped: list[int]) -> dict[str, Any]:
    """Sums over no value are 0, but for units that are left out."""
    settled = {}
    for n in numbers:
        for name in (f"y{n}", f"d{n}", f"x{n}"):
            if name in found.columns:
                settled[name] = found[name].fill_null(0.0)
        if n in dropped:
            settled[f"y{n}"] = (found[f"gone{n}"] > 0).fill_null(False).ifelse(None, settled[f"y{n}"])
    return settled


def _with_outcomes(trial: Trial, rows: ir.Table, numbers: list[int], dropped: list[int]) -> ir.Table:
    """Units with the sums of their outcomes since they were assigned; those without any have zeros."""
    known = [n for n in dropped if f"x{n}" in rows.columns]
    units = (
        rows.group_by("unit")
        .aggregate(**_fixed(rows), **_gone(rows, known))
        .rename({f"unknown{n}": f"gone{n}" for n in known})
    )
    matched = matched_outcomes(trial, units)
    after = matched.after if "after" in matched.columns else None
    sums = {**_sums(trial, matched, numbers, after), **_gone(matched, dropped, after)}
    for n in numbers:
        if trial.before and trial.metrics[n].kind != "quantile" and f"x{n}" not in units.columns:
            sums[f"x{n}"] = matched[f"y{n}"].sum(where=matched.before)
    found = matched.group_by("unit").aggregate(**sums).rename(found_unit="unit")
    joined = units.left_join(found, units.unit == found.found_unit).drop("found_unit")
    either = {f"gone{n}": joined[f"gone{n}"].fill_null(0) + joined[f"unknown{n}"] for n in known}
    return joined.mutate(**either)


def matched_outcomes(trial: Trial, units: ir.Table) -> ir.Table:
    """Outcome rows of assigned units, with the unit's arm and cluster.

    Where assignments and outcomes have days, ``after`` and ``before`` say on which side of the assignment a
    row is. The day of the assignment is after it.
    """
    import ibis

    outcomes = trial.outcomes
    assert outcomes is not None
    named = {"assigned_unit": units.unit, "arm": units.arm}
    if "cluster" in units.columns:
        named["cluster"] = units.cluster
    dated = "day" in outcomes.columns and "day" in units.columns
    if dated:
        named["start"] = units.day
    people = units.select(**named)
    joined = outcomes.inner_join(people, outcomes.unit == people.assigned_unit).drop("assigned_unit")
    if not dated:
        return joined
    earliest = joined.start - ibis.interval(days=trial.before)
    return joined.mutate(
        after=(joined.day >= joined.start).fill_null(False),
        before=((joined.day < joined.start) & (joined.day >= earliest)).fill_null(False),
    )


def _clusters(units: ir.Table) -> ir.Table:
    """Clusters with the sums of their units."""
    sums: dict[str, Any] = {"arm": units.arm.min()}
    for name in units.columns:
        letter, number = name[:1], name[1:]
        if name.startswith("apart_") and name != "apart_arm":
            sums[name] = units[name].sum()
        elif name == "stratum":
            sums[name] = units.stratum.min()
        elif letter in "ydx" and number.isdigit():
            counts = units[f"y{number}"].notnull()
            sums[f"size{number}"] = counts.cast("int64").sum().cast("float64")
            # Of the covariate any figure from before may adjust; a mean doesn't grow with the cluster.
            sums[name] = units[name].mean(where=counts) if letter == "x" else units[name].sum(where=counts)
    sums["apart_arm"] = (units.arm.min() != units.arm.max()).cast("int64")
    if "apart_arm" in units.columns:
        sums["apart_arm"] += units.apart_arm.sum()
    return units.group_by("cluster").aggregate(**sums)
