"""The hierarchical models behind lifts by segment, on sufficient statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics import sampling
from custintel_analytics.experiments.comparison import Comparison
from custintel_analytics.experiments.sample import Sample

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

# Where effects spread more than this many standard errors, the data know them better than their common
# distribution does, and the sampler moves more easily among the effects themselves.
_CLEAR = 3.0


@dataclass(frozen=True)
class Evidence:
    """What the model learns from: each segment's samples of control and treatment, and their comparison."""

    kind: str
    relative: bool
    pairs: Mapping[str, tuple[Sample, Sample]]
    own: Mapping[str, Comparison]


@dataclass(frozen=True)
class Fit:
    """Draws and what was read off them.

    Parameters
    ----------
    effects
        By segment: ``effect``, ``lower``, ``upper``, ``probability``, and ``common``: the effect that the segment
        would have if it were like all.
    overall, spread
        ``effect`` (of `spread`: ``sd``), ``lower``, ``upper``; `overall` also ``probability``.
    diagnostics, idata
        Of the sampler, and its draws.
    """

    effects: pd.DataFrame
    overall: dict[str, float]
    spread: dict[str, float]
    diagnostics: sampling.Diagnostics
    idata: Any


def fitted(evidence: Evidence, level: float, direction: str, **options: Any) -> Fit:
    """Build the model for the metric's kind, sample it, and read it."""
    import pandas as pd

    model = _shares(evidence) if evidence.kind == "proportion" else _effects(evidence)
    idata = sampling.sample(model, **options)
    effects, common = _draws(evidence, idata)
    units = np.array(
        [control.n + treatment.n for control, treatment in evidence.pairs.values()], dtype=np.float64
    )
    weights = units / units.sum()
    whole = effects @ weights
    if evidence.kind == "proportion" and evidence.relative:
        rates = [
            _logistic(sampling.posterior(idata, "base") + shift)
            for shift in (0, sampling.posterior(idata, "theta"))
        ]
        whole = (rates[1] @ weights) / (rates[0] @ weights) - 1
    tail = (1 - level) / 2
    sign = -1 if direction == "down" else 1
    tau = sampling.posterior(idata, "tau")
    frame = pd.DataFrame(
        {
            "effect": effects.mean(axis=0),
            "lower": np.quantile(effects, tail, axis=0),
            "upper": np.quantile(effects, 1 - tail, axis=0),
            "probability": (sign * effects > 0).mean(axis=0),
            "common": common.mean(axis=0),
        },
        index=list(evidence.pairs),
    )
    return Fit(
        effects=frame,
        overall={**_interval("effect", whole, tail), "probability": float((sign * whole > 0).mean())},
        spread=_interval("sd", tau, tail),
        diagnostics=sampling.diagnostics(
            idata, [v for v in ("mu", "tau", "theta", "base", "alpha", "sigma") if _has(v, evidence)]
        ),
        idata=idata,
    )


def _interval(name: str, draws: NDArray[np.float64], tail: float) -> dict[str, float]:
    lower, upper = np.quantile(draws, [tail, 1 - tail])
    return {name: float(draws.mean()), "lower": float(lower), "upper": float(upper)}


def _has(variable: str, evidence: Evidence) -> bool:
    return evidence.kind == "proportion" or variable in ("mu", "tau", "theta")


def _draws(evidence: Evidence, idata: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Effects on the scale asked for, and what they would be at the common effect: (draws, segments)."""
    theta, mu = sampling.posterior(idata, "theta"), sampling.posterior(idata, "mu")[:, None]
    if evidence.kind != "proportion":
        return theta, np.broadcast_to(mu, theta.shape)
    base = sampling.posterior(idata, "base")
    control = _logistic(base)
    effects, common = _logistic(base + theta) - control, _logistic(base + mu) - control
    return (effects / control, common / control) if evidence.relative else (effects, common)


def _logistic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import expit

    shares: NDArray[np.float64] = expit(values)
    return shares


def _effects(evidence: Evidence) -> Any:
    """Effects with known standard errors around a common mean."""
    effects = np.array([found.effect for found in evidence.own.values()])
    errors = np.array([found.standard_error for found in evidence.own.values()])
    samples = [sample for pair in evidence.pairs.values() for sample in pair]
    freedom = sum(sample.freedom for sample in samples)
    pooled = float(np.sqrt(sum(sample.freedom * sample.variance for sample in samples) / freedom))
    return normal_model(effects, errors, list(evidence.pairs), 1.0 if evidence.relative else pooled)


def normal_model(
    effects: NDArray[np.float64],
    errors: NDArray[np.float64],
    names: list[str],
    scale: float,
    spread: float | None = None,
) -> Any:
    """A PyMC model of effects with known standard errors (Rubin 1981, “eight schools”).

    Parameters
    ----------
    effects, errors
        One per segment.
    names
        The segments.
    scale
        Standard deviation of the common mean's prior.
    spread
        Scale of the half-normal prior of the standard deviation between segments; half of `scale` by default.
    """
    import pymc as pm

    with pm.Model(coords={"segment": names}) as model:
        mu = pm.Normal("mu", 0.0, scale)
        tau = pm.HalfNormal("tau", scale / 2 if spread is None else spread)
        theta = _varying(mu, tau, bool(np.std(effects) > _CLEAR * np.median(errors)))
        pm.Normal("seen", theta, errors, observed=effects, dims="segment")
    return model


def _shares(evidence: Evidence) -> Any:
    """Successes of control and treatment, with log-odds that vary between segments."""
    import pymc as pm

    n = np.array([[sample.n for sample in pair] for pair in evidence.pairs.values()])
    hits = np.array([[round(sample.total) for sample in pair] for pair in evidence.pairs.values()])
    pooled = (hits.sum() + 0.5) / (n.sum() + 1.0)
    odds = np.log((hits + 0.5) / (n - hits + 0.5))
    errors = np.sqrt((1 / (hits + 0.5) + 1 / (n - hits + 0.5)).sum(axis=1))
    clear = bool(np.std(odds[:, 1] - odds[:, 0]) > _CLEAR * np.median(errors))
    with pm.Model(coords={"segment": list(evidence.pairs)}) as model:
        alpha = pm.Normal("alpha", float(np.log(pooled / (1 - pooled))), 1.0)
        sigma = pm.HalfNormal("sigma", 1.0)
        base = pm.Normal("base", alpha, sigma, dims="segment")
        mu = pm.Normal("mu", 0.0, 1.0)
        tau = pm.HalfNormal("tau", 0.5)
        theta = _varying(mu, tau, clear)
        pm.Binomial("seen_control", n[:, 0], logit_p=base, observed=hits[:, 0], dims="segment")
        pm.Binomial("seen_treatment", n[:, 1], logit_p=base + theta, observed=hits[:, 1], dims="segment")
    return model


def _varying(mu: Any, tau: Any, clear: bool) -> Any:
    """The segments' effects ``theta``, parametrised as the data make it easier for the sampler."""
    import pymc as pm

    if clear:
        return pm.Normal("theta", mu, tau, dims="segment")
    apart = pm.Normal("apart", 0.0, 1.0, dims="segment")
    return pm.Deterministic("theta", mu + tau * apart, dims="segment")
