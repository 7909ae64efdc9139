"""The explorer's pictures beside and below the segment list: map, dendrogram, migration and drift.

Named datasets
    ``bins``, ``points``: the map's rectangles and customers; ``areas``: corners of the selected areas; ``words``: names
    that stand in the map.
    ``links``: four corners for each joint of the dendrogram; ``dots``: where the cut meets it; ``cut``: the line itself;
    ``words``: names below it.
    ``ribbons``, ``nodes``: the moves between two dates. ``drift``: one row per feature.

A segment's colour is ``hues[segment + 2]`` and its name ``names[segment + 2]``: −2 and below are customers who aren't there
at one of two dates, −1 those in no segment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from custintel_widgets.core.charts import parameters, signal, themed

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart

MOVED, SHIFTED = 0.1, 0.25
_NODE = 10
# One row: for words that stand in a picture once.
_ONCE = alt.sequence(0, 1)

_HUE = "hues[max(datum.segment, -2) + 2]"
_NAME = "names[datum.segment + 2]"
_DIMMED = "(length(picked) > 0 && indexof(picked, datum.segment) < 0)"


def _shared() -> list[alt.Parameter]:
    return parameters(hues=["#7d8790", "#7d8790"], names=["", ""], picked=[])


def _tooltip(finding: str = "finding:N") -> list[alt.Tooltip]:
    return [alt.Tooltip("heading:N", title="title"), alt.Tooltip(finding, title="finding")]


def _heading(text: str, **settings: Any) -> alt.TitleParams:
    """A title that the page writes: one string, or lines."""
    return alt.TitleParams(text=signal(text), color=signal("muted"), fontSize=11, **settings)


def _within(axis: str) -> alt.Scale:
    """A scale whose ends the page moves: zoom and pan."""
    ends = [signal(f"{axis}_low"), signal(f"{axis}_high")]
    return alt.Scale(domain=ends, nice=False, zero=False, round=True)


def customer_map(width: int = 420, height: int = 340) -> AnyChart:
    """Customers by their two coordinates: rectangles in the colour of the most frequent segment, or points.

    Opacity follows the logarithm of the count: customers thin out by orders of magnitude from the middle to the edge.
    """
    x = alt.X("x:Q", scale=_within("x"), axis=None)
    y = alt.Y("y:Q", scale=_within("y"), axis=None)
    faded = f"({_DIMMED} ? 0.16 : 1)"
    bins = (
        alt.Chart(alt.NamedData("bins"))
        .transform_joinaggregate(most="max(count)", groupby=["part"])
        .transform_calculate(
            heading=_NAME,
            level="0.14 + 0.86 * log(1 + datum.count) / log(1 + datum.most)",
            finding="format(datum.count, ',') + ' customers here'"
            f" + (datum.purity < 0.995 ? ', ' + format(100 * datum.purity, '.0f') + ' % of them ' + {_NAME} : '')",
        )
        .mark_rect(clip=True, fill=signal(_HUE), fillOpacity=signal(f"datum.level * {faded}"))
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q", tooltip=_tooltip())
    )
    points = (
        alt.Chart(alt.NamedData("points"))
        .transform_calculate(heading=_NAME, finding="'One customer'")
        .mark_circle(
            clip=True,
            size=26,
            fill=signal(_HUE),
            fillOpacity=signal(f"0.8 * {faded}"),
            stroke=signal("paper"),
            strokeWidth=0.5,
        )
        .encode(x=x, y=y, tooltip=_tooltip())
    )
    areas = (
        alt.Chart(alt.NamedData("areas"))
        .mark_line(
            clip=True,
            interpolate="linear-closed",
            strokeWidth=2,
            stroke=signal("ink"),
            fill=signal("ink"),
            fillOpacity=0.08,
            tooltip=None,
        )
        .encode(x=x, y=y, detail="area:N", order="point:Q")
    )
    named = alt.Chart(alt.NamedData("words")).encode(x=x, y=y, text="text:N")
    style: dict[str, Any] = {"clip": True, "fontSize": 11, "fontWeight": 600, "limit": 150, "tooltip": None}
    halo = named.mark_text(stroke=signal("paper"), strokeWidth=3.5, strokeJoin="round", opacity=0.85, **style)
    words = named.mark_text(color=signal("ink"), **style)
    below = (
        alt.Chart(_ONCE)
        .mark_text(align="left", baseline="top", lineHeight=13, tooltip=None)
        .encode(
            x=alt.value(0),
            y=alt.value(signal("height + 7")),
            text=alt.value(signal("x_title")),
            color=alt.value(signal("muted")),
        )
    )
    drawn = alt.layer(bins, points, areas, halo, words, below).properties(
        width=width,
        height=height,
        title=_heading("y_title", offset=6),
        view=alt.ViewBackground(stroke=signal("line")),
    )
    ends = parameters(x_low=0, x_high=1, y_low=0, y_high=1, x_title="", y_title="")
    return themed(drawn.add_params(*_shared(), *ends))


def dendrogram(width: int = 560, height: int = 280) -> AnyChart:
    """The tree of merges, coloured below the cut, with the cut line and a dot for each segment that it makes."""
    x = alt.X("x:Q", axis=None, scale=alt.Scale(nice=False, zero=False, padding=12))
    ends = alt.Scale(domain=[0, signal("y_most")], nice=False)
    axis = alt.Axis(tickCount=4, grid=False, domain=False, format=",.3~r")
    y = alt.Y("y:Q", title=None, axis=axis, scale=ends)
    links = (
        alt.Chart(alt.NamedData("links"))
        .mark_line(
            strokeWidth=1.6,
            stroke=signal(f"datum.segment < -2 ? muted : {_HUE}"),
            strokeJoin="round",
            tooltip=None,
        )
        .encode(x=x, y=y, detail="link:N", order="point:Q")
    )
    line = alt.Chart(alt.NamedData("cut"))
    rule = line.mark_rule(strokeWidth=2, color=signal("accent"), strokeDash=[6, 4], tooltip=None).encode(y=y)
    label = line.mark_text(
        align="left",
        baseline="middle",
        dx=8,
        fontWeight=600,
        fontSize=12,
        color=signal("accent"),
        tooltip=None,
    ).encode(x=alt.value(signal("width")), y=y, text="text:N")
    dots = (
        alt.Chart(alt.NamedData("dots"))
        .mark_circle(
            size=70, opacity=1, fill=signal(_HUE), stroke=signal("paper"), strokeWidth=1.5, tooltip=None
        )
        .encode(x=x, y=y)
    )
    words = (
        alt.Chart(alt.NamedData("words"))
        .mark_text(baseline="top", fontSize=11, lineHeight=13, color=signal("ink"), tooltip=None)
        .encode(x=x, y=alt.value(signal("height + 6")), text="text:N")
    )
    drawn = alt.layer(links, rule, dots, label, words).properties(
        width=width, height=height, title=_heading("y_title", offset=6)
    )
    own = parameters(y_most=1, y_title="Distance at which groups merge")
    return themed(drawn.add_params(*_shared(), *own))


def migration(width: int = 460, height: int = 320) -> AnyChart:
    """Who moved from which segment to which, as ribbons between two dates."""
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    ends = alt.Scale(domain=[signal("y_low"), signal("y_high")], nice=False, zero=False, reverse=True)
    y = alt.Y("y:Q", axis=None, scale=ends)
    opacity = (
        "datum.band === hovered || indexof(bands, datum.band) >= 0 ? 0.85"
        f" : length(bands) > 0 || ({_DIMMED} && indexof(picked, datum.to_segment) < 0) ? 0.15 : 0.5"
    )
    ribbons = (
        alt.Chart(alt.NamedData("ribbons"))
        .transform_calculate(segment="datum.from_segment")
        .mark_area(fill=signal(_HUE), fillOpacity=signal(opacity))
        .encode(x=x, y=y, y2="y2:Q", detail="band:N", tooltip=alt.Tooltip("label:N", title="title"))
    )
    nodes = alt.Chart(alt.NamedData("nodes"))
    bars = nodes.mark_rect(fill=signal(_HUE), tooltip=None).encode(
        x=alt.value(signal(f"datum.side ? width : {-_NODE}")),
        x2=alt.value(signal(f"datum.side ? width + {_NODE} : 0")),
        y=y,
        y2="y2:Q",
    )
    named = (
        nodes.transform_calculate(
            at="isValid(datum.at) ? datum.at : (datum.y + datum.y2) / 2",
            text="datum.lines || [datum.name, format(datum.customers, ',')]",
        )
        .mark_text(
            align=signal("datum.side ? 'left' : 'right'"),
            baseline="middle",
            fontSize=11,
            lineHeight=13,
            dy=signal("-6.5 * (length(datum.text) - 1)"),
            color=signal("ink"),
            tooltip=None,
        )
        .encode(
            x=alt.value(signal(f"datum.side ? width + {_NODE + 6} : {-_NODE - 6}")),
            y=alt.Y("at:Q"),
            text="text:N",
        )
    )
    dates = [_date("before", 0, "right"), _date("after", 1, "left")]
    drawn = alt.layer(ribbons, bars, named, *dates).properties(width=width, height=height)
    own = parameters(hovered=-1, bands=[], before="Before", after="After", y_low=0, y_high=1)
    return themed(drawn.add_params(*_shared(), *own))


def _date(name: str, side: int, align: Any) -> alt.Chart:
    """The date over a side's bars and names."""
    drawn: alt.Chart = (
        alt.Chart(_ONCE)
        .mark_text(align=align, baseline="bottom", fontSize=11, fontWeight=600, tooltip=None)
        .encode(
            x=alt.value(signal(f"width + {_NODE}" if side else str(-_NODE))),
            y=alt.value(-10),
            text=alt.value(signal(name)),
            color=alt.value(signal("muted")),
        )
    )
    return drawn


def drift(width: int = 360, row_height: int = 22) -> AnyChart:
    """How far each feature has moved between the dates: the population stability index, with its two thresholds."""
    base = alt.Chart(alt.NamedData("drift")).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelLimit=170),
        )
    )
    ends = alt.Scale(domain=[0, signal("psi_most")], nice=False, clamp=True)
    x = alt.X("psi:Q", axis=None, scale=ends)
    bars = (
        base.transform_calculate(
            heading="datum.label",
            finding="'Index ' + format(datum.psi, '.3f') + ': ' + datum.verdict",
            means="isValid(datum.mean_before) && isValid(datum.mean_after)"
            " ? 'Mean ' + format(datum.mean_before, ',.2~f') + ' → ' + format(datum.mean_after, ',.2~f') : ''",
        )
        .mark_bar(height=alt.RelativeBandSize(0.62), cornerRadiusEnd=2)
        .encode(
            x=x,
            color=alt.when("datum.verdict === 'shifted'")
            .then(alt.value(signal("accent")))
            .when("datum.verdict === 'moved'")
            .then(alt.value(signal("c3")))
            .otherwise(alt.value(signal("c1"))),
            tooltip=[*_tooltip(), alt.Tooltip("means:N", title="means")],
        )
    )
    figures = base.mark_text(align="right", dx=34, fontSize=11, color=signal("ink"), tooltip=None).encode(
        x=alt.value(signal("width")), text=alt.Text("psi:Q", format=".2f")
    )
    line = (
        alt.Chart(alt.sequence(0, 2, as_="psi"))
        .transform_calculate(text=f"datum.psi ? '{SHIFTED} shifted' : '{MOVED} moved'")
        .transform_calculate(psi=f"datum.psi ? {SHIFTED} : {MOVED}")
        .encode(x=x)
    )
    rules = line.mark_rule(strokeDash=[3, 3], color=signal("muted"), tooltip=None)
    words = line.mark_text(
        align=signal(f"datum.psi > {MOVED} ? 'left' : 'right'"),
        baseline="bottom",
        dx=signal(f"datum.psi > {MOVED} ? -2 : 2"),
        fontSize=10,
        color=signal("muted"),
        tooltip=None,
    ).encode(y=alt.value(-3), text="text:N")
    drawn = alt.layer(rules, words, bars, figures).properties(width=width, height=alt.Step(row_height))
    return themed(drawn.add_params(*parameters(psi_most=0.3)))


def specifications() -> dict[str, AnyChart]:
    """What the page embeds, by name."""
    return {"map": customer_map(), "tree": dendrogram(), "flow": migration(), "drift": drift()}
