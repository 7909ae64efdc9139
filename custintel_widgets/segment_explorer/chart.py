"""The explorer's pictures: the profile of the segments, the indices by number of segments, and the features' importance.

Named datasets
    ``segments``: one row per segment, as `frames.listed` gives it. ``profile``: one row per segment and feature, as
    `frames.drawn_profile` gives it, with the segment's ``name`` and ``size``.
    ``quality``: one row per number of segments. ``importance``: one row per feature.

Map, dendrogram and migration are in `panels_chart`. Every parameter is a Vega signal that the page can set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from custintel_widgets.core.charts import (
    CATEGORIES,
    DIVERGING,
    category,
    diverging,
    parameters,
    signal,
    themed,
)
from custintel_widgets.segment_explorer import panels_chart

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart

# The rule behind the recommended number of segments, drawn as a line in its panel.
STABLE, LARGE_ENOUGH = 0.85, 0.05

# Colours end at a quarter and four times the average, and at two standard deviations.
_ENDS = ("-2", "2")
_SHADE = (
    "profile_value === 'effect' ? datum.effect"
    " : datum.index > 0 ? log(datum.index / 100) / LN2 : isValid(datum.index) ? -2 : null"
)
_SHORT = "abs({0}) >= 10000 ? format({0}, '.3~s') : format({0}, abs({0}) < 10 ? '.1f' : ',.0f')"
_MEAN = (
    "value_format !== '' ? format({0}, value_format)"
    " : datum.unit === 'share' ? format(100 * {0}, '.0f') + '%' : " + _SHORT
)
_INDEX = f"isValid(datum.index) ? {_SHORT.format('round(datum.index)').replace(',.0f', '.0f').replace('.1f', '.0f')} : '–'"
_CELL = (
    f"profile_value === 'index' ? ({_INDEX})"
    " : profile_value === 'effect' ? (isValid(datum.effect) ? format(datum.effect, '+.1f') : '–')"
    f" : isValid(datum.mean) ? ({_MEAN.format('datum.mean')}) : '–'"
)
_UNIT = "(datum.unit === 'days' || datum.unit === 'orders' ? ' ' + datum.unit : '')"
_GAP = alt.Scale(paddingInner=0.05)
_CHOSEN = "length(chosen) === 0 || indexof(chosen, datum.segment) >= 0"
_LEGEND = (
    "(profile_value === 'effect' ? format(datum.value, datum.value ? '+d' : 'd')"
    " : format(100 * pow(2, datum.value), 'd')) + (datum.value ? '' : ' average')"
)

_INDICES = {
    "stability": "Stability (higher is better)",
    "silhouette": "Silhouette (higher)",
    "davies_bouldin": "Davies–Bouldin (lower)",
    "calinski_harabasz": "Calinski–Harabasz (higher)",
    "smallest_share": "Smallest segment, share",
    "inertia": "Inertia (look for the bend)",
}


def _explained(chart: AnyChart) -> AnyChart:
    """What each cell of the profile shows and says."""
    own, everyone = (f"({_MEAN.format('datum.' + name)})" for name in ("mean", "average"))
    money = "(datum.unit === 'money' ? currency_prefix : '')"
    return chart.transform_calculate(
        shade=_SHADE, cell=_CELL, heading="datum.label + ' · ' + datum.name"
    ).transform_calculate(
        finding=f"'Mean ' + {money} + {own} + {_UNIT} + ', all customers ' + {money} + {everyone} + {_UNIT}",
        standing="(isValid(datum.index) ? 'Index ' + format(datum.index, ',.0f') : 'No index: the average is not above 0')"
        " + (isValid(datum.effect) ? ' · ' + format(datum.effect, '+.2f') + ' standard deviations from all others' : '')",
        basis="isValid(datum.size) ? format(datum.size, ',') + ' customers' : ''",
    )


def _columns(named: bool) -> alt.X:
    if not named:
        return alt.X("segment:O", sort=None, axis=None, scale=_GAP)
    axis = alt.Axis(orient="top", labelAngle=-35, ticks=False, domain=False, title=None, labelLimit=160)
    return alt.X("name:N", sort=None, axis=axis, scale=_GAP)


def _cells(*, named: bool = False) -> AnyChart:
    """Rectangles and their values, and the outline of the cell that has the keyboard's focus."""
    base = alt.Chart()
    fade = alt.when(_CHOSEN).then(alt.value(1)).otherwise(alt.value(0.2))
    legend = alt.Legend(
        orient="bottom",
        direction="horizontal",
        title=None,
        gradientLength=220,
        gradientThickness=8,
        values=[-2, -1, 0, 1, 2],
        labelExpr=_LEGEND,
    )
    rects = base.mark_rect(cornerRadius=2, invalid="show").encode(
        opacity=fade,
        color=alt.Color(
            "shade:Q",
            scale=diverging(*_ENDS),
            legend=legend,
            condition={"test": "!isValid(datum.shade)", "value": {"expr": "neutral"}},
        ),
        tooltip=[
            alt.Tooltip("heading:N", title="title"),
            *(alt.Tooltip(f"{name}:N", title=name) for name in ("finding", "standing", "basis")),
        ],
    )
    readable = "contrast(text_high, scale('cells_color', datum.shade)) > contrast(text_low, scale('cells_color', datum.shade))"
    labels = (
        base.transform_filter("show_labels")
        .mark_text(fontSize=signal("label_size"), tooltip=None)
        .encode(
            text="cell:N",
            # What recedes is nearly the paper: neither black nor white can be read on it in both themes.
            color=alt.when(f"!({_CHOSEN})")
            .then(alt.value(signal("ink")))
            .when(f"isValid(datum.shade) && {readable}")
            .then(alt.value(signal("text_high")))
            .otherwise(alt.value(signal("text_low"))),
        )
    )
    focus = base.transform_filter(
        "(focus_row < 0 || datum.order === focus_row) && datum.segment === focus_segment"
    ).mark_rect(
        filled=False, cornerRadius=2, strokeWidth=2.5, stroke=signal("ink"), strokeDash=[2, 2], tooltip=None
    )
    # Layers without data of their own share these transforms: computed once, written once.
    # The name makes the colour scale's, by which the labels find out what they stand on.
    layered = alt.layer(rects, labels, focus, data=alt.NamedData("profile"), name="cells")
    axis = alt.Axis(ticks=False, domain=False, labelPadding=6, labelLimit=signal("label_limit"))
    y = alt.Y("label:N", sort=None, title=None, scale=_GAP, axis=axis)
    return _explained(layered).encode(x=_columns(named), y=y)


def _headings() -> AnyChart:
    """Above each column the segment's colour and number, and its name where there is room."""
    base = alt.Chart()
    beside = "name_width > 0 ? -28 : -12"
    swatch = base.mark_point(
        shape="square",
        size=signal("narrow ? 70 : 110"),
        xOffset=signal("narrow ? 0 : -9"),
        opacity=1,
        fill=category("colour"),
        strokeWidth=0,
        tooltip=None,
    ).encode(y=alt.value(signal(f"narrow ? -26 : {beside}")))
    number = base.mark_text(
        align=signal("narrow ? 'center' : 'left'"),
        baseline="middle",
        fontWeight=600,
        dx=signal("narrow ? 0 : 1"),
        tooltip=None,
    ).encode(
        y=alt.value(signal(f"narrow ? -12 : {beside}")), text="segment:N", color=alt.value(signal("ink"))
    )
    name = (
        base.transform_filter("name_width > 0")
        .mark_text(baseline="bottom", fontSize=11, limit=signal("name_width"))
        .encode(
            y=alt.value(-6),
            text="name:N",
            color=alt.value(signal("ink")),
            tooltip=alt.Tooltip("name:N", title="title"),
        )
    )
    return alt.layer(swatch, number, name, data=alt.NamedData("segments")).encode(x=_columns(named=False))


def _settings(**chosen: Any) -> list[alt.Parameter]:
    defaults: dict[str, Any] = {
        "profile_value": "index",
        "value_format": "",
        "currency_prefix": "",
        "show_labels": True,
        "label_size": 11,
        "label_limit": 150,
        "name_width": 90,
        "narrow": False,
        "chosen": [],
        "focus_row": -1,
        "focus_segment": -9,
    }
    return parameters(**{**defaults, **chosen})


def profile(width: int = 420, height: int = 260) -> AnyChart:
    """Features down, segments across; below the average in one colour, above in the other.

    Parameters
    ----------
    width, height
        Size of the cells in pixels, without labels.
    """
    drawn = alt.layer(_cells(), _headings()).resolve_scale(color="independent")
    drawn = drawn.properties(width=width, height=height)
    return themed(drawn.add_params(*_settings()), DIVERGING, CATEGORIES)


def quality(width: int = 200, height: int = 90) -> AnyChart:
    """Each index by number of segments: a diamond is the recommended number, the dashed line the one on show."""
    base = alt.Chart().encode(
        x=alt.X(
            "k:Q",
            title=None,
            scale=alt.Scale(zero=False, nice=False, padding=8),
            axis=alt.Axis(tickMinStep=1, format="d", grid=False),
        ),
        y=alt.Y(
            "value:Q",
            title=None,
            scale=alt.Scale(zero=False),
            # Flush and equally wide, so that columns and headings of the panels are in line.
            axis=alt.Axis(
                tickCount=3,
                minExtent=30,
                labelFlush=True,
                labelExpr="format(datum.value, datum.value < 1000 ? '.2~f' : '~s')",
            ),
        ),
    )
    limit = base.mark_rule(strokeDash=[2, 3], tooltip=None).encode(
        x=alt.value(0), x2=alt.value(signal("child_width")), y="limit:Q", color=alt.value(signal("muted"))
    )
    shown = (
        base.transform_filter("datum.k === k_shown")
        .mark_rule(strokeDash=[5, 3], tooltip=None)
        .encode(y=alt.value(0), y2=alt.value(signal("child_height")), color=alt.value(signal("ink")))
    )
    line = base.mark_line(strokeWidth=2, tooltip=None).encode(color=alt.value(signal("c3")))
    points = base.mark_point(filled=True, opacity=1).encode(
        color=alt.when("datum.recommended")
        .then(alt.value(signal("accent")))
        .otherwise(alt.value(signal("c3"))),
        shape=alt.when("datum.recommended").then(alt.value("diamond")).otherwise(alt.value("circle")),
        size=alt.when("datum.recommended").then(alt.value(150)).otherwise(alt.value(40)),
        tooltip=[alt.Tooltip("heading:N", title="title"), alt.Tooltip("finding:N", title="finding")],
    )
    titles = alt.Header(
        title=None,
        labelExpr=f"{list(_INDICES.values())!r}[datum.value]",
        labelAnchor="start",
        labelColor=signal("ink"),
        labelFontSize=11,
    )
    limits = f"{{'stability': {STABLE}, 'smallest_share': {LARGE_ENOUGH}}}"
    drawn = (
        alt.layer(limit, shown, line, points, data=alt.NamedData("quality"))
        .properties(width=width, height=height)
        .facet(facet=alt.Facet("panel:O", header=titles), columns=3, spacing={"row": 10, "column": 24})
        .resolve_scale(y="independent")
        .resolve_axis(x="independent")
        .transform_fold(list(_INDICES), as_=["index", "value"])
        .transform_filter("isValid(datum.value)")
        .transform_calculate(
            panel=f"indexof({list(_INDICES)!r}, datum.index)",
            limit=f"{limits}[datum.index]",
            heading="datum.k + ' segments' + (datum.recommended ? ', recommended' : '')",
            finding="datum.index === 'smallest_share' ? format(100 * datum.value, '.1f') + ' % of customers'"
            " : format(datum.value, datum.value >= 100 ? ',.0f' : '.3f')",
        )
    )
    return themed(drawn.add_params(*parameters(k_shown=0)))


def importance(width: int = 320, row_height: int = 20) -> AnyChart:
    """How much of each feature's variation lies between the segments, the largest first."""
    base = alt.Chart(alt.NamedData("importance")).encode(
        x=alt.X("importance:Q", axis=None, scale=alt.Scale(domain=[0, 1.12], nice=False)),
        y=alt.Y(
            "label:N",
            title=None,
            sort=alt.SortField("importance", order="descending"),
            axis=alt.Axis(ticks=False, domain=False, labelLimit=170),
        ),
    )
    bars = base.mark_bar(height=alt.RelativeBandSize(0.65), cornerRadiusEnd=2, tooltip=None).encode(
        color=alt.value(signal("c3"))
    )
    figures = base.mark_text(align="left", dx=5, fontSize=10, tooltip=None).encode(
        text=alt.Text("importance:Q", format=".0%"), color=alt.value(signal("ink"))
    )
    return themed(alt.layer(bars, figures).properties(width=width, height=alt.Step(row_height)))


def _shares(field: str, title: str, labelled: bool, height: int) -> AnyChart:
    axis = alt.Axis(ticks=False, domain=False, labelPadding=6, labelLimit=200) if labelled else None
    heading = alt.TitleParams(title, fontSize=11, color=signal("muted"))
    base = alt.Chart(alt.NamedData("segments"), title=heading).encode(
        x=alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, 1.25], nice=False)),
        y=alt.Y("name:N", sort=None, title=None, axis=axis, scale=_GAP),
    )
    bars = base.mark_bar(cornerRadiusEnd=2, fill=category("colour"))
    figures = base.mark_text(align="left", dx=4, fontSize=10).encode(
        text=alt.Text(f"{field}:Q", format=".0%"), color=alt.value(signal("ink"))
    )
    return alt.layer(bars, figures).properties(width=130, height=height)


def whole(settings: dict[str, Any], segments: int = 4) -> AnyChart:
    """The segments' shares and their profile in one chart: what ``.chart`` gives.

    Parameters
    ----------
    settings
        Values of the profile's parameters.
    segments
        How many there are: the bars stand as far apart as their names need.
    """
    height = max(150, 24 * segments)
    bars = [_shares("share", "Customers", True, height), _shares("value_share", "Revenue", False, height)]
    body = _cells(named=True).properties(width=alt.Step(60), height=alt.Step(24))
    joined = alt.hconcat(*bars, body, spacing=14).resolve_scale(
        color="independent", x="independent", y="independent"
    )
    return themed(joined.add_params(*_settings(**settings)), DIVERGING, CATEGORIES)


def specifications() -> dict[str, AnyChart]:
    """What the page embeds, by name."""
    own = {"profile": profile(), "quality": quality(), "importance": importance()}
    return {**own, **panels_chart.specifications()}
