"""What the heatmap says in words: headline, notes, footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts import periods
from custintel_analytics.cohorts.observation import FEWEST_OBSERVED
from custintel_widgets.cohort_heatmap import frames
from custintel_widgets.core.words import day, fraction, integer, money, percent, plural

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.cohorts import Retention

SMALL = 30


def _ends(average: pd.DataFrame) -> tuple[Any, Any] | None:
    """First and last later point of the average that at least half of the cohorts have reached."""
    later = average[(average["cohorts"] >= average["cohorts"].max() / 2) & (average["age"] > 0)]
    return None if later.empty else (later.iloc[0], later.iloc[-1])


def _when(result: Retention, point: Any) -> str:
    """When an age is, in words: ``30–59 days after their first purchase``, ``in the next month``, ``in month 16``."""
    settings, age, age_to = result.settings, int(point["age"]), int(point["age_to"])
    later = " or later" if settings.kind == "unbounded" else ""
    if settings.window == "elapsed":
        days = periods.WINDOW_DAYS[settings.grain]
        low, high = age * days, (age_to + 1) * days - 1
        after = "their first purchase" if age == 1 else "it"
        span = f"{low}" if low == high or later else f"{low}–{high}"
        return f"{span} days{later} after {after}"
    if age_to > age:
        return f"in {settings.grain}s {age}–{age_to}"
    return f"in the next {settings.grain}{later}" if age == 1 else f"in {settings.grain} {age}{later}"


def headlines(result: Retention, currency: str) -> dict[str, str]:
    """The finding in plain words, by measure."""
    unit = frames.age_unit(result)
    once = f"{fraction(result.bought_once / result.customers)} ({integer(result.bought_once)}) bought once."
    if result.bought_once == 0:
        once = f"All {integer(result.customers)} customers bought more than once."
    average = result.average()
    ends = _ends(average)
    if ends is None:
        early = f"{once} No cohort has completed its second {unit} yet, so nobody can be said to have stayed or left."
        return {"retention": early}
    first, last = ends
    rate = f"{percent(first['retention'])} buy again {_when(result, first)}"
    if first["age"] != last["age"]:
        rate += f", {percent(last['retention'])} {_when(result, last)}"
    said = {"retention": f"{once} {rate}."}
    cells = result.frame
    later = cells[cells["age"] > 0]
    share = float(later["active"].sum()) / max(float(cells["active"].sum()), 1.0)
    said["active"] = f"{once} {integer(result.customers)} customers in all."
    if result.settings.kind == "classic":  # other kinds count a customer's activity several times over
        said["active"] = f"{once} {percent(share, 0)} of all active {unit}s are repeat ones."
    if "orders" in cells:
        repeat = float(later["orders"].sum()) / max(float(cells["orders"].sum()), 1.0)
        said["orders"] = f"{once} {percent(repeat, 0)} of orders come after the first {unit}."
    if "revenue" in cells:
        total = float(cells["revenue"].sum())
        repeat = float(later["revenue"].sum()) / total if total else 0.0
        # Cohorts by an attribute count only customers who have had each age in full: their sum is no total.
        whole = (
            f"{money(total, currency)} of revenue, {{}} of it"
            if result.settings.by is None
            else "{} of revenue comes"
        )
        said["revenue"] = f"{whole.format(percent(repeat, 0))} after the first {unit}."
    if "average_order" in cells:
        begin = float(average.iloc[0]["average_order"])
        said["average_order"] = f"An order is worth {money(begin, currency)} in {unit} 0" + (
            f" and {money(float(last['average_order']), currency)} in {unit} {int(last['age'])}."
            if last["age"]
            else "."
        )
    if "cumulative_value" in cells:
        start = float(average.iloc[0]["cumulative_value"])
        said["cumulative_value"] = (
            f"A customer acquired is worth {money(start, currency)} in {unit} 0"
            f" and {money(float(last['cumulative_value']), currency)} by {unit} {int(last['age'])}."
        )
    return said


def notes(result: Retention) -> list[dict[str, str]]:
    """What can't be concluded: a choice of customers, truncation, immature cells, rows left out, small cohorts."""
    said: list[dict[str, str]] = []
    if result.settings.audience is not None:
        text = "Only some customers are shown. If they were chosen by what they bought, their rates follow from that."
        said.append({"kind": "info", "text": text, "action": ""})
    if result.truncation.sentence:
        action = "include_truncated" if result.truncation.cohorts else ""
        kind = "truncated" if result.truncation.cohorts else "info"
        said.append({"kind": kind, "text": result.truncation.sentence, "action": action})
    for reason, rows in zip(result.left_out["reason"], result.left_out["rows"], strict=True):
        said.append({"kind": "left_out", "text": f"Left out: {plural(rows, 'row')}, {reason}.", "action": ""})
    quiet = (result.settings.as_of - result.settings.last_date).days
    if quiet > 0:
        span = f"the {plural(quiet, 'day')} after the last purchase count as without any"
        text = f"Observed until {day(result.settings.as_of)}: {span}."
        said.append({"kind": "info", "text": text, "action": ""})
    sizes = result.frame.drop_duplicates("cohort")["size"]
    small = int((sizes < SMALL).sum())
    if small:
        said.append(
            {
                "kind": "small",
                "text": f"{plural(small, 'cohort')} with fewer than {SMALL} customers: read the intervals, not the cells.",
                "action": "",
            }
        )
    early = int((~result.frame["mature"]).sum())
    if early:
        who = (
            f"fewer than {FEWEST_OBSERVED} customers have" if result.settings.by else "not every customer has"
        )
        text = (
            f"{plural(early, 'cell')} hatched: {who} had the full {frames.age_unit(result)} yet. "
            "They are left out of averages."
        )
        said.append({"kind": "immature", "text": text, "action": ""})
    return said


def footer(result: Retention) -> str:
    """Where the figures come from."""
    how = "read" if result.rows_scanned else "answered from the summary"
    took = f"{result.seconds:.1f} s" if result.seconds >= 1 else f"{result.seconds:.2f} s"
    whom = f"{result.whom} · " if result.whom else ""
    until = day(result.settings.as_of)
    return f"{whom}Data until {until} · {plural(result.purchases, 'purchase')} {how} in {took}"


def summary(result: Retention) -> str:
    """The finding in a console."""
    cohorts = result.frame["cohort"].nunique()
    return f"{headlines(result, '')['retention']}\n{plural(cohorts, 'cohort')}. {footer(result)}."
