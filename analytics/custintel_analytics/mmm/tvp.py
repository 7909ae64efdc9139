"""Media whose strength changes over time: one smooth factor for all channels, whose mean over the data is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

_EDGE = 1.5  # how far beyond the data the basis reaches, as a share of them
_LEAST_BASIS = 20
_MOST_BASIS = 60


def factor(values: Mapping[str, Any], periods: int) -> Any:
    """The factor of each period, T, as ``media_factor`` in the PyMC model whose context is open.

    Parameters
    ----------
    values
        With ``media_sd``, the size of the changes on the logarithmic scale, and ``media_length``, the periods over
        which they take place.
    periods
        T.

    Notes
    -----
    A Gaussian process with Matérn covariance (5/2), by its Hilbert-space approximation: Solin, A., Särkkä, S. (2020).
    Hilbert space methods for reduced-rank Gaussian process regression. Statistics and Computing 30, 419–446. The
    exponential keeps the factor above zero; dividing by its mean leaves beta the channel's average strength.
    """
    import pymc
    import pytensor.tensor as pt

    covariance = values["media_sd"] ** 2 * pymc.gp.cov.Matern52(1, ls=values["media_length"])
    process = pymc.gp.HSGP(m=[basis_size(periods)], c=_EDGE, cov_func=covariance)
    time = np.arange(periods, dtype=np.float64)[:, None]
    change = process.prior("media_change", X=time, hsgp_coeffs_dims="media_basis", dims="period")
    raised = pt.exp(change)
    return pymc.Deterministic("media_factor", raised / raised.mean(), dims="period")


def basis_size(periods: int) -> int:
    """Number of basis functions."""
    return int(np.clip(periods // 3, _LEAST_BASIS, _MOST_BASIS))
