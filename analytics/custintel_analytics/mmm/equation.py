"""The model's equation in NumPy, for every posterior draw: what each term adds in each period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.mmm import geo
from custintel_analytics.mmm.transforms import (
    ADSTOCKS,
    SATURATIONS,
    adstock_weights,
    saturation,
    saturation_slope,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.mmm.design import Design
    from custintel_analytics.mmm.settings import MixSettings

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Equation:
    """Draws put into the model: D draws, T periods, G geos, C channels, L lags.

    Parameters
    ----------
    settings
        Which terms there are.
    seen
        Scaled data.
    draws
        Parameter to its draws, D first.
    """

    settings: MixSettings
    seen: Design
    draws: Mapping[str, Floats]

    @property
    def count(self) -> int:
        """D."""
        return len(self.draws["sigma"])

    @cached_property
    def weights(self) -> Floats:
        """Adstock weights, D × C × L."""
        names = ADSTOCKS[self.settings.adstock].parameters
        given: dict[str, Any] = {name: self.draws[name] for name in names}
        return adstock_weights(self.settings.adstock, self.settings.lags, **given)

    @cached_property
    def strength(self) -> Floats:
        """Beta in each geo, D × G × C."""
        beta = self.draws["beta"][:, None, :]
        return beta * geo.strengths_of(self.draws) if self.settings.geo else beta

    def shape(self, channel: int) -> dict[str, Floats]:
        """The channel's saturation parameters, each D × 1 × 1."""
        names = SATURATIONS[self.settings.saturation].parameters
        return {name: self.draws[name][:, channel, None, None] for name in names}

    def adstocked(self, channel: int) -> Floats:
        """Scaled spend with its carry-over, D × T × G."""
        return np.moveaxis(self.seen.lagged[:, :, channel] @ self.weights[:, channel].T, -1, 0)

    def media(self, channel: int) -> Floats:
        """What the channel adds on the model's scale, D × T × G."""
        share = saturation(self.settings.saturation, self.adstocked(channel), **self.shape(channel))
        return share * self._factor(channel)

    def media_slope(self, channel: int) -> Floats:
        """Derivative of `media` by a common factor on all of the channel's spend, at 1: D × T × G."""
        spent = self.adstocked(channel)
        steep = saturation_slope(self.settings.saturation, spent, **self.shape(channel))
        # No spend, no change: also where a Hill curve starts with an infinite slope.
        return np.where(spent > 0, np.where(spent > 0, steep, 0.0) * spent, 0.0) * self._factor(channel)

    def _factor(self, channel: int) -> Floats:
        factor = self.strength[:, None, :, channel]
        return factor * self.draws["media_factor"][:, :, None] if self.settings.time_varying else factor

    def linear(self, name: str, column: int | None = None) -> Floats:
        """What trend, controls or season add on the model's scale, all together or one column: D × T × G."""
        columns, values = self.seen.linear[name], self.draws[name].reshape(self.count, -1)
        if column is not None:
            columns, values = columns[..., column : column + 1], values[:, column : column + 1]
        return np.moveaxis(columns @ values.T, -1, 0)

    @cached_property
    def level(self) -> Floats:
        """The intercept, D × 1 × G."""
        found = geo.levels_of(self.draws) if self.settings.geo else self.draws["intercept"][:, None]
        return found[:, None, :]

    @cached_property
    def baseline(self) -> Floats:
        """All but media on the model's scale, D × T × G."""
        total = np.broadcast_to(self.level, (self.count, *self.seen.target.shape)).copy()
        for name in self.seen.linear:
            total += self.linear(name)
        return total

    @cached_property
    def mean(self) -> Floats:
        """The expected outcome on the model's scale, D × T × G."""
        total = self.baseline.copy()
        for channel in range(self.seen.spend.shape[-1]):
            total += self.media(channel)
        return total

    def outcome(self, scaled: Floats) -> Floats:
        """From the model's scale to the outcome's own unit."""
        grown = np.exp(scaled) if self.settings.link == "log" else scaled
        return np.asarray(grown * self.seen.target_scale)

    def contribution(self, scaled: Floats) -> Floats:
        """What a term brings in the outcome's unit; with a log link, what would be missing without it."""
        if self.settings.link == "log":
            return self.outcome(self.mean) - self.outcome(self.mean - scaled)
        return np.asarray(scaled * self.seen.target_scale)

    def simulated(self, random: np.random.Generator) -> Floats:
        """Outcomes that the model would produce, noise included: D × T × G, in the outcome's unit."""
        noise = random.standard_normal(self.mean.shape) * self.draws["sigma"][:, None, None]
        return self.outcome(self.mean + noise)


def beta_of_roi(settings: MixSettings, seen: Design, draws: Mapping[str, Floats], spend: Floats) -> Floats:
    """The beta with which each channel's outcome per spend over the data is its roi.

    Parameters
    ----------
    settings, seen
        Of the model.
    draws
        With ``roi``, D × C.
    spend
        Total of each channel over the data and geos, C.
    """
    ones = {**draws, "beta": np.ones_like(draws["roi"])}
    unit = Equation(settings, seen, ones)
    brought = [(unit.media(c) * seen.target_scale).sum(axis=(1, 2)) for c in range(len(spend))]
    return np.asarray(draws["roi"] * spend / np.stack(brought, axis=1))


def thinned(draws: Mapping[str, Floats], most: int) -> dict[str, Floats]:
    """Every so many draws, evenly, at most so many."""
    have = len(next(iter(draws.values())))
    rows = np.arange(have) if have <= most else (np.arange(most) * have) // most
    return {name: values[rows] for name, values in draws.items()}
