"""Two thousand experiments of each sort: 95 % intervals hold the truth in 93 to 97 % of them."""

import numpy as np
import pytest

from custintel_analytics import experiments as ex

EXPERIMENTS = 2000
N = 400


def covered(draw, truth: dict[bool, float], **settings) -> dict[bool, float]:
    """The share of experiments whose interval holds the truth, on the absolute and the relative scale."""
    hits = {False: 0, True: 0}
    for _ in range(EXPERIMENTS):
        control, treatment = draw()
        for relative in hits:
            result = ex.compare(control, treatment, relative=relative, **settings)
            hits[relative] += result.lower <= truth[relative] <= result.upper
    return {relative: count / EXPERIMENTS for relative, count in hits.items()}


def within(shares) -> bool:
    return all(0.93 <= share <= 0.97 for share in shares.values())


def test_means_of_skewed_values():
    rng = np.random.default_rng(101)

    def draw():
        return (
            ex.Sample.from_values(rng.gamma(1.0, 3.0, N)),
            ex.Sample.from_values(1.2 * rng.gamma(1.0, 3.0, N)),
        )

    assert within(covered(draw, {False: 0.6, True: 0.2}))


@pytest.mark.parametrize("method", ["welch", "z", "bayes"])
def test_proportions(method):
    rng = np.random.default_rng(102)

    def draw():
        return (
            ex.Sample.proportion(rng.binomial(N, 0.2), N),
            ex.Sample.proportion(rng.binomial(2 * N, 0.25), 2 * N),
        )

    assert within(covered(draw, {False: 0.05, True: 0.25}, method=method))


def test_cuped():
    rng = np.random.default_rng(103)

    def arm(effect):
        before = rng.gamma(2.0, 2.0, N)
        return ex.Sample.from_values(before + rng.normal(2 + effect, 2, N), covariate=before)

    assert within(covered(lambda: (arm(0), arm(0.3)), {False: 0.3, True: 0.05}, cuped=True))


def test_ratios():
    rng = np.random.default_rng(104)

    def arm(price):
        orders = 1 + rng.poisson(2, N)
        return ex.Sample.from_values(orders * rng.gamma(4, price / 4, N), denominator=orders)

    assert within(covered(lambda: (arm(10.0), arm(10.5)), {False: 0.5, True: 0.05}))


def test_ratios_with_cuped():
    rng = np.random.default_rng(105)

    def arm(price):
        taste = rng.gamma(4, 0.25, N)
        orders = 1 + rng.poisson(2, N)
        spent = orders * price * taste * rng.gamma(10, 0.1, N)
        return ex.Sample.from_values(spent, denominator=orders, covariate=taste + rng.normal(0, 0.1, N))

    assert within(covered(lambda: (arm(10.0), arm(10.5)), {False: 0.5, True: 0.05}, cuped=True))


def test_clusters():
    rng = np.random.default_rng(106)

    def arm(effect):
        sizes = rng.integers(5, 60, 60)
        rates = rng.normal(3 + effect, 0.8, 60)
        totals = sizes * rates + rng.normal(0, 1, 60) * np.sqrt(sizes)
        return ex.Sample.clustered(totals, sizes)

    assert within(covered(lambda: (arm(0), arm(0.3)), {False: 0.3, True: 0.1}))


def test_a_relative_interval_without_the_controls_uncertainty_would_not_hold():
    """The shortcut that Fieller's set replaces: the absolute interval over the control's mean."""
    rng = np.random.default_rng(107)
    shortcut = fieller = 0
    for _ in range(EXPERIMENTS):
        control, treatment = (
            ex.Sample.proportion(rng.binomial(N, 0.1), N),
            ex.Sample.proportion(rng.binomial(N, 0.2), N),
        )
        absolute = ex.compare(control, treatment)
        shortcut += absolute.lower / control.mean <= 1.0 <= absolute.upper / control.mean
        result = ex.compare(control, treatment, relative=True)
        fieller += result.lower <= 1.0 <= result.upper
    assert shortcut / EXPERIMENTS < 0.91
    assert 0.93 <= fieller / EXPERIMENTS <= 0.97
