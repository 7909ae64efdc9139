"""What a plan is asked for: a total, a response, a return, or a price of money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.mmm.amounts import number

if TYPE_CHECKING:
    from custintel_analytics.mmm.response_table import ResponseTable

_ASKED = ("total", "target", "target_roas", "target_mroas", "target_cpa", "margin")


@dataclass(frozen=True)
class Goal:
    """What is asked for.

    Parameters
    ----------
    kind
        ``"total"``: the best plan that spends it. ``"response"``: the cheapest plan that brings it. ``"return"``:
        the best plan with at least that response per unit of money. ``"price"``: spend as long as one more unit
        of money brings at least that.
    value
        The total, the response, the return, or the price.
    asked
        Argument and value as given, for messages.
    """

    kind: str
    value: float
    asked: str


def goal(table: ResponseTable, asked: dict[str, Any]) -> Goal:
    """The one goal among the arguments; the current total where none is given.

    Raises
    ------
    DataError
        When there are several, none and no current spend, or one that isn't possible.
    """
    given = {name: asked[name] for name in _ASKED if asked[name] is not None}
    if len(given) > 1:
        raise DataError(
            f"{' and '.join(f'{name}=' for name in given)} are different questions; give one of them. A limit on the total "
            "beside a target is a group of all channels with a max.",
            column=next(iter(given)),
        )
    if not given:
        if table.current is None:
            raise DataError(
                "Say what the plan is for: total= (over the window), target=, target_roas=, target_mroas=, target_cpa= or "
                "margin=. This table holds no current spend whose total could be taken.",
                column="total",
            )
        return Goal("total", float(table.current.sum()), "the current total")
    name, value = next(iter(given.items()))
    if name == "total":
        return Goal(
            "total", number("total", value, "what is spent over the window", least=0.0, zero=True), "total"
        )
    what = {
        "target": f"the {table.target} that the plan must bring",
        "target_roas": f"the least {table.target} per unit of money",
        "target_mroas": f"the least {table.target} that the last unit of money must bring",
        "target_cpa": f"the most money per unit of {table.target}",
        "margin": f"what one unit of {table.target} is worth in money",
    }[name]
    amount = number(name, value, what, least=0.0)
    kinds = {"target": "response", "target_roas": "return", "target_cpa": "return"}
    if name in ("target_cpa", "margin"):
        return Goal(kinds.get(name, "price"), 1.0 / amount, f"{name}={amount:,.10g}")
    return Goal(kinds.get(name, "price"), amount, f"{name}={amount:,.10g}")
