"""The calculator's state: typed counts, tables, samples; what Python and the page set; what people take away."""

from __future__ import annotations

import asyncio
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import traitlets

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError
from custintel_widgets import ABCalculator
from custintel_widgets.core.frames import decode

COUNTS = {"A": (1000, 200), "B": (1000, 250)}


@pytest.fixture
def make() -> Any:
    made: list[ABCalculator] = []

    def calculator(*args: Any, **settings: Any) -> ABCalculator:
        widget = ABCalculator(*args, **settings)
        made.append(widget)
        return widget

    yield calculator
    for widget in made:
        widget.close()


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    group = np.repeat(["control", "new", "newer"], 600)
    return pd.DataFrame(
        {
            "group": group,
            "person": np.arange(1800),
            "day": pd.Timestamp("2024-03-01") + pd.to_timedelta(np.tile(np.arange(600) % 20, 3), unit="D"),
            "bought": rng.binomial(1, np.repeat([0.2, 0.26, 0.22], 600)),
            "spend": rng.gamma(1.5, 20, 1800),
            "wait": rng.gamma(2.0, 50, 1800),
            "country": np.tile(["FR", "DE", "IT"], 600),
        }
    )


@pytest.fixture
def experiment(make: Any, rows: pd.DataFrame) -> ABCalculator:
    metrics = [
        ex.proportion("bought"),
        ex.mean("spend"),
        ex.quantile("wait", 0.9, direction="down", guardrail=True),
    ]
    return make(
        rows,
        variant="group",
        control="control",
        metrics=metrics,
        date="day",
        unit="person",
        segments="country",
    )


def ask(widget: ABCalculator, name: str, **args: Any) -> Any:
    """Ask as the page does, with a running event loop."""
    sent: list[dict[str, Any]] = []

    async def scenario() -> None:
        widget._requests._send = lambda message: sent.append(message)
        widget._requests.receive({"kind": "request", "id": 1, "name": name, "args": args})
        while not any(m["kind"] == "response" for m in sent):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(scenario(), 120))
    answer = next(m for m in sent if m["kind"] == "response")
    assert answer["ok"], answer["error"]
    return answer["result"]


def from_page(widget: ABCalculator, **state: Any) -> None:
    async def scenario() -> None:
        widget.set_state(state)
        while widget._work.busy:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 30))


def test_an_empty_call_plans_the_example(make: Any) -> None:
    calculator = make()
    assert calculator.tab == "plan"
    assert calculator._view["example"] is True
    assert round(calculator.plan.n_per_arm) == 1030
    assert str(calculator).startswith("1,030 per arm")
    assert calculator.to_code() == "ABCalculator()"


def test_typed_counts_are_analysed_at_once(make: Any) -> None:
    calculator = make(counts=COUNTS)
    assert calculator.tab == "analyse"
    assert calculator.counts[0] == {"variant": "A", "n": 1000, "successes": 200}
    expected = ex.compare(
        ex.Sample.proportion(200, 1000), ex.Sample.proportion(250, 1000), relative=True, method="welch"
    )
    shown = calculator.comparison
    assert (shown.effect, shown.p_value) == (expected.effect, expected.p_value)
    assert calculator.verdict.decision == "ship"
    assert calculator.frame["relative_effect"].item() == pytest.approx(0.25)
    assert calculator._view["example"] is False
    assert calculator._data == {}


def test_setting_a_trait_moves_the_result(make: Any) -> None:
    calculator = make(counts=COUNTS)
    calculator.counts = {"A": (1000, 200), "B": (1000, 210)}
    assert calculator.comparison.effect == pytest.approx(0.05)
    calculator.method = "bayes"
    exact = ex.compare(ex.Sample.proportion(200, 1000), ex.Sample.proportion(210, 1000), method="bayes")
    assert calculator.comparison.probability == pytest.approx(exact.probability, abs=1e-12)
    calculator.control = "B"
    assert calculator.comparison.effect < 0
    calculator.worthwhile = 0.3
    assert calculator.verdict.decision == "no meaningful difference"


def test_the_page_types_cell_by_cell(make: Any) -> None:
    calculator = make(counts=COUNTS)
    from_page(calculator, counts=[{"variant": "A", "n": 1000, "successes": 200}, {"variant": "B", "n": 1000}])
    assert calculator.counts[1] == {"variant": "B", "n": 1000, "successes": None}
    assert calculator._status["error"] == ""
    with pytest.raises(DataError, match="A row of counts is incomplete"):
        _ = calculator.result
    from_page(
        calculator,
        kind="mean",
        counts=[
            {"variant": "A", "n": 50, "mean": 2.0, "sd": 1.5},
            {"variant": "B", "n": 60, "mean": 2.5, "sd": 1.4},
        ],
    )
    assert calculator.comparison.kind == "mean"
    assert calculator.comparison.effect == pytest.approx(0.25)


def test_another_kind_empties_what_it_cannot_carry_over(make: Any) -> None:
    calculator = make(counts=COUNTS)
    calculator.kind = "mean"
    assert calculator.counts[1] == {"variant": "B", "n": 1000, "mean": None, "sd": None}
    calculator.kind = "proportion"
    assert calculator.counts[1] == {"variant": "B", "n": 1000, "successes": None}


@pytest.mark.parametrize(
    "counts, words",
    [
        ({"A": (1000, -1), "B": (10, 1)}, "successes of A is -1"),
        ({"A": (100, 101), "B": (10, 1)}, "101 successes of 100"),
        ([{"variant": "A", "n": 10, "successes": 1}] * 2, "'A' is in two rows"),
        ([{"variant": "A", "clicks": 10}], "holds 'clicks'"),
        ([{"n": 10}], "is no row of counts"),
        ("A", "give a list of rows"),
        ([{"variant": "A", "n": float("nan"), "successes": 1}], "n of A is nan"),
    ],
)
def test_impossible_counts_teach(make: Any, counts: Any, words: str) -> None:
    with pytest.raises(traitlets.TraitError, match=words):
        make(counts=counts)


def test_one_variant_waits_for_another(make: Any) -> None:
    calculator = make(counts={"A": (1000, 200)})
    with pytest.raises(DataError, match="or there are fewer than two"):
        _ = calculator.verdict


def test_a_table_is_analysed_where_it_lives(experiment: ABCalculator, rows: pd.DataFrame) -> None:
    assert experiment.tab == "analyse"
    assert len(experiment.frame) == 6
    found = ex.analyse(
        rows, variant="group", control="control", unit="person", metrics=experiment.result.settings.metrics
    )
    pd.testing.assert_frame_equal(experiment.frame, found.frame)
    data = experiment._data
    assert [m["name"] for m in data["metrics"]] == ["bought", "spend", "wait p90"]
    sums = data["metrics"][0]["samples"]["new"]
    assert (sums["n"], sums["total"]) == (600, rows.query("group == 'new'")["bought"].sum())
    assert data["metrics"][2]["samples"] == {}
    assert set(data["metrics"][2]["arms"]["new"]) >= {"control", "treatment", "varControl", "nTreatment"}
    assert data["expected"]["newer"] == pytest.approx(1 / 3)
    json.dumps(data, allow_nan=False)
    forest = decode(experiment._forest["frame"])
    assert forest["variant"].tolist() == ["new", "newer"] * 3
    assert experiment._view["has"] == {"kernel": True, "source": True, "date": True, "segments": ["country"]}


def test_metric_and_treatment_on_show(experiment: ABCalculator) -> None:
    assert experiment.comparison is experiment.result.corrected["bought", "new"]
    experiment.metric, experiment.treatment = "spend", "newer"
    assert experiment.comparison is experiment.result.corrected["spend", "newer"]
    experiment.treatment = "newest"
    with pytest.raises(traitlets.TraitError, match="treatment is 'newest'; the experiment has new, newer"):
        _ = experiment.comparison
    experiment.treatment, experiment.metric = "", "sales"
    with pytest.raises(traitlets.TraitError, match="metric is 'sales'"):
        _ = experiment.verdict


def test_other_settings_read_no_row_again(make: Any, rows: pd.DataFrame) -> None:
    analysis = ex.analyse(rows, variant="group", control="control", metrics=ex.proportion("bought"))
    calculator = make(analysis)
    assert calculator.result.evidence is analysis.evidence
    calculator.level = 0.8
    assert calculator.result.evidence is analysis.evidence
    narrow = calculator.comparison.upper - calculator.comparison.lower
    calculator.level = 0.99
    assert calculator.comparison.upper - calculator.comparison.lower > narrow


def test_the_effect_look_by_look(experiment: ABCalculator) -> None:
    experiment.planned_end = "2024-03-31"
    ask(experiment, "running", metric="spend", variant="new")
    looks = decode(experiment._running["frame"])
    assert (experiment._running["metric"], experiment._running["planned_end"]) == ("spend", "2024-03-31")
    assert (looks["seq_upper"] - looks["seq_lower"] >= looks["upper"] - looks["lower"]).all()
    assert looks["n"].is_monotonic_increasing
    assert looks["n"].iloc[-1] in (600, 1200)


@pytest.mark.slow
def test_lift_by_segment_says_whether_to_believe_it(experiment: ABCalculator) -> None:
    ask(experiment, "lift", segment="country")
    frame = decode(experiment._lift["frame"])
    assert set(frame["segment"]) == {"FR", "DE", "IT"}
    assert (frame["upper"] - frame["lower"] <= frame["raw_upper"] - frame["raw_lower"]).all()
    assert any(word in experiment._lift["note"] for word in ("R-hat", "diverged"))


def test_samples_of_several_metrics(make: Any) -> None:
    calculator = make(
        {
            "visit": {"A": ex.Sample.proportion(200, 1000), "B": ex.Sample.proportion(240, 1000)},
            "spend": {"A": ex.Sample.moments(1000, 10, 90), "B": ex.Sample.moments(1000, 11, 95)},
        }
    )
    assert calculator._view["choices"] == {"metrics": ["visit", "spend"], "variants": ["A", "B"]}
    calculator.metric = "spend"
    assert calculator.comparison.effect == pytest.approx(0.1)


def test_a_broken_split_forbids_to_read(make: Any) -> None:
    calculator = make(counts={"A": (821588, 100000), "B": (815482, 101000)})
    assert calculator.result.sample_ratio.p_value == pytest.approx(1.8218e-6, rel=1e-4)
    assert calculator.verdict.decision == "don't read"


def test_before_the_planned_end_nothing_is_decided(make: Any, experiment: ABCalculator) -> None:
    calculator = make(counts=COUNTS, planned_n=5000)
    assert calculator.verdict.decision == "keep running"
    assert "planned end 5,000 units" in calculator.verdict.reason
    calculator.planned_n = 2000
    assert calculator.verdict.decision == "ship"
    assert (experiment._data["until"], experiment._data["per_day"]) == ("2024-03-20", 90.0)
    experiment.planned_end = "2024-03-31"
    assert "planned end 31 March 2024" in experiment.verdict.reason
    experiment.planned_end = "2024-03-20"
    assert experiment.verdict.decision != "keep running" or "planned end" not in experiment.verdict.reason


def test_the_code_follows_every_input(make: Any) -> None:
    calculator = make(counts=COUNTS)
    calculator.worthwhile = 0.04
    assert "worthwhile=0.04" in calculator._view["code"]


def test_money(make: Any) -> None:
    calculator = make(counts=COUNTS, contacts=10_000, margin=5, currency="EUR")
    assert calculator.value.amount == pytest.approx(2500)
    assert "EUR 2,500" in calculator.verdict.lines[2]
    calculator.contacts = 0
    assert calculator.value is None


def test_the_plan_solves_what_is_locked(make: Any) -> None:
    calculator = make(per_day=500)
    assert calculator.plan.days == 7
    calculator.solve, calculator.days = "power", 14
    assert calculator.plan.power == pytest.approx(ex.power(3500, baseline=0.2, effect=0.05), abs=1e-9)
    calculator.plan_kind, calculator.baseline, calculator.effect, calculator.sd = "mean", 10.0, 1.0, 5.0
    assert 0.8 < calculator.plan.power < 1


def test_wrong_arguments_teach(make: Any, rows: pd.DataFrame) -> None:
    with pytest.raises(TypeError, match="Did you mean 'method'"):
        make(methd="z")
    with pytest.raises(DataError, match="A table needs variant= and metrics="):
        make(rows)
    with pytest.raises(DataError, match="typed counts have none"):
        make(variant="group")
    with pytest.raises(traitlets.TraitError, match="write it as 2024-05-31"):
        make(planned_end="31 May")


def test_state_code_and_export(make: Any, tmp_path: Path) -> None:
    calculator = make(counts=COUNTS, level=0.9, worthwhile=0.02)
    saved = calculator.save_state(tmp_path / "state.json")
    again = make()
    again.load_state(saved)
    assert again.counts == calculator.counts
    assert again.comparison.lower == calculator.comparison.lower
    code = calculator.to_code()
    assert "level=0.9" in code
    rebuilt = eval(code, {"ABCalculator": make})
    assert rebuilt.counts == calculator.counts
    page = calculator.to_html(tmp_path / "ab.html").read_text(encoding="utf-8")
    assert "<table" in page
    state = calculator._without_kernel({name: getattr(calculator, name) for name in calculator.keys})
    assert (state["_view"]["code"], state["_view"]["has"]["kernel"]) == ("", False)


def test_the_lesson_says_what_it_shows_outside_the_page_too(make: Any) -> None:
    lesson = make(tab="monitor", lesson=True, looks=20)
    said = "Looked at 20 times, 24.8 % of tests of nothing find something at alpha 0.05."
    assert lesson._summary() == said
    assert said in lesson._twin()
    assert "19.3 %" in lesson._twin()
    assert "Ship" not in lesson._twin()


def test_the_chart_holds_its_data(experiment: ABCalculator, make: Any) -> None:
    spec = experiment.chart.to_dict()
    assert {"interval", "lines", "density", "forest"} <= set(spec["datasets"])
    assert len(spec["datasets"]["forest"]) == 6
    json.dumps(spec)
    unbounded = make(counts={"A": (50, 1), "B": (50, 3)})
    assert math.isinf(unbounded.comparison.upper)
    json.dumps(unbounded.chart.to_dict())
