"""Samples that were added up elsewhere, or pasted from a report, as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments.effects import Evidence
from custintel_analytics.experiments.metrics import Metric, checked_metrics
from custintel_analytics.experiments.sample import Sample

_FORM = (
    '{"A": Sample.proportion(200, 1000), "B": Sample.proportion(240, 1000)}, or such a mapping for each metric: '
    '{"visit": {"A": …, "B": …}, "spend": {…}}'
)


def of_samples(data: Mapping[Any, Any], control: Any, metrics: Any) -> tuple[Evidence, dict[Any, float]]:
    """The evidence in samples by variant, or by metric and variant, and the units of each variant.

    Parameters
    ----------
    data
        Variant to `Sample`, or metric to such a mapping.
    control
        The control; the first variant by default.
    metrics
        What the samples measure, in their order; by default they are called by their names.

    Raises
    ------
    DataError
        For another form, one variant, a control that isn't there, or metrics of other variants.
    """
    named = _by_metric(data)
    variants = _ordered(named, control)
    measured = checked_metrics(metrics) if metrics is not None else _measured(named)
    if len(measured) != len(named):
        raise DataError(
            f"metrics= names {len(measured)} for samples of {len(named)}. Name them in the samples' order.",
            column="metrics",
            count=len(measured),
        )
    samples: dict[tuple[str, Any], Sample] = {}
    for metric, by_variant in zip(measured, named.values(), strict=True):
        kinds = {sample.kind for sample in by_variant.values()}
        if kinds != {metric.kind}:
            raise DataError(
                f"The samples of {metric.name!r} are of kind {', '.join(sorted(kinds))}, the metric is a {metric.kind}.",
                column=metric.name,
            )
        samples |= {(metric.name, v): by_variant[v] for v in variants}
    first = next(iter(named.values()))
    return Evidence(measured, variants, samples), {v: first[v].n for v in variants}


def _by_metric(data: Mapping[Any, Any]) -> dict[str, Mapping[Any, Sample]]:
    if data and all(isinstance(value, Sample) for value in data.values()):
        return {"metric": data}
    nested = {str(name): value for name, value in data.items() if isinstance(value, Mapping) and value}
    if (
        not data
        or len(nested) != len(data)
        or not all(isinstance(sample, Sample) for value in nested.values() for sample in value.values())
    ):
        raise DataError(f"A mapping must hold samples: {_FORM}.")
    return nested


def _ordered(named: Mapping[str, Mapping[Any, Sample]], control: Any) -> tuple[Any, ...]:
    """The variants, the control first."""
    variants = list(next(iter(named.values())))
    for name, by_variant in named.items():
        if set(by_variant) != set(variants):
            raise DataError(
                f"{name!r} has the variants {', '.join(map(str, by_variant))}, another metric {', '.join(map(str, variants))}. "
                "Give each metric a sample of every variant.",
                column=name,
            )
    if len(variants) < 2:
        raise DataError(
            f"There is one variant, {variants[0]!r}, and nothing to compare it with. Add the other's sample.",
            column="variant",
            count=1,
        )
    first = variants[0] if control is None else control
    if first not in variants:
        raise DataError(
            f"control={first!r} is no variant. There are {', '.join(map(repr, variants))}.",
            column="control",
            example=first,
        )
    return (first, *(v for v in variants if v != first))


def _measured(named: Mapping[str, Mapping[Any, Sample]]) -> tuple[Metric, ...]:
    return tuple(Metric(name, next(iter(found.values())).kind, name) for name, found in named.items())
