"""The optimizer's pictures of a plan: what is written in them, where the points stand, and that they hold no data."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import mmm
from custintel_widgets import BudgetOptimizer
from custintel_widgets.budget_optimizer import chart
from custintel_widgets.core.charts import THEME, specification, with_data

vl_convert: Any = pytest.importorskip("vl_convert")

SPECIFICATIONS = chart.specifications()
CURVE = pd.DataFrame(
    {
        "spend": [0.0, 50.0, 50.0, 100.0],
        "response": [0.0, 40.0, 40.0, 60.0],
        "lower": [0.0, 30.0, 30.0, 40.0],
        "upper": [0.0, 50.0, 50.0, 80.0],
        "part": ["inside", "inside", "beyond", "beyond"],
        "begin": [0.0, 25.0, 50.0, 75.0],
        "end": [25.0, 75.0, 50.0, 100.0],
        "heading": "tv",
        "finding": "brings",
    }
)


def svg(drawn: Any, **settings: Any) -> str:
    """The picture as it is drawn outside of a page, with parameters set."""
    spec = drawn.to_dict()
    for param in spec["params"]:
        if param["name"] in settings:
            param["value"] = settings[param["name"]]
    return str(vl_convert.vegalite_to_svg(spec))


def texts(drawn: Any, **settings: Any) -> list[str]:
    """What is written in the picture."""
    return [found.strip() for found in re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", svg(drawn, **settings))]


def curve(**settings: Any) -> tuple[Any, dict[str, Any]]:
    own = {
        "plan_name": "tv", "plan_words": "next 1,000 bring 420", "plan_average": "average 0.8",
        "plan_marginal": "marginal 0.42", "y_high": 90,
    }  # fmt: skip
    return with_data(chart.curve(), curve=CURVE), {**own, **settings}


def table(**changes: Any) -> mmm.ResponseTable:
    """Three channels, one of them without spend."""
    random = np.random.default_rng(3)
    shape = (200, 3)
    settings: dict[str, Any] = {
        "alpha": random.uniform(0.2, 0.6, shape), "lam": random.uniform(1, 3, shape),
        "beta": random.uniform(0.2, 0.4, shape), "channel_scale": (4000.0, 3000.0, 2000.0), "target_scale": 10_000.0,
        "max_spend": (60_000.0, 45_000.0, 30_000.0), "periods": 13, "carry_out": 4,
        "current": (26_000.0, 13_000.0, 0.0), "history_max": (3000.0, 1500.0, 0.0),
        "channels": ("tv", 'radio "north"', "podcasts"), "target": "sales", "currency": "EUR",
    }  # fmt: skip
    return mmm.ResponseTable.from_draws(**{**settings, **changes})


@pytest.fixture
def budget() -> BudgetOptimizer:
    return BudgetOptimizer(table())


def rows(widget: BudgetOptimizer, role: str, channel: str = "tv") -> pd.DataFrame:
    """What the chart to take away is drawn from."""
    frame = pd.DataFrame(widget.chart.to_dict()["datasets"]["rows"])
    return frame[(frame["role"] == role) & (frame["channel"] == channel)].reset_index(drop=True)


def test_a_curve_says_its_channel_and_what_comes_next() -> None:
    drawn, settings = curve()
    said = texts(drawn, **settings)
    assert {"tv", "next 1,000 bring 420", "0", "50"} <= set(said)
    assert not {"average 0.8", "marginal 0.42"} & set(said)


def test_the_lesson_draws_chord_and_tangent_with_their_numbers() -> None:
    drawn, settings = curve()
    usual = svg(drawn, **settings)
    lesson = svg(drawn, **settings, lesson=True)
    assert {"average 0.8", "marginal 0.42"} <= set(texts(drawn, **settings, lesson=True))
    assert lesson.count("<line") == usual.count("<line") + 2
    assert THEME["second"] in lesson
    assert THEME["second"] not in usual


def test_a_tangent_ends_where_the_plot_ends() -> None:
    drawn, settings = curve(lesson=True, plan_spend=98, plan_response=60, plan_slope=0.1)
    lines = re.findall(r"<line[^>]*>", svg(drawn, **settings))
    (tangent,) = [line for line in lines if THEME["accent"] in line]
    begin, length = (re.findall(rf"{name}([-\d.]+)", tangent)[0] for name in (r"translate\(", 'x2="'))
    assert float(begin) + float(length) == pytest.approx(190)


def test_without_current_spend_there_is_no_circle() -> None:
    drawn, settings = curve()
    known = svg(drawn, **settings, current_spend=40, current_response=33)
    assert (
        known.count(f'stroke="{THEME["ink"]}"')
        == svg(drawn, **settings).count(f'stroke="{THEME["ink"]}"') + 1
    )


@pytest.mark.parametrize(
    "high, written, format_",
    [(3e9, "2B", ""), (3e6, "2M", ""), (3e-4, "0.0002", ""), (3e6, "2,000,000", ",.0f")],
)
def test_amounts_of_any_size_are_written_in_short_or_as_asked(
    high: float, written: str, format_: str
) -> None:
    drawn, settings = curve(x_high=high, value_format=format_)
    assert written in texts(drawn, **settings)


def test_every_channel_has_a_row_with_its_change() -> None:
    moves = pd.DataFrame(
        {
            "index": [0, 1],
            "channel": ["tv", "new"],
            "current": [60.0, None],
            "lower": [40.0, 0.0],
            "upper": [80.0, 5.0],
        }
    )
    drawn = with_data(chart.moves(), moves=moves)
    settings = {"plan": [70, 5], "words": ["+17 %", "new one"], "findings": ["", ""]}
    assert {"tv", "+17 %", "new one", "80"} <= set(texts(drawn, **settings))
    # One circle: nothing is known of the other's current spend.
    assert svg(drawn, **settings).count(f'stroke="{THEME["ink"]}"') == 1


def test_bars_say_whose_they_are_and_what_they_bring() -> None:
    bars = pd.DataFrame(
        {"index": [0, 1], "role": ["current", "plan"], "label": ["Current plan", "This plan"]}
    )
    drawn = with_data(chart.outcome(), outcome=bars)
    settings = {
        "means": [50, 60],
        "lows": [40, 45],
        "highs": [60, 75],
        "words": ["50 (40 to 60)", "60 (45 to 75)"],
    }
    assert {"Current plan", "50 (40 to 60)", "This plan", "60 (45 to 75)"} <= set(texts(drawn, **settings))


@pytest.mark.parametrize("name", sorted(SPECIFICATIONS))
def test_what_the_page_embeds_holds_no_data(name: str) -> None:
    spec = specification(SPECIFICATIONS[name])
    assert "datasets" not in spec
    assert {param["name"] for param in spec["params"]} >= {"ink", "muted", "line", "value_format"}
    assert "NaN" not in str(spec)


def test_the_chart_to_take_away_has_every_channel_with_both_plans(budget: BudgetOptimizer) -> None:
    budget.spend = {"tv": 30_000}
    said = texts(budget.chart)
    assert set(budget.curves.channels) <= {word.replace("&quot;", '"') for word in said}
    assert budget.result.sentence in " ".join(said)
    frame: Any = budget.frame.set_index("channel")
    plan, current = rows(budget, "plan").loc[0], rows(budget, "current").loc[0]
    assert plan["spend"] == 30_000
    assert current["spend"] == 26_000
    assert plan["response"] == pytest.approx(frame.loc["tv", "response"])
    assert plan["words"] == f"next 1,000 bring {1000 * frame.loc['tv', 'marginal']:.0f}"
    assert f"({frame.loc['tv', 'lower']:,.0f} to {frame.loc['tv', 'upper']:,.0f})" in plan["finding"]


def test_its_curves_are_those_of_the_table_with_its_quantiles(budget: BudgetOptimizer) -> None:
    curves = budget.curves
    drawn = rows(budget, "curve", 'radio "north"')
    assert drawn["spend"].is_monotonic_increasing
    assert drawn["spend"].iloc[-1] == pytest.approx(2 * 1.3 * 13_000)
    for row in drawn.iloc[[3, -1]].itertuples():
        spend = [0.0, row.spend, 0.0]
        draws = curves.channel_draws(spend)[1]
        assert row.response == pytest.approx(curves.mean(spend))
        assert [row.lower, row.upper] == pytest.approx(np.quantile(draws, [0.05, 0.95]).tolist())


def test_the_border_of_past_spend_belongs_to_both_parts(budget: BudgetOptimizer) -> None:
    drawn = rows(budget, "curve")
    border = 13 * 3000.0  # even spending: the highest week times the weeks
    assert drawn.loc[drawn["part"] == "inside", "spend"].max() == pytest.approx(border)
    assert drawn.loc[drawn["part"] == "beyond", "spend"].min() == pytest.approx(border)
    idle = rows(budget, "curve", "podcasts")
    assert idle.loc[idle["part"] == "inside", "spend"].tolist() == [0.0]


def test_curves_are_shown_as_far_as_the_limits_make_them_matter(budget: BudgetOptimizer) -> None:
    # To the end where twice the limit is beyond it, and where nothing may be spent.
    assert rows(budget, "curve")["spend"].max() == 60_000
    assert rows(budget, "curve", "podcasts")["spend"].max() == 30_000
    budget.max_spend = {"podcasts": 4000}
    assert rows(budget, "curve", "podcasts")["spend"].max() == 8000


def test_what_is_not_known_is_not_drawn() -> None:
    unknown = BudgetOptimizer(table(current=None, history_max=None))
    assert set(rows(unknown, "curve")["part"]) == {"inside"}
    assert rows(unknown, "current").empty
    assert len(texts(unknown.chart)) > 10
    assert "<td>–</td>" in unknown._twin()


def test_limits_and_formats_are_those_of_the_widget(budget: BudgetOptimizer) -> None:
    budget.max_spend = {"tv": 28_000}
    budget.number_format = ",.0f"
    limits = rows(budget, "limits").loc[0]
    assert [limits["least"], limits["most"]] == pytest.approx([0.7 * 26_000, 28_000])
    assert "20,000" in texts(budget.chart)


def test_the_lesson_is_taken_away_too(budget: BudgetOptimizer) -> None:
    budget.lesson = True
    said = texts(budget.chart)
    assert [word for word in said if word.startswith("marginal")]
    # Nothing spent, no average.
    assert len([word for word in said if word.startswith("average")]) == 2


def test_less_money_is_next_where_the_whole_budget_is_small() -> None:
    changes = {
        "channel_scale": (4.0, 3.0, 2.0),
        "max_spend": (60.0, 45.0, 30.0),
        "current": (26.0, 13.0, 0.0),
    }
    small = BudgetOptimizer(table(**changes, history_max=(3.0, 1.5, 0.0)))
    marginal = small.result.marginal["tv"]
    assert rows(small, "plan").loc[0, "words"] == f"next 1 brings {marginal:.3g}"
    assert '<th scope="col">Next 1 brings</th>' in small._twin()


def test_the_table_twin_has_all_channels_and_their_sum(budget: BudgetOptimizer) -> None:
    budget.spend = {"tv": 20_000}
    html = budget._twin()
    assert html.count("<tr>") == 1 + 3 + 1
    for cell in ("EUR 26,000", "EUR 20,000", "−23.1 %", "EUR 39,000", "EUR 33,000", "−15.4 %", "0 %"):
        assert f"<td>{cell}</td>" in html
    assert '<th scope="col">A period</th>' in html
    assert budget.result.sentence in html
