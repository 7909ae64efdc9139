"""What looking again and again does to the rate of false alarms: exactly, and by simulation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.sequential import Mixture, mixture_scale
from custintel_analytics.experiments.spending import (
    MOST_LOOKS,
    Walk,
    checked_alpha,
    checked_looks,
    spending_bounds,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Progress = Callable[[int, int, str], None]


def false_positive_rate(looks: int, alpha: float = 0.05) -> float:
    """The chance that a usual test is significant at any of several equally spaced looks, without an effect.

    Parameters
    ----------
    looks
        How many looks, each after as many more units.
    alpha
        The level used at each of them, two-sided.

    Returns
    -------
    float
        The chance of a false alarm over all looks; exact for normal data, to about 1e-10.

    Raises
    ------
    DataError
        For looks that aren't a whole number from 1 to 1,000, or an alpha outside of 0 to 1.

    References
    ----------
    Armitage, P., McPherson, C. K., Rowe, B. C. (1969). Repeated significance tests on accumulating data.
    Journal of the Royal Statistical Society A 132, 235–244, table 2.
    """
    return _rates(_whole("looks", looks, MOST_LOOKS), alpha)[-1]


def peeking(
    looks: int = 20,
    experiments: int = 1000,
    n_per_look: int = 100,
    *,
    alpha: float = 0.05,
    skew: float = 0.0,
    tuning_n: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Run experiments in which nothing differs, and count who finds something.

    Parameters
    ----------
    looks
        Looks at each experiment.
    experiments
        How many experiments.
    n_per_look
        New units in each arm from look to look.
    alpha
        The level.
    skew
        0 for normal values; otherwise the standard deviation of their logarithm: 1 looks like money spent.
    tuning_n
        The total number of units at which the always-valid band is tightest; by default at half of the looks.
    seed
        Of the random numbers: the same seed gives the same experiments.
    progress
        Called with (done, total, message) at every look; stops the work by raising.

    Returns
    -------
    pandas.DataFrame
        One row per look: ``look``, ``n`` (units in each arm so far), the share of experiments that had a
        false alarm at this look or before, by rule: ``naive`` (p below alpha), ``group_sequential``
        (O'Brien–Fleming-type bounds for these looks), ``always_valid``; and ``exact``, what theory gives
        for ``naive`` with normal values.
    """
    import pandas as pd
    from scipy.special import stdtr

    looks = _whole("looks", looks, MOST_LOOKS)
    experiments, n_per_look = (
        _whole("experiments", experiments, 1_000_000),
        _whole("n_per_look", n_per_look, 10**6),
    )
    if n_per_look < 2:
        raise DataError("n_per_look=1: a look needs at least 2 new units in each arm.", column="n_per_look")
    bounds, exact = spending_bounds(looks, alpha)["z"], _rates(looks, alpha)
    rho = mixture_scale(tuning_n or looks * n_per_look, 1 - alpha)
    generator = np.random.default_rng(seed)
    sums = np.zeros((2, 2, experiments))
    alarmed = {
        rule: np.zeros(experiments, dtype=bool) for rule in ("naive", "group_sequential", "always_valid")
    }
    rows = []
    for look in range(1, looks + 1):
        if progress is not None:
            progress(look - 1, looks, f"Look {look} of {looks} at {experiments:,} experiments")
        sums += _drawn(generator, experiments, n_per_look, skew)
        n = look * n_per_look
        statistic, df = _welch(sums, n)
        alarmed["naive"] |= 2 * stdtr(df, -np.abs(statistic)) < alpha
        alarmed["group_sequential"] |= np.abs(statistic) > bounds.iloc[look - 1]
        alarmed["always_valid"] |= np.abs(statistic) > Mixture(2 * n, rho).critical(1 - alpha)
        shares = {rule: float(hit.mean()) for rule, hit in alarmed.items()}
        rows.append({"look": look, "n": n, **shares, "exact": exact[look - 1]})
    if progress is not None:
        progress(looks, looks, "Done")
    return pd.DataFrame(rows)


def _rates(looks: int, alpha: float) -> list[float]:
    from scipy.special import ndtri

    z, walk = -float(ndtri(checked_alpha(alpha) / 2)), Walk()
    rates: list[float] = []
    for fraction in checked_looks(looks):
        rates.append((rates[-1] if rates else 0.0) + 2 * walk.tail(fraction, z))
        walk.go_on(fraction, z)
    return rates


def _drawn(generator: np.random.Generator, experiments: int, n: int, skew: float) -> NDArray[np.float64]:
    """Sums and sums of squares of n new values, by arm and experiment."""
    sums = np.empty((2, 2, experiments))
    for arm in range(2):
        for first in range(0, experiments, max(1, 1_000_000 // n)):
            part = slice(first, min(first + max(1, 1_000_000 // n), experiments))
            values = generator.standard_normal((part.stop - first, n))
            if skew:
                values = np.exp(skew * values)
            sums[0, arm, part], sums[1, arm, part] = values.sum(axis=1), (values * values).sum(axis=1)
    return sums


def _welch(sums: NDArray[np.float64], n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Welch's t and degrees of freedom of every experiment."""
    means = sums[0] / n
    parts = (sums[1] - n * means * means) / (n - 1) / n
    whole = parts.sum(axis=0)
    return (means[1] - means[0]) / np.sqrt(whole), whole * whole * (n - 1) / (parts * parts).sum(axis=0)


def _whole(name: str, value: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 1 <= value <= most:
        raise DataError(
            f"{name}={value!r}: a whole number from 1 to {most:,} is needed.", column=name, example=value
        )
    return int(value)
