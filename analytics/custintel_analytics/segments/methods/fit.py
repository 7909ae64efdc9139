"""What every method answers, and which module answers for which name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.segments.methods.placement import Floats, Integers, Placement
    from custintel_analytics.segments.recipe import Recipe

Progress = Callable[[int, int, str], None]

_MODULES = {
    "kmeans": "kmeans",
    "minibatch": "kmeans",
    "ward": "ward",
    "gmm": "gmm",
    "hdbscan": "density",
    "mixed": "mixed",
}
_FEW = 10_000
_WORTH_THREADS = 50_000


@dataclass(frozen=True)
class Task:
    """What a method is asked for.

    Parameters
    ----------
    method
        Its name.
    n_segments
        How many segments to make.
    random_state
        The seed.
    n_init
        Number of starts.
    recipe
        Of the matrix, for methods that treat categories on their own.
    progress
        Told (done, total, message); stops the work by the exception it raises.
    """

    method: str
    n_segments: int
    random_state: int
    n_init: int
    recipe: Recipe | None = None
    progress: Progress | None = None

    def tell(self, done: int, total: int, message: str) -> None:
        """Report how far the work is."""
        if self.progress is not None:
            self.progress(done, total, message)


@dataclass(frozen=True, eq=False)
class Fit:
    """What a method found.

    Parameters
    ----------
    labels
        n numbers from 0; −1 in no segment.
    placement
        For new customers.
    exact
        Whether this is the method itself, and no approximation of it.
    notes
        What people should know, in sentences.
    linkage
        Of Ward: SciPy's linkage matrix.
    leaf_sizes
        Of Ward: customers of each leaf.
    leaves
        Of Ward: each customer's leaf.
    bic
        Of a mixture: the Bayesian information criterion.
    """

    labels: Integers
    placement: Placement
    exact: bool = True
    notes: tuple[str, ...] = ()
    linkage: Floats | None = None
    leaf_sizes: Integers | None = None
    leaves: Integers | None = None
    bic: float | None = None


def fit(matrix: Floats, task: Task) -> Fit:
    """Find segments in a matrix.

    Parameters
    ----------
    matrix
        n × d, finite.
    task
        What is asked for.

    Raises
    ------
    DataError
        When there are fewer different customers than segments.
    """
    check_enough(matrix, task.n_segments)
    module = import_module(f"custintel_analytics.segments.methods.{_MODULES[task.method]}")
    found: Fit = module.fit(matrix, task)
    return found


@contextmanager
def threads(rows: int) -> Iterator[None]:
    """One thread for small matrices: there several only wait for each other, on a busy machine for minutes.

    Parameters
    ----------
    rows
        Of the matrix.
    """
    if rows >= _WORTH_THREADS:
        yield
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


def check_enough(matrix: Floats, n_segments: int) -> None:
    """Refuse to make more segments than there are different customers.

    Raises
    ------
    DataError
        Says how many there are.
    """
    different = len(np.unique(matrix[:_FEW], axis=0))
    if different < n_segments and len(matrix) > _FEW:
        different = len(np.unique(matrix, axis=0))
    if different < n_segments:
        raise DataError(
            f"n_segments={n_segments}, but there are {len(matrix):,} customers, {different:,} of them different. Ask "
            f"for {different} segments at most, or add columns.",
            column="n_segments",
            count=different,
            example=n_segments,
        )


def sampled(matrix: Floats, most: int, seed: int) -> NDArray[Any]:
    """Row numbers, rising: all of them, or `most` drawn without replacement."""
    if len(matrix) <= most:
        return np.arange(len(matrix))
    return np.sort(np.random.default_rng(seed).choice(len(matrix), most, replace=False))
