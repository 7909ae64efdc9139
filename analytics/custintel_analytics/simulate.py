"""Purchases that behave like real ones: of any size, made inside DuckDB, or of customers of known segments."""

from __future__ import annotations

import math
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_FIRST_DAY = "2021-01-01"
_DAYS = 1095  # 36 months
_MEMORY = 150.0  # days in which the urge to come back falls to a third
_LOYAL = 0.65  # share of customers who may come back at all


class _Type(NamedTuple):
    """How the customers of a segment buy, in the middle: orders, days between them, days since the last, basket."""

    orders: float
    gap: float
    recency: float
    basket: float
    channel: str
    category: str


# Any first two to eight of them differ in at least two of the four numbers.
_TYPES = (
    _Type(24, 11, 7, 45, "app", "Food"),
    _Type(8, 30, 140, 50, "email", "Home"),
    _Type(10, 60, 28, 260, "store", "Furniture"),
    _Type(6, 5, 9, 70, "social", "Fashion"),
    _Type(16, 30, 60, 12, "search", "Books"),
    _Type(5, 100, 480, 260, "partner", "Garden"),
    _Type(40, 14, 120, 110, "app", "Sports"),
    _Type(10, 4, 330, 20, "search", "Toys"),
)
_END = "2023-12-31"
_LEAST_ORDERS = 2
_FAVOUR = 0.85  # share of purchases that follow the favourite


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


def segments(
    customers: int = 2000, segments: int = 4, seed: int = 0, overlap: float = 0.2
) -> tuple[pd.DataFrame, pd.Series[int]]:
    """Simulate the purchases of customers whose segments are known.

    Each segment has its usual number of orders, days between them, days since the last one, basket, and a
    favourite channel and category (85 % of its purchases, and some of the rest). Customers scatter around that on the
    logarithmic scale. The first segment is the largest, the last about half its size.

    Parameters
    ----------
    customers
        Number of customers, at least two per segment.
    segments
        Number of segments, 2 to 8.
    seed
        The same seed gives the same purchases.
    overlap
        Standard deviation of the scatter (natural logarithm). 0.2 keeps the segments apart, 0.5 makes neighbours
        touch, from 1 on nothing can tell them apart.

    Returns
    -------
    purchases : pandas.DataFrame
        A row per line of an order, by date: ``customer`` (int64), ``date`` (a day of the years to December
        2023), ``amount`` (float64, whole cents), ``order`` (int64), ``channel`` and ``category`` (text).
    truth : pandas.Series
        The segment (int64, from 0) of every customer; the index holds the customers, sorted.

    Raises
    ------
    DataError
        For a number of segments or customers, or an overlap, that isn't possible.
    """
    if not 2 <= segments <= len(_TYPES):
        raise DataError(
            f"segments={segments!r} is not possible: from 2 to {len(_TYPES)}.",
            column="segments",
            example=segments,
        )
    if customers < 2 * segments:
        raise DataError(
            f"{customers:,} customers are too few for {segments} segments: at least two in each.",
            count=customers,
        )
    if not overlap >= 0:
        raise DataError(f"overlap={overlap!r} is not possible: 0 or more.", column="overlap", example=overlap)
    import pandas as pd

    random = np.random.default_rng(seed)
    shares = np.linspace(2, 1, segments)
    bounds = np.round(np.cumsum(shares) / shares.sum() * customers).astype(np.int64)
    truth = random.permutation(np.searchsorted(bounds, np.arange(customers), side="right"))
    ids = np.arange(1, customers + 1)
    purchases = _lines(ids, truth, overlap, random)
    known = pd.Series(truth, index=pd.Index(ids, name="customer"), name="segment", dtype="int64")
    return purchases, known


def _lines(
    ids: NDArray[np.int64], truth: NDArray[np.int64], overlap: float, random: np.random.Generator
) -> pd.DataFrame:
    """The lines of all orders, by date."""
    import pandas as pd

    def scattered(field: str) -> NDArray[np.float64]:
        middle = np.array([float(getattr(kind, field)) for kind in _TYPES])[truth]
        return np.asarray(middle * np.exp(overlap * random.standard_normal(len(truth))))

    orders = np.maximum(_LEAST_ORDERS, np.round(scattered("orders"))).astype(np.int64)
    gap, recency, basket = scattered("gap"), scattered("recency"), scattered("basket")
    owner = np.repeat(np.arange(len(ids)), orders)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(orders) - orders, orders)
    # The last order stays where the recency puts it; the others move a little.
    moved = np.where(nth == 0, 0, random.uniform(-0.3, 0.3, len(owner)))
    ago = np.floor(recency[owner] + gap[owner] * (nth + moved)).astype(np.int64)
    lines = random.integers(1, 4, len(owner))
    order = np.repeat(np.arange(len(owner)), lines)
    of = owner[order]
    value = basket[of] / lines[order] * np.exp(0.2 * random.standard_normal(len(order)))
    frame = pd.DataFrame(
        {
            "customer": ids[of],
            "date": (pd.Timestamp(_END) - pd.to_timedelta(ago[order], unit="D")).astype("datetime64[us]"),
            "amount": np.maximum(1, np.round(100 * value)) / 100,
            "order": order + 1,
            "channel": _favoured("channel", truth[owner], random)[order],
            "category": _favoured("category", truth[of], random),
        }
    )
    return frame.sort_values(["date", "order"], kind="stable", ignore_index=True)


def _favoured(field: str, truth: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.object_]:
    """Mostly the segment's favourite, else any."""
    favourites = np.array([getattr(kind, field) for kind in _TYPES], dtype=object)
    every = np.unique(favourites[: truth.max() + 1])
    anything = every[random.integers(0, len(every), len(truth))]
    return np.where(random.random(len(truth)) < _FAVOUR, favourites[truth], anything)


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
