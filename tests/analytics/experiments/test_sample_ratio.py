"""Sample-ratio mismatch: published p-values, loud when it fires."""

import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError


def test_published():
    # Fabijan et al. (2019) and Kohavi, Tang, Xu (2020), Trustworthy online controlled experiments, chapter 3.
    result = ex.sample_ratio([821588, 815482])
    assert result.p_value == pytest.approx(1.8218e-6, abs=5e-11)
    assert (result.verdict, result.ok) == ("mismatch", False)
    assert result.sentence == (
        "Don't read this result. Expected 818,535 : 818,535, got 821,588 : 815,482; under correct assignment that "
        "happens about once in 550,000 times. Check assignment and logging."
    )
    assert result.summary() == result.sentence


def test_as_gbstats():
    assert ex.sample_ratio([1000, 1200], [0.5, 0.5]).p_value == pytest.approx(0.000020079, abs=5e-10)


def test_hillstrom_is_fine():
    result = ex.sample_ratio({"No E-Mail": 21306, "Mens E-Mail": 21307, "Womens E-Mail": 21387})
    assert (result.verdict, result.ok) == ("ok", True)
    assert result.variants == ("No E-Mail", "Mens E-Mail", "Womens E-Mail")
    assert result.expected == pytest.approx((64000 / 3,) * 3)
    assert result.sentence.startswith("The split is as planned: expected 21,333 : 21,333 : 21,333, got")


def test_an_unequal_plan():
    counts = {"A": 9010, "B": 990}
    assert ex.sample_ratio(counts).verdict == "mismatch"
    assert ex.sample_ratio(counts, {"B": 10, "A": 90}).verdict == "ok"
    assert ex.sample_ratio(counts, {"B": 10, "A": 90}).expected == pytest.approx((9000, 1000))


def test_the_threshold():
    assert ex.sample_ratio([500, 570]).verdict == "ok"
    assert ex.sample_ratio([500, 570], threshold=0.05).verdict == "mismatch"


def test_too_few_to_say():
    result = ex.sample_ratio([8, 0])
    assert (result.verdict, result.ok) == ("too few", True)
    assert "Too few units" in result.sentence


def test_practically_never():
    assert "that happens practically never" in ex.sample_ratio([10_000, 20_000]).sentence


@pytest.mark.parametrize(
    "arguments, message",
    [
        (([100],), "1 variant: a split needs at least two"),
        (([100, -1],), "-1 is no count"),
        (([100, float("nan")],), "nan is no count"),
        (([100, "B"],), "'B' is no count"),
        (([0, 0],), "No variant has any units"),
        (([100, 100], [1, 1, 1]), "no split of 2 variants"),
        (([100, 100], [1, 0]), "Write a positive share"),
        (({"A": 1, "B": 2}, {"A": 1, "C": 2}), "expected names 'A', 'C'; the variants are 'A', 'B'"),
    ],
)
def test_arguments(arguments, message):
    with pytest.raises(DataError, match=message):
        ex.sample_ratio(*arguments)
