"""A DuckDB relation as an Ibis backend: its queries run on the user's own connection, which keeps nothing.

A relation doesn't hand out its connection, but it answers queries over itself (`DuckDBPyRelation.query`),
which is all that Ibis needs to push its work down to it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir


class _RelationConnection:
    """The part of a DuckDB connection that Ibis uses, spoken through a relation."""

    def __init__(self, relation: duckdb.DuckDBPyRelation, name: str) -> None:
        self._relation = relation
        self._name = name

    def sql(self, query: str) -> Any:
        return self._relation.query(self._name, query)

    def execute(self, query: str, parameters: Any = None) -> Any:
        return self._relation.query(self._name, query)

    def register(self, name: str, data: Any) -> None:
        quoted = name.replace('"', '""')
        # DuckDB finds `data` as the local variable of this frame.
        self._relation.query(self._name, f'CREATE OR REPLACE TEMP TABLE "{quoted}" AS SELECT * FROM data')

    def remove_function(self, name: str) -> None:
        """Nothing was created: only functions that the engine has are used."""


def relation_table(relation: duckdb.DuckDBPyRelation, name: str) -> tuple[ir.Table, Any]:
    """The relation as an Ibis table called `name`, and its backend."""
    import ibis.expr.operations as ops
    import ibis.expr.schema as sch
    from ibis.backends.duckdb import Backend
    from ibis.backends.sql.datatypes import DuckDBType

    # The argument only makes this backend differ from any other: Ibis compares backends by their arguments.
    backend = Backend(f"relation_{uuid.uuid4().hex}")
    backend._can_reconnect = False
    backend._record_batch_readers_consumed = {}
    backend.con = _RelationConnection(relation, name)
    schema = sch.Schema(
        {
            column: DuckDBType.from_string(str(kind), nullable=True)
            for column, kind in zip(relation.columns, relation.types, strict=True)
        }
    )
    return ops.DatabaseTable(name, schema, backend).to_expr(), backend
