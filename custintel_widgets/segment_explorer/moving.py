"""The explorer's migration view: who moved between segments since an earlier day, and what drifted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_widgets.core.frames import encode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.segments import Migration
    from custintel_widgets.core.work import Progress
    from custintel_widgets.segment_explorer.widget import SegmentExplorer

QUARTER = 90


def earlier_day(widget: SegmentExplorer) -> str:
    """The day that migration starts from: as asked, else a quarter before the features' own."""
    as_of = widget._shown_now().everyone.as_of
    if as_of is None or widget.table is None:
        raise DataError(
            "Migration compares two days, and these features were made from a frame of one. Give the explorer "
            "the purchases: SegmentExplorer(table)."
        )
    return widget.migrate_from or (as_of - dt.timedelta(days=QUARTER)).isoformat()


def moves(widget: SegmentExplorer, progress: Progress) -> Migration:
    """Both days side by side, read once and kept until the segments or the day change."""
    from custintel_analytics import segments

    result, day = widget._shown_now(), earlier_day(widget)
    kept = widget._moves
    if kept is None or kept[:2] != (result.model, day):
        progress(0, 3, f"Reading the purchases until {day}")
        before = result.everyone.at(day)
        progress(1, 3, "Finding each customer's segment then")
        names = widget._names_of(result.model)
        found = segments.migration(result.model, before, result.everyone, names)
        kept = widget._moves = (result.model, day, found)
    return kept[2]


def moved(widget: SegmentExplorer, source: int, target: int) -> NDArray[np.bool_]:
    """Which customers were in one segment and are in another."""
    ids = moves(widget, lambda done, total, message: None).customers(source, target)
    return np.asarray(widget._shown_now().everyone.frame.index.isin(ids))


def flows(widget: SegmentExplorer, progress: Progress, shared: bool = False) -> dict[str, Any]:
    """Ribbons, nodes and matrix of the migration, and what drifted; flows of too few people are left out.

    Parameters
    ----------
    widget, progress
        The explorer, and whom to tell of the work.
    shared
        Whether other people will see it: then no hidden flow can be had from the sums of the others.
    """
    from custintel_analytics import segments
    from custintel_analytics.segments.drift import shares
    from custintel_analytics.segments.groups import suppress

    found = moves(widget, progress)
    strict = shared or widget.audience_mode == "viewer"
    progress(2, 3, "Comparing the features of both days")
    matrix, hidden = suppress(
        found.frame,
        counts="customers",
        threshold=widget.min_group,
        totals=["from_segment", "to_segment"] if strict else False,
    )
    matrix = matrix.reset_index(drop=True)
    return {
        "ribbons": encode(found.ribbons(matrix)),
        "nodes": encode(found.nodes(matrix)),
        "matrix": encode(matrix),
        "drift": encode(segments.drift(found.before, found.after)),
        "before": _iso(found.before.as_of),
        "after": _iso(found.after.as_of),
        "headline": replace(found, frame=matrix).headline,
        "shares_psi": shares(found.labels_before, found.labels_after).psi,
        "hidden": hidden,
        "notes": _notes(found, widget.min_group if strict else 0),
    }


def _notes(found: Migration, threshold: int) -> list[str]:
    """What one has to know; with a threshold, for others, no number of fewer people."""
    agreed = len(found.newly_agreed)
    said = [found.agreed_sentence] if agreed and agreed >= threshold else []
    if found.notes and threshold:
        return [*said, "Values that are missing at one of the dates were filled."]
    return [*said, *found.notes]


def _iso(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()
