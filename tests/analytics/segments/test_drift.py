"""The population stability index against SciPy, and its false alarms."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from custintel_analytics.errors import DataError
from custintel_analytics.segments.drift import (
    FLOOR,
    MOVED,
    SHIFTED,
    _binned,
    _chance,
    _index,
    drift,
    psi,
    shares,
    verdict,
)
from custintel_analytics.segments.features import Features


def jeffreys(expected, actual):
    """Kullback–Leibler divergence both ways, by SciPy."""
    return stats.entropy(actual, expected) + stats.entropy(expected, actual)


def test_by_hand():
    # (.3 - .2) ln(.3 / .2) + (.3 - .3) ln 1 + (.4 - .5) ln(.4 / .5) = .040547 + 0 + .022314
    then, now = np.repeat(["a", "b", "c"], [20, 30, 50]), np.repeat(["a", "b", "c"], [30, 30, 40])
    assert psi(then, now) == pytest.approx(0.0628609, abs=1e-7)
    assert psi(then, now) == pytest.approx(jeffreys([20, 30, 50], [30, 30, 40]))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), bins=st.integers(2, 20))
def test_quantile_bins_against_scipy(seed, bins):
    random = np.random.default_rng(seed)
    then, now = random.normal(size=2000), random.normal(0.4, 1.3, size=1500)
    edges = np.quantile(then, np.arange(1, bins) / bins)
    counts = [np.bincount(np.searchsorted(edges, side, side="left"), minlength=bins) for side in (then, now)]
    parts = [np.maximum(count, FLOOR) / count.sum() for count in counts]
    expected = ((parts[1] - parts[0]) * np.log(parts[1] / parts[0])).sum()
    assert psi(then, now, bins) == pytest.approx(expected)
    if min(counts[1]) > 0:
        assert expected == pytest.approx(jeffreys(*counts))


def test_no_change_is_zero_and_it_is_symmetric_for_categories():
    random = np.random.default_rng(0)
    values = random.normal(size=500)
    assert psi(values, random.permutation(values)) == 0
    one, other = random.choice(list("abc"), 300), random.choice(list("abc"), 200, p=[0.6, 0.3, 0.1])
    assert psi(one, other) == pytest.approx(psi(other, one))


def test_many_zeros_and_few_values_are_compared_value_by_value():
    then = np.concatenate([np.zeros(800), np.arange(1, 201)])
    now = np.concatenate([np.zeros(600), np.arange(1, 401)])
    assert psi(then, now) > MOVED
    assert psi([0, 0, 1, 1], [0, 1, 1, 1]) == pytest.approx(jeffreys([2, 2], [1, 3]))
    assert psi([True, False], [True, False]) == 0


def test_missing_is_a_bin_and_an_empty_one_counts_a_little():
    then, now = [1.0, 2, np.nan, np.nan], [1.0, 2, 1, 2]
    expected = (0.5 - 0.25) * np.log(0.5 / 0.25) * 2 + (0.125 - 0.5) * np.log(0.125 / 0.5)
    assert psi(then, now) == pytest.approx(expected)
    assert psi(["a", None], ["a", None]) == 0
    assert np.isfinite(psi(["a"] * 5, ["b"] * 5))


@pytest.mark.parametrize(
    "index, chance, word",
    [(0.05, 0, "stable"), (0.1, 0, "moved"), (0.25, 0, "moved"), (0.26, 0, "shifted"), (0.2, 0.21, "stable")],
)
def test_verdicts(index, chance, word):
    assert verdict(index, chance) == word


@pytest.mark.parametrize("size", [100, 1000])
def test_chance_is_exceeded_once_in_twenty_times(size):
    # Without a change: Yurdakul (2018) shows that PSI / (1 / n + 1 / m) is about χ².
    random = np.random.default_rng(size)
    alarms = 0
    for _ in range(400):
        one, other = (random.choice(list("abcd"), size, p=[0.4, 0.3, 0.2, 0.1]) for _ in "ab")
        counts = _binned(one, other, 10)
        alarms += _index(*counts) > _chance(*counts)
    assert 0.02 < alarms / 400 < 0.09


def test_ten_bins_of_a_hundred_customers_pass_the_threshold_by_chance():
    # What the module's text says: without any change, once in five times.
    assert stats.chi2.sf(SHIFTED / (2 / 100), 9) == pytest.approx(1 / 5, abs=0.02)


def described(seed, size, shift):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "frequency": random.poisson(3 + shift, size) + 1.0,
            "recency": random.integers(1, 100, size).astype(float),
            "country": random.choice(["France", "Spain"], size, p=[0.5 + shift / 10, 0.5 - shift / 10]),
        }
    )
    frame.loc[: size // 4, "recency"] = np.nan if shift else 5.0
    return Features.from_frame(frame)


def test_features_at_two_dates():
    before, after = described(0, 2000, 0), described(1, 2500, 3)
    table = drift(before, after)
    assert table["psi"].is_monotonic_decreasing
    rows = table.set_index("feature")
    assert rows.loc["frequency", "verdict"] == "shifted"
    assert rows.loc["frequency", "mean_before"] == before.frame["frequency"].mean()
    assert rows.loc["frequency", "psi"] == psi(before.frame["frequency"], after.frame["frequency"])
    assert np.isnan(rows.loc["country", "mean_after"])
    assert rows.loc["recency", "missing_before"] == 0
    assert rows.loc["recency", "missing_after"] == pytest.approx(0.25, abs=0.001)
    assert rows.loc["frequency", "label"] == "Frequency"
    still = drift(before, described(2, 2500, 0))
    assert still.set_index("feature").loc[["frequency", "country"], "verdict"].tolist() == [
        "stable",
        "stable",
    ]


def test_few_customers_are_no_drift():
    # By chance alone ten bins of forty customers differ this much.
    random = np.random.default_rng(4)
    one, other = (
        Features.from_frame(pd.DataFrame({"x": random.normal(size=40), "y": random.random(40)})) for _ in "ab"
    )
    table = drift(one, other)
    assert (table["psi"] > MOVED).any()
    assert (table["verdict"] == "stable").all()


def test_columns_must_be_the_same():
    one = described(0, 50, 0)
    with pytest.raises(DataError, match=r"'recency' is only at one date"):
        drift(one, one.select(["frequency", "country"]))


def test_shares_of_segments():
    found = shares([0] * 60 + [1] * 40, [0] * 30 + [1] * 50 + [-1] * 20, {0: "Frequent"})
    assert found.frame["segment"].tolist() == [0, 1, -1]
    assert found.frame["name"].tolist() == ["Frequent", "Segment 1", "In no segment"]
    assert found.frame["share_before"].tolist() == [0.6, 0.4, 0.0]
    assert found.frame["share_after"].tolist() == [0.3, 0.5, 0.2]
    assert found.psi == pytest.approx(found.frame["part"].sum())
    assert found.verdict == "shifted"
    same = shares([0, 1, 1], [0, 1, 1])
    assert (same.psi, same.verdict) == (0, "stable")


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: psi([], [1.0]), "nobody before"),
        (lambda: psi([1.0], []), "nobody after"),
        (lambda: psi([1.0], [1.0], bins=1), "bins=1"),
        (lambda: shares([], [1]), "nobody before"),
    ],
)
def test_what_cannot_be_compared(call, message):
    with pytest.raises(DataError, match=message):
        call()


def test_tenure_is_compared_less_the_days_that_the_calendar_adds():
    random = np.random.default_rng(8)
    began = random.integers(0, 300, 400).astype(float)

    def at(day, tenure):
        frame = pd.DataFrame(
            {"tenure": tenure, "recency": tenure // 2, "frequency": 1.0 + tenure % 3},
            index=np.arange(len(tenure)),
        )
        return Features.from_frame(frame, as_of=day)

    then, now = at("2024-01-01", began), at("2024-03-31", began + 90)
    rows = drift(then, now).set_index("feature")
    assert rows.loc["tenure", ["label", "psi", "verdict"]].tolist() == ["Tenure, less 90 days", 0, "stable"]
    assert rows.loc["tenure", "mean_after"] == pytest.approx(began.mean())
    # Not to buy for as long is what customers do, not the calendar.
    assert rows.loc["recency", "label"] == "Recency"
    assert rows.loc["recency", "verdict"] != "stable"
    # Many who came in between are a change all the same.
    grown = at("2024-03-31", np.concatenate([began + 90, random.integers(0, 90, 400)]))
    assert drift(then, grown).set_index("feature").loc["tenure", "verdict"] == "shifted"
    undated = drift(at(None, began), at(None, began + 90)).set_index("feature")
    assert undated.loc["tenure", "label"] == "Tenure"
