"""The optimizer's pictures of a plan: response curves, current against planned spend, and the outcome.

Named datasets
    ``curve``: what a channel brings at ascending amounts: ``spend``, ``response`` with ``lower`` and ``upper``, and the
    ``part``: ``inside`` of past spend or ``beyond`` it (the border belongs to both); ``begin`` and ``end`` of the stretch
    in which the pointer finds the amount. ``moves``: a row per channel: ``index``, ``channel``, ``current``, and the
    limits ``lower`` to ``upper``. ``outcome``: ``index`` and ``label`` of each bar.
    All that are pointed at have a ``heading`` and a ``finding``.

What a slider moves comes by signals: curves are sent once, and a step moves points. The chart to take away has every
channel in it: there ``rows`` holds curves, points and limits, told apart by ``role``, each with its ``channel`` and the
ends of its axes, ``x_high`` and ``y_high``.

The pictures of the tabs are in `tabs_chart`. Every parameter is a Vega signal that the page can set.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt

from custintel_widgets.budget_optimizer import tabs_chart
from custintel_widgets.budget_optimizer.axes import FIXED, axis, between, explained
from custintel_widgets.core.charts import parameters, signal, themed

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart

# Above a plot: in the lesson a line more.
_NAME_LINE, _AVERAGE_LINE, _WORDS_LINE = "lesson ? -40 : -25", -24, -9
_ABOVE = "lesson ? 58 : 42"
_ROW_TEXT, _ROW_MARK = 14, 24
_TANGENT = 46  # half its length in pixels
_BAND, _BEYOND = 0.6, 0.3
_LEAST_TITLE, _LETTER = 400, 7  # width of a title and of its letters in pixels
_COMMON: dict[str, Any] = {
    "value_format": "",
    "pad_left": 44,
    "pad_right": 14,
    "name_size": 12,
    "lesson": False,
}


@dataclass(frozen=True)
class _Plot:
    """Where a curve is drawn: in the page from its own dataset and signals, taken away from rows of all channels."""

    taken: bool = False
    width: Any = "width"
    height: Any = "height"

    @property
    def curve(self) -> alt.Chart:
        """The curve's rows."""
        if self.taken:
            return alt.Chart().transform_filter("datum.role === 'curve'")
        return alt.Chart(alt.NamedData("curve"))

    def mark(self, role: str, *fields: str) -> AnyChart:
        """The one row of ``current``, ``plan`` or ``limits``."""
        if self.taken:
            return alt.Chart().transform_filter(f"datum.role === '{role}'")
        return alt.Chart(alt.sequence(0, 1)).transform_calculate(**{f: f"{role}_{f}" for f in fields})

    def end(self, way: str) -> str:
        """Where an axis ends."""
        return f"datum.{way}_high" if self.taken else f"{way}_high"

    def x(self, field: str) -> alt.X:
        """Money along the plot."""
        apart = axis(tickCount=3, labelOverlap=True, labelSeparation=4)
        return alt.X(f"{field}:Q", title=None, axis=apart, scale=self._scale("x"))

    def y(self, field: str) -> alt.Y:
        """The response up the plot."""
        ruled = axis(tickCount=3, grid=True, domain=False, ticks=False, labelPadding=4)
        return alt.Y(f"{field}:Q", title=None, axis=ruled, scale=self._scale("y"))

    def _scale(self, way: str) -> alt.Scale:
        return alt.Scale(nice=False, zero=True) if self.taken else _upto(f"{way}_high")


def _upto(high: str) -> alt.Scale:
    return alt.Scale(domain=[0, signal(high)], nice=False, zero=True)


def _shape(plot: _Plot) -> list[AnyChart]:
    """Band and mean: full within past spend, faint and dashed beyond."""
    beyond = "datum.part === 'beyond'"
    base = plot.curve.encode(x=plot.x("spend"), detail="part:N")
    band = base.mark_area(
        fill=signal("c1"), fillOpacity=signal(f"{beyond} ? {_BEYOND} : {_BAND}"), clip=True
    ).encode(y=plot.y("lower"), y2="upper:Q")
    line = base.mark_line(
        stroke=signal("c3"), strokeWidth=2, strokeDash=signal(f"{beyond} ? [4, 3] : [1, 0]"), clip=True
    ).encode(y=plot.y("response"))
    return [band, line]


def _returns(plot: _Plot) -> list[AnyChart]:
    """The lesson: the chord from nothing to the plan, whose slope is the average, and the tangent, the marginal."""
    base = plot.mark("plan", "spend", "response", "slope").transform_filter("lesson")
    chord = base.transform_calculate(nothing="0").mark_rule(
        stroke=signal("second"), strokeWidth=2, strokeDash=[5, 3], clip=True
    )
    # Its half in pixels, cut off where the plot ends.
    across = f"({plot.width} / {plot.end('x')})"
    up = f"(datum.slope * {plot.height} / {plot.end('y')})"
    half = f"{_TANGENT} / sqrt({across} * {across} + {up} * {up})"
    tangent = (
        base.transform_calculate(half=half, rise="max(datum.slope, 0)")
        .transform_calculate(
            back="min(datum.half, datum.spend, datum.rise > 0 ? datum.response / datum.rise : datum.half)",
            on=f"min(datum.half, {plot.end('x')} - datum.spend,"
            f" datum.rise > 0 ? ({plot.end('y')} - datum.response) / datum.rise : datum.half)",
        )
        .transform_calculate(
            x="datum.spend - datum.back", y="datum.response - datum.slope * datum.back",
            x2="datum.spend + datum.on", y2="datum.response + datum.slope * datum.on",
        )
        .mark_rule(stroke=signal("accent"), strokeWidth=2.5, clip=True)
    )  # fmt: skip
    return [
        chord.encode(x=plot.x("nothing"), y=plot.y("nothing"), x2="spend:Q", y2="response:Q"),
        tangent.encode(x=plot.x("x"), y=plot.y("y"), x2="x2:Q", y2="y2:Q"),
    ]


def _points(plot: _Plot) -> list[AnyChart]:
    """The limits as a bar on the axis, the current spend as a circle, the plan as a square in it."""
    limits = (
        plot.mark("limits", "least", "most")
        .mark_rule(stroke=signal("muted"), strokeWidth=4, opacity=0.45)
        .encode(x=plot.x("least"), x2="most:Q", y=alt.value(_expression(plot.height)))
    )
    where = ("spend", "response", "heading", "finding")
    current = _circle(plot.mark("current", *where).transform_filter("isValid(datum.spend)"))
    plan = _square(plot.mark("plan", *where), size=50)
    placed = [
        drawn.encode(x=plot.x("spend"), y=plot.y("response"), tooltip=explained())
        for drawn in (current, plan)
    ]
    return [limits, *placed]


def _circle(base: AnyChart) -> AnyChart:
    """The current spend."""
    drawn: AnyChart = base.mark_point(
        shape="circle", size=110, filled=True, opacity=1, fill=signal("paper"), stroke=signal("ink"), strokeWidth=1.8
    )  # fmt: skip
    return drawn


def _square(base: AnyChart, size: int) -> AnyChart:
    """The plan."""
    drawn: AnyChart = base.mark_point(
        shape="square", size=size, filled=True, opacity=1, fill=signal("accent"), stroke=signal("paper"), strokeWidth=1
    )  # fmt: skip
    return drawn


def _expression(value: Any) -> Any:
    return signal(value) if isinstance(value, str) else value


def _lines(plot: _Plot) -> list[AnyChart]:
    """Above the plot: the channel, and what the next money brings; in the lesson, both returns in their colours."""
    base = plot.mark("plan", "name", "words", "average", "marginal")
    limit = signal(f"{plot.width} + pad_left")

    def text(field: str, y: Any, where: str = "true", **style: Any) -> AnyChart:
        shown = base.transform_filter(where).encode(
            x=alt.value(signal("-pad_left")), y=alt.value(_expression(y)), text=f"{field}:N"
        )
        look: dict[str, Any] = {"fontSize": 11, "limit": limit, **style}
        drawn: AnyChart = shown.mark_text(baseline="bottom", align="left", **look)
        return drawn

    name = text("name", _NAME_LINE, fontSize=signal("name_size"), fontWeight=600, color=signal("ink"))
    return [
        *([] if plot.taken else [name]),
        text("words", _WORDS_LINE, where="!lesson", color=signal("muted")),
        text("average", _AVERAGE_LINE, where="lesson", color=signal("second")),
        text("marginal", _WORDS_LINE, where="lesson", color=signal("accent"), fontWeight=600),
    ]


def _curve(plot: _Plot) -> AnyChart:
    # What the pointer finds: stretches that nobody sees, above the lines and below the points.
    strips = (
        plot.curve.mark_rect(fill="transparent")
        .encode(x=plot.x("begin"), x2="end:Q", y=alt.value(0), y2=alt.value(_expression(plot.height)))
        .encode(tooltip=explained())
    )
    return alt.layer(*_shape(plot), *_returns(plot), strips, *_points(plot), *_lines(plot))


def curve(width: int = 190, height: int = 120) -> AnyChart:
    """What a channel brings: mean and band over spend, with the current plan and the one on show.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    padding = signal(f"{{left: pad_left, right: pad_right, top: {_ABOVE}, bottom: 20}}")
    drawn = _curve(_Plot()).properties(width=width, height=height, autosize=FIXED, padding=padding)
    own: dict[str, Any] = {
        "x_high": 100, "y_high": 100, "plan_spend": 50, "plan_response": 50, "plan_slope": 1, "plan_name": "",
        "plan_words": "", "plan_average": "", "plan_marginal": "", "plan_heading": "", "plan_finding": "",
        "current_spend": None, "current_response": None, "current_heading": "", "current_finding": "",
        "limits_least": 0, "limits_most": 0,
    }  # fmt: skip
    return themed(drawn.add_params(*parameters(**_COMMON, **own)))


def _moves() -> AnyChart:
    """A row per channel: its name and the change above, the limits, both amounts and what lies between them below."""
    base = alt.Chart(alt.NamedData("moves")).transform_calculate(
        plan="plan[datum.index]", words="words[datum.index]", finding="findings[datum.index]",
        heading="datum.channel", top=f"datum.index * row + {_ROW_TEXT}", middle=f"datum.index * row + {_ROW_MARK}",
    )  # fmt: skip
    known = base.transform_filter("isValid(datum.current)")
    middle = alt.value(signal("datum.middle"))

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=None, axis=axis(), scale=_upto("x_high"))

    limits = base.mark_rule(stroke=signal("neutral"), strokeWidth=12).encode(
        x=x("lower"), x2="upper:Q", y=middle
    )
    between = known.mark_rule(stroke=signal("muted"), strokeWidth=2.5).encode(
        x=x("current"), x2="plan:Q", y=middle
    )
    circles = _circle(known).encode(x=x("current"), y=middle, tooltip=explained())
    squares = _square(base, size=56).encode(x=x("plan"), y=middle, tooltip=explained())
    return alt.layer(limits, between, circles, squares, *_above(base, "channel", "muted"))


def _above(base: AnyChart, name: str, colour: str) -> list[AnyChart]:
    """Above a row: its name at the left, its figures at the right."""
    top = alt.value(signal("datum.top"))
    named = base.mark_text(
        align="left", fontSize=11, color=signal("ink"), limit=signal("name_limit"), baseline="bottom"
    ).encode(x=alt.value(0), y=top, text=f"{name}:N")
    figures = base.mark_text(
        align="right", fontSize=11, color=signal(colour), baseline="bottom", limit=0
    ).encode(x=alt.value(signal("width")), y=top, text="words:N")
    return [named, figures]


def _rows(drawn: AnyChart, width: int, height: int, **own: Any) -> AnyChart:
    """Rows on one axis, sized."""
    padding = signal("{left: 8, right: pad_right, top: 2, bottom: 22}")
    sized = drawn.properties(width=width, height=height, autosize=FIXED, padding=padding)
    return themed(sized.add_params(*parameters(**_COMMON, **own)))


def moves(width: int = 300, height: int = 240) -> AnyChart:
    """Current spend (circle) and the plan (square) of every channel, on one axis.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    return _rows(_moves(), width, height, x_high=100, row=36, name_limit=200, plan=[], words=[], findings=[])


def _outcome() -> AnyChart:
    """A bar per row from nothing, its interval on it, name and figures above."""
    base = alt.Chart(alt.NamedData("outcome")).transform_calculate(
        mean="means[datum.index]", low="lows[datum.index]", high="highs[datum.index]", words="words[datum.index]",
        heading="datum.label", finding="words[datum.index]",
        top=f"datum.index * row + {_ROW_TEXT}", middle=f"datum.index * row + {_ROW_MARK}",
    )  # fmt: skip
    x = {
        field: alt.X(
            f"{field}:Q",
            title=None,
            axis=axis(),
            scale=between("x_low", "x_high"),
        )
        for field in ("nothing", "low")
    }
    middle = alt.value(signal("datum.middle"))
    fill = signal("datum.role === 'plan' ? accent : datum.role === 'current' ? c2 : muted")
    bars = (
        base.transform_calculate(nothing="0")
        .mark_bar(height=13, fill=fill, fillOpacity=0.75)
        .encode(x=x["nothing"], x2="mean:Q", y=middle, tooltip=explained())
    )
    intervals = base.mark_rule(stroke=signal("ink"), strokeWidth=2).encode(x=x["low"], x2="high:Q", y=middle)
    return alt.layer(bars, intervals, *_above(base, "label", "ink"))


def outcome(width: int = 300, height: int = 132) -> AnyChart:
    """What earlier spend, the current plan and the plan on show bring, with their intervals.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    own: dict[str, Any] = {
        "x_low": 0, "x_high": 100, "row": 42, "name_limit": 200, "means": [], "lows": [], "highs": [], "words": [],
    }  # fmt: skip
    return _rows(_outcome(), width, height, **own)


def whole(
    channels: Sequence[str],
    settings: Mapping[str, Any],
    *,
    title: str,
    explanation: str = "",
    size: tuple[int, int] = (190, 120),
    columns: int = 4,
) -> AnyChart:
    """The curves of all channels in one chart: what ``.chart`` gives.

    Parameters
    ----------
    channels
        In their order.
    settings
        Values of the pictures' parameters.
    title, explanation
        The finding, and below it how the picture is read.
    size
        Of each plot, in pixels.
    columns
        Curves side by side.
    """
    width, height = size
    beside = max(_LEAST_TITLE, width * min(columns, len(channels)))

    def lines(text: str) -> list[str]:
        return textwrap.wrap(text, beside // _LETTER)

    one = _curve(_Plot(taken=True, width=width, height=height))
    one.data = alt.NamedData("rows")
    header = alt.Header(
        title=None,
        labelAnchor="start",
        labelPadding=4,
        labelFontSize=12,
        labelFontWeight=600,
        labelColor=signal("ink"),
    )
    facet = alt.Facet("channel:N", sort=list(channels), header=header)
    heading = alt.TitleParams(
        text=lines(title), subtitle=lines(explanation), fontSize=14, subtitleColor=signal("muted"), offset=18
    )
    drawn = one.properties(width=width, height=height).facet(
        facet=facet, columns=columns, spacing=24, title=heading
    )
    apart = drawn.resolve_scale(x="independent", y="independent").properties(background=signal("paper"))
    return themed(apart.add_params(*parameters(**{**_COMMON, "pad_left": 0, **settings})))


def specifications() -> dict[str, AnyChart]:
    """What the page embeds, by name."""
    return {"curve": curve(), "moves": moves(), "outcome": outcome(), **tabs_chart.specifications()}
