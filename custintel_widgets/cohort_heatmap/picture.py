"""The heatmap outside the page: an Altair chart with its data, and the table twin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from custintel_widgets.core import twin as plain

if TYPE_CHECKING:
    from custintel_widgets.cohort_heatmap.widget import CohortHeatmap
    from custintel_widgets.core.charts import AnyChart

VALUE_FORMATS = {
    "retention": ".1%",
    "active": ",.0f",
    "revenue": ",.0f",
    "orders": ",.0f",
    "average_order": ",.2f",
    "cumulative_value": ",.2f",
}


def build(widget: CohortHeatmap, cells: pd.DataFrame, average: pd.DataFrame) -> AnyChart:
    """Return matrix and curve in one chart, in the widget's present state."""
    from custintel_widgets.cohort_heatmap import chart, frames
    from custintel_widgets.core.charts import with_data

    result = widget.result
    value_format = widget.number_format or VALUE_FORMATS[widget.measure]
    share = value_format.endswith("%")
    settings: dict[str, Any] = {
        "measure": widget.measure,
        "normalise": widget.normalise,
        "average": widget.average,
        "naive": widget.naive,
        "include_truncated": widget.include_truncated,
        "show_interval": widget.show_interval,
        "show_labels": cells["age"].nunique() <= 25,
        **colour_range(cells, widget),
        "label_format": ".0%" if share and cells["age"].nunique() > 15 else value_format,
        "value_format": value_format,
        "currency_prefix": f"{widget.currency} " if widget.currency else "",
        "age_title": frames.age_title(result),
        "age_unit": frames.age_unit(result),
    }
    height = widget.height or max(180, 26 * (cells["cohort"].nunique() + 1))
    drawn = chart.both(settings, height=height)
    return with_data(drawn, cells=cells, average=average, marks=_marks(widget.selection, cells))


def _marks(selection: list[dict[str, Any]], cells: pd.DataFrame) -> pd.DataFrame:
    chosen = pd.Series(False, index=cells.index)
    columns = {"cohort": "cohort", "age": "age", "period": "diagonal"}
    for item in selection:
        tests = [cells[columns[key]] == value for key, value in item.items() if key != "kind"]
        chosen |= pd.concat(tests, axis=1).all(axis=1)
    return cells.loc[chosen, ["row", "age", "label_cohort", "age_label"]].assign(kind="selected")


def colour_range(cells: pd.DataFrame, widget: CohortHeatmap) -> dict[str, float]:
    """Return both ends of the colour scale: what finished cells hold, without a first period that is full by definition.

    The page does the same (``colourRange``); both suites hold it to one golden vector.
    """
    from custintel_widgets.cohort_heatmap.chart import LEVEL_MEASURES

    trusted = cells["mature"] & (widget.include_truncated | ~cells["truncated"]) | widget.naive
    later = trusted & ((cells["age"] > 0) | (widget.measure in LEVEL_MEASURES))
    values = cells.loc[later, widget.measure].astype(float)
    if widget.normalise != "none":
        column, reference = {"row": ("row", "max"), "column": ("age", "mean")}[widget.normalise]
        base = values.groupby(cells.loc[later, column]).transform(reference)
        values = (values / base)[base > 0]
    values = values.dropna()
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if low < high:
        return {"colour_min": low, "colour_max": high}
    return {"colour_min": 0.0, "colour_max": high if high > 0 else 1.0}


def twin(cells: pd.DataFrame, measure: str, *, caption: str, note: str) -> str:
    """Return the matrix as an HTML table; unfinished cells carry “so far”."""
    shown = cells.assign(
        text=[_text(v, m, measure) for v, m in zip(cells[measure], cells["mature"], strict=True)]
    )
    wide = shown.pivot(index="row", columns="age", values="text").fillna("")
    first = cells.drop_duplicates("row").set_index("row")
    wide.index = pd.Index(
        [f"{first.label_cohort[r]} ({first['size'][r]:,})" for r in wide.index], name="Cohort"
    )
    return plain.table(wide, caption=caption, note=note)


def _text(value: float, mature: bool, measure: str) -> str:
    if math.isnan(value):
        return ""
    formats = {".1%": f"{100 * value:.1f} %", ",.2f": f"{value:,.2f}", ",.0f": f"{value:,.0f}"}
    said = formats[VALUE_FORMATS[measure]]
    return said if mature else f"{said} so far"
