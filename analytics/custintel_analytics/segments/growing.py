"""Growing a readable decision tree: scikit-learn's CART, its thresholds rounded, and how it fares held out."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments import labelled

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Nodes = tuple["Node", ...]

LEARNED = 100_000  # customers that a tree is grown on, at most
FOLDED = 20_000  # up to which cross-validation takes no time
FOLDS = 5
HELD_OUT = 0.3
LEVELS = 30  # of a category that are asked for
LEAVES_PER_SEGMENT = 3
ROUNDING_COST = 0.002
_DIGITS = 6


@dataclass(frozen=True)
class Node:
    """A question of the tree, or a leaf.

    Parameters
    ----------
    label
        The segment that most customers here are in.
    test
        ``"number"`` and ``"flag"`` (left: value ≤ threshold), ``"level"`` (right: value is the level),
        ``"missing"`` (right: there is no value), or empty for a leaf.
    column
        The column that is asked for.
    threshold
        For numbers; .5 for flags.
    level
        For levels.
    left, right
        Numbers of the nodes below.
    missing_left
        Whether a missing value goes left. Without a level it always does.
    unknown
        Whether values were missing when the tree was grown.
    """

    label: int
    test: str = ""
    column: str = ""
    threshold: float = 0.0
    level: str = ""
    left: int = -1
    right: int = -1
    missing_left: bool = True
    unknown: bool = False

    @property
    def is_leaf(self) -> bool:
        """Whether nothing is asked here."""
        return not self.test

    def to_dict(self) -> dict[str, Any]:
        """The node as plain values."""
        return {"label": self.label} if self.is_leaf else dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Node:
        """The node that `to_dict` described."""
        return cls(**values)


@dataclass(frozen=True)
class Grown:
    """A tree, and what is to be said about what it was grown on."""

    nodes: Nodes
    note: str


@dataclass(frozen=True)
class Settings:
    """How deep to grow, from which seed, and which columns are yes or no."""

    max_depth: int
    random_state: int
    flags: frozenset[str] = frozenset()


def grow(frame: pd.DataFrame, labels: Ints, settings: Settings) -> Grown:
    """Grow a tree on at most 100,000 customers and round its thresholds."""
    rows = np.arange(len(labels))
    note = ""
    if len(rows) > LEARNED:
        rows = np.sort(_shuffled(labels, settings.random_state)[:LEARNED])
        note = f"; learned on {LEARNED:,} of them"
    values, truth = _Values(frame.iloc[rows]), labels[rows]
    nodes = _collapsed(_cart(values, truth, settings))
    return Grown(_rounded(nodes, values, truth), note)


def held_out(frame: pd.DataFrame, labels: Ints, settings: Settings) -> tuple[float, str]:
    """Share of customers whom a tree grown without them puts into their segment, and how that was measured."""
    count = len(labels)
    order = _shuffled(labels, settings.random_state)
    part = np.empty(count, dtype=np.int64)
    if count <= FOLDED:
        folds = min(FOLDS, count)
        part[order] = np.arange(count) % folds
        tests = range(folds)
        how = f"{folds}-fold cross-validation, {count:,} customers"
    else:
        part[order] = np.arange(count) % 10 >= 10 * HELD_OUT
        tests = range(1)
        how = f"{100 * HELD_OUT:.0f} % of {count:,} customers held out"
    right = tested = 0
    for fold in tests:
        test = part == fold
        nodes = grow(frame[~test], labels[~test], settings).nodes
        found = label_of(nodes, leaf_of(nodes, frame[test]))
        right += int((found == labels[test]).sum())
        tested += int(test.sum())
    return right / tested, how


def leaf_of(nodes: Sequence[Node], frame: pd.DataFrame) -> Ints:
    """The number of the leaf that each row of a frame reaches."""
    return _leaves(nodes, _Values(frame))


def label_of(nodes: Sequence[Node], leaves: Ints) -> Ints:
    """The segments that leaves decide for."""
    return np.array([node.label for node in nodes], dtype=np.int64)[leaves]


def check_columns(nodes: Sequence[Node], columns: Iterable[str]) -> None:
    """Refuse a table that lacks a column of the rules.

    Raises
    ------
    DataError
        Names the columns.
    """
    known = set(columns)
    missing = sorted({node.column for node in nodes if not node.is_leaf} - known)
    if missing:
        raise DataError(
            f"The rules ask for {', '.join(map(repr, missing))}, which the table doesn't have. Make the features "
            "with the same columns as those of the fit.",
            column=missing[0],
        )


class _Values:
    """The columns of a frame as arrays, made when first asked for."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._kept: dict[str, NDArray[Any]] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def of(self, column: str) -> NDArray[Any]:
        if column not in self._kept:
            series = self.frame[column]
            text = labelled.is_text(series)
            # Missing is None among texts, and equals no level.
            self._kept[column] = labelled.texts(series) if text else labelled.numbers(series)
        return self._kept[column]

    def is_left(self, node: Node, rows: Ints) -> NDArray[np.bool_]:
        values = self.of(node.column)[rows]
        if node.test == "level":
            return np.asarray(values != node.level, dtype=bool)
        if node.test == "missing":
            return np.asarray(~np.isnan(values), dtype=bool)
        left = np.asarray(values <= node.threshold, dtype=bool)
        return left | np.isnan(values) if node.missing_left else left


def _shuffled(labels: Ints, random_state: int) -> Ints:
    """All rows in an order whose every stretch holds about the same share of each segment."""
    random = np.random.default_rng(random_state)
    order = random.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    _, starts, sizes = np.unique(labels[order], return_index=True, return_counts=True)
    place = (np.arange(len(order)) - np.repeat(starts, sizes) + 0.5) / np.repeat(sizes, sizes)
    return order[np.argsort(place, kind="stable")]


def _leaves(nodes: Sequence[Node], values: _Values) -> Ints:
    found = np.zeros(len(values), dtype=np.int64)
    waiting = [(0, np.arange(len(values)))]
    while waiting:
        number, rows = waiting.pop()
        node = nodes[number]
        if node.is_leaf or not len(rows):
            found[rows] = number
            continue
        left = values.is_left(node, rows)
        waiting += [(node.left, rows[left]), (node.right, rows[~left])]
    return found


def _cart(values: _Values, labels: Ints, settings: Settings) -> list[Node]:
    from sklearn.tree import DecisionTreeClassifier

    questions, matrix = _encoded(values, settings.flags)
    _, sizes = np.unique(labels, return_counts=True)
    fitted = DecisionTreeClassifier(
        max_depth=settings.max_depth,
        max_leaf_nodes=max(2, LEAVES_PER_SEGMENT * len(sizes)),
        # No leaf for a handful of customers, unless a segment is as small.
        min_samples_leaf=min(int(sizes.min()), max(1, len(labels) // 100)),
        random_state=settings.random_state,
    ).fit(matrix, labels)
    tree = fitted.tree_
    most = fitted.classes_[tree.value[:, 0, :].argmax(axis=1)]
    absent: NDArray[np.bool_] = np.any(np.isnan(matrix), axis=0)
    nodes = []
    for number in range(tree.node_count):
        left, right, asked = tree.children_left[number], tree.children_right[number], tree.feature[number]
        node = Node(int(most[number]))
        if left >= 0:
            test, column, level = questions[asked]
            # A value that was never missing goes with the majority if it is one day.
            majority = tree.n_node_samples[left] >= tree.n_node_samples[right]
            node = Node(
                label=int(most[number]),
                test=test,
                column=column,
                threshold=float(tree.threshold[number]),
                level=level,
                left=int(left),
                right=int(right),
                missing_left=bool(tree.missing_go_to_left[number] if absent[asked] else majority),
                unknown=bool(absent[asked]),
            )
        nodes.append(_settled(node))
    return nodes


def _settled(node: Node) -> Node:
    """The node with its own way for missing values."""
    if node.test == "level":
        return dataclasses.replace(node, missing_left=True)
    if math.isinf(node.threshold):
        # What scikit-learn asks when it parts the missing from all others.
        return dataclasses.replace(node, test="missing", threshold=0.0, missing_left=False)
    return node


def _encoded(
    values: _Values, flags: frozenset[str]
) -> tuple[list[tuple[str, str, str]], NDArray[np.float64]]:
    """The questions that can be asked, as test, column and level, and a column of numbers for each."""
    questions: list[tuple[str, str, str]] = []
    columns = []
    for column in values.frame.columns:
        array = values.of(column)
        if array.dtype.kind == "f":
            questions.append(("flag" if column in flags else "number", column, ""))
            columns.append(array)
            continue
        counts = Counter(array[values.frame[column].notna().to_numpy()].tolist())
        for level in sorted(counts, key=lambda level: (-counts[level], level))[:LEVELS]:
            questions.append(("level", column, level))
            columns.append((array == level).astype(np.float64))
    return questions, np.column_stack(columns)


def _collapsed(nodes: list[Node]) -> Nodes:
    """The tree without questions whose two answers lead to the same segment."""
    kept: list[Node] = []

    def same(number: int) -> bool:
        node = nodes[number]
        if node.is_leaf:
            return True
        return same(node.left) and same(node.right) and decided(node.left) == decided(node.right)

    def decided(number: int) -> int:
        node = nodes[number]
        return node.label if node.is_leaf else decided(node.left)

    def keep(number: int) -> int:
        place = len(kept)
        node = nodes[number]
        if same(number):
            kept.append(Node(decided(number)))
            return place
        kept.append(node)
        left, right = keep(node.left), keep(node.right)
        kept[place] = dataclasses.replace(node, left=left, right=right)
        return place

    keep(0)
    return tuple(kept)


def _rounded(nodes: Nodes, values: _Values, labels: Ints) -> Nodes:
    """The tree with each threshold as round as the fitted accuracy allows, from the root down."""

    def accuracy(tree: Nodes) -> float:
        return float((label_of(tree, _leaves(tree, values)) == labels).mean())

    least = accuracy(nodes) - ROUNDING_COST
    for number, node in enumerate(nodes):
        if node.test != "number":
            continue
        for threshold in _candidates(node.threshold, values.of(node.column)):
            changed = dataclasses.replace(node, threshold=threshold)
            tree = (*nodes[:number], changed, *nodes[number + 1 :])
            if accuracy(tree) >= least:
                nodes = tree
                break
    return nodes


def _candidates(threshold: float, values: NDArray[np.float64]) -> list[float]:
    """Round numbers near a threshold, the roundest first; a whole one where all values are whole."""
    known = values[np.isfinite(values)]
    exact = math.floor(threshold) if (known == np.floor(known)).all() else threshold
    if not exact:
        return [float(exact)]
    size = math.floor(math.log10(abs(exact)))
    rounds = [round(exact, digits - size) for digits in range(_DIGITS)]
    return list(dict.fromkeys(float(number) for number in [*rounds, exact]))
