"""How a table reads its source: checked choices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal, get_args

from custintel_analytics.errors import DataError
from custintel_analytics.zones import checked_zone

Check = Literal["schema", "full"]
Returns = Literal["exclude", "net", "error"]


@dataclass(frozen=True)
class TableSettings:
    """How a table reads its source; all resolved.

    Parameters
    ----------
    returns
        What a row with a negative amount is: left out (``"exclude"``), subtracted from revenue (``"net"``),
        or an error.
    timezone
        The zone in which times that carry one are turned into days.
    decimals
        Decimals of the smallest unit of money: 2 for cents.
    today
        The last day that is not in the future.
    check
        What was checked when the table was made.
    """

    returns: Returns
    timezone: str
    decimals: int
    today: dt.date
    check: Check


def resolved(*, returns: Any, timezone: Any, decimals: Any, today: Any, check: Any) -> TableSettings:
    """The settings as given, checked, with the defaults filled in.

    Raises
    ------
    DataError
        For a value that is not possible; lists those that are.
    """
    return TableSettings(
        returns=_choice("returns", returns, get_args(Returns)),
        timezone=checked_zone(timezone),
        decimals=_decimals(decimals),
        today=_today(today),
        check=_choice("check", check, get_args(Check)),
    )


def _choice(argument: str, value: Any, choices: tuple[str, ...]) -> Any:
    if value not in choices:
        raise DataError(f"{argument}={value!r} is not known. Choose one of {', '.join(map(repr, choices))}.")
    return value


def _decimals(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 6:
        raise DataError(f"decimals={value!r} is not possible: a whole number from 0 to 6, 2 for cents.")
    return value


def _today(value: Any) -> dt.date:
    if value is None:
        return dt.date.today()
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError as error:
            raise DataError(f"today={value!r} is not a date. Write it as '2024-05-31'.") from error
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    raise DataError(f"today={value!r} is not a date. Pass a datetime.date, or text such as '2024-05-31'.")


def checked_name(value: Any) -> str | None:
    """A table's name, or None to take its own."""
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise DataError(
            f"name={value!r} is not a name. It is the table's name in generated SQL, such as 'sales'."
        )
    return value
