"""An experiment while it runs: the effect look by look, with a band that holds at all of them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.settings import check_date, one_of
from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.experiments.analyse import Progress, _quiet, opened
from custintel_analytics.experiments.analysis import checked_further
from custintel_analytics.experiments.audit import records
from custintel_analytics.experiments.compare import compare
from custintel_analytics.experiments.metrics import MISSING, Metric, checked_metrics
from custintel_analytics.experiments.running import Look, looks
from custintel_analytics.experiments.sample import Sample
from custintel_analytics.experiments.sample_ratio import SampleRatio, sample_ratio
from custintel_analytics.experiments.sequential import TUNING_N
from custintel_analytics.experiments.spending import spending_bounds
from custintel_analytics.experiments.sums import collected

if TYPE_CHECKING:
    import pandas as pd

GRAINS = ("day", "week")
COLUMNS = [
    "date", "look", "variant", "n", "n_control", "mean", "control_mean", "effect", "lower", "upper", "p_value",
    "seq_lower", "seq_upper", "seq_p_value", "fraction", "z", "z_bound", "planned_end", "message",
]  # fmt: skip


@dataclass(frozen=True)
class MonitorSettings:
    """All arguments of `monitor`, with the defaults filled in.

    Parameters
    ----------
    metric, grain, level, relative, interval, spending, missing
        As in `monitor`.
    control, variants
        The control, and all variants with the control first.
    tuning_n
        The total number of units at which the band is tightest.
    planned_end, planned_n
        The plan's last day and total number of units, or None.
    first_date, last_date
        First and last day of the assignments.
    compared
        Further settings of `compare`.
    """

    metric: Metric
    grain: str
    level: float
    relative: bool
    interval: str
    spending: str | float
    missing: str
    control: Any
    variants: tuple[Any, ...]
    tuning_n: float
    planned_end: dt.date | None
    planned_n: int | None
    first_date: dt.date | None
    last_date: dt.date | None
    compared: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Monitor:
    """A running experiment. Made by `monitor`.

    Parameters
    ----------
    frame
        A row per look and variant other than the control: ``date`` (last day that counts), ``look`` (from 1),
        ``variant``, ``n``, ``n_control``, ``mean``, ``control_mean``, ``effect`` with ``lower``, ``upper`` and
        ``p_value`` (usual ones, valid at one planned look), ``seq_lower``, ``seq_upper`` and ``seq_p_value``
        (valid at every look), ``fraction`` of the plan, ``z`` and ``z_bound`` (the usual statistic, and what it
        must exceed at this look if one stops by alpha spending; NaN without a plan or after it),
        ``planned_end``, ``message``. Effects and bounds are NaN while an arm has too few units.
    samples
        (date, variant) to the `Sample` of all units so far, control included.
    sample_ratio
        Whether the variants have the sizes that they should have, at the last look.
    left_out
        Rows that were not used: reason, rows, example, remedy.
    notes
        What people should know.
    settings
        The question.

    Notes
    -----
    The band is an asymptotic confidence sequence of the units that arrived so far. Where a unit's outcomes go
    on adding up after it arrived, the effect itself changes while one looks, and the band is of the effect so
    far. A metric over a fixed time after the assignment doesn't.
    """

    frame: pd.DataFrame
    samples: Mapping[tuple[dt.date, Any], Sample]
    sample_ratio: SampleRatio
    left_out: pd.DataFrame
    notes: tuple[str, ...]
    settings: MonitorSettings

    @property
    def last(self) -> pd.DataFrame:
        """The rows of the last look."""
        rows: pd.DataFrame = self.frame[self.frame["look"] == self.frame["look"].max()]
        return rows

    def summary(self) -> str:
        """The last look in words."""
        share = self.settings.metric.kind == "proportion"
        unit = "%" if self.settings.relative else "pp" if share else ""
        said = [] if self.sample_ratio.ok else [self.sample_ratio.sentence]
        rows = records(self.last)
        for row in rows:
            where = f"Look {row['look']}, {wording.day(row['date'].date())}, {self.settings.metric.name}, {row['variant']}"
            if math.isnan(row["lower"]):
                said.append(f"{where}: {row['message']}")
                continue
            band = wording.span(row["seq_lower"], row["seq_upper"], unit)
            usual = wording.span(row["lower"], row["upper"], unit)
            said.append(
                f"{where}: {wording.change(row['effect'], unit)}, always valid {band} (p = {row['seq_p_value']:.3g}); "
                f"usual interval {usual} (p = {row['p_value']:.3g})."
            )
        end = self.settings.planned_end
        if end is not None and rows[0]["date"].date() < end:
            said.append(
                f"Look {rows[0]['look']}, planned end {wording.day(end)}. The usual p-value isn't valid yet; the band is."
            )
        return "\n".join([*said, *self.notes])


def monitor(
    data: Any,
    *,
    variant: Any,
    control: Any,
    metric: Metric,
    date: Any,
    unit: Any = None,
    grain: str = "day",
    outcomes: Any = None,
    outcome_unit: Any = None,
    outcome_date: Any = None,
    covariates: Any = None,
    level: float = 0.95,
    relative: bool = True,
    interval: str = "fieller",
    tuning_n: float | None = None,
    planned_end: Any = None,
    planned_n: int | None = None,
    spending: str | float = "obrien-fleming",
    expected: Any = None,
    missing: str = "error",
    timezone: str | None = None,
    progress: Progress | None = None,
    **compared_by: Any,
) -> Monitor:
    """Follow an experiment day by day or week by week.

    Parameters
    ----------
    data, variant, control, unit, outcomes, outcome_unit, outcome_date, covariates, level, relative, interval
        As in `analyse`.
    metric
        A proportion, a mean or a ratio.
    date
        The column with the day of each row. A unit belongs to the experiment from its first day on.
    grain
        ``"day"`` or ``"week"`` (to Sunday): when one looks.
    tuning_n
        The total number of units at which the always-valid band is tightest, chosen before the first look; by
        default `planned_n`, else 5,000.
    planned_end
        The last day planned.
    planned_n
        The total number of units planned. The plan's fraction is that of units, otherwise that of days.
    spending
        How alpha is spent over the plan: ``"obrien-fleming"``, ``"pocock"`` or a power.
    expected, missing, timezone, progress
        As in `analyse`.
    **compared_by
        alternative, as in `compare`.

    Returns
    -------
    Monitor
        Its ``frame`` has a row per look and variant.

    Raises
    ------
    DataError
        As `analyse`, and for a quantile, which doesn't add up over days.
    Cancelled
        When `progress` or an interrupt stopped the work.
    """
    (asked,) = _one_metric(metric)
    one_of("grain", grain, GRAINS)
    policy = one_of("missing", missing, MISSING)
    end = check_date("planned_end", planned_end)
    if planned_n is not None and not planned_n > 0:
        raise DataError(
            f"planned_n={planned_n!r} is no plan. Write the total number of units over all groups.",
            column="planned_n",
        )
    tell = progress or _quiet
    tell(0, 3, "Looking at the rows…")
    columns = {"variant": variant, "unit": unit, "date": date, "covariates": covariates, "strata": None,
               "cluster": None, "timezone": timezone}  # fmt: skip
    stored = {"outcomes": outcomes, "outcome_unit": outcome_unit, "outcome_date": outcome_date}
    trial, audit = opened(data, (asked,), columns, control, policy, **stored)
    tell(1, 3, "Adding up units…")
    sums = collected(trial, audit, policy)
    tell(2, 3, "Adding up days…")
    found = looks(trial, audit, policy, grain)
    settings = MonitorSettings(
        asked, grain, level, relative, interval, spending, policy, audit.variants[0], audit.variants,
        float(tuning_n or planned_n or TUNING_N), end, planned_n, audit.first, audit.last, checked_further(compared_by),
    )  # fmt: skip
    frame = _frame(found.looks, settings)
    tell(3, 3, "Done.")
    return Monitor(
        frame=frame,
        samples={(look.date, v): sample for look in found.looks for v, sample in look.samples.items()},
        sample_ratio=sample_ratio({v: sums.counts.get(v, 0) for v in audit.variants}, expected),
        left_out=found.left_out,
        notes=audit.notes,
        settings=settings,
    )


def _one_metric(metric: Any) -> tuple[Metric, ...]:
    found = checked_metrics(metric)
    if len(found) > 1:
        raise DataError(
            f"{len(found)} metrics; a monitor follows one. Call it for each.",
            column="metric",
            count=len(found),
        )
    if found[0].kind == "quantile":
        raise DataError(
            f"{found[0].name!r} is a quantile, which doesn't add up over days. Follow a proportion, such as "
            "ex.proportion(lambda t: t.latency > 200, name='slow'), or a mean.",
            column="metric",
        )
    return found


def _frame(found: list[Look], settings: MonitorSettings) -> pd.DataFrame:
    import pandas as pd

    rows = [
        _row(look, number, variant, settings)
        for number, look in enumerate(found, start=1)
        for variant in settings.variants[1:]
    ]
    frame = pd.DataFrame(rows)
    frame["date"] = pd.to_datetime(frame["date"])
    frame["planned_end"] = pd.to_datetime(pd.Series([settings.planned_end] * len(frame)))
    frame["z_bound"] = frame["look"].map(_bounds(frame, settings)).astype("float64")
    return frame[COLUMNS]


def _row(look: Look, number: int, variant: Any, settings: MonitorSettings) -> dict[str, Any]:
    control, treatment = look.samples.get(settings.control), look.samples.get(variant)
    units = sum(sample.n for sample in look.samples.values())
    row: dict[str, Any] = dict.fromkeys(COLUMNS, math.nan) | {
        "date": look.date,
        "look": number,
        "variant": variant,
        "n": treatment.n if treatment else 0,
        "n_control": control.n if control else 0,
        "fraction": _fraction(look.date, units, settings),
        "message": "",
    }
    if control is None or treatment is None or min(control.n, treatment.n) < 2:
        return row | {"message": "Too few units in an arm so far."}
    if settings.relative and control.mean == 0:
        return row | {
            "message": "The control's mean is 0 so far, so there is no change in percent of it yet."
        }
    shared: dict[str, Any] = {
        "relative": settings.relative,
        "interval": settings.interval,
        "level": settings.level,
        "direction": settings.metric.direction,
        "cuped": control.covariate is not None and treatment.covariate is not None,
        **settings.compared,
    }
    try:
        usual = compare(control, treatment, **shared)
        valid = compare(control, treatment, method="sequential", tuning_n=settings.tuning_n, **shared)
    except DataError as error:
        return row | {"message": str(error)}
    return row | {
        "mean": usual.treatment,
        "control_mean": usual.control,
        "effect": usual.effect,
        "lower": usual.lower,
        "upper": usual.upper,
        "p_value": usual.p_value,
        "z": usual.statistic,
        "seq_lower": valid.lower,
        "seq_upper": valid.upper,
        "seq_p_value": valid.p_value,
        "message": usual.message or valid.message,
    }


def _fraction(day: dt.date, units: int, settings: MonitorSettings) -> float:
    if settings.planned_n is not None:
        return units / settings.planned_n
    if (
        settings.planned_end is None
        or settings.first_date is None
        or settings.planned_end < settings.first_date
    ):
        return math.nan
    return ((day - settings.first_date).days + 1) / ((settings.planned_end - settings.first_date).days + 1)


def _bounds(frame: pd.DataFrame, settings: MonitorSettings) -> dict[int, float]:
    """The z to exceed, by look, for looks that the plan holds and that brought new units."""
    within = frame.drop_duplicates("look")
    within = within[(within["fraction"] > 0) & (within["fraction"] <= 1)].drop_duplicates("fraction")
    if within.empty:
        return {}
    sides = 2 if settings.compared.get("alternative", "two-sided") == "two-sided" else 1
    bounds = spending_bounds(within["fraction"].tolist(), 1 - settings.level, settings.spending, sides)
    return dict(zip(within["look"].tolist(), bounds["z"].tolist(), strict=True))
