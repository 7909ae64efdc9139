"""A rule tree in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from custintel_analytics.segments.growing import Node

Words = Mapping[str, str]
_ALL = 0.999


@dataclass
class Bounds:
    """What a path says about one column."""

    low: float = -math.inf
    high: float = math.inf
    level: str = ""
    not_levels: list[str] = field(default_factory=list)
    flag: bool | None = None
    missing: bool = True
    unknown: bool = False

    @property
    def possible(self) -> bool:
        """Whether anybody can be here: two rounded thresholds may leave nothing between them."""
        return self.low < self.high or (self.missing and self.unknown)


def path(nodes: Sequence[Node], leaf: int) -> dict[str, Bounds] | None:
    """What must hold for a customer to reach a leaf, by column; None where nobody can."""
    parents = {child: number for number, node in enumerate(nodes) for child in (node.left, node.right)}
    steps: list[tuple[Node, bool]] = []
    number = leaf
    while number:
        above = parents[number]
        steps.append((nodes[above], nodes[above].left == number))
        number = above
    bounds: dict[str, Bounds] = {}
    for node, left in reversed(steps):
        here = bounds.setdefault(node.column, Bounds())
        here.unknown |= node.unknown
        here.missing &= node.missing_left is left
        _narrow(here, node, left)
    if all(here.possible for here in bounds.values()):
        return bounds
    return None


def condition(nodes: Sequence[Node], leaf: int, labels: Words, units: Words) -> str:
    """How a leaf is reached: ``Recency ≤ 140 days and Frequency > 3 orders``."""
    bounds = path(nodes, leaf) or {}
    said = [_said(here, labels.get(column, column), units.get(column, "")) for column, here in bounds.items()]
    return " and ".join(said) or "everybody"


def tree(
    nodes: Sequence[Node],
    names: Mapping[int, str],
    labels: Words,
    units: Words,
    counts: Mapping[int, Mapping[int, int]],
    known: Iterable[int] | None = None,
    threshold: int = 0,
) -> str:
    """The tree as indented text, with each leaf's segment and how many of its customers are in it.

    Parameters
    ----------
    nodes, names, labels, units, counts
        Of `tree.Rules`.
    known
        The segments that may be told; None for all.
    threshold
        The fewest people whose number may be told.
    """
    lines: list[str] = []
    told = set(names) if known is None else set(known)

    def write(number: int, depth: int) -> None:
        node, indent = nodes[number], "  " * depth
        if node.is_leaf:
            inside = counts.get(number, {})
            total, own = sum(inside.values()), inside.get(node.label, 0)
            if node.label not in told:
                lines.append(f"{indent}→ a group under {threshold:,} people")
                return
            # Who is inside, and who is there by mistake: neither may be a handful of people.
            few = any(0 < count < threshold for count in (own, total - own))
            lines.append(f"{indent}→ {names[node.label]}" + ("" if few else f" ({own:,} of {total:,})"))
            return
        for left, child in ((True, node.left), (False, node.right)):
            here = Bounds(unknown=node.unknown, missing=node.missing_left is left)
            _narrow(here, node, left)
            lines.append(
                indent + _said(here, labels.get(node.column, node.column), units.get(node.column, ""))
            )
            write(child, depth + 1)

    write(0, 0)
    return "\n".join(lines)


def portion(share: float) -> str:
    """``91 %``; nearly all or none of a sample is never written as if it were: ``99.7 %``, ``> 99.9 %``."""
    if share > _ALL:
        return f"> {100 * _ALL:.1f} %"
    if share < 1 - _ALL:
        return f"< {100 * (1 - _ALL):.1f} %"
    return f"{100 * share:.0f} %" if 0.005 <= share < 0.995 else f"{100 * share:.1f} %"


def _narrow(here: Bounds, node: Node, left: bool) -> None:
    if node.test == "level":
        if left:
            here.not_levels.append(node.level)
        else:
            here.level = node.level
    elif node.test == "missing":
        here.low = here.low if left else math.inf
    elif node.test == "flag":
        here.flag = not left
        here.low, here.high = (-math.inf, 0.5) if left else (0.5, math.inf)
    elif left:
        here.high = min(here.high, node.threshold)
    else:
        here.low = max(here.low, node.threshold)


def _said(here: Bounds, label: str, unit: str) -> str:
    if here.level:
        return f"{label} is {here.level}"
    if here.not_levels:
        return f"{label} is not {' or '.join(here.not_levels)}"
    if here.low >= here.high:
        return f"{label} unknown"
    # Only where values were missing is it worth a word what becomes of them.
    unknown = " or unknown" if here.unknown and here.missing else ""
    if here.flag is not None:
        return f"{label}: {'yes' if here.flag else 'no'}{unknown}"
    # A unit that the label ends with need not be said again.
    after = f" {unit}" if unit in ("days", "orders") and not label.lower().endswith(unit) else ""
    if 1 in (here.low, here.high) and not (math.isfinite(here.low) and math.isfinite(here.high)):
        after = after.removesuffix("s")
    if math.isinf(here.low) and math.isinf(here.high):
        return f"{label} known"
    low, high = _number(here.low, unit), _number(here.high, unit)
    if math.isinf(here.low):
        return f"{label} ≤ {high}{after}{unknown}"
    if math.isinf(here.high):
        return f"{label} > {low}{after}{unknown}"
    return f"{low} < {label} ≤ {high}{after}{unknown}"


def _number(value: float, unit: str) -> str:
    if math.isinf(value):
        return ""
    if unit == "share":
        return f"{100 * value:.10g} %"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.10g}"
