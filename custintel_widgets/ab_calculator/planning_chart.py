"""The calculator's pictures of a plan and of an experiment under way: power curve, running effect, false alarms.

Named datasets
    ``curve``: ``effect`` and ``power`` of the plan; ``point``: the plan itself, one row.
    ``running``: a row per look: ``date``, ``effect``, the usual interval ``lower`` to ``upper``, the always-valid band
    ``seq_lower`` to ``seq_upper``. ``marks``: ``date`` and ``words`` of the planned end.
    ``rates``: ``looks`` and the exact chance of a false alarm; ``simulated``: what the tests on show gave.
    ``paths``: ``test``, ``look`` and the statistic ``z``, and whether the test gave a false alarm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from custintel_widgets.ab_calculator.scales import effects, explained, scale_settings, written
from custintel_widgets.core.charts import parameters, signal, themed

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart

_SHARE = "format(100 * datum.value, '.3~r') + ' %'"


def power(width: int = 520, height: int = 240) -> AnyChart:
    """The chance to find an effect of each size with the plan's units; the plan is the point on it.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    y = alt.Y(
        "power:Q",
        title=None,
        axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], labelExpr=_SHARE, domain=False, ticks=False),
        scale=alt.Scale(domain=[0, 1.04], nice=False),
    )
    x = effects("effect")
    line = (
        alt.Chart(alt.NamedData("curve"))
        .mark_line(stroke=signal("c3"), strokeWidth=2.5, tooltip=None, clip=True)
        .encode(x=x, y=y)
    )
    alpha = (
        alt.Chart(alt.sequence(0, 1))
        .transform_calculate(power="alpha", words="'alpha: what is found without any effect'")
        .encode(y=y)
    )
    rule = alpha.mark_rule(stroke=signal("muted"), strokeDash=[2, 3], tooltip=None).encode(
        x=alt.value(0), x2=alt.value(signal("width"))
    )
    said = alpha.mark_text(
        align="right", baseline="bottom", dy=-3, fontSize=10, color=signal("muted"), tooltip=None
    ).encode(x=alt.value(signal("width")), text="words:N")
    plan = alt.Chart(alt.NamedData("point"))
    across = plan.mark_rule(stroke=signal("accent"), strokeDash=[4, 3], tooltip=None, clip=True).encode(
        x=x, x2=alt.value(0), y=y
    )
    down = plan.mark_rule(stroke=signal("accent"), strokeDash=[4, 3], tooltip=None, clip=True).encode(
        x=x, y=y, y2=alt.value(signal("height"))
    )
    point = plan.mark_point(
        filled=True,
        size=190,
        opacity=1,
        fill=signal("accent"),
        stroke=signal("paper"),
        strokeWidth=2,
        tooltip=None,
    ).encode(x=x, y=y)
    words = plan.mark_text(
        align=signal("datum.side"),
        dx=signal("datum.side === 'left' ? 12 : -12"),
        # The curve rises: it leaves room below itself at the right, above itself at the left.
        dy=signal("datum.side === 'left' ? 18 : -10"),
        baseline="middle",
        fontWeight=600,
        fontSize=12,
        color=signal("ink"),
        tooltip=None,
    ).encode(x=x, y=y, text="words:N")
    title = alt.TitleParams(
        text="Power: the chance to find an effect of this size", color=signal("muted"), fontSize=11
    )
    drawn = alt.layer(rule, said, line, across, down, point, words)
    drawn = drawn.properties(width=width, height=height, title=title)
    return themed(drawn.add_params(*scale_settings(alpha=0.05, x_low=0, x_high=0.1)))


def running(width: int = 640, height: int = 260) -> AnyChart:
    """The effect look by look: the always-valid band around the usual interval, and the planned end.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    x = alt.X(
        "date:T",
        title=None,
        scale=alt.Scale(type="utc", nice=False, domain=[signal("from_day"), signal("to_day")]),
        axis=alt.Axis(
            grid=False,
            labelExpr="utcFormat(datum.value, '%-d %b')",
            tickCount=signal("width / 90"),
            labelFlush=False,
        ),
    )
    ends = alt.Scale(domain=[signal("y_low"), signal("y_high")], nice=False, zero=False)
    axis = alt.Axis(labelExpr=written("datum.value"), tickCount=5, domain=False, ticks=False)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=None, scale=ends, axis=axis)

    base = alt.Chart(alt.NamedData("running")).encode(x=x)
    band = base.mark_area(fill=signal("c1"), opacity=0.55, clip=True, tooltip=None).encode(
        y=y("seq_lower"), y2="seq_upper:Q"
    )
    edges = [
        base.mark_line(stroke=signal("c3"), strokeWidth=1.4, clip=True, tooltip=None).encode(y=y(name))
        for name in ("seq_lower", "seq_upper")
    ]
    usual = base.mark_rule(
        stroke=signal("muted"), strokeWidth=signal("usual_width"), opacity=0.65, clip=True, tooltip=None
    ).encode(y=y("lower"), y2="upper:Q")
    line = base.mark_line(stroke=signal("ink"), strokeWidth=2, clip=True, tooltip=None).encode(y=y("effect"))
    points = base.mark_point(
        filled=True, size=48, opacity=1, fill=signal("paper"), stroke=signal("ink"), strokeWidth=2, clip=True
    ).encode(y=y("effect"), tooltip=explained())
    levels = alt.Chart(alt.NamedData("levels")).encode(y=y("at"))
    level_rules = levels.mark_rule(
        stroke=signal("datum.role === 'zero' ? ink : muted"),
        strokeDash=signal("datum.role === 'zero' ? [1, 0] : [5, 3]"),
        tooltip=None,
        clip=True,
    ).encode(x=alt.value(0), x2=alt.value(signal("width")))
    # Set off from the bars that it may stand on.
    level_words = [
        levels.mark_text(align="left", baseline="bottom", dy=-2, fontSize=11, tooltip=None, **style).encode(
            x=alt.value(3), text="words:N"
        )
        for style in (
            {"stroke": signal("paper"), "strokeWidth": 4, "strokeJoin": "round"},
            {"color": signal("ink")},
        )
    ]
    marks = alt.Chart(alt.NamedData("marks")).encode(x=x)
    end = marks.mark_rule(stroke=signal("accent"), strokeDash=[6, 4], strokeWidth=1.5, tooltip=None).encode()
    said = marks.mark_text(
        align="right", baseline="top", dx=-5, fontSize=11, color=signal("accent"), tooltip=None
    ).encode(y=alt.value(2), text="words:N")
    drawn = alt.layer(band, *edges, usual, level_rules, line, points, *level_words, end, said).properties(
        width=width, height=height
    )
    own = {"from_day": 0, "to_day": 1, "y_low": -0.1, "y_high": 0.1, "usual_width": 4}
    return themed(drawn.add_params(*scale_settings(**own)))


def _looks(field: str) -> alt.X:
    axis = alt.Axis(grid=False, values=[1, 5, 10, 15, 20], format="d", titlePadding=4)
    scale = alt.Scale(domain=[0.5, 20.5], nice=False, zero=False)
    return alt.X(f"{field}:Q", title="Looks", axis=axis, scale=scale)


def lesson(width: int = 340, height: int = 220) -> AnyChart:
    """The chance of a false alarm by the number of looks: exactly, and in the tests that were run.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    y = alt.Y(
        "share:Q",
        title=None,
        axis=alt.Axis(labelExpr=_SHARE, tickCount=5, domain=False, ticks=False),
        scale=alt.Scale(domain=[0, signal("share_high")], nice=False),
    )
    exact = (
        alt.Chart(alt.NamedData("rates"))
        .mark_line(stroke=signal("c3"), strokeWidth=2, tooltip=None)
        .encode(x=_looks("looks"), y=y)
    )
    tests = alt.Chart(alt.NamedData("simulated")).encode(x=_looks("looks"))
    fade = signal("datum.looks <= looks ? 1 : 0.25")
    spans = tests.mark_rule(stroke=signal("accent"), strokeWidth=1.5, opacity=fade, tooltip=None).encode(
        y=alt.Y("lower:Q", title=None), y2="upper:Q"
    )
    dots = tests.mark_point(
        filled=True, fill=signal("datum.looks === looks ? accent : paper"), stroke=signal("accent"), strokeWidth=1.8,
        size=signal("datum.looks === looks ? 110 : 40"), opacity=fade,
    ).encode(y=y, tooltip=explained())  # fmt: skip
    alpha = (
        alt.Chart(alt.sequence(0, 1))
        .transform_calculate(share="alpha", words="'what alpha promises'")
        .encode(y=y)
    )
    rule = alpha.mark_rule(stroke=signal("muted"), strokeDash=[4, 3], tooltip=None).encode(
        x=alt.value(0), x2=alt.value(signal("width"))
    )
    said = alpha.mark_text(
        align="right", baseline="top", dy=4, fontSize=10, color=signal("muted"), tooltip=None
    ).encode(x=alt.value(signal("width")), text="words:N")
    title = alt.TitleParams(text="False alarms by number of looks", color=signal("muted"), fontSize=11)
    drawn = alt.layer(rule, said, exact, spans, dots).properties(width=width, height=height, title=title)
    return themed(drawn.add_params(*parameters(alpha=0.05, looks=10, share_high=0.3)))


def paths(width: int = 340, height: int = 220) -> AnyChart:
    """The statistics of some tests without any effect, look by look, and where a look cries “significant”.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    y = alt.Y(
        "z:Q",
        title=None,
        axis=alt.Axis(values=[-4, -2, 0, 2, 4], domain=False, ticks=False, grid=False),
        scale=alt.Scale(domain=[-4.2, 4.2], nice=False),
    )
    base = alt.Chart(alt.NamedData("paths")).encode(x=_looks("look"), y=y, detail="test:N")
    quiet = base.transform_filter("!datum.alarm && datum.look <= looks").mark_line(
        stroke=signal("muted"), strokeWidth=1, opacity=0.35, clip=True, tooltip=None
    )
    loud = base.transform_filter("datum.alarm && datum.alarm <= looks && datum.look <= looks").mark_line(
        stroke=signal("accent"), strokeWidth=1.4, opacity=0.8, clip=True, tooltip=None
    )
    late = base.transform_filter("datum.alarm > looks && datum.look <= looks").mark_line(
        stroke=signal("muted"), strokeWidth=1, opacity=0.35, clip=True, tooltip=None
    )
    first = (
        base.transform_filter("datum.alarm === datum.look && datum.look <= looks")
        .mark_point(filled=True, size=40, opacity=1, fill=signal("accent"), clip=True, tooltip=None)
    )  # fmt: skip
    bounds = (
        alt.Chart(alt.sequence(0, 2))
        .transform_calculate(z="datum.data ? critical : -critical")
        .mark_rule(stroke=signal("ink"), strokeDash=[4, 3], tooltip=None)
        .encode(x=alt.value(0), x2=alt.value(signal("width")), y=y)
    )
    title = alt.TitleParams(
        text="60 of the tests: z at each look, ● where it first seems significant",
        color=signal("muted"),
        fontSize=11,
    )
    drawn = alt.layer(quiet, late, loud, first, bounds).properties(width=width, height=height, title=title)
    return themed(drawn.add_params(*parameters(critical=1.96, looks=10)))


def specifications() -> dict[str, AnyChart]:
    """What the page embeds, by name."""
    return {"power": power(), "running": running(), "lesson": lesson(), "paths": paths()}
