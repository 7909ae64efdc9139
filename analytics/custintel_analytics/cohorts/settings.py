"""The arguments of a retention question, checked and resolved."""

from __future__ import annotations

import datetime as dt
import difflib
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.periods import GRAINS
from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from custintel_analytics.audiences import Audience
    from custintel_analytics.tables import Table

WINDOWS = ("calendar", "elapsed")
KINDS = ("classic", "unbounded", "bracket")
VALUES = ("orders", "revenue")


@dataclass(frozen=True)
class RetentionSettings:
    """All arguments of `retention`, with the defaults filled in.

    Parameters
    ----------
    grain
        Length of a period or window: day, week, month, quarter or year.
    cohort_grain
        Length of the period of first purchase that makes a cohort; None when `by` makes the cohorts.
    window
        ``"calendar"`` or ``"elapsed"``.
    kind
        ``"classic"``, ``"unbounded"`` or ``"bracket"``.
    by
        The column whose value on the first purchase makes the cohort, or None.
    as_of
        The last day that is observed.
    level
        Confidence of the intervals.
    values
        Which of ``"orders"`` and ``"revenue"`` were added up.
    brackets
        First ages of the brackets.
    detect_truncation
        Whether the first cohorts were tested for old customers.
    first_date, last_date
        The days of the first and the last purchase in the data, of any customer.
    audience
        The customers who were looked at, as an audience of the table asked; None for all.
    """

    grain: str
    cohort_grain: str | None
    window: str
    kind: str
    by: str | None
    as_of: dt.date
    level: float
    values: tuple[str, ...]
    brackets: tuple[int, ...]
    detect_truncation: bool
    first_date: dt.date
    last_date: dt.date
    audience: Audience | None = None


def one_of(argument: str, value: Any, allowed: Iterable[str]) -> str:
    """`value` when it is allowed, otherwise an error that lists what is.

    Raises
    ------
    DataError
        When the value is not one of those allowed.
    """
    names = list(allowed)
    if isinstance(value, str) and value in names:
        return value
    near = difflib.get_close_matches(str(value).lower(), names, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise DataError(
        f"{argument}={value!r} is not known.{hint} Choose one of: {', '.join(map(repr, names))}.",
        column=argument,
        example=value,
    )


def check_grain(argument: str, value: Any) -> str:
    """A period's name."""
    return one_of(argument, value, GRAINS)


def check_level(level: Any) -> float:
    """A confidence between 0 and 1."""
    number = float(level) if isinstance(level, int | float) else float("nan")
    if not 0 < number < 1:
        raise DataError(
            f"level={level!r} is not a confidence. Write a share between 0 and 1, such as level=0.95.",
            column="level",
            example=level,
        )
    return number


def check_brackets(brackets: Sequence[int]) -> tuple[int, ...]:
    """First ages of brackets: from 0, rising."""
    ages = tuple(brackets)
    whole = all(isinstance(age, int) and not isinstance(age, bool) for age in ages)
    if len(ages) < 2 or not whole or ages[0] != 0 or any(b <= a for a, b in itertools.pairwise(ages)):
        raise DataError(
            f"brackets={brackets!r} can't be used. Write the first age of each bracket, from 0 and rising, "
            "at least two: brackets=(0, 1, 4, 7, 13).",
            column="brackets",
            example=brackets,
        )
    return ages


def check_values(values: Any, has_amount: bool) -> tuple[str, ...]:
    """What to add up beside counting customers; by default all that the table can give.

    Raises
    ------
    DataError
        For a value that is not known, or revenue from a table without amounts.
    """
    if values is None:
        return VALUES if has_amount else ("orders",)
    wanted = (values,) if isinstance(values, str) else tuple(values)
    for value in wanted:
        one_of("values", value, VALUES)
    if "revenue" in wanted and not has_amount:
        raise DataError(
            "values asks for 'revenue', but the table has no amount. Name its column with amount=…, "
            "or ask for values=('orders',).",
            column="amount",
        )
    return tuple(value for value in VALUES if value in wanted)


def check_date(argument: str, value: Any) -> dt.date | None:
    """A date, a timestamp or ISO text as a date; None and empty text stay open.

    Raises
    ------
    DataError
        For text that is no ISO date, or another type.
    """
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.datetime.fromisoformat(str(value)).date()
    except ValueError:
        raise DataError(
            f"{argument}={value!r} is not a date. Write it as 1998-06-30.", column=argument, example=value
        ) from None


def check_audience(audience: Any, table: Table) -> Audience | None:
    """The audience as one of this table; asks the engine where it is another's.

    Raises
    ------
    DataError
        When it is no audience, or none of its customers is in this table.
    """
    from custintel_analytics.audiences import Audience

    if audience is None:
        return None
    if not isinstance(audience, Audience):
        raise DataError(
            f"audience={audience!r} is no Audience. Make one of a condition with Audience.where(table, …), or of ids "
            'with Audience.of_ids("name", table, ids).',
            column="audience",
            example=audience,
        )
    return audience.of_table(table)


def check_attribute(table: Table, by: Any) -> str:
    """The column of the table's rows that `by` means: a role, a column, or the source's name of a role.

    Raises
    ------
    DataError
        When there is no such column.
    """
    names = list(table.rows.columns)
    found = by if by in names else _column_like(table, names, by)
    if found in ("customer", "order"):
        raise DataError(
            f"by={by!r} is the {found}: every {found} would be a cohort of its own, and its id would stand in the "
            "picture. Take a column that groups customers, such as a channel or a country.",
            column=str(by),
        )
    return str(found)


def _column_like(table: Table, names: list[str], by: Any) -> str:
    known = {column: role for role, column in table.roles.items() if role in names} | {
        name: name for name in names
    }
    same = {found for name, found in known.items() if name.lower() == str(by).lower()}
    if len(same) == 1:
        return str(same.pop())
    near = difflib.get_close_matches(str(by), known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise DataError(
        f"by={by!r}: there is no such column.{hint} Columns: {', '.join(known)}.", column=str(by), example=by
    )


def columns(kind: str, brackets: tuple[int, ...], ages: int) -> list[tuple[int, int]]:
    """First and last age of every column of a matrix that has begun `ages` ages.

    The last bracket is as wide as the one before it and is repeated to the end.
    """
    if kind != "bracket":
        return [(age, age) for age in range(ages)]
    edges = list(brackets)
    width = edges[-1] - edges[-2]
    while edges[-1] < ages:
        edges.append(edges[-1] + width)
    return [(low, high - 1) for low, high in itertools.pairwise(edges) if low < ages]
