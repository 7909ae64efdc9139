"""Sampled models of geos and of media that change, against the truth that made the data."""

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import mmm

from .model_cases import COLUMNS

SHORT = {"chains": 1, "random_state": 1, "target_accept": 0.8}


@pytest.mark.slow
def test_geos_that_differ(tmp_path):
    frame, truth = mmm.simulate(60, 2, seed=8, geos=3)
    model = mmm.MediaMix(**COLUMNS, geo="geo", seasonality=2).fit(frame, draws=100, tune=200, **SHORT)
    roas = model.roas().set_index("channel")
    known = truth.channels.set_index("channel")["roas"]
    # So few draws leave the ends of an interval open: within twice its half-width.
    width = roas["roas_upper"] - roas["roas_lower"]
    assert ((roas["roas"] - known).abs() < width).all()
    assert (width < 0.5 * known).all()
    assert model.draws()["geo_intercept"].sum(axis=1) == pytest.approx(0, abs=1e-9)
    told = model.contributions(by_geo=True)
    for place, part in truth.contributions.groupby("geo"):
        own = told[(told["geo"] == place) & (told["term"] == "tv")]["mean"].sum()
        assert own == pytest.approx(part["tv"].sum(), rel=0.15)
    checks = model.diagnostics()
    assert checks.parameters["learnt"].max() <= 1
    assert {"geo_intercept[region 1]", "geo_strength[tv, region 2]"} <= set(
        checks.convergence.frame["parameter"]
    )
    again = mmm.MediaMix.load(model.save(tmp_path / "geo.nc"))
    pd.testing.assert_frame_equal(again.roas(), model.roas())
    assert again.response_table(periods=8).channels == ("tv", "search")


@pytest.mark.slow
def test_media_that_change_over_time(data_file):
    """The file holds the factor that made it: 179 weeks, from 1.5 down and up again."""
    frame = pd.read_csv(data_file("mmm_clv/pymc_marketing/media_tvp_data.csv"))
    model = mmm.MediaMix(
        date="date_week", target="y", channels=["x1", "x2"], controls=["event_1", "event_2"], trend=None,
        time_varying=True,
    )  # fmt: skip
    model.fit(frame, draws=80, tune=200, **SHORT)
    known = (
        frame["hidden_latent_media_fluctuation"] / frame["hidden_latent_media_fluctuation"].mean()
    ).to_numpy()
    draws = model.draws()["media_factor"]
    assert draws.mean(axis=1) == pytest.approx(1)
    assert np.corrcoef(draws.mean(axis=0), known)[0, 1] > 0.99
    lower, upper = np.quantile(draws, [0.01, 0.99], axis=0)
    assert ((lower < known) & (known < upper)).mean() > 0.9
    brought = model.waterfall().set_index("term").loc[["x1", "x2"], "mean"].sum()
    assert brought == pytest.approx(frame[["x1_contribution", "x2_contribution"]].to_numpy().sum(), rel=0.15)
    allowed = model.prior_predictive()
    assert ((allowed["lower"] < frame["y"]) & (frame["y"] < allowed["upper"])).all()
    found = model.holdout(frame, slices=1, periods=4, draws=20, tune=40, **SHORT)
    assert not found.quick
    assert found.frame["crps"].iloc[0] < found.frame["naive_crps"].iloc[0]
