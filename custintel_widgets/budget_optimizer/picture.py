"""The optimizer outside the page: an Altair chart with its data, and the table twin."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.experiments import wording
from custintel_analytics.mmm.plan_words import unit_of
from custintel_widgets.budget_optimizer.bounds import bounds, opening
from custintel_widgets.core import twin as plain

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.mmm import Plan, ResponseTable
    from custintel_widgets.budget_optimizer.widget import BudgetOptimizer
    from custintel_widgets.core.charts import AnyChart

Floats = NDArray[np.float64]
_POINTS = 49
_SHOWN = 2  # times what a channel may get
_WIDTH, _HEIGHT = 190, 120
_COLUMNS = 4


def build(widget: BudgetOptimizer) -> AnyChart:
    """Return the response curves of all channels with both plans, in the widget's present state."""
    import pandas as pd

    from custintel_widgets.budget_optimizer import chart
    from custintel_widgets.core.charts import with_data

    plan = widget.result
    curves = _curves(widget)
    ends = curves.groupby("channel").agg(x_high=("spend", "max"), y_high=("upper", "max"))
    rows = pd.concat([curves, _points(widget, plan)]).merge(ends, on="channel")
    drawn = chart.whole(
        widget.curves.channels,
        {"value_format": widget.number_format, "lesson": widget.lesson},
        title=plan.sentence,
        explanation=_explanation(widget),
        size=(_WIDTH, widget.height or _HEIGHT),
        columns=_COLUMNS,
    )
    return with_data(drawn, rows=rows)


def _explanation(widget: BudgetOptimizer) -> str:
    table = widget.curves
    said = [
        f"Expected {table.target} by spend over {wording.plural(table.periods, widget._given.period)}",
        "circle: current",
        "square: plan",
        f"band: {wording.percent(widget.interval)} interval",
        "dashed: beyond past spend",
        "bar: limits",
    ]
    return " · ".join(said)


def _curves(widget: BudgetOptimizer) -> pd.DataFrame:
    """Mean and band of every channel, as far as its curve is shown."""
    import pandas as pd

    table = widget.curves
    history, end = _history(table), _shown(widget)
    # All channels are read at once, each at the same share of what is shown; and at the border of past spend.
    shares = np.linspace(0.0, 1.0, _POINTS)[:, None]
    amounts = np.vstack([shares * end, np.minimum(history, end)])
    means, lows, highs = (np.array(part) for part in zip(*(_band(widget, a) for a in amounts), strict=True))
    curves = []
    for i, name in enumerate(table.channels):
        read = {"spend": amounts[:, i], "response": means[:, i], "lower": lows[:, i], "upper": highs[:, i]}
        curves.append(_drawn(widget, pd.DataFrame(read).assign(channel=name), float(history[i])))
    return pd.concat(curves)


def _drawn(widget: BudgetOptimizer, rows: pd.DataFrame, history: float) -> pd.DataFrame:
    """The rows in order, with the stretch in which the pointer finds each; the border belongs to both parts."""
    import pandas as pd

    ordered = rows.drop_duplicates("spend").sort_values("spend", ignore_index=True)
    spend = ordered["spend"].to_numpy()
    middles = (spend[1:] + spend[:-1]) / 2
    numbers = ordered[["spend", "response", "lower", "upper"]].to_numpy(dtype=float)
    whole = ordered.assign(
        role="curve",
        begin=np.append(spend[0], middles),
        end=np.append(middles, spend[-1]),
        heading=ordered["channel"],
        finding=[_brings(widget, amount, *estimate) for amount, *estimate in numbers.tolist()],
    )
    inside, beyond = whole[spend <= history], whole[spend >= history]
    return pd.concat([inside.assign(part="inside"), beyond.assign(part="beyond")])


def _band(widget: BudgetOptimizer, spend: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean response of each channel, lower and upper end of its interval."""
    tail = (1 - widget.interval) / 2
    low, high = np.quantile(widget.curves.read(spend)[0], [tail, 1 - tail], axis=1)
    return widget.curves.curves.at(spend), low, high


def _shown(widget: BudgetOptimizer) -> Floats:
    """How far each curve is shown: twice what a channel may get; to its end where that is nothing."""
    table = widget.curves
    most = np.maximum(_limits(widget)[1], widget.amounts.to_numpy())
    if table.current is not None:
        most = np.maximum(most, table.current)
    return np.where(most > 0, np.minimum(_SHOWN * most, table.max_spend), table.max_spend)


def _limits(widget: BudgetOptimizer) -> tuple[Floats, Floats]:
    return bounds(widget.curves, widget.room, widget.min_spend, widget.max_spend)


def _history(table: ResponseTable) -> Floats:
    """Totals above which a period is beyond the highest ever spent; infinite where that isn't known."""
    if table.history_max is None:
        return np.full(len(table.channels), np.inf)
    assert table.profile is not None
    return np.asarray(table.history_max / table.profile.max(axis=1))


def _brings(widget: BudgetOptimizer, spend: float, mean: float, low: float, high: float) -> str:
    brought = f"{wording.money(mean)} {widget.curves.target} ({wording.money(low)} to {wording.money(high)})"
    return f"{wording.money(spend, widget.currency)} brings {brought}"


def _unit(widget: BudgetOptimizer) -> float:
    """The money whose return is told."""
    return unit_of(widget.total or float(opening(widget.curves).sum()))


def _next(widget: BudgetOptimizer) -> str:
    unit = _unit(widget)
    return f"next {wording.significant(unit)} {'brings' if unit == 1 else 'bring'}"


def _points(widget: BudgetOptimizer, plan: Plan) -> pd.DataFrame:
    """Current plan, plan on show and limits of every channel."""
    import pandas as pd

    table = widget.curves
    lower, upper = _limits(widget)
    rows: list[dict[str, Any]] = []
    for role, spend in (("current", table.current), ("plan", plan.spend)):
        rows += [] if spend is None else _placed(widget, role, spend)
    rows += [
        {"role": "limits", "channel": name, "least": low, "most": high}
        for name, low, high in zip(table.channels, lower, upper, strict=True)
    ]
    return pd.DataFrame(rows)


def _placed(widget: BudgetOptimizer, role: str, spend: Floats) -> list[dict[str, Any]]:
    table, slope = widget.curves, widget.curves.curves.slope_at(spend)
    response, low, high = _band(widget, spend)
    return [
        {
            "role": role,
            "channel": name,
            "name": name,
            "spend": spend[i],
            "response": response[i],
            "slope": slope[i],
            "words": f"{_next(widget)} {wording.significant(_unit(widget) * slope[i])}",
            "average": f"average {wording.significant(response[i] / spend[i])}" if spend[i] > 0 else "",
            "marginal": f"marginal {wording.significant(slope[i])}",
            "heading": f"{name}, {role}",
            "finding": _brings(widget, spend[i], response[i], low[i], high[i]),
        }
        for i, name in enumerate(table.channels)
    ]


def twin(widget: BudgetOptimizer) -> str:
    """Return the plan by channel as an HTML table."""
    import pandas as pd

    plan = widget.result
    rows = {str(row.channel): _row(widget, row) for row in plan.frame.itertuples(index=False)}
    rows["All channels"] = _row(widget, _sums(plan))
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "Channel"
    note = " ".join([*plan.sentences[1:], *_caution(widget)])
    return plain.table(frame, caption=plan.sentence, note=note, limit=(41, 26))


def _row(widget: BudgetOptimizer, row: Any) -> dict[str, str]:
    return {
        "Current": "–" if math.isnan(row.current) else wording.money(row.current, widget.currency),
        "Plan": wording.money(row.spend, widget.currency),
        f"A {widget._given.period}": wording.money(row.per_period, widget.currency),
        "Change": _change(row.spend, row.current),
        "Response": wording.money(row.response),
        "Interval": f"{wording.money(row.lower)} to {wording.money(row.upper)}",
        _next(widget).capitalize(): wording.significant(_unit(widget) * row.marginal),
    }


def _change(after: float, before: float) -> str:
    if math.isnan(before):
        return "–"
    return wording.change(after / before - 1, "%") if before > 0 else "new" if after > 0 else "0 %"


def _sums(plan: Plan) -> SimpleNamespace:
    """All channels together, as a row of the plan's frame."""
    current = plan.table.current
    return SimpleNamespace(
        current=math.nan if current is None else float(current.sum()),
        spend=plan.total,
        per_period=plan.total / plan.table.periods,
        response=plan.outcome,
        lower=plan.lower,
        upper=plan.upper,
        marginal=plan.mroas,
    )


def _caution(widget: BudgetOptimizer) -> list[str]:
    """The worst that the model's checks say, where they forbid or limit its use."""
    state = widget._view["health"]
    return state["sentences"][:1] if state["status"] in ("bad", "quick") else []
