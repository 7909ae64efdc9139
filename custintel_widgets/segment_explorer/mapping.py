"""The explorer's map of customers: bins and points for the page, and who is inside an area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from custintel_widgets.core.frames import encode

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.segments import Projection
    from custintel_widgets.core.work import Progress
    from custintel_widgets.segment_explorer.widget import SegmentExplorer

BINS = (72, 48)
# A map that leaves the notebook is coarse, because each bin on it must hold a group.
SHARED_BINS = (24, 16)
MOST_POINTS = 2000


class Window(NamedTuple):
    """The part of the map in view: low and high of both axes."""

    x: tuple[float, float]
    y: tuple[float, float]


def _ends(given: Any, whole: tuple[float, float]) -> tuple[float, float]:
    return (float(given[0]), float(given[1])) if given else whole


def plane(widget: SegmentExplorer) -> Projection:
    """The customers of the fit in two dimensions; kept until the fit or the projection changes."""
    model, method = widget._shown_now().model, widget.projection
    kept = widget._plane
    if kept is None or kept[:2] != (model, method):
        kept = widget._plane = (model, method, model.projection(method))
    return kept[2]


def customer_map(
    widget: SegmentExplorer, progress: Progress, x: Any = None, y: Any = None, serial: int = 0
) -> dict[str, Any]:
    """Bins of the customers in view, or single points when they are few and the map stays with the analyst.

    Parameters
    ----------
    widget, progress
        The explorer, and whom to tell of the work.
    x, y
        The window, ``[low, high]``; everything when left out.
    serial
        The page's number of the request.
    """
    progress(0, 2, "Laying out the customers")
    layout = plane(widget)
    window = Window(*(_ends(given, whole) for given, whole in zip((x, y), layout.extent, strict=True)))
    if widget.audience_mode == "viewer":
        return shared_map(widget, serial)
    labels, keep = widget._shown_now().model.labels_, in_focus(widget)
    total = len(widget._shown_now().labels)
    inside = layout.count(window.x, window.y, keep)
    if inside <= MOST_POINTS:
        points = layout.points(labels, window.x, window.y, MOST_POINTS, keep)
        return _wire(widget, layout, "points", points, window, inside, total, 0, serial)
    bins = layout.density(labels, window.x, window.y, BINS, keep)
    return _wire(widget, layout, "density", bins, window, inside, total, 0, serial)


def shared_map(widget: SegmentExplorer, serial: int = 0) -> dict[str, Any]:
    """The whole map for other people's eyes: coarse bins, and none with fewer people than a group must have."""
    from custintel_analytics.segments.groups import suppress

    layout = plane(widget)
    bins = layout.density(widget._shown_now().model.labels_, bins=SHARED_BINS, keep=in_focus(widget))
    # Nobody can subtract a single bin from a total that the map doesn't state.
    kept, hidden = suppress(bins, counts="count", threshold=widget.min_group, totals=False)
    count = int(kept["count"].sum())
    return _wire(
        widget,
        layout,
        "density",
        kept.reset_index(drop=True),
        Window(*layout.extent),
        count,
        count,
        hidden,
        serial,
    )


def _wire(
    widget: SegmentExplorer,
    layout: Projection,
    kind: str,
    frame: pd.DataFrame,
    window: Window,
    inside: int,
    total: int,
    hidden: int,
    serial: int,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "frame": encode(frame),
        "x": list(window.x),
        "y": list(window.y),
        "extent": {axis: list(ends) for axis, ends in zip("xy", layout.extent, strict=True)},
        "axes": list(layout.axes),
        "explained": list(layout.explained),
        "shown": inside,
        "total": total,
        "hidden": hidden,
        "note": layout.note,
        "serial": serial,
    }


def in_focus(widget: SegmentExplorer) -> NDArray[np.bool_] | None:
    """Which of the fit's customers are on show; None for all."""
    result = widget._shown_now()
    if result.features is result.everyone:
        return None
    everyone = result.everyone.frame.index
    return np.asarray(everyone.isin(result.features.frame.index))
