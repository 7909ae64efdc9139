"""Customers followed from date to date: nobody is lost, and the Sankey's bands fit its bars."""

import datetime as dt
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics import simulate, tables
from custintel_analytics.errors import DataError
from custintel_analytics.segments import sankey
from custintel_analytics.segments.features import Features, features
from custintel_analytics.segments.migration import NO_LONGER, NOT_YET, OUTSIDE, migration
from custintel_analytics.segments.segmentation import Segmentation
from custintel_analytics.segments.tree import Rules


def at(ids, labels, day, value=1.0):
    frame = pd.DataFrame(
        {"label": np.asarray(labels, dtype=float), "x": np.arange(len(ids)) * 1.0}, index=ids
    )
    frame.index.name = "customer"
    return Features.from_frame(frame, value=pd.Series(value, index=frame.index), as_of=day)


def by_label(described):
    return described.frame["label"].astype("int64").to_numpy()


@pytest.fixture(scope="module")
def moved():
    before = at([1, 2, 3, 4, 5], [0, 0, 1, 1, 0], "2024-01-31", [10.0, 20, 30, 40, 50])
    after = at([2, 3, 4, 5, 6, 7], [0, 0, 1, 2, 2, 2], "2024-06-30", [21.0, 31, 41, 51, 61, 71])
    return migration(by_label, before, after, {0: "Frequent", 1: "Quiet"})


def test_flows_by_hand(moved):
    rows = moved.frame.set_index(["from_segment", "to_segment"])
    assert list(rows.index) == [(0, 0), (0, 2), (0, OUTSIDE), (1, 0), (1, 1), (OUTSIDE, 2)]
    assert rows["customers"].tolist() == [1, 1, 1, 1, 1, 2]
    np.testing.assert_allclose(rows["share"], [1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 1])
    assert rows["value_before"].tolist() == [20, 50, 10, 30, 40, 0]
    assert rows["value_after"].tolist() == [21, 51, 0, 31, 41, 132]
    assert rows.loc[(OUTSIDE, 2), ["from_name", "to_name"]].tolist() == [NOT_YET, "Segment 2"]
    assert rows.loc[(0, OUTSIDE), ["from_name", "to_name"]].tolist() == ["Frequent", NO_LONGER]
    assert (moved.both, moved.entered, moved.left, moved.staying) == (4, 2, 1, 0.5)


def test_who_went_where(moved):
    assert moved.customers(0, 2).tolist() == [5]
    assert moved.customers(OUTSIDE, 2).tolist() == [6, 7]
    assert moved.customers(2, 0).tolist() == []


def test_the_sentence(moved):
    lines = moved.summary().splitlines()
    assert lines[0].startswith(
        "50 % of 4 customers stayed in their segment between 31 January 2024 and 30 June 2024. The largest move: 1 from “"
    )
    assert lines[1:3] == ["2 are there at the second date only.", "1 is there at the first date only."]
    assert "they can't say" in lines[3]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(1, 60))
def test_nobody_is_lost(seed, size):
    random = np.random.default_rng(seed)
    people = np.arange(size + 5)
    sides = [np.sort(random.choice(people, random.integers(1, size + 5), replace=False)) for _ in range(2)]
    before, after = (
        at(ids, random.integers(0, 4, len(ids)), day)
        for ids, day in zip(sides, ("2024-01-01", "2024-02-01"), strict=True)
    )
    found = migration(by_label, before, after)
    assert found.frame["customers"].sum() == len(set(sides[0]) | set(sides[1]))
    one, other = (pd.Series(by_label(side), index=side.frame.index) for side in (before, after))
    pairs = pd.DataFrame({"one": one, "other": other})
    shared = pairs.dropna()
    if len(shared):
        assert found.staying == pytest.approx((shared["one"] == shared["other"]).mean())
    else:
        assert np.isnan(found.staying)
        assert "Nobody is there at both dates" in found.headline
    expected = pd.crosstab(pairs["one"].fillna(OUTSIDE), pairs["other"].fillna(OUTSIDE))
    for row in found.matrix.index:
        for column in found.matrix.columns:
            assert found.matrix.loc[row, column] == expected.loc[row, column]
            assert len(found.customers(row, column)) == expected.loc[row, column]
    np.testing.assert_allclose(found.frame.groupby("from_segment")["share"].sum(), 1)
    check_geometry(found)


def check_geometry(found):
    nodes, ribbons = found.nodes(), found.ribbons()
    assert nodes[["y", "y2"]].min(axis=None) >= -1e-9
    assert nodes[["y", "y2"]].max(axis=None) <= 1 + 1e-9
    heights = nodes["y2"] - nodes["y"]
    np.testing.assert_allclose(heights / heights.sum(), nodes["customers"] / nodes["customers"].sum())
    for side, (key, x) in enumerate((("from_segment", 0), ("to_segment", 1))):
        bars = nodes[nodes["side"] == side]
        assert (bars["y"].to_numpy()[1:] >= bars["y2"].to_numpy()[:-1]).all()
        ends = ribbons[ribbons["x"] == x]
        for bar in bars.itertuples():
            mine = ends[ends[key] == bar.segment].sort_values("y")
            # The bands cover the bar from top to bottom, one after the other.
            assert mine["y"].iloc[0] == pytest.approx(bar.y)
            assert mine["y2"].iloc[-1] == pytest.approx(bar.y2)
            np.testing.assert_allclose(mine["y"].to_numpy()[1:], mine["y2"].to_numpy()[:-1])


def test_bands_are_smooth_and_labelled(moved):
    check_geometry(moved)
    bands = moved.ribbons()
    assert (bands.groupby("band").size() == sankey.POINTS).all()
    first = bands[bands["band"] == 0]
    assert first["x"].tolist() == sorted(first["x"])
    assert first["label"].iloc[0] == "1 from “Frequent” to “Frequent” (33 % of the former)"
    np.testing.assert_allclose(first["y2"] - first["y"], (first["y2"] - first["y"]).iloc[0])


def test_a_part_of_the_flows_can_be_drawn(moved):
    large = moved.frame[moved.frame["customers"] >= 2].reset_index(drop=True)
    assert moved.nodes(large)["segment"].tolist() == [OUTSIDE, 2]
    assert moved.ribbons(large)["band"].unique().tolist() == [0]
    nothing = moved.frame.iloc[:0]
    assert moved.nodes(nothing).empty
    assert moved.ribbons(nothing).empty


def test_segments_are_drawn_rising_with_nobodys_at_the_end():
    assert sankey.ordered([3, -2, 0, -1, 2]) == [0, 2, 3, -1, -2]


def test_what_cannot_be_drawn(moved):
    with pytest.raises(DataError, match="leaves no room for 4 bars"):
        sankey.nodes(moved.frame.assign(from_segment=[0, 1, 2, 3, 3, 3], from_name="x"), gap=0.5)
    with pytest.raises(DataError, match="points=1"):
        sankey.ribbons(moved.frame, points=1)


def test_dates_in_the_wrong_order():
    one, other = at([1, 2], [0, 1], "2024-01-01"), at([1, 2], [0, 1], "2024-02-01")
    with pytest.raises(DataError, match=r"1 February 2024, is not before the second, 1 January 2024"):
        migration(by_label, other, one)
    with pytest.raises(DataError, match="str can't assign"):
        migration("kmeans", one, other)


def test_a_table_at_two_dates():
    purchases, truth = simulate.segments(customers=300, segments=3, seed=1)
    now = features(tables.as_table(purchases), columns=("recency", "frequency", "monetary"))
    then = now.at(now.as_of - dt.timedelta(days=90))
    rules = Rules.fit(now, truth.loc[now.frame.index].to_numpy())
    found = migration(rules, then, now, {0: "First"})
    assert found.labels_after.tolist() == rules.assign(now).tolist()
    assert found.entered == len(now.frame) - len(then.frame)
    assert found.left == 0
    assert found.frame["value_after"].sum() == pytest.approx(now.value.sum())
    assert found.frame["value_before"].sum() == pytest.approx(then.value.sum())
    assert found.before.as_of < found.after.as_of


def test_what_had_to_be_filled_is_said_and_not_warned_of():
    purchases, _ = simulate.segments(300, segments=3, seed=5)
    table = tables.as_table(purchases)
    now = features(table, columns=("recency", "frequency", "monetary", "cadence"))
    known = now.within(now.frame.index[now.frame["cadence"].notna()])
    model = Segmentation("kmeans", 3).fit(known)
    day = (known.as_of - dt.timedelta(days=240)).isoformat()
    before = known.at(day)
    missing = int(before.frame["cadence"].isna().sum())
    assert missing > 0
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        found = migration(model, before, known)
    assert len(found.notes) == 1
    assert (
        f"cadence is missing for {missing:,} of {len(before.frame):,} customers; taken as" in found.notes[0]
    )
    assert found.notes[0] in found.summary()
    assert migration(model, known.at(known.as_of - dt.timedelta(days=1)), known).notes == ()
