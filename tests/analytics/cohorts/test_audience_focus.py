"""Only an audience's customers: the same, to the byte, as a table that never held the others."""

import datetime as dt
import gc

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest

from custintel_analytics import cohorts, tables
from custintel_analytics.audiences import Audience
from custintel_analytics.cohorts import masks, store, summary
from custintel_analytics.errors import DataError

QUESTIONS = [
    {},
    {"kind": "unbounded", "cohort_grain": "quarter"},
    {"kind": "bracket", "grain": "week", "cohort_grain": "month", "as_of": "2020-11-03"},
    {"window": "elapsed", "cohort_grain": "week"},
    {"by": "channel", "kind": "bracket", "brackets": (0, 2, 5)},
    {"by": "channel", "window": "elapsed", "kind": "unbounded", "values": ()},
]


def shop(seed, size=600):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer": random.integers(1, 70, size),
            "date": pd.Timestamp("2020-02-20") + pd.to_timedelta(random.integers(0, 500, size), unit="D"),
            "order": random.integers(1, 200, size).astype(str),
            "channel": random.choice(["web", "shop", "app"], size),
            "amount": random.integers(-300, 5000, size) / 100,
        }
    )
    return frame.sort_values("date", ignore_index=True)


def regulars(table):
    return Audience.where(table, lambda c: (c.orders >= 9) & (c.first_date > dt.date(2020, 3, 1)), "regulars")


def same_as_filtered(whole, few, audience, question):
    """`whole` asked for the audience against `few`, which holds nobody else, observed equally long."""
    last = store.store_of(whole).bounds[1]
    question = {"as_of": last, "detect_truncation": False, **question}
    one = cohorts.retention(whole, audience=audience, **question)
    other = cohorts.retention(few, **question)
    assert 0 < one.customers < one.all_customers
    pd.testing.assert_frame_equal(one.frame, other.frame, check_exact=True)
    pd.testing.assert_frame_equal(one.average(), other.average(), check_exact=True)
    assert (one.customers, one.purchases, one.bought_once) == (
        other.customers,
        other.purchases,
        other.bought_once,
    )
    reasons = [result.left_out.set_index("reason")["rows"] for result in (one, other)]
    shared = reasons[1].index.difference(whole.left_out["reason"])
    assert reasons[0].loc[shared].to_dict() == reasons[1].loc[shared].to_dict()
    cells = [{"kind": "row", "cohort": one.frame["cohort"].iloc[0]}, {"kind": "column", "age": 0}]
    for picked in (cells, cells[:1]):
        np.testing.assert_array_equal(one.audience(cells=picked).ids(), other.audience(cells=picked).ids())
    return one


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("returns", ["exclude", "net"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_it_is_the_filtered_table(question, returns, quick):
    frame = shop(3)
    whole = tables.as_table(frame, returns=returns)
    store.store_of(whole).engine.is_quick = quick
    audience = regulars(whole)
    few = tables.as_table(frame[frame["customer"].isin(audience.ids())], returns=returns)
    one = same_as_filtered(whole, few, audience, question)
    assert (type(one._summary) is summary.Summary) == (not quick)
    assert one.settings.audience is audience


def test_cohorts_are_those_of_the_first_purchase_not_of_the_first_after(cdnow_table):
    # All that they bought before 1998 still counts: nobody begins anew.
    back = Audience.where(cdnow_table, lambda c: c.last_date >= dt.date(1998, 1, 1), "back in 1998")
    result = cohorts.retention(cdnow_table, audience=back)
    assert result.frame["cohort"].unique().tolist() == ["1997-01", "1997-02", "1997-03"]
    assert result.frame.loc[result.frame["age"] == 0, "active"].sum() == back.size == result.customers
    diagonal = result.audience(period="1998-03")
    assert diagonal.size == 2060
    assert diagonal.name == "March 1998 and back in 1998"
    assert result.audience(period="1998-03", name="spring").name == "spring"


def test_the_published_row_alone(retail):
    december = cohorts.retention(retail).audience(cohort="2010-12")
    result = cohorts.retention(retail, audience=december)
    published = [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]
    assert result.frame["active"].tolist() == published
    assert result.whom == "885 of 4,338 customers: 2010-12"
    assert result.summary().startswith("885 of 4,338 customers: 2010-12. They are in 1 cohort by month")
    assert cohorts.retention(retail).whom == ""


def test_what_is_true_of_the_data_stays(retail):
    whole = cohorts.retention(retail)
    # Without December's customers the first cohort is January's: not the first in the data, not old.
    later = Audience.where(retail, lambda c: c.first_date >= dt.date(2011, 1, 1), "later")
    result = cohorts.retention(retail, audience=later)
    assert result.settings.as_of == whole.settings.as_of
    assert result.settings.first_date == dt.date(2010, 12, 1)
    assert not result.truncation.suspected
    assert result.truncation.sentence == ""
    assert not result.frame["truncated"].any()
    # Half of December's customers are as old as all of them, though a few couldn't show it.
    half = Audience.of_ids("half", retail, np.concatenate([
        whole.audience(cohort="2010-12").ids()[::40], whole.audience(cohort="2011-03").ids()
    ]))  # fmt: skip
    some = cohorts.retention(retail, audience=half)
    assert some.truncation.cohorts == ("2010-12",)
    assert "the data start 1 December 2010" in some.truncation.sentence
    # Alone, there is nothing it could be left out of.
    alone = cohorts.retention(retail, audience=whole.audience(cohort="2010-12"))
    assert alone.truncation.suspected
    assert alone.truncation.cohorts == ()


def test_an_audience_of_another_table_comes_over_by_its_ids(cdnow_table, purchases):
    other = tables.as_table(purchases[purchases["date"] < "1997-02-01"].drop(columns="minor"))
    january = Audience.where(other, lambda c: c.orders >= 2, "twice in January")
    result = cohorts.retention(cdnow_table, audience=january)
    assert result.customers == january.size
    assert result.settings.audience.table is cdnow_table
    assert result.settings.audience.name == "twice in January"
    np.testing.assert_array_equal(result.settings.audience.ids(), january.ids())
    assert january.of_table(other) is january


def test_ids_that_are_not_there_teach(cdnow_table):
    strangers = tables.as_table(pd.DataFrame({"customer": [-1, -2], "date": "1997-01-01"}))
    with pytest.raises(DataError, match=r"None of the 2 customers of 'all', such as -2, is in the table"):
        cohorts.retention(cdnow_table, audience=Audience.where(strangers, lambda c: c.orders > 0, "all"))
    named = tables.as_table(pd.DataFrame({"customer": ["a", "b"], "date": "1997-01-01"}))
    with pytest.raises(DataError, match="ids are text"):
        cohorts.retention(cdnow_table, audience=Audience.where(named, lambda c: c.orders > 0, "all"))


def test_nobody_and_nothing_teach(cdnow_table):
    nobody = Audience.where(cdnow_table, lambda c: c.orders > 10_000, "giants")
    with pytest.raises(DataError, match=r"audience='giants' has nobody to follow: it holds no customer"):
        cohorts.retention(cdnow_table, audience=nobody)
    march = cohorts.retention(cdnow_table).audience(cohort="1997-03")
    with pytest.raises(DataError, match=r"none of its [\d,]+ customers had bought by 31 January 1997"):
        cohorts.retention(cdnow_table, audience=march, as_of="1997-01-31")
    with pytest.raises(DataError, match=r"is no Audience.*Audience\.of_ids"):
        cohorts.retention(cdnow_table, audience=[1, 2, 3])


def kept(backend):
    found = backend.raw_sql("SELECT table_name FROM duckdb_tables()").df()["table_name"]
    return [name for name in found if "custintel" in name]


def test_the_second_question_about_the_same_customers_reads_nothing():
    table = tables.as_table(shop(1))
    result = cohorts.retention(table)
    assert cohorts.retention(table, audience=result.audience(age=1)).rows_scanned == result.purchases
    # Made anew, the audience says the same.
    assert cohorts.retention(table, audience=result.audience(age=1), kind="unbounded").rows_scanned == 0
    ids = result.audience(age=1).ids()
    assert cohorts.retention(table, audience=Audience.of_ids("a", table, ids)).rows_scanned
    assert cohorts.retention(table, audience=Audience.of_ids("b", table, ids[::-1])).rows_scanned == 0
    assert cohorts.retention(table, audience=Audience.of_ids("b", table, ids[1:])).rows_scanned


def test_explicit_ids_are_told_apart_in_combinations():
    table = tables.as_table(shop(1))
    one, two, three = (Audience.of_ids("few", table, ids) for ids in ([1, 2, 3], [3, 4, 5], [3, 4, 6]))
    assert one._meaning == Audience.of_ids("again", table, [3, 2, 1])._meaning
    assert (
        len({audience._meaning for audience in (one & two, one & three, one | two, one - two, two & one)})
        == 5
    )
    assert (one & two)._meaning == (one & two)._meaning


def test_filtered_questions_are_bounded_and_leave_the_main_one():
    table = tables.as_table(shop(1))
    backend = table.rows.get_backend()
    whole = cohorts.retention(table)
    before = len(kept(backend))
    for age in range(12):
        cohorts.retention(table, audience=whole.audience(age=age))
    gc.collect()
    backend.raw_sql("SELECT 1")
    cohorts.retention(table, audience=whole.audience(age=11))
    assert len(kept(backend)) <= before + 2 * store._MOST_AUDIENCES
    assert cohorts.retention(table).rows_scanned == 0
    assert cohorts.retention(table, audience=whole.audience(age=0)).rows_scanned > 0


def test_an_answer_outlives_what_the_store_forgets():
    table = tables.as_table(shop(1))
    whole = cohorts.retention(table)
    result = cohorts.retention(table, audience=whole.audience(age=1))
    chosen = result.audience(age=2)
    expected = np.intersect1d(whole.audience(age=1).ids(), whole.audience(age=2).ids())
    for age in range(3, 9):
        cohorts.retention(table, audience=whole.audience(age=age))
    gc.collect()
    np.testing.assert_array_equal(chosen.ids(), expected)
    assert result.bought_once == 0


def test_all_of_it_is_freed_with_the_table():
    table = tables.as_table(shop(1))
    backend = table.rows.get_backend()
    result = cohorts.retention(table, audience=Audience.of_ids("odd", table, range(1, 70, 2)))
    assert isinstance(result._summary, masks.MaskSummary)
    del table, result
    gc.collect()
    backend.raw_sql("SELECT 1")
    assert kept(backend) == []


def test_its_sql_stands_alone():
    frame = shop(4)
    table = tables.as_table(frame, name="sales")
    chosen = cohorts.retention(table, audience=regulars(table)).audience(age=1)
    with duckdb.connect() as connection:
        connection.register("sales", frame)
        found = connection.execute(chosen.to_sql()).df()["customer"]
    np.testing.assert_array_equal(np.sort(found), chosen.ids())


@pytest.mark.spark
class TestSpark:
    """DuckDB and PySpark in local mode."""

    @pytest.fixture
    def on_spark(self, spark):
        backend = ibis.pyspark.connect(spark)

        def make(frame, **arguments):
            name = f"shop_{len(backend.list_tables())}"
            spark.createDataFrame(frame).createOrReplaceTempView(name)
            return tables.as_table(backend.table(name), **arguments)

        return make

    @pytest.mark.parametrize("question", [QUESTIONS[0], QUESTIONS[4]])
    def test_it_is_the_filtered_table(self, on_spark, question):
        frame = shop(3)
        here, there = tables.as_table(frame, returns="net"), on_spark(frame, returns="net")
        audience = regulars(there)
        few = tables.as_table(frame[frame["customer"].isin(audience.ids())], returns="net")
        one = same_as_filtered(there, few, audience, question)
        # On Spark by a condition, on DuckDB by the same ids brought over.
        other = cohorts.retention(here, audience=audience, detect_truncation=False, **question)
        pd.testing.assert_frame_equal(one.frame, other.frame, check_exact=True)
        assert cohorts.retention(there, audience=regulars(there), **question).rows_scanned == 0
