"""What the picture adds to a result: labels for people, and the calendar period of each cell."""

from __future__ import annotations

import pytest

from custintel_analytics import cohorts, datasets, tables
from custintel_widgets.cohort_heatmap import frames


@pytest.fixture(scope="module")
def table() -> tables.Table:
    return tables.as_table(datasets.cdnow())


def test_a_cell_lies_in_one_calendar_period_or_in_none(table: tables.Table) -> None:
    """The week of 27 January 1997 lies in two months, that of 6 January in one; a quarter in three."""
    cells = frames.cells(cohorts.retention(table, cohort_grain="week", grain="month", values=()))
    by_week = cells.set_index(["cohort", "age"])["diagonal"]
    assert by_week["1997-01-06", 14] == "1998-03"
    assert by_week["1997-01-27", 14] == ""
    quarters = frames.cells(cohorts.retention(table, cohort_grain="quarter", grain="month", values=()))
    assert set(quarters["diagonal"]) == {""}
    elapsed = frames.cells(cohorts.retention(table, grain="month", window="elapsed", values=()))
    assert set(elapsed["diagonal"]) == {""}


def test_labels_are_for_people(table: tables.Table) -> None:
    result = cohorts.retention(
        table, cohort_grain="week", grain="month", window="elapsed", kind="bracket", values=()
    )
    cells = frames.cells(result)
    assert cells["label_cohort"].iloc[0] == "30 Dec 1996"
    assert cells["age_label"].unique().tolist()[:3] == ["0", "1–3", "4–6"]
    assert frames.age_title(result) == "30-day windows since first purchase"
