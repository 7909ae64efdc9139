"""Segments as a few readable rules: a shallow decision tree on the raw columns, which is also SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments import growing, labelled, rule_sql, wording
from custintel_analytics.segments.growing import Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    import ibis.expr.types as ir
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.audiences import Audience
    from custintel_analytics.segments.features import Features
    from custintel_analytics.segments.labelled import Names

FORMAT = 1


@dataclass(frozen=True, eq=False, repr=False)
class Rules:
    """A decision tree that retells a segmentation in conditions on the features as people know them.

    Made by `Rules.fit`. It approximates the segments, how well `accuracy` says; what it assigns, its SQL
    assigns exactly.

    Parameters
    ----------
    nodes
        The tree, the root first.
    names
        Segment to name.
    labels
        Column to its label for people.
    units
        Column to its unit.
    accuracy
        Share of customers held out of the fit whom the rules put into their segment.
    fitted_accuracy
        The same of the customers that the rules were learned from.
    note
        How both were measured, and what the tree was learned on.
    counts
        Per leaf (by its node's number) the fitted customers of each segment.
    """

    nodes: tuple[Node, ...]
    names: dict[int, str]
    labels: dict[str, str]
    units: dict[str, str]
    accuracy: float
    fitted_accuracy: float
    note: str
    counts: dict[int, dict[int, int]]
    _features: Features | None = field(default=None)

    @classmethod
    def fit(
        cls,
        features: Features,
        labels: Any,
        names: Names = None,
        max_depth: int = 4,
        random_state: int = 0,
    ) -> Rules:
        """Learn the rules.

        Parameters
        ----------
        features
            Of n customers. Numbers enter unscaled and unlogged, categories as one question per level.
        labels
            Their segments, n whole numbers.
        names
            What the segments are called.
        max_depth
            Most questions from the root to a leaf, 1 to 10.
        random_state
            For the split into learned and held out.

        Notes
        -----
        Grown by scikit-learn's ``DecisionTreeClassifier`` (CART, Gini) with at most three leaves per segment, on
        100,000 customers where there are more. Thresholds are then rounded, each as far as the fitted
        accuracy allows: all together cost it at most .002. Up to 20,000 customers the accuracy is that of five-fold
        cross-validation of all of this, above that of 30 % held out; both keep the segments' shares.

        References
        ----------
        Breiman, L., Friedman, J., Olshen, R. and Stone, C. (1984). Classification and regression trees.

        Raises
        ------
        DataError
            When the labels don't fit the features, or there are fewer than two segments.
        """
        values = labelled.checked(labels, len(features.frame))
        if not isinstance(max_depth, int) or isinstance(max_depth, bool) or not 1 <= max_depth <= 10:
            raise DataError(
                f"max_depth={max_depth!r} is not possible: a whole number from 1 to 10.", column="max_depth"
            )
        segments = labelled.present(values)
        if len(segments) < 2:
            raise DataError(
                "All customers are in one segment, so there is nothing to tell apart. Ask for two segments or "
                "more.",
                column="labels",
            )
        about = labelled.about(features)
        flags = {column for column, row in about.items() if row["kind"] == "flag"}
        settings = growing.Settings(max_depth, random_state, frozenset(flags))
        grown = growing.grow(features.frame, values, settings)
        accuracy, how = growing.held_out(features.frame, values, settings)
        leaves = growing.leaf_of(grown.nodes, features.frame)
        assigned = growing.label_of(grown.nodes, leaves)
        return cls(
            nodes=grown.nodes,
            names={segment: labelled.name_of(names, segment) for segment in segments},
            labels={column: str(row["label"]) for column, row in about.items()},
            units={column: str(row["unit"]) for column, row in about.items()},
            accuracy=accuracy,
            fitted_accuracy=float((assigned == values).mean()),
            note=f"{how}{grown.note}",
            counts=_counts(leaves, values),
            _features=features,
        )

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row per segment: its rule, and how far to trust it.

        ``segment``, ``name``, ``rule`` (all its conditions), ``short`` (the one that most customers meet),
        ``precision`` (of those who meet the rule, the share who are in the segment), ``recall`` (of the
        segment, the share who meet it), ``customers`` (who meet it). Of the customers learned from. A segment that the
        tree never decides for has an empty rule and NaN precision.
        """
        import pandas as pd

        rows = []
        for segment, name in self.names.items():
            leaves = self._leaves(segment)
            here = sum(self.counts.get(leaf, {}).get(segment, 0) for leaf in leaves)
            met = sum(sum(self.counts.get(leaf, {}).values()) for leaf in leaves)
            size = sum(count.get(segment, 0) for count in self.counts.values())
            first = [self._condition(leaf) for leaf in leaves[:1]]
            more = f" (and {len(leaves) - 1} more)" if len(leaves) > 1 else ""
            rows.append(
                {
                    "segment": segment,
                    "name": name,
                    "rule": self.condition(segment),
                    "short": f"{first[0]}{more}" if first else "",
                    "precision": here / met if met else float("nan"),
                    "recall": here / size if size else float("nan"),
                    "customers": met,
                }
            )
        return pd.DataFrame(rows)

    @cached_property
    def text(self) -> str:
        """The tree as indented text."""
        return wording.tree(self.nodes, self.names, self.labels, self.units, self.counts)

    def text_for(self, segments: Iterable[int], threshold: int) -> str:
        """The tree as indented text for other people's eyes.

        Parameters
        ----------
        segments
            Those that may be shown; leaves of the others are told as a small group.
        threshold
            The fewest people whose number is told.
        """
        return wording.tree(self.nodes, self.names, self.labels, self.units, self.counts, segments, threshold)

    @property
    def sentence(self) -> str:
        """How well the rules retell the segments."""
        return (
            f"The rules put {wording.portion(self.accuracy)} of customers into their segment ({self.note})."
        )

    def summary(self) -> str:
        """The rules in words."""
        rows = labelled.rows_of(self.frame)
        said = [f"{row['name']}: {row['rule'] or 'no rule of its own'}." for row in rows]
        return "\n".join([self.sentence, *said])

    def condition(self, segment: int | str) -> str:
        """The rule of a segment in words, its conditions joined by “or”; empty where the tree has none."""
        return " or ".join(self._condition(leaf) for leaf in self._leaves(self._segment(segment)))

    def assign(self, features: Any) -> NDArray[np.int64]:
        """The segment of each customer.

        Parameters
        ----------
        features
            Features, or a frame with the columns that the rules ask for. A missing value takes the way
            that the tree learned for it.

        Raises
        ------
        DataError
            When a column is missing.
        """
        import pandas as pd

        frame = features if isinstance(features, pd.DataFrame) else features.frame
        growing.check_columns(self.nodes, frame.columns)
        return growing.label_of(self.nodes, growing.leaf_of(self.nodes, frame))

    def to_expression(self, table: ir.Table) -> Any:
        """The segment as an Ibis column over a table with the raw features (missing as null). Portable."""
        growing.check_columns(self.nodes, table.columns)
        return rule_sql.case(self.nodes, table)

    def to_sql(
        self, dialect: str = "duckdb", segment: int | str | None = None, features: Features | None = None
    ) -> str:
        """SQL that assigns every customer, or finds those of one segment, in the source table.

        Parameters
        ----------
        dialect
            ``"duckdb"``, ``"snowflake"``, ``"bigquery"``, ``"postgres"``, ``"pyspark"``, ….
        segment
            Only the customers of this segment, by number or name.
        features
            Whose table to ask; those of the fit when left out.

        Raises
        ------
        DataError
            Where there is no table: features made from a frame, or rules loaded from a file.
        """
        from custintel_analytics.audiences.sql import written

        source = features if features is not None else self._features
        if source is None:
            raise DataError(
                "These rules were loaded without the data, so there is no table to ask. Pass features=, or use "
                "to_expression(table) with a table of the raw features.",
                column="features",
            )
        people = source.expression(unbound=True)
        if segment is None:
            query = people.select("customer", segment=self.to_expression(people))
        else:
            query = people.filter(self._met(people, self._segment(segment))).select("customer")
        return written(query, dialect)

    def audience(self, segment: int | str) -> Audience:
        """The customers whom the rule of a segment selects, of those that the rules were learned from.

        Raises
        ------
        DataError
            Where there is no table, or no such segment.
        """
        if self._features is None:
            raise DataError(
                "These rules were loaded without the data. Assign features to them: "
                "features.audience(rules.assign(features) == segment, name).",
                column="features",
            )
        number = self._segment(segment)
        members = self.assign(self._features) == number
        return self._features.audience(members, f"{self.names[number]} (by rule)")

    def to_dict(self) -> dict[str, Any]:
        """The rules as plain values that JSON can hold."""
        return {
            "format": FORMAT,
            "nodes": [node.to_dict() for node in self.nodes],
            "names": {str(segment): name for segment, name in self.names.items()},
            "labels": self.labels,
            "units": self.units,
            "accuracy": self.accuracy,
            "fitted_accuracy": self.fitted_accuracy,
            "note": self.note,
            "counts": {
                str(leaf): {str(segment): count for segment, count in row.items()}
                for leaf, row in self.counts.items()
            },
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Rules:
        """The rules that `to_dict` described.

        Raises
        ------
        DataError
            When they were written in a later format.
        """
        if values.get("format") != FORMAT:
            raise DataError(
                f"The rules are of format {values.get('format')!r}; this version reads format {FORMAT}. Update "
                "custintel-widgets, or fit the rules anew.",
                example=values.get("format"),
            )
        return cls(
            nodes=tuple(Node.from_dict(node) for node in values["nodes"]),
            names={int(segment): str(name) for segment, name in values["names"].items()},
            labels=dict(values["labels"]),
            units=dict(values["units"]),
            accuracy=float(values["accuracy"]),
            fitted_accuracy=float(values["fitted_accuracy"]),
            note=str(values["note"]),
            counts={
                int(leaf): {int(segment): int(count) for segment, count in row.items()}
                for leaf, row in values["counts"].items()
            },
        )

    def __repr__(self) -> str:
        return f"Rules({len(self.names)} segments, accuracy={self.accuracy:.3f})"

    def _segment(self, segment: int | str) -> int:
        if segment in self.names:
            return int(segment)
        found = [number for number, name in self.names.items() if name == segment]
        if len(found) == 1:
            return found[0]
        known = ", ".join(f"{number} ({name})" for number, name in self.names.items())
        raise DataError(
            f"There is no segment {segment!r}. Segments: {known}.", column="segment", example=segment
        )

    def _leaves(self, segment: int) -> list[int]:
        """The leaves that decide for a segment, those that most customers reach first."""
        leaves = [
            number
            for number, node in enumerate(self.nodes)
            if node.label == segment and node.is_leaf and wording.path(self.nodes, number) is not None
        ]
        return sorted(leaves, key=lambda leaf: -sum(self.counts.get(leaf, {}).values()))

    def _met(self, table: ir.Table, segment: int) -> Any:
        growing.check_columns(self.nodes, table.columns)
        return rule_sql.any_of(self.nodes, self._leaves(segment), table)

    def _condition(self, leaf: int) -> str:
        return wording.condition(self.nodes, leaf, self.labels, self.units)


def _counts(leaves: NDArray[np.int64], labels: NDArray[np.int64]) -> dict[int, dict[int, int]]:
    pairs, sizes = np.unique(np.stack([leaves, labels]), axis=1, return_counts=True)
    counts: dict[int, dict[int, int]] = {}
    for leaf, label, size in zip(*pairs.tolist(), sizes.tolist(), strict=True):
        counts.setdefault(leaf, {})[label] = size
    return counts
