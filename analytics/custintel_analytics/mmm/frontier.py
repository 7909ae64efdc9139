"""The frontier: the best outcome for each total."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.mmm.amounts import number
from custintel_analytics.mmm.feasibility import check, totals_within
from custintel_analytics.mmm.limits import limits
from custintel_analytics.mmm.optimize import optimize
from custintel_analytics.mmm.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.mmm.response_table import ResponseTable

_POINTS = 25
# Around the current total, where no totals are given.
_FROM, _TO = 0.5, 1.5
_GOALS = ("target", "target_roas", "target_mroas", "target_cpa", "margin", "total")


@dataclass(frozen=True, eq=False)
class Frontier:
    """The best plans for several totals. Made by `frontier`.

    Parameters
    ----------
    plans
        One per total, ascending.
    """

    plans: tuple[Plan, ...]

    def __repr__(self) -> str:
        totals = [wording.money(plan.total, plan.table.currency) for plan in self.plans]
        return f"Frontier of {len(totals)} plans, from {totals[0]} to {totals[-1]}"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per total: ``total``, ``outcome`` with ``lower`` and ``upper``, ``roas``, ``mroas``."""
        import pandas as pd

        names = ("total", "outcome", "lower", "upper", "roas", "mroas")
        return pd.DataFrame({name: [getattr(plan, name) for plan in self.plans] for name in names})

    @cached_property
    def allocations(self) -> pd.DataFrame:
        """One row per total, one column per channel."""
        import pandas as pd

        totals = pd.Index([plan.total for plan in self.plans], name="total")
        return pd.DataFrame(
            np.array([plan.spend for plan in self.plans]),
            index=totals,
            columns=list(self.plans[0].table.channels),
        )


def frontier(
    curves: ResponseTable,
    totals: Sequence[float] | None = None,
    *,
    progress: Callable[[int, int, str], Any] | None = None,
    **arguments: Any,
) -> Frontier:
    """Find the best plan for each of several totals.

    Parameters
    ----------
    curves
        The response table.
    totals
        Money over the window. By default 25 between half and one and a half times the current total, as far as the
        limits allow.
    progress
        Called with (done, total, message) before each.
    **arguments
        Limits and objective, as in `optimize`.

    Raises
    ------
    DataError
        As `optimize` does; for an empty list of totals; for another goal beside them.
    """
    if asked := [name for name in _GOALS if arguments.get(name) is not None]:
        raise DataError(
            f"frontier asks for the best plan at each total; {asked[0]}= is another question. Use optimize for it.",
            column=asked[0],
        )
    if totals is not None and np.ndim(totals) != 1:
        raise DataError(
            f"totals={totals!r}: write a list of totals over the window, such as [1e6, 1.5e6, 2e6].",
            column="totals",
        )
    wanted = (
        _default(curves, arguments)
        if totals is None
        else [
            number("totals", total, "what is spent over the window", least=0.0, zero=True) for total in totals
        ]
    )
    if not wanted:
        raise DataError(
            "totals is empty: write the totals over the window, such as [1e6, 1.5e6, 2e6].", column="totals"
        )
    plans = []
    for done, total in enumerate(sorted(wanted)):
        if progress is not None:
            progress(done, len(wanted), f"The best plan for a total of {total:,.0f}…")
        plans.append(optimize(curves, total, **arguments))
    return Frontier(tuple(plans))


def _default(curves: ResponseTable, arguments: dict[str, Any]) -> list[float]:
    if curves.current is None:
        raise DataError(
            "totals= is missing, and this table holds no current spend to go around.", column="totals"
        )
    parts = {
        name: arguments[name] for name in ("min_spend", "max_spend", "fixed", "groups") if name in arguments
    }
    bounds = limits(curves, **parts)
    check(bounds, None)
    least, most = totals_within(bounds)
    now = float(curves.current.sum())
    begin, end = max(_FROM * now, least), min(_TO * now, most)
    if begin > end:
        begin, end = least, most
    return [float(total) for total in np.linspace(begin, end, _POINTS)]
