"""Customers and the segments they were put into: checked together, in one order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.segments.features import Features

    Names = Mapping[int, str] | None

NOBODYS = -1  # the label of customers who are in no segment
NOBODYS_NAME = "In no segment"


def checked(labels: Any, customers: int) -> NDArray[np.int64]:
    """Labels as whole numbers, one per customer.

    Raises
    ------
    DataError
        When there are more or fewer labels than customers, or a label is no whole number from −1 on.
    """
    values = np.asarray(labels)
    if values.ndim != 1 or len(values) != customers:
        shape = " × ".join(map(str, values.shape))
        raise DataError(
            f"labels hold {shape} values for {customers:,} customers. Pass one label per row of features.frame,"
            " in its order.",
            column="labels",
            count=len(values) if values.ndim else 1,
        )
    if values.dtype.kind == "f" and np.isfinite(values).all() and (values == np.floor(values)).all():
        values = values.astype(np.int64)
    if values.dtype.kind not in "iu" or (values < NOBODYS).any():
        wrong = values if values.dtype.kind not in "iu" else values[values < NOBODYS]
        example = wrong[0] if len(wrong) else None
        raise DataError(
            f"labels hold {example!r}. A label is a whole number from 0 on, or −1 for a customer in no segment.",
            column="labels",
            example=example,
        )
    return values.astype(np.int64, copy=False)


def present(labels: NDArray[np.int64]) -> list[int]:
    """The labels that occur, rising, with −1 last."""
    found: list[int] = np.unique(labels).tolist()
    return [label for label in found if label >= 0] + [label for label in found if label < 0]


def name_of(names: Names, segment: int) -> str:
    """What a segment is called: as it was named, else by its number."""
    given = (names or {}).get(segment)
    if given:
        return str(given)
    return NOBODYS_NAME if segment == NOBODYS else f"Segment {segment}"


def about(features: Features) -> dict[str, dict[str, Any]]:
    """The catalogue's row of every column of the frame."""
    rows = {row["column"]: row for row in rows_of(features.catalogue)}
    return {column: rows[column] for column in features.frame.columns}


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as dictionaries."""
    names = [str(column) for column in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def is_text(column: pd.Series) -> bool:
    """Whether a column holds categories, not numbers or flags."""
    return not (column.dtype.kind in "fiub" if isinstance(column.dtype, np.dtype) else _numeric(column))


def numbers(column: pd.Series, log: bool = False) -> NDArray[np.float64]:
    """A column of numbers or flags as float64, missing as NaN, logged (log1p, odd below zero) where asked."""
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.sign(values) * np.log1p(np.abs(values)) if log else values


def texts(column: pd.Series) -> NDArray[np.object_]:
    """A column of categories as text, missing as NaN, which equals no text."""
    return column.astype(object).map(str, na_action="ignore").to_numpy(dtype=object)


def _numeric(column: pd.Series) -> bool:
    import pandas.api.types as types

    return bool(types.is_numeric_dtype(column) or types.is_bool_dtype(column))
