"""Which new segment is which old one, so that names and colours survive a re-run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments import labelled
from custintel_analytics.segments.labelled import NOBODYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.segments.labelled import Names

    Ints = NDArray[np.int64]

KEPT = 0.95  # share of customers from which a segment has stayed what it was


def match(previous_ids: Any, previous_labels: Any, ids: Any, labels: Any) -> dict[int, int]:
    """Match new segments to old ones so that as many customers as possible keep their segment.

    Parameters
    ----------
    previous_ids, previous_labels
        Customers and their old segments.
    ids, labels
        Customers and their new segments; not all need be the same customers.

    Returns
    -------
    dict
        New segment to old segment, of those that share customers. A new segment without a match isn't in
        it; −1 (in no segment) is matched to nothing.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem; by ``scipy.optimize``.
    """
    from scipy.optimize import linear_sum_assignment

    before, after = _common(previous_ids, previous_labels, ids, labels)
    known = (before != NOBODYS) & (after != NOBODYS)
    old, rows = np.unique(before[known], return_inverse=True)
    new, columns = np.unique(after[known], return_inverse=True)
    if not len(old):
        return {}
    overlap = np.bincount(rows * len(new) + columns, minlength=len(old) * len(new))
    table = overlap.reshape(len(old), len(new))
    pairs = zip(*linear_sum_assignment(table, maximize=True), strict=True)
    return {int(new[column]): int(old[row]) for row, column in pairs if table[row, column]}


def changes(old_labels: Any, new_labels: Any, names: Names = None) -> list[str]:
    """What changed from one segmentation to the next, in sentences.

    Parameters
    ----------
    old_labels, new_labels
        The segments of the same n customers; the new ones renumbered by `match`, so that the same number is the
        same segment.
    names
        What the segments are called, old and new.

    Returns
    -------
    list of str
        First the segments that are new, then those that are gone, then those that lost or gained more than one
        in twenty, at last how many stayed as they were.
    """
    old = np.asarray(old_labels)
    old, new = labelled.checked(old, len(old)), labelled.checked(new_labels, len(old))
    before, after = labelled.present(old), labelled.present(new)
    said = [_arrived(segment, old[new == segment], names) for segment in after if segment not in before]
    said += [_left(segment, new[old == segment], names) for segment in before if segment not in after]
    kept = 0
    for segment in after:
        if segment not in before:
            continue
        was, now = old == segment, new == segment
        stayed = int((was & now).sum())
        if stayed >= KEPT * max(int(was.sum()), int(now.sum())):
            kept += 1
            continue
        said.append(_changed(segment, old, new, names))
    if kept:
        whole = "stays" if kept == 1 else "stay"
        said.append(
            f"{kept} segment{'' if kept == 1 else 's'} {whole} as before ({100 * KEPT:.0f} % or more)."
        )
    return said


def _common(previous_ids: Any, previous_labels: Any, ids: Any, labels: Any) -> tuple[Ints, Ints]:
    """Old and new labels of the customers that are in both."""
    import pandas as pd

    series = []
    for people, segments in ((previous_ids, previous_labels), (ids, labels)):
        index = pd.Index(people)
        found = pd.Series(labelled.checked(segments, len(index)), index=index)
        if not index.is_unique:
            twice = index[index.duplicated()][0]
            raise DataError(
                f"Customer {twice} is there twice. Pass one segment per customer.",
                column="customer",
                example=twice,
            )
        series.append(found)
    both = series[0].index.intersection(series[1].index)
    return series[0].loc[both].to_numpy(), series[1].loc[both].to_numpy()


def _arrived(segment: int, came: Ints, names: Names) -> str:
    name = labelled.name_of(names, segment)
    return f"New: “{name}” with {_people(len(came))}, {_mostly(came, 'from', names)}."


def _left(segment: int, went: Ints, names: Names) -> str:
    name = labelled.name_of(names, segment)
    return f"Gone: “{name}”; of its {_people(len(went))}, {_mostly(went, 'are now in', names)}."


def _changed(segment: int, old: Ints, new: Ints, names: Names) -> str:
    lost, gained = new[(old == segment) & (new != segment)], old[(new == segment) & (old != segment)]
    parts = []
    if len(lost):
        parts.append(f"loses {len(lost):,} ({_mostly(lost, 'to', names)})")
    if len(gained):
        parts.append(f"gains {len(gained):,} ({_mostly(gained, 'from', names)})")
    return f"“{labelled.name_of(names, segment)}” {' and '.join(parts)}."


def _mostly(labels: Ints, word: str, names: Names) -> str:
    """The segment that most of these are in: ``92 % from “Frequent”``."""
    found, counts = np.unique(labels, return_counts=True)
    largest = int(counts.argmax())
    share = 100 * counts[largest] / len(labels)
    amount = "all" if counts[largest] == len(labels) else f"{share:.0f} %"
    return f"{amount} {word} “{labelled.name_of(names, int(found[largest]))}”"


def _people(count: int) -> str:
    return f"{count:,} customer{'' if count == 1 else 's'}"
