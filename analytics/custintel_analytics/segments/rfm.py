"""Segments by rule: recency, frequency and monetary value, each cut into fifths, and names for the combinations.

The fifths are those of Hughes, A. M. (1994), *Strategic Database Marketing*. The names are in general use; which scores
each covers differs by author, and `RFM_RULES` is this project's own table: it covers all 125 combinations once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments.catalogue import RFM

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from numpy.typing import NDArray

Range = tuple[int, int]
_FIFTHS = (0.2, 0.4, 0.6, 0.8)
_MANY_ORDERS = 4
_QUARTER = 90


@dataclass(frozen=True)
class Rule:
    """A named segment and the scores that it covers.

    Parameters
    ----------
    name
        What it is called.
    boxes
        Ranges of the recency, frequency and monetary score, both ends included; a customer in any of them belongs.
    claims
        Whether the name claims many orders, so that their number has to stand beside it where they are few.
    here
        Whether the name claims that its customers still buy (True) or are gone (False), so that the days have to stand
        beside it where the scores allow otherwise; None where it claims neither.
    """

    name: str
    boxes: tuple[tuple[Range, Range, Range], ...]
    claims: bool = False
    here: bool | None = None


_ALL = (1, 5)
RFM_RULES: tuple[Rule, ...] = (
    Rule("Champions", (((4, 5), (4, 5), (4, 5)),), claims=True, here=True),
    Rule("Loyal", (((4, 5), (4, 5), (1, 3)), ((3, 3), (4, 5), _ALL)), claims=True, here=True),
    Rule("Potential loyalists", (((4, 5), (2, 3), _ALL),), claims=True, here=True),
    Rule("New", (((5, 5), (1, 1), _ALL),), here=True),
    Rule("Promising", (((4, 4), (1, 1), _ALL),), here=True),
    Rule("Needs attention", (((3, 3), (2, 3), (3, 5)),)),
    Rule("About to sleep", (((3, 3), (2, 3), (1, 2)), ((3, 3), (1, 1), _ALL)), here=True),
    Rule("Can't lose", (((1, 2), (4, 5), (4, 5)),), claims=True),
    Rule("At risk", (((1, 2), (4, 5), (1, 3)), ((1, 2), (3, 3), _ALL))),
    Rule("Hibernating", (((2, 2), (1, 2), _ALL),)),
    Rule("Lost", (((1, 1), (1, 2), _ALL),), here=False),
)
"""The segments from the best to the lost. Each of the 125 combinations of scores belongs to exactly one."""


def scores(frame: pd.DataFrame) -> pd.DataFrame:
    """The fifth of each customer by recency, frequency and monetary value: 5 is the most recent, most, highest.

    Each fifth holds as many customers; equal values are parted in the order of the index. This is
    ``pandas.qcut(values.rank(method="first"), 5)``, and what `features` computes for ``recency_score`` ….

    Parameters
    ----------
    frame
        Columns ``recency`` (days), ``frequency`` and ``monetary``, a row per customer.

    Returns
    -------
    pandas.DataFrame
        ``recency_score``, ``frequency_score`` and ``monetary_score``, int64 from 1 to 5, with the same index.

    Raises
    ------
    DataError
        When a column is not there, or misses values.
    """
    import pandas as pd

    values = _values(frame)
    order = np.argsort(frame.index.to_numpy(), kind="stable")
    found = {}
    for position, name in enumerate(RFM):
        column = -values[:, position] if name == "recency" else values[:, position]
        ranked = np.empty(len(column), dtype=np.int64)
        ranked[order[np.argsort(column[order], kind="stable")]] = np.arange(len(column))
        last = max(len(column) - 1, 1)
        found[f"{name}_score"] = np.maximum((5 * ranked + last - 1) // last, 1)
    return pd.DataFrame(found, index=frame.index)


class RfmRules:
    """Recency, frequency and monetary value scored from 1 to 5 by learnt cut points, and `RFM_RULES`.

    Cut points keep equal values together, so that a customer's segment depends on their own values alone and new
    customers can be placed. Where many customers share a value, as with one order, fifths are of unequal size and
    some scores stay unused.

    Attributes
    ----------
    cuts_ : dict
        Column to its four cut points: a value scores 1 and one more for each cut point that it exceeds; for recency
        the other way round.
    lapsed_after_ : int
        Days without a purchase after which a customer counts as lapsed, as in `profile.lapsed_after`; a quarter where
        nobody's cadence is known.
    names : tuple of str
        The segments' names by label, with the orders that a name claims where they are fewer than four, and the days
        where customers who are called present may have lapsed, or those who are called lost may not.
    """

    cuts_: dict[str, tuple[float, ...]]
    lapsed_after_: int

    def fit(self, features: Any) -> RfmRules:
        """Learn the cut points: the quintiles of each column, as values that occur.

        Parameters
        ----------
        features
            `Features`, or a frame with ``recency``, ``frequency`` and ``monetary``.

        Raises
        ------
        DataError
            When a column is not there, or misses values.
        """
        values = _values(getattr(features, "frame", features))
        if not len(values):
            raise DataError("There are no customers to learn cut points from.", count=0)
        self.cuts_ = {
            name: tuple(
                float(cut) for cut in np.quantile(values[:, position], _FIFTHS, method="inverted_cdf")
            )
            for position, name in enumerate(RFM)
        }
        self.lapsed_after_ = _lapsed_after(features)
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The segments' names by label; “Loyal (from 2 orders)” where the word alone would say too much."""
        return tuple(self._name(rule) for rule in RFM_RULES)

    def scores(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The scores by the learnt cut points: ``recency_score``, ``frequency_score``, ``monetary_score``."""
        import pandas as pd

        return pd.DataFrame(self._scored(frame), index=frame.index, columns=[f"{name}_score" for name in RFM])

    def assign(self, frame: pd.DataFrame) -> NDArray[np.int64]:
        """The label of each customer: the position of their segment in `RFM_RULES`.

        Raises
        ------
        DataError
            When a column is not there, or misses values.
        """
        found = self._scored(frame) - 1
        return _LABELS[found[:, 0], found[:, 1], found[:, 2]]

    def to_expression(self, table: ir.Table) -> Any:
        """The label as a column of an Ibis table with recency, frequency and monetary; portable."""
        import ibis

        recency, frequency, monetary = (self._score_of(table[name], name) for name in RFM)
        combined = recency * 100 + frequency * 10 + monetary
        cases = []
        for label in range(len(RFM_RULES)):
            cells = [100 * r + 10 * f + m + 111 for r, f, m in np.argwhere(label == _LABELS).tolist()]
            cases.append((combined.isin(cells), label))
        return ibis.cases(*cases).cast("int64")

    def to_dict(self) -> dict[str, Any]:
        """The cut points and the table of scores as plain values."""
        rules = [
            {"name": rule.name, "boxes": [list(map(list, box)) for box in rule.boxes]} for rule in RFM_RULES
        ]
        cuts = {name: list(cuts) for name, cuts in self.cuts_.items()}
        return {"cuts": cuts, "lapsed_after": self.lapsed_after_, "rules": rules}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> RfmRules:
        """The rules that `to_dict` described.

        Raises
        ------
        DataError
            When they were made with another table of scores.
        """
        rules = cls()
        rules.cuts_ = {name: tuple(map(float, saved["cuts"][name])) for name in RFM}
        rules.lapsed_after_ = int(saved.get("lapsed_after", _QUARTER))
        if rules.to_dict()["rules"] != [dict(rule) for rule in saved["rules"]]:
            raise DataError(
                "The saved rules have another table of scores than this version. Fit them anew: RfmRules().fit(features)."
            )
        return rules

    def _name(self, rule: Rule) -> str:
        orders, days = self._orders(rule), self._days(rule)
        if orders and days:
            return f"{rule.name} (from {orders}, the last {days})"
        if orders:
            return f"{rule.name} (from {orders})"
        return f"{rule.name} (last order {days})" if days else rule.name

    def _orders(self, rule: Rule) -> str:
        """The orders from which a name claims many, where they are few."""
        if not rule.claims:
            return ""
        low = min(box[1][0] for box in rule.boxes)
        # A score above 1 begins with the first value beyond its cut point; orders are whole.
        least = int(np.floor(self.cuts_["frequency"][low - 2])) + 1
        return "" if least >= _MANY_ORDERS else f"{least} orders"

    def _days(self, rule: Rule) -> str:
        """When the last order was, where a name claims the present and scores reach those who lapsed, or the reverse."""
        cuts = self.cuts_["recency"]
        last = cuts[5 - min(box[0][0] for box in rule.boxes)] if rule.here else 0
        if last > self.lapsed_after_:
            return f"within {last:,.0f} days"
        first = cuts[4 - max(box[0][1] for box in rule.boxes)] if rule.here is False else np.inf
        return f"over {first:,.0f} days ago" if first < self.lapsed_after_ else ""

    def _scored(self, frame: pd.DataFrame) -> NDArray[np.int64]:
        values = _values(frame)
        above = [np.searchsorted(self.cuts_[name], values[:, i], side="left") for i, name in enumerate(RFM)]
        return np.column_stack([5 - above[0], above[1] + 1, above[2] + 1]).astype(np.int64)

    def _score_of(self, value: Any, name: str) -> Any:
        import ibis

        above = [
            (value > cut, number)
            for number, cut in zip((4, 3, 2, 1), reversed(self.cuts_[name]), strict=True)
        ]
        steps = ibis.cases(*above, else_=0)
        return 5 - steps if name == "recency" else steps + 1


def _lapsed_after(features: Any) -> int:
    from custintel_analytics.segments.profile import lapsed_after

    cadence = getattr(features, "cadence", None)
    return _QUARTER if cadence is None or cadence.isna().all() else lapsed_after(features)


def _values(frame: pd.DataFrame) -> NDArray[np.float64]:
    absent = [name for name in RFM if name not in frame.columns]
    if absent:
        what = "There is no amount" if absent == ["monetary"] else "Columns are missing"
        raise DataError(
            f"RFM rules need recency, frequency and monetary; there is no {' and no '.join(absent)}. {what}: name them, "
            "columns=('recency', 'frequency', 'monetary'), and the amount of the purchases, amount=….",
            column=absent[0],
        )
    values = frame[list(RFM)].to_numpy(dtype=np.float64, na_value=np.nan)
    for position, name in enumerate(RFM):
        missing = int(np.isnan(values[:, position]).sum())
        if missing:
            raise DataError(
                f"{missing:,} {'customer has' if missing == 1 else 'customers have'} no {name}. Fill it or leave them "
                f"out: frame.dropna(subset={name!r}).",
                column=name,
                count=missing,
            )
    return values


def _label_cells() -> NDArray[np.int64]:
    cells = np.full((5, 5, 5), -1, dtype=np.int64)
    for label, rule in enumerate(RFM_RULES):
        for box in rule.boxes:
            cells[tuple(slice(low - 1, high) for low, high in box)] = label
    return cells


_LABELS = _label_cells()
