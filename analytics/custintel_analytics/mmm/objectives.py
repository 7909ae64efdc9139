"""What a plan is to make large: the mean outcome, a low quantile, the mean of the worst, or mean over spread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.amounts import number
from custintel_analytics.mmm.transforms import chosen

if TYPE_CHECKING:
    from custintel_analytics.mmm.response_table import ResponseTable

Floats = NDArray[np.float64]
KINDS = {"mean": "mean", "quantile": "quantile", "cvar": "mean of the worst", "sharpe": "mean over spread"}


@dataclass(frozen=True)
class Objective:
    """A number per plan, from the posterior draws of its outcome.

    Parameters
    ----------
    kind
        ``"mean"``; ``"quantile"``: the outcome that is exceeded with probability 1 − level; ``"cvar"``: the mean
        of the worst share `level` of the draws; ``"sharpe"``: mean over standard deviation.
    level
        A share of the draws.

    References
    ----------
    Rockafellar, R. T., Uryasev, S. (2000). Optimization of conditional value-at-risk. Journal of Risk 2, 21–41.
    """

    kind: str
    level: float

    @property
    def risky(self) -> bool:
        """Whether more than the mean counts."""
        return self.kind != "mean"

    def of(self, draws: Floats) -> float:
        """The objective of an outcome's draws."""
        if self.kind == "quantile":
            return float(np.quantile(draws, self.level))
        if self.kind == "cvar":
            return float(np.sort(draws) @ _worst(len(draws), self.level))
        if self.kind == "sharpe":
            spread = draws.std()
            return float(draws.mean() / spread) if spread > 0 else 0.0
        return float(draws.mean())

    def value(self, table: ResponseTable, spend: Floats) -> float:
        """The objective of a plan."""
        if not self.risky:
            return float(table.curves.at(spend).sum())
        return self.of(table.read(spend)[0].sum(axis=0))

    def with_gradient(self, table: ResponseTable, spend: Floats) -> tuple[float, Floats]:
        """The objective of a plan and its derivative by each channel's spend, shape C.

        For a quantile both are those of a smooth stand-in (`_around`).
        """
        if not self.risky:
            value, slope = table.curves.both_at(spend)
            return float(value.sum()), slope
        parts, slopes = table.read(spend, slopes=True)
        assert slopes is not None
        draws = parts.sum(axis=0)
        if self.kind == "sharpe":
            mean, spread = draws.mean(), draws.std()
            if spread == 0:
                return 0.0, np.zeros(len(spend))
            by_spread = slopes @ (draws - mean) / (len(draws) * spread)
            return float(mean / spread), slopes.mean(axis=1) / spread - mean / spread**2 * by_spread
        weights = (_worst if self.kind == "cvar" else _around)(len(draws), self.level)
        counted = np.zeros_like(draws)
        counted[np.argsort(draws)] = weights
        return float(counted @ draws), slopes @ counted


def checked(kind: str, level: float, draws: int) -> Objective:
    """The objective as asked for.

    Raises
    ------
    DataError
        For an unknown kind, a level outside 0 to 1, and a risk that so few draws can't tell.
    """
    chosen("objective", kind, KINDS)
    share = number("level", level, "a share of the draws, such as .05", least=0.0, most=1.0)
    if kind != "mean" and draws < 2:
        raise DataError(
            f"objective={kind!r} needs posterior draws; this table holds a single curve per channel. Use "
            "objective='mean'.",
            column="objective",
        )
    return Objective(kind, share)


@lru_cache(maxsize=16)
def _worst(draws: int, level: float) -> Floats:
    """Weights of the sorted draws: the worst share, the last of it in part."""
    weights = np.clip(level * draws - np.arange(draws), 0.0, 1.0)
    return np.asarray(weights / weights.sum())


@lru_cache(maxsize=16)
def _around(draws: int, level: float) -> Floats:
    """Weights of the sorted draws around a quantile: it then changes smoothly with the plan.

    Harrell, F. E., Davis, C. E. (1982). A new distribution-free quantile estimator. Biometrika 69, 635–640.
    """
    from scipy.special import betainc

    below = betainc((draws + 1) * level, (draws + 1) * (1 - level), np.arange(draws + 1) / draws)
    return np.asarray(np.diff(below))
