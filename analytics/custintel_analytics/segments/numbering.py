"""Which number a segment gets: that of the segment it was before, else by value, so that colours and names stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.segments.labelled import NOBODYS
from custintel_analytics.segments.matching import match

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.segmentation import Segmentation

    Integers = NDArray[np.int64]


def numbered(
    found: Integers, features: Features, previous: Segmentation | None = None
) -> tuple[list[int], list[int]]:
    """The order of the segments that were found, and the number that each gets.

    Without `previous` number 0 has the highest mean value, or most customers where there are no amounts. With it,
    segments that share customers keep their number, the others get the smallest ones that are free.

    Parameters
    ----------
    found
        n labels of a method, from 0; −1 in no segment.
    features
        Of the n customers.
    previous
        An earlier segmentation, fitted or loaded.

    Returns
    -------
    order : list of int
        Labels of `found`, in the order of their numbers.
    numbers : list of int
        Their numbers, rising.
    """
    present = [int(label) for label in np.unique(found) if label != NOBODYS]
    ranked = sorted(present, key=lambda label: _rank(label, found, features))
    kept = {} if previous is None else _kept(found, features, previous)
    free = iter(sorted(set(range(2 * len(ranked) + len(kept))) - set(kept.values())))
    number = {label: kept[label] if label in kept else next(free) for label in ranked}
    order = sorted(ranked, key=lambda label: number[label])
    return order, [number[label] for label in order]


def relabelled(found: Integers, order: list[int], numbers: list[int]) -> Integers:
    """Labels with the numbers in place of what the method called the segments; −1 stays."""
    table = np.full(max(order) + 2, NOBODYS, dtype=np.int64)
    table[order] = numbers
    # A label of −1 takes the last place of the table, which stays −1.
    return table[found]


def _rank(label: int, found: Integers, features: Features) -> tuple[float, int, int]:
    inside = found == label
    size = int(inside.sum())
    if features.value is None:
        return 0.0, -size, label
    worth = features.value.to_numpy(dtype=np.float64)[inside]
    known = worth[np.isfinite(worth)]
    return -float(known.mean()) if len(known) else float("inf"), -size, label


def _kept(found: Integers, features: Features, previous: Segmentation) -> dict[int, int]:
    """The old number of each label that has one."""
    ids = features.frame.index
    if previous.features_ is not None and previous.features_.frame.index.isin(ids).any():
        return match(previous.features_.frame.index, previous.labels_, ids, found)
    from custintel_analytics.segments.fitting import placed

    # A loaded model knows no customers, but it can say where these would have been.
    return match(ids, placed(previous, features)[0], ids, found)
