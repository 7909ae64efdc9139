"""The pooled z-test and its inversion: published intervals, and the likelihood maximised numerically."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize

from custintel_analytics import experiments as ex
from custintel_analytics.experiments.score import Counts


@pytest.mark.parametrize(
    "treatment, control, lower, upper",
    [
        # Newcombe (1998), Statistics in Medicine 17, 873–890, table II, method 5 (Mee).
        ((56, 70), (48, 80), 0.0533, 0.3377),
        ((9, 10), (3, 10), 0.1821, 0.8370),
    ],
)
def test_difference_published(treatment, control, lower, upper):
    result = ex.compare(ex.Sample.proportion(*control), ex.Sample.proportion(*treatment), method="z")
    assert (result.lower, result.upper) == pytest.approx((lower, upper), abs=5e-5)


def test_ratio_published():
    """Koopman (1984), Biometrics 40, 513–517: 36 of 40 against 16 of 80 gives 2.94 to 7.15."""
    result = ex.compare(ex.Sample.proportion(16, 80), ex.Sample.proportion(36, 40), method="z", relative=True)
    assert (1 + result.lower, 1 + result.upper) == pytest.approx((2.94, 7.15), abs=0.005)
    assert result.p_value == pytest.approx(
        ex.compare(ex.Sample.proportion(16, 80), ex.Sample.proportion(36, 40), method="z").p_value
    )


def likeliest(counts: Counts, treatment_of, low: float, high: float) -> float:
    """The control's share that makes the counts likeliest, the treatment's share being a function of it."""

    def unlikely(pc: float) -> float:
        pt = treatment_of(pc)
        return -sum(
            k * math.log(p) + (n - k) * math.log1p(-p)
            for k, n, p in (
                (counts.control, counts.n_control, pc),
                (counts.treatment, counts.n_treatment, pt),
            )
        )

    return optimize.minimize_scalar(
        unlikely, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    ).x


@settings(deadline=None)
@given(st.integers(1, 59), st.integers(1, 39), st.floats(-0.8, 0.8), st.floats(0.2, 5))
def test_statistics_by_numerical_maximum(control, treatment, difference, ratio):
    counts = Counts(control, 60, treatment, 40)
    tiny = 1e-9
    base = likeliest(
        counts, lambda p: p + difference, max(tiny, tiny - difference), min(1 - tiny, 1 - tiny - difference)
    )
    other = base + difference
    error = math.sqrt(base * (1 - base) / 60 + other * (1 - other) / 40)
    expected = (treatment / 40 - control / 60 - difference) / error
    assume(error > 1e-3)
    assert counts.difference_statistic(difference) == pytest.approx(expected, rel=1e-4, abs=1e-4)
    base = likeliest(counts, lambda p: p * ratio, tiny, min(1 - tiny, (1 - tiny) / ratio))
    other = base * ratio
    error = math.sqrt(ratio**2 * base * (1 - base) / 60 + other * (1 - other) / 40)
    assume(error > 1e-3)
    expected = (treatment / 40 - ratio * control / 60) / error
    assert counts.ratio_statistic(ratio) == pytest.approx(expected, rel=1e-4, abs=1e-4)


@given(st.integers(0, 30), st.integers(1, 40))
def test_the_ends(successes, n):
    """All or none: the interval stays within what shares can differ by."""
    assume(successes <= n)
    for treatment in (0, 25):
        result = ex.compare(
            ex.Sample.proportion(successes, n), ex.Sample.proportion(treatment, 25), method="z"
        )
        assert -1 <= result.lower <= result.effect <= result.upper <= 1
        assert 0 <= result.p_value <= 1


def test_a_treatment_without_any_may_have_lost_everything():
    result = ex.compare(ex.Sample.proportion(10, 50), ex.Sample.proportion(0, 50), method="z", relative=True)
    assert (result.effect, result.lower) == (-1, -1)
    assert -1 < result.upper < 0
