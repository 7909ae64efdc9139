"""The grain to begin with."""

import pandas as pd
import pytest

from custintel_analytics import cohorts, tables


def test_cdnow_begins_with_weeks_followed_by_30_days(cdnow_table):
    assert cohorts.suggest_grain(cdnow_table) == {
        "cohort_grain": "week",
        "grain": "month",
        "window": "elapsed",
    }
    assert (
        cohorts.retention(cdnow_table, **cohorts.suggest_grain(cdnow_table)).frame["cohort"].nunique() == 13
    )


def test_online_retail_begins_with_months(retail):
    assert cohorts.suggest_grain(retail) == {"cohort_grain": "month", "grain": "month", "window": "calendar"}


@pytest.mark.parametrize(
    "days, cohort_grain, grain, window",
    [
        (1, "month", "month", "calendar"),
        (14, "day", "day", "elapsed"),
        (60, "week", "week", "elapsed"),
        (160, "week", "month", "elapsed"),
        (400, "month", "month", "calendar"),
        (730, "month", "month", "calendar"),
        (1100, "quarter", "quarter", "calendar"),
        (5000, "year", "year", "calendar"),
    ],
)
def test_steady_acquisition(days, cohort_grain, grain, window):
    dates = pd.date_range("2015-01-01", periods=days)
    table = tables.as_table(pd.DataFrame({"customer": range(days), "date": dates}))
    suggested = cohorts.suggest_grain(table)
    assert suggested == {"cohort_grain": cohort_grain, "grain": grain, "window": window}
    assert len(cohorts.retention(table, **suggested).frame) >= 1


def test_one_customer():
    dates = pd.date_range("2024-01-01", periods=300, freq="D")
    table = tables.as_table(pd.DataFrame({"customer": 1, "date": dates}))
    assert cohorts.retention(table, **cohorts.suggest_grain(table)).customers == 1
