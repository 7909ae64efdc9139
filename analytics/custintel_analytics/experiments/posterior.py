"""The Bayesian reading of a comparison: chance to be better, expected loss, credible interval."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.bayes import Beta, BetaPair
from custintel_analytics.experiments.compare import Question, made
from custintel_analytics.experiments.comparison import Comparison
from custintel_analytics.experiments.distributions import Bell, Distribution, Ratio, TwoBetas, bell
from custintel_analytics.experiments.estimate import Arms
from custintel_analytics.experiments.fieller import fieller
from custintel_analytics.experiments.frequentist import BLIND, STILL, Finding, Student, unbounded


def believed(arms: Arms, question: Question) -> Comparison:
    """The posterior of the effect.

    Proportions have independent beta posteriors, compared exactly. That isn't so when a normal prior of the
    effect is given, ``prior="normal"``, or ``interval="delta"`` of a relative effect: then the effect is
    taken for normal, as with means.
    """
    normal = math.isfinite(question.prior_sd) or question.prior == "normal"
    if question.prior not in (None, "normal") and (normal or arms.counts is None):
        raise DataError(
            f"prior={question.prior!r} is a prior of two shares, but here the effect is taken for normal: pass "
            "prior_mean and prior_sd, or leave them out with a beta prior.",
            column="prior",
        )
    delta = question.relative and question.interval == "delta"
    if arms.counts is None or normal or delta:
        return _normal(arms, question)
    return _betas(arms, question, arms.counts, *_beta_prior(question.prior))


def _beta_prior(prior: Any) -> tuple[float, float]:
    try:
        a, b = (1.0, 1.0) if prior is None else map(float, prior)
    except (TypeError, ValueError):
        a, b = math.nan, math.nan
    if not (a > 0 and b > 0 and math.isfinite(a + b)):
        raise DataError(
            f"prior={prior!r} is no beta prior. Write the successes and failures it is worth, such as prior=(1, 1) "
            "for a flat one, or prior='normal'.",
            column="prior",
        )
    return a, b


def _betas(arms: Arms, question: Question, counts: tuple[float, float], a: float, b: float) -> Comparison:
    control = Beta(a + counts[0], b + arms.n_control - counts[0])
    treatment = Beta(a + counts[1], b + arms.n_treatment - counts[1])
    absolute = BetaPair(control, treatment)
    pair = replace(absolute, relative=question.relative)
    below_zero = absolute.below(0.0)
    risked = absolute if question.direction == "up" else BetaPair(treatment, control)
    lower, upper = _bounds(question, pair.quantile)
    error = math.hypot(control.sd, treatment.sd)
    if question.relative:
        error = math.hypot(treatment.sd, treatment.mean / control.mean * control.sd) / control.mean
    finding = Finding(pair.effect, error, lower, upper, math.nan, math.nan)
    return made(
        arms, question, finding, distribution=TwoBetas(pair),
        probability=1 - below_zero if question.direction == "up" else below_zero, expected_loss=risked.expected_loss(),
    )  # fmt: skip


def _normal(arms: Arms, question: Question) -> Comparison:
    flat = math.isinf(question.prior_sd)
    # A normal prior of a relative effect needs a normal likelihood of it: the delta method's.
    delta = question.relative and (question.interval == "delta" or not flat)
    if arms.standard_error == 0 or (delta and arms.delta_error == 0):
        effect = arms.lift if question.relative else arms.effect
        said = STILL if arms.standard_error == 0 else BLIND
        finding = Finding(effect, 0.0, math.nan, math.nan, math.nan, math.nan, said)
        return made(arms, question, finding, distribution=None)
    absolute = Bell(arms.effect, arms.standard_error)
    if question.relative and not delta:
        return _fieller(arms, question, absolute)
    seen = Bell(arms.lift, arms.delta_error) if question.relative else absolute
    after = seen if flat else _updated(seen, question.prior_mean, question.prior_sd)
    scale = abs(arms.control) if question.relative else 1.0
    cost = replace(after, centre=after.centre * scale, scale=after.scale * scale)
    lower, upper = _bounds(question, lambda share: after.centre + after.scale * _z(share))
    finding = Finding(after.centre, after.scale, lower, upper, math.nan, math.nan)
    asked = replace(question, interval="delta") if delta else question
    return _weighed(arms, asked, finding, after, after.below(0.0), cost)


def _fieller(arms: Arms, question: Question, absolute: Bell) -> Comparison:
    """Flat priors of both means: the posterior of their ratio has Fieller's intervals."""
    two_sided = question.alternative == "two-sided"
    found = fieller(arms, Student().critical(question.level, two_sided), question.alternative)
    said = unbounded(found.lower, found.upper, found.excluded, question.alternative, False)
    finding = Finding(arms.lift, arms.delta_error, found.lower, found.upper, math.nan, math.nan, said)
    curve = Ratio(arms) if arms.delta_error > 0 else None
    return _weighed(arms, question, finding, curve, absolute.below(0.0), absolute)


def _weighed(
    arms: Arms,
    question: Question,
    finding: Finding,
    curve: Distribution | None,
    below_zero: float,
    cost: Bell,
) -> Comparison:
    up = question.direction == "up"
    better = cost.centre / cost.scale * (1 if up else -1)
    # E[max(−d, 0)] of a normal d: what is lost where the better one was thought the worse.
    loss = cost.scale * (bell(better) - better * Student().below(-better))
    return made(
        arms, question, finding, distribution=curve, expected_loss=max(loss, 0.0),
        probability=1 - below_zero if up else below_zero,
    )  # fmt: skip


def _updated(seen: Bell, mean: float, sd: float) -> Bell:
    """A normal estimate after a normal prior: precisions add up."""
    own, before = seen.scale**-2, sd**-2
    return Bell((own * seen.centre + before * mean) / (own + before), (own + before) ** -0.5)


def _bounds(question: Question, quantile: Any) -> tuple[float, float]:
    rest = 1 - question.level
    if question.alternative == "greater":
        return quantile(rest), math.inf
    if question.alternative == "less":
        return -math.inf, quantile(question.level)
    return quantile(rest / 2), quantile(1 - rest / 2)


def _z(share: float) -> float:
    return Student().critical(share, two_sided=False)
