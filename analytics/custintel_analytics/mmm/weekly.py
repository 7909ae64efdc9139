"""The response to spend by channel and week, and its slope by each of them."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.mmm.dynamics import Dynamics

Floats = NDArray[np.float64]


class Weekly:
    """A model's media part over a number of weeks.

    Parameters
    ----------
    dynamics
        The media part with its draws.
    past
        Spend before the first week, shape channels × periods, or None.
    weeks
        Weeks of spend.
    carry_out
        Weeks after them whose response is counted.
    seasonality
        How effective each week and each of the carry-out is, shape 1 or draws × (weeks + carry_out).
    """

    def __init__(
        self, dynamics: Dynamics, past: Floats | None, weeks: int, carry_out: int, seasonality: Floats
    ) -> None:
        self.dynamics, self.past = dynamics, past
        self.weeks, self.length = weeks, weeks + carry_out
        self.seasonality = seasonality

    @property
    def concave(self) -> bool:
        """Whether the response is concave in all amounts in every draw: no Hill curve with a slope above one."""
        return self.dynamics.saturation != "hill" or bool((self.dynamics.parameters["slope"] <= 1).all())

    def draws(self, spend: Floats) -> Floats:
        """What spend (channels × weeks) adds to the response to earlier spend in each draw, shape draws."""
        return self._total(spend) - self._before

    def value(self, spend: Floats) -> float:
        """The mean over the draws."""
        return float(self.draws(spend).mean())

    def with_gradient(self, spend: Floats) -> tuple[float, Floats]:
        """The mean over the draws and its slope by each amount, channels × weeks."""
        value, slopes = 0.0, np.empty_like(spend)
        for channel, row in enumerate(spend):
            weights = self.dynamics.weights[channel]
            adstock = weights @ self._seen(channel, row)
            value += float((self.dynamics.effect(channel, adstock) * self.seasonality).sum(axis=1).mean())
            steep = self.dynamics.slope(channel, adstock) * self.seasonality
            # An empty adstock under a Hill curve of slope below one: any amount is better than none.
            steep = np.where(np.isfinite(steep), steep, np.finfo(np.float32).max)
            by_lag = weights.T @ steep / (len(weights) * self.dynamics.channel_scale[channel])
            slopes[channel] = self._gathered(by_lag)
        return value - float(self._before.mean()), slopes

    @cached_property
    def _before(self) -> Floats:
        if self.past is None:
            return np.zeros(self.dynamics.draws)
        return self._total(np.zeros((len(self.past), self.weeks)))

    def _total(self, spend: Floats) -> Floats:
        total = np.zeros(self.dynamics.draws)
        for channel, row in enumerate(spend):
            adstock = self.dynamics.weights[channel] @ self._seen(channel, row)
            total += (self.dynamics.effect(channel, adstock) * self.seasonality).sum(axis=1)
        return total

    def _seen(self, channel: int, row: Floats) -> Floats:
        """Scaled spend of each week and the ones before it, shape lags × length."""
        lags = self.dynamics.lags
        line = np.zeros(lags - 1 + self.length)
        line[lags - 1 : lags - 1 + self.weeks] = row
        if self.past is not None and (reach := min(self.past.shape[1], lags - 1)):
            line[lags - 1 - reach : lags - 1] = self.past[channel, -reach:]
        windows = np.lib.stride_tricks.sliding_window_view(line, lags)[:, ::-1]
        return np.asarray(windows.T / self.dynamics.channel_scale[channel])

    def _gathered(self, by_lag: Floats) -> Floats:
        """The slope by a week's spend: the sum of what it does in its own week, the next, and so on."""
        total = np.zeros(self.weeks)
        for lag, row in enumerate(by_lag):
            seen = row[lag : lag + self.weeks]
            total[: len(seen)] += seen
        return total
