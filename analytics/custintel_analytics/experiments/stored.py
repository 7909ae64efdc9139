"""An experiment in a warehouse: assignments in one table, outcomes in another, joined where they live."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.audit import (
    LEFT_OUT,
    Audit,
    checked_values,
    how_many,
    missing_note,
    records,
    usable_rows,
    value_counts,
)
from custintel_analytics.experiments.metrics import Metric
from custintel_analytics.experiments.trial import Trial, covariate_columns, figures, keys, reader
from custintel_analytics.experiments.units import matched_outcomes
from custintel_analytics.sources import open_source
from custintel_analytics.tables import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir


def two_tables(
    assignments: Any,
    metrics: tuple[Metric, ...],
    columns: dict[str, Any],
    *,
    outcomes: Any,
    outcome_unit: Any = None,
    outcome_date: Any = None,
    before: int = 0,
) -> Trial:
    """A trial whose outcomes stand in a table of their own.

    Raises
    ------
    DataError
        When there is no unit to join by, the tables live on two engines, or ids are of different types.
    """
    unit, date, timezone = columns["unit"], columns["date"], columns["timezone"]
    read = reader(assignments, "assignments")
    if unit is None and not isinstance(assignments, Table):
        raise DataError(
            "Assignments and outcomes are joined by the unit, and none is named. Pass unit=, the column with the ids.",
            column="unit",
        )
    unit = "customer" if unit is None else unit
    opened = None if isinstance(outcomes, Table) else open_source(outcomes, "outcomes", beside=read.source)
    measured = reader(outcomes, "outcomes", opened)
    if measured.source.backend is not read.source.backend:
        raise DataError(
            f"The assignments live on one connection ({read.source.backend.name}) and the outcomes on another "
            f"({measured.source.backend.name}); one query can't join them. Bring both to one: two tables of the same "
            "Ibis connection, or two files or frames.",
            column="outcomes",
        )
    assigned = keys(read, columns["variant"], unit, date, columns["strata"], columns["cluster"], timezone)
    found = {
        "unit": measured.key("outcome_unit", unit if outcome_unit is None else outcome_unit, "outcome_unit")
    }
    _check_ids(assigned["unit"], found["unit"], read.labels["unit"], measured.labels["outcome_unit"])
    if outcome_date is not None or date is not None:
        day = measured.day(
            "outcome_date", date if outcome_date is None else outcome_date, "outcome_date", timezone
        )
        found["day"] = day
    found |= figures(measured, metrics)
    covariates = covariate_columns(read, metrics, columns["covariates"])
    trial = Trial(
        read.source, metrics, read.table.select(**assigned, **covariates), measured.table.select(**found),
        {**read.labels, **measured.labels}, (*read.source.notes, *measured.source.notes, *_undated(date, outcome_date)),
        before=_checked_before(before, date),
    )  # fmt: skip
    if before and covariates:
        raise DataError(
            "before= makes the covariates from the outcomes, and covariates are named too. Leave one out.",
            column="before",
        )
    return trial


def _undated(date: Any, outcome_date: Any) -> list[str]:
    if date is not None:
        return []
    return [
        "Without the day of the assignment, outcomes of any time count, also those from before it: date=…"
    ]


def _checked_before(before: Any, date: Any) -> int:
    if isinstance(before, bool) or not isinstance(before, int) or before < 0:
        raise DataError(
            f"before={before!r} can't be used. Write a number of days, such as before=28.",
            column="before",
            example=before,
        )
    if before and date is None:
        raise DataError(
            "before= counts days back from the assignment, and its day isn't named. Pass date=.",
            column="date",
        )
    return before


def _check_ids(one: Any, other: Any, label: str, other_label: str) -> None:
    text = one.type().is_string(), other.type().is_string()
    if text[0] != text[1]:
        raise DataError(
            f"Ids are of type {one.type()} in the assignments ({label!r}) and {other.type()} in the outcomes "
            f"({other_label!r}), so none would match. Cast one: outcome_unit=lambda t: "
            f"t[{other_label!r}].cast({str(one.type())!r}).",
            column="outcome_unit",
        )


def audited_outcomes(trial: Trial, audit: Audit, policy: str) -> Audit:
    """Look at the outcomes once: which belong to the experiment, and what is missing.

    Raises
    ------
    DataError
        When no outcome belongs to an assigned unit, or values can't be used.
    """
    import pandas as pd

    outcomes, matched = trial.outcomes, assigned_outcomes(trial, audit)
    assert outcomes is not None
    used = matched.after if "after" in matched.columns else matched.unit.notnull()
    counts: dict[str, Any] = {"rows": matched.count(), "used": how_many(used)}
    if "before" in matched.columns and trial.before:
        counts["earlier"] = how_many(matched.before)
    if "day" in outcomes.columns:
        counts["undated"] = how_many(matched.day.isnull())
    counted = matched.aggregate(**counts, **value_counts(matched, trial, used))
    everything = outcomes.aggregate(rows=outcomes.count(), without=how_many(outcomes.unit.isnull()))
    found, whole = (records(trial.source.run(table))[0] for table in (counted, everything))
    if not found["used"]:
        raise DataError(
            f"None of {int(whole['rows']):,} outcomes belongs to an assigned unit"
            f"{' since its assignment' if 'after' in matched.columns else ''}. Check that both tables hold the same ids"
            f" ({trial.labels['unit']!r}, {trial.labels['outcome_unit']!r}) and days.",
            column="outcomes",
            count=0,
        )
    rows = matched.filter(used)
    missing = {**audit.missing, **checked_values(trial, found, policy, rows)}
    notes = [
        missing_note(trial, number, gone, policy)
        for number, gone in missing.items()
        if number not in audit.missing
    ]
    undated = int(found.get("undated") or 0)
    reasons = {
        "outcome without a unit": (int(whole["without"]), "Nobody can be found to whom it belongs."),
        "outcome of a unit that wasn't assigned": (
            int(whole["rows"] - whole["without"] - found["rows"]), "Nothing to do, if the experiment was for a part.",
        ),
        "outcome without a day": (undated, "Name another column, or mend the rows: outcome_date=…"),
        "outcome before the assignment": (
            int(found["rows"] - found["used"] - undated - (found.get("earlier") or 0)),
            "Nothing to do: it can't be due to the variant. before=28 uses the last days to take away noise.",
        ),
    }  # fmt: skip
    left_out = [(reason, count, "", remedy) for reason, (count, remedy) in reasons.items() if count]
    more = pd.DataFrame([*audit.left_out.itertuples(index=False, name=None), *left_out], columns=LEFT_OUT)
    return replace(audit, missing=missing, left_out=more, notes=(*audit.notes, *notes))


def assigned_outcomes(trial: Trial, audit: Audit) -> ir.Table:
    """The outcomes of assigned units, as `units.matched_outcomes` has them."""
    rows = trial.assigned.filter(usable_rows(trial))
    rows = rows.mutate(arm=audit.code(rows.variant))
    fixed = {name: rows[name].min() for name in ("arm", "cluster", "day") if name in rows.columns}
    return matched_outcomes(trial, rows.group_by("unit").aggregate(**fixed))
