"""From daily tables to a row per week: spend by channel and the outcome, added up where they live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.sources import Source, open_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir
    import pandas as pd

_UNITS = {"day": "D", "week": "W", "month": "M"}
_ROLES = {"day": "date"}


@dataclass(frozen=True, eq=False)
class MediaTable:
    """A row per period, ready for `MediaMix.fit`. Made by `media_table`.

    Parameters
    ----------
    frame
        ``date`` (start of the period), ``geo`` where one was named, ``target`` where an outcome was, a column of spend
        per channel.
    channels
        The columns of spend, by their total, the largest first.
    grain
        ``"day"``, ``"week"`` (from Monday) or ``"month"``.
    left_out
        What wasn't used: reason, rows, example, remedy.
    notes
        What people should know.
    """

    frame: pd.DataFrame
    channels: tuple[str, ...]
    grain: str
    left_out: pd.DataFrame
    notes: tuple[str, ...]

    def summary(self) -> str:
        """The table in words."""
        said = [
            f"{len(self.frame):,} rows, {wording.plural(len(self.channels), 'channel')}: {', '.join(self.channels)}."
        ]
        said += [
            f"Left out: {row['rows']:,}, {row['reason']} ({row['example']})."
            for row in self.left_out.to_dict("records")
        ]
        return "\n".join([*said, *self.notes])


def media_table(
    spend: Any,
    *,
    date: str,
    channel: str,
    amount: str,
    outcomes: Any = None,
    outcome_date: str | None = None,
    target: str | None = None,
    geo: str | None = None,
    outcome_geo: str | None = None,
    grain: str = "week",
) -> MediaTable:
    """Add up a table of spend, and one of outcomes, to a row per period.

    The sums run where the tables live; only a row per period and channel leaves the engine.

    Parameters
    ----------
    spend
        Anything that `tables.as_table` reads: a row per day and channel, or finer.
    date, channel, amount
        Its columns.
    outcomes
        A table with the outcome; the first one by default, if `target` is a column of it.
    outcome_date, outcome_geo
        Columns of the outcomes, if they are named differently there.
    target
        The column that is added up to the outcome.
    geo
        Column of the geo.
    grain
        ``"day"``, ``"week"`` (from Monday) or ``"month"``.

    Returns
    -------
    MediaTable
        With ``frame`` for `MediaMix.fit`. A channel without rows in a period spent nothing: 0. An outcome without
        rows stays missing. A first and last period that the data cover in part are left out and counted.

    Raises
    ------
    DataError
        For columns that aren't there or can't play their role, or when nothing is left.
    """
    grain = one_of("grain", grain, _UNITS)
    paid = open_source(spend, "spend")
    names = {"date": date, "channel": channel, "amount": amount, **({"geo": geo} if geo else {})}
    keys = ["period", *(["geo"] if geo else [])]
    rows = _usable(paid, names, grain, "amount")
    spent = paid.run(rows.table.group_by([*keys, "channel"]).aggregate(amount=rows.table.amount.sum()))
    _check_total(spent, channel)
    order = spent.groupby("channel")["amount"].sum().sort_values(ascending=False, kind="stable")
    wide = spent.pivot_table(index=keys, columns="channel", values="amount", aggfunc="sum", fill_value=0.0)
    channels = tuple(str(name) for name in order.index)
    _check_names(channels, channel, {"date", *(["geo"] if geo else []), *([target] if target else [])})
    wide = wide[list(order.index)].set_axis(channels, axis=1).rename_axis(columns=None)
    reach, left_out, notes = [rows.reach], list(rows.left_out), list(rows.notes)
    if target is not None:
        measured = paid if outcomes is None else open_source(outcomes, "outcomes")
        names = {
            "date": outcome_date or date,
            "amount": target,
            **({"geo": outcome_geo or geo} if geo else {}),
        }
        found = _usable(measured, names, grain, "outcome")
        totals = measured.run(found.table.group_by(keys).aggregate(target=found.table.amount.sum()))
        wide = wide.join(totals.set_index(keys).rename(columns={"target": target}), how="outer")
        reach.append(found.reach)
        left_out += found.left_out
        notes += found.notes
    return _complete(wide, channels, target, grain, reach, left_out, notes)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Usable rows with ``period``, ``geo``, ``channel``, ``amount``; their first and last day; what was left out.

    `notes` are about rows that stay in.
    """

    table: ir.Table
    reach: tuple[Any, Any]
    left_out: list[tuple[str, int, str, str]]
    notes: list[str]


def _usable(source: Source, names: dict[str, str], grain: str, what: str) -> _Rows:
    """The rows with a date, a number and a channel; one query counts the others."""
    columns = {role: _column(source.table, name) for role, name in names.items()}
    amount = columns["amount"]
    if not amount.type().is_numeric() or amount.type().is_boolean():
        raise DataError(
            f"The {what} {names['amount']!r} is not numeric: it is of type {amount.type()}. Convert it first.",
            column=names["amount"],
        )
    day = columns["date"]
    if not (day.type().is_date() or day.type().is_timestamp()):
        if not day.type().is_string():
            raise DataError(
                f"{names['date']!r} is no date: it is of type {day.type()}. Convert it first.",
                column=names["date"],
            )
        day = day.cast("date")
    table = source.table.select(
        day=day.date() if day.type().is_timestamp() else day,
        amount=amount.cast("float64"),
        **{role: columns[role].cast("string") for role in ("channel", "geo") if role in columns},
    )
    good = table.day.notnull() & table.amount.notnull()
    for role in ("channel", "geo"):
        if role in table.columns:
            good = good & table[role].notnull()
    one = table.mutate(good=good, negative=good & (table.amount < 0))
    query = one.aggregate(
        rows=one.count(),
        good=one.good.cast("int64").sum(),
        negative=one.negative.cast("int64").sum(),
        lowest=one.amount.min(where=one.good),
        first=one.day.min(where=one.good),
        last=one.day.max(where=one.good),
    )
    counts = _counted(source, query, columns["date"], names["date"])
    if not counts["good"]:
        raise DataError(
            f"None of {int(counts['rows']):,} rows has a date, a number in {names['amount']!r}"
            f"{' and a channel' if 'channel' in names else ''}.",
            column=names["amount"],
            count=int(counts["rows"]),
        )
    left_out, notes = _told(source, one, counts, names, what)
    kept = table.filter(good)
    return _Rows(
        kept.mutate(period=kept.day.truncate(_UNITS[grain])),
        (counts["first"], counts["last"]),
        left_out,
        notes,
    )


def _told(
    source: Source, rows: ir.Table, counts: Any, names: dict[str, str], what: str
) -> tuple[list[tuple[str, int, str, str]], list[str]]:
    """What is left out, with an example, and what is said of rows that stay in."""
    left_out, notes = [], []
    gone = int(counts["rows"] - counts["good"])
    if gone:
        example = source.run(rows.filter(~rows.good).drop("good", "negative").limit(1)).iloc[0]
        said = ", ".join(
            f"{names.get(_ROLES.get(role, role), role)}: {example[role]}" for role in example.index
        )
        left_out.append(
            (f"{what} without {_listed(names)}", gone, said, "Fill them in where they come from.")
        )
    if counts["negative"]:
        notes.append(
            f"{int(counts['negative']):,} rows of the {what} are negative, such as {counts['lowest']:,g}; they are subtracted "
            "from their period, which is right for refunds of the same period."
        )
    return left_out, notes


def _counted(source: Source, query: Any, day: Any, name: str) -> Any:
    """The counts of one query; text that isn't a date is refused in our words."""
    try:
        return source.run(query).iloc[0]
    except DataError as error:
        if not day.type().is_string():
            raise
        text = source.run(source.table.select(text=day).filter(lambda t: t.text.notnull()).limit(1))
        raise DataError(
            f"{name!r} holds text that can't all be read as dates; the first is {text['text'].iloc[0]!r}. Dates are read as "
            "2025-02-28; convert the column first.",
            column=name,
            example=text["text"].iloc[0],
        ) from error


def _column(table: ir.Table, name: str) -> Any:
    from custintel_analytics.mmm.data import located

    return table[located(list(table.columns), [name])[name]]


def _listed(names: dict[str, str]) -> str:
    """``date, number or channel``."""
    words = [{"amount": "number"}.get(role, role) for role in names]
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _check_names(channels: Sequence[str], column: str, taken: set[str]) -> None:
    """Refuse channels that would be columns a second time."""
    for name in channels:
        if name in taken or channels.count(name) > 1:
            raise DataError(
                f"{column!r} holds the channel {name!r}, which would be the name of two columns. Rename it, for example to "
                f"'{name} spend'.",
                column=column,
                example=name,
            )


def _check_total(spent: pd.DataFrame, channel: str) -> None:
    many = spent["channel"].nunique()
    if many > 100:
        raise DataError(
            f"{channel!r} has {many:,} values, for example {spent['channel'].iloc[0]!r}: more channels than a model can tell "
            "apart. Group campaigns into channels first.",
            column=channel,
            count=many,
        )


def _complete(
    wide: pd.DataFrame,
    channels: Sequence[str],
    target: str | None,
    grain: str,
    reach: list[tuple[Any, Any]],
    left_out: list[tuple[str, int, str, str]],
    notes: list[str],
) -> MediaTable:
    """Every period of the common range in every geo, without those that the data cover in part."""
    import pandas as pd

    first = max(pd.Timestamp(one) for one, _ in reach)
    last = min(pd.Timestamp(other) for _, other in reach)
    periods = wide.index.get_level_values("period")
    whole = pd.PeriodIndex(periods, freq=_UNITS[grain])
    inside = (whole.start_time >= first) & (whole.end_time.normalize() <= last)
    partial = int(pd.Index(periods[~inside]).nunique())
    if partial:
        example = str(periods[~inside].min())[:10]
        left_out.append(
            (
                f"{grain}s that the data cover in part, or not all tables do",
                partial,
                example,
                "Nothing to do; where nothing was spent at either end, add a row of 0 on the first or last day.",
            )
        )
    if not inside.any():
        raise DataError(
            f"No whole {grain} lies in all tables ({first.date()} to {last.date()}).", column="date"
        )
    wide = wide[inside]
    dates = pd.DatetimeIndex(wide.index.get_level_values("period"))
    every = pd.period_range(dates.min(), dates.max(), freq=_UNITS[grain]).start_time
    if "geo" in wide.index.names:
        geos = wide.index.get_level_values("geo").unique()
        wide = wide.reindex(pd.MultiIndex.from_product([every, geos], names=["period", "geo"]))
    else:
        wide = wide.reindex(pd.Index(every, name="period"))
    wide[list(channels)] = wide[list(channels)].fillna(0.0)
    frame = wide.reset_index().rename(columns={"period": "date"})
    frame["date"] = frame["date"].astype("datetime64[us]")
    order = ["date", *(["geo"] if "geo" in frame else []), *([target] if target else []), *channels]
    zero = int((frame[list(channels)].to_numpy() == 0).sum())
    notes = [*notes] + (
        [f"{zero:,} of {frame[list(channels)].size:,} sums of spend are 0: no rows, so nothing was spent."]
        if zero
        else []
    )
    if target is not None and (gone := int(frame[target].isna().sum())):
        notes.append(f"The outcome {target!r} is missing in {gone:,} rows; fill them in before fitting.")
    return MediaTable(
        frame[order], tuple(channels), grain,
        pd.DataFrame(left_out, columns=["reason", "rows", "example", "remedy"]), tuple(notes),
    )  # fmt: skip
