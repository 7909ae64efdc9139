"""The pictures of the explorer: what their cells say, and what is marked in them."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from custintel_widgets.core.charts import specification, with_data
from custintel_widgets.segment_explorer import chart

vl_convert: Any = pytest.importorskip("vl_convert")

SEGMENTS = pd.DataFrame(
    {"segment": [0, 1], "name": ["Regulars", "Gone"], "colour": [0, -1], "share": [0.25, 0.75]}
).assign(size=[100, 300], value_share=[0.8, 0.2])
FEATURES = [
    ("Recency", "days", 90.0, [9.0, 117.0], [-1.25, 1.25]),
    ("Monetary value", "money", 20000.0, [64000.0, 5333.0], [1.8, -1.8]),
    ("Share of gifts", "share", 0.2, [0.31, 0.1633], [0.4, -0.4]),
    ("Margin", "money", -1.0, [None, -2.0], [None, 0.1]),
]
PROFILE = pd.DataFrame(
    [
        {
            "segment": segment,
            "name": name,
            "feature": label,
            "label": label,
            "unit": unit,
            "mean": means[segment],
            "average": average,
            "index": 100 * means[segment] / average if average > 0 and means[segment] else None,
            "effect": effects[segment],
            "order": order,
        }
        for segment, name in enumerate(SEGMENTS["name"])
        for order, (label, unit, average, means, effects) in enumerate(FEATURES)
    ]
)
QUALITY = pd.DataFrame(
    {
        "k": [2, 3, 4],
        "stability": [0.97, 0.91, 0.7],
        "silhouette": [0.43, 0.34, 0.33],
        "davies_bouldin": [0.9, 1.0, 1.1],
        "calinski_harabasz": [4000.0, 3600.0, 3500.0],
        "smallest_share": [0.4, 0.2, 0.04],
        "inertia": [6474.1, 4856.4, 3924.8],
        "recommended": [False, True, False],
    }
)


def texts(drawn: Any) -> list[str]:
    """What is written in the picture."""
    svg = vl_convert.vegalite_to_svg(drawn.to_dict())
    return [found.strip() for found in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def whole(**settings: Any) -> list[str]:
    return texts(with_data(chart.whole(settings, segments=2), segments=SEGMENTS, profile=PROFILE))


def test_cells_say_the_index_and_nothing_where_there_is_none() -> None:
    said = whole()
    assert {"10", "130", "320", "27", "155", "82"} <= set(said)
    assert said.count("–") == 2  # the average margin is below zero


def test_means_are_written_in_the_unit_of_their_feature() -> None:
    said = whole(profile_value="mean")
    assert {"9.0", "117", "64k", "5,333", "31%", "16%", "−2.0"} <= set(said)
    assert "65,000.0" not in said
    assert "64,000.0" in whole(profile_value="mean", value_format=",.1f")


def test_effects_carry_their_sign() -> None:
    assert {"−1.8", "+1.8", "+0.4", "+0.1", "–"} <= set(whole(profile_value="effect"))


def test_the_chart_names_segments_and_writes_their_shares() -> None:
    said = whole()
    assert said.count("Regulars") == 2
    assert {"25%", "75%", "80%", "20%", "100 average"} <= set(said)


def test_columns_of_other_segments_recede() -> None:
    drawn = with_data(chart.whole({"chosen": [1]}, segments=2), segments=SEGMENTS, profile=PROFILE)
    svg = vl_convert.vegalite_to_svg(drawn.to_dict())
    assert svg.count('opacity="0.2"') == len(FEATURES)


def test_each_index_has_a_panel_and_an_index_without_values_leaves_the_order_alone() -> None:
    full = texts(with_data(chart.quality(), quality=QUALITY))
    assert [name for name in full if name in chart._INDICES.values()] == list(chart._INDICES.values())
    without = texts(with_data(chart.quality(), quality=QUALITY.assign(silhouette=None)))
    assert [name for name in without if name in chart._INDICES.values()] == [
        name for key, name in chart._INDICES.items() if key != "silhouette"
    ]


def test_the_features_are_ordered_by_importance() -> None:
    frame = pd.DataFrame({"label": ["Small", "Large"], "importance": [0.1, 0.62]})
    said = texts(with_data(chart.importance(), importance=frame))
    assert said.index("Large") < said.index("Small")
    assert "62%" in said


@pytest.mark.parametrize("name", ["profile", "quality", "importance"])
def test_what_the_page_embeds_holds_no_data(name: str) -> None:
    spec = specification(chart.specifications()[name])
    assert "datasets" not in spec
    assert {param["name"] for param in spec["params"]} >= {"ink", "muted", "line"}
