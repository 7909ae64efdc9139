"""What a table's rows are, whatever the data hold."""

import datetime as dt
import subprocess
import sys

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from custintel_analytics.errors import DataError
from custintel_analytics.tables import Table, as_table


def days_of(table):
    return table.execute(table.rows.order_by("customer"))["date"].dt.strftime("%Y-%m-%d").tolist()


def test_rows_have_roles_first_and_the_rest_after(cdnow):
    table = as_table(
        cdnow.rename(columns={"customer": "client_id", "date": "order_date"}).assign(channel=1.5, note="x")
    )
    assert dict(table.rows.schema().items()) == {
        "customer": ibis.dtype("int64"),
        "date": ibis.dtype("date"),
        "amount": ibis.dtype("float64"),
        "amount_minor": ibis.dtype("int64"),
        "channel": ibis.dtype("float64"),
        "quantity": ibis.dtype("int64"),
        "note": ibis.dtype("string"),
    }
    assert table.roles == {
        "customer": "client_id",
        "date": "order_date",
        "amount": "amount",
        "channel": "channel",
    }
    assert repr(table).startswith("Table 'transactions' on duckdb: customer = client_id, date = order_date")


def test_a_column_that_is_called_like_a_role_steps_aside(cdnow):
    frame = cdnow.rename(columns={"date": "bought"}).assign(
        date="x", amount_minor=7, source_date=8, Channel="a", Metric="b"
    )
    table = as_table(frame, date="bought", channel=False, metric=False)
    assert list(table.rows.columns)[4:] == [
        "quantity",
        "source_source_date",
        "source_amount_minor",
        "source_date",
        "source_Channel",
        "source_Metric",
    ]
    row = table.execute(table.rows.limit(1)).iloc[0]
    assert (row["source_source_date"], row["source_amount_minor"], row["source_date"]) == ("x", 7, 8)


def test_returns_are_left_out_netted_or_refused():
    data = pa.table({"customer": [1, 1, 2], "date": ["2021-01-01"] * 3, "amount": [5.0, -2.0, -1.0]})
    excluded = as_table(data)
    assert excluded.returns is None
    assert excluded.report.amount_total == 5.0
    assert excluded.left_out[["reason", "rows", "example"]].values.tolist() == [["negative amount", 2, "-2"]]

    netted = as_table(data, returns="net")
    assert netted.left_out.empty
    assert netted.execute(netted.returns)["amount_minor"].sum() == -300
    assert list(netted.returns.columns) == list(netted.rows.columns)
    assert (netted.report.amount_total, netted.report.returns_rows, netted.report.returns_total) == (
        2.0,
        2,
        -3.0,
    )
    assert netted.report.customers == 1

    with pytest.raises(
        DataError, match="2 rows have a negative amount in 'amount', for example -2"
    ) as caught:
        as_table(data, returns="error")
    assert (caught.value.column, caught.value.count, caught.value.example) == ("amount", 2, "-2")
    assert as_table(data, amount=False, returns="error").report.rows == 3
    assert as_table(data.slice(0, 1), returns="error").report.rows == 1


def test_today_is_the_last_day():
    data = pa.table({"customer": [1, 2], "date": ["2021-01-01", "2021-01-02"]})
    assert as_table(data, today="2021-01-01").report.rows == 1
    assert as_table(data, today=dt.date(2021, 1, 2)).report.rows == 2
    tomorrow = (dt.date.today() + dt.timedelta(days=1)).isoformat()
    data = pa.table({"customer": [1, 2], "date": [dt.date.today().isoformat(), tomorrow]})
    assert as_table(data).report.rows == 1


@pytest.mark.parametrize(
    "argument, message",
    [
        ({"check": "ful"}, "check='ful' is not known. Choose one of 'schema', 'full'"),
        ({"returns": "drop"}, "Choose one of 'exclude', 'net', 'error'"),
        ({"timezone": "Berlin"}, "timezone='Berlin' is not a time zone. Near to it: Europe/Berlin"),
        ({"timezone": 1}, "is not a time zone"),
        ({"decimals": 2.5}, "decimals=2.5 is not possible"),
        ({"decimals": 9}, "decimals=9 is not possible"),
        ({"today": "31.12.2020"}, "today='31.12.2020' is not a date"),
        ({"today": 2020}, "today=2020 is not a date"),
        ({"name": ""}, "name='' is not a name"),
    ],
)
def test_impossible_settings_are_explained(cdnow, argument, message):
    with pytest.raises(DataError, match=message):
        as_table(cdnow, **argument)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"customer": True}, "customer column 'customer' is of type boolean, for example True"),
        ({"customer": pd.Timestamp("2021-01-01")}, "customer column 'customer' is of type timestamp"),
        (
            {"customer": 1.5},
            "customer column 'customer' is of type float64, for example 1.5. An id has no fractions",
        ),
        (
            {"date": 1.5},
            "date column 'date' is of type float64, for example 1.5. A number with decimals is no date",
        ),
        ({"date": True}, "date column 'date' is of type boolean, for example True. Name a column with dates"),
        ({"date": 852076800}, r"for example 852076800. .*as_timestamp\('s'\)"),
        ({"date": "01.02.1997"}, r"for example '01.02.1997'. .*as_timestamp\('%d.%m.%Y'\).*'%m.%d.%Y'"),
        ({"date": "1 March 1997"}, r"as_timestamp\('%d %B %Y'\)"),
        ({"amount": "11.77"}, r"for example '11.77'. The text holds numbers: .*try_cast\('float64'\)"),
        ({"amount": "€ 1,100.00"}, "for example '€ 1,100.00'. Turn the text into numbers"),
        ({"amount": True}, "True and false are no amounts"),
        ({"amount": pd.Timestamp("2021-01-01")}, "amount column 'amount' is of type timestamp.*amount=False"),
    ],
)
def test_a_type_that_cannot_play_its_role_is_explained(cdnow, change, message):
    with pytest.raises(DataError, match=message) as caught:
        as_table(cdnow.assign(**change))
    assert caught.value.column == next(iter(change))


def test_a_nested_column_is_refused(cdnow):
    with pytest.raises(DataError, match=r"channel column 'channel' is of type array.*Take one value out"):
        as_table(cdnow.head(3).assign(channel=[["a"], ["b"], ["c"]]))


def test_the_remedies_in_the_messages_work():
    texts = pa.table({"customer": [1], "date": ["01.02.1997"], "amount": ["€ 1,100.50"]})
    table = as_table(
        texts,
        date=lambda t: t["date"].as_timestamp("%d.%m.%Y"),
        amount=lambda t: t["amount"].replace("€", "").replace(",", "").try_cast("float64"),
    )
    assert (days_of(table), table.report.amount_total) == (["1997-02-01"], 1100.5)
    seconds = as_table(
        pa.table({"customer": [1], "at": [852076800]}), date=lambda t: t["at"].as_timestamp("s")
    )
    assert days_of(seconds) == ["1997-01-01"]


def test_a_value_that_an_expression_cannot_convert_is_explained(cdnow):
    table = as_table(cdnow.assign(price="5").replace({"price": {}}), amount=lambda t: t.price.cast("float64"))
    assert table.report.amount_total == 5.0 * 69_659
    broken = cdnow.assign(price=["5"] * 69_658 + ["?"])
    table = as_table(broken, amount=lambda t: t.price.cast("float64"))
    with pytest.raises(DataError, match=r"'\?'.*try_cast"):
        table.report  # noqa: B018


def test_no_rows_is_an_error(cdnow):
    with pytest.raises(DataError, match="The table has no rows") as caught:
        as_table(cdnow.iloc[:0])
    assert caught.value.count == 0


def test_the_full_check_refuses_a_table_without_a_purchase(cdnow):
    assert as_table(cdnow, today="1990-01-01").report.rows == 0
    with pytest.raises(DataError, match=r"No usable purchase.*69,659 rows \(100 %\) are dated in the future"):
        as_table(cdnow, today="1990-01-01", check="full")
    assert as_table(cdnow, check="full").settings.check == "full"


def test_a_table_is_a_table_already(cdnow):
    table = as_table(cdnow)
    assert as_table(table) is table
    with pytest.raises(DataError, match="has its roles already"):
        as_table(table, amount="quantity")
    assert as_table(table.source, amount="quantity").report.amount_total == cdnow["quantity"].sum()


def test_the_schema_check_reads_no_more_than_the_first_rows(cdnow, monkeypatch):
    backend = ibis.duckdb.connect()
    backend.con.register("sales", cdnow)
    asked = []
    original = backend.to_pyarrow
    monkeypatch.setattr(backend, "to_pyarrow", lambda expr: asked.append(ibis.to_sql(expr)) or original(expr))
    table = as_table(backend.table("sales"))
    assert len(asked) == 1
    assert asked[0].rstrip().endswith("LIMIT 100")
    table.left_out  # noqa: B018
    table.left_out  # noqa: B018
    assert len(asked) == 2
    table.report  # noqa: B018
    table.report  # noqa: B018
    assert len(asked) == 3
    other = as_table(backend.table("sales"), check="full")
    assert other.left_out.empty
    assert len(asked) == 5


def test_results_come_with_plain_types(cdnow):
    table = as_table(cdnow)
    frame = table.execute(
        table.rows.aggregate(
            day=lambda t: t.date.max(), rows=lambda t: t.count(), minor=lambda t: t.amount_minor.sum()
        )
    )
    assert frame.dtypes.astype(str).to_dict() == {"day": "datetime64[us]", "rows": "int64", "minor": "int64"}
    assert table.execute(table.rows.count()).iloc[0, 0] == 69_659


def test_unbound_sql_runs_over_the_users_own_table(cdnow):
    backend = ibis.duckdb.connect()
    upper = cdnow.rename(columns={"customer": "CUSTOMER_ID", "date": "ORDER_DATE", "amount": "TOTAL_AMOUNT"})
    backend.con.register("SALES", upper)
    table = as_table(backend.table("SALES"))
    assert table.name == "SALES"
    unbound = table.unbound()
    assert isinstance(unbound, Table)
    assert unbound.backend == "unbound"
    revenue = unbound.rows.aggregate(total=lambda t: t.amount_minor.sum())
    snowflake = str(ibis.to_sql(revenue, dialect="snowflake"))
    assert 'FROM "SALES"' in snowflake
    assert '"ORDER_DATE"' in snowflake
    ran = backend.raw_sql(str(ibis.to_sql(revenue, dialect="duckdb"))).fetchall()
    assert ran == [(250_031_563,)]
    with pytest.raises(DataError, match="only makes SQL"):
        unbound.execute(revenue)
    with pytest.raises(DataError, match="only makes SQL"):
        unbound.report  # noqa: B018


def test_unbound_keeps_a_query_of_the_user(cdnow):
    backend = ibis.duckdb.connect()
    backend.con.register("sales", cdnow)
    table = as_table(backend.table("sales").filter(lambda t: t.quantity > 1), returns="net")
    sql = str(ibis.to_sql(table.unbound().rows, dialect="postgres"))
    assert '"quantity" > 1' in sql
    assert 'FROM "sales"' in sql
    assert table.unbound().returns is not None
    assert 'FROM "orders"' in str(
        ibis.to_sql(as_table(cdnow, name="orders").unbound().rows, dialect="postgres")
    )
    memory = as_table(ibis.memtable(cdnow).filter(lambda t: t.quantity > 1))
    assert 'FROM "transactions"' in str(ibis.to_sql(memory.unbound().rows, dialect="postgres"))


def test_importing_is_fast_and_light():
    code = (
        "import sys, time; start = time.perf_counter(); import custintel_analytics.tables; "
        "heavy = {'pandas', 'ibis', 'duckdb', 'pyarrow', 'numpy'} & set(sys.modules); "
        "print(time.perf_counter() - start, *heavy)"
    )
    seconds, *heavy = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert heavy == []
    assert float(seconds) < 0.35
