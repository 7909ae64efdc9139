"""Which features tell the segments apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.segments import labelled

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.segments.features import Features


def importance(features: Features, labels: Any) -> pd.DataFrame:
    """The share of each feature's variance that the segments explain.

    Parameters
    ----------
    features
        Of n customers.
    labels
        Their segments, n whole numbers; −1 counts as a segment of its own.

    Returns
    -------
    pandas.DataFrame
        A row per feature, the most telling first: ``feature``, ``label``, ``importance`` (0–1; NaN where it
        can't be computed, as for a constant), ``rank`` (from 1).

    Notes
    -----
    For numbers and flags η² = SS between / SS total of a one-way analysis of variance, of the logged value where
    the catalogue says so. For categories the square of Cramér's V, χ² / (n · (min(levels, segments) − 1)). For
    a flag and two segments both are the same. Customers without a value are left out of that feature.

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences, section 8.2.
    Cramér, H. (1946). Mathematical methods of statistics, section 21.9.
    """
    import pandas as pd

    values = labelled.checked(labels, len(features.frame))
    codes = np.unique(values, return_inverse=True)[1]
    rows = []
    for column, row in labelled.about(features).items():
        series = features.frame[column]
        if labelled.is_text(series):
            share = cramers_v_squared(series.astype("category").cat.codes.to_numpy(), codes)
        else:
            share = eta_squared(labelled.numbers(series, log=bool(row["log"])), codes)
        rows.append({"feature": column, "label": row["label"], "importance": share})
    frame = pd.DataFrame(rows, columns=["feature", "label", "importance"])
    frame = frame.sort_values("importance", ascending=False, kind="stable", ignore_index=True)
    return frame.assign(rank=np.arange(1, len(frame) + 1))


def eta_squared(values: NDArray[np.float64], codes: NDArray[np.int64]) -> float:
    """Share of the variance of n values between groups.

    Parameters
    ----------
    values
        NaN is left out.
    codes
        Groups from 0 on.
    """
    known = np.isfinite(values)
    inside, groups = values[known], codes[known]
    if not len(inside):
        return float("nan")
    deviations = inside - inside.mean()
    total = float(np.square(deviations).sum())
    if not total:
        return float("nan")
    sizes = np.bincount(groups)
    sums = np.bincount(groups, deviations)
    between = float((np.square(sums[sizes > 0]) / sizes[sizes > 0]).sum())
    return min(between / total, 1.0)


def cramers_v_squared(levels: NDArray[Any], codes: NDArray[np.int64]) -> float:
    """The square of Cramér's V between levels and groups, both whole numbers from 0 on; a level of −1 is missing."""
    known = levels >= 0
    if not known.any():
        return float("nan")
    rows, columns = (np.unique(part[known], return_inverse=True)[1] for part in (levels, codes))
    shape = (rows.max() + 1, columns.max() + 1)
    if min(shape) < 2:
        return float("nan")
    table = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)
    total = table.sum()
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / total
    chi_squared = float((np.square(table - expected) / expected).sum())
    return chi_squared / (float(total) * float(min(shape) - 1))
