"""What can be selected in the heatmap: cells, rows, columns and diagonals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from custintel_widgets.core.selection import normalised
from custintel_widgets.core.traits import InputError

if TYPE_CHECKING:
    import pandas as pd

_KEYS = {"cell": ("cohort", "age"), "row": ("cohort",), "column": ("age",), "diagonal": ("period",)}
_EXAMPLES = (
    '("1997-01", 3) or {"kind": "cell", "cohort": "1997-01", "age": 3}; {"kind": "row", "cohort": "1997-01"}; '
    '{"kind": "column", "age": 3}; {"kind": "diagonal", "period": "1998-03"}'
)


def normalise(items: Any) -> list[dict[str, Any]]:
    """Return the typed list for what a person or the page gave.

    Parameters
    ----------
    items
        A list of items, or one of them: a dict as in ``CohortHeatmap.selection``, or ``(cohort, age)``.

    Raises
    ------
    InputError
        If an item is none of the four kinds; the message shows one of each.
    """
    return normalised(items, _is_one, _item, _EXAMPLES)


def _is_one(items: Any) -> bool:
    return isinstance(items, dict) or (
        isinstance(items, tuple) and len(items) == 2 and isinstance(items[0], str)
    )


def _item(item: Any) -> dict[str, Any]:
    if isinstance(item, tuple | list) and len(item) == 2:
        item = {"kind": "cell", "cohort": item[0], "age": item[1]}
    kind = item.get("kind") if isinstance(item, dict) else None
    keys = _KEYS.get(str(kind))
    if keys is None or any(key not in item for key in keys):
        raise InputError(f"{item!r} can't be selected. Items look like {_EXAMPLES}.")
    typed: dict[str, Any] = {"kind": kind}
    for key in keys:
        typed[key] = _age(item[key]) if key == "age" else str(item[key])
    return typed


def _age(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or int(value) != value or value < 0:
        raise InputError(f"age is {value!r}; give a whole number of periods, 0 for the first.")
    return int(value)


def present(items: Sequence[dict[str, Any]], cells: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the items that exist in the matrix on show."""
    cohorts, ages, diagonals = set(cells["cohort"]), set(cells["age"]), set(cells["diagonal"]) - {""}
    pairs = set(zip(cells["cohort"], cells["age"], strict=True))
    there = {
        "cell": lambda item: (item["cohort"], item["age"]) in pairs,
        "row": lambda item: item["cohort"] in cohorts,
        "column": lambda item: item["age"] in ages,
        "diagonal": lambda item: item["period"] in diagonals,
    }
    return [item for item in items if there[item["kind"]](item)]
