"""η² against SciPy's analysis of variance, Cramér's V against SciPy's association."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats.contingency import association

from custintel_analytics.segments.features import Features
from custintel_analytics.segments.importance import importance


@pytest.fixture(scope="module")
def described():
    random = np.random.default_rng(5)
    size = 500
    labels = random.integers(-1, 3, size)
    frame = pd.DataFrame(
        {
            "monetary": random.lognormal(labels / 2, 1.0),
            "share": random.random(size) + 0.3 * labels,
            "newsletter": random.random(size) < 0.4 + 0.1 * labels,
            "country": random.choice(["France", "Spain", "Italy"], size),
            "noise": random.normal(size=size),
        }
    )
    frame.loc[random.random(size) < 0.2, ["share", "country"]] = None
    return Features.from_frame(frame), labels


@pytest.mark.parametrize("feature", ["monetary", "share", "newsletter", "noise"])
def test_numbers_against_a_one_way_anova(described, feature):
    features, labels = described
    column = features.frame[feature].astype(float)
    if features.catalogue.set_index("column").loc[feature, "log"]:
        column = np.log1p(column)
    groups = [column[labels == label].dropna() for label in np.unique(labels)]
    f = stats.f_oneway(*groups).statistic
    between, within = len(groups) - 1, sum(map(len, groups)) - len(groups)
    table = importance(features, labels).set_index("feature")
    assert table.loc[feature, "importance"] == pytest.approx(f * between / (f * between + within))


def test_categories_against_scipy(described):
    features, labels = described
    country = features.frame["country"]
    observed = pd.crosstab(country, labels)
    table = importance(features, labels).set_index("feature")
    assert table.loc["country", "importance"] == pytest.approx(association(observed, method="cramer") ** 2)


def test_the_most_telling_first(described):
    table = importance(*described)
    assert table["feature"].iloc[0] in ("monetary", "share")
    assert table["importance"].is_monotonic_decreasing
    assert table["rank"].tolist() == [1, 2, 3, 4, 5]
    assert table["label"].tolist() == [
        described[0].catalogue.set_index("column").loc[feature, "label"] for feature in table["feature"]
    ]


def test_a_flag_and_two_segments_are_the_same_either_way():
    random = np.random.default_rng(0)
    flag = random.random(300) < 0.3
    labels = (random.random(300) < 0.5).astype(int)
    frame = pd.DataFrame({"flag": flag, "text": np.where(flag, "yes", "no")})
    table = importance(Features.from_frame(frame), labels).set_index("feature")["importance"]
    assert table["flag"] == pytest.approx(table["text"])


def test_extremes():
    labels = np.repeat([0, 1], 5)
    frame = pd.DataFrame({"apart": np.repeat([1.0, 2.0], 5), "same": [1.0, 2, 3, 4, 5] * 2})
    table = importance(Features.from_frame(frame), labels).set_index("feature")["importance"]
    assert (table["apart"], table["same"]) == (1, 0)
    alone = importance(Features.from_frame(frame), np.zeros(10, dtype=int)).set_index("feature")["importance"]
    assert alone.tolist() == [0, 0]
