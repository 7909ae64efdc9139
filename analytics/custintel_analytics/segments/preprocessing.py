"""From the columns of features to the matrix in which customers are compared: a visible scikit-learn pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments.labelled import is_text
from custintel_analytics.segments.recipe import MISSING, Category, Number, Recipe

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.settings import SegmentationSettings

MOST_LEVELS = 12  # of a category that are told apart; the rest count as one
_DOMINANT = 0.9


@dataclass(frozen=True, eq=False)
class Prepared:
    """What the preprocessing made.

    Parameters
    ----------
    pipeline
        The fitted scikit-learn pipeline.
    recipe
        The same as plain numbers.
    matrix
        n × d values.
    notes
        What people should know about it.
    """

    pipeline: Any
    recipe: Recipe
    matrix: NDArray[np.float64]
    notes: tuple[str, ...]


def prepare(features: Features, settings: SegmentationSettings) -> Prepared:
    """Fit the preprocessing and apply it.

    Each column goes its own way: missing values filled (median; for categories a level of its own), clipped
    where asked, log(1 + x) where the catalogue says so, scaled; categories become one column of 0 and 1 per
    level, unscaled, so that two customers who differ are as far apart (squared distance 2) as two average
    customers in a standardised number. A weight multiplies the squared distance. What doesn't vary is left out.

    Parameters
    ----------
    features
        Of n customers.
    settings
        Of the segmentation.

    Raises
    ------
    DataError
        When the columns can't be compared: one customer, infinite or missing values, nothing that varies, a
        weight for a column that isn't there.
    """
    frame = features.frame
    kept, notes = _checked(frame, settings)
    about = {row["column"]: row for row in features.catalogue.to_dict("records")}
    steps = [(column, _steps(frame[column], about[column], settings), [column]) for column in kept]
    factors = {column: float(np.sqrt(settings.weights.get(column, 1.0))) for column in kept}
    pipeline = _pipeline(steps, factors)
    matrix = np.ascontiguousarray(pipeline.fit_transform(frame))
    if settings.method == "mixed" and (share := _category_factor(frame, kept, matrix, pipeline)):
        texts = [column for column in kept if is_text(frame[column])]
        factors |= {column: factors[column] * share for column in texts}
        pipeline = _pipeline(steps, factors)
        matrix = np.ascontiguousarray(pipeline.fit_transform(frame))
    if settings.scaling == "none":
        notes += _unscaled(frame, matrix, pipeline.get_feature_names_out())
    return Prepared(pipeline, _recipe(pipeline, frame, kept, factors, settings), matrix, tuple(notes))


def _checked(frame: pd.DataFrame, settings: SegmentationSettings) -> tuple[list[str], list[str]]:
    """The columns that vary, and notes on the others."""
    if len(frame) < 2:
        raise DataError(
            f"There {'is 1 customer' if len(frame) else 'are no customers'}: segments need at least two. Check the "
            "filter, or as_of=.",
            count=len(frame),
        )
    if unknown := sorted(set(settings.weights) - set(frame.columns)):
        raise DataError(
            f"weights names {unknown[0]!r}, which is not among the columns: {', '.join(frame.columns)}.",
            column=unknown[0],
        )
    kept, notes = [], []
    for column in frame.columns:
        values = frame[column]
        _refuse(values, column, settings)
        if why := _constant(values, settings):
            notes.append(f"{column} {why}; left out.")
        elif settings.weights.get(column, 1.0) == 0:
            notes.append(f"{column} has weight 0; left out.")
        else:
            kept.append(column)
    if not kept:
        raise DataError(
            f"Nothing tells the {len(frame):,} customers apart: {' '.join(notes)} Choose columns that vary: "
            "features(…, columns=…).",
            count=len(frame),
        )
    return kept, notes


def _constant(values: pd.Series, settings: SegmentationSettings) -> str:
    """Why a column tells nobody apart; empty when it does."""
    if values.isna().all():
        return "has no value at all"
    # For a category, to be missing is a level; numbers that are missing are filled.
    if values.nunique(dropna=not is_text(values)) < 2:
        return "is the same for everybody"
    if settings.clip is None or is_text(values):
        return ""
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    low, high = np.nanquantile(numbers, [settings.clip, 1 - settings.clip])
    return "" if low < high else f"is the same for everybody once {_percent(settings.clip)} are clipped"


def _refuse(values: pd.Series, column: str, settings: SegmentationSettings) -> None:
    missing = int(values.isna().sum())
    if missing and settings.impute is None:
        raise DataError(
            f"{column} is missing for {missing:,} of {len(values):,} customers, and impute=None fills nothing. Take "
            "impute='median', or leave the column out.",
            column=column,
            count=missing,
        )
    if is_text(values):
        return
    infinite = np.isinf(values.to_numpy(dtype=np.float64, na_value=np.nan))
    if infinite.any():
        raise DataError(
            f"{column} is infinite for {int(infinite.sum()):,} of {len(values):,} customers. Correct them at the "
            "source, or make them missing.",
            column=column,
            count=int(infinite.sum()),
            example=float("inf"),
        )


def _steps(values: pd.Series, about: dict[Any, Any], settings: SegmentationSettings) -> Any:
    """The way of one column."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

    from custintel_analytics.segments.transformers import as_float

    if is_text(values) and settings.encode == "onehot":
        fill = SimpleImputer(missing_values=np.nan, strategy="constant", fill_value=MISSING)
        encode = OneHotEncoder(
            max_categories=MOST_LEVELS, handle_unknown="infrequent_if_exist", sparse_output=False
        )
        return Pipeline([("impute", fill), ("encode", encode)])
    if is_text(values):
        steps: list[tuple[str, Any]] = [("encode", _ordinal(values))]
    elif about["kind"] == "flag":
        steps = [("number", FunctionTransformer(as_float, feature_names_out="one-to-one"))]
    else:
        steps = []
    is_number = not is_text(values) and about["kind"] != "flag"
    if settings.impute is not None:
        strategy = settings.impute if is_number else "most_frequent"
        steps.append(("impute", SimpleImputer(strategy=strategy)))
    if is_number:
        steps += _spread(bool(about["log"]), settings)
    if settings.scaling != "none" and about["kind"] != "flag":
        steps.append(("scale", _scaler(settings.scaling)))
    return Pipeline(steps or [("keep", FunctionTransformer(feature_names_out="one-to-one"))])


def _spread(log: bool, settings: SegmentationSettings) -> list[tuple[str, Any]]:
    """What is done about outliers and skewness."""
    from sklearn.preprocessing import FunctionTransformer

    from custintel_analytics.segments.transformers import Winsoriser, signed_log

    clip = [] if settings.clip is None else [("clip", Winsoriser(settings.clip))]
    if not (settings.log and log):
        return clip
    return [*clip, ("log", FunctionTransformer(signed_log, feature_names_out="one-to-one"))]


def _scaler(scaling: str) -> Any:
    from sklearn.preprocessing import RobustScaler, StandardScaler

    return StandardScaler() if scaling == "standard" else RobustScaler()


def _ordinal(values: pd.Series) -> Any:
    from sklearn.preprocessing import OrdinalEncoder

    levels = _levels(values)
    return OrdinalEncoder(
        categories=[np.array(levels, dtype=object)], handle_unknown="use_encoded_value", unknown_value=np.nan
    )


def _levels(values: pd.Series) -> list[Any]:
    """Levels in the order of the categories, else the alphabet's."""
    if hasattr(values, "cat"):
        present = set(values.dropna().unique())
        return [level for level in values.cat.categories if level in present]
    return sorted(values.dropna().unique(), key=str)


def _pipeline(steps: list[tuple[str, Any, list[str]]], factors: dict[str, float]) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_selection import VarianceThreshold
    from sklearn.pipeline import Pipeline

    weighted = {column: factor for column, factor in factors.items() if factor != 1.0}
    columns = ColumnTransformer(
        steps, transformer_weights=weighted or None, verbose_feature_names_out=False, sparse_threshold=0
    )
    return Pipeline([("columns", columns), ("select", VarianceThreshold())])


def _category_factor(
    frame: pd.DataFrame, kept: list[str], matrix: NDArray[np.float64], pipeline: Any
) -> float:
    """The square root of γ / 2, Huang's weight of a category; 0 where there is none.

    Two customers with different levels are √2 apart in their columns of 0 and 1; γ says how far they should be.
    Huang (1998, section 3.2) takes half the average standard deviation of the numbers.
    """
    texts = {column for column in kept if is_text(frame[column])}
    if not texts:
        return 0.0
    outputs = pipeline.get_feature_names_out()
    numbers = [number for number, name in enumerate(outputs) if name in kept and name not in texts]
    gamma = 0.5 * float(matrix[:, numbers].std(axis=0).mean()) if numbers else 1.0
    return float(np.sqrt(gamma / 2))


def _unscaled(frame: pd.DataFrame, matrix: NDArray[np.float64], outputs: Any) -> list[str]:
    variance = matrix.var(axis=0)
    share = variance / variance.sum()
    largest = int(share.argmax())
    if matrix.shape[1] < 2 or share[largest] < _DOMINANT:
        return []
    return [
        f"Without scaling, {outputs[largest]} makes up {_percent(share[largest])} of the distances, and the other "
        "columns hardly count. Take scaling='standard'."
    ]


def _percent(share: float) -> str:
    return "over 99 %" if share > 0.99 else f"{share:.0%}".replace("%", " %")


def _recipe(
    pipeline: Any,
    frame: pd.DataFrame,
    kept: list[str],
    factors: dict[str, float],
    settings: SegmentationSettings,
) -> Recipe:
    """What the fitted pipeline does, as numbers."""
    columns = pipeline.named_steps["columns"]
    selected = pipeline.named_steps["select"].get_support()
    parts: list[Number | Category] = []
    start = 0
    for column in kept:
        steps = dict(columns.named_transformers_[column].steps)
        if is_text(frame[column]) and settings.encode == "onehot":
            encoder = steps["encode"]
            width = len(encoder.get_feature_names_out())
            parts.append(_category(column, encoder, selected[start : start + width], factors[column]))
        else:
            width = 1
            parts.append(_number(column, steps, factors[column], bool(frame[column].isna().any())))
        start += width
    return Recipe(tuple(parts), tuple(str(name) for name in pipeline.get_feature_names_out()))


def _category(column: str, encoder: Any, selected: NDArray[np.bool_], factor: float) -> Category:
    levels = list(encoder.categories_[0])
    rare = encoder.infrequent_categories_[0] if hasattr(encoder, "infrequent_categories_") else None
    rare = [] if rare is None else list(rare)
    own = [str(level) for level in levels if level not in rare]
    outputs = own + ([None] if rare else [])
    return Category(
        column,
        tuple(own),
        tuple(str(level) for level in rare),
        tuple(name for name, keep in zip(outputs, selected, strict=True) if keep),
        factor,
    )


def _number(column: str, steps: dict[str, Any], factor: float, had_missing: bool) -> Number:
    scaler, imputer, clip, encoder = (steps.get(name) for name in ("scale", "impute", "clip", "encode"))
    centre = (
        0.0 if scaler is None else float(scaler.mean_[0] if hasattr(scaler, "mean_") else scaler.center_[0])
    )
    return Number(
        column,
        levels=None if encoder is None else tuple(str(level) for level in encoder.categories_[0]),
        fill=None if imputer is None else float(imputer.statistics_[0]),
        had_missing=had_missing,
        low=None if clip is None else float(clip.low_[0]),
        high=None if clip is None else float(clip.high_[0]),
        log="log" in steps,
        centre=centre,
        scale=1.0 if scaler is None else float(scaler.scale_[0]),
        factor=factor,
    )
