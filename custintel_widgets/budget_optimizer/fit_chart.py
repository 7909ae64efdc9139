"""The pictures of a model and its past: what it expected and what was seen, and what brought it.

Named datasets
    ``stack``: a row per period and term: ``begin`` and ``end`` in time, ``low`` and ``high`` of its part, ``order`` of its
    colour; ``terms``: their names with the pixel ``y`` at which each stands; ``fitted``: ``date``, ``begin`` and
    ``end`` of the period, ``outcome`` (or none), ``mean`` with ``lower`` and ``upper``.
    ``waterfall``: a row per bar: ``index``, ``kind``, ``label``, ``start`` and ``end``, the interval ``low`` to ``high``
    around its end, ``words``.
    All that are pointed at have a ``heading`` and a ``finding``.

Every parameter is a Vega signal that the page can set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

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
from custintel_widgets.core.charts import CATEGORIES, signal

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart


def _days() -> alt.X:
    return alt.X(
        "date:T",
        title=None,
        scale=alt.Scale(type="utc", nice=False, domain=[signal("from_day"), signal("to_day")]),
        axis=alt.Axis(
            grid=False,
            labelExpr="utcFormat(datum.value, span_days > 500 ? '%b %Y' : '%-d %b')",
            tickCount=signal("width / 90"),
            labelFlush=False,
            labelFontSize=10,
            labelOverlap=True,
            labelSeparation=10,
        ),
    )


def _amounts(field: str) -> alt.Y:
    ticks = axis(grid=True, domain=False, ticks=False)
    return alt.Y(f"{field}:Q", title=None, scale=between("y_low", "y_high"), axis=ticks)


_TIMES: dict[str, Any] = {"from_day": 0, "to_day": 1, "span_days": 100, "y_low": 0, "y_high": 1}
_AROUND = "{left: pad_left, right: pad_right, top: 10, bottom: 22}"


def contributions(width: int = 560, height: int = 240) -> AnyChart:
    """What each term brought in each period, one on top of the other, and the outcome that was seen.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    # The terms that aren't channels are grey.
    colour = (
        "datum.order === -2 ? line : datum.order < 0 ? muted"
        f" : [{', '.join(CATEGORIES)}][datum.order % {len(CATEGORIES)}]"
    )
    x = _days()
    bars = (
        alt.Chart(alt.NamedData("stack"))
        .transform_calculate(date="datum.begin")
        .mark_rect(fill=signal(colour), stroke=signal(colour), strokeWidth=0.7, clip=True)
        .encode(x=x, x2="end:T", y=_amounts("low"), y2="high:Q", tooltip=explained())
    )
    # Set off from the colours that it runs over.
    seen = [
        alt.Chart(alt.NamedData("fitted"))
        .mark_line(stroke=signal(stroke), strokeWidth=wide, clip=True, tooltip=None)
        .encode(x=x, y=_amounts("outcome"))
        for stroke, wide in (("paper", 3.5), ("ink", 1.4))
    ]
    terms = alt.Chart(alt.NamedData("terms"))
    swatches = terms.mark_point(
        shape="square", filled=True, size=80, opacity=1, fill=signal(colour), tooltip=None
    ).encode(x=alt.value(signal("width + 14")), y=alt.value(signal("datum.y")))
    names = terms.mark_text(
        align="left",
        baseline="middle",
        fontSize=11,
        color=signal("ink"),
        limit=signal("pad_right - 28"),
        tooltip=None,
    ).encode(x=alt.value(signal("width + 24")), y=alt.value(signal("datum.y")), text="label:N")
    return finished(alt.layer(bars, *seen, swatches, names), width, height, _AROUND, **_TIMES)


def fitted(width: int = 560, height: int = 200) -> AnyChart:
    """What the model expects, with its interval, and what was seen.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    base = alt.Chart(alt.NamedData("fitted")).encode(x=_days())
    band = base.mark_area(fill=signal("c1"), fillOpacity=0.6, clip=True, tooltip=None).encode(
        y=_amounts("lower"), y2="upper:Q"
    )
    line = base.mark_line(stroke=signal("c3"), strokeWidth=1.8, clip=True, tooltip=None).encode(
        y=_amounts("mean")
    )
    seen = base.mark_point(
        filled=True, size=signal("dot"), opacity=0.85, fill=signal("ink"), clip=True, tooltip=None
    ).encode(y=_amounts("outcome"))
    # The pointer finds the period, not only what is drawn of it.
    found = (
        alt.Chart(alt.NamedData("fitted"))
        .transform_calculate(date="datum.begin")
        .mark_rect(fill="transparent")
        .encode(x=_days(), x2="end:T", y=alt.value(0), y2=alt.value(signal("height")), tooltip=explained())
    )
    drawn = alt.layer(band, line, seen, found)
    return finished(drawn, width, height, _AROUND, **_TIMES, dot=18)


def waterfall(width: int = 420, height: int = 240) -> AnyChart:
    """What each term brought in all, one after the other, up to what the model expects in all.

    Parameters
    ----------
    width, height
        Size of the plot in pixels.
    """
    base, middle, labels = ranked("waterfall")
    fill = "datum.kind === 'channel' ? c3 : datum.kind === 'total' ? ink : muted"
    bars = base.mark_bar(height=13, fill=signal(fill), fillOpacity=0.8).encode(
        x=along("start"), x2="end:Q", y=middle, tooltip=explained()
    )
    spans = [
        base.mark_rule(stroke=signal(colour), strokeWidth=wide, tooltip=None).encode(
            x=along("low"), x2="high:Q", y=middle
        )
        for colour, wide in (("paper", 4), ("ink", 1.6))
    ]
    drawn = alt.layer(bars, *spans, labels, figures(base, middle))
    return finished(drawn, width, height, ROWS, **RANKED)


def specifications() -> dict[str, AnyChart]:
    """What the page embeds, by name."""
    return {"contributions": contributions(), "fitted": fitted(), "waterfall": waterfall()}
