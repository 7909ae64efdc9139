"""From sums to effects: every metric of every variant on both scales, whatever the sums come from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.compare import Question, answered, checked
from custintel_analytics.experiments.comparison import Comparison
from custintel_analytics.experiments.corrections import ALONE, Family, corrected, families
from custintel_analytics.experiments.cuped import adjusted
from custintel_analytics.experiments.estimate import Arms, arms_of, check_pair
from custintel_analytics.experiments.metrics import Metric
from custintel_analytics.experiments.quantiles import Quantile, compared
from custintel_analytics.experiments.sample import Sample
from custintel_analytics.experiments.strata import averaged

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [
    "metric", "kind", "variant", "n", "mean", "control_mean", "effect", "lower", "upper", "p_value", "p_adjusted",
    "relative_effect", "relative_lower", "relative_upper", "probability", "expected_loss", "guardrail", "direction",
    "message", "n_control", "variance_reduction",
]  # fmt: skip
ZERO_CONTROL = (
    "The control's mean is 0, so a change in percent of it doesn't exist: read the effect in units."
)

Of = tuple[str, Any]  # a metric's name and a variant


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that is known of an experiment: enough for any comparison, without another look at the rows.

    Parameters
    ----------
    metrics
        What was measured.
    variants
        The variants, the control first.
    samples, strata, quantiles
        Sums by metric and variant; sums by stratum; ranked values. Empty where there are none.
    """

    metrics: tuple[Metric, ...]
    variants: tuple[Any, ...]
    samples: Mapping[Of, Sample]
    strata: Mapping[Of, Mapping[str, Sample]] = field(default_factory=dict)
    quantiles: Mapping[Of, Quantile] = field(default_factory=dict)

    @property
    def control(self) -> Any:
        """The control."""
        return self.variants[0]

    def is_plain(self, metric: Metric) -> bool:
        """Whether the samples say it all: no ranks, no strata, no covariate."""
        if metric.kind == "quantile" or self.strata:
            return False
        return self.samples[metric.name, self.control].covariate is None

    def arms(self, metric: Metric, variant: Any) -> Arms:
        """Control and treatment as estimates, after adjustment for strata or a covariate; not of quantiles."""
        pair = self.samples[metric.name, self.control], self.samples[metric.name, variant]
        cuped = pair[0].covariate is not None
        if self.strata:
            both = self.strata[metric.name, self.control], self.strata[metric.name, variant]
            return averaged(_pairs(*both), cuped=cuped)
        check_pair(*pair)
        return adjusted(*pair) if cuped else arms_of(*pair)


@dataclass(frozen=True)
class Choice:
    """How effects are compared, and on which scale one decides."""

    relative: bool
    settings: Mapping[str, Any]

    def question(self, relative: bool, direction: str = "up", family: Family = ALONE) -> Question:
        """The settings of one comparison."""
        return checked(relative=relative, direction=direction, family=family, **self.settings)

    @property
    def has_prior(self) -> bool:
        """Whether the effect has a prior, which belongs to one scale."""
        return math.isfinite(self.settings.get("prior_sd", math.inf))


@dataclass(frozen=True, eq=False)
class Effects:
    """Effects of all metrics and variants.

    Parameters
    ----------
    frame
        A row per metric and variant, see `Analysis.frame`.
    decisive
        On the scale that decides.
    corrected
        The same with interval and p-value corrected for the number of questions; of guardrails as they are.
    others
        The corrected ones on the other scale; not in it where that doesn't exist.
    """

    frame: pd.DataFrame
    decisive: Mapping[Of, Comparison]
    corrected: Mapping[Of, Comparison]
    others: Mapping[Of, Comparison]


def effects(evidence: Evidence, choice: Choice, correction: str | None) -> Effects:
    """Compare every variant with the control by every metric.

    Raises
    ------
    DataError
        When a metric can't be compared; the message names it and the variant.
    """
    import pandas as pd

    alone: dict[tuple[Metric, Any], _Scales] = {}
    for metric in evidence.metrics:
        for variant in evidence.variants[1:]:
            try:
                alone[metric, variant] = _both_scales(evidence, choice, metric, variant)
            except DataError as error:
                raise DataError(
                    f"Metric {metric.name!r}, {variant!r}: {error}",
                    column=error.column or metric.name, count=error.count, example=error.example,
                ) from error  # fmt: skip
    frame = pd.DataFrame([_row(metric, variant, found) for (metric, variant), found in alone.items()])
    counted = ~frame["guardrail"]
    frame["p_adjusted"] = frame["p_value"]
    frame.loc[counted, "p_adjusted"] = corrected(frame.loc[counted, "p_value"], correction)
    asked = families(frame["p_value"].where(counted), correction)
    together = {
        (metric.name, variant): found
        if family == ALONE
        else _both_scales(evidence, choice, metric, variant, family)
        for ((metric, variant), found), family in zip(alone.items(), asked, strict=True)
    }
    return Effects(
        frame[COLUMNS],
        decisive={(metric.name, variant): found.decisive for (metric, variant), found in alone.items()},
        corrected={key: found.decisive for key, found in together.items()},
        others={key: found.other for key, found in together.items() if found.other is not None},
    )


@dataclass(frozen=True)
class _Scales:
    """One effect: on the scale that decides, in units, in percent; and what else is to be said."""

    decisive: Comparison
    absolute: Comparison | None
    relative: Comparison | None
    said: str

    @property
    def other(self) -> Comparison | None:
        """On the scale that doesn't decide, where that exists."""
        return self.absolute if self.decisive.relative else self.relative


def _both_scales(
    evidence: Evidence, choice: Choice, metric: Metric, variant: Any, family: Family = ALONE
) -> _Scales:
    def answer(relative: bool) -> Comparison:
        question = choice.question(relative, metric.direction, family)
        if metric.kind == "quantile":
            ranked = evidence.quantiles
            return compared(ranked[metric.name, evidence.control], ranked[metric.name, variant], question)
        # Over clusters a mean or a share is a ratio of sums; to people it stays what it is.
        return replace(answered(evidence.arms(metric, variant), question), kind=metric.kind)

    said = []
    if metric.kind == "quantile" and evidence.strata:
        said.append("Quantiles are not averaged over strata.")
    absolute = None if choice.has_prior and choice.relative else answer(False)
    relative = None
    if _control_mean(evidence, metric) == 0 or (absolute is not None and absolute.control == 0):
        said += [ZERO_CONTROL] if choice.relative else []
        absolute = absolute or answer(False)
    elif not choice.has_prior or choice.relative:
        relative = answer(True)
    decisive = relative if choice.relative and relative is not None else absolute
    assert decisive is not None
    if choice.has_prior:
        said.append(f"The prior is one of the {'relative' if decisive.relative else 'absolute'} effect.")
    return _Scales(decisive, absolute, relative, " ".join(said))


def _control_mean(evidence: Evidence, metric: Metric) -> float:
    key = metric.name, evidence.control
    return evidence.quantiles[key].value if metric.kind == "quantile" else evidence.samples[key].mean


def _pairs(
    control: Mapping[str, Sample], treatment: Mapping[str, Sample]
) -> dict[Any, tuple[Sample, Sample]]:
    """Strata with both arms; one that has a single arm is refused, since its units would be dropped."""
    for name in sorted({*control, *treatment}):
        if name not in control or name not in treatment:
            side = "control" if name in treatment else "treatment"
            raise DataError(
                f"Stratum {name!r} has no unit in the {side}, so nothing can be compared in it. Merge it with a similar "
                "stratum.",
                column="strata",
                example=name,
            )
    return {name: (control[name], treatment[name]) for name in sorted(control)}


def _row(metric: Metric, variant: Any, found: _Scales) -> dict[str, Any]:
    nan = math.nan
    decisive, absolute, relative = found.decisive, found.absolute, found.relative
    return {
        "metric": metric.name,
        "kind": metric.kind,
        "variant": variant,
        "n": decisive.n_treatment,
        "mean": decisive.treatment,
        "control_mean": decisive.control,
        "effect": absolute.effect if absolute else decisive.treatment - decisive.control,
        "lower": absolute.lower if absolute else nan,
        "upper": absolute.upper if absolute else nan,
        "p_value": decisive.p_value,
        "relative_effect": relative.effect if relative else nan,
        "relative_lower": relative.lower if relative else nan,
        "relative_upper": relative.upper if relative else nan,
        "probability": decisive.probability,
        "expected_loss": decisive.expected_loss,
        "guardrail": metric.guardrail,
        "direction": metric.direction,
        "message": " ".join(part for part in (decisive.message, found.said) if part),
        "n_control": decisive.n_control,
        "variance_reduction": decisive.variance_reduction,
    }
