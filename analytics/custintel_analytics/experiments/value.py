"""What an effect is worth in money."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.experiments.design import number, positive

if TYPE_CHECKING:
    from custintel_analytics.experiments.comparison import Comparison


@dataclass(frozen=True)
class Value:
    """An effect in money, for everybody who would get the treatment. Made by `value`.

    Parameters
    ----------
    amount, lower, upper
        What rolling out the treatment brings, costs taken off, with the interval of the comparison.
    level
        Confidence, or posterior probability, of that interval.
    probability
        That it brings more than it costs; NaN unless the comparison is Bayesian.
    expected_loss
        What the roll-out costs on average if the treatment is the worse one, before its own costs; NaN unless
        Bayesian.
    break_even
        The effect that just covers the costs, in the metric's unit.
    contacts
        People reached in all.
    margin, cost_per_contact
        As given.
    horizon_days
        Days over which the contacts were counted, or None.
    currency
        Code that sentences put before money.
    """

    amount: float
    lower: float
    upper: float
    level: float
    probability: float
    expected_loss: float
    break_even: float
    contacts: float
    margin: float
    cost_per_contact: float
    horizon_days: float | None
    currency: str = ""

    @property
    def sentence(self) -> str:
        """The value in words."""
        amount, low, high = (wording.money(x, self.currency) for x in (self.amount, self.lower, self.upper))
        ends = wording.ends(self.lower, self.upper, low, high)
        days = self.horizon_days
        when = "" if days is None else f" over {wording.significant(days)} days"
        costs = ", costs taken off" if self.cost_per_contact else ""
        chance = (
            ""
            if math.isnan(self.probability)
            else f" {wording.chance(self.probability)} chance that it pays."
        )
        return (
            f"For {wording.integer(self.contacts)} contacts{when} it is worth {amount} ({ends}){costs}."
            f"{chance}"
        )

    def summary(self) -> str:
        """The value in words."""
        return self.sentence


def value(
    comparison: Comparison,
    *,
    contacts: float,
    margin: float = 1.0,
    cost_per_contact: float = 0.0,
    horizon_days: float | None = None,
    baseline: float | None = None,
    currency: str = "",
) -> Value:
    """Turn an effect into money.

    ``amount = contacts × (margin × effect − cost per contact)``, and the same of the interval's ends.

    Parameters
    ----------
    comparison
        The effect per contact. With ``direction="down"`` less is a gain.
    contacts
        People who would get the treatment: in all, or per day if `horizon_days` is given.
    margin
        Money gained per unit of the metric: per conversion, per order, or 1 where the metric is money.
    cost_per_contact
        What the treatment costs more than the control, per person.
    horizon_days
        Days that are counted.
    baseline
        For a relative comparison: the mean per contact that is to be expected without the treatment, taken as
        known.
    currency
        Code that sentences put before money.

    Raises
    ------
    DataError
        For numbers that are not possible, and for a relative comparison without a baseline.
    """
    reached = positive("contacts", contacts, "the number of people who would get the treatment")
    if horizon_days is not None:
        reached *= positive("horizon_days", horizon_days, "the number of days that are counted")
    gain = positive("margin", margin, "the money gained per unit of the metric")
    cost = number("cost_per_contact", cost_per_contact)
    if cost < 0:
        raise DataError(
            f"cost_per_contact={cost_per_contact!r} is negative. Write costs as positive numbers; what the treatment "
            "saves belongs into the effect.",
            column="cost_per_contact",
            example=cost_per_contact,
        )
    unit = _unit(comparison, baseline)
    sign = -1.0 if comparison.direction == "down" else 1.0
    worth = [
        reached * (gain * sign * effect * unit - cost)
        for effect in (comparison.effect, comparison.lower, comparison.upper)
    ]
    break_even = sign * cost / gain
    return Value(
        amount=worth[0],
        lower=min(worth[1:]),
        upper=max(worth[1:]),
        level=comparison.level,
        probability=_chance(comparison, break_even / unit),
        expected_loss=reached * gain * comparison.expected_loss,
        break_even=break_even,
        contacts=reached,
        margin=gain,
        cost_per_contact=cost,
        horizon_days=horizon_days,
        currency=currency,
    )


def _unit(comparison: Comparison, baseline: float | None) -> float:
    """What one of the comparison's effect is in the metric's own unit."""
    if not comparison.relative:
        return 1.0
    if baseline is None:
        raise DataError(
            "This comparison is in percent of the control's mean; money needs the metric's own unit. Compare with "
            "relative=False, or pass the mean per contact to expect without the treatment: baseline=.",
            column="baseline",
        )
    return positive("baseline", baseline, "the mean per contact to expect without the treatment")


def _chance(comparison: Comparison, break_even: float) -> float:
    """The posterior probability of an effect beyond the break-even, on the comparison's scale."""
    if comparison.method != "bayes" or comparison.distribution is None:
        return math.nan
    below = comparison.distribution.below(break_even)
    return below if comparison.direction == "down" else 1 - below
