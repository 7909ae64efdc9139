"""The result of an analysis: every metric of every variant against the control."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.experiments.audit import records
from custintel_analytics.experiments.comparison import Comparison
from custintel_analytics.experiments.corrections import CORRECTIONS
from custintel_analytics.experiments.effects import Choice, Effects, Evidence, Of, effects
from custintel_analytics.experiments.metrics import Metric
from custintel_analytics.experiments.quantiles import Quantile
from custintel_analytics.experiments.sample import Sample
from custintel_analytics.experiments.sample_ratio import SampleRatio

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class AnalysisSettings:
    """All arguments of `analyse`, with the defaults filled in.

    Parameters
    ----------
    variant, unit, cluster, strata, date
        Names of the columns; None where there is none.
    control
        The control's value.
    variants
        All variants' values, the control first.
    metrics
        What was measured.
    level, method, relative, interval, correction, missing
        As in `analyse`.
    expected
        The planned split, or None for an equal one.
    first_date, last_date
        First and last day of the rows with assignments; None without dates.
    before
        Days before the assignment whose outcomes are the covariate; 0 for none.
    backend
        The engine that added up: ``"duckdb"``, ``"pyspark"`` …; empty where samples were given.
    compared
        Further settings of `compare`.
    """

    control: Any
    metrics: tuple[Metric, ...]
    level: float
    method: str
    relative: bool
    interval: str
    correction: str | None
    missing: str
    expected: Any
    before: int
    compared: Mapping[str, Any]
    variants: tuple[Any, ...] = ()
    variant: str | None = None
    unit: str | None = None
    cluster: str | None = None
    strata: str | None = None
    date: str | None = None
    first_date: dt.date | None = None
    last_date: dt.date | None = None
    backend: str = ""


@dataclass(frozen=True, eq=False)
class Analysis:
    """An experiment analysed. Made by `analyse`.

    Parameters
    ----------
    evidence
        The sums that every comparison can be made from, without another look at the rows.
    effects
        Every metric of every variant against the control, on both scales.
    sample_ratio
        Whether the variants have the sizes that they should have. If not, nothing here can be read.
    left_out
        Rows that were not used: reason, rows, example, remedy.
    notes
        What people should know about the data.
    settings
        The question.
    seconds
        Time taken.
    """

    evidence: Evidence
    effects: Effects
    sample_ratio: SampleRatio
    left_out: pd.DataFrame
    notes: tuple[str, ...]
    settings: AnalysisSettings
    seconds: float = field(repr=False, default=0.0)

    @property
    def frame(self) -> pd.DataFrame:
        """A row for each metric and variant other than the control.

        ``metric``, ``kind``, ``variant``, ``n`` (units, or clusters), ``mean``, ``control_mean`` (adjusted ones with
        CUPED or strata), ``effect`` with ``lower`` and ``upper`` in the metric's unit, ``p_value``, ``p_adjusted``,
        ``relative_effect`` with its bounds as shares of the control's mean (NaN where that is 0), ``probability`` to be
        better and ``expected_loss`` (NaN unless ``method="bayes"``), ``guardrail``, ``direction``, ``message`` (what one
        has to know), ``n_control``, ``variance_reduction`` (NaN without an adjustment).

        ``p_value`` belongs to the scale that decides. It and the bounds are of each question alone; ``p_adjusted`` allows
        for all decision metrics and variants, and `corrected` has bounds that do. Guardrails are not corrected, so
        that harm is not overlooked.
        """
        return self.effects.frame

    @property
    def comparisons(self) -> Mapping[Of, Comparison]:
        """(metric, variant) to its `Comparison` on the scale that decides, each as if it were the only question."""
        return self.effects.decisive

    @property
    def corrected(self) -> Mapping[Of, Comparison]:
        """The same with interval and p-value corrected for the number of questions: what a verdict goes by.

        The correction multiplies each p-value, and the interval's alpha is divided by the same factor, so that the
        corrected p-value is below alpha exactly where the corrected interval leaves out zero. Guardrails are not
        corrected.
        """
        return self.effects.corrected

    @property
    def samples(self) -> Mapping[Of, Sample]:
        """(metric, variant) to its `Sample`, control included; quantiles have none."""
        return self.evidence.samples

    @property
    def strata(self) -> Mapping[Of, Mapping[str, Sample]]:
        """(metric, variant) to Samples by stratum; empty without strata."""
        return self.evidence.strata

    @property
    def quantiles(self) -> Mapping[Of, Quantile]:
        """(metric, variant) to its `Quantile`; empty without such metrics."""
        return self.evidence.quantiles

    def again(
        self,
        *,
        level: float | None = None,
        method: str | None = None,
        relative: bool | None = None,
        interval: str | None = None,
        correction: str | None = "as before",
        **compared_by: Any,
    ) -> Analysis:
        """The same experiment compared otherwise, from the same sums: no row is read again.

        Parameters
        ----------
        level, method, relative, interval, correction
            As in `analyse`; those left out stay as they were.
        **compared_by
            Further settings of `compare`, which replace the earlier ones.

        Notes
        -----
        A quantile's standard error stays that of the level at which it was ranked.
        """
        import time

        before, began = self.settings, time.perf_counter()
        settings = replace(
            before,
            level=before.level if level is None else level,
            method=before.method if method is None else method,
            relative=before.relative if relative is None else relative,
            interval=before.interval if interval is None else interval,
            correction=before.correction if correction == "as before" else checked_correction(correction),
            compared={**before.compared, **checked_further(compared_by)},
        )
        found = effects(self.evidence, choice_of(settings), settings.correction)
        return replace(self, effects=found, settings=settings, seconds=time.perf_counter() - began)

    def summary(self) -> str:
        """The analysis in words: a mismatch first, then each metric, guardrails last, then what was left out."""
        said = [] if self.sample_ratio.ok else [self.sample_ratio.sentence]
        rows = self.frame.sort_values("guardrail", kind="stable")
        for row in records(rows):
            mark = " (guardrail)" if row["guardrail"] else ""
            found = self.corrected[row["metric"], row["variant"]]
            said.append(f"{row['metric']}{mark}, {row['variant']}: {found.summary()}")
        if self.sample_ratio.ok:
            said.append(self.sample_ratio.sentence)
        said += [f"Left out: {row['rows']:,} rows, {row['reason']}." for row in records(self.left_out)]
        return "\n".join([*said, *self.notes])

    @property
    def tests(self) -> int:
        """How many p-values the correction allows for."""
        return int((~self.frame["guardrail"] & self.frame["p_value"].notna()).sum())


def choice_of(settings: AnalysisSettings) -> Choice:
    """How effects are compared, from the settings of an analysis."""
    own = {name: getattr(settings, name) for name in ("level", "method", "interval")}
    return Choice(settings.relative, {**own, **settings.compared})


def checked_correction(correction: str | None) -> str | None:
    """The name of a correction, or None.

    Raises
    ------
    DataError
        For a name that isn't known.
    """
    return None if correction is None else one_of("correction", correction, CORRECTIONS)


def checked_further(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that go on to `compare`; an unknown one is refused with the nearest name."""
    known = ("alternative", "prior", "prior_mean", "prior_sd", "tuning_n")
    for name in settings:
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, (*known, *_ARGUMENTS), n=1, cutoff=0)
            raise TypeError(f"There is no argument {name!r}. Did you mean {near[0]!r}?")
    return dict(settings)


# Of `analyse` and `monitor`, for the hint that an unknown one gets.
_ARGUMENTS = (
    *("variant", "control", "metrics", "unit", "date", "covariates", "strata", "cluster"),
    *("outcomes", "outcome_unit", "outcome_date", "before", "level", "method", "relative"),
    *("interval", "correction", "expected", "missing", "timezone", "progress"),
)
