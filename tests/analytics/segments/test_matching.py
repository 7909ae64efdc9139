"""Segments keep their numbers: the best match by brute force, and what changed in words."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics.errors import DataError
from custintel_analytics.segments.matching import changes, match


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), old=st.integers(1, 4), new=st.integers(1, 4), size=st.integers(1, 40))
def test_as_many_as_possible_keep_their_segment(seed, old, new, size):
    random = np.random.default_rng(seed)
    before, after = random.integers(0, old, size), random.integers(0, new, size)
    found = match(np.arange(size), before, np.arange(size), after)
    kept = sum(((before == o) & (after == n)).sum() for n, o in found.items())
    numbers = range(max(old, new))
    most = max(
        sum(((before == o) & (after == n)).sum() for n, o in enumerate(order))
        for order in itertools.permutations(numbers)
    )
    assert kept == most
    assert len(set(found.values())) == len(found)


def test_a_renumbered_segmentation_is_found_again():
    random = np.random.default_rng(0)
    labels = random.integers(0, 5, 300)
    turned = np.array([3, 0, 4, 1, 2])[labels]
    order = random.permutation(300)
    found = match(np.arange(300), labels, np.arange(300)[order], turned[order])
    assert found == {3: 0, 0: 1, 4: 2, 1: 3, 2: 4}


def test_only_shared_customers_count_and_nobodys_match_nothing():
    found = match(["a", "b", "c", "d"], [0, 0, 1, -1], ["c", "d", "e", "a"], [7, 7, 8, -1])
    assert found == {7: 1}
    assert match([1, 2], [0, 0], [3, 4], [0, 0]) == {}


def test_a_customer_in_two_segments():
    with pytest.raises(DataError, match="Customer 1 is there twice"):
        match([1, 1], [0, 1], [1], [0])


def test_a_split_in_words():
    old = np.repeat([0, 1], [100, 50])
    new = np.concatenate([np.repeat([0, 2], [60, 40]), np.repeat([1, 2], [48, 2])])
    said = changes(old, new, {0: "Frequent", 1: "Quiet"})
    assert said == [
        "New: “Segment 2” with 42 customers, 95 % from “Frequent”.",
        "“Frequent” loses 40 (all to “Segment 2”).",
        "1 segment stays as before (95 % or more).",
    ]


def test_a_merger_in_words():
    old = np.repeat([0, 1, 2], [100, 50, 10])
    new = np.repeat([0, 0, 2], [100, 50, 10])
    said = changes(old, new, {0: "A", 1: "B 100 %", 2: "C"})
    assert said == [
        "Gone: “B 100 %”; of its 50 customers, all are now in “A”.",
        "“A” gains 50 (all from “B 100 %”).",
        "1 segment stays as before (95 % or more).",
    ]


def test_nothing_changed():
    assert changes([0, 1, 1, 2], [0, 1, 1, 2]) == ["3 segments stay as before (95 % or more)."]
