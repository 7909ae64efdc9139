"""A schedule as found: amounts by channel and week, and what they bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.experiments import wording
from custintel_analytics.mmm.plan import chance

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.mmm.response_table import ResponseTable

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Schedule:
    """Spend by channel and week. Made by `schedule`.

    Parameters
    ----------
    table
        The response table it was made for.
    spend
        Amounts, shape channels × weeks.
    even
        What it is compared with: the same money spread evenly over the weeks, as far as the bounds allow; without
        given channel totals in the proportions that are best for an even spread.
    seasonality
        How effective each week is, shape weeks.
    interval
        Posterior probability between `lower` and `upper`.
    draws, even_draws
        The outcome of both in each posterior draw.
    proved
        Whether there can't be a better one: the response is concave in every amount.
    period
        What a week is called, where periods aren't weeks.
    """

    table: ResponseTable
    spend: Floats
    even: Floats
    seasonality: Floats
    interval: float
    draws: Floats
    even_draws: Floats
    proved: bool
    period: str = "week"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per week (from 1), one column per channel."""
        import pandas as pd

        weeks = pd.RangeIndex(1, self.spend.shape[1] + 1, name="week")
        return pd.DataFrame(self.spend.T, columns=list(self.table.channels), index=weeks)

    @property
    def totals(self) -> pd.Series[float]:
        """Money per channel."""
        return self.frame.sum()

    @property
    def outcome(self) -> float:
        """Expected response over the weeks and their carry-out, without that to earlier spend."""
        return float(self.draws.mean())

    @property
    def lower(self) -> float:
        """Lower end of the outcome's interval."""
        return float(np.quantile(self.draws, (1 - self.interval) / 2))

    @property
    def upper(self) -> float:
        """Upper end of the outcome's interval."""
        return float(np.quantile(self.draws, (1 + self.interval) / 2))

    @property
    def gain(self) -> tuple[float, float, float]:
        """Expected difference to the even spread and its interval, draw by draw."""
        difference = self.draws - self.even_draws
        low, high = np.quantile(difference, [(1 - self.interval) / 2, (1 + self.interval) / 2])
        return float(difference.mean()), float(low), float(high)

    @property
    def probability_better(self) -> float:
        """Probability that it brings more than the even spread."""
        return chance(self.draws, self.even_draws)

    @property
    def sentence(self) -> str:
        """The schedule in words."""
        gain, low, high = (wording.signed(wording.money(amount)) for amount in self.gain)
        found = "" if self.proved else " S-shaped curves: the best that was found, there may be a better one."
        return (
            f"{wording.money(float(self.spend.sum()), self.table.currency)} over "
            f"{wording.plural(self.spend.shape[1], self.period)} bring "
            f"{wording.money(self.outcome)} {self.table.target} ({wording.money(self.lower)} to "
            f"{wording.money(self.upper)}), {gain} ({low} to {high}) against an even spread.{found}"
        )

    @property
    def sentences(self) -> list[str]:
        """The schedule in words, then what to be careful about: weeks beyond anything that was ever spent."""
        return [self.sentence, *self._beyond_history()]

    def _beyond_history(self) -> Iterator[str]:
        if self.table.history_max is None:
            return
        for name, row, most in zip(self.table.channels, self.spend, self.table.history_max, strict=True):
            over = row > most * (1 + 1e-6)
            if over.any():
                amount = wording.money(float(row.max()), self.table.currency)
                past = f"{wording.significant(row.max() / most)} × its" if most > 0 else "without any"
                past += " highest past spend" if most > 0 else " past spend"
                yield (
                    f"{name} at {amount} in {self.period} {int(row.argmax()) + 1} is {past}: an extrapolation, as in "
                    f"{wording.plural(int(over.sum()), self.period)} of {len(row)}."
                )

    def __repr__(self) -> str:
        return f"Schedule: {self.sentence}"

    def summary(self) -> str:
        """The schedule in words."""
        return "\n".join(self.sentences)

    def to_csv(self, path: str | PathLike[str] | None = None) -> str | None:
        """The weekly amounts as CSV: written to a path, or returned as text."""
        text = self.frame.to_csv()
        if path is None:
            return str(text)
        Path(path).write_text(str(text), encoding="utf-8")
        return None
