"""Who agreed to be analysed for a purpose, as known at a date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.roles import SYNONYMS, normal
from custintel_analytics.rows import _identifier, _is_present, as_day
from custintel_analytics.segments.attributes import id_column
from custintel_analytics.sources import Source, open_source
from custintel_analytics.zones import carries_zone, wall_clock

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

_YES = ("true", "yes", "y", "1", "t", "granted", "given", "opt-in", "optin", "accepted")
_NO = ("false", "no", "n", "0", "f", "refused", "denied", "withdrawn", "revoked", "opt-out", "optout")
_GRANTED = frozenset(["granted", "consent", "consented", "given", "optin", "accepted", "allowed"])


@dataclass(frozen=True)
class Consent:
    """Who agreed to a purpose by the end of a day.

    The latest record up to that day counts; of several on it, a refusal. A record without a date counts as the
    oldest. A customer without any record has not agreed. Who has withdrawn since isn't looked at on earlier days
    either.

    Parameters
    ----------
    source
        The records and their connection.
    names
        Which of its columns are ``customer``, ``purpose``, ``granted`` and, where there is one, ``date``.
    purpose
        What the features are for.
    as_of
        The last day whose records count.
    timezone
        The zone in which instants are turned into days.
    known
        The latest day whose records are known; that of `as_of` when left out.
    """

    source: Source
    names: dict[str, str]
    purpose: str
    as_of: dt.date
    timezone: str
    known: dt.date | None = None

    @property
    def backend(self) -> Any:
        """The connection that the records live on."""
        return self.source.backend

    def at(self, as_of: dt.date) -> Consent:
        """Who agreed by another day, and has not withdrawn by the latest that is known."""
        return replace(self, as_of=as_of, known=max(as_of, self.known or self.as_of))

    def table(self, wanted: list[str] | None = None, unbound: bool = False) -> ir.Table:
        """One row for each customer who agreed: ``customer``."""
        records: Any = self.source.table
        if unbound:
            from custintel_analytics.tables import _unbound_nodes

            records = records.op().replace(_unbound_nodes(records, self.source.name or "consent")).to_expr()
        kept = records.filter(records[self.names["purpose"]].strip() == self.purpose)
        ids = kept[self.names["customer"]]
        kept = kept.filter(_is_present(ids)).select(
            customer=_identifier(ids), yes=_yes(kept[self.names["granted"]]), day=self._day(kept)
        )
        agreed = _agreed(kept, self.as_of)
        if self.known is None or self.known == self.as_of:
            return agreed
        return agreed.semi_join(_agreed(kept, self.known), "customer")

    def run(self, wanted: list[str] | None = None) -> pd.DataFrame:
        """`table` as a frame."""
        return self.source.run(self.table())

    def _day(self, records: Any) -> Any:
        import ibis

        oldest = ibis.literal(dt.date(1, 1, 1), type="date")
        if "date" not in self.names:
            return oldest
        return _read_day(self.source, records, self.names["date"], self.timezone).fill_null(oldest)


def _agreed(records: Any, day: dt.date) -> ir.Table:
    """Who had agreed by the end of a day: ``customer``."""
    import ibis

    kept = records.filter(records.day <= ibis.literal(day, type="date"))
    last = kept.group_by("customer").aggregate(last=kept.day.max()).rename(of="customer")
    latest = kept.join(last, [kept.customer == last.of, kept.day == last["last"]])
    answers = latest.group_by("customer").aggregate(yes=latest.yes.min())
    return answers.filter(answers.yes == 1).select("customer")


def read_consent(consent: Any, purpose: str, as_of: dt.date, timezone: str) -> Consent | None:
    """Open the records of consent.

    Raises
    ------
    DataError
        When a column is missing, no record is for the purpose, or ``granted`` can't be read as yes or no.
    """
    if consent is None:
        return None
    source = open_source(consent, "consent")
    columns = list(source.table.columns)
    names = {
        "customer": id_column(columns, "consent"),
        "purpose": _one(columns, frozenset(("purpose", "consentpurpose", "purposename")), "purpose"),
        "granted": _one(columns, _GRANTED, "granted"),
    }
    dates = [column for group in SYNONYMS["date"] for column in columns if normal(column) in group]
    if dates:
        names["date"] = dates[0]
        _check_days(source, dates[0], timezone)
    _check(source, names, purpose)
    return Consent(source, names, purpose, as_of, timezone)


def _one(columns: list[str], known: frozenset[str], what: str) -> str:
    hits = [column for column in columns if normal(column) in known]
    if len(hits) != 1:
        found = f"several ({', '.join(map(repr, hits))})" if hits else "none"
        raise DataError(
            f"consent= needs one column {what!r}; there is {found}. Columns: {', '.join(columns)}. Pass customer, "
            "purpose, granted and, where known, date.",
            column=what,
        )
    return hits[0]


def _yes(value: Any) -> Any:
    """1 for yes, 0 for no or nothing, null for what can't be read."""
    import ibis

    if value.type().is_boolean():
        return value.fill_null(False).cast("int64")
    if value.type().is_numeric():
        return (value == 1).fill_null(False).cast("int64")
    text = value.cast("string").strip().lower().fill_null("no")
    return ibis.cases((text.isin(_YES), 1), (text.isin((*_NO, "")), 0), else_=ibis.null("int64"))


def _read_day(source: Source, records: Any, column: str, timezone: str) -> Any:
    zoned = carries_zone(source.table[column], source.backend)
    return as_day(records[column], wall_clock(timezone, source.backend.name) if zoned else None)


def _check_days(source: Source, column: str, timezone: str) -> None:
    kind = source.table[column].type()
    if not (kind.is_date() or kind.is_timestamp() or kind.is_string() or kind.is_integer()):
        raise DataError(f"The date of consent in {column!r} is of type {kind}. Pass dates.", column=column)
    table: Any = source.table
    days = table.select(raw=table[column], day=_read_day(source, table, column, timezone))
    lost = days.filter(days.day.isnull() & _is_present(days.raw))
    found = source.run(lost.aggregate(rows=lost.count(), example=lost.raw.cast("string").min())).iloc[0]
    if found["rows"]:
        raise DataError(
            f"{int(found['rows']):,} dates of consent in {column!r} can't be read, for example {found['example']!r}. "
            "Write them as 2024-05-31: a withdrawal must not be overlooked.",
            column=column,
            count=int(found["rows"]),
            example=found["example"],
        )


def _check(source: Source, names: dict[str, str], purpose: str) -> None:
    table: Any = source.table
    purposes = table.select(purpose=table[names["purpose"]].strip(), yes=_yes(table[names["granted"]]))
    found = source.run(
        purposes.group_by("purpose").aggregate(rows=purposes.count(), unread=purposes.yes.isnull().sum())
    ).sort_values("purpose")
    if purpose not in set(found["purpose"]):
        listed = ", ".join(repr(str(name)) for name in found["purpose"].dropna())
        raise DataError(
            f"consent= holds nothing about the purpose {purpose!r}; it knows {listed or 'none'}. Pass one: purpose=….",
            column="purpose",
            example=purpose,
        )
    unread = int(found["unread"].sum())
    if unread:
        raise DataError(
            f"{unread:,} row{'' if unread == 1 else 's'} of consent can't be read as yes or no in "
            f"{names['granted']!r}. Write true or false.",
            column=names["granted"],
            count=unread,
        )
