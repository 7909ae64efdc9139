"""What the calculator answers about the metric and treatment on show: worth and verdict; and the plan."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from custintel_analytics import experiments as ex
from custintel_widgets.ab_calculator import wire

if TYPE_CHECKING:
    from custintel_analytics.experiments import Plan, Value, Verdict
    from custintel_widgets.ab_calculator.widget import ABCalculator


def value(widget: ABCalculator) -> Value | None:
    """What the effect is worth; None while there are no contacts."""
    if not widget.contacts:
        return None
    shown = widget.comparison
    return ex.value(
        shown,
        contacts=widget.contacts,
        margin=widget.margin,
        cost_per_contact=widget.cost,
        horizon_days=widget.horizon_days or None,
        baseline=shown.control if shown.relative else None,
        currency=widget.currency,
    )


def verdict(widget: ABCalculator) -> Verdict:
    """What to do, and why."""
    found, treatment = widget._on_show("", "")
    name, shown = widget._metric_on_show(found).name, widget.comparison
    guardrails = [
        (metric.name, found.corrected[metric.name, treatment])
        for metric in found.settings.metrics
        if metric.guardrail and metric.name != name
    ]
    return ex.verdict(
        shown,
        smallest_worthwhile=widget.worthwhile,
        relative=widget.worthwhile_relative,
        sample_ratio=found.sample_ratio,
        guardrails=guardrails,
        planned_end=dt.date.fromisoformat(widget.planned_end) if widget.planned_end else None,
        planned_n=widget.planned_n or None,
        units=sum(found.sample_ratio.counts),
        today=found.settings.last_date,
        per_day=wire.per_day(found),
        value=value(widget),
        other_scale=found.effects.others.get((name, treatment)),
        currency=widget.currency,
    )


def plan(widget: ABCalculator) -> Plan:
    """The planned experiment, with the field that is computed."""
    mean = widget.plan_kind == "mean"
    asked = {"effect": widget.effect, "power": widget.power, "days": widget.days}
    return ex.Plan(
        **{name: given for name, given in asked.items() if name != widget.solve},
        baseline=widget.baseline,
        per_day=widget.per_day or None,
        arms=widget.arms,
        alpha=1 - widget.level,
        formula=None if mean else widget.formula,
        sd=widget.sd if mean else None,
        alternative=widget.alternative,
        variance_reduction=widget.variance_reduction,
        direction=widget.direction,
        solve=widget.solve,
    )
