"""Every kind of source gives the same table, and is left as it was."""

import threading
from pathlib import Path

import duckdb
import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from custintel_analytics.errors import Cancelled, DataError
from custintel_analytics.tables import as_table

SOURCES = [
    "pandas",
    "polars",
    "polars lazy",
    "pyarrow",
    "duckdb relation",
    "ibis",
    "ibis expression",
    "ibis memtable",
    "parquet",
    "parquet glob",
    "parquet folder",
    "list of parquet",
    "csv",
    "csv.gz",
]


@pytest.fixture
def make(cdnow, tmp_path):
    kept = []

    def source(kind):
        match kind:
            case "pandas":
                return cdnow
            case "polars":
                return pl.from_pandas(cdnow)
            case "polars lazy":
                return pl.from_pandas(cdnow).lazy()
            case "pyarrow":
                return pa.Table.from_pandas(cdnow, preserve_index=False)
            case "duckdb relation":
                connection = duckdb.connect()
                kept.append(connection)
                connection.register("frame", cdnow)
                return connection.sql("SELECT * FROM frame")
            case "ibis" | "ibis expression":
                backend = ibis.duckdb.connect()
                backend.con.register("frame", cdnow)
                table = backend.table("frame")
                return table if kind == "ibis" else table.filter(table.customer > 0)
            case "ibis memtable":
                return ibis.memtable(cdnow)
            case "csv" | "csv.gz":
                cdnow.to_csv(tmp_path / f"one.{kind}", index=False)
                return tmp_path / f"one.{kind}"
        cdnow.iloc[:30_000].to_parquet(tmp_path / "a.parquet")
        cdnow.iloc[30_000:].to_parquet(tmp_path / "b.parquet")
        cdnow.to_parquet(tmp_path / "all.pq")
        return {
            "parquet": str(tmp_path / "all.pq"),
            "parquet glob": str(tmp_path / "*.parquet"),
            "parquet folder": _folder(tmp_path, cdnow),
            "list of parquet": [tmp_path / "a.parquet", str(tmp_path / "b.parquet")],
        }[kind]

    return source


def _folder(tmp_path, frame):
    folder = tmp_path / "years" / "1997"
    folder.mkdir(parents=True)
    frame.to_parquet(folder / "part.parquet")
    return folder.parent


@pytest.mark.parametrize("kind", SOURCES)
def test_each_kind_of_source_reads_the_same(make, kind):
    report = as_table(make(kind)).report
    assert (report.rows, report.customers, report.amount_total) == (69_659, 23_570, 2_500_315.63)
    assert (str(report.first_date), str(report.last_date)) == ("1997-01-01", "1998-06-30")
    assert dict(zip(report.frame["check"], report.frame["rows"], strict=True))["identical rows"] == 255


def test_the_frame_of_the_user_is_unchanged(cdnow):
    before = cdnow.copy(deep=True)
    table = as_table(cdnow)
    assert table.report.rows == 69_659
    pd.testing.assert_frame_equal(cdnow, before)


def test_a_frame_that_is_changed_later_does_not_change_the_table(cdnow):
    table = as_table(cdnow)
    cdnow.loc[0, "amount"] = 1e6
    cdnow["customer"] = 1
    assert (table.report.amount_total, table.report.customers) == (2_500_315.63, 23_570)


def test_periods_are_read_as_their_first_day():
    months = pd.period_range("2021-01", "2021-02", freq="M")
    table = as_table(pd.DataFrame({"customer": [1, 2], "date": months}))
    assert str(table.report.last_date) == "2021-02-01"
    assert "Column 'date' holds periods; each is read as its first day." in table.report.sentences


def test_columns_without_a_value_are_missing_values():
    frame = pd.DataFrame({"customer": [1, 2], "date": "2021-01-01", "amount": [None, None]}, dtype=object)
    report = as_table(frame).report
    assert (report.rows, report.amount_total) == (2, None)
    assert as_table(frame.assign(customer=None)).left_out["reason"].tolist() == ["missing customer"]
    with pytest.raises(
        DataError, match="date column 'date' is of type float64, without a value in the first 2 rows"
    ):
        as_table(frame.assign(date=None))


def test_a_relation_leaves_its_connection_as_it_was(cdnow):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    connection.register("frame", cdnow)
    connection.execute("CREATE TABLE sales AS SELECT * FROM frame")

    def state():
        settings = connection.execute("SELECT name, value FROM duckdb_settings() ORDER BY name").fetchall()
        tables = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        views = connection.execute("SELECT view_name FROM duckdb_views() ORDER BY 1").fetchall()
        return settings, tables, views

    before = state()
    table = as_table(connection.sql("SELECT * FROM sales"))
    assert table.report.rows == 69_659
    assert table.backend == "duckdb"
    assert state() == before


def test_a_relation_can_be_joined_with_a_list_of_ids(cdnow):
    connection = duckdb.connect()
    connection.register("frame", cdnow)
    table = as_table(connection.sql("SELECT * FROM frame"))
    ids = ibis.memtable({"customer": [1, 2, 3]})
    found = table.execute(table.rows.semi_join(ids, "customer").aggregate(n=lambda t: t.count()))
    assert found["n"].tolist() == [int(cdnow["customer"].isin([1, 2, 3]).sum())]


def test_tables_of_frames_do_not_share_a_connection(cdnow):
    one, other = as_table(cdnow.iloc[:10]), as_table(cdnow.iloc[:20])
    assert one.lock is not other.lock
    assert (one.report.rows, other.report.rows) == (10, 20)


def test_tables_of_one_connection_share_its_lock(cdnow):
    backend = ibis.duckdb.connect()
    backend.con.register("a", cdnow)
    backend.con.register("b", cdnow)
    assert as_table(backend.table("a")).lock is as_table(backend.table("b")).lock


def test_the_default_backend_of_ibis_is_not_touched(cdnow):
    before = ibis.options.default_backend
    as_table(ibis.memtable(cdnow)).report  # noqa: B018
    assert ibis.options.default_backend is before


def test_a_named_index_is_a_column(cdnow):
    assert as_table(cdnow.set_index("customer")).report.customers == 23_570


def test_mixed_values_are_read_as_text_and_said():
    frame = pd.DataFrame(
        {"customer": [1, 2], "date": ["2021-01-01"] * 2, "InvoiceNo": [536365, "C536379"]}, dtype=object
    )
    table = as_table(frame)
    assert table.execute(table.rows)["order"].tolist() == ["536365", "C536379"]
    assert "Column 'InvoiceNo' holds int and str values; it is read as text." in table.report.sentences


@pytest.mark.parametrize(
    "content, days",
    [
        ("2021-05-02\n2021-06-02", ["2021-05-02", "2021-06-02"]),
        ("20210502\n20210602", ["2021-05-02", "2021-06-02"]),
        ("2021-05-02 23:59:59\n2021-06-02 00:00:00", ["2021-05-02", "2021-06-02"]),
        ("2021-05-02T23:30:00-02:00\n2021-06-02T00:00:00Z", ["2021-05-03", "2021-06-02"]),
    ],
)
def test_csv_dates_are_read_as_written(tmp_path, content, days):
    first, second = content.split("\n")
    (tmp_path / "x.csv").write_text(f"customer,date,amount\n1,{first},5\n2,{second},6\n")
    table = as_table(tmp_path / "x.csv")
    found = table.execute(table.rows.order_by("customer"))["date"].dt.strftime("%Y-%m-%d").tolist()
    assert found == days


@pytest.mark.parametrize("text", ["05/02/2021", "05/02/2021 10:00:00", "13.02.2021"])
def test_csv_dates_are_never_guessed(tmp_path, text):
    (tmp_path / "x.csv").write_text(f"customer,date,amount\n1,{text},5\n")
    with pytest.raises(DataError, match=r"as_timestamp\('%d.%m.%Y"):
        as_table(tmp_path / "x.csv")


def test_a_late_bad_date_in_a_csv_is_counted(tmp_path):
    rows = "1,2021-01-01,3\n" * 30_000
    (tmp_path / "x.csv").write_text(f"customer,date,amount\n{rows}2,not a date,4\n")
    table = as_table(tmp_path / "x.csv")
    assert table.left_out[["reason", "rows", "example"]].values.tolist() == [
        ["unparsable date", 1, "not a date"]
    ]


def test_a_csv_value_that_does_not_fit_names_its_line(tmp_path):
    rows = "1,2021-01-01,3\n" * 210_000
    (tmp_path / "x.csv").write_text(f"customer,date,amount\n{rows}2,2021-01-01,n/a\n")
    table = as_table(tmp_path / "x.csv")
    with pytest.raises(DataError, match=r'Line: 210002.*n/a.*"amount"'):
        table.report  # noqa: B018


@pytest.mark.parametrize(
    "data, message",
    [
        ({"customer": [1]}, "builtins.dict can't be read as a table"),
        (None, "NoneType can't be read"),
        ([], "builtins.list can't be read"),
        ("nowhere/*.parquet", "No file is found at 'nowhere/\\*.parquet'"),
        ("nowhere.csv", "No file is found at 'nowhere.csv'"),
    ],
)
def test_what_is_no_source_is_refused(data, message):
    with pytest.raises(DataError, match=message):
        as_table(data)


def test_a_connection_is_not_a_table():
    with duckdb.connect() as connection, pytest.raises(DataError, match=r"connection\.table\('sales'\)"):
        as_table(connection)


def test_files_that_are_none_are_refused(tmp_path, cdnow):
    (tmp_path / "x.xlsx").write_text("x")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "broken.parquet").write_text("no parquet")
    cdnow.iloc[:5].to_parquet(tmp_path / "good.parquet")
    cdnow.iloc[:5].to_csv(tmp_path / "good.csv")
    with pytest.raises(DataError, match="neither Parquet nor CSV"):
        as_table(tmp_path / "x.xlsx")
    with pytest.raises(DataError, match="is empty"):
        as_table(tmp_path / "empty.csv")
    with pytest.raises(DataError, match="can't be read"):
        as_table(tmp_path / "broken.parquet")
    with pytest.raises(DataError, match="mix CSV and Parquet"):
        as_table([tmp_path / "good.parquet", tmp_path / "good.csv"])


def test_unbound_and_mixed_ibis_tables_are_refused(cdnow):
    unbound = ibis.table({"customer": "int64", "date": "date"}, name="t")
    with pytest.raises(DataError, match="not bound to a connection"):
        as_table(unbound)
    one, other = ibis.duckdb.connect(":memory:one"), ibis.duckdb.connect(":memory:other")
    one.con.register("a", cdnow)
    other.con.register("b", cdnow)
    joined = one.table("a").semi_join(other.table("b"), "customer")
    with pytest.raises(DataError, match="joins 2 connections"):
        as_table(joined)


def test_columns_that_differ_in_case_only_are_refused(cdnow):
    with pytest.raises(DataError, match="'amount' and 'Amount'"):
        as_table(cdnow.assign(Amount=1.0))
    with pytest.raises(DataError, match="'date' and 'date'"):
        as_table(pd.concat([cdnow, cdnow[["date"]]], axis=1))


def test_a_running_query_can_be_stopped(cdnow):
    table = as_table(cdnow)
    numbers = ibis.range(0, 10**6).unnest().name("n").as_table()
    endless = numbers.cross_join(numbers.view()).cross_join(table.rows).aggregate(n=lambda t: t.count())
    done = threading.Event()

    def stop():
        while not done.wait(0.05):
            table.interrupt()

    thread = threading.Thread(target=stop)
    thread.start()
    try:
        with pytest.raises(Cancelled):
            table.execute(endless)
    finally:
        done.set()
        thread.join()
    assert table.report.rows == 69_659


def test_spilled_rows_do_not_go_to_the_working_directory(cdnow, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = as_table(cdnow)
    place = table.source.get_backend().raw_sql("SELECT current_setting('temp_directory')").fetchone()[0]
    assert Path(place).is_absolute()
    assert not Path(place).is_relative_to(tmp_path)
