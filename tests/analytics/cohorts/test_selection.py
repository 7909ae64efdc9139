"""The customers behind a part of the matrix."""

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import cohorts
from custintel_analytics.errors import DataError


def ids(frame):
    return np.sort(frame["customer"].unique())


@pytest.fixture(scope="module")
def dated(purchases):
    month = purchases["date"].dt.to_period("M")
    first = purchases.groupby("customer")["date"].transform("min").dt.to_period("M")
    return purchases.assign(
        month=month.astype(str), cohort=first.astype(str), age=month.astype("int64") - first.astype("int64")
    )


def slow(audience):
    """The ids by the expression that travels, not by what is kept."""
    return np.sort(audience.table.execute(audience._of(audience.table))["customer"].to_numpy())


def test_cell_row_column_and_diagonal(monthly, dated):
    expected = {
        "cell": (
            {"cohort": "1997-02", "age": 3},
            dated[(dated["cohort"] == "1997-02") & (dated["age"] == 3)],
        ),
        "row": ({"cohort": "1997-03"}, dated[dated["cohort"] == "1997-03"]),
        "column": ({"age": 5}, dated[dated["age"] == 5]),
        "diagonal": ({"period": "1998-03"}, dated[dated["month"] == "1998-03"]),
    }
    for kind, (selection, rows) in expected.items():
        audience = monthly.audience(**selection)
        np.testing.assert_array_equal(audience.ids(), ids(rows))
        np.testing.assert_array_equal(slow(audience), ids(rows))
        assert audience.size == len(ids(rows))
        again = monthly.audience(cells=[{"kind": kind, **selection}])
        assert again.size == audience.size
        assert again.name == audience.name


def test_the_campaign_diagonal(monthly):
    assert monthly.audience(period="1998-03").size == 2060
    assert monthly.audience(period="1998-02").size == 1551
    assert monthly.audience(period="1998-03").name == "March 1998"


def test_a_selection_of_several_is_their_union(monthly, dated):
    cells = [
        {"kind": "cell", "cohort": "1997-01", "age": 3},
        {"kind": "row", "cohort": "1997-02"},
        {"kind": "diagonal", "period": "1998-03"},
    ]
    rows = dated[
        ((dated["cohort"] == "1997-01") & (dated["age"] == 3))
        | (dated["cohort"] == "1997-02")
        | (dated["month"] == "1998-03")
    ]
    audience = monthly.audience(cells=cells, name="mixed")
    np.testing.assert_array_equal(audience.ids(), ids(rows))
    np.testing.assert_array_equal(slow(audience), ids(rows))
    assert audience.name == "mixed"


@pytest.mark.parametrize("kind", ["classic", "unbounded", "bracket"])
@pytest.mark.parametrize(
    "question",
    [
        {"window": "elapsed", "cohort_grain": "week"},
        {"grain": "week"},
        {"grain": "quarter", "by": "quantity"},
    ],
)
def test_every_cell_holds_as_many_as_it_says(cdnow_table, kind, question):
    result = cohorts.retention(cdnow_table, kind=kind, values=(), **question)
    some = result.frame.sample(4, random_state=3)
    for cell in some.itertuples():
        audience = result.audience(cohort=cell.cohort, age=cell.age)
        assert audience.size == cell.active
        np.testing.assert_array_equal(audience.ids(), slow(audience))


def test_an_unbounded_diagonal_is_from_that_month_on(cdnow_table, dated):
    result = cohorts.retention(cdnow_table, kind="unbounded")
    audience = result.audience(period="1997-02")
    rows = dated[(dated["month"] >= "1997-02") & (dated["cohort"] <= "1997-02")]
    np.testing.assert_array_equal(audience.ids(), ids(rows))
    np.testing.assert_array_equal(slow(audience), ids(rows))


def test_as_of_holds_for_the_audience_too(cdnow_table, dated):
    result = cohorts.retention(cdnow_table, as_of="1997-05-15")
    rows = dated[
        (dated["cohort"] == "1997-02") & (dated["age"] == 3) & (dated["date"] <= pd.Timestamp("1997-05-15"))
    ]
    audience = result.audience(cohort="1997-02", age=3)
    np.testing.assert_array_equal(audience.ids(), ids(rows))
    np.testing.assert_array_equal(slow(audience), ids(rows))


@pytest.mark.parametrize(
    "selection, message",
    [
        ({}, "Nothing is selected"),
        ({"cohort": "1996-01"}, "There is no cohort '1996-01'. Cohorts: 1997-01, 1997-02, 1997-03"),
        ({"cohort": "January"}, "'January' is not a month. Write it as '1997-01'"),
        ({"age": 40}, "There is no age 40. Ages: 0, 1, 2, 3 … 17"),
        ({"period": "1998-09"}, "period='1998-09' is outside the data, 1997-01 to 1998-06"),
        ({"period": "1998-03", "age": 1}, "can't be combined"),
        ({"cells": []}, "selects nobody"),
        ({"cells": [{"kind": "cel", "age": 1}]}, "Did you mean 'cell'"),
        ({"cells": [{"kind": "cell", "age": 1}]}, "lacks cohort"),
    ],
)
def test_what_is_not_there_is_refused(monthly, selection, message):
    with pytest.raises(DataError, match=message):
        monthly.audience(**selection)


def test_diagonals_need_calendar_periods_of_one_age(cdnow_table):
    with pytest.raises(DataError, match="Ask with window='calendar'"):
        cohorts.retention(cdnow_table, window="elapsed").audience(period="1998-03")
    with pytest.raises(DataError, match="Ask with kind='classic'"):
        cohorts.retention(cdnow_table, kind="bracket").audience(period="1998-03")
