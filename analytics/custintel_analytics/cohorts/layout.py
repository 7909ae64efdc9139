"""The matrix before it is filled: cohorts, their sizes, and who has had which age by the last day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts import observation, periods
from custintel_analytics.cohorts.settings import RetentionSettings
from custintel_analytics.cohorts.summary import days

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """Cohorts in order, and what the calendar alone says about their cells.

    Parameters
    ----------
    keys
        What the engine calls each cohort: a period's index or an attribute's value.
    labels
        The same for people.
    starts
        First day of each cohort's period, or None for attributes.
    size
        Customers per cohort.
    observed
        Per cohort and age, the customers who have had the full period.
    begun
        Number of ages that the oldest customer of each cohort has begun.
    youngest
        Per cohort what fixes when its youngest customer completes an age: a period's index, or a first day.
    """

    keys: list[Any]
    labels: list[str]
    starts: Ints | None
    size: Ints
    observed: Ints
    begun: Ints
    youngest: Ints

    @property
    def ages(self) -> int:
        """Ages that anyone has begun."""
        return int(self.observed.shape[1])

    @property
    def grows(self) -> bool:
        """Whether cohorts go on growing to the end of the data, as those of an attribute do."""
        return self.starts is None

    def had(self, age_to: Ints) -> Ints:
        """Per cohort and column, given the columns' last ages, the customers who have had it in full."""
        within = np.minimum(age_to, self.ages - 1)
        full: Ints = np.where(age_to < self.ages, self.observed[:, within], 0)
        return full

    def fill(self, keys: list[Any], counts: Ints) -> Ints:
        """Rows that the engine gave in any order, in the order of the cohorts; those it left out are 0."""
        position = {key: row for row, key in enumerate(self.keys)}
        full = np.zeros((len(self.keys), counts.shape[1]), dtype=np.int64)
        full[[position[key] for key in keys]] = counts
        return full

    def spread(self, frame: pd.DataFrame, column: str) -> Ints:
        """A long frame with cohort, age and a number as a matrix of cohorts and ages."""
        position = {key: row for row, key in enumerate(self.keys)}
        full = np.zeros((len(self.keys), self.ages), dtype=np.int64)
        some = frame[frame[column].notna()]
        rows = some["cohort"].map(position).to_numpy(dtype=np.int64)
        np.add.at(full, (rows, some["age"].to_numpy(dtype=np.int64)), some[column].to_numpy(dtype=np.int64))
        return full


def lay_out(starts: pd.DataFrame, settings: RetentionSettings) -> Layout:
    """Group first days into cohorts and count who has been observed for how long."""
    first = days(starts["first"])
    customers = starts["customers"].to_numpy(dtype=np.int64)
    if settings.cohort_grain is None:
        keys, codes = np.unique(starts["attribute"].to_numpy(dtype=object).astype(str), return_inverse=True)
        names, begins = [str(key) for key in keys], None
    else:
        keys, codes = np.unique(periods.index_of(first, settings.cohort_grain), return_inverse=True)
        names, begins = (
            periods.labels(keys, settings.cohort_grain),
            periods.first_day(keys, settings.cohort_grain),
        )
    begun, full, anchor = _progress(first, settings)

    oldest = np.full(len(keys), -1)
    np.maximum.at(oldest, codes, begun)
    youngest = np.full(len(keys), np.iinfo(np.int64).min)
    np.maximum.at(youngest, codes, anchor)
    reached = np.zeros((len(keys), int(begun.max()) + 2), dtype=np.int64)
    np.add.at(reached, (codes, full + 1), customers)
    # Whoever has completed an age has completed the ages before it.
    observed = reached[:, ::-1].cumsum(axis=1)[:, ::-1]
    return Layout(keys.tolist(), names, begins, observed[:, 0], observed[:, 1:], oldest + 1, youngest)


def complete_on(layout: Layout, settings: RetentionSettings, cohorts: Ints, age_to: Ints) -> Ints:
    """The day on which each cohort's youngest customer completes an age."""
    if settings.window == "calendar":
        return periods.last_day(layout.youngest[cohorts] + age_to, settings.grain)
    return layout.youngest[cohorts] + (age_to + 1) * periods.WINDOW_DAYS[settings.grain] - 1


def _progress(first: Ints, settings: RetentionSettings) -> tuple[Ints, Ints, Ints]:
    today = periods.to_day(settings.as_of)
    full = observation.last_full_of(first, settings.as_of, settings.grain, settings.window)
    if settings.window == "calendar":
        anchor = periods.index_of(first, settings.grain)
        return periods.index_of(np.array([today]), settings.grain)[0] - anchor, full, anchor
    return (today - first) // periods.WINDOW_DAYS[settings.grain], full, first
