"""Merge trees against SciPy's."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, is_valid_linkage, linkage
from sklearn.metrics import adjusted_rand_score

from custintel_analytics.segments.methods import ward
from custintel_analytics.segments.methods.fit import Task
from custintel_analytics.segments.methods.hierarchy import labels_at, weighted_ward


@pytest.fixture
def points():
    return np.random.default_rng(3).normal(size=(60, 4))


def test_with_weights_of_one_it_is_wards_method(points):
    ours = weighted_ward(points, np.ones(60, dtype=np.int64))
    theirs = linkage(points, method="ward")
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_a_weight_is_as_many_equal_points(points):
    weights = np.random.default_rng(5).integers(1, 6, 60)
    ours = weighted_ward(points, weights)
    theirs = linkage(np.repeat(points, weights, axis=0), method="ward")
    # Equal points merge first, at height 0.
    np.testing.assert_allclose(ours[:, 2], theirs[weights.sum() - 60 :, 2], rtol=1e-7, atol=1e-7)
    assert is_valid_linkage(ours)
    whole = np.repeat(np.arange(60), weights)
    for k in (2, 5, 20):
        assert adjusted_rand_score(fcluster(theirs, k, "maxclust"), labels_at(ours, k)[whole]) == 1


@pytest.mark.parametrize("k", [1, 2, 3, 17, 59, 60])
def test_a_cut_is_scipys(points, k):
    tree = linkage(points, method="ward")
    labels = labels_at(tree, k)
    assert sorted(set(labels.tolist())) == list(range(k))
    assert adjusted_rand_score(fcluster(tree, k, "maxclust"), labels) == 1


def test_fastcluster_and_scipy_build_the_same_tree(points, monkeypatch):
    pytest.importorskip("fastcluster")
    assert ward.exact(50_000)
    assert not ward.exact(50_001)
    one = ward.fit(points, Task("ward", 5, 0, 1))
    monkeypatch.setattr(ward, "has_fastcluster", lambda: False)
    other = ward.fit(points, Task("ward", 5, 0, 1))
    np.testing.assert_allclose(one.linkage, other.linkage, rtol=1e-9)


@pytest.mark.parametrize("there, limit", [(True, 50_000), (False, 15_000)])
def test_the_limit_and_the_way_to_a_higher_one(monkeypatch, there, limit):
    monkeypatch.setattr(ward, "has_fastcluster", lambda: there)
    assert ward.exact(limit)
    assert not ward.exact(limit + 1)
    assert ("pip install" in ward._approximate(20_000, 500)) is not there
    assert "pip install" not in ward._approximate(60_000, 500)
