"""Two samples compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from custintel_analytics.cohorts.settings import check_level, one_of
from custintel_analytics.errors import DataError
from custintel_analytics.experiments.comparison import Comparison
from custintel_analytics.experiments.corrections import ALONE, Family
from custintel_analytics.experiments.distributions import Bell, Distribution, Ratio
from custintel_analytics.experiments.estimate import Arms, arms_of, check_pair
from custintel_analytics.experiments.frequentist import Finding, Reference, Student, inverted
from custintel_analytics.experiments.sample import Sample

METHODS = ("welch", "z", "bayes", "sequential")
INTERVALS = ("fieller", "delta")
ALTERNATIVES = ("two-sided", "greater", "less")
DIRECTIONS = ("up", "down")


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
    family: Family = ALONE

    @property
    def own_level(self) -> float:
        """Confidence of this interval alone, so that together with its family it has `level`."""
        return self.family.level(self.level)


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
    family: Family = ALONE,
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
        family,
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
            counts, relative=question.relative, level=question.own_level, alternative=question.alternative
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
            level=question.own_level,
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
        p_value=question.family.p_value(finding.p_value),
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
        family=question.family,
    )
