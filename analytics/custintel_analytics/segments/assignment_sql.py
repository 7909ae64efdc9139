"""A segmentation as SQL: every customer of the source gets the segment that `predict` gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments.methods.placement import Centres
from custintel_analytics.segments.recipe import MISSING, Category, Number
from custintel_analytics.segments.settings import NAMES_OF_METHODS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.methods.placement import Floats
    from custintel_analytics.segments.segmentation import Segmentation

CLOSED = ("kmeans", "minibatch", "mixed", "rfm")


def to_sql(model: Segmentation, dialect: str, features: Features | None = None) -> str:
    """The query, by the source's own name and columns.

    Parameters
    ----------
    model
        Fitted or loaded.
    dialect
        ``"duckdb"``, ``"snowflake"``, ``"bigquery"``, ``"postgres"``, ``"pyspark"``, ….
    features
        Whose table to ask; those of the fit when left out.

    Returns
    -------
    str
        A query with ``customer`` and ``segment``.

    Raises
    ------
    DataError
        For a method whose assignment has no closed form, and where there is no table to ask.
    """
    from custintel_analytics.audiences.sql import staged

    source = model.features_ if features is None else features
    if source is None:
        raise DataError(
            "This model was loaded from a file, so there is no table to ask. Pass features= of the same columns.",
            column="features",
        )
    people = source.expression(unbound=True)
    steps = {"customer_features": people}
    for name, step in _steps(model):
        steps[name] = step(_named(*list(steps.items())[-1]))
    return staged(steps, dialect)


def assigned(model: Segmentation, people: ir.Table) -> ir.Table:
    """``customer`` and ``segment`` for a table with the raw features (missing as null); portable.

    Parameters
    ----------
    model
        Of one of the methods in `CLOSED`.
    people
        One row per customer, as `Features.expression` gives it.

    Raises
    ------
    DataError
        For another method.
    """
    for _, step in _steps(model):
        people = step(people)
    return people


def _named(name: str, step: ir.Table) -> ir.Table:
    import ibis

    return ibis.table(step.schema(), name=name)


def _steps(model: Segmentation) -> list[tuple[str, Callable[[ir.Table], ir.Table]]]:
    """What is done with the features, step by step: each a table made from the one before."""
    rules, placed = model.rfm_, model.placement_
    if rules is not None:
        return [("segments", lambda people: people.select("customer", segment=rules.to_expression(people)))]
    if model.method not in CLOSED or not isinstance(placed, Centres):
        raise DataError(
            f"{NAMES_OF_METHODS[model.method]} has no closed form that SQL could compute. The rules that retell it do: "
            f"model.rules().to_sql(…), and model.rules().accuracy says how well.",
            column="method",
            example=model.method,
        )
    parts, numbers = model.recipe_.parts, model.segments_.tolist()

    def prepare(people: ir.Table) -> ir.Table:
        return people.select("customer", **{part.column: _prepared(people, part) for part in parts})

    def score(prepared: ir.Table) -> ir.Table:
        scores = zip(numbers, _scores(prepared, parts, placed.centres), strict=True)
        return prepared.select("customer", **{f"score_{segment}": value for segment, value in scores})

    def choose(scored: ir.Table) -> ir.Table:
        return scored.select("customer", segment=_best(scored, numbers))

    return [("prepared_features", prepare), ("segment_scores", score), ("segments", choose)]


def _best(scored: ir.Table, numbers: list[int]) -> Any:
    """The segment of the largest score; of equal ones the first, as `predict` has it."""
    import ibis

    columns = [scored[f"score_{segment}"] for segment in numbers]
    best = ibis.greatest(*columns)
    cases = [
        (column == best, ibis.literal(segment, type="int64"))
        for column, segment in zip(columns[:-1], numbers[:-1], strict=True)
    ]
    return ibis.cases(*cases, else_=ibis.literal(numbers[-1], type="int64"))


def _prepared(people: ir.Table, part: Number | Category) -> Any:
    """A column filled, clipped and logged; a category's level. Shift, scale and weight go into the scores."""
    import ibis

    column = people[part.column]
    if isinstance(part, Category):
        return column.fill_null(MISSING)
    if part.levels is not None:
        codes = [(column == level, ibis.literal(float(code))) for code, level in enumerate(part.levels)]
        column = ibis.cases(*codes)
    elif column.type().is_boolean():
        column = column.cast("int64")
    value = column.cast("float64")
    if part.fill is not None:
        value = value.fill_null(part.fill)
    if part.low is not None and part.high is not None:
        value = ibis.least(ibis.greatest(value, part.low), part.high)
    return value.sign() * (value.abs() + 1).ln() if part.log else value


def _scores(prepared: ir.Table, parts: tuple[Number | Category, ...], centres: Floats) -> list[Any]:
    """Per segment x·c − |c|²/2, whose largest is the nearest centre, as sums over the prepared columns."""
    scores = []
    for centre in centres:
        offset = -0.5 * float(np.square(centre).sum())
        terms = []
        start = 0
        for part in parts:
            values = centre[start : start + part.width] * part.factor
            if isinstance(part, Number):
                slope = float(values[0]) / part.scale
                offset -= slope * part.centre
                terms.append(prepared[part.column] * slope)
            else:
                terms.append(_level(prepared[part.column], part, values))
            start += part.width
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        scores.append(total + offset)
    return scores


def _level(column: Any, part: Category, values: Floats) -> Any:
    """What the level adds to a score: its own value, the one of the rare levels, or nothing."""
    import ibis

    worth = dict(zip(part.outputs, values.tolist(), strict=True))
    cases = [(column == level, ibis.literal(worth[level])) for level in part.own if level in worth]
    return ibis.cases(*cases, else_=worth.get(None, 0.0))
