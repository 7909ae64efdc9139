"""Average curves: weights, intervals, and what is left out of them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from custintel_analytics import cohorts
from custintel_analytics.cohorts.intervals import wilson
from custintel_analytics.errors import DataError


@pytest.fixture(scope="module")
def early(cdnow_table):
    return cohorts.retention(cdnow_table, cohort_grain="week", window="elapsed")


def test_customers_count_alike(early):
    average = early.average().set_index("age")
    for age, cells in early.frame[early.frame["mature"]].groupby("age"):
        row = average.loc[age]
        assert row["retention"] == cells["active"].sum() / cells["size"].sum()
        assert (row["lower"], row["upper"]) == tuple(
            float(bound) for bound in wilson(cells["active"].sum(), cells["size"].sum(), 0.95)
        )
        assert (row["customers"], row["cohorts"]) == (cells["size"].sum(), len(cells))
        assert row["average_order"] == pytest.approx(cells["revenue"].sum() / cells["orders"].sum())
        expected = (cells["cumulative_value"] * cells["size"]).sum() / cells["size"].sum()
        assert row["cumulative_value"] == pytest.approx(expected)
        assert row["revenue"] == pytest.approx(cells["revenue"].mean())


def test_cohorts_count_alike(early):
    average = early.average("cohorts").set_index("age")
    for age, cells in early.frame[early.frame["mature"] & (early.frame["age"] > 0)].groupby("age"):
        row, rates = average.loc[age], cells["retention"]
        assert row["retention"] == pytest.approx(rates.mean())
        if len(rates) > 1:
            low, high = stats.t.interval(0.95, len(rates) - 1, rates.mean(), stats.sem(rates))
            assert (row["lower"], row["upper"]) == pytest.approx((max(low, 0), min(high, 1)))
        else:
            assert np.isnan(row["lower"])
        assert row["cumulative_value"] == pytest.approx(cells["cumulative_value"].mean())


def test_immature_cells_are_left_out(early):
    assert not early.frame["mature"].all()
    counted = early.frame[early.frame["mature"]].groupby("age")["cohort"].count()
    pd.testing.assert_series_equal(
        early.average().set_index("age")["cohorts"], counted, check_names=False, check_dtype=False
    )


def test_without_values_there_are_only_counts(cdnow_table):
    average = cohorts.retention(cdnow_table, values=()).average()
    assert list(average.columns) == [
        "age", "age_to", "retention", "lower", "upper", "cohorts", "customers", "active",
    ]  # fmt: skip


def test_nothing_mature_gives_an_empty_curve(cdnow_table):
    average = cohorts.retention(cdnow_table, grain="year", as_of="1997-06-30").average()
    assert len(average) == 0
    assert "retention" in average


def test_unknown_weights_are_refused(early):
    with pytest.raises(DataError, match=r"weights='customer' is not known\. Did you mean 'customers'"):
        early.average("customer")
