"""A named set of customers: a condition that travels as SQL, or explicit ids."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.audiences.profiles import profiles, whole
from custintel_analytics.audiences.sql import written
from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.tables import Table

    Members = Callable[[ir.Table], ir.Table]

# A long list of literals takes an engine longer to read than to answer.
_MOST_IDS_LISTED = 500
_MOST_IDS_IN_SQL = 10_000


class Audience:
    """A named set of customers of a table.

    Parameters
    ----------
    name
        What it is called.
    table
        The table whose customers they are.
    members
        From the table's rows to a table with one column ``customer``, each once. Portable.
    kept
        The same customers from tables that are kept on the connection: a quicker way to the same ids.
    owner
        What must stay alive for `kept` to be asked.

    See Also
    --------
    Audience.where : by a condition on customers.
    Audience.of_ids : by explicit ids.
    """

    def __init__(
        self, name: str, table: Table, members: Members, *, kept: ir.Table | None = None, owner: Any = None
    ) -> None:
        self.name = name
        self.table = table
        self._of: Callable[[Table], ir.Table] = lambda source: members(source.rows)
        self._kept = kept
        self._owner = owner
        self._explicit = 0
        self._mark: Hashable = None

    @classmethod
    def where(cls, table: Table, predicate: Any, name: str = "audience") -> Audience:
        """The customers for whom a condition holds.

        Parameters
        ----------
        table
            The table whose customers are asked.
        predicate
            A function of a table with one row per customer, or an Ibis deferred expression. Columns:
            ``customer``, ``first_date``, ``last_date``, ``purchase_days``, ``orders`` and, with amounts,
            ``revenue``.
        name
            What to call the audience.

        Examples
        --------
        >>> import datetime
        >>> from custintel_analytics import datasets, tables
        >>> from custintel_analytics.audiences import Audience
        >>> table = tables.as_table(datasets.cdnow())
        >>> day = datetime.date(1998, 1, 1)
        >>> quiet = Audience.where(table, lambda c: (c.purchase_days >= 3) & (c.last_date < day), "quiet")
        >>> quiet.size
        2845
        """

        def chosen(source: Table) -> ir.Table:
            people = profiles(source)
            return people.filter(_bound(people, predicate)).select("customer")

        chosen(table)
        audience = cls(name, table, lambda rows: rows)
        audience._of = chosen
        return audience

    @classmethod
    def of_ids(cls, name: str, table: Table, ids: Iterable[Any]) -> Audience:
        """The customers with these ids; ids that the table doesn't have are no members.

        Raises
        ------
        DataError
            When the ids are numbers and the table's are text, or the other way round.
        """
        numbers = isinstance(ids, np.ndarray) and ids.dtype.kind in "iu"  # none of them can be missing
        given: Any = ids if numbers else list(ids)
        missing = 0 if numbers else sum(value is None or value != value for value in given)
        if missing:
            raise DataError(
                f"{missing} of the {len(given)} ids are missing. Drop them: [i for i in ids if i is not None].",
                column="customer",
                count=missing,
            )
        values = np.unique(np.array(given))
        _check_ids(table, values)
        wanted = values.tolist()

        def listed(rows: ir.Table) -> ir.Table:
            import ibis

            if not wanted:
                return rows.filter(ibis.literal(False)).select("customer").distinct()
            return rows.filter(rows.customer.isin(wanted)).select("customer").distinct()

        audience = cls(name, table, listed)
        audience._explicit = len(wanted)
        written = repr(wanted).encode() if values.dtype.kind == "O" else values.tobytes()
        audience._mark = hashlib.blake2b(written, digest_size=16).hexdigest()
        if len(wanted) > _MOST_IDS_LISTED:
            import ibis

            rows = table.rows.select("customer").distinct()
            audience._kept = rows.semi_join(ibis.memtable({"customer": wanted}), "customer")
        return audience

    def of_table(self, table: Table) -> Audience:
        """The same customers in another table, brought over by their ids; in its own table, itself.

        Ids that the other table doesn't have are no members: compare the sizes.

        Raises
        ------
        DataError
            When the ids are numbers in one table and text in the other, or none of them is in the other.
        """
        if table is self.table:
            return self
        ids = self.ids()
        brought = Audience.of_ids(self.name, table, ids)
        if len(ids) and brought.size == 0:
            raise DataError(
                f"None of the {len(ids):,} customers of {self.name!r}, such as {ids[0]!s}, is in the table "
                f"{table.name!r}. Both tables must call a customer by the same id.",
                column="customer",
                count=len(ids),
                example=ids[0],
            )
        return brought

    @cached_property
    def size(self) -> int:
        """Number of customers."""
        members = self._members()
        return int(self.table.execute(members.aggregate(size=members.count()))["size"].iloc[0])

    def ids(self) -> NDArray[Any]:
        """The customers' ids, sorted."""
        return np.sort(self.table.execute(self._members())["customer"].to_numpy())

    def to_frame(self) -> pd.DataFrame:
        """One row per customer, sorted: customer, first_date, last_date, purchase_days, orders, revenue."""
        frame = self.table.execute(profiles(self.table, self._members()))
        return frame.sort_values("customer", ignore_index=True)

    @cached_property
    def revenue(self) -> float:
        """Revenue of these customers over all purchases of the table, in the data's own unit.

        Raises
        ------
        DataError
            When the table has no amounts.
        """
        table = self.table
        if "amount_minor" not in table.rows.columns:
            raise DataError("The table has no amount, so there is no revenue. Name its column with amount=….")
        members, minor = self._members(), 0
        for rows in (table.rows, table.returns):
            if rows is not None:
                total = whole(rows.semi_join(members, "customer").amount_minor).name("minor")
                minor += int(table.execute(total)["minor"].iloc[0])
        unit: int = 10**table.settings.decimals
        return minor / unit

    def to_sql(self, dialect: str = "duckdb") -> str:
        """SQL that finds these customers in the source table, by its own name and columns.

        Parameters
        ----------
        dialect
            ``"duckdb"``, ``"snowflake"``, ``"bigquery"``, ``"postgres"``, ``"pyspark"``, ….

        Raises
        ------
        DataError
            For a dialect that isn't known, or more than 10,000 explicit ids.
        """
        if self._explicit > _MOST_IDS_IN_SQL:
            raise DataError(
                f"{self.name!r} holds {self._explicit:,} explicit ids, too many for one SQL text. Write ids"
                "() to a table of the warehouse and join it.",
                count=self._explicit,
            )
        return written(self._of(self.table.unbound()), dialect)

    def describe(self) -> str:
        """The audience in a sentence."""
        text = f"{self.name}: {self.size:,} customer{'' if self.size == 1 else 's'}"
        if "amount" in self.table.rows.columns:
            text += f", revenue {self.revenue:,.2f}"
        return text

    @property
    def _meaning(self) -> Hashable:
        """Equal for audiences of one table that choose customers by the same condition or the same ids."""
        return self._of(self.table).op() if self._mark is None else self._mark

    def __and__(self, other: Audience) -> Audience:
        return self._combine(other, "and", lambda a, b: a.intersect(b, distinct=True))

    def __or__(self, other: Audience) -> Audience:
        return self._combine(other, "or", lambda a, b: a.union(b, distinct=True))

    def __sub__(self, other: Audience) -> Audience:
        return self._combine(other, "without", lambda a, b: a.difference(b, distinct=True))

    def __repr__(self) -> str:
        return f"Audience({self.name!r}, table={self.table.name!r})"

    def _members(self) -> ir.Table:
        return self._of(self.table) if self._kept is None else self._kept

    def _combine(
        self, other: Audience, word: str, operation: Callable[[ir.Table, ir.Table], ir.Table]
    ) -> Audience:
        if not isinstance(other, Audience):
            return NotImplemented
        if other.table is not self.table:
            raise DataError(
                f"{self.name!r} and {other.name!r} are audiences of different tables. Bring one over by its "
                "ids: Audience.of_ids(name, table, other.ids())."
            )
        both = Audience(f"{self.name} {word} {other.name}", self.table, lambda rows: rows)
        both._of = lambda source: operation(self._of(source), other._of(source))
        both._kept = operation(self._members(), other._members())
        both._owner = (self._owner, other._owner)
        both._explicit = max(self._explicit, other._explicit)
        both._mark = (word, self._meaning, other._meaning) if both._explicit else None
        return both


def _bound(people: ir.Table, predicate: Any) -> Any:
    try:
        (condition,) = people.bind(predicate)
    except Exception as error:
        raise DataError(
            f"The condition fails: {type(error).__name__}: {error}. A condition sees one row per "
            f"customer with {', '.join(people.columns)}.",
            example=str(predicate),
        ) from error
    if not condition.type().is_boolean():
        raise DataError(
            f"The condition gives {condition.type()}, not yes or no. Compare: lambda c: c.orders >= 2.",
            example=str(predicate),
        )
    return condition


def _check_ids(table: Table, values: NDArray[Any]) -> None:
    text = table.rows.customer.type().is_string()
    if len(values) and text != (values.dtype.kind in "UOT"):
        raise DataError(
            f"The ids are {'numbers' if text else 'text'}, such as {values[0].item()!r}, but the table's "
            f"customers are {'text' if text else 'numbers'}. Pass them as they are in the table.",
            column="customer",
            example=values[0],
        )
