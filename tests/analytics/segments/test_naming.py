"""Names say what the profile shows, and no more."""

import itertools
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics.segments import naming, phrasing, profile
from custintel_analytics.segments.features import Features

# Nobody can tell these from purchases.
OVERSTATED = re.compile(r"loyal|champion|vip|lost|churn|hibernat|best|whale|risk|dead|love", re.IGNORECASE)


def named(frame, labels, ours=True):
    """Names of the segments; with two columns that show that the names mean ours."""
    if ours:
        frame = frame.assign(discount_share=0.0, returned_share=0.0)
    features = Features.from_frame(frame)
    return naming.suggest(profile.profile(features, labels), features.catalogue)


def spread(random, centre, size):
    return np.round(centre * random.lognormal(0, 0.15, size), 2)


def shop(seed=0, size=200):
    """Three segments: frequent French buyers of large baskets, one-time buyers, those gone quiet."""
    random = np.random.default_rng(seed)
    labels = np.repeat([0, 1, 2], size)
    frame = pd.DataFrame(
        {
            "recency": np.concatenate(
                [random.integers(*span, size) for span in ((1, 25), (20, 60), (200, 300))]
            ),
            "frequency": np.repeat([0.0, 1, 0], size)
            + np.concatenate([random.integers(8, 14, size), np.zeros(size), random.integers(2, 4, size)]),
            "average_order": np.concatenate([spread(random, c, size) for c in (90, 20, 25)]),
            "country": np.where(
                (labels == 0) & (random.random(3 * size) < 0.9),
                "France",
                random.choice(["Spain", "Italy"], 3 * size),
            ),
        }
    ).astype({"recency": float})
    return frame, labels


def test_the_strongest_effects_make_the_name():
    frame, labels = shop()
    names = named(frame, labels)
    assert (
        set(names[0].lower().split(", ")) == {"frequent", "high basket", "france"}
        or "recent" in names[0].lower()
    )
    assert "one order" in names[1].lower()
    assert re.search(r"quiet for 2\d\d days", names[2].lower())
    assert all(name[0].isupper() for name in names.values())
    frame["recency"] = 30.0 + np.arange(len(frame)) % 7
    assert set(named(frame, labels)[0].lower().split(", ")) == {"frequent", "high basket", "france"}


@pytest.mark.parametrize("orders, word", [(2.0, "2 orders"), (4.0, "4 orders"), (12.0, "Frequent")])
def test_frequent_needs_orders(orders, word):
    frame = pd.DataFrame({"frequency": np.repeat([orders, 1.0], 50), "x": np.tile([1.0, 2.0], 50)})
    names = named(frame, np.repeat([0, 1], 50))
    assert names == {0: word, 1: "One order"}


def test_frequent_needs_most_to_be():
    frequency = np.concatenate([np.full(45, 2.0), np.full(15, 60.0), np.full(60, 1.0)])
    names = named(pd.DataFrame({"frequency": frequency, "x": np.tile([1.0, 2.0], 60)}), np.repeat([0, 1], 60))
    assert names[0] == f"{phrasing.number(np.mean(frequency[:60]))} orders"


@pytest.mark.parametrize("days, said", [(10.0, "Recent"), (90.0, "Last order 90 days ago")])
def test_recent_needs_few_days(days, said):
    frame = pd.DataFrame({"recency": np.repeat([days, 400.0], 50), "x": np.tile([1.0, 2.0], 50)})
    assert named(frame, np.repeat([0, 1], 50)) == {0: said, 1: "Quiet for 400 days"}


def test_high_spend_needs_most_to_spend_more():
    # The mean is high because of two customers of forty.
    monetary = np.concatenate([np.full(38, 30.0), np.full(2, 4000.0), np.full(40, 20.0)])
    name = named(pd.DataFrame({"monetary": monetary, "x": np.tile([1.0, 2.0], 40)}), np.repeat([0, 1], 40))[0]
    assert name == "Spend 1.8 × average"


def test_shares_are_stated_unless_nearly_all():
    labels = np.repeat([0, 1, 2], 100)
    country = np.repeat(["France", "Spain", "Italy", "Italy"], [90, 10, 60, 140])
    country[160:200] = "Spain"
    names = named(pd.DataFrame({"country": country, "x": np.tile([1.0, 2.0], 150)}), labels)
    assert names[0] == "France"
    assert names[1] in ("Italy 60 %", "Spain 40 %", "No France")
    assert names[2] == "Italy"


def test_the_cadence_of_a_few_names_nobody_else():
    cadence = np.concatenate([np.full(20, 5.0), np.full(80, np.nan), np.full(50, 60.0), np.full(50, 70.0)])
    frame = pd.DataFrame({"cadence": cadence, "recency": np.tile([10.0, 12.0], 100)})
    names = named(frame, np.repeat([0, 1], 100))
    assert "every" not in names[0]
    assert names[1] == "Buys every 65 days"


def test_mean_and_effect_must_agree():
    # Most spend less than the others, one spends so much that the mean is above theirs.
    monetary = np.concatenate([np.full(39, 5.0), [5000.0], np.full(40, 60.0)])
    frame = pd.DataFrame({"monetary": monetary, "x": np.tile([1.0, 2.0], 40)})
    features = Features.from_frame(frame)
    table = profile.profile(features, np.repeat([0, 1], 40))
    first = table[(table["segment"] == 0) & (table["feature"] == "monetary")].iloc[0]
    assert first["effect"] < -naming.CLEAR
    assert first["mean"] > first["average"]
    names = naming.suggest(table, features.catalogue)
    assert not any(word in name for name in names.values() for word in ("high", "low"))


def test_a_name_that_says_less_than_another_says_its_numbers():
    size = 100
    frame = pd.DataFrame(
        {
            "recency": np.repeat([10.0, 25.0, 300.0], size) + np.tile([0.0, 1.0], 150),
            "frequency": np.repeat([20.0, 6.0, 1.0], size) + np.tile([0.0, 1.0], 150),
        }
    )
    names = named(frame, np.repeat([0, 1, 2], size))
    assert names[0] == "Frequent, recent"
    assert names[1] == "Last order 26 days ago, 6.5 orders"


def test_unknown_columns_are_named_with_their_numbers():
    frame = pd.DataFrame({"age": np.repeat([25.0, 62.0], 50), "income": np.repeat([71_000.0, 20_000.0], 50)})
    names = named(frame, np.repeat([0, 1], 50))
    assert set(names[0].lower().split(", ")) == {"age 25", "income 71,000"}


def test_a_tenure_that_may_count_months_is_a_number():
    frame = pd.DataFrame({"tenure": np.repeat([10.0, 59.0], 50), "charges": np.tile([1.0, 2.0], 50)})
    assert named(frame, np.repeat([0, 1], 50), ours=False) == {0: "Tenure 10", 1: "Tenure 59"}


class TestCategories:
    def names(self, columns, labels):
        return named(pd.DataFrame(columns), labels, ours=False)

    def test_yes_says_of_what(self):
        labels = np.repeat([0, 1], 100)
        columns = {
            "Partner": np.repeat(["Yes", "No", "Yes", "No"], [74, 26, 10, 90]),
            "Dependents": np.repeat(["Yes", "No", "Yes", "No"], [73, 27, 12, 88]),
            "x": np.tile([1.0, 2.0], 100),
        }
        assert self.names(columns, labels) == {0: "Partner: Yes 74 %", 1: "Partner: No"}

    def test_a_level_of_several_columns_is_said_once_and_with_its_column(self):
        labels = np.repeat([0, 1], 100)
        without = np.repeat(["No internet service", "Yes", "No"], [100, 50, 50])
        columns = {
            "backup": without,
            "security": without,
            "internet": np.repeat(["No line", "DSL", "Fiber"], [100, 60, 40]),
            "x": np.tile([1.0, 2.0], 100),
        }
        name = self.names(columns, labels)[0]
        assert name.count("internet service") == 1
        assert "ackup: No internet service" in name
        other = self.names(columns, labels)[1]
        assert "no no " not in other.lower()
        assert other.count("internet service") <= 1

    def test_other_levels_stand_alone(self):
        columns = {"plan": np.repeat(["Gold", "Basic"], 50), "x": np.tile([1.0, 2.0], 50)}
        assert self.names(columns, np.repeat([0, 1], 50)) == {0: "Gold", 1: "Basic"}


def test_a_lone_day_gets_the_orders_beside_it():
    random = np.random.default_rng(5)
    recency = np.concatenate([random.integers(50, 66, 100), random.integers(5, 200, 200)]).astype(float)
    frequency = np.repeat([4.0, 4.0, 6.0], 100) + random.integers(-2, 3, 300)
    recency[100:] += 60
    names = named(pd.DataFrame({"recency": recency, "frequency": frequency}), np.repeat([0, 1, 1], 100))
    assert re.fullmatch(r"Last order \d+ days ago, [34](\.\d)? orders", names[0])


def test_nobodys_have_their_name():
    frame, labels = shop()
    assert named(frame, np.where(labels == 1, -1, labels))[-1] == "In no segment"


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000), segments=st.integers(1, 9), size=st.integers(12, 150))
def test_names_are_unique_and_never_overstate(seed, segments, size):
    random = np.random.default_rng(seed)
    labels = random.integers(0, segments, size)
    frame = pd.DataFrame(
        {
            "recency": random.integers(1, 400, size).astype(float),
            "frequency": random.integers(1, 4 + 6 * random.integers(0, 3), size).astype(float),
            "monetary": random.lognormal(3, 2, size),
            "tenure": random.integers(1, 900, size).astype(float),
            "cadence": np.where(random.random(size) < 0.5, np.nan, random.integers(1, 90, size)),
            "category_garden": random.random(size),
            "newsletter": random.random(size) < 0.4,
            "country": random.choice(["France", "Spain", None], size),
        }
    )
    features = Features.from_frame(frame)
    table = profile.profile(features, labels)
    names = naming.suggest(table, features.catalogue)
    assert sorted(names) == sorted(table["segment"].unique())
    assert len(set(names.values())) == len(names)
    for segment, name in names.items():
        assert name
        assert not OVERSTATED.search(name)
        orders = frame["frequency"][labels == segment]
        if "frequent" in name.lower():
            assert min(orders.mean(), orders.median()) >= phrasing.FREQUENT
        if "high spend" in name.lower():
            assert frame["monetary"][labels == segment].mean() >= phrasing.LARGE * frame["monetary"].mean()
        if "recent" in name.lower():
            assert frame["recency"][labels == segment].median() <= phrasing.RECENT


def test_every_kind_of_segment_has_an_action():
    said = set()
    for share, lapsed in itertools.product((0.1, 0.5, 0.9, np.nan), (0.05, 0.3, 0.8, np.nan)):
        row = {"segment": 0, "share": 0.5, "value_share": share, "lapsed": lapsed}
        said.add(naming.action(row))
    assert all(sentence.endswith(".") for sentence in said)
    high, low = (
        naming.action({"segment": 0, "share": 0.2, "value_share": share, "lapsed": 0.9})
        for share in (0.6, 0.02)
    )
    assert "win them back" in high
    assert "Low cost" in low
    assert "no segment" in naming.action({"segment": -1, "share": 0.1, "value_share": 0.1, "lapsed": 0.1})


@pytest.mark.parametrize(
    "value, text",
    [
        (0, "0"),
        (0.05, "0.05"),
        (1, "1"),
        (2.04, "2"),
        (9.66, "9.7"),
        (9.96, "10"),
        (22.5, "22"),
        (71_000, "71,000"),
    ],
)
def test_numbers(value, text):
    assert phrasing.number(value) == text
