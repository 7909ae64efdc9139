"""What can be wrong with a table, and what it then says."""

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import mmm
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.data import media_data

COLUMNS = {"date": "week", "target": "sales", "channels": ["tv", "web"], "controls": ["price"]}


def table(weeks=60) -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "week": pd.date_range("2024-01-01", periods=weeks, freq="W-MON"),
            "sales": random.uniform(100, 200, weeks),
            "tv": random.uniform(0, 10, weeks),
            "web": random.uniform(0, 5, weeks),
            "price": random.uniform(1, 2, weeks),
        }
    )


def read(frame, **options):
    return media_data(frame, mmm.MediaMix(**{**COLUMNS, **options}).settings)


def changed(column, rows, value, frame=None) -> pd.DataFrame:
    frame = table() if frame is None else frame
    kept = frame[column].astype(object) if isinstance(value, str) else frame[column].copy()
    kept.iloc[rows] = value
    return frame.assign(**{column: kept})


def test_in_any_order_and_beside_other_columns():
    frame = table().assign(note="x")
    data = read(frame.sample(frac=1, random_state=0))
    assert data.periods == 60
    assert data.step == "week"
    assert data.target[:, 0] == pytest.approx(frame["sales"].to_numpy())
    assert data.spend[:, 0, 1] == pytest.approx(frame["web"].to_numpy())
    assert data.controls[:, 0, 0] == pytest.approx(frame["price"].to_numpy())


def test_the_frame_is_not_changed():
    frame = table().astype({"week": str})
    before = frame.copy()
    read(frame)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("engine", ["ibis", "polars", "parquet", "upper case"])
def test_from_where_the_data_live(engine, tmp_path):
    frame = table()
    if engine == "ibis":
        import ibis

        source = ibis.memtable(frame)
    elif engine == "polars":
        import polars

        source = polars.from_pandas(frame)
    elif engine == "parquet":
        source = tmp_path / "media.parquet"
        frame.to_parquet(source)
    else:
        source = frame.rename(columns=str.upper)
    data = read(source)
    assert data.target[:, 0] == pytest.approx(frame["sales"].to_numpy())
    assert data.dates[0] == pd.Timestamp("2024-01-01")


def test_months_and_days():
    monthly = table(30).assign(week=pd.date_range("2024-01-31", periods=30, freq="ME"))
    assert read(monthly).step == "month"
    daily = table().assign(week=pd.date_range("2024-01-01", periods=60))
    assert read(daily).step == "day"


@pytest.mark.parametrize(
    "frame, said, column, count",
    [
        (changed("tv", [3, 4], -5.0), r"2 values of the spend 'tv' are negative, for example -5 on 2024-01-22", "tv", 2),
        (table().drop(index=[10, 11, 20]), r"3 weeks are missing from 'week', the first after 2024-03-04", "week", 3),
        (table().assign(web=0.0), r"'web' is 0 in all 60 rows.*Leave it out", "web", 60),
        (changed("sales", [7], "a lot"), r"outcome 'sales' is not numeric.*'a lot'", "sales", 1),
        (pd.concat([table(), table().head(2)]), r"2 rows repeat a date of 'week', for example 2024-01-01.*geo=", "week", 2),
        (changed("tv", [3], np.nan), r"1 values of the spend 'tv' are missing.*Write 0", "tv", 1),
        (changed("sales", [3], np.inf), r"missing or infinite, the first at 2024-01-22", "sales", 1),
        (table().assign(price=2.0), r"control 'price' is 2 in every row, like the intercept", "price", None),
        (table().assign(sales=5.0), r"nothing to explain", "sales", None),
        (table().head(0), "no rows", None, 0),
        (table().head(2), "only 2 dates", "week", 2),
        (table().drop(columns="web"), r"no column 'web'.*Columns: week", "web", None),
        (table().rename(columns={"sales": "sale"}), r"Did you mean 'sale'", "sales", None),
        (table().assign(week=range(60)), r"holds numbers.*not dates", "week", None),
        (changed("week", [1], "03/02/2024", table().astype({"week": str})), r"1 values of 'week' are no dates", "week", 1),
        (changed("week", [5], pd.Timestamp("2024-02-06")), r"mostly 7 days apart, but 2 are not", "week", 2),
    ],
)  # fmt: skip
def test_bad_tables(frame, said, column, count):
    with pytest.raises(DataError, match=said) as error:
        read(frame)
    assert error.value.column == column
    if count is not None:
        assert error.value.count == count


def test_fewer_weeks_than_parameters():
    with pytest.raises(DataError, match=r"12 weeks can't tell 14 parameters apart.*2 parameters per pair"):
        mmm.MediaMix(**COLUMNS).fit(table(12), quick=True)


def test_a_log_link_needs_what_is_above_zero():
    with pytest.raises(DataError, match="goes down to 0, in 1 rows"):
        read(changed("sales", [3], 0.0), link="log")


def test_geos():
    frame = pd.concat([table().assign(region=name) for name in ("north", "south")])
    data = read(frame, geo="region")
    assert data.geos == ("north", "south")
    assert data.spend.shape == (60, 2, 2)
    with pytest.raises(DataError, match="only one geo in 'region', 'north'"):
        read(frame[frame["region"] == "north"], geo="region")
    with pytest.raises(DataError, match=r"2 rows are missing: 'south' has 58 of 60 periods"):
        read(frame.iloc[:-2], geo="region")
    with pytest.raises(DataError, match=r"repeat a date.*and north"):
        read(pd.concat([frame, frame.head(1)]), geo="region")
    quiet = frame.assign(tv=frame["tv"].where(frame["region"] == "north", 0.0))
    with pytest.raises(DataError, match="0 in all periods of 1 geos"):
        read(quiet, geo="region")


def test_events():
    data = read(
        table(), events={"black friday": ["2024-11-29"], "fair": ["2024-03-07", "2024-03-12", "2031-01-01"]}
    )
    assert data.control_names == ("price", "black friday", "fair")
    assert data.dates[data.controls[:, 0, 1] == 1].tolist() == [pd.Timestamp("2024-11-25")]
    assert data.controls[:, 0, 2].sum() == 2
    with pytest.raises(DataError, match="No day of the event 'fair' lies in the data"):
        read(table(), events={"fair": "2031-01-01"})


@pytest.mark.parametrize(
    "options, said",
    [
        ({"channels": []}, "Name the columns of spend"),
        ({"channels": ["tv", "tv"]}, "names 'tv' twice"),
        ({"channels": ["tv", "price"]}, "'price' is named as channels and as controls"),
        ({"channels": [1]}, "write the columns' names"),
        ({"target": "tv"}, "'tv' is named as target and as channels"),
        ({"date": None}, "date=None"),
        ({"adstock": "geometrical"}, "Did you mean 'geometric'"),
        ({"saturation": "s"}, "Choose one of: 'logistic'"),
        ({"lags": 0}, "from 1 to 104"),
        ({"seasonality": True}, "from 0 to 20"),
        ({"trend": "quadratic"}, "Choose one of: 'linear'"),
        ({"link": "logit"}, "'identity', 'log'"),
        ({"priors": "roas"}, "Did you mean 'roi'"),
        ({"priors": 3}, "or a dict"),
        ({"calibration": 3}, "lift_test"),
    ],
)
def test_bad_settings(options, said):
    with pytest.raises(DataError, match=said):
        mmm.MediaMix(**{**COLUMNS, **options})


def test_days_of_events_are_dates_and_those_outside_are_counted():
    with pytest.raises(DataError, match="The event 'fair' names 'soon', which is no date"):
        mmm.MediaMix(date="week", target="sales", channels=["tv"], events={"fair": ["soon"]})
    frame = mmm.simulate(60, 2, seed=5)[0]
    zoned = pd.Timestamp("2022-03-02", tz="Europe/Zurich")
    model = mmm.MediaMix(
        date="date",
        target="revenue",
        channels=["tv", "search"],
        events={"fair": [zoned, "2021-12-31", "2035-01-01"]},
    ).fit(frame, quick=True)
    assert model.data_.controls[:, 0, 0].nonzero()[0].tolist() == [8]
    told = model.diagnostics().frame.set_index("check")["sentence"]["events"]
    assert told == "2 of 3 days of fair lie outside the data, such as 2021-12-31, and say nothing."
