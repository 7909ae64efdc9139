"""Who agreed, by which day: customers without consent are left out and counted."""

import datetime as dt

import pandas as pd
import pytest

from custintel_analytics.errors import DataError
from custintel_analytics.segments.features import features
from custintel_analytics.segments.migration import NOT_AGREED, OUTSIDE, migration

PURCHASES = pd.DataFrame(
    {
        "customer": [1, 2, 3, 4, 5, 6],
        "date": ["2022-01-01"] * 5 + ["2022-06-01"],
        "amount": [5.0, 4, 3, 2, 1, 9],
    }
)
COLUMNS = ("recency", "monetary")
RECORDS = pd.DataFrame(
    [
        (1, "analytics", True, "2021-12-01"),
        (2, "analytics", True, "2021-12-01"),
        (2, "analytics", False, "2022-03-01"),  # withdrawn
        (3, "email", True, "2021-12-01"),  # for another purpose
        (4, "analytics", True, "2022-02-01"),
        (4, "analytics", False, "2022-02-01"),  # of one day the refusal counts
        (5, "analytics", False, None),  # without a date: the oldest
        (5, "analytics", True, "2021-01-01"),
        (6, "analytics", None, "2021-12-01"),  # nothing said is a no
        (9, "analytics", True, "2021-12-01"),
    ],
    columns=["customer", "purpose", "granted", "date"],
)


def ids(**arguments):
    return features(PURCHASES, columns=COLUMNS, **arguments).frame.index.tolist()


def test_the_latest_record_counts():
    assert ids() == [1, 2, 3, 4, 5, 6]
    assert ids(consent=RECORDS) == [1, 5]
    assert ids(consent=RECORDS, purpose="email") == [3]


def test_as_known_at_the_date():
    assert ids(consent=RECORDS, as_of="2022-02-28") == [1, 2, 5]


def test_who_has_withdrawn_by_now_is_not_looked_at_on_earlier_days_either():
    made = features(PURCHASES, columns=COLUMNS, consent=RECORDS)
    earlier = made.at("2022-02-28")
    assert earlier.frame.index.tolist() == [1, 5]
    # Nor by a way round.
    assert earlier.at("2022-01-31").at("2022-02-28").frame.index.tolist() == [1, 5]
    assert sorted(made.table.execute(earlier.expression())["customer"]) == [1, 5]


def test_who_has_withdrawn_did_not_leave():
    def alike(described):
        return [0] * len(described.frame)

    then = features(PURCHASES, columns=COLUMNS, consent=RECORDS, as_of="2022-02-28")
    assert then.frame.index.tolist() == [1, 2, 5]
    now = then.at("2022-06-01")
    found = migration(alike, then, now)
    assert (found.left, found.both) == (0, 2)
    assert found.before.frame.index.tolist() == [1, 5]
    assert len(found.labels_before) == 2
    latest = features(PURCHASES, columns=COLUMNS, consent=RECORDS)
    assert migration(alike, latest.at("2022-02-28"), latest).left == 0


def test_the_others_are_counted():
    made = features(PURCHASES, columns=COLUMNS, consent=RECORDS)
    entry = made.left_out.set_index("reason").loc["no consent for 'analytics'"]
    assert (entry["count"], entry["what"]) == (4, "customers")
    # With an audience only its members are looked at.
    some = features(PURCHASES, columns=COLUMNS, consent=RECORDS, audience=[1, 2, 3])
    assert some.frame.index.tolist() == [1]
    assert some.left_out.set_index("reason")["count"].to_dict() == {"no consent for 'analytics'": 2}


def test_who_has_not_agreed_is_not_said_to_have_bought_nothing():
    people = pd.DataFrame({"customer": [1, 2, 3, 9], "age": [20.0, 30, 40, 50]})
    made = features(PURCHASES, people, columns=("recency", "age"), consent=RECORDS)
    counted = made.left_out.set_index("reason")["count"].to_dict()
    assert counted == {
        "no consent for 'analytics'": 4,
        "in customers, but no purchase": 1,
        "not in customers": 1,
    }


def test_without_dates_any_refusal_counts():
    assert ids(consent=RECORDS.drop(columns="date")) == [1]


@pytest.mark.parametrize(
    "yes, no", [("yes", "no"), (1, 0), ("Granted", " withdrawn "), (True, False), ("TRUE", "")]
)
def test_ways_to_say_yes(yes, no):
    records = pd.DataFrame({"CUSTOMER_ID": [1, 2], "Purpose": "analytics", "consent": [yes, no]})
    assert ids(consent=records) == [1]


def test_the_way_travels_in_the_expression():
    made = features(PURCHASES, columns=COLUMNS, consent=RECORDS)
    assert sorted(made.table.execute(made.expression())["customer"]) == [1, 5]


class TestRefused:
    def test_ids_of_another_kind(self):
        with pytest.raises(
            DataError, match="ids of consent are text, those of the purchases numbers"
        ) as error:
            ids(consent=RECORDS.assign(customer=RECORDS["customer"].astype(str)))
        assert error.value.column == "customer"

    def test_an_unknown_purpose(self):
        with pytest.raises(DataError, match="nothing about the purpose 'ads'; it knows 'analytics', 'email'"):
            ids(consent=RECORDS, purpose="ads")

    def test_missing_columns(self):
        with pytest.raises(DataError, match="needs one column 'granted'; there is none"):
            ids(consent=RECORDS.drop(columns="granted"))
        with pytest.raises(DataError, match="No column of consent is recognised as the customer"):
            ids(consent=RECORDS.drop(columns="customer"))

    def test_answers_that_cannot_be_read(self):
        with pytest.raises(
            DataError, match="1 row of consent can't be read as yes or no in 'granted'"
        ) as error:
            ids(consent=RECORDS.assign(granted=["perhaps", *["yes"] * 9]))
        assert error.value.count == 1

    def test_dates_that_cannot_be_read(self):
        with pytest.raises(DataError, match="can't be read, for example '01/03/22'") as error:
            ids(consent=RECORDS.assign(date=["01/03/22", *["2022-01-01"] * 9]))
        assert error.value.column == "date"
        with pytest.raises(DataError, match="The date of consent"):
            ids(consent=RECORDS.assign(date=0.5))

    def test_nobody_agreed(self):
        with pytest.raises(
            DataError, match="no customers who agreed to 'analytics' and bought by 1 June 2022"
        ):
            ids(consent=RECORDS.assign(granted=False))


def test_dates_of_several_kinds():
    stamped = RECORDS.assign(date=pd.to_datetime(RECORDS["date"]))
    assert ids(consent=stamped) == [1, 5]
    assert ids(consent=stamped.assign(date=stamped["date"].dt.tz_localize("Asia/Tokyo"))) == [1, 5]
    days = RECORDS.assign(
        date=[dt.date.fromisoformat(day) if isinstance(day, str) else None for day in RECORDS["date"]]
    )
    assert ids(consent=days) == [1, 5]


def test_who_agreed_between_two_dates_is_not_new():
    bought = pd.DataFrame(
        {
            "customer": [1, 1, 2, 3],
            "date": ["2022-01-01", "2022-05-01", "2022-01-15", "2022-05-20"],
            "amount": 1.0,
        }
    )
    agreed = pd.DataFrame(
        {
            "customer": [1, 2, 3],
            "purpose": "analytics",
            "granted": True,
            "date": ["2021-12-01", "2022-04-01", "2021-12-01"],
        }
    )

    def alike(described):
        return [0] * len(described.frame)

    now = features(bought, columns=COLUMNS, consent=agreed)
    found = migration(alike, now.at("2022-03-01"), now)
    assert found.newly_agreed.tolist() == [2]
    assert (found.entered, found.left, found.both) == (1, 0, 1)
    rows = found.frame.set_index("from_segment")["customers"].to_dict()
    assert rows == {0: 1, OUTSIDE: 1, NOT_AGREED: 1}
    assert found.frame["from_name"].tolist()[-1] == "Had not agreed yet"
    assert found.customers(NOT_AGREED, 0).tolist() == [2]
    assert found.customers(OUTSIDE, 0).tolist() == [3]
    assert found.frame["customers"].sum() == 3
    assert "1 bought before and agreed to be analysed only between the two dates" in found.summary()
    # Without dates of consent nobody can have agreed in between.
    undated = features(bought, columns=COLUMNS, consent=agreed.drop(columns="date"))
    assert not len(migration(alike, undated.at("2022-03-01"), undated).newly_agreed)
