"""The cohort heatmap: state and wiring."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from custintel_analytics.errors import Cancelled, DataError
from custintel_widgets.cohort_heatmap import selection as selecting
from custintel_widgets.cohort_heatmap.selected import described
from custintel_widgets.core import traits
from custintel_widgets.core.base import CustintelWidget
from custintel_widgets.core.focus import Focus
from custintel_widgets.core.requests import Handler
from custintel_widgets.core.source import source_code, variable_name
from custintel_widgets.core.traits import InputError
from custintel_widgets.core.words import day
from custintel_widgets.core.work import Progress, Work

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.audiences import Audience
    from custintel_analytics.cohorts import Retention
    from custintel_analytics.tables import Table
    from custintel_widgets.core.charts import AnyChart

GRAINS = ("day", "week", "month", "quarter", "year")
MEASURES = ("retention", "active", "revenue", "orders", "average_order", "cumulative_value")
_ROLES = ("customer", "date", "amount", "order", "product", "channel", "variant", "metric")


class CohortHeatmap(CustintelWidget):
    """Who stays, by the period in which they came.

    Parameters
    ----------
    source
        Anything `custintel_analytics.tables.as_table` takes, a checked table, or the result of
        `custintel_analytics.cohorts.retention`.
    **settings
        Column roles for `as_table` (``customer=``, ``date=``, ``amount=``, ``order=``), and any input listed
        below. Cohort grain, period grain and window are chosen from the data where they are not given.

    Raises
    ------
    TypeError
        If an argument is unknown; the message suggests the nearest.
    custintel_analytics.errors.DataError
        If the data can't be read as purchases.

    Examples
    --------
    >>> from custintel_analytics import datasets, tables
    >>> heat = CohortHeatmap(tables.as_table(datasets.cdnow()))  # doctest: +SKIP
    """

    component = "cohort_heatmap"
    computed_from = ("cohort_grain", "grain", "window", "kind", "by", "as_of", "level")

    # Inputs
    measure = traits.choice(MEASURES, "retention", "what the cells show")
    cohort_grain = traits.choice(GRAINS, "month", "period that customers are grouped by")
    grain = traits.choice(GRAINS, "month", "length of one step of age")
    window = traits.choice(
        ("calendar", "elapsed"), "calendar", "calendar periods, or windows from each customer's own first day"
    )
    kind = traits.choice(
        ("classic", "unbounded", "bracket"),
        "classic",
        "active at an age, at that age or later, or within a bracket",
    )
    average = traits.choice(("customers", "cohorts"), "customers", "average over customers or over cohorts")
    by = traits.text(
        "", "column whose value at the first purchase forms the cohorts; None for dates", optional=True
    )
    as_of = traits.text("", "last day observed, YYYY-MM-DD; empty for the data's last day")
    level = traits.number(0.95, 0.5, 0.999, "level of the intervals")
    include_truncated = traits.flag(False, "whether averages hold cohorts that are probably old customers")
    normalise = traits.choice(
        ("none", "row", "column"),
        "none",
        "cells as they are, against their row's highest, or their column's average",
    )
    show_interval = traits.flag(True, "whether the curve shows its interval")
    colour_lock = traits.flag(False, "whether the colour scale stays when the measure's values change")
    naive = traits.flag(False, "lesson: draw unfinished cells as if they were finished")
    table_view = traits.flag(False, "show the table instead of the picture")

    # Selection
    selection = traits.selection("selected cells, rows, columns and diagonals")
    compared = traits.selection("the selection pinned for comparison")

    # Counts what is selected; None until construction has come that far.
    _selecting: Work | None = None

    # Wire
    _frames = traits.wire("cells and average as column buffers")
    _view = traits.wire("headline, notes, footer, labels, formats and what can be chosen")
    _selected = traits.wire("size and words of the selection and of the one it is compared with")

    def __init__(self, source: Any, **settings: Any) -> None:
        roles = {name: settings.pop(name) for name in _ROLES if name in settings}
        self._refuse_unknown(settings)
        self._given: Retention | None = None
        self._asked: dict[str, Any] = {}
        self._table, defaults = self._take(source, roles, settings)
        self._written = source_code(source, roles)
        self._result: Retention | None = None
        # The matrix of all customers: what can be selected, whatever the focus.
        self._whole: Retention | None = None
        self._cells: pd.DataFrame | None = None
        self._whole_cells: pd.DataFrame | None = None
        self._selecting = Work(self._interrupt_when_alive(), lambda done, total, message: None)
        chosen = {"selection": settings.pop("selection", []), "compared": settings.pop("compared", [])}
        super().__init__(**{**defaults, **settings})
        self.observe(_selection_changed, names=["selection", "compared"])
        self.observe(_headline_changed, names=["measure", "currency", "audience_mode"])
        self._start()
        for name, items in chosen.items():
            setattr(self, name, items)

    def _take(
        self, source: Any, roles: dict[str, Any], settings: dict[str, Any]
    ) -> tuple[Table, dict[str, Any]]:
        from custintel_analytics import cohorts, tables

        if isinstance(source, cohorts.Retention | tables.Table) and roles:
            table = source if isinstance(source, tables.Table) else source.table
            raise DataError(
                f"The table already has its columns ({', '.join(table.roles)}); {', '.join(roles)} can't be named again. "
                "Name columns in as_table, or hand the raw data to the widget."
            )
        if isinstance(source, cohorts.Retention):
            return source.table, self._take_result(source, settings)
        table = source if isinstance(source, tables.Table) else tables.as_table(source, **roles)
        if {"cohort_grain", "grain", "window"} & settings.keys():
            return table, {}
        return table, dict(cohorts.suggest_grain(table, as_of=settings.get("as_of") or None))

    def _take_result(self, result: Retention, settings: dict[str, Any]) -> dict[str, Any]:
        """Return the result's settings as inputs, and keep what has no input of its own."""
        known = result.settings
        self._asked = {n: getattr(known, n) for n in ("values", "brackets", "detect_truncation")}
        if known.audience is not None:
            self._wanted = Focus([known.audience])
        elif not set(self.computed_from) & settings.keys():
            self._given = result
        taken = {n: getattr(known, n) for n in ("grain", "window", "kind", "by", "level")}
        return {**taken, "cohort_grain": known.cohort_grain or known.grain, "as_of": known.as_of.isoformat()}

    @traitlets.validate("selection", "compared")
    def _typed(self, proposal: Any) -> list[dict[str, Any]]:
        items = selecting.normalise(proposal["value"])
        if self._whole_cells is None:
            return items
        there = selecting.present(items, self._whole_cells)
        missing = [item for item in items if item not in there]
        if missing:
            raise InputError(
                f"{missing[0]} isn't in the matrix on show. It has the cohorts {self._span('cohort')}, "
                f"ages {self._span('age')} and diagonals {self._span('diagonal') or 'none (they need window=calendar)'}."
            )
        return items

    def _span(self, column: str) -> str:
        assert self._whole_cells is not None
        values = sorted(v for v in self._whole_cells[column].unique() if v != "")
        return f"{values[0]} to {values[-1]}" if values else ""

    # Work

    def _compute(self, progress: Progress) -> tuple[Retention, Retention]:
        given, self._given = self._given, None
        unchanged = {name: getattr(self, name) for name in self.computed_from} == self._shown_with
        whole = given or (self._whole if unchanged else None) or self._ask(progress)
        shown = whole if self.focused is None else self._ask(progress, audience=self.focused)
        # Both ask the engine; here they may take their time, and the page can stop them.
        progress(1, 2, "Counting what is left out")
        _ = shown.bought_once, len(shown.left_out)
        return shown, whole

    def _ask(self, progress: Progress, **more: Any) -> Retention:
        from custintel_analytics import cohorts

        return cohorts.retention(
            self._table,
            grain=self.grain,
            cohort_grain=None if self.by else self.cohort_grain,
            window=self.window,
            kind=self.kind,
            by=self.by,
            as_of=self.as_of or None,
            level=self.level,
            progress=progress,
            **self._asked,
            **more,
        )

    def _interrupt(self, thread: int) -> None:
        self._table.interrupt(thread)

    def close(self) -> None:
        """Free the widget in Python and in the page. Displaying it again opens it again."""
        if self._selecting is not None:
            self._selecting.stop()
        super().close()

    def _show(self, result: tuple[Retention, Retention]) -> None:
        from custintel_widgets.cohort_heatmap import frames
        from custintel_widgets.core.frames import encode

        shown, whole = result
        self._result, self._whole = shown, whole
        self._cells = frames.cells(shown)
        self._whole_cells = self._cells if shown is whole else frames.cells(whole)
        drawn = self._cells.drop(columns=frames.NOT_DRAWN, errors="ignore")
        average = frames.average(shown).drop(columns=frames.NOT_DRAWN, errors="ignore")
        self._frames = {"cells": encode(drawn), "average": encode(average)}
        if not frames.has_measure(shown, self.measure):
            self.measure = "retention"
        self.selection = selecting.present(self.selection, self._whole_cells)
        self.compared = selecting.present(self.compared, self._whole_cells)
        self._refresh_view()
        self._refresh_selected()

    def _refresh_view(self) -> None:
        from custintel_widgets.cohort_heatmap import frames, sentences

        result = self.result
        said = sentences.headlines(result, self.currency)
        self._view = {
            "headline": said.get(self.measure, said["retention"]),
            "headlines": said,
            "notes": sentences.notes(result),
            "footer": sentences.footer(result),
            "has": {
                "revenue": "revenue" in result.frame,
                "orders": "orders" in result.frame,
                "kernel": True,
            },
            "choices": {"cohort_grain": list(GRAINS), "grain": list(GRAINS), "by": self._attributes()},
            "age_unit": frames.age_unit(result),
            "age_title": frames.age_title(result),
            "average_label": "Average",
            "title": self._title(),
            "code": self.to_code() if self.audience_mode == "analyst" else "",
        }

    def _attributes(self) -> list[str]:
        return [name for name in ("channel", "product") if name in self._table.roles]

    def _title(self) -> str:
        cohorts = f"by {self.by}" if self.by else f"{self.cohort_grain}ly".replace("dayly", "daily")
        return f"Cohorts {cohorts}, data until {day(self.result.settings.as_of)}"

    # Selection

    def _refresh_selected(self) -> None:
        counting = self._selecting
        if counting is None:
            return
        if self._from_page:
            counting.later(lambda progress: described(self), self._set_selected, self._selection_failed)
        else:
            self._set_selected(counting.now(lambda progress: described(self)))

    def _set_selected(self, value: dict[str, Any]) -> None:
        self._selected = value

    def _selection_failed(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self._failed(error)

    def _audience_of(self, items: list[dict[str, Any]]) -> Audience:
        chosen, focus = self._among_all(items), self.result.settings.audience
        return chosen if focus is None else chosen & focus

    def _selected_audience(self) -> Audience | None:
        first = self.selection[0] if len(self.selection) == 1 and not self.by else {}
        name = f"cohort {first['cohort']}" if first.get("kind") == "row" else None
        return self._among_all(self.selection, name) if self.selection else None

    def _among_all(self, items: list[dict[str, Any]], name: str | None = None) -> Audience:
        # What isn't on show under a focus is selected all the same.
        return (self._whole or self.result).audience(cells=items, name=name)

    def _request_handlers(self) -> Mapping[str, Handler]:
        return {"customers_csv": self._customers_csv}

    def _customers_csv(self, progress: Progress, which: str = "selection") -> dict[str, str]:
        from custintel_analytics.privacy import pseudonymise

        items = self.compared if which == "compared" else self.selection
        if not items:
            raise DataError("Nothing is selected. Click a cell first.")
        audience = self._audience_of(items)
        progress(0, 2, "Finding the customers")
        ids = audience.ids()
        progress(1, 2, "Replacing ids by pseudonyms")
        lines = ["customer_pseudonym", *map(str, pseudonymise(ids))]
        return {"csv": "\n".join(lines) + "\n", "name": f"{audience.name}.csv"}

    # What people take away

    @property
    def result(self) -> Retention:
        """The analytics' result behind the picture."""
        if self._result is None:
            raise DataError("There is no result yet: the last computation failed. The widget says why.")
        return self._result

    @property
    def frame(self) -> pd.DataFrame:
        """The tidy frame: one row per cohort and age."""
        return self.result.frame

    @property
    def table(self) -> Table:
        """The checked table that the heatmap reads."""
        return self._table

    @property
    def audience(self) -> Audience:
        """The customers who are selected.

        Raises
        ------
        DataError
            If nothing is selected.
        """
        if not self.selection:
            raise DataError(
                'Nothing is selected. Click a cell, or set .selection, for example [("1997-01", 3)] '
                'or [{"kind": "diagonal", "period": "1998-03"}].'
            )
        return self._audience_of(self.selection)

    @property
    def chart(self) -> AnyChart:
        """Matrix and curve as one Altair chart, with the data in it."""
        from custintel_widgets.cohort_heatmap import frames, picture

        return picture.build(self, frames.cells(self.result), frames.average(self.result))

    def _source_code(self) -> str:
        own = variable_name(self)
        return self._written or variable_name(self._table) or (f"{own}.table" if own else "table")

    def _code_inputs(self) -> tuple[str, ...]:
        return ("by",) if self.by else ("cohort_grain", "grain", "window")

    def _without_kernel(self, state: dict[str, Any]) -> dict[str, Any]:
        view = {**state["_view"], "code": "", "has": {**state["_view"]["has"], "kernel": False}}
        return {
            **super()._without_kernel(state),
            "_view": view,
            "_selected": {**state["_selected"], "code": ""},
        }

    def _summary(self) -> str:
        from custintel_widgets.cohort_heatmap import sentences

        return (
            sentences.summary(self.result) if self._result is not None else "CohortHeatmap without a result"
        )

    def _twin(self) -> str:
        from custintel_widgets.cohort_heatmap import picture

        if self._result is None or self._cells is None:
            return f"<p>{html.escape(self._status['error'])}</p>"
        return picture.twin(
            self._cells, self.measure, caption=self._view["headline"], note=self._view["footer"]
        )


def _selection_changed(change: Any) -> None:
    widget = change["owner"]
    if widget._ready and widget._result is not None:
        widget._refresh_selected()
        widget._refresh_view()


def _headline_changed(change: Any) -> None:
    widget = change["owner"]
    if widget._ready and widget._result is not None:
        widget._refresh_view()
