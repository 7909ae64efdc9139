"""SQL as a person would write it: no columns that nobody uses, no subquery that says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custintel_analytics.errors import DataError


def written(expression: Any, dialect: str) -> str:
    """An unbound Ibis expression as SQL, with unused columns dropped and nested queries merged.

    Parameters
    ----------
    expression
        A table expression over unbound tables.
    dialect
        ``"duckdb"``, ``"snowflake"``, ``"bigquery"``, ``"postgres"``, ``"pyspark"``, ….

    Raises
    ------
    DataError
        For a dialect that isn't known.
    """
    query, said = _tree(expression, dialect)
    return str(query.sql(dialect=said, pretty=True))


def staged(steps: Mapping[str, Any], dialect: str) -> str:
    """Expressions that build on each other as one query with a step per ``WITH``, so that none is written twice.

    Parameters
    ----------
    steps
        Name to expression. A later one asks an earlier one as an unbound table of that name; the last is the query.
    dialect
        As in `written`.

    Raises
    ------
    DataError
        For a dialect that isn't known.
    """
    from sqlglot import exp

    *named, (_, last) = steps.items()
    query, said = _tree(last, dialect)
    for name, expression in named:
        query = query.with_(exp.to_identifier(name, quoted=True), as_=_tree(expression, dialect)[0])
    return str(query.sql(dialect=said, pretty=True))


def _tree(expression: Any, dialect: str) -> tuple[Any, Any]:
    """An expression as sqlglot's tree, and sqlglot's dialect."""
    import ibis.backends.sql.compilers as compilers
    import sqlglot
    from sqlglot import exp
    from sqlglot.optimizer.merge_subqueries import merge_subqueries
    from sqlglot.optimizer.pushdown_projections import pushdown_projections
    from sqlglot.optimizer.qualify import qualify

    compiler = getattr(compilers, _known(dialect)).compiler
    # Ibis shares nodes between the parts of its tree; the optimizer needs a tree of its own.
    text = compiler.to_sqlglot(expression.unbind()).sql(dialect=compiler.dialect)
    query = sqlglot.parse_one(text, read=compiler.dialect)
    query = qualify(query, dialect=compiler.dialect, quote_identifiers=True, validate_qualify_columns=False)
    query = merge_subqueries(pushdown_projections(query))
    for condition in list(query.find_all(exp.And)):
        if isinstance(condition.right, exp.Boolean) and condition.right.this:
            condition.replace(condition.left)
    return query, compiler.dialect


def _known(dialect: str) -> str:
    """Ibis' name of a dialect."""
    import ibis

    known = {"spark": "pyspark", "postgresql": "postgres"}.get(dialect, dialect)
    if known not in _dialects():
        raise DataError(
            f"dialect={dialect!r} is not known. Choose one of: {', '.join(_dialects())}.", example=dialect
        )
    return _spark() if known == "pyspark" and ibis.options.pyspark is None else known


def _spark() -> str:
    # Ibis writes Spark's SQL only when PySpark is installed and loaded; Databricks' SQL is the same here.
    import importlib.util

    import ibis

    if importlib.util.find_spec("pyspark") is None:
        return "databricks"
    return str(ibis.pyspark.name)


def _dialects() -> list[str]:
    import ibis.backends.sql.compilers as compilers

    return sorted(
        name.removesuffix("Compiler").lower() for name in compilers.__all__ if name.endswith("Compiler")
    )
