"""Scores and the rules made of them."""

import itertools

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custintel_analytics import tables
from custintel_analytics.errors import DataError
from custintel_analytics.segments.features import Features, features
from custintel_analytics.segments.profile import lapsed_after
from custintel_analytics.segments.rfm import RFM_RULES, RfmRules, scores

RFM = ["recency", "frequency", "monetary"]


def frame(seed, size):
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "recency": random.integers(0, 90, size).astype("float64"),
            "frequency": random.geometric(0.4, size).astype("float64"),
            "monetary": random.integers(100, 9000, size) / 100,
        },
        index=pd.Index(range(size), name="customer"),
    )


class TestScores:
    @settings(max_examples=40, deadline=None)
    @given(seed=st.integers(0, 10_000), size=st.integers(5, 120))
    def test_are_the_quintiles_of_pandas(self, seed, size):
        given_ = frame(seed, size)
        found = scores(given_)
        for name in RFM:
            values = -given_[name] if name == "recency" else given_[name]
            expected = pd.qcut(values.rank(method="first"), 5, labels=False) + 1
            np.testing.assert_array_equal(found[f"{name}_score"], expected, err_msg=name)

    def test_ties_are_parted_by_id_whatever_the_order(self):
        given_ = frame(1, 50)
        mixed = given_.sample(frac=1, random_state=3)
        pd.testing.assert_frame_equal(scores(mixed).sort_index(), scores(given_))

    def test_are_those_of_the_engine(self, cdnow):
        made = features(cdnow, columns=[*RFM, *(f"{name}_score" for name in RFM)])
        found = scores(made.frame)
        np.testing.assert_array_equal(found, made.frame[found.columns])
        assert found.apply(pd.Series.value_counts).to_numpy().tolist() == [[4714] * 3] * 5

    def test_one_customer(self):
        assert scores(frame(1, 1)).to_numpy().tolist() == [[1, 1, 1]]


class TestTable:
    def test_each_combination_belongs_to_one_segment(self):
        for cell in itertools.product(range(1, 6), repeat=3):
            hits = [
                rule.name
                for rule in RFM_RULES
                for box in rule.boxes
                if all(low <= score <= high for score, (low, high) in zip(cell, box, strict=True))
            ]
            assert len(hits) == 1, (cell, hits)

    @pytest.mark.parametrize(
        "cell, name",
        [
            ((5, 5, 5), "Champions"),
            ((3, 5, 5), "Loyal"),
            ((5, 1, 1), "New"),
            ((4, 1, 3), "Promising"),
            ((1, 5, 5), "Can't lose"),
            ((1, 4, 2), "At risk"),
            ((1, 1, 1), "Lost"),
        ],
    )
    def test_well_known_corners(self, cell, name):
        rules = RfmRules()
        rules.cuts_ = dict.fromkeys(RFM, (1.0, 2.0, 3.0, 4.0))
        customer = pd.DataFrame([[5 - (cell[0] - 1), cell[1], cell[2]]], columns=RFM, dtype="float64")
        assert RFM_RULES[rules.assign(customer)[0]].name == name


class TestRules:
    def test_cut_points_are_values_that_occur(self):
        values = pd.DataFrame({name: np.arange(1.0, 11.0) for name in RFM})
        rules = RfmRules().fit(values)
        assert rules.cuts_ == dict.fromkeys(RFM, (2.0, 4.0, 6.0, 8.0))
        found = rules.scores(values)
        assert found["frequency_score"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        assert found["recency_score"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]

    def test_equal_values_stay_together(self):
        values = frame(4, 400).assign(frequency=[1.0] * 240 + [2.0] * 100 + [7.0] * 60)
        found = RfmRules().fit(values).scores(values)
        assert found.groupby(values["frequency"])["frequency_score"].nunique().tolist() == [1, 1, 1]
        assert found["frequency_score"].unique().tolist() == [1, 4, 5]

    def test_new_customers(self):
        rules = RfmRules().fit(frame(5, 300))
        newcomer = pd.DataFrame([[0.0, 1.0, 1.0]], columns=RFM)
        assert rules.names[rules.assign(newcomer)[0]] == "New"
        far = pd.DataFrame([[0.0, 1e6, 1e9], [1e6, 1.0, 0.0]], columns=RFM)
        assert [RFM_RULES[label].name for label in rules.assign(far)] == ["Champions", "Lost"]

    def test_names_carry_the_number_where_they_overstate(self):
        few = RfmRules().fit(frame(6, 300))
        assert few.cuts_["frequency"] == (1.0, 2.0, 2.0, 4.0)
        assert few.names[:4] == (
            *(
                "Champions (from 3 orders)",
                "Loyal (from 3 orders)",
                "Potential loyalists (from 2 orders)",
                "New",
            ),
        )
        many = RfmRules().fit(frame(6, 300).assign(frequency=lambda rows: rows["frequency"] * 10))
        assert many.names[:-1] == tuple(rule.name for rule in RFM_RULES[:-1])
        assert many.names[-1] == "Lost (last order over 73 days ago)"

    def test_names_don_t_contradict_the_lapsed_share(self, cdnow):
        made = features(cdnow, columns=RFM)
        rules = RfmRules().fit(made)
        assert rules.lapsed_after_ == lapsed_after(made)
        assert rules.names[2] == "Potential loyalists (from 2 orders, the last within 432 days)"
        assert rules.names[6] == "About to sleep (last order within 485 days)"
        lapsed = (made.frame["recency"] > rules.lapsed_after_).groupby(rules.assign(made.frame)).mean()
        for label, share in lapsed.items():
            if RFM_RULES[label].here is True and share > 0:
                assert "within" in rules.names[label]
            if RFM_RULES[label].here is False and share < 1:
                assert "over" in rules.names[label]
        assert RfmRules.from_dict(rules.to_dict()).names == rules.names

    def test_the_expression_assigns_the_same(self, cdnow):
        made = features(cdnow, columns=RFM)
        rules = RfmRules().fit(made)
        expression = made.expression()
        found = made.table.execute(expression.mutate(label=rules.to_expression(expression)))
        labels = found.set_index("customer")["label"].sort_index()
        np.testing.assert_array_equal(labels, rules.assign(made.frame))
        assert labels.nunique() == 9

    def test_saved_and_restored(self):
        rules = RfmRules().fit(frame(7, 200))
        again = RfmRules.from_dict(rules.to_dict())
        np.testing.assert_array_equal(again.assign(frame(8, 50)), rules.assign(frame(8, 50)))
        assert again.names == rules.names
        changed = rules.to_dict()
        changed["rules"][0]["name"] = "Best"
        with pytest.raises(DataError, match="another table of scores"):
            RfmRules.from_dict(changed)

    def test_online_retail(self, online_retail_path):
        rows = ibis.duckdb.connect().read_parquet(online_retail_path)
        clean = rows.filter(rows.CustomerID.notnull() & (rows.Quantity > 0) & (rows.UnitPrice > 0))
        table = tables.as_table(clean, amount=lambda t: t.Quantity * t.UnitPrice)
        made = features(table, as_of="2011-12-10", columns=RFM)
        rules = RfmRules().fit(made)
        labels = pd.Series(rules.assign(made.frame), made.frame.index)
        assert rules.names[labels[14646]] == "Champions"
        assert labels.nunique() == len(RFM_RULES)
        # Champions bought within 33 days, at least 4 times.
        champions = made.frame[labels == 0]
        assert (champions["recency"].max(), champions["frequency"].min()) == (33, 4)


class TestRefused:
    def test_missing_columns(self):
        with pytest.raises(DataError, match="there is no monetary"):
            RfmRules().fit(frame(1, 10)[["recency", "frequency"]])
        with pytest.raises(DataError, match="there is no recency and no frequency and no monetary"):
            scores(pd.DataFrame({"age": [1]}))

    def test_missing_values(self):
        holes = frame(1, 10)
        holes.loc[3, "monetary"] = np.nan
        with pytest.raises(DataError, match="1 customer has no monetary") as error:
            scores(holes)
        assert error.value.count == 1

    def test_nobody(self):
        with pytest.raises(DataError, match="no customers"):
            RfmRules().fit(frame(1, 0))

    def test_features_work_too(self):
        made = Features.from_frame(frame(9, 60))
        assert RfmRules().fit(made).cuts_ == RfmRules().fit(made.frame).cuts_
