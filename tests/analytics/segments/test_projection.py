"""The map: components against scikit-learn, counts against NumPy, polygons against half-planes."""

import sys
import types

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from custintel_analytics.errors import DataError
from custintel_analytics.segments import embedding
from custintel_analytics.segments.projection import Projection


@pytest.fixture(scope="module")
def cloud():
    random = np.random.default_rng(2)
    labels = random.integers(-1, 4, 5000)
    points = random.normal(size=(5000, 5)) * [3, 2, 1, 0.5, 0.1] + labels[:, None]
    return points, labels


@pytest.fixture(scope="module")
def layout(cloud):
    return Projection(cloud[0], names=["Recency", "Frequency", "Value", "Tenure", "Products"])


def test_components_are_scikit_learns(cloud, layout):
    expected = PCA(2).fit(cloud[0])
    np.testing.assert_allclose(layout.explained, expected.explained_variance_ratio_)
    placed = expected.transform(cloud[0])
    for axis in range(2):
        sign = np.sign(expected.components_[axis][np.abs(expected.components_[axis]).argmax()])
        np.testing.assert_allclose(layout.coordinates[:, axis], sign * placed[:, axis], atol=1e-4)
    assert layout.coordinates.dtype == np.float32


def test_steps_make_no_difference(cloud, layout, monkeypatch):
    monkeypatch.setattr(embedding, "_ROWS", 700)
    np.testing.assert_allclose(Projection(cloud[0]).coordinates, layout.coordinates, atol=1e-4)


def test_axes_say_what_they_mean():
    random = np.random.default_rng(0)
    one, other = random.normal(size=(2, 1000))
    points = np.stack([3 * one, -2.9 * one, other, 0.01 * other], axis=1)
    left_right, up_down = Projection(points, names=["Value", "Recency", "Products", "Tenure"]).axes
    assert left_right == "Left to right: more Value, less Recency (94 % of the differences)."
    assert up_down == "Upwards: more Products (6 % of the differences)."
    assert Projection(np.ones((4, 1)), names=["Value"]).axes == (
        "Left to right: more Value (0 % of the differences).",
        "Upwards: customers don't differ (0 % of the differences).",
    )


def test_density_against_numpy(cloud, layout):
    labels = cloud[1]
    (x0, x1), (y0, y1) = layout.extent
    frame = layout.density(labels, bins=(30, 20))
    expected, edges_x, edges_y = np.histogram2d(
        *layout.coordinates.T.astype(float), bins=(30, 20), range=((x0, x1), (y0, y1))
    )
    assert frame["count"].sum() == 5000
    column = np.round((frame["x"] - x0) / (x1 - x0) * 30).astype(int)
    row = np.round((frame["y"] - y0) / (y1 - y0) * 20).astype(int)
    found = np.zeros((30, 20))
    found[column, row] = frame["count"]
    # float32 puts a customer on an edge into the neighbouring cell at most.
    assert np.abs(found - expected).sum() <= 4
    np.testing.assert_allclose(frame["x"], edges_x[column])
    np.testing.assert_allclose(frame["y2"], edges_y[row + 1])
    cell = frame.sort_values("count").iloc[-1]
    x, y = layout.coordinates.T
    inside = (x >= cell["x"]) & (x < cell["x2"]) & (y >= cell["y"]) & (y < cell["y2"])
    kinds, counts = np.unique(labels[inside], return_counts=True)
    assert cell["segment"] == kinds[counts.argmax()]
    assert cell["purity"] == pytest.approx(counts.max() / counts.sum())


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1000),
    size=st.integers(1, 200),
    bins=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    window=st.booleans(),
    kept=st.booleans(),
)
def test_the_cells_hold_everybody_in_the_window(seed, size, bins, window, kept):
    random = np.random.default_rng(seed)
    layout = Projection(random.normal(size=(size, 3)))
    labels = random.integers(-1, 5, size)
    keep = random.random(size) < 0.5 if kept else None
    x, y = ((-1.0, 0.5), (-0.3, 1.2)) if window else (None, None)
    frame = layout.density(labels, x, y, bins, keep)
    assert list(frame.columns) == ["x", "x2", "y", "y2", "count", "segment", "purity"]
    assert frame["count"].sum() == layout.count(x, y, keep)
    assert (frame["count"] > 0).all()
    assert frame["purity"].between(0, 1, inclusive="right").all()
    assert set(frame["segment"]) <= set(labels)
    points = layout.points(labels, x, y, limit=50, keep=keep)
    assert len(points) == min(50, frame["count"].sum())


def test_points_are_customers_in_the_window(cloud, layout):
    labels = cloud[1]
    keep = labels == 2
    points = layout.points(labels, (-1, 1), (-1, 1), limit=10_000, keep=keep)
    assert set(points["segment"]) == {2}
    assert points[["x", "y"]].abs().max(axis=None) <= 1
    assert len(points) == layout.count((-1, 1), (-1, 1), keep)
    few = layout.points(labels, limit=100)
    assert len(few) == 100
    pd.testing.assert_frame_equal(few, layout.points(labels, limit=100))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), corners=st.integers(3, 9))
def test_a_convex_polygon_is_its_half_planes(seed, corners):
    random = np.random.default_rng(seed)
    layout = Projection(random.normal(size=(300, 2)))
    angles = np.sort(random.uniform(0, 2 * np.pi, corners))
    polygon = np.stack([np.cos(angles), 1.3 * np.sin(angles)], axis=1)
    x, y = layout.coordinates.T.astype(float)
    inside = np.ones(300, dtype=bool)
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        inside &= (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0
    np.testing.assert_array_equal(layout.inside(polygon.tolist()), inside)
    np.testing.assert_array_equal(layout.inside(polygon[::-1].tolist()), inside)


def test_a_polygon_with_a_notch_and_a_closed_one():
    layout = Projection(np.array([[-3.0, 0], [-1, 0], [0, 0], [1, 0], [3, 0]]))
    x = layout.coordinates[:, 0]
    notched = [(-2, -1), (2, -1), (2, 1), (0.5, 1), (0, -0.5), (-0.5, 1), (-2, 1)]
    assert x[layout.inside(notched)].tolist() == [-1, 1]
    assert x[layout.inside([*notched, notched[0]])].tolist() == [-1, 1]
    assert x[layout.inside(notched, keep=x > 0)].tolist() == [1]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda p: p.inside([(0, 0), (1, 1)]), "three corners"),
        (lambda p: p.inside([(0, 0), (1, 1), (np.nan, 1)]), "not a number"),
        (lambda p: p.density(np.zeros(5), (1, 1)), r"x=\(1\.0, 1\.0\) is no window"),
        (lambda p: p.density(np.zeros(4)), "labels hold 4 values for 5 customers"),
        (lambda p: p.density(np.zeros(5), bins=(0, 3)), "bins="),
        (lambda p: p.density(np.zeros(5), keep=[1, 0]), "keep= must be 5 flags"),
        (lambda p: Projection([[1.0, np.nan]]), "finite numbers"),
        (lambda p: Projection([[1.0, 2.0]], names=["one"]), "1 names for 2 columns"),
        (lambda p: Projection([[1.0, 2.0]], method="tsne"), "'pca', 'umap'"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(DataError, match=message):
        call(Projection(np.arange(10.0).reshape(5, 2)))


def test_umap_that_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(DataError, match=r"custintel-widgets\[segments\]"):
        Projection(np.ones((9, 2)), method="umap")


def test_umap_learns_from_a_sample_and_places_the_others(monkeypatch):
    class Flat:
        """Stands in for UMAP: keeps the first two columns."""

        def __init__(self, **settings):
            assert settings["random_state"] == 3

        def fit_transform(self, points):
            return points[:, :2]

    monkeypatch.setitem(sys.modules, "umap", types.SimpleNamespace(UMAP=Flat))
    monkeypatch.setattr(embedding, "LEARNED", 400)
    points = np.random.default_rng(0).random((900, 3))
    layout = Projection(points, method="umap", random_state=3)
    assert "learned from 400 of 900 customers" in layout.note
    assert layout.explained == (0, 0)
    assert "means nothing" in layout.axes[0]
    # Neighbours in three dimensions are close, so the mean of three is near the truth.
    away = np.abs(layout.coordinates - points[:, :2]).max(axis=1)
    assert (away < 1e-6).sum() >= 400
    assert np.median(away) < 0.05
    assert away.max() < 0.3
    with pytest.raises(DataError, match="at least four customers"):
        Projection(points[:3], method="umap")


@pytest.mark.slow
def test_real_umap_keeps_groups_together():
    pytest.importorskip("umap")
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 100)
    points = random.normal(size=(300, 4)) + 8 * np.eye(3, 4)[labels]
    assert Projection(points, method="umap").density(labels)["purity"].mean() > 0.95
