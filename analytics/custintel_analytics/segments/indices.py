"""How well the segments of a partition are apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.segments.methods.placement import means

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


_VALUES_AT_ONCE = 8_000_000


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
        codes = _codes(labels)
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


def silhouettes(matrix: Floats, partitions: Sequence[Integers]) -> list[float]:
    """Mean silhouette (Rousseeuw, 1987) of several partitions of the same customers; NaN for one segment.

    The distances are computed once for all partitions, some rows at a time.

    Parameters
    ----------
    matrix
        n × d.
    partitions
        n numbers each.
    """
    members = [np.eye(codes.max() + 1)[codes] for codes in (_codes(labels) for labels in partitions)]
    every = np.hstack(members)
    totals = np.zeros(len(partitions))
    # Far from zero the product below would lose the digits that tell customers apart.
    matrix = matrix - matrix.mean(axis=0)
    squares = np.square(matrix).sum(axis=1)
    step = max(1, _VALUES_AT_ONCE // len(matrix))
    for start in range(0, len(matrix), step):
        rows = slice(start, start + step)
        apart = squares[rows, None] + squares - 2 * (matrix[rows] @ matrix.T)
        np.sqrt(np.maximum(apart, 0, out=apart), out=apart)
        # The product with itself leaves a rounding error where the distance is zero.
        apart[np.arange(len(apart)), np.arange(start, start + len(apart))] = 0
        sums = apart @ every
        end = 0
        for number, inside in enumerate(members):
            begin, end = end, end + inside.shape[1]
            totals[number] += _silhouettes(sums[:, begin:end], inside[rows], inside.sum(axis=0)).sum()
    return [
        total / len(matrix) if inside.shape[1] > 1 else float("nan")
        for total, inside in zip(totals.tolist(), members, strict=True)
    ]


def _silhouettes(sums: Floats, own: Floats, sizes: Floats) -> Floats:
    """Each row's silhouette from its summed distances to every segment; 0 for a segment of one."""
    mine = own.astype(bool)
    count = sizes[mine.argmax(axis=1)]
    within = sums[mine] / np.maximum(count - 1, 1)
    if len(sizes) < 2:
        return np.zeros(len(sums))
    nearest = np.where(mine, np.inf, sums / sizes).min(axis=1)
    larger = np.maximum(within, nearest)
    return np.where((count > 1) & (larger > 0), (nearest - within) / np.where(larger > 0, larger, 1), 0.0)


def _codes(labels: Integers) -> Integers:
    return np.unique(labels, return_inverse=True)[1]


def stay_put(labels: Integers, others: Integers) -> float:
    """Share of customers in the same segment of two partitions, the segments matched so that most are."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = _codes(labels), _codes(others)
    shape = rows.max() + 1, columns.max() + 1
    table = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)
    chosen = linear_sum_assignment(table, maximize=True)
    return float(table[chosen].sum() / len(labels))
