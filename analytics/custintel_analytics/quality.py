"""What is in a table, what is left out of it and why: counted in one query where the data live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from custintel_analytics.report import Report, number, show, spoken_day, write

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.rows import Parts
    from custintel_analytics.tables import Table

_PLACEHOLDERS = ("nan", "none", "null", "na", "n/a", "nil", "unknown", "undefined", "guest", "anonymous")
_NO_DATES = (dt.date(1970, 1, 1), dt.date(1900, 1, 1))


@dataclass(frozen=True)
class Reason:
    """Why rows are left out, in words.

    Parameters
    ----------
    finding
        What such rows have, after “12 rows …”.
    remedy
        What to do about it.
    example
        The part of the row that is shown: its day, its customer, or the value itself.
    """

    finding: str
    remedy: str
    example: Literal["day", "customer", "date", "amount"]


REASONS: Mapping[str, Reason] = {
    "missing customer": Reason(
        "have no customer",
        "A purchase without a customer can't be followed; fill the column at the source",
        "day",
    ),
    "fractional customer": Reason(
        "have a customer id that is not a whole number",
        "Check that the column tells customers apart",
        "customer",
    ),
    "missing date": Reason("have no date", "Fill the column at the source", "customer"),
    "unparsable date": Reason(
        "have a date that can't be read",
        "Write dates as 2024-05-31, or pass an expression that reads them (date=lambda t: …)",
        "date",
    ),
    "date in the future": Reason(
        "are dated in the future",
        "Check the clock and the time zone of the source; today= moves the limit",
        "date",
    ),
    "amount out of range": Reason(
        "have an amount that is infinite or too large to be counted exactly",
        "Check the unit, or lower decimals=",
        "amount",
    ),
    "negative amount": Reason(
        "have a negative amount, as returns have",
        "returns='net' subtracts them from revenue",
        "amount",
    ),
}


def left_out(table: Table) -> pd.DataFrame:
    """Rows that are not used, by reason: reason, rows, example, remedy."""
    flat = _flat(table._parts)
    counts = table.execute(flat.aggregate(**_reason_metrics(flat, table._parts)))
    return _left_out_frame(table._parts, _first_row(counts))


def full_report(table: Table) -> Report:
    """Everything that is known about the table without modelling; one query."""
    made = table._parts
    flat = _flat(made)
    used = flat.reason.isnull()
    purchase = used if made.negative is None else used & ~flat.negative
    metrics = {
        **_reason_metrics(flat, made),
        "source_rows": flat.count(),
        "purchases": purchase.sum(),
        "first_date": flat.day.min(where=purchase),
        "last_date": flat.day.max(where=purchase),
    }
    if made.negative is not None:
        metrics |= {
            "total": flat.minor.sum(where=purchase),
            "returns": (used & flat.negative).sum(),
            "returns_total": flat.minor.sum(where=used & flat.negative),
            "amounts": flat.minor.count(where=purchase),
        }
    for name, condition in _kept_conditions(table, flat, purchase).items():
        metrics[f"n_{name}"] = condition.sum()
        metrics[f"x_{name}"] = _kept_example(flat, name).min(where=condition)
    newest = (
        flat.filter(purchase)
        .group_by("customer")
        .aggregate(first=lambda t: t.day.min())
        .aggregate(customers=lambda t: t.count(), newest=lambda t: t["first"].max())
    )
    query = flat.aggregate(**metrics).cross_join(newest).cross_join(_identical(table))
    found = _first_row(table.execute(query))
    return write(table, found, _left_out_frame(made, found))


def _flat(made: Parts) -> Any:
    """One narrow row per source row: what all counts are made of."""
    columns: dict[str, Any] = {
        "reason": made.reason(),
        "day": made.columns["date"],
        "customer": made.columns["customer"],
        "raw_customer": made.raw["customer"],
        "raw_date": made.raw["date"],
    }
    if made.negative is not None:
        columns["minor"] = made.columns["amount_minor"]
        columns["amount"] = made.columns["amount"]
        columns["raw_amount"] = made.raw["amount"]
        columns["negative"] = made.negative.fill_null(False)
    if "order" in made.raw:
        columns["order"] = made.columns["order"]
    return made.source.select(**columns)


def _reason_metrics(flat: Any, made: Parts) -> dict[str, Any]:
    shown = {
        "day": flat.day,
        "customer": flat.raw_customer,
        "date": flat.raw_date,
        "amount": flat.raw_amount if made.negative is not None else None,
    }
    metrics = {}
    for position, key in enumerate(made.reasons):
        condition = flat.reason == key
        example = shown[REASONS[key].example]
        extreme = example.min if key == "negative amount" else example.max
        metrics[f"reason_{position}"] = condition.sum()
        metrics[f"example_{position}"] = extreme(where=condition)
    return metrics


def _kept_conditions(table: Table, flat: Any, purchase: Any) -> dict[str, Any]:
    """Rows that are used although someone should look at them."""
    kept = {"no_date": purchase & flat.day.isin(_NO_DATES)}
    if flat.raw_customer.type().is_string():
        kept["placeholder"] = purchase & flat.raw_customer.strip().lower().isin(_PLACEHOLDERS)
    if "amount" in flat.columns:
        scaled = flat.amount * float(10**table.settings.decimals)
        kept["no_amount"] = purchase & flat.minor.isnull()
        kept["zero"] = purchase & (flat.amount == 0)
        # What a float can't tell apart is no finer amount.
        noise = scaled.abs() * (2e-7 if flat.raw_amount.type().is_float32() else 1e-15)
        kept["fine"] = purchase & ((scaled - scaled.round()).abs() > noise + 0.001)
    if "order" in flat.columns:
        kept["no_order"] = purchase & flat.order.isnull()
        if flat.order.type().is_string():
            cancelled = flat.order.upper().startswith("C") & flat.order.substr(1, 1).isin(list("0123456789"))
            kept["cancelled"] = cancelled.fill_null(False)
            kept["cancelled_used"] = purchase & cancelled.fill_null(False)
    return kept


def _kept_example(flat: Any, name: str) -> Any:
    if name.startswith("cancelled"):
        return flat.order
    if name == "placeholder":
        return flat.raw_customer
    return flat.amount if name == "fine" else flat.day


def _identical(table: Table) -> Any:
    """How many rows repeat an earlier one in every column of the source."""
    source = table.source
    columns = [name for name in source.columns if not source[name].type().is_map()]
    repeated = source.group_by(columns).aggregate(custintel_times=lambda t: t.count())
    repeated = repeated.filter(repeated.custintel_times > 1)
    return repeated.aggregate(identical=(repeated.custintel_times - 1).sum())


def _first_row(frame: pd.DataFrame) -> dict[str, Any]:
    import pandas as pd

    record = frame.iloc[0].to_dict()
    return {str(name): None if pd.isna(value) else value for name, value in record.items()}


def _left_out_frame(made: Parts, found: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (
            key,
            number(found[f"reason_{position}"]),
            _example(key, found[f"example_{position}"]),
            REASONS[key].remedy,
        )
        for position, key in enumerate(made.reasons)
        if number(found[f"reason_{position}"])
    ]
    return pd.DataFrame(rows, columns=["reason", "rows", "example", "remedy"])


def _example(key: str, value: Any) -> str:
    if value is None:
        return ""
    kind = REASONS[key].example
    if kind == "day":
        return f"a row of {spoken_day(value)}"
    return f"a row of customer {show(value)}" if key == "missing date" else show(value)
