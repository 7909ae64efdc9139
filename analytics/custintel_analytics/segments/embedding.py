"""From many columns to two: principal components, and UMAP where it is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Coordinates = NDArray[np.float32]

LEARNED = 100_000  # customers that UMAP learns from, at most
NEIGHBOURS = 3  # that place a customer it hasn't learned from
_ROWS = 100_000  # per step, so that no second copy of the matrix is made


@dataclass(frozen=True)
class Placed:
    """Principal components.

    Parameters
    ----------
    coordinates
        n × 2.
    explained
        Shares of the variance.
    loadings
        2 × d, of length one.
    """

    coordinates: Coordinates
    explained: tuple[float, float]
    loadings: Floats


def principal(points: Floats) -> Placed:
    """The first two principal components; the largest loading of each is positive.

    Parameters
    ----------
    points
        n × d. With a single column the second coordinate is zero.
    """
    centre = points.mean(axis=0)
    width = points.shape[1]
    scatter = np.zeros((width, width))
    for start in range(0, len(points), _ROWS):
        part = points[start : start + _ROWS] - centre
        scatter += part.T @ part
    values, vectors = np.linalg.eigh(scatter)
    values = np.maximum(values[::-1], 0.0)
    loadings = np.zeros((2, width))
    found = min(2, width)
    loadings[:found] = vectors[:, ::-1].T[:found]
    sign = np.sign(loadings[np.arange(2), np.abs(loadings).argmax(axis=1)])
    loadings *= np.where(sign, sign, 1.0)[:, None]
    total = values.sum()
    shares = [float(value / total) if total else 0.0 for value in [*values, 0.0][:2]]
    coordinates = np.empty((len(points), 2), dtype=np.float32)
    for start in range(0, len(points), _ROWS):
        coordinates[start : start + _ROWS] = (points[start : start + _ROWS] - centre) @ loadings.T
    return Placed(coordinates, (shares[0], shares[1]), loadings)


def umap(points: Floats, random_state: int) -> tuple[Coordinates, str]:
    """UMAP's two coordinates, and what is to be said about them.

    Raises
    ------
    DataError
        When umap-learn isn't installed.
    """
    try:
        from umap import UMAP
    except ImportError as error:
        raise DataError(
            'method="umap" needs umap-learn: pip install "custintel-widgets[segments]". method="pca" needs nothing.',
            column="method",
            example="umap",
        ) from error
    if len(points) < 4:
        raise DataError(
            f"UMAP needs at least four customers; there are {len(points)}. Take method='pca'.",
            column="method",
            count=len(points),
        )
    rows = np.arange(len(points))
    note = ""
    if len(points) > LEARNED:
        rows = np.sort(np.random.default_rng(random_state).choice(len(points), LEARNED, replace=False))
        note = (
            f"UMAP learned from {LEARNED:,} of {len(points):,} customers; the others stand among their "
            f"{NEIGHBOURS} nearest neighbours."
        )
    neighbours = min(15, len(rows) - 1)
    # UMAP's own start needs more points than this has dimensions.
    start = "spectral" if len(rows) > 50 else "random"
    learned = UMAP(n_neighbors=neighbours, init=start, random_state=random_state, n_jobs=1).fit_transform(
        points[rows]
    )
    return placed_among(points, rows, np.asarray(learned, dtype=np.float32)), note


def placed_among(points: Floats, rows: NDArray[np.int64], learned: Coordinates) -> Coordinates:
    """Coordinates of all points: those learned, and the others at the mean of their nearest learned ones.

    Parameters
    ----------
    points
        n × d.
    rows
        Which of them were learned from.
    learned
        Their coordinates.
    """
    coordinates = np.empty((len(points), 2), dtype=np.float32)
    coordinates[rows] = learned
    others = np.setdiff1d(np.arange(len(points)), rows, assume_unique=True)
    if len(others):
        from scipy.spatial import cKDTree

        nearest = cKDTree(points[rows])
        count = min(NEIGHBOURS, len(rows))
        for start in range(0, len(others), _ROWS):
            part = others[start : start + _ROWS]
            _, found = nearest.query(points[part], k=np.arange(1, count + 1))
            coordinates[part] = learned[found].mean(axis=1)
    return coordinates
