"""Which columns could be had, which are taken, and why the others aren't."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from custintel_analytics.errors import DataError
from custintel_analytics.segments import identify
from custintel_analytics.segments.behaviour import NOT_BY_DEFAULT, OF_EVENTS
from custintel_analytics.segments.catalogue import Column, few, find, to_frame

if TYPE_CHECKING:
    import pandas as pd

NOT_IN_BASES = "not in bases"
BY_NAME = "only when named"
_AMOUNT = "amounts (amount=)"
_NEEDS = {
    **dict.fromkeys(("monetary", "average_order", "monetary_score"), _AMOUNT),
    "returned_share": f"{_AMOUNT} and returns",
    "basket_lines": "order ids (order=)",
    "products": "products (product=)",
    "discount_share": "a column of discounts (discount=)",
    **dict.fromkeys(OF_EVENTS, "recorded events (events=)"),
}
"""Feature to what it is made from, in words."""


@dataclass(frozen=True)
class Offer:
    """All columns that were found.

    Parameters
    ----------
    columns
        Those that can be had.
    why
        Column to why it isn't taken by default: a reason of `custintel_analytics.segments.identify`.
    refused
        Columns that can't be had, to why not.
    """

    columns: Sequence[Column]
    why: Mapping[str, str]
    refused: Mapping[str, str]

    def choose(
        self, bases: Iterable[str], columns: Iterable[str] | None, include: Iterable[str]
    ) -> tuple[Column, ...]:
        """The columns that are taken: exactly the named ones, or those of the bases and the included.

        Raises
        ------
        DataError
            For a name that isn't known, or a column that can't be had, with its reason and what to do.
        """
        known = {column.column: column for column in self.columns}
        everything = [*known, *self.refused]
        for argument, given in (("columns", columns), ("include", include)):
            explain_lacking([given] if isinstance(given, str) else given, everything, argument)
        if columns is not None:
            names = find(columns, everything)
            extra = (
                [name for name in find(include, everything, "include") if name not in names]
                if include
                else []
            )
            names += extra
        else:
            asked = find(include, everything, "include") if include else []
            names = [name for name in known if not self.reason(known[name], bases) or name in asked]
            names += [name for name in asked if name not in names]
        for name in names:
            if name in self.refused:
                raise refusal(name, self.refused[name])
        if not names:
            raise DataError(
                f"bases={tuple(bases)!r} has no column. Those that could be had: {', '.join(known) or 'none'}.",
                column="bases",
            )
        return tuple(known[name] for name in names)

    def reason(self, column: Column, bases: Iterable[str]) -> str:
        """Why a column isn't taken by default; an empty text when it is."""
        if column.base not in bases:
            return NOT_IN_BASES
        if column.sensitive:
            return identify.WHY_SENSITIVE
        return BY_NAME if column.column in NOT_BY_DEFAULT else self.why.get(column.column, "")

    def frame(self, chosen: Iterable[Column], bases: Iterable[str]) -> pd.DataFrame:
        """The catalogue of all columns with ``chosen``, ``why`` not, and whether they can be had (``available``)."""
        taken = {column.column: column for column in chosen}
        whys = {c.column: "" if c.column in taken else self.reason(c, bases) or BY_NAME for c in self.columns}
        rows = [taken.get(column.column, column) for column in self.columns]
        rows += [refused_column(name) for name in self.refused]
        frame = to_frame(rows)
        frame["chosen"] = frame["column"].isin(taken)
        frame["why"] = [whys.get(name, self.refused.get(name, "")) for name in frame["column"]]
        frame["available"] = ~frame["column"].isin(list(self.refused))
        return frame

    def left_out(
        self, chosen: Iterable[Column], bases: Iterable[str]
    ) -> list[tuple[str, int, str, str, str]]:
        """What was left out although it is of the chosen bases, by reason."""
        taken = {column.column for column in chosen}
        found: dict[str, list[str]] = {}
        for column in self.columns:
            why = self.reason(column, bases)
            if column.column not in taken and why in identify.REMEDIES:
                found.setdefault(why, []).append(column.column)
        for name, why in self.refused.items():
            found.setdefault(why, []).append(name)
        return [
            (why, len(names), "columns", few(names), identify.REMEDIES[why]) for why, names in found.items()
        ]


def explain_lacking(names: Iterable[str] | None, everything: Iterable[str], argument: str) -> None:
    """Refuse a feature that the purchases don't allow, with the argument that it needs.

    Raises
    ------
    DataError
        Names the argument.
    """
    there = {name.lower() for name in everything}
    for name in () if names is None else names:
        needs = _NEEDS.get(str(name).lower())
        if needs and str(name).lower() not in there:
            raise DataError(
                f"{argument}= names {name!r}, which needs {needs}, and there is none. Name the column that holds it.",
                column=str(name),
                example=name,
            )


def refused_column(name: str) -> Column:
    """A column that can't be had, for the list of what was found."""
    from custintel_analytics.segments.catalogue import label_of

    base = identify.base_of(name) or "demographic"
    return Column(name, label_of(name), base, "category", sensitive=identify.is_sensitive(name))


def refusal(name: str, why: str) -> DataError:
    """The error for a column that can't be had."""
    said = {
        identify.WHY_PEOPLE: f"Column {name!r} identifies people: its name or its values tell single persons apart",
        identify.WHY_TEXT: f"Column {name!r} is free text: long, and different for nearly everyone",
        identify.WHY_DATE: f"Column {name!r} is a date, which has no distance to other customers' yet",
        identify.WHY_NUMBERS: f"Column {name!r} holds numbers that are written as text",
        identify.WHY_NESTED: f"Column {name!r} holds neither numbers, yes and no, nor text",
        identify.WHY_EMPTY: f"Column {name!r} has no value",
    }[why]
    return DataError(f"{said}. {identify.REMEDIES[why]}.", column=name)
