"""Groups too small to be shown."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics.errors import DataError
from custintel_analytics.segments.groups import suppress, suppressed_sentence


def groups(*people):
    return pd.DataFrame({"group": list("abcdefgh")[: len(people)], "customers": people})


def shown(frame):
    return frame["group"].tolist()


def test_small_groups_are_hidden():
    kept, hidden = suppress(groups(50, 9, 10, 3))
    assert (shown(kept), hidden) == (["a", "c"], 2)


def test_one_hidden_group_takes_the_next_smallest_with_it():
    # 100 in all: with 3 alone hidden, 100 − 50 − 30 − 17 would tell it.
    kept, hidden = suppress(groups(50, 3, 30, 17))
    assert (shown(kept), hidden) == (["a", "c"], 2)
    kept, hidden = suppress(groups(50, 3, 30, 17), totals=False)
    assert (shown(kept), hidden) == (["a", "c", "d"], 1)


def test_totals_of_parts():
    frame = groups(50, 3, 30, 4, 5, 40).assign(country=["x", "x", "x", "y", "y", "y"])
    kept, hidden = suppress(frame, totals="country")
    assert (shown(kept), hidden) == (["a", "f"], 4)
    kept, hidden = suppress(frame)
    assert (shown(kept), hidden) == (["a", "c", "f"], 3)


def test_groups_of_nobody_stay():
    kept, hidden = suppress(groups(0, 40, 20, 5))
    assert (shown(kept), hidden) == (["a", "b"], 2)


def test_nothing_to_hide():
    frame = groups(10, 11)
    kept, hidden = suppress(frame)
    pd.testing.assert_frame_equal(kept, frame)
    assert hidden == 0
    assert suppress(groups(1, 2), threshold=0)[1] == 0
    assert suppress(groups(3))[1] == 1
    assert suppress(groups())[1] == 0


def test_another_column():
    kept, hidden = suppress(
        groups(5, 50, 60).rename(columns={"customers": "size"}), counts="size", totals=False
    )
    assert (shown(kept), hidden) == (["b", "c"], 1)


def test_refused():
    with pytest.raises(DataError, match="Did you mean 'customers'"):
        suppress(groups(1), counts="customer")
    for threshold in (-1, 2.5, True, "10"):
        with pytest.raises(DataError, match="not a number of people"):
            suppress(groups(1), threshold=threshold)


def test_sentence():
    assert suppressed_sentence(0, 10) == ""
    assert suppressed_sentence(1, 10) == "1 group under 10 people hidden."
    assert suppressed_sentence(2, 10) == "2 groups under 10 people hidden."


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=25, max_size=25), st.integers(1, 5), st.integers(1, 5))
def test_no_total_of_a_matrix_tells_a_hidden_cell(people, down, across):
    cells = [(row, column) for row in range(down) for column in range(across)]
    frame = pd.DataFrame(cells, columns=["from_segment", "to_segment"])
    frame["customers"] = people[: len(frame)]
    kept, count = suppress(frame, threshold=10, totals=["from_segment", "to_segment"])
    assert len(kept) + count == len(frame)
    assert not kept["customers"].between(1, 9).any()
    frame["hidden"] = ~frame.index.isin(kept.index)
    for side in ("from_segment", "to_segment"):
        for _, line in frame[frame["customers"] > 0].groupby(side):
            # A line of one cell is its own total.
            assert line["hidden"].sum() != 1 or len(line) == 1


def test_rows_and_columns_are_hidden_until_none_is_alone():
    cells = pd.DataFrame(
        [(0, 0, 3), (0, 1, 20), (0, 2, 30), (1, 0, 40), (1, 1, 50), (1, 2, 60)],
        columns=["a", "b", "customers"],
    )
    kept, hidden = suppress(cells, totals=["a", "b"])
    assert kept["customers"].tolist() == [30, 60]
    assert hidden == 4
