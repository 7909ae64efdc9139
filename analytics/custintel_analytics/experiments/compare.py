"""Two samples compared: the effect, how sure it is, and what choosing wrongly would cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.settings import check_level, one_of
from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.experiments.distributions import Bell, Distribution, Ratio
from custintel_analytics.experiments.estimate import Arms, arms_of, check_pair
from custintel_analytics.experiments.frequentist import Finding, Reference, Student, inverted
from custintel_analytics.experiments.sample import Sample

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("welch", "z", "bayes", "sequential")
INTERVALS = ("fieller", "delta")
ALTERNATIVES = ("two-sided", "greater", "less")
DIRECTIONS = ("up", "down")


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

    def density(self, points: int = 201) -> pd.DataFrame:
        """The curve of the effect, to draw: columns ``x`` and ``density``; empty where nothing varies.

        Of a posterior it is the posterior; of a test the distribution whose central part is the fixed-sample
        interval. A sequential band reaches further than this curve: it must hold at all looks.
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
            said += f"{wording.percent(self.probability)} likely to be better, expected loss {loss}."
        else:
            said += f"p = {self.p_value:.3g}."
        return f"{said} {self.message}" if self.message else said

    def _share(self, lower: float, upper: float) -> float:
        if self.distribution is None:
            return math.nan
        below = 0.0 if lower == -math.inf else self.distribution.below(lower)
        return (1.0 if upper == math.inf else self.distribution.below(upper)) - below


@dataclass(frozen=True)
class Question:
    """The checked settings of a comparison."""

    relative: bool
    method: str
    interval: str
    alternative: str
    level: float
    prior: Any
    prior_mean: float
    prior_sd: float
    tuning_n: float
    direction: str


def compare(
    control: Sample,
    treatment: Sample,
    *,
    relative: bool = False,
    method: str = "welch",
    interval: str = "fieller",
    alternative: str = "two-sided",
    level: float = 0.95,
    cuped: bool = False,
    prior: Any = None,
    prior_mean: float = 0.0,
    prior_sd: float = math.inf,
    tuning_n: float | None = None,
    direction: str = "up",
) -> Comparison:
    """Compare a treatment with a control.

    Parameters
    ----------
    control, treatment
        Samples of the same metric.
    relative
        The effect as a share of the control's mean.
    method
        ``"welch"``: Student's t with Welch's degrees of freedom. ``"z"``: the normal; of proportions the
        pooled z-test and its inversion, the score interval. ``"bayes"``: of proportions the exact posterior
        of two betas, of means a normal posterior. ``"sequential"``: an interval and p-value that hold at
        every look (asymptotic confidence sequence).
    interval
        Of a relative effect: ``"fieller"`` has the p-value of the absolute effect; ``"delta"`` takes the
        relative effect for normal, as gbstats does, and may disagree with the absolute one.
    alternative
        ``"greater"`` gives a lower bound alone, ``"less"`` an upper bound, each with its one-sided p-value.
    level
        Confidence, or posterior probability, of the interval.
    cuped
        Adjust for the samples' covariate.
    prior
        For ``method="bayes"`` with proportions: (a, b) of the beta prior of both arms, by default (1, 1);
        ``"normal"`` takes the effect for normal, as with means.
    prior_mean, prior_sd
        A normal prior of the effect, on the scale that is asked for; by default flat. With it the effect is
        taken for normal, also of proportions, and a relative one by the delta method.
    tuning_n
        For ``method="sequential"``: the total number of units at which the band is tightest. Choose it
        before the first look; by default 5,000.
    direction
        ``"down"`` when less is better: decides what `probability` and `expected_loss` mean.

    Raises
    ------
    DataError
        For settings that aren't possible, two kinds of metric, or a relative effect on a mean of 0.

    References
    ----------
    Cited with each method in this package.
    """
    question = checked(
        relative=relative, method=method, interval=interval, alternative=alternative, level=level, prior=prior,
        prior_mean=prior_mean, prior_sd=prior_sd, tuning_n=tuning_n, direction=direction,
    )  # fmt: skip
    check_pair(control, treatment)
    if cuped:
        from custintel_analytics.experiments.cuped import adjusted

        return answered(adjusted(control, treatment), question)
    return answered(arms_of(control, treatment), question)


def checked(
    *,
    relative: bool = False,
    method: str = "welch",
    interval: str = "fieller",
    alternative: str = "two-sided",
    level: float = 0.95,
    prior: Any = None,
    prior_mean: float = 0.0,
    prior_sd: float = math.inf,
    tuning_n: float | None = None,
    direction: str = "up",
) -> Question:
    """The settings of `compare`, checked."""
    if tuning_n is not None and not (math.isfinite(tuning_n) and tuning_n > 0):
        raise DataError(
            f"tuning_n={tuning_n!r} can't be used. Write the total number of units, over both groups, at which the band "
            "should be tightest.",
            column="tuning_n",
        )
    if not prior_sd > 0 or not math.isfinite(prior_mean):
        raise DataError(
            f"prior_mean={prior_mean!r}, prior_sd={prior_sd!r} is no prior. The standard deviation must be positive; "
            "leave it out for a flat prior.",
            column="prior_sd",
        )
    return Question(
        bool(relative),
        one_of("method", method, METHODS),
        one_of("interval", interval, INTERVALS),
        one_of("alternative", alternative, ALTERNATIVES),
        check_level(level),
        prior,
        float(prior_mean),
        float(prior_sd),
        float("nan") if tuning_n is None else float(tuning_n),
        one_of("direction", direction, DIRECTIONS),
    )


def answered(arms: Arms, question: Question) -> Comparison:
    """The comparison of two estimated means.

    Raises
    ------
    DataError
        For a relative effect on a control's mean of 0.
    """
    if question.relative and arms.control == 0:
        raise DataError(
            "The control's mean is 0, so a change in percent of it doesn't exist. Ask for the absolute effect: "
            "relative=False.",
            column="relative",
            example=arms.control,
        )
    if question.method == "bayes":
        from custintel_analytics.experiments.posterior import believed

        return believed(arms, question)
    return _tested(arms, question)


def _tested(arms: Arms, question: Question) -> Comparison:
    df = arms.df if question.method == "welch" else math.inf
    tuning_n = math.nan
    if question.method == "z" and arms.counts and not (question.relative and question.interval == "delta"):
        from custintel_analytics.experiments.score import Counts, score

        counts = Counts(arms.counts[0], arms.n_control, arms.counts[1], arms.n_treatment)
        finding = score(
            counts, relative=question.relative, level=question.level, alternative=question.alternative
        )
    else:
        reference: Reference = Student(df)
        if question.method == "sequential":
            from custintel_analytics.experiments import sequential

            tuning_n = question.tuning_n if question.tuning_n > 0 else sequential.TUNING_N
            rho = sequential.mixture_scale(tuning_n, question.level, question.alternative == "two-sided")
            reference = sequential.Mixture(arms.n_control + arms.n_treatment, rho)
        finding = inverted(
            arms,
            reference,
            relative=question.relative,
            interval=question.interval,
            level=question.level,
            alternative=question.alternative,
        )
    return made(arms, question, finding, df=df, tuning_n=tuning_n, distribution=_curve(arms, question, df))


def _curve(arms: Arms, question: Question, df: float) -> Distribution | None:
    if arms.standard_error == 0:
        return None
    if not question.relative:
        return Bell(arms.effect, arms.standard_error, df)
    if arms.delta_error == 0:
        return None
    return Ratio(arms, df) if question.interval == "fieller" else Bell(arms.lift, arms.delta_error, df)


def made(
    arms: Arms,
    question: Question,
    finding: Finding,
    *,
    distribution: Distribution | None,
    df: float = math.inf,
    tuning_n: float = math.nan,
    probability: float = math.nan,
    expected_loss: float = math.nan,
) -> Comparison:
    """A comparison of its parts."""
    return Comparison(
        effect=finding.effect,
        lower=finding.lower,
        upper=finding.upper,
        p_value=finding.p_value,
        probability=probability,
        expected_loss=expected_loss,
        kind=arms.kind,
        relative=question.relative,
        method=question.method,
        interval=question.interval if question.relative else "",
        level=question.level,
        alternative=question.alternative,
        direction=question.direction,
        standard_error=finding.standard_error,
        statistic=finding.statistic,
        df=df,
        control=arms.control,
        treatment=arms.treatment,
        n_control=arms.n_control,
        n_treatment=arms.n_treatment,
        variance_reduction=arms.variance_reduction,
        tuning_n=tuning_n,
        message=finding.message,
        distribution=distribution,
    )
