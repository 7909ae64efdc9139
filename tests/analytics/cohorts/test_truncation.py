"""Detection of old customers in the first cohorts, on simulated shops whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import cohorts, tables
from custintel_analytics.cohorts import truncation

SEEDS = range(20)


def shop(seed, *, opened_before, season=0.0, per_day=6, length=480):
    """Purchases of a shop that opened some days before the data begin: mixed rates, lives that end."""
    random = np.random.default_rng(seed)
    count = random.poisson(per_day * (length + opened_before))
    day = random.uniform(-opened_before, length, count)
    rate = random.gamma(0.6, 1 / 60, count) + 1e-6
    leaves = random.beta(0.8, 2.5, count)
    customer, rows = np.arange(count), []
    while len(customer):
        rows.append(np.column_stack([customer, np.floor(day)]))
        stay = random.random(len(customer)) > leaves[customer]
        customer, day = customer[stay], day[stay]
        day = day + random.exponential(1 / rate[customer])
        customer, day = customer[day < length], day[day < length]
    seen = np.concatenate(rows).astype(int)
    seen = seen[seen[:, 1] >= 0]
    if season:
        busy = (1 + season * np.sin(2 * np.pi * seen[:, 1] / 365)) / (1 + season)
        seen = seen[random.random(len(seen)) < busy]
    dates = pd.Timestamp("2022-01-01") + pd.to_timedelta(seen[:, 1], unit="D")
    return tables.as_table(pd.DataFrame({"customer": seen[:, 0], "date": dates}))


def flagged(**kind):
    return [cohorts.retention(shop(seed, **kind), values=()).truncation.suspected for seed in SEEDS]


def test_a_shop_that_opened_two_years_earlier_is_flagged():
    assert sum(flagged(opened_before=720)) >= 18


@pytest.mark.parametrize("season", [0.0, 0.3])
def test_a_shop_that_opened_with_the_data_is_not(season):
    assert sum(flagged(opened_before=0, season=season)) <= 1


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("kind", ["classic", "unbounded", "bracket"])
@pytest.mark.parametrize("window", ["calendar", "elapsed"])
def test_cdnow_is_not_flagged(cdnow_table, grain, kind, window):
    for cohort_grain in ("day", "week", "month", "quarter"):
        result = cohorts.retention(
            cdnow_table, grain=grain, cohort_grain=cohort_grain, kind=kind, window=window, values=()
        )
        assert not result.truncation.suspected
        assert not result.frame["truncated"].any()


def test_what_is_said_when_kept(monthly, cdnow_table):
    assert monthly.truncation.sentence == (
        "January 1997 is the first in the data but behaves like later ones; kept."
    )
    assert cohorts.retention(cdnow_table, grain="quarter").truncation.sentence == ""
    early = cohorts.retention(cdnow_table, cohort_grain="week", as_of="1997-01-20")
    assert early.truncation.sentence.startswith("The week of 30 December 1996 is the first in the data")


def test_too_little_to_tell():
    table = shop(3, opened_before=720, per_day=0.1)
    result = cohorts.retention(table, values=())
    assert not result.truncation.suspected
    assert np.isnan(result.truncation.first_rate)
    assert "too little after it to tell" in result.truncation.sentence


def test_a_cohort_with_few_old_customers_is_kept_and_says_so(monkeypatch):
    monkeypatch.setattr(truncation, "SHARE", 0.9)
    found = cohorts.retention(
        shop(0, opened_before=720, length=800), cohort_grain="year", values=()
    ).truncation
    assert found.suspected
    assert found.cohorts == ()
    assert found.sentence.startswith("First purchases up to 28 February 2022 are probably those of old")
    assert found.sentence.endswith("% of 2022, which is kept.")


def test_detection_is_not_repeated(cdnow_table):
    first = cohorts.retention(cdnow_table, as_of="1998-05-31")
    assert first.rows_scanned == first.purchases
    again = cohorts.retention(cdnow_table, as_of="1998-05-31", kind="unbounded", cohort_grain="week")
    assert again.rows_scanned == 0
    assert again.truncation.first_rate == first.truncation.first_rate


def test_a_long_history_is_judged_by_its_first_three_years():
    table = shop(1, opened_before=720, length=2200, per_day=3)
    result = cohorts.retention(table, grain="quarter", values=())
    assert result.truncation.suspected
    early = cohorts.retention(table, grain="quarter", as_of="2024-12-31", values=())
    assert early.truncation.first_rate == result.truncation.first_rate
