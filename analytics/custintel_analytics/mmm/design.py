"""The checked data as the model sees them: scaled, lagged, and with the columns of trend and season."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.mmm.data import MediaData
    from custintel_analytics.mmm.priors import Prior
    from custintel_analytics.mmm.settings import MixSettings

_YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Design:
    """Scaled arrays of a model: T periods, G geos, C channels, L lags. Made by `design`.

    Parameters
    ----------
    target
        T × G: the outcome by its scale; its logarithm with a log link.
    spend
        T × G × C, by its scale.
    lagged
        T × G × C × L: the spend of this period, of the one before, …
    linear
        ``trend``, ``control``, ``fourier`` to T × G × k columns.
    target_scale
        G; the largest absolute outcome of each geo.
    channel_scale
        G × C; the largest spend.
    control_scale
        K; the largest absolute value.
    """

    target: NDArray[np.float64]
    spend: NDArray[np.float64]
    lagged: NDArray[np.float64]
    linear: Mapping[str, NDArray[np.float64]]
    target_scale: NDArray[np.float64]
    channel_scale: NDArray[np.float64]
    control_scale: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scales:
    """By what a fitted model divides, also data that it hasn't seen.

    Parameters
    ----------
    target, channel, control
        G, G × C, K; see `Design`.
    length
        Periods over which the trend goes from 0 to 1.
    """

    target: NDArray[np.float64]
    channel: NDArray[np.float64]
    control: NDArray[np.float64]
    length: int


def scales_of(data: MediaData) -> Scales:
    """The largest absolute values, by which pymc-marketing scales too."""
    return Scales(
        target=np.abs(data.target).max(axis=0),
        channel=data.spend.max(axis=0),
        control=np.abs(data.controls).max(axis=(0, 1)) if data.controls.size else np.empty(0),
        length=data.periods - 1,
    )


def design(data: MediaData, settings: MixSettings, scales: Scales) -> Design:
    """Scale and lag the data.

    Parameters
    ----------
    data, settings
        Checked; the data begin where the fitted ones did.
    scales
        Of the data that the model was fitted to.
    """
    spend = data.spend / scales.channel
    target = data.target / scales.target
    shape = (data.periods, len(data.geos))
    linear: dict[str, NDArray[np.float64]] = {}
    if settings.trend:
        time = np.arange(data.periods) / scales.length
        linear["trend"] = np.broadcast_to(time[:, None, None], (*shape, 1))
    if data.control_names:
        linear["control"] = data.controls / scales.control
    if settings.seasonality:
        waves = fourier(data.dates, settings.seasonality)
        linear["fourier"] = np.broadcast_to(waves[:, None, :], (*shape, waves.shape[1]))
    return Design(
        target=np.log(target) if settings.link == "log" else target,
        spend=spend,
        lagged=lagged(spend, settings.lags),
        linear=linear,
        target_scale=scales.target,
        channel_scale=scales.channel,
        control_scale=scales.control,
    )


def lagged(spend: NDArray[np.float64], lags: int) -> NDArray[np.float64]:
    """Each period's spend beside that of the periods before it: T × … × lags. Before the first there was none."""
    out = np.zeros((*spend.shape, lags))
    for lag in range(min(lags, len(spend))):
        out[lag:, ..., lag] = spend[: len(spend) - lag]
    return out


def fourier(dates: pd.DatetimeIndex, pairs: int) -> NDArray[np.float64]:
    """Sines and cosines of the day of the year: T × 2 pairs."""
    angle = (
        2 * np.pi * dates.day_of_year.to_numpy(dtype=np.float64)[:, None] / _YEAR * np.arange(1, pairs + 1)
    )
    waves: NDArray[np.float64] = np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(
        len(dates), 2 * pairs
    )
    return waves


def check_rows(data: MediaData, priors: Mapping[str, Prior]) -> None:
    """Refuse a model that has more parameters than rows.

    Raises
    ------
    DataError
        Counts both and says what to leave out.
    """
    many = sum(prior.size for prior in priors.values())
    rows = data.target.size
    if rows <= many:
        raise DataError(
            f"{rows:,} {data.step}s{'' if len(data.geos) == 1 else ' × geos'} can't tell {many} parameters apart. Bring "
            f"more history, or leave out channels, controls, or seasonality (2 parameters per pair).",
            count=rows,
        )
