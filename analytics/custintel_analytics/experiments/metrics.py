"""What an experiment is judged by: metrics, each a question to one or two columns."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError
from custintel_analytics.experiments.compare import DIRECTIONS

METRIC_KINDS = ("proportion", "mean", "ratio", "quantile")
MISSING = ("error", "drop", "zero")
PER = ("row", "unit")


@dataclass(frozen=True)
class Metric:
    """A metric. Made by `proportion`, `mean`, `ratio` or `quantile`.

    Parameters
    ----------
    name
        What it is called in results.
    kind
        ``"proportion"``, ``"mean"``, ``"ratio"`` or ``"quantile"``.
    value
        A column's name, or an expression (``lambda t: t.orders > 0``).
    denominator
        Of a ratio: the same.
    share
        Of a quantile: which, from 0 to 1.
    per
        Of a quantile: over the rows, or over the units' sums.
    direction
        ``"up"`` when more is better, ``"down"`` when less is.
    guardrail
        Watched so that it doesn't get worse, not to be improved.
    covariate
        A figure of each unit from before the experiment, for CUPED: a name or an expression.
    missing
        What a missing value is: an error, a unit to leave out, or zero; None as `analyse` says.
    """

    name: str
    kind: str
    value: Any
    denominator: Any = None
    share: float = math.nan
    per: str = "unit"
    direction: str = "up"
    guardrail: bool = False
    covariate: Any = None
    missing: str | None = None

    def __post_init__(self) -> None:
        one_of("direction", self.direction, DIRECTIONS)
        if self.missing is not None:
            one_of("missing", self.missing, MISSING)
        if not isinstance(self.name, str) or not self.name.strip():
            raise DataError(f"name={self.name!r} is not a name. Call the metric something.", column="name")


def proportion(
    value: Any,
    *,
    name: str | None = None,
    direction: str = "up",
    guardrail: bool = False,
    covariate: Any = None,
    missing: str | None = None,
) -> Metric:
    """The share of units that did something: with a 1 or a true in any of their rows.

    Parameters
    ----------
    value
        A column of 0 and 1 or of true and false, or an expression: ``lambda t: t.spend > 0``.
    name
        What to call it; the column's name by default.
    direction
        ``"down"`` when less is better.
    guardrail
        Watched so that it doesn't get worse: apart from the decision metrics, and not corrected for their number.
    covariate
        A figure of each unit from before the experiment. It takes away noise (CUPED).
    missing
        ``"error"``, ``"drop"`` (leave the unit out of this metric) or ``"zero"``; as `analyse` says by default.
    """
    return Metric(
        _name(name, value), "proportion", value, direction=direction, guardrail=guardrail, covariate=covariate,
        missing=missing,
    )  # fmt: skip


def mean(
    value: Any,
    *,
    name: str | None = None,
    direction: str = "up",
    guardrail: bool = False,
    covariate: Any = None,
    missing: str | None = None,
) -> Metric:
    """The mean per unit of a figure; the rows of a unit are added up. Arguments as in `proportion`."""
    return Metric(
        _name(name, value), "mean", value, direction=direction, guardrail=guardrail, covariate=covariate,
        missing=missing,
    )  # fmt: skip


def ratio(
    value: Any,
    denominator: Any,
    *,
    name: str | None = None,
    direction: str = "up",
    guardrail: bool = False,
    covariate: Any = None,
    missing: str | None = None,
) -> Metric:
    """The sum of one figure over the sum of another, such as revenue per order when customers were randomised.

    The variance is that of the units, by the delta method. Other arguments as in `proportion`.
    """
    label = name or f"{_name(None, value)} / {_name(None, denominator)}"
    return Metric(
        label, "ratio", value, denominator, direction=direction, guardrail=guardrail, covariate=covariate,
        missing=missing,
    )  # fmt: skip


def quantile(
    value: Any,
    share: float = 0.5,
    *,
    per: str = "row",
    name: str | None = None,
    direction: str = "up",
    guardrail: bool = False,
    missing: str | None = None,
) -> Metric:
    """A quantile, such as the 95th percentile of the latency.

    Parameters
    ----------
    value
        A column of numbers, or an expression.
    share
        Which quantile, between 0 and 1.
    per
        ``"row"``: of all rows, such as requests. Rows of a unit resemble each other; the interval allows for it.
        ``"unit"``: of the units' sums, such as what a customer spent.
    name
        What to call it; by default column and percentile: ``"latency p95"``.
    direction, guardrail, missing
        As in `proportion`; ``"drop"`` leaves out rows.

    Raises
    ------
    DataError
        For a share outside of 0 to 1.
    """
    number = float(share) if isinstance(share, int | float) else math.nan
    if not 0 < number < 1:
        raise DataError(
            f"share={share!r} is no quantile. Write a share between 0 and 1: 0.5 is the median, 0.95 the 95th percentile.",
            column="share",
            example=share,
        )
    label = name or f"{_name(None, value)} p{100 * number:.10g}"
    return Metric(
        label, "quantile", value, share=number, per=one_of("per", per, PER), direction=direction,
        guardrail=guardrail, missing=missing,
    )  # fmt: skip


def checked_metrics(metrics: Any) -> tuple[Metric, ...]:
    """The metrics as given, at least one and each name once.

    Raises
    ------
    DataError
        For something that is no metric, none at all, or two of the same name.
    """
    found = (metrics,) if isinstance(metrics, Metric) else metrics
    if isinstance(found, str) or not isinstance(found, Iterable):
        found = (found,)
    found = tuple(found)
    for metric in found:
        if not isinstance(metric, Metric):
            raise DataError(
                f"metrics= holds {metric!r}. Say what it is: ex.proportion({metric!r}), ex.mean({metric!r}), "
                "ex.ratio(…, …) or ex.quantile(…, .95).",
                column="metrics",
                example=metric,
            )
    names = [metric.name for metric in found]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise DataError(
            f"Two metrics are called {double!r}. Give one another name: name='…'.", column="metrics"
        )
    if not found:
        raise DataError(
            "There is no metric. Pass at least one: metrics=[ex.mean('spend')].", column="metrics"
        )
    return found


def _name(name: str | None, value: Any) -> str:
    if name is not None:
        return name
    if isinstance(value, str):
        return value
    own = getattr(value, "get_name", None)
    if own is None:
        raise DataError(
            "A metric that is an expression needs a name: ex.proportion(lambda t: t.orders > 0, name='ordered').",
            column="name",
        )
    return str(own())
