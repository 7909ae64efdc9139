"""A schedule: how much of each channel in each week."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.amounts import number, per_channel
from custintel_analytics.mmm.ascent import ascend
from custintel_analytics.mmm.feasibility import SLACK
from custintel_analytics.mmm.limits import named_list
from custintel_analytics.mmm.optimize import optimize
from custintel_analytics.mmm.plan import Plan
from custintel_analytics.mmm.profile import checked_multiplier
from custintel_analytics.mmm.projection import projected
from custintel_analytics.mmm.scheduled import Schedule
from custintel_analytics.mmm.weekly import Weekly

if TYPE_CHECKING:
    from custintel_analytics.mmm.response_table import ResponseTable

Floats = NDArray[np.float64]


def schedule(
    curves: ResponseTable,
    total: Any = None,
    *,
    weeks: int | None = None,
    seasonality: Any = None,
    min_per_week: Any = None,
    max_per_week: Any = None,
    draws: int = 250,
    interval: float = 0.9,
    progress: Callable[[int, int, str], Any] | None = None,
) -> Schedule:
    """Find the weekly spend with the largest expected response.

    Parameters
    ----------
    curves
        A response table from `ResponseTable.from_draws`, which holds how spend carries over.
    total
        Money for the whole schedule; or a `Plan`, a mapping or a Series whose totals the channels keep. By default
        the current spend.
    weeks
        Periods of the model; those of the table by default.
    seasonality
        How effective each week is, 1 for a usual one: shape weeks, or weeks and the carry-out after them, which is
        usual otherwise. It comes on top of the table's own multiplier.
    min_per_week, max_per_week
        Bounds of a channel in one week: a number, by channel, one per channel in order, or weeks × channels. By
        default nothing, and no limit.
    draws
        Posterior draws that the search uses; what the schedule brings is computed from all.
    interval
        Posterior probability between its `lower` and `upper`.
    progress
        Called with (done, total, message) while searching; what it raises stops the work.

    Raises
    ------
    DataError
        For a table without a model's draws, for bounds that exclude the total, for shapes that don't fit.
    """
    if curves.dynamics is None:
        raise DataError(
            "A schedule needs to know how spend carries over from week to week; this table holds only the response to "
            "totals. Make it from the model's draws: mmm.ResponseTable.from_draws(…), or model.response_table(), of a "
            "model with geos model.response_table(by_geo=True).",
            column="curves",
        )
    length = _length(weeks, curves.periods)
    between = number("interval", interval, "the probability between lower and upper", least=0.0, most=1.0)
    shape = (len(curves.channels), length)
    lower = _weekly("min_per_week", min_per_week, curves.channels, length, 0.0)
    upper = _weekly("max_per_week", max_per_week, curves.channels, length, np.inf)
    _ordered(lower, upper, curves)
    totals, begin, kept = _begin(curves, total, length)
    _possible(curves, lower, upper, totals, kept=kept)
    upper = np.minimum(upper, float(totals.sum()))
    factor = _seasonality(seasonality, length, curves.carry_out)
    few = curves.thin(draws)
    assert few.dynamics is not None
    searched = Weekly(few.dynamics, curves.past, length, curves.carry_out, _effective(few, factor))

    def project(plan: Floats) -> Floats:
        rows = plan.reshape(shape) if kept else plan.reshape(1, -1)
        return projected(rows, lower.reshape(rows.shape), upper.reshape(rows.shape), totals).reshape(shape)

    even = project(np.repeat(begin[:, None] / length, length, axis=1))
    seasonal = project(even * (factor[:length] / factor[:length].mean() if factor[:length].any() else 1.0))
    exact = Weekly(curves.dynamics, curves.past, length, curves.carry_out, _effective(curves, factor))
    # S-shaped curves may want bursts; what is concave has one peak, whatever the start.
    bursts = project(2 * even * (np.arange(length) % 2 == 0))
    starts = [seasonal] if exact.concave else [seasonal, even, bursts]
    spend = max(
        (ascend(searched.with_gradient, project, start, progress) for start in starts), key=searched.value
    )
    return Schedule(
        table=curves, spend=spend, even=even, seasonality=factor[:length], interval=between,
        draws=exact.draws(spend), even_draws=exact.draws(even), proved=exact.concave,
    )  # fmt: skip


def _length(weeks: Any, periods: int) -> int:
    if weeks is None:
        return periods
    if isinstance(weeks, bool) or not isinstance(weeks, int | np.integer) or weeks < 1:
        raise DataError(f"weeks={weeks!r}: write a whole number from 1.", column="weeks")
    return int(weeks)


def _begin(curves: ResponseTable, total: Any, weeks: int) -> tuple[Floats, Floats, bool]:
    """The totals to keep, totals per channel to begin with, and whether each channel keeps its own."""
    names = curves.channels
    if isinstance(total, Plan):
        if weeks != curves.periods:
            raise DataError(
                f"The plan is for {curves.periods} periods, the schedule for {weeks} weeks. Leave weeks= out, or pass a total.",
                column="weeks",
            )
        return total.spend, total.spend, True
    if total is not None and not isinstance(total, int | float | np.integer | np.floating):
        amounts = per_channel("total", total, names)
        if (amounts < 0).any():
            raise DataError(
                f"total is {amounts.min():,.2f} for a channel: spend can't be negative.", column="total"
            )
        return amounts, amounts, True
    if total is None and curves.current is None:
        raise DataError("total= is missing: the money for the whole schedule.", column="total")
    share = weeks / curves.periods
    amount = (
        float(np.asarray(curves.current).sum()) * share
        if total is None
        else number("total", total, "the money for the whole schedule", least=0.0, zero=True)
    )
    # A schedule of more weeks, or with more in a week, may exceed what the curves reach.
    reachable = min(amount / share, float(curves.max_spend.sum()))
    begin = optimize(curves, reachable).spend * share
    return np.array([amount]), begin, False


def _weekly(argument: str, given: Any, names: tuple[str, ...], weeks: int, default: float) -> Floats:
    """Bounds by channel and week."""
    if given is not None and np.ndim(given) == 2:
        values = np.asarray(given[list(names)] if hasattr(given, "columns") else given, dtype=np.float64)
        if values.shape != (weeks, len(names)) or np.isnan(values).any():
            raise DataError(
                f"{argument} has the shape {values.shape}: it must be {weeks} weeks × {len(names)} channels, all numbers.",
                column=argument,
            )
        return np.ascontiguousarray(values.T)
    if given is None:
        return np.full((len(names), weeks), default)
    amounts = per_channel(argument, given, names, np.full(len(names), default))
    return np.repeat(amounts[:, None], weeks, axis=1)


def _ordered(lower: Floats, upper: Floats, curves: ResponseTable) -> None:
    """Refuse bounds that leave a week without any amount."""
    for channel, week in np.argwhere((lower > upper) | (lower < 0)):
        raise DataError(
            f"In week {week + 1} {curves.channels[channel]} must be between {lower[channel, week]:,.2f} and "
            f"{upper[channel, week]:,.2f}. Bounds are amounts per week from 0, the minimum below the maximum.",
            column="min_per_week",
            example=curves.channels[channel],
        )


def _possible(curves: ResponseTable, lower: Floats, upper: Floats, totals: Floats, *, kept: bool) -> None:
    """Refuse bounds that exclude the total, or a channel's own."""
    least, most = lower.sum(axis=1), upper.sum(axis=1)
    names = curves.channels if kept else (f"all channels ({named_list(curves.channels)})",)
    if not kept:
        least, most = least.sum(keepdims=True), most.sum(keepdims=True)
    for name, low, high, total in zip(names, least, most, totals, strict=True):
        slack = SLACK * max(float(total), 1.0)
        if low > total + slack:
            raise DataError(
                f"The weekly minimums of {name} add to {low:,.2f}, above the total of {total:,.2f}: {low - total:,.2f} too "
                "much. Lower min_per_week or raise the total.",
                column="min_per_week",
                example=name,
            )
        if high < total - slack:
            raise DataError(
                f"The weekly maximums of {name} add to {high:,.2f}, below the total of {total:,.2f}: {total - high:,.2f} "
                "can't be spent. Raise max_per_week or lower the total.",
                column="max_per_week",
                example=name,
            )


def _seasonality(given: Any, weeks: int, carry_out: int) -> Floats:
    """Effectiveness of each week and of the carry-out."""
    factors = np.ones(weeks) if given is None else np.asarray(given, dtype=np.float64)
    if factors.shape == (weeks,):
        factors = np.concatenate((factors, np.ones(carry_out)))
    if factors.shape != (weeks + carry_out,):
        raise DataError(
            f"seasonality has the shape {factors.shape}: it must be {weeks} weeks, or {weeks + carry_out} with the "
            "carry-out.",
            column="seasonality",
        )
    return np.asarray(checked_multiplier(factors, weeks + carry_out, 1)[0])


def _effective(curves: ResponseTable, factor: Floats) -> Floats:
    """Effectiveness of each week with that of the table's periods, 1 or draws × (weeks + carry-out)."""
    usual = curves.multiplier
    if usual is None:
        return factor[None]
    if usual.shape[1] == len(factor):
        return np.asarray(usual * factor)
    if np.ptp(usual, axis=1).any():
        raise DataError(
            f"The table's multiplier is for {curves.periods} periods, the schedule for {len(factor) - curves.carry_out} "
            "weeks. Leave weeks= out, or make the table for as many periods.",
            column="weeks",
        )
    return np.asarray(usual[:, :1] * factor)
