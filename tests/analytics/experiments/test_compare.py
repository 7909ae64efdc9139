"""Published results, to the digits printed; and both scales, interval and p-value agreeing."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import integrate, stats

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError

# The example of gbstats: packages/stats/tests/frequentist/test_tests.py.
CONTROL = ex.Sample(n=3407, total=1396.87, total_sq=52377.9767)
TREATMENT = ex.Sample(n=3461, total=2422.7, total_sq=134698.29)
SMALLER = ex.Sample(n=3000, total=1396.87, total_sq=52377.9767)


def close(*expected, digits=5):
    return pytest.approx(expected, abs=0.5000001 * 10**-digits)


def test_absolute_as_gbstats():
    result = ex.compare(CONTROL, TREATMENT)
    found = (result.effect, result.lower, result.upper, result.p_value, result.standard_error)
    assert found == close(0.29, 0.04538, 0.53462, 0.02016, 0.12478)


def test_relative_by_delta_as_gbstats():
    result = ex.compare(CONTROL, TREATMENT, relative=True, interval="delta")
    found = (result.effect, result.lower, result.upper, result.p_value, result.standard_error)
    assert found == close(0.70732, -0.03526, 1.44989, 0.06191, 0.37879)


def test_proportions_by_delta_as_gbstats():
    result = ex.compare(
        ex.Sample.proportion(14, 28), ex.Sample.proportion(16, 30), relative=True, interval="delta"
    )
    assert (result.effect, result.lower, result.upper) == close(0.06667, -0.47767, 0.61101)
    assert (result.p_value, result.standard_error) == close(0.80707, 0.2717)


def test_one_sided_as_gbstats():
    above = ex.compare(SMALLER, TREATMENT, alternative="greater")
    assert (above.effect, above.lower, above.p_value) == pytest.approx(
        (0.23437666666666668, 0.020791480063255735, 0.03554272489873023), abs=1e-12
    )
    below = ex.compare(SMALLER, TREATMENT, alternative="less")
    assert (below.upper, below.p_value) == pytest.approx((0.44796185327007765, 0.9644572751012698), abs=1e-12)
    assert (above.upper, below.lower) == (math.inf, -math.inf)
    delta = ex.compare(SMALLER, TREATMENT, relative=True, interval="delta", alternative="greater")
    assert (delta.lower, delta.p_value) == pytest.approx(
        (-0.045136675850396046, 0.06558262868467746), abs=1e-12
    )


def test_fieller_has_the_p_value_of_the_absolute_effect():
    absolute = ex.compare(CONTROL, TREATMENT)
    relative = ex.compare(CONTROL, TREATMENT, relative=True)
    assert relative.p_value == absolute.p_value
    assert relative.effect == pytest.approx(0.29 / 0.41)
    assert relative.lower > 0
    assert relative.message == ""


def test_hillstrom_visits():
    result = ex.compare(ex.Sample.proportion(2262, 21306), ex.Sample.proportion(3238, 21387), method="z")
    assert result.effect == pytest.approx(0.0452331, abs=5e-8)
    assert result.statistic == pytest.approx(13.94918, abs=5e-6)


def test_hillstrom_conversions():
    result = ex.compare(ex.Sample.proportion(122, 21306), ex.Sample.proportion(189, 21387), method="z")
    assert result.effect == pytest.approx(0.0031111, abs=5e-8)
    assert result.statistic == pytest.approx(3.77956, abs=5e-6)


def test_hillstrom_spend():
    control = ex.Sample(n=21306, total=13908.33, total_sq=2870050.3621)
    result = ex.compare(control, ex.Sample(n=21387, total=23038.11, total_sq=4911446.5763))
    assert result.effect == pytest.approx(0.4244122, abs=5e-8)
    assert result.statistic == pytest.approx(3.256372, abs=5e-7)
    assert result.p_value == pytest.approx(0.00112940, abs=5e-9)
    assert (result.lower, result.upper) == pytest.approx((0.168957, 0.679868), abs=5e-7)


def test_hillstrom_from_the_file(data_file):
    data = pd.read_csv(data_file("causal/uplift/hillstrom.csv"))
    control, treatment = (
        ex.Sample.from_values(data.loc[data["segment"] == arm, "spend"])
        for arm in ("No E-Mail", "Womens E-Mail")
    )
    assert ex.compare(control, treatment).statistic == pytest.approx(3.256372, abs=5e-7)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_welch_as_scipy(alternative):
    rng = np.random.default_rng(2)
    one, two = rng.exponential(2, 30), rng.exponential(3, 17)
    expected = stats.ttest_ind(two, one, equal_var=False, alternative=alternative)
    result = ex.compare(ex.Sample.from_values(one), ex.Sample.from_values(two), alternative=alternative)
    assert (result.statistic, result.p_value, result.df) == pytest.approx(
        (expected.statistic, expected.pvalue, expected.df)
    )
    interval = expected.confidence_interval(0.95)
    assert (result.lower, result.upper) == pytest.approx((interval.low, interval.high))


def test_z_of_means():
    result = ex.compare(CONTROL, TREATMENT, method="z")
    assert result.p_value == pytest.approx(2 * stats.norm.sf(result.effect / result.standard_error))
    assert result.upper == pytest.approx(result.effect + stats.norm.ppf(0.975) * result.standard_error)


counts = st.integers(20, 400)
METHODS = [
    ("welch", "fieller"),
    ("welch", "delta"),
    ("z", "fieller"),
    ("z", "delta"),
    ("sequential", "fieller"),
]


@pytest.mark.parametrize("method, interval", METHODS)
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@given(n=st.tuples(counts, counts), shares=st.tuples(st.floats(0.05, 0.95), st.floats(0.05, 0.95)))
def test_interval_and_p_value_agree(method, interval, alternative, n, shares):
    """The interval excludes no change exactly when p is below alpha, and on both scales."""
    control, treatment = (
        ex.Sample.proportion(max(1, round(p * k)), k) for k, p in zip(n, shares, strict=True)
    )
    assume(control.variance > 0 and treatment.variance > 0)
    for relative in (False, True):
        result = ex.compare(
            control, treatment, relative=relative, method=method, interval=interval, alternative=alternative
        )
        inside = result.lower <= 0 <= result.upper
        near = abs(result.p_value - 0.05) < 1e-9
        unbounded_with_a_gap = "is ruled out" in result.message
        assert near or unbounded_with_a_gap or inside == (result.p_value >= 0.05)
        assert result.lower <= result.effect <= result.upper


@given(st.floats(1, 1e6), st.floats(0.1, 100))
def test_units_of_measurement_do_not_matter(scale, spread):
    plain = ex.compare(ex.Sample.moments(50, 3, spread), ex.Sample.moments(70, 4, 2 * spread), relative=True)
    scaled = ex.compare(
        ex.Sample.moments(50, 3 * scale, spread * scale**2),
        ex.Sample.moments(70, 4 * scale, 2 * spread * scale**2),
        relative=True,
    )
    assert (scaled.effect, scaled.p_value, scaled.lower) == pytest.approx(
        (plain.effect, plain.p_value, plain.lower), rel=1e-6
    )


def test_nothing_varies():
    result = ex.compare(ex.Sample.proportion(0, 50), ex.Sample.proportion(0, 60))
    assert math.isnan(result.p_value)
    assert math.isnan(result.lower)
    assert "No unit differs" in result.message
    assert result.density().empty
    assert result.decision()["share"].isna().all()
    assert "No unit differs" in result.summary()
    score = ex.compare(ex.Sample.proportion(0, 50), ex.Sample.proportion(0, 60), method="z")
    assert score.p_value == 1.0
    assert -0.1 < score.lower < 0 < score.upper < 0.1


def test_delta_is_blind_to_a_treatment_without_any():
    control, none = ex.Sample.proportion(20, 100), ex.Sample.proportion(0, 100)
    delta = ex.compare(control, none, relative=True, interval="delta")
    assert math.isnan(delta.p_value)
    assert "interval='fieller'" in delta.message
    assert ex.compare(control, none, relative=True).p_value < 1e-5


def test_the_curve_holds_what_the_interval_holds():
    result = ex.compare(CONTROL, TREATMENT, relative=True)
    curve = result.density(401)
    x, density = curve["x"].to_numpy(), curve["density"].to_numpy()
    assert integrate.trapezoid(density, x) == pytest.approx(1, abs=2e-3)
    inside = (x >= result.lower) & (x <= result.upper)
    assert integrate.trapezoid(density[inside], x[inside]) == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_decision_regions(relative, direction):
    result = ex.compare(CONTROL, TREATMENT, relative=relative, direction=direction)
    regions = result.decision(0.1).set_index("region")
    assert regions["share"].sum() == pytest.approx(1)
    assert list(regions.index) == ["worse", "too small", "worthwhile"]
    worse = regions.loc["worse", "share"]
    one_sided = ex.compare(CONTROL, TREATMENT, relative=relative, alternative="greater").p_value
    assert worse == pytest.approx(one_sided if direction == "up" else 1 - one_sided)
    with pytest.raises(DataError, match="smallest=-1 is no size"):
        result.decision(-1)


def test_summary():
    assert ex.compare(CONTROL, TREATMENT, relative=True).summary() == (
        "Treatment 0.7 (n 3,461) against control 0.41 (n 3,407): +70.7 % (95 % interval +9 to +171 %); p = 0.0202."
    )
    said = ex.compare(ex.Sample.proportion(49, 100), ex.Sample.proportion(51, 100), method="bayes").summary()
    assert "against control 49 % (n 100): +1.96 pp" in said
    assert said.endswith("61.1 % likely to be better, expected loss 1.91 pp.")


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"method": "bayesian"}, "method='bayesian' is not known. Did you mean 'bayes'"),
        ({"interval": "wald"}, "interval='wald' is not known"),
        ({"alternative": "larger"}, "alternative='larger' is not known"),
        ({"level": 95}, "level=95 is not a confidence"),
        ({"direction": "left"}, "direction='left' is not known"),
        ({"tuning_n": 0}, "tuning_n=0 can't be used"),
        ({"prior_sd": 0}, "prior_sd=0 is no prior"),
        ({"cuped": True}, "There is no covariate"),
    ],
)
def test_arguments(arguments, message):
    with pytest.raises(DataError, match=message):
        ex.compare(CONTROL, TREATMENT, **arguments)


def test_samples_that_do_not_compare():
    with pytest.raises(DataError, match="The control is a mean, the treatment a proportion"):
        ex.compare(CONTROL, ex.Sample.proportion(1, 2))
    with pytest.raises(DataError, match=r"control=0\.41 is no Sample"):
        ex.compare(0.41, TREATMENT)
    with pytest.raises(DataError, match="treatment has 1 unit; a mean needs at least 2"):
        ex.compare(CONTROL, ex.Sample(n=1, total=2, total_sq=4))


@pytest.mark.parametrize("method", ["welch", "z", "bayes", "sequential"])
def test_a_control_of_zero_has_no_percent(method):
    for control, treatment in (
        (ex.Sample.moments(9, 0, 1), TREATMENT),
        (ex.Sample.proportion(0, 9), ex.Sample.proportion(3, 9)),
    ):
        with pytest.raises(DataError, match=r"control's mean is 0.*relative=False"):
            ex.compare(control, treatment, relative=True, method=method)
