"""Summaries kept per table, for as long as the table lives."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from custintel_analytics.cohorts import limits, masks, periods
from custintel_analytics.cohorts.direct import DirectSummary
from custintel_analytics.cohorts.engine import Engine, Kept
from custintel_analytics.cohorts.layout import lay_out
from custintel_analytics.cohorts.settings import RetentionSettings, columns
from custintel_analytics.cohorts.summary import Question, Summary, first_purchases
from custintel_analytics.cohorts.truncation import Finding, basis, find, horizon
from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from custintel_analytics.audiences import Audience
    from custintel_analytics.tables import Table

_MOST_AUDIENCES = 3
_stores: WeakKeyDictionary[Table, Store] = WeakKeyDictionary()


def store_of(table: Table) -> Store:
    """The store of a table; holds nothing that keeps the table alive."""
    with table.lock:
        store = _stores.get(table)
        if store is None:
            store = _stores[table] = Store(Engine(table))
        return store


class Store:
    """What has been computed for one table.

    Parameters
    ----------
    engine
        The table's connection.
    """

    most_kept = 6

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._parts: OrderedDict[Hashable, Part] = OrderedDict()
        self._summaries: OrderedDict[Question, Summary] = OrderedDict()
        self._once: dict[dt.date, int] = {}
        self._findings: dict[dt.date, Finding] = {}

    @cached_property
    def bounds(self) -> tuple[dt.date, dt.date]:
        """First and last day with a purchase.

        Raises
        ------
        DataError
            When there is no usable purchase.
        """
        rows = self.engine.rows
        found = self.engine.frame(rows.aggregate(first=rows.date.min(), last=rows.date.max())).iloc[0]
        if found["first"] != found["first"]:
            raise DataError(
                "The table has no usable purchase, so nothing can be followed. table.left_out says what was "
                "left out and why.",
                count=0,
            )
        return found["first"].date(), found["last"].date()

    @cached_property
    def purchases(self) -> int:
        """All usable purchases (rows)."""
        rows = self.engine.rows
        return int(self.engine.frame(rows.aggregate(rows=rows.count()))["rows"].iloc[0])

    def summary(self, question: Question) -> tuple[Summary, bool]:
        """The summary that answers a question, and whether the rows had to be read for it."""
        with self.engine.lock:
            known = self._summaries.get(question)
            if known is not None:
                self._summaries.move_to_end(question)
                return known, False
            made = self._make(question)
            self._summaries[question] = made
            while len(self._summaries) > self.most_kept:
                self._summaries.popitem(last=False)
            return made, True

    def only(self, audience: Audience) -> Part:
        """What is computed for an audience of the table; the last few are kept, apart from the table's own."""
        with self.engine.lock:
            meaning = audience._meaning
            part = self._parts.pop(meaning, None) or Part(self, self.engine.keep(audience._members()))
            self._parts[meaning] = part
            while len(self._parts) > _MOST_AUDIENCES:
                self._parts.popitem(last=False)
            return part

    def bought_once(self, summary: Summary) -> int:
        """Customers with one order up to the last observed day; one row where orders have no ids."""
        rows = self.engine.rows
        if "order" not in rows.columns:
            return int(summary.starts["once"].sum())
        as_of = summary.question.as_of
        if as_of not in self._once:
            observed = summary.question.observed(rows)
            orders = observed.group_by("customer").aggregate(
                low=observed.order.min(), high=observed.order.max()
            )
            frame = self.engine.frame(
                orders.filter(orders.low == orders.high).aggregate(once=lambda t: t.count())
            )
            self._once[as_of] = int(frame["once"].iloc[0])
        return self._once[as_of]

    def check_amounts(self) -> None:
        """Refuse a revenue of nothing but missing amounts.

        Raises
        ------
        DataError
            When no purchase has an amount.
        """
        rows = self.engine.rows
        found = self.engine.frame(rows.aggregate(rows=rows.count(), known=rows.amount_minor.count())).iloc[0]
        if not found["known"]:
            raise DataError(
                f"All {found['rows']:,} amounts are missing, so there is no revenue. Check which column is "
                "the amount; where there is none, say so: as_table(…, amount=False).",
                column="amount",
                count=int(found["rows"]),
            )

    def truncation(self, settings: RetentionSettings) -> tuple[Finding, bool]:
        """Whether the first customers are old ones, and whether the rows had to be read for it."""
        grain = basis(settings.first_date, settings.as_of)
        as_of = horizon(settings.first_date, settings.as_of, grain)
        if as_of in self._findings:
            return self._findings[as_of], False
        summary, read = self.summary(Question(grain, "calendar", None, as_of))
        test = replace(settings, grain=grain, cohort_grain=grain, window="calendar", by=None, as_of=as_of)
        layout = lay_out(summary.starts, test)
        active = layout.fill(*summary.active(grain, "classic", columns("classic", (), layout.ages)))
        self._findings[as_of] = find(layout, active, grain)
        return self._findings[as_of], read

    def _make(self, question: Question) -> Summary:
        engine = self.engine
        quick = engine.is_quick and self._ages(question) <= masks.MOST_AGES
        firsts = self._firsts(question)
        if quick and firsts is None and question.window == "calendar" and question.by is None:
            earliest = self._period(self.bounds[0], question.grain)
            return masks.MaskSummary(
                engine, question, engine.keep(masks.calendar_masks(engine.rows, question, earliest))
            )
        if firsts is None:
            firsts = engine.keep(first_purchases(engine.rows, question))
            limits.check_attribute(engine, firsts.table, question.by)
        if quick:
            return masks.MaskSummary(
                engine, question, engine.keep(masks.joined_masks(engine.rows, firsts.table, question))
            )
        return (DirectSummary if engine.is_quick else Summary)(engine, question, firsts)

    def _firsts(self, question: Question) -> Kept | None:
        for known, summary in self._summaries.items():
            if (known.by, known.as_of) == (question.by, question.as_of):
                return summary.firsts
        return None

    def _ages(self, question: Question) -> int:
        first, last = self.bounds[0], min(self.bounds[1], question.as_of)
        if question.window == "elapsed":
            return (last - first).days // periods.WINDOW_DAYS[question.grain] + 1
        return self._period(last, question.grain) - self._period(first, question.grain) + 1

    def _period(self, day: dt.date, grain: str) -> int:
        return int(periods.index_of(np.array([periods.to_day(day)]), grain)[0])


class Part(Store):
    """What has been computed for some of a table's customers, from what is kept for all of them.

    What is true of the data, their first and last day and whether they begin in the middle of customers' lives,
    is that of the whole table.

    Parameters
    ----------
    whole
        The table's store.
    members
        The customers: a kept table with the column ``customer``, each once.
    """

    most_kept = 2

    def __init__(self, whole: Store, members: Kept) -> None:
        super().__init__(whole.engine.only(members))
        self._whole = whole
        self._members = members

    @cached_property
    def bounds(self) -> tuple[dt.date, dt.date]:
        """First and last day with a purchase of any customer."""
        return self._whole.bounds

    def check_amounts(self) -> None:
        """Refuse a revenue of nothing but missing amounts; some customers may well have none."""
        self._whole.check_amounts()

    def truncation(self, settings: RetentionSettings) -> tuple[Finding, bool]:
        """Whether the table's first customers are old ones: a few of them couldn't tell."""
        return self._whole.truncation(settings)

    def _make(self, question: Question) -> Summary:
        known, _ = self._whole.summary(question)
        firsts = self.engine.keep(known.firsts.table.semi_join(self._members.table, "customer"))
        return type(known)(self.engine, question, firsts)
