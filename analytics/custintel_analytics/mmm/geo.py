"""Geos that are alike until their data say otherwise: each one's level and strength around the common ones.

What sets the geos apart sums to zero over them, so that the common level and strength are theirs, and the sampler has
nothing to trade between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def levels(values: Mapping[str, Any]) -> Any:
    """Each geo's intercept, G, in the PyMC model whose context is open: the common one, normally spread."""
    import pymc

    apart = pymc.ZeroSumNormal("geo_intercept", sigma=values["intercept_spread"], dims="geo")
    return values["intercept"] + apart


def strengths(values: Mapping[str, Any]) -> Any:
    """By what factor each channel works in each geo, G × C: log-normal around 1 with the channel's own spread."""
    import pymc
    import pytensor.tensor as pt

    spread = values["beta_spread"][:, None]
    apart = pymc.ZeroSumNormal("geo_strength", sigma=spread, dims=("channel", "geo"))
    return pt.exp(apart).T


def levels_of(draws: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """The same from draws: D × G."""
    return draws["intercept"][:, None] + draws["geo_intercept"]


def strengths_of(draws: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """The same from draws: D × G × C."""
    return np.asarray(np.exp(draws["geo_strength"]).swapaxes(1, 2))


def prior_draws(
    draws: Mapping[str, NDArray[np.float64]], geos: int, random: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """What sets the geos apart, from its prior, for draws of the spreads."""
    count, channels = draws["beta_spread"].shape
    level = draws["intercept_spread"][:, None] * random.standard_normal((count, geos))
    strength = draws["beta_spread"][:, :, None] * random.standard_normal((count, channels, geos))
    # A sum of zero leaves a normal less its mean.
    return {
        "geo_intercept": level - level.mean(axis=1, keepdims=True),
        "geo_strength": strength - strength.mean(axis=2, keepdims=True),
    }
