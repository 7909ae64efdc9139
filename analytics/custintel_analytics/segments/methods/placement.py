"""Where a new customer belongs: what a method keeps of what it found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

NOWHERE = -1
_VALUES_AT_ONCE = 4_000_000


class Placement(Protocol):
    """Places customers among k segments, numbered from 0."""

    @property
    def size(self) -> int:
        """Number of segments."""
        ...

    def place(self, matrix: Floats) -> Integers:
        """The segment of each of n customers; −1 for nobody's."""
        ...

    def ordered(self, order: Sequence[int]) -> Placement:
        """The same with segment ``order[i]`` as number i."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """All that `read` needs."""
        ...


@dataclass(frozen=True, eq=False)
class Centres:
    """The nearest centre; with `radii`, nobody's where even that is farther than its farthest member was.

    Parameters
    ----------
    centres
        k × d.
    radii
        k distances, or None.
    """

    centres: Floats
    radii: Floats | None = None

    @property
    def size(self) -> int:
        """Number of segments."""
        return len(self.centres)

    def place(self, matrix: Floats) -> Integers:
        """The nearest centre of each row; of equally near ones the first."""
        found = np.empty(len(matrix), dtype=np.int64)
        # |x − c|² = |x|² − 2 (x·c − |c|²/2): the largest score is the nearest. The SQL compares the same scores.
        offsets = 0.5 * np.square(self.centres).sum(axis=1)
        for rows in _slices(matrix, self.size):
            scores = matrix[rows] @ self.centres.T - offsets
            found[rows] = scores.argmax(axis=1)
            if self.radii is not None:
                near = np.sqrt(np.square(matrix[rows] - self.centres[found[rows]]).sum(axis=1))
                found[rows][near > self.radii[found[rows]]] = NOWHERE
        return found

    def ordered(self, order: Sequence[int]) -> Centres:
        """The same with segment ``order[i]`` as number i."""
        chosen = list(order)
        return Centres(self.centres[chosen], None if self.radii is None else self.radii[chosen])

    def to_dict(self) -> dict[str, Any]:
        """The numbers."""
        radii = None if self.radii is None else self.radii.tolist()
        return {"kind": "centres", "centres": self.centres.tolist(), "radii": radii}


@dataclass(frozen=True, eq=False)
class Mixture:
    """The most probable component of a Gaussian mixture.

    Parameters
    ----------
    weights
        k shares.
    means
        k × d.
    precisions
        k × d × d: the upper triangles whose products with their transposes are the inverse covariances.
    """

    weights: Floats
    means: Floats
    precisions: Floats

    @property
    def size(self) -> int:
        """Number of segments."""
        return len(self.means)

    def place(self, matrix: Floats) -> Integers:
        """The most probable component of each row."""
        found = np.empty(len(matrix), dtype=np.int64)
        for rows in _slices(matrix, self.size):
            found[rows] = self.log_densities(matrix[rows]).argmax(axis=1)
        return found

    def log_densities(self, matrix: Floats) -> Floats:
        """The logarithm of weight times density, n × k, but for a constant that all share."""
        columns = []
        for weight, mean, precision in zip(self.weights, self.means, self.precisions, strict=True):
            scaled = (matrix - mean) @ precision
            half = np.log(np.diagonal(precision)).sum()
            columns.append(np.log(weight) + half - 0.5 * np.square(scaled).sum(axis=1))
        return np.column_stack(columns)

    def ordered(self, order: Sequence[int]) -> Mixture:
        """The same with segment ``order[i]`` as number i."""
        chosen = list(order)
        return Mixture(self.weights[chosen], self.means[chosen], self.precisions[chosen])

    def to_dict(self) -> dict[str, Any]:
        """The numbers."""
        numbers = {"weights": self.weights, "means": self.means, "precisions": self.precisions}
        return {"kind": "mixture", **{name: values.tolist() for name, values in numbers.items()}}


def read(values: dict[str, Any]) -> Centres | Mixture:
    """The placement that `to_dict` wrote down."""
    numbers: dict[str, Any] = {
        name: None if value is None else np.array(value, dtype=np.float64)
        for name, value in values.items()
        if name != "kind"
    }
    return Mixture(**numbers) if values["kind"] == "mixture" else Centres(**numbers)


def distances(matrix: Floats, centres: Floats) -> Floats:
    """Euclidean distances, n × k.

    Parameters
    ----------
    matrix
        n × d.
    centres
        k × d.
    """
    found = np.empty((len(matrix), len(centres)))
    for number, centre in enumerate(centres):
        for rows in _slices(matrix, 1):
            found[rows, number] = np.sqrt(np.square(matrix[rows] - centre).sum(axis=1))
    return found


def means(matrix: Floats, labels: Integers, size: int) -> Floats:
    """The mean of each of `size` segments, size × d; NaN for one without customers.

    Parameters
    ----------
    matrix
        n × d.
    labels
        n numbers below `size`; −1 counts nowhere.
    size
        Number of segments.
    """
    inside = labels >= 0
    values, codes = (matrix, labels) if inside.all() else (matrix[inside], labels[inside])
    counts = np.bincount(codes, minlength=size).astype(np.float64)
    sums = np.column_stack([np.bincount(codes, column, size) for column in values.T])
    with np.errstate(invalid="ignore"):
        return np.asarray(sums / np.where(counts > 0, counts, np.nan)[:, None])


def inertia(matrix: Floats, labels: Integers, centres: Floats) -> float:
    """The sum of squared distances to the own centre, without those who are nowhere."""
    total = 0.0
    for rows in _slices(matrix, 1):
        own = labels[rows]
        inside = own >= 0
        total += float(np.square(matrix[rows][inside] - centres[own[inside]]).sum())
    return total


def _slices(matrix: Floats, width: int) -> Iterator[slice]:
    """Rows at a time, so that a million customers need no second million."""
    step = max(1, _VALUES_AT_ONCE // max(1, width, matrix.shape[1]))
    for start in range(0, len(matrix), step):
        yield slice(start, start + step)
