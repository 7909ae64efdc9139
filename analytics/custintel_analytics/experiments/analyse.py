"""An experiment analysed where its data live: rows to units, units to sums, sums to effects."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from custintel_analytics.cohorts.settings import check_level, one_of
from custintel_analytics.errors import DataError
from custintel_analytics.experiments.analysis import (
    Analysis,
    AnalysisSettings,
    checked_correction,
    checked_further,
    choice_of,
)
from custintel_analytics.experiments.audit import Audit, audited
from custintel_analytics.experiments.effects import Evidence, effects
from custintel_analytics.experiments.metrics import MISSING, Metric, checked_metrics
from custintel_analytics.experiments.pasted import of_samples
from custintel_analytics.experiments.quantiles import Quantile, estimated
from custintel_analytics.experiments.sample_ratio import sample_ratio
from custintel_analytics.experiments.sums import collected
from custintel_analytics.experiments.trial import Trial, one_table

__all__ = ["Analysis", "analyse"]

Progress = Callable[[int, int, str], None]


def analyse(
    data: Any,
    *,
    variant: Any = None,
    control: Any = None,
    metrics: Metric | Sequence[Metric] | None = None,
    unit: Any = None,
    date: Any = None,
    covariates: Any = None,
    strata: Any = None,
    cluster: Any = None,
    outcomes: Any = None,
    outcome_unit: Any = None,
    outcome_date: Any = None,
    before: int = 0,
    level: float = 0.95,
    method: str = "welch",
    relative: bool = True,
    interval: str = "fieller",
    correction: str | None = "holm",
    expected: Any = None,
    missing: str = "error",
    timezone: str | None = None,
    progress: Progress | None = None,
    **compared_by: Any,
) -> Analysis:
    """Analyse an experiment: every metric of every variant against the control.

    The rows stay where they live. They are looked at once for what is missing; then one query adds them up to
    the units that were randomised, and the units to sufficient statistics. Each quantile takes one or two more.

    Parameters
    ----------
    data
        Samples by variant (``{"A": Sample, "B": Sample}``), or by metric and variant; or a table with the variant of
        each unit and what became of it: anything that
        `custintel_analytics.tables.as_table` takes, or a table made by it. With `outcomes`, the assignments.
    variant
        The column that says which variant, or an expression. So with all columns named here.
    control
        The value of the control.
    metrics
        Made by `proportion`, `mean`, `ratio` and `quantile`.
    unit
        The column of what was randomised, such as the customer; its rows are added up. By default each row is
        a unit (each customer, where `data` was made by `as_table`).
    date
        The column with the day; of an assignment, when outcomes are in a table of their own.
    covariates
        For CUPED, a figure of each unit from before: a column for all metrics, or a mapping from a metric's name.
    strata
        A column, or several, whose values were known before: arms are compared within them and averaged.
    cluster
        The column of what was randomised if that were groups of units, such as shops. Variances are then those
        between clusters.
    outcomes
        A table with what units did, on the same engine: any number of rows per unit, none included. Units
        without rows count, with zeros.
    outcome_unit, outcome_date
        Its columns, where they are called otherwise than `unit` and `date`. Outcomes before the day of the
        assignment don't count.
    before
        Take each metric's own outcomes in so many days before the assignment as its covariate.
    level
        Confidence of the intervals.
    method
        ``"welch"``, ``"z"``, ``"bayes"`` or ``"sequential"``, as in `compare`.
    relative
        Whether the relative effect decides; both scales are in the result.
    interval
        Of relative effects: ``"fieller"`` or ``"delta"``.
    correction
        For the number of decision metrics and variants: ``"holm"``, ``"bonferroni"``,
        ``"benjamini-hochberg"`` or None.
    expected
        The planned split, as a mapping from variants or in their order (control first); by default equal.
    missing
        What a missing value of a metric is: ``"error"``, ``"drop"`` (leave the unit out of this metric) or
        ``"zero"``. A metric's own setting goes first.
    timezone
        The zone in which times that carry one are turned into days; UTC by default.
    progress
        Called with (done, total, message); may raise `Cancelled` to stop.
    **compared_by
        Further settings of `compare`: alternative, prior, prior_mean, prior_sd, tuning_n.

    Returns
    -------
    Analysis
        Its ``frame`` has a row per metric and variant.

    Raises
    ------
    DataError
        When an argument or the data can't be used: one variant, a unit in two, missing values, …; the message
        says what to do.
    Cancelled
        When `progress` or an interrupt stopped the work.

    Examples
    --------
    >>> import pandas as pd
    >>> from custintel_analytics import experiments as ex
    >>> visits = pd.DataFrame({"group": ["A"] * 100 + ["B"] * 100, "visit": [0] * 90 + [1] * 10 + [0] * 75 + [1] * 25})
    >>> found = ex.analyse(visits, variant="group", control="A", metrics=ex.proportion("visit"))
    >>> found.frame[["variant", "mean", "control_mean", "effect"]].values.tolist()
    [['B', 0.25, 0.1, 0.15]]
    """
    began = time.perf_counter()
    settings = AnalysisSettings(
        control=control,
        metrics=(),
        level=check_level(level),
        method=method,
        relative=relative,
        interval=interval,
        correction=checked_correction(correction),
        missing=one_of("missing", missing, MISSING),
        expected=expected,
        before=before,
        compared=checked_further(compared_by),
    )
    if isinstance(data, Mapping):
        evidence, units = of_samples(data, control, metrics)
        return _analysis(evidence, settings, units, began)
    wanted = checked_metrics(_named(metrics, variant))
    tell = progress or _quiet
    steps = 2 + sum(metric.kind == "quantile" for metric in wanted)
    tell(0, steps, "Looking at the rows…")
    columns = {"variant": variant, "unit": unit, "date": date, "covariates": covariates, "strata": strata,
               "cluster": cluster, "timezone": timezone}  # fmt: skip
    trial, audit = opened(
        data, wanted, columns, control, settings.missing, outcomes=outcomes, outcome_unit=outcome_unit,
        outcome_date=outcome_date, before=before,
    )  # fmt: skip
    tell(1, steps, f"Adding up {sum(audit.rows.values()):,} rows…")
    sums = collected(trial, audit, settings.missing)
    quantiles: dict[tuple[str, Any], Quantile] = {}
    for number, metric in enumerate(wanted):
        if metric.kind == "quantile":
            tell(2 + sum(m.kind == "quantile" for m in wanted[:number]), steps, f"Ranking {metric.name}…")
            ranked = estimated(trial, audit, number, settings.missing, settings.level, sums.counts)
            quantiles |= {(metric.name, v): found for v, found in ranked.items()}
    evidence = Evidence(
        metrics=wanted,
        variants=audit.variants,
        samples={(wanted[n].name, v): sample for (n, v), sample in sums.samples.items()},
        strata={(wanted[n].name, v): dict(parts) for (n, v), parts in sums.strata.items()},
        quantiles=quantiles,
    )
    labels = trial.labels
    read = replace(
        settings,
        variant=labels["variant"],
        unit=labels.get("unit"),
        cluster=labels.get("cluster"),
        strata=labels.get("strata"),
        date=labels.get("date"),
        before=trial.before,
        first_date=audit.first,
        last_date=audit.last,
        backend=trial.source.backend.name,
    )
    units = {v: sums.counts.get(v, 0) for v in audit.variants}
    found = _analysis(evidence, read, units, began)
    tell(steps, steps, "Done.")
    return replace(found, left_out=audit.left_out, notes=audit.notes)


def _analysis(
    evidence: Evidence, settings: AnalysisSettings, units: Mapping[Any, float], began: float
) -> Analysis:
    import pandas as pd

    known = replace(settings, control=evidence.control, metrics=evidence.metrics, variants=evidence.variants)
    return Analysis(
        evidence=evidence,
        effects=effects(evidence, choice_of(known), known.correction),
        sample_ratio=sample_ratio(units, settings.expected),
        left_out=pd.DataFrame(columns=["reason", "rows", "example", "remedy"]),
        notes=(),
        settings=known,
        seconds=time.perf_counter() - began,
    )


def _named(metrics: Any, variant: Any) -> Any:
    """The metrics, where a table has the columns that it needs."""
    if variant is None or metrics is None:
        raise DataError(
            "A table needs variant=, the column that says which variant, and metrics=, such as "
            'metrics=[ex.proportion("visit")]. Samples go without: analyse({"A": Sample, "B": Sample}).',
            column="variant" if variant is None else "metrics",
        )
    return metrics


def opened(
    data: Any, metrics: tuple[Metric, ...], columns: dict[str, Any], control: Any, policy: str, **stored: Any
) -> tuple[Trial, Audit]:
    """The trial that the arguments describe, and what its rows hold."""
    if stored.get("outcomes") is None:
        alone = next((name for name, value in stored.items() if value), None)
        if alone is not None:
            raise DataError(
                f"{alone}= belongs to outcomes in a table of their own. Pass outcomes=, or leave {alone} out.",
                column=alone,
            )
        trial = one_table(data, metrics, **columns)
        return trial, audited(trial, control, policy)
    from custintel_analytics.experiments.stored import audited_outcomes, two_tables

    trial = two_tables(data, metrics, columns, **stored)
    return trial, audited_outcomes(trial, audited(trial, control, policy), policy)


def _quiet(done: int, total: int, message: str) -> None:
    """Nobody watches."""
