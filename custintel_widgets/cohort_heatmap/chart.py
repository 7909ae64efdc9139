"""The cohort heatmap's two pictures: the matrix with its size bars, and the average curve.

Named datasets
    ``cells``: one row per cohort and age, the columns of ``Retention.frame`` and those that
    ``frames.cells`` adds (``row``, ``diagonal``, ``label_cohort``, ``age_label``).
    ``average``: the average curve for both weightings. ``marks``: outlines of what is selected.

Every parameter is a Vega signal: the page switches measure, theme or lesson by setting one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from custintel_widgets.core.charts import parameters, ramp, signal, themed

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart

# Measures that grow or stay level from the first period on; the others start at 100 % by definition, so
# that their first column would flatten all that follows.
LEVEL_MEASURES = ("average_order", "cumulative_value")

_SCALED = "(datum.age >= first_age)"
_TRUSTED = "(naive || (datum.mature && (include_truncated || !datum.truncated)))"
_DRAWN = "(naive || datum.mature)"
_MONEY = "currency_prefix + format({}, money_format)"
_PERCENT = "format(100 * {}, '.1f')"
# What a rate is of: the cohort, or in one that goes on growing those of it who have had the period in full.
_BASE = (
    "(datum.observed < datum.size && (datum.mature"
    " || abs(datum.retention * datum.size - datum.active) > 0.000001) ? datum.observed : datum.size)"
)

# Diagonal strokes for a cell that is still filling up: three parallel lines in a unit square.
_HATCH = "M-1,0L0,-1M-1,1L1,-1M0,1L1,0"
_HEADING = "datum.label_cohort + ' · ' + age_unit + ' ' + datum.age_label"
_OVER = "'Over ' + datum.cohorts + ' cohorts, ' + format(datum.customers, ',') + ' customers'"
# With two digits, 967 would be written as 970 beside 1.6k: whole numbers below 1,000.
_LABEL = (
    "datum.value === 1 && measure === 'retention' ? first_label"
    " : format(datum.value, indexof(label_format, 's') >= 0 && abs(datum.value) < 1000 ? ',.0f' : label_format)"
)
_GAP = alt.Scale(paddingInner=0.04)


def _value_transforms(chart: AnyChart) -> AnyChart:
    """Choose the measure, then compare it with its row or its column where that is asked for."""
    return (
        chart.transform_calculate(raw="datum[measure]")
        .transform_calculate(scaled=f"{_SCALED} && {_TRUSTED} ? datum.raw : null")
        .transform_joinaggregate(row_top="max(scaled)", groupby=["row"])
        .transform_joinaggregate(column_mean="mean(scaled)", groupby=["age"])
        .transform_calculate(
            value="normalise === 'row' ? datum.raw / datum.row_top"
            " : normalise === 'column' ? datum.raw / datum.column_mean : datum.raw"
        )
    )


def _painted(colour: str) -> Any:
    return alt.value(signal(colour))


def _tooltip(finding: str = "finding:N", title: str = "Here") -> list[alt.Tooltip]:
    return [
        alt.Tooltip("heading:N", title="title"),
        alt.Tooltip(finding, title=title),
        alt.Tooltip("standing:N", title="Note"),
    ]


def _explain(chart: AnyChart) -> AnyChart:
    """The sentences of a cell's tooltip: what was counted, and what can't be concluded yet."""
    interval = f"' (' + {_PERCENT.format('datum.lower')} + '–' + {_PERCENT.format('datum.upper')} + ' %)'"
    share = (
        f"format(datum.active, ',') + ' of ' + format({_BASE}, ',') + ' = '"
        f" + {_PERCENT.format('datum.retention')} + ' %' + {interval}"
    )
    finding = (
        "measure === 'revenue' ? "
        + _MONEY.format("datum.revenue")
        + " + ' · ' + format(datum.active, ',') + ' active customers'"
        " : measure === 'orders' ? format(datum.orders, ',') + ' orders · ' + format(datum.active, ',') + ' active customers'"
        " : measure === 'average_order' ? "
        + _MONEY.format("datum.average_order")
        + " + ' over ' + format(datum.orders, ',') + ' orders'"
        " : measure === 'cumulative_value' ? "
        + _MONEY.format("datum.cumulative_value")
        + " + ' so far per customer acquired (' + format("
        + _BASE
        + ", ',') + ')' : "
        + share
    )
    standing = (
        "datum.mature ? (datum.truncated ? 'Probably old customers: the data start here'"
        " : datum.size < 30 ? 'Only ' + datum.size + ' customers; the true rate could be '"
        f" + {_PERCENT.format('datum.lower')} + '–' + {_PERCENT.format('datum.upper')} + ' %' : '–')"
        " : 'Too early: ' + format(datum.observed, ',') + ' of ' + format(datum.size, ',')"
        " + ' customers have had the full ' + age_unit + '; complete on '"
        " + utcFormat(datum.complete_on, '%-d %B %Y')"
    )
    return chart.transform_calculate(heading=_HEADING, finding=finding, standing=standing)


def _cohort_axis(**settings: Any) -> alt.Y:
    return alt.Y("label_cohort:N", sort=None, title=None, **settings)


def _age_axis() -> alt.X:
    axis = alt.Axis(
        orient="top",
        labelAngle=0,
        ticks=False,
        domain=False,
        labelOverlap="parity",
        labelSeparation=4,
        title=None,
    )
    return alt.X("age_label:N", sort=alt.SortField("age"), axis=axis, scale=_GAP)


def _age_title() -> alt.TitleParams:
    return alt.TitleParams(text=signal("age_title"), fontSize=11, color=signal("muted"))


def _colour(blank: str = "false") -> alt.Color:
    """The scale's colour; paper where `blank` holds, grey for a first period, which is 100 % by definition."""
    exceptions = [
        {"test": blank, "value": {"expr": "paper"}},
        {"test": f"!{_SCALED}", "value": {"expr": "neutral"}},
    ]
    return alt.Color("value:Q", scale=ramp(), legend=None, condition=exceptions)


def _cells() -> AnyChart:
    base = alt.Chart()
    hover = alt.selection_point(
        name="hover", on="pointerover", clear="pointerout", fields=["row", "age", "diagonal"], empty=False
    )
    rects = (
        base.mark_rect(cornerRadius=2)
        .encode(
            color=_colour(blank=f"!{_DRAWN}"),
            opacity=alt.when("datum.truncated && !include_truncated && !naive")
            .then(alt.value(0.35))
            .otherwise(alt.value(1)),
            tooltip=_tooltip(),
        )
        .add_params(hover)
    )
    hatch = (
        base.transform_filter(f"!{_DRAWN}")
        .mark_point(shape=_HATCH, strokeWidth=0.8, size=signal("hatch_size"), tooltip=None)
        .encode(color=alt.value(signal("line")))
    )
    labels = (
        base.transform_filter(f"show_labels && {_DRAWN}")
        .mark_text(fontSize=signal("label_size"), tooltip=None)
        .encode(
            text=alt.Text("label:N"),
            color=alt.when(f"!{_SCALED} || (datum.truncated && !include_truncated && !naive)")
            .then(alt.value(signal("muted")))
            .when("datum.value > colour_min + 0.62 * (colour_max - colour_min)")
            .then(alt.value(signal("text_high")))
            .otherwise(alt.value(signal("text_low"))),
        )
        .transform_calculate(label=f"normalise !== 'none' ? format(datum.value, '.0%') : {_LABEL}")
    )
    # Layers without data of their own share these transforms: computed once, written once.
    layered = alt.layer(rects, hatch, labels, *_outlines(base), *_average_row(), data=alt.NamedData("cells"))
    return _explain(_value_transforms(layered)).encode(x=_age_axis(), y=_cohort_axis(axis=None, scale=_GAP))


def _outlines(base: Any) -> list[alt.Chart]:
    """Row, column and diagonal of the hovered cell; then what is selected, compared and focused."""
    here = "isValid(hover.row) && {}"
    cross = here.format(
        "(hover.row[0] === datum.row || hover.age[0] === datum.age"
        " || (datum.diagonal !== '' && hover.diagonal[0] === datum.diagonal))"
    )
    hovered = (
        base.transform_filter(cross)
        .mark_rect(filled=False, cornerRadius=2, tooltip=None)
        .encode(
            stroke=alt.value(signal("ink")),
            strokeWidth=alt.when("hover.row[0] === datum.row && hover.age[0] === datum.age")
            .then(alt.value(2))
            .otherwise(alt.value(0.8)),
        )
    )
    marks = (
        alt.Chart(alt.NamedData("marks"))
        .mark_rect(
            filled=False,
            cornerRadius=2,
            strokeWidth=2.5,
            # Vega-Lite has no dash channel for rectangles; the mark's own property takes an expression.
            strokeDash=signal(
                "datum.kind === 'compared' ? [5, 3] : datum.kind === 'focus' ? [2, 2] : [1, 0]"
            ),
            tooltip=None,
        )
        .encode(
            stroke=alt.when("datum.kind === 'selected'")
            .then(alt.value(signal("accent")))
            .when("datum.kind === 'compared'")
            .then(alt.value(signal("second")))
            .otherwise(alt.value(signal("ink"))),
        )
    )
    return [hovered, marks]


_CHOSEN_AVERAGE = "datum.weights === average && datum.with_truncated === include_truncated"


def _average_row() -> list[alt.Chart]:
    base = (
        alt.Chart(alt.NamedData("average"))
        .transform_filter(_CHOSEN_AVERAGE)
        .transform_calculate(
            value="datum[measure]",
            heading=_HEADING,
            finding="measure === 'retention' ? "
            f"{_PERCENT.format('datum.retention')} + ' % (' + {_PERCENT.format('datum.lower')} + '–'"
            f" + {_PERCENT.format('datum.upper')} + ' %)' : format(datum[measure], ',.2f')",
            standing=_OVER,
            label=_LABEL,
        )
    )
    shown = base.transform_filter("normalise === 'none'")
    rects = shown.mark_rect(cornerRadius=2).encode(
        color=_colour(),
        tooltip=_tooltip(),
    )
    text = (
        shown.transform_filter("show_labels")
        .mark_text(fontSize=signal("label_size"), fontWeight=signal("average_weight"), tooltip=None)
        .encode(
            text="label:N",
            color=alt.when(f"!{_SCALED}")
            .then(alt.value(signal("muted")))
            .when("datum.value > colour_min + 0.62 * (colour_max - colour_min)")
            .then(alt.value(signal("text_high")))
            .otherwise(alt.value(signal("text_low"))),
        )
    )
    return [rects, text]


def _sizes() -> AnyChart:
    """Cohort sizes as bars beside the labels; the labels are the matrix's row labels."""
    base = alt.Chart(
        alt.NamedData("cells"), title=alt.TitleParams("Customers", fontSize=11, color=signal("muted"))
    ).transform_filter("datum.age === 0")
    labels = alt.Axis(ticks=False, domain=False, labelPadding=6, labelLimit=150)
    y = _cohort_axis(axis=labels, scale=_GAP)
    bars = base.mark_bar(cornerRadius=2, height=alt.RelativeBandSize(0.7), tooltip=None).encode(
        x=alt.X("size:Q", axis=None, title=None), y=y, color=alt.value(signal("line"))
    )
    counts = base.mark_text(align="left", baseline="middle", dx=4, fontSize=10).encode(
        x=alt.value(0), y=y, text=alt.Text("size:Q", format=","), color=alt.value(signal("ink"))
    )
    average = (
        alt.Chart(alt.NamedData("average"))
        .transform_filter(f"{_CHOSEN_AVERAGE} && datum.age === 0 && normalise === 'none'")
        .mark_text(align="left", baseline="middle", dx=4, fontSize=10)
        .encode(
            x=alt.value(0), y=y, text=alt.Text("customers:Q", format=","), color=alt.value(signal("muted"))
        )
    )
    return alt.layer(bars, counts, average)


def matrix(width: int = 620, height: int = 340, size_width: int = 70) -> AnyChart:
    """Size bars and heatmap, oldest cohort first, the average in the last row.

    Parameters
    ----------
    width, height
        Size of the heatmap in pixels; the size bars stand left of it, `size_width` wide.
    size_width
        Width of the size bars in pixels.
    """
    body = _cells().properties(width=width, height=height, title=_age_title())
    bars = _sizes().properties(width=size_width, height=height)
    joined = alt.hconcat(bars, body, spacing=6).resolve_scale(color="shared", y="independent")
    return themed(joined.add_params(*_settings()))


def curve(width: int | str = "container", height: int = 300, *, linked: bool = False) -> AnyChart:
    """The average over cohorts with its interval, the hovered cohort emphasised.

    Parameters
    ----------
    width, height
        Size in pixels; ``"container"`` follows the page.
    linked
        Whether the emphasised cohort comes from the matrix's own hover, for a chart that holds both.
    """
    emphasised = "isValid(hover.row) && hover.row[0] === datum.row" if linked else "hover_row === datum.row"
    x = alt.X("age:Q", title=None, axis=alt.Axis(tickMinStep=1, grid=False, format="d"))
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=True),
        axis=alt.Axis(labelExpr="format(datum.value, value_format)", tickCount=5),
    )
    each = alt.Chart()
    lines = each.mark_line(strokeWidth=1, tooltip=None).encode(detail="row:N", color=_painted("line"))
    hovered = (
        each.transform_filter(emphasised)
        .mark_line(strokeWidth=2.2, point=True, tooltip=None)
        .encode(color=_painted("accent"))
    )
    cohorts = (
        alt.layer(lines, hovered, data=alt.NamedData("cells"))
        .transform_filter(f"{_SCALED} && {_TRUSTED}")
        .transform_calculate(value="datum[measure]")
    )
    band = (
        each.transform_filter("show_interval")
        .mark_area(opacity=0.25, tooltip=None)
        .encode(y=alt.Y("low:Q", title=None), y2="high:Q", color=_painted("c3"))
    )
    line = each.mark_line(strokeWidth=2.5, tooltip=None).encode(color=_painted("c3"))
    points = each.mark_point(filled=True, size=45, opacity=1).encode(
        color=_painted("c3"), tooltip=_tooltip("shown:N", "Average")
    )
    value, low, high = (_PERCENT.format(f"datum.{name}") for name in ("value", "low", "high"))
    share = f"{value} + ' % (' + {low} + '–' + {high} + ' %)'"
    average = (
        alt.layer(band, line, points, data=alt.NamedData("average"))
        .transform_filter(f"{_CHOSEN_AVERAGE} && {_SCALED}")
        .transform_calculate(
            value="datum[measure]",
            heading=_HEADING,
            low="measure === 'retention' ? datum.lower : datum.value",
            high="measure === 'retention' ? datum.upper : datum.value",
            standing=_OVER,
        )
        .transform_calculate(shown=f"measure === 'retention' ? {share} : format(datum.value, value_format)")
    )
    title = alt.TitleParams(text=signal("age_title"), fontSize=11, color=signal("muted"), orient="bottom")
    layered = alt.layer(cohorts, average).encode(x=x, y=y).properties(width=width, height=height, title=title)
    if linked:
        return layered
    return themed(layered.add_params(*_settings(), *parameters(hover_row=-1)))


def _settings(**chosen: Any) -> list[alt.Parameter]:
    defaults: dict[str, Any] = {
        "measure": "retention",
        "normalise": "none",
        "average": "customers",
        "naive": False,
        "include_truncated": False,
        "show_interval": True,
        "show_labels": True,
        "label_size": 11,
        "hatch_size": 300,
        "colour_min": 0,
        "colour_max": 1,
        "value_format": ".1%",
        "label_format": ".1%",
        "first_label": "100%",
        "average_weight": "bold",
        "money_format": ",.2f",
        "currency_prefix": "",
        "age_title": "Months since first purchase",
        "age_unit": "month",
    }
    first_age = alt.param(name="first_age", expr=f"indexof({list(LEVEL_MEASURES)!r}, measure) < 0 ? 1 : 0")
    return [*parameters(**{**defaults, **chosen}), first_age]


def both(settings: dict[str, Any], width: int = 620, height: int = 340) -> AnyChart:
    """Matrix and curve in one chart, with `settings` as its parameters' values: what ``.chart`` gives."""
    body = _cells().properties(width=width, height=height, title=_age_title())
    bars = _sizes().properties(width=70, height=height)
    lines = curve(width=320, height=height, linked=True)
    joined = alt.hconcat(bars, body, lines, spacing=12).resolve_scale(
        color="shared", x="independent", y="independent"
    )
    return themed(joined.add_params(*_settings(**settings)))


def specifications() -> dict[str, AnyChart]:
    """What the page embeds, by name."""
    return {"matrix": matrix(), "curve": curve()}
