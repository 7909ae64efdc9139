"""How spend over time becomes response, per posterior draw: adstock, then saturation, then its coefficient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.transforms import (
    ADSTOCKS,
    SATURATIONS,
    Saturation,
    adstock_weights,
    chosen,
    named,
)

Floats = NDArray[np.float64]
_NOTHING = 1e-30  # a weight below it is none


@dataclass(frozen=True, eq=False, kw_only=True)
class Dynamics:
    """The media part of a model with the draws of its parameters.

    Parameters
    ----------
    adstock, saturation, lags, normalised
        As in `transforms.adstock_weights` and `transforms.saturation`.
    parameters
        Draws of the parameters of both by name, each of shape D × C.
    beta
        Draws of the coefficients in units of `target_scale`, shape D × C.
    channel_scale
        By what spend is divided before its adstock is taken, shape C.
    target_scale
        By what the target was divided.
    """

    adstock: str
    saturation: str
    lags: int
    normalised: bool
    parameters: Mapping[str, Floats]
    beta: Floats
    channel_scale: Floats
    target_scale: float

    @property
    def draws(self) -> int:
        """How many posterior draws there are."""
        return len(self.beta)

    @cached_property
    def weights(self) -> Floats:
        """Adstock weights, shape C × D × lags."""
        names = chosen("adstock", self.adstock, ADSTOCKS).parameters
        values = {name: self.parameters[name].T for name in names}
        found = adstock_weights(self.adstock, self.lags, normalised=self.normalised, **values)
        # A Hill curve of slope below one is too steep there for any number.
        return np.where(found < _NOTHING, 0.0, found)

    @cached_property
    def _form(self) -> Saturation:
        found: Saturation = chosen("saturation", self.saturation, SATURATIONS)
        return found

    def effect(self, channel: int, adstocked: Floats) -> Floats:
        """The response to an adstock in units of the target, shape D × anything."""
        return self._beta(channel) * self._form.value(adstocked, *self._saturating(channel))

    def slope(self, channel: int, adstocked: Floats) -> Floats:
        """The derivative of `effect` by the adstock, shape D × anything."""
        return self._beta(channel) * self._form.slope(adstocked, *self._saturating(channel))

    def _beta(self, channel: int) -> Floats:
        return np.asarray(self.beta[:, channel, None] * self.target_scale)

    def _saturating(self, channel: int) -> list[Floats]:
        return [self.parameters[name][:, channel, None] for name in self._form.parameters]

    def thinned(self, rows: NDArray[np.intp]) -> Dynamics:
        """The same with some of the draws."""
        parameters = {name: values[rows] for name, values in self.parameters.items()}
        return Dynamics(
            adstock=self.adstock, saturation=self.saturation, lags=self.lags, normalised=self.normalised,
            parameters=parameters, beta=self.beta[rows], channel_scale=self.channel_scale,
            target_scale=self.target_scale,
        )  # fmt: skip


def dynamics(
    *,
    adstock: str,
    saturation: str,
    lags: int,
    normalised: bool,
    parameters: Mapping[str, Any],
    beta: Any,
    channel_scale: Any,
    target_scale: float,
) -> Dynamics:
    """Checked `Dynamics`.

    Raises
    ------
    DataError
        When parameters are missing, unknown, not finite, or of shapes that don't fit together.
    """
    names = (
        *chosen("adstock", adstock, ADSTOCKS).parameters,
        *chosen("saturation", saturation, SATURATIONS).parameters,
    )
    found = dict(
        zip(
            names,
            named(f"adstock={adstock!r} with saturation={saturation!r}", names, parameters),
            strict=True,
        )
    )
    weight = np.asarray(beta, dtype=np.float64)
    if weight.ndim != 2 or not weight.size:
        raise DataError(
            f"beta has the shape {weight.shape}: it must be draws × channels, one row per posterior draw.",
            column="beta",
        )
    for name, values in {**found, "beta": weight}.items():
        if values.shape != weight.shape:
            raise DataError(
                f"{name} has the shape {values.shape}, beta {weight.shape}: all must be draws × channels.",
                column=name,
            )
        if bad := int((~np.isfinite(values)).sum()):
            raise DataError(
                f"{name} holds {bad:,} values that aren't finite numbers.", column=name, count=bad
            )
    scale = np.broadcast_to(np.asarray(channel_scale, dtype=np.float64), weight.shape[1:])
    if not (np.isfinite(scale) & (scale > 0)).all():
        raise DataError(
            f"channel_scale={scale.tolist()!r}: every channel's must be above zero.", column="channel_scale"
        )
    if not (np.isfinite(target_scale) and target_scale > 0):
        raise DataError(f"target_scale={target_scale!r}: it must be above zero.", column="target_scale")
    return Dynamics(
        adstock=adstock, saturation=saturation, lags=lags, normalised=normalised, parameters=found,
        beta=weight, channel_scale=scale, target_scale=float(target_scale),
    )  # fmt: skip
