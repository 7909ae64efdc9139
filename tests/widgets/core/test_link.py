"""Linked selection: what is chosen in one widget filters the others, and back."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import cohorts, datasets, tables
from custintel_analytics.audiences import Audience
from custintel_analytics.errors import DataError
from custintel_widgets import CohortHeatmap, Link, link
from custintel_widgets.core.base import CustintelWidget

FEBRUARY = [{"kind": "row", "cohort": "1997-02"}]
MARCH_1998 = [{"kind": "diagonal", "period": "1998-03"}]


@pytest.fixture(scope="module")
def table() -> tables.Table:
    return tables.as_table(datasets.cdnow())


@pytest.fixture
def make(table: tables.Table) -> Any:
    made = []

    def heatmap(source: tables.Table = table) -> CohortHeatmap:
        widget = CohortHeatmap(source, cohort_grain="month", window="calendar")
        made.append(widget)
        return widget

    yield heatmap
    for widget in made:
        widget.close()


@pytest.fixture
def linked(make: Any) -> Any:
    one, other = make(), make()
    return one, other, link(one, other)


def customers(table: tables.Table, **part: Any) -> set[int]:
    return set(cohorts.retention(table).audience(**part).ids().tolist())


def shown(widget: CohortHeatmap) -> set[int] | None:
    return None if widget.focused is None else set(widget.focused.ids().tolist())


def count_work(widget: CohortHeatmap, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []
    compute = widget._compute
    monkeypatch.setattr(widget, "_compute", lambda progress: calls.append(1) or compute(progress))
    return calls


def test_a_selection_filters_the_other_and_back(linked: Any, table: tables.Table) -> None:
    one, other, _ = linked
    one.selection = FEBRUARY
    assert shown(other) == customers(table, cohort="1997-02")
    assert other.frame["cohort"].unique().tolist() == ["1997-02"]
    assert other._focus["text"] == "Filtered to 8,476 customers: cohort 1997-02"
    assert other._focus["by"] == "CohortHeatmap"
    assert one.focused is None
    other.selection = MARCH_1998
    assert shown(one) == customers(table, period="1998-03")
    # Neither is filtered by its own selection, on whatever way it comes back.
    assert shown(other) == customers(table, cohort="1997-02")
    assert (one.selection, other.selection) == (FEBRUARY, MARCH_1998)
    both = customers(table, cohort="1997-02") & customers(table, period="1998-03")
    assert set(one.audience.ids()) == set(other.audience.ids()) == both


def test_an_emptied_selection_shows_all(linked: Any) -> None:
    one, other, _ = linked
    one.selection, other.selection = FEBRUARY, MARCH_1998
    one.selection = []
    assert other.focused is None
    assert other._focus == {}
    assert one.focused is not None


def test_each_selection_is_one_piece_of_work(linked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, _ = linked
    mine, yours = count_work(one, monkeypatch), count_work(other, monkeypatch)
    one.selection = FEBRUARY
    assert (len(mine), len(yours)) == (0, 1)
    other.selection = MARCH_1998
    assert (len(mine), len(yours)) == (1, 1)
    other.level = 0.9
    assert (len(mine), len(yours)) == (1, 2)


def test_the_page_filters_the_other_on_a_thread(linked: Any) -> None:
    one, other, _ = linked

    async def scenario() -> None:
        one.set_state({"selection": FEBRUARY})
        assert other._work.busy
        assert other._status["cancellable"]
        while one._selecting.busy or other._work.busy:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert other.result.customers == 8476
    assert one._selected["size"] == 8476


def test_what_falls_out_of_a_new_matrix_no_longer_filters(linked: Any) -> None:
    one, other, _ = linked
    one.selection = FEBRUARY

    async def scenario() -> None:
        one.set_state({"cohort_grain": "week"})
        while one._work.busy or other._work.busy:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert one.selection == []
    assert other.focused is None


def test_a_selection_that_is_there_counts_at_once(make: Any) -> None:
    one, other = make(), make()
    one.selection = FEBRUARY
    link(one, other)
    assert other.result.customers == 8476


def test_clearing_a_focus_leaves_the_selection(linked: Any) -> None:
    one, other, _ = linked
    one.selection = FEBRUARY
    other.focus_on(None)
    assert one.selection == FEBRUARY
    assert other.focused is None
    one.selection = [*FEBRUARY, {"kind": "row", "cohort": "1997-03"}]
    assert other.result.customers == 8476 + 7248


def test_several_widgets_show_who_is_in_all_selections_of_the_others(make: Any, table: tables.Table) -> None:
    one, two, three = make(), make(), make()
    made = link(one, two, three)
    one.selection, two.selection = FEBRUARY, MARCH_1998
    both = customers(table, cohort="1997-02") & customers(table, period="1998-03")
    assert shown(three) == both
    assert three._focus["text"] == f"Filtered to {len(both)} customers: cohort 1997-02 and March 1998"
    assert three._focus["by"] == "CohortHeatmap and CohortHeatmap"
    assert shown(one) == customers(table, period="1998-03")
    three.selection = [{"kind": "column", "age": 1}]
    assert shown(one) == customers(table, period="1998-03") & customers(table, age=1)
    assert made.widgets == (one, two, three)


def test_links_that_overlap_don_t_undo_each_other(make: Any, table: tables.Table) -> None:
    one, hub, two = make(), make(), make()
    link(one, hub)
    second = link(hub, two)
    one.selection, two.selection = FEBRUARY, MARCH_1998
    assert shown(hub) == customers(table, cohort="1997-02") & customers(table, period="1998-03")
    assert one.focused is two.focused is None
    second.unlink()
    assert shown(hub) == customers(table, cohort="1997-02")


def test_unlinking_ends_it(linked: Any) -> None:
    one, other, made = linked
    one.selection = FEBRUARY
    made.unlink()
    assert other.focused is None
    one.selection = MARCH_1998
    assert other.focused is None
    assert repr(made) == "Link, ended"
    made.unlink()
    assert link(one, other) is not made


def test_a_focus_that_python_set_outlives_the_link(linked: Any, table: tables.Table) -> None:
    one, other, made = linked
    mine = Audience.where(table, lambda c: c.orders >= 3, "mine")
    other.focus_on(mine)
    assert link(one, other) is made
    made.unlink()
    assert other.focused is mine


def test_linked_twice_is_linked_once(linked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, made = linked
    assert link(one, other) is made
    assert link(other, one) is made
    assert isinstance(made, Link)
    yours = count_work(other, monkeypatch)
    one.selection = FEBRUARY
    assert len(yours) == 1


def test_what_can_t_be_linked_teaches(make: Any) -> None:
    class Budget(CustintelWidget):
        component = "cohort_heatmap"

    one, budget = make(), Budget()
    with pytest.raises(DataError, match="can't be linked with itself"):
        link(one, one)
    with pytest.raises(DataError, match="needs two widgets or more; found 1"):
        link(one)
    with pytest.raises(TypeError, match="found Table"):
        link(one, one.table)
    with pytest.raises(TypeError, match="Budget shows no customers"):
        link(one, budget)
    text = tables.as_table(pd.DataFrame({"customer": ["a", "b"] * 9, "date": "1997-01-01"}))
    with pytest.raises(DataError, match="are numbers, those of CohortHeatmap are text"):
        link(one, make(text))
    budget.close()


def test_tables_with_the_same_customers_are_linked_by_ids(make: Any, table: tables.Table) -> None:
    half = datasets.cdnow()
    half = half[half["customer"] % 2 == 0]
    one, other = make(), make(tables.as_table(half))
    link(one, other)
    one.selection = FEBRUARY
    ids = customers(table, cohort="1997-02")
    assert shown(other) == {number for number in ids if number % 2 == 0}
    gone = sum(number % 2 for number in ids)
    assert other._focus["text"].endswith(f"cohort 1997-02 ({gone:,} are not in this table)")
    other.selection = MARCH_1998
    assert shown(one) == {number for number in customers(table, period="1998-03") if number % 2 == 0}


def test_tables_without_common_customers_say_so_in_the_widget_that_can_t_follow(make: Any) -> None:
    strangers = datasets.cdnow()
    strangers["customer"] += 1_000_000
    one, other = make(), make(tables.as_table(strangers))
    link(one, other)
    one.selection = FEBRUARY
    assert one.selection == FEBRUARY
    assert one._status["error"] == ""
    assert "None of the 8,476 customers of 'cohort 1997-02'" in other._status["error"]
    assert other.focused is None
    assert other.result.customers == 23570
    one.selection = []
    assert other.focused is None


def test_a_selection_without_customers_is_said_and_what_is_shown_stays(make: Any) -> None:
    dates = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-03-05"])
    few = tables.as_table(pd.DataFrame({"customer": [1, 2, 2], "date": dates}))
    one, other = make(few), make(few)
    link(one, other)
    one.selection = [("2024-01", 2)]
    assert shown(other) == {2}
    one.selection = [("2024-01", 1)]
    assert "'2024-01, month 1' holds no customer" in other._status["error"]
    assert shown(other) == {2}
    one.selection = []
    assert other.focused is None
    assert other._status["error"] == ""


def test_a_closed_widget_neither_filters_nor_is_filtered(linked: Any) -> None:
    one, other, made = linked
    one.selection = FEBRUARY
    one.close()
    assert other.focused is None
    other.selection = MARCH_1998
    assert one.focused is None
    one._repr_mimebundle_()  # displayed again
    assert one.focused is not None
    assert other.result.customers == 8476
    assert made.widgets == (one, other)


def test_a_link_keeps_no_widget_alive(table: tables.Table) -> None:
    one, other = CohortHeatmap(table), CohortHeatmap(table)
    made = link(one, other)
    one.selection = [{"kind": "column", "age": 1}]
    refs = [weakref.ref(one), weakref.ref(other)]
    one.close()
    del one
    gc.collect()
    assert refs[0]() is None
    assert made.widgets == (other,)
    other.selection = [{"kind": "column", "age": 1}]
    np.testing.assert_array_equal(
        other.audience.ids(), cohorts.retention(table, window="elapsed").audience(age=1).ids()
    )
    other.close()
    del other
    gc.collect()
    assert refs[1]() is None


def test_a_link_needs_no_name_and_goes_with_its_widgets(table: tables.Table) -> None:
    one, other = CohortHeatmap(table), CohortHeatmap(table)
    ref = weakref.ref(link(one, other))
    gc.collect()
    one.selection = [{"kind": "column", "age": 1}]
    assert other.focused is not None
    one.close()
    other.close()
    del one, other
    gc.collect()
    assert ref() is None
