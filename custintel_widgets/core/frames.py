"""Tables on the wire: typed column buffers, which the page reads without parsing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

NO_DATE = -(2**31)


def encode(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the wire form of `frame`.

    Returns
    -------
    dict
        ``{"length": n, "columns": {name: {"type", "values", "dictionary"?}}}``. ``values`` are little-endian bytes:
        float64; uint8 for bool; signed integers of one, two or four bytes, the fewest that hold the column, for
        int, for dates (days since 1970, the lowest number where missing) and for codes into ``dictionary`` for
        text (-1 where missing).
    """
    return {"length": len(frame), "columns": {str(name): _column(frame[name]) for name in frame.columns}}


def _column(series: pd.Series[Any]) -> dict[str, Any]:
    if pd.api.types.is_bool_dtype(series):
        return {"type": "bool", "values": _bytes(series, "<u1")}
    if pd.api.types.is_datetime64_any_dtype(series):
        days = series.astype("datetime64[s]").to_numpy().astype("datetime64[D]").astype("int64")
        return {"type": "date", "values": _bytes(np.where(series.notna(), days, NO_DATE), "<i4")}
    if pd.api.types.is_integer_dtype(series) and not series.isna().any() and _bits(series) <= 32:
        return {"type": "int", "values": _bytes(series, f"<i{_bits(series) // 8}")}
    if pd.api.types.is_numeric_dtype(series):
        return {"type": "float64", "values": _bytes(series, "<f8")}
    codes, labels = pd.factorize(series.astype(object))
    dictionary = [str(label) for label in labels]
    return {"type": "string", "values": _bytes(codes, f"<i{_bits(codes) // 8}"), "dictionary": dictionary}


def _bits(values: Any) -> int:
    """The fewest bits of a signed integer that hold every value."""
    numbers = np.asarray(values).astype("int64")
    low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    return next(bits for bits in (8, 16, 32, 64) if -(2 ** (bits - 1)) <= low and high < 2 ** (bits - 1))


def _bytes(values: Any, dtype: str) -> memoryview:
    return memoryview(np.asarray(values).astype(dtype).tobytes())


def decode(wire: dict[str, Any]) -> pd.DataFrame:
    """Return the frame that `encode` was given, up to number types."""
    return pd.DataFrame({name: _values(column, wire["length"]) for name, column in wire["columns"].items()})


def _values(column: dict[str, Any], length: int) -> Any:
    kind, data = column["type"], bytes(column["values"])
    if kind == "float64":
        return np.frombuffer(data, dtype="<f8")
    if kind == "bool":
        return np.frombuffer(data, dtype="<u1").astype(bool)
    raw = np.frombuffer(data, dtype=f"<i{len(data) // length if length else 1}")
    if kind == "date":
        there = raw != NO_DATE
        # Where no date is, a day that every unit holds.
        days = np.where(there, raw, 0).astype("datetime64[D]").astype("datetime64[us]")
        return pd.Series(days).where(pd.Series(there))
    if kind == "string":
        labels = np.array([*column["dictionary"], None], dtype=object)
        return labels[raw]
    return raw
