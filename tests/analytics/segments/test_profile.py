"""The profile against SciPy and pandas, and the summary against sums."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from custintel_analytics.errors import DataError
from custintel_analytics.segments import borders, profile, tree
from custintel_analytics.segments.features import Features


def people(seed=0, size=400, segments=3):
    random = np.random.default_rng(seed)
    labels = random.integers(0, segments, size)
    frame = pd.DataFrame(
        {
            "recency": random.integers(1, 300, size).astype(float) + 50 * labels,
            "monetary": np.round(random.lognormal(3 + labels, 0.6), 2),
            "discount_share": random.random(size) * (labels + 1) / segments,
            "newsletter": random.random(size) < 0.2 + 0.25 * labels,
            "country": random.choice(["France", "Spain", "Italy"], size, p=[0.5, 0.3, 0.2]),
        },
        index=pd.Index(np.arange(1, size + 1), name="customer"),
    )
    frame.loc[random.random(size) < 0.1, "recency"] = np.nan
    return Features.from_frame(frame), labels


def rows_of(table, feature, segment, level=""):
    chosen = table[(table["feature"] == feature) & (table["segment"] == segment) & (table["level"] == level)]
    assert len(chosen) == 1
    return chosen.iloc[0]


@pytest.mark.parametrize("feature", ["recency", "monetary", "discount_share"])
@pytest.mark.parametrize("segment", [0, 1, 2])
def test_numbers_are_those_of_pandas_and_the_effect_is_scipys(feature, segment):
    features, labels = people()
    row = rows_of(profile.profile(features, labels), feature, segment)
    column = features.frame[feature]
    inside, rest = column[labels == segment].dropna(), column[labels != segment].dropna()
    assert row["mean"] == pytest.approx(inside.mean())
    assert row["median"] == pytest.approx(inside.median())
    assert row["average"] == pytest.approx(column.mean())
    assert row["index"] == pytest.approx(100 * inside.mean() / column.mean())
    assert row["n"] == len(inside)
    if features.catalogue.set_index("column").loc[feature, "log"]:
        inside, rest = np.log1p(inside), np.log1p(rest)
    # Student's t is Cohen's d over the standard error in pooled deviations.
    t = stats.ttest_ind(inside, rest).statistic
    assert row["effect"] == pytest.approx(t * np.sqrt(1 / len(inside) + 1 / len(rest)))


def test_logged_columns_are_among_those():
    features, _ = people()
    assert set(features.catalogue.set_index("column")["log"][["recency", "monetary", "discount_share"]]) == {
        True,
        False,
    }


def test_shares_have_cohens_h():
    # Cohen (1988), table 6.2.2: φ(.60) = 1.772, φ(.40) = 1.369.
    flags = np.repeat([True, False, True, False], [60, 40, 40, 60])
    labels = np.repeat([0, 1], 100)
    features = Features.from_frame(pd.DataFrame({"flag": flags, "x": np.arange(200.0)}))
    table = profile.profile(features, labels)
    assert rows_of(table, "flag", 0)["effect"] == pytest.approx(1.772 - 1.369, abs=1e-3)
    assert rows_of(table, "flag", 1)["effect"] == pytest.approx(1.369 - 1.772, abs=1e-3)
    assert (rows_of(table, "flag", 0)["mean"], rows_of(table, "flag", 0)["index"]) == (0.6, 120)


def test_a_category_has_a_row_per_level_and_one_for_the_rest():
    size = 600
    random = np.random.default_rng(3)
    country = np.array([f"C{number:02}" for number in range(12)])[random.integers(0, 12, size)]
    country = np.where(random.random(size) < 0.1, None, country)
    labels = random.integers(0, 2, size)
    features = Features.from_frame(pd.DataFrame({"country": country, "age": random.random(size)}))
    table = profile.profile(features, labels)
    levels = table[(table["feature"] == "country") & (table["segment"] == 0)]
    assert len(levels) == profile.LEVELS + 1
    assert levels["level"].iloc[-1] == "4 others"
    assert levels["label"].iloc[-1] == "Country: 4 others"
    assert levels["mean"].sum() == pytest.approx(1)
    known = pd.Series(country)[labels == 0].dropna()
    assert (levels["n"] == len(known)).all()
    first = levels["level"].iloc[0]
    assert levels["mean"].iloc[0] == pytest.approx((known == first).mean())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), segments=st.integers(1, 5), size=st.integers(10, 120))
def test_means_weigh_up_to_the_average(seed, segments, size):
    features, labels = people(seed, size, segments)
    table = profile.profile(features, labels)
    for (_, _), part in table.groupby(["feature", "level"]):
        weighed = (part["mean"].fillna(0) * part["n"]).sum() / part["n"].sum()
        assert weighed == pytest.approx(part["average"].iloc[0])
        assert part["effect"].dropna().between(-profile.LARGEST_EFFECT, profile.LARGEST_EFFECT).all()
        assert part["effect"].isna().all() == (part["n"].gt(0).sum() < 2)


def test_what_has_no_index_or_effect():
    labels = np.repeat([0, 1], 5)
    frame = pd.DataFrame(
        {
            "balance": [-3.0, -1, -2, -1, -3, 1, 2, 1, 2, 1],
            "apart": np.repeat([1.0, 2.0], 5),
            "same": [1.0, 2, 3, 4, 5] * 2,
        }
    )
    table = profile.profile(Features.from_frame(frame), labels)
    assert np.isnan(rows_of(table, "balance", 0)["index"])
    assert rows_of(table, "apart", 0)["effect"] == -profile.LARGEST_EFFECT
    assert rows_of(table, "same", 0)["effect"] == 0
    alone = profile.profile(Features.from_frame(frame), np.zeros(10, dtype=int))
    assert alone["effect"].isna().all()


def test_nobodys_come_last_and_count_as_the_rest():
    features, labels = people()
    labels = np.where(labels == 0, -1, labels)
    table = profile.profile(features, labels, {1: "One"})
    assert list(dict.fromkeys(table["name"])) == ["One", "Segment 2", "In no segment"]
    whole, _ = people()
    again = profile.profile(whole, labels)
    assert rows_of(table, "recency", 1)["effect"] == rows_of(again, "recency", 1)["effect"]


@pytest.mark.parametrize(
    "labels, message",
    [
        ([0, 1], "labels hold 2 values for 400 customers"),
        (np.full(400, 0.5), r"labels hold np\.float64\(0\.5\)"),
        (np.full(400, -2), r"labels hold np\.int64\(-2\)"),
        (["a"] * 400, "A label is a whole number"),
    ],
)
def test_labels_that_do_not_fit(labels, message):
    with pytest.raises(DataError, match=message):
        profile.profile(people()[0], labels)


def test_the_summary_adds_up():
    features, labels = people()
    rules = tree.Rules.fit(features, labels)
    near = np.arange(400) % 4 == 0
    table = profile.summary(features, labels, {0: "Zero"}, rules, near, lapsed_after=100)
    assert table["name"].tolist() == ["Zero", "Segment 1", "Segment 2"]
    assert table["size"].tolist() == np.bincount(labels).tolist()
    assert table["share"].sum() == pytest.approx(1)
    assert table["value"].sum() == pytest.approx(features.frame["monetary"].sum())
    assert table["value_share"].sum() == pytest.approx(1)
    np.testing.assert_allclose(table["mean_value"], features.frame.groupby(labels)["monetary"].mean())
    recency = features.frame["recency"]
    np.testing.assert_allclose(
        table["lapsed"], (recency.dropna() > 100).groupby(labels[recency.notna()]).mean()
    )
    assert table["border"].tolist() == [int((near & (labels == s)).sum()) for s in range(3)]
    assert table["rule"].tolist() == rules.frame["short"].tolist()


def test_what_the_summary_cannot_know_is_nan():
    features = Features.from_frame(pd.DataFrame({"age": [20.0, 30, 40], "height": [1.0, 2, 4]}))
    table = profile.summary(features, [0, 0, 1])
    assert table[["value", "value_share", "mean_value", "lapsed", "border"]].isna().all(axis=None)
    assert table["rule"].tolist() == ["", ""]
    with pytest.raises(DataError, match="one per customer"):
        profile.summary(features, [0, 0, 1], borders=[1, 0, 1])


def test_near_borders_fit_the_summary():
    features, labels = people()
    distances = np.random.default_rng(0).random((400, 3))
    table = profile.summary(features, labels, borders=borders.near(distances))
    assert table["border"].sum() == borders.near(distances).sum()


def test_lapsed_after_is_the_ninetieth_percentile_of_the_cadence():
    cadence = [np.nan, 3.0, 10, 12, 20, 31, 44, 50, 70, 80.5, 91.2]
    frame = pd.DataFrame({"recency": np.arange(11.0), "cadence": cadence})
    features = Features.from_frame(frame)
    expected = np.ceil(pd.Series(cadence).quantile(0.9))
    assert profile.lapsed_after(features) == expected == 82
    table = profile.summary(features, np.zeros(11, dtype=int))
    assert table["lapsed"].iloc[0] == 0
    with pytest.raises(DataError, match="lapsed_after=90"):
        profile.lapsed_after(Features.from_frame(frame[["recency"]]))


def test_who_has_no_value_does_not_lower_the_mean():
    frame = pd.DataFrame({"age": [20.0, 30, 40, 50, 60]})
    features = Features.from_frame(frame, value=[10.0, np.nan, 30.0, np.nan, np.nan])
    table = profile.summary(features, [0, 0, 0, 1, 1])
    assert table.loc[0, ["value", "mean_value", "value_share"]].tolist() == [40, 20, 1]
    assert table.loc[1, ["value", "mean_value", "value_share"]].isna().all()
