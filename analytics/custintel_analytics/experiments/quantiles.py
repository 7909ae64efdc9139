"""Quantiles with intervals from order statistics: the engine ranks, and a handful of values come back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.experiments.audit import Audit, records
from custintel_analytics.experiments.compare import Question, answered
from custintel_analytics.experiments.comparison import Comparison
from custintel_analytics.experiments.estimate import Arms, welch_df
from custintel_analytics.experiments.sufficient import sample_of, sums_of
from custintel_analytics.experiments.trial import Trial
from custintel_analytics.experiments.units import assigned_rows, lines

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Quantile:
    """A variant's quantile.

    Parameters
    ----------
    share
        Which, between 0 and 1.
    n
        Values that were ranked: rows or units.
    units
        Randomised units that they come from.
    value
        The smallest value that at least this share of the values doesn't exceed.
    lower, upper
        Order statistics between which the true quantile lies at the level asked for; NaN where there are too
        few values.
    standard_error
        From the distance between them; 0 where they are equal.
    design_effect
        How many times as variable the share below the value is as it would be of independent values.
    """

    share: float
    n: int
    units: int
    value: float
    lower: float
    upper: float
    standard_error: float
    design_effect: float


@dataclass(frozen=True)
class Ranks:
    """Places of order statistics, counted from 1: of the quantile, and of its interval's bounds.

    Parameters
    ----------
    middle, lower, upper
        The places; those of the bounds may lie outside of 1 to n.
    spread
        Standard deviation of the number of values below the true quantile.
    """

    middle: int
    lower: int
    upper: int
    spread: float


def ranks(n: int, share: float, level: float, error: float | None = None) -> Ranks:
    """Which order statistics bound a quantile.

    The number of values that don't exceed the true quantile is binomial; between its quantiles lie, with at
    least the confidence asked for, the ranks of the true value, whatever the distribution.

    Parameters
    ----------
    n
        Number of values.
    share
        Which quantile.
    level
        Confidence.
    error
        Standard error of the share of values below the quantile, where values aren't independent: then the
        number below is taken for normal.

    References
    ----------
    David, H. A., Nagaraja, H. N. (2003). Order statistics, section 7.1. For values of units that have several:
    Deng, A., Knoblich, U., Lu, J. (2018). Applying the delta method in metric analytics. KDD, section 4.2.
    """
    from scipy.special import ndtri
    from scipy.stats import binom

    middle = min(max(math.ceil(n * share - 1e-9), 1), n)
    if error is None:
        lower = int(binom.ppf((1 - level) / 2, n, share))
        upper = int(binom.ppf((1 + level) / 2, n, share)) + 1
        return Ranks(middle, lower, upper, math.sqrt(n * share * (1 - share)))
    spread = n * error
    reach = float(ndtri(0.5 + level / 2)) * spread
    lower, upper = math.floor(n * share - reach), math.ceil(n * share + reach) + 1
    return Ranks(middle, min(lower, middle - 1), max(upper, middle + 1), spread)


def estimated(
    trial: Trial, audit: Audit, number: int, policy: str, level: float, counts: Mapping[Any, int]
) -> dict[Any, Quantile]:
    """The quantile of a metric in each variant.

    Parameters
    ----------
    trial, audit, policy
        What is asked, what the rows hold, and what a missing value is.
    number
        The metric's.
    level
        Confidence of the intervals.
    counts
        Randomised units, by variant.

    Raises
    ------
    DataError
        When a variant has no value.
    """
    metric = trial.metrics[number]
    table = _values(trial, audit, number, policy)
    sizes = {
        audit.variants[int(row["arm"])]: int(row["n"])
        for row in records(trial.source.run(table.group_by("arm").aggregate(n=table.count())))
    }
    for variant in audit.variants:
        if not sizes.get(variant):
            raise DataError(
                f"Metric {metric.name!r}, {variant!r}: no row has a value, so there is no quantile.",
                column=metric.name,
                count=0,
                example=variant,
            )
    repeated = (
        {v for v in audit.variants if sizes[v] != counts.get(v, 0)} if "who" in table.columns else set()
    )
    errors: dict[Any, float | None] = dict.fromkeys(audit.variants)
    if repeated:
        middles = {v: [ranks(sizes[v], metric.share, level).middle] for v in audit.variants}
        errors |= _share_errors(trial, audit, table, _at(trial, audit, table, middles))
    places = {v: ranks(sizes[v], metric.share, level, errors[v]) for v in audit.variants}
    wanted = {v: [p.middle, max(p.lower, 1), min(p.upper, sizes[v])] for v, p in places.items()}
    found = _at(trial, audit, table, wanted)
    return {
        v: _quantile(metric.share, sizes[v], counts.get(v, sizes[v]), places[v], found[v])
        for v in audit.variants
    }


def _values(trial: Trial, audit: Audit, number: int, policy: str) -> ir.Table:
    """``arm``, ``y`` and, where a unit may have several values, ``who`` was randomised."""
    metric = trial.metrics[number]
    if metric.per == "unit":
        table = lines(trial, audit, policy)
        return table.select("arm", y=table[f"y{number}"]).filter(lambda t: t.y.notnull())
    rows = assigned_rows(trial, audit)
    if trial.outcomes is not None:
        from custintel_analytics.experiments.stored import assigned_outcomes

        rows = assigned_outcomes(trial, audit)
        rows = rows.filter(rows.after) if "after" in rows.columns else rows
    who = next((rows[role] for role in ("cluster", "unit") if role in rows.columns), None)
    value = rows[f"y{number}"]
    if trial.missing(number, policy) == "zero":
        value = value.fill_null(0.0)
    table = rows.select(arm=rows.arm, y=value, **({} if who is None else {"who": who}))
    return table.filter(table.y.notnull())


def _at(
    trial: Trial, audit: Audit, table: ir.Table, wanted: Mapping[Any, list[int]]
) -> dict[Any, dict[int, float]]:
    """The values at given ranks, by variant."""
    import ibis

    placed = table.select(
        "arm", "y", rank=ibis.row_number().over(ibis.window(group_by=table.arm, order_by=table.y)) + 1
    )
    conditions = [
        (placed.arm == code) & placed["rank"].isin(sorted(set(wanted[variant])))
        for code, variant in enumerate(audit.variants)
    ]
    found = trial.source.run(placed.filter(reduce(or_, conditions)))
    values: dict[Any, dict[int, float]] = {variant: {} for variant in audit.variants}
    for arm, y, rank in found.itertuples(index=False):
        values[audit.variants[int(arm)]][int(rank)] = float(y)
    return values


def _share_errors(
    trial: Trial, audit: Audit, table: ir.Table, middles: Mapping[Any, Mapping[int, float]]
) -> dict[Any, float]:
    """Standard error of the share of values up to the quantile, by variant, from the spread between units."""
    import ibis

    value = ibis.cases(
        *((table.arm == code, next(iter(middles[v].values()))) for code, v in enumerate(audit.variants)),
        else_=ibis.null("float64"),
    )
    below = (table.y <= value).cast("float64")
    people = table.group_by("arm", "who").aggregate(y0=below.sum(), d0=table.count().cast("float64"))
    found = trial.source.run(people.group_by("arm").aggregate(**sums_of(people, 0, "ratio")))
    return {
        audit.variants[int(row["arm"])]: sample_of(row, 0, "ratio").standard_error for row in records(found)
    }


def _quantile(share: float, n: int, units: int, places: Ranks, found: Mapping[int, float]) -> Quantile:
    value = found[places.middle]
    independent = math.sqrt(n * share * (1 - share))
    effect = (places.spread / independent) ** 2
    if places.lower < 1 or places.upper > n:
        return Quantile(share, n, units, value, math.nan, math.nan, math.nan, effect)
    lower, upper = found[places.lower], found[places.upper]
    error = (upper - lower) * places.spread / (places.upper - places.lower)
    return Quantile(share, n, units, value, lower, upper, error, effect)


def arms_of_quantiles(control: Quantile, treatment: Quantile) -> Arms:
    """Two quantiles as estimates with variances; these are NaN where there are too few values."""
    variances = control.standard_error**2, treatment.standard_error**2
    repeated = any(quantile.n != quantile.units for quantile in (control, treatment))
    df = welch_df([(variances[0], control.units), (variances[1], treatment.units)]) if repeated else math.inf
    return Arms(
        control.value, treatment.value, *variances, df, control.units, treatment.units, kind="quantile"
    )


def compared(control: Quantile, treatment: Quantile, question: Question) -> Comparison:
    """Two quantiles compared: their difference is taken for normal, with the variances of both.

    Where units have several values, for Student's t with as many degrees of freedom as units allow. No density
    is estimated: a quantile's standard error is the distance between its bounding order statistics,
    in standard deviations of their ranks.
    """
    arms = arms_of_quantiles(control, treatment)
    few = [
        name for name, q in (("control", control), ("treatment", treatment)) if math.isnan(q.standard_error)
    ]
    if few:
        unknown = replace(arms, var_control=0.0, var_treatment=0.0)
        return replace(answered(unknown, question), message=_too_few(few, control, treatment, question.level))
    found = answered(arms, question)
    if arms.standard_error == 0:
        return replace(
            found,
            message=f"In both groups the values around the {_named(control.share)} are all equal, so how sure it is can't "
            "be read from them.",
        )
    return replace(found, message=" ".join([found.message, *_said(control, treatment)]).strip())


def _too_few(few: list[str], control: Quantile, treatment: Quantile, level: float) -> str:
    tail = (1 - level) / 2
    share = max(control.share, 1 - control.share)
    least = math.ceil(math.log(tail) / math.log(share))
    sizes = " and ".join(f"{q.n:,} in the {name}" for name, q in
                         (("control", control), ("treatment", treatment)) if name in few)  # fmt: skip
    return (
        f"Too few values for an interval of the {_named(control.share)}: {sizes}; at least {least:,} independent ones are "
        "needed in each."
    )


def _said(control: Quantile, treatment: Quantile) -> list[str]:
    worst = max(control, treatment, key=lambda quantile: quantile.design_effect)
    if worst.n == worst.units:
        return []
    return [
        f"Of {worst.n:,} rows of {worst.units:,} units; rows of a unit resemble each other, which makes the variance "
        f"{wording.significant(worst.design_effect)} times that of independent rows."
    ]


def _named(share: float) -> str:
    return "median" if share == 0.5 else f"{100 * share:.10g}th percentile"
