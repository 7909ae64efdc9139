"""What customers did beside buying: counts, days and shares of recorded events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.audiences.profiles import whole
from custintel_analytics.errors import DataError
from custintel_analytics.roles import normal
from custintel_analytics.segments.behaviour import MOST_SHARES, OF_EVENTS, _ratio, _unique, as_text
from custintel_analytics.segments.catalogue import BEHAVIOUR, Column, share_column
from custintel_analytics.tables import Table, as_table

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_NAMES = frozenset(["event", "eventname", "eventtype", "action", "activity"])


@dataclass(frozen=True)
class Events:
    """Recorded events up to a day.

    Parameters
    ----------
    source
        The events with roles customer and date.
    as_of
        The last day observed.
    event
        The column with the events' names; None when they have none.
    values
        Feature column to the event whose share it is.
    """

    source: Table
    as_of: dt.date
    event: str | None
    values: Mapping[str, str]

    @property
    def backend(self) -> Any:
        """The connection that the events live on."""
        return self.source._connected.backend

    @property
    def columns(self) -> Mapping[str, Column]:
        """The features by their names."""
        shares = {column: share_column("event", column, value) for column, value in self.values.items()}
        return {name: BEHAVIOUR[name] for name in OF_EVENTS} | shares

    def table(self, wanted: list[str], unbound: bool = False) -> ir.Table:
        """One row per customer with the wanted columns in float64."""
        import ibis

        source = self.source.unbound() if unbound else self.source
        end = ibis.literal(self.as_of, type="date")
        rows: Any = source.rows.filter(source.rows.date <= end)
        sums: dict[str, Any] = {"n": rows.count(), "last": rows.date.max()}
        if "active_days" in wanted:
            sums["active_days"] = rows.date.nunique()
        for column, value in self.values.items():
            if column in wanted:
                sums[f"in_{column}"] = rows.count(where=as_text(rows[self.event]) == value)
        found: Any = rows.group_by("customer").aggregate(**sums)
        made = {
            "events": found.n.cast("float64"),
            "days_since_event": end.delta(found["last"], unit="day").cast("float64"),
        }
        for name in wanted:
            if name == "active_days":
                made[name] = found.active_days.cast("float64")
            elif name in self.values:
                made[name] = _ratio(found[f"in_{name}"], found.n)
        return found.select("customer", **{name: made[name] for name in wanted})

    def run(self, wanted: list[str]) -> pd.DataFrame:
        """`table` as a frame."""
        return self.source.execute(self.table(wanted))


def _table(events: Any) -> Table:
    import ibis.expr.operations as ops
    import ibis.expr.types as ir

    if isinstance(events, Table):
        return events
    named = isinstance(events, ir.Table) and isinstance(events.op(), ops.DatabaseTable)
    own = events.op().name if named else "events"
    return as_table(events, name=own, amount=False, order=False, product=False)


def read_events(events: Any, as_of: dt.date) -> Events | None:
    """Open a table of events and learn which are frequent; one query.

    Raises
    ------
    DataError
        When the customer or the date is not found.
    """
    if events is None:
        return None
    try:
        table = _table(events)
    except DataError as error:
        raise DataError(f"events=: {error}", column=error.column, example=error.example) from error
    hits = [column for column in table.rows.columns if normal(column) in _NAMES]
    event = hits[0] if len(hits) == 1 else None
    values: dict[str, str] = {}
    if event is not None:
        rows: Any = table.rows
        named = rows.select(value=as_text(rows[event]), weight=1)
        sizes = named.filter(named.value.notnull()).group_by("value").aggregate(weight=whole(named.weight))
        largest = table.execute(sizes.order_by([sizes.weight.desc(), sizes.value]).limit(MOST_SHARES))
        for text in largest["value"]:
            values[_unique(f"event_{text}", values)] = str(text)
    return Events(table, as_of, event, values)
