"""Amounts as people give them: checked against the channels, carried over to another horizon or total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.mmm.absorb import spread
from custintel_widgets.budget_optimizer.bounds import bounds, opening
from custintel_widgets.core.traits import Amounts, InputError, nearest

if TYPE_CHECKING:
    from custintel_analytics.mmm import Plan, ResponseTable
    from custintel_widgets.budget_optimizer.widget import BudgetOptimizer

ON_SHOW = "plan"
CURRENT = "current"
_AMOUNTS = ("spend", "min_spend", "max_spend")


def check_names(argument: str, names: Iterable[str], table: ResponseTable) -> None:
    """Refuse channels that aren't there."""
    for name in names:
        if name not in table.channels:
            raise InputError(
                f"{argument} names {name!r}; the channels are {', '.join(table.channels)}."
                f"{nearest(name, table.channels)}"
            )


def checked_amounts(
    argument: str, value: Mapping[str, float], table: ResponseTable | None
) -> dict[str, float]:
    """Amounts of known channels, within the reach of their curves; before there are curves, as they are."""
    if table is None:
        return dict(value)
    check_names(argument, value, table)
    reach = dict(zip(table.channels, table.max_spend, strict=True))
    for name, amount in value.items():
        if argument == "spend" and amount > reach[name] * (1 + 1e-9):
            raise InputError(
                f"spend is {amount:,.2f} for {name}; its curve ends at {reach[name]:,.2f} over {table.periods} periods. "
                "Make the table with a larger max_spend to go further."
            )
    return dict(value)


def check_order(least: Mapping[str, float], most: Mapping[str, float]) -> None:
    """Refuse a minimum above its maximum."""
    for name in least.keys() & most.keys():
        if least[name] > most[name]:
            raise InputError(
                f"{name} must be at least {least[name]:,.2f} and at most {most[name]:,.2f}: lower min_spend or raise "
                "max_spend."
            )


def checked_groups(value: Any) -> list[dict[str, Any]]:
    """Groups with a name and channels."""
    if not isinstance(value, list | tuple) or not all(
        isinstance(row, Mapping) and row.get("name") and row.get("channels") for row in value
    ):
        raise InputError(
            "groups is a list such as [{'name': 'online', 'channels': ['search', 'social'], 'max': 500_000}]."
        )
    if unknown := {str(key) for row in value for key in row} - {"name", "channels", "min", "max"}:
        raise InputError(
            f"groups holds {', '.join(sorted(unknown))}; a group has name, channels, min and max."
        )
    return [dict(row, name=str(row["name"]), channels=list(row["channels"])) for row in value]


def groups(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Groups as `mmm.optimize` takes them."""
    found = {
        row["name"]: {key: row[key] for key in ("channels", "min", "max") if row.get(key) is not None}
        for row in rows
    }
    return found or None


def checked_scenarios(value: Any, table: ResponseTable | None) -> list[dict[str, Any]]:
    """Scenarios with names of their own and amounts of known channels."""
    if not isinstance(value, list | tuple):
        raise InputError("scenarios is a list such as [{'name': 'cautious', 'spend': {'tv': 50_000}}].")
    amounts = Amounts()
    amounts.name = "scenarios"
    found: list[dict[str, Any]] = []
    for row in value:
        name = str(row.get("name", "")).strip() if isinstance(row, Mapping) else ""
        if not name or name in (CURRENT, ON_SHOW) or name in [known["name"] for known in found]:
            raise InputError(
                f"scenarios holds {row!r}: each needs a name of its own, other than {CURRENT!r} and {ON_SHOW!r}, and spend "
                "by channel."
            )
        spend = amounts.validate(None, row.get("spend"))
        if table is not None:
            check_names("scenarios", spend, table)
        found.append({"name": name, "spend": spend})
    return found


def named(widget: BudgetOptimizer) -> dict[str, Plan]:
    """The saved plans as far as the curves reach; channels that one leaves out stay where every plan begins."""
    from custintel_analytics.mmm import Plan

    table = widget.curves
    begin = dict(zip(table.channels, opening(table), strict=True))
    return {
        row["name"]: Plan.of(
            table,
            np.minimum([row["spend"].get(name, begin[name]) for name in table.channels], table.max_spend),
            interval=widget.interval,
        )
        for row in widget.scenarios
    }


def settle(widget: BudgetOptimizer, before: ResponseTable | None, table: ResponseTable) -> None:
    """Bring all amounts to a new horizon; amounts that are for it already are checked, and share out the total."""
    if before is None:
        for name in _AMOUNTS:
            checked_amounts(name, getattr(widget, name), table)
        check_names("locked", widget.locked, table)
        checked_scenarios(widget.scenarios, table)
        if widget.total and not widget.spend:
            share_total(widget)
    elif before.periods != table.periods:
        _carry_over(widget, before, table)


def _carry_over(widget: BudgetOptimizer, before: ResponseTable, table: ResponseTable) -> None:
    """Amounts for another horizon keep their distance to the current spend, which is that of its own periods."""
    old, new = opening(before), opening(table)
    length = table.periods / before.periods
    factors = {
        name: float(now / was) if was > 0 and now > 0 else length
        for name, was, now in zip(table.channels, old, new, strict=True)
    }
    planned = sum(widget.spend.get(name, was) for name, was in zip(table.channels, old, strict=True))
    met = abs(planned - (widget.total or float(old.sum()))) <= 1e-9 * float(before.max_spend.sum())
    for argument in _AMOUNTS:
        setattr(widget, argument, _times(getattr(widget, argument), factors))
    widget.scenarios = [{**row, "spend": _times(row["spend"], factors)} for row in widget.scenarios]
    whole = float(new.sum() / old.sum()) if old.sum() > 0 and new.sum() > 0 else length
    widget.total = widget.total * whole
    widget.groups = [
        {**row, **{end: row[end] * whole for end in ("min", "max") if row.get(end) is not None}}
        for row in widget.groups
    ]
    # Channels' factors differ from the total's; a plan that met its total goes on doing so.
    if met:
        share_total(widget)


def _times(amounts: Mapping[str, float], factors: Mapping[str, float]) -> dict[str, float]:
    return {name: amount * factors[name] for name, amount in amounts.items()}


def share_total(widget: BudgetOptimizer) -> None:
    """Let the channels share what a new total has more or less, as far as locks and bounds allow."""
    table, now = widget.curves, widget.amounts
    lower, upper = bounds(table, widget.room, widget.min_spend, widget.max_spend)
    total = widget.total or float(opening(table).sum())
    locked = [name in widget.locked for name in table.channels]
    shared = spread(now, total, lower=lower, upper=upper, locked=locked)
    if abs(float(shared.sum()) - float(now.sum())) > 1e-9 * max(total, 1.0):
        widget.spend = dict(zip(table.channels, shared.tolist(), strict=True))
