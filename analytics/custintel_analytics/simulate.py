"""Purchases of any size that behave like real ones, made inside DuckDB."""

from __future__ import annotations

import math
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

_FIRST_DAY = "2021-01-01"
_DAYS = 1095  # 36 months
_MEMORY = 150.0  # days in which the urge to come back falls to a third
_LOYAL = 0.65  # share of customers who may come back at all


def purchases(
    customers: int, purchases: int, seed: int = 0, path: str | PathLike[str] | None = None
) -> pd.DataFrame | Path:
    """Simulate a shop's purchases over the 36 months from January 2021 to December 2023.

    Customers arrive evenly over the months. About a third never come back; of the others few buy much and
    many buy little, and each one's purchases thin out as time goes by (a truncated exponential). Amounts are
    log-normal, in cents. Every customer buys at least once; the rows are in no order of time or customer.

    Parameters
    ----------
    customers
        Number of customers, at least 1.
    purchases
        Number of rows, at least one per customer.
    seed
        The same seed gives the same rows with the same version of DuckDB.
    path
        Where to write Parquet, in pieces that need little memory. Without it the rows come as a frame.

    Returns
    -------
    pandas.DataFrame or pathlib.Path
        Columns ``customer`` (int64), ``date`` (a day), ``amount`` (float64) and ``channel`` (text, the one
        that brought the customer); or the path of the file that holds them.

    Raises
    ------
    DataError
        When there are fewer purchases than customers.
    """
    if customers < 1 or purchases < customers:
        raise DataError(
            f"{purchases:,} purchases can't be made by {customers:,} customers: there must be at least one "
            "customer, and one purchase for each."
        )
    import duckdb

    query = _query(int(customers), int(purchases), int(seed))
    with duckdb.connect() as connection:
        if path is None:
            frame: pd.DataFrame = connection.sql(query).to_arrow_table().to_pandas(date_as_object=False)
            frame["date"] = frame["date"].astype("datetime64[us]")
            return frame
        target = Path(path)
        # A reader never sees half a file, and a stopped run leaves the old one.
        draft = target.with_name(f".{target.name}.part")
        try:
            connection.execute(f"COPY ({query}) TO {_quoted(draft)} (FORMAT parquet)")
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return target


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _query(customers: int, rows: int, seed: int) -> str:
    # Every row is computed from its number alone, so that DuckDB can make them in parallel and keep none.
    groups = min(customers, _DAYS)
    last = _DAYS - 1
    step = _coprime(rows)

    # DuckDB's hash of several values is too alike from value to value; of one number it is even.
    offset = seed * 0x9E3779B97F4A7C15 % 2**61

    def hashed(key: str, stream: int) -> str:
        return f"hash({key} * 8 + {offset + stream})"

    def uniform(key: str, stream: int) -> str:
        return f"(({hashed(key, stream)} >> 11)::DOUBLE / 9007199254740992.0)"

    # Four 16-bit parts of one hash, summed, are nearly normal.
    parts = " + ".join(f"((h >> {shift}) & 65535)::DOUBLE / 65536" for shift in (0, 16, 32, 48))
    return f"""
        WITH numbered AS (
            SELECT range AS i, (range * {step}) % {rows} AS j FROM range({rows})
        ), grouped AS (
            SELECT i, j, CASE WHEN j < {customers} THEN ((j + 1) * {groups} - 1) // {customers}
                ELSE floor({groups} * (1 - pow(1 - {uniform("i", 1)}, 2.0 / 3)))::BIGINT END AS g
            FROM numbered
        ), chosen AS (
            SELECT i, g * {_DAYS} // {groups} AS begun, CASE WHEN j < {customers} THEN j
                ELSE g * {customers} // {groups} + floor(
                    ((g + 1) * {customers} // {groups} - g * {customers} // {groups})
                    * {_LOYAL} * pow({uniform("i", 2)}, 2))::BIGINT END AS c,
                j >= {customers} AS again
            FROM grouped
        ), dated AS (
            SELECT i, c, CASE WHEN again AND begun < {last} THEN least({last}, begun + 1 + floor(
                -{_MEMORY} * ln(1 - {uniform("i", 3)} * (1 - exp(-({last} - begun) / {_MEMORY}))))::BIGINT)
                ELSE begun END AS day, {hashed("i", 4)} AS h
            FROM chosen
        )
        SELECT c + 1 AS customer, DATE '{_FIRST_DAY}' + day::INTEGER AS date,
            greatest(1, round(100 * exp(3.2 + 0.8 * ({uniform("c", 5)} - 0.5)
                + 0.6 * {math.sqrt(3)} * ({parts} - 2)))) / 100.0 AS amount,
            CASE WHEN {uniform("c", 6)} < 0.40 THEN 'search' WHEN {uniform("c", 6)} < 0.65 THEN 'email'
                WHEN {uniform("c", 6)} < 0.85 THEN 'social' ELSE 'store' END AS channel
        FROM dated
    """


def _coprime(rows: int) -> int:
    """A step through all row numbers that visits each once, far apart: near the golden section."""
    step: int = max(1, round(rows * 0.6180339887))
    while math.gcd(step, rows) != 1:
        step += 1
    return step
