"""Who has moved from one segment to another between two dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts.periods import long_date
from custintel_analytics.errors import DataError
from custintel_analytics.segments import labelled, sankey

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.labelled import Names

OUTSIDE = -2  # customers who are there at one of the dates only
NOT_AGREED = -3  # of those at the second only, who had bought before and not yet agreed to be looked at
NOT_YET = "Not yet customers"
NOT_YET_AGREED = "Had not agreed yet"
NO_LONGER = "No longer there"
COLUMNS = (
    *("from_segment", "from_name", "to_segment", "to_name"),
    *("customers", "share", "value_before", "value_after"),
)


@dataclass(frozen=True, eq=False)
class Migration:
    """Customers by their segment at two dates. Made by `migration`.

    Parameters
    ----------
    frame
        A row per pair of segments that anybody moved or stayed between: ``from_segment``, ``from_name``,
        ``to_segment``, ``to_name``, ``customers``, ``share`` (of those in the first segment), ``value_before``,
        ``value_after`` (sums; NaN without amounts, zero where the customers weren't there). A segment −2 holds
        customers who are there at the other date only, −3 those who had bought by the first one and only agreed later
        to be analysed.
    before, after
        The features at the two dates.
    labels_before, labels_after
        The segments of their customers.
    staying
        Of the customers there at both dates, the share in the same segment; NaN without any.
    entered, left
        Customers only there at the second, or only at the first date.
    both
        Customers there at both.
    newly_agreed
        Ids of customers who bought by the first date and agreed to be analysed between the two: not new, and not in
        `entered`.
    notes
        What one has to know: values that had to be filled at one of the dates.
    """

    frame: pd.DataFrame
    before: Features
    after: Features
    labels_before: NDArray[np.int64]
    labels_after: NDArray[np.int64]
    staying: float
    entered: int
    left: int
    both: int
    newly_agreed: NDArray[Any] = field(default_factory=lambda: np.empty(0))
    notes: tuple[str, ...] = ()

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Customers as a table: the first segment down, the second across, zero where nobody moved."""
        table = self.frame.pivot(index="from_segment", columns="to_segment", values="customers")
        table = table.fillna(0).astype("int64")
        return table.loc[sankey.ordered(self.frame["from_segment"]), sankey.ordered(self.frame["to_segment"])]

    def nodes(self, frame: pd.DataFrame | None = None) -> pd.DataFrame:
        """The bars of a Sankey diagram, see `sankey.nodes`; of a part of `frame` where one is given."""
        return sankey.nodes(self.frame if frame is None else frame)

    def ribbons(self, frame: pd.DataFrame | None = None) -> pd.DataFrame:
        """The bands of a Sankey diagram, see `sankey.ribbons`; of a part of `frame` where one is given."""
        return sankey.ribbons(self.frame if frame is None else frame)

    def customers(self, from_segment: int, to_segment: int) -> NDArray[Any]:
        """The ids of those who went from one segment to another, sorted; −2 for who wasn't there, −3 had not agreed."""
        chosen = (self._pairs["before"] == from_segment) & (self._pairs["after"] == to_segment)
        return self._pairs.index[chosen].to_numpy()

    @cached_property
    def _pairs(self) -> pd.DataFrame:
        """Both segments of every customer who is there at either date, −2 and −3 where they aren't."""
        return _joined(self.before, self.labels_before, self.after, self.labels_after, self.newly_agreed)

    @property
    def headline(self) -> str:
        """The finding in a sentence."""
        first, second = self.before.as_of, self.after.as_of
        span = f" between {long_date(first)} and {long_date(second)}" if first and second else ""
        if not self.both:
            return f"Nobody is there at both dates, so nobody can have moved{span}."
        said = f"{100 * self.staying:.0f} % of {self.both:,} customers stayed in their segment{span}."
        moves = self._moves()
        if len(moves):
            row = moves.iloc[0]
            said += (
                f" The largest move: {row['customers']:,} from “{row['from_name']}” to “{row['to_name']}” "
                f"({100 * row['share']:.0f} % of the former)."
            )
        return said

    def summary(self) -> str:
        """The finding in words."""
        lines = [self.headline]
        if self.entered:
            verb = "is" if self.entered == 1 else "are"
            lines.append(f"{self.entered:,} {verb} there at the second date only.")
        if self.left:
            verb = "is" if self.left == 1 else "are"
            lines.append(f"{self.left:,} {verb} there at the first date only.")
        lines += [*([self.agreed_sentence] if len(self.newly_agreed) else []), *self.notes]
        lines.append("Both dates are measured with the same segments; why somebody moved they can't say.")
        return "\n".join(lines)

    @property
    def agreed_sentence(self) -> str:
        """How many agreed between the dates; empty without any."""
        if not len(self.newly_agreed):
            return ""
        return (
            f"{len(self.newly_agreed):,} bought before and agreed to be analysed only between the two dates: newly agreed, not "
            "new customers."
        )

    def _moves(self) -> pd.DataFrame:
        there = (self.frame["from_segment"] > OUTSIDE) & (self.frame["to_segment"] > OUTSIDE)
        moved = self.frame[there & (self.frame["from_segment"] != self.frame["to_segment"])]
        return moved.sort_values("customers", ascending=False, kind="stable")


def migration(model_or_assign: Any, before: Features, after: Features, names: Names = None) -> Migration:
    """Follow customers from their segment at one date to that at a later one.

    Parameters
    ----------
    model_or_assign
        A fitted segmentation, rules, or any function of features that gives a label per customer. It is
        applied to both dates, so that the segments mean the same at both.
    before, after
        The same features at two dates.
    names
        What the segments are called.

    Notes
    -----
    Customers who have withdrawn their consent by the second date are among those of neither: they didn't leave. Those
    who had bought by the first date and agreed only later are counted apart: they aren't new.

    Raises
    ------
    DataError
        When the second date isn't after the first one.
    """
    if before.as_of is not None and after.as_of is not None and before.as_of >= after.as_of:
        raise DataError(
            f"The first date, {long_date(before.as_of)}, is not before the second, {long_date(after.as_of)}. "
            "Pass the earlier features first.",
            column="before",
            example=before.as_of,
        )
    agreed = _newly_agreed(before, after)
    before = _agreeing(before, after)
    assign = _assigner(model_or_assign)
    labels, notes = [], []
    for features in (before, after):
        found, unusual = assign(features)
        labels.append(labelled.checked(found, len(features.frame)))
        when = f"On {long_date(features.as_of)} " if features.as_of else ""
        notes += [f"{when}{said}" for said in unusual]
    pairs = _joined(before, labels[0], after, labels[1], agreed)
    there = pairs > OUTSIDE
    both = there.all(axis=1)
    same = pairs["before"] == pairs["after"]
    return Migration(
        frame=_flows(pairs, before, after, names),
        before=before,
        after=after,
        labels_before=labels[0],
        labels_after=labels[1],
        staying=float(same[both].mean()) if both.any() else float("nan"),
        entered=int((pairs["before"] == OUTSIDE).sum()),
        left=int((~there["after"]).sum()),
        both=int(both.sum()),
        newly_agreed=agreed,
        notes=tuple(notes),
    )


def _newly_agreed(before: Features, after: Features) -> NDArray[Any]:
    """Who had bought by the first date and is only there at the second, for want of consent."""
    import pandas as pd

    then, now = before._query, after._query
    if then is None or then.consent is None or now is None or now.consent is None:
        return after.frame.index[:0].to_numpy()
    rows, _ = then.universe(consenting=False)
    with then.table.lock:
        bought = then.table.execute(rows.select("customer").distinct())["customer"]
    return after.frame.index.difference(before.frame.index).intersection(pd.Index(bought)).to_numpy()


def _agreeing(before: Features, after: Features) -> Features:
    """The earlier customers without those who have withdrawn their consent since."""
    consent = None if after._query is None else after._query.consent
    if consent is None:
        return before
    agreed = before.frame.index.isin(consent.run()["customer"])
    if not agreed.any():
        raise DataError(
            f"None of the {len(agreed):,} customers of the first date agrees to {consent.purpose!r} at the second, so "
            "nobody can be followed. Take a later first date, or another purpose=.",
            column="consent",
            count=len(agreed),
        )
    return before if agreed.all() else before.within(agreed)


def _joined(before: Features, then: Any, after: Features, now: Any, agreed: NDArray[Any]) -> pd.DataFrame:
    import pandas as pd

    columns = {
        "before": pd.Series(then, index=before.frame.index),
        "after": pd.Series(now, index=after.frame.index),
    }
    people = before.frame.index.union(after.frame.index)
    pairs = pd.DataFrame({name: part.reindex(people, fill_value=OUTSIDE) for name, part in columns.items()})
    pairs.loc[agreed, "before"] = NOT_AGREED
    return pairs


def _flows(pairs: pd.DataFrame, before: Features, after: Features, names: Names) -> pd.DataFrame:
    rows = pairs.rename(columns={"before": "from_segment", "after": "to_segment"}).assign(customers=1)
    known = before.value is not None and after.value is not None
    for name, features in (("value_before", before), ("value_after", after)):
        # Who isn't there has no value; where no amounts are known nobody has one.
        worth = (
            features.value.reindex(pairs.index, fill_value=0.0)
            if known and features.value is not None
            else None
        )
        rows[name] = np.nan if worth is None else worth.astype("float64")
    frame = rows.groupby(["from_segment", "to_segment"], as_index=False).sum(min_count=1)
    frame["share"] = frame["customers"] / frame.groupby("from_segment")["customers"].transform("sum")
    frame["from_name"] = [_name(names, segment, NOT_YET) for segment in frame["from_segment"]]
    frame["to_name"] = [_name(names, segment, NO_LONGER) for segment in frame["to_segment"]]
    segments = sankey.ordered([*frame["from_segment"], *frame["to_segment"]])
    place = {segment: number for number, segment in enumerate(segments)}
    keys = ["from_segment", "to_segment"]
    frame = frame.sort_values(keys, key=lambda ids: ids.map(place), ignore_index=True)
    return frame[list(COLUMNS)]


def _assigner(model: Any) -> Callable[[Features], tuple[Any, list[str]]]:
    """A function that gives a label per customer, and in sentences what was filled for that."""
    from custintel_analytics.segments import fitting
    from custintel_analytics.segments.segmentation import Segmentation

    if isinstance(model, Segmentation):
        return lambda features: fitting.placed(model._ready(), features)
    for name in ("predict", "assign"):
        if hasattr(model, name):
            found: Callable[[Any], Any] = getattr(model, name)
            return lambda features: (found(features), [])
    if not callable(model):
        raise DataError(
            f"{type(model).__name__} can't assign customers to segments. Pass a fitted Segmentation, Rules, or a "
            "function of features that gives a label per customer.",
            column="model_or_assign",
        )
    function: Callable[[Any], Any] = model
    return lambda features: (function(features), [])


def _name(names: Names, segment: int, outside: str) -> str:
    if segment == NOT_AGREED:
        return NOT_YET_AGREED
    return outside if segment == OUTSIDE else labelled.name_of(names, segment)
