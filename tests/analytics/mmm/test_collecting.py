import numpy as np
import pandas as pd
import pytest

from custintel_analytics import mmm
from custintel_analytics.errors import DataError


def daily(days=100, start="2024-01-03") -> tuple[pd.DataFrame, pd.DataFrame]:
    random = np.random.default_rng(0)
    dates = pd.date_range(start, periods=days)
    spend = pd.DataFrame(
        [(day, name, random.uniform(1, 10)) for day in dates for name in ("tv", "web") for _ in range(2)],
        columns=["day", "channel", "cost"],
    )
    sales = pd.DataFrame({"day": dates.repeat(3), "revenue": random.uniform(10, 20, 3 * days)})
    return spend, sales


def collected(spend, sales, **options):
    return mmm.media_table(
        spend, date="day", channel="channel", amount="cost", outcomes=sales, target="revenue", **options
    )


def test_weeks_from_days():
    spend, sales = daily()
    table = collected(spend, sales)
    frame = table.frame.set_index("date")
    week = spend["day"].dt.to_period("W").dt.start_time
    expected = spend.groupby([week, "channel"])["cost"].sum().unstack()
    assert frame[["tv", "web"]].to_numpy() == pytest.approx(
        expected.loc[frame.index, ["tv", "web"]].to_numpy()
    )
    sold = sales.groupby(sales["day"].dt.to_period("W").dt.start_time)["revenue"].sum()
    assert frame["revenue"].to_numpy() == pytest.approx(sold.loc[frame.index].to_numpy())
    assert (frame.index.day_of_week == 0).all()
    # Begins on a Wednesday and ends on a Thursday: both weeks are seen in part.
    assert frame.index[0] == pd.Timestamp("2024-01-08")
    assert table.left_out.to_dict("records")[0]["rows"] == 2
    assert "Left out: 2, weeks that the data cover in part" in table.summary()


@pytest.mark.parametrize("grain, periods", [("day", 100), ("month", 2)])
def test_other_grains(grain, periods):
    assert len(collected(*daily(), grain=grain).frame) == periods


def test_fits_as_it_is():
    spend, sales = daily(400)
    spend = spend.assign(cost=spend["cost"] * np.where(spend["channel"] == "tv", 10, 1))
    table = collected(spend, sales)
    model = mmm.MediaMix(date="date", target="revenue", channels=table.channels, seasonality=0).fit(
        table, quick=True
    )
    assert model.data_.periods == len(table.frame)
    assert table.channels == ("tv", "web")


def test_without_rows_nothing_was_spent_but_outcomes_stay_missing():
    spend, sales = daily()
    quiet = spend[~((spend["channel"] == "web") & spend["day"].between("2024-02-05", "2024-02-11"))]
    gone = sales[~sales["day"].between("2024-02-19", "2024-02-25")]
    table = collected(quiet, gone)
    frame = table.frame.set_index("date")
    assert frame.loc["2024-02-05", "web"] == 0
    assert np.isnan(frame.loc["2024-02-19", "revenue"])
    assert len(table.notes) == 2
    assert table.notes[0].startswith("1 of ")
    assert "missing in 1 rows" in table.notes[1]
    with pytest.raises(DataError, match="1 values of the outcome 'revenue' are missing"):
        mmm.MediaMix(date="date", target="revenue", channels=["tv", "web"], seasonality=0, lags=2).fit(
            table, quick=True
        )


def test_rows_that_cannot_be_used_are_counted():
    spend, sales = daily()
    spend.loc[:4, "cost"] = np.nan
    spend.loc[10, "channel"] = None
    spend.loc[20, "cost"] = -3.0
    table = collected(spend, sales)
    (row,) = table.left_out[table.left_out["reason"] == "amount without date, channel or number"].to_dict(
        "records"
    )
    assert row["rows"] == 6
    assert "channel: " in row["example"]
    # What stays in isn't left out.
    assert table.notes[0].startswith("1 rows of the amount are negative, such as -3; they are subtracted")
    assert not table.left_out["reason"].str.contains("negative").any()


def test_geos():
    spend, sales = daily(60)
    spend = pd.concat([spend.assign(region=name) for name in ("north", "south")])
    sales = pd.concat([sales.assign(area=name) for name in ("north", "south")])
    table = collected(spend, sales, geo="region", outcome_geo="area")
    assert list(table.frame.columns) == ["date", "geo", "revenue", "web", "tv"]
    assert len(table.frame) == 2 * table.frame["date"].nunique()


@pytest.mark.parametrize("engine", ["ibis", "upper case", "text dates"])
def test_where_the_data_live(engine):
    spend, sales = daily()
    expected = collected(spend, sales).frame
    if engine == "ibis":
        import ibis

        spend, sales = ibis.memtable(spend), ibis.memtable(sales)
    elif engine == "upper case":
        spend = spend.rename(columns=str.upper)
    else:
        spend, sales = (table.assign(day=table["day"].astype(str)) for table in (spend, sales))
    pd.testing.assert_frame_equal(collected(spend, sales).frame, expected)


def test_errors():
    spend, sales = daily()
    with pytest.raises(DataError, match=r"no column 'kost'.*Did you mean 'cost'"):
        mmm.media_table(spend, date="day", channel="channel", amount="kost")
    with pytest.raises(DataError, match="amount 'channel' is not numeric"):
        mmm.media_table(spend, date="day", channel="channel", amount="channel")
    with pytest.raises(DataError, match="'cost' is no date"):
        mmm.media_table(spend, date="cost", channel="channel", amount="cost")
    with pytest.raises(DataError, match="Did you mean 'week'"):
        collected(spend, sales, grain="weeks")
    with pytest.raises(DataError, match="No whole week"):
        collected(spend, sales.assign(day=sales["day"] + pd.Timedelta(days=1000)))
    with pytest.raises(DataError, match="None of 400 rows"):
        collected(spend.assign(cost=np.nan), sales)
    for name in ("revenue", "date"):
        with pytest.raises(DataError, match=rf"the channel '{name}', which would be the name of two columns"):
            collected(spend.assign(channel=spend["channel"].replace({"tv": name})), sales)
    with pytest.raises(DataError, match="'day' holds text that can't all be read as dates; the first is '"):
        collected(spend.assign(day=spend["day"].dt.strftime("%d/%m/%Y")), sales)
    many = spend.assign(channel=[f"campaign {i}" for i in range(len(spend))])
    with pytest.raises(DataError, match="more channels than a model can tell apart"):
        collected(many, sales)
