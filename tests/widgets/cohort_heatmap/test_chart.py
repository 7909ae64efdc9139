"""The picture outside the page is coloured as the page colours it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from custintel_widgets.cohort_heatmap.picture import colour_range

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "colour_range.json").read_text(encoding="utf-8"))
CELLS = pd.DataFrame(GOLDEN["cells"])
SETTINGS = ("measure", "normalise", "include_truncated", "naive")


@pytest.mark.parametrize("case", GOLDEN["cases"])
def test_both_ends_are_those_of_the_golden_vector(case: dict[str, Any]) -> None:
    settings: Any = SimpleNamespace(**{name: case[name] for name in SETTINGS})
    found = colour_range(CELLS, settings)
    assert found["colour_min"] == pytest.approx(case["low"])
    assert found["colour_max"] == pytest.approx(case["high"])


def test_the_golden_vector_by_hand() -> None:
    """Finished cells of cohorts that aren't truncated, after age 0: .4, .3, .2 and .5, .35 and .45."""
    plain = next(
        c for c in GOLDEN["cases"] if [c[n] for n in SETTINGS] == ["retention", "none", False, False]
    )
    assert (plain["low"], plain["high"]) == (0.2, 0.5)
    row = next(c for c in GOLDEN["cases"] if [c[n] for n in SETTINGS] == ["retention", "row", False, False])
    assert (row["low"], row["high"]) == (0.5, 1.0)
