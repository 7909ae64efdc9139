"""What the page asks the explorer for: work behind its tabs, answered on traits of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_widgets.core.requests import Handler, Then
from custintel_widgets.segment_explorer import mapping, moving, tabs

if TYPE_CHECKING:
    from custintel_widgets.core.work import Progress
    from custintel_widgets.segment_explorer.widget import SegmentExplorer


def handlers(widget: SegmentExplorer) -> Mapping[str, Handler]:
    """Return the explorer's requests by name."""

    def answer(trait: str, build: Callable[..., dict[str, Any]]) -> Handler:
        def handler(progress: Progress, **args: Any) -> Then:
            value = build(widget, progress, **args)
            return Then(lambda: setattr(widget, trait, value))

        return handler

    return {
        "find": lambda progress: _find(widget, progress),
        "choose": lambda progress: _choose(widget, progress),
        "preview": lambda progress, n_segments=0: _preview(widget, progress, int(n_segments)),
        "map": answer("_map", mapping.customer_map),
        "migration": answer("_flows", moving.flows),
        "rules": answer("_rules", tabs.rules),
        "audit": answer("_audit", tabs.audit),
        "why": lambda progress, customer: tabs.why(widget, customer),
        "customers_csv": lambda progress, which="selection": _customers_csv(widget, progress),
    }


def _choose(widget: SegmentExplorer, progress: Progress) -> Then:
    choice = tabs.quality(widget, progress)
    return Then(lambda: widget._take_choice(choice))


def _find(widget: SegmentExplorer, progress: Progress) -> Then:
    """k-means with the recommended number of segments; the fit itself is the widget's own work."""
    choice = widget._choice_of("kmeans", progress)

    def apply() -> None:
        widget._take_choice(choice)
        widget._change_from_page(method="kmeans", n_segments=choice.recommended)

    return Then(apply)


def _preview(widget: SegmentExplorer, progress: Progress, n_segments: int) -> Then:
    value = tabs.preview(widget, progress, n_segments) if n_segments else {}
    return Then(lambda: setattr(widget, "_preview", value))


def _customers_csv(widget: SegmentExplorer, progress: Progress) -> dict[str, str]:
    from custintel_analytics.privacy import pseudonymise

    if not widget.selection:
        raise DataError("Nothing is selected. Click a segment first.")
    progress(0, 2, "Finding the customers")
    members = widget._members_on_show(widget.selection)
    if members.sum() < widget.min_group:
        raise DataError(
            f"The selection holds fewer than {widget.min_group} customers, too few to leave the notebook "
            "unrecognised. Select more, or lower min_group."
        )
    result = widget._shown_now()
    names = widget._names_of(result.model)
    progress(1, 2, "Replacing ids by pseudonyms")
    ids = pseudonymise(result.features.frame.index[members])
    segments = [names.get(int(label), "") for label in result.labels[members]]
    lines = ["customer_pseudonym,segment", *(f"{i},{_quoted(s)}" for i, s in zip(ids, segments, strict=True))]
    return {"csv": "\n".join(lines) + "\n", "name": f"{widget._selection_name()}.csv"}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
