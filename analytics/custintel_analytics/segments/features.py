"""Customers described by columns of numbers, flags and categories: what segments are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.audiences import Audience
from custintel_analytics.errors import DataError
from custintel_analytics.report import spoken_day
from custintel_analytics.segments import catalogue
from custintel_analytics.segments.shape import taken_from

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from custintel_analytics.segments.audit import Audit
    from custintel_analytics.segments.query import Query
    from custintel_analytics.tables import Table

Progress = Callable[[int, int, str], None]
BEHAVIOURAL = ("behavioural",)
LEFT_OUT = ["reason", "count", "what", "example", "remedy"]


def features(
    data: Any,
    customers: Any = None,
    *,
    events: Any = None,
    as_of: Any = None,
    bases: Sequence[str] = BEHAVIOURAL,
    columns: Sequence[str] | None = None,
    include: Sequence[str] = (),
    audience: Any = None,
    category: Any = None,
    discount: Any = None,
    consent: Any = None,
    purpose: str = "analytics",
    progress: Progress | None = None,
    **roles: Any,
) -> Features:
    """Describe each customer by what they bought, and by what else is known of them.

    The purchases stay where they live: they are summed per customer on their engine.

    Parameters
    ----------
    data
        A table of `custintel_analytics.tables.as_table`, or anything that makes one.
    customers
        What is known of customers beside their purchases: a frame or table with a row per customer, whose columns'
        bases are found by their names; or a mapping of base to frame. Descriptive columns of the purchases, such as a
        country, are found by their names: the customer's most frequent value, the smallest of equally frequent ones.
    events
        What they did beside buying: customer, date and, where known, the event's name.
    as_of
        Last day observed, a date or ISO text; the last purchase when left out. Later rows are ignored and counted.
    bases
        Which of ``"behavioural"``, ``"demographic"``, ``"geographic"`` and ``"psychographic"`` to take.
    columns
        Exactly these columns in this order, of any base; any case.
    include
        Columns to take as well, such as sensitive ones, which are left out unless they are named.
    audience
        Only these customers: an `Audience` or ids.
    category
        The column of the purchases whose largest values' shares are features, a name or an expression; ``False`` for
        none. By default one that is called category or department.
    discount
        The column that says which rows were bought at a discount: yes and no, or a number above zero; ``False`` for
        none. By default one that is called discount.
    consent
        Records of consent: customer, purpose, granted and, where known, date. Customers who have not agreed to
        `purpose` by `as_of` are left out and counted.
    purpose
        What the features are for.
    progress
        Called with (done, total, message); may raise `Cancelled` to stop.
    **roles
        Passed on to `as_table` when `data` isn't a table yet.

    Returns
    -------
    Features
        Its ``frame`` has a row per customer; ``audit`` tells how fit it is for segments.

    Raises
    ------
    DataError
        When an argument or the data can't be used, or a named column identifies people; the message says what to do.
    Cancelled
        When `progress` or an interrupt of the table stopped the work.

    Notes
    -----
    Recency, frequency and monetary value are those of Hughes, A. M. (1994), *Strategic Database Marketing*. They are
    counted from all purchases; the ``lifetimes`` package counts repeat purchases only, and is another thing.

    Examples
    --------
    >>> from custintel_analytics import datasets, segments, tables
    >>> table = tables.as_table(datasets.cdnow())
    >>> made = segments.features(table, columns=("recency", "frequency", "monetary"))
    >>> made.frame.loc[1].tolist()
    [545.0, 1.0, 11.77]
    """
    from custintel_analytics.segments.asking import asked

    return asked(
        data, customers, events=events, as_of=as_of, bases=bases, columns=columns, include=include, audience=audience,
        category=category, discount=discount, consent=consent, purpose=purpose, progress=progress, roles=roles,
    )  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Features:
    """Customers and what is known of each. Made by `features` or `Features.from_frame`.

    Parameters
    ----------
    frame
        One row per customer: index ``customer``, sorted; the chosen columns in order. Numbers and ordinals are
        float64, flags bool (float64 0 and 1 where some are missing), categories pandas categories with the most
        frequent first.
    catalogue
        One row per column: column, label, base, kind, unit, log, description, sensitive.
    as_of
        The last day observed; None where it isn't known.
    table
        The purchases; None when made from a frame.
    value
        What each customer spent, in the data's own unit; None without amounts.
    recency
        Days since the last purchase; None where not known.
    notes
        What people should know about how the columns were made.
    offered
        The catalogue of all columns that were found, with ``chosen``, ``why`` not, and ``available``: whether naming
        them would help.
    """

    frame: pd.DataFrame
    catalogue: pd.DataFrame
    as_of: dt.date | None
    table: Table | None
    value: pd.Series | None
    recency: pd.Series | None
    notes: tuple[str, ...]
    offered: pd.DataFrame
    _cadence: pd.Series | None = None
    _query: Query | None = None
    _found: tuple[tuple[str, int, str, str, str], ...] = ()

    def __repr__(self) -> str:
        when = f" as of {self.as_of.isoformat()}" if self.as_of else ""
        return f"Features of {len(self.frame):,} customers{when}: {', '.join(self.frame.columns)}"

    @cached_property
    def cadence(self) -> pd.Series | None:
        """Mean days between purchase days, missing with one; None where not known.

        Asked of the engine when first needed, unless it is one of the columns.
        """
        if self._cadence is not None or self._query is None:
            return self._cadence
        query = self._query
        with query.table.lock:
            found = query.table.execute(query.expression(["cadence"])).set_index("customer")["cadence"]
        return found.reindex(self.frame.index).astype("float64")

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """What was not used and why: reason, count, what (customers, columns or rows), example, remedy."""
        import pandas as pd

        from custintel_analytics.segments.counted import uncovered

        rows = [*self._found, *(uncovered(self._query) if self._query else [])]
        return pd.DataFrame(rows, columns=LEFT_OUT)

    @cached_property
    def audit(self) -> Audit:
        """How fit the columns are for segments: missing, constant, repeated, skewed, outlying, correlated."""
        from custintel_analytics.segments.audit import audit

        return audit(self)

    def summary(self) -> str:
        """The customers, their columns and what was left out, in words."""
        when = f", as of {spoken_day(self.as_of)}" if self.as_of else ""
        count = len(self.frame)
        lines = [
            f"{count:,} customer{'' if count == 1 else 's'}{when}: {', '.join(self.catalogue['label'])}.",
            *self.notes,
        ]
        lines += [
            f"Left out, {row['reason']}: {_counted(row['count'], row['what'])}{_such(row['example'])}. {row['remedy']}."
            for _, row in self.left_out.iterrows()
        ]
        return "\n".join(lines)

    def select(self, columns: Iterable[str]) -> Features:
        """Only these columns, in this order, without asking the engine again.

        Raises
        ------
        DataError
            For a column that isn't in the frame.
        """
        names = catalogue.find(columns, self.frame.columns)
        rows = self.catalogue.set_index("column", drop=False).loc[names].reset_index(drop=True)
        offered = self.offered.copy()
        dropped = offered["chosen"] & ~offered["column"].isin(names)
        offered.loc[dropped, "why"] = "not selected"
        offered["chosen"] &= ~dropped
        query = self._query and replace(self._query, columns=tuple(map(catalogue.from_row, _rows(rows))))
        known = self.__dict__.get("cadence", self._cadence)
        return replace(
            self, frame=self.frame[names], catalogue=rows, offered=offered, _cadence=known, _query=query
        )

    def at(self, as_of: Any) -> Features:
        """The same columns of the same table at another date: the engine is asked again.

        Raises
        ------
        DataError
            When the date can't be, or the features were made from a frame.
        """
        from custintel_analytics.segments.asking import ask, checked_day

        query = self._asked("at")
        return ask(
            query.at(checked_day(query.table, as_of)), self.offered, self.notes, self._found, like=self
        )

    def within(self, members: Any) -> Features:
        """Only these customers, without asking the engine again.

        Parameters
        ----------
        members
            An `Audience`, a boolean mask over the frame's index, or ids. Those that aren't in the frame are counted
            in `left_out`.

        Raises
        ------
        DataError
            When none of them is in the frame.
        """
        ids = self._ids(members.ids() if isinstance(members, Audience) else members)
        keep = self.frame.index.isin(ids)
        if not keep.any():
            raise DataError(
                f"None of the {len(ids):,} customers is among the {len(self.frame):,} of the features. Check that both "
                "are of the same table.",
                column="customer",
                count=len(ids),
            )
        missing = len(ids) - int(keep.sum())
        found = self._found
        if missing:
            found += (("not among the features", missing, "customers", "", "They have no purchase by then"),)
        query = self._query
        if query is not None:
            audience = members if isinstance(members, Audience) and members.table is query.table else None
            audience = audience or Audience.of_ids("customers", query.table, self.frame.index[keep])
            query = replace(query, audience=query.audience & audience if query.audience else audience)
        known = self.__dict__.get("cadence", self._cadence)
        return replace(
            self,
            frame=self.frame[keep],
            value=None if self.value is None else self.value[keep],
            recency=None if self.recency is None else self.recency[keep],
            _cadence=None if known is None else known[keep],
            _query=query,
            _found=found,
        )

    def expression(self, unbound: bool = False) -> ir.Table:
        """``customer`` and the columns as one portable Ibis table, for SQL.

        Numbers are float64, flags boolean, categories text; missing is null.

        Parameters
        ----------
        unbound
            Over tables that are only named, for ``ibis.to_sql``.

        Raises
        ------
        DataError
            When the features were made from a frame.
        """
        return self._asked("expression").expression(list(self.frame.columns), unbound)

    def audience(self, members: Any, name: str = "audience") -> Audience:
        """The customers of a boolean mask over the frame's index, or of a list of ids, as an audience.

        Raises
        ------
        DataError
            When the features were made from a frame, which no query can ask for its customers.
        """
        return Audience.of_ids(name, self._asked("audience").table, self._ids(members))

    @classmethod
    def from_frame(
        cls, frame: Any, *, value: Any = None, as_of: Any = None, include: Sequence[str] = ()
    ) -> Features:
        """Features that were computed elsewhere: a frame with one row per customer.

        Columns that identify people, free text, dates and sensitive columns are left out and counted. Known names, such
        as ``recency``, get their usual description and unit where two of them stand together.

        Parameters
        ----------
        frame
            A frame of pandas or polars with the ids as index or in a column ``customer``.
        value
            What each customer is worth: a Series over the same index, an array, or the name of a column. By default
            the column ``monetary`` where there is one.
        as_of
            The day that the columns describe, where it is known.
        include
            Sensitive columns to take, see `custintel_analytics.segments.identify`.

        Raises
        ------
        DataError
            When ids or column names repeat, a number is infinite, or no column can be used.
        """
        return taken_from(cls, frame, value, as_of, include)

    def _asked(self, what: str) -> Query:
        if self._query is None:
            raise DataError(
                f"{what}() needs the purchases, and these features were made from a frame. Make them with "
                "segments.features(table, …).",
                column=what,
            )
        return self._query

    def _ids(self, members: Any) -> Any:
        chosen = np.asarray(members)
        if chosen.dtype == bool:
            if len(chosen) != len(self.frame):
                raise DataError(
                    f"The mask has {len(chosen):,} values for {len(self.frame):,} customers. Pass one for each row of "
                    ".frame, or a list of ids.",
                    count=len(chosen),
                )
            return self.frame.index[chosen].to_numpy()
        return np.unique(chosen)


def _such(example: str) -> str:
    return f" ({example})" if example else ""


def _rows(frame: pd.DataFrame) -> list[pd.Series]:
    return [row for _, row in frame.iterrows()]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what.removesuffix('s') if count == 1 else what}"
