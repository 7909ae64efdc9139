"""What stands around the explorer's pictures: headline, notes and choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from custintel_widgets.core.words import day
from custintel_widgets.segment_explorer import sentences

if TYPE_CHECKING:
    from custintel_widgets.segment_explorer.frames import Shown
    from custintel_widgets.segment_explorer.widget import SegmentExplorer


def view(widget: SegmentExplorer, result: Shown) -> dict[str, Any]:
    """Headline, notes, footer and what can be chosen, of a result with the names that people see."""
    model, choice = result.model, widget._choice
    as_of = result.features.as_of
    return {
        "headline": sentences.headline(result, widget.currency),
        "status_line": sentences.status_line(result, choice),
        "notes": sentences.notes(result),
        "footer": sentences.footer(result),
        "title": f"Segments, features as of {day(as_of)}" if as_of else "Segments",
        "code": widget.to_code() if widget.audience_mode == "analyst" else "",
        "hidden": sentences.hidden(result, widget.min_group),
        "choices": {"methods": _methods(widget), "columns": _columns(widget)},
        "has": {
            "value": result.features.value is not None,
            "kernel": True,
            "tree": model.linkage_ is not None,
            "umap": has_umap(),
            "table": result.features.table is not None,
        },
        "recommended": None if choice is None else choice.recommended,
        "exact": model.exact_,
    }


def _methods(widget: SegmentExplorer) -> list[dict[str, Any]]:
    return [
        {"value": name, "label": label, "hint": hint} for name, (label, hint) in sentences.METHODS.items()
    ]


def _columns(widget: SegmentExplorer) -> list[dict[str, Any]]:
    return [
        {
            "value": row["column"],
            "label": row["label"],
            "base": row["base"],
            "on": row["column"] in widget.columns if widget.columns else bool(row["chosen"]),
            "disabled": not row["available"],
            "why": row["why"],
        }
        for row in widget._shown_now().everyone.offered.to_dict("records")
    ]


def has_umap() -> bool:
    """Whether umap-learn is installed."""
    from importlib.util import find_spec

    return find_spec("umap") is not None
