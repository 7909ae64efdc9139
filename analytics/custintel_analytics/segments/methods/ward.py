"""Ward's hierarchy: exact to 50,000 customers, above that through weighted micro-clusters."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.segments.methods.fit import Fit, Task, sampled
from custintel_analytics.segments.methods.hierarchy import labels_at, weighted_ward
from custintel_analytics.segments.methods.placement import Centres, means

if TYPE_CHECKING:
    from custintel_analytics.segments.methods.placement import Floats, Integers

EXACT = 50_000  # with fastcluster, whose memory grows with n
EXACT_WITHOUT = 15_000  # with SciPy, whose memory grows with n²: 1.8 GB here
MICRO = 500
_SEEN = 200_000


def fit(matrix: Floats, task: Task) -> Fit:
    """Build the tree and cut it.

    New customers are placed at the nearest centre, which is not always what the tree would do; the note says
    for how many of the fitted ones the two differ.

    Parameters
    ----------
    matrix
        n × d.
    task
        What is asked for.

    References
    ----------
    Ward, J. H. (1963). Hierarchical grouping to optimize an objective function. JASA 58.
    Müllner, D. (2013). fastcluster: fast hierarchical, agglomerative clustering routines. JSS 53(9).
    """
    count = len(matrix)
    task.tell(0, 1, f"Building the tree of {count:,} customers…")
    notes: tuple[str, ...] = ()
    if exact(count):
        linkage, leaves = _linkage(matrix), np.arange(count)
        sizes = np.ones(count, dtype=np.int64)
    else:
        linkage, leaves, sizes = _micro(matrix, task)
        notes = (_approximate(count, len(sizes)),)
    task.tell(1, 1, f"Built the tree of {count:,} customers")
    return cut(matrix, linkage, leaves, sizes, task.n_segments, notes)


def cut(
    matrix: Floats,
    linkage: Floats,
    leaves: Integers,
    sizes: Integers,
    n_segments: int,
    notes: tuple[str, ...] = (),
) -> Fit:
    """The segments of a tree that is there.

    Parameters
    ----------
    matrix
        n × d.
    linkage
        SciPy's linkage matrix of m leaves.
    leaves
        The leaf of each of n customers.
    sizes
        m counts.
    n_segments
        From 2 to m.
    notes
        What is known already.
    """
    labels = labels_at(linkage, n_segments)[leaves]
    placement = Centres(means(matrix, labels, n_segments))
    moved = float((placement.place(matrix) != labels).mean())
    said = (
        *notes,
        "New customers are placed at the nearest centre of Ward's segments; of those it was learned from, "
        f"{100 * moved:.1f} % would be placed elsewhere than by the tree.",
    )
    is_exact = len(sizes) == len(matrix)
    return Fit(labels, placement, is_exact, said, linkage, sizes, leaves)


def exact(customers: int) -> bool:
    """Whether so many customers get the exact tree here."""
    return customers <= (EXACT if has_fastcluster() else EXACT_WITHOUT)


def has_fastcluster() -> bool:
    """Whether the extra package is installed."""
    return importlib.util.find_spec("fastcluster") is not None


def _linkage(matrix: Floats) -> Floats:
    if has_fastcluster():
        import fastcluster

        return np.asarray(fastcluster.linkage_vector(matrix, method="ward"), dtype=np.float64)
    from scipy.cluster.hierarchy import linkage

    return np.asarray(linkage(matrix, method="ward"), dtype=np.float64)


def _micro(matrix: Floats, task: Task) -> tuple[Floats, Integers, Integers]:
    """The tree of micro-clusters, each customer's, and their sizes."""
    from sklearn.cluster import KMeans

    rows = sampled(matrix, _SEEN, task.random_state)
    model = KMeans(MICRO, n_init=1, max_iter=50, random_state=task.random_state).fit(matrix[rows])
    found = Centres(np.asarray(model.cluster_centers_, dtype=np.float64)).place(matrix)
    _, leaves, sizes = np.unique(found, return_inverse=True, return_counts=True)
    centres = means(matrix, leaves, len(sizes))
    return weighted_ward(centres, sizes), leaves, sizes


def _approximate(customers: int, leaves: int) -> str:
    said = f"Approximate: the tree joins {leaves} micro-clusters of {customers:,} customers."
    if customers > EXACT or has_fastcluster():
        return f"{said} Exact up to {EXACT:,} customers."
    return (
        f"{said} Exact up to {EXACT_WITHOUT:,} customers, up to {EXACT:,} with fastcluster: "
        'pip install "custintel-widgets[segments]".'
    )
