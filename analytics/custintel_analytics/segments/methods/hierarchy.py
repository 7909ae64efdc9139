"""Merge trees in SciPy's form: weighted Ward, and the cut into k."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


def weighted_ward(centres: Floats, weights: Integers) -> Floats:
    """Ward's hierarchy of points that stand for several customers each.

    Begins with ``sqrt(2 wᵢ wⱼ / (wᵢ + wⱼ)) · ‖cᵢ − cⱼ‖``, the height at which Ward would merge two groups of so many
    equal points, and goes on by the Lance–Williams formula with the weights as sizes. With all weights 1 it is
    Ward's method.

    Parameters
    ----------
    centres
        m × d.
    weights
        m counts, at least 1.

    Returns
    -------
    numpy.ndarray
        SciPy's linkage matrix, (m − 1) × 4: two nodes, the height, the number of leaves.

    References
    ----------
    Murtagh, F. and Legendre, P. (2014). Ward's hierarchical agglomerative clustering method: which algorithms
    implement Ward's criterion? Journal of Classification 31.
    """
    count = len(centres)
    sizes = np.asarray(weights, dtype=np.float64)
    squares = np.square(centres[:, None, :] - centres[None, :, :]).sum(axis=2)
    squares *= 2 * sizes[:, None] * sizes[None, :] / (sizes[:, None] + sizes[None, :])
    np.fill_diagonal(squares, np.inf)
    node, leaves = np.arange(count), np.ones(count)
    linkage = np.empty((count - 1, 4))
    for step in range(count - 1):
        i, j = sorted(divmod(int(squares.argmin()), count))
        height = squares[i, j]
        first, second = sorted((node[i], node[j]))
        linkage[step] = first, second, np.sqrt(height), leaves[i] + leaves[j]
        merged = (sizes[i] + sizes) * squares[i] + (sizes[j] + sizes) * squares[j] - sizes * height
        merged /= sizes[i] + sizes[j] + sizes
        merged[[i, j]] = np.inf
        squares[i], squares[:, i] = merged, merged
        squares[j], squares[:, j] = np.inf, np.inf
        sizes[i] += sizes[j]
        leaves[i] += leaves[j]
        node[i] = count + step
    return linkage


def labels_at(linkage: Floats, n_segments: int) -> Integers:
    """The leaves' segments when the tree is cut into so many.

    Parameters
    ----------
    linkage
        SciPy's linkage matrix, rows by height.
    n_segments
        From 1 to the number of leaves.

    Returns
    -------
    numpy.ndarray
        A number from 0 to k − 1 per leaf.
    """
    leaves = len(linkage) + 1
    left, right = linkage[:, 0].astype(np.int64), linkage[:, 1].astype(np.int64)
    root = 2 * leaves - 2
    first_split = root - (n_segments - 2)  # the last k − 1 merges are undone
    label = np.full(2 * leaves - 1, -1, dtype=np.int64)
    found = 0
    if n_segments == 1:
        return np.zeros(leaves, dtype=np.int64)
    for node in range(root, leaves - 1, -1):
        for child in (left[node - leaves], right[node - leaves]):
            if node < first_split:
                label[child] = label[node]
            elif child < first_split:
                label[child] = found
                found += 1
    return label[:leaves]
