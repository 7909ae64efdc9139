"""What the features don't cover, counted when someone asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custintel_analytics.report import spoken_day
from custintel_analytics.segments.shape import without_id

if TYPE_CHECKING:
    from custintel_analytics.segments.attributes import Side
    from custintel_analytics.segments.query import Query

    Entry = tuple[str, int, str, str, str]


def uncovered(query: Query) -> list[Entry]:
    """Rows and customers that were not used, by reason; a small query for each that can occur."""
    table = query.table
    entries: list[Entry] = [
        (str(reason), int(count), "rows", str(example), str(remedy))
        for reason, count, example, remedy in table.left_out.itertuples(index=False, name=None)
    ]
    entries += _later(query)
    entries += _without_consent(query)
    if query.events is not None:
        entries += _other_events(query)
    if table.returns is not None:
        entries += _lone_returns(query)
    for side in query.sides:
        entries += [*_unknown(query, side), *without_id(side)]
    return entries


def _later(query: Query) -> list[Entry]:
    import ibis

    rows = query.table.rows
    end = ibis.literal(query.as_of, type="date")
    later = rows.date > end
    firsts = rows.group_by("customer").aggregate(first=rows.date.min())
    found = query.table.execute(
        rows.aggregate(rows=later.sum().fill_null(0)).cross_join(
            firsts.aggregate(customers=(firsts["first"] > end).sum().fill_null(0))
        )
    ).iloc[0]
    when = spoken_day(query.as_of)
    remedy = "Move as_of= to a later day"
    entries = [
        ("purchase after as_of", int(found["rows"]), "rows", f"after {when}", remedy),
        ("first purchase after as_of", int(found["customers"]), "customers", f"after {when}", remedy),
    ]
    if query.table.returns is not None:
        returns = query.table.returns
        after = returns.aggregate(rows=(returns.date > end).sum().fill_null(0))
        count = int(query.table.execute(after)["rows"].iloc[0])
        entries.append(("return after as_of", count, "rows", f"after {when}", remedy))
    return [entry for entry in entries if entry[1]]


def _without_consent(query: Query) -> list[Entry]:
    if query.consent is None:
        return []
    without = customers(query, consenting=False) - customers(query)
    reason = f"no consent for {query.consent.purpose!r}"
    remedy = "Ask them, or pass another purpose= that they agreed to"
    return [(reason, without, "customers", "", remedy)] if without else []


def customers(query: Query, consenting: bool = True) -> int:
    """How many customers are looked at; one small query."""
    rows, _ = query.universe(consenting=consenting)
    return int(query.table.execute(rows.aggregate(n=rows.customer.nunique()))["n"].iloc[0])


def _other_events(query: Query) -> list[Entry]:
    """Events that can't be used, and those of people without a purchase."""
    events = query.events
    assert events is not None
    entries: list[Entry] = [
        (f"event: {reason}", int(count), "rows", str(example), str(remedy))
        for reason, count, example, remedy in events.source.left_out.itertuples(index=False, name=None)
    ]
    import ibis

    dates = events.source.rows.date
    after = (dates > ibis.literal(query.as_of, type="date")).sum().fill_null(0)
    late = int(events.source.execute(events.source.rows.aggregate(n=after))["n"].iloc[0])
    if late:
        when = f"after {spoken_day(query.as_of)}"
        entries.append(("event after as_of", late, "rows", when, "Move as_of= to a later day"))
    rows, _ = query.universe()
    seen = query.brought(events, ["events"], False)
    others = seen.anti_join(rows, "customer")
    count = int(query.table.execute(others.aggregate(n=others.events.sum().fill_null(0)))["n"].iloc[0])
    if count:
        entries.append(
            ("event of someone without a purchase", count, "rows", "", "Only customers are described")
        )
    return entries


def _lone_returns(query: Query) -> list[Entry]:
    rows, returns = query.universe()
    assert returns is not None
    alone = returns.anti_join(rows, "customer")
    count = int(query.table.execute(alone.aggregate(n=alone.count()))["n"].iloc[0])
    remedy = "The purchase was probably made before the data begin"
    return [("return without a purchase", count, "rows", "", remedy)] if count else []


def _unknown(query: Query, side: Side) -> list[Entry]:
    """Customers that are described but have no purchase, and those looked at who aren't described."""
    import ibis

    rows, _ = query.universe()
    bought = query.table.rows.filter(lambda t: t.date <= ibis.literal(query.as_of, type="date"))
    people = rows.select("customer").distinct()
    described = query.brought(side, [], False)
    both = people.semi_join(described, "customer")
    known = bought.select("customer").distinct().semi_join(described, "customer")
    found = query.table.execute(
        people.aggregate(all=people.count())
        .cross_join(both.aggregate(both=both.count()))
        .cross_join(known.aggregate(known=known.count()))
    ).iloc[0]
    unknown, bare = side.rows - int(found["known"]), int(found["all"]) - int(found["both"])
    entries = [
        (
            f"in {side.name}, but no purchase",
            unknown,
            "customers",
            "",
            "Only customers with a purchase are described",
        ),
        (f"not in {side.name}", bare, "customers", "", "Kept; what is not known of them is missing"),
    ]
    return [entry for entry in entries if entry[1]]
