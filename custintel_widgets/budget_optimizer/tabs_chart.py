"""The pictures of the optimizer's tabs: schedule, frontier, scenarios.

Named datasets
    ``weeks``: a row per channel and period: ``row`` of the channel, ``period``, ``tone`` from −1 (least that the schedule
    may spend there) over 0 (the even amount) to 1, ``words`` of the amount; ``totals``: ``period``, and ``height`` of the
    total as a share of the highest, with a last row that closes the line; ``channels``: ``row``, ``channel``, ``each``
    and ``whole``, its amounts in words.
    ``frontier``: the best plan at ascending totals: ``total``, ``outcome`` with ``lower`` and ``upper``, and the stretch
    ``begin`` to ``end`` in which the pointer finds it. The current plan and the one on show are the two items of the
    parameters ``mark_…``.
    ``scenarios``: a row per plan: ``index``, ``role``, ``label``, ``mean`` with ``low`` and ``high``, ``words``;
    ``reference``: where the current plan is.
    All that are pointed at have a ``heading`` and a ``finding``.

The pictures of a model's fit are in `fit_chart`. Every parameter is a Vega signal that the page can set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from custintel_widgets.budget_optimizer import fit_chart
from custintel_widgets.budget_optimizer.axes import (
    RANKED,
    ROWS,
    along,
    axis,
    between,
    explained,
    figures,
    finished,
    ranked,
)
from custintel_widgets.core.charts import signal

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart

_GAP = 1  # between cells, in pixels
_TOTALS = 44  # height of the totals above the cells
_ABOVE = 12  # between totals and cells


def weekly(width: int = 640, height: int = 200) -> AnyChart:
    """The plan by channel and period: colours against the channel's even amount, totals in a line above.

    Parameters
    ----------
    width, height
        Size of the cells together, in pixels.
    """
    cells = alt.Chart(alt.NamedData("weeks"))
    x = alt.X(
        "from:Q",
        title=None,
        scale=alt.Scale(domain=[0.5, signal("periods + 0.5")], nice=False, zero=False),
        axis=axis(
            labelExpr="format(datum.value, 'd')",
            tickMinStep=1,
            tickCount=signal("width / 45"),
            domain=False,
            ticks=False,
        ),
    )
    spanned = cells.transform_calculate(**{"from": "datum.period - 0.5", "to": "datum.period + 0.5"})
    top = alt.value(signal(f"datum.row * row + {_GAP}"))
    ends = alt.Scale(
        domain=[-1, -0.5, 0, 0.5, 1], range=[signal(f"d{i}") for i in range(5)], clamp=True, interpolate="lab"
    )
    rects = spanned.mark_rect(
        cornerRadius=2, stroke=signal("paper"), strokeWidth=_GAP, invalid="show"
    ).encode(
        x=x,
        x2="to:Q",
        y=top,
        y2=alt.value(signal(f"(datum.row + 1) * row - {_GAP}")),
        color=alt.Color("tone:Q", scale=ends, legend=None),
        tooltip=explained(),
    )
    readable = "contrast(text_high, scale('cells_color', datum.tone)) > contrast(text_low, scale('cells_color', datum.tone))"
    words = (
        cells.transform_filter("show_labels")
        .mark_text(fontSize=10, baseline="middle", tooltip=None)
        .encode(
            x=alt.X("period:Q"),
            y=alt.value(signal("(datum.row + 0.5) * row")),
            text="words:N",
            color=alt.when(readable)
            .then(alt.value(signal("text_high")))
            .otherwise(alt.value(signal("text_low"))),
        )
    )
    drawn = alt.layer(rects, words, *_totals(), *_margins(), name="cells")
    padding = f"{{left: pad_left, right: pad_right, top: {_TOTALS + _ABOVE + 18}, bottom: 22}}"
    return finished(
        drawn, width, height, padding, periods=26, row=24, show_labels=True, whole="", each="", heads=True
    )


def _totals() -> list[AnyChart]:
    """The total of each period, above the cells; a last row closes the line."""
    y = alt.value(signal(f"-{_ABOVE} - datum.height * {_TOTALS}"))
    x, bottom = alt.X("from:Q"), alt.value(-_ABOVE)
    base = alt.Chart(alt.NamedData("totals")).transform_calculate(
        **{"from": "datum.period - 0.5", "to": "datum.period + 0.5"}
    )
    step: dict[str, Any] = {"interpolate": "step-after", "tooltip": None}
    area = base.mark_area(fill=signal("c1"), fillOpacity=0.5, **step).encode(x=x, y=y, y2=bottom)
    line = base.mark_line(stroke=signal("c3"), strokeWidth=1.8, **step).encode(x=x, y=y)
    strips = (
        base.transform_filter("datum.period <= periods")
        .mark_rect(fill="transparent")
        .encode(x=x, x2="to:Q", y=alt.value(-_TOTALS - _ABOVE), y2=bottom, tooltip=explained())
    )
    return [area, line, strips]


def _margins() -> list[AnyChart]:
    """Names at the left; at the right the amounts per period and over the window, side by side."""
    rows = alt.Chart(alt.NamedData("channels"))

    def text(base: AnyChart, x: str, y: str, field: str, **style: Any) -> AnyChart:
        look: dict[str, Any] = {
            "align": "right",
            "baseline": "middle",
            "fontSize": 11,
            "tooltip": None,
            **style,
        }
        drawn: AnyChart = base.mark_text(**look).encode(
            x=alt.value(signal(x)), y=alt.value(signal(y)), text=f"{field}:N"
        )
        return drawn

    middle = f"datum.row < 0 ? -{_ABOVE + _TOTALS / 2} : (datum.row + 0.5) * row"
    named = {"limit": signal("pad_left - 12")}
    heads = alt.Chart(alt.sequence(0, 1)).transform_calculate(each="each", whole="whole")
    top = f"-{_ABOVE + _TOTALS + 8}"
    quiet = {"color": signal("muted"), "fontSize": 10}
    return [
        text(rows, "-8", middle, "channel", color=signal("ink"), **named),
        text(rows, "width + pad_right - 78", middle, "each", color=signal("muted")),
        text(rows, "width + pad_right - 8", middle, "whole", color=signal("ink")),
        text(heads, "width + pad_right - 78", top, "each", **quiet),
        text(heads, "width + pad_right - 8", top, "whole", **quiet),
    ]


def frontier(width: int = 560, height: int = 260) -> AnyChart:
    """The best outcome at each total, with its interval; the current plan and the one on show as points.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    base = alt.Chart(alt.NamedData("frontier"))
    scale = {"x": between("x_low", "x_high"), "y": between("y_low", "y_high")}

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=None, scale=scale["x"], axis=axis(tickCount=signal("width / 90")))

    def y(field: str) -> alt.Y:
        return alt.Y(
            f"{field}:Q", title=None, scale=scale["y"], axis=axis(grid=True, domain=False, ticks=False)
        )

    band = base.mark_area(fill=signal("c1"), fillOpacity=0.55, clip=True, tooltip=None).encode(
        x=x("total"), y=y("lower"), y2="upper:Q"
    )
    line = base.mark_line(stroke=signal("c3"), strokeWidth=2.5, clip=True, tooltip=None).encode(
        x=x("total"), y=y("outcome")
    )
    dots = base.mark_point(
        filled=True,
        opacity=1,
        fill=signal("datum.index === chosen ? c3 : paper"),
        stroke=signal("c3"),
        strokeWidth=1.6,
        size=signal("datum.index === chosen ? 130 : 34"),
        tooltip=None,
    ).encode(x=x("total"), y=y("outcome"))
    strips = base.mark_rect(fill="transparent").encode(
        x=x("begin"), x2="end:Q", y=alt.value(0), y2=alt.value(signal("height")), tooltip=explained()
    )
    drawn = alt.layer(band, line, dots, strips, *_plans(x, y))
    padding = "{left: pad_left, right: pad_right, top: 12, bottom: 22}"
    own: dict[str, Any] = {"x_low": 0, "x_high": 1, "y_low": 0, "y_high": 1, "chosen": -1}
    own |= {f"mark_{name}": [] for name in ("total", "outcome", "label", "side", "heading", "finding")}
    return finished(drawn, width, height, padding, **own)


def _plans(x: Any, y: Any) -> list[AnyChart]:
    """The current plan as a circle, the one on show as a square, each with its name."""
    # What a slider moves comes by signals: the frontier's own rows are sent once.
    fields = ("total", "outcome", "label", "side", "heading", "finding")
    marks = (
        alt.Chart(alt.sequence(0, 2))
        .transform_calculate(**{field: f"mark_{field}[datum.data]" for field in fields})
        .transform_filter("isValid(datum.total)")
        .encode(x=x("total"), y=y("outcome"))
    )
    planned = "datum.data === 1"
    points = marks.mark_point(
        filled=True,
        opacity=1,
        shape=signal(f"{planned} ? 'square' : 'circle'"),
        size=signal(f"{planned} ? 90 : 130"),
        fill=signal(f"{planned} ? accent : paper"),
        stroke=signal(f"{planned} ? paper : ink"),
        strokeWidth=1.8,
    ).encode(tooltip=explained())
    words = [
        marks.mark_text(
            align=signal("datum.side"),
            dx=signal("datum.side === 'left' ? 11 : -11"),
            dy=signal(f"{planned} ? -12 : 14"),
            baseline="middle",
            fontSize=11,
            fontWeight=600,
            tooltip=None,
            **style,
        ).encode(text="label:N")
        # Set off from the lines that they may stand on.
        for style in (
            {"stroke": signal("paper"), "strokeWidth": 4, "strokeJoin": "round"},
            {"color": signal(f"{planned} ? accent : ink")},
        )
    ]
    return [*words, points]


def scenarios(width: int = 420, height: int = 160) -> AnyChart:
    """What each named plan brings, with its interval; a line at the current plan.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    base, middle, labels = ranked("scenarios")
    rule = (
        alt.Chart(alt.NamedData("reference"))
        .mark_rule(stroke=signal("muted"), strokeDash=[4, 3], tooltip=None)
        .encode(x=along("at"), y=alt.value(0), y2=alt.value(signal("height")))
    )
    spans = base.mark_rule(stroke=signal("datum.role === 'plan' ? accent : c3"), strokeWidth=3).encode(
        x=along("low"), x2="high:Q", y=middle, tooltip=explained()
    )
    points = base.mark_point(
        filled=True,
        opacity=1,
        shape=signal("datum.role === 'plan' ? 'square' : 'circle'"),
        size=110,
        fill=signal("datum.role === 'plan' ? accent : datum.role === 'current' ? paper : c3"),
        stroke=signal("datum.role === 'current' ? ink : paper"),
        strokeWidth=1.8,
    ).encode(x=along("mean"), y=middle, tooltip=explained())
    drawn = alt.layer(rule, spans, points, labels, figures(base, middle))
    return finished(drawn, width, height, ROWS, **RANKED)


def specifications() -> dict[str, AnyChart]:
    """What the page embeds, by name."""
    own = {"weekly": weekly(), "frontier": frontier(), "scenarios": scenarios()}
    return {**own, **fit_chart.specifications()}
