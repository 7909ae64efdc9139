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


def test_the_e_mail_test_is_as_published(data_file):
    customers = datasets.hillstrom(data_file("causal/uplift/hillstrom.csv"))
    assert customers["segment"].value_counts().to_dict() == {
        "Womens E-Mail": 21_387,
        "Mens E-Mail": 21_307,
        "No E-Mail": 21_306,
    }
    assert list(customers.columns) == [
        *("recency", "history_segment", "history", "mens", "womens", "zip_code", "newbie", "channel"),
        *("segment", "visit", "conversion", "spend"),
    ]
    assert customers["conversion"].le(customers["visit"]).all()
    assert customers.notna().all().all()


def test_a_missing_e_mail_test_says_where_to_get_it(monkeypatch):
    monkeypatch.delenv(datasets.DATA_VARIABLE, raising=False)
    with pytest.raises(DataError, match=r"hillstrom\('hillstrom.csv'\).*minethatdata.com") as error:
        datasets.hillstrom()
    assert "causal/uplift/hillstrom.csv" in str(error.value)
    with pytest.raises(DataError, match=r"no file 'nowhere.csv'"):
        datasets.hillstrom("nowhere.csv")
