"""Selections: what people may write, what is refused, what survives a new matrix."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import traitlets

from custintel_widgets.cohort_heatmap import selection

CELL = {"kind": "cell", "cohort": "1997-01", "age": 3}


@pytest.mark.parametrize(
    "given",
    [[CELL], CELL, ("1997-01", 3), [("1997-01", 3), CELL], [["1997-01", 3.0]], [{**CELL, "extra": 1}]],
)
def test_short_forms_become_the_typed_one(given: Any) -> None:
    assert selection.normalise(given) == [CELL]


def test_order_is_kept() -> None:
    items = [
        {"kind": "row", "cohort": "b"},
        {"kind": "column", "age": 0},
        {"kind": "diagonal", "period": "1998-03"},
    ]
    assert selection.normalise(items) == items


@pytest.mark.parametrize(
    "given",
    [
        "1997-01",
        3,
        [3],
        [{"kind": "cell", "cohort": "1997-01"}],
        [{"kind": "ring"}],
        [("1997-01", -1)],
        [("1997-01", 1.5)],
        [("1997-01", True)],
    ],
)
def test_what_can_not_be_selected_is_taught(given: Any) -> None:
    with pytest.raises(traitlets.TraitError, match=r"1997-01.*diagonal|whole number of periods"):
        selection.normalise(given)


def test_only_what_is_on_show_survives() -> None:
    cells = pd.DataFrame({"cohort": ["a", "a", "b"], "age": [0, 1, 0], "diagonal": ["p", "q", ""]})
    items = selection.normalise(
        [("a", 1), ("b", 1)]
        + [{"kind": "row", "cohort": c} for c in "abc"]
        + [{"kind": "column", "age": a} for a in (1, 2)]
        + [{"kind": "diagonal", "period": p} for p in ("p", "x", "")]
    )
    kept = selection.present(items, cells)
    assert [tuple(i.values())[1:] for i in kept] == [("a", 1), ("a",), ("b",), (1,), ("p",)]
