"""HDBSCAN by scikit-learn: as many segments as there are dense groups, and customers who are in none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments.methods.fit import Fit, Task, sampled
from custintel_analytics.segments.methods.placement import NOWHERE, Centres, means

if TYPE_CHECKING:
    from custintel_analytics.segments.methods.placement import Floats, Integers

MOST = 50_000
SAMPLE = 20_000
SMALLEST = 0.02  # share of the customers below which a dense group is no segment
_NEIGHBOURS = 10


def fit(matrix: Floats, task: Task) -> Fit:
    """Find the dense groups.

    The number of segments is found, not given: a group needs 2 % of the customers, five at least. Above 50,000
    customers the groups are found in a sample of 20,000. Others are placed at the nearest centre, or nowhere
    when that is farther away than its farthest member.

    Parameters
    ----------
    matrix
        n × d.
    task
        What is asked for; `n_segments` plays no part.

    Raises
    ------
    DataError
        When no group is denser than the rest.

    References
    ----------
    Campello, R., Moulavi, D. and Sander, J. (2013). Density-based clustering based on hierarchical density
    estimates. PAKDD.
    """
    rows = sampled(matrix, SAMPLE if len(matrix) > MOST else MOST, task.random_state)
    task.tell(0, 1, f"Looking for dense groups among {len(rows):,} customers…")
    labels = _groups(matrix[rows])
    task.tell(1, 1, f"Found {labels.max() + 1} dense groups")
    if labels.max() < 0:
        raise DataError(
            f"HDBSCAN finds no dense groups among {len(rows):,} customers: nobody would be in a segment. Take "
            "method='kmeans', or fewer columns.",
            column="method",
            count=len(rows),
        )
    placement = _placement(matrix[rows], labels)
    notes = []
    if len(rows) < len(matrix):
        labels = placement.place(matrix)
        notes.append(
            f"Approximate: the dense groups were found in a random sample of {len(rows):,} customers; the others were "
            "placed at the nearest centre."
        )
    else:
        notes.append("New customers are placed at the nearest centre, which is an approximation of HDBSCAN.")
    nowhere = float((labels == NOWHERE).mean())
    if nowhere:
        notes.append(
            f"{100 * nowhere:.1f} % of the customers are in no segment: too far from any dense group."
        )
    return Fit(labels, placement, len(rows) == len(matrix), tuple(notes))


def _groups(matrix: Floats) -> Integers:
    from sklearn.cluster import HDBSCAN

    smallest = max(5, math.ceil(SMALLEST * len(matrix)))
    neighbours = min(_NEIGHBOURS, smallest, len(matrix))
    smallest = min(smallest, len(matrix))
    model = HDBSCAN(min_cluster_size=smallest, min_samples=neighbours, copy=True)
    return np.asarray(model.fit_predict(matrix), dtype=np.int64)


def _placement(matrix: Floats, labels: Integers) -> Centres:
    size = int(labels.max()) + 1
    centres = means(matrix, labels, size)
    inside = labels >= 0
    own = labels[inside]
    far = np.sqrt(np.square(matrix[inside] - centres[own]).sum(axis=1))
    radii = np.zeros(size)
    np.maximum.at(radii, own, far)
    return Centres(centres, radii)
