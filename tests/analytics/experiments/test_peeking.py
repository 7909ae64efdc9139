"""What peeking costs: the exact recursion, and experiments in which nothing differs."""

import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import Cancelled, DataError


@pytest.mark.parametrize(
    "looks, published",
    # Armitage, McPherson, Rowe (1969), table 2.
    [(1, 0.05), (2, 0.083), (3, 0.107), (4, 0.126), (5, 0.1417), (10, 0.1934), (20, 0.2479), (50, 0.320)],
)
def test_published_rates(looks, published):
    assert ex.false_positive_rate(looks) == pytest.approx(published, abs=0.0005)


def test_another_alpha():
    assert ex.false_positive_rate(1, alpha=0.01) == pytest.approx(0.01)
    assert ex.false_positive_rate(10, alpha=0.01) == pytest.approx(0.047, abs=0.0005)


def test_naive_looks_find_what_theory_says():
    frame = ex.peeking(looks=20, experiments=4000, n_per_look=50, seed=11)
    assert frame["look"].tolist() == list(range(1, 21))
    assert frame["n"].iloc[-1] == 1000
    assert (frame["naive"] - frame["exact"]).abs().max() < 0.025
    assert frame["exact"].iloc[9] == pytest.approx(ex.false_positive_rate(10))
    assert frame["group_sequential"].iloc[-1] == pytest.approx(0.05, abs=0.015)
    assert frame["always_valid"].iloc[-1] <= 0.05


def test_a_hundred_looks_at_skewed_data():
    frame = ex.peeking(looks=100, experiments=2000, n_per_look=60, skew=1.0, seed=2024)
    last = frame.iloc[-1]
    assert last["always_valid"] <= 0.05
    assert last["naive"] > 0.3
    assert last["group_sequential"] < 0.07


def test_the_seed_decides():
    one, two = ex.peeking(5, 200, seed=1), ex.peeking(5, 200, seed=1)
    assert one.equals(two)
    assert not one["naive"].equals(ex.peeking(5, 200, seed=2)["naive"])


def test_alarms_are_never_taken_back():
    frame = ex.peeking(10, 500, seed=4)
    for rule in ("naive", "group_sequential", "always_valid"):
        assert frame[rule].is_monotonic_increasing


def test_progress_and_stop():
    seen = []
    ex.peeking(3, 50, progress=lambda *step: seen.append(step))
    assert [step[:2] for step in seen] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert seen[0][2] == "Look 1 of 3 at 50 experiments"

    def stop(done, total, message):
        if done == 2:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        ex.peeking(10, 50, progress=stop)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: ex.false_positive_rate(0), "looks=0: a whole number from 1"),
        (lambda: ex.false_positive_rate(2.5), "looks=2.5"),
        (lambda: ex.false_positive_rate(5, alpha=1.5), "alpha=1.5"),
        (lambda: ex.peeking(5, 0), "experiments=0"),
        (lambda: ex.peeking(5, 10, 1), "at least 2 new units"),
    ],
)
def test_arguments(make, message):
    with pytest.raises(DataError, match=message):
        make()
