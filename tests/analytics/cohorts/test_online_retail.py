"""Online Retail: the published December 2010 row, and why it isn't retention."""

import ibis
import pytest

from custintel_analytics import cohorts, tables


def row(result, cohort, column="active"):
    return result.frame.loc[result.frame["cohort"] == cohort, column].tolist()


def test_published_rows(retail):
    result = cohorts.retention(retail)
    assert row(result, "2010-12") == [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]
    assert row(result, "2011-01") == [417, 92, 111, 96, 134, 120, 103, 101, 125, 136, 152, 49]
    assert [round(value, 2) for value in row(result, "2010-12", "revenue")[:3]] == [
        572713.89,
        276237.69,
        233845.37,
    ]
    cell = result.frame.iloc[1]
    assert (round(cell["lower"], 4), round(cell["upper"], 4)) == (0.3350, 0.3984)
    assert (result.customers, result.purchases) == (4338, 397884)
    assert result.frame["orders"].sum() == 18532


def test_unbounded_row(retail):
    result = cohorts.retention(retail, kind="unbounded", values=())
    assert row(result, "2010-12") == [885, 766, 753, 741, 724, 713, 696, 672, 652, 621, 583, 510, 235]


def test_the_last_month_is_too_early(retail):
    frame = cohorts.retention(retail, values=()).frame
    early = frame[~frame["mature"]]
    assert len(early) == frame["cohort"].nunique()
    assert set(early["complete_on"].astype(str)) == {"2011-12-31"}
    assert (early["observed"] == 0).all()


@pytest.mark.parametrize(
    "cohort_grain, flagged",
    [
        ("month", ("2010-12",)),
        ("week", ("2010-11-29", "2010-12-06", "2010-12-13", "2010-12-20")),
        ("quarter", ("2010-Q4",)),
        ("year", ("2010",)),
    ],
)
@pytest.mark.parametrize("kind", ["classic", "unbounded"])
def test_december_2010_holds_old_customers(retail, cohort_grain, flagged, kind):
    result = cohorts.retention(retail, cohort_grain=cohort_grain, kind=kind, values=())
    assert result.truncation.suspected
    assert result.truncation.cohorts == flagged
    assert set(result.frame.loc[result.frame["truncated"], "cohort"]) == set(flagged)


def test_the_sentence_and_the_average(retail):
    result = cohorts.retention(retail)
    assert result.truncation.sentence == (
        "December 2010 probably holds old customers: the data start 1 December 2010; 36.6 % return, 23.3 % "
        "in later cohorts. Left out of averages."
    )
    without, with_it = result.average(), result.average(include_truncated=True)
    assert without["cohorts"].iloc[0] == with_it["cohorts"].iloc[0] - 1
    assert without["retention"].iloc[1] < with_it["retention"].iloc[1]
    assert not cohorts.retention(retail, detect_truncation=False).frame["truncated"].any()


def test_the_year_before_shows_who_is_really_old(retail, online_retail_path, data_file):
    before = data_file("customers/online_retail_ii_2009_2010.parquet")
    backend = ibis.duckdb.connect()
    parts = [
        backend.read_parquet(path).select(
            customer="CustomerID", date="InvoiceDate", price=price, quantity="Quantity"
        )
        for path, price in ((online_retail_path, "UnitPrice"), (before, "Price"))
    ]
    parts[1] = parts[1].filter(parts[1].date < ibis.timestamp("2010-12-01"))
    both = parts[0].union(parts[1])
    clean = both.filter(both.customer.notnull() & (both.price > 0) & (both.quantity > 0))
    table = tables.as_table(clean, amount=lambda t: t.price * t.quantity)
    two_years = cohorts.retention(table, values=())
    flagged = cohorts.retention(retail, values=()).audience(cohort="2010-12")
    really_new = two_years.audience(cohort="2010-12")
    new, shown = set(really_new.ids()), set(flagged.ids())
    assert new < shown
    assert len(new) / len(shown) < 0.15
    # Of January's new customers most are new: the flag stops in the right place.
    january = set(cohorts.retention(retail, values=()).audience(cohort="2011-01").ids())
    newer = set(two_years.audience(cohort="2011-01").ids())
    assert two_years.truncation.cohorts == ("2009-12", "2010-01")
    assert len(newer & january) / len(january) > len(new) / len(shown)
