"""What stands around the explorer's pictures: headline, notes, choices, and the selection in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from custintel_widgets.core.source import variable_name
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


def selected(widget: SegmentExplorer) -> dict[str, Any]:
    """Size and words of the selection; `of` tells the page which selection they are about."""
    items = widget.selection
    words: dict[str, Any] = {"of": items, "size": None, "text": "", "code": "", "detail": ""}
    if not items:
        return words
    result = widget._named()
    members = widget._members_on_show(items)
    size, value = int(members.sum()), result.features.value
    if 0 < size < widget.min_group or small_segments(widget):
        return {**words, "text": sentences.too_small(widget.min_group), "code": _code(widget)}
    worth = None if value is None else float(value.to_numpy()[members].sum())
    words |= {"size": size, "text": sentences.selected(size, worth, widget.currency), "code": _code(widget)}
    if len(items) == 1 and items[0]["kind"] == "segment":
        words["detail"] = sentences.distinguishing(result.profile, items[0]["segment"])
    return words


def small_segments(widget: SegmentExplorer) -> bool:
    """Whether a selected segment has too few people: beside others its size could be had by subtraction."""
    named = [item["segment"] for item in widget.selection if item["kind"] == "segment"]
    labels = widget._shown_now().labels
    return any(0 < int((labels == segment).sum()) < widget.min_group for segment in named)


def _code(widget: SegmentExplorer) -> str:
    if widget.audience_mode == "viewer":
        return ""
    name = variable_name(widget) or "explorer"
    return f"{name}.selection = {widget.selection!r}\n{name}.audience"
