"""A response table's arrays: checked, and brought into their one form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.hermite import estimated_slopes
from custintel_analytics.mmm.profile import checked_multiplier, flat

if TYPE_CHECKING:
    from custintel_analytics.mmm.response_table import ResponseTable

Floats = NDArray[np.float64]
# What the response to nothing may be, of the largest, by rounding.
_NOTHING = 1e-6


def settled(table: ResponseTable) -> dict[str, Any]:
    """All fields of a table that aren't yet as they are kept.

    Raises
    ------
    DataError
        Names the field, what was found and what it must be.
    """
    channels = tuple(str(name) for name in table.channels)
    if not channels or len(set(channels)) < len(channels):
        raise DataError(
            f"channels={list(channels)}: write one different name per channel.", column="channels"
        )
    grid = _grid(table.grid, channels)
    count, points = grid.shape
    given = np.asarray(table.response)
    if given.ndim != 3 or given.shape[::2] != (count, points) or not given.shape[1]:
        raise DataError(
            f"response has the shape {given.shape}: it must be {count} channels × draws × {points} points of the grid.",
            column="response",
        )
    draws = given.shape[1]
    slope = _slopes(table, grid, given)
    for name, values in (("response", given), ("slope", slope)):
        if bad := int((~np.isfinite(values)).sum()):
            raise DataError(
                f"{name} holds {bad:,} values that aren't finite numbers.", column=name, count=bad
            )
    _starts_at_nothing(given, channels)
    mean, mean_slope = table.mean_response, table.mean_slope
    if mean is None or mean_slope is None:
        mean, mean_slope = given.mean(axis=1, dtype=np.float64), slope.mean(axis=1, dtype=np.float64)
    return {
        "channels": channels,
        "grid": grid,
        "response": _kept(given),
        "slope": _kept(slope),
        "mean_response": _shaped("mean_response", mean, (count, points)),
        "mean_slope": _shaped("mean_slope", mean_slope, (count, points)),
        "profile": _profile(table, count),
        "carry_in": np.zeros((count, draws))
        if table.carry_in is None
        else _shaped("carry_in", table.carry_in, (count, draws)),
        "current": _current(table, grid, channels),
        "multiplier": None
        if table.multiplier is None
        else checked_multiplier(table.multiplier, table.periods + table.carry_out, draws),
        "history_max": None
        if table.history_max is None
        else _shaped("history_max", table.history_max, (count,)),
    }


def _grid(given: Any, channels: tuple[str, ...]) -> Floats:
    grid = np.asarray(given, dtype=np.float64)
    if grid.ndim == 1:
        grid = np.repeat(grid[None], len(channels), axis=0)
    if grid.ndim != 2 or len(grid) != len(channels) or grid.shape[1] < 2:
        raise DataError(
            f"grid has the shape {grid.shape}: it must be {len(channels)} channels × at least two totals.",
            column="grid",
        )
    for name, row in zip(channels, grid, strict=True):
        if not np.isfinite(row).all() or row[0] != 0 or (np.diff(row) <= 0).any():
            raise DataError(
                f"The grid of {name} must ascend from 0, so that a plan can leave the channel out; it begins with "
                f"{', '.join(f'{x:g}' for x in row[:3])}.",
                column="grid",
                example=name,
            )
    return grid


def _slopes(table: ResponseTable, grid: Floats, response: NDArray[Any]) -> NDArray[Any]:
    if table.slope is None:
        return np.stack([estimated_slopes(x, y.T).T for x, y in zip(grid, response, strict=True)])
    slope = np.asarray(table.slope)
    if slope.shape != response.shape:
        raise DataError(f"slope has the shape {slope.shape}, response {response.shape}.", column="slope")
    return slope


def _starts_at_nothing(response: NDArray[Any], channels: tuple[str, ...]) -> None:
    start, most = np.abs(response[:, :, 0]).max(axis=1), np.abs(response).max(axis=(1, 2))
    for name, first, largest in zip(channels, start, most, strict=True):
        if first > _NOTHING * largest:
            raise DataError(
                f"The response of {name} to no spend is {first:g}. Take it off all points, and give what earlier spend "
                "goes on to bring as carry_in.",
                column="response",
                example=name,
            )


def _kept(values: NDArray[Any]) -> NDArray[np.float32]:
    """Single precision, the draws of a knot side by side: they are read together."""
    return np.ascontiguousarray(values.swapaxes(1, 2), dtype=np.float32).swapaxes(1, 2)


def _shaped(name: str, values: Any, shape: tuple[int, ...]) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.shape != shape or not np.isfinite(found).all():
        raise DataError(
            f"{name} must be finite numbers of the shape {shape}; its shape is {found.shape}.", column=name
        )
    return found


def _profile(table: ResponseTable, count: int) -> Floats:
    periods = table.periods
    if isinstance(periods, bool) or not isinstance(periods, int | np.integer) or periods < 1:
        raise DataError(f"periods={periods!r}: write a whole number from 1.", column="periods")
    if table.profile is None:
        return flat(int(periods), count)
    profile = _shaped("profile", table.profile, (count, int(periods)))
    if (profile < 0).any() or np.abs(profile.sum(axis=1) - 1).max() > 1e-9:
        raise DataError("profile must hold shares from 0 that add to 1 over the periods.", column="profile")
    return profile


def _current(table: ResponseTable, grid: Floats, channels: tuple[str, ...]) -> Floats | None:
    if table.current is None:
        return None
    current = _shaped("current", table.current, (len(channels),))
    for name, now, end in zip(channels, current, grid[:, -1], strict=True):
        if not 0 <= now <= end * (1 + 1e-9):
            raise DataError(
                f"The current spend of {name} is {now:g}, but its curve goes from 0 to {end:g}. Amounts are totals over "
                f"{table.periods} periods; make the table with a larger max_spend.",
                column="current",
                example=name,
            )
    return np.minimum(current, grid[:, -1])
