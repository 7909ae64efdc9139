"""Effects in money."""

import math

import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError

# Hillstrom's e-mail test: visits without an e-mail, and with the women's.
NONE, WOMEN = ex.Sample.proportion(2262, 21306), ex.Sample.proportion(3238, 21387)
ORDERS = ex.Sample(3407, 1396.87, 52377.9767), ex.Sample(3461, 2422.7, 134698.29)


def test_by_hand():
    """0.29 more per visitor, .04538 to .53462: for 1,000 visitors at a margin of 40 %."""
    found = ex.value(ex.compare(*ORDERS), contacts=1000, margin=0.4)
    assert (found.amount, found.lower, found.upper) == pytest.approx((116.0, 18.15, 213.85), abs=0.005)
    assert found.sentence == "For 1,000 contacts it is worth 116.00 (18.15 to 213.85)."
    assert math.isnan(found.probability)


def test_costs_and_horizon():
    compared = ex.compare(NONE, WOMEN)
    found = ex.value(
        compared, contacts=500, margin=2.0, cost_per_contact=0.08, horizon_days=30, currency="EUR"
    )
    assert found.contacts == 15_000
    assert found.amount == pytest.approx(15_000 * (2 * compared.effect - 0.08))
    assert found.upper - found.lower == pytest.approx(30_000 * (compared.upper - compared.lower))
    assert found.break_even == pytest.approx(0.04)
    assert found.lower < found.amount == pytest.approx(156.99, abs=0.005)
    assert found.summary() == (
        "For 15,000 contacts over 30 days it is worth EUR 156.99 (EUR −33.19 to EUR 347.18), costs taken off."
    )


def test_a_posterior_gives_the_chance_that_it_pays():
    compared = ex.compare(NONE, WOMEN, method="bayes")
    found = ex.value(compared, contacts=1000, margin=2.0, cost_per_contact=0.08)
    worthwhile = compared.decision(0.04).set_index("region")["share"]["worthwhile"]
    assert found.probability == pytest.approx(worthwhile)
    assert found.expected_loss == pytest.approx(2000 * compared.expected_loss)
    assert "chance that it pays" in found.sentence


def test_less_is_a_gain_where_that_is_better():
    slower, faster = ex.Sample.moments(900, 320.0, 900.0), ex.Sample.moments(900, 310.0, 900.0)
    up, down = (ex.value(ex.compare(slower, faster, direction=d), contacts=10) for d in ("up", "down"))
    assert (down.amount, down.lower, down.upper) == pytest.approx((-up.amount, -up.upper, -up.lower))
    assert down.amount == pytest.approx(100)
    assert down.lower < down.amount < down.upper
    bayes = ex.compare(slower, faster, direction="down", method="bayes")
    assert ex.value(bayes, contacts=10).probability == pytest.approx(bayes.probability)
    assert ex.value(bayes, contacts=10, cost_per_contact=10).probability == pytest.approx(0.5)


def test_percent_needs_a_level_to_start_from():
    relative = ex.compare(NONE, WOMEN, relative=True)
    with pytest.raises(DataError, match=r"relative=False.*baseline="):
        ex.value(relative, contacts=1000)
    found = ex.value(relative, contacts=1000, baseline=0.2)
    assert found.amount == pytest.approx(200 * relative.effect)


def test_a_one_sided_bound():
    found = ex.value(ex.compare(*ORDERS, alternative="greater"), contacts=10)
    assert found.upper == math.inf
    assert found.sentence.endswith("2.90 (at least 0.85).")


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"contacts": 0}, "contacts=0 is not above zero. It is the number of people"),
        ({"contacts": 10, "margin": -1}, "margin=-1 is not above zero"),
        ({"contacts": 10, "cost_per_contact": -1}, "cost_per_contact=-1 is negative"),
        ({"contacts": 10, "horizon_days": 0}, "horizon_days=0"),
        ({"contacts": None}, "contacts= is missing"),
        ({"contacts": "many"}, "contacts='many' is not a number"),
    ],
)
def test_bad_numbers(arguments, message):
    with pytest.raises(DataError, match=message):
        ex.value(ex.compare(*ORDERS), **arguments)
