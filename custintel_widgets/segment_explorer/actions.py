"""What the page asks the explorer for: work behind its tabs, answered on traits of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import Cancelled, DataError
from custintel_widgets.core.requests import Handler, Then
from custintel_widgets.segment_explorer import fitting, mapping, moving, selected, tabs
from custintel_widgets.segment_explorer.sentences import too_small

if TYPE_CHECKING:
    from custintel_analytics.segments import Choice
    from custintel_widgets.core.work import Progress
    from custintel_widgets.segment_explorer.widget import SegmentExplorer


def handlers(widget: SegmentExplorer) -> Mapping[str, Handler]:
    """Return the explorer's requests by name."""

    def answer(trait: str, build: Callable[..., dict[str, Any]]) -> Handler:
        return _of_one_result(widget, build, lambda value: setattr(widget, trait, value))

    return {
        "find": _of_one_result(widget, _find, lambda choice: _found(widget, choice)),
        "choose": _of_one_result(widget, tabs.quality, widget._take_choice),
        "preview": answer("_preview", tabs.preview),
        "map": answer("_map", mapping.customer_map),
        "migration": answer("_flows", moving.flows),
        "rules": answer("_rules", tabs.rules),
        "audit": answer("_audit", tabs.audit),
        "why": lambda progress, customer: tabs.why(widget, customer),
        "customers_csv": lambda progress, which="selection": _customers_csv(widget, progress),
    }


def _of_one_result(
    widget: SegmentExplorer, build: Callable[..., Any], apply: Callable[[Any], Any]
) -> Handler:
    """A request about the result on show: if another has come meanwhile its answer is dropped."""

    def handler(progress: Progress, **args: Any) -> Then:
        about = widget._shown

        def superseded() -> bool:
            return widget._shown is not about

        try:
            value = build(widget, progress, **args)
        except Exception as error:
            # Half of it was about the one, half about the other.
            if superseded():
                raise Cancelled("superseded") from error
            raise

        def at_last() -> None:
            if superseded():
                raise Cancelled("superseded")
            apply(value)

        return Then(at_last)

    return handler


def _find(widget: SegmentExplorer, progress: Progress) -> Choice:
    return fitting.choice(widget, "kmeans", progress)


def _found(widget: SegmentExplorer, choice: Choice) -> None:
    """Take k-means with the recommended number of segments; the fit itself is the widget's own work."""
    widget._take_choice(choice)
    widget._change_from_page(method="kmeans", n_segments=choice.recommended)


def _customers_csv(widget: SegmentExplorer, progress: Progress) -> dict[str, str]:
    from custintel_analytics.privacy import pseudonymise

    if not widget.selection:
        raise DataError("Nothing is selected. Click a segment first.")
    progress(0, 2, "Finding the customers")
    members = selected.members_on_show(widget, widget.selection)
    if members.sum() < widget.min_group or selected.small_segments(widget):
        raise DataError(
            f"{too_small(widget.min_group)}: too few to leave the notebook unrecognised. Select others, or lower "
            "min_group."
        )
    result = widget._shown_now()
    names = widget._names_of(result.model)
    progress(1, 2, "Replacing ids by pseudonyms")
    ids = pseudonymise(result.features.frame.index[members])
    chosen = result.labels[members]
    large = {label for label in np.unique(chosen) if (chosen == label).sum() >= widget.min_group}
    segments = [names.get(int(label), "") if label in large else "" for label in chosen]
    lines = ["customer_pseudonym,segment", *(f"{i},{_quoted(s)}" for i, s in zip(ids, segments, strict=True))]
    return {"csv": "\n".join(lines) + "\n", "name": f"{selected.name(widget)}.csv"}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
