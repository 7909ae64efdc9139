"""Each customer's first day, and the portable summary of what they did at which age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.audiences.profiles import whole
from custintel_analytics.cohorts import observation, periods
from custintel_analytics.cohorts.engine import Engine, Kept
from custintel_analytics.cohorts.picks import Pick, on_lines

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from numpy.typing import NDArray

    Matrix = tuple[list[Any], NDArray[np.int64]]

MISSING = "(missing)"
# What the values are called while they are whole numbers.
NAMES = {"orders": "orders", "revenue": "minor"}


@dataclass(frozen=True)
class Question:
    """What a summary depends on; kinds, cohort grains and levels are answered from it."""

    grain: str
    window: str
    by: str | None
    as_of: dt.date

    def age(self, date: Any, first: Any) -> Any:
        """Age at a date as an expression."""
        return periods.age(date, first, self.grain, self.window)

    def full(self, first: Any) -> Any:
        """The last age that a customer has had in full as an expression."""
        return observation.last_full(first, self.as_of, self.grain, self.window)

    def begun_by(self, age: int) -> dt.date:
        """The day by which a customer must have begun to have had an age in full."""
        return observation.begun_by(age, self.as_of, self.grain, self.window)

    def observed(self, rows: ir.Table) -> ir.Table:
        """The rows up to the last observed day."""
        import ibis

        return rows.filter(rows.date <= ibis.literal(self.as_of, type="date"))


def first_purchases(rows: ir.Table, question: Question) -> ir.Table:
    """Per customer: first (day), purchases (rows) and, by an attribute, its value on the first day.

    Several values on the first day count as the smallest one.
    """
    observed = question.observed(rows)
    plain = observed.group_by("customer").aggregate(first=observed.date.min(), purchases=observed.count())
    if question.by is None:
        return plain
    value = observed[question.by]
    dated = observed.select(
        "customer", "date", attribute=value.cast("string") if value.type().is_boolean() else value
    )
    begun = plain.select(begun_customer="customer", begun="first")
    opening = dated.join(begun, [dated.customer == begun.begun_customer, dated.date == begun.begun])
    attributes = opening.group_by("customer").aggregate(
        attribute=opening.attribute.min().cast("string").fill_null(MISSING)
    )
    return plain.join(attributes, "customer").select("customer", "first", "purchases", "attribute")


def aged(rows: ir.Table, firsts: ir.Table, question: Question, *more: str) -> ir.Table:
    """Every observed row with its customer's first day, attribute and the age: one join."""
    about = ["first"] if question.by is None else ["first", "attribute"]
    dated = question.observed(rows).select("customer", "date", *more)
    joined = dated.join(firsts.select("customer", *about), "customer")
    return joined.select("customer", *about, *more, age=question.age(joined.date, joined.first))


class Summary:
    """Active customers, orders and revenue by cohort and age, from one row per customer and active age.

    Parameters
    ----------
    engine
        The connection.
    question
        Grain, window, attribute and last day.
    firsts
        The kept first purchases.
    """

    def __init__(self, engine: Engine, question: Question, firsts: Kept) -> None:
        self.engine = engine
        self.question = question
        self.firsts = firsts
        self._lines: dict[tuple[str, ...], Kept] = {}
        self._counted: dict[tuple[str | None, str, tuple[tuple[int, int], ...]], Matrix] = {}

    @cached_property
    def starts(self) -> pd.DataFrame:
        """Per first day and attribute: customers, purchases, once (customers with a single row)."""
        people = self.firsts.table
        grouped = people.group_by(*self.about).aggregate(
            customers=people.count(),
            purchases=people.purchases.sum().cast("int64"),
            once=(people.purchases == 1).cast("int64").sum().cast("int64"),
        )
        return self.engine.frame(grouped)

    @property
    def about(self) -> list[str]:
        """What is kept about a customer."""
        return ["first"] if self.question.by is None else ["first", "attribute"]

    def cohort(self, table: ir.Table, cohort_grain: str | None) -> Any:
        """The key of a customer's cohort as an expression."""
        return table.attribute if cohort_grain is None else periods.index(table.first, cohort_grain)

    def prepare(self, values: tuple[str, ...]) -> None:
        """Read the rows once for everything that will be asked."""
        self._kept(values)

    def active(self, cohort_grain: str | None, kind: str, columns: Sequence[tuple[int, int]]) -> Matrix:
        """Cohort keys, and the customers who were active per cohort and column; asked once, then known.

        By an attribute, of the customers who have had the column in full.
        """
        asked = (cohort_grain, kind, tuple(columns))
        if asked not in self._counted:
            self._counted[asked] = self._count_active(cohort_grain, kind, columns)
        return self._counted[asked]

    def _count_active(
        self, cohort_grain: str | None, kind: str, columns: Sequence[tuple[int, int]]
    ) -> Matrix:
        lines = self._kept(()).table
        if kind != "unbounded":
            lines = self._had(lines, columns)
        cohort = self.cohort(lines, cohort_grain)
        if kind == "unbounded":
            last = self._last_ages(lines, cohort)
            counted = last.group_by("cohort", "age").aggregate(active=last.count())
        elif kind == "bracket":
            within = lines.filter(lines.age <= columns[-1][1])
            bracket = _bracket(within.age, columns)
            spread = within.select(
                "customer", cohort=self.cohort(within, cohort_grain), age=bracket
            ).distinct()
            counted = spread.group_by("cohort", "age").aggregate(active=spread.count())
        else:
            counted = lines.group_by(cohort=cohort, age=lines.age).aggregate(active=lines.count())
        frame = self.engine.frame(counted)
        keys, rows = _codes(frame["cohort"])
        counts = np.zeros((len(keys), len(columns)), dtype=np.int64)
        np.add.at(counts, (rows, frame["age"].to_numpy()), frame["active"].to_numpy())
        if kind == "unbounded":
            counts = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
        return keys, counts

    def money(
        self, cohort_grain: str | None, values: tuple[str, ...], columns: Sequence[tuple[int, int]]
    ) -> pd.DataFrame:
        """Per cohort and age: orders and minor (revenue in whole minor units, returns taken off).

        By an attribute, of the customers who have had the age's column in full.
        """
        import pandas as pd

        lines = self._had(self._kept(values).table, columns)
        sums = {name: lines[name].sum().cast("int64") for name in map(NAMES.__getitem__, values)}
        grouped = lines.group_by(cohort=self.cohort(lines, cohort_grain), age=lines.age).aggregate(**sums)
        frame = self.engine.frame(grouped)
        if "revenue" in values and self.engine.returns is not None:
            back = self.returned[self.returned["age"] >= 0]
            frame = pd.concat(
                [frame, self._by_cohort(back, cohort_grain, columns)[["cohort", "age", "minor"]]]
            )
        return frame

    @cached_property
    def returned(self) -> pd.DataFrame:
        """Per first day, attribute and age: rows and minor of returns by customers with a purchase."""
        rows = aged(self.engine.returns, self.firsts.table, self.question, "amount_minor")
        return self.engine.frame(
            rows.group_by(*self.about, "age").aggregate(rows=rows.count(), minor=whole(rows.amount_minor))
        )

    @cached_property
    def unplaced(self) -> tuple[int, int]:
        """Rows of returns before the customer's first purchase, and of customers without any."""
        returns = self.question.observed(self.engine.returns)
        total = int(self.engine.frame(returns.aggregate(rows=returns.count()))["rows"].iloc[0])
        early = int(self.returned.loc[self.returned["age"] < 0, "rows"].sum())
        return early, total - int(self.returned["rows"].sum())

    def members(self, picks: Sequence[Pick]) -> tuple[ir.Table, Kept]:
        """The customers of any of the picks, and what must be kept for as long as they are asked for."""
        kept = self._kept(())
        lines = kept.table
        return lines.filter(on_lines(lines, picks, self.question.grain)).select("customer").distinct(), kept

    def _had(self, lines: ir.Table, columns: Sequence[tuple[int, int]]) -> ir.Table:
        if self.question.by is None:
            return lines
        return lines.filter(observation.had(lines, columns, self.question.full(lines.first)))

    def _last_ages(self, lines: ir.Table, cohort: Any) -> ir.Table:
        import ibis

        if self.question.by is None:
            return lines.group_by("customer", cohort=cohort).aggregate(age=lines.age.max())
        # Active at k or later and k had in full: k up to the smaller of two ages.
        last = lines.group_by("customer", "first", cohort=cohort).aggregate(last=lines.age.max())
        full = self.question.full(last.first)
        return last.filter(full >= 0).select("customer", "cohort", age=ibis.least(last["last"], full))

    def _by_cohort(
        self, frame: pd.DataFrame, cohort_grain: str | None, columns: Sequence[tuple[int, int]]
    ) -> pd.DataFrame:
        if cohort_grain is None:
            asked = self.question
            full = observation.last_full_of(days(frame["first"]), asked.as_of, asked.grain, asked.window)
            some = observation.had_of(frame["age"].to_numpy(dtype=np.int64), columns, full)
            return frame[some].rename(columns={"attribute": "cohort"})
        return frame.assign(cohort=periods.index_of(days(frame["first"]), cohort_grain))

    def _kept(self, values: tuple[str, ...]) -> Kept:
        for known, kept in self._lines.items():
            if set(values) <= set(known):
                return kept
        rows = self.engine.rows
        identified = "orders" in values and "order" in rows.columns
        more = [*(["order"] if identified else []), *(["amount_minor"] if "revenue" in values else [])]
        lines = aged(rows, self.firsts.table, self.question, *more)
        sums: dict[str, Any] = {}
        if "orders" in values:
            sums["orders"] = lines.order.nunique() if identified else lines.count()
        if "revenue" in values:
            sums["minor"] = whole(lines.amount_minor)
        kept = self.engine.keep(lines.group_by("customer", *self.about, "age").aggregate(**sums))
        self._lines = {values: kept}
        return kept


def lines_of(rows: ir.Table, question: Question) -> ir.Table:
    """The customers' active ages straight from the rows, for queries that must stand alone."""
    return aged(rows, first_purchases(rows, question), question)


def days(dates: pd.Series) -> NDArray[np.int64]:
    """Dates as days since 1970-01-01."""
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def _codes(keys: pd.Series) -> tuple[list[Any], NDArray[np.int64]]:
    import pandas as pd

    codes, found = pd.factorize(keys)
    return list(found), codes.astype(np.int64)


def _bracket(age: Any, columns: Sequence[tuple[int, int]]) -> Any:
    import ibis

    return ibis.cases(*((age <= high, number) for number, (_, high) in enumerate(columns)))
