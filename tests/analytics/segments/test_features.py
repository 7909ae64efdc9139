"""Features from purchases: published figures, and an independent computation in plain pandas."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics import tables
from custintel_analytics.audiences import Audience
from custintel_analytics.errors import Cancelled, DataError
from custintel_analytics.report import spoken_day
from custintel_analytics.segments.features import Features, features

RFM = ("recency", "frequency", "monetary")
SCORES = ("recency_score", "frequency_score", "monetary_score")
PLAIN = (
    *RFM,
    *("tenure", "purchase_days", "cadence", "average_order", "basket_lines", "products"),
    *("discount_share", "returned_share"),
)


def lines(seed, size=400):
    """Lines of orders with everything that can go wrong in them."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer": random.integers(1, 40, size),
            "date": pd.Timestamp("2022-03-01") + pd.to_timedelta(random.integers(0, 400, size), unit="D"),
            "order": random.integers(1, 120, size).astype(str),
            "product": random.choice(list("abcdefg"), size),
            "channel": random.choice([f"c{number}" for number in range(11)], size),
            "category": random.choice([f"k{number}" for number in range(10)], size),
            "discount": random.choice([0.0, 0.1, 0.25], size, p=[0.6, 0.2, 0.2]),
        }
    )
    frame["amount"] = random.integers(-400, 6000, size) / 100
    for column, share in (
        ("amount", 0.05),
        ("order", 0.04),
        ("channel", 0.1),
        ("category", 0.1),
        ("discount", 0.1),
    ):
        frame.loc[random.random(size) < share, column] = None
    return frame


def independent(frame, as_of):
    """The same columns by grouping in pandas; money in whole cents."""
    frame = frame[frame["date"] <= as_of]
    minor = (frame["amount"] * 100).round()
    back = minor[minor < 0].groupby(frame["customer"]).sum()
    bought = frame[~(minor < 0)].assign(minor=minor[~(minor < 0)].fillna(0))
    people = bought.groupby("customer")
    days = people["date"].nunique()
    first, last = people["date"].min(), people["date"].max()
    gross = people["minor"].sum()
    net = gross + back.reindex(gross.index).fillna(0)
    orders = people["order"].nunique()
    found = pd.DataFrame(
        {
            "recency": (as_of - last).dt.days,
            "frequency": orders,
            "monetary": net / 100,
            "tenure": (as_of - first).dt.days,
            "purchase_days": days,
            "cadence": ((last - first).dt.days / (days - 1)).where(days > 1),
            "average_order": (net / orders.where(orders > 0)) / 100,
            "basket_lines": people["order"].count() / orders.where(orders > 0),
            "products": people["product"].nunique(),
            "discount_share": people["discount"].agg(lambda share: (share > 0).sum()) / people.size(),
            "returned_share": -back.reindex(gross.index).fillna(0) / gross.where(gross > 0),
        }
    )
    spent = bought.groupby("category")["minor"].sum().reset_index()
    for category in spent.sort_values(["minor", "category"], ascending=[False, True])["category"].head(8):
        part = bought["minor"].where(bought["category"] == category, 0).groupby(bought["customer"]).sum()
        found[f"category_{category}"] = part / gross.where(gross > 0)
    sizes = bought["channel"].value_counts().rename_axis("channel").reset_index()
    known = sizes.sort_values(["count", "channel"], ascending=[False, True])["channel"].head(8).tolist()
    for channel in known:
        found[f"channel_{channel}"] = (bought["channel"] == channel).groupby(bought["customer"]).mean()
    others = bought["channel"].notna() & ~bought["channel"].isin(known)
    found["channel_other"] = others.groupby(bought["customer"]).mean()
    ranked = {"recency": -found["recency"], "frequency": orders, "monetary": net}
    for name, values in ranked.items():
        found[f"{name}_score"] = pd.qcut(values.rank(method="first"), 5, labels=False) + 1
    return found.astype("float64")


def assert_same(made, expected):
    np.testing.assert_array_equal(made.frame.index, expected.index)
    for column in made.frame.columns:
        np.testing.assert_allclose(made.frame[column], expected[column], rtol=1e-14, err_msg=column)


@pytest.fixture(scope="module")
def retail(online_retail_path):
    frame = pd.read_parquet(online_retail_path)
    clean = frame[frame["CustomerID"].notna() & (frame["Quantity"] > 0) & (frame["UnitPrice"] > 0)]
    return tables.as_table(clean, amount=lambda t: t.Quantity * t.UnitPrice)


class TestOnlineRetail:
    def test_published_figures(self, retail):
        made = features(retail, as_of="2011-12-10", columns=RFM)
        assert made.frame.mean().round(2).tolist() == [93.06, 4.27, 2054.27]
        assert made.frame.loc[14646].tolist() == [2, 73, 280206.02]
        assert made.frame.shape == (4338, 3)
        assert made.frame.index.is_monotonic_increasing
        assert made.frame.index.name == "customer"
        assert made.as_of == dt.date(2011, 12, 10)

    def test_the_rows_as_they_come(self, online_retail_path):
        # Rows without id and returns stay in: the table leaves them out by itself and counts them.
        table = tables.as_table(online_retail_path, amount=lambda t: t.Quantity * t.UnitPrice)
        made = features(table, as_of="2011-12-10", columns=RFM)
        counted = made.left_out.set_index("reason")["count"]
        assert counted["missing customer"] == 135080
        assert counted["negative amount"] > 8000
        # Lines at a price of 0 are purchases of nothing: one customer has no other.
        assert len(made.frame) == 4339
        assert made.frame["monetary"].sum() == pytest.approx(8911407.90, abs=0.005)

    def test_the_country_is_the_most_frequent(self, retail, online_retail_path):
        made = features(retail, as_of="2011-12-10", bases=("geographic",))
        assert made.frame.columns.tolist() == ["Country"]
        assert made.catalogue.loc[0, ["base", "kind"]].tolist() == ["geographic", "category"]
        frame = pd.read_parquet(online_retail_path)
        clean = frame[frame["CustomerID"].notna() & (frame["Quantity"] > 0) & (frame["UnitPrice"] > 0)]
        counts = clean.groupby(["CustomerID", "Country"]).size().reset_index(name="n")
        first = counts.sort_values(["CustomerID", "n", "Country"], ascending=[True, False, True])
        expected = first.drop_duplicates("CustomerID").set_index("CustomerID")["Country"]
        assert made.frame["Country"].astype(str).tolist() == expected.tolist()
        assert made.frame["Country"].cat.categories[0] == "United Kingdom"
        # Eight customers ordered from two countries.
        assert (counts.groupby("CustomerID").size() > 1).sum() == 8


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), later=st.sampled_from([0, 30, -100]))
def test_equals_an_independent_computation(seed, later):
    frame = lines(seed)
    as_of = frame["date"].max() + pd.Timedelta(days=later)
    table = tables.as_table(frame, returns="net")
    expected = independent(frame, as_of)
    made = features(table, as_of=as_of.date(), columns=expected.columns)
    assert_same(made, expected)
    np.testing.assert_allclose(made.value, expected["monetary"])
    np.testing.assert_allclose(made.recency, expected["recency"])
    np.testing.assert_allclose(features(table, as_of=as_of.date(), columns=RFM).cadence, expected["cadence"])


def test_cdnow(cdnow):
    made = features(cdnow, columns=(*RFM, "purchase_days"))
    people = cdnow.groupby("customer")
    end = cdnow["date"].max()
    np.testing.assert_array_equal(made.frame["recency"], (end - people["date"].max()).dt.days)
    # Without order ids every row is an order.
    np.testing.assert_array_equal(made.frame["frequency"], people.size())
    np.testing.assert_allclose(made.frame["monetary"], people["amount"].sum(), rtol=1e-12)
    np.testing.assert_array_equal(made.frame["purchase_days"], people["date"].nunique())
    assert len(made.frame) == 23570


class TestColumns:
    def test_default_ones(self):
        made = features(lines(1))
        assert made.frame.columns[:8].tolist() == [
            *(*RFM, "tenure", "cadence", "average_order", "basket_lines", "products"),
        ]
        assert "discount_share" in made.frame
        assert sum(name.startswith("category_") for name in made.frame) == 8
        assert sum(name.startswith("channel_") for name in made.frame) == 9
        assert not set(SCORES) & set(made.frame.columns)
        assert made.catalogue["column"].tolist() == made.frame.columns.tolist()
        assert (made.catalogue["base"] == "behavioural").all()
        assert (made.frame.dtypes == "float64").all()

    def test_without_amounts(self):
        made = features(lines(2), amount=False)
        assert "monetary" not in made.offered["column"].tolist()
        assert made.value is None
        first = made.frame.filter(like="category_").iloc[:, 0]
        assert first.between(0, 1).all()

    def test_order_and_case(self):
        made = features(lines(3), columns=("Monetary", "recency"))
        assert made.frame.columns.tolist() == ["monetary", "recency"]
        assert features(lines(3), columns="recency").frame.columns.tolist() == ["recency"]

    def test_log_by_default_for_counts_days_and_money(self):
        made = features(lines(4), columns=(*PLAIN[:10], "recency_score"))
        logs = made.catalogue.set_index("column")["log"]
        assert logs[list(PLAIN[:9])].all()
        assert not logs[["discount_share", "recency_score"]].any()

    def test_no_log_where_returns_exceed_purchases(self):
        frame = pd.DataFrame({"customer": [1, 1, 2], "date": ["2022-01-01"] * 3, "amount": [5.0, -9.0, 3.0]})
        made = features(frame, columns=RFM, returns="net")
        assert made.frame["monetary"].tolist() == [-4.0, 3.0]
        assert made.catalogue.set_index("column")["log"].to_dict() == {
            "recency": True,
            "frequency": True,
            "monetary": False,
        }

    def test_what_is_the_same_for_all_is_left_out_unless_named(self):
        frame = pd.DataFrame({"customer": [1, 2, 2], "date": ["2022-01-01", "2022-01-01", "2022-01-02"]})
        frame["amount"] = [3.0, 3.0, 3.0]
        made = features(frame)
        # Tenure and average order are the same for both; recency, frequency and value are what rules are made of.
        assert "average_order" not in made.frame
        counted = made.left_out.set_index("reason")
        assert counted.loc["constant", ["count", "what", "example"]].tolist() == [
            2,
            "columns",
            "tenure, average_order",
        ]
        assert made.offered.set_index("column").loc["average_order", "why"] == "constant"
        assert "average_order" in features(frame, columns=["recency", "average_order"]).frame

    def test_one_customer_keeps_all(self):
        made = features(pd.DataFrame({"customer": [1], "date": ["2022-01-01"], "amount": [3.0]}))
        assert made.frame.loc[1, ["recency", "frequency", "monetary"]].tolist() == [0, 1, 3]
        assert np.isnan(made.frame.loc[1, "cadence"])

    def test_category_by_expression_and_discount_by_role(self):
        frame = lines(5).rename(columns={"category": "Group", "discount": "rebate"})
        made = features(frame, category=lambda t: t.Group.upper(), discount="Rebate")
        assert {"category_K1", "discount_share"} <= set(made.frame.columns)
        assert not any(name.startswith("category_") for name in features(lines(5), category=False).frame)
        assert "discount_share" not in features(lines(5), discount=False).frame

    def test_values_that_differ_in_case_get_columns_of_their_own(self):
        frame = pd.DataFrame(
            {
                "customer": [1, 1, 2],
                "date": ["2022-01-01"] * 3,
                "category": ["Tea", "tea", "tea"],
                "amount": [3.0, 1, 1],
            }
        )
        made = features(frame, columns=["category_Tea", "category_tea (2)"])
        assert made.frame.to_numpy().tolist() == [[0.75, 0.25], [0.0, 1.0]]


def assert_category(shares, frame, value, day):
    known = frame[(frame["date"] <= pd.Timestamp(day)) & frame["amount"].notna()]
    spent = known.groupby("customer")["amount"].sum()
    here = (
        known[known["category"] == value].groupby("customer")["amount"].sum().reindex(spent.index).fillna(0)
    )
    np.testing.assert_allclose(shares.reindex(spent.index), here / spent.where(spent > 0), rtol=1e-12)


class TestDates:
    def test_later_rows_are_ignored_and_counted(self):
        frame = lines(6)
        as_of = dt.date(2022, 9, 1)
        made = features(frame, as_of=as_of, columns=RFM)
        later = frame[frame["date"] > pd.Timestamp(as_of)]
        counted = made.left_out.set_index("reason")["count"]
        assert counted["purchase after as_of"] == (later["amount"].isna() | (later["amount"] >= 0)).sum()
        assert made.as_of == as_of

    def test_at_another_date(self):
        frame, day = lines(7).assign(amount=lambda rows: rows["amount"].abs()), dt.date(2022, 8, 1)
        made = features(frame)
        then = made.at(day)
        assert then.frame.columns.tolist() == made.frame.columns.tolist()
        plain = [name for name in made.frame if not name.startswith(("category_", "channel_"))]
        assert_same(then.select(plain), independent(frame, pd.Timestamp(day)))
        # The categories stay those that were learnt first, whichever are the largest by then.
        for name in made.frame.filter(like="category_"):
            assert_category(then.frame[name], frame, name.removeprefix("category_"), day)
        assert then.as_of == day
        assert then.at("2022-09-01").as_of == dt.date(2022, 9, 1)

    def test_new_levels_come_last(self):
        frame = pd.DataFrame(
            {"customer": [1, 2, 3, 4], "date": ["2022-01-01", "2022-01-01", "2022-03-01", "2022-03-02"]}
        ).assign(city=["A", "B", "C", "C"])
        made = features(frame, as_of="2022-02-01", columns=["city"])
        assert made.frame["city"].cat.categories.tolist() == ["A", "B"]
        assert made.at("2022-03-02").frame["city"].cat.categories.tolist() == ["A", "B", "C"]

    @pytest.mark.parametrize(
        "as_of, said",
        [("2022-02-28", "before the first purchase"), ("2999-01-01", "future"), ("soon", "date")],
    )
    def test_impossible_dates(self, as_of, said):
        with pytest.raises(DataError, match=said):
            features(lines(8), as_of=as_of)


class TestParts:
    def test_select(self):
        made = features(lines(9))
        part = made.select(["monetary", "Recency"])
        assert part.frame.columns.tolist() == ["monetary", "recency"]
        assert part.catalogue["column"].tolist() == ["monetary", "recency"]
        assert part.offered["chosen"].sum() == 2
        pd.testing.assert_series_equal(part.cadence, made.cadence)
        assert part.expression().columns == ("customer", "monetary", "recency")
        with pytest.raises(DataError, match="Did you mean 'recency'"):
            made.select(["recensy"])

    def test_within_ids_masks_and_audiences(self):
        frame = lines(10)
        table = tables.as_table(frame)
        made = features(table)
        some = made.frame.index[:7].tolist()
        by_ids = made.within([*some, 9999])
        assert by_ids.frame.index.tolist() == some
        assert by_ids.left_out.set_index("reason")["count"]["not among the features"] == 1
        by_mask = made.within(made.frame.index <= some[-1])
        by_audience = made.within(Audience.where(table, lambda c: c.customer <= some[-1]))
        for part in (by_mask, by_audience):
            pd.testing.assert_frame_equal(part.frame, by_ids.frame)
            np.testing.assert_array_equal(part.value, by_ids.value)
            assert table.execute(part.expression()).shape == (7, 1 + made.frame.shape[1])
            pd.testing.assert_series_equal(part.cadence, made.frame["cadence"].loc[some])
        assert made.within(some).within(some[:2]).frame.index.tolist() == some[:2]
        with pytest.raises(DataError, match="None of the 1 customers"):
            made.within([9999])

    def test_audience(self):
        table = tables.as_table(lines(11))
        made = features(table)
        often = made.audience(made.frame["frequency"] >= 8, "often")
        assert often.name == "often"
        assert often.ids().tolist() == made.frame.index[made.frame["frequency"] >= 8].tolist()
        assert made.audience([1, 2], "two").size == 2
        with pytest.raises(DataError, match="mask has 2 values"):
            made.audience(np.array([True, False]), "wrong")

    def test_only_an_audience(self):
        table = tables.as_table(lines(12))
        few = Audience.where(table, lambda c: c.orders >= 10)
        made = features(table, audience=few, columns=RFM)
        assert made.frame.index.tolist() == few.ids().tolist()
        ids = features(table, audience=[1, 2, 3, 7777], columns=RFM)
        assert ids.frame.index.tolist() == [1, 2, 3]
        assert ids.left_out.set_index("reason")["count"]["in the audience, but no purchase"] == 1
        other = features(tables.as_table(lines(12)), audience=few, columns=RFM)
        pd.testing.assert_frame_equal(other.frame, made.frame)
        with pytest.raises(DataError, match="no customers who are in the audience 'audience'"):
            features(table, audience=[7777])

    def test_progress_and_cancel(self):
        seen = []
        features(lines(13), progress=lambda done, total, message: seen.append((done, total, message)))
        assert [done for done, _, _ in seen] == [0, 1, 2, 3]

        def stop(done, total, message):
            if done:
                raise Cancelled("stopped")

        with pytest.raises(Cancelled):
            features(lines(13), progress=stop)

    def test_returns_without_a_purchase_are_counted(self):
        frame = pd.DataFrame(
            {"customer": [1, 2], "date": ["2022-01-01", "2022-01-02"], "amount": [5.0, -2.0]}
        )
        made = features(frame, columns=RFM, returns="net", as_of="2022-01-02")
        assert made.frame.index.tolist() == [1]
        assert made.left_out.set_index("reason")["count"]["return without a purchase"] == 1
        early = features(frame, columns=RFM, returns="net")
        assert early.left_out.set_index("reason")["count"].to_dict() == {"return after as_of": 1}


class TestBadArguments:
    def test_columns_that_are_not_there(self):
        with pytest.raises(
            DataError, match=r"category='categori': there is no such column\. Did you mean 'category'"
        ):
            features(lines(15), category="categori")
        with pytest.raises(DataError, match="discount='rebate': there is no such column"):
            features(lines(15), discount="rebate")
        with pytest.raises(DataError, match="discount= is of type string"):
            features(lines(15), discount="channel")
        with pytest.raises(DataError, match="The expression of category"):
            features(lines(15), category=lambda t: t.nothing)

    def test_names_that_are_not_there(self):
        with pytest.raises(DataError, match=r"names 'recencie', which there is not\. Did you mean 'recency'"):
            features(lines(15), columns=("recencie",))
        with pytest.raises(DataError, match="names 'religion', which there is not"):
            features(lines(15), include="religion")
        # Without order ids, rows are no lines of anything.
        with pytest.raises(DataError, match="names 'basket_lines'"):
            features(lines(15), order=False, columns=("basket_lines",))

    def test_no_usable_purchase(self):
        with pytest.raises(DataError, match="no usable purchase"):
            features(pd.DataFrame({"customer": [None], "date": ["2022-01-01"], "amount": [1.0]}))

    def test_too_many_ids_for_sql(self):
        frame = pd.DataFrame({"customer": np.arange(10_050), "date": "2022-01-01"})
        part = features(frame, columns=["recency"]).within(np.arange(10_001))
        assert len(part.frame) == 10_001
        with pytest.raises(DataError, match="10,001 explicit customers"):
            part.expression(unbound=True)
        assert part.within([5, 6]).cadence.isna().tolist() == [True, True]


def test_shown():
    made = features(lines(14), columns=RFM)
    first, *others = made.summary().splitlines()
    assert (
        first
        == f"{len(made.frame)} customers, as of {spoken_day(made.as_of)}: Recency, Frequency, Monetary value."
    )
    assert any("negative amount" in line for line in others)
    assert (
        repr(made)
        == f"Features of {len(made.frame)} customers as of {made.as_of}: recency, frequency, monetary"
    )
    assert isinstance(made, Features)


@pytest.mark.parametrize(
    "name, argument", [("monetary", "amount="), ("products", "product="), ("events", "events=")]
)
def test_a_feature_that_the_purchases_do_not_allow(name, argument):
    purchases = pd.DataFrame({"customer": [1, 2], "date": ["2022-01-01", "2022-02-01"]})
    with pytest.raises(DataError, match=argument):
        features(purchases, columns=("recency", name))
