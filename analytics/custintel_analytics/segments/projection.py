"""A map of customers: two coordinates each, drawn from counts so that a million stay quick."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments import embedding, labelled

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Coordinates = NDArray[np.float32]
    Mask = NDArray[np.bool_]

METHODS = ("pca", "umap")
BINS = (72, 48)
POINTS = 2000
MARGIN = 0.02
TELLING = 0.5  # of the largest loading: features below it aren't named
NAMED = 3  # features per axis
COLUMNS = ("x", "x2", "y", "y2", "count", "segment", "purity")


class Projection:
    """Two coordinates per customer.

    Parameters
    ----------
    matrix
        n × d, as the segments were found in.
    method
        ``"pca"``: the two directions in which customers differ most. ``"umap"``: neighbours stay neighbours;
        directions and distances between groups mean nothing. Needs the extra ``[segments]``, and compiles itself
        for about a minute when first used; above 100,000 customers it is learned on as many, and the others are
        placed among their nearest neighbours.
    names
        The d columns' names for people.
    random_state
        For UMAP, and for which points are shown.

    Attributes
    ----------
    coordinates : numpy.ndarray
        n × 2 float32.
    explained : tuple of float
        Share of the variance along each axis; zeros for UMAP, which has none.
    note : str
        What is approximate.

    Raises
    ------
    DataError
        For an unknown method, a matrix that isn't numbers, or UMAP where it isn't installed.

    References
    ----------
    Pearson, K. (1901). On lines and planes of closest fit to systems of points in space.
    McInnes, L., Healy, J. and Melville, J. (2018). UMAP: uniform manifold approximation and projection.
    """

    def __init__(
        self,
        matrix: Any,
        method: str = "pca",
        names: Sequence[str] | None = None,
        random_state: int = 0,
    ) -> None:
        points = np.asarray(matrix, dtype=np.float64)
        self._names = _checked_names(points, names)
        if method not in METHODS:
            raise DataError(
                f"method={method!r} is not known. Choose one of: {', '.join(map(repr, METHODS))}.",
                column="method",
                example=method,
            )
        self.method = method
        self.random_state = random_state
        self.note = ""
        if method == "pca":
            placed = embedding.principal(points)
            self.coordinates: Coordinates = placed.coordinates
            self.explained: tuple[float, float] = placed.explained
            self._loadings: Floats | None = placed.loadings
        else:
            self.coordinates, self.note = embedding.umap(points, random_state)
            self.explained, self._loadings = (0.0, 0.0), None

    @cached_property
    def extent(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The window that holds all customers, with a margin: low and high of x, low and high of y."""
        sides = []
        for values in self.coordinates.T:
            low, high = float(values.min()), float(values.max())
            margin = MARGIN * (high - low) or 0.5
            sides.append((low - margin, high + margin))
        return sides[0], sides[1]

    @cached_property
    def axes(self) -> tuple[str, str]:
        """What left–right and up–down mean."""
        if self._loadings is None:
            return "Left to right means nothing: only who is near whom does.", "Upwards means nothing either."
        said = []
        for where, loadings, share in zip(
            ("Left to right", "Upwards"), self._loadings, self.explained, strict=True
        ):
            said.append(f"{where}: {self._direction(loadings)} ({100 * share:.0f} % of the differences).")
        return said[0], said[1]

    def density(
        self,
        labels: Any,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        bins: tuple[int, int] = BINS,
        keep: Any = None,
    ) -> pd.DataFrame:
        """How many customers are where, and of which segment most of them are.

        Parameters
        ----------
        labels
            The n customers' segments.
        x, y
            The window; all when left out.
        bins
            Cells across and up.
        keep
            n flags: count these only.

        Returns
        -------
        pandas.DataFrame
            A row per cell that anybody is in: ``x``, ``x2``, ``y``, ``y2`` (its edges), ``count``, ``segment``
            (of most; the smallest number on a tie), ``purity`` (its share of the cell).
        """
        import pandas as pd

        values = labelled.checked(labels, len(self.coordinates))
        across, up = _checked_bins(bins)
        (x0, x1), (y0, y1) = self._window(x, y)
        low = int(values.min(initial=0))
        kinds = int(values.max(initial=0)) - low + 1
        # Cells and segments as one number per customer; everything is float32 and int32 until it is counted.
        columns, inside_x = _cells(self.coordinates[:, 0], x0, x1, across)
        rows, inside_y = _cells(self.coordinates[:, 1], y0, y1, up)
        inside = inside_x & inside_y
        if keep is not None:
            inside &= self._mask("keep", keep)
        code = (columns * up + rows) * kinds
        code += (values - low).astype(np.int32)
        counted = np.bincount(code if inside.all() else code[inside], minlength=across * up * kinds)
        table = counted.reshape(across * up, kinds)
        total = table.sum(axis=1)
        used = np.flatnonzero(total)
        most = table[used].argmax(axis=1)
        edges_x, edges_y = np.linspace(x0, x1, across + 1), np.linspace(y0, y1, up + 1)
        column, row = used // up, used % up
        data = (
            *(edges_x[column], edges_x[column + 1], edges_y[row], edges_y[row + 1]),
            *(total[used], most + low, table[used, most] / total[used]),
        )
        return pd.DataFrame(dict(zip(COLUMNS, data, strict=True)))

    def points(
        self,
        labels: Any,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        limit: int = POINTS,
        keep: Any = None,
    ) -> pd.DataFrame:
        """Customers one by one: all in the window, or a random `limit` of them.

        Parameters
        ----------
        labels, x, y, keep
            As for `density`.
        limit
            Most points.

        Returns
        -------
        pandas.DataFrame
            ``x``, ``y``, ``segment``. How many there are says `count`.
        """
        import pandas as pd

        values = labelled.checked(labels, len(self.coordinates))
        rows = np.flatnonzero(self._inside_window(x, y, keep))
        if len(rows) > limit:
            rows = np.sort(np.random.default_rng(self.random_state).choice(rows, limit, replace=False))
        chosen = self.coordinates[rows]
        return pd.DataFrame({"x": chosen[:, 0], "y": chosen[:, 1], "segment": values[rows]})

    def count(
        self,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        keep: Any = None,
    ) -> int:
        """How many customers are in the window."""
        return int(self._inside_window(x, y, keep).sum())

    def inside(self, polygon: Sequence[Sequence[float]], keep: Any = None) -> Mask:
        """Which customers are inside a polygon.

        Parameters
        ----------
        polygon
            Its corners ``[(x, y), …]``, at least three; it is closed by itself, and where it crosses itself
            the even–odd rule holds.
        keep
            n flags: only these.

        Returns
        -------
        numpy.ndarray
            n flags.

        Raises
        ------
        DataError
            For fewer than three corners.
        """
        corners = np.asarray(polygon, dtype=np.float64)
        if corners.ndim != 2 or corners.shape[1:] != (2,) or len(corners) < 3:
            raise DataError(
                "A polygon needs at least three corners: [(x, y), (x, y), (x, y)].", column="polygon"
            )
        if not np.isfinite(corners).all():
            raise DataError("A corner of the polygon is not a number.", column="polygon")
        low, high = corners.min(axis=0), corners.max(axis=0)
        chosen: Mask = np.all((self.coordinates >= low) & (self.coordinates <= high), axis=1)
        if keep is not None:
            chosen &= self._mask("keep", keep)
        rows = np.flatnonzero(chosen)
        chosen[rows] = _within(self.coordinates[rows].astype(np.float64), corners)
        return chosen

    def _window(self, x: Any, y: Any) -> tuple[tuple[float, float], tuple[float, float]]:
        sides = []
        for axis, given, whole in zip("xy", (x, y), self.extent, strict=True):
            low, high = whole if given is None else (float(given[0]), float(given[1]))
            if not low < high:
                raise DataError(
                    f"{axis}=({low}, {high}) is no window: its low end must be below its high end.",
                    column=axis,
                )
            sides.append((low, high))
        return sides[0], sides[1]

    def _inside_window(self, x: Any, y: Any, keep: Any) -> Mask:
        (x0, x1), (y0, y1) = self._window(x, y)
        first, second = self.coordinates.T
        inside: Mask = (first >= x0) & (first <= x1) & (second >= y0) & (second <= y1)
        return inside if keep is None else inside & self._mask("keep", keep)

    def _mask(self, argument: str, values: Any) -> Mask:
        mask = np.asarray(values)
        if mask.dtype.kind != "b" or mask.shape != (len(self.coordinates),):
            raise DataError(
                f"{argument}= must be {len(self.coordinates):,} flags, one per customer.", column=argument
            )
        return mask

    def _direction(self, loadings: Floats) -> str:
        largest = np.abs(loadings).max(initial=0.0)
        if not largest:
            return "customers don't differ"
        order = np.argsort(-np.abs(loadings), kind="stable")
        told = [index for index in order[:NAMED] if abs(loadings[index]) >= TELLING * largest]
        parts = []
        for word, sign in (("more", 1), ("less", -1)):
            named = [self._names[index] for index in told if sign * loadings[index] > 0]
            parts += [f"{word} {_listed(named)}"] if named else []
        return ", ".join(parts)


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _cells(values: Coordinates, low: float, high: float, bins: int) -> tuple[NDArray[np.int32], Mask]:
    """The cell of each value, and whether it is in the window; the upper edge belongs to the last cell."""
    scaled = (values - np.float32(low)) * np.float32(bins / (high - low))
    inside = (values >= np.float32(low)) & (values <= np.float32(high))
    return np.clip(scaled, 0, bins - 1).astype(np.int32), inside


def _within(points: Floats, corners: Floats) -> Mask:
    """Even–odd rule: a ray to the right crosses the outline an odd number of times."""
    inside = np.zeros(len(points), dtype=bool)
    x, y = points.T
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > y) != (y2 > y)
        inside ^= crosses & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return inside


def _checked_bins(bins: tuple[int, int]) -> tuple[int, int]:
    across, up = (int(number) for number in bins)
    if not (1 <= across <= 1000 and 1 <= up <= 1000):
        raise DataError(f"bins={bins!r} is not possible: 1 to 1,000 cells each way.", column="bins")
    return across, up


def _checked_names(points: Floats, names: Sequence[str] | None) -> list[str]:
    if points.ndim != 2 or not points.shape[0] or not points.shape[1] or not np.isfinite(points).all():
        raise DataError(
            "The matrix must be a table of finite numbers with a row per customer and a column per feature: "
            "model.matrix_.",
            column="matrix",
        )
    if names is None:
        return [f"column {number + 1}" for number in range(points.shape[1])]
    if len(names) != points.shape[1]:
        raise DataError(
            f"names= holds {len(names)} names for {points.shape[1]} columns of the matrix.", column="names"
        )
    return [str(name) for name in names]
