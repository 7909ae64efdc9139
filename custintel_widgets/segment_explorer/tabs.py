"""What the explorer's tabs show: built from analytics' results, ready for the wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_widgets.core.frames import encode
from custintel_widgets.segment_explorer import fitting, frames, sentences

if TYPE_CHECKING:
    from custintel_analytics.segments import Choice
    from custintel_widgets.core.work import Progress
    from custintel_widgets.segment_explorer.frames import Shown
    from custintel_widgets.segment_explorer.widget import SegmentExplorer

MOST_LEAVES = 30
_ADDRESS = re.compile(r"<function (\w+) at 0x[0-9a-f]+>")
_WHOLE = 10**6
_PREPROCESSING = ("log", "scaling", "clip")
_AUDITED = (
    *("column", "label", "base", "kind", "missing", "distinct", "skewness", "outliers"),
    *("findings", "action", "severity"),
)


# How many?


def quality(widget: SegmentExplorer, progress: Progress) -> Choice:
    """Indices by number of segments, of the present method; of k-means where it has no number to choose."""
    return fitting.choice(
        widget, "kmeans" if widget.method in ("rfm", "hdbscan") else widget.method, progress
    )


def quality_of(choice: Choice) -> dict[str, Any]:
    """The indices as the tab draws them."""
    return {
        "frame": encode(choice.frame),
        "reason": choice.reason,
        "sample": choice.sample,
        "method": sentences.METHODS[choice.method][0],
    }


def still_holds(choice: Choice | None, before: Shown | None, result: Shown) -> bool:
    """Whether indices that were computed are about the result on show: same features, method and preprocessing."""
    if choice is None or before is None or before.model.features_ is not result.model.features_:
        return False
    then, now = before.model.settings, result.model.settings
    return choice.method == now.method and all(
        getattr(then, name) == getattr(now, name) for name in _PREPROCESSING
    )


def preview(widget: SegmentExplorer, progress: Progress, n_segments: int = 0) -> dict[str, Any]:
    """The segments that another number would give, and what would change; nothing for none."""
    from custintel_analytics.segments import matching

    if not n_segments:
        return {}

    now = widget._shown_now().model
    if now.linkage_ is not None:
        other = now.cut(n_segments)
    else:
        asked = fitting.segmentation(widget, n_segments=n_segments)
        other = asked.fit(now.features_, progress=progress, previous=now)
    names = {**other.names_, **widget._names_of(now)}
    shown = frames.shown(other, widget.focused, widget.names, widget.min_group, rules=False)
    return {
        "n_segments": n_segments,
        "segments": encode(frames.listed(frames.named(shown, names))),
        "changes": matching.changes(now.labels_, other.labels_, names),
    }


# Hierarchy


def tree(result: Shown) -> dict[str, Any]:
    """The dendrogram where the method has one."""
    from custintel_analytics.segments import dendrogram
    from custintel_widgets.core.charts import records

    model = result.model
    if model.linkage_ is None or model.leaves_ is None:
        return {}
    labels = frames.leaf_labels(model)
    drawn = dendrogram.dendrogram(model.linkage_, model.leaf_sizes_, leaves=MOST_LEAVES, labels=labels)
    approximate = [note for note in model.notes_ if not model.exact_ and note.startswith("Approximate")]
    return {
        "frame": encode(drawn),
        "heights": records(dendrogram.heights(model.linkage_, most=MOST_LEAVES)),
        "exact": model.exact_,
        "note": " ".join(approximate),
    }


# Rules, quality, one customer


def rules(widget: SegmentExplorer, progress: Progress, shared: bool = False) -> dict[str, Any]:
    """The rule tree with its accuracy and SQL, and the features' importance.

    Parameters
    ----------
    widget, progress
        The explorer, and whom to tell of the work.
    shared
        Whether other people will see it: no SQL, which may name customers, and only groups that may be shown.
    """
    progress(0, 2, "Growing the rule tree")
    shared = shared or widget.audience_mode == "viewer"
    result = widget._for_others() if shared else widget._shown_now()
    model = result.model
    tree, names = model.rules(), widget._names_of(model)
    progress(1, 2, "Writing SQL")
    has_sql = widget.table is not None and not shared
    there = result.segments["segment"].tolist()
    frame = tree.frame[tree.frame["segment"].isin(there)]
    return {
        "frame": encode(frames.renamed(frame.reset_index(drop=True), names)),
        "accuracy": float(tree.accuracy),
        "note": tree.note,
        "importance": encode(model.importance()),
        "sql": tree.to_sql("duckdb") if has_sql else "",
        "exact_sql": _exact_sql(widget) if has_sql else "",
        "text": tree.text_for(there, widget.min_group),
    }


def _exact_sql(widget: SegmentExplorer) -> str:
    """SQL of the segmentation itself where it is closed-form; the tree's stands in for the others."""
    model = widget._shown_now().model
    return model.to_sql("duckdb") if model.method in CLOSED_FORM else ""


CLOSED_FORM = ("rfm", "kmeans", "minibatch", "mixed")


def audit(widget: SegmentExplorer, progress: Progress) -> dict[str, Any]:
    """The quality of each feature, and the preprocessing as it is."""
    progress(0, 1, "Looking at each feature")
    model = widget._shown_now().model
    found = widget._shown_now().everyone.audit
    return {
        "frame": encode(found.frame[list(_AUDITED)]),
        "score": found.score,
        "sentences": [],  # they say what score and table say
        "pipeline": ""
        if model.pipeline_ is None
        else _ADDRESS.sub(r"\1", model.pipeline_.__repr__(N_CHAR_MAX=_WHOLE)),
        "left_out": encode(widget._shown_now().everyone.left_out),
    }


def why(widget: SegmentExplorer, customer: str) -> dict[str, Any]:
    """Why a customer is where they are."""
    from custintel_widgets.core.charts import records

    model = widget._shown_now().model
    found = model.why(_known(widget._shown_now().everyone.frame.index, customer))
    return {"sentence": found.sentence, "frame": records(found.frame)}


def _known(index: Any, customer: Any) -> Any:
    """The id as the features have it; the page sends text."""
    text = str(customer).strip()
    wanted: Any = text
    if index.dtype.kind in "iu":
        wanted = int(text) if text.lstrip("-").isdigit() else None
    if wanted not in index:
        raise DataError(f"There is no customer {text!r}. Ids look like {index[0]}.", column="customer")
    return wanted
