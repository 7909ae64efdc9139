"""Simulated purchases behave like real ones, at any size."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics import simulate
from custintel_analytics.errors import DataError
from custintel_analytics.tables import as_table


@settings(max_examples=40, deadline=None)
@given(
    customers=st.integers(1, 3_000),
    more=st.integers(0, 5_000),
    seed=st.one_of(st.integers(0, 10), st.integers(0, 2**63)),
)
def test_counts_are_exact(customers, more, seed):
    frame = simulate.purchases(customers, customers + more, seed)
    assert len(frame) == customers + more
    assert sorted(frame["customer"].unique()) == list(range(1, customers + 1))
    assert frame["date"].between("2021-01-01", "2023-12-31").all()
    assert (frame["amount"] >= 0.01).all()
    assert ((frame["amount"] * 100).round() / 100 == frame["amount"]).all()


@pytest.fixture(scope="module")
def shop():
    return simulate.purchases(20_000, 200_000, 3)


def test_the_same_seed_gives_the_same_rows(shop):
    pd.testing.assert_frame_equal(simulate.purchases(20_000, 200_000, 3), shop)
    assert not simulate.purchases(20_000, 200_000, 4)["amount"].equals(shop["amount"])


def test_customers_arrive_over_36_months_and_fade(shop):
    first = shop.groupby("customer")["date"].transform("min")
    assert first.dt.to_period("M").nunique() == 36
    arrivals = shop.assign(first=first).drop_duplicates("customer")["first"].dt.to_period("M").value_counts()
    assert arrivals.max() < 1.2 * arrivals.min()
    early = shop[first < "2021-07-01"]
    age = (early["date"] - first[first < "2021-07-01"]).dt.days // 30
    active = early.assign(age=age).groupby("age")["customer"].nunique()
    assert active[1] > 1.5 * active[8] > 2 * active[20] > 0


def test_many_never_come_back_and_few_buy_much(shop):
    times = shop.groupby("customer").size()
    assert 0.3 < (times == 1).mean() < 0.6
    assert times.nlargest(4_000).sum() > 0.5 * len(shop)


def test_each_customer_has_one_channel(shop):
    assert shop.groupby("customer")["channel"].nunique().max() == 1
    assert set(shop["channel"]) == {"search", "email", "social", "store"}


def test_a_file_holds_the_same_rows(shop, tmp_path):
    path = simulate.purchases(20_000, 200_000, 3, tmp_path / "it's.parquet")
    assert [file.name for file in tmp_path.iterdir()] == ["it's.parquet"]
    keys = ["customer", "date", "amount", "channel"]
    written = pd.read_parquet(path).astype({"date": shop["date"].dtype})
    pd.testing.assert_frame_equal(
        written.sort_values(keys, ignore_index=True),
        shop.sort_values(keys, ignore_index=True),
        check_dtype=False,
    )


def test_it_is_a_table_without_faults(shop):
    report = as_table(shop).report
    assert (report.rows, report.customers) == (200_000, 20_000)
    assert report.left_out.empty
    assert report.last_new_customer.isoformat() > "2023-12-01"


@pytest.mark.parametrize("customers, rows", [(0, 10), (10, 9), (-1, 5)])
def test_impossible_sizes_are_explained(customers, rows):
    with pytest.raises(DataError, match="purchases can't be made by"):
        simulate.purchases(customers, rows)


class TestSegments:
    """Customers whose segments are known."""

    @pytest.mark.parametrize("segments", [2, 5, 8])
    def test_every_customer_has_a_segment(self, segments):
        frame, truth = simulate.segments(700, segments, seed=2)
        assert frame.columns.tolist() == ["customer", "date", "amount", "order", "channel", "category"]
        assert truth.index.tolist() == list(range(1, 701))
        assert sorted(truth.unique()) == list(range(segments))
        assert set(frame["customer"]) == set(truth.index)
        assert frame["date"].is_monotonic_increasing
        assert frame["date"].max() <= pd.Timestamp("2023-12-31")
        assert ((frame["amount"] * 100).round() / 100 == frame["amount"]).all()
        assert (frame["amount"] > 0).all()
        sizes = truth.value_counts()
        assert 1.6 < sizes.max() / sizes.min() < 2.4

    def test_an_order_is_of_one_customer_day_and_channel(self):
        frame, _ = simulate.segments(300, 4, seed=3)
        orders = frame.groupby("order")
        assert (orders[["customer", "date", "channel"]].nunique() == 1).all(axis=None)
        assert orders.size().max() == 3

    def test_overlap_brings_them_together(self):
        def spread(overlap):
            frame, truth = simulate.segments(1000, 3, seed=1, overlap=overlap)
            orders = frame.groupby("customer")["order"].nunique().groupby(truth)
            return (orders.std() / orders.mean()).mean()

        assert spread(0) < 0.01 < spread(0.2) < spread(0.6)

    def test_the_same_seed_gives_the_same(self):
        (one, truth), (other, same) = simulate.segments(200, 3, 5), simulate.segments(200, 3, 5)
        pd.testing.assert_frame_equal(one, other)
        pd.testing.assert_series_equal(truth, same)
        assert not simulate.segments(200, 3, 6)[0].equals(one)

    @pytest.mark.parametrize(
        "arguments, said",
        [
            ({"segments": 1}, "segments=1 is not possible"),
            ({"segments": 9}, "from 2 to 8"),
            ({"customers": 7, "segments": 4}, "7 customers are too few"),
            ({"overlap": -1}, "overlap=-1"),
            ({"overlap": float("nan")}, "overlap=nan"),
        ],
    )
    def test_impossible_arguments_are_explained(self, arguments, said):
        with pytest.raises(DataError, match=said):
            simulate.segments(**arguments)
