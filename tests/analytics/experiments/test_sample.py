"""Sums of a variant: as numpy computes them from the values, and refused where no values have them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError

# gbstats' own test of its statistics: packages/stats/tests/test_shared_models.py.
ONE = np.array([0.3, 0.5, 0.9, 22])
TWO = np.array([2, 1, 5, 3])
BEFORE = np.array([1.0, 4.0, 2.5, 9.0])


def test_mean():
    sample = ex.Sample(n=4, total=ONE.sum(), total_sq=(ONE**2).sum())
    assert sample.mean == pytest.approx(ONE.mean())
    assert sample.variance == pytest.approx(ONE.var(ddof=1))
    assert sample.standard_error == pytest.approx(ONE.std(ddof=1) / 2)
    assert sample == ex.Sample.from_values(ONE)


def test_moments_are_those_given():
    sample = ex.Sample.moments(3407, 0.41, 15.21)
    assert (sample.n, sample.mean, sample.variance) == pytest.approx((3407, 0.41, 15.21))


def test_proportion():
    sample = ex.Sample.proportion(49, 100)
    assert (sample.kind, sample.total_sq, sample.mean) == ("proportion", 49, 0.49)
    assert sample.variance == pytest.approx(0.49 * 0.51)
    assert sample == ex.Sample.from_values(np.arange(100) < 49)
    assert sample == ex.Sample.from_values((np.arange(100) < 49) * 1.0, kind="proportion")
    assert sample == ex.Sample(n=100, total=49, kind="proportion")


def test_ratio_has_the_variance_of_its_linear_part():
    sample = ex.Sample.from_values(ONE, denominator=TWO)
    ratio = ONE.sum() / TWO.sum()
    assert (sample.kind, sample.mean) == ("ratio", pytest.approx(ratio))
    assert sample.variance == pytest.approx(((ONE - ratio * TWO) / TWO.mean()).var(ddof=1))
    # Written out by moments, as gbstats does.
    covariance = np.cov(ONE, TWO)
    by_moments = (
        covariance[0, 0] - 2 * ratio * covariance[0, 1] + ratio**2 * covariance[1, 1]
    ) / TWO.mean() ** 2
    assert sample.variance == pytest.approx(by_moments)


def test_covariate():
    sample = ex.Sample.from_values(ONE, covariate=BEFORE)
    assert sample.covariate_mean == pytest.approx(BEFORE.mean())
    assert sample.covariate_variance == pytest.approx(BEFORE.var(ddof=1))
    assert sample.covariance == pytest.approx(np.cov(ONE, BEFORE)[0, 1])
    ratio = ex.Sample.from_values(ONE, covariate=BEFORE, denominator=TWO)
    linear = (ONE - ratio.mean * TWO) / TWO.mean()
    assert ratio.covariance == pytest.approx(np.cov(linear, BEFORE)[0, 1])
    with pytest.raises(DataError, match="no covariate"):
        _ = ex.Sample.from_values(ONE).covariance


def test_clusters_are_units():
    rng = np.random.default_rng(1)
    sizes = rng.integers(5, 50, 40)
    rates = rng.normal(3, 1, 40)
    members = [rng.normal(rate, 1, size) for rate, size in zip(rates, sizes, strict=True)]
    totals = np.array([values.sum() for values in members])
    sample = ex.Sample.clustered(totals, sizes)
    every = np.concatenate(members)
    assert (sample.n, sample.mean) == (40, pytest.approx(every.mean()))
    # The usual cluster-robust (sandwich) variance of a mean, with its G / (G - 1).
    scores = np.array([(values - every.mean()).sum() for values in members])
    robust = 40 / 39 * (scores**2).sum() / len(every) ** 2
    assert sample.standard_error == pytest.approx(robust**0.5)
    assert sample.standard_error > 2 * ex.Sample.from_values(every).standard_error


values = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30)


@given(values, values)
def test_samples_add_up(first, second):
    one, two = ex.Sample.from_values(first), ex.Sample.from_values(second)
    both = one + two
    whole = np.array([*first, *second])
    assert both.n == len(whole)
    assert both.mean == pytest.approx(whole.mean(), abs=1e-9)
    assert both.variance == pytest.approx(whole.var(ddof=1), rel=1e-7, abs=1e-5)


def test_parts_with_denominator_and_covariate_add_up():
    parts = [ex.Sample.from_values(ONE[i], BEFORE[i], TWO[i]) for i in (slice(0, 2), slice(2, 4))]
    whole = ex.Sample.from_values(ONE, BEFORE, TWO)
    both = parts[0] + parts[1]
    assert both.variance == pytest.approx(whole.variance)
    assert both.covariance == pytest.approx(whole.covariance)
    with pytest.raises(DataError, match="don't add up"):
        _ = whole + ex.Sample.from_values(ONE)


def test_equal_values_have_no_variance():
    assert ex.Sample.from_values(np.full(1_000_003, 0.1)).variance == 0.0


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: ex.Sample(n=-5, total=1, total_sq=1), "n=-5 is negative"),
        (lambda: ex.Sample(n=2.5, total=1, total_sq=1), "not a whole number"),
        (lambda: ex.Sample(n=0, total=0, total_sq=0), "no units"),
        (lambda: ex.Sample.proportion(-1, 10), "-1 conversions: a count can't be negative"),
        (lambda: ex.Sample.proportion(11, 10), "11 conversions of 10 units: more than there are"),
        (lambda: ex.Sample.proportion(float("nan"), 10), "total=nan can't be used: some values are missing"),
        (lambda: ex.Sample(n=10, total=float("inf"), total_sq=1), "missing or infinite"),
        (lambda: ex.Sample(n=10, total=5), r"total_sq is missing.*Sample\.moments"),
        (lambda: ex.Sample(n=10, total=50, total_sq=100), "impossible.*at least 250"),
        (
            lambda: ex.Sample(n=10, total=5, total_sq=7, kind="proportion"),
            "values of a proportion are 0 or 1",
        ),
        (lambda: ex.Sample(n=10, total="many", total_sq=7), "total='many' is not a number"),
        (lambda: ex.Sample(n=10, total=5, total_sq=7, kind="median"), "kind='median' is not known"),
        (lambda: ex.Sample(n=10, total=5, total_sq=7, kind="ratio"), "A ratio needs denominator="),
        (lambda: ex.Sample(n=10, total=5, total_sq=7, denominator=(0, 0, 0)), "add up to 0"),
        (
            lambda: ex.Sample(n=10, total=5, total_sq=7, denominator=(5, 1, 2)),
            "denominator, 1, is impossible",
        ),
        (lambda: ex.Sample(n=10, total=5, total_sq=7, covariate=(5, 5)), "can't be read. Pass .sum"),
        (lambda: ex.Sample(n=10, total=5, total_sq=7, covariate=(5, 5, 99)), "covariate, 99, is impossible"),
        (lambda: ex.Sample.moments(10, 5, -1), "var=-1 is negative"),
        (lambda: ex.Sample.from_values([1, np.nan, 3]), "1 of 3 values are missing"),
        (lambda: ex.Sample.from_values([1, 2, 3], covariate=[1, 2]), "covariate has 2 values for 3 units"),
        (lambda: ex.Sample.from_values([0, 1, 2], kind="proportion"), "1 values are neither 0 nor 1"),
        (lambda: ex.Sample.from_values(["a"]), "holds something that isn't a number"),
    ],
)
def test_what_no_values_have(make, message):
    with pytest.raises(DataError, match=message):
        make()
