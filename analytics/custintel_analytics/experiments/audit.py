"""A first look at an experiment's rows: its variants, what is missing, and what can't be used."""

from __future__ import annotations

import datetime as dt
import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.sufficient import sums_of_all
from custintel_analytics.experiments.trial import Trial
from custintel_analytics.experiments.wording import plural

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

MOST_VARIANTS = 50
LEFT_OUT = ["reason", "rows", "example", "remedy"]


@dataclass(frozen=True)
class Audit:
    """What the rows hold.

    Parameters
    ----------
    variants
        The variants' values, the control first, then in order.
    rows
        Usable rows with assignments, by variant.
    missing
        Rows without a usable value, by the number of a metric; only metrics that have some.
    left_out
        reason, rows, example, remedy.
    notes
        What people should know.
    first, last
        The first and the last day of the assignments; None without dates.
    sums
        Where each row is a unit, and there are no strata: ``arm`` with the sums of all metrics, from the same
        look. They are right where nothing is missing. Else None.
    """

    variants: tuple[Any, ...]
    rows: Mapping[Any, int]
    missing: Mapping[int, int]
    left_out: pd.DataFrame
    notes: tuple[str, ...]
    first: dt.date | None
    last: dt.date | None
    sums: pd.DataFrame | None = None

    def code(self, variant: Any) -> Any:
        """A column of variants as their places in `variants`."""
        import ibis

        kind = variant.type()
        return ibis.cases(
            *((variant == ibis.literal(value, type=kind), code) for code, value in enumerate(self.variants)),
            else_=ibis.null("int64"),
        ).cast("int64")


def audited(trial: Trial, control: Any, policy: str) -> Audit:
    """Look at the rows once, by variant, and refuse what can't be analysed.

    Raises
    ------
    DataError
        When the control isn't among the variants, there is one variant only or far too many, a metric misses
        values and `policy` is ``"error"``, or a proportion holds something else than 0 and 1.
    """
    rows = trial.assigned
    usable = usable_rows(trial)
    sums: dict[str, Any] = {"rows": rows.count(), "usable": usable.sum().fill_null(0).cast("int64")}
    if "day" in rows.columns:
        sums |= {"first": rows.day.min(where=usable), "last": rows.day.max(where=usable)}
    sums |= value_counts(rows, trial, usable)
    alone = trial.outcomes is None and trial.randomised == "row" and not trial.has("stratum")
    if alone:
        sums |= sums_of_all(trial.metrics, rows)
    found = trial.source.run(
        rows.group_by("variant").aggregate(**sums).order_by("variant").limit(MOST_VARIANTS + 2)
    )
    named = found[found["variant"].notna() & (found["usable"] > 0)]
    variants = _variants(
        trial, [_plain(value) for value in named["variant"]], control, int(found["rows"].sum())
    )
    counts = {_plain(value): int(n) for value, n in zip(named["variant"], named["usable"], strict=True)}
    left_out = _left_out(trial, found)
    missing = checked_values(
        trial,
        {str(name): total for name, total in found.sum(numeric_only=True).items()},
        policy,
        rows.filter(usable),
    )
    first, last = (_bound(named[name], name) if name in named else None for name in ("first", "last"))
    arms = named.assign(arm=[variants.index(_plain(value)) for value in named["variant"]]) if alone else None
    return Audit(
        variants, counts, missing, left_out, tuple(_notes(trial, policy, missing)), first, last, arms
    )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame's rows as dictionaries, values as Python's own."""
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def usable_rows(trial: Trial) -> Any:
    """The condition on an assignment to be looked at: it has a variant, and what was randomised has an id."""
    rows = trial.assigned
    condition = rows.variant.notnull()
    for role in ("unit", "cluster"):
        if trial.has(role):
            condition &= rows[role].notnull()
    return condition


def value_counts(rows: ir.Table, trial: Trial, usable: Any) -> dict[str, Any]:
    """Of each metric among usable rows: those without a value, and those that its kind doesn't allow."""
    sums = {}
    for number, metric in enumerate(trial.metrics):
        parts = [f"{letter}{number}" for letter in "ydx" if f"{letter}{number}" in rows.columns]
        if not parts:
            continue
        gone = rows[parts[0]].isnull()
        for part in parts[1:]:
            gone |= rows[part].isnull()
        sums[f"missing{number}"] = how_many(gone & usable)
        if metric.kind == "proportion" and f"y{number}" in rows.columns:
            sums[f"odd{number}"] = how_many(_odd(rows[f"y{number}"]) & usable)
    return sums


def _odd(value: Any) -> Any:
    return ((value != 0.0) & (value != 1.0)).fill_null(False)


def how_many(condition: Any) -> Any:
    """A count of the rows that meet a condition."""
    return condition.fill_null(False).cast("int64").sum().fill_null(0).cast("int64")


def checked_values(trial: Trial, found: Mapping[str, Any], policy: str, rows: ir.Table) -> dict[int, int]:
    """Rows with a missing value, by metric, where that is no error.

    Raises
    ------
    DataError
        For missing values that nobody allowed, and for proportions of other values than 0 and 1.
    """
    missing = {}
    for number, metric in enumerate(trial.metrics):
        odd = _whole(found.get(f"odd{number}"))
        if odd:
            value = float(
                trial.source.run(rows.filter(_odd(rows[f"y{number}"])).limit(1))[f"y{number}"].iloc[0]
            )
            raise DataError(
                f"Metric {metric.name!r} is a proportion, but {plural(odd, 'row')} hold something else than 0 and 1, for example "
                f"{value:g}. Say what counts, ex.proportion(lambda t: t.column > 0, name={metric.name!r}), or take the mean: "
                f"ex.mean({metric.name!r}).",
                column=metric.name,
                count=odd,
                example=value,
            )
        gone = _whole(found.get(f"missing{number}"))
        if gone and trial.missing(number, policy) == "error":
            raise _missing_values(trial, number, gone, rows)
        if gone:
            missing[number] = gone
    return missing


def _missing_values(trial: Trial, number: int, gone: int, rows: ir.Table) -> DataError:
    metric = trial.metrics[number]
    parts = [f"{letter}{number}" for letter in "ydx" if f"{letter}{number}" in rows.columns]
    condition = rows[parts[0]].isnull()
    for part in parts[1:]:
        condition |= rows[part].isnull()
    shown = rows.filter(condition).select(*[c for c in ("unit", "variant") if c in rows.columns]).limit(1)
    example = _described(trial, records(trial.source.run(shown))[0]) if shown.columns else ""
    which = "or its covariate " if f"x{number}" in rows.columns else ""
    units = "rows are left out" if metric.kind == "quantile" else f"{trial.randomised}s with one are left out"
    return DataError(
        f"Metric {metric.name!r} {which}is missing (or NaN, or infinite) in {plural(gone, 'row')}"
        f"{f', for example at {example}' if example else ''}. If that means nothing happened: missing='zero'. If it "
        f"isn't known: missing='drop', and the {units}; that is only fair when it has nothing to do with the variant.",
        column=metric.name,
        count=gone,
        example=example or None,
    )


def _variants(trial: Trial, found: list[Any], control: Any, rows: int) -> tuple[Any, ...]:
    label = trial.labels["variant"]
    if not found:
        raise DataError(
            f"No row has both a variant and an id: {rows:,} rows, column {label!r}. Check the columns.",
            column="variant",
            count=0,
        )
    listed = ", ".join(map(repr, found[:10])) + (", …" if len(found) > 10 else "")
    if len(found) > MOST_VARIANTS:
        raise DataError(
            f"variant={label!r} has more than {MOST_VARIANTS} different values ({listed}). Name the column that says which "
            "variant a unit was assigned to.",
            column="variant",
            example=found[0],
        )
    named = [value for value in found if value == control and type(value) is type(control)] or [
        value for value in found if str(value) == str(control)
    ]
    if not named:
        lower = {str(value).lower(): value for value in found}
        near = difflib.get_close_matches(str(control).lower(), lower, n=1)
        hint = f" Did you mean {lower[near[0]]!r}?" if near else ""
        raise DataError(
            f"control={control!r} is no variant of {label!r}.{hint} Variants: {listed}.",
            column="control",
            example=control,
        )
    if len(found) == 1:
        raise DataError(
            f"There is one variant in {label!r}, {found[0]!r}: nothing to compare with. Check the filter that made the "
            "table, or the column.",
            column="variant",
            count=1,
            example=found[0],
        )
    return (named[0], *(value for value in found if value is not named[0]))


def _left_out(trial: Trial, found: pd.DataFrame) -> pd.DataFrame:
    """Rows without a variant or an id, each counted once, with an example."""
    import pandas as pd

    unusable = int((found["rows"] - found["usable"]).sum())
    reasons = []
    if unusable:
        rows = trial.assigned
        conditions = {"missing variant": rows.variant.isnull()}
        for role in ("unit", "cluster"):
            if trial.has(role):
                before = list(conditions.values())
                conditions[f"missing {role}"] = _none_of(before) & rows[role].isnull()
        counted = trial.source.run(
            rows.aggregate(**{name: how_many(condition) for name, condition in conditions.items()})
        ).iloc[0]
        for name, condition in conditions.items():
            if counted[name]:
                example = records(trial.source.run(rows.filter(condition).limit(1)))[0]
                remedy = f"Name the column that holds it, or mend the rows: {name.split()[1]}=…"
                reasons.append((name, int(counted[name]), _described(trial, example), remedy))
    return pd.DataFrame(reasons, columns=LEFT_OUT)


def _none_of(conditions: list[Any]) -> Any:
    whole = ~conditions[0]
    for condition in conditions[1:]:
        whole &= ~condition
    return whole


def _described(trial: Trial, row: Mapping[str, Any]) -> str:
    roles = [role for role in ("unit", "cluster", "variant") if role in row]
    return ", ".join(f"{trial.labels.get(role, role)} {_shown(row[role])}" for role in roles)


def _shown(value: Any) -> str:
    return "missing" if value is None or value != value else repr(_plain(value))


def _notes(trial: Trial, policy: str, missing: Mapping[int, int]) -> list[str]:
    notes = list(trial.notes)
    if trial.suspect is not None:
        rows = trial.assigned
        found = trial.source.run(rows.aggregate(rows=rows.suspect.count(), ids=rows.suspect.nunique())).iloc[
            0
        ]
        if found["ids"] < found["rows"]:
            notes.append(
                f"Each row counts as a unit, but {trial.suspect!r} repeats: {found['rows']:,} rows of {found['ids']:,} "
                f"different ones. If those were randomised, say unit={trial.suspect!r}: the intervals here are too narrow."
            )
    notes += [missing_note(trial, number, gone, policy) for number, gone in missing.items()]
    return notes


def missing_note(trial: Trial, number: int, gone: int, policy: str) -> str:
    """What was done about a metric's missing values."""
    metric = trial.metrics[number]
    if trial.missing(number, policy) == "zero":
        return f"{metric.name}: {plural(gone, 'row')} without a value; each counts as 0."
    who = "rows" if metric.kind == "quantile" and metric.per == "row" else f"{trial.randomised}s with one"
    return f"{metric.name}: {plural(gone, 'row')} without a value; {who} are left out of this metric."


def _bound(days: Any, name: str) -> dt.date | None:
    value = days.min() if name == "first" else days.max()
    return None if value is None or value != value else value.date()


def _whole(value: Any) -> int:
    return 0 if value is None or (isinstance(value, float) and math.isnan(value)) else int(value)


def _plain(value: Any) -> Any:
    """A value of a frame as Python's own."""
    plain = value.item() if hasattr(value, "item") else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain
