"""From a fitted segmentation to the tables that the page and the chart draw."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.audiences import Audience
    from custintel_analytics.segments import Features, Segmentation

COLOURS = 12
NO_SEGMENT = -1
# What the page draws; the rest is for people who compute with the frames.
_LISTED = (
    *("segment", "name", "size", "share", "value", "value_share", "mean_value"),
    *("lapsed", "border", "rule"),
)
_DRAWN = (
    *("segment", "name", "feature", "level", "label", "unit", "kind"),
    *("mean", "average", "index", "effect"),
)


@dataclass(frozen=True, eq=False)
class Shown:
    """A segmentation as the widget shows it.

    Parameters
    ----------
    model
        The fitted segmentation.
    features, labels
        The customers on show, and their segments: all, or those of the audience in focus.
    segments, profile
        One row per segment; one per segment and feature. Without groups under the threshold.
    hidden, covered
        Segments that are not shown because too few people are in them; and because those could otherwise be had by
        subtraction.
    """

    model: Segmentation
    features: Features
    labels: NDArray[np.int64]
    segments: pd.DataFrame
    profile: pd.DataFrame
    hidden: int
    covered: int

    @property
    def everyone(self) -> Features:
        """The features of all customers of the fit, whatever the focus."""
        assert self.model.features_ is not None
        return self.model.features_

    @property
    def selectable(self) -> set[int]:
        """The segments there are, on show or not: a focus or a threshold must not empty a selection."""
        return set(np.unique(self.model.labels_).tolist())


def shown(
    model: Segmentation,
    focused: Audience | None,
    typed: Mapping[str, str],
    threshold: int,
    rules: bool = True,
    shared: bool = False,
) -> Shown:
    """Describe the segments over the customers on show; groups under `threshold` people are left out.

    Parameters
    ----------
    model
        The fitted segmentation.
    focused
        The customers on show; None for all.
    typed
        Names that people gave, by the segment's number as text.
    threshold
        The fewest people a group may have.
    rules
        Whether each segment gets the rule of the tree.
    shared
        Whether other people will see it: then a single hidden group takes the next smallest with it, because it
        could be had by subtraction. Whoever has the table can count anyway.
    """
    from custintel_analytics.segments import groups
    from custintel_analytics.segments import profile as profiling

    names = {**model.names_, **{int(key): name for key, name in typed.items()}}
    features, labels = model.features_, model.labels_
    assert features is not None
    if focused is None:
        rows, profile = model.summary(rules=rules), model.profile()
    else:
        everyone = features.frame.index
        features = features.within(focused)
        keep = everyone.isin(features.frame.index)
        labels = labels[keep]
        near = None if model.rfm_ is not None else model.borders()[keep]
        rows = profiling.summary(features, labels, names, model.rules() if rules else None, near)
        profile = profiling.profile(features, labels, names)
    kept, hidden = groups.suppress(rows, counts="size", threshold=threshold, totals=None if shared else False)
    known = profile["segment"].isin(kept["segment"])
    small = int((rows["size"] < threshold).sum())
    result = Shown(
        model, features, labels, kept.reset_index(drop=True), profile[known], small, hidden - small
    )
    return named(result, names)


def named(result: Shown, names: Mapping[int, str]) -> Shown:
    """Return the result with the segments' present names."""
    return dataclasses.replace(
        result, segments=renamed(result.segments, names), profile=renamed(result.profile, names)
    )


def renamed(frame: pd.DataFrame, names: Mapping[int, str]) -> pd.DataFrame:
    """Return the frame with the segments' present names."""
    return frame.assign(name=[names.get(int(s), f"Segment {s}") for s in frame["segment"]])


def on_the_wire(result: Shown, actions: Mapping[str, str]) -> dict[str, Any]:
    """Return segments and profile as the page takes them, with the actions that people typed."""
    from custintel_widgets.core.frames import encode

    return {"segments": encode(listed(result, actions)), "profile": encode(drawn_profile(result.profile))}


def listed(result: Shown, actions: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the segment list: the summary with suggested names, colours and actions, typed or suggested."""
    from custintel_analytics.segments import labelled, naming

    frame = result.segments[list(_LISTED)].copy()
    suggested = result.model.suggested_
    frame["suggested"] = [suggested.get(int(s), "") for s in frame["segment"]]
    frame["colour"] = [colour(int(s)) for s in frame["segment"]]
    typed = actions or {}
    frame["action"] = [
        typed.get(str(row["segment"])) or naming.action(row) for row in labelled.rows_of(result.segments)
    ]
    return frame


def colour(segment: int) -> int:
    """Return the palette's index of a segment: its number, kept by overlap over re-runs; -1 for none."""
    return segment % COLOURS if segment >= 0 else NO_SEGMENT


def drawn_profile(profile: pd.DataFrame) -> pd.DataFrame:
    """Return the profile as the heatmap draws it: the features in their order."""
    frame = profile[list(_DRAWN)].reset_index(drop=True)
    order = {label: number for number, label in enumerate(dict.fromkeys(frame["label"]))}
    frame["order"] = frame["label"].map(order).astype("int64")
    return frame


def leaf_labels(model: Segmentation) -> NDArray[np.int64]:
    """Return the segment of each leaf of the tree: that of any customer in it, for all of a leaf are together."""
    assert model.leaves_ is not None
    assert model.leaf_sizes_ is not None
    labels = np.full(len(model.leaf_sizes_), NO_SEGMENT, dtype=np.int64)
    labels[model.leaves_] = model.labels_
    return labels
