"""From a retention result to the two tables that the page and the chart draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from custintel_analytics.cohorts import Retention

MEASURES = {
    "retention": "Retention",
    "active": "Active customers",
    "revenue": "Revenue",
    "orders": "Orders",
    "average_order": "Average order",
    "cumulative_value": "Value per customer acquired",
}
# Columns for people who compute with the frame; the picture does without, and the wire stays light.
NOT_DRAWN = ["cohort_start", "age_to", "cumulative_orders"]
_FREQUENCY = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q-DEC", "year": "Y-DEC"}
ELAPSED_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


def age_unit(result: Retention) -> str:
    """What one step of age is called: ``30-day window``, ``month``."""
    settings = result.settings
    if settings.window == "elapsed" and settings.grain != "day":
        return f"{ELAPSED_DAYS[settings.grain]}-day window"
    return settings.grain


def age_title(result: Retention) -> str:
    """The title of the age axis."""
    return f"{age_unit(result).capitalize()}s since first purchase"


def cohort_label(start: Any, cohort: str, grain: str | None) -> str:
    """A cohort's name for people: ``Jan 1997``, ``27 Jan 1997``, ``Q1 1997``, ``1997`` or the attribute's value."""
    if grain is None or pd.isna(start):
        return str(cohort)
    if grain in ("day", "week"):
        return f"{start.day} {start:%b %Y}"
    if grain == "month":
        return f"{start:%b %Y}"
    if grain == "quarter":
        return f"Q{start.quarter} {start.year}"
    return str(start.year)


def _diagonals(frame: pd.DataFrame, result: Retention) -> list[str]:
    """The calendar period of each cell; empty where a cohort spans several, so that none is meant."""
    settings = result.settings
    if settings.window != "calendar" or settings.cohort_grain is None or settings.kind == "bracket":
        return [""] * len(frame)
    own, step = _FREQUENCY[settings.cohort_grain], _FREQUENCY[settings.grain]
    spans = frame["cohort_start"].dt.to_period(own)
    first = spans.dt.start_time.dt.to_period(step)
    last = spans.dt.end_time.dt.to_period(step)
    labels = []
    for begin, end, age in zip(first, last, frame["age"], strict=True):
        labels.append(period_label(begin + int(age), settings.grain) if begin == end else "")
    return labels


def period_label(period: Any, grain: str) -> str:
    """The label of a calendar period as the analytics write it: ``1998-03``, ``1998-Q1``, ``1998-03-02``."""
    if grain in ("day", "week"):
        return f"{period.start_time:%Y-%m-%d}"
    if grain == "quarter":
        return f"{period.year}-Q{period.quarter}"
    return f"{period.year}" if grain == "year" else f"{period.start_time:%Y-%m}"


def _age_labels(frame: pd.DataFrame) -> pd.Series[Any]:
    if "age_to" not in frame:
        return frame["age"].astype(str)
    wide = frame["age_to"] != frame["age"]
    return frame["age"].astype(str).where(~wide, frame["age"].astype(str) + "–" + frame["age_to"].astype(str))


def cells(result: Retention) -> pd.DataFrame:
    """The result's frame with what the picture needs: row number, labels, diagonal."""
    frame = result.frame.copy()
    order = {cohort: number for number, cohort in enumerate(dict.fromkeys(frame["cohort"]))}
    frame["row"] = frame["cohort"].map(order).astype("int64")
    frame["diagonal"] = _diagonals(frame, result)
    grain = result.settings.cohort_grain
    names = [cohort_label(s, c, grain) for s, c in zip(frame["cohort_start"], frame["cohort"], strict=True)]
    frame["label_cohort"] = [
        f"{name} †" if old else name for name, old in zip(names, frame["truncated"], strict=True)
    ]
    frame["age_label"] = _age_labels(frame)
    return frame


def average(result: Retention) -> pd.DataFrame:
    """Average curves for both weightings, without and with truncated cohorts, one below the other."""
    parts = []
    for weights in ("customers", "cohorts"):
        for included in (False, True) if result.frame["truncated"].any() else (False,):
            part = result.average(weights=weights, include_truncated=included)
            parts.append(part.assign(weights=weights, with_truncated=included))
    frame = pd.concat(parts, ignore_index=True)
    frame["label_cohort"] = "Average"
    frame["age_label"] = _age_labels(frame)
    return frame


def has_measure(result: Retention, measure: str) -> bool:
    """Whether the result holds `measure`."""
    return measure in result.frame.columns
