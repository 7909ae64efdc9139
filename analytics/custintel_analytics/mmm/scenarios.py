"""Named plans side by side, compared draw by draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.mmm.amounts import number
from custintel_analytics.mmm.plan import Plan, chance
from custintel_analytics.mmm.plan_words import likely

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.mmm.response_table import ResponseTable

CURRENT = "current"


@dataclass(frozen=True)
class Difference:
    """What one plan brings more than another, draw by draw. Made by `Scenarios.compare`.

    Parameters
    ----------
    first, second
        Their names.
    mean, lower, upper
        Expected difference of the responses, first minus second, and its interval.
    interval
        Posterior probability between `lower` and `upper`.
    probability
        That the first brings more.
    money
        What the first spends more.
    """

    first: str
    second: str
    mean: float
    lower: float
    upper: float
    interval: float
    probability: float
    money: float
    target: str = "outcome"
    currency: str = ""

    @property
    def sentence(self) -> str:
        """The difference in words."""
        mean, low, high = (wording.signed(wording.money(x)) for x in (self.mean, self.lower, self.upper))
        amount = wording.money(abs(self.money), self.currency)
        cost = (
            "for the same money"
            if abs(self.money) < 0.005
            else f"for {amount} {'more' if self.money > 0 else 'less'}"
        )
        return (
            f"{self.first} against {self.second}: {mean} {self.target} ({low} to {high}) {cost}; "
            f"{likely(self.probability)} chance that it brings more."
        )


class Scenarios:
    """Named plans on one response table.

    Parameters
    ----------
    table
        The response table; where it holds the current spend, that is there from the start as ``"current"``.
    plans
        Name to a `Plan`, or to totals over the window.
    interval
        Posterior probability between all ``lower`` and ``upper``.

    Raises
    ------
    DataError
        As `add` does.
    """

    def __init__(
        self, table: ResponseTable, plans: Mapping[str, Any] | None = None, *, interval: float = 0.9
    ) -> None:
        self.table = table
        self.interval = number(
            "interval", interval, "the probability between lower and upper", least=0.0, most=1.0
        )
        self._plans: dict[str, Plan] = {}
        if table.current is not None:
            self._plans[CURRENT] = Plan.of(table, table.current, interval=self.interval)
        for name, plan in (plans or {}).items():
            self.add(name, plan)

    def __repr__(self) -> str:
        return f"Scenarios: {', '.join(self._plans)}"

    def add(self, name: str, plan: Any) -> Scenarios:
        """Keep a plan under a name; one that is already there is replaced.

        Parameters
        ----------
        name
            Any text but ``"current"`` where the table holds the current spend.
        plan
            A `Plan` for the same channels and periods, or totals over the window by channel.

        Raises
        ------
        DataError
            For a name that isn't possible, and for plans of other channels or another window.
        """
        if not isinstance(name, str) or not name.strip():
            raise DataError(
                f"{name!r} is not a name for a scenario: write text such as 'cautious'.", column="name"
            )
        if name == CURRENT and self.table.current is not None:
            raise DataError(
                "'current' is the current spend. Give the scenario another name.", column="name", example=name
            )
        if isinstance(plan, Plan):
            if plan.table.channels != self.table.channels or plan.table.periods != self.table.periods:
                raise DataError(
                    f"The plan {name!r} is for {plan.table.periods} periods of {', '.join(plan.table.channels)}; these "
                    f"scenarios are for {self.table.periods} periods of {', '.join(self.table.channels)}.",
                    column="plan",
                    example=name,
                )
            plan = plan.spend
        self._plans[name] = Plan.of(self.table, plan, interval=self.interval)
        return self

    def remove(self, name: str) -> Scenarios:
        """Forget a plan."""
        del self._plans[self._known(name)]
        return self

    def __getitem__(self, name: str) -> Plan:
        return self._plans[self._known(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._plans)

    def __len__(self) -> int:
        return len(self._plans)

    @property
    def names(self) -> list[str]:
        """The names, as they were added."""
        return list(self._plans)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per plan.

        Returns
        -------
        pandas.DataFrame
            ``scenario``, ``total``, ``outcome`` with ``lower`` and ``upper``, ``roas``, and ``probability_better``
            than the current spend (NaN where that isn't known, and for the current plan itself).
        """
        import pandas as pd

        names = ("total", "outcome", "lower", "upper", "roas", "probability_better")
        rows = [[name, *(getattr(plan, key) for key in names)] for name, plan in self._plans.items()]
        frame = pd.DataFrame(rows, columns=["scenario", *names])
        frame.loc[frame["scenario"] == CURRENT, "probability_better"] = np.nan
        return frame

    @property
    def allocations(self) -> pd.DataFrame:
        """One row per plan, one column per channel: totals over the window."""
        import pandas as pd

        rows = np.array([plan.spend for plan in self._plans.values()]).reshape(-1, len(self.table.channels))
        return pd.DataFrame(
            rows, index=pd.Index(self.names, name="scenario"), columns=list(self.table.channels)
        )

    @property
    def probabilities(self) -> pd.DataFrame:
        """Probability that the plan of a row brings more than that of a column; equal outcomes count half."""
        import pandas as pd

        plans = list(self._plans.values())
        values = [[chance(one.draws, other.draws) for other in plans] for one in plans]
        return pd.DataFrame(values, index=pd.Index(self.names, name="scenario"), columns=self.names)

    def compare(self, first: str, second: str = CURRENT) -> Difference:
        """What one plan brings more than another, draw by draw.

        Raises
        ------
        DataError
            For names that aren't there.
        """
        one, other = self[first], self[second]
        difference = one.draws - other.draws
        low, high = np.quantile(difference, [(1 - self.interval) / 2, (1 + self.interval) / 2])
        return Difference(
            first, second, one.outcome - other.outcome, float(low), float(high), self.interval,
            chance(one.draws, other.draws), one.total - other.total, self.table.target, self.table.currency,
        )  # fmt: skip

    def to_csv(self, path: str | PathLike[str] | None = None) -> str | None:
        """All plans as CSV, one per line with a column ``spend: …`` per channel: written to a path, or returned."""
        amounts = self.allocations.add_prefix("spend: ").reset_index(drop=True)
        text = str(self.frame.join(amounts).to_csv(index=False))
        if path is None:
            return text
        Path(path).write_text(text, encoding="utf-8")
        return None

    def _known(self, name: str) -> str:
        if name not in self._plans:
            raise DataError(
                f"There is no scenario {name!r}; there are {', '.join(self._plans) or 'none yet'}.",
                column="name",
                example=name,
            )
        return name
