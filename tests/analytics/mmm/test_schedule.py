"""Schedules: derivatives, SciPy on a small one, and what must hold by symmetry."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

from custintel_analytics import mmm
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.projection import projected
from custintel_analytics.mmm.weekly import Weekly

from .curves_data import (
    PERIODS,
    direct_total,
    eight_channels,
    posterior,
    shaped_table,
    small_table,
    straight_table,
)

SEASON = 1 + 0.4 * np.sin(np.arange(10) / 10 * 2 * np.pi)


def weekly(table, weeks=10, seasonality=None):
    factors = (
        np.ones(weeks + table.carry_out)
        if seasonality is None
        else np.append(seasonality, np.ones(table.carry_out))
    )
    return Weekly(table.dynamics, table.past, weeks, table.carry_out, factors)


@pytest.mark.parametrize("make", [small_table, shaped_table])
def test_value_and_slopes(make):
    random = np.random.default_rng(0)
    past = random.uniform(0, 80, (5, len(make().channels)))
    table = make(carry_in=past)
    response = weekly(table, seasonality=SEASON)
    spend = random.uniform(1, 90, (len(table.channels), 10))
    value, slope = response.with_gradient(spend)
    assert value == pytest.approx(response.value(spend), rel=1e-12)
    for c, t in ((0, 0), (1, 4), (2, 9)):
        step = np.zeros_like(spend)
        step[c, t] = 1e-4
        assert slope[c, t] == pytest.approx(
            (response.value(spend + step) - response.value(spend - step)) / 2e-4, rel=1e-5
        )
    assert response.value(np.zeros_like(spend)) == pytest.approx(0, abs=1e-9)


def test_an_even_schedule_is_the_tables_own_response(data_file):
    folder = data_file("mmm_clv/own_fixtures/opt_oracle.json").parent
    draws, oracle = posterior(folder)
    table = eight_channels(folder)
    per_week = np.array(oracle["mean_0"]["alloc"])
    found = weekly(table, PERIODS).draws(np.repeat(per_week[:, None], PERIODS, axis=1))
    np.testing.assert_allclose(found, direct_total(draws, per_week), rtol=1e-10)


def test_the_reference_schedule(data_file):
    """Eight channels over 26 weeks: no worse than the even optimum, and all draws are counted."""
    folder = data_file("mmm_clv/own_fixtures/opt_oracle.json").parent
    table, total = eight_channels(folder), PERIODS * posterior(folder)[1]["B"]
    found = mmm.schedule(table, total)
    assert found.frame.shape == (26, 8)
    assert found.spend.sum() == pytest.approx(total)
    assert found.outcome > 2458101.7357
    assert found.even_draws.mean() == pytest.approx(2458101.7357, rel=1e-6)
    wanted = direct_total(posterior(folder)[0], found.spend.T)
    np.testing.assert_allclose(found.draws, wanted, rtol=1e-10)
    assert found.proved


def test_scipy_finds_nothing_better():
    table = small_table(draws=20, periods=6, carry_out=3, lags=4)
    season = np.array([1.0, 1.3, 0.8, 1.1, 0.6, 1.2])
    found = mmm.schedule(table, 900, seasonality=season, max_per_week=80, min_per_week={"channel 2": 5})
    response = weekly(table, 6, season)
    lower = np.zeros((3, 6))
    lower[1] = 5
    exact = minimize(
        lambda x: tuple(-part for part in flat(response.with_gradient(x.reshape(3, 6)))), np.full(18, 50.0), jac=True,
        bounds=list(zip(lower.ravel(), np.full(18, 80.0), strict=True)), method="trust-constr",
        constraints=[LinearConstraint(np.ones(18), 900, 900)], options={"maxiter": 3000, "gtol": 1e-9, "xtol": 1e-12},
    )  # fmt: skip
    assert found.outcome >= -exact.fun * (1 - 1e-6)
    assert (found.spend <= 80 + 1e-9).all()
    assert (found.spend[1] >= 5 - 1e-9).all()


def flat(pair):
    return pair[0], pair[1].ravel()


def test_without_carry_over_or_season_even_is_best():
    table = small_table(lags=1, alpha=np.zeros((60, 3)))
    found = mmm.schedule(table, 1200)
    assert np.abs(found.spend - found.spend.mean(axis=1, keepdims=True)).max() < 1e-3
    assert found.gain[0] == pytest.approx(0, abs=1e-6)
    best = mmm.optimize(table, 1200)
    np.testing.assert_allclose(found.totals, best.spend, rtol=1e-3)


def test_money_goes_to_the_weeks_in_which_it_works():
    table = small_table(lags=1, alpha=np.zeros((60, 3)))
    found = mmm.schedule(table, 600, seasonality=SEASON)
    by_week = found.spend.sum(axis=0)
    assert np.corrcoef(by_week, SEASON)[0, 1] > 0.95
    assert found.gain[0] > 0
    assert found.probability_better == pytest.approx((found.draws > found.even_draws).mean())


def test_channel_totals_of_a_plan_are_kept():
    table = small_table()
    plan = mmm.optimize(table, 1200)
    found = mmm.schedule(table, plan, seasonality=SEASON)
    np.testing.assert_allclose(found.totals, plan.spend, rtol=1e-9)
    by_name = mmm.schedule(table, plan.allocation, seasonality=SEASON)
    np.testing.assert_allclose(by_name.spend, found.spend, rtol=1e-6, atol=1e-6)
    free = mmm.schedule(table, 1200, seasonality=SEASON)
    assert free.outcome >= found.outcome * (1 - 1e-6)


def test_bounds_by_week_and_channel():
    table = small_table(channels=("tv", "radio", "web"))
    closed = pd.DataFrame(np.full((10, 3), 200.0), columns=["web", "tv", "radio"])
    closed.loc[4, "tv"] = 0.0
    found = mmm.schedule(table, 1200, max_per_week=closed)
    assert found.frame.loc[5, "tv"] == 0
    assert found.frame.loc[4, "tv"] > 0
    other = mmm.schedule(table, weeks=5)
    assert other.frame.shape == (5, 3)
    assert other.spend.sum() == pytest.approx(600)


def test_s_shaped_schedules_try_bursts():
    table = shaped_table(lags=2)
    found = mmm.schedule(table, 600)
    assert not found.proved
    assert found.outcome >= found.even_draws.mean()
    assert "there may be a better one" in found.sentence


def test_words_and_file(tmp_path):
    found = mmm.schedule(small_table(currency="EUR", target="sales"), 1200, seasonality=SEASON)
    assert found.sentence.startswith("EUR 1,200 over 10 weeks bring ")
    assert "against an even spread." in found.sentence
    assert replace(found, period="day").sentence.startswith("EUR 1,200 over 10 days bring ")
    place = tmp_path / "schedule.csv"
    found.to_csv(place)
    again = pd.read_csv(place, index_col="week")
    np.testing.assert_allclose(again, found.frame)
    assert found.to_csv() == place.read_text()


@pytest.mark.parametrize(
    "asked, message",
    [
        (
            {"total": 1200, "max_per_week": 10},
            r"weekly maximums of all channels .* add to 300\.00, below the total of 1,200",
        ),
        (
            {"total": 1200, "min_per_week": 90},
            r"weekly minimums of all channels .* add to 2,700\.00, above the total",
        ),
        (
            {"total": {"channel 1": 5, "channel 2": 5, "channel 3": 900}, "max_per_week": 50},
            "maximums of channel 3 add to",
        ),
        ({"min_per_week": 50, "max_per_week": 20}, "In week 1 channel 1 must be between 50.00 and 20.00"),
        ({"seasonality": np.ones(7)}, r"seasonality has the shape \(7,\): it must be 10 weeks, or 18"),
        ({"seasonality": -np.ones(10)}, "multiplier must hold numbers from 0"),
        ({"weeks": 2.5}, "weeks=2.5: write a whole number"),
        (
            {"max_per_week": np.ones((4, 3))},
            r"max_per_week has the shape \(4, 3\): it must be 10 weeks × 3 channels",
        ),
        ({"total": [5, -5, 5]}, "total is -5.00 for a channel"),
    ],
)
def test_impossible_schedules(asked, message):
    with pytest.raises(DataError, match=message):
        mmm.schedule(small_table(), **asked)


def test_what_a_schedule_needs():
    with pytest.raises(DataError, match="holds only the response to totals"):
        mmm.schedule(straight_table([[1.0, 2.0]]), 10)
    with pytest.raises(DataError, match="total= is missing"):
        mmm.schedule(small_table(current=None))
    with pytest.raises(DataError, match="The plan is for 10 periods, the schedule for 5"):
        mmm.schedule(small_table(), mmm.optimize(small_table()), weeks=5)


def test_progress_stops_the_search():
    def stop(*_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        mmm.schedule(small_table(), progress=stop)


@settings(deadline=None)
@given(
    values=st.lists(st.floats(-50, 50), min_size=5, max_size=5),
    low=st.lists(st.floats(0, 5), min_size=5, max_size=5),
    room=st.lists(st.floats(0, 20), min_size=5, max_size=5),
    share=st.floats(0, 1),
)
def test_the_projection_is_the_nearest_point(values, low, room, share):
    point, lower = np.array([values]), np.array([low])
    upper = lower + np.array([room])
    total = lower.sum() + share * (upper.sum() - lower.sum())
    found = projected(point, lower, upper, np.array([total]))
    assert found.sum() == pytest.approx(total, abs=1e-8)
    assert (found >= lower - 1e-12).all()
    assert (found <= upper + 1e-12).all()
    # Moving money between any two amounts only leads away.
    distance = ((found - point) ** 2).sum()
    for i in range(5):
        for j in range(5):
            step = min(1e-3, found[0, i] - lower[0, i], upper[0, j] - found[0, j])
            if i != j and step > 0:
                moved = found.copy()
                moved[0, i] -= step
                moved[0, j] += step
                assert ((moved - point) ** 2).sum() >= distance - 1e-9


@pytest.mark.parametrize("by_draw", [False, True])
def test_the_tables_own_multiplier_counts(by_draw, tmp_path):
    """An even schedule brings what the table says, also where its periods aren't usual ones."""
    random = np.random.default_rng(4)
    factor = random.uniform(0.5, 2, (60, 18) if by_draw else 18)
    table = small_table(multiplier=factor)
    totals = np.array([300.0, 500.0, 400.0])
    week = np.repeat(totals[:, None] / 10, 10, axis=1)
    even = mmm.schedule(table, totals, min_per_week=week.T, max_per_week=week.T)
    assert even.draws == pytest.approx(table.draws_at(totals), rel=1e-6)
    table.save(tmp_path / "table.npz")
    again = mmm.ResponseTable.load(tmp_path / "table.npz")
    assert mmm.schedule(again, 1200).outcome == mmm.schedule(table, 1200).outcome
    with pytest.raises(DataError, match="multiplier is for 10 periods, the schedule for 12 weeks"):
        mmm.schedule(table, 1200, weeks=12)


def test_a_constant_multiplier_fits_any_length():
    twice, usual = small_table(multiplier=np.full(18, 2.0)), small_table()
    assert mmm.schedule(twice, 1200, weeks=12).outcome == pytest.approx(
        2 * mmm.schedule(usual, 1200, weeks=12).outcome, rel=1e-9
    )


def test_weeks_beyond_history_are_named():
    found = mmm.schedule(small_table(history_max=[20.0, 1e6, 1e6]), [500.0, 300.0, 300.0], min_per_week=0)
    (caution,) = found.sentences[1:]
    assert caution.startswith("channel 1 at ")
    assert caution.endswith("× its highest past spend: an extrapolation, as in 10 weeks of 10.")
    assert caution in found.summary()
    assert len(mmm.schedule(small_table()).sentences) == 1
