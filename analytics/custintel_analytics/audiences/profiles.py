"""One row per customer: what a condition on customers can use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from custintel_analytics.tables import Table


def profiles(table: Table, members: ir.Table | None = None) -> ir.Table:
    """Per customer with a purchase: first_date, last_date, purchase_days, orders, revenue, as one expression.

    Orders are distinct order ids, or rows where orders have no ids. Revenue is in the data's own unit, with
    returns taken off where the table nets them; without amounts the column is missing.

    Parameters
    ----------
    table
        The table whose customers are described.
    members
        Only these customers: a table with the column ``customer``.
    """
    rows = table.rows if members is None else table.rows.semi_join(members, "customer")
    sums: dict[str, Any] = {
        "first_date": rows.date.min(),
        "last_date": rows.date.max(),
        "purchase_days": rows.date.nunique(),
        "orders": rows.order.nunique() if "order" in rows.columns else rows.count(),
    }
    if "amount_minor" not in rows.columns:
        return rows.group_by("customer").aggregate(**sums)
    people = rows.group_by("customer").aggregate(**sums, minor=whole(rows.amount_minor))
    minor: Any = people.minor
    if table.returns is not None:
        back = table.returns.group_by("customer").aggregate(back=whole(table.returns.amount_minor))
        people = people.left_join(back.rename(returner="customer"), people.customer == back.customer)
        minor = people.minor + people.back.fill_null(0)
    return people.select(
        "customer", "first_date", "last_date", "purchase_days", "orders",
        revenue=minor / 10.0**table.settings.decimals,
    )  # fmt: skip


def whole(amounts: Any) -> Any:
    """A sum of whole numbers that stays one; missing amounts add nothing."""
    return amounts.sum().fill_null(0).cast("int64")
