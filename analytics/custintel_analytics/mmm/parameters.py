"""The parameters of a model with their priors: defaults, presets, and what the user gave instead."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.priors import Prior, families, prior
from custintel_analytics.mmm.settings import PRESETS
from custintel_analytics.mmm.transforms import ADSTOCKS, SATURATIONS

if TYPE_CHECKING:
    from custintel_analytics.mmm.data import MediaData
    from custintel_analytics.mmm.settings import MixSettings

# On scaled data: spend and outcome are divided by their largest value.
_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "intercept": ("normal", 0, 2),
    "trend": ("normal", 0, 1),
    "control": ("normal", 0, 2),
    "fourier": ("laplace", 0, 1),
    "alpha": ("beta", 1, 3),
    "theta": ("half_normal", 1),
    "shape": ("gamma", 9, 3),
    "scale": ("gamma", 4, 2),
    "lam": ("gamma", 3, 1),
    "kappa": ("gamma", 3, 4),
    "slope": ("gamma", 4, 3),
    "beta": ("half_normal", 2),
    "sigma": ("half_normal", 2),
    "intercept_spread": ("half_normal", 0.5),
    "beta_spread": ("half_normal", 0.5),
    "media_sd": ("half_normal", 0.5),
}
_ROI = ("log_normal", 0.2, 0.9)
_MEDIA_SHARE = 0.4  # of the outcome, which a default prior of cost per target takes as due to all channels
_COST_SPREAD = 0.9
_SHORTEST = 8.0  # periods over which the effect of media may change


def parameters(settings: MixSettings, data: MediaData) -> dict[str, Prior]:
    """Every parameter of the model with its prior.

    Parameters
    ----------
    settings
        With ``priors`` as the user gave them.
    data
        Gives the labels, and for presets the spend.

    Returns
    -------
    dict
        ``intercept``, ``trend``, ``control``, ``fourier``, those of adstock and saturation, ``beta`` or ``roi``, and
        ``sigma``; with geos the spreads between them, with time-varying media its size and length.

    Raises
    ------
    DataError
        For a prior of a parameter that this model hasn't, or one that can't be read.

    Notes
    -----
    Presets: ``"spend_share"``: beta is half-normal with a standard deviation of the channel's share of spend times the
    number of channels, as in pymc-marketing's example. ``"roi"``: a log-normal of (0.2, 0.9) on each channel's return,
    Meridian's default. ``"cost_per_target"``: a log-normal around the cost at which all channels together bring 40 % of
    the outcome.
    """
    labels = _labels(settings, data)
    given = _given(settings, data)
    if "roi" in given:
        labels["roi"] = labels.pop("beta")
    unknown = [name for name in given if name not in labels]
    if unknown:
        raise DataError(
            f"priors has {unknown[0]!r}, which this model hasn't. Its parameters: {', '.join(labels)}"
            f"{'' if 'roi' in given else '; in place of beta, roi or cost_per_target'}. Families: {families()}.",
            column="priors",
            example=unknown[0],
        )
    defaults = _defaults(settings, data)
    # The sampler's coordinates and the files keep this order.
    order = [name for name in (*_DEFAULTS, "roi", "media_length") if name in labels]
    return {name: prior(name, given.get(name, defaults.get(name)), labels[name]) for name in order}


def fourier_names(pairs: int) -> tuple[str, ...]:
    """``sin_1, cos_1, sin_2, …``."""
    return tuple(f"{wave}_{order}" for order in range(1, pairs + 1) for wave in ("sin", "cos"))


def _labels(settings: MixSettings, data: MediaData) -> dict[str, tuple[str, ...]]:
    """The parameters that this model has, and what their elements belong to."""
    shapes = (*ADSTOCKS[settings.adstock].parameters, *SATURATIONS[settings.saturation].parameters, "beta")
    found: dict[str, tuple[str, ...]] = {"intercept": (), "sigma": (), **dict.fromkeys(shapes, data.channels)}
    if settings.trend:
        found["trend"] = ()
    if data.control_names:
        found["control"] = data.control_names
    if settings.seasonality:
        found["fourier"] = fourier_names(settings.seasonality)
    if settings.geo:
        found |= {"intercept_spread": (), "beta_spread": data.channels}
    if settings.time_varying:
        found |= {"media_sd": (), "media_length": ()}
    return found


def _defaults(settings: MixSettings, data: MediaData) -> dict[str, tuple[Any, ...]]:
    longest = max(data.periods / 2, 2 * _SHORTEST)
    middle, spread = math.sqrt(longest * _SHORTEST), math.log(longest / _SHORTEST) / 2 / 1.96
    found = _DEFAULTS | {"media_length": ("log_normal", math.log(middle), spread)}
    if settings.saturation == "tanh":
        # tanh(lam x) is the logistic curve with twice its lam.
        found["lam"] = ("gamma", 3, 2)
    if settings.link == "log":
        found |= {"sigma": ("half_normal", 0.5)}
    return found


def _given(settings: MixSettings, data: MediaData) -> dict[str, Any]:
    """The user's priors, presets written out and costs turned into returns."""
    asked = settings.priors
    if asked is None:
        return {}
    if isinstance(asked, str):
        asked = {"beta" if asked == "spend_share" else asked: asked}
    given: dict[str, Any] = dict(asked)
    if len({"beta", "roi", "cost_per_target"} & set(given)) > 1:
        raise DataError(
            "priors gives more than one of beta, roi and cost_per_target; each says how strong a channel is. Keep one.",
            column="priors",
        )
    for name in ("beta", "roi", "cost_per_target"):
        if isinstance(given.get(name), str):
            given[name] = _preset(given[name], name, data)
    if "cost_per_target" in given:
        given["roi"] = _inverted(given.pop("cost_per_target"))
    if "roi" in given and settings.link == "log":
        raise DataError(
            "A prior of roi or cost_per_target needs link='identity': with a log link a channel's return depends on all "
            "others. Give a prior of beta.",
            column="priors",
        )
    return given


def _preset(preset: str, name: str, data: MediaData) -> tuple[Any, ...]:
    own = {"beta": "spend_share"}.get(name, name)
    if preset != own:
        raise DataError(
            f"priors: {name}={preset!r} is not known. Write {own!r}, or a prior. Presets: {', '.join(PRESETS)}.",
            column="priors",
            example=preset,
        )
    if preset == "roi":
        return _ROI
    spend = data.spend.sum(axis=(0, 1))
    if preset == "spend_share":
        shares = len(spend) * spend / spend.sum()
        return ("half_normal", dict(zip(data.channels, shares.tolist(), strict=True)))
    outcome = float(data.target.sum())
    if outcome <= 0:
        raise DataError(
            f"priors='cost_per_target' needs an outcome whose sum is above 0; it is {outcome:,g}.",
            column="priors",
        )
    return ("log_normal", float(np.log(spend.sum() / (_MEDIA_SHARE * outcome))), _COST_SPREAD)


def _inverted(cost: Any) -> tuple[Any, ...]:
    """The prior of 1 / x, for a log-normal x."""
    if not isinstance(cost, list | tuple) or len(cost) != 3 or cost[0] != "log_normal":
        raise DataError(
            f"The prior of cost_per_target is {cost!r}; it must be a log-normal, whose inverse is one too. "
            "mmm.priors.log_normal(mean, sd) writes it from a mean and a standard deviation.",
            column="priors",
            example=cost,
        )
    middle = cost[1]
    negative = (
        {key: -value for key, value in middle.items()} if isinstance(middle, Mapping) else np.negative(middle)
    )
    return ("log_normal", negative, cost[2])
