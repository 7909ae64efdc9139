"""The answer to one comparison: the effect, how sure it is, and what choosing wrongly would cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.experiments.corrections import ALONE, Family
from custintel_analytics.experiments.distributions import Distribution

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """A treatment against a control. Made by `compare` and `stratified`.

    Parameters
    ----------
    effect
        Treatment less control in the metric's unit; relative, as a share of the control's mean.
    lower, upper
        Bounds of the effect on the same scale; infinite where there is none, NaN where nothing varies.
    p_value
        From inverting the same test as the bounds; NaN for ``"bayes"``.
    probability
        That the treatment is the better one, as `direction` says; NaN unless ``"bayes"``.
    expected_loss
        What choosing the treatment costs on average if it is the worse one, in the metric's unit:
        E[max(control − treatment, 0)], for ``direction="down"`` E[max(treatment − control, 0)]. NaN unless
        ``"bayes"``.
    kind
        The metric's kind: ``"mean"``, ``"proportion"`` or ``"ratio"``.
    relative, method, interval, level, alternative, direction
        The settings, as resolved; `interval` is ``"fieller"`` or ``"delta"`` for relative effects, else "". With
        ``"z"`` of plain proportions ``"fieller"`` stands for the score set of their ratio, which also has the
        p-value of the difference.
    standard_error
        Of the effect; of a relative one by the delta method, with a posterior its standard deviation.
    statistic
        What `p_value` belongs to: t or z; NaN for ``"bayes"``.
    df
        Degrees of freedom of the interval; infinite for the normal.
    control, treatment
        The means compared; adjusted ones with CUPED or strata.
    n_control, n_treatment
        Units.
    variance_reduction
        Share of the difference's variance that CUPED or strata took away; NaN without.
    tuning_n
        The total at which a sequential band is tightest; NaN for other methods.
    message
        What one has to know about these figures, in sentences; often empty.
    distribution
        The sampling or posterior distribution of the effect; None where nothing varies.
    family
        The questions that this one is asked among, where `p_value`, `lower` and `upper` are corrected for their
        number; one by default. `level` is that of the whole family.
    """

    effect: float
    lower: float
    upper: float
    p_value: float
    probability: float
    expected_loss: float
    kind: str
    relative: bool
    method: str
    interval: str
    level: float
    alternative: str
    direction: str
    standard_error: float
    statistic: float
    df: float
    control: float
    treatment: float
    n_control: int
    n_treatment: int
    variance_reduction: float
    tuning_n: float
    message: str
    distribution: Distribution | None = field(repr=False)
    family: Family = ALONE

    def density(self, points: int = 201) -> pd.DataFrame:
        """The curve of the effect, to draw: columns ``x`` and ``density``; empty where nothing varies.

        Of a posterior it is the posterior; of a test the distribution whose central part is the fixed-sample
        interval. A sequential band reaches further than this curve: it must hold at all looks. So does an interval
        that is corrected for several questions.
        """
        import numpy as np
        import pandas as pd

        if self.distribution is None:
            return pd.DataFrame({"x": [], "density": []}, dtype="float64")
        x = np.linspace(*self.distribution.reach(), points)
        return pd.DataFrame({"x": x, "density": [self.distribution.density(float(value)) for value in x]})

    def decision(self, smallest: float = 0.0) -> pd.DataFrame:
        """How much of the curve lies where the treatment is worse, too little better, or worthwhile.

        Parameters
        ----------
        smallest
            The smallest effect worth having, on the comparison's scale, as a size: 0.05 is five points, or
            five percent of the control's mean if the comparison is relative.

        Returns
        -------
        pandas.DataFrame
            ``region`` (``"worse"``, ``"too small"``, ``"worthwhile"``), ``lower``, ``upper`` of the region
            and ``share`` of the curve in it.
        """
        import pandas as pd

        if not (smallest >= 0 and math.isfinite(smallest)):
            raise DataError(
                f"smallest={smallest!r} is no size. Write the smallest effect worth having as a positive number; "
                "direction='down' says that less is better.",
                column="smallest",
            )
        edges = [(-math.inf, 0.0), (0.0, smallest), (smallest, math.inf)]
        if self.direction == "down":
            edges = [(-upper, -lower) for lower, upper in edges]
        return pd.DataFrame(
            [
                {"region": region, "lower": lower, "upper": upper, "share": self._share(lower, upper)}
                for region, (lower, upper) in zip(("worse", "too small", "worthwhile"), edges, strict=True)
            ]
        )

    def summary(self) -> str:
        """The comparison in words."""
        share = self.kind == "proportion"
        unit = "%" if self.relative else "pp" if share else ""
        written = wording.percent if share else wording.significant
        said = (
            f"Treatment {written(self.treatment)} (n {self.n_treatment:,}) against control {written(self.control)} "
            f"(n {self.n_control:,}): {wording.change(self.effect, unit)}"
        )
        if math.isnan(self.lower):
            return f"{said}. {self.message}"
        said += f" ({wording.percent(self.level)} interval {wording.span(self.lower, self.upper, unit)}); "
        if self.method == "bayes":
            loss = wording.change(self.expected_loss, "pp" if share else "").lstrip("+")
            said += f"{wording.chance(self.probability)} likely to be better, expected loss {loss}."
        else:
            said += f"p = {self.p_value:.3g}{self.family.words}."
        return f"{said} {self.message}" if self.message else said

    def _share(self, lower: float, upper: float) -> float:
        if self.distribution is None:
            return math.nan
        below = 0.0 if lower == -math.inf else self.distribution.below(lower)
        return (1.0 if upper == math.inf else self.distribution.below(upper)) - below
