"""The answer to a retention question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from custintel_analytics.audiences import Audience
from custintel_analytics.cohorts import average as averaging
from custintel_analytics.cohorts import periods
from custintel_analytics.cohorts.picks import on_lines
from custintel_analytics.cohorts.selection import resolve, resolve_cells
from custintel_analytics.cohorts.settings import RetentionSettings, one_of
from custintel_analytics.cohorts.store import Store
from custintel_analytics.cohorts.summary import Summary, lines_of
from custintel_analytics.cohorts.truncation import Truncation

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from custintel_analytics.tables import Table


@dataclass(frozen=True, eq=False)
class Retention:
    """Who came back, by cohort and age. Made by `retention`.

    Parameters
    ----------
    frame
        One row per cohort and age that anyone of the cohort has begun, sorted by both: ``cohort`` (label),
        ``cohort_start`` (first day; NaT for an attribute), ``age`` and ``age_to`` (last age of a bracket),
        ``size`` (customers), ``observed`` (of these, who have had the full period), ``active``, ``retention``
        (active / size), ``lower`` and ``upper`` (Wilson); where asked for ``orders``, ``revenue``,
        ``average_order``, ``cumulative_orders`` and ``cumulative_value`` (so far, per customer acquired);
        ``mature`` (all have had it), ``complete_on`` (day on which all will have), ``truncated``.

        With `by`, one row per cohort and age that anyone has had in full. ``active``, ``orders`` and
        ``revenue`` are of the customers observed, ``retention`` is active / observed, the cumulative columns
        add up each age's sum per customer observed at it, and ``mature`` says that at least 30, or all, have
        had it.
    settings
        The question with all defaults filled in.
    truncation
        Whether the first cohorts probably hold old customers.
    table
        The table that was asked.
    seconds
        Time taken.
    rows_scanned
        Purchases read from the source for this answer; 0 when the kept summary answered.
    customers
        Customers with a purchase up to the last observed day; of an audience, those in it.
    all_customers
        The same of the whole table.
    purchases
        Their purchases (rows).
    """

    frame: pd.DataFrame
    settings: RetentionSettings
    truncation: Truncation
    table: Table
    seconds: float
    rows_scanned: int | None
    customers: int
    all_customers: int
    purchases: int
    _store: Store = field(repr=False)
    _summary: Summary = field(repr=False)

    @cached_property
    def bought_once(self) -> int:
        """Customers with one purchase so far: one order, or one row where there are no ids."""
        return self._store.bought_once(self._summary)

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """What is not in the figures and why: reason, rows, example, remedy. Counted when first asked for."""
        import pandas as pd

        parts = [self.table.left_out, pd.DataFrame(self._left_out(), columns=self.table.left_out.columns)]
        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)

    def average(self, weights: str = "customers", include_truncated: bool = False) -> pd.DataFrame:
        """The average at each age, over the cohorts that have had it in full.

        Parameters
        ----------
        weights
            ``"customers"``: sum of active over sum of observed (all, in a mature cohort of a period), with
            Wilson's interval; ``"cohorts"``: mean of the cohorts' rates, with Student's t interval across
            cohorts (NaN for a single one).
        include_truncated
            Also average over cohorts that probably hold old customers.

        Returns
        -------
        pandas.DataFrame
            ``age``, ``age_to``, ``retention``, ``lower``, ``upper``, ``cohorts`` and ``customers`` averaged
            over, ``active`` (mean per cohort); where known ``orders`` and ``revenue`` (mean per cohort),
            ``average_order``, ``cumulative_orders`` and ``cumulative_value``.
        """
        one_of("weights", weights, averaging.WEIGHTS)
        return averaging.average(self.frame, weights, self.settings.level, include_truncated)

    def audience(
        self,
        cohort: Any = None,
        age: int | None = None,
        period: Any = None,
        cells: Sequence[Mapping[str, Any]] | None = None,
        name: str | None = None,
    ) -> Audience:
        """The customers behind a part of the matrix; of an audience, those of it.

        Parameters
        ----------
        cohort
            A cohort's label: alone, all its customers.
        age
            An age: alone, whoever was active at it, of all cohorts; with `cohort`, those of that cell.
        period
            A calendar period such as ``"1998-03"``: whoever was active in it, of all cohorts.
        cells
            Several of these, as ``{"kind": "cell", "cohort": "1997-01", "age": 3}``,
            ``{"kind": "row", …}``, ``{"kind": "column", …}``,
            ``{"kind": "diagonal", "period": "1998-03"}``: their union.
        name
            What to call it.

        Raises
        ------
        DataError
            When the selection is empty or not in the matrix.
        """
        if cells is not None:
            picks, label = resolve_cells(self.frame, self.settings, cells)
        else:
            pick, label = resolve(self.frame, self.settings, cohort=cohort, age=age, period=period)
            picks = [pick]
        question = self._summary.question

        def members(rows: ir.Table) -> ir.Table:
            lines = lines_of(rows, question)
            return lines.filter(on_lines(lines, picks, question.grain)).select("customer").distinct()

        kept, owner = self._summary.members(picks)
        chosen = Audience(label, self.table, members, kept=kept, owner=owner)
        if self.settings.audience is not None:
            chosen = chosen & self.settings.audience
        chosen.name = name or chosen.name
        return chosen

    @property
    def whom(self) -> str:
        """Which customers were looked at, ``885 of 4,338 customers: quiet``; empty for all."""
        chosen = self.settings.audience
        if chosen is None:
            return ""
        return f"{self.customers:,} of {_count(self.all_customers, 'customer')}: {chosen.name}"

    def summary(self) -> str:
        """The answer in words."""
        settings, ages = self.settings, self.average()
        count = self.frame["cohort"].nunique()
        who = f"{self.whom}. They are in" if self.whom else f"{_count(self.customers, 'customer')} in"
        lines = [
            f"{who} {_count(count, 'cohort')} by "
            f"{settings.by or settings.cohort_grain}, {periods.long_date(settings.first_date)} to "
            f"{periods.long_date(settings.as_of)}.",
            f"{self.bought_once:,} ({100 * self.bought_once / self.customers:.0f} %) bought once.",
        ]
        later = ages[ages["age"] > 0]
        if len(later):
            row = later.iloc[0]
            lines.append(
                f"{100 * row['retention']:.1f} % ({100 * row['lower']:.1f}–{100 * row['upper']:.1f} %) "
                f"{_ACTIVE[settings.kind]} {_unit(settings)} {int(row['age'])}, "
                f"of {_count(int(row['customers']), 'customer')}."
            )
        if self.truncation.sentence:
            lines.append(self.truncation.sentence)
        return "\n".join(lines)

    def _left_out(self) -> list[dict[str, Any]]:
        total = self._store.purchases
        found = [_reason("purchase after as_of", total - self.purchases, "Move as_of= to a later day.")]
        if self.table.returns is not None and "revenue" in self.settings.values:
            early, unknown = self._summary.unplaced
            found.append(_reason("return before the first purchase", early, _EARLY))
            found.append(_reason("return without a purchase", unknown, _EARLY))
        return [row for row in found if row["rows"]]


_ACTIVE = {
    "classic": "were active in",
    "unbounded": "were active in or after",
    "bracket": "were active in the bracket from",
}
_EARLY = "The purchase was probably made before the data begin."


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _reason(reason: str, rows: Any, remedy: str) -> dict[str, Any]:
    return {"reason": reason, "rows": int(rows), "example": "", "remedy": remedy}


def _unit(settings: RetentionSettings) -> str:
    return (
        settings.grain
        if settings.window == "calendar"
        else f"{periods.WINDOW_DAYS[settings.grain]}-day window"
    )
