"""A rule tree as portable Ibis columns, which select exactly whom the tree does."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from custintel_analytics.segments import wording
from custintel_analytics.segments.growing import Node
from custintel_analytics.segments.wording import Bounds

if TYPE_CHECKING:
    import ibis.expr.types as ir


def case(nodes: Sequence[Node], table: ir.Table, number: int = 0) -> Any:
    """The segment of each row, as nested conditions.

    Null makes no condition true. So each question is put such that a missing value falls to the side that the
    tree sends it to.
    """
    import ibis

    node = nodes[number]
    if node.is_leaf:
        return ibis.literal(node.label, type="int64")
    left, right = case(nodes, table, node.left), case(nodes, table, node.right)
    column = table[node.column]
    if node.test == "level":
        return _is_level(column, node.level).ifelse(right, left)
    if node.test == "missing":
        return column.isnull().ifelse(right, left)
    if node.missing_left:
        return _above(column, node.threshold).ifelse(right, left)
    return _up_to(column, node.threshold).ifelse(left, right)


def any_of(nodes: Sequence[Node], leaves: Iterable[int], table: ir.Table) -> Any:
    """Whether each row reaches one of several leaves, for a WHERE: true, or else false or null."""
    import ibis

    met = [_met(nodes, leaf, table) for leaf in leaves]
    return functools.reduce(operator.or_, met) if met else ibis.literal(False)


def _met(nodes: Sequence[Node], leaf: int, table: ir.Table) -> Any:
    import ibis

    parts: list[Any] = []
    for name, bounds in (wording.path(nodes, leaf) or {}).items():
        parts.append(_within(table[name], bounds))
    return functools.reduce(operator.and_, parts) if parts else ibis.literal(True)


def _within(column: Any, bounds: Bounds) -> Any:
    if bounds.level:
        return _is_level(column, bounds.level)
    if bounds.low >= bounds.high:
        return column.isnull()
    tests = [~_is_level(column, level) for level in bounds.not_levels]
    tests += [_above(column, bounds.low)] if math.isfinite(bounds.low) else []
    tests += [_up_to(column, bounds.high)] if math.isfinite(bounds.high) else []
    test = functools.reduce(operator.and_, tests) if tests else column.notnull()
    return test | column.isnull() if bounds.missing else test


def _is_level(column: Any, level: str) -> Any:
    return column.cast("string") == level


def _above(column: Any, threshold: float) -> Any:
    # Not every engine takes a flag for a number.
    return column if column.type().is_boolean() else column.cast("float64") > threshold


def _up_to(column: Any, threshold: float) -> Any:
    return ~column if column.type().is_boolean() else column.cast("float64") <= threshold
