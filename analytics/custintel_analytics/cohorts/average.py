"""The average curve: retention at each age over the cohorts that have had it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.cohorts.intervals import t_interval, wilson

if TYPE_CHECKING:
    import pandas as pd

WEIGHTS = ("customers", "cohorts")
_PER_CUSTOMER = ("cumulative_orders", "cumulative_value")


def average(frame: pd.DataFrame, weights: str, level: float, include_truncated: bool) -> pd.DataFrame:
    """One row per age, over mature cells.

    Parameters
    ----------
    frame
        The frame of a retention result.
    weights
        ``"customers"``: every customer counts alike; ``"cohorts"``: every cohort counts alike.
    level
        Confidence of the interval: Wilson's on the sums, or Student's t across cohorts.
    include_truncated
        Whether cohorts that probably hold old customers count too.
    """
    import pandas as pd

    cells = frame[frame["mature"] & (include_truncated | ~frame["truncated"])]
    more = [name for name in ("orders", "revenue", "average_order", *_PER_CUSTOMER) if name in cells]
    weighted = cells.assign(
        **{name: cells[name] * cells["observed"] for name in _PER_CUSTOMER if name in cells}
    )
    ages = (weighted if weights == "customers" else cells).groupby("age")
    sums, means = ages[["observed", "active", *more]].sum(), ages[["active", "retention", *more]].mean()
    count = ages.size()

    if weights == "customers":
        share = sums["active"] / sums["observed"]
        lower, upper = wilson(sums["active"], sums["observed"], level)
        if "average_order" in more:
            means["average_order"] = sums["revenue"] / sums["orders"].where(sums["orders"] > 0)
        for name in _PER_CUSTOMER:
            if name in more:
                means[name] = sums[name] / sums["observed"]
    else:
        share = means["retention"]
        lower, upper = t_interval(share, ages["retention"].std(), count, level)
        lower, upper = np.clip(lower, 0, 1), np.clip(upper, 0, 1)

    result = pd.DataFrame(
        {
            "age_to": ages["age_to"].first(),
            "retention": share,
            "lower": lower,
            "upper": upper,
            "cohorts": count,
            "customers": sums["observed"],
            "active": means["active"],
            **{name: means[name] for name in more},
        }
    )
    return result.reset_index()
