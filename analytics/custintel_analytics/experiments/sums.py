"""Sufficient statistics of all metrics and variants from one query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.audit import Audit, records
from custintel_analytics.experiments.sample import Sample
from custintel_analytics.experiments.sufficient import sample_of, sums_of_all
from custintel_analytics.experiments.trial import Trial
from custintel_analytics.experiments.units import lines, unit_lines
from custintel_analytics.experiments.wording import plural

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Sums:
    """Sufficient statistics.

    Parameters
    ----------
    counts
        Randomised units, by variant; those without any are not in it.
    samples
        (metric's number, variant) to its Sample; quantiles have none.
    strata
        (metric's number, variant) to Samples by stratum; empty without strata.
    """

    counts: Mapping[Any, int]
    samples: Mapping[tuple[int, Any], Sample]
    strata: Mapping[tuple[int, Any], Mapping[str, Sample]]


def collected(trial: Trial, audit: Audit, policy: str) -> Sums:
    """Run the query over all units, and make the samples.

    Raises
    ------
    DataError
        When a unit is in several variants, clusters or strata, or has several values of a covariate; when a
        variant has no unit left for a metric.
    """
    if audit.sums is not None and not audit.missing:
        found = audit.sums
    else:
        table = lines(trial, audit, policy)
        by = ["arm", *(["stratum"] if "stratum" in table.columns else [])]
        apart = {name: table[name].sum() for name in table.columns if name.startswith("apart_")}
        added = table.group_by(by).aggregate(**apart, **sums_of_all(trial.metrics, table))
        found = trial.source.run(added.order_by(by))
        _check_apart(trial, audit, policy, found)
    whole = found.groupby("arm", sort=True).sum(numeric_only=True)
    arms = {audit.variants[int(row["arm"])]: row for row in records(whole.reset_index())}
    counts = {variant: int(row["units"]) for variant, row in arms.items()}
    samples: dict[tuple[int, Any], Sample] = {}
    strata: dict[tuple[int, Any], dict[str, Sample]] = {}
    for number, metric in enumerate(trial.metrics):
        if metric.kind == "quantile":
            continue
        for variant, row in arms.items():
            samples[number, variant] = _sample(trial, number, row, variant)
            if trial.has("stratum"):
                strata[number, variant] = {
                    str(part["stratum"]): _sample(trial, number, part, part["stratum"])
                    for part in records(found[found["arm"] == row["arm"]])
                    if part[f"n{number}"] > 0
                }
    return Sums(counts, samples, strata)


def _sample(trial: Trial, number: int, row: Any, where: Any) -> Sample:
    metric = trial.metrics[number]
    try:
        return sample_of(row, number, metric.kind)
    except DataError as error:
        raise DataError(
            f"Metric {metric.name!r}, {where!r}: {error}",
            column=metric.name,
            count=error.count,
            example=where,
        ) from error


# What must be one value per unit, and why.
_APART = {
    "arm": "in more than one variant{example}. Each {what} must have been assigned once. Is it what was randomised? If "
    "assignment went wrong for a few, find the cause first, then leave all rows of these {what}s out.",
    "cluster": "in several clusters{example}. A cluster is randomised as a whole, so each unit belongs to one. Check the "
    "join that made the table.",
    "stratum": "in several strata{example}. A stratum is known before the experiment and doesn't change: take its value "
    "from then.",
    "x": "there with several values of the covariate of {metric!r}{example}. A covariate is one figure per unit from "
    "before the experiment: aggregate it to the unit first.",
}


def _check_apart(trial: Trial, audit: Audit, policy: str, found: pd.DataFrame) -> None:
    for name in [str(column) for column in found.columns if str(column).startswith("apart_")]:
        count = int(found[name].sum())
        if not count:
            continue
        role = name.removeprefix("apart_")
        metric = trial.metrics[int(role[1:])].name if role.startswith("x") else None
        what = trial.randomised if role in ("arm", "stratum") else "unit"
        unit, example = _example(trial, audit, policy, name)
        said = _APART["x" if metric else role].format(what=what, metric=metric, example=example)
        raise DataError(
            f"{plural(count, what)} {'is' if count == 1 else 'are'} {said}",
            column=metric or (what if role == "arm" else role),
            count=count,
            example=unit,
        )


def _example(trial: Trial, audit: Audit, policy: str, name: str) -> tuple[Any, str]:
    """A unit, or cluster, that has several values; and how to say it."""
    role = "cluster" if name == "apart_arm" and trial.has("cluster") else "unit"
    table = lines(trial, audit, policy) if role == "cluster" else unit_lines(trial, audit, policy)
    if name not in table.columns or role not in table.columns:
        return None, ""
    key = trial.source.run(table.filter(table[name] > 0).select(role).order_by(role).limit(1))[role].iloc[0]
    plain = key.item() if hasattr(key, "item") else key
    return plain, f", for example {trial.labels[role]} {plain!r}"
