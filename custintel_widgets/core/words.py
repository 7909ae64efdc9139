"""Numbers and dates as sentences write them."""

from __future__ import annotations

import datetime as dt


def integer(value: float) -> str:
    """``23570`` → ``23,570``."""
    return f"{round(value):,}"


def percent(share: float, digits: int = 1) -> str:
    """``.147`` → ``14.7 %``."""
    return f"{100 * share:.{digits}f} %"


def money(value: float, currency: str = "") -> str:
    """Money in the data's own unit, whole above 1,000: ``2500315.63`` → ``2,500,316``; the code in front if known."""
    digits = 0 if abs(value) >= 1000 else 2
    number = f"{value:,.{digits}f}"
    return f"{currency} {number}" if currency else number


def day(value: dt.date) -> str:
    """``30 June 1998``."""
    return f"{value.day} {value:%B %Y}"


def plural(count: int, noun: str) -> str:
    """``1 customer``, ``2,060 customers``."""
    return f"{integer(count)} {noun}" + ("" if count == 1 else "s")


def fraction(share: float) -> str:
    """A share as people say it: ``Half``, ``A third``, ``Two thirds``, otherwise a percentage."""
    for exact, words in (
        (0.25, "A quarter"),
        (1 / 3, "A third"),
        (0.5, "Half"),
        (2 / 3, "Two thirds"),
        (0.75, "Three quarters"),
    ):
        if abs(share - exact) < 0.012:
            return words
    return percent(share, 0)
