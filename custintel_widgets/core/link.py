"""Linked selection: what is selected in one widget filters the others, and back.

Each widget shows the customers who are in all selections of the widgets it is linked with, and never its own: its
selection stays in sight among those not selected. A selection is handed on as the audience it means, so that
widgets over different tables can be linked, as long as both call a customer by the same id.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_widgets.core.focus import shows_customers
from custintel_widgets.core.source import variable_name

if TYPE_CHECKING:
    from custintel_analytics.audiences import Audience
    from custintel_widgets.core.base import CustintelWidget

# Kept alive by the widgets, which observe through them.
_links: weakref.WeakSet[Link] = weakref.WeakSet()
_numbers = itertools.count()


class Link:
    """Widgets that filter each other. Made by `link`.

    It lives as long as one of its widgets and keeps none of them alive. A closed widget neither filters nor is
    filtered; displayed again, it takes part again.

    Parameters
    ----------
    widgets
        Two or more, all different.
    """

    def __init__(self, widgets: Sequence[CustintelWidget]) -> None:
        self._number = next(_numbers)
        self._members = [weakref.ref(widget) for widget in widgets]
        for widget in widgets:
            widget.observe(self._changed, names=["selection", "comm"])
        _links.add(self)

    @property
    def widgets(self) -> tuple[CustintelWidget, ...]:
        """The linked widgets that are still there; none after `unlink`."""
        alive = (member() for member in self._members)
        return tuple(widget for widget in alive if widget is not None)

    def unlink(self) -> None:
        """End the link: the widgets show all customers again, but for a focus that has another cause."""
        widgets = self.widgets
        self._members = []
        _links.discard(self)
        for widget in widgets:
            widget.unobserve(self._changed, names=["selection", "comm"])
        for widget in widgets:
            _refocus(widget, from_page=False)

    def __repr__(self) -> str:
        if not self._members:
            return "Link, ended"
        return f"Link of {', '.join(_called(widget) for widget in self.widgets)}"

    def _changed(self, change: Any) -> None:
        changed = change["owner"]
        # Nobody waits for what follows when a widget is closed or shown again.
        later = changed._from_page or change["name"] == "comm"
        for widget in self.widgets:
            if widget is not changed or change["name"] == "comm":
                _refocus(widget, from_page=later)


def link(*widgets: CustintelWidget) -> Link:
    """Link widgets: choosing customers in one filters the others, and back.

    Every widget shows the customers selected in the widgets linked with it; in several of them, those in all.
    Emptying a selection shows all customers again. A focus never changes a selection. What a widget can't show,
    such as a selection without customers, is said in it, and it goes on showing what it did.

    Parameters
    ----------
    *widgets
        Two or more, over the same table or over tables that call a customer by the same id.

    Returns
    -------
    Link
        The link there is, if the same widgets are linked already. Its ``unlink()`` ends it.

    Raises
    ------
    TypeError
        When something is no widget of this package, or shows no customers.
    custintel_analytics.errors.DataError
        For fewer than two widgets, one widget twice, or customers that are numbers in one table and text in another.

    Examples
    --------
    >>> link(heat, explorer)  # doctest: +SKIP
    """
    _check(widgets)
    for known in _links:
        if len(known.widgets) == len(widgets) and set(known.widgets) == set(widgets):
            return known
    made = Link(widgets)
    for widget in widgets:
        _refocus(widget, from_page=False)
    return made


def _refocus(widget: CustintelWidget, *, from_page: bool) -> None:
    if widget.comm is None:
        return
    audiences, names = [], []
    for other in _linked_with(widget):
        audience = _selected(other)
        if audience is not None:
            audiences.append(audience)
            names.append(_called(other))
    if not audiences and not widget._follows:
        return
    try:
        widget._follow(audiences, " and ".join(names), from_page=from_page)
    except DataError as error:
        # Whoever selected did nothing wrong: it is the other widget that can't follow, and it says so itself.
        widget._set_status(error=str(error))


def _linked_with(widget: CustintelWidget) -> list[CustintelWidget]:
    """The other open widgets of its links, each once, in the order in which they were linked."""
    found: list[CustintelWidget] = []
    for known in sorted(_links, key=lambda one: one._number):
        others = known.widgets
        if widget in others:
            found += [w for w in others if w is not widget and w not in found and w.comm is not None]
    return found


def _selected(widget: CustintelWidget) -> Audience | None:
    try:
        return widget._selected_audience()
    except DataError as error:
        widget._set_status(error=str(error))
        return None


def _called(widget: CustintelWidget) -> str:
    return variable_name(widget) or type(widget).__name__


def _check(widgets: Sequence[Any]) -> None:
    from custintel_widgets.core.base import CustintelWidget

    for widget in widgets:
        if not isinstance(widget, CustintelWidget):
            raise TypeError(
                f"link takes widgets; found {type(widget).__name__}. Show it first: CohortHeatmap(table)."
            )
        if not shows_customers(widget):
            raise TypeError(f"{type(widget).__name__} shows no customers, so it can't be linked.")
    if len(widgets) < 2:
        raise DataError(f"link needs two widgets or more; found {len(widgets)}. Write link(heat, explorer).")
    if len({id(widget) for widget in widgets}) < len(widgets):
        raise DataError("A widget can't be linked with itself. Pass each widget once: link(heat, explorer).")
    _check_ids(widgets)


def _check_ids(widgets: Sequence[CustintelWidget]) -> None:
    first: dict[bool, CustintelWidget] = {}
    for widget in widgets:
        table = widget._own_table()
        if table is not None:
            first.setdefault(table.rows.customer.type().is_string(), widget)
    if len(first) == 2:
        numbers, text = _called(first[False]), _called(first[True])
        raise DataError(
            f"The customers of {numbers} are numbers, those of {text} are text, so that nobody would be found "
            "again. Read one of the tables with the other's type, for example customer=lambda t: "
            't.customer.cast("string").',
            column="customer",
        )
