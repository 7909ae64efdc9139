"""A market whose truth is known: spend that rises and falls, effects that carry over and saturate, noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.transforms import adstock, adstock_weights, saturation

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CHANNELS = ("tv", "search", "social", "display", "radio", "print", "email", "outdoor")
LAGS = 8
_FIRST = "2022-01-03"  # a Monday
_LEVEL = 100_000.0  # outcome per week before media
_ALPHA = (0.6, 0.1, 0.3, 0.2, 0.5, 0.4, 0.05, 0.7)
_LAM = (2.5, 4.0, 3.0, 2.0, 3.5, 1.5, 5.0, 2.0)
_STRENGTH = (0.35, 0.25, 0.2, 0.1, 0.15, 0.08, 0.05, 0.12)  # largest effect, of the level
_SPEND = (20_000.0, 9_000.0, 8_000.0, 5_000.0, 6_000.0, 4_000.0, 1_000.0, 7_000.0)
_FLIGHTS = (True, False, False, False, True, True, False, True)  # bought in campaigns rather than always on


@dataclass(frozen=True, eq=False)
class Truth:
    """What made the data of `simulate`.

    Parameters
    ----------
    channels
        A row per channel: ``alpha`` (geometric carry-over, 8 lags), ``lam`` (logistic saturation of spend by its
        largest value), ``beta`` (largest effect per week, in the outcome's unit), ``spend``, ``contribution`` and
        ``roas`` (totals over the data).
    contributions
        A row per date (and geo): ``baseline`` and one column per channel.
    """

    channels: pd.DataFrame
    contributions: pd.DataFrame


def simulate(
    periods: int = 156,
    channels: int = 3,
    seed: int = 0,
    *,
    noise: float = 0.03,
    geos: int | None = None,
    together: float = 0.0,
) -> tuple[pd.DataFrame, Truth]:
    """Simulate weeks of spend and revenue whose truth is known.

    Parameters
    ----------
    periods
        Weeks from January 2022, at least 20.
    channels
        1 to 8. Some are always on and some are bought in campaigns.
    seed
        The same seed gives the same data.
    noise
        Standard deviation of the noise, as a share of the level.
    geos
        With so many geos a row per week and geo; channels work somewhat differently in each.
    together
        From 0 to below 1: how far all channels follow the first one's ups and downs. From .9 on nothing can separate
        them.

    Returns
    -------
    frame : pandas.DataFrame
        ``date``, with geos ``geo``, ``revenue``, spend by channel, and ``promotion`` (0 or 1), a control.
    truth : Truth

    Raises
    ------
    DataError
        For numbers that aren't possible.
    """
    import pandas as pd

    _check(periods, channels, noise, geos, together)
    random = np.random.default_rng(seed)
    names = CHANNELS[:channels]
    places = [f"region {number + 1}" for number in range(geos)] if geos else [""]
    dates = pd.date_range(_FIRST, periods=periods, freq="W-MON")
    promotion = (random.random(periods) < 0.08).astype(np.int64)
    rows, parts = [], []
    for place in places:
        size = random.uniform(0.5, 1.5) if geos else 1.0
        factor = np.exp(0.2 * random.standard_normal(channels)) if geos else np.ones(channels)
        spend = np.round(size * _spend(periods, channels, together, random), 2)
        level = size * _LEVEL
        year = 2 * np.pi * dates.day_of_year.to_numpy() / 365.25
        baseline = level * (
            1 + 0.1 * np.arange(periods) / periods + 0.08 * np.sin(year) + 0.05 * np.cos(2 * year)
        )
        baseline = baseline + 0.1 * level * promotion
        weights = adstock_weights("geometric", LAGS, alpha=np.array(_ALPHA[:channels]))
        carried = adstock((spend / spend.max(axis=0)).T, weights)
        share = saturation("logistic", carried, lam=np.array(_LAM[:channels])[:, None])
        media = (share * (level * np.array(_STRENGTH[:channels]) * factor)[:, None]).T
        outcome = baseline + media.sum(axis=1) + noise * level * random.standard_normal(periods)
        where = {"geo": place} if geos else {}
        columns = dict(zip(names, spend.T, strict=True))
        rows.append(
            pd.DataFrame(
                {"date": dates, **where, "revenue": np.round(outcome, 2), **columns, "promotion": promotion}
            )
        )
        brought = dict(zip(names, media.T, strict=True))
        parts.append(pd.DataFrame({"date": dates, **where, "baseline": baseline, **brought}))
    frame, known = pd.concat(rows, ignore_index=True), pd.concat(parts, ignore_index=True)
    totals = frame[list(names)].sum().to_numpy(), known[list(names)].sum().to_numpy()
    truth = pd.DataFrame(
        {
            "channel": names,
            "alpha": _ALPHA[:channels],
            "lam": _LAM[:channels],
            "beta": _LEVEL * np.array(_STRENGTH[:channels]),
            "spend": totals[0],
            "contribution": totals[1],
            "roas": totals[1] / totals[0],
        }
    )
    return frame, Truth(truth, known)


def _spend(periods: int, channels: int, together: float, random: np.random.Generator) -> Floats:
    """Weekly spend, T × C: slow ups and downs, and pauses between campaigns."""
    own = np.empty((periods, channels))
    for channel in range(channels):
        state = random.standard_normal()
        for week in range(periods):
            state = 0.7 * state + np.sqrt(1 - 0.7**2) * random.standard_normal()
            own[week, channel] = state
    mixed = together * own[:, :1] + np.sqrt(1 - together**2) * own
    mixed[:, 0] = own[:, 0]
    spend: Floats = np.array(_SPEND[:channels]) * np.exp(0.5 * mixed)
    if together < 0.5:
        flights = np.array(_FLIGHTS[:channels])
        spend[:, flights] *= np.where(mixed[:, flights] > -0.2, 1.0, 0.0)
    return spend


def _check(periods: int, channels: int, noise: float, geos: int | None, together: float) -> None:
    for name, value, least, most in (
        ("periods", periods, 20, 2000),
        ("channels", channels, 1, len(CHANNELS)),
        ("geos", 1 if geos is None else geos, 1, 500),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise DataError(
                f"{name}={value!r} is not possible: a whole number from {least} to {most}.",
                column=name,
                example=value,
            )
    if not noise >= 0:
        raise DataError(f"noise={noise!r} is not possible: 0 or more.", column="noise", example=noise)
    if not 0 <= together < 1:
        raise DataError(
            f"together={together!r} is not possible: from 0 to below 1.", column="together", example=together
        )
