"""How a name words one feature of a segment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from custintel_analytics.segments.catalogue import BEHAVIOUR

FREQUENT = 5.0  # orders from which the word needs no number
RECENT = 30.0  # days up to which the word needs no number
LARGE, SMALL = 1.5, 1 / 1.5  # of the average
MOSTLY, HARDLY = 0.8, 0.02  # shares

PREFIXES = ("category_", "channel_", "event_")


def words(row: dict[str, Any]) -> tuple[str, str]:
    """Short and stated wording."""
    high = row["mean"] >= row["average"]
    plain = row["plain"][:1].lower() + row["plain"][1:]
    if row["level"] and row["unclear"]:
        return _level_words(plain, row, high)
    if row["level"] or row["kind"] == "flag":
        return _portion(row["level"] or plain, row["mean"], high)
    write = _WORDS.get(row["feature"])
    # Elsewhere a tenure may count months: then only the number is said.
    if write is not None and row["unit"] == BEHAVIOUR[row["feature"]].unit:
        return write(row, high)
    if row["unit"] == "share":
        return _part_words(row, high)
    if row["unit"] == "money":
        return _money_words(plain, row, high)
    stated = f"{plain} {number(row['mean'])}"
    return stated, stated


def _orders(row: dict[str, Any], high: bool) -> tuple[str, str]:
    if row["mean"] < 1.05:
        return "one order", "one order"
    stated = f"{number(row['mean'])} orders"
    typical = min(row["mean"], row["median"])
    if high and typical >= FREQUENT and row["mean"] >= LARGE * row["average"]:
        return "frequent", f"frequent ({stated})"
    return stated, stated


def _recency(row: dict[str, Any], high: bool) -> tuple[str, str]:
    days = _days(row["median"])
    if high:
        return f"quiet for {days}", f"quiet for {days}"
    return ("recent" if row["median"] <= RECENT else f"last order {days} ago"), f"last order {days} ago"


def _tenure(row: dict[str, Any], high: bool) -> tuple[str, str]:
    days = _days(row["median"])
    return (f"first order {days} ago",) * 2


def _cadence(row: dict[str, Any], high: bool) -> tuple[str, str]:
    return (f"buys every {_days(row['median'])}",) * 2


def _spend(row: dict[str, Any], high: bool) -> tuple[str, str]:
    return _money_words("spend", row, high)


def _basket(row: dict[str, Any], high: bool) -> tuple[str, str]:
    return _money_words("basket", row, high)


def _money_words(thing: str, row: dict[str, Any], high: bool) -> tuple[str, str]:
    """“High” and “low” from one and a half times the average on, or two thirds of it; else the number alone."""
    if not row["average"] > 0 or row["mean"] <= 0:
        stated = f"{thing} {number(row['mean'])}"
        return stated, stated
    times = row["mean"] / row["average"]
    stated = f"{thing} {times:.1f} × average" if times >= 0.1 else f"{thing} below a tenth of average"
    # A few who spend much don't make it a high spend: most must be above the average too.
    above = high and times >= LARGE and row["median"] >= row["average"]
    word = "high" if above else "low" if not high and times <= SMALL else ""
    return (f"{word} {thing}" if word else stated), stated


def _lines(row: dict[str, Any], high: bool) -> tuple[str, str]:
    return (f"{number(row['mean'])} lines an order",) * 2


def _products(row: dict[str, Any], high: bool) -> tuple[str, str]:
    count = number(row["mean"])
    return (f"{count} product{'' if count == '1' else 's'}",) * 2


def _discounts(row: dict[str, Any], high: bool) -> tuple[str, str]:
    stated = f"{percent(row['mean'])} on discount"
    return ("hardly any discount" if not high and row["mean"] <= HARDLY else stated), stated


def _returned(row: dict[str, Any], high: bool) -> tuple[str, str]:
    stated = f"returns {percent(row['mean'])}"
    return ("hardly any returns" if not high and row["mean"] <= HARDLY else stated), stated


def _part_words(row: dict[str, Any], high: bool) -> tuple[str, str]:
    """A share of a customer's own purchases, such as those of a category."""
    plain = row["plain"]
    if row["feature"].startswith(PREFIXES):
        plain = plain.partition(": ")[2] or plain
    return _portion(plain, row["mean"], high)


def _level_words(plain: str, row: dict[str, Any], high: bool) -> tuple[str, str]:
    """A level that says nothing without its column, such as yes."""
    said = f"{plain}: {row['level']}"
    stated = f"{said} {percent(row['mean'])}"
    if high and row["mean"] >= MOSTLY:
        return said, stated
    return (f"{plain}: not {row['level']}" if not high and row["mean"] <= HARDLY else stated), stated


def _portion(plain: str, share: float, high: bool) -> tuple[str, str]:
    stated = f"{plain} {percent(share)}"
    if high and share >= MOSTLY:
        return plain, stated
    if not high and share <= HARDLY:
        return f"hardly any {plain}" if share > 0 else f"no {plain}", stated
    return stated, stated


_WORDS: dict[str, Callable[[dict[str, Any], bool], tuple[str, str]]] = {
    "frequency": _orders,
    "recency": _recency,
    "tenure": _tenure,
    "cadence": _cadence,
    "monetary": _spend,
    "average_order": _basket,
    "basket_lines": _lines,
    "products": _products,
    "discount_share": _discounts,
    "returned_share": _returned,
}


def number(value: float) -> str:
    """A number as a name writes it: whole from 10 on, one decimal below, two below one."""
    if abs(value) >= 10:
        return f"{value:,.0f}"
    text = f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"
    return text.rstrip("0").rstrip(".") or "0"


def percent(share: float) -> str:
    """``62 %``; below one per cent with a decimal."""
    return f"{100 * share:.0f} %" if share == 0 or share >= 0.01 else f"{100 * share:.1f} %"


def _days(value: float) -> str:
    days = round(value)
    return f"{days} day{'' if days == 1 else 's'}"
