"""What customers did, from their purchases: one row per customer, as a portable expression.

Sums of money are of whole cents and every division is of two whole numbers in float64, so that engines agree to
the last bit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from custintel_analytics.audiences.profiles import whole
from custintel_analytics.roles import normal
from custintel_analytics.segments.catalogue import BEHAVIOUR, Column, share_column

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from custintel_analytics.tables import Table

MOST_SHARES = 8
SCORES = {"recency_score": "last", "frequency_score": "orders", "monetary_score": "minor"}
"""The scores, and what customers are ranked by for each."""
CATEGORY_NAMES = frozenset(
    ["category", "productcategory", "itemcategory", "department", "productgroup", "categoryname"]
)
DISCOUNT_NAMES = frozenset(
    [
        "discount",
        "discountamount",
        "discountpct",
        "discountrate",
        "discountpercent",
        "discounted",
        "isdiscounted",
        "couponused",
    ]
)


@dataclass(frozen=True)
class Shares:
    """Values whose shares are features, learnt once so that they stay the same at every date.

    Parameters
    ----------
    kind
        ``"category"`` or ``"channel"``.
    values
        Feature column to the value.
    other
        The column that takes all further values; None when there is none.
    """

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    other: str | None = None

    def columns(self) -> list[Column]:
        """What each share is."""
        named = [share_column(self.kind, column, value) for column, value in self.values.items()]
        return named + ([share_column(self.kind, self.other, "any other")] if self.other else [])


def offered(table: Table, has_discount: bool, shares: Iterable[Shares]) -> list[Column]:
    """The behavioural columns that a table's roles allow, in their usual order."""
    roles = set(table.rows.columns)
    missing = set()
    if "amount_minor" not in roles:
        missing |= {"monetary", "average_order", "monetary_score", "returned_share"}
    if table.returns is None:
        missing.add("returned_share")
    if "order" not in roles:
        missing.add("basket_lines")
    if "product" not in roles:
        missing.add("products")
    if not has_discount:
        missing.add("discount_share")
    fixed = [column for name, column in BEHAVIOUR.items() if name not in missing and name not in OF_EVENTS]
    scores = [column for column in fixed if column.column in SCORES]
    plain = [column for column in fixed if column.column not in SCORES]
    return [*plain, *(column for share in shares for column in share.columns()), *scores]


OF_EVENTS = ("events", "active_days", "days_since_event")
NOT_BY_DEFAULT = ("purchase_days", "returned_share", *SCORES)


def learn_shares(table: Table, rows: ir.Table, kind: str, value: Any, spare: bool) -> Shares:
    """The `MOST_SHARES` largest values of a column: by revenue for categories with amounts, else by rows.

    Parameters
    ----------
    table
        Runs the query.
    rows
        The purchases that are looked at.
    kind
        ``"category"`` or ``"channel"``.
    value
        The column, as text.
    spare
        Whether further values get a column together.
    """
    money = kind == "category" and "amount_minor" in rows.columns
    named = rows.select(value=value, weight=rows.amount_minor if money else 1)
    named = named.filter(named.value.notnull())
    sizes = named.group_by("value").aggregate(weight=whole(named.weight))
    largest = table.execute(sizes.order_by([sizes.weight.desc(), sizes.value]).limit(MOST_SHARES + 1))
    values = [str(text) for text in largest["value"]]
    columns: dict[str, str] = {}
    for text in values[:MOST_SHARES]:
        columns[_unique(f"{kind}_{text}", columns)] = text
    more = spare and len(values) > MOST_SHARES
    return Shares(kind, columns, _unique(f"{kind}_other", columns) if more else None)


def _unique(name: str, taken: Mapping[str, str]) -> str:
    """A column name that differs from the others by more than upper and lower case."""
    lower, number, candidate = {other.lower() for other in taken}, 1, name
    while candidate.lower() in lower:
        number += 1
        candidate = f"{name} ({number})"
    return candidate


def as_text(value: Any) -> Any:
    """A column as text, blanks missing."""
    import ibis

    text = (value if value.type().is_string() else value.cast("string")).strip()
    return (text == "").ifelse(ibis.null("string"), text)


def people(
    rows: ir.Table,
    returns: ir.Table | None,
    wanted: Iterable[str],
    as_of: dt.date,
    unit: float,
    shares: Iterable[tuple[Shares, Any]] = (),
    discount: Any = None,
) -> ir.Table:
    """One row per customer with the wanted columns in float64; missing is null.

    Parameters
    ----------
    rows
        Purchases up to `as_of`.
    returns
        Returns up to `as_of`, where they are netted.
    wanted
        Names of behavioural columns.
    as_of
        The last day observed.
    unit
        Smallest units of money in one of the data's own.
    shares
        What was learnt with the column of `rows` as text.
    discount
        Whether a row was bought at a discount, as 0 or 1.
    """
    names = list(wanted)
    need = {part for name in names for part in _NEEDS.get(name, ())}
    shares = [(share, value) for share, value in shares if any(c.column in names for c in share.columns())]
    sums = _sums(rows, need, discount)
    for share, value in shares:
        sums |= _share_sums(rows, share, value, names)
    found = rows.group_by("customer").aggregate(**sums)
    if "minor" in need and returns is not None:
        back = returns.group_by("customer").aggregate(back=whole(returns.amount_minor))
        back = back.rename(returner="customer")
        found = found.left_join(back, found.customer == back.returner).drop("returner")
        back_minor: Any = found.back.fill_null(0)
        found = found.mutate(gross=found.minor, back=back_minor, minor=found.minor + back_minor)
    made = _made(found, need, as_of, unit)
    for share, _ in shares:
        of = "spent" if "spent" in found.columns and share.kind == "category" else "lines"
        made |= {
            column.column: _ratio(found[f"in_{column.column}"], found[of])
            for column in share.columns()
            if column.column in names
        }
    return _scored(found.select("customer", *_ranked(found, names), **_chosen(made, names)), names)


_NEEDS: Mapping[str, tuple[str, ...]] = {
    "recency": ("last",),
    "frequency": ("orders",),
    "monetary": ("minor",),
    "tenure": ("first",),
    "purchase_days": ("days",),
    "cadence": ("first", "last", "days"),
    "average_order": ("minor", "orders"),
    "basket_lines": ("lines_of_orders", "orders"),
    "products": ("products",),
    "discount_share": ("discounted",),
    "returned_share": ("minor",),
    "recency_score": ("last",),
    "frequency_score": ("orders",),
    "monetary_score": ("minor",),
}


def _sums(rows: Any, need: set[str], discount: Any) -> dict[str, Any]:
    has_orders = "order" in rows.columns
    sums: dict[str, Any] = {"lines": rows.count()}
    if "last" in need:
        sums["last"] = rows.date.max()
    if "first" in need:
        sums["first"] = rows.date.min()
    if "days" in need:
        sums["days"] = rows.date.nunique()
    if "orders" in need:
        sums["orders"] = rows.order.nunique() if has_orders else rows.count()
    if "lines_of_orders" in need:
        sums["lines_of_orders"] = rows.order.count()
    if "minor" in need:
        sums["minor"] = whole(rows.amount_minor)
    if "products" in need:
        sums["products"] = rows["product"].nunique()
    if "discounted" in need:
        sums["discounted"] = whole(discount)
    return sums


def _share_sums(rows: Any, share: Shares, value: Any, names: list[str]) -> dict[str, Any]:
    money = share.kind == "category" and "amount_minor" in rows.columns
    weight: Any = rows.amount_minor if money else None
    conditions = {column: value == text for column, text in share.values.items()}
    if share.other:
        conditions[share.other] = value.notnull() & ~value.isin(list(share.values.values()))
    sums: dict[str, Any] = {"spent": whole(weight)} if money else {}
    for column, condition in conditions.items():
        if column in names:
            counted = (
                rows.count(where=condition) if weight is None else weight.sum(where=condition).fill_null(0)
            )
            sums[f"in_{column}"] = counted.cast("int64")
    return sums


def _made(found: Any, need: set[str], as_of: dt.date, unit: float) -> dict[str, Any]:
    import ibis

    end = ibis.literal(as_of, type="date")
    made: dict[str, Any] = {}
    if "last" in need:
        made["recency"] = end.delta(found["last"], unit="day").cast("float64")
    if "first" in need:
        made["tenure"] = end.delta(found["first"], unit="day").cast("float64")
    if "days" in need:
        made["purchase_days"] = found.days.cast("float64")
    if need >= {"first", "last", "days"}:
        made["cadence"] = _ratio(found["last"].delta(found["first"], unit="day"), found.days - 1)
    if "orders" in need:
        made["frequency"] = found.orders.cast("float64")
    if "minor" in need:
        made["monetary"] = found.minor.cast("float64") / unit
    if need >= {"minor", "orders"}:
        made["average_order"] = _ratio(found.minor, found.orders) / unit
    if "lines_of_orders" in need:
        made["basket_lines"] = _ratio(found.lines_of_orders, found.orders)
    if "products" in need:
        made["products"] = found["products"].cast("float64")
    if "discounted" in need:
        made["discount_share"] = _ratio(found.discounted, found.lines)
    if "back" in found.columns:
        made["returned_share"] = _ratio(-found.back, found.gross)
    return made


def _ratio(part: Any, of: Any) -> Any:
    return part.cast("float64") / of.nullif(0).cast("float64")


def _chosen(made: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: made[name] for name in names if name in made}


def _ranked(found: Any, names: list[str]) -> list[Any]:
    """What scores are ranked by, in whole numbers, under names of their own."""
    return [found[SCORES[name]].name(f"rank_{name}") for name in names if name in SCORES]


def _scored(made: Any, names: list[str]) -> ir.Table:
    """Add the scores: fifths of the customers in rank order, ties by the smaller id.

    The fifths are those of ``pandas.qcut(values.rank(method="first"), 5)``.
    """
    import ibis

    scores = [name for name in names if name in SCORES]
    if scores:
        made = made.mutate(customers=made.customer.count().over(ibis.window()))
        last = ibis.greatest(made.customers - 1, 1)
        added = {}
        for name in scores:
            order = ibis.window(order_by=[made[f"rank_{name}"], made.customer])
            before = ibis.row_number().over(order)
            added[name] = ibis.greatest((before * 5 + last - 1) // last, 1).cast("float64")
        made = made.mutate(**added)
    return made.select("customer", *names)


def found_by_name(columns: Iterable[str], names: frozenset[str]) -> str | None:
    """The only column that is called like one of `names`; None when there is none or several."""
    hits = [column for column in columns if normal(column) in names]
    return hits[0] if len(hits) == 1 else None
