"""What the calculator's page draws: sums of each variant, effects, looks and lifts, ready for the wire."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from custintel_analytics.experiments.quantiles import arms_of_quantiles as quantile_arms
from custintel_widgets.core.frames import encode

if TYPE_CHECKING:
    from custintel_analytics.experiments import Analysis, Monitor, Sample
    from custintel_analytics.experiments.hierarchical import SegmentLift
    from custintel_analytics.experiments.metrics import Metric

_FOREST = (
    *("metric", "kind", "variant", "guardrail", "direction", "effect", "lower", "upper"),
    *("p_value", "p_adjusted", "relative_effect", "relative_lower", "relative_upper", "message"),
)
_RUNNING = (
    *("date", "look", "n", "effect", "lower", "upper", "p_value"),
    *("seq_lower", "seq_upper", "seq_p_value", "z", "z_bound"),
)


def data(analysis: Analysis) -> dict[str, Any]:
    """Each metric with the sums of its variants, or the estimates where an adjustment stands between."""
    settings, ratio = analysis.settings, analysis.sample_ratio
    total = sum(ratio.expected)
    return {
        "metrics": [
            {
                "name": metric.name,
                "kind": metric.kind,
                "direction": metric.direction,
                "guardrail": metric.guardrail,
                "samples": _samples(analysis, metric),
                "arms": _arms(analysis, metric),
            }
            for metric in settings.metrics
        ],
        "variants": [str(v) for v in settings.variants],
        "control": str(settings.control),
        "counts": dict(zip(map(str, ratio.variants), map(int, ratio.counts), strict=True)),
        "until": "" if settings.last_date is None else settings.last_date.isoformat(),
        "per_day": per_day(analysis),
        "expected": dict(zip(map(str, ratio.variants), (e / total for e in ratio.expected), strict=True)),
    }


def per_day(analysis: Analysis) -> float | None:
    """Units that entered per day, over all arms; None without dates."""
    first, last = analysis.settings.first_date, analysis.settings.last_date
    if first is None or last is None:
        return None
    return float(sum(analysis.sample_ratio.counts)) / ((last - first).days + 1)


def _samples(analysis: Analysis, metric: Metric) -> dict[str, dict[str, Any]]:
    """The sums as the page's mathematics takes them; empty where estimates replace them."""
    if not analysis.evidence.is_plain(metric):
        return {}
    return {str(v): sample(s) for (name, v), s in analysis.samples.items() if name == metric.name}


def sample(given: Sample) -> dict[str, Any]:
    """One variant's sums in the page's names."""
    return {
        "n": int(given.n),
        "total": float(given.total),
        "totalSq": float(given.total_sq),
        "kind": given.kind,
        "denominator": None if given.denominator is None else [float(x) for x in given.denominator],
    }


def _arms(analysis: Analysis, metric: Metric) -> dict[str, dict[str, Any]]:
    """Estimates by treatment, after adjustment or ranking, in the page's names; empty where sums say it all."""
    evidence = analysis.evidence
    if evidence.is_plain(metric):
        return {}
    treatments = evidence.variants[1:]
    if metric.kind == "quantile":
        control = evidence.quantiles[metric.name, evidence.control]
        pairs = {v: quantile_arms(control, evidence.quantiles[metric.name, v]) for v in treatments}
    else:
        pairs = {v: evidence.arms(metric, v) for v in treatments}
    return {
        str(v): {_camel(key): _finite(value) for key, value in dataclasses.asdict(arms).items()}
        for v, arms in pairs.items()
    }


def _finite(value: Any) -> Any:
    """JSON has no infinity and no NaN: None stands for both, which the page reads as “not limited”."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def forest(analysis: Analysis) -> dict[str, Any]:
    """Every metric of every variant, for the forest plot."""
    frame = analysis.frame[list(_FOREST)].copy()
    frame["variant"] = frame["variant"].astype(str)
    return {"frame": encode(frame)}


def running(found: Monitor, variant: Any) -> dict[str, Any]:
    """The looks of one variant with both bands."""
    frame = found.frame[found.frame["variant"].astype(str) == str(variant)]
    settings = found.settings
    return {
        "frame": encode(frame[list(_RUNNING)].reset_index(drop=True)),
        "metric": settings.metric.name,
        "variant": str(variant),
        "planned_end": "" if settings.planned_end is None else settings.planned_end.isoformat(),
        "tuning_n": float(settings.tuning_n),
        "note": " ".join(found.notes),
    }


_LIFT = {
    "segment": "segment",
    "own_effect": "raw",
    "own_lower": "raw_lower",
    "own_upper": "raw_upper",
    "effect": "shrunken",
    "lower": "lower",
    "upper": "upper",
}


def lift(found: SegmentLift) -> dict[str, Any]:
    """The lift of each segment, shrunken and alone, with what the sampler says of itself."""
    frame = found.frame.rename(columns=_LIFT)
    frame["n"] = found.frame["n"] + found.frame["n_control"]
    frame["segment"] = frame["segment"].astype(str)
    return {
        "frame": encode(frame[["segment", "n", *list(_LIFT.values())[1:]]]),
        "by": found.settings.segment,
        "metric": found.settings.metric.name,
        "treatment": str(found.settings.treatment),
        "relative": found.settings.relative,
        "note": " ".join((found.diagnostics.sentence, *found.notes)),
    }
