"""What every chart shares: theme parameters, named data, and turning a chart into a specification.

A chart function takes no data. It names its datasets; the page fills them from the column buffers, and
``with_data`` fills them for people who take the chart away.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import altair as alt

if TYPE_CHECKING:
    import pandas as pd

AnyChart: TypeAlias = "alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart | alt.VConcatChart"

# The light theme's colours. The page sets the same names from JupyterLab's variables when the theme changes.
THEME: dict[str, str] = {
    "ink": "#1f2933",
    "muted": "#5f6b7a",
    "line": "#d5dbe3",
    "paper": "#ffffff",
    "neutral": "#eef1f4",
    "accent": "#b4470f",
    "second": "#6b3fa0",
    "text_low": "#000000",
    "text_high": "#ffffff",
    "c0": "#e3eef5",
    "c1": "#a9cce1",
    "c2": "#5296c0",
    "c3": "#1f608c",
    "c4": "#0a3553",
}
# Further colours of the page, which a chart asks `themed` for: below and above a middle, and one per category.
DIVERGING: dict[str, str] = {
    "d0": "#a6530a",
    "d1": "#e9b47e",
    "d2": "#f1f3f5",
    "d3": "#92bcd9",
    "d4": "#1f608c",
}
CATEGORIES: dict[str, str] = {
    "s0": "#051a7f",
    "s1": "#4d1d13",
    "s2": "#0d9c43",
    "s3": "#de6cb0",
    "s4": "#66632d",
    "s5": "#a07cfe",
    "s6": "#782150",
    "s7": "#226e85",
    "s8": "#e95b10",
    "s9": "#444601",
    "s10": "#7c68c4",
    "s11": "#3a3fa2",
}


def signal(expression: str) -> alt.ExprRef:
    """An expression over parameters, for a place that takes a value."""
    return alt.ExprRef(expression)


def ramp(low: str = "colour_min", high: str = "colour_max") -> alt.Scale:
    """The sequential colour scale: five theme colours between two parameters, clamped."""
    stops = [signal(f"{low} + ({high} - {low}) * {i / 4}") for i in range(5)]
    return alt.Scale(
        domain=stops, range=[signal(f"c{i}") for i in range(5)], clamp=True, interpolate="lab", zero=False
    )


def diverging(low: str = "colour_min", high: str = "colour_max") -> alt.Scale:
    """The diverging colour scale: five theme colours between two parameters, their middle neutral, clamped."""
    stops = [signal(f"{low} + ({high} - {low}) * {i / 4}") for i in range(5)]
    return alt.Scale(
        domain=stops, range=[signal(f"d{i}") for i in range(5)], clamp=True, interpolate="lab", zero=False
    )


def category(field: str) -> alt.ExprRef:
    """The palette's colour at the number in `field`; grey below zero."""
    return signal(f"datum.{field} < 0 ? muted : [{', '.join(CATEGORIES)}][datum.{field} % {len(CATEGORIES)}]")


def parameters(**values: Any) -> list[alt.Parameter]:
    """Variable parameters by name; each is a Vega signal that the page can set."""
    return [alt.param(name=name, value=value) for name, value in values.items()]


def themed(chart: AnyChart, *more: Mapping[str, str]) -> AnyChart:
    """Add the theme's parameters, and a configuration that takes every colour from them.

    Parameters
    ----------
    chart
        The chart, without data.
    *more
        Further colours that it uses: `DIVERGING`, `CATEGORIES`.
    """
    text = signal("ink")
    quiet = signal("muted")
    rule = signal("line")
    font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
    drawn: AnyChart = (
        chart.add_params(*parameters(**THEME, **{k: v for colours in more for k, v in colours.items()}))
        .configure(background="transparent", font=font)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=quiet,
            titleColor=quiet,
            domainColor=rule,
            tickColor=rule,
            gridColor=rule,
            labelFontSize=11,
            titleFontSize=11,
            titleFontWeight="normal",
        )
        .configure_title(color=text, fontSize=12, fontWeight="normal", anchor="start")
        .configure_legend(labelColor=quiet, titleColor=quiet, titleFontWeight="normal")
    )
    return drawn


def specification(chart: AnyChart) -> dict[str, Any]:
    """The Vega-Lite specification that the page embeds, without data and without the schema's address."""
    spec: dict[str, Any] = json.loads(json.dumps(chart.to_dict()))
    spec.pop("$schema", None)
    spec.pop("datasets", None)
    return spec


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values: dates in ISO form, missing values as None."""
    import pandas as pd

    out = frame.copy(deep=False)
    for name in out.columns:
        if pd.api.types.is_datetime64_any_dtype(out[name]):
            out[name] = out[name].dt.strftime("%Y-%m-%d").astype(object)
    rows = out.astype(object).where(out.notna(), None).to_dict("records")
    return [{str(key): _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    item = value.item() if hasattr(value, "item") else value
    return None if isinstance(item, float) and not math.isfinite(item) else item


def with_data(chart: AnyChart, **frames: pd.DataFrame) -> AnyChart:
    """The chart with its named datasets filled, to restyle, save or put into a report."""
    out = chart.copy()
    out.datasets = {name: records(frame) for name, frame in frames.items()}
    return out
