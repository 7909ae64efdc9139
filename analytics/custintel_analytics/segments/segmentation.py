"""Segments of customers: found, placed, kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from custintel_analytics.segments import settings
from custintel_analytics.segments.fitted import Fitted

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.fitting import Learned
    from custintel_analytics.segments.methods.fit import Progress
    from custintel_analytics.segments.methods.placement import Integers


class Segmentation(Fitted):
    """Segments of customers, in scikit-learn's manner: settings here, `fit` learns, `predict` places.

    Parameters
    ----------
    method
        ``"rfm"`` (rules over recency, frequency and monetary value), ``"kmeans"``, ``"minibatch"``, ``"ward"``,
        ``"gmm"`` (Gaussian mixture), ``"hdbscan"`` or ``"mixed"`` (k-prototypes, for numbers with categories).
    n_segments
        How many; RFM rules and HDBSCAN find their number themselves.
    log
        Whether skewed columns enter as log(1 + x): those that the catalogue of the features marks.
    scaling
        ``"standard"`` (mean 0, standard deviation 1), ``"robust"`` (median 0, interquartile range 1) or ``"none"``.
    clip
        The share of values to move in at either end before that, such as 0.01; None for none.
    impute
        What stands for a missing number: ``"median"``, ``"mean"``, or None, which refuses missing values. A missing
        category is a level of its own.
    encode
        Categories as columns of 0 and 1 (``"onehot"``) or as numbers in their order (``"ordinal"``).
    weights
        Column to its weight: 2 counts as if the column were there twice, 0 leaves it out.
    random_state
        The seed.
    n_init
        Starts of k-means and its kin, of which the best is taken; one from 200,000 customers on.
    names
        Number of a segment to the name that people gave it.

    Attributes
    ----------
    labels_ : numpy.ndarray
        n int64, in the order of ``features_.frame``; −1 in no segment (HDBSCAN only).
    segments_ : numpy.ndarray
        The k numbers that occur, rising. 0 to k − 1 in the order of mean value; with gaps for RFM rules that nobody
        meets and where `fit` kept the numbers of an earlier segmentation.
    centres_, sizes_ : numpy.ndarray
        k × d means in the matrix, and k counts, in the order of ``segments_``.
    matrix_ : numpy.ndarray
        n × d float64, in which customers are compared; columns ``outputs_``.
    pipeline_ : sklearn.pipeline.Pipeline
        The fitted preprocessing; None once loaded, when ``recipe_`` does its work.
    inertia_ : float
        Sum of squared distances to the own centre.
    exact_ : bool
        Whether the method was applied as it is, without sampling or micro-clusters.
    notes_ : tuple of str
        What is approximate, left out or doubtful.
    linkage_, leaf_sizes_ : numpy.ndarray
        Of Ward: SciPy's linkage matrix and the customers of each leaf; else None.
    bic_ : float
        Of a mixture: the Bayesian information criterion; else None.
    """

    def __init__(
        self,
        method: str = "kmeans",
        n_segments: int = 4,
        *,
        log: bool = True,
        scaling: str = "standard",
        clip: float | None = None,
        impute: str | None = "median",
        encode: str = "onehot",
        weights: Mapping[str, float] | None = None,
        random_state: int = 0,
        n_init: int = 10,
        names: Mapping[int, str] | None = None,
    ) -> None:
        self.settings = settings.check(
            method=method,
            n_segments=n_segments,
            log=log,
            scaling=scaling,
            clip=clip,
            impute=impute,
            encode=encode,
            weights=weights,
            random_state=random_state,
            n_init=n_init,
        )
        self.names = {int(segment): str(name) for segment, name in (names or {}).items() if str(name).strip()}
        self._kept = {}

    def __repr__(self) -> str:
        number = "" if self.method in settings.WITHOUT_NUMBER else f", n_segments={self.n_segments}"
        return f"Segmentation(method={self.method!r}{number})"

    @property
    def method(self) -> str:
        """The method's name."""
        return self.settings.method

    @property
    def n_segments(self) -> int:
        """How many segments were asked for."""
        return self.settings.n_segments

    def fit(
        self, features: Any, progress: Progress | None = None, previous: Segmentation | None = None
    ) -> Segmentation:
        """Find the segments.

        Parameters
        ----------
        features
            Features, or a frame with one row per customer.
        progress
            Told (done, total, message); stops the work by the exception it raises.
        previous
            An earlier segmentation: segments that share customers keep its numbers and the names people gave.

        Raises
        ------
        DataError
            When there are fewer different customers than segments, or columns that can't be compared.
        """
        from custintel_analytics.segments import fitting

        return self._learn(fitting.learn(self, fitting.as_features(features), progress, previous))

    def predict(self, features: Any) -> Integers:
        """The segment of each customer, who may be new.

        Parameters
        ----------
        features
            Features, or a frame with the columns in ``columns_``.

        Returns
        -------
        numpy.ndarray
            n int64, −1 in no segment. For Ward and HDBSCAN by the nearest centre, see ``notes_``.

        Warns
        -----
        UserWarning
            When values are missing or levels unknown that weren't when the segments were learned.

        Raises
        ------
        DataError
            When a column isn't there.
        """
        from custintel_analytics.segments import fitting

        return fitting.predict(self._ready(), features)

    def cut(self, n_segments: int) -> Segmentation:
        """Of Ward: another cut of the same tree, at once. Segments that stay keep their numbers and names.

        Raises
        ------
        DataError
            For another method, or more segments than leaves.
        """
        from custintel_analytics.segments import fitting

        self._data()
        other = Segmentation(**{**self.settings.to_dict(), "n_segments": n_segments})
        return other._learn(fitting.cut(self, other.n_segments))

    def to_sql(self, dialect: str = "duckdb", features: Features | None = None) -> str:
        """SQL that gives every customer of the source table the segment that `predict` gives.

        Exact for k-means, mini-batch k-means, k-prototypes and RFM rules.

        Parameters
        ----------
        dialect
            As in `Audience.to_sql`.
        features
            Whose table to ask; those of the fit when left out.

        Raises
        ------
        DataError
            For other methods: ``rules().to_sql`` approximates them. For features that were made from a frame.
        """
        from custintel_analytics.segments import assignment_sql

        return assignment_sql.to_sql(self._ready(), dialect, features)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the model as JSON: numbers, names and profile, but no customer.

        Parameters
        ----------
        path
            The file; a folder that isn't there is made.

        Returns
        -------
        pathlib.Path
            The file.
        """
        from custintel_analytics.segments import saving

        return saving.save(self._ready(), path)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Segmentation:
        """The model that `save` wrote. It predicts as before, and has its names, profile and summary.

        Raises
        ------
        DataError
            When the file holds no segmentation, or one of a later format.
        """
        from custintel_analytics.segments import saving

        return saving.load(path)

    def _ready(self) -> Segmentation:
        self._fitted()
        return self

    def _learn(self, learned: Learned) -> Segmentation:
        for name, value in vars(learned).items():
            if name != "names":
                setattr(self, f"{name}_", value)
        self.names = learned.names | self.names
        self._kept = {}
        return self
