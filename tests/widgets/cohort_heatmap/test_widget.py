"""The widget's state: what Python sets, what the page sets, what people take away."""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import traitlets

from custintel_analytics import cohorts, datasets, tables
from custintel_analytics.errors import DataError
from custintel_widgets import CohortHeatmap
from custintel_widgets.cohort_heatmap import selected
from custintel_widgets.core.frames import decode


@pytest.fixture(scope="module")
def table() -> tables.Table:
    return tables.as_table(datasets.cdnow())


@pytest.fixture
def heat(table: tables.Table) -> Any:
    widget = CohortHeatmap(table)
    yield widget
    widget.close()


@pytest.fixture
def monthly(table: tables.Table) -> Any:
    widget = CohortHeatmap(table, cohort_grain="month", window="calendar")
    yield widget
    widget.close()


def from_page(widget: CohortHeatmap, **state: Any) -> None:
    """Set traits as the page does: with a running event loop, on which the result arrives."""

    async def scenario() -> None:
        widget.set_state(state)
        while widget._work.busy or widget._selecting.busy:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 20))


def test_zero_configuration_shows_thirteen_weekly_cohorts(heat: CohortHeatmap) -> None:
    assert (heat.cohort_grain, heat.grain, heat.window) == ("week", "month", "elapsed")
    assert heat.frame["cohort"].nunique() == 13
    assert heat._view["headline"].startswith("Half (11,908) bought once.")
    assert heat._view["footer"].startswith("Data until 30 June 1998 · 69,659 purchases read")
    assert heat._status["error"] == ""
    cells = decode(heat._frames["cells"])
    assert len(cells) == len(heat.frame)
    np.testing.assert_allclose(cells["retention"], heat.frame["retention"])


def test_setting_a_trait_answers_at_once(heat: CohortHeatmap) -> None:
    heat.cohort_grain = "month"
    assert heat.frame["cohort"].nunique() == 3
    heat.window = "calendar"
    jan = heat.frame.query("cohort == '1997-01'").set_index("age")
    assert jan["active"].tolist()[:3] == [7846, 1157, 964]
    assert decode(heat._frames["cells"]).query("cohort == '1997-01' and age == 1")["active"].item() == 1157


def test_the_diagonal_of_march_1998(monthly: CohortHeatmap) -> None:
    monthly.selection = [{"kind": "diagonal", "period": "1998-03"}]
    assert monthly.audience.size == 2060
    assert monthly.audience.name == "March 1998"
    assert monthly._selected["text"] == "2,060 customers"
    monthly.compared = [{"kind": "diagonal", "period": "1998-02"}]
    assert monthly._selected["compared"]["size"] == 1551
    both = len(np.intersect1d(monthly.audience.ids(), monthly._audience_of(monthly.compared).ids()))
    assert f"2,060 against 1,551 customers; {both} are in both" in monthly._selected["comparison"]


def test_a_cell_by_its_short_form(monthly: CohortHeatmap) -> None:
    monthly.selection = [("1997-01", 1)]
    assert monthly.selection == [{"kind": "cell", "cohort": "1997-01", "age": 1}]
    assert monthly.audience.size == 1157


def test_what_is_not_in_the_matrix_is_refused_and_what_leaves_it_is_dropped(monthly: CohortHeatmap) -> None:
    with pytest.raises(traitlets.TraitError, match="1997-01 to 1997-03"):
        monthly.selection = [("1996-01", 1)]
    monthly.selection = [("1997-01", 1), {"kind": "column", "age": 2}]
    monthly.cohort_grain = "week"
    assert monthly.selection == [{"kind": "column", "age": 2}]


def test_no_selection_no_audience(monthly: CohortHeatmap) -> None:
    with pytest.raises(DataError, match=r"Nothing is selected.*1997-01"):
        _ = monthly.audience


def test_the_page_recomputes_on_a_thread_and_selects(monthly: CohortHeatmap) -> None:
    from_page(monthly, cohort_grain="quarter", measure="revenue")
    assert monthly.frame["cohort"].tolist()[0] == "1997-Q1"
    assert monthly.measure == "revenue"
    assert "of revenue" in monthly._view["headline"]
    from_page(monthly, selection=[{"kind": "row", "cohort": "1997-Q1"}])
    assert monthly.audience.size == 23570
    assert monthly._selected["size"] == 23570


def test_the_latest_wish_of_the_page_wins(monthly: CohortHeatmap) -> None:
    async def scenario() -> None:
        for grain in ("quarter", "year", "week"):
            monthly.set_state({"cohort_grain": grain})
        while monthly._work.busy:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert monthly.result.settings.cohort_grain == "week"
    assert monthly._status["busy"] is False


def test_errors_show_in_the_widget_and_raise_where_python_asked(monthly: CohortHeatmap) -> None:
    before = monthly.result
    with pytest.raises(DataError, match="as_of"):
        monthly.as_of = "yesterday"
    assert "as_of" in monthly._status["error"]
    from_page(monthly, as_of="1990-01-01")
    assert "1990" in monthly._status["error"]
    assert "Traceback" not in monthly._status["error"]
    assert monthly.result is before
    assert monthly.as_of == ""  # the controls agree with the picture
    from_page(monthly, as_of="1998-03-31")
    assert monthly._status["error"] == ""
    assert monthly.frame["age"].max() == 14


def test_impossible_state_from_the_page_is_said_and_put_right(monthly: CohortHeatmap) -> None:
    monthly.set_state({"measure": "profit"})
    assert monthly.measure == "retention"
    assert "profit" in monthly._status["error"]


@pytest.mark.parametrize(
    "code, words",
    [
        ("CohortHeatmap(pd.DataFrame({'customer': [], 'date': []}))", "no rows"),
        ("CohortHeatmap(datasets.cdnow()).measure = 'profit'", "measure is 'profit'"),
    ],
)
def test_a_notebook_shows_the_message_and_no_traceback(code: str, words: str) -> None:
    imports = "import pandas as pd; from custintel_analytics import datasets; from custintel_widgets import CohortHeatmap"
    shell = [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", f"{imports}\n{code}"]
    shown = subprocess.run(shell, capture_output=True, text=True, timeout=60, check=False)
    assert words in shown.stdout + shown.stderr
    assert "Traceback" not in shown.stdout + shown.stderr


def test_unknown_arguments_teach(table: tables.Table) -> None:
    with pytest.raises(TypeError, match=r"no argument 'mesure'. Did you mean 'measure'"):
        CohortHeatmap(table, mesure="revenue")
    with pytest.raises(DataError, match="already has its columns"):
        CohortHeatmap(table, customer="customer")


def test_a_frame_a_result_and_a_table_are_the_same_to_it(table: tables.Table) -> None:
    months = {"window": "calendar", "grain": "month", "cohort_grain": "month"}
    result = cohorts.retention(table, **months)
    widgets = [
        CohortHeatmap(result),
        CohortHeatmap(datasets.cdnow(), customer="customer", date="date", amount="amount", **months),
    ]
    frames = [w.frame for w in widgets]
    pd.testing.assert_frame_equal(frames[0], frames[1])
    assert widgets[0].result is result
    for widget in widgets:
        widget.close()


def test_a_results_settings_are_kept_and_given_ones_win(table: tables.Table) -> None:
    result = cohorts.retention(table, kind="bracket", brackets=(0, 2, 5), values=("revenue",))
    kept = CohortHeatmap(result)
    assert kept.result is result
    kept.level = 0.9
    assert (kept.result.settings.brackets, kept.result.settings.values) == ((0, 2, 5), ("revenue",))
    changed = CohortHeatmap(result, kind="unbounded")
    assert changed.result.settings.kind == "unbounded"
    with pytest.raises(DataError, match="already has its columns"):
        CohortHeatmap(result, customer="customer")
    for widget in (kept, changed):
        widget.close()


def test_a_selection_in_python_outdates_the_count_for_the_page(
    monthly: CohortHeatmap, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe, go = selected.described, threading.Event()

    def slow(heat: CohortHeatmap) -> dict[str, Any]:
        if threading.current_thread() is not threading.main_thread():
            go.wait(5)
        return describe(heat)

    monkeypatch.setattr("custintel_widgets.cohort_heatmap.widget.described", slow)

    async def scenario() -> None:
        monthly.set_state({"selection": [{"kind": "cell", "cohort": "1997-01", "age": 3}]})
        await asyncio.sleep(0.05)
        go.set()
        monthly.kind = "unbounded"
        await asyncio.sleep(0.2)

    asyncio.run(asyncio.wait_for(scenario(), 10))
    assert monthly._selected["size"] == monthly.audience.size == 3140


def test_an_interrupted_cell_leaves_the_widget_at_rest(
    monthly: CohortHeatmap, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cohorts, "retention", interrupted)
    with pytest.raises(KeyboardInterrupt):
        monthly.kind = "unbounded"
    assert monthly._status["busy"] is False
    assert monthly.kind == "classic"


def test_a_refused_widget_leaves_nothing_open(table: tables.Table) -> None:
    from ipywidgets.widgets.widget import _instances

    before = set(_instances)
    with pytest.raises(DataError, match="as_of"):
        CohortHeatmap(table, as_of="nonsense")
    assert set(_instances) <= before | {
        CohortHeatmap._shared_code()[n].model_id for n in ("_runtime", "_module")
    }


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"currency": "EURO"}, "currency is 'EURO'"),
        ({"number_format": "!!bad"}, "number_format is '!!bad'"),
        ({"as_of": "2130-12-31"}, "in the future"),
        ({"as_of": "1998-06-30garbage"}, "as_of"),
        ({"by": "customer"}, "a cohort of its own"),
    ],
)
def test_inputs_that_can_not_be_teach(table: tables.Table, settings: dict[str, Any], words: str) -> None:
    with pytest.raises((DataError, traitlets.TraitError), match=words):
        CohortHeatmap(table, **settings)


def test_without_amounts_money_is_not_offered() -> None:
    frame = datasets.cdnow()[["customer", "date"]]
    widget = CohortHeatmap(frame, measure="revenue")
    assert widget.measure == "retention"
    assert widget._view["has"] == {"revenue": False, "orders": True, "kernel": True}
    widget.close()


def test_code_rebuilds_the_state(monthly: CohortHeatmap, table: tables.Table) -> None:
    monthly.measure = "cumulative_value"
    monthly.selection = [("1997-02", 3)]
    rebuilt = eval(monthly.to_code(), {"CohortHeatmap": CohortHeatmap, "table": table})
    names = [*CohortHeatmap.input_names(), "selection"]
    assert {n: getattr(rebuilt, n) for n in names} == {n: getattr(monthly, n) for n in names}
    rebuilt.close()


def test_state_is_saved_without_data_and_loaded(
    monthly: CohortHeatmap, heat: CohortHeatmap, tmp_path: Path
) -> None:
    monthly.selection = [("1997-02", 3)]
    path = monthly.save_state(tmp_path / "state.json")
    assert path.stat().st_size < 2000
    heat.load_state(path)
    assert heat.selection == monthly.selection
    pd.testing.assert_frame_equal(heat.frame, monthly.frame)
    path.write_text(json.dumps({"component": "budget_optimizer", "state": {}}))
    with pytest.raises(DataError, match="budget_optimizer"):
        heat.load_state(path)


def test_customers_leave_only_under_pseudonyms(
    monthly: CohortHeatmap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTINTEL_KEY", "a key that is long enough for tests")
    monthly.selection = [("1997-01", 1)]
    file = monthly._customers_csv(lambda *step: None)
    lines = file["csv"].splitlines()
    assert len(lines) == 1 + 1157
    assert len(set(lines)) == len(lines)
    assert not any(line.isdigit() for line in lines)


def test_display_carries_a_table_for_places_without_widgets(monthly: CohortHeatmap) -> None:
    data, _ = monthly._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == monthly.model_id
    assert "14.7 %" in data["text/html"]
    assert "Half (11,908) bought once." in data["text/plain"]


def test_closing_frees_and_displaying_opens_again(table: tables.Table) -> None:
    widget = CohortHeatmap(table)
    widget.close()
    assert widget.comm is None
    widget._repr_mimebundle_()
    assert widget.comm is not None
    widget.close()
    ref = weakref.ref(widget)
    del widget
    gc.collect()
    assert ref() is None


def test_the_chart_is_altair_with_its_data(monthly: CohortHeatmap) -> None:
    monthly.measure = "average_order"
    spec = monthly.chart.to_dict()
    assert {p["name"]: p.get("value") for p in spec["params"]}["measure"] == "average_order"
    assert len(spec["datasets"]["cells"]) == len(monthly.frame)
    assert len(spec["hconcat"]) == 3


def test_each_further_widget_is_small(heat: CohortHeatmap) -> None:
    from ipywidgets.widgets.widget import _remove_buffers

    state, _, buffers = _remove_buffers(heat.get_state())
    assert len(json.dumps(state)) + sum(len(b) for b in buffers) < 60_000
    assert len(heat._runtime._esm) < 1_000_000


@pytest.mark.parametrize(
    "frame, words",
    [
        (pd.DataFrame({"customer": [], "date": [], "amount": []}), "no rows"),
        (pd.DataFrame({"customer": [1, 2], "date": ["3rd of May", "?"], "amount": [1.0, 2.0]}), "date"),
        (pd.DataFrame({"name": ["a"], "when": ["1997-01-01"]}), "customer"),
        (
            pd.DataFrame({"customer": [1, 1], "date": ["1997-01-01", "1997-03-05"], "amount": [np.nan] * 2}),
            "all 2 amounts are missing",
        ),
    ],
)
def test_bad_tables_teach(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(DataError, match=f"(?i){words}"):
        CohortHeatmap(frame)


@pytest.mark.parametrize("customers", [[1], [1, 2, 3]])
def test_a_single_date_is_drawn(customers: list[int]) -> None:
    frame = pd.DataFrame({"customer": customers, "date": pd.Timestamp("1997-01-01"), "amount": 5.0})
    widget = CohortHeatmap(frame)
    assert widget._status["error"] == ""
    assert widget._view["headline"]
    widget.close()
