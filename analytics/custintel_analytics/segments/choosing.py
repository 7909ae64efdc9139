"""How many segments: indices and stability over k, and a recommendation by a stated rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments import indices
from custintel_analytics.segments import settings as given
from custintel_analytics.segments.methods import fit as methods
from custintel_analytics.segments.methods import placement, ward
from custintel_analytics.segments.wording import portion

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.segments.methods.fit import Fit, Progress
    from custintel_analytics.segments.methods.placement import Floats, Placement
    from custintel_analytics.segments.settings import SegmentationSettings

STABLE = 0.85
SMALLEST = 0.05
BETTER = 0.02
ALIKE = 0.05  # stabilities that differ by less are taken as equal when none passes
LEAST = 3
_RESAMPLED = 5_000
_RESAMPLED_TREE = 2_000
_STARTS = 3
_USUAL = range(2, 9)
_LOOKED_AT = 1_000


@dataclass(frozen=True, eq=False, repr=False)
class Choice:
    """What `choose` found.

    Parameters
    ----------
    frame
        One row per number of segments: ``k``, ``inertia`` (sum of squared distances to the own centre),
        ``silhouette`` (higher is better), ``davies_bouldin`` (lower), ``calinski_harabasz`` (higher), ``stability``
        (mean adjusted Rand index between the segments and those of resampled customers), ``stay_put`` (share of
        customers who stay in their segment when that is done), ``smallest_share``, ``admissible``, ``recommended``.
    recommended
        The number of segments to take.
    reason
        Why, in a sentence.
    sample
        What was computed on how many customers, in a sentence.
    method
        By which method.
    settings
        All settings of it.
    """

    frame: pd.DataFrame
    recommended: int
    reason: str
    sample: str
    method: str
    settings: SegmentationSettings

    @property
    def stay_put(self) -> dict[int, float]:
        """Share of customers who stay in their segment when others are drawn, by k."""
        return dict(zip(self.frame["k"].tolist(), self.frame["stay_put"].tolist(), strict=True))

    def summary(self) -> str:
        """The recommendation and what it rests on."""
        return f"{self.reason} {self.sample}"

    def __repr__(self) -> str:
        return f"Choice({self.recommended} segments by {self.method}, of k = {self.frame['k'].tolist()})"


def choose(
    features: Any,
    method: str = "kmeans",
    k: Iterable[int] | None = None,
    *,
    log: bool = True,
    scaling: str = "standard",
    clip: float | None = None,
    impute: str | None = "median",
    encode: str = "onehot",
    weights: dict[str, float] | None = None,
    n_init: int = 10,
    stability_runs: int = 20,
    sample: int = 10_000,
    random_state: int = 0,
    progress: Progress | None = None,
) -> Choice:
    """Compare numbers of segments and recommend one.

    The rule: the smallest k from 3 on with stability of at least .85 in which no segment has less than 5 % of the
    customers; a larger such k is taken instead when its silhouette is higher by .02 or more. Two segments are
    never recommended where three or more were compared: on skewed customer data every index prefers two, buyers
    and the rest, which nobody needs an analysis for. When no k passes, the most stable from 3 on is taken (the smallest
    of those within .05), and the reason says that it does not pass.

    Parameters
    ----------
    features
        Features, or a frame with one row per customer.
    method
        Any but ``"rfm"`` and ``"hdbscan"``, which find their number themselves.
    k
        The numbers to compare; by default 2 to 8, or as many as there are different customers.
    log, scaling, clip, impute, encode, weights, n_init
        As in `Segmentation`.
    stability_runs
        How many times customers are drawn again.
    sample
        Up to how many customers the silhouette is computed on and the stability is judged by.
    random_state
        The seed.
    progress
        Told (done, total, message); stops the work by the exception it raises.

    Notes
    -----
    Stability: customers are drawn with replacement (as many as there are, 5,000 at most; 2,000 for Ward), the method
    finds segments among them, and all customers are placed in these; the adjusted Rand index compares that with
    the segments found among all. Davies–Bouldin and Calinski–Harabasz use all customers.

    References
    ----------
    Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics & Data Analysis 52.
    Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2.

    Raises
    ------
    DataError
        For a method without a number, impossible settings, or more segments than different customers.
    """
    import pandas as pd

    from custintel_analytics.segments.fitting import as_features
    from custintel_analytics.segments.preprocessing import prepare

    numbers = given.whole_range("k", _USUAL if k is None else k)
    checked = given.check(
        method=method,
        n_segments=numbers[-1],
        log=log,
        scaling=scaling,
        clip=clip,
        impute=impute,
        encode=encode,
        weights=weights,
        random_state=random_state,
        n_init=n_init,
    )
    if method in given.WITHOUT_NUMBER:
        raise DataError(
            f"{given.NAMES_OF_METHODS[method]} finds its number of segments itself, so there is none to choose. Compare "
            "numbers by method='kmeans'.",
            column="method",
            example=method,
        )
    runs, most = _count("stability_runs", stability_runs, 2), _count("sample", sample, 100)
    prepared = prepare(as_features(features), checked)
    if k is None:
        numbers = _fewer(numbers, prepared.matrix)
        checked = replace(checked, n_segments=numbers[-1])
    methods.check_enough(prepared.matrix, numbers[-1])
    comparison = _Comparison(prepared.matrix, prepared.recipe, checked, numbers, runs, most, progress)
    with methods.threads(len(prepared.matrix)):
        frame = pd.DataFrame(comparison.rows())
    recommended, reason = _recommend(frame)
    frame["recommended"] = frame["k"] == recommended
    return Choice(frame, recommended, reason, comparison.sentence, method, checked)


def _fewer(numbers: list[int], matrix: Floats) -> list[int]:
    """The numbers below that of different customers."""
    first = len(np.unique(matrix[:_LOOKED_AT], axis=0))
    different = first if first > numbers[-1] else len(np.unique(matrix, axis=0))
    fewer = [number for number in numbers if number < different]
    if len(fewer) < 2:
        raise DataError(
            f"There are {len(matrix):,} customers, {different:,} of them different: too few to compare numbers of "
            "segments. Look at them one by one, or add customers or columns.",
            column="k",
            count=different,
        )
    return fewer


class _Comparison:
    """The rows of the table, one k after the other."""

    def __init__(
        self,
        matrix: Floats,
        recipe: Any,
        settings: SegmentationSettings,
        numbers: list[int],
        runs: int,
        most: int,
        progress: Progress | None,
    ) -> None:
        self.matrix = matrix
        self.recipe = recipe
        self.settings = settings
        self.numbers = numbers
        self.runs = runs
        self.rows_judged = methods.sampled(matrix, most, settings.random_state)
        tree = settings.method == "ward"
        self.drawn = min(len(matrix), _RESAMPLED_TREE if tree else _RESAMPLED)
        self._progress = progress
        self._done, self._total = 0, len(numbers) * (runs + 2) + 1

    @property
    def sentence(self) -> str:
        """What was computed on how many customers."""
        count, judged = len(self.matrix), len(self.rows_judged)
        who = "all" if judged == count else f"a random sample of {judged:,} of the"
        said = f"Silhouette and stability on {who} {count:,} customers; stability from {self.runs} draws of {self.drawn:,}"
        return f"{said}; the other indices on all." if judged < count else f"{said}."

    def rows(self) -> list[dict[str, Any]]:
        """One row per k."""
        fits = self._fits()
        with methods.threads(self.drawn):
            placements = self._resampled()
        self._tell("Comparing the distances between customers…")
        judged = [fits[k].labels[self.rows_judged] for k in self.numbers]
        silhouettes = indices.silhouettes(self.matrix[self.rows_judged], judged)
        rows = zip(self.numbers, silhouettes, strict=True)
        return [self._row(k, fits[k], placements[k], silhouette) for k, silhouette in rows]

    def _row(self, k: int, found: Fit, placements: list[Placement], silhouette: float) -> dict[str, Any]:
        from sklearn.metrics import adjusted_rand_score

        self._tell(f"Judging {k} segments…")
        labels = found.labels
        judged = labels[self.rows_judged]
        points = self.matrix[self.rows_judged]
        again = [placed.place(points) for placed in placements]
        shares = np.bincount(labels, minlength=k) / len(labels)
        stability = float(np.mean([adjusted_rand_score(judged, other) for other in again]))
        centres = indices.Partition(self.matrix, labels)
        smallest = float(shares.min())
        return {
            "k": k,
            "inertia": self._inertia(found, centres),
            "silhouette": silhouette,
            "davies_bouldin": centres.davies_bouldin,
            "calinski_harabasz": centres.calinski_harabasz,
            "stability": stability,
            "stay_put": float(np.mean([indices.stay_put(judged, other) for other in again])),
            "smallest_share": smallest,
            "admissible": k >= LEAST and stability >= STABLE and smallest >= SMALLEST,
        }

    def _inertia(self, found: Fit, means: indices.Partition) -> float:
        """As `Segmentation.inertia_`: to the centres that the method stopped at, else to the means."""
        if isinstance(found.placement, placement.Centres):
            return placement.inertia(self.matrix, found.labels, found.placement.centres)
        return means.inertia

    def _fits(self) -> dict[int, Fit]:
        """The segments of all customers, by k."""
        fits: dict[int, Fit] = {}
        for k in self.numbers:
            self._tell(f"Finding {k} segments among {len(self.matrix):,} customers…")
            tree = fits.get(self.numbers[0])
            fits[k] = self._again(self.matrix, k, tree, self.settings.n_init, self.settings.random_state)
        return fits

    def _resampled(self) -> dict[int, list[Placement]]:
        """Where the segments of customers drawn again would place people, by k."""
        random = np.random.default_rng(self.settings.random_state)
        placements: dict[int, list[Placement]] = {k: [] for k in self.numbers}
        starts = min(_STARTS, self.settings.n_init)
        for run in range(self.runs):
            rows = self._drawn(random)
            seed = self.settings.random_state + run + 1
            first: Fit | None = None
            for k in self.numbers:
                self._tell(f"Stability: draw {run + 1} of {self.runs}, {k} segments…")
                first = self._again(rows, k, first, starts, seed)
                placements[k].append(first.placement)
        return placements

    def _drawn(self, random: np.random.Generator) -> Floats:
        """Customers drawn with replacement; of a few so many different ones that segments can be found."""
        rows = self.matrix[random.integers(0, len(self.matrix), self.drawn)]
        most = self.numbers[-1]
        if len(np.unique(rows[:_LOOKED_AT], axis=0)) < most and len(np.unique(rows, axis=0)) < most:
            rows[:most] = random.permutation(np.unique(self.matrix, axis=0))[:most]
        return rows

    def _again(self, matrix: Floats, k: int, tree: Fit | None, starts: int, seed: int) -> Fit:
        """Another number of segments; of Ward's tree only another cut."""
        if tree is None or tree.linkage is None or tree.leaves is None or tree.leaf_sizes is None:
            return self._fit(matrix, k, starts, seed)
        return ward.cut(matrix, tree.linkage, tree.leaves, tree.leaf_sizes, k)

    def _fit(self, matrix: Floats, k: int, starts: int, seed: int) -> Fit:
        return methods.fit(matrix, methods.Task(self.settings.method, k, seed, starts, self.recipe))

    def _tell(self, message: str) -> None:
        if self._progress is not None:
            self._progress(self._done, self._total, message)
        self._done += 1


def _recommend(frame: pd.DataFrame) -> tuple[int, str]:
    """The number that the rule picks, and the sentence that says why."""
    passed = frame[frame["admissible"]]
    if passed.empty:
        return _least_bad(frame)
    first = passed.iloc[0]
    chosen = first
    for _, row in passed.iterrows():
        if row["silhouette"] >= chosen["silhouette"] + BETTER:
            chosen = row
    k = int(chosen["k"])
    stay = f"Re-sampled, {portion(chosen['stay_put'])} of customers stay put."
    if chosen is first:
        return k, f"{k} segments: the smallest k with stability ≥ {_dot(STABLE)}. {stay}"
    return k, (
        f"{k} segments: stability {_dot(chosen['stability'])}, and clearly better apart than {int(first['k'])} "
        f"(silhouette {_dot(chosen['silhouette'])} against {_dot(first['silhouette'])}). {stay}"
    )


def _least_bad(frame: pd.DataFrame) -> tuple[int, str]:
    """What to take when no number passes: the smallest of the most stable ones."""
    wide = frame[frame["k"] >= LEAST]
    if wide.empty:
        k = int(frame["k"].iloc[-1])
        return k, f"{k} segments: no larger number was compared."
    large = wide[wide["smallest_share"] >= SMALLEST]
    wide = wide if large.empty else large
    chosen = wide[wide["stability"] >= wide["stability"].max() - ALIKE].iloc[0]
    problem = (
        f"its smallest segment has {100 * chosen['smallest_share']:.1f} % of the customers"
        if chosen["stability"] >= STABLE
        else f"the limit is {_dot(STABLE)}"
    )
    k = int(chosen["k"])
    return k, (
        f"{k} segments: the most stable of those compared, at {_dot(chosen['stability'])}, but {problem}. Take these "
        f"segments with caution: re-sampled, {portion(chosen['stay_put'])} of customers stay put."
    )


def _dot(value: float) -> str:
    """A number below one as the field writes it: .85."""
    return f"{value:.2f}".removeprefix("0") if 0 <= value < 0.995 else f"{value:.2f}"


def _count(argument: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__") or int(value) < least:
        raise DataError(
            f"{argument}={value!r} is not possible. A whole number from {least} on.",
            column=argument,
            example=value,
        )
    return int(value)
