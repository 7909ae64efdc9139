"""Carry-over and saturation: what a period's spend does later, and how its effect levels off.

Arrays in, arrays out. Parameters may have any shape; it stands before the axis of the lags or periods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from custintel_analytics.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Adstock:
    """A way in which spend carries over.

    Parameters
    ----------
    parameters
        Names of its parameters.
    raw
        From the lags 0, 1, … and the parameters, each with one more axis, to weights that need not add to one.
    """

    parameters: tuple[str, ...]
    raw: Callable[..., Floats]


@dataclass(frozen=True)
class Saturation:
    """A way in which the effect levels off as the adstock grows.

    Parameters
    ----------
    parameters
        Names of its parameters.
    value, slope
        From the adstock and the parameters to the effect, which goes from 0 to 1, and to its derivative.
    """

    parameters: tuple[str, ...]
    value: Callable[..., Floats]
    slope: Callable[..., Floats]


def adstock_weights(kind: str, lags: int, *, normalised: bool = True, **parameters: ArrayLike) -> Floats:
    """The share of a period's spend that works in each of the periods from its own on.

    Parameters
    ----------
    kind
        ``"geometric"`` (alpha: what is kept from one period to the next), ``"delayed"`` (alpha, and theta: the
        lag of the peak), ``"weibull_pdf"`` or ``"weibull_cdf"`` (shape, scale).
    lags
        Periods, the spend's own among them.
    normalised
        Whether the weights add to one.
    **parameters
        Of any shape S.

    Returns
    -------
    numpy.ndarray
        Shape S × lags.

    Raises
    ------
    DataError
        For an unknown kind, parameters that are missing or unknown, or lags that aren't a whole number from 1.

    References
    ----------
    Jin, Y., Wang, Y., Sun, Y., Chan, D., Koehler, J. (2017). Bayesian methods for media mix modeling with carryover
    and shape effects. Google. Equations 1 to 3. The Weibull forms are those of Robyn and pymc-marketing: the
    density at 1, 2, … stretched to go from 0 to 1, and the cumulative product of survival.
    """
    if isinstance(lags, bool) or not isinstance(lags, int | np.integer) or lags < 1:
        raise DataError(
            f"lags={lags!r}: write a whole number from 1, the periods that spend works in.", column="lags"
        )
    form = chosen("adstock", kind, ADSTOCKS)
    values = named(f"adstock={kind!r}", form.parameters, parameters)
    weights = form.raw(np.arange(lags, dtype=np.float64), *(value[..., None] for value in values))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True) if normalised else weights)


def adstock(spend: ArrayLike, weights: ArrayLike) -> Floats:
    """Spend with its carry-over.

    Parameters
    ----------
    spend
        Shape … × periods, from the first period on; before it there was none.
    weights
        Shape … × lags, as `adstock_weights` gives them; broadcast against `spend` but for the last axis.

    Returns
    -------
    numpy.ndarray
        Shape … × periods.
    """
    x, w = np.asarray(spend, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    periods, lags = x.shape[-1], w.shape[-1]
    total = np.zeros((*np.broadcast_shapes(x.shape[:-1], w.shape[:-1]), periods))
    for lag in range(min(lags, periods)):
        total[..., lag:] += w[..., lag, None] * x[..., : periods - lag]
    return total


def saturation(kind: str, adstocked: ArrayLike, **parameters: ArrayLike) -> Floats:
    """The share of the largest possible effect that an adstock brings.

    Parameters
    ----------
    kind
        ``"logistic"`` (lam): (1 − e^(−lam·x)) / (1 + e^(−lam·x)); ``"hill"`` (kappa, slope):
        x^slope / (kappa^slope + x^slope); ``"michaelis_menten"`` (kappa): x / (kappa + x); ``"tanh"`` (lam):
        tanh(lam·x).
    adstocked
        Adstock x from 0, broadcast against the parameters.
    **parameters
        By the names above.

    Raises
    ------
    DataError
        For an unknown kind, and parameters that are missing or unknown.
    """
    form = chosen("saturation", kind, SATURATIONS)
    values = named(f"saturation={kind!r}", form.parameters, parameters)
    return np.asarray(form.value(np.asarray(adstocked, dtype=np.float64), *values))


def saturation_slope(kind: str, adstocked: ArrayLike, **parameters: ArrayLike) -> Floats:
    """The derivative of `saturation` by the adstock; infinite at 0 for a Hill curve whose slope is below one."""
    form = chosen("saturation", kind, SATURATIONS)
    values = named(f"saturation={kind!r}", form.parameters, parameters)
    return np.asarray(form.slope(np.asarray(adstocked, dtype=np.float64), *values))


def chosen(argument: str, kind: Any, forms: Mapping[str, Any]) -> Any:
    """The form of that name.

    Raises
    ------
    DataError
        Lists the names there are.
    """
    if not isinstance(kind, str) or kind not in forms:
        raise DataError(
            f"{argument}={kind!r} is not known. Choose one of {', '.join(map(repr, forms))}.",
            column=argument,
            example=kind,
        )
    return forms[kind]


def named(what: str, names: tuple[str, ...], given: Mapping[str, Any]) -> list[Floats]:
    """Exactly the named parameters, in their order, as arrays.

    Raises
    ------
    DataError
        When one is missing, or isn't among the names.
    """
    missing = [name for name in names if given.get(name) is None]
    unknown = [name for name, value in given.items() if name not in names and value is not None]
    if missing or unknown:
        found = [f"{name}= is missing" for name in missing] + [
            f"{name}= is not one of them" for name in unknown
        ]
        raise DataError(
            f"{what} has the parameters {' and '.join(names)}: {', '.join(found)}.",
            column=(missing + unknown)[0],
        )
    return [np.asarray(given[name], dtype=np.float64) for name in names]


def _geometric(lag: Floats, alpha: Floats) -> Floats:
    return np.asarray(alpha**lag)


def _delayed(lag: Floats, alpha: Floats, theta: Floats) -> Floats:
    return np.asarray(alpha ** ((lag - theta) ** 2))


def _weibull_density(lag: Floats, shape: Floats, scale: Floats) -> Floats:
    time = (lag + 1) / scale
    log = (shape - 1) * np.log(time) - time**shape
    density = np.exp(log - log.max(axis=-1, keepdims=True))
    least = density.min(axis=-1, keepdims=True)
    # A single lag, or equal ones, can't be stretched.
    return np.where(least < 1, (density - least) / np.where(least < 1, 1 - least, 1), 1.0)


def _weibull_survival(lag: Floats, shape: Floats, scale: Floats) -> Floats:
    # The product of the survival at 1, …, lag; one at lag 0.
    return np.exp(-np.cumsum((lag / scale) ** shape, axis=-1))


def _logistic(x: Floats, lam: Floats) -> Floats:
    # The same as (1 − e^(−z)) / (1 + e^(−z)), without overflow.
    return np.tanh(lam * x / 2)


def _logistic_slope(x: Floats, lam: Floats) -> Floats:
    return np.asarray(lam / 2 * (1 - np.tanh(lam * x / 2) ** 2))


def _hill(x: Floats, kappa: Floats, slope: Floats) -> Floats:
    ratio = (x / kappa) ** slope
    return np.asarray(ratio / (1 + ratio))


def _hill_slope(x: Floats, kappa: Floats, slope: Floats) -> Floats:
    # A slope below one has an infinite derivative at zero, which is what 0 to a negative power gives.
    with np.errstate(divide="ignore"):
        return np.asarray(slope / kappa * (x / kappa) ** (slope - 1) / (1 + (x / kappa) ** slope) ** 2)


def _michaelis_menten(x: Floats, kappa: Floats) -> Floats:
    return np.asarray(x / (kappa + x))


def _michaelis_menten_slope(x: Floats, kappa: Floats) -> Floats:
    return np.asarray(kappa / (kappa + x) ** 2)


def _tanh(x: Floats, lam: Floats) -> Floats:
    return np.tanh(lam * x)


def _tanh_slope(x: Floats, lam: Floats) -> Floats:
    return np.asarray(lam * (1 - np.tanh(lam * x) ** 2))


ADSTOCKS = {
    "geometric": Adstock(("alpha",), _geometric),
    "delayed": Adstock(("alpha", "theta"), _delayed),
    "weibull_pdf": Adstock(("shape", "scale"), _weibull_density),
    "weibull_cdf": Adstock(("shape", "scale"), _weibull_survival),
}
SATURATIONS = {
    "logistic": Saturation(("lam",), _logistic, _logistic_slope),
    "hill": Saturation(("kappa", "slope"), _hill, _hill_slope),
    "michaelis_menten": Saturation(("kappa",), _michaelis_menten, _michaelis_menten_slope),
    "tanh": Saturation(("lam",), _tanh, _tanh_slope),
}
