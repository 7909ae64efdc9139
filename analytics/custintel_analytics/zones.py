"""Time zones: which times carry one, and the wall clock of a zone on each engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import ibis.expr.types as ir


def checked_zone(timezone: str | None) -> str:
    """The name of a time zone, UTC by default.

    Raises
    ------
    DataError
        When there is no such zone; suggests the nearest.
    """
    if timezone is None:
        return "UTC"
    try:
        return str(ZoneInfo(timezone).key)
    except (KeyError, OSError, ValueError, TypeError) as error:
        import difflib

        near = difflib.get_close_matches(str(timezone), available_timezones(), n=3, cutoff=0.4)
        hint = f" Near to it: {', '.join(near)}." if near else " Write it as 'Europe/Berlin'."
        raise DataError(f"timezone={timezone!r} is not a time zone.{hint}") from error


def carries_zone(value: ir.Value, backend: Any) -> bool:
    """Whether the values of a date column are instants, which fall on another day in another zone.

    Text may carry a zone in some rows, and counts as carrying one.
    """
    kind = value.type()
    if kind.is_string():
        return True
    if not kind.is_timestamp():
        return False
    if kind.timezone is not None:
        return True
    if backend.name != "pyspark":
        return False
    # Spark's default timestamp is an instant, although Ibis shows it without a zone. Nothing runs here.
    schema = backend._session.sql(backend.compile(value.as_table())).schema
    return bool(schema[0].dataType.typeName() == "timestamp")


def wall_clock(timezone: str, engine: str) -> Callable[[Any], Any]:
    """A function from an instant to the wall clock's time in `timezone`, on one engine.

    Raises
    ------
    DataError
        When the engine has no portable way to a zone other than UTC.
    """
    if engine in ("duckdb", "postgres"):
        # Explicit also for UTC: the session of a user's connection may be set to any zone.
        return lambda instant: _builtin("timezone", zone_first=True)(timezone, instant)
    if timezone == "UTC":
        return lambda instant: instant
    if engine == "pyspark":
        return lambda instant: _builtin("from_utc_timestamp", zone_first=False)(instant, timezone)
    raise DataError(
        f"timezone={timezone!r} can't be applied on {engine}. Pass the day as an expression of your engine: "
        "date=lambda t: …"
    )


@cache
def _builtin(name: str, *, zone_first: bool) -> Any:
    import ibis
    import ibis.expr.datatypes as dt

    instant_kind = dt.Timestamp("UTC") if zone_first else dt.timestamp
    kinds = (dt.string, instant_kind) if zone_first else (instant_kind, dt.string)

    def of_two(first: Any, second: Any) -> Any:
        raise NotImplementedError("The engine's own function runs, never this body.")

    return ibis.udf.scalar.builtin(of_two, name=name, signature=(kinds, dt.timestamp))
