"""What the calculator's pictures share: the axis of effects, how effects are written on it, and tooltips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from custintel_widgets.core.charts import parameters, signal

# An effect with its sign and unit: shares times 100 for points and percent.
_WRITTEN = (
    "value_format !== '' ? format({0}, value_format)"
    " : ({0} > 0 ? '+' : '') + format(factor * {0}, ',.3~r') + ({0} ? unit : '')"
)


def written(value: str) -> str:
    """The expression that writes an effect."""
    return _WRITTEN.format(value)


def effects(field: str, axis: Any = alt.Undefined) -> alt.X:
    """A field on the axis of effects, whose ends the page sets."""
    drawn = (
        alt.Axis(labelExpr=written("datum.value"), tickCount=6, grid=False, title=None, labelFlush=False)
        if axis is alt.Undefined
        else axis
    )
    ends = [signal("x_low"), signal("x_high")]
    return alt.X(f"{field}:Q", title=None, axis=drawn, scale=alt.Scale(domain=ends, nice=False, zero=False))


def explained() -> list[alt.Tooltip]:
    """What is said where the pointer is."""
    return [alt.Tooltip("heading:N", title="title"), alt.Tooltip("finding:N", title="finding")]


def scale_settings(**more: Any) -> list[alt.Parameter]:
    """Parameters of the axis of effects, and more."""
    own: dict[str, Any] = {"x_low": -0.05, "x_high": 0.15, "factor": 100, "unit": " pp", "value_format": ""}
    return parameters(**{**own, **more})


def known(chosen: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Of the chosen settings, those that are the axis's or a picture's own."""
    axis = {"x_low", "x_high", "factor", "unit", "value_format"}
    return {name: value for name, value in chosen.items() if name in own or name in axis}
