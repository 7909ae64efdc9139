"""What segments are: their means beside everybody's, their size and their value."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments import labelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.labelled import Names
    from custintel_analytics.segments.tree import Rules

    Floats = NDArray[np.float64]

COLUMNS = (
    *("segment", "name", "feature", "level", "label", "unit", "kind"),
    *("mean", "median", "average", "index", "effect", "n"),
)
LEVELS = 8  # of a category that are shown by name
LARGEST_EFFECT = 10.0
LAPSED_QUANTILE = 0.9


def profile(features: Features, labels: Any, names: Names = None) -> pd.DataFrame:
    """Each segment's mean of each feature, beside everybody's.

    Parameters
    ----------
    features
        Of n customers.
    labels
        Their segments, n whole numbers; −1 is in no segment.
    names
        What the segments are called.

    Returns
    -------
    pandas.DataFrame
        A row per segment and feature, in the order of the features; for a category one row per level, the
        eight most frequent by name and the rest together: ``segment``, ``name``, ``feature``, ``level``
        (empty for numbers), ``label``, ``unit``, ``kind``, ``mean`` (a share for flags and levels),
        ``median`` (NaN for flags and levels), ``average`` (the mean of all customers), ``index`` (100 · mean /
        average; NaN where the average is zero or negative), ``effect``, ``n`` (customers with a value).

    Notes
    -----
    ``effect`` sets the segment against all other customers, so that features with different units can be
    compared: for numbers Cohen's d, the difference of the means in pooled standard deviations, of the logged
    value where the catalogue says so; for flags and levels Cohen's h, ``2 asin √p₁ − 2 asin √p₂``. About .2 is
    small, .5 medium, .8 large. It is cut at ± 10, and NaN where there is nobody to compare with.

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences, sections 2.2 and 6.2.

    Raises
    ------
    DataError
        When the labels don't fit the features.
    """
    import pandas as pd

    values = labelled.checked(labels, len(features.frame))
    groups = _Groups(values)
    rows: list[dict[str, Any]] = []
    for column, row in labelled.about(features).items():
        shared = {"feature": column, "unit": row["unit"], "kind": row["kind"]}
        for part in _parts(features.frame[column], row, groups):
            rows.extend({**shared, **line} for line in part)
    frame = pd.DataFrame(rows)
    frame["name"] = [labelled.name_of(names, segment) for segment in frame["segment"]]
    rank = {segment: number for number, segment in enumerate(groups.segments)}
    frame = frame.sort_values("segment", key=lambda ids: ids.map(rank), kind="stable", ignore_index=True)
    return frame[list(COLUMNS)]


def summary(
    features: Features,
    labels: Any,
    names: Names = None,
    rules: Rules | None = None,
    borders: Any = None,
    lapsed_after: int | None = None,
) -> pd.DataFrame:
    """A row per segment: how many customers, what they are worth, how many have probably gone.

    Parameters
    ----------
    features, labels, names
        As in `profile`.
    rules
        The rule tree, for ``rule``.
    borders
        n flags, of `borders.near`: who sits near another segment.
    lapsed_after
        Days without a purchase after which a customer counts as lapsed; by default `lapsed_after`.

    Returns
    -------
    pandas.DataFrame
        ``segment``, ``name``, ``size``, ``share`` (of customers), ``value`` (sum), ``value_share``,
        ``mean_value`` (of those whose value is known), ``lapsed`` (share of those with a recency), ``border``
        (customers), ``rule`` (one line). What isn't known is NaN; ``value_share`` is NaN too where the total isn't
        positive.
    """
    import pandas as pd

    values = labelled.checked(labels, len(features.frame))
    groups = _Groups(values)
    frame = pd.DataFrame({"segment": groups.segments})
    frame["name"] = [labelled.name_of(names, segment) for segment in groups.segments]
    frame["size"] = groups.sizes
    frame["share"] = frame["size"] / len(values)
    value = None if features.value is None else features.value.to_numpy(dtype=np.float64)
    worth = [] if value is None else [part[np.isfinite(part)] for part in groups.split(value)]
    frame["value"] = [float(part.sum()) if len(part) else np.nan for part in worth] if worth else np.nan
    total = frame["value"].sum()
    frame["value_share"] = frame["value"] / total if total > 0 else np.nan
    frame["mean_value"] = frame["value"] / [len(part) for part in worth] if worth else np.nan
    frame["lapsed"] = _lapsed(features, groups, lapsed_after)
    frame["border"] = np.nan
    if borders is not None:
        near = _flags(borders, len(values))
        frame["border"] = [int(part.sum()) for part in groups.split(near)]
    lines = {} if rules is None else dict(zip(rules.frame["segment"], rules.frame["short"], strict=True))
    frame["rule"] = [lines.get(segment, "") for segment in groups.segments]
    return frame


def lapsed_after(features: Features) -> int:
    """Days without a purchase after which a customer is called lapsed.

    The 90th percentile of the cadence (mean days between purchase days) of the customers with two purchase
    days or more, rounded up: nine in ten of those who come back do so within it, on average.

    Raises
    ------
    DataError
        When no customer's cadence is known.
    """
    cadence = None if features.cadence is None else features.cadence.to_numpy(dtype=np.float64)
    known = np.empty(0) if cadence is None else cadence[np.isfinite(cadence)]
    if not len(known):
        raise DataError(
            "Nobody's cadence is known: it needs customers with two purchase days or more. Say after how many "
            "days without a purchase a customer is lapsed: lapsed_after=90.",
            column="cadence",
            count=0,
        )
    return math.ceil(np.quantile(known, LAPSED_QUANTILE))


def cohens_d(segment: Floats, rest: Floats) -> float:
    """The difference of two means in pooled standard deviations, within ± 10; NaN where a side is empty.

    Parameters
    ----------
    segment, rest
        Values without NaN.
    """
    if not len(segment) or not len(rest):
        return float("nan")
    return _standardised(_moments(segment), _moments(rest))


class _Groups:
    """The customers sorted by segment, so that a column is split by slices."""

    def __init__(self, labels: NDArray[np.int64]) -> None:
        self.segments = labelled.present(labels)
        rank = np.empty(max(self.segments, default=0) + 2, dtype=np.int64)
        rank[np.array(self.segments, dtype=np.int64)] = np.arange(len(self.segments))
        # A label of −1 takes the last place of `rank`, which is free.
        self.codes = rank[labels]
        self.order = np.argsort(self.codes, kind="stable")
        self.sizes: list[int] = np.bincount(self.codes, minlength=len(self.segments)).tolist()
        self._cuts = np.cumsum(self.sizes)[:-1]

    def split(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        return np.split(values[self.order], self._cuts)


def _parts(column: pd.Series, row: dict[str, Any], groups: _Groups) -> Iterator[list[dict[str, Any]]]:
    if labelled.is_text(column):
        yield from _levels(column, row["label"], groups)
    elif row["kind"] == "flag":
        yield _shares(labelled.numbers(column), groups, row["label"], "")
    else:
        yield _numbers(column, row, groups)


def _numbers(column: pd.Series, row: dict[str, Any], groups: _Groups) -> list[dict[str, Any]]:
    raw = labelled.numbers(column)
    scaled = labelled.numbers(column, log=bool(row["log"]))
    known = np.isfinite(raw)
    average = float(raw[known].mean()) if known.any() else float("nan")
    parts = [part[np.isfinite(part)] for part in groups.split(raw)]
    moments = [_moments(part[np.isfinite(part)]) for part in groups.split(scaled)]
    lines = []
    for number, part in enumerate(parts):
        mean = float(part.mean()) if len(part) else float("nan")
        rest = _merged([moment for other, moment in enumerate(moments) if other != number])
        lines.append(
            {
                "segment": groups.segments[number],
                "level": "",
                "label": row["label"],
                "mean": mean,
                "median": float(np.median(part)) if len(part) else float("nan"),
                "average": average,
                "index": 100 * mean / average if average > 0 else float("nan"),
                "effect": _standardised(moments[number], rest),
                "n": len(part),
            }
        )
    return lines


def _levels(column: pd.Series, label: str, groups: _Groups) -> Iterator[list[dict[str, Any]]]:
    words = labelled.texts(column)
    known = column.notna().to_numpy()
    counts = Counter(words[known].tolist())
    # Equal counts in the order of the alphabet, so that the same data give the same table.
    order = sorted(counts, key=lambda level: (-counts[level], level))
    shown = order if len(order) <= LEVELS + 1 else order[:LEVELS]
    for level in shown:
        yield _shares(np.where(known, words == level, np.nan), groups, f"{label}: {level}", level)
    if len(order) > len(shown):
        others = f"{len(order) - len(shown)} others"
        is_other = known & ~np.isin(words.astype(str), shown)
        yield _shares(np.where(known, is_other, np.nan), groups, f"{label}: {others}", others)


def _shares(flags: Floats, groups: _Groups, label: str, level: str) -> list[dict[str, Any]]:
    parts = [part[np.isfinite(part)] for part in groups.split(flags)]
    yes, n = [float(part.sum()) for part in parts], [len(part) for part in parts]
    average = sum(yes) / sum(n) if sum(n) else float("nan")
    lines = []
    for number, segment in enumerate(groups.segments):
        mean = yes[number] / n[number] if n[number] else float("nan")
        others = sum(n) - n[number]
        rest = (sum(yes) - yes[number]) / others if others else float("nan")
        # Sums of counts are exact, but their difference over n can leave 0–1 by a rounding error.
        angles = [2 * math.asin(math.sqrt(min(max(share, 0.0), 1.0))) for share in (mean, rest)]
        lines.append(
            {
                "segment": segment,
                "level": level,
                "label": label,
                "mean": mean,
                "median": float("nan"),
                "average": average,
                "index": 100 * mean / average if average > 0 else float("nan"),
                "effect": angles[0] - angles[1] if n[number] and others else float("nan"),
                "n": n[number],
            }
        )
    return lines


def _moments(values: Floats) -> tuple[int, float, float]:
    """Count, mean and sum of squared deviations."""
    if not len(values):
        return 0, 0.0, 0.0
    mean = float(values.mean())
    return len(values), mean, float(np.square(values - mean).sum())


def _merged(parts: list[tuple[int, float, float]]) -> tuple[int, float, float]:
    """The moments of several groups together (Chan, Golub and LeVeque, 1983)."""
    count = sum(n for n, _, _ in parts)
    if not count:
        return 0, 0.0, 0.0
    mean = sum(n * m for n, m, _ in parts) / count
    return count, mean, sum(s + n * (m - mean) ** 2 for n, m, s in parts)


def _standardised(one: tuple[int, float, float], other: tuple[int, float, float]) -> float:
    (n, mean, squares), (m, rest, more) = one, other
    if not n or not m:
        return float("nan")
    pooled = math.sqrt((squares + more) / max(n + m - 2, 1))
    difference = mean - rest
    if pooled <= abs(difference) / LARGEST_EFFECT:
        return math.copysign(LARGEST_EFFECT, difference) if difference else 0.0
    return difference / pooled


def _lapsed(features: Features, groups: _Groups, days: int | None) -> Any:
    if features.recency is None:
        return np.nan
    if days is None:
        cadence = features.cadence
        if cadence is None or not np.isfinite(cadence.to_numpy(dtype=np.float64)).any():
            return np.nan
        days = lapsed_after(features)
    recency = features.recency.to_numpy(dtype=np.float64)
    parts = [part[np.isfinite(part)] for part in groups.split(recency)]
    return [float((part > days).mean()) if len(part) else np.nan for part in parts]


def _flags(borders: Any, customers: int) -> NDArray[np.bool_]:
    near = np.asarray(borders)
    if near.dtype.kind != "b" or near.shape != (customers,):
        raise DataError(
            f"borders= must be {customers:,} flags, one per customer. Pass borders.near(distances).",
            column="borders",
        )
    return near
