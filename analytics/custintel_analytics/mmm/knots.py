"""Response curves from posterior draws, on knots that are dense where the curves bend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.dynamics import Dynamics
from custintel_analytics.mmm.profile import Windows, windows

Floats = NDArray[np.float64]
Progress = Callable[[int, int, str], Any]
TOLERANCE = 1e-6
MOST_POINTS = 513
_TRIAL_POINTS = 257
# A Hill curve of slope below one is steepest at nothing: the trial looks there most closely.
_TRIAL_POWER = 7
_TRIAL_DRAWS = 100
# Of the knots, those that are spread evenly whatever the curve does.
_EVEN = 0.1


@dataclass(frozen=True, eq=False)
class Built:
    """Curves of all channels and draws.

    Parameters
    ----------
    grid
        Shape C × G.
    response, slope
        Shape C × G × D, single precision.
    mean_response, mean_slope
        Means over the draws, shape C × G, double precision.
    carry_in
        Response to earlier spend alone, shape C × D.
    error
        The largest interpolation error of a channel's mean between knots, as a share of its largest value.
    """

    grid: Floats
    response: NDArray[np.float32]
    slope: NDArray[np.float32]
    mean_response: Floats
    mean_slope: Floats
    carry_in: Floats
    error: float


class _Channel:
    """One channel's response to its total, draw by draw."""

    def __init__(self, dynamics: Dynamics, channel: int, seen: Windows) -> None:
        self.dynamics, self.channel = dynamics, channel
        weights, scale = dynamics.weights[channel], dynamics.channel_scale[channel]
        self.times = weights @ seen.share.T / scale
        self.past = weights @ seen.past.T / scale
        self.weight = seen.weight
        before = self.weight * dynamics.effect(channel, self.past)
        self.carry_in: Floats = before.sum(axis=1)

    def response(self, total: float) -> Floats:
        """What the total adds to the response to earlier spend, shape D."""
        effect = self.dynamics.effect(self.channel, total * self.times + self.past)
        return np.asarray((self.weight * effect).sum(axis=1) - self.carry_in)

    def slope(self, total: float) -> Floats:
        """Its derivative, shape D."""
        slope = self.dynamics.slope(self.channel, total * self.times + self.past)
        # Where nothing of the total arrives an infinite slope would give 0 × ∞.
        return np.asarray((self.weight * np.where(self.times > 0, slope, 0.0) * self.times).sum(axis=1))


def build(
    dynamics: Dynamics,
    *,
    names: tuple[str, ...],
    share: Floats,
    past: Floats | None,
    carry_out: int,
    multiplier: Floats,
    most: Floats,
    points: int,
    tolerance: float = TOLERANCE,
    progress: Progress | None = None,
) -> Built:
    """Curves from no spend to the most, on as many knots as the tolerance asks for.

    Parameters
    ----------
    dynamics
        The media part of the model.
    names
        The channels' names, for progress.
    share, past, carry_out, multiplier
        As in `profile.windows`, with one row per channel.
    most
        The end of each grid, shape C.
    points
        Knots to begin with.
    tolerance
        The mean's interpolation error that is allowed between knots, as a share of its largest value.
    progress
        Called with (done, total, message) after each channel.

    Raises
    ------
    DataError
        When the curves aren't finite.
    """
    channels = [
        _Channel(
            dynamics,
            c,
            windows(share[c], None if past is None else past[c], dynamics.lags, carry_out, multiplier),
        )
        for c in range(len(most))
    ]
    rows = np.unique(np.linspace(0, dynamics.draws - 1, _TRIAL_DRAWS).astype(np.intp))
    few = multiplier if len(multiplier) == 1 else multiplier[rows]
    trials = [
        _Channel(
            dynamics.thinned(rows),
            c,
            windows(share[c], None if past is None else past[c], dynamics.lags, carry_out, few),
        )
        for c in range(len(most))
    ]
    densities = [_density(trial, end) for trial, end in zip(trials, most, strict=True)]
    points = max(
        [points, *(_needed(t, d, points, tolerance) for t, d in zip(trials, densities, strict=True))]
    )
    while True:
        grids = [_knots(density, points) for density in densities]
        parts, errors = [], []
        for c, (channel, grid) in enumerate(zip(channels, grids, strict=True)):
            if progress is not None:
                progress(c, len(names), f"Drawing the response curve of {names[c]}…")
            parts.append(_curve(channel, grid))
            errors.append(_error(channel, grid, parts[-1]))
        error = max(errors)
        if not np.isfinite(error):
            raise DataError(
                f"The response of {names[int(np.argmax(~np.isfinite(errors)))]} isn't finite: check the draws of its "
                "parameters.",
                column=names[int(np.argmax(~np.isfinite(errors)))],
            )
        if error <= tolerance or points >= MOST_POINTS:
            break
        points = _more(points, error, tolerance)
    if progress is not None:
        progress(len(names), len(names), "Response curves drawn.")
    responses, slopes, means, mean_slopes = (np.stack(found) for found in zip(*parts, strict=True))
    return Built(
        grid=np.stack(grids), response=responses, slope=slopes, mean_response=means, mean_slope=mean_slopes,
        carry_in=np.stack([channel.carry_in for channel in channels]), error=error,
    )  # fmt: skip


def _curve(
    channel: _Channel, grid: Floats
) -> tuple[NDArray[np.float32], NDArray[np.float32], Floats, Floats]:
    """Response and slope at the knots, of the draws and on average."""
    shape = (len(grid), len(channel.carry_in))
    response, slope = np.empty(shape, dtype=np.float32), np.empty(shape, dtype=np.float32)
    mean, mean_slope = np.zeros(len(grid)), np.zeros(len(grid))
    for i, total in enumerate(grid[1:], start=1):
        found, steep = channel.response(total), channel.slope(total)
        response[i], slope[i], mean[i], mean_slope[i] = found, steep, found.mean(), steep.mean()
    response[0] = 0.0
    # Steeper than this at the start, even infinitely, a cubic would overshoot (Fritsch and Carlson).
    start = np.minimum(channel.slope(0.0), 3 * channel.response(grid[1]) / grid[1])
    slope[0], mean_slope[0] = start, start.mean()
    return response, slope, mean, mean_slope


def _error(channel: _Channel, grid: Floats, curve: tuple[Any, Any, Floats, Floats]) -> float:
    """The mean's interpolation error half-way between knots, as a share of its largest value."""
    _, _, mean, slope = curve
    return float(_gaps(channel, grid, mean, slope).max())


def _gaps(channel: _Channel, grid: Floats, mean: Floats, slope: Floats) -> Floats:
    middle = (grid[1:] + grid[:-1]) / 2
    between = (mean[1:] + mean[:-1]) / 2 + np.diff(grid) * (slope[:-1] - slope[1:]) / 8
    exact = np.array([channel.response(total).mean() for total in middle])
    highest = np.abs(mean).max()
    return np.asarray(np.abs(between - exact) / (highest or 1.0))


def _density(trial: _Channel, end: float) -> tuple[Floats, Floats]:
    """How many of the knots belong left of each amount: equal errors in all intervals (error ∝ width⁴)."""
    grid = end * np.linspace(0, 1, _TRIAL_POINTS) ** _TRIAL_POWER
    _, _, mean, slope = _curve(trial, grid)
    mass = _gaps(trial, grid, mean, slope) ** 0.25
    share = mass / mass.sum() if mass.sum() > 0 else np.full(len(mass), 1 / len(mass))
    share = (1 - _EVEN) * share + _EVEN * np.diff(grid) / end
    return grid, np.concatenate(([0.0], np.cumsum(share) / share.sum()))


def _knots(density: tuple[Floats, Floats], points: int) -> Floats:
    grid, below = density
    knots = np.interp(np.linspace(0, 1, points), below, grid)
    knots[-1] = grid[-1]
    return np.asarray(knots)


def _needed(trial: _Channel, density: tuple[Floats, Floats], points: int, tolerance: float) -> int:
    """How many knots the few draws of a trial ask for."""
    grid = _knots(density, points)
    error = _error(trial, grid, _curve(trial, grid))
    return points if not error > tolerance else _more(points, error, tolerance)


def _more(points: int, error: float, tolerance: float) -> int:
    factor = 1.05 * (error / tolerance) ** 0.25
    return min(int(np.ceil((points - 1) * factor)) + 1, MOST_POINTS)
