"""What the optimizer says about its model and its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from custintel_widgets.core.words import day, integer, money, plural

if TYPE_CHECKING:
    from custintel_analytics.mmm import ResponseTable
    from custintel_widgets.budget_optimizer.given import Given

_BADGES = {
    "good": "Model checks passed",
    "look": "Model: read the checks",
    "bad": "Don't use for budgets",
    "quick": "Quick estimate",
    "none": "Model not checked",
}


def health(given: Given) -> dict[str, Any]:
    """The badge: what the checks come to, and the sentences behind it, the worst first."""
    found = given.checks
    if found is None:
        return {
            "status": "none",
            "text": _BADGES["none"],
            "sentences": [
                "These curves came without their model, so its checks can't be shown. Pass model= to see them."
            ],
        }
    said = list(found.sentences)
    worst = set(found.frame["status"])
    if given.provisional:
        # That nothing was sampled is known; what else is bad is the reason not to use it.
        known = found.frame["check"] == "convergence"
        status = "bad" if "bad" in set(found.frame.loc[~known, "status"]) else "quick"
        if status == "bad":
            said.sort(key=set(found.frame.loc[known, "sentence"]).__contains__)
    else:
        status = "bad" if "bad" in worst else "look" if "look" in worst else "good"
    return {"status": status, "text": _BADGES[status], "sentences": said}


def notes(table: ResponseTable) -> list[dict[str, str]]:
    """What one has to know before moving money."""
    said = []
    if table.current is None:
        said.append("These curves hold no current spend: the plan opens at half of each curve's reach.")
    else:
        idle = [name for name, spend in zip(table.channels, table.current, strict=True) if spend <= 0]
        if idle:
            said.append(
                f"No spend now: {', '.join(idle)}. Give {'it' if len(idle) == 1 else 'them'} a maximum under Limits to "
                "plan with."
            )
    return [{"kind": "info", "text": text, "action": ""} for text in said]


def footer(given: Given, table: ResponseTable) -> str:
    """Where the figures come from."""
    period = given.period
    parts = [
        f"Totals over {plural(table.periods, period)}, with what they still bring in the {integer(table.carry_out)} after",
        f"{integer(table.draws)} posterior draws",
    ]
    if given.model is not None:
        data = given.model.data_
        parts.append(f"{plural(data.periods, period)} of data until {day(data.dates[-1])}")
    return " · ".join(parts)


def title(table: ResponseTable) -> str:
    """The name of a picture that is taken away."""
    return f"Budget for {table.target}"


def consoled(sentence: str, state: dict[str, Any], total: float, currency: str) -> str:
    """The finding in a console: the plan, and what the model's state forbids."""
    said = [sentence, f"Total {money(total, currency)}."]
    if state["status"] in ("bad", "quick"):
        said.append(state["sentences"][0])
    return "\n".join(said)
