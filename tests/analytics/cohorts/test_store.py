"""What is kept, when it is read again, when it is freed, and how work is stopped."""

import gc
import threading
import time

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest

from custintel_analytics import cohorts, tables
from custintel_analytics.errors import Cancelled


def small(size=500, seed=1):
    random = np.random.default_rng(seed)
    dates = pd.Timestamp("2023-01-01") + pd.to_timedelta(random.integers(0, 400, size), unit="D")
    return pd.DataFrame({"customer": random.integers(1, 60, size), "date": dates, "amount": 1.0})


def kept(backend):
    return [
        name
        for name in backend.raw_sql("SELECT table_name FROM duckdb_tables()").df()["table_name"]
        if "custintel" in name
    ]


def test_later_questions_read_nothing():
    table = tables.as_table(small())
    assert cohorts.retention(table).rows_scanned == 500
    for question in (
        {"kind": "unbounded"}, {"kind": "bracket"}, {"cohort_grain": "week"}, {"cohort_grain": "year"},
        {"level": 0.8}, {"values": ()}, {"values": ("orders",)}, {"brackets": (0, 2)},
    ):  # fmt: skip
        assert cohorts.retention(table, **question).rows_scanned == 0
    for question in ({"grain": "week"}, {"window": "elapsed"}, {"as_of": "2023-06-30"}, {"by": "amount"}):
        result = cohorts.retention(table, **question)
        assert result.rows_scanned == result.purchases > 0


def test_kept_tables_are_freed_with_the_table():
    table = tables.as_table(small())
    backend = table.rows.get_backend()
    result = cohorts.retention(table)
    cohorts.retention(table, grain="day")
    assert kept(backend)
    del table, result
    gc.collect()
    backend.raw_sql("SELECT 1")
    assert kept(backend) == []


def test_kept_tables_are_bounded_and_an_audience_keeps_its_own():
    table = tables.as_table(small())
    backend = table.rows.get_backend()
    audience = cohorts.retention(table).audience(age=1)
    expected = audience.ids()
    for month in range(1, 12):
        cohorts.retention(table, as_of=f"2023-{month:02d}-28", values=())
    gc.collect()
    assert len(kept(backend)) <= 8
    np.testing.assert_array_equal(audience.ids(), expected)


def test_freeing_waits_for_a_running_query():
    table = tables.as_table(small())
    backend, engine_lock = table.rows.get_backend(), table.lock
    cohorts.retention(table)
    holds, done = threading.Event(), threading.Event()

    def hold():
        with engine_lock:
            holds.set()
            done.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait(5)
    del table
    gc.collect()
    assert kept(backend)
    done.set()
    thread.join()


def test_progress_rises_to_the_end():
    seen = []
    cohorts.retention(tables.as_table(small()), progress=lambda *step: seen.append(step))
    done, total, messages = zip(*seen, strict=True)
    assert list(done) == sorted(done)
    assert done[-1] == total[-1] == total[0]
    assert all(messages)


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_progress_may_stop_the_work(at):
    table = tables.as_table(small())

    def stop(done, total, message):
        if done == at:
            raise Cancelled("enough")

    with pytest.raises(Cancelled, match="enough"):
        cohorts.retention(table, progress=stop)
    assert cohorts.retention(table).customers == small()["customer"].nunique()


def test_an_interrupt_stops_the_query():
    connection = ibis.duckdb.connect()
    day = "DATE '2020-01-01' + CAST((i * 104729) % 700 AS INTEGER)"
    rows = f"SELECT (i * 7919) % 5000003 AS customer, {day} AS date FROM range(80000000) t(i)"
    connection.raw_sql(f"CREATE VIEW purchases AS {rows}")
    table = tables.as_table(connection.table("purchases"), amount=False)
    timer = threading.Timer(1.0, table.interrupt)
    timer.start()
    started = time.perf_counter()
    with pytest.raises(Cancelled):
        cohorts.retention(table, as_of="2021-06-30")
    assert time.perf_counter() - started < 20
    timer.cancel()
    assert kept(connection) == []


def test_a_read_only_database(tmp_path):
    path = tmp_path / "shop.duckdb"
    frame = small()
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE purchases AS SELECT * FROM frame")
    assert len(frame) == 500
    backend = ibis.duckdb.connect(path, read_only=True)
    result = cohorts.retention(backend.table("purchases"))
    assert result.purchases == 500
    assert result.audience(age=0).size == result.customers
