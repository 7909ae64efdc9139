"""What a column holds, by name and values."""

import pytest

from custintel_analytics.segments import identify
from custintel_analytics.segments.catalogue import label_of
from custintel_analytics.segments.identify import Profile, base_of, is_sensitive, why_not


@pytest.mark.parametrize(
    "name, base",
    [
        ("Age", "demographic"),
        ("Year_Birth", "demographic"),
        ("maritalStatus", "demographic"),
        ("Kidhome", "demographic"),
        ("num_kids", "demographic"),
        ("SeniorCitizen", "demographic"),
        ("COUNTRY", "geographic"),
        ("ship_city", "geographic"),
        ("zip_code", "geographic"),
        ("lat", "geographic"),
        ("q1", "psychographic"),
        ("Q12", "psychographic"),
        ("q", None),
        ("nps", "psychographic"),
        ("attitude_3", "psychographic"),
        ("visits", "behavioural"),
        ("foo", None),
        ("latest", None),
        ("cage", None),
    ],
)
def test_bases(name, base):
    assert base_of(name) == base


@pytest.mark.parametrize(
    "name",
    [
        *("religion", "EthnicGroup", "political_party", "has_disability", "unionMember"),
        *(
            "is_muslim",
            "hiv",
            "HIVStatus",
            "aids",
            "pregnancies",
            "disabilities",
            "illnesses",
            "beliefs",
            "unions",
        ),
        *(
            "Christian",
            "cancer_type",
            "diabetes",
            "isGay",
            "lgbt",
            "immigrants",
            "asylum_seeker",
            "trade_union",
        ),
    ],
)
def test_sensitive(name):
    assert is_sensitive(name)


@pytest.mark.parametrize(
    "name",
    [
        "region",
        "reunion",
        "partyware_spend",
        "racetrack",
        "recency",
        "age",
        "aid",
        "series",
        "address",
        "news",
    ],
)
def test_not_sensitive(name):
    assert not is_sensitive(name)


def text(present, distinct, length=8.0, **looks):
    return Profile("text", present, distinct, length=length, **looks)


def whole(present, distinct, low, high):
    return Profile("number", present, distinct, whole=True, low=low, high=high)


@pytest.mark.parametrize(
    "name, profile, why",
    [
        ("plan", text(100, 3), ""),
        ("plan", text(0, 0), "empty"),
        ("city", text(1000, 51), "too many values"),
        ("code", text(100, 95), "identifies people"),
        ("code", text(15, 15), ""),  # too few to tell
        ("contact", text(100, 50, patterned=60), "identifies people"),
        ("e_mail", text(100, 3), "identifies people"),
        ("e_mail", text(100, 2), ""),  # whether there is one
        ("PhoneService", text(100, 3), ""),
        ("home_phone", text(100, 60), "identifies people"),
        ("since", text(100, 40, patterned=100, dated=100), "a date"),
        ("birthday", text(100, 40, dated=100), "identifies people"),
        ("TotalCharges", text(100, 98, decimal=90), "numbers written as text"),
        ("Surname", text(100, 40), "identifies people"),
        ("ip_address", text(100, 10), "identifies people"),
        ("comment", text(100, 80, length=60), "free text"),
        ("comment", text(100, 100, length=60), "free text"),
        ("plan", text(100, 2, length=60), ""),
        ("account_id", whole(100, 100, 5, 9000), "identifies people"),
        ("customerid", whole(100, 99, 5, 9000), "identifies people"),
        ("phone", whole(100, 100, 1e6, 9e6), "identifies people"),
        ("row", whole(100, 100, 1, 100), "identifies people"),
        ("income", whole(100, 100, 5, 90000), ""),
        ("paid", whole(100, 30, 5, 90000), ""),
        ("kid", whole(100, 2, 0, 1), ""),
        ("score", Profile("number", 100, 100, high=9.5), ""),
        ("signup", Profile("date", 100, 3), "a date"),
        ("birth_date", Profile("date", 100, 3), "identifies people"),
        ("tags", Profile("nested", 100, 0), "not a number, a yes or no, or a text"),
        ("ok", Profile("flag", 100, 2), ""),
    ],
)
def test_why_not(name, profile, why):
    assert why_not(name, profile) == why


def test_each_reason_says_what_to_do():
    reasons = {value for name, value in vars(identify).items() if name.startswith("WHY_")}
    assert reasons == set(identify.REMEDIES)


@pytest.mark.parametrize(
    "column, label",
    [
        ("annual_income", "Annual income"),
        ("AnnualIncome", "Annual income"),
        ("NPS", "NPS"),
        ("MntWines", "Mnt wines"),
        ("q1", "Q1"),
        ("has-kids", "Has kids"),
        ("_", "_"),
    ],
)
def test_labels(column, label):
    assert label_of(column) == label
