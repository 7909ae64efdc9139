"""The calculator's pictures of a result: the effect with its interval, its curve, the forest, and lift by segment.

Named datasets
    ``interval``: one row, the effect on show: ``effect``, ``lower``, ``upper`` (ends inside of the picture), ``low_open``
    and ``high_open`` (the interval goes on), ``words``, ``low_words``, ``high_words``. ``lines``: ``at`` and ``words`` of
    zero, the smallest worthwhile effect and the break-even, with ``role``.
    ``density``: ``x``, ``density`` and the ``region`` it lies in: ``worse``, ``small``, ``worthwhile``.
    ``forest``: a row per metric and variant: ``label``, ``effect``, ``lower``, ``upper``, ``words``, ``tone``, ``chosen``;
    a row without an effect is a heading. ``lift``: a row per segment.
    All that are pointed at have a ``heading`` and a ``finding``.

The pictures of plan and monitoring are in `planning_chart`. Every parameter is a Vega signal that the page can set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from custintel_widgets.ab_calculator import planning_chart
from custintel_widgets.ab_calculator.scales import effects, explained, known, scale_settings
from custintel_widgets.core.charts import DIVERGING, signal, themed

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart

# What an interval says, as colour; while nothing may be concluded all of it is grey.
_TONE = "guarded ? muted : {0} === 'good' ? c3 : {0} === 'bad' ? accent : muted"
_REGION = "guarded ? neutral : datum.region === 'worse' ? d1 : datum.region === 'worthwhile' ? d3 : neutral"
_BAR, _WORDS, _ENDS = 56, 38, 75
_DASHES = "datum.role === 'zero' ? [1, 0] : datum.role === 'worthwhile' ? [5, 3] : [2, 3]"

# Both pictures of an effect stand one below the other: their plots must begin at the same pixel, whatever is written.
_FIXED = alt.AutoSizeParams(type="none")


def _padding(bottom: int) -> dict[str, int]:
    return {"left": 28, "right": 28, "top": 2, "bottom": bottom}


def _rules(*, words: bool) -> AnyChart:
    """Zero, the smallest worthwhile effect and the break-even, from top to bottom."""
    base = alt.Chart(alt.NamedData("lines")).encode(x=effects("at"))
    rules: AnyChart = base.mark_rule(
        tooltip=None,
        strokeDash=signal(_DASHES),
        stroke=signal("datum.role === 'zero' ? ink : muted"),
        strokeWidth=signal("datum.role === 'zero' ? 1.2 : 1.5"),
        clip=True,
    )
    if not words:
        return rules
    texts = base.mark_text(
        tooltip=None,
        fontSize=11,
        baseline="bottom",
        align=signal("datum.side > 0 ? 'left' : 'right'"),
        dx=signal("4 * datum.side"),
        color=signal("ink"),
    ).encode(y=alt.value(signal("datum.role === 'costs' ? 25 : 12")), text="words:N")
    return alt.layer(rules, texts)


def _interval() -> AnyChart:
    """Bar, point and figures of the effect on show."""
    base = alt.Chart(alt.NamedData("interval"))
    colour = signal(_TONE.format("tone"))
    bar = base.mark_bar(
        height=9, cornerRadius=signal("datum.low_open || datum.high_open ? 0 : 4"), fill=colour
    ).encode(x=effects("lower"), x2="upper:Q", y=alt.value(_BAR), tooltip=explained())
    ends = [
        base.transform_filter(f"datum.{name}_open")
        .mark_point(
            shape="triangle", angle=angle, filled=True, size=110, opacity=1, color=colour, tooltip=None
        )
        .encode(x=effects(end), y=alt.value(_BAR))
        for name, end, angle in (("low", "lower", 270), ("high", "upper", 90))
    ]
    point = base.mark_point(
        filled=True, size=130, opacity=1, fill=signal("paper"), stroke=colour, strokeWidth=3
    ).encode(x=effects("effect"), y=alt.value(_BAR), tooltip=explained())

    def figures(field: str, words: str, y: int, **style: Any) -> list[AnyChart]:
        text = base.encode(x=effects(field), y=alt.value(y), text=f"{words}:N")
        settings: dict[str, Any] = {"baseline": "middle", "tooltip": None, **style}
        return [
            text.mark_text(stroke=signal("paper"), strokeWidth=4, strokeJoin="round", **settings),
            text.mark_text(color=signal("ink"), **settings),
        ]

    return alt.layer(
        bar,
        *ends,
        point,
        *figures("effect", "words", _WORDS, fontSize=13, fontWeight=600),
        *figures("lower", "low_words", _ENDS, fontSize=11, align="right", dx=4),
        *figures("upper", "high_words", _ENDS, fontSize=11, align="left", dx=-4),
    )


def _effect(width: int, height: int) -> AnyChart:
    zone = (
        alt.Chart(alt.sequence(0, 1))
        .transform_calculate(begin="zone_low", end="zone_high")
        .mark_rect(fill=signal("c1"), fillOpacity=signal("guarded ? 0 : 0.22"), tooltip=None)
        .encode(x=effects("begin"), x2="end:Q")
    )
    return alt.layer(zone, _rules(words=True), _interval()).properties(width=width, height=height)


def effect(width: int = 460, height: int = 92) -> AnyChart:
    """The effect on show and its interval, with zero, what is worthwhile and what covers the costs.

    Parameters
    ----------
    width, height
        Size in pixels, without the axis.
    """
    drawn = _effect(width, height).properties(autosize=_FIXED, padding=_padding(bottom=24))
    return themed(drawn.add_params(*_settings()), DIVERGING)


def _density(width: int, height: int) -> AnyChart:
    base = alt.Chart(alt.NamedData("density")).encode(
        x=effects("x", axis=None),
        # Regions share their borders: stacked, the curve would be twice as high there.
        y=alt.Y("density:Q", axis=None, stack=False, scale=alt.Scale(nice=False)),
    )
    areas = base.mark_area(
        fill=signal(_REGION),
        fillOpacity=signal("guarded || datum.region === 'small' ? 1 : 0.85"),
        tooltip=None,
        clip=True,
    ).encode(detail="region:N")
    outline = base.mark_line(stroke=signal("muted"), strokeWidth=1.2, tooltip=None, clip=True)
    floor = (
        alt.Chart(alt.sequence(0, 1))
        .mark_rule(stroke=signal("line"), tooltip=None)
        .encode(y=alt.YDatum(0, axis=None, type="quantitative"))
    )
    drawn = alt.layer(floor, areas, outline, _rules(words=False))
    return drawn.properties(width=width, height=height)


def density(width: int = 460, height: int = 96) -> AnyChart:
    """What is known of the effect as a curve, shaded by what would be decided; below `effect`, on its axis.

    Parameters
    ----------
    width, height
        Size in pixels.
    """
    drawn = _density(width, height).properties(autosize=_FIXED, padding=_padding(bottom=4))
    return themed(drawn.add_params(*_settings()), DIVERGING)


def _forest(width: int, row: int, beside: Any) -> AnyChart:
    y = alt.Y(
        "label:N",
        sort=None,
        title=None,
        scale=alt.Scale(paddingInner=0.2),
        axis=alt.Axis(
            ticks=False,
            domain=False,
            labelPadding=8,
            labelLimit=signal("label_limit"),
            labelColor=signal("ink"),
        ),
    )
    base = alt.Chart(alt.NamedData("forest")).encode(y=y)
    there = base.transform_filter("isValid(datum.effect)")
    colour = signal(_TONE.format("datum.tone"))
    # All rows, headings too: the order of the first layer is that of the axis.
    stripe = base.mark_rect(fill=signal("datum.chosen ? neutral : 'transparent'"), tooltip=None)
    zero = (
        alt.Chart(alt.sequence(0, 1))
        .transform_calculate(at="0")
        .mark_rule(stroke=signal("ink"), strokeWidth=1.2, tooltip=None)
        .encode(x=effects("at"))
    )
    bars = there.mark_rule(
        strokeWidth=signal("datum.chosen ? 5 : 3"), strokeCap="butt", stroke=colour, clip=True
    ).encode(x=effects("lower"), x2="upper:Q", tooltip=explained())
    points = there.mark_point(
        filled=True,
        opacity=1,
        size=signal("datum.chosen ? 90 : 55"),
        fill=signal("paper"),
        stroke=colour,
        strokeWidth=2.5,
    ).encode(x=effects("effect"), tooltip=explained())
    figures = (
        there.transform_filter("show_words")
        .mark_text(align="left", fontSize=11, tooltip=None, color=signal("ink"))
        .encode(x=alt.value(beside), text="words:N")
    )
    drawn = alt.layer(stripe, zero, bars, points, figures)
    return drawn.properties(width=width, height=alt.Step(row))


def forest(width: int = 420, row: int = 26) -> AnyChart:
    """Every metric of every variant against the control on one axis; guardrails below a heading.

    Parameters
    ----------
    width, row
        Width of the plot and height of a row in pixels.
    """
    return themed(_forest(width, row, signal("width + 10")).add_params(*_settings()))


def lift(width: int = 420, row: int = 30) -> AnyChart:
    """The lift of every segment: shrunken towards each other, and in grey as each segment alone would have it.

    Parameters
    ----------
    width, row
        Width of the plot and height of a row in pixels.
    """
    axis = alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=180, labelColor=signal("ink"))
    y = alt.Y("segment:N", sort=None, title=None, axis=axis)
    base = alt.Chart(alt.NamedData("lift")).encode(y=y)
    zero = (
        alt.Chart(alt.sequence(0, 1))
        .transform_calculate(at="0")
        .mark_rule(stroke=signal("ink"), strokeWidth=1.2, tooltip=None)
        .encode(x=effects("at"))
    )
    raw = [
        base.mark_rule(stroke=signal("muted"), strokeWidth=1.5, opacity=0.7, yOffset=6, clip=True, tooltip=None).encode(
            x=effects("raw_lower"), x2="raw_upper:Q"
        ),
        base.mark_point(
            shape="diamond", filled=True, fill=signal("paper"), stroke=signal("muted"), strokeWidth=1.5, size=45,
            opacity=1, yOffset=6, clip=True,
        ).encode(x=effects("raw"), tooltip=explained()),
    ]  # fmt: skip
    shrunken = [
        base.mark_rule(stroke=signal("c3"), strokeWidth=3.5, yOffset=-4, clip=True, tooltip=None).encode(
            x=effects("lower"), x2="upper:Q"
        ),
        base.mark_point(
            filled=True, fill=signal("paper"), stroke=signal("c3"), strokeWidth=2.5, size=70, opacity=1, yOffset=-4, clip=True
        ).encode(x=effects("shrunken"), tooltip=explained()),
    ]  # fmt: skip
    drawn = alt.layer(zero, *raw, *shrunken).properties(width=width, height=alt.Step(row))
    return themed(drawn.add_params(*_settings()))


def _settings(**chosen: Any) -> list[alt.Parameter]:
    """Parameters of the pictures of a result, with the values of `chosen`."""
    own: dict[str, Any] = {
        "zone_low": 0.05,
        "zone_high": 1,
        "tone": "good",
        "guarded": False,
        "label_limit": 180,
        "show_words": True,
    }
    return scale_settings(**{**own, **known(chosen, own)})


def whole(settings: dict[str, Any], *, curve: bool = True) -> AnyChart:
    """Effect, curve and forest in one chart: what ``.chart`` gives.

    Parameters
    ----------
    settings
        Values of the pictures' parameters.
    curve
        Whether to draw the curve.
    """
    parts = [_effect(460, 92), *([_density(460, 96)] if curve else []), _forest(460, 26, 470)]
    joined = alt.vconcat(*parts, spacing=12).resolve_scale(x="independent", y="independent")
    return themed(joined.add_params(*_settings(**settings)), DIVERGING)


def specifications() -> dict[str, AnyChart]:
    """What the page embeds, by name."""
    own = {"effect": effect(), "density": density(), "forest": forest(), "lift": lift()}
    return {**own, **planning_chart.specifications()}
