"""Queries and temporary tables on the connection that a table lives on."""

from __future__ import annotations

import copy
import uuid
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from custintel_analytics.errors import Cancelled

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from custintel_analytics.tables import Table

_Result = TypeVar("_Result")
_PREFIX = "custintel_"


class Engine:
    """Runs expressions on a table's connection without keeping the table alive.

    Parameters
    ----------
    table
        A table bound to a connection.
    """

    def __init__(self, table: Table) -> None:
        self.rows = table.rows
        self.returns = table.returns
        self.backend: Any = table.rows.get_backend()
        self.lock = table.lock
        self.is_duckdb = table.backend == "duckdb"
        self.is_quick = self.is_duckdb
        self._unwanted: list[str] = []
        self._members: Kept | None = None

    def only(self, members: Kept) -> Engine:
        """The same connection with the rows of some customers: a kept table with the column ``customer``."""
        part = copy.copy(self)
        part._members = members  # lives as long as its rows are asked for
        part.rows = self.rows.semi_join(members.table, "customer")
        if self.returns is not None:
            part.returns = self.returns.semi_join(members.table, "customer")
        return part

    def frame(self, expr: Any) -> pd.DataFrame:
        """The result of an expression as a pandas frame."""
        arrow = self._run(lambda: self.backend.to_pyarrow(expr.as_table()))
        result: pd.DataFrame = arrow.to_pandas(date_as_object=False)
        return result

    def keep(self, expr: ir.Table) -> Kept:
        """Compute a table once and keep it on the engine for as long as the result is referenced."""
        if not self.is_duckdb:
            return Kept(self._run(expr.cache))
        name = f"{_PREFIX}{uuid.uuid4().hex}"
        self._run(lambda: self._create(name, expr))
        kept = Kept(self.backend.table(name))
        weakref.finalize(kept, self._drop, name).atexit = False
        return kept

    def _create(self, name: str, expr: ir.Table) -> None:
        import ibis.expr.operations as ops

        self._drop_unwanted()
        if expr.op().find(ops.InMemoryTable):
            self.backend.create_table(name, expr, temp=True)
        else:
            # Ibis' create_table writes the rows twice.
            self.backend.raw_sql(f"CREATE TEMP TABLE {name} AS {self.backend.compile(expr)}")

    def _drop(self, name: str) -> None:
        # The garbage collector may call this in the middle of another thread's query.
        self._unwanted.append(name)
        if self.lock.acquire(blocking=False):
            try:
                self._drop_unwanted()
            finally:
                self.lock.release()

    def _drop_unwanted(self) -> None:
        while self._unwanted:
            self.backend.raw_sql(f"DROP TABLE IF EXISTS {self._unwanted.pop()}")

    def _run(self, work: Callable[[], _Result]) -> _Result:
        with self.lock:
            try:
                return work()
            except Exception as error:
                if type(error).__name__ == "InterruptException":
                    raise Cancelled("The query was stopped.") from error
                raise


class Kept:
    """A computed table on the engine.

    Parameters
    ----------
    table
        The computed table, for further expressions.
    """

    def __init__(self, table: ir.Table) -> None:
        self.table = table
