"""From a source's columns to usable purchases, as expressions that every engine understands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.roles import DERIVED, ROLES, bind

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from custintel_analytics.settings import TableSettings

# Text dates: year, month, day, then an optional time, then an optional zone (with one, seconds are needed).
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_HOUR = "[T ]([01][0-9]|2[0-3]):[0-5][0-9]"
PLAIN_DATE = f"^{_DAY}({_HOUR}(:[0-5][0-9]([.][0-9]+)?)?)?$"
ZONED_DATE = f"^{_DAY}{_HOUR}:[0-5][0-9]([.][0-9]+)?(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$"
COMPACT_DATE = "^[0-9]{8}$"

# Nearly 2**53: below it a float64 holds every whole number.
_LARGEST = 9_000_000_000_000_000


@dataclass(frozen=True)
class Parts:
    """The expressions that purchases, reasons and the report are made of, all over one source.

    Parameters
    ----------
    source
        The data as given.
    raw
        Role to its values as they are in the source.
    columns
        Column of the purchases to its expression: roles, and ``amount_minor``.
    rest
        Source column to its name among the purchases.
    keep
        Conditions that a usable row meets, whether it is a purchase or a return.
    purchase, negative
        What makes a usable row a purchase, or a return. None without an amount: all are purchases.
    reasons
        Why a row is left out to its condition; never null. The first that holds counts.
    """

    source: ir.Table
    raw: Mapping[str, Any]
    columns: Mapping[str, Any]
    rest: Mapping[str, str]
    keep: tuple[Any, ...]
    purchase: Any
    negative: Any
    reasons: Mapping[str, Any]

    def purchases(self) -> ir.Table:
        """Every usable row that is not negative."""
        return self._where(self.keep if self.purchase is None else (*self.keep, self.purchase))

    def returns(self) -> ir.Table | None:
        """The usable rows with a negative amount; None without an amount."""
        return None if self.negative is None else self._where((*self.keep, self.negative))

    def reason(self) -> Any:
        """Why a row is left out, as text; null for rows that are used."""
        import ibis

        return ibis.cases(
            *((condition, key) for key, condition in self.reasons.items()), else_=ibis.null("string")
        )

    def _where(self, conditions: tuple[Any, ...]) -> ir.Table:
        others = {new: self.source[old] for old, new in self.rest.items()}
        return self.source.filter(*conditions).select(**self.columns, **others)


def parts(source: ir.Table, bindings: Mapping[str, Any], settings: TableSettings, at_zone: Any) -> Parts:
    """All expressions of a table, from the source, the columns that play the roles, and the settings.

    `at_zone` turns an instant into the wall clock of the settings' zone; None when the dates carry no zone.
    """
    raw: dict[str, Any] = {role: bind(source, role, bindings[role]) for role in ROLES if role in bindings}
    columns: dict[str, Any] = {}
    keep: list[Any] = []
    reasons: dict[str, Any] = {}

    customer = raw["customer"]
    columns["customer"] = _identifier(customer)
    keep.append(_is_present(customer))
    reasons["missing customer"] = _is_missing(customer)
    if customer.type().is_floating():
        keep.append(_is_whole(customer))
        reasons["fractional customer"] = ~_is_whole(customer)

    date = raw["date"]
    day = as_day(date, at_zone)
    limit = _literal_day(settings.today)
    columns["date"] = day
    keep.append(day <= limit)
    reasons["missing date"] = _is_missing(date)
    if date.type().is_string() or date.type().is_integer():
        reasons["unparsable date"] = day.isnull()
    reasons["date in the future"] = day > limit

    purchase = negative = None
    if "amount" in raw:
        amount = raw["amount"]
        largest = _LARGEST // 10**settings.decimals
        countable = amount.between(-largest, largest)
        columns["amount"] = _float(countable.ifelse(amount, None))
        columns["amount_minor"] = countable.ifelse(_minor(amount, settings.decimals), None)
        purchase = _is_missing(amount) | amount.between(0, largest)
        negative = (amount < 0) & (amount >= -largest)
        reasons["amount out of range"] = ~_is_missing(amount) & ~countable
        if settings.returns != "net":
            reasons["negative amount"] = negative
    for role in ROLES:
        if role in raw and role not in columns:
            columns[role] = _identifier(raw[role]) if role == "order" else raw[role]

    return Parts(
        source=source,
        raw=raw,
        columns=columns,
        rest=_rest(source, bindings),
        keep=tuple(keep),
        purchase=purchase,
        negative=negative,
        # A condition on a missing value is null, and a row must not slip between two conditions.
        reasons={key: condition.fill_null(False) for key, condition in reasons.items()},
    )


def _rest(source: ir.Table, bindings: Mapping[str, Any]) -> dict[str, str]:
    played = {binding for binding in bindings.values() if isinstance(binding, str)}
    others = [column for column in source.columns if column not in played]
    rest: dict[str, str] = {}
    for column in others:
        name = f"source_{column}" if column.lower() in (*ROLES, *DERIVED) else column
        while name != column and name in others:
            name = f"source_{name}"
        rest[column] = name
    return rest


def _is_missing(value: Any) -> Any:
    """Null, not a number, or blank."""
    if value.type().is_floating():
        return value.isnull() | value.isnan()
    if value.type().is_string():
        return value.isnull() | (value.strip() == "")
    return value.isnull()


def _is_present(value: Any) -> Any:
    if value.type().is_string():
        return value.strip() != ""
    return value.notnull()


def _is_whole(value: Any) -> Any:
    return value.between(-_LARGEST, _LARGEST) & (value == value.floor())


def _identifier(value: Any) -> Any:
    """An id as a whole number or as text: floats and decimals that stand for whole numbers become int64."""
    kind = value.type()
    if kind.is_floating():
        return _is_whole(value).ifelse(value.cast("int64"), None)
    if kind.is_decimal():
        return value.cast("int64" if (kind.precision or 38) <= 18 else "string")
    return value.cast("string") if kind.is_uuid() else value


def _float(value: Any) -> Any:
    return value if value.type().is_float64() else value.cast("float64")


def _minor(value: Any, decimals: int) -> Any:
    factor: int = 10**decimals
    if value.type().is_integer():
        return value.cast("int64") * factor
    return (_float(value) * float(factor)).round().cast("int64")


def _literal_day(day: dt.date) -> Any:
    import ibis

    return ibis.literal(day, type="date")


def as_day(value: Any, at_zone: Any) -> Any:
    """A calendar day, from a date, a timestamp, ISO or YYYYMMDD text, or a YYYYMMDD number.

    Null where the text or the number is no day. `at_zone` turns instants into wall-clock times; without it
    times are taken as written.
    """
    import ibis

    kind = value.type()
    if kind.is_date():
        return value
    if kind.is_timestamp():
        return (at_zone(value) if at_zone else value).date()
    text = value.cast("string") if kind.is_integer() else value.strip()
    compact = text.substr(0, 4).concat("-", text.substr(4, 2), "-", text.substr(6, 2)).try_cast("date")
    if kind.is_integer():
        return text.re_search(COMPACT_DATE).ifelse(compact, None)
    instant = text.try_cast("timestamp('UTC')")
    return ibis.cases(
        (text.re_search(PLAIN_DATE), text.substr(0, 10).try_cast("date")),
        (text.re_search(ZONED_DATE), (at_zone(instant) if at_zone else instant).date()),
        (text.re_search(COMPACT_DATE), compact),
        else_=ibis.null("date"),
    )
