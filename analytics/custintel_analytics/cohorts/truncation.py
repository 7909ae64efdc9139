"""Left truncation: first cohorts that hold customers who had bought before the data begin.

Where a data set starts in the middle of its customers' lives, whoever buys in its first weeks looks new.
Most are not: they are the customers who have stayed, so that the first cohorts look far more loyal than later
ones.

Method
------
Whether customers are old doesn't depend on how a matrix is cut, so it is tested once per table, on months
of first purchase (weeks or days where the data are shorter than six months or weeks). The first month is
compared with the months after it, within three years, on the same question: the share of customers who are
active in each of the six months after their first, or in as many of them as both sides have had in full.
The shares are averaged with equal weight, so that months observed for longer don't count for more.

A one-sided two-proportion z test compares the averages. Its standard error is that of perfectly dependent
months, the mean over j of ``sqrt(p_j (1 - p_j) (1 / n + 1 / m_j))``: one customer's months are not
independent, and treating them as if they were would find differences everywhere. A month is flagged when z
is at least 2.5 (at most one false alarm in 160 tests) *and* its average share is at least 1.3 times the
later one: in large data small differences, such as seasons, are certain too. Months with fewer than 50
customers are pooled with those after them. The test goes on with the second month, and so on, for as long
as it flags, over half of the months at most. A cohort of a matrix is flagged when a quarter of its
customers or more began in the flagged months.

Whether a first cohort is loyal because its customers are old or for another reason, such as a launch, the
data can't tell: hence “probably”.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.cohorts import periods
from custintel_analytics.cohorts.layout import Layout
from custintel_analytics.cohorts.settings import RetentionSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

Z = 2.5
RATIO = 1.3
AGES = 6
FEWEST_CUSTOMERS = 50
FEWEST_PERIODS = 6
MOST_PERIODS = 36
SHARE = 0.25


@dataclass(frozen=True)
class Truncation:
    """Whether the first cohorts probably hold old customers.

    Parameters
    ----------
    cohorts
        Labels of the cohorts that are flagged; empty when none is.
    first_rate
        Share of the first customers who are active in a later month, on average; NaN when there was too
        little to test.
    later_rate
        The same for the customers after them.
    suspected
        Whether the first customers are probably old ones.
    sentence
        The finding for people; empty when nothing was tested.
    """

    cohorts: tuple[str, ...]
    first_rate: float
    later_rate: float
    suspected: bool
    sentence: str


UNTESTED = Truncation((), float("nan"), float("nan"), False, "")


@dataclass(frozen=True)
class Finding:
    """What the test found, before it is told in terms of a matrix.

    Parameters
    ----------
    until
        Last day (since 1970-01-01) on which first purchases are probably not first ones, or None.
    first_rate, later_rate
        Average shares; NaN when there was too little to test.
    """

    until: int | None
    first_rate: float
    later_rate: float


def basis(first: dt.date, last: dt.date) -> str:
    """The grain of the test: the longest of month, week and day of which the data hold at least six."""
    ends = np.array([periods.to_day(first), periods.to_day(last)])
    for grain in ("month", "week"):
        begin, end = periods.index_of(ends, grain)
        if end - begin + 1 >= FEWEST_PERIODS:
            return grain
    return "day"


def horizon(first: dt.date, last: dt.date, grain: str) -> dt.date:
    """The last day that the test looks at: customers won years later are no measure of the first ones."""
    begin = int(periods.index_of(np.array([periods.to_day(first)]), grain)[0])
    return min(last, periods.bounds(begin + MOST_PERIODS - 1, grain)[1])


def find(layout: Layout, active: Ints, grain: str) -> Finding:
    """Test the leading periods of first purchase, one after the other.

    Parameters
    ----------
    layout
        Cohorts of the test's grain, in order of time.
    active
        Active customers per cohort and age.
    grain
        The test's grain.
    """
    ages = min(AGES, layout.ages - 1)
    full = layout.observed[:, 1 : ages + 1] == layout.size[:, None]
    panel = _Panel(layout.size, np.where(full, active[:, 1 : ages + 1], 0), full)
    flagged = 0
    shown: _Comparison | None = None
    while flagged < len(layout.size) / 2:
        stop = panel.block(flagged)
        result = panel.compare(flagged, stop)
        if result is None:
            break
        if result.z < Z or result.first < RATIO * result.later:
            shown = shown or result
            break
        flagged = stop
        shown = panel.compare(0, flagged)
    if shown is None:
        return Finding(None, float("nan"), float("nan"))
    until = int(periods.last_day(np.array([layout.keys[flagged - 1]]), grain)[0]) if flagged else None
    return Finding(until, shown.first, shown.later)


def tell(
    finding: Finding, first_days: Ints, customers: Ints, layout: Layout, settings: RetentionSettings
) -> Truncation:
    """The finding in terms of a matrix: which of its cohorts are concerned, and a sentence.

    Parameters
    ----------
    finding
        Of `find`.
    first_days, customers
        Customers by day of first purchase.
    layout
        The matrix' cohorts, in order of time.
    settings
        The question.
    """
    assert settings.cohort_grain is not None
    rates = (finding.first_rate, finding.later_rate)
    opening = int(periods.index_of(np.array([periods.to_day(settings.first_date)]), settings.cohort_grain)[0])
    name = periods.long_label(layout.keys[0], settings.cohort_grain)
    if finding.until is None:
        if len(layout.labels) == 1 or layout.keys[0] != opening:
            return Truncation((), *rates, False, "")
        verdict = (
            "there is too little after it to tell whether it holds old customers; kept."
            if np.isnan(finding.first_rate)
            else "behaves like later ones; kept."
        )
        joint = "; " if np.isnan(finding.first_rate) else " but "
        return Truncation((), *rates, False, f"{name} is the first in the data{joint}{verdict}")

    row = np.searchsorted(layout.keys, periods.index_of(first_days, settings.cohort_grain))
    old = np.bincount(row, np.where(first_days <= finding.until, customers, 0), len(layout.size))
    if not old.any():  # an audience without customers of the first months
        return Truncation((), *rates, False, "")
    share = old / layout.size
    count = int(np.argmin(np.append(share >= SHARE, False)))
    why = (
        f"old customers: the data start {periods.long_date(settings.first_date)}; {100 * rates[0]:.1f} % "
        f"return, {100 * rates[1]:.1f} % in later cohorts."
    )
    if count in (0, len(layout.labels)):
        kept = f"They are {100 * share[0]:.0f} % of {name[0].lower() + name[1:]}, which is kept."
        until = periods.long_date(periods.to_date(finding.until))
        return Truncation(
            (), *rates, True, f"First purchases up to {until} are probably those of {why} {kept}"
        )
    if count > 1:
        last = periods.long_label(layout.keys[count - 1], settings.cohort_grain).removeprefix("The week of ")
        name = f"{name} to {last}".replace("The week of", "The weeks of")
    holds = "holds" if count == 1 else "hold"
    sentence = f"{name} probably {holds} {why} Left out of averages."
    return Truncation(tuple(layout.labels[:count]), *rates, True, sentence)


@dataclass(frozen=True)
class _Comparison:
    first: float
    later: float
    z: float


@dataclass(frozen=True)
class _Panel:
    size: Ints
    active: Ints
    full: NDArray[np.bool_]

    def block(self, start: int) -> int:
        """Where a run of cohorts from `start` ends that holds enough customers together."""
        total = np.cumsum(self.size[start:])
        return start + min(int(np.searchsorted(total, FEWEST_CUSTOMERS)) + 1, len(total))

    def compare(self, start: int, stop: int) -> _Comparison | None:
        """The cohorts from start to stop against all after them; None without enough on both sides."""
        size = self.size[start:stop].sum()
        later_size = (self.size[stop:, None] * self.full[stop:]).sum(axis=0)
        usable = self.full[start:stop].all(axis=0) & (later_size >= FEWEST_CUSTOMERS)
        if size < FEWEST_CUSTOMERS or not usable.any():
            return None
        many = later_size[usable]
        count, later_count = (
            self.active[part].sum(axis=0)[usable] for part in (slice(start, stop), slice(stop, None))
        )
        first, later = (count / size).mean(), (later_count / many).mean()
        share = (count + later_count) / (size + many)
        error = np.sqrt(share * (1 - share) * (1 / size + 1 / many)).mean()
        return _Comparison(float(first), float(later), float((first - later) / error) if error else 0.0)
