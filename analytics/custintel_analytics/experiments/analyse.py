"""An experiment analysed where its data live: rows to units, units to sums, sums to effects."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError
from custintel_analytics.experiments.analysis import COLUMNS, Analysis, AnalysisSettings
from custintel_analytics.experiments.audit import Audit, audited
from custintel_analytics.experiments.compare import Comparison, Question, checked, compare
from custintel_analytics.experiments.corrections import CORRECTIONS, corrected
from custintel_analytics.experiments.metrics import MISSING, Metric, checked_metrics
from custintel_analytics.experiments.quantiles import Quantile, compared, estimated
from custintel_analytics.experiments.sample_ratio import sample_ratio
from custintel_analytics.experiments.strata import stratified
from custintel_analytics.experiments.sums import Sums, collected
from custintel_analytics.experiments.trial import Trial, one_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Analysis", "analyse"]

Progress = Callable[[int, int, str], None]
ZERO_CONTROL = (
    "The control's mean is 0, so a change in percent of it doesn't exist: read the effect in units."
)


def analyse(
    data: Any,
    *,
    variant: Any,
    control: Any,
    metrics: Metric | Sequence[Metric],
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
        A table with the variant of each unit and what became of it: anything that
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
    wanted = checked_metrics(metrics)
    choice = _Choice(
        relative, {"level": level, "method": method, "interval": interval, **checked_further(compared_by)}
    )
    if correction is not None:
        one_of("correction", correction, CORRECTIONS)
    policy = one_of("missing", missing, MISSING)
    tell = progress or _quiet
    steps = 2 + sum(metric.kind == "quantile" for metric in wanted)
    tell(0, steps, "Looking at the rows…")
    columns = {"variant": variant, "unit": unit, "date": date, "covariates": covariates, "strata": strata,
               "cluster": cluster, "timezone": timezone}  # fmt: skip
    trial, audit = opened(
        data, wanted, columns, control, policy, outcomes=outcomes, outcome_unit=outcome_unit,
        outcome_date=outcome_date, before=before,
    )  # fmt: skip
    tell(1, steps, f"Adding up {sum(audit.rows.values()):,} rows…")
    sums = collected(trial, audit, policy)
    quantiles: dict[int, dict[Any, Quantile]] = {}
    for number, metric in enumerate(wanted):
        if metric.kind == "quantile":
            tell(2 + len(quantiles), steps, f"Ranking {metric.name}…")
            quantiles[number] = estimated(
                trial, audit, number, policy, choice.question(False).level, sums.counts
            )
    frame, comparisons = _compared(trial, audit, sums, quantiles, choice, correction)
    tell(steps, steps, "Done.")
    return Analysis(
        frame=frame,
        comparisons=comparisons,
        samples={(wanted[n].name, v): sample for (n, v), sample in sums.samples.items()},
        strata={(wanted[n].name, v): dict(parts) for (n, v), parts in sums.strata.items()},
        quantiles={(wanted[n].name, v): q for n, found in quantiles.items() for v, q in found.items()},
        sample_ratio=sample_ratio({v: sums.counts.get(v, 0) for v in audit.variants}, expected),
        left_out=audit.left_out,
        notes=audit.notes,
        settings=AnalysisSettings(
            variant=trial.labels["variant"],
            unit=trial.labels.get("unit"),
            cluster=trial.labels.get("cluster"),
            strata=trial.labels.get("strata"),
            date=trial.labels.get("date"),
            control=audit.variants[0],
            variants=audit.variants,
            metrics=wanted,
            level=choice.question(False).level,
            method=method,
            relative=relative,
            interval=interval,
            correction=correction,
            missing=policy,
            expected=expected,
            first_date=audit.first,
            last_date=audit.last,
            before=trial.before,
            backend=trial.source.backend.name,
            compared=compared_by,
        ),
        seconds=time.perf_counter() - began,
    )


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


def checked_further(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings that go on to `compare`; an unknown one is refused with the nearest name."""
    known = ("alternative", "prior", "prior_mean", "prior_sd", "tuning_n")
    for name in settings:
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, (*known, *(analyse.__kwdefaults__ or ())), n=1, cutoff=0)
            raise TypeError(f"There is no argument {name!r}. Did you mean {near[0]!r}?")
    return settings


def _quiet(done: int, total: int, message: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class _Choice:
    """How effects are compared, and on which scale one decides."""

    relative: bool
    settings: dict[str, Any]

    def question(self, relative: bool, direction: str = "up") -> Question:
        return checked(relative=relative, direction=direction, **self.settings)

    @property
    def has_prior(self) -> bool:
        """Whether the effect has a prior, which belongs to one scale."""
        return math.isfinite(self.settings.get("prior_sd", math.inf))


def _compared(
    trial: Trial,
    audit: Audit,
    sums: Sums,
    quantiles: dict[int, dict[Any, Quantile]],
    choice: _Choice,
    correction: str | None,
) -> tuple[pd.DataFrame, dict[tuple[str, Any], Comparison]]:
    """The frame, and the comparisons on the scale that decides."""
    import pandas as pd

    comparisons, rows = {}, []
    for number, metric in enumerate(trial.metrics):
        for variant in audit.variants[1:]:
            try:
                both = _both_scales(trial, audit, sums, quantiles, choice, number, variant)
            except DataError as error:
                raise DataError(
                    f"Metric {metric.name!r}, {variant!r}: {error}",
                    column=error.column or metric.name, count=error.count, example=error.example,
                ) from error  # fmt: skip
            comparisons[metric.name, variant] = both[0]
            rows.append(_row(metric, variant, *both))
    frame = pd.DataFrame(rows)
    decisive = ~frame["guardrail"]
    frame["p_adjusted"] = frame["p_value"]
    frame.loc[decisive, "p_adjusted"] = corrected(frame.loc[decisive, "p_value"], correction)
    return frame[COLUMNS], comparisons


def _both_scales(
    trial: Trial,
    audit: Audit,
    sums: Sums,
    quantiles: dict[int, dict[Any, Quantile]],
    choice: _Choice,
    number: int,
    variant: Any,
) -> tuple[Comparison, Comparison | None, Comparison | None, str]:
    """The comparison that decides; the absolute one; the relative one; what else is to be said."""
    metric, control = trial.metrics[number], audit.variants[0]

    def answer(relative: bool) -> Comparison:
        if metric.kind == "quantile":
            question = choice.question(relative, metric.direction)
            return compared(quantiles[number][control], quantiles[number][variant], question)
        settings = {"relative": relative, "direction": metric.direction, **choice.settings}
        pair = sums.samples[number, control], sums.samples[number, variant]
        if sums.strata:
            pairs = _pairs(sums.strata[number, control], sums.strata[number, variant])
            found = stratified(pairs, cuped=pair[0].covariate is not None, **settings)
        else:
            found = compare(*pair, cuped=pair[0].covariate is not None, **settings)
        # Over clusters a mean or a share is a ratio of sums; to people it stays what it is.
        return replace(found, kind=metric.kind)

    said = []
    if metric.kind == "quantile" and trial.has("stratum"):
        said.append("Quantiles are not averaged over strata.")
    absolute = None if choice.has_prior and choice.relative else answer(False)
    where = quantiles[number][control].value if metric.kind == "quantile" else None
    mean = where if where is not None else sums.samples[number, control].mean
    relative = None
    if mean == 0 or (absolute is not None and absolute.control == 0):
        said += [ZERO_CONTROL] if choice.relative else []
        absolute = absolute or answer(False)
    elif not choice.has_prior or choice.relative:
        relative = answer(True)
    decisive = relative if choice.relative and relative is not None else absolute
    assert decisive is not None
    if choice.has_prior:
        said.append(f"The prior is one of the {'relative' if decisive.relative else 'absolute'} effect.")
    return decisive, absolute, relative, " ".join(said)


def _pairs(control: Any, treatment: Any) -> dict[str, Any]:
    """Strata with both arms; one that has a single arm is refused, since its units would be dropped."""
    for name in sorted({*control, *treatment}):
        if name not in control or name not in treatment:
            side = "control" if name in treatment else "treatment"
            raise DataError(
                f"Stratum {name!r} has no unit in the {side}, so nothing can be compared in it. Merge it with a similar "
                "stratum.",
                column="strata",
                example=name,
            )
    return {name: (control[name], treatment[name]) for name in sorted(control)}


def _row(
    metric: Metric,
    variant: Any,
    decisive: Comparison,
    absolute: Comparison | None,
    relative: Comparison | None,
    said: str,
) -> dict[str, Any]:
    nan = math.nan
    return {
        "metric": metric.name,
        "kind": metric.kind,
        "variant": variant,
        "n": decisive.n_treatment,
        "mean": decisive.treatment,
        "control_mean": decisive.control,
        "effect": absolute.effect if absolute else decisive.treatment - decisive.control,
        "lower": absolute.lower if absolute else nan,
        "upper": absolute.upper if absolute else nan,
        "p_value": decisive.p_value,
        "relative_effect": relative.effect if relative else nan,
        "relative_lower": relative.lower if relative else nan,
        "relative_upper": relative.upper if relative else nan,
        "probability": decisive.probability,
        "expected_loss": decisive.expected_loss,
        "guardrail": metric.guardrail,
        "direction": metric.direction,
        "message": " ".join(part for part in (decisive.message, said) if part),
        "n_control": decisive.n_control,
        "variance_reduction": decisive.variance_reduction,
    }
