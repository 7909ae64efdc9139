"""Real data as they were published."""

import pytest

from custintel_analytics import datasets
from custintel_analytics.errors import DataError


def test_two_years_of_online_retail_hold_each_line_once(data_file):
    years = [
        data_file("customers/online_retail.parquet"),
        data_file("customers/online_retail_ii_2009_2010.parquet"),
    ]
    lines = datasets.online_retail_ii(*years)
    assert len(lines) == 525_461 + 541_909 - 22_523
    assert lines["InvoiceDate"].is_monotonic_increasing
    assert list(lines.columns) == list(datasets.online_retail(years[0]).columns)
    # Most “new” customers of December 2010 had bought before.
    early = lines[lines["InvoiceDate"] < "2010-12-01"]["CustomerID"].dropna().unique()
    december = lines[lines["InvoiceDate"].between("2010-12-01", "2010-12-31 23:59")]["CustomerID"].dropna()
    assert december.drop_duplicates().isin(early).mean() > 0.5


def test_a_missing_year_says_where_to_get_it(online_retail_path):
    with pytest.raises(DataError, match=r"before='online_retail_ii_2009_2010.parquet'"):
        datasets.online_retail_ii(online_retail_path, "nowhere.parquet")
