"""The media-mix model in PyMC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.mmm import geo, media, tvp
from custintel_analytics.mmm.calibration import add_evidence
from custintel_analytics.mmm.parameters import fourier_names
from custintel_analytics.sampling_fit import import_arviz

if TYPE_CHECKING:
    from custintel_analytics.mmm.data import MediaData
    from custintel_analytics.mmm.design import Design
    from custintel_analytics.mmm.priors import Prior
    from custintel_analytics.mmm.settings import MixSettings


def build(data: MediaData, seen: Design, settings: MixSettings, priors: Mapping[str, Prior]) -> Any:
    """Write the model down.

    Parameters
    ----------
    data, seen
        The data, and as the model sees them.
    settings
        Which terms there are.
    priors
        Of every parameter.

    Returns
    -------
    pymc.Model
        Its posterior holds the parameters by their names; with ``roi`` also the ``beta`` that it makes.

    Notes
    -----
    In period t of geo g, on scaled data: outcome = intercept + trend + controls + season + Σ over channels of beta ·
    s(adstock(spend)) + noise, noise normal. The equation and the scales are pymc-marketing's; Jin et al. (2017) have
    the same with other saturations.
    """
    # PyMC imports ArviZ, with its announcement if nobody has before.
    import_arviz()
    import pymc
    import pytensor.tensor as pt

    with pymc.Model(coords=_coordinates(data, settings)) as model:
        values = {name: prior.pymc(name, _DIMS.get(name)) for name, prior in priors.items()}
        weight = media.weights(settings.adstock, settings.lags, values)
        adstocked = (seen.lagged * weight).sum(axis=-1)
        strength = media.saturated(settings.saturation, adstocked, values)
        by_geo = geo.strengths(values) if settings.geo else pt.ones((1, len(data.channels)))
        strength = strength * by_geo
        if settings.time_varying:
            strength = strength * tvp.factor(values, data.periods)[:, None, None]
        beta = values["beta"] if "beta" in values else _from_roi(values["roi"], strength, data, seen)
        effect = strength * beta
        level = geo.levels(values) if settings.geo else values["intercept"]
        mean = level + effect.sum(axis=-1)
        for name, columns in seen.linear.items():
            mean = mean + (columns * pt.atleast_1d(values[name])).sum(axis=-1)
        pymc.Normal("outcome", mean, values["sigma"], observed=seen.target, dims=("period", "geo"))
        if settings.calibration:
            _calibrate(data, seen, settings, {**values, "beta": beta, "by_geo": by_geo}, effect)
    return model


_DIMS = {
    "control": "control_name",
    "fourier": "wave",
    **dict.fromkeys(
        ("alpha", "theta", "shape", "scale", "lam", "kappa", "slope", "beta", "roi", "beta_spread"), "channel"
    ),
}


def _coordinates(data: MediaData, settings: MixSettings) -> dict[str, Any]:
    found: dict[str, Any] = {
        "period": [str(day.date()) for day in data.dates],
        "geo": list(data.geos),
        "channel": list(data.channels),
    }
    if data.control_names:
        found["control_name"] = list(data.control_names)
    if settings.seasonality:
        found["wave"] = list(fourier_names(settings.seasonality))
    if settings.time_varying:
        found["media_basis"] = np.arange(tvp.basis_size(data.periods))
    return found


def _from_roi(roi: Any, strength: Any, data: MediaData, seen: Design) -> Any:
    """The beta with which each channel's outcome per spend over the data is its roi."""
    import pymc

    spend = data.spend.sum(axis=(0, 1))
    brought = (strength * seen.target_scale[:, None]).sum(axis=(0, 1))
    return pymc.Deterministic("beta", roi * spend / brought, dims="channel")


def _calibrate(
    data: MediaData, seen: Design, settings: MixSettings, values: Mapping[str, Any], effect: Any
) -> None:
    def curve(channel: str, spend: Any) -> Any:
        place = data.channels.index(channel)
        own = {name: value[place] for name, value in values.items() if _DIMS.get(name) == "channel"}
        scaled = np.asarray(spend / seen.channel_scale[:, place])
        shape = media.saturated(settings.saturation, scaled, own)
        return (shape * own["beta"] * values["by_geo"][:, place] * seen.target_scale).sum()

    whole = (effect * seen.target_scale[:, None]).sum(axis=1)
    contribution = {name: whole[:, place] for place, name in enumerate(data.channels)}
    add_evidence(settings.calibration, data, curve=curve, contribution=contribution)
