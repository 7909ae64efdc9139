"""Anything that holds purchases becomes an Ibis table on the engine where it already lives."""

from __future__ import annotations

import tempfile
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError, first_lines, translated

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa

ACCEPTED = (
    "a pandas or polars frame, a pyarrow Table, a DuckDB relation, an Ibis table, "
    "or the path, glob or list of paths of Parquet or CSV files"
)
_HINTS = {
    "pyspark": (
        "A Spark frame: df.createOrReplaceTempView('sales'), then "
        "ibis.pyspark.connect(session).table('sales')."
    ),
    "_duckdb": "One table of a connection: connection.table('sales').",
}
_PARQUET = (".parquet", ".pq")
_CSV = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".csv.zst")
# Times stay text, to be read as ISO: the engine would guess which part of 05/02/2021 is the month.
_CSV_OPTIONS = {"auto_type_candidates": ["BOOLEAN", "BIGINT", "DOUBLE", "VARCHAR"], "sample_size": 200_000}
_LOCK = "_custintel_lock"
_OWN = "_custintel_own"
_guard = threading.Lock()


@dataclass(frozen=True)
class Source:
    """A source as an Ibis table, with the connection that reads it.

    Parameters
    ----------
    table
        The data, untouched.
    backend
        The Ibis backend that runs the queries.
    lock
        Held while a query runs; shared by all tables of the connection.
    name
        The table's own name where it has one.
    notes
        What people should know about how the data were read.
    held
        What the connection reads from, and must live as long.
    """

    table: ir.Table
    backend: Any
    lock: Any
    name: str | None = None
    notes: tuple[str, ...] = ()
    held: Any = None

    def run(self, expr: Any) -> pd.DataFrame:
        """The result of an Ibis expression, days as datetime64."""
        import pyarrow as pa

        with self.lock:
            try:
                result = self.backend.to_pyarrow(expr.as_table())
            except Exception as error:
                raise translated(error) from error
        for position, column in enumerate(result.schema):
            if pa.types.is_date(column.type):
                days = result.column(position).cast(pa.timestamp("us"))
                result = result.set_column(position, column.name, days)
        frame: pd.DataFrame = result.to_pandas()
        return frame


class Lock:
    """A lock that one thread may take several times, and that knows which thread holds it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self.holder: int | None = None

    def acquire(self, blocking: bool = True) -> bool:
        """Take the lock; False when another thread holds it and `blocking` is off."""
        taken = self._lock.acquire(blocking)
        if taken:
            self._depth += 1
            self.holder = threading.get_ident()
        return taken

    def release(self) -> None:
        """Give the lock back."""
        self._depth -= 1
        if not self._depth:
            self.holder = None
        self._lock.release()

    def __enter__(self) -> Lock:
        self.acquire()
        return self

    def __exit__(self, *failure: object) -> None:
        self.release()


def open_source(data: Any, name: str, beside: Source | None = None) -> Source:
    """Turn `data` into an Ibis table; frames and files go on a DuckDB connection of their own.

    Parameters
    ----------
    data
        Any of the accepted kinds.
    name
        What to call the table where it has no name.
    beside
        Frames and files go on the connection of this one, if it is such a connection of its own: then one query
        can join both.

    Raises
    ------
    DataError
        When `data` is none of the accepted kinds, or no file is found.
    """
    import ibis.expr.types as ir

    if isinstance(data, ir.Table):
        return _from_ibis(data, name)
    shared = beside.backend if beside is not None and getattr(beside.backend, _OWN, False) else None
    if isinstance(data, str | PathLike):
        return _from_files([data], name, shared)
    if isinstance(data, list | tuple) and data and all(isinstance(item, str | PathLike) for item in data):
        return _from_files(data, name, shared)
    if type(data).__name__ == "DuckDBPyRelation":
        from custintel_analytics.relations import relation_table

        table, backend = relation_table(data, name)
        return Source(table, backend, _lock_of(backend))
    arrow, notes, held = _to_arrow(data)
    backend = shared or _connect()
    backend.con.register(name, arrow)
    return Source(backend.table(name), backend, _lock_of(backend), notes=notes, held=held)


def _lock_of(backend: Any) -> Any:
    with _guard:
        lock = getattr(backend, _LOCK, None)
        if lock is None:
            lock = Lock()
            setattr(backend, _LOCK, lock)
        return lock


def _connect() -> Any:
    import ibis

    # Ibis takes two plain in-memory connections for the same one, and would mix up their tables.
    unique = f"custintel_{uuid.uuid4().hex}"
    backend = ibis.duckdb.connect(f":memory:{unique}")
    # Spilled rows go to the system's temporary folder: DuckDB's default is the working directory.
    spill = str(Path(tempfile.gettempdir()) / unique).replace("'", "''")
    backend.raw_sql(f"SET temp_directory = '{spill}'")
    backend.raw_sql("SET preserve_insertion_order = false")
    # The widgets show progress; DuckDB's own bar would be printed into the cell.
    backend.raw_sql("SET enable_progress_bar = false")
    setattr(backend, _OWN, True)
    return backend


def _from_ibis(table: ir.Table, name: str) -> Source:
    import ibis.expr.operations as ops

    backends, unbound = table._find_backends()
    if unbound:
        raise DataError(
            "The Ibis table is not bound to a connection, so there are no rows to read. "
            "Pass a table of a connection: ibis.duckdb.connect('shop.duckdb').table('orders')."
        )
    if len(backends) > 1:
        names = ", ".join(sorted(backend.name for backend in backends))
        raise DataError(
            f"The Ibis table joins {len(backends)} connections ({names}); one query can't read them all. "
            "Bring the tables together on one connection first."
        )
    if not backends:
        backend = _connect()
        return Source(_in_memory(table, backend, name), backend, _lock_of(backend))
    node = table.op()
    own = node.name if isinstance(node, ops.DatabaseTable) else None
    return Source(table, backends[0], _lock_of(backends[0]), name=own)


def _in_memory(table: ir.Table, backend: Any, name: str) -> ir.Table:
    """An expression over frames that Ibis holds, as one over tables of `backend`."""
    import ibis.expr.operations as ops

    whole = table.op()
    held = whole.find(ops.InMemoryTable)
    tables = {}
    for node in held:
        label = name if len(held) == 1 else node.name
        backend.con.register(label, node.data.to_pyarrow(node.schema))
        tables[node] = backend.table(label).op()
    return whole.replace(tables).to_expr()


def _from_files(paths: Sequence[str | PathLike[str]], name: str, shared: Any = None) -> Source:
    found = [file for path in paths for file in _expand(fspath(path))]
    kinds = {_kind(path) for path in found}
    if all("://" not in path and Path(path).stat().st_size == 0 for path in found):
        raise DataError(f"{found[0]!r} is empty: the table has no rows.", count=0)
    if len(kinds) > 1:
        raise DataError(
            f"The paths mix {' and '.join(sorted(kinds))} files, for example {found[0]!r} and {found[-1]!r}. "
            "Pass files of one kind."
        )
    backend = shared or _connect()
    try:
        if kinds == {"Parquet"}:
            table = backend.read_parquet(found, table_name=name)
        else:
            table = backend.read_csv(found, table_name=name, **_CSV_OPTIONS)
    except Exception as error:
        several = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise DataError(f"{found[0]!r}{several} can't be read: {first_lines(error)}") from error
    return Source(table, backend, _lock_of(backend))


def _expand(path: str) -> list[str]:
    if "://" in path:
        return [path]
    place = Path(path).expanduser()
    if place.is_dir():
        files = sorted(file for file in place.rglob("*") if str(file).lower().endswith(_PARQUET + _CSV))
    elif place.exists():
        files = [place]
    elif any(character in path for character in "*?["):
        base = Path(place.anchor) if place.is_absolute() else Path()
        files = sorted(file for file in base.glob(str(place.relative_to(place.anchor))) if file.is_file())
    else:
        files = []
    if not files:
        raise DataError(
            f"No file is found at {path!r}, looked up from {str(Path.cwd())!r}. Check the path or the glob."
        )
    return [str(file) for file in files]


def _kind(path: str) -> str:
    lower = path.lower()
    if lower.endswith(_PARQUET):
        return "Parquet"
    if lower.endswith(_CSV):
        return "CSV"
    raise DataError(
        f"{path!r} is neither Parquet nor CSV by its ending. Known endings: {', '.join(_PARQUET + _CSV)}."
    )


def _to_arrow(data: Any) -> tuple[pa.Table, tuple[str, ...], Any]:
    """A frame as an Arrow table, notes on how it was read, and what must live as long as the table does."""
    import pyarrow as pa

    kind = (type(data).__module__.partition(".")[0], type(data).__name__)
    notes: tuple[str, ...] = ()
    if kind == ("polars", "LazyFrame"):
        arrow = data.collect().to_arrow()
    elif kind == ("polars", "DataFrame"):
        arrow = data.to_arrow()
    elif kind == ("pandas", "DataFrame"):
        # While a second frame shares its values, pandas copies them before it changes one of both.
        data = data.copy(deep=False)
        arrow, notes = _from_pandas(data)
    elif isinstance(data, pa.Table):
        arrow = data
    else:
        hint = f" {_HINTS[kind[0]]}" if kind[0] in _HINTS else ""
        raise DataError(
            f"A {type(data).__module__}.{kind[1]} can't be read as a table. Pass {ACCEPTED}.{hint}"
        )
    _one_of_each([*map(str, arrow.column_names)])
    for position, column in enumerate(arrow.schema):
        if pa.types.is_null(column.type):
            empty = arrow.column(position).cast(pa.float64())
            arrow = arrow.set_column(position, column.name, empty)
    return arrow, notes, data


def _one_of_each(columns: list[str]) -> None:
    seen: dict[str, str] = {}
    for column in columns:
        other = seen.setdefault(column.lower(), column)
        if columns.count(column) > 1 or other != column:
            raise DataError(
                f"Two columns are called {other!r} and {column!r}, one name to an engine. Rename one.",
                column=column,
            )


def _from_pandas(frame: pd.DataFrame) -> tuple[pa.Table, tuple[str, ...]]:
    import pandas as pd
    import pyarrow as pa

    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    columns = [str(column) for column in frame.columns]
    _one_of_each(columns)
    arrays, notes = [], []
    for position, column in enumerate(columns):
        series = frame.iloc[:, position]
        if isinstance(series.dtype, pd.PeriodDtype):
            notes.append(f"Column {column!r} holds periods; each is read as its first day.")
            series = series.dt.start_time
        try:
            arrays.append(pa.Array.from_pandas(series))
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            kinds = sorted({type(value).__name__ for value in series.dropna()})
            notes.append(f"Column {column!r} holds {' and '.join(kinds)} values; it is read as text.")
            text = [
                None if absent else str(value) for value, absent in zip(series, series.isna(), strict=True)
            ]
            arrays.append(pa.array(text, pa.string()))
    return pa.Table.from_arrays(arrays, names=columns), tuple(notes)
