"""The quick way on DuckDB: one bit per customer and active age, up to 53 ages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts import periods
from custintel_analytics.cohorts.direct import DirectSummary
from custintel_analytics.cohorts.engine import Kept
from custintel_analytics.cohorts.picks import Pick, begun, mask_active, on_masks
from custintel_analytics.cohorts.summary import Question, aged

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from custintel_analytics.cohorts.summary import Matrix

MOST_AGES = 53


class MaskSummary(DirectSummary):
    """Answers of a `Summary` from one row per customer: first day, attribute, and a bit per active age.

    Parameters
    ----------
    engine
        A DuckDB connection.
    question
        Grain, window, attribute and last day; at most 53 ages long.
    firsts
        The kept masks: customer, first, purchases, mask and, with an attribute, attribute.
    """

    def prepare(self, values: tuple[str, ...]) -> None:
        """Nothing: the masks are kept already; orders and revenue are a second, light pass."""

    def _count_active(
        self, cohort_grain: str | None, kind: str, columns: Sequence[tuple[int, int]]
    ) -> Matrix:
        people = self.firsts.table

        def counts_at(low: int, high: int) -> Any:
            active = mask_active(people.mask, low, None if kind == "unbounded" else high)
            if self.question.by is None:
                return active
            return active & begun(people, self.question.begun_by(high))

        counts = {
            f"age{number}": counts_at(low, high).cast("int64").sum().cast("int64")
            for number, (low, high) in enumerate(columns)
        }
        frame = self.engine.frame(
            people.group_by(cohort=self.cohort(people, cohort_grain)).aggregate(**counts)
        )
        return list(frame.pop("cohort")), frame.to_numpy(dtype=np.int64)

    def members(self, picks: Sequence[Pick]) -> tuple[ir.Table, Kept]:
        """The customers of any of the picks, and what must be kept for as long as they are asked for."""
        people = self.firsts.table
        return people.filter(on_masks(people, picks, self.question.grain)).select("customer"), self.firsts


def calendar_masks(rows: ir.Table, question: Question, earliest: int) -> ir.Table:
    """First day, purchases and mask per customer in one pass; `earliest` is the first period in the data."""
    import ibis

    observed = question.observed(rows)
    period = periods.index(observed.date, question.grain) - earliest
    people = observed.group_by("customer").aggregate(
        first=observed.date.min(),
        purchases=observed.count(),
        periods=(ibis.literal(1, type="int64") << period).bit_or(),
    )
    shift = periods.index(people.first, question.grain) - earliest
    return people.select("customer", "first", "purchases", mask=people.periods >> shift)


def joined_masks(rows: ir.Table, firsts: ir.Table, question: Question) -> ir.Table:
    """Masks from known first purchases, for elapsed windows and attributes: ages need the first day."""
    import ibis

    lines = aged(rows, firsts, question)
    masks = lines.group_by("customer").aggregate(mask=(ibis.literal(1, type="int64") << lines.age).bit_or())
    known = firsts.drop("mask") if "mask" in firsts.columns else firsts
    return known.join(masks, "customer").select(*known.columns, "mask")
