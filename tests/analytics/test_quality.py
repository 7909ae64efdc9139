"""The report says what is in the data, and what was done with it."""

import datetime as dt
from html.parser import HTMLParser

import pandas as pd
import pyarrow as pa
import pytest

from custintel_analytics import datasets
from custintel_analytics.errors import DataError
from custintel_analytics.tables import as_table


def counts(report):
    return dict(zip(report.frame["check"], report.frame["rows"], strict=True))


def verdicts(report):
    return dict(zip(report.frame["check"], report.frame["verdict"], strict=True))


def online_retail_table(source, **options):
    return as_table(
        source,
        customer="CustomerID",
        date="InvoiceDate",
        order="InvoiceNo",
        amount=lambda t: t.Quantity * t.UnitPrice,
        **options,
    )


def test_cdnow_says_what_is_known_of_it(cdnow):
    report = as_table(cdnow).report
    assert report.sentences == (
        "69,659 purchases, 23,570 customers, 1 January 1997 – 30 June 1998, 2,500,315.63 in all.",
        "80 rows have the amount 0: kept.",
        "255 rows have the same values as an earlier row in every column: kept.",
        "No new customer after 25 March 1997: the data follow a fixed group of people.",
        "Read as: customer = customer, date = date, amount = amount.",
    )
    assert (report.rows, report.source_rows, report.customers) == (69_659, 69_659, 23_570)
    assert (report.first_date, report.last_date) == (dt.date(1997, 1, 1), dt.date(1998, 6, 30))
    assert report.last_new_customer == dt.date(1997, 3, 25)
    assert report.amount_total == 2_500_315.63
    assert report.left_out.empty
    assert {check: rows for check, rows in counts(report).items() if rows} == {
        "amount of 0": 80,
        "identical rows": 255,
    }
    assert str(report).splitlines()[0] == report.sentences[0]


def test_online_retail_by_default(online_retail_path):
    table = online_retail_table(online_retail_path)
    left = table.left_out.set_index("reason")["rows"].to_dict()
    # Published: 135,080 lines without a customer. 8,905 of the negative lines have one.
    assert left == {"missing customer": 135_080, "negative amount": 8_905}
    report = table.report
    assert (report.source_rows, report.rows, report.customers) == (541_909, 397_924, 4_339)
    assert report.rows + sum(left.values()) == report.source_rows
    # The 40 lines at price zero bring one customer more than the published clean table, and no money.
    assert report.amount_total == 8_911_407.90
    found = counts(report)
    assert found["order id like a cancellation (C…)"] == 9_288
    assert verdicts(report)["order id like a cancellation (C…)"] == "left out for other reasons"
    assert found["amount of 0"] == 40
    assert found["amount finer than 0.01"] == 4
    assert (
        "9,288 rows belong to an order whose id begins with C, as cancelled invoices do, for example "
        "C536379: none of them is used as a purchase." in report.sentences
    )
    assert any(sentence.startswith("135,080 rows (25 %) have no customer") for sentence in report.sentences)


def test_online_retail_cleaned_is_the_published_table(online_retail_path):
    whole = online_retail_table(online_retail_path)
    clean = whole.source.filter(lambda t: (t.Quantity > 0) & (t.UnitPrice > 0))
    table = online_retail_table(clean)
    report = table.report
    assert (report.rows, report.customers, report.amount_total) == (397_884, 4_338, 8_911_407.90)
    assert counts(report)["amount of 0"] == 0
    invoices = table.execute(table.rows.aggregate(n=lambda t: t.order.nunique()))
    assert invoices["n"].tolist() == [18_532]


def test_online_retail_net_of_returns(online_retail_path):
    table = online_retail_table(online_retail_path, returns="net")
    report = table.report
    frame = pd.read_parquet(online_retail_path, columns=["CustomerID", "Quantity", "UnitPrice"])
    known = frame.dropna(subset="CustomerID")
    assert report.amount_total == pytest.approx((known["Quantity"] * known["UnitPrice"]).sum(), abs=0.01)
    assert report.returns_rows == 8_905
    assert table.left_out["reason"].tolist() == ["missing customer"]
    assert verdicts(report)["negative amount"] == "netted from revenue"


def test_online_retail_counts_to_the_tenth_of_a_penny(online_retail_path):
    report = online_retail_table(online_retail_path, decimals=3).report
    assert report.amount_total == 8_911_407.904
    assert counts(report)["amount finer than 0.001"] == 0


def test_online_retail_as_a_frame_is_the_same(online_retail_path):
    frame = datasets.online_retail(online_retail_path)
    assert len(frame) == 541_909
    one, other = online_retail_table(frame).report, online_retail_table(online_retail_path).report
    # pandas holds the ids as floats, because some are missing, so one check more is made.
    floats = one.frame[one.frame["check"] != "fractional customer"].reset_index(drop=True)
    pd.testing.assert_frame_equal(floats, other.frame)
    assert one.sentences == other.sentences


def test_cancellations_that_are_used_are_said():
    data = pa.table({"customer": [1, 2, 3], "date": ["2021-01-01"] * 3, "order": ["C12", "17", "CARD-5"]})
    report = as_table(data).report
    assert counts(report)["order id like a cancellation (C…)"] == 1
    assert report.sentences[1] == (
        "1 row belongs to an order whose id begins with C, as cancelled invoices do, for example C12: "
        "1 of them are used as purchases."
    )


def test_duplicates_are_counted_and_kept():
    data = pa.table(
        {"customer": [1, 1, 1, 2, 2], "date": ["2021-01-01"] * 5, "amount": [1.0, 1.0, 1.0, 1.0, 2.0]}
    )
    report = as_table(data).report
    assert counts(report)["identical rows"] == 2
    assert report.rows == 5


def test_what_should_be_looked_at_is_said():
    data = pa.table(
        {
            "customer": ["nan", "Guest", "a", "b"],
            "date": ["2021-01-01", "2021-01-02", "1970-01-01", "1900-01-01"],
            "order": ["1", None, "2", "3"],
        }
    )
    report = as_table(data).report
    found = counts(report)
    assert found["customer that stands for nobody"] == 2
    assert found["date of 1 January 1970 or 1900"] == 2
    assert found["missing order"] == 1
    assert "1 row has no order id: kept." in report.sentences
    assert report.rows == 4


def test_examples_show_what_was_found():
    data = pa.table(
        {
            "customer": [None, 2, 3, 4, 5],
            "date": ["2021-05-04", None, "soon", "2999-01-01", "2021-01-01"],
            "amount": [1.0, 1.0, 1.0, 1.0, float("inf")],
        }
    )
    shown = as_table(data).left_out.set_index("reason")["example"].to_dict()
    assert shown == {
        "missing customer": "a row of 4 May 2021",
        "missing date": "a row of customer 2",
        "unparsable date": "soon",
        "date in the future": "2999-01-01",
        "amount out of range": "inf",
    }
    assert as_table(data).left_out["remedy"].str.len().min() > 10


@pytest.mark.parametrize(
    "rows, sentence",
    [
        ({"customer": [1, 2], "date": ["2021-01-01"] * 2}, "All purchases fall on one day"),
        ({"customer": [1, 1], "date": ["2021-01-01", "2021-02-01"]}, "There is only one customer."),
    ],
)
def test_little_data_is_said(rows, sentence):
    assert any(said.startswith(sentence) for said in as_table(pa.table(rows)).report.sentences)


def test_nothing_to_use_is_said():
    report = as_table(pa.table({"customer": [1], "date": ["2999-01-01"], "amount": [1.0]})).report
    assert report.sentences[0] == "No usable purchase: every row is left out."
    assert (report.first_date, report.amount_total, report.customers) == (None, None, 0)


class Outline(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_the_html_is_whole_and_needs_nothing_else(cdnow):
    page = as_table(cdnow.assign(**{"<b>": 1})).report._repr_html_()
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    assert "69,659 purchases" in "".join(outline.text)
    assert "identical rows" in outline.text
    assert not any({"src", "href", "onclick"} & set(attributes) for _, attributes in outline.tags)
    # The theme of the notebook decides the colours.
    assert all("#" not in attributes.get("style", "") for _, attributes in outline.tags)


def test_text_of_the_data_is_escaped_in_html():
    data = pa.table({"customer": [1, 2], "date": ["2021-01-01", "<script>alert(1)</script>"]})
    page = as_table(data).report._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_online_retail_without_its_file(monkeypatch, tmp_path):
    monkeypatch.delenv(datasets.DATA_VARIABLE, raising=False)
    with pytest.raises(DataError, match="let the environment variable CUSTINTEL_DATA name the folder"):
        datasets.online_retail()
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(tmp_path))
    with pytest.raises(DataError, match=r"There is no file .*CUSTINTEL_DATA="):
        datasets.online_retail()
    with pytest.raises(DataError, match=r"There is no file 'nowhere\.parquet'"):
        datasets.online_retail("nowhere.parquet")


def test_online_retail_is_found_in_the_data_folder(monkeypatch, online_retail_path):
    monkeypatch.setenv(datasets.DATA_VARIABLE, str(online_retail_path.parents[1]))
    assert datasets.online_retail()["CustomerID"].nunique() == 4_372


def test_cdnow_is_as_published(cdnow):
    assert cdnow.dtypes.astype(str).to_dict() == {
        "customer": "int64",
        "date": "datetime64[us]",
        "quantity": "int64",
        "amount": "float64",
    }
    assert (len(cdnow), cdnow["customer"].nunique(), round(cdnow["amount"].sum(), 2)) == (
        69_659,
        23_570,
        2_500_315.63,
    )
    assert (int((cdnow["amount"] == 0).sum()), int(cdnow.duplicated().sum())) == (80, 255)
