"""Columns are found when only one fits, and asked for otherwise."""

import ibis
import pandas as pd
import pytest

from custintel_analytics.errors import DataError
from custintel_analytics.roles import find_roles, nearest_argument
from custintel_analytics.tables import as_table


def schema(columns):
    kinds = {"date": "date", "at": "timestamp", "time": "timestamp", "id": "int64", "no": "string"}

    def kind(name):
        return next((kinds[end] for end in kinds if name.lower().endswith(end)), "float64")

    return ibis.schema({name: kind(name) for name in columns.split()})


@pytest.mark.parametrize(
    "columns, found",
    [
        (
            "customer_id order_date amount",
            {"customer": "customer_id", "date": "order_date", "amount": "amount"},
        ),
        ("CUSTOMER_ID ORDER_DATE TOTAL_AMOUNT", {"amount": "TOTAL_AMOUNT", "date": "ORDER_DATE"}),
        ("CustomerID InvoiceDate InvoiceNo", {"customer": "CustomerID", "order": "InvoiceNo"}),
        ("userId createdAt revenue", {"customer": "userId", "date": "createdAt", "amount": "revenue"}),
        ("client-id purchase_date order_id sku_no", {"customer": "client-id", "order": "order_id"}),
        # A specific name goes before a general one.
        ("customer_id order_date created_at", {"date": "order_date"}),
        ("customer_id user_id date", {"customer": "customer_id"}),
    ],
)
def test_usual_names_are_found_in_any_case(columns, found):
    roles, _ = find_roles(schema(columns), {})
    assert found.items() <= roles.items()


@pytest.mark.parametrize(
    "columns, listed",
    [
        ("customer_id client_id date", "customer: 'customer_id', 'client_id'"),
        ("customer_id order_date invoice_date", "date: 'order_date', 'invoice_date'"),
        ("customer_id date revenue sales", "amount: 'revenue', 'sales'"),
    ],
)
def test_several_candidates_are_listed(columns, listed):
    with pytest.raises(DataError, match=f"Several columns could be the {listed}. Name one"):
        find_roles(schema(columns), {})


def test_an_ambiguous_minor_role_is_left_open_and_said():
    roles, doubts = find_roles(schema("customer_id date order_id invoice_id"), {})
    assert "order" not in roles
    assert doubts == [
        "Several columns could be the order ('order_id', 'invoice_id'); none is used. Name one: order=…"
    ]


def test_a_candidate_of_the_wrong_type_gives_way():
    found, _ = find_roles(
        ibis.schema({"customer": "int64", "date": "date", "total": "string", "revenue": "float64"}), {}
    )
    assert found["amount"] == "revenue"


def test_false_means_none():
    roles, doubts = find_roles(schema("customer_id date amount"), {"amount": False})
    assert "amount" not in roles
    assert doubts == []
    with pytest.raises(DataError, match="date=False is not possible"):
        find_roles(schema("customer_id date"), {"date": False})


def test_a_missing_role_lists_the_columns():
    with pytest.raises(DataError, match=r"No column is recognised as the customer\. Columns: who, date"):
        find_roles(schema("who date"), {})


def test_a_wrong_name_suggests_the_nearest(cdnow):
    with pytest.raises(DataError, match="Did you mean 'customer'"):
        as_table(cdnow, customer="custmer")
    assert as_table(cdnow, customer="CUSTOMER").roles["customer"] == "customer"


def test_an_unknown_argument_suggests_the_nearest(cdnow):
    with pytest.raises(TypeError, match=r"no argument 'custommer'\. Did you mean 'customer'"):
        as_table(cdnow, custommer="customer")
    assert nearest_argument("customer_id") == "customer"
    assert nearest_argument("revenue") == "amount"
    assert nearest_argument("time_zone") == "timezone"
    assert nearest_argument("return") == "returns"


def test_a_role_may_be_an_expression(cdnow):
    by_function = as_table(cdnow, amount=lambda t: t.quantity * 2)
    by_deferred = as_table(cdnow, amount=ibis._.quantity * 2)
    assert by_function.report.amount_total == by_deferred.report.amount_total == 2 * cdnow["quantity"].sum()
    assert by_function.roles["amount"] == "Multiply(quantity, 2)"
    assert {"quantity", "source_amount"} <= set(by_function.rows.columns)


@pytest.mark.parametrize(
    "amount, message",
    [
        (
            lambda t: t.quantiti,
            "fails on this table: AttributeError.*Columns: customer, date, quantity, amount",
        ),
        (lambda t: t.quantity.sum(), "not a value per row"),
        (5, "neither a column name nor an expression"),
    ],
)
def test_an_expression_that_does_not_work_is_explained(cdnow, amount, message):
    with pytest.raises(DataError, match=message):
        as_table(cdnow, amount=amount)


def test_quantity_and_price_hint_at_revenue():
    frame = pd.DataFrame({"customer": [1], "date": ["2021-01-01"], "Quantity": [2], "UnitPrice": [3.0]})
    assert (
        "No amount is known. For revenue: amount=lambda t: t['Quantity'] * t['UnitPrice']"
        in as_table(frame).report.sentences
    )
