"""Carry-over and saturation in PyTensor, for the sampler. `transforms` has the same in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from custintel_analytics.mmm.transforms import ADSTOCKS, SATURATIONS


def weights(kind: str, lags: int, values: Mapping[str, Any]) -> Any:
    """The share of a period's spend that works in each of the periods from its own on.

    Parameters
    ----------
    kind
        As in `transforms.adstock_weights`.
    lags
        Periods, the spend's own among them.
    values
        Variables by name, each of shape S; others are ignored.

    Returns
    -------
    pytensor.tensor.TensorVariable
        Shape S × lags; adds to one over the lags.
    """
    import numpy as np

    given = [values[name][..., None] for name in ADSTOCKS[kind].parameters]
    raw = _ADSTOCKS[kind](np.arange(lags, dtype=np.float64), *given)
    return raw / raw.sum(axis=-1, keepdims=True)


def saturated(kind: str, adstocked: Any, values: Mapping[str, Any]) -> Any:
    """The share of the largest possible effect that an adstock brings; as `transforms.saturation`."""
    given = [values[name] for name in SATURATIONS[kind].parameters]
    return _SATURATIONS[kind](adstocked, *given)


def _geometric(lag: Any, alpha: Any) -> Any:
    return alpha**lag


def _delayed(lag: Any, alpha: Any, theta: Any) -> Any:
    return alpha ** ((lag - theta) ** 2)


def _weibull_density(lag: Any, shape: Any, scale: Any) -> Any:
    import pytensor.tensor as pt

    time = (lag + 1) / scale
    log = (shape - 1) * pt.log(time) - time**shape
    density = pt.exp(log - log.max(axis=-1, keepdims=True))
    least = density.min(axis=-1, keepdims=True)
    # A single lag can't be stretched.
    return (density - least) / (1 - least) if len(lag) > 1 else density


def _weibull_survival(lag: Any, shape: Any, scale: Any) -> Any:
    import pytensor.tensor as pt

    # The logarithm of lag 0 has no slope; its hazard is 0.
    hazard = pt.exp(shape * pt.log((lag + (lag == 0)) / scale)) * (lag > 0)
    return pt.exp(-hazard.cumsum(axis=-1))


def _logistic(x: Any, lam: Any) -> Any:
    import pytensor.tensor as pt

    return pt.tanh(lam * x / 2)


def _hill(x: Any, kappa: Any, slope: Any) -> Any:
    import pytensor.tensor as pt

    # At 0 the power's slope is not finite; there the curve is 0 whatever its parameters.
    spent = x > 0
    return pt.switch(spent, pt.sigmoid(slope * (pt.log(pt.switch(spent, x, 1.0)) - pt.log(kappa))), 0.0)


def _michaelis_menten(x: Any, kappa: Any) -> Any:
    return x / (kappa + x)


def _tanh(x: Any, lam: Any) -> Any:
    import pytensor.tensor as pt

    return pt.tanh(lam * x)


_ADSTOCKS: dict[str, Callable[..., Any]] = {
    "geometric": _geometric,
    "delayed": _delayed,
    "weibull_pdf": _weibull_density,
    "weibull_cdf": _weibull_survival,
}
_SATURATIONS: dict[str, Callable[..., Any]] = {
    "logistic": _logistic,
    "hill": _hill,
    "michaelis_menten": _michaelis_menten,
    "tanh": _tanh,
}
