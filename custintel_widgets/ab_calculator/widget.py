"""The A/B calculator: state and wiring."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import traitlets

from custintel_analytics.errors import DataError
from custintel_widgets.ab_calculator import counts, given
from custintel_widgets.core import traits
from custintel_widgets.core.base import CustintelWidget
from custintel_widgets.core.requests import Handler, Then
from custintel_widgets.core.source import arguments, source_code, variable_name
from custintel_widgets.core.traits import InputError
from custintel_widgets.core.work import Progress

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.experiments import Analysis, Comparison, Plan, Value, Verdict
    from custintel_analytics.experiments.metrics import Metric
    from custintel_widgets.core.charts import AnyChart

MOST = 1e15


class ABCalculator(CustintelWidget):
    """Plan, analyse and monitor experiments, exactly and live.

    Parameters
    ----------
    source
        Nothing, to plan and to type counts; a table with the variant of each unit and what became of it; samples by
        variant (``{"A": Sample, "B": Sample}``, or those of several metrics by name); or the result of
        `custintel_analytics.experiments.analyse`.
    **settings
        With a table the columns as in `experiments.analyse`: ``variant=``, ``unit=``, ``metrics=`` …; and any input
        listed below. ``treatment`` is the variant on show, ``variant`` the column that says which.

    Raises
    ------
    TypeError
        If an argument is unknown; the message suggests the nearest.
    custintel_analytics.errors.DataError
        If the data can't be analysed as asked.

    Examples
    --------
    >>> calculator = ABCalculator(counts={"A": (1000, 200), "B": (1000, 240)})
    >>> calculator.verdict.decision
    'ship'
    """

    component = "ab_calculator"
    computed_from = (
        *("kind", "counts", "control", "method", "relative", "interval", "level", "alternative"),
        *("direction", "correction", "prior_sd", "tuning_n"),
    )

    # Inputs
    tab = traits.choice(("plan", "analyse", "monitor"), "plan", "the open tab")
    kind = traits.choice(("proportion", "mean"), "proportion", "what the counts table holds")
    counts = traits.rows("what was counted: variant, n, and successes or mean and sd")
    control = traits.text("", "the variant that the others are compared with; empty for the first")
    treatment = traits.text("", "the treatment on show; empty for the first")
    metric = traits.text("", "the metric on show; empty for the first")
    method = traits.choice(("welch", "z", "bayes", "sequential"), "welch", "how variants are compared")
    relative = traits.flag(True, "whether effects in percent of the control decide")
    interval = traits.choice(("fieller", "delta"), "fieller", "how intervals of relative effects are made")
    level = traits.number(0.95, 0.5, 0.999, "confidence of the intervals; 1 − level is alpha")
    alternative = traits.choice(
        ("two-sided", "greater", "less"),
        "two-sided",
        "whether the effect is looked for in both directions or in one",
    )
    direction = traits.choice(("up", "down"), "up", "whether more is better or less")
    correction = traits.choice(
        ("holm", "bonferroni", "benjamini-hochberg", "none"),
        "holm",
        "how p-values are adjusted for the number of questions",
    )
    worthwhile = traits.number(0.0, 0.0, MOST, "the smallest effect worth having, as a size")
    worthwhile_relative = traits.flag(
        True, "whether that is a share of the control, else in units of the metric"
    )
    prior_sd = traits.number(
        0.0,
        0.0,
        MOST,
        "standard deviation of a normal prior of the effect, on the scale that decides; 0 for none",
    )
    tuning_n = traits.count(
        0, 0, 2**31, "total number of units at which the always-valid band is tightest; 0 for 5,000"
    )
    margin = traits.number(1.0, 0.0, MOST, "money gained per unit of the metric")
    contacts = traits.number(
        0.0,
        0.0,
        MOST,
        "people who would get the treatment: in all, or per day with horizon_days; 0 asks for no value",
    )
    cost = traits.number(0.0, 0.0, MOST, "what the treatment costs more than the control, per contact")
    horizon_days = traits.number(
        0.0, 0.0, 36500, "days over which contacts are counted; 0 takes contacts as all there are"
    )
    plan_kind = traits.choice(("proportion", "mean"), "proportion", "what the plan's metric is")
    baseline = traits.number(0.2, -MOST, MOST, "the control's share or mean that the plan expects")
    effect = traits.number(0.05, -MOST, MOST, "the effect that the plan must not miss, in the metric's unit")
    power = traits.number(0.8, 0.01, 0.999, "chance to find the plan's effect")
    days = traits.number(14.0, 0.0, 36500, "days that the plan runs")
    per_day = traits.number(1000.0, 0.0, MOST, "units that enter per day, all arms together")
    arms = traits.count(2, 2, 20, "arms of the plan, the control among them")
    sd = traits.number(0.0, 0.0, MOST, "standard deviation of a unit's value, for means")
    variance_reduction = traits.number(
        0.0, 0.0, 0.99, "share of the variance that CUPED takes away in the plan"
    )
    formula = traits.choice(
        ("miller", "pooled", "unpooled", "cohen"), "miller", "the formula that the plan uses for proportions"
    )
    solve = traits.choice(("days", "power", "effect"), "days", "which field of the plan is computed")
    looks = traits.count(10, 1, 20, "looks at each test of the lesson")
    lesson = traits.flag(False, "run 1,000 A/A tests to see what looking often does")
    planned_end = traits.pattern(
        r"\d{4}-\d{2}-\d{2}",
        "2024-05-31",
        "the day on which the experiment is to be read, YYYY-MM-DD; empty for none",
    )
    planned_n = traits.count(
        0, 0, 2**31, "units over all arms at which the experiment is to be read; 0 for none"
    )
    show_density = traits.flag(True, "draw what is known of the effect as a curve")
    table_view = traits.flag(False, "show the table instead of the picture")

    # Wire
    _data = traits.wire("metrics with the sums of each variant; empty where counts are typed")
    _forest = traits.wire("every metric of every variant against the control")
    _running = traits.wire("the effect over time with its always-valid band")
    _lift = traits.wire("lift by segment, shrunken")
    _view = traits.wire("notes, footer and what can be chosen")

    def __init__(self, source: Any = None, **settings: Any) -> None:
        columns = {name: settings.pop(name) for name in given.COLUMNS if name in settings}
        self._refuse_unknown(settings)
        self._source = given.take(source, columns)
        written = None if source is None else source_code(source, {})
        self._written = f"{written}, {arguments(columns)}" if written and columns else written
        self._analysis: Analysis | None = None
        self._example = source is None and "counts" not in settings
        if self._example:
            settings["counts"] = counts.EXAMPLE
        settings.setdefault("tab", "plan" if self._example else "analyse")
        super().__init__(**settings)
        self.observe(_kind_changed, names=["kind"])
        others = [name for name in self.input_names() if name not in self.computed_from]
        self.observe(_view_changed, names=others)
        self._start()

    @traitlets.validate("counts")
    def _typed(self, proposal: Any) -> list[dict[str, Any]]:
        value = proposal["value"]
        kind = "mean" if _holds_means(value) else "proportion" if value else self.kind
        return counts.typed(value, kind)

    # Work

    def _compute(self, progress: Progress) -> Analysis | None:
        from custintel_analytics import experiments as ex

        if self._source.is_source:
            return self._source.analysed(self.control or None, progress, **self._questions())
        kind = "mean" if _holds_means(self.counts) else "proportion"
        samples = counts.samples(self.counts, kind)
        if len(samples) < max(2, len(self.counts)):
            return None  # somebody is typing: the page says what is missing
        control = self.control or next(iter(samples))
        metric = {"proportion": ex.proportion, "mean": ex.mean}[kind]("counted", direction=self.direction)
        return ex.analyse(samples, control=control, metrics=metric, **self._questions())

    def _questions(self) -> dict[str, Any]:
        """How variants are compared, as `experiments.analyse` takes it."""
        names = ("method", "relative", "interval", "level", "alternative")
        return {
            **{name: getattr(self, name) for name in names},
            "correction": None if self.correction == "none" else self.correction,
            "prior_sd": self.prior_sd or math.inf,
            "tuning_n": self.tuning_n or None,
        }

    def _show(self, result: Analysis | None) -> None:
        from custintel_widgets.ab_calculator import wire

        self._analysis = result
        if result is None or not self._source.is_source:
            self._data, self._forest = {}, {} if result is None else wire.forest(result)
        else:
            self._data, self._forest = wire.data(result), wire.forest(result)
        self._running, self._lift = {}, {}
        self._refresh_view()

    def _refresh_view(self) -> None:
        from custintel_widgets.ab_calculator import sentences

        found = self._analysis
        variants = [] if found is None else [str(v) for v in found.settings.variants]
        self._view = {
            "notes": [] if found is None else sentences.notes(found),
            "footer": sentences.footer(found if self._source.is_source else None),
            "title": "A/B calculator",
            "code": self.to_code() if self.audience_mode == "analyst" else "",
            "example": self._example and self.counts == counts.EXAMPLE,
            "has": {
                "kernel": True,
                "source": self._source.is_source,
                "date": self._source.has_dates,
                "segments": list(self._source.segments),
            },
            "choices": {
                "metrics": [] if found is None else [metric.name for metric in found.settings.metrics],
                "variants": variants,
            },
        }

    def _request_handlers(self) -> Mapping[str, Handler]:
        return {"running": self._running_for, "lift": self._lift_by}

    def _running_for(self, progress: Progress, metric: str = "", variant: str = "") -> Then:
        from custintel_widgets.ab_calculator import wire

        found, treatment = self._on_show(metric, variant)
        settings = {name: getattr(self, name) for name in ("level", "relative", "interval", "alternative")}
        looks = self._source.monitored(
            found.settings.control,
            self._metric_on_show(found, metric),
            progress,
            planned_end=self.planned_end or None,
            planned_n=self.planned_n or None,
            tuning_n=self.tuning_n or None,
            **settings,
        )
        value = wire.running(looks, treatment)
        return Then(lambda: setattr(self, "_running", value))

    def _lift_by(self, progress: Progress, segment: str) -> Then:
        from custintel_widgets.ab_calculator import wire

        found, treatment = self._on_show("", "")
        settings = {"relative": self.relative, "level": self.level}
        metric = self._metric_on_show(found)
        lift = self._source.lifted(found.settings.control, treatment, metric, segment, progress, **settings)
        value = wire.lift(lift)
        return Then(lambda: setattr(self, "_lift", value))

    # What people take away

    def _on_show(self, metric: str, variant: str) -> tuple[Analysis, Any]:
        """The analysis, and the treatment on show as the data name it."""
        found = self.result
        wanted = variant or self.treatment
        treatments = [v for v in found.settings.variants if v != found.settings.control]
        chosen = [v for v in treatments if str(v) == wanted] if wanted else treatments[:1]
        if not chosen:
            raise InputError(
                f"treatment is {wanted!r}; the experiment has {', '.join(map(str, treatments))} beside its control."
            )
        return found, chosen[0]

    def _metric_on_show(self, found: Analysis, name: str = "") -> Metric:
        """The metric by name; the first that decides where none is named."""
        metrics = found.settings.metrics
        wanted = name or self.metric
        chosen = [m for m in metrics if m.name == wanted or (not wanted and not m.guardrail)]
        if wanted and not chosen:
            raise InputError(f"metric is {wanted!r}; there are {', '.join(m.name for m in metrics)}.")
        return (chosen or list(metrics))[0]

    @property
    def result(self) -> Analysis:
        """The analysis behind the picture."""
        if self._analysis is None:
            raise DataError("A row of counts is incomplete, or there are fewer than two. Fill in all cells.")
        return self._analysis

    @property
    def frame(self) -> pd.DataFrame:
        """One row per metric and variant: effect with its interval on both scales, p-values."""
        return self.result.frame

    @property
    def comparison(self) -> Comparison:
        """The metric and treatment on show, on the scale that decides, corrected for the number of questions."""
        found, treatment = self._on_show("", "")
        return found.corrected[self._metric_on_show(found).name, treatment]

    @property
    def value(self) -> Value | None:
        """What the effect on show is worth; None while `contacts` is 0."""
        from custintel_widgets.ab_calculator import answers

        return answers.value(self)

    @property
    def verdict(self) -> Verdict:
        """What to do about the metric and treatment on show, and why."""
        from custintel_widgets.ab_calculator import answers

        return answers.verdict(self)

    @property
    def plan(self) -> Plan:
        """The planned experiment, with the field that is computed."""
        from custintel_widgets.ab_calculator import answers

        return answers.plan(self)

    @property
    def chart(self) -> AnyChart:
        """Effect, density and forest as one Altair chart, with the data in it."""
        from custintel_widgets.ab_calculator import picture

        return picture.build(self)

    def _source_code(self) -> str:
        if not self._source.is_source:
            return ""
        own = variable_name(self)
        return self._written or (f"{own}.result" if own else "analysis")

    def _differs(self, name: str) -> bool:
        if self._view.get("example") and name == "counts":
            return False
        return super()._differs(name)

    def _without_kernel(self, state: dict[str, Any]) -> dict[str, Any]:
        view = {**state["_view"], "code": "", "has": {**state["_view"]["has"], "kernel": False}}
        return {**super()._without_kernel(state), "_view": view}

    def _summary(self) -> str:
        if self.tab == "monitor" and self.lesson:
            from custintel_widgets.ab_calculator import sentences

            return sentences.lesson(self.looks, 1 - self.level)
        if self.tab == "plan" or self._analysis is None:
            return self.plan.sentence
        return self.verdict.text

    def _twin(self) -> str:
        from custintel_widgets.ab_calculator import picture

        if self._status["error"]:
            return f"<p>{html.escape(self._status['error'])}</p>"
        return picture.twin(self)


def _holds_means(rows: Any) -> bool:
    values = rows.values() if isinstance(rows, Mapping) else rows
    return any(
        "mean" in row if isinstance(row, Mapping) else isinstance(row, tuple | list) and len(row) == 3
        for row in values
    )


def _kind_changed(change: Any) -> None:
    """Give the counts the columns of the new kind; what was counted of the other can't be carried over."""
    widget = change["owner"]
    if widget.counts and _holds_means(widget.counts) != (widget.kind == "mean"):
        names = ("mean", "sd") if widget.kind == "mean" else ("successes",)
        widget.counts = [
            {"variant": row["variant"], "n": row["n"], **dict.fromkeys(names)} for row in widget.counts
        ]


def _view_changed(change: Any) -> None:
    widget = change["owner"]
    if widget._ready:
        widget._refresh_view()
