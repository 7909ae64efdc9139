"""Experiments: plan, analyse and monitor A/B tests, from sums that run where the data live.

Users write ``from custintel_analytics import experiments as ex``. A name's module is imported when the name
is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from custintel_analytics import lazy

if TYPE_CHECKING:
    from custintel_analytics.experiments.analyse import Analysis, analyse
    from custintel_analytics.experiments.compare import compare
    from custintel_analytics.experiments.comparison import Comparison
    from custintel_analytics.experiments.corrections import benjamini_hochberg, bonferroni, holm
    from custintel_analytics.experiments.hierarchical import lift_by_segment
    from custintel_analytics.experiments.metrics import mean, proportion, quantile, ratio
    from custintel_analytics.experiments.monitor import Monitor, monitor
    from custintel_analytics.experiments.peeking import false_positive_rate, peeking
    from custintel_analytics.experiments.plan import Plan
    from custintel_analytics.experiments.planning import (
        Duration,
        duration,
        minimum_effect,
        power,
        sample_size,
    )
    from custintel_analytics.experiments.sample import Sample
    from custintel_analytics.experiments.sample_ratio import SampleRatio, sample_ratio
    from custintel_analytics.experiments.spending import spending_bounds
    from custintel_analytics.experiments.strata import stratified
    from custintel_analytics.experiments.value import Value, value
    from custintel_analytics.experiments.verdict import Verdict, verdict

__all__ = [
    "Analysis",
    "Comparison",
    "Duration",
    "Monitor",
    "Plan",
    "Sample",
    "SampleRatio",
    "Value",
    "Verdict",
    "analyse",
    "benjamini_hochberg",
    "bonferroni",
    "compare",
    "duration",
    "false_positive_rate",
    "holm",
    "lift_by_segment",
    "mean",
    "minimum_effect",
    "monitor",
    "peeking",
    "power",
    "proportion",
    "quantile",
    "ratio",
    "sample_ratio",
    "sample_size",
    "spending_bounds",
    "stratified",
    "value",
    "verdict",
]

lazy.install(
    __name__,
    {
        "analyse": ("Analysis", "analyse"),
        "compare": ("compare",),
        "comparison": ("Comparison",),
        "corrections": ("benjamini_hochberg", "bonferroni", "holm"),
        "hierarchical": ("lift_by_segment",),
        "metrics": ("mean", "proportion", "quantile", "ratio"),
        "monitor": ("Monitor", "monitor"),
        "peeking": ("false_positive_rate", "peeking"),
        "plan": ("Plan",),
        "planning": ("Duration", "duration", "minimum_effect", "power", "sample_size"),
        "sample": ("Sample",),
        "sample_ratio": ("SampleRatio", "sample_ratio"),
        "spending": ("spending_bounds",),
        "strata": ("stratified",),
        "value": ("Value", "value"),
        "verdict": ("Verdict", "verdict"),
    },
)
