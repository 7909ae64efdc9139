"""Plans for any objective and any limits: sequential quadratic programming from several starts.

SLSQP works on shares of the total with the objective near one: in money its first step already looks small enough to
stop. Slopes are exact. For objectives that aren't concave it finds a peak per start; the highest is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.mmm.goals import Goal
from custintel_analytics.mmm.limits import Limits
from custintel_analytics.mmm.objectives import Objective
from custintel_analytics.mmm.projection import projected

if TYPE_CHECKING:
    from collections.abc import Callable

    from custintel_analytics.mmm.response_table import ResponseTable

Floats = NDArray[np.float64]
RANDOM_STARTS = 6
SHAPED_STARTS = 16
_SPARSE = 0.7  # of the Dirichlet distribution: random plans often leave out some channels
_ITERATIONS = 300
_PRECISION = 1e-11
# By how much, of the amounts, SLSQP's answer may miss a limit before it isn't one.
_KEPT = 1e-6
_AT_BOUND = 1e-8


@dataclass(frozen=True, eq=False)
class Task:
    """One question to the general solver.

    Parameters
    ----------
    table, limits, goal, objective
        What is asked.
    """

    table: ResponseTable
    limits: Limits
    goal: Goal
    objective: Objective

    @property
    def scale(self) -> float:
        """What one share is in money."""
        return self.goal.value if self.goal.kind == "total" and self.goal.value > 0 else self.limits.scale

    def merit(self, spend: Floats) -> float:
        """What is made large."""
        if self.goal.kind == "response":
            return -float(spend.sum())
        value = self.objective.value(self.table, spend)
        return value - self.goal.value * float(spend.sum()) if self.goal.kind == "price" else value

    def keeps(self, spend: Floats) -> bool:
        """Whether a plan keeps the limits and meets the goal, up to rounding."""
        slack = _KEPT * self.scale
        if self.limits.violation(spend) > slack:
            return False
        if self.goal.kind == "total":
            return abs(float(spend.sum()) - self.goal.value) <= slack
        if self.goal.kind == "price":
            return True
        value = self.objective.value(self.table, spend)
        if self.goal.kind == "return" and spend.sum() <= slack:
            return False
        asked = self.goal.value * (float(spend.sum()) if self.goal.kind == "return" else 1.0)
        # A quantile is aimed at through a smooth stand-in.
        return value >= asked * (1 - (1e-3 if self.objective.kind == "quantile" else 1e-6))


def solve(
    task: Task, starts: Sequence[Floats], progress: Callable[[int, int, str], Any] | None = None
) -> Floats | None:
    """The best plan that is found, or None.

    Parameters
    ----------
    task
        The question.
    starts
        Plans to begin with; they need not keep the limits.
    progress
        Called with (done, total, message) before each start.
    """
    best, highest = None, -np.inf
    for number, start in enumerate(starts):
        if progress is not None:
            progress(number, len(starts), f"Looking for the best plan, start {number + 1} of {len(starts)}…")
        for spend in (_one(task, start), start):
            merit = task.merit(spend) if task.keeps(spend) else -np.inf
            if merit > highest:
                best, highest = spend, merit
    return best


def starts(task: Task, known: Sequence[Floats]) -> list[Floats]:
    """Plans to begin with: known ones, the current one, an even one, and random ones that are the same each time."""
    limits, table = task.limits, task.table
    count = len(limits.lower)
    random = np.random.default_rng(0)
    shapes = [*([] if table.current is None else [table.current]), np.ones(count)]
    # What is concave has one peak, whatever the start; S-shaped curves have one for each set of channels that spend.
    shaped = not table.curves.concave(limits.lower, limits.upper).all()
    many = task.objective.kind in ("quantile", "sharpe")
    tries = SHAPED_STARTS if shaped else RANDOM_STARTS if many else 0
    shapes += [random.dirichlet(np.full(count, _SPARSE)) for _ in range(tries)]
    totals = _totals(task, known)
    wished = [*known]
    for i, shape in enumerate(shapes):
        total = totals[i % len(totals)]
        wished.append(shape * total / shape.sum() if shape.sum() > 0 else np.full(count, total / count))
    aims = [float(spend.sum()) for spend in wished]
    if task.goal.kind == "total":
        aims = [task.goal.value] * len(wished)
    return [shifted(spend, limits.lower, limits.upper, aim) for spend, aim in zip(wished, aims, strict=True)]


def shifted(spend: Floats, lower: Floats, upper: Floats, total: float) -> Floats:
    """The nearest plan within bounds that spends a total, or what the bounds come nearest to."""
    return np.asarray(projected(spend[None], lower[None], upper[None], np.array([total]))[0])


def _totals(task: Task, known: Sequence[Floats]) -> list[float]:
    """Totals of the starts."""
    if task.goal.kind == "total":
        return [task.goal.value]
    least, most = float(task.limits.lower.sum()), float(task.limits.upper.sum())
    middle = [float(spend.sum()) for spend in known] or [(least + most) / 2]
    return [*middle, least + 0.25 * (most - least), least + 0.75 * (most - least)]


def _one(task: Task, start: Floats) -> Floats:
    from scipy.optimize import minimize

    limits, scale = task.limits, task.scale
    size = abs(task.objective.with_gradient(task.table, start)[0]) or 1.0

    def inside(shares: Floats) -> Floats:
        return np.clip(shares * scale, limits.lower, limits.upper)

    def value(shares: Floats) -> tuple[float, Floats]:
        found, slope = task.objective.with_gradient(task.table, inside(shares))
        return found / size, slope * scale / size

    def cost(shares: Floats) -> tuple[float, Floats]:
        if task.goal.kind == "response":
            return float(shares.sum()), np.ones_like(shares)
        found, slope = value(shares)
        price = task.goal.value * scale / size if task.goal.kind == "price" else 0.0
        return -(found - price * shares.sum()), -(slope - price)

    found = minimize(
        cost, start / scale, jac=True, method="SLSQP",
        bounds=list(zip(limits.lower / scale, limits.upper / scale, strict=True)),
        constraints=[*_sums(task), *_goal(task, value, size)],
        options={"maxiter": _ITERATIONS, "ftol": _PRECISION},
    )  # fmt: skip
    spend = inside(found.x)
    if limits.groups:
        return spend
    # What SLSQP leaves a hair from a bound is at the bound; the rest makes up for it.
    hair = _AT_BOUND * scale
    low = np.where(spend > limits.upper - hair, limits.upper, limits.lower)
    high = np.where(spend < limits.lower + hair, limits.lower, limits.upper)
    low = np.minimum(low, high)
    total = task.goal.value if task.goal.kind == "total" else float(spend.sum())
    return shifted(spend, low, high, total)


def _goal(
    task: Task, value: Callable[[Floats], tuple[float, Floats]], size: float
) -> Iterator[dict[str, Any]]:
    """The goal as a constraint that SLSQP keeps at or above zero."""
    goal, scale = task.goal, task.scale
    if goal.kind == "response":
        asked = goal.value / size
        yield {"type": "ineq", "fun": lambda x: value(x)[0] - asked, "jac": lambda x: value(x)[1]}
    elif goal.kind == "return":
        ratio = goal.value * scale / size
        yield {
            "type": "ineq",
            "fun": lambda x: value(x)[0] - ratio * x.sum(),
            "jac": lambda x: value(x)[1] - ratio,
        }


def _sums(task: Task) -> Iterator[dict[str, Any]]:
    """The total and the groups' sums."""
    count, scale = len(task.limits.lower), task.scale
    if task.goal.kind == "total":
        everything = np.ones(count)
        total = task.goal.value / scale
        yield {"type": "eq", "fun": lambda x: x.sum() - total, "jac": lambda x: everything}
    for group in task.limits.groups:
        member = np.zeros(count)
        member[group.members] = 1.0
        for sign, end in ((1.0, group.low), (-1.0, group.high)):
            if (np.isfinite(end) and end > 0) or (sign < 0 and end == 0):
                yield {
                    "type": "ineq",
                    "fun": lambda x, m=member, s=sign, e=end / scale: s * (m @ x - e),
                    "jac": lambda x, m=member, s=sign: s * m,
                }
