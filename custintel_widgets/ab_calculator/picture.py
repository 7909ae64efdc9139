"""The calculator outside the page: an Altair chart with its data, and the table twin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from custintel_analytics.experiments import wording
from custintel_widgets.core import twin as plain

if TYPE_CHECKING:
    from custintel_analytics.experiments import Comparison
    from custintel_widgets.ab_calculator.widget import ABCalculator
    from custintel_widgets.core.charts import AnyChart

_LOOKS = (1, 5, 10, 20)
_ROOM = 0.25  # of the interval's width, left and right of it


def build(widget: ABCalculator) -> AnyChart:
    """Return effect, curve and forest in one chart, in the widget's present state."""
    from custintel_widgets.ab_calculator import chart
    from custintel_widgets.core.charts import with_data

    shown = widget.comparison
    forest = _forest(widget)
    worthwhile = widget.verdict.smallest_worthwhile
    ends = _ends(shown, worthwhile, forest)
    unit, factor = _unit(widget, shown)
    settings: dict[str, Any] = {
        "x_low": ends[0],
        "x_high": ends[1],
        "factor": factor,
        "unit": unit,
        "value_format": widget.number_format,
        "zone_low": worthwhile if shown.direction == "up" else ends[0],
        "zone_high": ends[1] if shown.direction == "up" else -worthwhile,
        "tone": _tone(shown.lower, shown.upper, shown.direction),
        "guarded": not widget.result.sample_ratio.ok,
    }
    drawn = chart.whole(settings, curve=widget.show_density)
    return with_data(
        drawn,
        interval=_interval(shown, ends, unit),
        lines=_lines(shown, worthwhile),
        density=_density(shown, worthwhile),
        forest=forest,
    )


def _unit(widget: ABCalculator, shown: Comparison) -> tuple[str, int]:
    if shown.relative:
        return " %", 100
    return (" pp", 100) if shown.kind == "proportion" else (f" {widget.currency}".rstrip(), 1)


def _written(value: float, shown: Comparison) -> str:
    unit = "%" if shown.relative else "pp" if shown.kind == "proportion" else ""
    return wording.change(value, unit)


def _tone(lower: float, upper: float, direction: str) -> str:
    if direction == "down":
        lower, upper = -upper, -lower
    return "good" if lower > 0 else "bad" if upper < 0 else "open"


def _ends(shown: Comparison, worthwhile: float, forest: pd.DataFrame) -> tuple[float, float]:
    """The axis: all intervals that have ends, zero and the worthwhile effect, with room at both sides."""
    values = [0.0, worthwhile if shown.direction == "up" else -worthwhile, shown.effect]
    for column in ("effect", "lower", "upper"):
        values += forest[column].dropna().tolist()
    known = [value for value in [*values, shown.lower, shown.upper] if math.isfinite(value)]
    low, high = min(known), max(known)
    room = _ROOM * (high - low) or 0.01
    return low - room, high + room


def _interval(shown: Comparison, ends: tuple[float, float], unit: str) -> pd.DataFrame:
    lower, upper = max(shown.lower, ends[0]), min(shown.upper, ends[1])
    words = _written(shown.effect, shown)
    return pd.DataFrame(
        [
            {
                "effect": shown.effect,
                "lower": lower,
                "upper": upper,
                "low_open": lower > shown.lower,
                "high_open": upper < shown.upper,
                "words": words,
                "low_words": _written(shown.lower, shown) if math.isfinite(shown.lower) else "",
                "high_words": _written(shown.upper, shown) if math.isfinite(shown.upper) else "",
                "heading": "Effect",
                "finding": shown.summary(),
            }
        ]
    )


def _lines(shown: Comparison, worthwhile: float) -> pd.DataFrame:
    sign = 1 if shown.direction == "up" else -1
    rows = [{"at": 0.0, "role": "zero", "words": "no effect", "side": -sign}]
    if worthwhile:
        rows.append({"at": sign * worthwhile, "role": "worthwhile", "words": "worthwhile", "side": sign})
    return pd.DataFrame(rows)


def _density(shown: Comparison, worthwhile: float) -> pd.DataFrame:
    curve = shown.density()
    better = curve["x"] if shown.direction == "up" else -curve["x"]
    curve["region"] = "small"
    curve.loc[better < 0, "region"] = "worse"
    curve.loc[better >= max(worthwhile, 0), "region"] = "worthwhile"
    return curve


def _forest(widget: ABCalculator) -> pd.DataFrame:
    """A row per metric and variant on the scale that decides."""
    shown, found = widget.comparison, widget.result
    corrected = found.corrected
    rows = []
    for row in found.frame.itertuples(index=False):
        comparison = corrected[str(row.metric), row.variant]
        if comparison.relative != shown.relative:
            continue  # on its own scale alone; the table has it
        label = f"{row.metric}, {row.variant}" + (" (guardrail)" if row.guardrail else "")
        rows.append(
            {
                "label": label,
                "effect": comparison.effect,
                "lower": comparison.lower,
                "upper": comparison.upper,
                "words": _written(comparison.effect, comparison),
                "tone": _tone(comparison.lower, comparison.upper, comparison.direction),
                "chosen": comparison is shown,
                "heading": label,
                "finding": comparison.summary(),
            }
        )
    return pd.DataFrame(rows)


def twin(widget: ABCalculator) -> str:
    """Return the result as an HTML table; the lesson or the plan, where that is on show or there is no result."""
    if widget.tab == "monitor" and widget.lesson:
        return _lesson(widget)
    if widget.tab == "plan" or widget._analysis is None:
        return _planned(widget)
    rows = {}
    for (metric, variant), found in widget.result.corrected.items():
        rows[f"{metric}, {variant}"] = {
            "Control": wording.significant(found.control),
            "Treatment": wording.significant(found.treatment),
            "Effect": _written(found.effect, found),
            "From": _written(found.lower, found) if math.isfinite(found.lower) else "–",
            "To": _written(found.upper, found) if math.isfinite(found.upper) else "–",
            "p": "–" if math.isnan(found.p_value) else wording.significant(found.p_value),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "Metric and variant"
    verdict = widget.verdict
    return plain.table(frame, caption=verdict.lines[0], note=verdict.lines[1])


def _lesson(widget: ABCalculator) -> str:
    from custintel_analytics.experiments import false_positive_rate
    from custintel_widgets.ab_calculator import sentences

    alpha = 1 - widget.level
    shares = {
        str(looks): wording.percent(false_positive_rate(looks, alpha))
        for looks in sorted({*_LOOKS, widget.looks})
    }
    frame = pd.DataFrame({"False alarms": shares})
    frame.index.name = "Looks"
    return plain.table(frame, caption=sentences.lesson(widget.looks, alpha))


def _planned(widget: ABCalculator) -> str:
    plan = widget.plan
    days = "–" if plan.duration is None else f"{plan.duration.days:,}"
    row = {
        "Baseline": wording.significant(widget.baseline),
        "Effect": wording.significant(float(plan.effect or 0)),
        "Power": wording.chance(float(plan.power or 0)),
        "Units per arm": wording.integer(math.ceil(plan.n_per_arm)),
        "Days": days,
    }
    frame = pd.DataFrame([row], index=pd.Index(["Plan"], name=""))
    return plain.table(frame, caption=plan.sentence)
