"""The frontier over totals, named plans side by side, and money moved by hand."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics import mmm
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.absorb import absorb

from .curves_data import shaped_table, small_table, straight_table

CHANNELS = ("tv", "radio", "web")


def table(**arguments):
    return small_table(**{"channels": CHANNELS, "current": [500.0, 400.0, 300.0], **arguments})


def test_each_point_of_the_frontier_is_the_optimum():
    curves = table()
    found = mmm.frontier(curves, [2400, 600, 1200], max_spend={"web": 500})
    assert found.frame["total"].tolist() == pytest.approx([600, 1200, 2400])
    for plan, total in zip(found.plans, (600, 1200, 2400), strict=True):
        assert plan.outcome == mmm.optimize(curves, total, max_spend={"web": 500}).outcome
    assert found.allocations["web"].max() <= 500
    assert found.allocations.sum(axis=1).tolist() == pytest.approx([600, 1200, 2400])
    assert (found.frame["lower"] < found.frame["outcome"]).all()


def test_more_money_brings_more_but_less_of_it_each_time():
    frame = mmm.frontier(table()).frame
    assert len(frame) == 25
    assert frame["total"].iloc[[0, -1]].tolist() == pytest.approx([600, 1800])
    assert frame["outcome"].is_monotonic_increasing
    assert frame["mroas"].is_monotonic_decreasing
    steps = np.diff(frame["outcome"]) / np.diff(frame["total"])
    np.testing.assert_allclose(
        steps, (frame["mroas"][1:].to_numpy() + frame["mroas"][:-1].to_numpy()) / 2, rtol=1e-2
    )


def test_the_frontiers_ends_keep_the_limits():
    frame = mmm.frontier(table(), min_spend=300).frame
    assert frame["total"].iloc[0] == pytest.approx(900)
    assert (
        mmm.frontier(shaped_table(), [500, 1000], objective="cvar").frame["outcome"].is_monotonic_increasing
    )


def test_impossible_frontiers():
    with pytest.raises(DataError, match="target_roas= is another question"):
        mmm.frontier(table(), target_roas=2)
    with pytest.raises(DataError, match="totals is empty"):
        mmm.frontier(table(), [])
    with pytest.raises(DataError, match="totals= is missing"):
        mmm.frontier(straight_table([[1.0, 2.0]]))
    with pytest.raises(DataError, match="totals='many' is not possible"):
        mmm.frontier(table(), ["many"])
    with pytest.raises(DataError, match="below the total 9,000"):
        mmm.frontier(table(), [9000])


def test_progress_of_a_frontier():
    said = []
    mmm.frontier(table(), [600, 1200], progress=lambda *told: said.append(told))
    assert said == [
        (0, 2, "The best plan for a total of 600…"),
        (1, 2, "The best plan for a total of 1,200…"),
    ]


def scenarios():
    curves = table(currency="EUR", target="sales")
    return mmm.Scenarios(curves, {"best": mmm.optimize(curves), "even": [400, 400, 400]})


def test_differences_are_paired():
    found = scenarios()
    curves = found.table
    best, now = curves.draws_at(found["best"].spend), curves.draws_at(curves.current)
    difference = found.compare("best")
    assert difference.second == "current"
    assert (difference.lower, difference.upper) == pytest.approx(tuple(np.quantile(best - now, [0.05, 0.95])))
    assert difference.probability == pytest.approx((best > now).mean())
    assert difference.money == pytest.approx(0)
    assert difference.sentence.startswith("best against current: +")
    assert "for the same money; " in difference.sentence
    # Paired differences are narrower than those of independent outcomes.
    shuffled = np.random.default_rng(0).permutation(now)
    assert difference.upper - difference.lower < np.ptp(np.quantile(best - shuffled, [0.05, 0.95]))


def test_chances_complement_each_other():
    chances = scenarios().probabilities
    assert chances.index.tolist() == chances.columns.tolist() == ["current", "best", "even"]
    np.testing.assert_allclose(chances + chances.T, 1)
    assert np.diag(chances).tolist() == [0.5] * 3


def test_plans_come_and_go():
    found = scenarios()
    found.add("more", {"tv": 900, "radio": 400, "web": 300})
    assert found.compare("more", "even").money == pytest.approx(400)
    assert "for EUR 400.00 more" in found.compare("more", "even").sentence
    assert "for EUR 400.00 less" in found.compare("even", "more").sentence
    assert found.names == ["current", "best", "even", "more"]
    assert len(found.remove("even")) == 3
    assert list(found) == ["current", "best", "more"]
    assert found.add("more", [1, 1, 1])["more"].total == 3
    bare = mmm.Scenarios(straight_table([[1.0, 2.0]]))
    assert bare.names == []
    assert bare.add("current", [1, 2]).frame["probability_better"].isna().all()


def test_a_table_for_the_spreadsheet(tmp_path):
    found = scenarios()
    place = tmp_path / "plans.csv"
    found.to_csv(place)
    frame = pd.read_csv(place)
    assert frame["scenario"].tolist() == ["current", "best", "even"]
    assert frame.loc[2, ["spend: tv", "spend: radio", "spend: web"]].tolist() == [400, 400, 400]
    assert frame["outcome"].tolist() == pytest.approx(found.frame["outcome"].tolist())
    assert np.isnan(frame["probability_better"][0])
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(found.to_csv())), frame)


def test_impossible_scenarios():
    found = scenarios()
    for call, message in (
        (lambda: found.add("current", [1, 1, 1]), "'current' is the current spend"),
        (lambda: found.add(" ", [1, 1, 1]), "is not a name for a scenario"),
        (lambda: found["other"], "There is no scenario 'other'; there are current, best, even"),
        (lambda: found.add("x", mmm.optimize(small_table())), "is for 10 periods of channel 1"),
        (lambda: found.add("x", [1, 1, 9000]), "x|spend is"),
        (lambda: found.compare("best", "worst"), "There is no scenario 'worst'"),
    ):
        with pytest.raises(DataError, match=message):
            call()


UPPER = [40.0, 35.0, 60.0, 25.0]


def moved(spend, channel, amount, locked=(False,) * 4, lower=(0.0,) * 4):
    return absorb(spend, channel, amount, lower=lower, upper=UPPER, locked=locked).tolist()


def test_the_others_absorb_in_proportion():
    assert moved([10.0, 20.0, 30.0, 10.0], 3, 16) == pytest.approx([9, 18, 27, 16])
    assert moved([10.0, 20.0, 30.0, 10.0], 3, 16, locked=(True, False, False, False)) == pytest.approx(
        [10, 17.6, 26.4, 16]
    )
    # A bound that is reached leaves the rest to the others.
    assert moved([10.0, 20.0, 30.0, 10.0], 3, 16, lower=(0, 20, 0, 0)) == pytest.approx([8.5, 20, 25.5, 16])
    assert moved([10.0, 20.0, 30.0, 0.0], 3, 99) == pytest.approx([35 / 6, 35 / 3, 17.5, 25])
    assert moved([0.0, 0.0, 30.0, 0.0], 2, 0) == pytest.approx([12, 10.5, 0, 7.5])


@settings(deadline=None)
@given(
    share=st.lists(st.floats(0, 1), min_size=4, max_size=4),
    channel=st.integers(0, 3),
    amount=st.floats(-10, 80),
    locked=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_the_total_stays_and_bounds_and_locks_hold(share, channel, amount, locked):
    spend = np.array(share) * UPPER
    plan = np.array(moved(spend, channel, amount, locked))
    assert plan.sum() == pytest.approx(spend.sum(), abs=1e-9)
    assert (plan >= -1e-12).all()
    assert (plan <= np.array(UPPER) + 1e-9).all()
    still = np.array(locked)
    still[channel] = False
    np.testing.assert_array_equal(plan[still], spend[still])
    others = ~np.array(locked)
    others[channel] = False
    wished = min(max(amount, 0), UPPER[channel]) - spend[channel]
    possible = np.clip(wished, -(np.array(UPPER) - spend)[others].sum(), spend[others].sum())
    assert plan[channel] - spend[channel] == pytest.approx(possible, abs=1e-9)
