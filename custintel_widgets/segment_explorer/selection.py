"""What can be selected in the explorer: segments, an area of the map, and moves between segments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from custintel_analytics.segments.migration import NOT_AGREED
from custintel_widgets.core.selection import normalised
from custintel_widgets.core.traits import InputError

MOST_CORNERS = 400
_EXAMPLES = (
    '0 or {"kind": "segment", "segment": 0}; {"kind": "lasso", "polygon": [[0, 0], [1, 0], [1, 1]]}; '
    '{"kind": "flow", "from": 0, "to": 1}'
)


def normalise(items: Any) -> list[dict[str, Any]]:
    """Return the typed list for what a person or the page gave.

    Parameters
    ----------
    items
        A list of items, or one of them: a segment's number, or a dict as in ``SegmentExplorer.selection``.

    Raises
    ------
    InputError
        If an item is none of the three kinds; the message shows one of each.
    """
    return normalised(items, lambda one: isinstance(one, dict | int | np.integer), _item, _EXAMPLES)


def _item(item: Any) -> dict[str, Any]:
    if isinstance(item, int | np.integer) and not isinstance(item, bool):
        item = {"kind": "segment", "segment": int(item)}
    kind = item.get("kind") if isinstance(item, dict) else None
    if kind == "segment" and "segment" in item:
        return {"kind": "segment", "segment": _number(item["segment"])}
    if kind == "flow" and "from" in item and "to" in item:
        return {"kind": "flow", "from": _number(item["from"]), "to": _number(item["to"])}
    if kind == "lasso" and "polygon" in item:
        return {"kind": "lasso", "polygon": _polygon(item["polygon"])}
    raise InputError(f"{item!r} can't be selected. Items look like {_EXAMPLES}.")


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer) or int(value) != value:
        raise InputError(f"A segment is {value!r}; give its whole number, 0 for the first.")
    return int(value)


def _polygon(corners: Any) -> list[list[float]]:
    try:
        points = [[float(x), float(y)] for x, y in corners]
    except (TypeError, ValueError) as error:
        raise InputError(f"A lasso is a list of points [x, y]; found {corners!r}.") from error
    if not 3 <= len(points) <= MOST_CORNERS or not all(math.isfinite(v) for p in points for v in p):
        raise InputError(f"A lasso has {len(points)} corners; it needs 3 to {MOST_CORNERS} finite ones.")
    return points


def segments_of(items: Sequence[dict[str, Any]]) -> set[int]:
    """Return the segments that the items name."""
    return {
        number
        for item in items
        for key, number in item.items()
        if key in ("segment", "from", "to") and isinstance(number, int)
    }


def present(items: Sequence[dict[str, Any]], segments: set[int]) -> list[dict[str, Any]]:
    """Return the segment items that still exist; an area or a move belongs to the fit it was drawn in."""
    return [item for item in without(items, "lasso", "flow") if item["segment"] in segments]


def without(items: Sequence[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    """Return the items of other kinds."""
    return [item for item in items if item["kind"] not in kinds]


def called(item: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """Return what an audience of the item is called."""
    if item["kind"] == "segment":
        return names.get(item["segment"], f"Segment {item['segment']}")
    if item["kind"] == "lasso":
        return "Area of the map"
    begun = "Newly agreed" if item["from"] == NOT_AGREED else "New"
    return f"{names.get(item['from'], begun)} to {names.get(item['to'], 'Gone')}"
