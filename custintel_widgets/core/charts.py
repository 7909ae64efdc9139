"""What every chart shares: theme parameters, named data, and turning a chart into a specification.

A chart function takes no data. It names its datasets; the page fills them from the column buffers, and
``with_data`` fills them for people who take the chart away.
"""

from __future__ import annotations

import json
import math
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


def signal(expression: str) -> alt.ExprRef:
    """An expression over parameters, for a place that takes a value."""
    return alt.ExprRef(expression)


def ramp(low: str = "colour_min", high: str = "colour_max") -> alt.Scale:
    """The sequential colour scale: five theme colours between two parameters, clamped."""
    stops = [signal(f"{low} + ({high} - {low}) * {i / 4}") for i in range(5)]
    return alt.Scale(
        domain=stops, range=[signal(f"c{i}") for i in range(5)], clamp=True, interpolate="lab", zero=False
    )


def parameters(**values: Any) -> list[alt.Parameter]:
    """Variable parameters by name; each is a Vega signal that the page can set."""
    return [alt.param(name=name, value=value) for name, value in values.items()]


def themed(chart: AnyChart) -> AnyChart:
    """Add the theme's parameters, and a configuration that takes every colour from them."""
    text = signal("ink")
    quiet = signal("muted")
    rule = signal("line")
    font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
    drawn: AnyChart = (
        chart.add_params(*parameters(**THEME))
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
