"""The two arms of a comparison as estimates with variances: what every method works on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.sample import Sample


@dataclass(frozen=True)
class Arms:
    """Estimated means of control and treatment, with their joint uncertainty.

    Parameters
    ----------
    control, treatment
        The means; after an adjustment, the adjusted ones.
    var_control, var_treatment, covariance
        Variances and covariance of these two estimates (not of units).
    df
        Degrees of freedom of the variance of their difference, after Welch and Satterthwaite.
    n_control, n_treatment
        Units.
    counts
        Successes in control and treatment, where these are plain, unadjusted proportions.
    kind
        The metric's kind, as a `Sample` names it.
    variance_reduction
        Share of the difference's variance that an adjustment took away; NaN without one.
    """

    control: float
    treatment: float
    var_control: float
    var_treatment: float
    df: float
    n_control: int
    n_treatment: int
    covariance: float = 0.0
    counts: tuple[float, float] | None = None
    kind: str = "mean"
    variance_reduction: float = math.nan

    @property
    def effect(self) -> float:
        """Treatment less control."""
        return self.treatment - self.control

    @property
    def standard_error(self) -> float:
        """Standard error of the difference."""
        return math.sqrt(max(self.var_control + self.var_treatment - 2 * self.covariance, 0.0))

    @property
    def lift(self) -> float:
        """The difference as a share of the control's mean (of its size, where that is negative)."""
        return self.effect / abs(self.control)

    @property
    def delta_error(self) -> float:
        """Standard error of `lift` by the delta method."""
        ratio = self.treatment / self.control
        spread = self.var_treatment - 2 * ratio * self.covariance + ratio * ratio * self.var_control
        return math.sqrt(max(spread, 0.0)) / abs(self.control)


def arms_of(control: Sample, treatment: Sample) -> Arms:
    """Two samples without any adjustment."""
    check_pair(control, treatment)
    vc, vt = _variance_of_mean(control), _variance_of_mean(treatment)
    plain = control.kind == "proportion"
    return Arms(
        control.mean,
        treatment.mean,
        vc,
        vt,
        welch_df([(vc, control.n), (vt, treatment.n)]),
        control.n,
        treatment.n,
        counts=(control.total, treatment.total) if plain else None,
        kind=control.kind,
    )


def check_pair(control: Sample, treatment: Sample) -> None:
    """That two samples are of the same kind, and large enough to have a variance.

    Raises
    ------
    DataError
        For something that is no Sample, two kinds, or a single unit.
    """
    for name, sample in (("control", control), ("treatment", treatment)):
        if not isinstance(sample, Sample):
            raise DataError(
                f"{name}={sample!r} is no Sample. Make one: Sample.proportion(successes, n), "
                "Sample.moments(n, mean, var) or Sample(n, total, total_sq).",
                column=name,
            )
        if sample.n < 2 and sample.kind != "proportion":
            raise DataError(
                f"{name} has {sample.n} unit; a mean needs at least 2 to show how much units differ.",
                column=name,
                count=sample.n,
            )
    if control.kind != treatment.kind:
        raise DataError(
            f"The control is a {control.kind}, the treatment a {treatment.kind}. Compare the same metric.",
            column="kind",
        )


def welch_df(parts: list[tuple[float, int]]) -> float:
    """Degrees of freedom of a sum of independent variances of means, each with its number of units.

    References
    ----------
    Welch, B. L. (1947). The generalization of “Student's” problem when several different population
    variances are involved. Biometrika 34, 28–35.
    """
    whole = math.fsum(variance for variance, _ in parts)
    below = math.fsum(variance * variance / (n - 1) for variance, n in parts if n > 1)
    return whole * whole / below if below > 0 else math.nan


def _variance_of_mean(sample: Sample) -> float:
    return sample.variance / sample.n
