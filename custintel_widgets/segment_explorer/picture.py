"""The explorer outside the page: an Altair chart with its data, and the table twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from custintel_widgets.core import twin as plain
from custintel_widgets.core.words import integer, money, percent
from custintel_widgets.segment_explorer import frames
from custintel_widgets.segment_explorer import selection as selecting
from custintel_widgets.segment_explorer.view import view

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart
    from custintel_widgets.segment_explorer.widget import SegmentExplorer


def build(widget: SegmentExplorer) -> AnyChart:
    """Return the segments' bars and their profile in one chart, in the widget's present state."""
    from custintel_widgets.core.charts import with_data
    from custintel_widgets.segment_explorer import chart

    result = widget._named()
    segments, profile = frames.listed(result), frames.drawn_profile(result.profile)
    drawn = chart.whole({"profile_value": widget.profile_value}, segments=len(segments))
    return with_data(drawn, segments=segments, profile=profile)


def twin(widget: SegmentExplorer) -> str:
    """Return the segment list as an HTML table."""
    from custintel_analytics.segments import labelled

    result = widget._for_others()
    around = view(widget, result)
    rows = [_row(row, widget.currency) for row in labelled.rows_of(result.segments)]
    frame = pd.DataFrame(rows, index=pd.Index(result.segments["name"], name="Segment"))
    note = ". ".join(part for part in (around["status_line"], around["hidden"]) if part)
    return plain.table(frame.fillna("–"), caption=around["headline"], note=note)


def _row(row: dict[str, Any], currency: str) -> dict[str, str]:
    said = {"Customers": integer(row["size"]), "Share": percent(row["share"], 0)}
    if pd.notna(row.get("value")):
        said |= {
            "Revenue": money(row["value"], currency),
            "Share of revenue": percent(row["value_share"], 0),
            "Each": money(row["mean_value"], currency),
        }
    if pd.notna(row.get("lapsed")):
        said["Lapsed"] = percent(row["lapsed"], 0)
    return {**said, "Rule": row["rule"]}


def without_kernel(widget: SegmentExplorer, state: dict[str, Any]) -> dict[str, Any]:
    """Return the state of an exported file: tabs filled, groups only on the map, no code and no preview."""
    from custintel_widgets.segment_explorer import mapping, moving, tabs

    def unheard(done: int, total: int, message: str) -> None:
        """Nobody waits for progress of an export."""

    result = widget._for_others()
    around = view(widget, result)
    only_segments = not [item for item in widget.selection if item["kind"] != "segment"]
    return {
        **state,
        "_frames": frames.on_the_wire(result, widget.actions),
        "_rules": tabs.rules(widget, unheard, shared=True),
        "_audit": state["_audit"] or tabs.audit(widget, unheard),
        "_map": mapping.shared_map(widget),
        "_flows": moving.flows(widget, unheard, shared=True) if state["_flows"] else {},
        "_preview": {},
        "_view": {**around, "code": "", "has": {**around["has"], "kernel": False}},
        # An area of the map may be drawn round a single person.
        "selection": selecting.present(widget.selection, {int(s) for s in result.segments["segment"]}),
        "_selected": {**(state["_selected"] if only_segments else {}), "code": ""},
    }
