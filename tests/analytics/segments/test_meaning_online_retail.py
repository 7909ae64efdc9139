"""Online Retail told in words: the published k-means segments, named, ruled and followed."""

import ibis
import numpy as np
import pytest
from sklearn.cluster import KMeans

from custintel_analytics import tables
from custintel_analytics.segments import borders, naming, profile
from custintel_analytics.segments.features import features
from custintel_analytics.segments.migration import migration
from custintel_analytics.segments.projection import Projection
from custintel_analytics.segments.tree import Rules

RFM = ("recency", "frequency", "monetary")


@pytest.fixture(scope="module")
def shop(online_retail_path):
    rows = ibis.duckdb.connect().read_parquet(online_retail_path)
    clean = rows.filter(rows.CustomerID.notnull() & (rows.Quantity > 0) & (rows.UnitPrice > 0))
    amount = clean.Quantity * clean.UnitPrice
    table = tables.as_table(
        clean, customer="CustomerID", date="InvoiceDate", order="InvoiceNo", amount=amount
    )
    return features(table, as_of="2011-12-10", columns=RFM)


@pytest.fixture(scope="module")
def four(shop):
    """K-means on standardised log1p RFM, k = 4; its inertia is published."""
    points = np.log1p(shop.frame.to_numpy())
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    model = KMeans(4, n_init=10, random_state=0).fit(points)
    assert model.inertia_ == pytest.approx(3924.75, abs=0.01)
    # The most valuable first, as a segmentation numbers them.
    worth = np.argsort([-shop.value[model.labels_ == label].mean() for label in range(4)])
    return np.argsort(worth)[model.labels_], points, model.transform(points)[:, worth]


@pytest.fixture(scope="module")
def names(shop, four):
    return naming.suggest(profile.profile(shop, four[0]), shop.catalogue)


def test_names_say_numbers_where_words_would_mislead(names):
    assert names[0] == "Frequent, high spend, recent"
    assert names[1] == "Spend 0.9 × average, 4.2 orders"
    assert names[2] == "Recent, low spend, 1.9 orders"
    assert names[3] == "Quiet for 188 days, low spend, 1.3 orders"


def test_the_summary_adds_up_to_the_shop(shop, four, names):
    table = profile.summary(shop, four[0], names, borders=borders.near(four[2]))
    assert table["size"].sum() == 4338
    assert table["value"].sum() == pytest.approx(8911407.90)
    assert table["value_share"].iloc[0] == pytest.approx(0.648, abs=0.001)
    assert profile.lapsed_after(shop) == 167
    assert table["lapsed"].iloc[0] < 0.01
    assert table["lapsed"].iloc[3] > 0.5
    assert 0.05 < table["border"].sum() / 4338 < 0.15
    assert "Look after them" in naming.action(table.iloc[0])
    assert "Low cost" in naming.action(table.iloc[3])


def test_rules_retell_nine_in_ten(shop, four, names):
    rules = Rules.fit(shop, four[0], names)
    assert rules.accuracy > 0.87
    assert abs(rules.accuracy - rules.fitted_accuracy) < 0.02
    assert rules.frame["customers"].sum() == 4338
    # Whole orders, days and pounds in round numbers.
    assert all(node.threshold == round(node.threshold) for node in rules.nodes)
    assert all(rules.frame["short"].str.len() < 100)


def test_why_the_best_customer_is_where_they_are(shop, four, names):
    found = borders.why(shop, four[0], names, 14646, matrix=four[1], columns=RFM)
    assert found.sentence.startswith("Customer 14646 is in “Frequent, high spend, recent” rather than “")
    assert "Frequency (73; on average 14 against 4.2)" in found.sentence


def test_half_a_year_of_moves(shop, four, names):
    rules = Rules.fit(shop, four[0], names)
    found = migration(rules, shop.at("2011-06-10"), shop, names)
    assert found.both + found.entered == 4338
    assert found.left == 0
    assert 0.3 < found.staying < 0.7
    assert "between 10 June 2011 and 10 December 2011" in found.headline


def test_the_map_is_spend_against_recency(four):
    left_right, up_down = Projection(four[1], names=["Recency", "Frequency", "Value"]).axes
    assert left_right.startswith("Left to right: more Frequency and Value, less Recency (")
    assert "Recency" in up_down
