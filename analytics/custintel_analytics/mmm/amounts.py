"""Amounts per channel, however they are written."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError

Floats = NDArray[np.float64]


def per_channel(
    argument: str, given: Any, channels: tuple[str, ...], default: Floats | None = None
) -> Floats:
    """One amount per channel.

    Parameters
    ----------
    argument
        How people know it.
    given
        A number for all, a mapping or Series by channel, or a sequence in the channels' order. A mapping may leave
        channels out when there is a default.
    channels
        Names in their order.
    default
        What stands for channels that aren't given, or for all when `given` is None.

    Raises
    ------
    DataError
        For unknown or missing channels, another length, and what isn't a number.
    """
    if given is None:
        if default is None:
            raise DataError(f"{argument}= is missing: an amount per channel.", column=argument)
        return default.copy()
    named = _named(given)
    if named is None:
        amounts = _numbers(argument, given)
        if amounts.ndim and amounts.shape != (len(channels),):
            raise DataError(
                f"{argument} has the shape {amounts.shape}, but there are {len(channels)} channels: "
                f"{', '.join(channels)}.",
                column=argument,
            )
        return _finite(argument, np.broadcast_to(amounts, (len(channels),)).copy(), channels)
    positions(argument, named, channels)
    absent = [name for name in channels if name not in named]
    if absent and default is None:
        raise DataError(
            f"{argument} has no amount for {', '.join(absent)}.", column=argument, example=absent[0]
        )
    filled = [named[name] if name in named else default[i] for i, name in enumerate(channels)]  # type: ignore[index]
    return _finite(argument, _numbers(argument, filled), channels)


def positions(argument: str, names: Iterable[Any], channels: tuple[str, ...]) -> NDArray[np.intp]:
    """Where channels stand.

    Raises
    ------
    DataError
        For a name that isn't a channel; suggests the nearest.
    """
    listed = [names] if isinstance(names, str) else list(names)
    for name in listed:
        if name not in channels:
            near = difflib.get_close_matches(str(name), channels, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise DataError(
                f"{argument} names {name!r}, which is not a channel.{hint} Channels: {', '.join(channels)}.",
                column=argument,
                example=name,
            )
    return np.array([channels.index(name) for name in listed], dtype=np.intp)


def number(
    argument: str, value: Any, what: str, *, least: float = -np.inf, most: float = np.inf, zero: bool = False
) -> float:
    """A finite number in a range, the ends excluded; with `zero` 0 is possible too.

    Raises
    ------
    DataError
        Says what the argument is and what was given.
    """
    sound = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not sound or not np.isfinite(value) or not (least < value < most or (zero and value == 0)):
        between = f" between {least:g} and {most:g}" if np.isfinite(most) else f" above {least:g}"
        between = " from 0" if zero else between
        raise DataError(
            f"{argument}={value!r} is not possible: {what}, a number{between if least > -np.inf else ''}.",
            column=argument,
            example=value,
        )
    return float(value)


def _named(given: Any) -> dict[Any, Any] | None:
    if isinstance(given, Mapping):
        return dict(given)
    # A pandas Series; importing pandas to ask would cost more than all the rest.
    return dict(given.items()) if hasattr(given, "items") and hasattr(given, "index") else None


def _numbers(argument: str, given: Any) -> Floats:
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{argument}={given!r} can't be read as amounts: write a number, a dict by channel, or one number per channel.",
            column=argument,
            example=given,
        ) from error


def _finite(argument: str, amounts: Floats, channels: tuple[str, ...]) -> Floats:
    bad = np.flatnonzero(~np.isfinite(amounts))
    if len(bad):
        raise DataError(
            f"{argument} is {amounts[bad[0]]} for {channels[bad[0]]}: write a finite amount.",
            column=argument,
            count=len(bad),
            example=channels[bad[0]],
        )
    return amounts
