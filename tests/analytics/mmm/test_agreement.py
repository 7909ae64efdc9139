"""The model against what is known from outside."""

from dataclasses import replace

import numpy as np
import pytest

from custintel_analytics import mmm
from custintel_analytics.mmm import checks
from custintel_analytics.mmm.agreement import agreement, expected
from custintel_analytics.mmm.equation import Equation

from .model_cases import COLUMNS, Case


def informed(model, *evidence):
    """The equation of a fitted model that was told more."""
    settings = replace(model.settings, calibration=evidence)
    return Equation(settings, model.design_, model.draws())


def test_a_lift_is_a_distance_on_the_response_curve(quick_model):
    curves = quick_model.response_curves(points=5, reach=1.0)
    tv = curves[curves["channel"] == "tv"].reset_index(drop=True)
    test = mmm.lift_test(
        "tv", spend=tv["spend"][1], change=tv["spend"][3] - tv["spend"][1], lift=1, standard_error=1
    )
    found = expected(test, quick_model.data_, informed(quick_model, test))
    assert found.mean() == pytest.approx(tv["mean"][3] - tv["mean"][1], rel=1e-9)


def test_a_lift_in_one_geo_is_that_geos():
    case = Case(geo="geo")
    test = mmm.lift_test("tv", spend=1000.0, change=500.0, lift=1, standard_error=1, geo="region 2")
    equation = replace(case.equation(), settings=replace(case.settings, calibration=(test,)))
    values = {name: draws[0] for name, draws in case.values().items()}
    scale = case.scales.channel[1, 0]
    curve = np.tanh(values["lam"][0] * np.array([1500.0, 1000.0]) / scale / 2)
    strength = values["beta"][0] * np.exp(values["geo_strength"][0, 1]) * case.scales.target[1]
    assert expected(test, case.data, equation)[0] == pytest.approx(strength * (curve[0] - curve[1]))


def test_an_attribution_is_a_sum_of_contributions(quick_model):
    dates = quick_model.data_.dates
    item = mmm.attribution("search", 1.0, standard_error=1.0, start=dates[10], end=dates[19])
    rows = quick_model.contributions()
    rows = rows[(rows["term"] == "search") & rows["date"].between(dates[10], dates[19])]
    found = expected(item, quick_model.data_, informed(quick_model, item))
    assert found.mean() == pytest.approx(rows["mean"].sum(), rel=1e-9)


def test_agreement_is_said_and_disagreement_asks_about_units(quick_model):
    spend = 20_000.0
    probe = mmm.lift_test("tv", spend=spend, change=spend, lift=0, standard_error=1)
    truth = float(expected(probe, quick_model.data_, informed(quick_model, probe)).mean())
    for factor, status, words in ((1.0, "good", "they agree"), (4.0, "look", "must be per week")):
        test = mmm.lift_test("tv", spend=spend, change=spend, lift=factor * truth, standard_error=0.2 * truth)
        ((check, was, apart, sentence),) = agreement(quick_model.data_, informed(quick_model, test), 0.94)
        assert (check, was) == ("calibration", status)
        assert apart == pytest.approx((1 - factor) / 0.2)
        assert sentence.startswith("The lift test of tv found +")
        assert words in sentence


def test_a_test_far_beyond_the_data_is_said(quick_model):
    """Four weeks' spend typed in for one."""
    most = quick_model.data_.spend[:, 0, 0].max()
    test = mmm.lift_test("tv", spend=0, change=4 * most, lift=1, standard_error=1e9)
    rows = agreement(quick_model.data_, informed(quick_model, test), 0.94)
    assert [row[1] for row in rows] == ["good", "look"]
    assert rows[1][3].startswith(
        "The lift test of tv is at 4 × the highest spend of a week. Its spend, change and lift"
    )


def test_evidence_lifts_what_the_data_cannot_tell():
    """Who made the lift test that was asked for may plan budgets."""
    frame = mmm.simulate(104, 2, seed=2, together=0.98)[0]
    model = mmm.MediaMix(**COLUMNS).fit(frame, quick=True)
    test = mmm.lift_test("search", spend=0, change=5000, lift=1, standard_error=1)
    without, with_test = (
        [
            row
            for row in checks.identifiability(model.data_, informed(model, *known))
            if row[0] == "separation"
        ]
        for known in ((), (test,))
    )
    assert [row[1] for row in without] == ["bad"]
    assert [row[1] for row in with_test] == ["look"]
    assert with_test[0][3].endswith("what separates them is the lift test of search, not the data.")
    steady = model.data_.spend.copy()
    steady[..., 1] = 5000.0
    data = replace(model.data_, spend=steady)
    (row,) = (r for r in checks.identifiability(data, informed(model, test)) if r[0] == "variation")
    assert row[1] == "look"
    assert "rests on its lift test and the priors" in row[3]
