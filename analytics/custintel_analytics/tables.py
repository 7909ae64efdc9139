"""A table of purchases with named roles, checked, on the engine where it lives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from custintel_analytics import checks, quality
from custintel_analytics.errors import DataError
from custintel_analytics.roles import ROLES, bind, find_roles, nearest_argument
from custintel_analytics.rows import Parts, parts
from custintel_analytics.settings import Check, Returns, TableSettings, checked_name, resolved
from custintel_analytics.sources import Source, open_source
from custintel_analytics.zones import carries_zone, wall_clock

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from custintel_analytics.report import Report

__all__ = ["Table", "TableSettings", "as_table"]

DEFAULT_NAME = "transactions"


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Purchases with named roles, on the engine where they live. Made by `as_table`.

    Parameters
    ----------
    name
        The table's name in generated SQL.
    source
        The data as they were given, as an Ibis table.
    roles
        Role to the column that plays it, or to the label of the expression.
    settings
        How the source is read.
    rows
        Every usable purchase. Columns named by role: ``customer``, ``date`` (a day), and where the role
        exists ``amount`` (float64), ``amount_minor`` (int64, the amount in its smallest unit), ``order``,
        ``product``, ``channel``, ``variant``, ``metric``; then the source's other columns under their own
        names. A column that is called like a role which it doesn't play is renamed ``source_<name>``.
    returns
        With ``returns="net"`` the rows with a negative amount, same columns; otherwise None.
    backend
        The engine: ``"duckdb"``, ``"pyspark"``, ``"postgres"`` …
    """

    name: str
    source: ir.Table
    roles: Mapping[str, str]
    settings: TableSettings
    rows: ir.Table
    returns: ir.Table | None
    backend: str
    _parts: Parts
    _origin: Source | None
    _zoned: bool = False
    _notes: tuple[str, ...] = ()
    _kept: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        roles = ", ".join(f"{role} = {column}" for role, column in self.roles.items())
        return f"Table {self.name!r} on {self.backend}: {roles}"

    @property
    def lock(self) -> Any:
        """The re-entrant lock of the connection, held while a query runs."""
        return self._connected.lock

    @property
    def left_out(self) -> pd.DataFrame:
        """Rows of the source that are not used: reason, rows, example, remedy. One query, then kept."""
        with self.lock:
            if "report" in self._kept:
                return self.report.left_out
            if "left_out" not in self._kept:
                self._kept["left_out"] = quality.left_out(self)
            return cast("pd.DataFrame", self._kept["left_out"])

    @property
    def report(self) -> Report:
        """The full check: what the table holds and what was found. One query, then kept."""
        with self.lock:
            if "report" not in self._kept:
                self._kept["report"] = quality.full_report(self)
            return cast("Report", self._kept["report"])

    def execute(self, expr: Any) -> pd.DataFrame:
        """Run an Ibis expression over this table and bring its result as a pandas frame.

        Days and times come as datetime64, whole numbers as int64 where none is missing.

        Raises
        ------
        Cancelled
            When the query was stopped by `interrupt`.
        DataError
            When a value can't be converted as a role's expression asks.
        """
        return self._connected.run(expr)

    def interrupt(self, thread: int | None = None) -> None:
        """Stop the query that is running on this table's connection, on engines that can (DuckDB).

        Parameters
        ----------
        thread
            Only if this thread runs it (`threading.get_ident`): a connection may serve several widgets.
        """
        stop = getattr(getattr(self._connected.backend, "con", None), "interrupt", None)
        if self.backend == "duckdb" and stop is not None and thread in (None, self.lock.holder):
            stop()

    def unbound(self) -> Table:
        """The same table over a named schema without data, for ``ibis.to_sql(expr, dialect=…)``.

        SQL from it shows the user's own table and columns. A source that is itself a query over named tables
        keeps that query and those names.
        """
        replacements = _unbound_nodes(self.source, self.name)

        def unbind(table: ir.Table) -> ir.Table:
            return table.op().replace(replacements).to_expr()

        return Table(
            name=self.name,
            source=unbind(self.source),
            roles=self.roles,
            settings=self.settings,
            rows=unbind(self.rows),
            returns=None if self.returns is None else unbind(self.returns),
            backend="unbound",
            _parts=self._parts,
            _origin=None,
        )

    @property
    def _connected(self) -> Source:
        if self._origin is None:
            raise DataError(
                f"The unbound table {self.name!r} only makes SQL and has no rows. Use the table it is from."
            )
        return self._origin


def _unbound_nodes(source: ir.Table, name: str) -> dict[Any, Any]:
    import ibis.expr.operations as ops

    whole = source.op()
    named = {}
    for node in whole.find((ops.DatabaseTable, ops.InMemoryTable, ops.SQLQueryResult)):
        own = isinstance(node, ops.DatabaseTable)
        label = name if node is whole or not own else node.name
        space = {"namespace": node.namespace} if own else {}
        named[node] = ops.UnboundTable(name=label, schema=node.schema, **space)
    return named


def as_table(
    data: Any,
    *,
    customer: Any = None,
    date: Any = None,
    amount: Any = None,
    order: Any = None,
    product: Any = None,
    channel: Any = None,
    variant: Any = None,
    metric: Any = None,
    name: str | None = None,
    check: Check = "schema",
    returns: Returns = "exclude",
    timezone: str | None = None,
    decimals: int = 2,
    today: dt.date | str | None = None,
    **unknown: Any,
) -> Table:
    """Read `data` as a table of purchases: one row a purchase, or a line of one.

    Nothing is copied out of an engine: what is computed later runs where the data live. Frames and files are
    read by a DuckDB connection that belongs to the table. The data are never changed.

    Parameters
    ----------
    data
        A pandas or polars frame, a pyarrow Table, a DuckDB relation, an Ibis table of any engine, or the
        path, glob or list of paths of Parquet or CSV files. A `Table` is returned as it is.
    customer, date, amount, order, product, channel, variant, metric
        The columns that play the roles: a name, or an expression
        (``amount=lambda t: t.Quantity * t.UnitPrice``). By default they are looked for by their usual names,
        in any case; ``False`` says that there is none. Only customer and date are required.
    name
        The table's name in generated SQL; by default its own in its engine, else ``"transactions"``.
    check
        ``"schema"`` looks at types and the first rows; ``"full"`` also counts everything that `Table.report`
        holds, which reads all the data.
    returns
        Rows with a negative amount: ``"exclude"`` leaves them out, ``"net"`` subtracts them from revenue,
        ``"error"`` refuses them (and reads the amounts to do so).
    timezone
        The zone in which times that carry one are turned into days. UTC by default. Times without a zone are
        taken as written.
    decimals
        Decimals of the smallest unit of money. Finer amounts are rounded, and counted in the report.
    today
        The last day that is not in the future; by default the computer's.

    Returns
    -------
    Table
        With `Table.rows` to build on, `Table.left_out` and `Table.report` to read.

    Raises
    ------
    DataError
        When there are no rows, a role is missing or ambiguous, or a column can't play its role. The message
        says which, shows a value, and says what to do.
    TypeError
        For an unknown argument; names the nearest.
    """
    if unknown:
        wrong = next(iter(unknown))
        raise TypeError(f"as_table has no argument {wrong!r}. Did you mean {nearest_argument(wrong)!r}?")
    given = dict(zip(ROLES, (customer, date, amount, order, product, channel, variant, metric), strict=True))
    if isinstance(data, Table):
        return _same(data, given)
    settings = resolved(returns=returns, timezone=timezone, decimals=decimals, today=today, check=check)
    origin = open_source(data, checked_name(name) or DEFAULT_NAME)
    table = _assemble(name or origin.name or DEFAULT_NAME, origin, given, settings)
    if settings.returns == "error":
        _refuse_negative(table)
    if settings.check == "full" and table.report.rows == 0:
        said = " ".join(table.report.sentences[: 1 + len(table.report.left_out)])
        raise DataError(said, count=table.report.source_rows)
    return table


def _assemble(name: str, origin: Source, given: Mapping[str, Any], settings: TableSettings) -> Table:
    source = origin.table
    bindings, doubts = find_roles(source.schema(), given)
    raw = {role: bind(source, role, binding) for role, binding in bindings.items()}
    labels = {role: b if isinstance(b, str) else raw[role].get_name() for role, b in bindings.items()}
    checks.check_schema(raw, labels, origin.run(source.select(**raw).limit(checks.SAMPLE)))
    zoned = carries_zone(raw["date"], origin.backend)
    at_zone = wall_clock(settings.timezone, origin.backend.name) if zoned else None
    made = parts(source, bindings, settings, at_zone)
    return Table(
        name=name,
        source=source,
        roles=MappingProxyType(labels),
        settings=settings,
        rows=made.purchases(),
        returns=made.returns() if settings.returns == "net" else None,
        backend=origin.backend.name,
        _parts=made,
        _origin=origin,
        _zoned=zoned and raw["date"].type().is_timestamp(),
        _notes=(*origin.notes, *doubts),
    )


def _same(table: Table, given: Mapping[str, Any]) -> Table:
    named = [role for role, value in given.items() if value is not None]
    if named:
        raise DataError(
            f"The table has its roles already ({', '.join(table.roles)}); {named[0]}= can't change them. "
            f"Make another from its source: as_table(table.source, {named[0]}=…)."
        )
    return table


def _refuse_negative(table: Table) -> None:
    if "negative amount" not in table._parts.reasons:
        return
    found = table.left_out.set_index("reason")
    if "negative amount" in found.index:
        count, example = int(found["rows"]["negative amount"]), str(found["example"]["negative amount"])
        raise DataError(
            f"{count:,} rows have a negative amount in {table.roles['amount']!r}, for example {example}. "
            "returns='exclude' leaves them out, returns='net' subtracts them from revenue.",
            column=table.roles["amount"],
            count=count,
            example=example,
        )
