"""From a fitted model to the response table that budgets are planned with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError
from custintel_analytics.mmm import geo
from custintel_analytics.mmm.design import fourier
from custintel_analytics.mmm.knots import MOST_POINTS, TOLERANCE
from custintel_analytics.mmm.response_table import ResponseTable
from custintel_analytics.mmm.results import check_additive
from custintel_analytics.mmm.transforms import ADSTOCKS, SATURATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.mmm.model import MediaMix

    Floats = NDArray[np.float64]

_REACH = 2.0  # times the most ever spent in a period, kept up through the window


def response_table(
    model: MediaMix,
    periods: int,
    carry_out: int,
    *,
    profile: Any = None,
    carry_in: bool = True,
    max_spend: Any = None,
    current: Any = None,
    strength: str = "average",
    by_geo: bool = False,
    points: int = 33,
    currency: str = "",
    progress: Callable[[int, int, str], None] | None = None,
) -> ResponseTable:
    """What totals over a window after the data bring, per channel and posterior draw.

    Parameters
    ----------
    model
        Fitted, with an identity link.
    periods, carry_out
        The window, and the periods after it whose response is counted.
    profile
        How a total is spread over the window; even by default. See `ResponseTable.from_draws`.
    carry_in
        Whether the last spend of the data still works in the window.
    max_spend
        Totals that the curves reach, by channel; by default twice the most ever spent in a period, in every period.
    current
        Totals that count as today's; by default what the last so many periods of the data had.
    strength
        Of time-varying media in the window: ``"average"`` over the data, or ``"latest"``.
    by_geo
        A curve per channel and geo, named ``tv · north``, in place of their sum. The sum shares a total among the
        geos as the data do.
    points, currency, progress
        See `ResponseTable.from_draws`.

    Raises
    ------
    DataError
        With a log link, and for arguments that can't be.
    """
    check_additive(model, "Response tables")
    one_of("strength", strength, ("average", "latest"))
    if isinstance(periods, bool) or not isinstance(periods, int | np.integer) or periods < 1:
        raise DataError(f"periods={periods!r}: write a whole number from 1.", column="periods")
    data, draws = model.data_, model.draws()
    spend = data.spend.transpose(0, 2, 1)
    # Columns are channel by channel, and within each geo by geo.
    flat = spend.reshape(data.periods, -1)
    names = _names(model)
    share = (spend.sum(axis=0) / spend.sum(axis=(0, 2))[:, None]).ravel()
    latest = flat[-periods:].sum(axis=0) * periods / min(periods, data.periods)
    if not by_geo:
        # As the curve of all geos has it, which shares a total as usual.
        latest = np.repeat(latest.reshape(-1, len(data.geos)).sum(axis=1), len(data.geos)) * share
    reach = np.maximum(_REACH * periods * _reach(spend, share), latest)
    most = flat.max(axis=0)
    ends = _amounts("max_spend", model, max_spend, share, reach, by_geo)
    now = _amounts("current", model, current, share, latest, by_geo)
    if not by_geo:
        _check_reach(model, now, ends, periods)
    whole = ResponseTable.from_draws(
        adstock=model.settings.adstock, lags=model.settings.lags, saturation=model.settings.saturation,
        **_parameters(model, draws), beta=_strengths(model, draws), target_scale=1.0,
        channel_scale=model.scales_.channel.T.ravel(), channels=names, periods=periods, carry_out=carry_out,
        carry_in=flat[-max(model.settings.lags - 1, 1) :] if carry_in else None,
        profile=_spread(profile, len(data.geos)), multiplier=_multiplier(model, draws, strength, periods + carry_out),
        max_spend=ends, current=now, history_max=most, points=points,
        target=model.settings.target, currency=currency, baseline=_baseline(model, draws, periods), progress=progress,
    )  # fmt: skip
    if by_geo or not model.settings.geo:
        return whole
    return _added(model, whole, share, spend.sum(axis=2).max(axis=0))


def _names(model: MediaMix) -> tuple[str, ...]:
    data = model.data_
    if not model.settings.geo:
        return data.channels
    return tuple(f"{channel} · {place}" for channel in data.channels for place in data.geos)


def _parameters(model: MediaMix, draws: dict[str, Floats]) -> dict[str, Any]:
    """Adstock and saturation, D × (C · G)."""
    settings = model.settings
    names = (*ADSTOCKS[settings.adstock].parameters, *SATURATIONS[settings.saturation].parameters)
    return {name: np.repeat(draws[name], len(model.data_.geos), axis=1) for name in names}


def _strengths(model: MediaMix, draws: dict[str, Floats]) -> Floats:
    """Beta in the outcome's unit, D × (C · G)."""
    beta = draws["beta"][:, None, :]
    if model.settings.geo:
        beta = beta * geo.strengths_of(draws)
    scaled = beta * model.scales_.target[:, None]
    return np.asarray(scaled.transpose(0, 2, 1).reshape(len(beta), -1))


def _reach(spend: Floats, share: Floats) -> Floats:
    """The most ever spent in a period, shared among the geos as usual, C · G."""
    geos = spend.shape[2]
    return np.asarray(np.repeat(spend.sum(axis=2).max(axis=0), geos) * share)


def _amounts(
    argument: str, model: MediaMix, given: Any, share: Floats, default: Floats, by_geo: bool
) -> Floats:
    """Totals per column: as given, by channel or by channel and geo."""
    if given is None:
        return default
    from custintel_analytics.mmm.amounts import per_channel

    names = _names(model) if by_geo or not model.settings.geo else model.data_.channels
    found = per_channel(argument, given, names)
    return found if len(found) == len(share) else np.repeat(found, len(model.data_.geos)) * share


def _check_reach(model: MediaMix, current: Floats, ends: Floats, periods: int) -> None:
    """Refuse curves that end before the current spend, by the names that people know."""
    geos = len(model.data_.geos)
    for name, now, end in zip(
        model.data_.channels,
        current.reshape(-1, geos).sum(axis=1),
        ends.reshape(-1, geos).sum(axis=1),
        strict=True,
    ):
        if now > end * (1 + 1e-9):
            raise DataError(
                f"The current spend of {name} is {now:,.0f}, but max_spend lets its curve end at {end:,.0f}. Both are totals "
                f"over {periods} periods; raise max_spend, or pass current=.",
                column="max_spend",
                example=name,
            )


def _spread(profile: Any, geos: int) -> Any:
    """A profile by channel, for every geo of it."""
    if profile is None:
        return None
    weights = np.asarray(profile, dtype=np.float64)
    return np.repeat(weights, geos, axis=1) if weights.ndim == 2 else weights


def _multiplier(model: MediaMix, draws: dict[str, Floats], strength: str, length: int) -> Any:
    if not model.settings.time_varying or strength == "average":
        return None
    return np.repeat(draws["media_factor"][:, -1:], length, axis=1)


def _baseline(model: MediaMix, draws: dict[str, Floats], periods: int) -> float:
    """What is expected in the window without media: the trend goes on, controls stay at their mean."""
    import pandas as pd

    data = model.data_
    dates = _following(data.dates, data.step, periods)
    mean = {name: values.mean(axis=0) for name, values in draws.items()}
    level = geo.levels_of(draws).mean(axis=0) if model.settings.geo else mean["intercept"]
    total = np.broadcast_to(np.atleast_1d(level), (periods, len(data.geos))).copy()
    for name, columns in model.design_.linear.items():
        if name == "trend":
            time = (data.periods + np.arange(periods)) / model.scales_.length
            total += time[:, None] * float(mean["trend"])
        elif name == "fourier":
            total += (fourier(pd.DatetimeIndex(dates), model.settings.seasonality) @ mean["fourier"])[:, None]
        else:
            total += columns.mean(axis=0) @ mean[name]
    return float((total * model.scales_.target).sum())


def _following(dates: Any, step: str, periods: int) -> Any:
    """The starts of the periods after the data."""
    import pandas as pd

    if step == "month":
        return [dates[-1] + pd.DateOffset(months=i + 1) for i in range(periods)]
    return dates[-1] + (dates[-1] - dates[-2]) * np.arange(1, periods + 1)


def _added(model: MediaMix, whole: ResponseTable, share: Floats, most: Floats) -> ResponseTable:
    """The curves of all geos of a channel in one: a total is shared among them."""
    channels, geos = len(model.data_.channels), len(model.data_.geos)

    def shared(totals: Floats) -> Floats:
        return np.minimum(np.repeat(totals, geos) * share, whole.max_spend)

    grid, error = _refined(whole, share, channels)
    points = grid.shape[1]
    value = np.zeros((channels, points, whole.draws))
    steep = np.zeros_like(value)
    mean, mean_slope = np.zeros((channels, points)), np.zeros((channels, points))
    for point in range(points):
        amounts = shared(grid[:, point])
        found, slopes = whole.read(amounts, slopes=True)
        assert slopes is not None
        value[:, point] = found.reshape(channels, geos, -1).sum(axis=1)
        steep[:, point] = (slopes * share[:, None]).reshape(channels, geos, -1).sum(axis=1)
        mean[:, point] = whole.curves.at(amounts).reshape(channels, geos).sum(axis=1)
        mean_slope[:, point] = (whole.curves.slope_at(amounts) * share).reshape(channels, geos).sum(axis=1)
    assert whole.carry_in is not None
    assert whole.current is not None
    return replace(
        whole, channels=model.data_.channels, grid=grid, response=value.swapaxes(1, 2), slope=steep.swapaxes(1, 2),
        profile=None if whole.profile is None else whole.profile[::geos], history_max=most,
        carry_in=whole.carry_in.reshape(channels, geos, -1).sum(axis=1),
        current=whole.current.reshape(channels, geos).sum(axis=1), mean_response=mean, mean_slope=mean_slope,
        dynamics=None, past=None, error=error,
    )  # fmt: skip


def _refined(whole: ResponseTable, share: Floats, channels: int) -> tuple[Floats, float]:
    """Knots for the sum of the geos' curves, and the largest error of its mean between them.

    The knots are the geos' own, on average, with more between them until the error is what a single curve may have.
    """
    geos = len(share) // channels
    own = (whole.grid / whole.max_spend[:, None]).reshape(channels, geos, -1).mean(axis=1)
    ends = whole.max_spend.reshape(channels, geos).sum(axis=1)
    points = whole.grid.shape[1]
    while True:
        places = np.linspace(0, own.shape[1] - 1, points)
        grid = ends[:, None] * np.array([np.interp(places, np.arange(own.shape[1]), row) for row in own])
        error = _between(whole, share, grid)
        if error <= TOLERANCE or points >= MOST_POINTS:
            # The table's own curves are as far from the model's.
            return grid, error + whole.error
        points = 2 * points - 1


def _between(whole: ResponseTable, share: Floats, grid: Floats) -> float:
    """The largest error of the summed mean half-way between knots, as a share of its largest value."""
    channels, geos = len(grid), len(share) // len(grid)

    def read(totals: Floats) -> tuple[Floats, Floats]:
        amounts = np.minimum(np.repeat(totals, geos) * share, whole.max_spend)
        value, slope = whole.curves.both_at(amounts)
        return value.reshape(channels, geos).sum(axis=1), (slope * share).reshape(channels, geos).sum(axis=1)

    mean, slope = (np.stack(found, axis=1) for found in zip(*(read(x) for x in grid.T), strict=True))
    exact = np.stack([read(x)[0] for x in ((grid[:, 1:] + grid[:, :-1]) / 2).T], axis=1)
    between = (mean[:, 1:] + mean[:, :-1]) / 2 + np.diff(grid) * (slope[:, :-1] - slope[:, 1:]) / 8
    return float((np.abs(between - exact) / np.abs(mean).max(axis=1, keepdims=True)).max())
