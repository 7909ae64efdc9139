"""k-prototypes for numbers and categories together: means of the numbers, modes of the categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.segments.methods.fit import Fit, Task
from custintel_analytics.segments.methods.kmeans import MANY
from custintel_analytics.segments.methods.placement import Centres, inertia, means
from custintel_analytics.segments.recipe import Category

if TYPE_CHECKING:
    from custintel_analytics.segments.methods.placement import Floats, Integers
    from custintel_analytics.segments.recipe import Recipe

_MOST_ROUNDS = 100


def fit(matrix: Floats, task: Task) -> Fit:
    """Find k prototypes, the best of several starts of k-means++.

    A category is a column of 0 and √(γ/2) per level in the matrix, so that customers who differ in it are γ apart
    in squared distance; a prototype has the most frequent level and no mixture of levels. γ is half the average
    standard deviation of the numbers, as Huang proposes. Without categories this is k-means.

    Parameters
    ----------
    matrix
        n × d.
    task
        What is asked for, with the recipe of the matrix.

    References
    ----------
    Huang, Z. (1998). Extensions to the k-means algorithm for clustering large data sets with categorical values.
    Data Mining and Knowledge Discovery 2, equations 9 and 10.
    """
    from sklearn.cluster import kmeans_plusplus

    blocks = _blocks(task.recipe)
    starts = 1 if len(matrix) >= MANY else task.n_init
    found = []
    for start in range(starts):
        task.tell(start, starts, f"Finding {task.n_segments} prototypes, start {start + 1} of {starts}…")
        seeds, _ = kmeans_plusplus(matrix, task.n_segments, random_state=task.random_state + start)
        found.append(_settle(matrix, np.asarray(seeds, dtype=np.float64), blocks))
    task.tell(starts, starts, f"Found {task.n_segments} prototypes")
    placement = Centres(min(found, key=lambda pair: pair[0])[1])
    notes = (
        ()
        if starts == task.n_init
        else (f"One start instead of {task.n_init}, as there are many customers.",)
    )
    return Fit(placement.place(matrix), placement, True, notes)


def _blocks(recipe: Recipe | None) -> list[slice]:
    """The columns of each category."""
    blocks, start = [], 0
    for part in () if recipe is None else recipe.parts:
        if isinstance(part, Category):
            blocks.append(slice(start, start + part.width))
        start += part.width
    return blocks


def _settle(matrix: Floats, centres: Floats, blocks: list[slice]) -> tuple[float, Floats]:
    """Place and move in turns until nobody changes segment."""
    labels = np.full(len(matrix), -1)
    for _ in range(_MOST_ROUNDS):
        placed = Centres(centres).place(matrix)
        if (placed == labels).all():
            break
        labels = placed
        centres = _prototypes(matrix, labels, centres, blocks)
    return inertia(matrix, labels, centres), centres


def _prototypes(matrix: Floats, labels: Integers, before: Floats, blocks: list[slice]) -> Floats:
    centres = means(matrix, labels, len(before))
    if np.isnan(centres).any():
        # An empty segment begins again at the customer who is farthest from theirs.
        empty = np.isnan(centres).any(axis=1)
        far = np.square(matrix - before[labels]).sum(axis=1)
        centres[empty] = matrix[np.argsort(far)[-int(empty.sum()) :]]
    for block in blocks:
        part = centres[:, block]
        mode = part.argmax(axis=1)
        value = matrix[:, block].max()
        centres[:, block] = np.where(np.arange(part.shape[1]) == mode[:, None], value, 0.0)
    return centres
