"""Plans in whole steps of money: the exact optimum rounded, then improved by moving single steps.

For concave mean curves and groups that share no channel no exchange of one step improves only the optimum (Murota, K.
(2003). Discrete convex analysis. SIAM, theorem 6.26), so the search ends there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.goals import Goal
from custintel_analytics.mmm.limits import Limits
from custintel_analytics.mmm.objectives import Objective
from custintel_analytics.mmm.s_shaped import programme

if TYPE_CHECKING:
    from custintel_analytics.mmm.response_table import ResponseTable

Floats = NDArray[np.float64]
# The channel that gains a step, and the one that gives it.
Move = tuple[int | None, int | None]
_MOST_UNITS = 3000
_MOST_TOTALS = 200
_ROUNDING = 1e-9


def stepped(
    table: ResponseTable, limits: Limits, goal: Goal, objective: Objective, spend: Floats, step: float
) -> Floats:
    """The best plan in which every channel that isn't locked gets a multiple of a step.

    Parameters
    ----------
    table, limits, goal, objective
        The question.
    spend
        Its answer without steps, shape C.
    step
        Amount of money.

    Returns
    -------
    numpy.ndarray
        Shape C. Of a given total that isn't a multiple of the step, the rest stays unspent.

    Raises
    ------
    DataError
        When no plan in such steps keeps the limits.
    """
    search = _Search(table, limits, objective, step)
    if goal.kind == "total":
        return search.of(goal.value, spend)
    if goal.kind == "price":
        plans = [search.of(total, spend) for total in search.beside(float(spend.sum()))]
        return max(plans, key=lambda plan: objective.value(table, plan) - goal.value * plan.sum())
    return search.first(goal, spend)


class _Search:
    """Plans in steps within limits."""

    def __init__(self, table: ResponseTable, limits: Limits, objective: Objective, step: float) -> None:
        self.table, self.limits, self.objective, self.step = table, limits, objective, step
        self.free = ~limits.locked
        self.low = np.where(self.free, np.ceil(limits.lower / step - _ROUNDING) * step, limits.lower)
        self.high = np.where(self.free, np.floor(limits.upper / step + _ROUNDING) * step, limits.upper)
        for i in np.flatnonzero(self.low > self.high):
            raise DataError(
                f"No multiple of the step {limits.money(step)} lies between the bounds of {limits.channels[i]}, "
                f"{limits.money(limits.lower[i])} and {limits.money(limits.upper[i])}. Use a smaller step or wider bounds.",
                column="step",
                example=limits.channels[i],
            )
        self.inside = Limits(
            limits.channels, self.low, self.high, limits.locked, limits.groups, limits.currency
        )

    def beside(self, total: float) -> list[float]:
        """The totals in steps just below and just above one, as far as the bounds allow."""
        base, least, most = float(self.low[~self.free].sum()), float(self.low.sum()), float(self.high.sum())
        below = base + np.floor((total - base) / self.step + _ROUNDING) * self.step
        return sorted({min(max(found, least), most) for found in (below, below + self.step)})

    def first(self, goal: Goal, spend: Floats) -> Floats:
        """The nearest total that meets the goal: upwards for a response, downwards for a return."""
        below, *above = self.beside(float(spend.sum()))
        total, way = (below, self.step) if goal.kind == "response" else ([below, *above][-1], -self.step)
        for _ in range(_MOST_TOTALS):
            if not self.low.sum() - _ROUNDING <= total <= self.high.sum() + _ROUNDING:
                break
            plan = self.of(total, spend)
            asked = goal.value * (total if goal.kind == "return" else 1.0)
            if self.objective.value(self.table, plan) >= asked * (1 - 1e-12):
                return plan
            total += way
        raise DataError(
            f"{goal.asked} can't be reached in steps of {self.limits.money(self.step)} within the limits. Use a smaller "
            "step or wider bounds.",
            column="step",
        )

    def of(self, total: float, near: Floats) -> Floats:
        """The best plan that spends a total, or what whole steps leave of it."""
        locked = float(self.low[~self.free].sum())
        units = int(np.floor((total - locked) / self.step + 1e-6))
        least, most = float(self.low[self.free].sum()), float(self.high[self.free].sum())
        if not least - _ROUNDING * self.step <= units * self.step <= most + 1e-6 * self.step:
            word, end = ("least", least) if units * self.step < least else ("most", most)
            raise DataError(
                f"In steps of {self.limits.money(self.step)} the {word} that these bounds allow is "
                f"{self.limits.money(end + locked)}, but the total is {self.limits.money(total)}. Use a smaller step or "
                "wider bounds.",
                column="step",
            )
        spend = self._begin(locked + units * self.step, near)
        mine: list[int] = np.flatnonzero(self.free).tolist()
        missing = units - round(float(spend[self.free].sum()) / self.step)
        for _ in range(abs(missing)):
            moved = self._moved(spend, [(i, None) if missing > 0 else (None, i) for i in mine])
            spend = spend if moved is None else moved
        pairs: list[Move] = [(i, j) for i in mine for j in mine if i != j]
        while (moved := self._moved(spend, pairs, self._merit(spend))) is not None:
            spend = moved
        if self.inside.violation(spend) > _ROUNDING * self.limits.scale:
            raise DataError(
                f"No plan in steps of {self.limits.money(self.step)} keeps the sums of the groups. Use a smaller step or "
                "wider groups.",
                column="step",
            )
        # Adding nothing turns −0 into 0.
        return np.where(self.free, np.round(spend / self.step) * self.step, spend) + 0.0

    def _begin(self, total: float, near: Floats) -> Floats:
        """Whole steps to begin with: by dynamic programming where curves are S-shaped, else rounded."""
        shaped = not self.table.curves.concave(self.low, self.high).all()
        if shaped and not self.objective.risky and self.inside.disjoint and total / self.step <= _MOST_UNITS:
            solved = programme(self.table.curves, self.inside, total, self.step)
            if np.isfinite(solved.value[-1]):
                return solved.plan(len(solved.value) - 1)
        rounded = np.clip(np.floor(near / self.step + _ROUNDING) * self.step, self.low, self.high)
        return np.where(self.free, rounded, self.low)

    def _merit(self, spend: Floats) -> tuple[float, float]:
        """Limits first: by how much a plan breaks them, then the objective."""
        broken = self.inside.violation(spend)
        return (
            -broken if broken > _ROUNDING * self.limits.scale else 0.0,
            self.objective.value(self.table, spend),
        )

    def _moved(
        self,
        spend: Floats,
        moves: list[Move],
        above: tuple[float, float] | None = None,
    ) -> Floats | None:
        """The plan after the best of some moves (one step to a channel, from a channel), if it beats a merit."""
        best, highest = None, above
        for gains, gives in moves:
            plan = spend.copy()
            if gains is not None:
                plan[gains] += self.step
            if gives is not None:
                plan[gives] -= self.step
            if (plan < self.low - _ROUNDING * self.step).any() or (
                plan > self.high + _ROUNDING * self.step
            ).any():
                continue
            merit = self._merit(plan)
            if highest is None or merit > _above(highest):
                best, highest = plan, merit
        return best


def _above(merit: tuple[float, float]) -> tuple[float, float]:
    """What beats a merit by more than rounding: otherwise two equal plans would take turns for ever."""
    return merit[0], merit[1] + 1e-12 * abs(merit[1])
