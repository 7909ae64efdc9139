"""What can't be answered says why, and what to do."""

import datetime as dt

import pandas as pd
import pytest

from custintel_analytics import cohorts, datasets, tables
from custintel_analytics.errors import DataError


def table(dates, customers=None, **more):
    dates = pd.to_datetime(pd.Series(dates))
    customers = range(len(dates)) if customers is None else customers
    return tables.as_table(pd.DataFrame({"customer": customers, "date": dates, **more}))


def test_one_customer():
    result = cohorts.retention(table(["2024-01-05", "2024-03-01"], [7, 7]))
    assert result.frame["active"].tolist() == [1, 0, 1]
    assert result.bought_once == 0
    assert result.summary().startswith("1 customer in 1 cohort by month, 5 January 2024 to 1 March 2024.")


def test_a_single_date():
    result = cohorts.retention(table(["2024-01-05"] * 3))
    assert result.frame[["cohort", "age", "size", "mature"]].values.tolist() == [["2024-01", 0, 3, False]]
    assert len(result.average()) == 0
    assert "bought once" in result.summary()


def test_no_rows():
    empty = pd.DataFrame({"customer": pd.Series(dtype="int64"), "date": pd.Series(dtype="datetime64[ns]")})
    with pytest.raises(DataError):
        cohorts.retention(empty)


def test_no_usable_rows():
    with pytest.raises(DataError, match="no usable purchase"):
        cohorts.retention(table(["2999-01-05", "2999-01-06"]))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"grain": "months"}, "grain='months' is not known. Did you mean 'month'.*'day', 'week'"),
        ({"cohort_grain": "fortnight"}, "cohort_grain='fortnight' is not known"),
        ({"window": "rolling"}, "window='rolling' is not known.*'calendar', 'elapsed'"),
        ({"kind": "clasic"}, "Did you mean 'classic'"),
        ({"values": ("profit",)}, "values='profit' is not known.*'orders', 'revenue'"),
        ({"values": ("revenue",)}, "the table has no amount. Name its column with amount="),
        ({"level": 95}, "level=95 is not a confidence.*level=0.95"),
        ({"brackets": (1, 3)}, "from 0 and rising"),
        ({"brackets": (0, 3, 3)}, "from 0 and rising"),
        ({"by": "chanel"}, "by='chanel': there is no such column. Did you mean 'channel'"),
        ({"by": "channel", "cohort_grain": "month"}, "both make the cohorts"),
        ({"as_of": "soon"}, "as_of='soon' is not a date. Write it as 1998-06-30"),
        ({"as_of": "2023-12-31"}, "as_of=2023-12-31 is before the first purchase, 2024-01-05"),
    ],
)
def test_arguments(arguments, message):
    with pytest.raises(DataError, match=message):
        cohorts.retention(table(["2024-01-05", "2024-02-07"], channel=["web", "shop"]), **arguments)


def test_a_role_is_found_whatever_its_case(cdnow_table):
    one = cohorts.retention(cdnow_table, by="QUANTITY", values=())
    assert one.settings.by == "quantity"
    assert one.frame["cohort_start"].isna().all()
    assert one.truncation.sentence == ""


def test_all_amounts_missing():
    data = table(["2024-01-05", "2024-02-07"], amount=[float("nan")] * 2)
    with pytest.raises(DataError, match=r"All 2 amounts are missing.*amount=False"):
        cohorts.retention(data)
    assert cohorts.retention(data, values=("orders",)).frame["orders"].sum() == 2
    assert cohorts.retention(table(["2024-01-05"], amount=[0.0])).frame["revenue"].tolist() == [0.0]


def test_roles_of_a_table_are_fixed(cdnow_table):
    with pytest.raises(DataError, match="customer"):
        cohorts.retention(cdnow_table, customer="customer")


def test_as_of_takes_dates_and_text():
    data = table(["2024-01-05", "2024-02-07"], [1, 1])
    for as_of in (
        "2024-01-31",
        dt.date(2024, 1, 31),
        pd.Timestamp("2024-01-31 10:00"),
        dt.datetime(2024, 1, 31),
    ):
        result = cohorts.retention(data, as_of=as_of)
        assert result.settings.as_of == dt.date(2024, 1, 31)
        assert result.frame["active"].tolist() == [1]
    assert cohorts.retention(data, as_of="").settings.as_of == dt.date(2024, 2, 7)


def test_a_million_cohorts():
    dates = pd.date_range("1990-01-01", periods=9000)
    with pytest.raises(
        DataError, match=r"9,000 cohorts, from 1 January 1990.*cohort_grain='week': 1,286 cohorts"
    ) as e:
        cohorts.retention(table(dates), grain="month", cohort_grain="day")
    assert e.value.count == 9000


def test_too_many_cells():
    dates = pd.date_range("1980-01-01", periods=12000)
    with pytest.raises(DataError, match=r"would be 20,580,000 cells.*Ask for grain='week': 2,941,225 cells"):
        cohorts.retention(table(dates), grain="day", cohort_grain="week")


def test_an_id_is_no_attribute(cdnow_table):
    with pytest.raises(DataError, match="every customer would be a cohort of its own"):
        cohorts.retention(cdnow_table, by="customer")
    remarks = tables.as_table(datasets.cdnow().assign(remark=lambda frame: range(len(frame))))
    with pytest.raises(DataError, match=r"by='remark' has 23,570 different values.*looks like an id") as e:
        cohorts.retention(remarks, by="remark")
    assert (e.value.column, e.value.count) == ("remark", 23570)
