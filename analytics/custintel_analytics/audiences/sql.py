"""SQL as a person would write it: no columns that nobody uses, no subquery that says nothing."""

from __future__ import annotations

from typing import Any


def written(expression: Any, dialect: str) -> str:
    """An unbound Ibis expression as SQL, with unused columns dropped and nested queries merged.

    Parameters
    ----------
    expression
        A table expression over unbound tables.
    dialect
        Ibis' name of the dialect.
    """
    import ibis.backends.sql.compilers as compilers
    import sqlglot
    from sqlglot import exp
    from sqlglot.optimizer.merge_subqueries import merge_subqueries
    from sqlglot.optimizer.pushdown_projections import pushdown_projections
    from sqlglot.optimizer.qualify import qualify

    compiler = getattr(compilers, dialect).compiler
    # Ibis shares nodes between the parts of its tree; the optimizer needs a tree of its own.
    text = compiler.to_sqlglot(expression.unbind()).sql(dialect=compiler.dialect)
    query = sqlglot.parse_one(text, read=compiler.dialect)
    query = qualify(query, dialect=compiler.dialect, quote_identifiers=True, validate_qualify_columns=False)
    query = merge_subqueries(pushdown_projections(query))
    for condition in list(query.find_all(exp.And)):
        if isinstance(condition.right, exp.Boolean) and condition.right.this:
            condition.replace(condition.left)
    return str(query.sql(dialect=compiler.dialect, pretty=True))
