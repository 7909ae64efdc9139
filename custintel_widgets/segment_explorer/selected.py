"""Who is selected, and what is said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_widgets.core.source import variable_name
from custintel_widgets.segment_explorer import mapping, moving, sentences
from custintel_widgets.segment_explorer.selection import called

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_widgets.segment_explorer.widget import SegmentExplorer


def members(widget: SegmentExplorer, items: list[dict[str, Any]]) -> NDArray[np.bool_]:
    """Which of all customers the items select, whatever the focus."""
    labels = widget._shown_now().model.labels_
    chosen = np.zeros(len(labels), dtype=bool)
    for item in items:
        if item["kind"] == "segment":
            chosen |= labels == item["segment"]
        elif item["kind"] == "lasso":
            chosen |= mapping.plane(widget).inside(item["polygon"])
        else:
            chosen |= moving.moved(widget, item["from"], item["to"])
    return chosen


def members_on_show(widget: SegmentExplorer, items: list[dict[str, Any]]) -> NDArray[np.bool_]:
    """Which of the customers on show the items select."""
    keep, chosen = mapping.in_focus(widget), members(widget, items)
    return chosen if keep is None else chosen[keep]


def name(widget: SegmentExplorer) -> str:
    """What the audience of the selection is called."""
    names = widget._names_of(widget._shown_now().model)
    return " or ".join(called(item, names) for item in widget.selection)


def described(widget: SegmentExplorer) -> dict[str, Any]:
    """Size and words of the selection; `of` tells the page which selection they are about."""
    items = widget.selection
    words: dict[str, Any] = {"of": items, "size": None, "text": "", "code": "", "detail": ""}
    if not items:
        return words
    result = widget._named()
    chosen = members_on_show(widget, items)
    size, value = int(chosen.sum()), result.features.value
    if 0 < size < widget.min_group or small_segments(widget):
        return {**words, "text": sentences.too_small(widget.min_group), "code": _code(widget)}
    worth = None if value is None else float(value.to_numpy()[chosen].sum())
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
