"""Features from what customers did beside buying."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from custintel_analytics.errors import DataError
from custintel_analytics.segments.features import features

PURCHASES = pd.DataFrame({"customer": [1, 2, 3], "date": ["2022-01-05", "2022-01-09", "2022-01-09"]})
EVENTS = pd.DataFrame(
    [
        (1, "2022-01-01 10:00", "open"),
        (1, "2022-01-01 11:00", "click"),
        (1, "2022-01-04 11:00", "open"),
        (2, "2022-01-02 09:00", "open"),
        (2, "2022-01-10 09:00", "open"),  # later than the last purchase
        (7, "2022-01-02 09:00", "click"),  # nobody's
        (1, "2022-01-02 09:00", None),
        (None, "2022-01-02 09:00", "open"),
    ],
    columns=["user_id", "timestamp", "event_name"],
)
NAMES = ("events", "active_days", "days_since_event", "event_open", "event_click")


def test_values():
    made = features(PURCHASES, events=EVENTS, columns=NAMES)
    assert made.as_of == dt.date(2022, 1, 9)
    assert made.frame.loc[1].tolist() == [4, 3, 5, 0.5, 0.25]
    assert made.frame.loc[2].tolist() == [1, 1, 7, 1, 0]
    assert np.isnan(made.frame.loc[3]).all()
    assert made.catalogue["unit"].tolist() == ["", "days", "days", "share", "share"]
    assert (made.catalogue["base"] == "behavioural").all()


def test_part_of_the_default():
    assert set(NAMES) <= set(features(PURCHASES, events=EVENTS).frame.columns)
    plain = features(PURCHASES, events=EVENTS.drop(columns="event_name"))
    assert not any(name.startswith("event_") for name in plain.frame)


def test_at_another_date():
    made = features(PURCHASES, events=EVENTS, columns=NAMES, as_of="2022-01-10")
    assert made.frame.loc[2, ["events", "days_since_event"]].tolist() == [2, 0]
    assert made.at("2022-01-09").frame.loc[2, "events"] == 1


def test_the_eight_most_frequent():
    many = pd.DataFrame(
        {"customer": 1, "date": "2022-01-01", "event": [f"e{n}" for n in range(12) for _ in range(n)]}
    )
    names = features(PURCHASES, events=many).offered["column"]
    assert [name for name in names if name.startswith("event_")] == [f"event_e{n}" for n in range(11, 3, -1)]


def test_what_is_not_used_is_counted():
    counted = features(PURCHASES, events=EVENTS, columns=NAMES).left_out.set_index("reason")["count"]
    assert counted["event: missing customer"] == 1
    assert counted["event of someone without a purchase"] == 1
    assert counted["event after as_of"] == 1


def test_events_without_a_customer_column():
    with pytest.raises(DataError, match="events=: No column is recognised as the customer"):
        features(PURCHASES, events=EVENTS.drop(columns="user_id"))


def test_ids_of_another_kind():
    purchases = pd.DataFrame({"customer": [1, 2], "date": ["2022-01-01"] * 2, "amount": [5.0, 4]})
    seen = pd.DataFrame({"user_id": ["a1", "a2"], "date": ["2022-01-01"] * 2})
    with pytest.raises(DataError, match=r"ids of events are text, those of the purchases numbers.*'user_id'"):
        features(purchases, events=seen)
