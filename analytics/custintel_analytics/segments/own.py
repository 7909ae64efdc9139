"""Columns of the purchases that describe the customer, such as a country: the most frequent value of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.roles import DERIVED, ROLES
from custintel_analytics.segments import identify
from custintel_analytics.segments.attributes import _clean, _column, _kind, _metrics, _profile, _shown
from custintel_analytics.segments.catalogue import Column
from custintel_analytics.segments.identify import Profile

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from custintel_analytics.tables import Table


@dataclass(frozen=True)
class Own:
    """A descriptive column of the purchases.

    Parameters
    ----------
    name
        Its name among the rows.
    column
        What it is among the features.
    """

    name: str
    column: Column

    @property
    def columns(self) -> Mapping[str, Column]:
        """The feature by its name."""
        return {self.column.column: self.column}

    def table(self, rows: ir.Table) -> ir.Table:
        """The customer's most frequent value, the smallest of those that are equally frequent."""
        import ibis

        pairs = rows.select(customer=rows.customer, value=_clean(rows[self.name]))
        pairs = pairs.filter(pairs.value.notnull())
        counted = pairs.group_by(["customer", "value"]).aggregate(times=pairs.count())
        order: Any = ibis.window(group_by=counted.customer, order_by=[counted.times.desc(), counted.value])
        first = counted.mutate(place=ibis.row_number().over(order))
        first = first.filter(first.place == 0)
        shown = _shown(first.value, self.column.kind)
        return first.select("customer", **{self.column.column: shown})


def own_columns(table: Table) -> tuple[list[Own], dict[str, str]]:
    """The descriptive columns by their names, and those that can't be used to why not. Nothing is read."""
    found, refused = [], {}
    for name in table.rows.columns:
        if name in (*ROLES, *DERIVED):
            continue
        kind = _kind(table.rows[name].type())
        base = identify.base_of(name)
        sensitive = identify.is_sensitive(name)
        if kind == "text" and identify.names_people(name):
            refused[name] = identify.WHY_PEOPLE
        elif kind in ("text", "flag", "number") and (sensitive or base not in (None, "behavioural")):
            column = _column(name, Profile(kind, 1, 1), base or "demographic", None)
            found.append(Own(name, column))
    return found, refused


def look(table: Table, rows: ir.Table, own: Own) -> Profile:
    """The profile of the customers' values; one query."""
    values = own.table(rows)
    value = values[own.column.column]
    return _profile(_kind(value.type()), table.execute(values.aggregate(**_at_zero(value))).iloc[0], 0)


def _at_zero(value: Any) -> dict[str, Any]:
    return {f"{name}_0": metric for name, metric in _metrics(value).items()}
