"""The cheap check: whether the columns that play the roles have types that can play them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.rows import COMPACT_DATE, PLAIN_DATE, ZONED_DATE

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = 100
_ISO = re.compile("|".join((PLAIN_DATE, ZONED_DATE, COMPACT_DATE)))
_NUMBER = re.compile(r"^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$")


def check_schema(raw: Mapping[str, Any], labels: Mapping[str, str], sample: pd.DataFrame) -> None:
    """Refuse columns whose type, or whose first values, can't play their role.

    Parameters
    ----------
    raw
        Role to its expression, for the type.
    labels
        Role to the name that people know the column by.
    sample
        The first rows, columns named by role.

    Raises
    ------
    DataError
        Names the column, its type and a value of it, and says what to do.
    """
    if sample.empty:
        raise DataError("The table has no rows. Check the path, or the filter that made it.", count=0)
    for role, expression in raw.items():
        kind = expression.type()
        column = labels[role]
        values = [value for value in sample[role].tolist() if not _absent(value)]
        if kind.is_integer():
            values = [int(number) for number in values]
        example = values[0] if values else None
        shown = (
            f"for example {_show(example)}" if values else f"without a value in the first {len(sample)} rows"
        )
        found = f"The {role} column {column!r} is of type {_type_name(kind)}, {shown}"
        problem = _PROBLEMS.get(role, _other)(kind, values, column)
        if problem:
            raise DataError(f"{found}. {problem}", column=column, example=example)


def _customer(kind: Any, values: list[Any], column: str) -> str | None:
    if kind.is_boolean() or kind.is_temporal() or kind.is_interval() or not _is_plain(kind):
        return "An id is text or a whole number. Name the column that tells customers apart: customer=…"
    return _fractions(kind, values, "customer")


def _order(kind: Any, values: list[Any], column: str) -> str | None:
    return _other(kind, values, column) or _fractions(kind, values, "order")


def _fractions(kind: Any, values: list[Any], role: str) -> str | None:
    fractions = [value for value in values if kind.is_floating() and value % 1 != 0]
    if len(fractions) > len(values) / 2 or (kind.is_decimal() and kind.scale):
        return f"An id has no fractions; this may be an amount. Name the column with the ids: {role}=…"
    return None


def _date(kind: Any, values: list[Any], column: str) -> str | None:
    if kind.is_date() or kind.is_timestamp():
        return None
    if kind.is_string():
        if not values or any(_ISO.match(value.strip()) for value in values):
            return None
        return (
            "Text is read as a date when it is ISO (2024-05-31, with or without a time) or YYYYMMDD. "
            f"For another form say which: date=lambda t: t[{column!r}].as_timestamp({_guess(values[0])})"
        )
    if kind.is_integer():
        if not values or any(re.match(COMPACT_DATE, str(value)) and _is_day(str(value)) for value in values):
            return None
        return (
            "Whole numbers are read as dates when they are YYYYMMDD. Seconds since 1970: "
            f"date=lambda t: t[{column!r}].as_timestamp('s')"
        )
    if kind.is_floating() or kind.is_decimal():
        return (
            f"A number with decimals is no date. YYYYMMDD numbers: date=lambda t: t[{column!r}].cast('int64')"
        )
    return "Name a column with dates: date=…"


def _guess(text: str) -> str:
    """A format to begin with, for a date that isn't ISO."""
    match = re.match(
        r"^[0-9]{1,2}([./-])[0-9]{1,2}[./-][0-9]{4}( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?$", text.strip()
    )
    if not match:
        return "'%d %B %Y'"
    mark, time, seconds = match.groups()
    clock = "" if not time else " %H:%M:%S" if seconds else " %H:%M"
    day_first = f"'%d{mark}%m{mark}%Y{clock}'"
    return f"{day_first}), or with the month first, as_timestamp('%m{mark}%d{mark}%Y{clock}'"


def _amount(kind: Any, values: list[Any], column: str) -> str | None:
    if kind.is_numeric() and not kind.is_boolean():
        return None
    if kind.is_string():
        if values and all(_NUMBER.match(value.strip()) for value in values):
            return f"The text holds numbers: amount=lambda t: t[{column!r}].try_cast('float64')"
        return (
            "Turn the text into numbers, for example without a currency sign and thousands separators: "
            f"amount=lambda t: t[{column!r}].replace('€', '').replace(',', '').try_cast('float64')"
        )
    if kind.is_boolean():
        return f"True and false are no amounts. To count them: amount=lambda t: t[{column!r}].cast('int64')"
    return "Name a column with numbers (amount=…), or say that there is none (amount=False)"


def _other(kind: Any, values: list[Any], column: str) -> str | None:
    return (
        None if _is_plain(kind) else "Take one value out of the nested column with an expression: lambda t: …"
    )


_PROBLEMS = {"customer": _customer, "date": _date, "amount": _amount, "order": _order}


def _is_plain(kind: Any) -> bool:
    return not (kind.is_nested() or kind.is_json() or kind.is_geospatial() or kind.is_null())


def _is_day(text: str) -> bool:
    return 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:8]) <= 31


def _absent(value: Any) -> bool:
    return value is None or (value != value) is True or (isinstance(value, str) and not value.strip())


def _type_name(kind: Any) -> str:
    return str(kind.copy(nullable=True)).partition("(")[0]


def _show(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
