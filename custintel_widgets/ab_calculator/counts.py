"""The counts that people type: one row per variant, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from custintel_widgets.core.traits import InputError

if TYPE_CHECKING:
    from custintel_analytics.experiments import Sample

EXAMPLE = [{"variant": "A", "n": 1030, "successes": 206}, {"variant": "B", "n": 1030, "successes": 258}]
_COLUMNS = {"proportion": ("n", "successes"), "mean": ("n", "mean", "sd")}
_FORMS = (
    '{"variant": "A", "n": 1000, "successes": 200} for a share, '
    '{"variant": "A", "n": 1000, "mean": 12.5, "sd": 30} for a mean'
)


def typed(value: Any, kind: str) -> list[dict[str, Any]]:
    """Return the rows for what a person or the page gave.

    Parameters
    ----------
    value
        A list of dicts, or a mapping of variant to ``(n, successes)`` or ``(n, mean, sd)``.
    kind
        ``"proportion"`` or ``"mean"``.

    Raises
    ------
    InputError
        If a row has another form, a count is negative or no number, or a variant comes twice. Cells may be missing
        while somebody is typing: they are None.
    """
    names = _COLUMNS[kind]
    if isinstance(value, Mapping):
        value = [{"variant": v, **dict(zip(names, row, strict=False))} for v, row in value.items()]
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise InputError(f"counts is {value!r}; give a list of rows such as {_FORMS}.")
    rows = [_row(row, names) for row in value]
    variants = [row["variant"] for row in rows]
    twice = next((v for v in variants if variants.count(v) > 1), None)
    if twice is not None:
        raise InputError(f"The variant {twice!r} is in two rows. Give each a name of its own.")
    return rows


def _row(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(row, Mapping) or "variant" not in row:
        raise InputError(f"{row!r} is no row of counts. A row looks like {_FORMS}.")
    wrong = [name for name in row if name not in ("variant", *names)]
    if wrong:
        raise InputError(
            f"A row holds {wrong[0]!r}; it has variant, {', '.join(names)}. It looks like {_FORMS}."
        )
    made: dict[str, Any] = {"variant": str(row["variant"])}
    for name in names:
        value = row.get(name)
        if value is not None and not (_is_number(value) and (value >= 0 or name == "mean")):
            raise InputError(f"{name} of {made['variant']} is {value!r}; give a number from 0 on.")
        made[name] = value
    if "successes" in names and _exceeds(made["successes"], made["n"]):
        raise InputError(
            f"{made['variant']} has {made['successes']:,} successes of {made['n']:,}. A unit counts once: "
            "successes can't exceed n."
        )
    return made


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _exceeds(successes: float | None, n: float | None) -> bool:
    return successes is not None and n is not None and successes > n


def samples(rows: Sequence[Mapping[str, Any]], kind: str) -> dict[str, Sample]:
    """Return the sums of each variant whose row is complete."""
    from custintel_analytics.experiments import Sample

    made: dict[str, Sample] = {}
    for row in rows:
        values = [row[name] for name in _COLUMNS[kind]]
        if any(value is None for value in values):
            continue
        if kind == "proportion":
            made[row["variant"]] = Sample.proportion(row["successes"], row["n"])
        else:
            made[row["variant"]] = Sample.moments(row["n"], row["mean"], row["sd"] ** 2)
    return made
