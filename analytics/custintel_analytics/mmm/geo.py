"""Geos that are alike until their data say otherwise: each one's level and strength around the common ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def levels(values: Mapping[str, Any]) -> Any:
    """Each geo's intercept, in the PyMC model whose context is open: the common one, normally spread."""
    import pymc

    apart = pymc.Normal("geo_intercept", 0.0, 1.0, dims="geo")
    return values["intercept"] + values["intercept_spread"] * apart


def strengths(values: Mapping[str, Any]) -> Any:
    """By what factor each channel works in each geo, G × C: log-normal around 1 with the channel's own spread."""
    import pymc
    import pytensor.tensor as pt

    apart = pymc.Normal("geo_strength", 0.0, 1.0, dims=("geo", "channel"))
    return pt.exp(values["beta_spread"] * apart)


def levels_of(draws: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """The same from draws: D × G."""
    return draws["intercept"][:, None] + draws["intercept_spread"][:, None] * draws["geo_intercept"]


def strengths_of(draws: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """The same from draws: D × G × C."""
    return np.asarray(np.exp(draws["beta_spread"][:, None, :] * draws["geo_strength"]))
