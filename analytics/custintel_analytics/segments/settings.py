"""The arguments of a segmentation, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError

METHODS = ("rfm", "kmeans", "minibatch", "ward", "gmm", "hdbscan", "mixed")
NAMES_OF_METHODS = {
    "rfm": "RFM rules",
    "kmeans": "k-means",
    "minibatch": "mini-batch k-means",
    "ward": "Ward's hierarchy",
    "gmm": "Gaussian mixture",
    "hdbscan": "HDBSCAN",
    "mixed": "k-prototypes",
}
WITHOUT_NUMBER = ("rfm", "hdbscan")  # these find their number of segments themselves
SCALINGS = ("standard", "robust", "none")
IMPUTES = ("median", "mean")
ENCODINGS = ("onehot", "ordinal")
MOST_SEGMENTS = 100
_WIDEST_CLIP = 0.2


@dataclass(frozen=True)
class SegmentationSettings:
    """All arguments of `Segmentation`.

    Parameters
    ----------
    method
        One of `METHODS`.
    n_segments
        How many segments to make.
    log, scaling, clip, impute, encode, weights
        How the columns are prepared, see `Segmentation`.
    random_state
        Seed of everything that is drawn.
    n_init
        Number of starts of the methods that have them.
    """

    method: str
    n_segments: int
    log: bool
    scaling: str
    clip: float | None
    impute: str | None
    encode: str
    weights: dict[str, float]
    random_state: int
    n_init: int

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain values."""
        return asdict(self)


def check(
    *,
    method: Any,
    n_segments: Any,
    log: Any,
    scaling: Any,
    clip: Any,
    impute: Any,
    encode: Any,
    weights: Any,
    random_state: Any,
    n_init: Any,
) -> SegmentationSettings:
    """The arguments when they are possible.

    Raises
    ------
    DataError
        Names the argument, what it was, and what it can be.
    """
    method = one_of("method", method, METHODS)
    if not isinstance(log, bool):
        raise _impossible("log", log, "True or False.")
    if method == "mixed" and encode == "ordinal":
        raise DataError(
            "method='mixed' compares categories as they are; encode='ordinal' would turn them into numbers. Leave "
            "encode= out, or use method='kmeans'.",
            column="encode",
            example=encode,
        )
    return SegmentationSettings(
        method=method,
        n_segments=_whole("n_segments", n_segments, 2, MOST_SEGMENTS),
        log=log,
        scaling=one_of("scaling", scaling, SCALINGS),
        clip=_clip(clip),
        impute=None if impute is None else one_of("impute", impute, IMPUTES),
        encode=one_of("encode", encode, ENCODINGS),
        weights=_weights(weights),
        random_state=_whole("random_state", random_state, 0, 2**32 - 1),
        n_init=_whole("n_init", n_init, 1, 1000),
    )


def whole_range(argument: str, values: Any) -> list[int]:
    """Numbers of segments to compare, rising and each once.

    Raises
    ------
    DataError
        When there is none, or one isn't possible.
    """
    given: Iterable[Any] = (
        values if isinstance(values, Iterable) and not isinstance(values, str) else (values,)
    )
    numbers = sorted({_whole(argument, value, 2, MOST_SEGMENTS) for value in given})
    if not numbers:
        raise _impossible(argument, values, "Numbers of segments from 2 on, such as k=range(2, 9).")
    return numbers


def _whole(argument: str, value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__") or not low <= int(value) <= high:
        raise _impossible(argument, value, f"A whole number from {low} to {high}.")
    return int(value)


def _clip(value: Any) -> float | None:
    if value is None or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _WIDEST_CLIP:
        raise _impossible(
            "clip", value, f"The share to cut at either end, up to {_WIDEST_CLIP}, such as .01, or None."
        )
    return float(value)


def _weights(value: Any) -> dict[str, float]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _impossible("weights", value, "A number per column, such as {'recency': 2}.")
    found: dict[str, float] = {}
    for column, weight in value.items():
        number = float(weight) if isinstance(weight, int | float) else float("nan")
        if not 0 <= number < float("inf"):
            raise DataError(
                f"weights names {weight!r} for {column!r}. A weight is a number from 0 on; 1 leaves the column as it "
                "is, 0 leaves it out.",
                column=str(column),
                example=weight,
            )
        found[str(column)] = number
    return found


def _impossible(argument: str, value: Any, advice: str) -> DataError:
    return DataError(f"{argument}={value!r} is not possible. {advice}", column=argument, example=value)
