"""From counts to the tidy frame: one row per cohort and age that has begun."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts.intervals import wilson
from custintel_analytics.cohorts.layout import Layout, complete_on
from custintel_analytics.cohorts.observation import FEWEST_OBSERVED
from custintel_analytics.cohorts.settings import RetentionSettings

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def tidy(
    layout: Layout,
    settings: RetentionSettings,
    columns: Sequence[tuple[int, int]],
    active: Ints,
    money: dict[str, Ints],
    truncated: NDArray[np.bool_],
    decimals: int,
) -> pd.DataFrame:
    """One row per cohort and column of ages that its oldest customer has begun.

    Cohorts of an attribute count, in each column, the customers who have had it in full: a row for every
    column that anyone has had, rates per customer observed, and mature once `FEWEST_OBSERVED` or all have.

    Parameters
    ----------
    layout
        Cohorts and who was observed.
    settings
        The question.
    columns
        First and last age of every column.
    active
        Active customers per cohort and column; of an attribute, only those who have had the column in full.
    money
        ``orders`` and ``minor`` per cohort and age of the same customers, where they were asked for.
    truncated
        Per cohort, whether it probably holds old customers.
    decimals
        Decimals of a minor unit.
    """
    import pandas as pd

    low = np.array([first for first, _ in columns], dtype=np.int64)
    high = np.array([last for _, last in columns], dtype=np.int64)
    had = layout.had(high)
    cohort, column = np.nonzero(had if layout.grows else low[None, :] < layout.begun[:, None])
    size, observed = layout.size[cohort], had[cohort, column]
    base = observed if layout.grows else size
    count = active[cohort, column]
    lower, upper = wilson(count, base, settings.level)
    labels = np.array(layout.labels, dtype=object)
    data: dict[str, Any] = {
        "cohort": labels[cohort],
        "cohort_start": _dates(None if layout.starts is None else layout.starts[cohort], len(cohort)),
        "age": low[column],
        "age_to": high[column],
        "size": size,
        "observed": observed,
        "active": count,
        "retention": count / base,
        "lower": lower,
        "upper": upper,
    }
    data |= _money(money, layout, low, had, cohort, column, decimals)
    data["mature"] = (observed == size) | (layout.grows & (observed >= FEWEST_OBSERVED))
    data["complete_on"] = _dates(complete_on(layout, settings, cohort, high[column]), len(cohort))
    data["truncated"] = truncated[cohort]
    return pd.DataFrame(data)


def _money(
    money: dict[str, Ints],
    layout: Layout,
    low: Ints,
    had: Ints,
    cohort: Ints,
    column: Ints,
    decimals: int,
) -> dict[str, Any]:
    unit, size = 10.0**decimals, layout.size[cohort]

    def so_far(values: Ints, unit: float) -> NDArray[np.float64]:
        if layout.grows:
            # Each age per customer who has had it: those who haven't would dilute the sum.
            each: NDArray[np.float64] = (values / unit / np.maximum(had, 1)).cumsum(axis=1)
            return each[cohort, column]
        total: NDArray[np.float64] = values.cumsum(axis=1)[cohort, column] / unit / size
        return total

    per_column = {name: np.add.reduceat(values, low, axis=1) for name, values in money.items()}
    data: dict[str, Any] = {}
    if "orders" in per_column:
        data["orders"] = per_column["orders"][cohort, column]
    if "minor" in per_column:
        data["revenue"] = per_column["minor"][cohort, column] / unit
    if "orders" in data and "revenue" in data:
        orders = np.where(data["orders"] > 0, data["orders"], np.nan)
        data["average_order"] = data["revenue"] / orders
    if "orders" in per_column:
        data["cumulative_orders"] = so_far(per_column["orders"], 1.0)
    if "minor" in per_column:
        data["cumulative_value"] = so_far(per_column["minor"], unit)
    return data


def _dates(days: Ints | None, length: int) -> NDArray[np.datetime64]:
    if days is None:
        return np.full(length, "NaT", dtype="datetime64[s]")
    return days.astype("datetime64[D]").astype("datetime64[s]")
