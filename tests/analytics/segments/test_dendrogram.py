"""Merge trees drawn and cut as SciPy draws and cuts them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster import hierarchy

from custintel_analytics.errors import DataError
from custintel_analytics.segments.dendrogram import dendrogram, heights


def merged(seed=0, size=40):
    points = np.random.default_rng(seed).normal(size=(size, 3))
    return hierarchy.linkage(points, "ward")


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), size=st.integers(3, 80), leaves=st.integers(2, 40))
def test_drawn_as_scipy_does(seed, size, leaves):
    linkage = merged(seed, size)
    expected = hierarchy.dendrogram(linkage, p=leaves, truncate_mode="lastp", no_plot=True)
    frame = dendrogram(linkage, leaves=leaves)
    mine = sorted([*(part["x"] * 10), *part["y"]] for _, part in frame.groupby("link"))
    theirs = sorted([*x, *y] for x, y in zip(expected["icoord"], expected["dcoord"], strict=True))
    np.testing.assert_allclose(mine, theirs)
    assert frame["link"].nunique() == min(leaves, size) - 1
    assert frame["point"].tolist() == [0, 1, 2, 3] * frame["link"].nunique()


def test_sizes_are_customers():
    linkage = merged(1, 12)
    sizes = np.arange(1, 13) * 10
    top = dendrogram(linkage, sizes, leaves=4)
    last = top[top["link"] == top["link"].max()].iloc[0]
    assert last["left"] + last["right"] == sizes.sum()
    plain = dendrogram(linkage, leaves=12)
    last = plain[plain["link"] == plain["link"].max()].iloc[0]
    assert last["left"] + last["right"] == 12


@pytest.mark.parametrize("k", [2, 3, 5])
def test_links_have_the_segment_of_all_below(k):
    linkage = merged(2, 30)
    labels = hierarchy.fcluster(linkage, k, "maxclust")
    frame = dendrogram(linkage, leaves=30, labels=labels).drop_duplicates("link")
    cut = heights(linkage).set_index("k").loc[k]
    # What is merged below the cut is one segment, what is merged above it several.
    tops = dendrogram(linkage, leaves=30).query("point == 1").set_index("link")["y"]
    joined = frame.set_index("link")["segment"]
    assert (joined[tops <= cut["low"]] > 0).all()
    assert (joined[tops >= cut["high"]] == -1).all()
    assert set(joined[joined > 0]) <= set(labels)
    assert (dendrogram(linkage)["segment"] == -1).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), size=st.integers(2, 60))
def test_a_cut_between_the_heights_gives_as_many_segments(seed, size):
    linkage = merged(seed, size)
    table = heights(linkage, most=15)
    assert table["k"].tolist() == list(range(2, min(15, size) + 1))
    for row in table.itertuples():
        between = (row.low + row.high) / 2
        assert len(np.unique(hierarchy.fcluster(linkage, between, "distance"))) == row.k
    assert table["high"].iloc[0] == linkage[-1, 2]


def test_a_deep_chain_is_no_problem():
    size = 5000
    linkage = np.column_stack(
        [
            np.concatenate([[0], np.arange(size, 2 * size - 2)]),
            np.arange(1, size),
            np.arange(1.0, size),
            np.arange(2, size + 1),
        ]
    )
    assert dendrogram(linkage, leaves=size)["x"].max() == size - 0.5


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: dendrogram(np.ones((3, 3))), "this is 3 × 3"),
        (lambda: dendrogram(merged()[::-1]), "not in the order of their heights"),
        (lambda: dendrogram(merged(), leaf_sizes=[1, 2]), "leaf_sizes= holds 2 values for 40 leaves"),
        (lambda: dendrogram(merged(), labels=[0]), "labels= holds 1 values"),
        (lambda: dendrogram(merged(), leaves=1), "leaves=1"),
        (lambda: heights([]), "linkage matrix"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(DataError, match=message):
        call()
