"""The rule tree: what it learns, how it is told, and that it survives a file."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from custintel_analytics.errors import DataError
from custintel_analytics.segments import growing, wording
from custintel_analytics.segments.features import Features
from custintel_analytics.segments.growing import Node
from custintel_analytics.segments.tree import Rules


def people(seed=0, size=900):
    """Numbers, whole numbers, a flag and a category, some of them missing."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "recency": random.integers(1, 400, size).astype(float),
            "frequency": random.geometric(0.25, size).astype(float),
            "monetary": np.round(random.lognormal(4, 1, size), 2),
            "cadence": np.where(random.random(size) < 0.3, np.nan, random.integers(2, 90, size)),
            "newsletter": random.random(size) < 0.4,
            "country": pd.Series(random.choice(["France", "Spain", "Italy"], size)).where(
                random.random(size) > 0.1, None
            ),
        },
        index=pd.Index(np.arange(size) + 1, name="customer"),
    )
    return Features.from_frame(frame)


def ruled(features):
    """Segments by rules that a tree can find."""
    frame = features.frame
    quiet = frame["recency"] > 147
    loyal = frame["frequency"] > 3
    french = (frame["country"] == "France").to_numpy()
    return np.select([quiet, loyal, french], [3, 0, 1], 2)


@pytest.fixture(scope="module")
def found():
    features = people()
    return features, ruled(features), Rules.fit(features, ruled(features), {3: "Quiet", 0: "Frequent"})


def test_rules_that_are_there_are_found(found):
    features, labels, rules = found
    assert rules.fitted_accuracy >= 1 - growing.ROUNDING_COST
    assert rules.accuracy > 0.97
    rows = rules.frame.set_index("segment")
    assert rows.loc[3, "rule"] in ("Recency > 150 days", "Recency > 147 days")
    assert rows.loc[0, "rule"].endswith("and Frequency > 3 orders")
    assert rows.loc[1, "rule"].endswith("and Frequency ≤ 3 orders and Country is France")
    assert rows.loc[2, "rule"].endswith("and Frequency ≤ 3 orders and Country is not France")
    assert rules.condition("Quiet") == rules.condition(3) == rows.loc[3, "rule"]
    assert rows["name"].tolist() == ["Frequent", "Segment 1", "Segment 2", "Quiet"]
    assigned = rules.assign(features)
    assert (assigned == labels).mean() == rules.fitted_accuracy
    for segment in range(4):
        met, inside = assigned == segment, labels == segment
        assert rows.loc[segment, "customers"] == met.sum()
        assert rows.loc[segment, "precision"] == pytest.approx((met & inside).sum() / met.sum())
        assert rows.loc[segment, "recall"] == pytest.approx((met & inside).sum() / inside.sum())


def test_the_accuracy_is_said_with_how_it_was_measured(found):
    assert found[2].sentence.endswith("into their segment (5-fold cross-validation, 900 customers).")
    assert found[2].summary().startswith(found[2].sentence)


def test_rounding_costs_no_more_than_promised():
    # The same tree, unrounded, by scikit-learn alone.
    features = people(3).select(["recency", "monetary"])
    random = np.random.default_rng(0)
    labels = (features.frame["monetary"].to_numpy() > random.lognormal(4, 0.4, 900)).astype(int)
    rules = Rules.fit(features, labels)
    plain = DecisionTreeClassifier(max_depth=4, max_leaf_nodes=6, min_samples_leaf=9, random_state=0)
    accuracy = plain.fit(features.frame, labels).score(features.frame, labels)
    assert rules.fitted_accuracy == pytest.approx(accuracy, abs=growing.ROUNDING_COST)
    digits = [len(f"{node.threshold:g}".replace(".", "").strip("0")) for node in rules.nodes if node.test]
    assert max(digits) <= 3


def test_noise_is_not_learned():
    features = people(1)
    labels = np.random.default_rng(5).integers(0, 3, 900)
    rules = Rules.fit(features, labels)
    assert rules.accuracy < 0.42
    assert rules.fitted_accuracy > rules.accuracy


def test_large_tables_are_learned_on_a_sample(monkeypatch):
    monkeypatch.setattr(growing, "LEARNED", 300)
    monkeypatch.setattr(growing, "FOLDED", 500)
    features = people()
    rules = Rules.fit(features, ruled(features))
    assert rules.note == "30 % of 900 customers held out; learned on 300 of them"
    assert rules.accuracy > 0.9
    assert rules.frame["customers"].sum() == 900


def test_parts_keep_the_shares_of_the_segments():
    labels = np.repeat([0, 1, 2], [700, 290, 10])
    order = growing._shuffled(labels, 1)
    assert sorted(order) == list(range(1000))
    for start in range(0, 1000, 100):
        assert np.bincount(labels[order[start : start + 100]], minlength=3).tolist() == [70, 29, 1]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), segments=st.integers(2, 6), depth=st.integers(1, 6))
def test_every_customer_meets_the_words_of_one_leaf(seed, segments, depth):
    features = people(seed % 5, 300)
    random = np.random.default_rng(seed)
    labels = (random.random(300) * segments * (0.5 + 0.5 * (features.frame["recency"] > 200))).astype(int)
    labels[features.frame["cadence"].isna()] = 0
    if len(np.unique(labels)) < 2:
        labels[0] = labels.max() + 1
    rules = Rules.fit(features, labels, max_depth=depth)
    leaves = growing.leaf_of(rules.nodes, features.frame)
    for leaf in np.unique(leaves):
        bounds = wording.path(rules.nodes, int(leaf))
        assert bounds is not None
        for column, here in bounds.items():
            values = features.frame[column][leaves == leaf]
            known = values.dropna()
            if here.low >= here.high:
                assert known.empty
            assert here.missing or len(known) == len(values)
            if here.level:
                assert (known == here.level).all()
            elif here.not_levels:
                assert not known.isin(here.not_levels).any()
            elif here.low < here.high:
                assert ((known > here.low) & (known <= here.high)).all()
    depths = [len(wording.path(rules.nodes, number) or {}) for number in range(len(rules.nodes))]
    assert max(depths) <= depth
    again = Rules.from_dict(json.loads(json.dumps(rules.to_dict())))
    np.testing.assert_array_equal(again.assign(features), rules.assign(features))
    pd.testing.assert_frame_equal(again.frame, rules.frame)


def test_missing_values_take_the_way_that_was_learned():
    features = people(2)
    labels = np.where(features.frame["cadence"].isna(), 1, 0)
    rules = Rules.fit(features, labels)
    assert rules.fitted_accuracy == 1
    assert "unknown" in rules.condition(1).lower()
    # A value that was never missing goes with most customers.
    labels = (features.frame["recency"] > 50).astype(int).to_numpy()
    gone = features.frame.head(3).assign(recency=np.nan)
    assert Rules.fit(features, labels).assign(gone).tolist() == [1, 1, 1]


def test_new_levels_and_frames():
    features = people()
    rules = Rules.fit(features, ruled(features))
    row = features.frame.head(1).assign(recency=1.0, frequency=1.0, country="Peru")
    assert rules.assign(row).tolist() == [2]
    with pytest.raises(DataError, match="The rules ask for 'country'"):
        rules.assign(row.drop(columns="country"))


def test_the_text_shows_every_leaf(found):
    lines = found[2].text.splitlines()
    assert sum("→" in line for line in lines) == sum(node.is_leaf for node in found[2].nodes)
    assert any(line.startswith("  →") and "Quiet (" in line for line in lines)


def test_answers_that_lead_to_the_same_are_not_asked():
    nodes = [
        Node(0, "number", "x", 1.0, left=1, right=2),
        Node(0, "number", "y", 2.0, left=3, right=4),
        Node(1),
        Node(0),
        Node(0),
    ]
    kept = growing._collapsed(nodes)
    assert [node.is_leaf for node in kept] == [False, True, True]
    assert [node.label for node in kept] == [0, 0, 1]


@pytest.mark.parametrize(
    "threshold, values, expected",
    [
        (3.5, [1.0, 2, 3, 4, 9], [3.0]),
        (147.5, [1.0, 147, 148, 300], [100.0, 150.0, 147.0]),
        (0.5, [0.0, 1], [0.0]),
        (0.346, [0.1, 0.55], [0.3, 0.35, 0.346]),
        (1376.4, [1000.5, 2000.25], [1000.0, 1400.0, 1380.0, 1376.0, 1376.4]),
    ],
)
def test_round_numbers_are_tried_first(threshold, values, expected):
    assert growing._candidates(threshold, np.array(values)) == expected


@pytest.mark.parametrize(
    "column, label, unit, low, high, expected",
    [
        ("recency", "Recency", "days", 30.0, 140.0, "30 < Recency ≤ 140 days"),
        ("frequency", "Frequency", "orders", -np.inf, 1.0, "Frequency ≤ 1 order"),
        ("purchase_days", "Purchase days", "days", 3.0, np.inf, "Purchase days > 3"),
        ("discount_share", "Bought at a discount", "share", 0.07, np.inf, "Bought at a discount > 7 %"),
        ("monetary", "Monetary value", "money", 12345.5, np.inf, "Monetary value > 12,345.5"),
    ],
)
def test_conditions_in_words(column, label, unit, low, high, expected):
    assert wording._said(wording.Bounds(low, high), label, unit) == expected


def test_a_segment_that_the_tree_never_decides_for():
    features = people(4)
    labels = np.zeros(900, dtype=int)
    labels[features.frame["recency"] > 200] = 1
    labels[np.random.default_rng(0).choice(900, 40, replace=False)] = 2
    rules = Rules.fit(features, labels, max_depth=1)
    row = rules.frame.set_index("segment").loc[2]
    assert (row["rule"], row["short"], row["recall"], row["customers"]) == ("", "", 0, 0)
    assert np.isnan(row["precision"])
    assert "Segment 2: no rule of its own." in rules.summary()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda f, labels: Rules.fit(f, np.zeros(900)), "All customers are in one segment"),
        (lambda f, labels: Rules.fit(f, labels, max_depth=0), "max_depth=0"),
        (lambda f, labels: Rules.fit(f, labels[:5]), "labels hold 5 values"),
        (lambda f, labels: Rules.fit(f, labels).condition("Gone"), "There is no segment 'Gone'. Segments: 0"),
        (lambda f, labels: Rules.fit(f, labels).to_sql(), "made from a frame"),
        (lambda f, labels: Rules.fit(f, labels).audience(0), "made from a frame"),
        (lambda f, labels: Rules.from_dict({"format": 99}), "format 99"),
    ],
)
def test_bad_input(call, message):
    features = people()
    with pytest.raises(DataError, match=message):
        call(features, ruled(features))


def test_loaded_rules_know_no_table(found):
    loaded = Rules.from_dict(found[2].to_dict())
    for call in (loaded.to_sql, lambda: loaded.audience(0)):
        with pytest.raises(DataError, match="loaded without the data"):
            call()


def test_two_customers():
    features = Features.from_frame(pd.DataFrame({"x": [1.0, 5.0], "y": [2.0, 2.0]}))
    rules = Rules.fit(features, [0, 1])
    assert rules.assign(features).tolist() == [0, 1]
    assert rules.note.startswith("2-fold")


def test_text_for_others_tells_no_handful(found) -> None:
    rules = found[2]
    everything = rules.text_for(rules.names, 0)
    assert everything == rules.text
    first, *others = rules.names
    hidden = rules.text_for(others, 10)
    assert "→ a group under 10 people" in hidden
    assert f"→ {rules.names[first]}" not in hidden
    assert " of " not in "".join(
        line for line in rules.text_for(rules.names, 10**9).splitlines() if "→" in line
    )


def test_the_text_for_others_tells_no_small_group(found):
    rules = found[2]
    assert rules.text_for(rules.names, 0) == rules.text
    some = rules.text_for([3], 10)
    leaves = [line for line in some.splitlines() if "→" in line]
    assert {line.split("→ ")[1].partition(" (")[0] for line in leaves} == {"Quiet", "a group under 10 people"}
    small = dataclasses.replace(rules, counts={leaf: {0: 1, 3: 2} for leaf in rules.counts})
    assert "(2 of 3)" in small.text
    assert " of " not in small.text_for(small.names, 10)
