"""A plan: what each channel gets, what that brings with its uncertainty, and which limits stand in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.mmm.binding import binding, price_of_money
from custintel_analytics.mmm.goals import Goal
from custintel_analytics.mmm.limits import Limits
from custintel_analytics.mmm.objectives import Objective
from custintel_analytics.mmm.plan_words import sentences

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.mmm.response_table import ResponseTable

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """Totals per channel over the window. Made by `optimize`, or from amounts by `of`.

    Parameters
    ----------
    table
        The response table it was made for.
    spend
        Totals over the window, shape channels.
    interval
        Posterior probability between `lower` and `upper`.
    objective
        What was made large, None for a plan that wasn't optimized.
    goal
        What was asked for, None likewise.
    limits
        What it had to keep, None likewise.
    step
        Amount of money that every channel's is a multiple of, or None.
    method
        How it was found.
    proved
        Whether no plan is better; for S-shaped curves, up to the steps of the dynamic programme.
    unspent
        What whole steps leave of the total.
    """

    table: ResponseTable
    spend: Floats
    interval: float = 0.9
    objective: Objective | None = None
    goal: Goal | None = None
    limits: Limits | None = None
    step: float | None = None
    method: str = ""
    proved: bool = True
    unspent: float = 0.0

    def __repr__(self) -> str:
        return f"Plan: {self.sentence}"

    @classmethod
    def of(cls, table: ResponseTable, spend: Any, *, interval: float = 0.9) -> Plan:
        """A plan of given totals over the window, by channel or in the channels' order."""
        return cls(table=table, spend=table.spend(spend), interval=interval)

    @cached_property
    def draws(self) -> Floats:
        """The outcome in each posterior draw."""
        return np.asarray(self.table.read(self.spend)[0].sum(axis=0))

    @property
    def allocation(self) -> pd.Series[float]:
        """Totals over the window by channel."""
        return self._series(self.spend, "spend")

    @property
    def per_period(self) -> pd.DataFrame:
        """The same by period: one row per period, one column per channel, spread as the table's profile says."""
        import pandas as pd

        assert self.table.profile is not None
        amounts = self.table.profile.T * self.spend
        return pd.DataFrame(
            amounts,
            columns=list(self.table.channels),
            index=pd.RangeIndex(1, len(amounts) + 1, name="period"),
        )

    @property
    def total(self) -> float:
        """Money spent over the window."""
        return float(self.spend.sum())

    @cached_property
    def outcome(self) -> float:
        """Expected response over the window and its carry-out, without that to earlier spend."""
        return float(self.table.curves.at(self.spend).sum())

    @cached_property
    def _ends(self) -> Floats:
        tail = (1 - self.interval) / 2
        return np.asarray(np.quantile(self.draws, [tail, 1 - tail]))

    @property
    def lower(self) -> float:
        """Lower end of the outcome's interval."""
        return float(self._ends[0])

    @property
    def upper(self) -> float:
        """Upper end of the outcome's interval."""
        return float(self._ends[1])

    @property
    def objective_value(self) -> float:
        """The objective of this plan; the mean where none was asked for."""
        return self.outcome if self.objective is None else self.objective.value(self.table, self.spend)

    @property
    def marginal(self) -> pd.Series[float]:
        """Expected response to one more unit of money in each channel."""
        return self._series(self.table.curves.slope_at(self.spend), "marginal")

    @property
    def roas(self) -> float:
        """Expected response per unit of money; NaN for a plan that spends nothing."""
        return self.outcome / self.total if self.total > 0 else float("nan")

    @property
    def mroas(self) -> float:
        """Expected response to the next unit of money, put where the limits allow and it brings most."""
        slopes = self.table.curves.slope_at(self.spend)
        return price_of_money(self.limits or _free(self.table), self.spend, slopes)

    @cached_property
    def probability_better(self) -> float:
        """Probability that it brings more than the current spend, draw by draw; NaN where that isn't known."""
        now = self.table.current_draws
        return float("nan") if now is None else chance(self.draws, now)

    @cached_property
    def gain(self) -> tuple[float, float, float]:
        """Expected difference to the current spend and its interval, draw by draw; NaN where that isn't known."""
        now, current = self.table.current_draws, self.table.current
        if now is None or current is None:
            return (float("nan"),) * 3
        tail = (1 - self.interval) / 2
        low, high = np.quantile(self.draws - now, [tail, 1 - tail])
        return self.outcome - float(self.table.curves.at(current).sum()), float(low), float(high)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The plan by channel.

        Returns
        -------
        pandas.DataFrame
            ``channel``, ``current``, ``spend``, ``change`` and ``change_share`` (totals over the window; NaN where
            the current spend isn't known), ``per_period``, ``minimum``, ``maximum``, ``locked``, ``response`` with
            ``lower`` and ``upper``, ``roas``, ``marginal``, ``beyond_history`` (highest period of the plan over the
            highest ever, NaN where that isn't known).
        """
        import pandas as pd

        table, spend, limits = self.table, self.spend, self.limits or _free(self.table)
        now = np.full_like(spend, np.nan) if table.current is None else table.current
        tail = (1 - self.interval) / 2
        low, high = np.quantile(table.read(spend)[0], [tail, 1 - tail], axis=1)
        response = table.curves.at(spend)
        with np.errstate(divide="ignore", invalid="ignore"):
            share, roas = (spend - now) / now, np.where(spend > 0, response / spend, np.nan)
        return pd.DataFrame(
            {
                "channel": list(table.channels), "current": now, "spend": spend, "change": spend - now,
                "change_share": share, "per_period": spend / table.periods, "minimum": limits.lower,
                "maximum": limits.upper, "locked": limits.locked, "response": response, "lower": low, "upper": high,
                "roas": roas, "marginal": table.curves.slope_at(spend), "beyond_history": self.beyond_history,
            }
        )  # fmt: skip

    @property
    def beyond_history(self) -> Floats:
        """The plan's highest period over the highest ever, shape channels; NaN where that isn't known."""
        if self.table.history_max is None:
            return np.full_like(self.spend, np.nan)
        assert self.table.profile is not None
        peak = self.spend * self.table.profile.max(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(peak > 0, peak / self.table.history_max, 0.0))

    @cached_property
    def binding(self) -> pd.DataFrame:
        """The limits that stand in the way.

        Returns
        -------
        pandas.DataFrame
            ``limit`` in words, ``kind`` (``"maximum"``, ``"minimum"``, ``"lock"``, ``"reach"`` of the curve,
            ``"group maximum"``, ``"group minimum"``, ``"total"``), ``name`` of the channel or group, ``amount``, and
            ``value_of_1000``: what the objective gains, at the current slopes, when the limit gives way by 1,000. The
            most valuable first.
        """
        return binding(self)

    @property
    def sentences(self) -> list[str]:
        """The plan in words: what moves and what it brings, then what to be careful about."""
        return sentences(self)

    @property
    def sentence(self) -> str:
        """What moves and what it brings."""
        return self.sentences[0]

    @property
    def settings(self) -> Mapping[str, Any]:
        """What it was made with."""
        return {
            "objective": None if self.objective is None else self.objective.kind,
            "level": None if self.objective is None else self.objective.level,
            "goal": None if self.goal is None else self.goal.asked,
            "interval": self.interval,
            "step": self.step,
            "method": self.method,
            "periods": self.table.periods,
            "carry_out": self.table.carry_out,
        }

    def summary(self) -> str:
        """The plan in words."""
        return "\n".join(self.sentences)

    def _series(self, values: Floats, name: str) -> pd.Series[float]:
        import pandas as pd

        return pd.Series(values, index=pd.Index(self.table.channels, name="channel"), name=name)


def chance(better: Floats, other: Floats) -> float:
    """The share of draws in which one outcome is above another; equal ones count half."""
    return float(np.mean(better > other) + 0.5 * np.mean(better == other))


def _free(table: ResponseTable) -> Limits:
    return Limits(
        table.channels,
        np.zeros(len(table.channels)),
        table.max_spend,
        np.zeros(len(table.channels), dtype=bool),
    )
