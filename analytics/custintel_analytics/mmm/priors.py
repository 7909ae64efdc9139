"""Priors: what is believed of each parameter before the data speak, written as ``("beta", 1, 3)``.

A prior knows its density and its slope in NumPy, for the quick estimate, and its name in PyMC, for the sampler: both
fits ask the same question.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class _Kind:
    """A family: where it lives, its parameters' names here and in PyMC, and which of them must be positive."""

    support: str
    names: tuple[str, ...]
    pymc: str
    keywords: tuple[str, ...]
    positive: tuple[int, ...]


_KINDS = {
    "normal": _Kind("real", ("mean", "sd"), "Normal", ("mu", "sigma"), (1,)),
    "laplace": _Kind("real", ("mean", "scale"), "Laplace", ("mu", "b"), (1,)),
    "half_normal": _Kind("positive", ("sd",), "HalfNormal", ("sigma",), (0,)),
    "gamma": _Kind("positive", ("shape", "rate"), "Gamma", ("alpha", "beta"), (0, 1)),
    "log_normal": _Kind("positive", ("log_mean", "log_sd"), "LogNormal", ("mu", "sigma"), (1,)),
    "beta": _Kind("unit", ("a", "b"), "Beta", ("alpha", "beta"), (0, 1)),
}
# The kink of the Laplace density is rounded off over this part of its scale, so that slopes exist everywhere.
_ROUNDED = 0.05


@dataclass(frozen=True, eq=False)
class Prior:
    """The prior of a parameter, which may be an array.

    Parameters
    ----------
    kind
        ``"normal"``, ``"laplace"``, ``"half_normal"``, ``"gamma"``, ``"log_normal"`` or ``"beta"``.
    values
        The family's parameters, in the order of its definition: (mean, sd), (mean, scale), (sd), (shape, rate),
        (mean and sd of the logarithm), (a, b). Each of the parameter's shape.
    labels
        What the elements belong to: channels, controls…; empty for a scalar.
    """

    kind: str
    values: tuple[NDArray[np.float64], ...]
    labels: tuple[str, ...] = ()

    @property
    def support(self) -> str:
        """``"real"``, ``"positive"`` or ``"unit"`` (0 to 1)."""
        return _KINDS[self.kind].support

    @property
    def size(self) -> int:
        """Number of elements."""
        return max(len(self.labels), 1)

    def logp(self, x: NDArray[np.float64]) -> float:
        """Log density at x, up to a constant, summed over the elements."""
        p = self.values
        if self.kind == "normal":
            found = -0.5 * ((x - p[0]) / p[1]) ** 2
        elif self.kind == "laplace":
            found = -np.sqrt(((x - p[0]) / p[1]) ** 2 + _ROUNDED**2)
        elif self.kind == "half_normal":
            found = -0.5 * (x / p[0]) ** 2
        elif self.kind == "gamma":
            found = (p[0] - 1) * np.log(x) - p[1] * x
        elif self.kind == "log_normal":
            found = -np.log(x) - 0.5 * ((np.log(x) - p[0]) / p[1]) ** 2
        else:
            found = (p[0] - 1) * np.log(x) + (p[1] - 1) * np.log1p(-x)
        return float(np.sum(found))

    def slope(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Derivative of the log density, per element."""
        p = self.values
        if self.kind == "normal":
            found = -(x - p[0]) / p[1] ** 2
        elif self.kind == "laplace":
            z = (x - p[0]) / p[1]
            found = -z / np.sqrt(z**2 + _ROUNDED**2) / p[1]
        elif self.kind == "half_normal":
            found = -x / p[0] ** 2
        elif self.kind == "gamma":
            found = (p[0] - 1) / x - p[1]
        elif self.kind == "log_normal":
            found = -(1 + (np.log(x) - p[0]) / p[1] ** 2) / x
        else:
            found = (p[0] - 1) / x - (p[1] - 1) / (1 - x)
        return np.asarray(found, dtype=np.float64)

    def draw(self, random: np.random.Generator, draws: int) -> NDArray[np.float64]:
        """Draws from the prior: (draws, …)."""
        p, shape = self.values, (draws, *np.shape(self.values[0]))
        if self.kind == "normal":
            return random.normal(p[0], p[1], shape)
        if self.kind == "laplace":
            return random.laplace(p[0], p[1], shape)
        if self.kind == "half_normal":
            return np.abs(random.normal(0.0, p[0], shape))
        if self.kind == "gamma":
            return random.gamma(p[0], 1 / p[1], shape)
        if self.kind == "log_normal":
            return random.lognormal(p[0], p[1], shape)
        return random.beta(p[0], p[1], shape)

    def pymc(self, name: str, dims: str | None) -> Any:
        """The random variable, in the PyMC model whose context is open."""
        import pymc

        family = _KINDS[self.kind]
        given = dict(zip(family.keywords, self.values, strict=True))
        return getattr(pymc, family.pymc)(name, **given, dims=dims)

    def to_list(self) -> list[Any]:
        """As plain values, in the form in which people write it."""
        named = [
            dict(zip(self.labels, value.tolist(), strict=True)) if self.labels else float(value)
            for value in self.values
        ]
        return [self.kind, *named]


def prior(name: str, given: Any, labels: Sequence[str] = ()) -> Prior:
    """Read a prior as people write it.

    Parameters
    ----------
    name
        The parameter, for the errors.
    given
        ``(kind, value, …)``; each value a number, or a dict from label to number.
    labels
        What the elements belong to; empty for a scalar.

    Raises
    ------
    DataError
        For a family that isn't known, a wrong number of values, or values that can't be.
    """
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise DataError(
            f"The prior of {name!r} is {given!r}. Write a family and its values, such as ('half_normal', 2) or "
            f"('beta', 1, 3). Families: {families()}.",
            column="priors",
            example=given,
        )
    kind = one_of(f"the prior of {name!r}: family", given[0], _KINDS)
    family = _KINDS[kind]
    if len(given) - 1 != len(family.names):
        raise DataError(
            f"The prior of {name!r}, {tuple(given)!r}, has {len(given) - 1} values; {kind} takes {len(family.names)}: "
            f"{', '.join(family.names)}.",
            column="priors",
            example=given,
        )
    values = tuple(
        _spread(name, word, value, labels) for word, value in zip(family.names, given[1:], strict=True)
    )
    for place in family.positive:
        if not (values[place] > 0).all():
            raise DataError(
                f"The prior of {name!r}, {tuple(given)!r}: {family.names[place]} must be above 0.",
                column="priors",
                example=given[1 + place],
            )
    return Prior(kind, values, tuple(labels))


def families() -> str:
    """The families in a line: ``normal(mean, sd), …``."""
    return ", ".join(f"{kind}({', '.join(family.names)})" for kind, family in _KINDS.items())


def _spread(name: str, word: str, value: Any, labels: Sequence[str]) -> NDArray[np.float64]:
    """A number or a number per label, as an array of the parameter's shape."""
    if isinstance(value, Mapping):
        unknown = [key for key in value if key not in labels]
        missing = [label for label in labels if label not in value]
        if unknown or missing or not labels:
            wrong = (
                f"{unknown[0]!r} is not one of them"
                if unknown
                else f"{', '.join(map(repr, missing))} missing"
            )
            raise DataError(
                f"The prior of {name!r} gives {word} by name, for {', '.join(map(repr, labels)) or 'a single number'}: "
                f"{wrong}.",
                column="priors",
                example=dict(value),
            )
        value = [value[label] for label in labels]
    try:
        numbers = np.asarray(value, dtype=np.float64)
        found = np.broadcast_to(numbers, (len(labels),) if labels else ()).copy()
    except (TypeError, ValueError) as error:
        raise DataError(
            f"The prior of {name!r}: {word}={value!r} is no number, nor one per element "
            f"({', '.join(map(repr, labels)) or 'there is one element'}).",
            column="priors",
            example=value,
        ) from error
    if not np.isfinite(found).all():
        raise DataError(
            f"The prior of {name!r}: {word}={value!r} is not finite.", column="priors", example=value
        )
    return found


def free(support: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """A parameter on the unbounded scale: logarithm, log odds, or as it is."""
    if support == "positive":
        return np.log(x)
    return np.log(x) - np.log1p(-x) if support == "unit" else x


def bound(support: str, z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Back from the unbounded scale."""
    if support == "positive":
        return np.exp(z)
    return 1 / (1 + np.exp(-z)) if support == "unit" else z


def jacobian(support: str, z: NDArray[np.float64]) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Log of the change of scale, its slope, and the derivative of the parameter, at a point of the unbounded scale."""
    if support == "positive":
        return float(z.sum()), np.ones_like(z), np.exp(z)
    if support == "unit":
        x = 1 / (1 + np.exp(-z))
        return float(-np.logaddexp(0, z).sum() - np.logaddexp(0, -z).sum()), 1 - 2 * x, x * (1 - x)
    return 0.0, np.zeros_like(z), np.ones_like(z)


def log_normal(mean: float, sd: float) -> tuple[str, float, float]:
    """The log-normal prior that has this mean and standard deviation."""
    spread = math.log1p((sd / mean) ** 2)
    return ("log_normal", math.log(mean) - spread / 2, math.sqrt(spread))
