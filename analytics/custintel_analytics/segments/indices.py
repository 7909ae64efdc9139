"""Indices of a partition on all customers, from one pass over the matrix."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.segments.methods.placement import means

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


class Partition:
    """Customers in segments, and how well these are apart.

    Parameters
    ----------
    matrix
        n × d.
    labels
        n numbers from 0; empty segments count nowhere.
    """

    def __init__(self, matrix: Floats, labels: Integers) -> None:
        _, codes = np.unique(labels, return_inverse=True)
        self.sizes = np.bincount(codes)
        self.centres = means(matrix, codes, len(self.sizes))
        squares = np.square(matrix - self.centres[codes]).sum(axis=1)
        self._spread = np.bincount(codes, np.sqrt(squares), len(self.sizes)) / self.sizes
        self.inertia = float(squares.sum())
        self._middle = matrix.mean(axis=0)

    @cached_property
    def calinski_harabasz(self) -> float:
        """Variance between segments over variance within (Caliński and Harabasz, 1974); NaN for one segment."""
        count, customers = len(self.sizes), int(self.sizes.sum())
        if count < 2 or customers == count:
            return float("nan")
        between = float((self.sizes * np.square(self.centres - self._middle).sum(axis=1)).sum())
        if self.inertia == 0:
            return float("inf")
        return between / self.inertia * (customers - count) / (count - 1)

    @cached_property
    def davies_bouldin(self) -> float:
        """Mean over segments of the worst (spread + spread) / distance (Davies and Bouldin, 1979); NaN for one."""
        count = len(self.sizes)
        if count < 2:
            return float("nan")
        apart = np.sqrt(np.square(self.centres[:, None] - self.centres[None, :]).sum(axis=2))
        np.fill_diagonal(apart, np.inf)
        ratios = (self._spread[:, None] + self._spread[None, :]) / apart
        return float(ratios.max(axis=1).mean())


def stay_put(labels: Integers, others: Integers) -> float:
    """Share of customers in the same segment of two partitions, the segments matched so that most are."""
    from scipy.optimize import linear_sum_assignment

    _, rows = np.unique(labels, return_inverse=True)
    _, columns = np.unique(others, return_inverse=True)
    shape = rows.max() + 1, columns.max() + 1
    table = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)
    chosen = linear_sum_assignment(table, maximize=True)
    return float(table[chosen].sum() / len(labels))
