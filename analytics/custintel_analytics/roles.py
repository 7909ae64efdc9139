"""Which column plays which role: named by the user, or found when only one fits."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import ibis.expr.schema as sch
    import ibis.expr.types as ir

ROLES = ("customer", "date", "amount", "order", "product", "channel", "variant", "metric")
DERIVED = ("amount_minor",)

# Names as they are met, in lower case without punctuation. Within a role an earlier group wins over a later
# one; two columns of the same group are ambiguous.
SYNONYMS: Mapping[str, tuple[frozenset[str], ...]] = MappingProxyType(
    {
        role: tuple(frozenset(group.split()) for group in groups)
        for role, groups in {
            "customer": (
                "customer",
                "customerid customerno customernr customernumber customerkey customercode "
                "customeruid customeruniqueid custid custno custkey cust clientid clientno client "
                "buyerid buyer shopperid memberid member householdid householdkey",
                "userid user useruid uid visitorid accountid account contactid subscriberid",
            ),
            "date": (
                "date",
                "orderdate orderdatetime orderedat orderts ordertimestamp ordertime orderpurchasetimestamp "
                "invoicedate invoicedatetime purchasedate purchasedat purchasetime purchasetimestamp "
                "transactiondate transactiondatetime transactiontime transactiontimestamp transactionat "
                "txndate trxdate saledate salesdate soldat bookingdate paymentdate paidat receiptdate",
                "datetime day timestamp ts time createdat creationdate eventdate eventtime eventtimestamp",
            ),
            "amount": (
                "amount",
                "orderamount ordervalue ordertotal orderrevenue invoiceamount invoicetotal invoicevalue "
                "purchaseamount purchasevalue transactionamount transactionvalue transactiontotal txnamount "
                "trxamount saleamount salesamount salesvalue lineamount linetotal linevalue linerevenue "
                "totalamount totalprice totalvalue netamount grossamount netsales grosssales netrevenue "
                "grossrevenue paymentvalue paymentamount dollarvalue amountpaid amountspent totalspent",
                "revenue sales spend spent turnover gmv total value monetaryvalue",
            ),
            "order": (
                "order",
                "orderid orderno ordernr ordernumber orderkey ordercode invoice invoiceid invoiceno "
                "invoicenr invoicenumber transactionid transactionno transactionnumber txnid trxid "
                "basketid basket receiptid receiptno receiptnumber receipt ticketid ticketno",
            ),
            "product": (
                "product",
                "productid productno productcode productkey sku skuid stockcode itemid itemno itemcode item "
                "articleid articleno article asin",
            ),
            "channel": (
                "channel",
                "saleschannel marketingchannel acquisitionchannel channelname orderchannel",
            ),
            "variant": ("variant", "variantid experimentvariant testgroup abgroup"),
            "metric": ("metric",),
        }.items()
    }
)
REQUIRED = ("customer", "date")
DECISIVE = ("customer", "date", "amount")
_QUANTITY = frozenset(("quantity", "qty", "units", "unitssold", "numberofitems"))
_PRICE = frozenset(("unitprice", "price", "itemprice", "priceperunit"))
_OTHERS = ("name", "check", "returns", "timezone", "decimals", "today")


def normal(name: str) -> str:
    """A column name without case and punctuation: ``CUSTOMER_ID`` and ``customerId`` are the same."""
    return "".join(character for character in name.lower() if character.isalnum())


def find_roles(schema: sch.Schema, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Complete the roles that were given by those that the columns' names make unambiguous.

    Parameters
    ----------
    schema
        The source's columns and their types.
    given
        Role to column name or expression; ``None`` asks to look for it, ``False`` says that there is none.

    Returns
    -------
    tuple
        Role to column name or expression; and what people should know about roles that were not filled.

    Raises
    ------
    DataError
        When a required role is not found, or several columns could be the customer, the date or the amount.
    """
    columns = tuple(schema.names)
    found: dict[str, Any] = {}
    doubts: list[str] = []
    for role, wanted in given.items():
        if isinstance(wanted, str):
            found[role] = exact_column(wanted, columns, role)
        elif wanted is False and role in REQUIRED:
            raise DataError(f"{role}=False is not possible: every question here needs a {role}.", column=role)
        elif wanted is not None and wanted is not False:
            found[role] = wanted
    taken = {value for value in found.values() if isinstance(value, str)}
    for role in ROLES:
        if role in found or given.get(role) is False:
            continue
        candidates = _candidates(role, schema, taken)
        if len(candidates) == 1:
            found[role] = candidates[0]
            taken.add(candidates[0])
        elif candidates:
            listed = ", ".join(map(repr, candidates))
            if role not in DECISIVE:
                doubts.append(
                    f"Several columns could be the {role} ({listed}); none is used. Name one: {role}=…"
                )
                continue
            none = " (amount=False: there is none)" if role == "amount" else ""
            raise DataError(
                f"Several columns could be the {role}: {listed}. Name one: {role}={candidates[0]!r}{none}.",
                column=role,
            )
        elif role in REQUIRED:
            raise DataError(
                f"No column is recognised as the {role}. Columns: {_listing(columns)}. "
                f"Name it: {role}={columns[0]!r}, or pass an expression: {role}=lambda t: …",
                column=role,
            )
    if "amount" not in found and given.get("amount") is None:
        doubts += _revenue_hint(columns)
    return {role: found[role] for role in ROLES if role in found}, doubts


def _revenue_hint(columns: tuple[str, ...]) -> list[str]:
    quantity = [column for column in columns if normal(column) in _QUANTITY]
    price = [column for column in columns if normal(column) in _PRICE]
    if not (quantity and price):
        return []
    return [f"No amount is known. For revenue: amount=lambda t: t[{quantity[0]!r}] * t[{price[0]!r}]"]


def exact_column(name: str, columns: tuple[str, ...], role: str) -> str:
    """The column called `name`, found also when only upper and lower case differ."""
    if name in columns:
        return name
    same = [column for column in columns if column.lower() == name.lower()]
    if len(same) == 1:
        return same[0]
    if same:
        raise DataError(
            f"{role}={name!r} fits several columns: {', '.join(map(repr, same))}. Write it in its own case.",
            column=name,
        )
    near = difflib.get_close_matches(name.lower(), [column.lower() for column in columns], n=1)
    nearest = next((column for column in columns if near and column.lower() == near[0]), None)
    hint = f" Did you mean {nearest!r}?" if nearest else ""
    raise DataError(
        f"{role}={name!r}: there is no such column.{hint} Columns: {_listing(columns)}.", column=name
    )


def _candidates(role: str, schema: sch.Schema, taken: set[str]) -> list[str]:
    for group in SYNONYMS[role]:
        hits = [column for column in schema.names if normal(column) in group and column not in taken]
        if hits:
            fitting = [column for column in hits if _fits(role, schema[column])]
            return fitting or hits
    return []


def _fits(role: str, kind: Any) -> bool:
    if role == "amount":
        return bool(kind.is_numeric() and not kind.is_boolean())
    if role == "date":
        return bool(kind.is_date() or kind.is_timestamp() or kind.is_string())
    return bool(kind.is_integer() or kind.is_string() or kind.is_floating() or kind.is_decimal())


def _listing(columns: tuple[str, ...], most: int = 30) -> str:
    shown = ", ".join(columns[:most])
    return f"{shown} and {len(columns) - most} more" if len(columns) > most else shown


def bind(source: ir.Table, role: str, binding: Any) -> ir.Value:
    """The role's expression over `source`.

    Raises
    ------
    DataError
        When the expression fails on this table, or is not a column of it.
    """
    import ibis
    import ibis.expr.types as ir

    if isinstance(binding, str):
        return source[binding]
    what = f"{role}={getattr(binding, '__name__', None) or binding!s}"
    if not (callable(binding) or isinstance(binding, ir.Value | ibis.Deferred)):
        raise DataError(
            f"{role}={binding!r} is neither a column name nor an expression. "
            f"Pass a name, or a function of the table: {role}=lambda t: t.column",
            column=role,
        )
    try:
        (value,) = source.bind(binding)
    except Exception as error:
        raise DataError(
            f"The expression of {what} fails on this table: {type(error).__name__}: {error}. "
            f"Columns: {_listing(tuple(source.columns))}.",
            column=role,
        ) from error
    if not isinstance(value, ir.Column):
        raise DataError(
            f"The expression of {what} gives one {type(value).__name__}, not a value per row. "
            f"Use columns of the table: {role}=lambda t: t.column",
            column=role,
        )
    return value


def nearest_argument(name: str) -> str:
    """The argument of `as_table` that a misspelt one is nearest to; a usual column name leads to its role."""
    for role, groups in SYNONYMS.items():
        if any(normal(name) in group for group in groups):
            return role
    near = difflib.get_close_matches(normal(name), (*ROLES, *_OTHERS), n=1, cutoff=0)
    return near[0]
