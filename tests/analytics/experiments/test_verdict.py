"""Decisions, and the sentences that give the reason."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError

# Hillstrom's e-mail test: visits without an e-mail, and with the women's; +4.52 pp, 3.89 to 5.16.
VISITS = ex.Sample.proportion(2262, 21306), ex.Sample.proportion(3238, 21387)
LITTLE = ex.Sample.proportion(20, 200), ex.Sample.proportion(31, 198)
ORDERS = ex.Sample(3407, 1396.87, 52377.9767), ex.Sample(3461, 2422.7, 134698.29)
EQUAL = ex.Sample.moments(20_000, 8.0, 4.0), ex.Sample.moments(20_000, 8.01, 4.1)
WORSE = ex.Sample.moments(2000, 8.0, 4.0), ex.Sample.moments(2000, 7.2, 4.1)
END = dt.date(2026, 11, 30)
TODAY = dt.date(2026, 11, 21)


def test_ship():
    found = ex.verdict(ex.compare(*VISITS), smallest_worthwhile=0.02)
    assert found.decision == "ship"
    assert found.lines == (
        "Ship. The treatment is better: +4.52 pp = +42.6 % (+3.89 to +5.16 pp), all of it at least your "
        "worthwhile +2 pp = +18.8 %.",
        "+4.52 pp = +42.6 % (95 %: +3.89 to +5.16 pp), p < 0.001, n 21,306 and 21,387.",
        "Welch's t-test, decided in points; worthwhile from +2 pp = +18.8 %.",
    )
    assert found.text == "\n".join(found.lines)
    assert found.notes == ()
    assert ex.verdict(ex.compare(*VISITS)).reason == (
        "The treatment is better: +4.52 pp = +42.6 % (+3.89 to +5.16 pp)."
    )


def test_ship_though_less_is_possible():
    found = ex.verdict(ex.compare(*VISITS), smallest_worthwhile=0.04)
    assert found.decision == "ship"
    assert (
        "most likely worthwhile (+4 pp = +37.7 %), though it could be as little as +3.89 pp" in found.reason
    )


def test_not_decided():
    found = ex.verdict(ex.compare(*LITTLE), smallest_worthwhile=0.05, per_day=30)
    assert found.decision == "keep running"
    assert found.reason == (
        "Not decided. The effect is plausibly −0.9 to +12.2 pp, which includes zero and your worthwhile "
        "+5 pp = +50 %. To detect +5 pp = +50 %: about 34 more days."
    )


def test_the_time_still_needed_is_that_of_a_plan():
    """Without a difference yet, the units still needed are those planned for, less those there are."""
    samples = ex.Sample.moments(500, 5.0, 9.0), ex.Sample.moments(500, 5.0, 9.0)
    needed = 2 * ex.sample_size(sd=3.0, effect=0.2) - 1000
    found = ex.verdict(ex.compare(*samples, method="z"), smallest_worthwhile=0.2)
    assert f"about {math.ceil(needed):,} more units" in found.reason
    daily = ex.verdict(ex.compare(*samples, method="z"), smallest_worthwhile=0.2, per_day=100)
    assert f"about {math.ceil(needed / 100)} more days" in daily.reason
    wider = ex.verdict(ex.compare(*samples, method="sequential"), smallest_worthwhile=0.2, per_day=100)
    assert int(wider.reason.split("about ")[1].split()[0]) > math.ceil(needed / 100)


def test_better_but_perhaps_not_worthwhile():
    found = ex.verdict(ex.compare(*VISITS), smallest_worthwhile=0.05)
    assert found.decision == "keep running"
    assert found.reason.startswith("Better, but not decided whether by your worthwhile +5 pp = +47.1 %")
    assert "enough units to detect" in found.reason


def test_no_meaningful_difference():
    found = ex.verdict(ex.compare(*EQUAL), smallest_worthwhile=0.1, unit="€")
    assert found.decision == "no meaningful difference"
    assert found.reason == (
        "Any difference is smaller than your worthwhile +0.1 € = +1.25 %. Safe to stop; choose on cost."
    )


def test_stop():
    worse = ex.verdict(ex.compare(*WORSE), smallest_worthwhile=0.1)
    assert worse.decision == "stop"
    assert worse.reason == "The treatment is worse: −0.8 = −10 % (−0.925 to −0.675). Keep the control."
    samples = ex.Sample.moments(400, 8.0, 4.0), ex.Sample.moments(400, 7.9, 4.0)
    futile = ex.verdict(ex.compare(*samples), smallest_worthwhile=0.2)
    assert futile.decision == "stop"
    assert futile.reason.startswith("At best +0.178, below your worthwhile +0.2 = +2.5 %")


def test_less_is_better():
    found = ex.verdict(ex.compare(*WORSE, direction="down"), smallest_worthwhile=0.1, unit="ms")
    assert found.decision == "ship"
    assert "all of it at least your worthwhile −0.1 ms = −1.25 %" in found.reason


@given(
    st.floats(-3, 3),
    st.floats(0.1, 30),
    st.floats(0, 2),
    st.sampled_from(["welch", "z", "bayes", "sequential"]),
)
def test_the_mirror_image_gets_the_same_verdict(shift, variance, smallest, method):
    def judged(sign):
        samples = (ex.Sample.moments(300, sign * mean, variance) for mean in (9.0, 9.0 + shift))
        compared = ex.compare(*samples, method=method, direction="up" if sign > 0 else "down")
        return ex.verdict(compared, smallest_worthwhile=smallest).decision

    assert judged(1) == judged(-1)


@given(st.floats(-3, 3), st.floats(0.1, 30), st.floats(0.001, 2))
def test_what_each_decision_promises(shift, variance, smallest):
    compared = ex.compare(
        ex.Sample.moments(300, 9.0, variance), ex.Sample.moments(300, 9.0 + shift, variance)
    )
    decision = ex.verdict(compared, smallest_worthwhile=smallest).decision
    if decision == "ship":
        assert compared.lower > 0
        assert compared.effect >= smallest
    elif decision == "stop":
        assert compared.upper < smallest
    elif decision == "no meaningful difference":
        assert -smallest < compared.lower <= compared.upper < smallest
    else:
        assert compared.lower < smallest <= compared.upper


def test_a_broken_split_forbids_to_read():
    found = ex.verdict(
        ex.compare(*VISITS),
        sample_ratio=ex.sample_ratio([21306, 23387]),
        guardrails={"time": ex.compare(*WORSE)},
    )
    assert found.decision == "don't read"
    assert found.reason.startswith("Don't read this result. Expected 22,346 : 22,346")
    assert "4.52" not in found.text
    assert ex.verdict(ex.compare(*VISITS), sample_ratio=ex.sample_ratio([21306, 21387])).decision == "ship"


def test_a_guardrail_stops():
    found = ex.verdict(
        ex.compare(*VISITS), guardrails={"time": ex.compare(*WORSE), "spend": ex.compare(*EQUAL)}
    )
    assert found.decision == "stop"
    assert found.reason == "Guardrail time got worse: −0.8 = −10 % (−0.925 to −0.675). Keep the control."
    assert found.notes == ("Guardrail spend isn't clearly worse: −0.0294 to +0.0494.",)
    kept = ex.verdict(ex.compare(*VISITS), guardrails=[ex.compare(*WORSE, direction="down")])
    assert kept.decision == "ship"
    assert kept.notes == ("Guardrail 1 is no worse: −0.925 to −0.675.",)


def test_an_early_look():
    asked = {"planned_end": END, "today": TODAY}
    found = ex.verdict(ex.compare(*VISITS), look=3, **asked)
    assert found.decision == "keep running"
    assert found.reason == (
        "Look 3, planned end 30 November 2026. The usual p-value isn't valid yet; the band is."
    )
    assert "p <" not in found.text
    assert ex.verdict(ex.compare(*VISITS), **asked).reason.startswith("Early look, planned end")
    assert ex.verdict(ex.compare(*VISITS, method="sequential"), **asked).decision == "ship"
    assert ex.verdict(ex.compare(*VISITS), planned_end=END, today=END).decision == "ship"


def test_scales_that_disagree():
    absolute, relative = ex.compare(*ORDERS), ex.compare(*ORDERS, relative=True, interval="delta")
    cause = "because the control's own average is uncertain."
    said = ex.verdict(absolute, other_scale=relative)
    assert said.decision == "ship"
    assert said.notes == (
        f"The difference is clear in units, not in percent, {cause} This verdict uses units.",
    )
    other = ex.verdict(relative, other_scale=absolute, unit="€")
    assert other.decision == "keep running"
    assert other.notes == (
        f"The difference is clear in €, not in percent, {cause} This verdict uses percent.",
    )
    assert ex.verdict(absolute, other_scale=ex.compare(*ORDERS, relative=True)).notes == ()


def test_worthwhile_on_either_scale():
    points = ex.verdict(ex.compare(*VISITS), smallest_worthwhile=0.25, relative=True)
    assert points.smallest_worthwhile == pytest.approx(0.25 * 2262 / 21306)
    percent = ex.verdict(ex.compare(*VISITS, relative=True), smallest_worthwhile=0.02, relative=False)
    assert percent.smallest_worthwhile == pytest.approx(0.02 * 21306 / 2262)


def test_expected_loss_in_words():
    compared = ex.compare(*LITTLE, method="bayes")
    third = ex.verdict(compared).lines[2]
    worse = compared.expected_loss / (1 - compared.probability)
    assert third.startswith(
        f"If you ship the treatment and it is worse, you lose about {100 * worse:.1f} points"
    )
    money = ex.verdict(ex.compare(*EQUAL, method="bayes"), currency="EUR").lines[2]
    assert "lose about EUR 0.0129 per unit; weighed by the chance of that, EUR 0.004 per unit." in money


def test_money_moves_the_bar():
    compared = ex.compare(*VISITS)

    def judged(cost, **more):
        return ex.verdict(compared, value=ex.value(compared, contacts=1000, cost_per_contact=cost), **more)

    assert judged(0.01).decision == "ship"
    assert judged(0.045).decision == "keep running"
    assert "includes the break-even +4.5 pp = +42.4 %" in judged(0.045).reason
    assert judged(0.1).decision == "stop"
    assert "+10 pp = +94.2 % would only cover the costs" in judged(0.1).reason
    assert judged(0.01, smallest_worthwhile=0.2).decision == "no meaningful difference"
    assert judged(0.01).lines[2].startswith("For 1,000 contacts it is worth 35.2")


def test_without_any_spread_nothing_is_decided():
    still = ex.Sample.moments(20, 3.0, 0.0), ex.Sample.moments(20, 3.0, 0.0)
    found = ex.verdict(ex.compare(*still))
    assert found.decision == "keep running"
    assert found.reason.startswith("No unit differs from another")
    assert "no interval" in found.lines[1]


def test_an_interval_without_ends():
    vague = ex.Sample.moments(40, 0.4, 25.0), ex.Sample.moments(50, 3.1, 16.0)
    found = ex.verdict(ex.compare(*vague, relative=True), smallest_worthwhile=0.1)
    assert found.decision == "keep running"
    assert "plausibly of any size" in found.reason
    assert found.notes[0].startswith("The control's own average isn't clear of zero")
    assert found.summary().endswith(found.notes[0])


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"smallest_worthwhile": -0.1}, "smallest_worthwhile=-0.1 is negative.*direction='down'"),
        ({"smallest_worthwhile": None}, "smallest_worthwhile= is missing"),
        ({"per_day": 0}, "per_day=0 is not above zero"),
        ({"power": 80}, "power=80 is not between"),
    ],
)
def test_bad_numbers(arguments, message):
    with pytest.raises(DataError, match=message):
        ex.verdict(ex.compare(*VISITS), **arguments)


def test_percent_of_nothing():
    samples = ex.Sample.proportion(0, 50), ex.Sample.proportion(6, 50)
    with pytest.raises(DataError, match="The control's mean is 0"):
        ex.verdict(ex.compare(*samples), smallest_worthwhile=0.1, relative=True)
