"""Samples instead of a table: the same call, the same figures."""

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import experiments as ex
from custintel_analytics.errors import DataError

RNG = np.random.default_rng(5)
ROWS = pd.DataFrame(
    {
        "group": np.repeat(["A", "B", "C"], 400),
        "visit": RNG.binomial(1, np.repeat([0.2, 0.25, 0.22], 400)),
        "spend": RNG.gamma(1.2, np.repeat([20.0, 22.0, 21.0], 400)),
    }
)
METRICS = [ex.proportion("visit"), ex.mean("spend")]


@pytest.fixture(scope="module")
def analysed():
    return ex.analyse(ROWS, variant="group", control="A", metrics=METRICS)


def test_samples_and_rows_give_the_same(analysed):
    parts = dict(iter(ROWS.groupby("group")))
    samples = {
        "visit": {v: ex.Sample.proportion(int(p["visit"].sum()), len(p)) for v, p in parts.items()},
        "spend": {v: ex.Sample.from_values(p["spend"]) for v, p in parts.items()},
    }
    found = ex.analyse(samples, control="A")
    pd.testing.assert_frame_equal(found.frame, analysed.frame, check_exact=False, rtol=1e-12)
    assert found.sample_ratio.counts == (400, 400, 400)
    assert found.settings.variants == ("A", "B", "C")
    assert found.left_out.empty


def test_one_metric_needs_no_name():
    two = {"old": ex.Sample.proportion(49, 100), "new": ex.Sample.proportion(51, 100)}
    found = ex.analyse(two, method="bayes", relative=False)
    assert found.frame["probability"].item() == pytest.approx(0.6107705227, abs=1e-10)
    assert found.frame["variant"].tolist() == ["new"]
    named = ex.analyse(two, control="new", metrics=ex.proportion("visit"), relative=False)
    assert named.frame[["metric", "variant"]].to_numpy().tolist() == [["visit", "old"]]
    assert named.frame["effect"].item() == pytest.approx(-0.02)


def test_again_asks_nothing_and_answers_as_a_new_analysis(analysed):
    settings = {"level": 0.9, "method": "z", "relative": False, "correction": "bonferroni"}
    again = analysed.again(**settings)
    fresh = ex.analyse(ROWS, variant="group", control="A", metrics=METRICS, **settings)
    pd.testing.assert_frame_equal(again.frame, fresh.frame)
    assert again.evidence is analysed.evidence
    assert (again.settings.level, again.settings.correction) == (0.9, "bonferroni")
    assert analysed.again(correction=None).frame["p_adjusted"].equals(analysed.frame["p_value"])
    with pytest.raises(TypeError, match="Did you mean 'alternative'"):
        analysed.again(alternativ="less")


def test_both_scales_are_kept(analysed):
    key = ("visit", "B")
    assert analysed.comparisons[key].relative is True
    assert analysed.effects.others[key].relative is False
    assert analysed.effects.others[key].p_value == pytest.approx(analysed.corrected[key].p_value)


@pytest.mark.parametrize(
    "data, settings, words",
    [
        ({}, {}, "A mapping must hold samples"),
        ({"A": 3, "B": 4}, {}, "A mapping must hold samples"),
        ({"A": ex.Sample.proportion(1, 9)}, {}, "There is one variant, 'A'"),
        (
            {"A": ex.Sample.proportion(1, 9), "B": ex.Sample.proportion(2, 9)},
            {"control": "C"},
            "control='C' is no variant",
        ),
        (
            {"A": ex.Sample.proportion(1, 9), "B": ex.Sample.proportion(2, 9)},
            {"metrics": ex.mean("spend")},
            "of kind proportion, the metric is a mean",
        ),
        (
            {
                "visit": {"A": ex.Sample.proportion(1, 9), "B": ex.Sample.proportion(2, 9)},
                "buy": {"A": ex.Sample.proportion(1, 9), "C": ex.Sample.proportion(2, 9)},
            },
            {},
            "Give each metric a sample of every variant",
        ),
        (ROWS, {"control": "A"}, "A table needs variant="),
    ],
)
def test_what_is_no_experiment_teaches(data, settings, words):
    with pytest.raises(DataError, match=words):
        ex.analyse(data, **settings)
