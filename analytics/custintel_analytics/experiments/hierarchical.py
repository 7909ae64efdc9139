"""Lift by segment, shrunken: each segment's own result, drawn towards what all segments have in common."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.settings import check_level, one_of
from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.experiments.analyse import Progress, _quiet, opened
from custintel_analytics.experiments.audit import LEFT_OUT, Audit, records
from custintel_analytics.experiments.compare import compare
from custintel_analytics.experiments.comparison import Comparison
from custintel_analytics.experiments.metrics import MISSING, Metric, checked_metrics
from custintel_analytics.experiments.models import Evidence, fitted
from custintel_analytics.experiments.sample import Sample
from custintel_analytics.experiments.sums import collected

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.sampling import Diagnostics

MOST_SEGMENTS = 500


@dataclass(frozen=True)
class LiftSettings:
    """All arguments of `lift_by_segment`, with the defaults filled in."""

    metric: Metric
    segment: str
    control: Any
    treatment: Any
    relative: bool
    level: float
    missing: str
    draws: int
    tune: int
    chains: int
    random_state: int | None


@dataclass(frozen=True, eq=False)
class SegmentLift:
    """The lift of each segment. Made by `lift_by_segment`.

    Parameters
    ----------
    frame
        A row per segment, the largest first: ``segment``, ``n`` and ``n_control`` (units), ``mean`` and
        ``control_mean``; ``effect`` with ``lower`` and ``upper`` (shrunken: posterior mean and credible interval)
        and ``probability`` to be better; ``own_effect`` with ``own_lower`` and ``own_upper`` (of this segment's
        data alone); ``shrinkage``, the share of the way from the own effect to the common one (of a proportion it
        may exceed 1, since the control's rate is shrunken too).
    overall
        The same of all segments together, weighted by units: ``effect``, ``lower``, ``upper``, ``probability``.
    spread
        Standard deviation of the true lifts between segments, on the model's scale (log-odds of a proportion),
        with ``lower`` and ``upper``.
    diagnostics
        R-hat, effective draws and divergences. Where these are bad, `summary` says first not to use the result.
    samples
        (segment, variant) to its `Sample`.
    left_out
        What was not used: reason, rows, example, remedy; of segments, the units.
    notes
        What people should know.
    settings
        The question.
    idata
        The draws, as the installed ArviZ has them: see `custintel_analytics.sampling`.
    """

    frame: pd.DataFrame
    overall: Mapping[str, float]
    spread: Mapping[str, float]
    diagnostics: Diagnostics
    samples: Mapping[tuple[str, Any], Sample]
    left_out: pd.DataFrame
    notes: tuple[str, ...]
    settings: LiftSettings
    idata: Any = field(repr=False)

    def summary(self) -> str:
        """The lifts in words; first of all, whether the fit can be believed."""
        share = self.settings.metric.kind == "proportion"
        unit = "%" if self.settings.relative else "pp" if share else ""
        said = [self.diagnostics.sentence]
        said.append(
            f"All segments together: {wording.change(self.overall['effect'], unit)} "
            f"({wording.percent(self.settings.level)}: {wording.span(self.overall['lower'], self.overall['upper'], unit)})."
        )
        for row in records(self.frame):
            said.append(
                f"{row['segment']}: {wording.change(row['effect'], unit)} "
                f"({wording.span(row['lower'], row['upper'], unit)}), {wording.chance(row['probability'])} likely to be "
                f"better; on its own {wording.change(row['own_effect'], unit)}."
            )
        said += [f"Left out: {r['rows']:,}, {r['reason']} ({r['example']})." for r in records(self.left_out)]
        return "\n".join([*said, *self.notes])


def lift_by_segment(
    data: Any,
    variant: Any,
    control: Any,
    metric: Metric,
    segment: Any,
    *,
    treatment: Any = None,
    unit: Any = None,
    date: Any = None,
    outcomes: Any = None,
    outcome_unit: Any = None,
    outcome_date: Any = None,
    relative: bool = True,
    level: float = 0.95,
    missing: str = "error",
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 4,
    target_accept: float = 0.99,
    random_state: int | None = 0,
    timezone: str | None = None,
    progress: Progress | None = None,
) -> SegmentLift:
    """Estimate the lift in each segment, without falling for the luckiest one.

    The rows are added up where they live, to one sample per segment and variant; the model is fitted to these.
    Segments are alike until their data say otherwise: small ones borrow from the others, large ones keep their own
    result.

    Parameters
    ----------
    data, variant, control, unit, date, outcomes, outcome_unit, outcome_date, missing, timezone
        As in `analyse`.
    metric
        A proportion, a mean or a ratio.
    segment
        A column, or several, whose values were known before the experiment.
    treatment
        Which variant to compare, where there are more than two.
    relative
        Lifts as shares of the control's mean.
    level
        Probability of the credible intervals.
    draws, tune, chains, target_accept, random_state
        As in `custintel_analytics.sampling.sample`.
    progress
        Called with (done, total, message); may raise `Cancelled` to stop.

    Returns
    -------
    SegmentLift
        Its ``frame`` has a row per segment.

    Raises
    ------
    DataError
        As `analyse`; for fewer than two usable segments or more than 500; for a relative lift where a control's mean
        is 0.
    Cancelled
        When `progress` or an interrupt stopped the work.

    Notes
    -----
    Proportions: successes are binomial; the control's log-odds vary between segments, and so does the treatment's
    effect on them: normal with mean 0 ± 1 and a standard deviation from a half-normal of 0.5. Means and ratios: each
    segment's effect is normal with its standard error (of a relative one by the delta method) around its true
    effect; these are normal with mean 0 ± s and a standard deviation from a half-normal of s / 2, where s is the
    units' standard deviation, or 1 for relative effects.

    References
    ----------
    Rubin, D. B. (1981). Estimation in parallel randomized experiments. Journal of Educational Statistics 6, 377–401.
    Gelman, A. (2006). Prior distributions for variance parameters in hierarchical models. Bayesian Analysis 1,
    515–534. The half-normal's scale: Röver, C., et al. (2021). On weakly informative prior distributions for the
    heterogeneity parameter in Bayesian random-effects meta-analysis. Research Synthesis Methods 12, 448–474.
    """
    asked = checked_metrics(metric)
    if len(asked) > 1 or asked[0].kind == "quantile":
        raise DataError("Pass one proportion, mean or ratio; quantiles don't add up.", column="metric")
    policy, level = one_of("missing", missing, MISSING), check_level(level)
    tell = progress or _quiet
    tell(0, 1, "Looking at the rows…")
    columns = {"variant": variant, "unit": unit, "date": date, "covariates": None, "strata": segment, "cluster": None,
               "timezone": timezone}  # fmt: skip
    stored = {"outcomes": outcomes, "outcome_unit": outcome_unit, "outcome_date": outcome_date}
    trial, audit = opened(data, asked, columns, control, policy, **stored)
    chosen = _treatment(audit, treatment)
    tell(0, 1, "Adding up segments…")
    parts = collected(trial, audit, policy).strata
    pairs, left_out = _usable(parts[0, audit.variants[0]], parts[0, chosen], audit, relative)
    own = {
        name: compare(*pair, relative=relative, interval="delta" if relative and pair[0].kind != "proportion" else "fieller",
                      level=level, direction=asked[0].direction)
        for name, pair in pairs.items()
    }  # fmt: skip
    evidence = Evidence(asked[0].kind, relative, pairs, own)
    tell(0, 1, "Building the model…")
    fit = fitted(
        evidence, level, asked[0].direction, draws=draws, tune=tune, chains=chains, progress=progress,
        random_state=random_state, target_accept=target_accept,
    )  # fmt: skip
    return SegmentLift(
        frame=_frame(pairs, own, fit.effects),
        overall=fit.overall,
        spread=fit.spread,
        diagnostics=fit.diagnostics,
        samples={(s, v): parts[0, v][s] for s in pairs for v in (audit.variants[0], chosen)},
        left_out=left_out,
        notes=audit.notes,
        settings=LiftSettings(
            asked[0], trial.labels["strata"], audit.variants[0], chosen, relative, level, policy, draws, tune, chains,
            random_state,
        ),
        idata=fit.idata,
    )  # fmt: skip


def _treatment(audit: Audit, treatment: Any) -> Any:
    others = audit.variants[1:]
    if treatment is None and len(others) == 1:
        return others[0]
    named = [value for value in others if treatment is not None and str(value) == str(treatment)]
    if not named:
        raise DataError(
            f"treatment={treatment!r}: choose the variant to compare with the control, one of "
            f"{', '.join(map(repr, others))}.",
            column="treatment",
            example=treatment,
        )
    return named[0]


def _usable(
    control: Mapping[str, Sample], treatment: Mapping[str, Sample], audit: Audit, relative: bool
) -> tuple[dict[str, tuple[Sample, Sample]], pd.DataFrame]:
    """Segments with something to learn from, the largest first; and what was left out."""
    import pandas as pd

    pairs: dict[str, tuple[Sample, Sample]] = {}
    gone = []
    for name in sorted({*control, *treatment}):
        pair = control.get(name), treatment.get(name)
        units = sum(sample.n for sample in pair if sample is not None)
        if pair[0] is None or pair[1] is None or min(pair[0].n, pair[1].n) < 2:
            gone.append(
                ("segment with fewer than 2 units in an arm", units, name, "Merge it with a similar segment.")
            )
        elif pair[0].kind != "proportion" and (pair[0].variance == 0 or pair[1].variance == 0):
            gone.append(
                (
                    "segment in which no unit of an arm differs",
                    units,
                    name,
                    "Merge it with a similar segment.",
                )
            )
        elif relative and pair[0].kind != "proportion" and pair[0].mean == 0:
            gone.append(("segment whose control has a mean of 0", units, name, "Ask for relative=False."))
        else:
            pairs[name] = (pair[0], pair[1])
    if not 2 <= len(pairs) <= MOST_SEGMENTS:
        raise DataError(
            f"{len(pairs):,} usable segments (of {len(pairs) + len(gone):,}); from 2 to {MOST_SEGMENTS} can be compared. "
            "Name another column, or merge values.",
            column="segment",
            count=len(pairs),
        )
    ordered = dict(sorted(pairs.items(), key=lambda item: -(item[1][0].n + item[1][1].n)))
    rows = [*audit.left_out.itertuples(index=False, name=None), *gone]
    return ordered, pd.DataFrame(rows, columns=LEFT_OUT)


def _frame(
    pairs: Mapping[str, tuple[Sample, Sample]], own: Mapping[str, Comparison], effects: pd.DataFrame
) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            "segment": name,
            "n": treatment.n,
            "n_control": control.n,
            "mean": treatment.mean,
            "control_mean": control.mean,
            **effects.loc[name, ["effect", "lower", "upper", "probability"]].to_dict(),
            "own_effect": own[name].effect,
            "own_lower": own[name].lower,
            "own_upper": own[name].upper,
            "shrinkage": _shrinkage(own[name].effect, *effects.loc[name, ["effect", "common"]]),
        }
        for name, (control, treatment) in pairs.items()
    ]
    return pd.DataFrame(rows)


def _shrinkage(own: float, shrunken: float, common: float) -> float:
    """How far the estimate moved from its own data to what is common; NaN where both are the same."""
    return (own - shrunken) / (own - common) if own != common else math.nan
