"""A first picture within about a second: the mode of the posterior, and weighted draws around it.

The same model and priors as the sampler's, with exact gradients in NumPy; nothing is compiled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.priors import Prior, bound, free, jacobian
from custintel_analytics.mmm.transforms import ADSTOCKS, SATURATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.mmm.data import MediaData
    from custintel_analytics.mmm.design import Design
    from custintel_analytics.mmm.settings import MixSettings

    Floats = NDArray[np.float64]

Progress = Callable[[int, int, str], None]
STARTS = 8
_REACH = 12.0  # bounds of the unbounded scale: alpha from 6e-6, positive parameters from 6e-6 to 160,000
_STEP = 1e-30  # of the complex step, whose error is its square
_ITERATIONS = 500
_NOWHERE = 1e12  # minus the log density where it can't be computed
_TAILS = 5  # degrees of freedom of the distribution that is drawn from
_WIDER = 1.2  # than the normal approximation
_TRIES = 2  # proposals per draw


@dataclass(frozen=True, eq=False)
class Mode:
    """Where the posterior is highest. Made by `find_mode`.

    Parameters
    ----------
    place
        On the unbounded scale, P.
    covariance
        P × P, of the normal approximation there.
    height
        Log density of each start's end, best first, less the best.
    seconds
        That one gradient takes.
    """

    place: Floats
    covariance: Floats
    height: Floats
    seconds: float


class Posterior:
    """The log density of a model on the unbounded scale, with its gradient.

    Parameters
    ----------
    data, seen, settings, priors
        As in `build.build`.

    Raises
    ------
    DataError
        For what the quick estimate doesn't know: geos, time-varying media, calibration.
    """

    def __init__(
        self, data: MediaData, seen: Design, settings: MixSettings, priors: Mapping[str, Prior]
    ) -> None:
        beyond = {
            "geo": settings.geo,
            "time_varying": settings.time_varying,
            "calibration": settings.calibration,
        }
        for name, value in beyond.items():
            if value:
                raise DataError(
                    f"quick=True doesn't know {name}=. Fit the full model: quick=False.", column=name
                )
        self.settings, self.priors = settings, priors
        self.target = seen.target[:, 0]
        self.lagged = seen.lagged[:, 0]
        names = [name for name in priors if name in seen.linear]
        self.columns = np.concatenate(
            [np.ones((len(self.target), 1)), *(seen.linear[name][:, 0] for name in names)], axis=1
        )
        self.coefficients = ("intercept", *names)
        self.spend = data.spend.sum(axis=(0, 1)) / seen.target_scale[0]
        ends = np.cumsum([prior.size for prior in priors.values()])
        self.parts = {
            name: slice(int(end) - prior.size, int(end))
            for (name, prior), end in zip(priors.items(), ends, strict=True)
        }
        self.size = int(ends[-1])

    def values(self, z: Floats) -> dict[str, Floats]:
        """The parameters at a place, or at several (D × P): each D × its size."""
        return {name: bound(prior.support, z[..., self.parts[name]]) for name, prior in self.priors.items()}

    def __call__(self, z: Floats) -> tuple[float, Floats]:
        """Minus the log density, and its gradient."""
        with np.errstate(all="ignore"):
            height, gradient = self._climb(z)
        if not (np.isfinite(height) and np.isfinite(gradient).all()):
            return _NOWHERE, np.zeros_like(z)
        return -height, -gradient

    def _climb(self, z: Floats) -> tuple[float, Floats]:
        x = self.values(z)
        height, slope = self._likelihood(x)
        gradient = np.zeros_like(z)
        for name, prior in self.priors.items():
            part = self.parts[name]
            change, bend, step = jacobian(prior.support, z[part])
            height += prior.logp(x[name]) + change
            gradient[part] = (slope[name] + prior.slope(x[name])) * step + bend
        return height, gradient

    def _likelihood(self, x: dict[str, Floats]) -> tuple[float, dict[str, Floats]]:
        """Log likelihood, and its slope by each parameter, backwards through the equation."""
        kinds = ADSTOCKS[self.settings.adstock], SATURATIONS[self.settings.saturation]
        weight, weight_slopes = _weights(kinds[0], self.lagged.shape[-1], x)
        spent = np.einsum("tcl,cl->tc", self.lagged, weight)
        share, by_spent, by_shape = _shares(kinds[1], spent, x)
        total = share.sum(axis=0)
        beta = x["beta"] if "beta" in x else x["roi"] * self.spend / total
        weights = np.concatenate([x[name] for name in self.coefficients])
        rest = self.target - self.columns @ weights - share @ beta
        sigma = float(x["sigma"][0])
        height = -len(rest) * np.log(sigma) - 0.5 * rest @ rest / sigma**2
        pull = rest / sigma**2
        slope = {"sigma": np.array([(rest @ rest / sigma**2 - len(rest)) / sigma])}
        by_column, at = self.columns.T @ pull, 0
        for name in self.coefficients:
            slope[name] = by_column[at : at + x[name].size]
            at += x[name].size
        by_share, by_beta = pull[:, None] * beta, share.T @ pull
        if "roi" in x:
            slope["roi"] = by_beta * beta / x["roi"]
            by_share = by_share - by_beta * beta / total
        else:
            slope["beta"] = by_beta
        for name, change in by_shape.items():
            slope[name] = (by_share * change).sum(axis=0)
        by_weight = np.einsum("tc,tcl->cl", by_share * by_spent, self.lagged)
        for name, change in weight_slopes.items():
            slope[name] = (by_weight * change).sum(axis=1)
        return float(height), slope


def find_mode(
    posterior: Posterior,
    *,
    starts: int = STARTS,
    random_state: int | None = 0,
    progress: Progress | None = None,
) -> Mode:
    """Climb from several starts, and take the highest end.

    Parameters
    ----------
    posterior
        What to climb.
    starts
        The first from the middle of the priors, the others drawn from them; at each the linear terms are solved for.
    random_state
        Of the starts.
    progress
        Called with (done, total, message); what it raises stops the work.
    """
    from scipy import optimize
    from threadpoolctl import threadpool_limits

    random = np.random.default_rng(random_state)
    ends: list[tuple[float, Floats]] = []
    evaluations, busy = 0, 0.0
    # Its matrices are small: on a busy machine several threads would only wait for each other.
    with threadpool_limits(limits=1):
        for number in range(starts):
            if progress is not None:
                progress(number, starts, f"Looking for the best fit, start {number + 1} of {starts}…")
            before = time.perf_counter()
            found = optimize.minimize(
                posterior, _start(posterior, random, middle=number == 0), jac=True, method="L-BFGS-B",
                bounds=[(-_REACH, _REACH)] * posterior.size,
                options={"maxiter": _ITERATIONS, "maxcor": 30, "ftol": 1e-12, "gtol": 1e-7},
            )  # fmt: skip
            evaluations, busy = evaluations + found.nfev, busy + time.perf_counter() - before
            ends.append((float(found.fun), np.asarray(found.x)))
        ends.sort(key=lambda end: end[0])
        place = ends[0][1]
        covariance = _covariance(posterior, place)
    height = np.array([ends[0][0] - end[0] for end in ends])
    return Mode(place, covariance, height, busy / evaluations)


@dataclass(frozen=True, eq=False)
class Weighted:
    """Draws by importance: each parameter D × its size, and how many independent ones they are worth."""

    draws: dict[str, Floats]
    effective: float


def draws_around(
    posterior: Posterior,
    mode: Mode,
    draws: int,
    random_state: int | None = 0,
    progress: Progress | None = None,
) -> Weighted:
    """Draws of the posterior, proposed around its mode and taken by their weight.

    Parameters
    ----------
    posterior, mode
        The density and where it is highest.
    draws
        D.
    random_state
        Of the proposals.
    progress
        Called with (done, total, message); what it raises stops the work.

    Notes
    -----
    The normal approximation alone is too narrow where saturation and strength trade off: half the standard deviation
    of the sampler's in a case that was measured. So twice as many places are drawn from a wider t distribution and taken
    in proportion to posterior / proposal, weights truncated: Ionides, E. L. (2008). Truncated importance sampling.
    Journal of Computational and Graphical Statistics 17, 295–311.
    """
    random = np.random.default_rng(random_state)
    many = _TRIES * draws
    values, vectors = np.linalg.eigh(mode.covariance)
    spread = vectors * np.sqrt(_WIDER * np.maximum(values, 0.0))
    normal = random.standard_normal((many, posterior.size))
    tail = random.chisquare(_TAILS, many) / _TAILS
    z = np.clip(mode.place + normal @ spread.T / np.sqrt(tail)[:, None], -_REACH, _REACH)
    distance = (normal**2).sum(axis=1) / tail
    proposed = -0.5 * (_TAILS + posterior.size) * np.log1p(distance / _TAILS)
    height = np.empty(many)
    for number, place in enumerate(z):
        if progress is not None and number % 200 == 0:
            progress(number, many, "Weighing the fits around the best…")
        height[number] = -posterior(place)[0]
    weight = np.exp(height - proposed - (height - proposed).max())
    weight = np.minimum(weight, weight.mean() * np.sqrt(many))
    weight /= weight.sum()
    taken = z[random.choice(many, draws, p=weight)]
    found = posterior.values(taken)
    return Weighted(
        {name: x if posterior.priors[name].labels else x[:, 0] for name, x in found.items()},
        float(1 / (weight**2).sum()),
    )


def _start(posterior: Posterior, random: np.random.Generator, *, middle: bool) -> Floats:
    """A place to climb from: transforms from the prior, the linear terms by least squares."""
    z = np.zeros(posterior.size)
    x: dict[str, Floats] = {}
    for name, prior in posterior.priors.items():
        drawn = prior.draw(random, 200).reshape(200, -1)
        x[name] = np.median(drawn, axis=0) if middle else drawn[0]
    kinds = ADSTOCKS[posterior.settings.adstock], SATURATIONS[posterior.settings.saturation]
    weight = _weights(kinds[0], posterior.lagged.shape[-1], x)[0]
    share = _shares(kinds[1], np.einsum("tcl,cl->tc", posterior.lagged, weight), x)[0]
    design = np.concatenate([posterior.columns, share], axis=1)
    # A little ridge keeps columns that move together apart.
    gram = design.T @ design + 1e-3 * np.eye(design.shape[1])
    solved = np.linalg.solve(gram, design.T @ posterior.target)
    at = 0
    for name in posterior.coefficients:
        x[name] = solved[at : at + x[name].size]
        at += x[name].size
    beta = np.maximum(solved[at:], 0.01)
    x["beta" if "beta" in x else "roi"] = beta if "beta" in x else beta * share.sum(axis=0) / posterior.spend
    rest = posterior.target - design @ solved
    x["sigma"] = np.array([max(float(np.std(rest)), 1e-4)])
    for name, prior in posterior.priors.items():
        z[posterior.parts[name]] = free(prior.support, np.asarray(x[name], dtype=np.float64))
    return np.clip(np.nan_to_num(z, posinf=_REACH, neginf=-_REACH), -_REACH + 1, _REACH - 1)


def _covariance(posterior: Posterior, place: Floats) -> Floats:
    """The inverse of the curvature, by central differences of the exact gradient; never wider than the bounds."""
    size = len(place)
    curvature = np.empty((size, size))
    for i in range(size):
        step = np.zeros(size)
        step[i] = 1e-4
        curvature[i] = (posterior(place + step)[1] - posterior(place - step)[1]) / 2e-4
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    return np.asarray((vectors / np.maximum(values, 1e-2)) @ vectors.T)


def _weights(kind: Any, lags: int, x: Mapping[str, Floats]) -> tuple[Floats, dict[str, Floats]]:
    """Adstock weights, C × L, and their slopes by each parameter."""
    lag = np.arange(lags, dtype=np.float64)
    given = [x[name][:, None] for name in kind.parameters]
    raw = kind.raw(lag, *given)
    total = raw.sum(axis=1, keepdims=True)
    slopes = {}
    for place, name in enumerate(kind.parameters):
        change = _complex_step(lambda *p: kind.raw(lag, *p), given, place)
        slopes[name] = (change - raw / total * change.sum(axis=1, keepdims=True)) / total
    return raw / total, slopes


def _shares(kind: Any, spent: Floats, x: Mapping[str, Floats]) -> tuple[Floats, Floats, dict[str, Floats]]:
    """Saturation, T × C, and its slopes by the adstock and by each parameter; all 0 where nothing was spent."""
    given = [x[name] for name in kind.parameters]
    some = spent > 0
    inside = np.where(some, spent, 1.0)
    slopes = {
        name: np.where(some, _complex_step(lambda *p: kind.value(inside, *p), given, place), 0.0)
        for place, name in enumerate(kind.parameters)
    }
    # By the adstock itself only for spend: its weights can't change what wasn't spent.
    return kind.value(spent, *given), np.where(some, kind.slope(inside, *given), 0.0), slopes


def _complex_step(function: Callable[..., Any], given: list[Floats], place: int) -> Floats:
    """The exact derivative by one argument: Im f(x + ih) / h.

    References
    ----------
    Squire, W., Trapp, G. (1998). Using complex variables to estimate derivatives of real functions. SIAM Review 40,
    110–112.
    """
    moved = [value + (1j * _STEP if i == place else 0.0) for i, value in enumerate(given)]
    return np.asarray(np.imag(function(*moved)) / _STEP)
