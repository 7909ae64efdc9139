"""Post-stratification: the hand-made average, and intervals that cover."""

import numpy as np
import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError

PAIRS = {
    "new": (ex.Sample.moments(400, 2.0, 4.0), ex.Sample.moments(300, 2.5, 4.0)),
    "old": (ex.Sample.moments(100, 8.0, 9.0), ex.Sample.moments(200, 8.2, 9.0)),
}


def test_given_weights():
    result = ex.stratified(PAIRS, {"new": 3, "old": 1})
    assert result.control == pytest.approx(0.75 * 2 + 0.25 * 8)
    assert result.effect == pytest.approx(0.75 * 0.5 + 0.25 * 0.2)
    variance = 0.75**2 * (4 / 400 + 4 / 300) + 0.25**2 * (9 / 100 + 9 / 200)
    assert result.standard_error == pytest.approx(variance**0.5)
    assert (result.n_control, result.n_treatment) == (500, 500)


def test_weights_of_the_sample_are_themselves_uncertain():
    result = ex.stratified(PAIRS)
    shares = {"new": 0.7, "old": 0.3}
    effect = 0.7 * 0.5 + 0.3 * 0.2
    assert result.effect == pytest.approx(effect)
    fixed = ex.stratified(PAIRS, shares)
    between = (0.7 * (0.5 - effect) ** 2 + 0.3 * (0.2 - effect) ** 2) / 1000
    assert result.standard_error**2 == pytest.approx(fixed.standard_error**2 + between)
    assert result.variance_reduction > 0.1


def test_a_list_and_other_settings():
    result = ex.stratified(list(PAIRS.values()), [0.7, 0.3], relative=True, method="z", alternative="greater")
    assert (result.method, result.upper) == ("z", np.inf)
    absolute = ex.stratified(list(PAIRS.values()), [0.7, 0.3], method="z", alternative="greater")
    assert result.p_value == absolute.p_value


def test_one_stratum_is_no_stratification():
    control, treatment = PAIRS["new"]
    one, plain = ex.stratified([(control, treatment)]), ex.compare(control, treatment)
    assert (one.effect, one.lower, one.df, one.p_value) == pytest.approx(
        (plain.effect, plain.lower, plain.df, plain.p_value)
    )
    assert one.variance_reduction == pytest.approx(0, abs=1e-9)


def test_a_single_stratum_of_a_ratio():
    rng = np.random.default_rng(2)
    pair = [ex.Sample.from_values(rng.gamma(2, 3, 50), denominator=rng.integers(1, 6, 50)) for _ in range(2)]
    one, plain = ex.stratified([tuple(pair)]), ex.compare(*pair)
    assert (one.effect, one.standard_error, one.df) == pytest.approx(
        (plain.effect, plain.standard_error, plain.df)
    )
    assert one.kind == "ratio"


@pytest.mark.parametrize("kind", ["mean", "proportion", "ratio", "cuped"])
def test_coverage(kind):
    """Strata that differ in level and in effect, drawn at random: the interval covers the population's effect."""
    rng = np.random.default_rng({"mean": 1, "proportion": 2, "ratio": 3, "cuped": 4}[kind])
    shares, levels, effects = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.4, 0.7]), np.array([0.0, 0.1, 0.2])
    truth = shares @ effects / (2 if kind == "ratio" else 1)
    covered = narrower = 0
    for _ in range(2000):
        stratum, arm = rng.choice(3, 600, p=shares), rng.random(600) < 0.5
        level = levels[stratum] + effects[stratum] * arm
        before = rng.normal(size=600)
        y = (
            rng.random(600) < level
            if kind == "proportion"
            else rng.normal(level + (kind == "cuped") * before, 0.3)
        )
        d = rng.integers(1, 4, 600) * 1.0

        def sample(rows, y=y, d=d, before=before):
            if kind == "ratio":
                return ex.Sample.from_values((y * d / 2)[rows], denominator=d[rows])
            return ex.Sample.from_values(y[rows], covariate=before[rows])

        pairs = [(sample((stratum == s) & ~arm), sample((stratum == s) & arm)) for s in range(3)]
        result = ex.stratified(pairs, cuped=kind == "cuped")
        covered += result.lower <= truth <= result.upper
        narrower += result.variance_reduction > 0
    assert 0.93 <= covered / 2000 <= 0.97
    assert narrower > 1900


def test_arguments():
    small = (ex.Sample.proportion(1, 1), ex.Sample.proportion(3, 9))
    with pytest.raises(DataError, match=r"Stratum 'tiny' has 1 unit in the control.*Merge it"):
        ex.stratified({"tiny": small})
    with pytest.raises(DataError, match="There are no strata"):
        ex.stratified([])
    with pytest.raises(DataError, match="weights names 'new'; the strata are 'new', 'old'"):
        ex.stratified(PAIRS, {"new": 1})
    with pytest.raises(DataError, match="don't fit 2 strata"):
        ex.stratified(PAIRS, [1, -1])
    with pytest.raises(DataError, match=r"Stratum 1 is .* pass a pair"):
        ex.stratified([PAIRS["new"][0]])
    ratio = ex.Sample.from_values([1, 2, 4], denominator=[1, 1, 2])
    with pytest.raises(DataError, match="CUPED isn't combined with strata for a ratio"):
        ex.stratified([(ratio, ratio)], cuped=True)
    with pytest.raises(DataError, match="method='t' is not known"):
        ex.stratified(PAIRS, method="t")
    with pytest.raises(DataError, match="is a proportion, the first a mean"):
        ex.stratified([PAIRS["new"], (ex.Sample.proportion(1, 3), ex.Sample.proportion(3, 9))])
