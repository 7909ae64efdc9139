"""Who sits near another segment, and why a customer is in theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments import labelled
from custintel_analytics.segments.labelled import NOBODYS
from custintel_analytics.segments.phrasing import number

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.labelled import Names

    Floats = NDArray[np.float64]

WITHIN = 0.1
TOLD = 2  # features in the sentence


@dataclass(frozen=True, eq=False)
class Why:
    """Why a customer is in their segment and not in the next one.

    Parameters
    ----------
    sentence
        For people.
    frame
        A row per feature, the most decisive first: ``feature``, ``label``, ``value`` (the customer's),
        ``segment_mean`` and ``next_segment_mean`` (for a category the share of customers with the same level),
        ``pull`` (its part in squared distance to the next segment's centre less that to their own: above zero
        it speaks for their segment).
    segment, next_segment
        Their segment and the nearest other one.
    margin
        How much farther the next centre is, as a share of its distance; below zero where it is nearer.
    """

    sentence: str
    frame: pd.DataFrame
    segment: int
    next_segment: int
    margin: float


def margins(distances: Any) -> Floats:
    """How clearly each customer belongs to the nearest centre.

    Parameters
    ----------
    distances
        n × k distances to the k centres.

    Returns
    -------
    numpy.ndarray
        n numbers (d₂ − d₁) / d₂ of the two smallest distances: 0 halfway between two centres, 1 on a centre, or
        with a single one.
    """
    away = np.asarray(distances, dtype=np.float64)
    if away.ndim != 2 or not away.shape[1]:
        raise DataError(
            "distances must be a table with a row per customer and a column per segment: model.distances().",
            column="distances",
        )
    if away.shape[1] == 1:
        return np.ones(len(away))
    nearest = np.partition(away, 1, axis=1)[:, :2]
    first, second = nearest.min(axis=1), nearest.max(axis=1)
    margin: Floats = np.divide(second - first, second, out=np.zeros(len(away)), where=second > 0)
    return margin


def near(distances: Any, within: float = WITHIN) -> NDArray[np.bool_]:
    """Whether each customer's margin is below `within`: a small change would move them.

    Parameters
    ----------
    distances
        n × k distances to the k centres.
    within
        0 to 1.
    """
    if not 0 <= within <= 1:
        raise DataError(f"within={within!r} is not a share. Write one from 0 to 1, such as within=0.1.")
    return margins(distances) < within


def why(
    features: Features,
    labels: Any,
    names: Names = None,
    customer: Any = None,
    *,
    matrix: Any = None,
    centres: Any = None,
    columns: Sequence[str] | None = None,
) -> Why:
    """Why a customer is in their segment.

    Parameters
    ----------
    features
        Of n customers.
    labels
        Their segments, n whole numbers.
    names
        What the segments are called.
    customer
        An id of the features' index.
    matrix
        n × d, as the segments were found in. When left out the features are standardised, logged where the
        catalogue says so, missing at the mean; each level of a category is a column of 0 and 1.
    centres
        The segments' centres, row by their number; by default the means of `matrix` per segment.
    columns
        The feature that each of the d columns of `matrix` comes from; needed with it.

    Raises
    ------
    DataError
        For an unknown customer, or with fewer than two segments.
    """
    values = labelled.checked(labels, len(features.frame))
    place = _place(features, customer)
    segments = [segment for segment in labelled.present(values) if segment != NOBODYS]
    if len(segments) < 2:
        raise DataError("There is one segment only, so there is no other to compare with.", column="labels")
    if matrix is None:
        points, columns = _standardised(features)
    else:
        points = np.asarray(matrix, dtype=np.float64)
    if columns is None or len(columns) != points.shape[1] or set(columns) - set(features.frame.columns):
        raise DataError(
            f"columns= must name the feature of each of the {points.shape[1]} columns of the matrix. Features: "
            f"{', '.join(features.frame.columns)}.",
            column="columns",
        )
    if centres is None:
        middle = np.stack([points[values == segment].mean(axis=0) for segment in segments])
    else:
        middle = np.asarray(centres, dtype=np.float64)[segments]
    squares = np.square(points[place] - middle)
    away = np.sqrt(squares.sum(axis=1))
    own = int(values[place])
    order = [int(index) for index in np.argsort(away, kind="stable")]
    home = order[0] if own == NOBODYS else segments.index(own)
    other = next(index for index in order if index != home)
    pulls = squares[other] - squares[home]
    margin = float((away[other] - away[home]) / away[other]) if away[other] else 0.0
    frame = _table(features, values, place, segments[home], segments[other], pulls, columns)
    said = (labelled.name_of(names, segments[home]), labelled.name_of(names, segments[other]))
    sentence = _sentence(customer, own, said, frame, margin)
    return Why(sentence, frame, own, segments[other], margin)


def _place(features: Features, customer: Any) -> int:
    index = features.frame.index
    for asked in (customer, str(customer), _whole(customer)):
        if asked is not None and asked in index:
            return int(np.flatnonzero(index == asked)[0])
    raise DataError(
        f"There is no customer {customer!r} among the {len(index):,} of these features. Ids look like "
        f"{index[0]!r}.",
        column="customer",
        example=customer,
    )


def _whole(customer: Any) -> int | None:
    return int(customer) if isinstance(customer, str) and customer.strip().isdecimal() else None


def _standardised(features: Features) -> tuple[Floats, list[str]]:
    columns: list[str] = []
    parts = []
    for column, row in labelled.about(features).items():
        series = features.frame[column]
        if labelled.is_text(series):
            text = labelled.texts(series)
            for level in sorted({str(value) for value in text[series.notna().to_numpy()]}):
                parts.append((text == level).astype(np.float64))
                columns.append(column)
        else:
            parts.append(_scaled(labelled.numbers(series, log=bool(row["log"]))))
            columns.append(column)
    return np.column_stack(parts), columns


def _scaled(values: Floats) -> Floats:
    known = np.isfinite(values)
    inside = values[known]
    if not len(inside):
        return np.zeros(len(values))
    return np.where(known, values - inside.mean(), 0.0) / (float(inside.std()) or 1.0)


def _table(
    features: Features,
    labels: NDArray[np.int64],
    place: int,
    home: int,
    other: int,
    pulls: Floats,
    columns: Sequence[str],
) -> pd.DataFrame:
    import pandas as pd

    by_feature = pd.Series(pulls).groupby(list(columns)).sum()
    here, there = labels == home, labels == other
    rows = []
    for column, about in labelled.about(features).items():
        if column not in by_feature.index:
            continue
        series = features.frame[column]
        value: Any = series.iloc[place]
        if labelled.is_text(series):
            value = None if pd.isna(value) else str(value)
            same = np.where(series.isna(), np.nan, labelled.texts(series) == value)
        else:
            value = float(value) if not pd.isna(value) else float("nan")
            same = labelled.numbers(series)
        rows.append(
            {
                "feature": column,
                "label": about["label"],
                "value": value,
                "segment_mean": _mean(same[here]),
                "next_segment_mean": _mean(same[there]),
                "pull": float(by_feature[column]),
            }
        )
    frame = pd.DataFrame(rows)
    # Left to itself pandas turns None among numbers into NaN.
    frame["value"] = pd.Series([row["value"] for row in rows], dtype=object)
    return frame.sort_values("pull", ascending=False, kind="stable", ignore_index=True)


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _sentence(customer: Any, own: int, names: tuple[str, str], frame: pd.DataFrame, margin: float) -> str:
    home, other = names
    reasons = [_reason(row) for row in labelled.rows_of(frame[frame["pull"] > 0].head(TOLD))]
    because = f" because of {' and '.join(reasons)}" if reasons else ""
    if own == NOBODYS:
        return f"Customer {customer} is in no segment; the nearest is “{home}”, before “{other}”{because}."
    if margin < 0:
        return (
            f"Customer {customer} is in “{home}”, although the centre of “{other}” is nearer by "
            f"{-100 * margin:.0f} %: the method doesn't go by the nearest centre alone."
        )
    said = f"Customer {customer} is in “{home}” rather than “{other}”{because}."
    if margin < WITHIN:
        said += f" They sit near the border: “{other}” is only {100 * margin:.0f} % farther away."
    return said


def _reason(row: dict[str, Any]) -> str:
    if row["value"] is None or row["value"] != row["value"]:
        return f"{row['label']} (unknown)"
    if isinstance(row["value"], str):
        means = (f"{100 * row[column]:.0f} %" for column in ("segment_mean", "next_segment_mean"))
        return f"{row['label']} ({row['value']}: {' against '.join(means)} of customers)"
    means = (number(row[column]) for column in ("segment_mean", "next_segment_mean"))
    return f"{row['label']} ({number(row['value'])}; on average {' against '.join(means)})"
