"""Adjusted p-values as R's p.adjust and statsmodels give them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError
from custintel_analytics.experiments.corrections import CORRECTIONS, corrected, families

P = [0.01, 0.04, 0.03, 0.005, 0.2, 0.04]


@pytest.mark.parametrize(
    "adjust, expected",
    [
        (ex.holm, [0.05, 0.12, 0.12, 0.03, 0.2, 0.12]),
        (ex.benjamini_hochberg, [0.03, 0.048, 0.048, 0.03, 0.2, 0.048]),
        (ex.bonferroni, [0.06, 0.24, 0.18, 0.03, 1.0, 0.24]),
    ],
)
def test_as_statsmodels(adjust, expected):
    assert adjust(P).tolist() == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_order_of_strength(p_values):
    plain = np.array(p_values)
    fdr, holm, bonferroni = (f(p_values) for f in (ex.benjamini_hochberg, ex.holm, ex.bonferroni))
    assert (plain <= fdr + 1e-15).all()
    assert (fdr <= holm + 1e-12).all()
    assert (holm <= bonferroni + 1e-12).all()
    assert (bonferroni <= 1).all()


def test_what_was_not_tested_does_not_count():
    adjusted = ex.holm([0.01, np.nan, 0.04])
    assert adjusted[[0, 2]].tolist() == pytest.approx([0.02, 0.04])
    assert np.isnan(adjusted[1])
    assert np.isnan(ex.bonferroni([np.nan])).all()


def test_by_name():
    assert corrected(P, None).tolist() == P
    assert corrected(P, "benjamini-hochberg").tolist() == ex.benjamini_hochberg(P).tolist()
    with pytest.raises(DataError, match=r"correction='hochberg' is not known. Did you mean"):
        corrected(P, "hochberg")
    with pytest.raises(DataError, match=r"1 p-values aren't between 0 and 1, for example 1\.2"):
        ex.holm([0.1, 1.2])


@given(
    st.lists(st.one_of(st.floats(0, 1), st.just(np.nan)), min_size=1, max_size=8),
    st.sampled_from([*CORRECTIONS, None]),
)
def test_a_family_multiplies_to_the_corrected_value(p_values, correction):
    found = families(p_values, correction)
    asked = int(np.sum(~np.isnan(p_values)))
    for p, family, adjusted in zip(p_values, found, corrected(p_values, correction), strict=True):
        assert family.p_value(p) == pytest.approx(adjusted, rel=1e-12, abs=1e-290, nan_ok=True)
        assert family.questions == (1 if np.isnan(p) else asked)
        assert 1 <= family.factor <= max(asked, 1) + 1e-12


def test_what_is_said_of_a_family():
    assert [family.words for family in families([0.2], "holm")] == [""]
    assert families([0.2, 0.1, np.nan], "holm")[0].words == ", both Holm-corrected for 2 questions"
    assert families([0.2, 0.1, np.nan], "holm")[2].words == ""
    assert (
        families([0.2, 0.1], "benjamini-hochberg")[0].words
        == ", both Benjamini–Hochberg-corrected for 2 questions"
    )
    assert families([0.2, 0.1], None)[1].words == ", not corrected for 2 questions"


@given(
    st.lists(st.integers(0, 60), min_size=4, max_size=4),
    st.sampled_from(["welch", "z", "sequential"]),
    st.sampled_from(["two-sided", "greater"]),
    st.sampled_from([*CORRECTIONS, None]),
)
def test_corrected_interval_and_p_value_say_the_same_of_zero(successes, method, alternative, correction):
    counts = dict(zip("abcd", successes, strict=True))
    arms = {name: ex.Sample.proportion(20 + count, 100) for name, count in counts.items()}
    found = ex.analyse(
        {"visit": arms, "loss": arms}, control="a", method=method, alternative=alternative, correction=correction,
        metrics=[ex.proportion("visit"), ex.proportion("loss", guardrail=True)],
    )  # fmt: skip
    asked = found.frame.set_index(["metric", "variant"])
    for (metric, variant), shown in found.corrected.items():
        assert shown.p_value == pytest.approx(asked.loc[(metric, variant), "p_adjusted"], rel=1e-9)
        assert (shown.lower > 0 or shown.upper < 0) == (shown.p_value < 0.05)
        alone = found.comparisons[metric, variant]
        assert shown.lower <= alone.lower + 1e-12
        assert shown.upper >= alone.upper - 1e-12
        assert (shown == alone) == (metric == "loss" or shown.family.questions == 1)


def test_a_verdict_shows_the_figure_that_decides():
    arms = {"a": ex.Sample.proportion(200, 1000), **{name: ex.Sample.proportion(237, 1000) for name in "bcd"}}
    found = ex.analyse(arms, relative=False)
    assert ex.verdict(found.comparisons["metric", "b"]).decision == "ship"
    together = ex.verdict(found.corrected["metric", "b"])
    assert together.decision == "keep running"
    assert "p = 0.136, both Holm-corrected for 3 questions" in together.lines[1]
