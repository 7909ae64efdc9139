"""Features that were computed elsewhere."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from custintel_analytics.errors import DataError
from custintel_analytics.segments.features import Features


def frame(size=40):
    random = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "recency": random.integers(1, 300, size),
            "monetary": random.lognormal(3, 1, size),
            "country": random.choice(["UK", "FR", "FR"], size),
            "member": random.random(size) < 0.5,
        },
        index=[f"c{number:02}" for number in range(size)],
    )


def test_kinds_and_order():
    given = frame()
    made = Features.from_frame(given.iloc[::-1])
    assert made.frame.index.tolist() == given.index.tolist()
    assert made.frame.index.name == "customer"
    assert made.frame.columns.tolist() == given.columns.tolist()
    assert [str(kind) for kind in made.frame.dtypes] == ["float64", "float64", "category", "bool"]
    assert made.catalogue["kind"].tolist() == ["number", "number", "category", "flag"]
    np.testing.assert_array_equal(made.frame["recency"], given["recency"])
    # Our own names keep what they mean.
    assert made.catalogue["unit"].tolist() == ["days", "money", "", ""]
    assert made.catalogue["log"].tolist() == [True, True, False, False]
    assert (made.table, made.as_of) == (None, None)
    assert made.left_out.empty


def test_the_round_trip():
    first = Features.from_frame(frame().assign(category_tea=np.linspace(0, 1, 40), cadence=1.5))
    again = Features.from_frame(first.frame)
    pd.testing.assert_frame_equal(again.frame, first.frame)
    pd.testing.assert_frame_equal(again.catalogue, first.catalogue)
    assert again.catalogue.set_index("column").loc["category_tea", ["label", "unit", "log"]].tolist() == [
        *("Category: tea", "share", False),
    ]


def test_value_recency_and_cadence():
    given = frame()
    made = Features.from_frame(given)
    np.testing.assert_array_equal(made.value, given["monetary"])
    np.testing.assert_array_equal(made.recency, given["recency"])
    assert made.cadence is None
    worth = pd.Series(np.arange(40.0), index=given.index)
    for value in (worth.sample(frac=1, random_state=1), worth.to_numpy()):
        assert Features.from_frame(given, value=value).value.tolist() == worth.tolist()
    named = Features.from_frame(given, value="recency", as_of="2022-05-01")
    assert named.value.tolist() == given["recency"].tolist()
    assert named.as_of == dt.date(2022, 5, 1)
    assert Features.from_frame(given[["recency"]]).value is None
    with pytest.raises(DataError, match=r"shape \(3,\) for 40 customers"):
        Features.from_frame(given, value=[1, 2, 3])
    with pytest.raises(DataError, match="value='profit': there is no such column"):
        Features.from_frame(given, value="profit")


@pytest.mark.parametrize("name", ["customer", "CustomerID", "id"])
def test_ids_in_a_column(name):
    given = frame().reset_index(names=name)
    assert Features.from_frame(given).frame.index.tolist() == frame().index.tolist()


def test_ids_are_the_index_when_it_says_more_than_a_number():
    # A column called id beside an index of ids is an attribute, and identifies people.
    made = Features.from_frame(frame().assign(id=np.arange(40) * 7))
    assert made.frame.index[0] == "c00"
    assert made.left_out.loc[0, ["reason", "example"]].tolist() == ["identifies people", "id"]
    plain = Features.from_frame(frame().reset_index(drop=True))
    assert plain.frame.index.tolist() == list(range(40))


def test_levels_are_sorted_by_frequency_then_name():
    given = pd.DataFrame({"plan": ["b", "a", "c", "c", None, "z", "b"], "n": range(7)})
    made = Features.from_frame(given.assign(n=[1, 1, 2, 3, 5, 8, 8]))
    assert made.frame["plan"].cat.categories.tolist() == ["b", "c", "a", "z"]
    assert made.frame["plan"].isna().tolist() == [False, False, False, False, True, False, False]


def test_flags_with_missing_values_are_numbers():
    given = pd.DataFrame({"ok": [True, None, False], "n": [1.0, 2.0, 2.5]})
    made = Features.from_frame(given)
    assert made.catalogue.loc[0, "kind"] == "flag"
    np.testing.assert_array_equal(made.frame["ok"], [1.0, np.nan, 0.0])
    whole = Features.from_frame(pd.DataFrame({"ok": [0, 1, 1], "n": [1.0, 2.0, 2.5]}))
    assert whole.frame["ok"].dtype == bool


def test_what_identifies_people_is_left_out():
    given = frame().assign(
        email=[f"p{n}@example.org" for n in range(40)],
        notes=[f"asked about order number {n} and its delivery" for n in range(40)],
        birthday=pd.Timestamp("1980-01-01"),
    )
    made = Features.from_frame(given)
    assert made.frame.columns.tolist() == frame().columns.tolist()
    assert made.left_out[["reason", "count", "example"]].to_numpy().tolist() == [
        ["identifies people", 2, "email, birthday"],
        ["free text", 1, "notes"],
    ]
    why = made.offered.set_index("column")["why"]
    assert (why["email"], why["recency"]) == ("identifies people", "")


class TestSensitive:
    def given(self):
        return frame().assign(religion=np.resize(["a", "b"], 40), is_muslim=np.arange(40) % 2 == 0)

    def test_is_left_out_and_counted(self):
        made = Features.from_frame(self.given())
        assert made.frame.columns.tolist() == frame().columns.tolist()
        assert made.left_out[["reason", "count", "example"]].to_numpy().tolist() == [
            ["sensitive", 2, "religion, is_muslim"]
        ]
        offered = made.offered.set_index("column").loc["religion"]
        assert offered[["chosen", "why", "available"]].tolist() == [False, "sensitive", True]

    def test_is_taken_by_name(self):
        made = Features.from_frame(self.given(), include=["Religion"])
        assert made.frame.columns.tolist() == [*frame().columns, "religion"]
        assert made.left_out["example"].tolist() == ["is_muslim"]
        with pytest.raises(DataError, match="include= names 'faith'"):
            Features.from_frame(self.given(), include="faith")

    def test_nothing_else(self):
        with pytest.raises(DataError, match=r"are sensitive: religion.*include=\['religion'\]"):
            Features.from_frame(self.given()[["religion"]])


def test_values_that_do_not_fit_the_customers():
    given = frame()
    worth = pd.Series(np.arange(40.0))
    with pytest.raises(
        DataError, match="another index: its labels look like 0, those of the frame like 'c00'"
    ):
        Features.from_frame(given, value=worth)
    with pytest.raises(DataError, match="several numbers for 'c01'"):
        Features.from_frame(given, value=pd.Series([1.0, 2.0], index=["c01", "c01"]))
    some = Features.from_frame(given, value=pd.Series([1.0, 2.0], index=["c01", "c02"]))
    assert some.value.sum() == 3
    assert some.left_out[["reason", "count", "what"]].to_numpy().tolist() == [["no value", 38, "customers"]]


def test_a_name_alone_does_not_make_it_ours():
    telco = pd.DataFrame({"tenure": np.tile(np.r_[1.0:21.0], 2), "charges": np.tile([20.0, 70.5], 20)})
    made = Features.from_frame(telco)
    row = made.catalogue.set_index("column").loc["tenure"]
    assert row[["unit", "description", "base"]].tolist() == ["", "", "behavioural"]
    assert any(note.startswith("tenure is taken without a unit") for note in made.notes)
    ours = Features.from_frame(telco.assign(recency=telco["tenure"] / 2, frequency=2.0))
    assert ours.catalogue.set_index("column").loc["tenure", "unit"] == "days"
    assert not any("without a unit" in note for note in ours.notes)


def test_a_frame_of_polars():
    polars = pytest.importorskip("polars")
    given = frame().reset_index(names="customer")
    made, expected = (Features.from_frame(data) for data in (polars.from_pandas(given), given))
    pd.testing.assert_frame_equal(made.frame, expected.frame)


class TestRefused:
    def test_a_name_twice(self):
        twice = pd.concat([frame(), frame()[["recency"]]], axis=1)
        with pytest.raises(DataError, match="several columns called 'recency'"):
            Features.from_frame(twice)

    def test_ids_beyond_what_floats_tell_apart(self):
        given = frame().reset_index(drop=True).assign(customer=1e17 + np.arange(40) * 1e5)
        with pytest.raises(DataError, match="40 ids of frame in 'customer' are decimal numbers above"):
            Features.from_frame(given)

    def test_infinite_values(self):
        given = frame()
        given.loc["c03", "monetary"] = np.inf
        given.loc["c07", "monetary"] = -np.inf
        with pytest.raises(DataError, match="Column 'monetary' has 2 infinite values") as error:
            Features.from_frame(given)
        assert (error.value.column, error.value.count) == ("monetary", 2)

    def test_repeated_ids(self):
        with pytest.raises(
            DataError, match="several rows for some customers: 1 too many, for example 2 of customer c05"
        ):
            Features.from_frame(pd.concat([frame(), frame().iloc[[5]]]))

    def test_nothing_to_use(self):
        with pytest.raises(DataError, match="'email' identifies people"):
            Features.from_frame(frame()[[]].assign(email=[f"p{n}@example.org" for n in range(40)]))
        with pytest.raises(DataError, match="no column beside the customer"):
            Features.from_frame(frame()[[]])

    def test_what_is_no_frame(self):
        with pytest.raises(DataError, match="takes a pandas frame"):
            Features.from_frame({"recency": [1]})
        twofold = frame().set_index("recency", append=True)
        with pytest.raises(DataError, match="index has several levels"):
            Features.from_frame(twofold)

    @pytest.mark.parametrize(
        "ask", [lambda f: f.expression(), lambda f: f.at("2022-01-01"), lambda f: f.audience(["c01"])]
    )
    def test_what_needs_purchases(self, ask):
        with pytest.raises(DataError, match="were made from a frame"):
            ask(Features.from_frame(frame()))


def test_select_and_within():
    made = Features.from_frame(frame())
    assert made.select(["member", "recency"]).frame.columns.tolist() == ["member", "recency"]
    part = made.within(["c03", "c01"])
    assert part.frame.index.tolist() == ["c01", "c03"]
    assert part.value.tolist() == made.value[["c01", "c03"]].tolist()
