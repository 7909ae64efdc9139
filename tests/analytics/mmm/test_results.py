import numpy as np
import pandas as pd
import pytest

from custintel_analytics import mmm
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.results import fallen_to_half

from .model_cases import Case


def refitted(model, frame):
    """The same posterior on other data: what the model says would have come of them."""
    from custintel_analytics.mmm.data import media_data
    from custintel_analytics.mmm.design import design
    from custintel_analytics.mmm.equation import Equation

    seen = design(media_data(frame, model.settings), model.settings, model.scales_)
    equation = Equation(model.settings, seen, model.draws(1000))
    return equation.outcome(equation.mean)


def test_terms_add_up_to_what_is_expected(quick_model):
    told = quick_model.contributions()
    total = told.groupby("date")["mean"].sum().to_numpy()
    assert total == pytest.approx(quick_model.fitted_values()["mean"].to_numpy())
    assert (told["lower"] <= told["upper"]).all()
    assert set(told["kind"]) == {"baseline", "control", "channel"}


def test_the_waterfall_ends_at_the_total(quick_model):
    bars = quick_model.waterfall()
    assert bars["term"].tolist() == [
        "intercept",
        "trend",
        "seasonality",
        "promotion",
        "tv",
        "search",
        "social",
        "total",
    ]
    assert bars["end"].iloc[-2] == pytest.approx(bars["mean"].iloc[-1])
    assert bars["start"].iloc[1:-1].to_numpy() == pytest.approx(bars["end"].iloc[:-2].to_numpy())
    assert bars["share"].iloc[:-1].sum() == pytest.approx(1)
    told = quick_model.contributions().groupby("term")["mean"].sum()
    assert bars.set_index("term")["mean"]["tv"] == pytest.approx(told["tv"])


def test_roas_against_data_without_the_channel(quick_model, market):
    """Computed again by leaving out the spend, and by raising it by a millionth."""
    frame = market[0]
    rows = quick_model.roas().set_index("channel")
    whole = refitted(quick_model, frame).sum(axis=(1, 2))
    for channel in ("tv", "search"):
        spend = frame[channel].sum()
        less = frame.assign(**{channel: np.where(frame.index == 0, 1e-9, 0.0)})
        brought = (whole - refitted(quick_model, less).sum(axis=(1, 2))) / spend
        assert rows.loc[channel, "roas"] == pytest.approx(brought.mean(), rel=1e-6)
        assert rows.loc[channel, "roas_lower"] == pytest.approx(np.quantile(brought, 0.03), rel=1e-6)
        more = refitted(quick_model, frame.assign(**{channel: frame[channel] * (1 + 1e-6)})).sum(axis=(1, 2))
        marginal = (more - whole) / (1e-6 * spend)
        assert rows.loc[channel, "mroas"] == pytest.approx(marginal.mean(), rel=1e-4)
        assert rows.loc[channel, "mroas_upper"] == pytest.approx(np.quantile(marginal, 0.97), rel=1e-4)
    assert rows["cost_per_target"].to_numpy() == pytest.approx(1 / rows["roas"], rel=0.1)


def test_roas_of_a_year(quick_model, market):
    rows = quick_model.roas(start="2023-01-02", end="2023-12-31").set_index("channel")
    year = market[0][market[0]["date"].dt.year == 2023]
    assert rows["spend"].to_numpy() == pytest.approx(year[["tv", "search", "social"]].sum().to_numpy())
    whole = quick_model.roas().set_index("channel")
    assert (rows["contribution"] < whole["contribution"]).all()
    with pytest.raises(DataError, match="No period lies between 2031-01-01"):
        quick_model.roas(start="2031-01-01")


def test_half_life_of_a_geometric_adstock(quick_model):
    alpha = quick_model.draws(1000)["alpha"]
    expected = np.log(0.5) / np.log(alpha)
    rows = quick_model.half_life()
    assert rows["half_life"].to_numpy() == pytest.approx(expected.mean(axis=0), rel=1e-6)
    assert rows["upper"].to_numpy() == pytest.approx(np.quantile(expected, 0.97, axis=0), rel=1e-6)
    assert (rows["peak"] == 0).all()


@pytest.mark.parametrize(
    "weights, lag, peak",
    [
        ([1.0], 0.0, 0),
        ([0.5, 0.5], np.inf, 0),
        ([0.25, 0.5, 0.25], 2.0, 1),
        ([0.8, 0.2, 0.0], 0.5, 0),
        ([0.6, 0.4], np.log(2) / np.log(1.5), 0),
        ([0.7, 0.3, 0.0, 0.0], np.log(2) / np.log(7 / 3), 0),
        ([0.1, 0.2, 0.7], np.inf, 2),
    ],
)
def test_half_life_of_any_weights(weights, lag, peak):
    found, at = fallen_to_half(np.array([weights]))
    assert found[0] == pytest.approx(lag)
    assert at[0] == peak


def test_response_curves_are_what_a_constant_spend_brings(quick_model, market):
    curves = quick_model.response_curves(points=21, reach=2.0)
    one = curves[curves["channel"] == "search"]
    most = market[0]["search"].max()
    assert one["spend"].iloc[-1] == pytest.approx(2 * most)
    assert one["beyond"].sum() == 10
    assert one["current"].iloc[0] == pytest.approx(market[0]["search"].mean())
    assert one["mean"].iloc[0] == 0
    row = one.iloc[10]
    steady = market[0].assign(search=float(row["spend"]))
    none = market[0].assign(search=np.where(market[0].index == 0, 1e-9, 0.0))
    gained = (refitted(quick_model, steady) - refitted(quick_model, none))[:, -1, 0]
    assert row["mean"] == pytest.approx(gained.mean(), rel=1e-6)
    assert row["lower"] == pytest.approx(np.quantile(gained, 0.03), rel=1e-6)
    fine = quick_model.response_curves(points=2001, reach=2.0)
    fine = fine[fine["channel"] == "search"]
    numeric = np.gradient(fine["mean"], fine["spend"])[1000]
    assert row["slope"] == pytest.approx(numeric, rel=1e-4)


def test_with_a_log_link_terms_are_what_would_be_missing(market, columns):
    model = mmm.MediaMix(**columns, link="log").fit(market[0], quick=True)
    bars = model.waterfall().set_index("term")
    assert list(bars.index) == ["baseline", "tv", "search", "social", "total"]
    frame = market[0]
    less = frame.assign(tv=np.where(frame.index == 0, 1e-9, 0.0))
    missing = (refitted(model, frame) - refitted(model, less)).sum(axis=(1, 2))
    assert bars.loc["tv", "mean"] == pytest.approx(missing.mean(), rel=1e-5)
    more = (refitted(model, frame.assign(tv=frame["tv"] * (1 + 1e-6))) - refitted(model, frame)).sum(
        axis=(1, 2)
    )
    assert model.roas()["mroas"].iloc[0] == pytest.approx(more.mean() / (1e-6 * frame["tv"].sum()), rel=1e-3)
    for refused in (model.response_table, model.response_curves):
        with pytest.raises(DataError, match="need link='identity'"):
            refused()


def test_hill_slopes_at_zero_spend_are_no_problem():
    equation = Case(saturation="hill", priors={"slope": ("log_normal", -1.0, 0.01)}).equation()
    assert np.isfinite(equation.media_slope(0)).all()
    assert (equation.seen.spend[..., 0] == 0).any()


def test_by_geo():
    case = Case(geo="geo")
    model = case.model
    model.data_, model.scales_, model.design_, model.priors_ = case.data, case.scales, case.seen, case.priors
    model.equation = lambda most=1000: case.equation()
    told = model.contributions(by_geo=True)
    assert set(told["geo"]) == {"region 1", "region 2", "region 3"}
    sums = told.groupby(["date", "term"])["mean"].sum()
    whole = model.contributions().set_index(["date", "term"])["mean"]
    pd.testing.assert_series_equal(sums.sort_index(), whole.sort_index(), check_names=False)
    curves = model.response_curves(points=5)
    assert (curves.groupby("channel")["mean"].max() > 0).all()


def test_summary_begins_with_what_is_wrong(quick_model):
    lines = quick_model.summary().splitlines()
    assert lines[0].startswith("Quick estimate")
    assert "half of the effect is gone after" in lines[-1]
    assert lines[-1].startswith("social: ")


def test_not_fitted_yet(columns):
    with pytest.raises(DataError, match="isn't fitted yet"):
        mmm.MediaMix(**columns).roas()
