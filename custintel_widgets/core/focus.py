"""Focus: a widget that shows only some customers, because a link or Python asked for them.

A focus is what someone else chose, so it is neither an input nor a selection: it is in no saved state and no
code. What people keep is the audience itself. An exported file says in words whom it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import traitlets

from custintel_analytics.errors import DataError
from custintel_widgets.core import traits
from custintel_widgets.core.words import integer, plural

if TYPE_CHECKING:
    from custintel_analytics.audiences import Audience
    from custintel_analytics.tables import Table


class Focus:
    """The customers that one widget is asked to show: those in every audience given.

    Parameters
    ----------
    audiences
        One or more, of any tables.
    by
        The widget in which they were selected; empty when Python named them.
    """

    def __init__(self, audiences: Sequence[Audience], by: str = "") -> None:
        self._given = tuple(audiences)
        self.by = by
        self.audience: Audience | None = None
        self.words: dict[str, Any] = {}

    def settle(self, table: Table | None) -> None:
        """Bring the audiences over to the widget's table and count them, once; asks the engine.

        Raises
        ------
        DataError
            When they have no customer in common, or none with the table.
        """
        if self.audience is not None:
            return
        home = table or self._given[0].table
        brought = [given.of_table(home) for given in self._given]
        audience = reduce(and_, brought)
        if audience.size == 0:
            raise DataError(
                f"{audience.name!r} holds no customer, so there is nobody to show, and what is on show stays. "
                "Select someone else, or show all customers: focus_on(None)."
            )
        text = f"Filtered to {plural(audience.size, 'customer')}: {audience.name}"
        strangers = sum(given.size - here.size for given, here in zip(self._given, brought, strict=True))
        if strangers:
            text += f" ({integer(strangers)} {'is' if strangers == 1 else 'are'} not in this table)"
        self.words = {"text": text, "size": audience.size, "by": self.by, "clearable": True}
        self.audience = audience


class Focusing(traitlets.HasTraits):
    """The part of a widget that others may focus on some of its customers.

    A widget takes a focus when it has an `audience`. Its `_compute` and `_show` ask `focused`; its `table`, where
    it has one, is what audiences are brought over to. While it is focused, what can be selected stays what it is
    without: a focus never changes a selection.
    """

    _focus = traits.wire("the customers that are shown: text, size, by, clearable; empty for all")

    _from_page: bool
    _wanted: Focus | None = None
    _shown_focus: Focus | None = None

    @property
    def focused(self) -> Audience | None:
        """The customers to whom the widget is restricted; None for all. Set it with `focus_on`."""
        wanted, shown = self._wanted, self._shown_focus
        if wanted is None:
            return None
        return shown.audience if wanted.audience is None and shown is not None else wanted.audience

    @property
    def _follows(self) -> bool:
        """Whether the focus is what someone selected in a linked widget."""
        return self._wanted is not None and self._wanted.by != ""

    def focus_on(self, audience: Audience | None) -> None:
        """Show only an audience's customers; None shows all again.

        Inputs and selection stay as they are. The focus isn't part of the saved state or of `to_code`: keep the
        audience. An audience of another table is brought over by its ids.

        Parameters
        ----------
        audience
            Of this widget's table, or of another one with the same customers.

        Raises
        ------
        DataError
            When none of the customers is in this widget's table; what is on show stays.
        TypeError
            When it is no audience, or the widget shows no customers.
        """
        from custintel_analytics.audiences import Audience

        if not isinstance(audience, Audience | None):
            raise TypeError(
                f"focus_on takes an Audience or None; found {type(audience).__name__}. "
                'Make one of ids with Audience.of_ids("name", table, ids).'
            )
        self._follow(() if audience is None else (audience,))

    def _follow(self, audiences: Sequence[Audience], by: str = "", *, from_page: bool = False) -> None:
        """Focus on the customers in every audience; on none, show all. From the page, on a thread."""
        if not shows_customers(self):
            raise TypeError(
                f"{type(self).__name__} shows no customers, so it can't be focused on some of them."
            )
        if not audiences and self._wanted is None:
            return
        self._wanted = Focus(audiences, by) if audiences else None
        before, self._from_page = self._from_page, self._from_page or from_page
        try:
            self._refocus()
        finally:
            self._from_page = before

    def _refocus(self) -> None:
        """Show what `focused` asks for; by default everything is computed anew.

        A component that overrides it calls `_settle_focus` where its work runs, and `_focus_is_shown` once it is done.
        """
        self._recompute()

    def _recompute(self) -> None:
        raise NotImplementedError

    def _own_table(self) -> Table | None:
        """The table whose customers are shown; None takes an audience as it is."""
        table: Table | None = getattr(self, "table", None)
        return table

    def _selected_audience(self) -> Audience | None:
        """The customers who are selected, whatever the focus: what a link hands on; None without a selection.

        A component whose `audience` is cut to its focus overrides it: a widget that followed its own selection on the
        way through another would show nothing but what it selected.
        """
        mine: Any = self
        return mine.audience if mine.selection else None

    def _settle_focus(self) -> None:
        """Find and count the customers of the focus; long work, so it runs where `_compute` does."""
        if self._wanted is not None:
            self._wanted.settle(self._own_table())

    def _focus_is_shown(self) -> None:
        self._shown_focus = self._wanted
        self._focus = {} if self._wanted is None else self._wanted.words

    def _focus_taken_back(self) -> None:
        self._wanted = self._shown_focus

    def _clear_focus(self) -> bool:
        self._follow((), from_page=True)
        return True


def shows_customers(widget: Any) -> bool:
    """Whether a widget shows customers who can be selected, and can be focused on some."""
    return hasattr(type(widget), "audience") and hasattr(type(widget), "selection")
