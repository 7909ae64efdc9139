"""k-means by scikit-learn (Lloyd's algorithm after k-means++), and its mini-batch variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.segments.methods.fit import Fit, Task
from custintel_analytics.segments.methods.placement import Centres

if TYPE_CHECKING:
    from custintel_analytics.segments.methods.placement import Floats

MANY = 200_000
_BATCH = 4096


def fit(matrix: Floats, task: Task) -> Fit:
    """Find k means.

    From 200,000 customers on one start of k-means++ instead of `n_init`: at that size the starts end in the same
    place or nearly so, and ten of them take twenty times as long.

    Parameters
    ----------
    matrix
        n × d.
    task
        What is asked for.

    References
    ----------
    Arthur, D. and Vassilvitskii, S. (2007). k-means++: the advantages of careful seeding. SODA.
    Sculley, D. (2010). Web-scale k-means clustering. WWW.
    """
    many = len(matrix) >= MANY
    starts = 1 if many else task.n_init
    task.tell(0, 1, f"Finding {task.n_segments} segments among {len(matrix):,} customers…")
    placement = Centres(centres(matrix, task, starts))
    task.tell(1, 1, f"Found {task.n_segments} segments")
    notes = []
    if many and task.n_init > 1:
        notes.append(
            f"One start of k-means++ instead of {task.n_init}, as there are {MANY:,} customers or more."
        )
    if task.method == "minibatch":
        notes.append(
            "Mini-batch k-means is an approximation of k-means from random samples of the customers."
        )
    return Fit(placement.place(matrix), placement, task.method == "kmeans", tuple(notes))


def centres(matrix: Floats, task: Task, starts: int) -> Floats:
    """The centres that scikit-learn finds.

    Parameters
    ----------
    matrix
        n × d.
    task
        Which of the two methods, how many, the seed.
    starts
        Number of starts, of which the best is taken.
    """
    from sklearn.cluster import KMeans, MiniBatchKMeans

    if task.method == "minibatch":
        model = MiniBatchKMeans(
            task.n_segments, n_init=starts, random_state=task.random_state, batch_size=_BATCH
        )
    else:
        model = KMeans(task.n_segments, n_init=starts, random_state=task.random_state)
    return np.asarray(model.fit(matrix).cluster_centers_, dtype=np.float64)
