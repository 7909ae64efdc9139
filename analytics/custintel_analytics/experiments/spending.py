"""Group-sequential bounds: how extreme a result must be at each look, so that alpha holds over all."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SPENDINGS = ("obrien-fleming", "pocock")
MOST_LOOKS = 1000
# Beyond 38 standard deviations the normal's tail is 0 in floating point.
_FAR = 38.0


class Walk:
    """A standardised sum over looks that hasn't crossed any bound yet.

    Its density is carried from look to look on Gauss–Legendre nodes between the bounds, where it is smooth.

    Parameters
    ----------
    sides
        2 when both tails stop the experiment, 1 when only the upper one does.

    References
    ----------
    Armitage, P., McPherson, C. K., Rowe, B. C. (1969). Repeated significance tests on accumulating data.
    Journal of the Royal Statistical Society A 132, 235–244.
    """

    def __init__(self, sides: int = 2) -> None:
        self.sides = sides
        self._time = 0.0
        self._places = np.zeros(1)
        self._masses = np.ones(1)

    def tail(self, time: float, z: float) -> float:
        """The probability to cross z for the first time at a look, on one side (the upper)."""
        from scipy.special import ndtr

        step = math.sqrt(time - self._time)
        return float(ndtr((self._places - z * math.sqrt(time)) / step) @ self._masses)

    def go_on(self, time: float, z: float) -> None:
        """Move to a look, and keep the paths that stay within z there."""
        reach = min(z, _FAR) * math.sqrt(time)
        low = -reach if self.sides == 2 else -_FAR / 4 * math.sqrt(time)
        step = math.sqrt(time - self._time)
        nodes, weights = _legendre(math.ceil((32 + 3 * (reach - low) / step) / 32) * 32)
        places = low + (reach - low) * (nodes + 1) / 2
        apart = (places[:, None] - self._places[None, :]) / step
        density = np.exp(-apart * apart / 2) @ self._masses / (step * math.sqrt(2 * math.pi))
        self._time, self._places, self._masses = time, places, density * weights * (reach - low) / 2


def spending_bounds(
    looks: int | Sequence[float],
    alpha: float = 0.05,
    spending: str | float = "obrien-fleming",
    sides: int = 2,
) -> pd.DataFrame:
    """The z-values to exceed at each look.

    Looks needn't be equally spaced, nor their number be fixed: what may be spent by a fraction of the planned
    units depends on this fraction alone.

    Parameters
    ----------
    looks
        A number of equally spaced looks, or the fractions of the planned units at each, rising to at most 1.
    alpha
        The chance of a false alarm over all looks together.
    spending
        ``"obrien-fleming"``: hardly anything early, nearly the usual bound at the end. ``"pocock"``: about the
        same bound at each look. A number r: alpha · fraction^r, 1 early to 3 late.
    sides
        2: half of alpha on each side. 1: all of it on the upper one.

    Returns
    -------
    pandas.DataFrame
        One row per look: ``look``, ``fraction``, ``alpha_spent`` so far, ``z`` to exceed, and ``p`` that a
        single test would give it.

    Raises
    ------
    DataError
        For looks that don't rise, or a spending that isn't known.

    References
    ----------
    Lan, K. K. G., DeMets, D. L. (1983). Discrete sequential boundaries for clinical trials. Biometrika 70,
    659–663; power family: Kim, K., DeMets, D. L. (1987). Biometrika 74, 149–154.
    """
    import pandas as pd
    from scipy.special import ndtr

    fractions = checked_looks(looks)
    if sides not in (1, 2):
        raise DataError(
            f"sides={sides!r}: 2 for both tails, 1 for the upper one.", column="sides", example=sides
        )
    side = checked_alpha(alpha) / sides
    spend = _spending(spending, side)
    walk, rows, spent = Walk(sides), [], 0.0
    for look, fraction in enumerate(fractions, start=1):
        allowed = spend(fraction)
        z = _bound(walk, fraction, allowed - spent)
        spent = allowed
        rows.append(
            {
                "look": look,
                "fraction": fraction,
                "alpha_spent": sides * spent,
                "z": z,
                "p": float(sides * ndtr(-z)),
            }
        )
        walk.go_on(fraction, z)
    return pd.DataFrame(rows)


def checked_looks(looks: Any) -> list[float]:
    """Fractions of the planned units, from a number of looks or as given."""
    if isinstance(looks, int | np.integer) and not isinstance(looks, bool):
        if not 1 <= looks <= MOST_LOOKS:
            raise DataError(
                f"looks={looks!r}: from 1 to {MOST_LOOKS:,} looks are possible.",
                column="looks",
                example=looks,
            )
        return [look / int(looks) for look in range(1, int(looks) + 1)]
    try:
        fractions = [float(fraction) for fraction in looks]
    except (TypeError, ValueError):
        fractions = []
    rising = all(a < b for a, b in zip([0.0, *fractions], fractions, strict=False))
    if not fractions or len(fractions) > MOST_LOOKS or not rising or fractions[-1] > 1:
        raise DataError(
            f"looks={looks!r} can't be used. Write how many looks, such as 5, or the fractions of the planned units, "
            "rising from above 0 to at most 1: [0.25, 0.5, 1].",
            column="looks",
            example=looks,
        )
    return fractions


def checked_alpha(alpha: Any) -> float:
    """A chance of a false alarm."""
    if not isinstance(alpha, int | float) or not 0 < alpha < 1:
        raise DataError(
            f"alpha={alpha!r} is no chance of a false alarm. Write a share between 0 and 1, such as 0.05.",
            column="alpha",
            example=alpha,
        )
    return float(alpha)


@lru_cache(maxsize=64)
def _legendre(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.polynomial.legendre.leggauss(count)


def _spending(spending: Any, side: float) -> Callable[[float], float]:
    from scipy.special import ndtr, ndtri

    if isinstance(spending, int | float) and not isinstance(spending, bool):
        if not (spending > 0 and math.isfinite(spending)):
            raise DataError(
                f"spending={spending!r}: the power must be positive, such as 3.",
                column="spending",
                example=spending,
            )
        return lambda fraction: side * fraction**spending
    if one_of("spending", spending, SPENDINGS) == "pocock":
        return lambda fraction: side * math.log1p((math.e - 1) * fraction)
    z = -float(ndtri(side / 2))
    return lambda fraction: float(2 * ndtr(-z / math.sqrt(fraction)))


def _bound(walk: Walk, fraction: float, allowed: float) -> float:
    """The z whose upper tail at this look is what may be spent, by halving."""
    low, high = -_FAR, _FAR
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if walk.tail(fraction, middle) > allowed else (low, middle)
    return (low + high) / 2
