"""What can be selected, in the forms people write it."""

from __future__ import annotations

import pytest
import traitlets

from custintel_widgets.segment_explorer.selection import normalise, present, segments_of

TRIANGLE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    "given, typed",
    [
        (2, [{"kind": "segment", "segment": 2}]),
        ([0, 0], [{"kind": "segment", "segment": 0}]),
        ([{"kind": "segment", "segment": -1}], [{"kind": "segment", "segment": -1}]),
        ({"kind": "flow", "from": 0, "to": 1.0}, [{"kind": "flow", "from": 0, "to": 1}]),
        (
            {"kind": "lasso", "polygon": [(0, 0), (1, 0), (1, 1)]},
            [{"kind": "lasso", "polygon": TRIANGLE}],
        ),
    ],
)
def test_items_are_typed(given: object, typed: list[dict[str, object]]) -> None:
    assert normalise(given) == typed


@pytest.mark.parametrize(
    "given, words",
    [
        ("0", "A selection is a list"),
        ([{"kind": "cohort"}], "can't be selected"),
        ([True], "can't be selected"),
        ([{"kind": "segment", "segment": 0.5}], "whole number"),
        ([{"kind": "lasso", "polygon": TRIANGLE[:2]}], "2 corners; it needs 3"),
        ([{"kind": "lasso", "polygon": [[0, 0], [1, float("nan")], [1, 1]]}], "finite"),
        ([{"kind": "lasso", "polygon": [0, 1, 2]}], r"points \[x, y\]"),
    ],
)
def test_what_is_none_of_them_teaches(given: object, words: str) -> None:
    with pytest.raises(traitlets.TraitError, match=words):
        normalise(given)


def test_segments_survive_where_they_exist_and_areas_do_not() -> None:
    items = normalise([0, 7, {"kind": "lasso", "polygon": TRIANGLE}, {"kind": "flow", "from": 0, "to": 1}])
    assert present(items, {0, 1}) == [{"kind": "segment", "segment": 0}]
    assert segments_of(items) == {0, 1, 7}
