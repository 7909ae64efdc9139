"""Orders and revenue on DuckDB: added up straight from the rows, which costs less than keeping them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from custintel_analytics.audiences.profiles import whole
from custintel_analytics.cohorts.engine import Engine, Kept
from custintel_analytics.cohorts.summary import NAMES, Question, Summary, aged

if TYPE_CHECKING:
    import pandas as pd

# Distinct orders are counted in slices of the customers, so that memory stays bounded.
_SLICE_ROWS = 16_000_000
# A hash is a signed number, whose remainder may be negative.
_POSITIVE = 2**62 - 1


class DirectSummary(Summary):
    """A `Summary` whose orders and revenue are kept per first day and age, not per customer.

    Parameters
    ----------
    engine
        A DuckDB connection.
    question
        Grain, window, attribute and last day.
    firsts
        The kept first purchases.
    """

    def __init__(self, engine: Engine, question: Question, firsts: Kept) -> None:
        super().__init__(engine, question, firsts)
        self._money: dict[str, pd.DataFrame] = {}

    def prepare(self, values: tuple[str, ...]) -> None:
        """Read the rows for what will be asked; orders and revenue are a second, light pass."""
        self._kept(())

    def money(
        self, cohort_grain: str | None, values: tuple[str, ...], columns: Sequence[tuple[int, int]]
    ) -> pd.DataFrame:
        """Per cohort and age: orders and minor (revenue in whole minor units, returns taken off).

        By an attribute, of the customers who have had the age's column in full.
        """
        import pandas as pd

        missing = [value for value in values if value not in self._money]
        if missing:
            self._add_up(missing)
        parts = [self._money[value] for value in values]
        if "revenue" in values and self.engine.returns is not None:
            parts.append(self.returned[self.returned["age"] >= 0].drop(columns="rows"))
        return pd.concat([self._by_cohort(part, cohort_grain, columns) for part in parts])

    def _add_up(self, values: Sequence[str]) -> None:
        rows, people = self.engine.rows, self.firsts.table
        identified = "order" in rows.columns
        sums: dict[str, Any] = {}
        if "orders" in values and not identified:
            sums["orders"] = lambda t: t.count()
        if "revenue" in values:
            sums["minor"] = lambda t: whole(t.amount_minor)
        if sums:
            lines = aged(rows, people, self.question, *(["amount_minor"] if "revenue" in values else []))
            frame = self.engine.frame(lines.group_by(*self.about, "age").aggregate(**sums))
            for value, name in NAMES.items():
                if name in sums:
                    self._money[value] = frame[[*self.about, "age", name]]
        if "orders" in values and identified:
            self._money["orders"] = self._distinct_orders()

    def _distinct_orders(self) -> pd.DataFrame:
        import pandas as pd

        slices = 1 + int(self.starts["purchases"].sum()) // _SLICE_ROWS
        rows, people = self.engine.rows, self.firsts.table
        parts = []
        for number in range(slices):
            some = rows if slices == 1 else rows.filter((rows.customer.hash() & _POSITIVE) % slices == number)
            lines = aged(some.filter(some.order.notnull()), people, self.question, "order")
            orders = lines.select("customer", "age", "order").distinct()
            about = orders.join(people.select("customer", *self.about), "customer")
            parts.append(
                self.engine.frame(about.group_by(*self.about, "age").aggregate(orders=about.count()))
            )
        return pd.concat(parts)
