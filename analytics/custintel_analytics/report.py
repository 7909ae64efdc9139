"""The report of a table: what it holds and what was found, in sentences, as a frame and as HTML."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.tables import Table

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, eq=False)
class Report:
    """What a table holds, what was left out of it, and what was kept although someone should look at it.

    Parameters
    ----------
    rows
        Purchases: the rows that are used.
    source_rows
        Rows of the source.
    customers
        Customers with a purchase.
    first_date, last_date
        Days of the first and the last purchase; None without a purchase.
    last_new_customer
        The last day on which a customer bought for the first time.
    amount_total
        Sum of the amounts in the data's own unit, to the smallest unit of money; with ``returns="net"`` after
        returns. None without an amount.
    returns_rows, returns_total
        With ``returns="net"``, the rows with a negative amount and their sum.
    frame
        One row per check: check, rows, example, verdict.
    left_out
        One row per reason: reason, rows, example, remedy.
    sentences
        The same for people.
    """

    rows: int
    source_rows: int
    customers: int
    first_date: dt.date | None
    last_date: dt.date | None
    last_new_customer: dt.date | None
    amount_total: float | None
    returns_rows: int
    returns_total: float
    frame: pd.DataFrame = field(repr=False)
    left_out: pd.DataFrame = field(repr=False)
    sentences: tuple[str, ...] = field(repr=False)

    def __str__(self) -> str:
        first, *others = self.sentences
        return "\n".join([first, *(f"  · {sentence}" for sentence in others)])

    def _repr_html_(self) -> str:
        first, *others = (html.escape(sentence) for sentence in self.sentences)
        items = "".join(f"<li>{sentence}</li>" for sentence in others)
        cell = "padding:2px 12px 2px 0;text-align:left;vertical-align:top;background:none"
        number_cell = cell.replace("left;v", "right;v") + ";font-variant-numeric:tabular-nums"
        body = "".join(
            f'<tr style="background:none"><td style="{cell}">{html.escape(check)}</td>'
            f'<td style="{number_cell}">{count:,}</td><td style="{cell}">{html.escape(example)}</td>'
            f'<td style="{cell}">{html.escape(verdict)}</td></tr>'
            for check, count, example, verdict in self.frame.itertuples(index=False, name=None)
        )
        head = "".join(
            f'<th scope="col" style="{number_cell if name == "Rows" else cell}">{name}</th>'
            for name in ("Check", "Rows", "Example", "Verdict")
        )
        return (
            '<div style="color:inherit;font-size:13px;line-height:1.5;max-width:60em">'
            f'<p style="margin:0 0 4px;font-weight:600">{first}</p>'
            f'<ul style="margin:0 0 6px;padding-left:1.3em">{items}</ul>'
            "<details><summary>All checks</summary>"
            '<table style="border-collapse:collapse;margin:4px 0;color:inherit;font-size:inherit">'
            f'<thead><tr style="background:none">{head}</tr></thead><tbody>{body}</tbody></table>'
            "</details></div>"
        )


def number(value: Any) -> int:
    """A count out of a result, where a sum over no rows is null."""
    return 0 if value is None else int(value)


def spoken_day(day: Any) -> str:
    """A day as people say it: 25 March 1997."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def show(value: Any) -> str:
    """A value as it was found, short."""
    if isinstance(value, dt.datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    text = str(value) if not isinstance(value, float) else f"{value:.15g}"
    return text if len(text) <= 60 else f"{text[:59]}…"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _agree(count: int, finding: str) -> str:
    """The finding with its verb after one row or after several."""
    verb, _, rest = finding.partition(" ")
    singular = {"have": "has", "are": "is", "belong": "belongs"}
    return f"{singular[verb] if count == 1 else verb} {rest}".strip()


def _share(part: int, whole: int) -> str:
    percent = 100 * part / whole
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %"


# Check, its name among the counts, verdict, what is said about it.
_KEPT = (
    ("missing amount", "no_amount", "kept, counts as 0", "no amount: kept as purchases that bring 0"),
    ("amount of 0", "zero", "kept", "the amount 0: kept"),
    ("identical rows", "identical", "kept", "the same values as an earlier row in every column: kept"),
    ("missing order", "no_order", "kept", "no order id: kept"),
    (
        "date of 1 January 1970 or 1900",
        "no_date",
        "kept, but look",
        "the date 1 January 1970 or 1900, which often stands for a missing one: kept",
    ),
    (
        "customer that stands for nobody",
        "placeholder",
        "kept, but look",
        "a customer id that often stands for nobody: kept as one customer",
    ),
)


def write(table: Table, found: Mapping[str, Any], left_out: pd.DataFrame) -> Report:
    """The report, from the counts of one query."""
    import pandas as pd

    from custintel_analytics.quality import REASONS

    settings = table.settings
    unit = 10**settings.decimals
    total = None
    if number(found.get("amounts")):
        total = number(found["total"]) / unit
    returned, returns_total = number(found.get("returns")), number(found.get("returns_total")) / unit
    if total is not None and returned:
        total = (number(found["total"]) + number(found["returns_total"])) / unit
    days = {name: _day(found[name]) for name in ("first_date", "last_date", "newest")}
    counts = {"source": number(found["source_rows"]), "used": number(found["purchases"])}

    excluded = {
        reason: (rows, example) for reason, rows, example, _ in left_out.itertuples(index=False, name=None)
    }
    frame = [
        (reason, *excluded.get(reason, (0, "")), "left out" if reason in excluded else "none found")
        for reason in table._parts.reasons
    ]
    sentences = [_headline(counts["used"], number(found["customers"]), days, total, settings.decimals)]
    for reason, (rows, example) in excluded.items():
        such = f", for example {example}" if example else ""
        share = _share(rows, counts["source"])
        sentences.append(
            f"{_rows(rows)} ({share}) {_agree(rows, REASONS[reason].finding)}{such}: left out. "
            f"{REASONS[reason].remedy}."
        )
    if returned:
        frame.append(("negative amount", returned, "", "netted from revenue"))
        sentences.append(
            f"{_rows(returned)} {_agree(returned, 'have')} a negative amount, "
            f"{_money(returns_total, settings.decimals)} in all: not purchases, but subtracted from revenue."
        )
    kept_frame, kept_sentences = _kept(found, settings.decimals)
    frame += kept_frame
    sentences += kept_sentences + _observations(table, days, number(found["customers"]))
    return Report(
        rows=counts["used"],
        source_rows=counts["source"],
        customers=number(found["customers"]),
        first_date=days["first_date"],
        last_date=days["last_date"],
        last_new_customer=days["newest"],
        amount_total=total,
        returns_rows=returned,
        returns_total=returns_total,
        frame=pd.DataFrame(frame, columns=["check", "rows", "example", "verdict"]),
        left_out=left_out,
        sentences=tuple(sentences),
    )


def _day(value: Any) -> dt.date | None:
    if value is None:
        return None
    return value.date() if isinstance(value, dt.datetime) else dt.date(value.year, value.month, value.day)


def _money(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}"


def _headline(
    purchases: int, customers: int, days: Mapping[str, dt.date | None], total: float | None, decimals: int
) -> str:
    if not purchases:
        return "No usable purchase: every row is left out."
    first, last = days["first_date"], days["last_date"]
    when = spoken_day(first) if first == last else f"{spoken_day(first)} – {spoken_day(last)}"
    money = "" if total is None else f", {_money(total, decimals)} in all"
    rows = "1 purchase" if purchases == 1 else f"{purchases:,} purchases"
    people = "1 customer" if customers == 1 else f"{customers:,} customers"
    return f"{rows}, {people}, {when}{money}."


def _kept(found: Mapping[str, Any], decimals: int) -> tuple[list[tuple[str, int, str, str]], list[str]]:
    frame, sentences = [], []
    for check, name, verdict, finding in _KEPT:
        column = name if name == "identical" else f"n_{name}"
        if column not in found:
            continue
        rows, example = number(found[column]), found.get(f"x_{name}")
        such = (
            ""
            if example is None
            else (show(example) if name == "placeholder" else f"a row of {spoken_day(example)}")
        )
        frame.append((check, rows, such, verdict if rows else "none found"))
        if rows:
            sentences.append(f"{_rows(rows)} {_agree(rows, 'have')} {finding}.")
    if "n_fine" in found:
        rows, smallest = number(found["n_fine"]), f"{10**-decimals:.{decimals}f}"
        example = "" if found["x_fine"] is None else show(found["x_fine"])
        frame.append((f"amount finer than {smallest}", rows, example, "rounded" if rows else "none found"))
        if rows:
            sentences.append(
                f"{_rows(rows)} {_agree(rows, 'have')} an amount finer than {smallest}, for example "
                f"{example}: rounded for sums. decimals={decimals + 1} counts finer."
            )
    if "n_cancelled" in found:
        rows, used = number(found["n_cancelled"]), number(found["n_cancelled_used"])
        example = found["x_cancelled"] or ""
        verdict = f"{used:,} of them used" if used else "left out for other reasons"
        frame.append(("order id like a cancellation (C…)", rows, example, verdict if rows else "none found"))
        if rows:
            whether = (
                f"{used:,} of them are used as purchases" if used else "none of them is used as a purchase"
            )
            sentences.append(
                f"{_rows(rows)} {_agree(rows, 'belong')} to an order whose id begins with C, as cancelled "
                f"invoices do, for example {example}: {whether}."
            )
    return frame, sentences


def _observations(table: Table, days: Mapping[str, dt.date | None], customers: int) -> list[str]:
    sentences = []
    first, last, newest = days["first_date"], days["last_date"], days["newest"]
    if first and last and newest:
        if first == last:
            sentences.append("All purchases fall on one day: nothing can be said about coming back.")
        elif (last - newest).days > max(28, (last - first).days // 10):
            sentences.append(
                f"No new customer after {spoken_day(newest)}: the data follow a fixed group of people."
            )
    if customers == 1:
        sentences.append("There is only one customer.")
    if table._zoned:
        sentences.append(f"Times carry a zone; days are taken in {table.settings.timezone} (timezone=).")
    shown = ", ".join(f"{role} = {column}" for role, column in table.roles.items())
    sentences.append(f"Read as: {shown}.")
    return [*sentences, *table._notes]
