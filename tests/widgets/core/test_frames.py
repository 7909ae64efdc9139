"""Column buffers hold the same values on both ends."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.pandas import column, data_frames

from custintel_widgets.core.frames import decode, encode

GOLDEN = Path(__file__).parents[2] / "golden" / "frames.json"


def example() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cohort": ["1997-01", None, "1997-01"],
            "size": [7846, 8476, 7248],
            "retention": [0.147, np.nan, 1.0],
            "mature": [True, False, True],
            "complete_on": pd.to_datetime(["1998-06-30", None, "1997-01-01"]),
            "large": [2**40, 1, -1],
        }
    )


def test_types_on_the_wire() -> None:
    columns = encode(example())["columns"]
    assert {name: c["type"] for name, c in columns.items()} == {
        "cohort": "string",
        "size": "int",
        "retention": "float64",
        "mature": "bool",
        "complete_on": "date",
        "large": "float64",
    }
    assert columns["cohort"]["dictionary"] == ["1997-01"]
    assert [c["values"].nbytes for c in columns.values()] == [3, 6, 24, 3, 12, 24]


def test_decodes_to_the_same_values() -> None:
    back = decode(encode(example()))
    pd.testing.assert_frame_equal(back, example(), check_dtype=False)


@given(
    data_frames(
        [
            column("a", elements=st.floats(allow_infinity=False, width=64)),
            column("b", elements=st.integers(-(2**31) + 1, 2**31 - 1), dtype="int64"),
            column("c", elements=st.sampled_from(["x", "y", "ä ß"]), dtype=object),
            column("d", elements=st.booleans(), dtype=bool),
        ]
    )
)
def test_any_frame_survives(frame: pd.DataFrame) -> None:
    back = decode(encode(frame))
    assert len(back) == len(frame)
    for name in frame:
        np.testing.assert_array_equal(back[name].to_numpy(), frame[name].to_numpy())


def test_golden_vector_is_what_python_sends() -> None:
    """The same file is read by the page's decoder in its own tests."""
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    wire = encode(example())
    assert wire["length"] == golden["length"]
    for name, column_ in golden["columns"].items():
        assert wire["columns"][name]["type"] == column_["type"]
        assert bytes(wire["columns"][name]["values"]).hex() == column_["hex"]
        assert wire["columns"][name].get("dictionary") == column_.get("dictionary")
