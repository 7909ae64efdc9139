"""The result of an analysis: every metric of every variant against the control."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from custintel_analytics.experiments.audit import records
from custintel_analytics.experiments.compare import Comparison
from custintel_analytics.experiments.metrics import Metric
from custintel_analytics.experiments.quantiles import Quantile
from custintel_analytics.experiments.sample import Sample
from custintel_analytics.experiments.sample_ratio import SampleRatio

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [
    "metric", "kind", "variant", "n", "mean", "control_mean", "effect", "lower", "upper", "p_value", "p_adjusted",
    "relative_effect", "relative_lower", "relative_upper", "probability", "expected_loss", "guardrail", "direction",
    "message", "n_control", "variance_reduction",
]  # fmt: skip


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
        The engine that added up: ``"duckdb"``, ``"pyspark"`` …
    compared
        Further settings of `compare`.
    """

    variant: str
    unit: str | None
    cluster: str | None
    strata: str | None
    date: str | None
    control: Any
    variants: tuple[Any, ...]
    metrics: tuple[Metric, ...]
    level: float
    method: str
    relative: bool
    interval: str
    correction: str | None
    missing: str
    expected: Any
    first_date: dt.date | None
    last_date: dt.date | None
    before: int
    backend: str
    compared: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Analysis:
    """An experiment analysed. Made by `analyse`.

    Parameters
    ----------
    frame
        A row for each metric and variant other than the control: ``metric``, ``kind``, ``variant``, ``n``
        (units, or clusters), ``mean``, ``control_mean`` (adjusted ones with CUPED or strata), ``effect`` with
        ``lower`` and ``upper`` in the metric's unit, ``p_value``, ``p_adjusted``, ``relative_effect`` with its
        bounds as shares of the control's mean (NaN where that is 0), ``probability`` to be better and
        ``expected_loss`` (NaN unless ``method="bayes"``), ``guardrail``, ``direction``, ``message`` (what one has
        to know), ``n_control``, ``variance_reduction`` (NaN without an adjustment).

        ``p_value`` belongs to the scale that decides. ``p_adjusted`` allows for all decision metrics and variants;
        guardrails are not corrected, so that harm is not overlooked.
    comparisons
        (metric, variant) to its `Comparison` on the scale that decides.
    samples
        (metric, variant) to its `Sample`, control included; quantiles have none.
    strata
        (metric, variant) to Samples by stratum; empty without strata.
    quantiles
        (metric, variant) to its `Quantile`; empty without such metrics.
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

    frame: pd.DataFrame
    comparisons: Mapping[tuple[str, Any], Comparison]
    samples: Mapping[tuple[str, Any], Sample]
    strata: Mapping[tuple[str, Any], Mapping[str, Sample]]
    quantiles: Mapping[tuple[str, Any], Quantile]
    sample_ratio: SampleRatio
    left_out: pd.DataFrame
    notes: tuple[str, ...]
    settings: AnalysisSettings
    seconds: float = field(repr=False, default=0.0)

    def summary(self) -> str:
        """The analysis in words: a mismatch first, then each metric, guardrails last, then what was left out."""
        said = [] if self.sample_ratio.ok else [self.sample_ratio.sentence]
        rows = self.frame.sort_values("guardrail", kind="stable")
        for row in records(rows):
            mark = " (guardrail)" if row["guardrail"] else ""
            found = self.comparisons[row["metric"], row["variant"]]
            p = row["p_adjusted"]
            adjusted = ""
            if self.settings.correction and not math.isnan(p) and p != row["p_value"]:
                adjusted = f" Corrected for {self.tests} tests: p = {p:.3g}."
            said.append(f"{row['metric']}{mark}, {row['variant']}: {found.summary()}{adjusted}")
        if self.sample_ratio.ok:
            said.append(self.sample_ratio.sentence)
        said += [f"Left out: {row['rows']:,} rows, {row['reason']}." for row in records(self.left_out)]
        return "\n".join([*said, *self.notes])

    @property
    def tests(self) -> int:
        """How many p-values the correction allows for."""
        return int((~self.frame["guardrail"] & self.frame["p_value"].notna()).sum())
