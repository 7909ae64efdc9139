"""A Gaussian mixture with a covariance of its own per segment, by scikit-learn's expectation–maximisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.segments.methods.fit import Fit, Task, sampled
from custintel_analytics.segments.methods.placement import Mixture

if TYPE_CHECKING:
    from custintel_analytics.segments.methods.placement import Floats

MOST = 100_000
# scikit-learn's 1e-6 lets a component shrink onto one repeated value, such as all customers of one order.
SPREAD = 1e-2


def fit(matrix: Floats, task: Task) -> Fit:
    """Fit the mixture and give each customer the most probable component.

    `SPREAD` is added to every variance, so that a value which many share doesn't become a segment of its own.
    Above 100,000 customers the mixture is learned from a sample of so many.

    Parameters
    ----------
    matrix
        n × d.
    task
        What is asked for.
    """
    rows = sampled(matrix, MOST, task.random_state)
    task.tell(0, 1, f"Fitting a mixture of {task.n_segments} to {len(rows):,} customers…")
    model = mixture(matrix[rows], task)
    task.tell(1, 1, f"Found {task.n_segments} segments")
    placement = Mixture(model.weights_, model.means_, model.precisions_cholesky_)
    notes = []
    if len(rows) < len(matrix):
        notes.append(f"The mixture was learned from a random sample of {len(rows):,} customers.")
    if not model.converged_:
        notes.append(
            "The mixture did not converge; its segments are provisional. Try fewer segments or columns."
        )
    labels = placement.place(matrix)
    empty = task.n_segments - len(np.unique(labels))
    if empty:
        notes.append(f"{empty} of the {task.n_segments} components are nobody's most probable one.")
    exact = len(rows) == len(matrix)
    return Fit(labels, placement, exact, tuple(notes), bic=float(model.bic(matrix[rows])))


def mixture(matrix: Floats, task: Task) -> Any:
    """scikit-learn's fitted mixture.

    Parameters
    ----------
    matrix
        n × d.
    task
        How many components, starts, the seed.
    """
    from sklearn.mixture import GaussianMixture

    starts = min(task.n_init, 3)
    return GaussianMixture(
        task.n_segments, n_init=starts, reg_covar=SPREAD, random_state=task.random_state, max_iter=300
    ).fit(matrix)
