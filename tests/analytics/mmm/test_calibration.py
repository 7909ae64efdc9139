from types import SimpleNamespace

import numpy as np
import pytest

from custintel_analytics import mmm
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.calibration import geo_shares, window
from custintel_analytics.mmm.data import media_data

from .model_cases import COLUMNS, GEO, NATIONAL


def lift(**given):
    return mmm.lift_test("tv", **{"spend": 100, "change": 50, "lift": 10, "standard_error": 2, **given})


def test_standard_errors():
    assert lift().standard_error == 2
    assert lift(standard_error=None, lower=4, upper=16).standard_error == pytest.approx(12 / 2 / 1.959964)
    assert lift(standard_error=None, lower=4, upper=16, level=0.9).standard_error == pytest.approx(
        12 / 2 / 1.644854
    )


def test_from_a_result():
    result = SimpleNamespace(effect=12.0, standard_error=3.0)
    found = lift(lift=result, standard_error=None)
    assert (found.lift, found.standard_error) == (12.0, 3.0)
    from custintel_analytics import experiments as ex

    compared = ex.compare(ex.Sample.moments(100, 50, 9), ex.Sample.moments(100, 52, 9))
    assert lift(lift=compared, standard_error=None).lift == pytest.approx(2)


@pytest.mark.parametrize(
    "given, said",
    [
        ({"spend": -1}, "below 0"),
        ({"change": -101}, "spend 100 changed by -101 is below 0"),
        ({"change": 0}, "tests nothing"),
        ({"standard_error": 0}, "must be above 0"),
        ({"standard_error": None}, "how sure is it"),
        ({"lift": "much"}, "has no effect and standard_error"),
        ({"lift": float("nan")}, "write a number"),
        ({"spend": True}, "write a number"),
    ],
)
def test_bad_lift_tests(given, said):
    with pytest.raises(DataError, match=said):
        lift(**given)


def test_channels_geos_and_dates_must_be_there():
    with pytest.raises(DataError, match="names the channel 'radio'; the model has 'tv', 'search'"):
        mmm.MediaMix(**COLUMNS, calibration=mmm.attribution("radio", 1, standard_error=1))
    national = media_data(NATIONAL, mmm.MediaMix(**COLUMNS).settings)
    with pytest.raises(DataError, match="the data have none: leave out geo="):
        geo_shares(lift(geo="north"), national)
    by_geo = media_data(GEO, mmm.MediaMix(**COLUMNS, geo="geo").settings)
    with pytest.raises(DataError, match="is of the geo 'north'; the data have 'region 1'"):
        geo_shares(lift(geo="north"), by_geo)
    assert geo_shares(lift(geo="region 2"), by_geo).tolist() == [0, 1, 0]
    assert geo_shares(lift(), by_geo).sum() == pytest.approx(1)
    outside = mmm.attribution("tv", 1, standard_error=1, start="2031-01-01")
    with pytest.raises(DataError, match="the data go from 2022-01-03"):
        window(outside, national)
    assert window(mmm.attribution("tv", 1, standard_error=1), national) == slice(0, 60)


@pytest.mark.slow
def test_a_lift_test_separates_what_the_data_cannot():
    frame, truth = mmm.simulate(80, 2, seed=9, together=0.99)
    known = truth.channels.set_index("channel")
    # What switching tv off would cost per week at 20,000, from the truth.
    scale = frame["tv"].max()
    height = known.loc["tv", "beta"] * np.tanh(known.loc["tv", "lam"] * 20_000 / scale / 2)
    test = mmm.lift_test("tv", spend=20_000, change=-20_000, lift=-height, standard_error=0.05 * height)
    fits = [
        mmm.MediaMix(**COLUMNS, calibration=given, seasonality=1).fit(
            frame, draws=200, tune=300, chains=1, random_state=1, target_accept=0.8
        )
        for given in ((), test)
    ]
    widths = [float((fit.roas()["roas_upper"] - fit.roas()["roas_lower"]).iloc[0]) for fit in fits]
    assert widths[1] < 0.7 * widths[0]
    calibrated = fits[1].roas().set_index("channel").loc["tv"]
    assert calibrated["roas_lower"] < known.loc["tv", "roas"] < calibrated["roas_upper"]


@pytest.mark.parametrize(
    "given, said",
    [
        ({"lower": 3, "upper": 1}, "lower=3 must be below upper=1"),
        ({"lift": 10, "lower": 1, "upper": 3}, "the lift 10 doesn't lie in its interval, 1 to 3"),
    ],
)
def test_intervals_that_cannot_be(given, said):
    with pytest.raises(DataError, match=said):
        mmm.lift_test("tv", **{"spend": 10, "change": 5, "lift": 2, **given})


def test_what_calibration_cannot_do():
    with pytest.raises(DataError, match="calibration= needs link='identity'"):
        mmm.MediaMix(**COLUMNS, link="log", calibration=lift())
    with pytest.raises(DataError, match="attribution names 'May', which is no date"):
        mmm.attribution("tv", 100, standard_error=1, start="May")
