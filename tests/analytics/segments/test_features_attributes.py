"""What is known of customers beside their purchases: kinds, bases, what can't be used, joins."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from custintel_analytics import tables
from custintel_analytics.errors import DataError
from custintel_analytics.segments.features import features

EVERY = ("behavioural", "demographic", "geographic", "psychographic")
PEOPLE = 60


@pytest.fixture
def purchases():
    days = pd.Timestamp("2022-01-01") + pd.to_timedelta(np.arange(2 * PEOPLE) % 37, unit="D")
    frame = pd.DataFrame({"customer": np.arange(2 * PEOPLE) % PEOPLE + 1, "date": days})
    return frame.assign(amount=np.arange(2 * PEOPLE) % 17 + 1.0)


@pytest.fixture
def described():
    random = np.random.default_rng(5)
    number = np.arange(1, PEOPLE + 1)
    return pd.DataFrame(
        {
            "Customer_ID": number,
            "Age": random.integers(18, 80, PEOPLE).astype("float64"),
            "AnnualIncome": np.round(random.lognormal(10, 1, PEOPLE)),
            "marital_status": random.choice(["single", "married", " "], PEOPLE),
            "homeowner": random.random(PEOPLE) < 0.5,
            "country": random.choice(["France", "Spain", "France"], PEOPLE),
            "q1": random.integers(1, 6, PEOPLE),
            "nps": random.integers(0, 11, PEOPLE),
            "religion": random.choice(["a", "b"], PEOPLE),
            "email": [f"p{n}@example.org" for n in number],
            "loyalty_no": 7000 + 3 * number,
            "remarks": [f"customer {n} asked whether delivery on a weekday is possible" for n in number],
            "signed_up": pd.Timestamp("2020-01-01") + pd.to_timedelta(number, unit="D"),
            "shoe": random.choice(["38", "39"], PEOPLE),
        }
    )


def test_bases_are_found_by_name(purchases, described):
    made = features(purchases, described, bases=EVERY)
    told = made.catalogue.set_index("column")
    assert (
        told["base"][["Age", "AnnualIncome", "marital_status", "homeowner", "shoe"]].unique() == "demographic"
    )
    assert told["base"]["country"] == "geographic"
    assert told["base"][["q1", "nps"]].unique() == "psychographic"
    assert told["kind"][["Age", "homeowner", "country", "q1", "nps"]].tolist() == [
        *("number", "flag", "category", "ordinal", "ordinal"),
    ]
    assert told["label"][["AnnualIncome", "marital_status"]].tolist() == ["Annual income", "Marital status"]
    # Skewed and never negative: on the logarithmic scale. An age is neither.
    assert told["log"][["AnnualIncome", "Age", "q1"]].tolist() == [True, False, False]
    assert made.notes == ("shoe is not recognised by the name; taken as demographic.",)


def test_values_arrive_as_they_are(purchases, described):
    made = features(purchases, described, bases=("demographic", "geographic"))
    given = described.set_index("Customer_ID")
    np.testing.assert_array_equal(made.frame["Age"], given["Age"])
    np.testing.assert_array_equal(made.frame["homeowner"], given["homeowner"])
    assert made.frame["homeowner"].dtype == bool
    # A blank is missing; the most frequent level comes first.
    assert made.frame["marital_status"].isna().sum() == (given["marital_status"] == " ").sum()
    assert made.frame["country"].cat.categories.tolist() == ["France", "Spain"]
    assert made.frame["country"].tolist() == given["country"].tolist()


@pytest.mark.parametrize(
    "values, why",
    [
        ([f"{n}.5" for n in range(PEOPLE)], "numbers written as text"),
        ([f"{n % 28 + 1:02}-09-2012" for n in range(PEOPLE)], "a date"),
        ([f"2012-09-{n % 28 + 1:02}" for n in range(PEOPLE)], "a date"),
        ([f"10.0.0.{n}" for n in range(PEOPLE)], "identifies people"),
        ([f"+44 20 7946 00{n:02}" for n in range(PEOPLE)], "identifies people"),
        ([f"a{n % 30}@b.org" for n in range(PEOPLE)], "identifies people"),
    ],
)
def test_texts_that_look_like_something_else(purchases, described, values, why):
    made = features(purchases, described[["Customer_ID", "Age"]].assign(column=values))
    assert made.offered.set_index("column").loc["column", "why"] == why


def test_only_behaviour_by_default(purchases, described):
    made = features(purchases, described)
    assert set(made.catalogue["base"]) == {"behavioural"}
    offered = made.offered.set_index("column")
    assert offered["why"][["Age", "country", "email"]].tolist() == [
        *("not in bases", "not in bases", "identifies people"),
    ]
    assert not offered["chosen"][["Age", "email"]].any()
    assert offered["chosen"]["recency"]


def test_a_mapping_names_the_bases(purchases, described):
    survey = described[["Customer_ID", "shoe", "q1"]]
    made = features(
        purchases, {"psychographic": survey, "demographic": described[["Customer_ID", "Age"]]}, bases=EVERY
    )
    told = made.catalogue.set_index("column")["base"]
    assert told[["shoe", "q1", "Age"]].tolist() == ["psychographic", "psychographic", "demographic"]
    assert not any("not recognised" in note for note in made.notes)
    with pytest.raises(DataError, match="names the base 'survey'"):
        features(purchases, {"survey": survey})


class TestLeftOut:
    def test_what_cannot_be_used_is_counted(self, purchases, described):
        counted = features(purchases, described, bases=EVERY).left_out.set_index("reason")
        assert counted.loc["identifies people", ["count", "what", "example"]].tolist() == [
            *(2, "columns", "email, loyalty_no"),
        ]
        assert counted.loc["free text", "example"] == "remarks"
        assert counted.loc["a date", "example"] == "signed_up"
        assert counted.loc["sensitive", "example"] == "religion"
        assert (counted["remedy"] != "").all()

    @pytest.mark.parametrize(
        "column, said",
        [
            ("email", "identifies people"),
            ("loyalty_no", "identifies people"),
            ("remarks", "free text"),
            ("signed_up", "is a date"),
        ],
    )
    def test_asking_for_it_is_refused(self, purchases, described, column, said):
        with pytest.raises(DataError, match=said) as error:
            features(purchases, described, columns=["recency", column])
        assert error.value.column == column
        with pytest.raises(DataError, match=said):
            features(purchases, described, include=column)

    def test_sensitive_only_by_name(self, purchases, described):
        made = features(purchases, described, bases=EVERY)
        assert "religion" not in made.frame
        assert made.offered.set_index("column").loc["religion", ["sensitive", "why"]].tolist() == [
            True,
            "sensitive",
        ]
        included = features(purchases, described, include=["religion"])
        assert included.frame.columns[-1] == "religion"
        assert included.catalogue.set_index("column").loc["religion", "sensitive"]
        assert "sensitive" not in included.left_out["reason"].tolist()
        assert features(purchases, described, columns=["religion"]).frame.columns.tolist() == ["religion"]

    def test_many_values_only_by_name(self, purchases):
        town = pd.DataFrame({"customer": np.arange(1, 201), "town": [f"t{n % 60}" for n in range(200)]})
        frame = purchases.assign(customer=np.arange(2 * PEOPLE) + 1)
        made = features(frame, town, bases=("behavioural", "geographic"))
        assert "town" not in made.frame
        assert made.left_out.set_index("reason").loc["too many values", "example"] == "town"
        assert features(frame, town, columns=["town"]).frame["town"].cat.categories.size == 60

    def test_constant_and_empty(self, purchases, described):
        given = described[["Customer_ID", "Age"]].assign(planet="Earth", income=None)
        made = features(purchases, given, bases=("demographic",))
        assert made.frame.columns.tolist() == ["Age"]
        counted = made.left_out.set_index("reason")["example"]
        assert (counted["constant"], counted["empty"]) == ("planet", "income")


class TestJoins:
    def test_who_is_missing_on_either_side(self, purchases, described):
        given = pd.concat([described.iloc[10:], described.iloc[:5].assign(Customer_ID=range(900, 905))])
        given = pd.concat([given, described.iloc[:1].assign(Customer_ID=None)])
        made = features(purchases, given, columns=["recency", "Age", "homeowner", "country"])
        assert len(made.frame) == PEOPLE
        assert made.frame.loc[1:10, ["Age", "country"]].isna().all(axis=None)
        # A flag that is missing for some is 0, 1 or not a number.
        assert made.frame["homeowner"].dtype == "float64"
        counted = made.left_out.set_index("reason")["count"]
        assert counted["in customers, but no purchase"] == 5
        assert counted["not in customers"] == 10
        assert counted["no customer in customers"] == 1

    def test_several_rows_of_a_customer(self, purchases, described):
        given = pd.concat([described, described.iloc[[3, 3, 7]]])
        with pytest.raises(DataError, match="3 too many, for example 3 of customer 4"):
            features(purchases, given)

    def test_ids_of_another_kind(self, purchases, described):
        given = described.assign(Customer_ID=described["Customer_ID"].astype(str))
        with pytest.raises(
            DataError, match=r"ids of customers are text, those of the purchases numbers.*'int'"
        ):
            features(purchases, given)
        with pytest.raises(DataError, match="No customer of customers is among"):
            features(
                purchases, described.assign(Customer_ID=lambda t: t["Customer_ID"] + 5000), columns=["Age"]
            )
        # Numbers that a missing one has made floats are whole all the same.
        floats = described.assign(Customer_ID=described["Customer_ID"].astype("float64"))
        assert features(purchases, floats, columns=["Age"]).frame["Age"].notna().all()
        with pytest.raises(DataError, match="60 ids of customers in 'Customer_ID' have fractions"):
            features(purchases, described.assign(Customer_ID=lambda t: t["Customer_ID"] + 0.5))

    def test_no_id_column(self, purchases, described):
        with pytest.raises(DataError, match="No column of customers is recognised as the customer"):
            features(purchases, described.rename(columns={"Customer_ID": "number"}))
        with pytest.raises(DataError, match="Several columns of customers could be the customer"):
            features(purchases, described.assign(custno=1, custid=2).drop(columns="Customer_ID"))

    def test_names_that_are_taken(self, purchases, described):
        given = described[["Customer_ID", "Age"]].assign(Recency=described["Age"] * 2)
        made = features(purchases, given, columns=["recency", "Recency_customers"])
        np.testing.assert_array_equal(made.frame["Recency_customers"], given["Recency"])
        assert made.frame["recency"].max() < 40
        assert any("'Recency' of customers is called 'Recency_customers'" in note for note in made.notes)

    def test_ordered_categories_keep_their_order(self, purchases, described):
        levels = ["none", "school", "college"]
        education = pd.Categorical(np.take(levels, np.arange(PEOPLE) % 3), categories=levels, ordered=True)
        given = described[["Customer_ID"]].assign(education=education)
        given.loc[0, "education"] = None
        made = features(purchases, given, columns=["education"])
        assert made.frame["education"].iloc[1:4].tolist() == [1, 2, 0]
        assert np.isnan(made.frame["education"].iloc[0])
        told = made.catalogue.iloc[0]
        assert (told["kind"], told["description"]) == ("ordinal", "0 = none; 1 = school; 2 = college")

    def test_other_kinds_of_tables(self, purchases, described, tmp_path):
        plain = described[["Customer_ID", "Age", "country"]]
        expected = features(purchases, plain, columns=["Age", "country"]).frame
        plain.to_parquet(tmp_path / "people.parquet")
        shop = ibis.duckdb.connect()
        for name, frame in (("sales", purchases), ("people", plain)):
            shop.con.register("frame", frame)
            shop.con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
        both = tables.as_table(shop.table("sales"))
        for given in (tmp_path / "people.parquet", shop.table("people"), ibis.memtable(plain)):
            for data in (purchases, both):
                made = features(data, given, columns=["Age", "country"])
                pd.testing.assert_frame_equal(made.frame, expected)

    def test_infinite(self, purchases, described):
        given = described[["Customer_ID", "Age"]]
        given = given.assign(Age=given["Age"].replace(given["Age"].iloc[0], np.inf))
        with pytest.raises(DataError, match=r"Column 'Age' has \d+ infinite value") as error:
            features(purchases, given, bases=EVERY)
        assert error.value.count == np.isinf(given["Age"]).sum()
        assert "Age" not in features(purchases, given).frame

    def test_unknown_names(self, purchases, described):
        with pytest.raises(DataError, match=r"names 'Agee', which there is not\. Did you mean 'Age'"):
            features(purchases, described, columns=["Agee"])
        with pytest.raises(DataError, match="names 'Age' twice"):
            features(purchases, described, columns=["Age", "age"])
        with pytest.raises(DataError, match="names no column"):
            features(purchases, described, columns=[])
        with pytest.raises(DataError, match=r"bases='demografic' is not known\. Did you mean 'demographic'"):
            features(purchases, described, bases=["demografic"])
        with pytest.raises(DataError, match=r"has no column\. Those that could be had: recency"):
            features(purchases, bases=["psychographic"])


class TestOwnColumns:
    def test_the_most_frequent_and_of_equals_the_smallest(self):
        frame = pd.DataFrame(
            {
                "customer": [1, 1, 1, 2, 2, 3, 3, 4],
                "date": ["2022-01-01"] * 8,
                "City": ["Rome", "Rome", "Bari", "Rome", "Bari", None, "Pisa", " "],
                "gender": ["f", "f", "m", "m", "m", "f", "f", "f"],
                "email": list("abcdefgh"),
            }
        )
        made = features(frame, columns=["City", "gender"])
        assert made.frame["City"].tolist()[:3] == ["Rome", "Bari", "Pisa"]
        assert pd.isna(made.frame["City"].iloc[3])
        assert made.frame["gender"].tolist() == ["f", "m", "f", "f"]
        assert made.catalogue["base"].tolist() == ["geographic", "demographic"]
        with pytest.raises(DataError, match="'email' identifies people"):
            features(frame, columns=["email"])

    def test_only_up_to_the_date(self):
        frame = pd.DataFrame(
            {
                "customer": [1, 1, 1],
                "date": ["2022-01-01", "2022-02-01", "2022-02-02"],
                "city": ["A", "B", "B"],
            }
        )
        made = features(frame, columns=["city"])
        assert made.frame["city"].tolist() == ["B"]
        assert made.at(dt.date(2022, 1, 5)).frame["city"].tolist() == ["A"]

    def test_many_values_are_left_out(self):
        rows = 400
        frame = pd.DataFrame(
            {
                "customer": np.arange(rows) % 200,
                "date": "2022-01-01",
                "postcode": [f"p{n % 200}" for n in range(rows)],
            }
        )
        frame["city"] = [f"c{n % 200 % 60}" for n in range(rows)]
        made = features(frame, bases=("behavioural", "geographic"))
        assert not {"postcode", "city"} & set(made.frame.columns)
        counted = made.left_out.set_index("reason")["example"]
        assert (counted["identifies people"], counted["too many values"]) == ("postcode", "city")
