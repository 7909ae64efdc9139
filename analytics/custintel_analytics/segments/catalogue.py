"""What a column of features is: its name for people, base, kind, unit, and how it enters a model."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

BASES = ("behavioural", "demographic", "geographic", "psychographic")
KINDS = ("number", "flag", "category", "ordinal")
UNITS = ("days", "orders", "money", "share", "score", "")
RFM = ("recency", "frequency", "monetary")


@dataclass(frozen=True)
class Column:
    """One column of features.

    Parameters
    ----------
    column
        Its name in the frame.
    label
        Its name for people.
    base
        Which of `BASES` it belongs to.
    kind
        ``"number"``, ``"flag"`` (yes or no), ``"category"``, or ``"ordinal"``: numbers whose order matters
        more than their distances, such as answers from 1 to 5.
    unit
        ``"days"``, ``"orders"``, ``"money"``, ``"share"``, ``"score"`` or ``""``.
    log
        Whether it enters a model as log(1 + x) by default.
    description
        What it measures, in a sentence.
    sensitive
        Whether the law protects it specially, see `custintel_analytics.segments.identify`.
    """

    column: str
    label: str
    base: str = "behavioural"
    kind: str = "number"
    unit: str = ""
    log: bool = False
    description: str = ""
    sensitive: bool = False


def _known(column: str, label: str, unit: str, log: bool, description: str) -> Column:
    kind = "ordinal" if unit == "score" else "number"
    return Column(column, label, "behavioural", kind, unit, log, description)


BEHAVIOUR: dict[str, Column] = {
    column.column: column
    for column in (
        _known("recency", "Recency", "days", True, "Days since the last purchase."),
        _known("frequency", "Frequency", "orders", True, "Orders: distinct order ids, or rows without ids."),
        _known("monetary", "Monetary value", "money", True, "All that was spent, less what was returned."),
        _known("tenure", "Tenure", "days", True, "Days since the first purchase."),
        _known("purchase_days", "Purchase days", "days", True, "Different days with a purchase."),
        _known("cadence", "Cadence", "days", True, "Mean days between purchase days; missing with one."),
        _known("average_order", "Average order", "money", True, "Monetary value per order."),
        _known("basket_lines", "Lines per order", "", True, "Rows per order."),
        _known("products", "Products", "", True, "Different products bought."),
        _known("discount_share", "Bought at a discount", "share", False, "Share of rows with a discount."),
        _known("returned_share", "Returned", "share", False, "Amount returned per amount bought."),
        _known("recency_score", "Recency score", "score", False, "Fifth by recency; 5 = most recent."),
        _known("frequency_score", "Frequency score", "score", False, "Fifth by frequency; 5 = most orders."),
        _known("monetary_score", "Monetary score", "score", False, "Fifth by value; 5 = spent most."),
        _known("events", "Events", "", True, "Events recorded."),
        _known("active_days", "Active days", "days", True, "Different days with an event."),
        _known("days_since_event", "Days since an event", "days", True, "Days since the last event."),
    )
}
"""The columns that are computed from purchases and events under fixed names."""


def share_column(kind: str, column: str, value: str) -> Column:
    """The share of one category, channel or event.

    Parameters
    ----------
    kind
        ``"category"``, ``"channel"`` or ``"event"``.
    column
        Its name in the frame.
    value
        The value whose share it is.
    """
    said = {
        "category": f"Share of what was spent that went to {value}.",
        "channel": f"Share of rows bought through {value}.",
        "event": f"Share of events that are {value}.",
    }[kind]
    return Column(column, f"{kind.capitalize()}: {value}", unit="share", description=said)


def label_of(column: str) -> str:
    """A column's name as people write it: ``annual_income`` and ``AnnualIncome`` become “Annual income”."""
    spaced = "".join(
        f" {letter}" if letter.isupper() and before.islower() else letter
        for before, letter in zip(f" {column}", column, strict=False)
    )
    words = spaced.replace("_", " ").replace("-", " ").split()
    if not words:
        return column
    shown = [word if word.isupper() and len(word) > 1 else word.lower() for word in words]
    return " ".join([shown[0][:1].upper() + shown[0][1:], *shown[1:]])


def to_frame(columns: Iterable[Column]) -> pd.DataFrame:
    """The catalogue as a frame, a row per column."""
    import pandas as pd

    names = [field.name for field in fields(Column)]
    return pd.DataFrame([asdict(column) for column in columns], columns=names)


def from_row(row: pd.Series) -> Column:
    """The column that a row of `to_frame` describes."""
    return Column(**{field.name: row[field.name] for field in fields(Column)})


def find(asked: Iterable[str], known: Iterable[str], argument: str = "columns") -> list[str]:
    """The known names that are meant; upper and lower case may differ.

    Raises
    ------
    DataError
        For a name that isn't known, with the nearest that is; for one named twice, or none at all.
    """
    names = list(known)
    wanted = [asked] if isinstance(asked, str) else list(asked)
    if not wanted:
        raise DataError(f"{argument}= names no column. Choose from: {', '.join(names)}.", column=argument)
    found: list[str] = []
    for name in wanted:
        same = [name] if name in names else [other for other in names if other.lower() == str(name).lower()]
        if len(same) != 1:
            near = difflib.get_close_matches(str(name).lower(), [n.lower() for n in names], n=1)
            close = next((n for n in names if near and n.lower() == near[0]), None)
            hint = f" Did you mean {close!r}?" if close else ""
            raise DataError(
                f"{argument}= names {name!r}, which there is not.{hint} Columns: {', '.join(names)}.",
                column=str(name),
                example=name,
            )
        if same[0] in found:
            raise DataError(f"{argument}= names {same[0]!r} twice. Name each once.", column=same[0])
        found.append(same[0])
    return found


def few(names: Sequence[str], most: int = 5) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
