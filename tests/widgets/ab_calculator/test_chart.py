"""The pictures of the calculator: what is written in them, what is grey, and that they hold no data."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from custintel_widgets.ab_calculator import chart, planning_chart
from custintel_widgets.core.charts import THEME, specification, with_data

vl_convert: Any = pytest.importorskip("vl_convert")

INTERVAL = pd.DataFrame(
    [{"effect": 0.25, "lower": 0.07, "upper": 0.48, "low_open": False, "high_open": False, "words": "+25 %"}]
).assign(low_words="+7 %", high_words="+48 %", heading="Effect", finding="p = 0.006")
LINES = pd.DataFrame(
    [
        {"at": 0.0, "role": "zero", "words": "no effect", "side": -1},
        {"at": 0.05, "role": "worthwhile", "words": "worthwhile +5 %", "side": 1},
    ]
)
DENSITY = pd.DataFrame(
    {
        "x": [-0.1, 0.0, 0.0, 0.2, 0.5],
        "density": [0.0, 0.1, 0.1, 4.0, 0.0],
        "region": ["worse"] * 2 + ["worthwhile"] * 3,
    }
)
FOREST = pd.DataFrame(
    [
        {"label": "visit", "effect": 0.25, "lower": 0.07, "upper": 0.48, "words": "+25 %", "tone": "good", "chosen": False},
        {"label": "Guardrails:", "effect": None, "lower": None, "upper": None, "words": None, "tone": None, "chosen": False},
        {"label": "latency", "effect": 0.1, "lower": 0.05, "upper": 0.2, "words": "+10 %", "tone": "bad", "chosen": True},
    ]
).assign(heading="", finding="")  # fmt: skip
SETTINGS = {"x_low": -0.2, "x_high": 0.6, "unit": " %"}


def svg(drawn: Any) -> str:
    """The picture as it is drawn outside of a page."""
    return str(vl_convert.vegalite_to_svg(drawn.to_dict()))


def texts(drawn: Any) -> list[str]:
    """What is written in the picture."""
    return [found.strip() for found in re.findall(r"<text[^>]*>([^<]*)</text>", svg(drawn))]


def whole(**settings: Any) -> Any:
    curve = settings.pop("curve", True)
    drawn = chart.whole({**SETTINGS, **settings}, curve=curve)
    return with_data(drawn, interval=INTERVAL, lines=LINES, density=DENSITY, forest=FOREST)


def test_the_effect_is_written_with_its_interval_and_what_it_is_held_against() -> None:
    said = texts(whole())
    assert {"+25 %", "+7 %", "+48 %", "no effect", "worthwhile +5 %"} <= set(said)
    assert {"−20 %", "0", "+40 %"} <= set(said)


def test_points_units_and_formats_of_ones_own() -> None:
    assert "+40 pp" in texts(whole(unit=" pp"))
    assert "+0.4" in texts(whole(unit="", factor=1))
    assert "0.40" in texts(whole(value_format=".2f"))


def test_the_forest_keeps_its_order_whatever_is_chosen_and_a_heading_has_no_figures() -> None:
    said = texts(whole())
    labels = [word for word in said if word in ("visit", "Guardrails:", "latency")]
    assert labels == ["visit", "Guardrails:", "latency"]
    assert said.count("+10 %") >= 1


def test_nothing_looks_like_a_winner_while_nothing_may_be_concluded() -> None:
    free, guarded = svg(whole(tone="good")), svg(whole(tone="good", guarded=True))
    assert THEME["c3"] in free
    assert THEME["accent"] in free  # the guardrail that got worse
    assert THEME["c3"] not in guarded
    assert THEME["accent"] not in guarded
    assert "#92bcd9" not in guarded


def test_without_the_curve_there_is_only_the_interval_and_the_forest() -> None:
    assert svg(whole()).count("#92bcd9") > svg(whole(curve=False)).count("#92bcd9")


def test_an_end_beyond_the_picture_is_an_arrow() -> None:
    open_ended = INTERVAL.assign(high_open=True)
    drawn = with_data(chart.effect(), interval=open_ended, lines=LINES)
    closed = with_data(chart.effect(), interval=INTERVAL, lines=LINES)
    assert svg(drawn).count("<path") > svg(closed).count("<path")


def test_effect_and_curve_begin_at_the_same_pixel() -> None:
    effect, density = specification(chart.effect()), specification(chart.density())
    assert effect["autosize"] == density["autosize"]
    assert effect["padding"]["left"] == density["padding"]["left"]
    assert effect["padding"]["right"] == density["padding"]["right"]


def test_the_plan_stands_on_its_curve() -> None:
    curve = pd.DataFrame({"effect": [0, 0.05, 0.1], "power": [0.05, 0.8, 1.0]})
    point = pd.DataFrame([{"effect": 0.05, "power": 0.8, "words": "+5 pp, power 80 %", "side": "left"}])
    said = texts(with_data(planning_chart.power(), curve=curve, point=point))
    assert "+5 pp, power 80 %" in said
    assert {"80 %", "+4 pp"} <= set(said)


def test_the_running_effect_names_days_and_the_planned_end() -> None:
    days = pd.date_range("2024-05-01", periods=3)
    looks = pd.DataFrame(
        {"date": days, "effect": [0.1, 0.05, 0.04], "lower": [-0.1, 0.0, 0.01], "upper": [0.3, 0.1, 0.07]}
    )
    looks = looks.assign(seq_lower=[-0.3, -0.1, -0.01], seq_upper=[0.5, 0.2, 0.09], heading="", finding="")
    drawn = planning_chart.running()
    spec = with_data(
        drawn,
        running=looks,
        levels=pd.DataFrame([{"at": 0.0, "role": "zero", "words": ""}]),
        marks=pd.DataFrame([{"date": days[2], "words": "planned end"}]),
    ).to_dict()
    for param in spec["params"]:
        if param["name"] == "from_day":
            param["value"] = days[0].value // 1_000_000
        if param["name"] == "to_day":
            param["value"] = days[2].value // 1_000_000
    found = re.findall(r"<text[^>]*>([^<]*)</text>", vl_convert.vegalite_to_svg(spec))
    assert {"planned end", "2 May", "+10 pp"} <= set(found)


@pytest.mark.parametrize("name", sorted(chart.specifications()))
def test_what_the_page_embeds_holds_no_data(name: str) -> None:
    spec = specification(chart.specifications()[name])
    assert "datasets" not in spec
    assert {param["name"] for param in spec["params"]} >= {"ink", "muted", "line"}
    assert "NaN" not in str(spec)
