"""From a retention result to the two tables that the page and the chart draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from custintel_analytics.cohorts import periods

if TYPE_CHECKING:
    from custintel_analytics.cohorts import Retention

# Columns for people who compute with the frame; the picture does without, and the wire stays light.
NOT_DRAWN = ["cohort_start", "age_to", "cumulative_orders"]


def age_unit(result: Retention) -> str:
    """What one step of age is called: ``30-day window``, ``month``."""
    settings = result.settings
    if settings.window == "elapsed" and settings.grain != "day":
        return f"{periods.WINDOW_DAYS[settings.grain]}-day window"
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
    begun = frame["cohort_start"].to_numpy().astype("datetime64[D]").astype("int64")
    ended = periods.last_day(periods.index_of(begun, settings.cohort_grain), settings.cohort_grain)
    first, last = (periods.index_of(days, settings.grain) for days in (begun, ended))
    labels = periods.labels(first + frame["age"].to_numpy(), settings.grain)
    return [label if one else "" for label, one in zip(labels, first == last, strict=True)]


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
