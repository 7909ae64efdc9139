"""Tables on the wire: typed column buffers, which the page reads without parsing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def encode(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the wire form of `frame`.

    Returns
    -------
    dict
        ``{"length": n, "columns": {name: {"type", "values", "dictionary"?}}}``. ``values`` are little-endian
        bytes: float64; int32; uint8 for bool; float64 milliseconds since 1970 for dates (NaN where missing);
        int32 codes into ``dictionary`` for text (-1 where missing).
    """
    return {"length": len(frame), "columns": {str(name): _column(frame[name]) for name in frame.columns}}


def _column(series: pd.Series[Any]) -> dict[str, Any]:
    if pd.api.types.is_bool_dtype(series):
        return {"type": "bool", "values": _bytes(series, "<u1")}
    if pd.api.types.is_datetime64_any_dtype(series):
        milliseconds = series.astype("datetime64[ms]").astype("int64").astype("float64")
        return {"type": "date", "values": _bytes(milliseconds.where(series.notna()), "<f8")}
    if pd.api.types.is_integer_dtype(series) and _fits_int32(series):
        return {"type": "int32", "values": _bytes(series, "<i4")}
    if pd.api.types.is_numeric_dtype(series):
        return {"type": "float64", "values": _bytes(series, "<f8")}
    codes, labels = pd.factorize(series.astype(object))
    return {"type": "string", "values": _bytes(codes, "<i4"), "dictionary": [str(label) for label in labels]}


def _fits_int32(series: pd.Series[Any]) -> bool:
    if series.isna().any():
        return False
    return bool(series.abs().max() < 2**31) if len(series) else True


def _bytes(values: Any, dtype: str) -> memoryview:
    return memoryview(np.asarray(values).astype(dtype).tobytes())


def decode(wire: dict[str, Any]) -> pd.DataFrame:
    """Return the frame that `encode` was given, up to number types."""
    return pd.DataFrame({name: _values(column) for name, column in wire["columns"].items()})


def _values(column: dict[str, Any]) -> Any:
    kinds = {"bool": "<u1", "date": "<f8", "int32": "<i4", "float64": "<f8", "string": "<i4"}
    raw = np.frombuffer(column["values"], dtype=kinds[column["type"]])
    if column["type"] == "bool":
        return raw.astype(bool)
    if column["type"] == "date":
        return pd.to_datetime(pd.Series(raw), unit="ms")
    if column["type"] == "string":
        labels = np.array([*column["dictionary"], None], dtype=object)
        return labels[raw]
    return raw
