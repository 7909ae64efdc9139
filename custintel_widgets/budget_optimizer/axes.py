"""What the optimizer's pictures share: numbers on axes, plots that begin at a pixel of their own, words at the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from custintel_widgets.core.charts import CATEGORIES, DIVERGING, parameters, signal, themed

if TYPE_CHECKING:
    from custintel_widgets.core.charts import AnyChart

# Sizes are those of the plot: what stands around it lies in the padding.
FIXED = alt.AutoSizeParams(type="none")

# Thousands and more in short.
_SHORT = "abs({0}) >= 1000 ? replace(format({0}, '.3~s'), 'G', 'B') : format({0}, '.3~r')"
_WRITTEN = f"value_format !== '' ? format({{0}}, value_format) : ({_SHORT})"


def written(value: str) -> str:
    """The expression that writes a number in short, or in the format that was asked for (``value_format``)."""
    return _WRITTEN.format(value)


def axis(**own: Any) -> alt.Axis:
    """An axis of amounts."""
    usual: dict[str, Any] = {
        "labelExpr": written("datum.value"),
        "labelFontSize": 10,
        "labelFlush": False,
        "grid": False,
        "tickCount": 4,
        "tickSize": 4,
    }
    return alt.Axis(**{**usual, **own})


def between(low: str, high: str) -> alt.Scale:
    """A scale between two parameters."""
    return alt.Scale(domain=[signal(low), signal(high)], nice=False, zero=False)


def explained() -> list[alt.Tooltip]:
    """What is said where the pointer is."""
    return [alt.Tooltip("heading:N", title="title"), alt.Tooltip("finding:N", title="finding")]


_COMMON: dict[str, Any] = {"value_format": "", "pad_left": 90, "pad_right": 20}


def finished(drawn: AnyChart, width: int, height: int, padding: str, **own: Any) -> AnyChart:
    """Sized, padded by an expression over parameters, with its own parameters and the theme's."""
    sized = drawn.properties(width=width, height=height, autosize=FIXED, padding=signal(padding))
    return themed(sized.add_params(*parameters(**_COMMON, **own)), DIVERGING, CATEGORIES)


def ranked(name: str) -> tuple[AnyChart, Any, Any]:
    """Rows of a picture whose labels stand at the left: its data, the middle of a row, and a label."""
    base = alt.Chart(alt.NamedData(name))
    middle = alt.value(signal("(datum.index + 0.5) * row"))
    labels = base.mark_text(
        align="right",
        baseline="middle",
        fontSize=11,
        color=signal("ink"),
        limit=signal("pad_left - 14"),
        tooltip=None,
    ).encode(x=alt.value(-10), y=middle, text="label:N")
    return base, middle, labels


def along(field: str) -> alt.X:
    """Amounts along the rows of a picture."""
    ticks = axis(grid=True, tickCount=signal("width / 90"), domain=False)
    return alt.X(f"{field}:Q", title=None, scale=between("x_low", "x_high"), axis=ticks)


def figures(base: AnyChart, middle: Any) -> AnyChart:
    """What a row comes to, at the right."""
    drawn: AnyChart = base.mark_text(
        align="right", baseline="middle", fontSize=11, color=signal("ink"), tooltip=None
    ).encode(x=alt.value(signal("width + pad_right - 6")), y=middle, text="words:N")
    return drawn


ROWS = "{left: pad_left, right: pad_right, top: 4, bottom: 22}"
RANKED: dict[str, Any] = {"row": 24, "x_low": 0, "x_high": 1}
