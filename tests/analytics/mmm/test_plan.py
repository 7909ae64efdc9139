"""A plan's numbers, its binding limits and its sentences."""

import numpy as np
import pytest

from custintel_analytics import mmm
from custintel_analytics.mmm.plan_words import unit_of

from .curves_data import small_table, straight_table

CHANNELS = ("tv", "radio", "web")


def table(**arguments):
    given = {"channels": CHANNELS, "current": [300.0, 600.0, 300.0], "currency": "EUR", "target": "sales"}
    return small_table(**{**given, **arguments})


def test_the_frame_holds_totals_and_periods():
    curves = table(history_max=[60.0, 90.0, 20.0])
    plan = mmm.optimize(curves, 1200, min_spend={"radio": 100})
    frame = plan.frame.set_index("channel")
    assert frame["spend"].sum() == pytest.approx(1200)
    assert (frame["per_period"] * 10).tolist() == pytest.approx(frame["spend"].tolist())
    assert frame["change"].tolist() == pytest.approx((plan.allocation - [300, 600, 300]).tolist())
    assert frame["change_share"]["radio"] == pytest.approx(frame["change"]["radio"] / 600)
    assert frame["minimum"].tolist() == [0, 100, 0]
    assert frame["response"].sum() == pytest.approx(plan.outcome)
    assert (frame["lower"] <= frame["upper"]).all()
    assert frame["roas"]["tv"] == pytest.approx(frame["response"]["tv"] / frame["spend"]["tv"])
    assert frame["beyond_history"]["web"] == pytest.approx(frame["spend"]["web"] / 10 / 20)
    assert plan.per_period.shape == (10, 3)
    assert plan.per_period.sum().tolist() == pytest.approx(plan.spend.tolist())
    assert plan.settings["goal"] == "total"


def test_the_interval_and_the_chance_are_of_the_draws():
    curves = table()
    plan = mmm.optimize(curves, 1200, interval=0.5)
    draws, now = curves.draws_at(plan.spend), curves.draws_at([300, 600, 300])
    assert (plan.lower, plan.upper) == pytest.approx(tuple(np.quantile(draws, [0.25, 0.75])))
    assert plan.probability_better == pytest.approx((draws > now).mean())
    gain, low, high = plan.gain
    assert (low, high) == pytest.approx(tuple(np.quantile(draws - now, [0.25, 0.75])))
    assert gain == pytest.approx(curves.mean(plan.spend) - curves.mean([300, 600, 300]))


def test_without_current_spend_there_is_no_comparison():
    plan = mmm.optimize(table(current=None), 900)
    assert np.isnan(plan.probability_better)
    assert np.isnan(plan.gain).all()
    assert plan.frame["change"].isna().all()
    assert plan.sentence.startswith("Expected sales of ")
    assert plan.sentence.endswith("from EUR 900.00 over 10 periods.")


@pytest.mark.parametrize("limit", ["maximum", "minimum", "lock", "group maximum", "group minimum", "total"])
def test_the_value_of_1000_more_is_what_loosening_brings(limit):
    """Against solving again with the limit a little looser."""
    curves, first, total = table(), {}, 1200.0
    small = 0.01
    if limit == "maximum":
        first, second, name = {"max_spend": {"web": 150}}, {"max_spend": {"web": 150 + small}}, "web"
    elif limit == "minimum":
        first, second, name = {"min_spend": {"radio": 800}}, {"min_spend": {"radio": 800 - small}}, "radio"
    elif limit == "lock":
        first, second, name = {"fixed": {"radio": 600}}, {"fixed": {"radio": 600 + small}}, "radio"
    elif limit == "group maximum":
        group = {"channels": ["tv", "web"], "max": 300}
        first, second, name = {"groups": {"g": group}}, {"groups": {"g": {**group, "max": 300 + small}}}, "g"
    elif limit == "group minimum":
        group = {"channels": ["radio"], "min": 900}
        first, second, name = {"groups": {"g": group}}, {"groups": {"g": {**group, "min": 900 - small}}}, "g"
    else:
        first, second, name = {}, {"total": total + small}, "total"
    plan = mmm.optimize(curves, **{"total": total, **first})
    looser = mmm.optimize(curves, **{"total": total, **second, **({} if limit != "total" else first)})
    row = plan.binding.set_index("kind").loc[limit]
    assert row["name"] == name
    assert row["value_of_1000"] == pytest.approx((looser.outcome - plan.outcome) / small * 1000, rel=1e-3)


def test_only_what_stands_in_the_way_binds():
    curves = table()
    free = mmm.optimize(curves, 1200)
    assert free.binding["kind"].tolist() == ["total"]
    assert free.mroas == pytest.approx(free.binding["value_of_1000"].iloc[0] / 1000)
    # A bound that the optimum touches by itself isn't in the way.
    touched = mmm.optimize(curves, 1200, max_spend={"tv": float(free.allocation["tv"])})
    assert touched.binding["kind"].tolist() == ["total"]
    wide = mmm.optimize(straight_table([[2.0, 1.0]]), 150)
    assert wide.binding.set_index("kind").loc["reach", "limit"] == "c0 curve ends at 100.00"
    assert mmm.optimize(curves, margin=1.0).binding.empty


def test_the_plan_in_a_sentence():
    best = mmm.optimize(table(), 1200).spend
    now = best + np.array([-40.0, 100.0, -60.0])
    plan = mmm.optimize(table(current=now), 1200)
    change = plan.spend - now
    # Radio has too much here, the two others too little.
    assert change[1] < 0 < min(change[0], change[2])
    to = "tv and web" if change[0] > change[2] else "web and tv"
    gain, low, high = plan.gain
    chance = (
        "over 99 %" if plan.probability_better > 0.99 else f"{plan.probability_better:.0%}".replace("%", " %")
    )

    def money(value):
        return f"+{value:,.0f}" if value >= 1000 else f"+{value:.2f}" if value >= 0 else f"−{-value:.2f}"

    assert plan.sentence == (
        f"Moves EUR {-change[1]:.2f} from radio to {to}; expected {money(gain)} sales ({money(low)} to {money(high)}); "
        f"{chance} chance of beating the current plan."
    )


def test_more_and_less_money():
    more = mmm.optimize(table(), 2400)
    assert more.sentence.startswith("Spends EUR 1,200 more, mostly on ")
    less = mmm.optimize(table(), 600)
    assert less.sentence.startswith("Spends EUR 600.00 less, mostly on tv and radio; expected −")
    assert "beating the current plan" in less.sentence


def test_no_better_plan_says_why():
    curves = table()
    best = mmm.optimize(curves, 1200)
    again = mmm.optimize(table(current=best.spend), 1200)
    assert (
        again.sentence
        == "No better plan: one more unit of money brings the same in every channel that spends."
    )
    stuck = mmm.optimize(curves, 1200, min_spend={"radio": 600}, max_spend={"tv": 300, "web": 300})
    assert stuck.sentence.startswith("No better plan within these limits; ")
    assert stuck.sentence.endswith(" bind.")
    assert "web at most EUR 300.00" in stuck.sentence
    locked = mmm.optimize(curves, fixed=CHANNELS)
    assert locked.spend.tolist() == [300, 600, 300]
    current = mmm.Plan.of(curves, curves.current)
    assert current.sentence == "This is the current plan."
    assert current.binding.empty


def test_cautions():
    curves = table(history_max=[20.0, 90.0, 0.0])
    plan = mmm.optimize(curves, 1250, step=100, max_spend={"web": 300})
    said = plan.summary()
    assert f"tv at EUR {plan.spend[0] / 10:.2f} in a period is" in said
    assert "× its highest past spend: an extrapolation." in said
    assert "web at EUR 30.00 in a period is without any past spend: an extrapolation." in said
    assert "EUR 50.00 of the total can't be spent in steps of EUR 100.00." in said
    capped = mmm.optimize(table(), 1200, max_spend={"web": 150})
    value = capped.binding.set_index("kind").loc["maximum", "value_of_1000"]
    assert (
        f"Limit that binds: web at most EUR 150.00; 100 more room would be worth about {value / 10:.3g} "
        in capped.summary()
    )


@pytest.mark.parametrize(
    "total, unit",
    [(0, 1000), (2e6, 1000), (10_000, 1000), (9_999.9, 100), (1_000 - 1e-10, 100), (9.34, 0.1), (10.9, 1)],
)
def test_the_money_whose_worth_is_told_is_a_small_part_of_the_budget(total, unit):
    assert unit_of(total) == pytest.approx(unit, rel=1e-12)


def test_results_are_shown_in_a_line():
    curves = table()
    plan = mmm.Plan.of(curves, [400, 500, 300])
    assert repr(curves) == (
        f"ResponseTable of tv, radio, web: 10 periods and {curves.carry_out} after, {curves.draws} draws"
    )
    assert repr(plan) == f"Plan: {plan.sentence}"
    assert repr(mmm.frontier(curves, [600, 1200])) == "Frontier of 2 plans, from EUR 600.00 to EUR 1,200"
    assert repr(mmm.Scenarios(curves, {"calm": plan})) == "Scenarios: current, calm"


def test_a_peak_counts_as_the_highest_period():
    burst = table(history_max=[100.0] * 3, profile=[10] + [1] * 9)
    plan = mmm.Plan.of(burst, [300, 300, 300])
    assert plan.beyond_history.tolist() == pytest.approx([300 * 10 / 19 / 100] * 3)


def test_no_better_plan_in_steps_or_under_risk_promises_no_equal_slopes():
    best = mmm.optimize(small_table(), step=100.0)
    steps = mmm.optimize(small_table(current=best.spend), step=100.0)
    assert steps.sentence == "No better plan in steps of 100.00."
    assert np.ptp(steps.marginal) > 0.05
    best = mmm.optimize(small_table(), objective="sharpe")
    risk = mmm.optimize(small_table(current=best.spend), objective="sharpe")
    assert risk.sentence == "No plan was found with a better mean over spread."


def test_a_marginal_target_that_limits_keep_from_being_met_is_said():
    table = small_table()
    plan = mmm.optimize(table, target_mroas=2.0, min_spend={"channel 1": 1500})
    assert plan.marginal["channel 1"] < 2
    assert any(
        said.startswith(
            "Their limits keep channels whose last unit brings less than the 2 asked for: channel 1 ("
        )
        for said in plan.sentences
    )
    assert not any("asked for" in said for said in mmm.optimize(table, target_mroas=2.0).sentences)
    nothing = mmm.optimize(table, target_mroas=1e6)
    assert "No channel's first unit brings 1,000,000, so nothing is spent." in nothing.sentences


@pytest.mark.parametrize(
    "asked, said, value",
    [
        ({"target_roas": 2}, "Return per unit of money: {:.3g} sales (now {:.3g}).", lambda plan: plan.roas),
        (
            {"target_cpa": 0.5},
            "Cost per unit of sales: EUR {:.2f} (now EUR {:.2f}).",
            lambda plan: 1 / plan.roas,
        ),
        (
            {"margin": 0.8},
            "Margin, at 0.8 per unit of sales: EUR {:,.0f} (now EUR {:,.0f}).",
            lambda plan: 0.8 * plan.outcome - plan.total,
        ),
        (
            {"objective": "cvar"},
            "Mean of the worst 5 % of draws: {:,.0f} sales (now {:,.0f}).",
            lambda plan: np.sort(plan.draws)[: len(plan.draws) // 20].mean(),
        ),
        (
            {"objective": "quantile", "level": 0.1},
            "Reached with 90 % probability: {:,.0f} sales (now {:,.0f}).",
            lambda plan: np.quantile(plan.draws, 0.1),
        ),
        (
            {"objective": "sharpe"},
            "Mean over spread: {:.3g} (now {:.3g}).",
            lambda plan: plan.draws.mean() / plan.draws.std(),
        ),
    ],
)
def test_what_was_asked_for_is_said_beside_what_it_is_now(asked, said, value):
    curves = table()
    plan = mmm.optimize(curves, **asked)
    now = mmm.Plan.of(curves, curves.current)
    assert plan.sentences[1] == said.format(value(plan), value(now))


def test_limits_of_groups_that_share_a_channel_are_worth_what_loosening_brings():
    table = small_table()
    groups = {
        "a": {"channels": ["channel 1", "channel 2"], "max": 600.0},
        "b": {"channels": ["channel 2", "channel 3"], "max": 700.0},
    }
    for total in (1000.0, 1200.0):
        plan = mmm.optimize(table, total, groups=groups)
        rows = plan.binding.set_index("name")["value_of_1000"]
        for name in "ab":
            wider = {**groups, name: {**groups[name], "max": groups[name]["max"] + 0.1}}
            gained = mmm.optimize(table, total, groups=wider).outcome - plan.outcome
            assert rows[name] == pytest.approx(gained * 1e4, rel=0.02)
        more = mmm.optimize(table, total + 0.1, groups=groups).outcome - plan.outcome
        assert plan.mroas == pytest.approx(more * 10, rel=0.05)
    # Beyond some total more money is worse: what was best must shrink.
    assert plan.mroas < 0
    ends = mmm.frontier(table, groups=groups).frame["total"]
    assert (ends.iloc[0], ends.iloc[-1]) == pytest.approx((600, 1300))
