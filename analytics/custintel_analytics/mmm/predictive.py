"""What the priors alone would have expected, before any outcome was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.mmm import geo
from custintel_analytics.mmm.equation import Equation, beta_of_roi
from custintel_analytics.mmm.results import band

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.mmm.model import MediaMix

    Floats = NDArray[np.float64]

_DRAWS = 500
_JITTER = 1e-8


def prior_draws(model: MediaMix, draws: int, random_state: int | None) -> dict[str, Floats]:
    """Draws of every parameter from its prior, as the posterior has them: each D × its shape."""
    random = np.random.default_rng(random_state)
    found = {name: prior.draw(random, draws) for name, prior in model.priors_.items()}
    if model.settings.geo:
        found |= geo.prior_draws(found, len(model.data_.geos), random)
    if model.settings.time_varying:
        found["media_factor"] = _factors(
            found["media_sd"], found["media_length"], model.data_.periods, random
        )
    if "roi" in found:
        spend = model.data_.spend.sum(axis=(0, 1))
        found["beta"] = beta_of_roi(model.settings, model.design_, found, spend)
    return found


def prior_predictive(model: MediaMix, level: float, random_state: int | None) -> pd.DataFrame:
    """Outcomes that the priors allow in each period, noise included.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``outcome`` as it was seen, ``mean``, ``lower``, ``upper``; the sum of the geos.
    """
    import pandas as pd

    equation = Equation(model.settings, model.design_, prior_draws(model, _DRAWS, random_state))
    drawn = equation.simulated(np.random.default_rng(random_state)).sum(axis=2)
    return pd.DataFrame(
        {"date": model.data_.dates, "outcome": model.data_.target.sum(axis=1), **band(drawn, level)}
    )


def _factors(size: Floats, length: Floats, periods: int, random: np.random.Generator) -> Floats:
    """Factors of media over time, from the exact covariance: D × T."""
    apart = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
    rows = []
    for sd, scale in zip(size, length, strict=True):
        scaled = np.sqrt(5) * apart / scale
        covariance = sd**2 * (1 + scaled + scaled**2 / 3) * np.exp(-scaled)
        root = np.linalg.cholesky(covariance + _JITTER * np.eye(periods))
        raised = np.exp(root @ random.standard_normal(periods))
        rows.append(raised / raised.mean())
    return np.array(rows)
