"""The segment explorer: state and wiring."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from custintel_analytics.errors import DataError
from custintel_widgets.core import traits
from custintel_widgets.core.base import CustintelWidget
from custintel_widgets.core.requests import Handler
from custintel_widgets.core.source import arguments, source_code, variable_name
from custintel_widgets.core.traits import InputError
from custintel_widgets.core.words import integer, plural
from custintel_widgets.core.work import Progress
from custintel_widgets.segment_explorer import given
from custintel_widgets.segment_explorer import selection as selecting

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.audiences import Audience
    from custintel_analytics.segments import Choice, Features, Migration, Projection, Segmentation
    from custintel_analytics.tables import Table
    from custintel_widgets.core.charts import AnyChart
    from custintel_widgets.segment_explorer.frames import Shown

METHODS = ("rfm", "kmeans", "minibatch", "ward", "gmm", "hdbscan", "mixed")
# What an open tab shows is made again when it is asked for: it belongs to one result.
_PANELS = ("_map", "_flows", "_rules", "_audit", "_preview")


class SegmentExplorer(CustintelWidget):
    """Who our customers are, and which of them to talk to.

    Parameters
    ----------
    source
        Anything `custintel_analytics.tables.as_table` takes, a checked table, the result of
        `custintel_analytics.segments.features`, or a fitted `custintel_analytics.segments.Segmentation`.
    **settings
        Column roles for `as_table` (``customer=``, ``date=`` …), arguments of `segments.features`
        (``customers=``, ``bases=``, ``category=``, ``consent=`` …), and any input listed below.

    Raises
    ------
    TypeError
        If an argument is unknown; the message suggests the nearest.
    custintel_analytics.errors.DataError
        If the data can't be read, or can't be divided as asked.

    Examples
    --------
    >>> from custintel_analytics import datasets, tables
    >>> explorer = SegmentExplorer(tables.as_table(datasets.cdnow()))  # doctest: +SKIP
    """

    component = "segment_explorer"
    computed_from = (
        *("method", "n_segments", "columns", "log", "scaling", "clip"),
        *("as_of", "min_group", "audience_mode"),
    )

    # Inputs
    method = traits.choice(METHODS, "rfm", "how customers are divided")
    n_segments = traits.count(4, 2, 30, "number of segments, for methods that are told")
    columns = traits.names("features that segments are made from; empty for all that are offered by default")
    log = traits.flag(True, "whether skewed features are logged first")
    scaling = traits.choice(
        ("standard", "robust", "none"), "standard", "how features are brought to one scale"
    )
    clip = traits.number(0.0, 0.0, 0.2, "share at each end of a feature that is clipped; 0 clips nothing")
    names = traits.labels("names that people gave to segments, by number")
    actions = traits.labels("what people will do about segments, by number", longest=200)
    as_of = traits.text("", "last day observed, YYYY-MM-DD; empty for the data's last day")
    min_group = traits.count(10, 1, 1000, "fewest people that a group on show or in an export may have")
    show_map = traits.flag(False, "whether the map of customers is open")
    projection = traits.choice(("pca", "umap"), "pca", "how the map lays customers out")
    tab = traits.choice(("none", "choose", "migration", "rules", "quality"), "none", "the open tab")
    migrate_from = traits.text(
        "", "earlier day that migration starts from, YYYY-MM-DD; empty for a quarter before"
    )
    profile_value = traits.choice(("index", "mean", "effect"), "index", "what the profile's cells show")
    table_view = traits.flag(False, "show the table instead of the picture")

    # Selection
    selection = traits.selection("selected segments, areas of the map and moves between segments")

    # Wire
    _frames = traits.wire("segments and profile as column buffers")
    _quality = traits.wire("indices by number of segments, with the recommendation")
    _tree = traits.wire("the dendrogram and the heights at which it is cut")
    _map = traits.wire("the map's bins or points, with its axes in words")
    _flows = traits.wire("migration between two days, and what drifted")
    _rules = traits.wire("the rule tree, its accuracy, SQL, and the features' importance")
    _audit = traits.wire("the quality of the features and what was done about it")
    _preview = traits.wire("the segments that another number would give")
    _view = traits.wire("headline, notes, footer and what can be chosen")
    _selected = traits.wire("size and words of the selection")

    def __init__(self, source: Any, **settings: Any) -> None:
        roles = {name: settings.pop(name) for name in given.ROLES if name in settings}
        asked = {name: settings.pop(name) for name in given.FEATURES if name in settings}
        self._refuse_unknown(settings)
        self._source = given.take(source, roles, asked)
        self._written, self._asked_code = source_code(source, roles), arguments(asked)
        self._ready_made = None if set(self.computed_from) & settings.keys() else self._source.model
        self._names_then: dict[str, str] = {}
        self._shown: Shown | None = None
        self._choice: Choice | None = None
        # With what they were made for: work that still runs for an earlier result must not leave them behind.
        self._moves: tuple[Segmentation, str, Migration] | None = None
        self._plane: tuple[Segmentation, str, Projection] | None = None
        chosen = settings.pop("selection", [])
        super().__init__(**{**self._source.inputs, **settings})
        self.observe(_selection_changed, names=["selection"])
        self.observe(_words_changed, names=["names", "actions", "currency"])
        self.observe(_map_changed, names=["projection"])
        self.observe(_flows_changed, names=["migrate_from"])
        self._start()
        self.selection = chosen

    @traitlets.validate("selection")
    def _typed(self, proposal: Any) -> list[dict[str, Any]]:
        items = selecting.normalise(proposal["value"])
        if self._shown is None:
            return items
        there = self._shown.selectable
        missing = selecting.segments_of([i for i in items if i["kind"] == "segment"]) - there
        if missing:
            raise InputError(
                f"There is no segment {min(missing)}. There are {', '.join(map(str, sorted(there)))}."
            )
        return items

    @traitlets.validate("projection")
    def _installed(self, proposal: Any) -> str:
        from custintel_widgets.segment_explorer.view import has_umap

        if proposal["value"] == "umap" and not has_umap():
            raise InputError(
                "projection is 'umap', which needs the package umap-learn: pip install 'custintel-widgets[segments]'."
            )
        return str(proposal["value"])

    # Work

    def _compute(self, progress: Progress) -> Shown:
        from custintel_widgets.segment_explorer import fitting, frames

        progress(0, 10, "Reading the purchases")
        features = self._source.features_at(self.as_of, self.columns)
        model, self._ready_made = self._ready_made, None
        if model is None:
            model = fitting.fitted(self, features, progress)
        progress(9, 10, "Describing the segments")
        shared = self.audience_mode == "viewer"
        return frames.shown(model, self.focused, self.names, self.min_group, shared=shared)

    def _take_choice(self, choice: Choice) -> None:
        from custintel_widgets.segment_explorer.tabs import quality_of

        self._choice, self._quality = choice, quality_of(choice)
        self._refresh_view()

    def _interrupt(self, thread: int) -> None:
        if self.table is not None:
            self.table.interrupt(thread)

    def _show(self, result: Shown) -> None:
        from custintel_widgets.segment_explorer import tabs

        before, self._shown = self._shown, result
        for name in _PANELS:
            setattr(self, name, {})
        if before is None or before.model is not result.model:
            if not tabs.still_holds(self._choice, before, result):
                self._choice, self._quality = None, {}
            renumbered = before is not None and before.model.method != result.model.method
            if renumbered and self.names == self._names_then:
                self.names = {}  # they were given to other segments
                self.actions = {}
            self.selection = [] if renumbered else selecting.present(self.selection, result.selectable)
            self._tree = tabs.tree(result)
        self._names_then = self.names
        self._refresh_frames()
        self._refresh_view()
        self._refresh_selected()

    def _set_quietly(self, **inputs: Any) -> None:
        """Set several inputs without a computation for each."""
        self._ready = False
        try:
            with self.hold_sync():
                for name, value in inputs.items():
                    setattr(self, name, value)
        finally:
            self._ready = True

    def _change_from_page(self, **inputs: Any) -> None:
        """Set several inputs that the page asked for, and compute once, on a thread."""
        self._set_quietly(**inputs)
        self._from_page = True
        try:
            self._recompute()
        finally:
            self._from_page = False

    def _focus_is_shown(self) -> None:
        super()._focus_is_shown()
        audience = self.focused
        if audience is None or self._shown is None:
            return
        here = len(self._shown.features.frame)
        if here < audience.size:
            text = (
                f"Filtered to {integer(here)} of {plural(audience.size, 'customer')}: {audience.name}"
                " (the others are not among these features)"
            )
            self._focus = {**self._focus, "text": text, "size": here}

    def _shown_now(self) -> Shown:
        if self._shown is None:
            raise DataError("There is no result yet: the last computation failed. The widget says why.")
        return self._shown

    def _names_of(self, model: Segmentation) -> dict[int, str]:
        return {**model.names_, **{int(key): name for key, name in self.names.items()}}

    def _named(self) -> Shown:
        """The result with the names that people see."""
        from custintel_widgets.segment_explorer.frames import named

        result = self._shown_now()
        return named(result, self._names_of(result.model))

    def _for_others(self) -> Shown:
        """The result as it may leave the notebook: a single hidden group takes the next smallest with it."""
        from custintel_widgets.segment_explorer.frames import shown

        return shown(self.result, self.focused, self.names, self.min_group, shared=True)

    def _refresh_view(self) -> None:
        from custintel_widgets.segment_explorer.view import view

        self._view = view(self, self._named())

    def _refresh_frames(self) -> None:
        from custintel_widgets.segment_explorer.frames import on_the_wire

        self._frames = on_the_wire(self._named(), self.actions)

    # Selection

    def _selected_audience(self) -> Audience | None:
        if not self.selection:
            return None
        from custintel_widgets.segment_explorer import selected

        features = self._shown_now().everyone
        return features.audience(selected.members(self, self.selection), selected.name(self))

    def _refresh_selected(self) -> None:
        from custintel_widgets.segment_explorer import selected

        self._selected = selected.described(self)

    def _request_handlers(self) -> Mapping[str, Handler]:
        from custintel_widgets.segment_explorer import actions

        return actions.handlers(self)

    # What people take away

    def find(self) -> Choice:
        """Divide by k-means into the recommended number of segments, and return the reasons."""
        from custintel_widgets.segment_explorer import fitting

        choice = fitting.choice(self, "kmeans", lambda done, total, message: None)
        self._take_choice(choice)
        self._set_quietly(method="kmeans", n_segments=choice.recommended)
        self._recompute()
        return choice

    @property
    def result(self) -> Segmentation:
        """The fitted segmentation behind the picture."""
        return self._shown_now().model

    @property
    def features(self) -> Features:
        """The features of the customers on show."""
        return self._shown_now().features

    @property
    def frame(self) -> pd.DataFrame:
        """One row per segment on show: size, shares, value, rule."""
        return self._named().segments

    @property
    def profile(self) -> pd.DataFrame:
        """One row per segment and feature: mean, index against the average, effect size."""
        return self._named().profile

    @property
    def labels(self) -> pd.Series[str]:
        """The name of each customer's segment."""
        import pandas as pd

        result = self._shown_now()
        said = pd.Series(result.labels, index=result.features.frame.index, name="segment")
        return said.map(self._names_of(result.model))

    @property
    def table(self) -> Table | None:
        """The checked table that the explorer reads; None where it was given features of a frame."""
        return self._source.table

    @property
    def audience(self) -> Audience:
        """The customers who are selected.

        Raises
        ------
        DataError
            If nothing is selected.
        """
        from custintel_widgets.segment_explorer import selected

        if not self.selection:
            raise DataError("Nothing is selected. Click a segment, or set .selection, for example [0].")
        members = selected.members_on_show(self, self.selection)
        return self._shown_now().features.audience(members, selected.name(self))

    @property
    def chart(self) -> AnyChart:
        """Segments and profile as one Altair chart, with the data in it."""
        from custintel_widgets.segment_explorer import picture

        return picture.build(self)

    def _source_code(self) -> str:
        own = variable_name(self)
        name = self._written or variable_name(self.table) or (f"{own}.table" if own else "table")
        return f"{name}, {self._asked_code}" if self._asked_code else name

    def _code_inputs(self) -> tuple[str, ...]:
        return ("method",) if self.method in ("rfm", "hdbscan") else ("method", "n_segments")

    def _without_kernel(self, state: dict[str, Any]) -> dict[str, Any]:
        from custintel_widgets.segment_explorer import picture

        return picture.without_kernel(self, super()._without_kernel(state))

    def _summary(self) -> str:
        from custintel_widgets.segment_explorer import sentences

        if self._shown is None:
            return "SegmentExplorer without a result"
        return sentences.summary(self._for_others())

    def _twin(self) -> str:
        from custintel_widgets.segment_explorer import picture

        if self._shown is None:
            return f"<p>{html.escape(self._status['error'])}</p>"
        return picture.twin(self)


def _selection_changed(change: Any) -> None:
    widget = change["owner"]
    if widget._ready and widget._shown is not None:
        widget._refresh_selected()


def _words_changed(change: Any) -> None:
    widget = change["owner"]
    if widget._ready and widget._shown is not None:
        widget._refresh_frames()
        widget._refresh_view()
        widget._refresh_selected()


def _map_changed(change: Any) -> None:
    change["owner"]._map = {}
    change["owner"].selection = selecting.without(change["owner"].selection, "lasso")


def _flows_changed(change: Any) -> None:
    change["owner"]._flows = {}
    change["owner"].selection = selecting.without(change["owner"].selection, "flow")
