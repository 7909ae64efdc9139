"""A widget that shows only some customers: what changes, what stays, and how it is said."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from custintel_analytics import cohorts, datasets, tables
from custintel_analytics.audiences import Audience
from custintel_analytics.errors import DataError
from custintel_widgets import CohortHeatmap, Report
from custintel_widgets.core.base import CustintelWidget, _receive
from custintel_widgets.core.frames import decode


@pytest.fixture(scope="module")
def table() -> tables.Table:
    return tables.as_table(datasets.cdnow())


@pytest.fixture(scope="module")
def back(table: tables.Table) -> Audience:
    return Audience.where(table, lambda c: c.last_date >= dt.date(1998, 1, 1), "back in 1998")


@pytest.fixture
def heat(table: tables.Table) -> Any:
    widget = CohortHeatmap(table, cohort_grain="month", window="calendar", selection=[("1997-01", 3)])
    yield widget
    widget.close()


def ask(widget: CohortHeatmap, name: str) -> None:
    """A request of the page, on a running loop."""

    async def scenario() -> None:
        _receive(widget, {"kind": "request", "id": 1, "name": name, "args": {}}, [])
        while widget._work.busy:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 20))


def test_only_the_audience_is_shown_and_it_is_said(heat: CohortHeatmap, back: Audience) -> None:
    heat.focus_on(back)
    assert heat.focused is back
    expected = cohorts.retention(heat.table, audience=back).frame
    pd.testing.assert_frame_equal(heat.frame, expected)
    assert len(decode(heat._frames["cells"])) == len(expected)
    size = f"{back.size:,}"
    assert heat._focus == {
        "text": f"Filtered to {size} customers: back in 1998",
        "size": back.size,
        "by": "",
        "clearable": True,
    }
    assert heat._view["footer"].startswith(f"{size} of 23,570 customers: back in 1998 · Data until")
    assert "their rates follow from that" in heat._view["notes"][0]["text"]
    assert f"{size} of 23,570 customers: back in 1998" in heat._twin()
    assert f"{size} of 23,570 customers: back in 1998" in repr(heat)


def test_all_again(heat: CohortHeatmap, back: Audience) -> None:
    before = heat.result
    heat.focus_on(back)
    heat.focus_on(None)
    assert heat.result is before
    assert heat.focused is None
    assert heat._focus == {}


def test_it_is_no_input_and_no_selection(heat: CohortHeatmap, back: Audience, tmp_path: Path) -> None:
    code, saved = heat.to_code(), heat.save_state(tmp_path / "before.json").read_text()
    chosen = list(heat.selection)
    heat.focus_on(back)
    assert heat.to_code() == code
    assert heat.save_state(tmp_path / "after.json").read_text() == saved
    assert heat.selection == chosen
    with pytest.raises(TypeError, match="no argument 'focused'"):
        CohortHeatmap(heat.table, focused=back)


def test_a_focus_never_changes_a_selection(heat: CohortHeatmap) -> None:
    february = cohorts.retention(heat.table).audience(cohort="1997-02")
    heat.focus_on(february)
    # January isn't on show; it is selected all the same, and nobody of it is left.
    assert heat.frame["cohort"].unique().tolist() == ["1997-02"]
    assert heat.selection == [{"kind": "cell", "cohort": "1997-01", "age": 3}]
    assert heat.audience.size == 0
    assert heat._selected["text"] == "0 customers"
    heat.selection = [{"kind": "column", "age": 1}]
    assert heat.audience.size == heat.frame.set_index("age")["active"][1]
    assert heat._selected_audience().size == cohorts.retention(heat.table).audience(age=1).size
    heat.cohort_grain = "quarter"
    assert heat.selection == [{"kind": "column", "age": 1}]
    assert heat.focused is february
    assert heat.frame["size"].max() == february.size


def test_what_is_refused_stays_on_show(heat: CohortHeatmap, back: Audience) -> None:
    heat.focus_on(back)
    shown = heat.result
    nobody = Audience.where(heat.table, lambda c: c.orders > 10_000, "giants")
    with pytest.raises(DataError, match="'giants' holds no customer, so there is nobody to show"):
        heat.focus_on(nobody)
    assert "giants" in heat._status["error"]
    assert (heat.result, heat.focused, heat._focus["size"]) == (shown, back, back.size)
    heat.measure, heat.level = "revenue", 0.9
    assert heat.focused is back
    with pytest.raises(TypeError, match=r"takes an Audience or None; found list.*of_ids"):
        heat.focus_on([1, 2])  # type: ignore[arg-type]


def test_another_tables_customers_come_over_and_strangers_are_counted(heat: CohortHeatmap) -> None:
    other = tables.as_table(pd.DataFrame({"customer": [1, 2, 3, -1, -2], "date": "1997-01-01"}))
    heat.focus_on(Audience.where(other, lambda c: c.orders > 0, "five"))
    assert heat.focused is not None
    assert heat.focused.table is heat.table
    assert heat.focused.ids().tolist() == [1, 2, 3]
    assert heat._focus["text"] == "Filtered to 3 customers: five (2 are not in this table)"


def test_a_widget_without_customers_takes_no_focus(back: Audience) -> None:
    class Budget(CustintelWidget):
        component = "cohort_heatmap"

    budget = Budget()
    with pytest.raises(TypeError, match="Budget shows no customers"):
        budget.focus_on(back)
    budget.close()


def test_the_page_clears_it(heat: CohortHeatmap, back: Audience) -> None:
    heat.focus_on(back)
    ask(heat, "clear_focus")
    assert heat.focused is None
    assert heat._focus == {}
    assert heat.result.customers == 23570


def test_the_latest_focus_wins(heat: CohortHeatmap, back: Audience) -> None:
    whole = cohorts.retention(heat.table)

    async def scenario() -> None:
        for audience in (whole.audience(cohort="1997-02"), whole.audience(cohort="1997-03"), back):
            heat._follow([audience], "another", from_page=True)
        while heat._work.busy:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert heat.focused is back
    assert heat.result.customers == back.size
    assert heat._focus["by"] == "another"


def test_until_a_focus_is_found_the_one_on_show_holds(heat: CohortHeatmap, back: Audience) -> None:
    heat.focus_on(back)
    february = cohorts.retention(heat.table).audience(cohort="1997-02")

    async def scenario() -> None:
        with heat.table.lock:  # the engine is busy with another's query
            heat._follow([february], from_page=True)
            await asyncio.sleep(0.05)
            assert heat.focused is back
            assert heat._focus["size"] == back.size
            heat._stop()
        await asyncio.sleep(0.05)

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert heat.focused is back
    assert heat.result.customers == back.size
    assert heat._status["message"].startswith("Stopped.")


def test_an_exported_file_keeps_the_words_and_has_no_way_back(heat: CohortHeatmap, back: Audience) -> None:
    heat.focus_on(back)
    document = Report([heat]).document()
    state = json.loads(document.split('id="custintel-state">')[1].split("</script>")[0])
    focus = state["models"]["w0"]["state"]["_focus"]
    assert (focus["text"], focus["clearable"]) == (heat._focus["text"], False)
    assert heat._focus["clearable"] is True
    heat.focus_on(None)
    document = Report([heat]).document()
    state = json.loads(document.split('id="custintel-state">')[1].split("</script>")[0])
    assert state["models"]["w0"]["state"]["_focus"] == {}


def test_a_result_of_an_audience_opens_filtered(table: tables.Table, back: Audience) -> None:
    widget = CohortHeatmap(cohorts.retention(table, audience=back, kind="unbounded"))
    assert widget.focused is back
    assert widget.kind == "unbounded"
    assert widget.result.customers == back.size
    widget.focus_on(None)
    assert widget.result.customers == 23570
    widget.close()
