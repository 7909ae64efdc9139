"""A merge tree as lines to draw, and the heights at which it is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Linkage = NDArray[np.float64]

ABOVE = -1  # of links that join several segments


def dendrogram(linkage: Any, leaf_sizes: Any = None, leaves: int = 30, labels: Any = None) -> pd.DataFrame:
    """The upper part of a merge tree, four points per link.

    Parameters
    ----------
    linkage
        SciPy's linkage matrix, (n − 1) × 4, heights rising.
    leaf_sizes
        Customers in each of the n leaves, where these are groups; 1 each when left out.
    leaves
        Most branches at the bottom: the last leaves − 1 merges are drawn.
    labels
        The segment of each of the n leaves, for ``segment``.

    Returns
    -------
    pandas.DataFrame
        Four rows per link, in the order of merging: ``link``, ``point`` (0–3: left foot, left and right
        shoulder, right foot), ``x`` (branches are 1 apart, the first at .5), ``y`` (height), ``left`` and ``right``
        (customers below each side), ``segment`` (that of all below; −1 where there are several, or without
        labels).

    Notes
    -----
    Laid out as by ``scipy.cluster.hierarchy.dendrogram`` with ``truncate_mode="lastp"``, whose x is ten times as
    large.

    Raises
    ------
    DataError
        For what is no linkage matrix, or sizes and labels of another length.
    """
    import pandas as pd

    merges = _checked(linkage)
    count = len(merges) + 1
    if not isinstance(leaves, int) or isinstance(leaves, bool) or leaves < 2:
        raise DataError(f"leaves={leaves!r} is not possible: a whole number from 2 on.", column="leaves")
    children = merges[:, :2].astype(np.int64)
    sizes = _summed(children, _per_leaf("leaf_sizes", leaf_sizes, count, 1))
    segments = _common(children, _per_leaf("labels", labels, count, ABOVE))
    first = max(len(merges) - (leaves - 1), 0)
    centre = _positions(children, first)
    height = np.concatenate([np.zeros(count), merges[:, 2]])
    rows = []
    for link in range(first, len(merges)):
        left, right = children[link].tolist()
        feet = [height[child] if child >= count + first else 0.0 for child in (left, right)]
        top = merges[link, 2]
        for point, (x, y) in enumerate(
            [(centre[left], feet[0]), (centre[left], top), (centre[right], top), (centre[right], feet[1])]
        ):
            rows.append((link - first, point, x, y, sizes[left], sizes[right], segments[count + link]))
    frame = pd.DataFrame(rows, columns=["link", "point", "x", "y", "left", "right", "segment"])
    return frame.astype({"left": "int64", "right": "int64", "segment": "int64"})


def heights(linkage: Any, most: int = 30) -> pd.DataFrame:
    """Between which heights a cut gives how many segments.

    Parameters
    ----------
    linkage
        SciPy's linkage matrix, (n − 1) × 4.
    most
        Segments up to which to look.

    Returns
    -------
    pandas.DataFrame
        From two segments on: ``k``, ``low`` and ``high``: a cut at a height h with low ≤ h < high gives k
        segments. Where both are equal no cut does.
    """
    import pandas as pd

    merges = _checked(linkage)
    count = len(merges) + 1
    numbers = np.arange(2, min(most, count) + 1)
    rising = np.concatenate([[0.0], merges[:, 2]])
    # The k segments are there once n − k merges are made, until the next one.
    return pd.DataFrame({"k": numbers, "low": rising[count - numbers], "high": rising[count - numbers + 1]})


def _checked(linkage: Any) -> Linkage:
    merges = np.asarray(linkage, dtype=np.float64)
    if merges.ndim != 2 or merges.shape[1:] != (4,) or not len(merges):
        shape = " × ".join(map(str, merges.shape))
        raise DataError(
            f"A linkage matrix has a row per merge and four columns; this is {shape}. Take it from a model of "
            "method='ward': model.linkage_.",
            column="linkage",
        )
    if (np.diff(merges[:, 2]) < 0).any():
        raise DataError(
            "The merges of the linkage matrix are not in the order of their heights. Make it with "
            "scipy.cluster.hierarchy.linkage.",
            column="linkage",
        )
    return merges


def _per_leaf(argument: str, values: Any, count: int, default: int) -> list[int]:
    if values is None:
        return [default] * count
    given: list[int] = np.asarray(values).astype(np.int64).tolist()
    if len(given) != count:
        raise DataError(
            f"{argument}= holds {len(given):,} values for {count:,} leaves. Pass one per leaf.",
            column=argument,
            count=len(given),
        )
    return given


def _summed(children: NDArray[np.int64], leaf_sizes: list[int]) -> list[int]:
    """Customers below each node, leaves first."""
    sizes = list(leaf_sizes)
    for left, right in children.tolist():
        sizes.append(sizes[left] + sizes[right])
    return sizes


def _common(children: NDArray[np.int64], labels: list[int]) -> list[int]:
    """The segment of all below each node, or −1."""
    segments = list(labels)
    for left, right in children.tolist():
        segments.append(segments[left] if segments[left] == segments[right] else ABOVE)
    return segments


def _positions(children: NDArray[np.int64], first: int) -> dict[int, float]:
    """Where each drawn node stands: a branch at the next free place, a link between its sides."""
    count = len(children) + 1
    centre: dict[int, float] = {}
    free = 0.5
    waiting = [(count + len(children) - 1, False)]
    while waiting:
        node, visited = waiting.pop()
        if node < count + first:
            centre[node] = free
            free += 1.0
            continue
        left, right = children[node - count].tolist()
        if visited:
            centre[node] = (centre[left] + centre[right]) / 2
        else:
            waiting += [(node, True), (right, False), (left, False)]
    return centre
