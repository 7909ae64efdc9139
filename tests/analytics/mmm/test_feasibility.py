"""Limits that leave no plan: which conflict, and by how much."""

import pytest

from custintel_analytics import mmm
from custintel_analytics.errors import DataError

from .curves_data import shaped_table, small_table


def table(**arguments):
    return small_table(
        channels=("tv", "radio", "web"), current=[500.0, 400.0, 300.0], currency="EUR", **arguments
    )


@pytest.mark.parametrize(
    "asked, message",
    [
        (
            {"total": 1000, "min_spend": {"tv": 700, "web": 500}},
            r"^Minimums add to EUR 1,200, above the total EUR 1,000: EUR 200\.00 too much\. Lower tv and web or raise the "
            r"total\.$",
        ),
        (
            {"total": 800, "fixed": ("tv", "radio")},
            r"Minimums add to EUR 900\.00, above the total EUR 800\.00: EUR 100\.00 too much\. Lower tv \(locked\) and "
            r"radio \(locked\)",
        ),
        (
            {"total": 3000, "max_spend": [1000, 500, 200]},
            r"Maximums add to EUR 1,700, below the total EUR 3,000: EUR 1,300 can't be spent\. Raise tv, radio and web or",
        ),
        (
            {"total": 1000, "groups": {"on air": {"channels": ["tv", "radio"], "min": 1500}}},
            r"Minimums add to EUR 1,500 \(on air at least EUR 1,500\), above the total EUR 1,000: EUR 500\.00 too much",
        ),
        (
            {"total": 3000, "groups": {"on air": {"channels": ["tv", "radio"], "max": 800}}},
            r"Maximums add to EUR 2,800 \(on air at most EUR 800\.00\), below the total EUR 3,000: EUR 200\.00 can't",
        ),
        (
            {"min_spend": {"tv": 900}, "max_spend": 700},
            r"The minimum of tv, EUR 900\.00, is above its maximum, EUR 700\.00: EUR 200\.00 too much",
        ),
        ({"min_spend": {"tv": -5}}, "The bounds of tv are EUR −5.00 to EUR 2,000: spend can't be negative"),
        ({"max_spend": {"web": 9000}}, "max_spend of web is EUR 9,000, but its curve ends at EUR 2,000.*over 10 periods"),
        ({"fixed": "tv", "max_spend": {"tv": 450}}, r"tv is locked at 500\.00, above its maximum of 450\.00: 50\.00 apart"),
        (
            {"min_spend": {"tv": 600}, "groups": {"g": {"channels": ["tv", "web"], "max": 450}}},
            r"The minimums of tv, web add to EUR 600\.00, above the maximum of the group 'g', EUR 450\.00: EUR 150\.00",
        ),
        (
            {"max_spend": 100, "groups": {"g": {"channels": ["tv", "web"], "min": 450}}},
            r"The maximums of tv, web add to EUR 200\.00, below the minimum of the group 'g', EUR 450\.00: EUR 250\.00",
        ),
        ({"groups": {"g": {"channels": ["tv"], "min": 9, "max": 5}}}, "has a minimum of 9.00 and a maximum of 5.00"),
    ],
)  # fmt: skip
def test_conflicts_say_what_and_how_much(asked, message):
    with pytest.raises(DataError, match=message):
        mmm.optimize(table(), **asked)


def test_the_gap_travels_with_the_error():
    with pytest.raises(DataError) as raised:
        mmm.optimize(table(), 1000, min_spend=500)
    assert raised.value.example == pytest.approx(500)
    assert raised.value.column == "total"


def test_overlapping_groups_are_tested_together():
    """Each pair can have 1,000 by itself; all three pairs together need 1,500, so 500 gives way."""
    pairs = [("tv", "radio"), ("radio", "web"), ("web", "tv")]
    groups = {f"pair {i}": {"channels": list(pair), "min": 1000} for i, pair in enumerate(pairs)}
    with pytest.raises(DataError, match=r"No plan keeps all limits: the total \(at most EUR 1,000\) would have to give way"
                                        r" by EUR 500\.00|minimum of pair"):  # fmt: skip
        mmm.optimize(table(), 1000, groups=groups)
    assert mmm.optimize(table(), 1500, groups=groups).spend == pytest.approx([500] * 3, abs=1e-3)


@pytest.mark.parametrize("make", [small_table, shaped_table])
def test_goals_beyond_the_limits_say_what_can_be_reached(make):
    curves = make()
    most = curves.mean(curves.max_spend)
    with pytest.raises(
        DataError, match=r"target=1,000,000,000 can't be reached within these limits: the most is .* short"
    ) as raised:
        mmm.optimize(curves, target=1e9)
    assert f"{most:,.0f}" in str(raised.value)
    with pytest.raises(DataError, match=r"target_roas=1,000 can't be reached.*the highest return is"):
        mmm.optimize(curves, target_roas=1000)
    with pytest.raises(
        DataError, match=r"target_cpa=0\.001 can't be reached.*the lowest cost per unit of outcome is"
    ):
        mmm.optimize(curves, target_cpa=0.001)


def test_risky_goals_beyond_the_limits():
    with pytest.raises(DataError, match=r"target=1,000,000,000 can't be reached"):
        mmm.optimize(small_table(), target=1e9, objective="cvar")
    with pytest.raises(DataError, match=r"target_roas=1,000 can't be reached"):
        mmm.optimize(small_table(), target_roas=1000, objective="cvar")


def test_no_group_in_steps():
    with pytest.raises(DataError, match=r"No plan in steps of EUR 400\.00 keeps the sums of the groups"):
        mmm.optimize(
            table(), 1200, step=400, groups={"g": {"channels": ["tv", "web"], "min": 500, "max": 700}}
        )


def test_a_return_beyond_reach_blames_what_must_be_spent():
    free = r"the highest return is [\d.]+\. Not even the first money spent brings that much"
    with pytest.raises(DataError, match=free):
        mmm.optimize(small_table(), target_roas=1e3)
    with pytest.raises(
        DataError, match=r"stands in the way: channel 2 at least 1,500 and channel 1 locked at 400"
    ):
        mmm.optimize(small_table(), target_roas=5, min_spend={"channel 2": 1500}, fixed=("channel 1",))
    with pytest.raises(DataError, match=r"the highest return \(mean of the worst\) is"):
        mmm.optimize(small_table(), target_roas=1e3, objective="cvar")


def test_nothing_is_a_possible_total_and_less_is_not():
    with pytest.raises(
        DataError, match="total=-1 is not possible: what is spent over the window, a number from 0"
    ):
        mmm.optimize(small_table(), -1)
    assert mmm.optimize(small_table(), 0).total == 0
    with pytest.raises(DataError, match="write a list of totals"):
        mmm.frontier(small_table(), totals=1000.0)
