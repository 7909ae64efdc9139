"""How the explorer comes to its segments: a fit as asked, and what other numbers of them would be like."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from custintel_analytics.segments import Choice, Features, Segmentation
    from custintel_widgets.core.work import Progress
    from custintel_widgets.segment_explorer.widget import SegmentExplorer

_PREPROCESSING = ("log", "scaling")


def fitted(widget: SegmentExplorer, features: Features, progress: Progress) -> Segmentation:
    """The present model where only what is shown of it has changed, else a new one with the old one's colours."""
    now = widget._shown.model if widget._shown is not None else None
    asked = segmentation(widget)
    if now is not None and now.features_ is features and now.settings == asked.settings:
        return now
    if now is not None and now.linkage_ is not None and _same_but_number(now, asked, features):
        return now.cut(widget.n_segments)
    previous = now if now is not None and now.method == widget.method else None
    return asked.fit(features, progress=progress, previous=previous)


def segmentation(widget: SegmentExplorer, **changes: Any) -> Segmentation:
    """What is asked for, not yet fitted."""
    asked = {name: getattr(widget, name) for name in ("method", "n_segments", *_PREPROCESSING)}
    return widget._source.segmentation(**{**asked, "clip": widget.clip or None, **changes})


def choice(widget: SegmentExplorer, method: str, progress: Progress) -> Choice:
    """Indices over the number of segments, at the present features and preprocessing."""
    from custintel_analytics import segments

    preprocessing = {name: getattr(widget, name) for name in _PREPROCESSING}
    features = widget._shown_now().everyone
    return segments.choose(
        features, method=method, progress=progress, clip=widget.clip or None, **preprocessing
    )


def _same_but_number(now: Segmentation, asked: Segmentation, features: Features) -> bool:
    alike = dataclasses.replace(asked.settings, n_segments=now.n_segments) == now.settings
    return now.features_ is features and alike
