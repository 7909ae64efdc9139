"""The pictures of the optimizer's tabs: what is written in them, what is where, and that they hold no data."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from custintel_widgets.budget_optimizer import chart, fit_chart, tabs_chart
from custintel_widgets.core.charts import CATEGORIES, DIVERGING, THEME, specification, with_data

vl_convert: Any = pytest.importorskip("vl_convert")

SAID = {"heading": "", "finding": ""}
DAYS = pd.date_range("2024-01-01", periods=3, freq="7D")


def svg(drawn: Any, settings: dict[str, Any], **frames: pd.DataFrame) -> str:
    """The picture as it is drawn outside of a page, with parameters set."""
    spec = with_data(drawn, **frames).to_dict()
    known = {param["name"] for param in spec["params"]}
    assert set(settings) <= known | {"height"}
    spec["height"] = settings.get("height", spec["height"])
    for param in spec["params"]:
        param["value"] = settings.get(param["name"], param["value"])
    return str(vl_convert.vegalite_to_svg(spec))


def texts(picture: str) -> list[str]:
    """What is written in the picture."""
    return [found.strip() for found in re.findall(r"<text[^>]*>([^<]*)</text>", picture)]


def stamp(day: pd.Timestamp) -> int:
    """Milliseconds, as the page has dates."""
    return int(day.timestamp() * 1000)


def weekly(**settings: Any) -> str:
    weeks = pd.DataFrame(
        [
            {"row": 0, "period": 1, "tone": 1.0, "words": "15k", **SAID},
            {"row": 0, "period": 2, "tone": -1.0, "words": "5k", **SAID},
            {"row": 1, "period": 1, "tone": 0.0, "words": "7k", **SAID},
            {"row": 1, "period": 2, "tone": 0.0, "words": "7k", **SAID},
        ]
    )
    totals = pd.DataFrame({"period": [1, 2, 3], "height": [1.0, 0.5, 0.5]}).assign(**SAID)
    channels = pd.DataFrame(
        {
            "row": [-1, 0, 1],
            "channel": ["All channels", "tv", "radio"],
            "each": "10k",
            "whole": ["34k", "20k", "14k"],
        }
    )
    shown = {"periods": 2, "row": 24, "height": 48, "pad_right": 150, "each": "a week", "whole": "in all"}
    drawn = tabs_chart.weekly()
    return svg(drawn, {**shown, **settings}, weeks=weeks, totals=totals, channels=channels)


def test_the_schedule_writes_amounts_per_period_and_in_all_side_by_side() -> None:
    said = texts(weekly())
    assert {"All channels", "tv", "radio", "34k", "20k", "14k", "a week", "in all"} <= set(said)
    assert said.count("10k") == 3
    assert {"15k", "5k"} <= set(said)
    assert {"1", "2"} <= set(said)


def test_more_and_less_than_the_even_amount_have_the_ends_of_the_colours() -> None:
    def rgb(code: str) -> str:
        return f"rgb({', '.join(str(int(code[i : i + 2], 16)) for i in (1, 3, 5))})"

    picture = weekly()
    for name in ("d0", "d2", "d4"):
        assert rgb(DIVERGING[name]) in picture or DIVERGING[name] in picture
    assert rgb(DIVERGING["d1"]) not in picture


def test_narrow_cells_hold_no_amounts() -> None:
    assert "15k" not in texts(weekly(show_labels=False))


def test_the_frontier_names_both_plans_and_marks_the_chosen_one() -> None:
    rows = pd.DataFrame(
        {
            "index": [0, 1, 2],
            "total": [80, 100, 120],
            "outcome": [70, 80, 85],
            "lower": [60, 70, 75],
            "upper": [80, 90, 95],
        }
    ).assign(begin=[80, 90, 110], end=[90, 110, 120], **SAID)
    ends = {"x_low": 75, "x_high": 125, "y_low": 50, "y_high": 100, "chosen": 1}
    marks = {
        "mark_total": [100, 110], "mark_outcome": [74, 80], "mark_label": ["Current plan", "This plan"],
        "mark_side": ["left", "right"], "mark_heading": ["", ""], "mark_finding": ["", ""],
    }  # fmt: skip
    picture = svg(tabs_chart.frontier(), {**ends, **marks}, frontier=rows)
    assert {"Current plan", "This plan", "100", "80"} <= set(texts(picture))
    none = svg(tabs_chart.frontier(), {**ends, **marks, "chosen": -1}, frontier=rows)
    assert picture.count(f'fill="{THEME["c3"]}"') == none.count(f'fill="{THEME["c3"]}"') + 1
    unknown = {**marks, "mark_total": [None, 110], "mark_label": ["", "This plan"]}
    assert "Current plan" not in texts(svg(tabs_chart.frontier(), {**ends, **unknown}, frontier=rows))


def test_contributions_are_stacked_in_their_colours_with_the_outcome_over_them() -> None:
    stack = pd.DataFrame(
        [
            {
                "begin": stamp(day),
                "end": stamp(day) + 6 * 86_400_000,
                "low": low,
                "high": high,
                "order": order,
                **SAID,
            }
            for day in DAYS
            for low, high, order in ((0, 50, -2), (-5, 0, -1), (50, 80, 0), (80, 90, 1))
        ]
    )
    terms = pd.DataFrame(
        {"label": ["Baseline", "Controls", "tv", "radio"], "order": [-2, -1, 0, 1], "y": [80, 60, 40, 20]}
    )
    seen = pd.DataFrame({"date": [stamp(day) for day in DAYS], "outcome": [88, 92, 85]})
    ends = {
        "from_day": stamp(DAYS[0]),
        "to_day": stamp(DAYS[2]) + 6 * 86_400_000,
        "y_low": -10,
        "y_high": 100,
    }
    picture = svg(
        fit_chart.contributions(), {**ends, "pad_right": 120}, stack=stack, terms=terms, fitted=seen
    )
    assert {"Baseline", "Controls", "tv", "radio", "8 Jan", "0"} <= set(texts(picture))
    for colour in (CATEGORIES["s0"], CATEGORIES["s1"], THEME["line"], THEME["muted"]):
        assert picture.count(f'fill="{colour}"') >= len(DAYS)


def fitted(**row: Any) -> str:
    rows = pd.DataFrame(
        [
            {
                "date": stamp(day),
                "begin": stamp(day),
                "end": stamp(day) + 1,
                "mean": 10,
                "lower": 8,
                "upper": 12,
                **SAID,
                **row,
            }
            for day in DAYS
        ]
    )
    ends = {"from_day": stamp(DAYS[0]), "to_day": stamp(DAYS[2]), "y_low": 0, "y_high": 20, "span_days": 600}
    return svg(fit_chart.fitted(), ends, fitted=rows)


def test_what_was_seen_is_a_point_and_nothing_where_only_the_model_can_say() -> None:
    with_points, without = fitted(outcome=11.0), fitted(outcome=None)
    assert with_points.count(f'fill="{THEME["ink"]}"') == without.count(f'fill="{THEME["ink"]}"') + 3
    assert "Jan 2024" in texts(with_points)


def test_the_waterfall_writes_every_term_with_its_share() -> None:
    rows = pd.DataFrame(
        [
            {"index": 0, "kind": "baseline", "label": "intercept", "start": 0, "end": 60, "words": "60 %"},
            {
                "index": 1,
                "kind": "channel",
                "label": "Video on demand",
                "start": 60,
                "end": 100,
                "words": "40 %",
            },
            {"index": 2, "kind": "total", "label": "Expected in all", "start": 0, "end": 100, "words": "100"},
        ]
    )
    rows = rows.assign(low=rows["end"] - 5, high=rows["end"] + 5, **SAID)
    settings = {"x_high": 110, "height": 72, "pad_right": 80, "pad_left": 130}
    picture = svg(fit_chart.waterfall(), settings, waterfall=rows)
    assert {"intercept", "Video on demand", "Expected in all", "60 %", "40 %", "20"} <= set(texts(picture))


def test_scenarios_are_named_with_their_figures_beside_a_line_at_the_current_plan() -> None:
    rows = pd.DataFrame(
        [
            {
                "index": 0,
                "role": "current",
                "label": "Current plan",
                "mean": 80,
                "low": 70,
                "high": 90,
                "words": "80",
            },
            {
                "index": 1,
                "role": "plan",
                "label": "This plan",
                "mean": 85,
                "low": 75,
                "high": 95,
                "words": "85",
            },
            {
                "index": 2,
                "role": "saved",
                "label": "cautious",
                "mean": 82,
                "low": 72,
                "high": 92,
                "words": "82",
            },
        ]
    ).assign(**SAID)
    ends = {"x_low": 60, "x_high": 100, "height": 78, "pad_right": 60}
    picture = svg(tabs_chart.scenarios(), ends, scenarios=rows, reference=pd.DataFrame({"at": [80]}))
    assert {"Current plan", "This plan", "cautious", "82"} <= set(texts(picture))
    # Vega draws a dashed line for the reference alone.
    without = svg(tabs_chart.scenarios(), ends, scenarios=rows, reference=pd.DataFrame({"at": []}))
    assert picture.count("stroke-dasharray") == without.count("stroke-dasharray") + 1


def test_large_and_small_amounts_are_short_on_an_axis_and_a_format_of_ones_own_holds() -> None:
    rows = pd.DataFrame(
        {"index": [0], "kind": "channel", "label": "tv", "start": 0.0, "end": 1.0, "words": ""}
    )
    rows = rows.assign(low=0.9, high=1.1, **SAID)

    def axis(high: float, **more: Any) -> list[str]:
        return texts(svg(fit_chart.waterfall(), {"x_high": high, "height": 24, **more}, waterfall=rows))

    assert "20B" in axis(4e10)
    assert "0.002" in axis(0.004)
    assert "20,000.0" in axis(40_000, value_format=",.1f")


@pytest.mark.parametrize("name", sorted(tabs_chart.specifications()))
def test_what_the_page_embeds_holds_no_data(name: str) -> None:
    assert name in chart.specifications()
    spec = specification(tabs_chart.specifications()[name])
    assert "datasets" not in spec
    assert {param["name"] for param in spec["params"]} >= {"ink", "muted", "line", "value_format"}
    assert spec["autosize"] == {"type": "none"}
    assert "NaN" not in str(spec)
