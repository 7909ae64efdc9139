"""Asking the engine: from the arguments to a question, and from its answer to features."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from custintel_analytics.audiences import Audience
from custintel_analytics.cohorts.settings import check_date, one_of
from custintel_analytics.errors import DataError
from custintel_analytics.report import spoken_day
from custintel_analytics.segments import behaviour, identify
from custintel_analytics.segments.attributes import read_sides
from custintel_analytics.segments.behaviour import Shares
from custintel_analytics.segments.catalogue import BASES, BEHAVIOUR, RFM, Column, few, to_frame
from custintel_analytics.segments.consent import read_consent
from custintel_analytics.segments.counted import customers as customers_of
from custintel_analytics.segments.events import read_events
from custintel_analytics.segments.features import Features
from custintel_analytics.segments.offer import Offer
from custintel_analytics.segments.own import Own, look, own_columns
from custintel_analytics.segments.query import Query
from custintel_analytics.segments.shape import shaped
from custintel_analytics.tables import Table, as_table

if TYPE_CHECKING:
    import pandas as pd

Entry = tuple[str, int, str, str, str]
Progress = Callable[[int, int, str], None]
_ALWAYS = ("recency", "monetary")


def checked_day(table: Table, as_of: Any) -> dt.date:
    """The last day observed: as given, by default that of the last purchase; one small query.

    Raises
    ------
    DataError
        When it is before the first purchase, or in the future.
    """
    asked = check_date("as_of", as_of)
    rows = table.rows
    ends = table.execute(rows.aggregate(first=rows.date.min(), last=rows.date.max())).iloc[0]
    if ends["first"] != ends["first"]:
        raise DataError(
            "The table has no usable purchase, so there are no customers to describe. table.left_out says what was "
            "left out and why.",
            count=0,
        )
    first, last = ends["first"].date(), ends["last"].date()
    if asked is not None and asked < first:
        raise DataError(
            f"as_of={asked.isoformat()} is before the first purchase, {first.isoformat()}: nobody has bought by then. "
            "Take a later day.",
            column="as_of",
            example=asked,
        )
    if asked is not None and asked > table.settings.today:
        raise DataError(
            f"as_of={asked.isoformat()} is in the future, after {table.settings.today.isoformat()}. The last purchase "
            f"is of {last.isoformat()}.",
            column="as_of",
            example=asked,
        )
    return asked or last


def audience_of(table: Table, audience: Any) -> Audience | None:
    """The customers that are looked at, as an audience of this table."""
    if audience is None or (isinstance(audience, Audience) and audience.table is table):
        return audience
    ids = audience.ids() if isinstance(audience, Audience) else audience
    name = audience.name if isinstance(audience, Audience) else "audience"
    return Audience.of_ids(name, table, ids)


def learn(query: Query, category: Any, discount: Any) -> Query:
    """The question with the columns for categories and discounts found, and the largest values learnt."""
    rows, _ = query.universe()
    names = list(query.table.rows.columns)
    if category is None:
        category = behaviour.found_by_name(names, behaviour.CATEGORY_NAMES)
    if discount is None:
        discount = behaviour.found_by_name(names, behaviour.DISCOUNT_NAMES)
        if discount is not None and rows[discount].type().is_string():
            discount = None
    query = replace(query, category=category or None, discount=None if discount is False else discount)
    query.discounted(rows)
    shares: list[Shares] = []
    for kind, there in (("category", query.category is not None), ("channel", "channel" in names)):
        if there:
            value = query.share_values(rows, kind)
            shares.append(behaviour.learn_shares(query.table, rows, kind, value, kind == "channel"))
    return replace(query, shares=tuple(share for share in shares if share.values))


def offer_of(query: Query, bases: tuple[str, ...], named: set[str]) -> tuple[Offer, Query]:
    """Everything that could be had, and the question with names that don't clash."""
    columns = behaviour.offered(query.table, query.discount is not None, query.shares)
    if query.events is not None:
        columns += query.events.columns.values()
    taken = {column.column.lower() for column in columns}
    why: dict[str, str] = {}
    refused: dict[str, str] = {}
    sides = []
    for side in query.sides:
        side = side.rename(taken)
        sides.append(side)
        taken |= {name.lower() for name in side.columns}
        columns += side.columns.values()
        refused |= {name: reason for name, reason in side.refused.items() if name.lower() not in taken}
        for name in side.columns:
            profile = side.profiles[name]
            if profile.kind == "text" and profile.distinct > identify.MOST_LEVELS:
                why[name] = identify.WHY_LEVELS
            elif profile.distinct == 1:
                why[name] = identify.WHY_CONSTANT
    own, never = own_columns(query.table)
    own = [part for part in own if part.name.lower() not in taken]
    refused |= {name: reason for name, reason in never.items() if name.lower() not in taken}
    kept = [_looked_at(query, part, bases, named, why, refused) for part in own]
    query = replace(query, sides=tuple(sides), own=tuple(part for part in kept if part is not None))
    columns += [part.column for part in query.own]
    return Offer(columns, why, refused), query


def _looked_at(
    query: Query,
    own: Own,
    bases: tuple[str, ...],
    named: set[str],
    why: dict[str, str],
    refused: dict[str, str],
) -> Own | None:
    """A descriptive column of the purchases, once it has been looked at where it is wanted."""
    if own.column.base not in bases and own.name.lower() not in named:
        return own
    rows, _ = query.universe()
    profile = look(query.table, rows, own)
    reason = identify.why_not(own.name, profile)
    if reason == identify.WHY_LEVELS or (not reason and profile.distinct == 1):
        why[own.name] = reason or identify.WHY_CONSTANT
    elif reason:
        refused[own.name] = reason
        return None
    return own


def ask(
    query: Query,
    offered: pd.DataFrame,
    notes: Iterable[str],
    found: Iterable[Entry],
    *,
    fixed: bool = False,
    like: Features | None = None,
    progress: Progress | None = None,
) -> Features:
    """Run a question and shape the answer.

    Parameters
    ----------
    query
        The question, with its columns.
    offered
        What could be had.
    notes, found
        What is known already of how it is made, and of what is left out.
    fixed
        Whether columns that are the same for all are kept.
    like
        Features whose columns and levels are kept as they are.
    progress
        Called with (done, total, message).
    """
    report = progress or (lambda done, total, message: None)
    names = [column.column for column in query.columns]
    extra = [name for name in _ALWAYS if name not in names]
    if "amount_minor" not in query.table.rows.columns:
        extra = [name for name in extra if name != "monetary"]
    with query.table.lock:
        report(1, 3, "Reading the purchases")
        raw = query.table.execute(query.expression([*names, *extra]))
    if raw.empty:
        raise _nobody(query)
    report(2, 3, "Arranging the columns")
    frame, told = shaped(raw, (*query.columns, *(BEHAVIOUR[name] for name in extra)))
    told = told[: len(names)]
    _check_joined(query, frame)
    dropped: list[str] = []
    if like is not None:
        frame = _same_levels(frame, like.frame)
        told = tuple(
            replace(column, log=log) for column, log in zip(told, like.catalogue["log"], strict=True)
        )
    elif not fixed:
        told, dropped = _varying(frame, told)
    entries = [*found]
    if dropped:
        remedy = identify.REMEDIES[identify.WHY_CONSTANT]
        entries.append((identify.WHY_CONSTANT, len(dropped), "columns", few(dropped), remedy))
        offered = offered.copy()
        same = offered["column"].isin(dropped)
        offered["chosen"] &= ~same
        offered.loc[same, "why"] = identify.WHY_CONSTANT
    made = Features(
        frame=frame[[column.column for column in told]],
        catalogue=to_frame(told),
        as_of=query.as_of,
        table=query.table,
        value=frame["monetary"].rename("value") if "monetary" in frame else None,
        recency=frame["recency"],
        notes=tuple(notes),
        offered=offered,
        _cadence=frame.get("cadence"),
        _query=replace(query, columns=told),
        _found=tuple(entries),
    )
    report(3, 3, "Done")
    return made


def _varying(frame: pd.DataFrame, columns: tuple[Column, ...]) -> tuple[tuple[Column, ...], list[str]]:
    """The columns that differ between customers, and the names of the others; all when none does.

    Recency, frequency and monetary value stay: rules are made of them.
    """
    same = [c.column for c in columns if c.column not in RFM and frame[c.column].nunique(dropna=False) < 2]
    kept = tuple(column for column in columns if column.column not in same)
    varies = any(frame[column.column].nunique(dropna=False) > 1 for column in kept)
    return (kept, same) if varies else (columns, [])


def _same_levels(frame: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """The categories with the levels of `like` first, so that a model knows them."""
    changed = {}
    for name in like.columns:
        if like[name].dtype.name == "category":
            before = list(like[name].cat.categories)
            new = [level for level in frame[name].cat.categories if level not in before]
            changed[name] = frame[name].cat.set_categories([*before, *new])
    return frame.assign(**changed)


def _check_joined(query: Query, frame: pd.DataFrame) -> None:
    for side in query.sides:
        wanted = [column.column for column in query.columns if column.column in side.columns]
        if wanted and frame[wanted].isna().all(axis=None):
            example = side.run(wanted)["customer"].iloc[0]
            raise DataError(
                f"No customer of {side.name} is among those of the purchases: ids there look like {example!r}, here "
                f"like {frame.index[0]!r}. Write both alike.",
                column=side.customer,
                example=example,
            )


def check_ids(table: Table, there: Any, name: str, column: str) -> None:
    """Refuse ids that are text on one side and numbers on the other.

    Parameters
    ----------
    table
        The purchases.
    there
        The ids of the other side, a column of Ibis.
    name, column
        What the other side and its column are called.

    Raises
    ------
    DataError
        Says how to mend it.
    """
    here, text = table.rows.customer.type().is_string(), there.type().is_string()
    if here != text:
        kinds = ("text", "numbers") if text else ("numbers", "text")
        raise DataError(
            f"The ids of {name} are {kinds[0]}, those of the purchases {kinds[1]}. Convert one side: "
            f"frame[{column!r}].astype({'str' if here else 'int'!r}).",
            column=column,
        )


def _nobody(query: Query) -> DataError:
    parts = []
    if query.audience is not None:
        parts.append(f"are in the audience {query.audience.name!r}")
    if query.consent is not None:
        parts.append(f"agreed to {query.consent.purpose!r}")
    parts.append(f"bought by {spoken_day(query.as_of)}")
    return DataError(f"There are no customers who {' and '.join(parts)}. Widen what is asked for.", count=0)


def asked(
    data: Any,
    customers: Any,
    *,
    events: Any,
    as_of: Any,
    bases: Sequence[str],
    columns: Sequence[str] | None,
    include: Sequence[str],
    audience: Any,
    category: Any,
    discount: Any,
    consent: Any,
    purpose: str,
    progress: Progress | None,
    roles: Mapping[str, Any],
) -> Features:
    """`custintel_analytics.segments.features.features`."""
    report = progress or (lambda done, total, message: None)
    wanted = tuple(one_of("bases", base, BASES) for base in ([bases] if isinstance(bases, str) else bases))
    table = as_table(data, **roles)
    if audience is not None and not isinstance(audience, Audience):
        audience = list(audience)
    with table.lock:
        report(0, 3, "Looking at the columns")
        day = checked_day(table, as_of)
        sides = read_sides(customers)
        for side in sides:
            check_ids(table, side.table([]).customer, side.name, side.customer)
        seen = read_events(events, day)
        if seen is not None:
            own = seen.source.roles.get("customer", "customer")
            check_ids(table, seen.source.rows.customer, "events", own)
        agreed = read_consent(consent, purpose, day, table.settings.timezone)
        if agreed is not None:
            check_ids(table, agreed.table().customer, "consent", agreed.names["customer"])
        query = Query(
            table=table,
            as_of=day,
            sides=tuple(sides),
            events=seen,
            audience=audience_of(table, audience),
            consent=agreed,
        )
        query = learn(query, category, discount)
        named = {str(name).lower() for name in (*as_names(columns), *as_names(include))}
        offer, query = offer_of(query, wanted, named)
        chosen = offer.choose(wanted, columns, as_names(include))
        notes = [note for side in query.sides for note in side.notes]
        return ask(
            replace(query, columns=chosen),
            offer.frame(chosen, wanted),
            notes,
            [*offer.left_out(chosen, wanted), *_absent(query, audience)],
            fixed=columns is not None,
            progress=progress,
        )


def _absent(query: Query, audience: Any) -> list[Entry]:
    """How many of the ids that were asked for have not bought by then."""
    if audience is None or isinstance(audience, Audience):
        return []
    absent = len(set(audience)) - customers_of(query, consenting=False)
    remedy = "Only customers with a purchase by then are described"
    return [("in the audience, but no purchase", absent, "customers", "", remedy)] if absent else []


def as_names(names: Any) -> tuple[str, ...]:
    """Names as they may be given: none, one or several."""
    return () if names is None else (names,) if isinstance(names, str) else tuple(names)
