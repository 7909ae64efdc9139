"""The question behind features: which customers, which columns, at which date, as one portable expression."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.audiences import Audience
from custintel_analytics.errors import DataError
from custintel_analytics.segments import behaviour
from custintel_analytics.segments.attributes import Side
from custintel_analytics.segments.behaviour import Shares
from custintel_analytics.segments.catalogue import Column
from custintel_analytics.segments.consent import Consent
from custintel_analytics.segments.events import Events
from custintel_analytics.segments.own import Own

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from custintel_analytics.tables import Table

MOST_IDS_IN_SQL = 10_000


@dataclass(frozen=True, eq=False)
class Query:
    """What is asked of the engine; the same question can be asked at another date.

    Parameters
    ----------
    table
        The purchases.
    as_of
        The last day observed.
    columns
        The columns, in order.
    sides
        Tables that describe customers.
    own
        Descriptive columns of the purchases.
    events
        What was recorded beside purchases.
    audience
        Only these customers.
    consent
        Who agreed to the purpose.
    shares
        Categories and channels, learnt once.
    category, discount
        Where they are found among the rows: a column's name or an expression.
    """

    table: Table
    as_of: dt.date
    columns: tuple[Column, ...] = ()
    sides: tuple[Side, ...] = ()
    own: tuple[Own, ...] = ()
    events: Events | None = None
    audience: Audience | None = None
    consent: Consent | None = None
    shares: tuple[Shares, ...] = ()
    category: Any = None
    discount: Any = None
    _kept: dict[Any, tuple[Any, ir.Table]] = field(default_factory=dict)

    def at(self, as_of: dt.date) -> Query:
        """The same question at another date."""
        events = self.events and replace(self.events, as_of=as_of)
        consent = self.consent and self.consent.at(as_of)
        return replace(self, as_of=as_of, events=events, consent=consent, _kept={})

    def universe(self, unbound: bool = False, consenting: bool = True) -> tuple[ir.Table, ir.Table | None]:
        """Purchases and returns up to `as_of` of the customers that are looked at."""
        table = self.table.unbound() if unbound else self.table
        members = []
        if unbound and self.audience is not None and self.audience._explicit > MOST_IDS_IN_SQL:
            raise DataError(
                f"The features are of {self.audience._explicit:,} explicit customers, too many for one SQL text. Take "
                "an audience by a condition, or all customers.",
                count=self.audience._explicit,
            )
        if self.audience is not None:
            members.append(self.audience._of(table) if unbound else self.audience._members())
        if self.consent is not None and consenting:
            members.append(self.brought(self.consent, [], unbound))

        def looked_at(rows: ir.Table) -> ir.Table:
            kept = rows.filter(rows.date <= _day(self.as_of))
            for people in members:
                kept = kept.semi_join(people, "customer")
            return kept

        return looked_at(table.rows), None if table.returns is None else looked_at(table.returns)

    def expression(self, names: Iterable[str], unbound: bool = False) -> ir.Table:
        """``customer`` and the named columns; numbers float64, flags boolean, categories text, missing null."""
        names = list(names)
        rows, returns = self.universe(unbound)
        elsewhere: list[Side | Events] = [*self.sides, *([self.events] if self.events else [])]
        outside = {name for part in (*elsewhere, *self.own) for name in part.columns}
        found = behaviour.people(
            rows,
            returns,
            [name for name in names if name not in outside],
            self.as_of,
            10.0**self.table.settings.decimals,
            [(share, self.share_values(rows, share.kind)) for share in self.shares],
            self.discounted(rows),
        )
        parts = [part.table(rows) for part in self.own if any(name in part.columns for name in names)]
        for side in elsewhere:
            wanted = [name for name in names if name in side.columns]
            if wanted:
                parts.append(self.brought(side, wanted, unbound))
        for position, part in enumerate(parts):
            key = f"customer_{position}"
            found = found.left_join(part.rename({key: "customer"}), found.customer == part.customer).drop(key)
        return found.select("customer", *names)

    def share_values(self, rows: ir.Table, kind: str) -> Any:
        """The column of `rows` whose shares are features, as text."""
        value = rows.channel if kind == "channel" else bound(rows, self.table, "category", self.category)
        return behaviour.as_text(value)

    def discounted(self, rows: ir.Table) -> Any:
        """Whether a row was bought at a discount, as 0 or 1; None without such a column."""
        if self.discount is None:
            return None
        value = bound(rows, self.table, "discount", self.discount)
        if not (value.type().is_boolean() or value.type().is_numeric()):
            raise DataError(
                f"discount= is of type {value.type()}. Name a column of numbers or of yes and no, or pass an "
                "expression: discount=lambda t: t.coupon.notnull().",
                column="discount",
            )
        yes = value if value.type().is_boolean() else value > 0
        return yes.fill_null(False).cast("int64")

    def brought(self, part: Side | Events | Consent, wanted: list[str], unbound: bool) -> ir.Table:
        """A table from another place on this connection: as it is where it lives there, else as a copy."""
        if unbound:
            return part.table(wanted, unbound=True)
        if part.backend is self.table._connected.backend:
            return part.table(wanted)
        key = (id(part), tuple(wanted))
        if key not in self._kept:
            # The part stays beside its copy, so that its id is not given to another.
            self._kept[key] = (part, _carried(part.run(wanted), part.table(wanted).schema()))
        return self._kept[key][1]


def _carried(frame: pd.DataFrame, schema: Any) -> ir.Table:
    """A frame as a table on any engine; Spark would take missing values for numbers and for the text NaN."""
    import ibis

    kinds = {name: kind for name, kind in schema.items() if name != "customer"}
    sent = {
        name: frame[name].astype("object").where(frame[name].notna(), "")
        if kind.is_string()
        else frame[name].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
        for name, kind in kinds.items()
    }
    table = ibis.memtable(frame.assign(**sent))
    known = {}
    for name, kind in kinds.items():
        value: Any = table[name]
        if kind.is_string():
            known[name] = value.nullif("")
        else:
            number = value.isnan().ifelse(ibis.null("float64"), value)
            known[name] = number.cast("int64").cast("boolean") if kind.is_boolean() else number
    return table.select("customer", **known)


def bound(rows: ir.Table, table: Table, argument: str, binding: Any) -> Any:
    """The column of a table's rows that an argument means: its name, a role's, the source's, or an expression.

    Raises
    ------
    DataError
        When there is no such column, or the expression fails.
    """
    from custintel_analytics.roles import bind, exact_column

    if not isinstance(binding, str):
        return bind(rows, argument, binding)
    known = {label: role for role, label in table.roles.items() if role in rows.columns}
    known |= {name: name for name in rows.columns if name not in known}
    return rows[known[exact_column(binding, tuple(known), argument)]]


def _day(day: dt.date) -> Any:
    import ibis

    return ibis.literal(day, type="date")
