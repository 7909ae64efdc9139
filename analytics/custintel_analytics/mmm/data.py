"""What goes into a media-mix model, checked: a row per period (and geo), with nothing guessed and nothing filled."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.mmm.settings import MixSettings

_MONTH = range(28, 32)
_STEPS = {1: "day", 7: "week"}


@dataclass(frozen=True, eq=False)
class MediaData:
    """The checked data of a model. Made by `media_data`.

    Parameters
    ----------
    dates
        Start of each period: T, without gaps.
    geos
        Names of the geos; a single empty name where there are none.
    target
        The outcome: T × G, in its own unit.
    spend
        T × G × C, in its own unit.
    controls
        T × G × K, controls then events, in their own units.
    channels, control_names
        C and K names.
    step
        ``"day"``, ``"week"``, ``"month"`` or ``"… days"``.
    """

    dates: pd.DatetimeIndex
    geos: tuple[str, ...]
    target: NDArray[np.float64]
    spend: NDArray[np.float64]
    controls: NDArray[np.float64]
    channels: tuple[str, ...]
    control_names: tuple[str, ...]
    step: str

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.dates)

    def between(self, first: int, last: int) -> MediaData:
        """The periods from one place to before another."""
        part = slice(first, last)
        return MediaData(
            self.dates[part], self.geos, self.target[part], self.spend[part], self.controls[part],
            self.channels, self.control_names, self.step,
        )  # fmt: skip


def media_data(frame: Any, settings: MixSettings) -> MediaData:
    """Check a table with a row per period, and per geo where there are geos.

    Parameters
    ----------
    frame
        Anything that `tables.as_table` reads. Rows in any order; other columns are ignored.
    settings
        Names the columns.

    Raises
    ------
    DataError
        For a missing column, a date that isn't one or comes twice, missing periods, an outcome or spend that isn't a
        number, negative spend, or a channel of zeros. Says where, shows a value, and says what to do.
    """
    table = _columns(frame, settings)
    dates, geos = _ordered(table, settings)
    table = table.set_index([settings.geo, settings.date] if settings.geo else [settings.date])
    table = table.loc[[(geo, day) for geo in geos for day in dates]] if settings.geo else table.loc[dates]

    def panel(name: str, what: str) -> NDArray[np.float64]:
        return _numbers(table[name], name, what).reshape(len(geos), len(dates)).T

    target = panel(settings.target, "outcome")
    if settings.link == "log" and not (target > 0).all():
        low = float(target.min())
        raise DataError(
            f"link='log' needs an outcome above 0; {settings.target!r} goes down to {low:,g}, in "
            f"{int((target <= 0).sum()):,} rows. Use link='identity'.",
            column=settings.target,
            example=low,
        )
    if not np.ptp(target):
        raise DataError(
            f"The outcome {settings.target!r} is {float(target.flat[0]):,g} in every row: there is nothing to explain.",
            column=settings.target,
        )
    spend = np.stack([panel(name, "spend") for name in settings.channels], axis=-1)
    _check_spend(spend, settings, dates)
    columns = [panel(name, "control") for name in settings.controls]
    events = [_event(name, days, dates, len(geos)) for name, days in settings.events.items()]
    controls = np.stack([*columns, *events], axis=-1) if columns or events else np.empty((*target.shape, 0))
    names = (*settings.controls, *settings.events)
    _check_controls(controls, names)
    return MediaData(dates, geos, target, spend, controls, settings.channels, names, _step(dates)[1])


def _columns(frame: Any, settings: MixSettings) -> pd.DataFrame:
    """The named columns as a pandas frame under the names asked for; only these leave an engine."""
    import pandas as pd

    from custintel_analytics.mmm.collecting import MediaTable

    wanted = settings.columns
    frame = frame.frame if isinstance(frame, MediaTable) else frame
    if isinstance(frame, pd.DataFrame):
        found = located([str(name) for name in frame.columns], wanted)
        table = frame.set_axis([str(name) for name in frame.columns], axis=1)[
            [found[name] for name in wanted]
        ]
        repeated = table.columns[table.columns.duplicated()].tolist()
        if repeated:
            raise DataError(
                f"The table has several columns {repeated[0]!r}. Rename all but one.", column=repeated[0]
            )
    else:
        from custintel_analytics.sources import open_source

        source = open_source(frame, "media")
        found = located(list(source.table.columns), wanted)
        table = source.run(source.table.select(*found.values()))
    table = table.set_axis(wanted, axis=1)
    if table.empty:
        raise DataError("The table has no rows.", count=0)
    return table


def located(columns: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    """Each name's column: as written, or the only one that differs in case alone.

    Raises
    ------
    DataError
        When there is none; names the nearest.
    """
    found = {}
    for name in wanted:
        alike = [name] if name in columns else [c for c in columns if c.casefold() == name.casefold()]
        if len(alike) != 1:
            near = difflib.get_close_matches(name, columns, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise DataError(
                f"There is no column {name!r}.{hint} Columns: {', '.join(columns[:30])}.", column=name
            )
        found[name] = alike[0]
    return found


def _ordered(table: pd.DataFrame, settings: MixSettings) -> tuple[pd.DatetimeIndex, tuple[str, ...]]:
    """The periods and geos, every one there once; sets the table's dates."""
    import pandas as pd

    table[settings.date] = _dates(table[settings.date], settings.date)
    if settings.geo:
        nowhere = int(table[settings.geo].isna().sum())
        if nowhere:
            raise DataError(f"{nowhere:,} rows have no {settings.geo!r}.", column=settings.geo, count=nowhere)
        table[settings.geo] = table[settings.geo].astype(str)
    keys = [settings.date, *([settings.geo] if settings.geo else [])]
    twice = table.duplicated(keys)
    if twice.any():
        where = " and ".join(str(value)[:10] for value in table.loc[twice, keys].iloc[0])
        advice = (
            "Add up the rows first (mmm.media_table does it where the data live)"
            if settings.geo
            else "If each row is a region, name it with geo=; else add up the rows first "
            "(mmm.media_table does it where the data live)"
        )
        raise DataError(
            f"{int(twice.sum()):,} rows repeat a date of {settings.date!r}, for example {where}. {advice}.",
            column=settings.date,
            count=int(twice.sum()),
            example=where,
        )
    dates = pd.DatetimeIndex(sorted(table[settings.date].unique()), name=settings.date)
    _check_gaps(dates, settings.date)
    geos = tuple(sorted(table[settings.geo].unique())) if settings.geo else ("",)
    if settings.geo and len(geos) == 1:
        raise DataError(
            f"There is only one geo in {settings.geo!r}, {geos[0]!r}. Leave out geo=.",
            column=settings.geo,
            example=geos[0],
        )
    if len(table) != len(dates) * len(geos):
        counts = table[settings.geo].value_counts()
        short = str(counts.idxmin())
        raise DataError(
            f"{len(dates) * len(geos) - len(table):,} rows are missing: {short!r} has {counts.min():,} of {len(dates):,} "
            "periods. Every geo needs every period; write 0 where nothing was spent, or leave the geo out.",
            column=settings.geo,
            example=short,
        )
    return dates, geos


def _dates(column: pd.Series[Any], name: str) -> pd.Series[Any]:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column):
        raise DataError(
            f"{name!r} holds numbers, for example {column.iloc[0]}, not dates. Convert them first: "
            f"pd.to_datetime(frame[{name!r}].astype(str)).",
            column=name,
            example=column.iloc[0],
        )
    if pd.api.types.is_datetime64_any_dtype(column):
        found = column
    else:
        found = pd.to_datetime(column.astype(str), errors="coerce", format="ISO8601")
    bad = found.isna()
    if bad.any():
        example = column[bad].iloc[0]
        raise DataError(
            f"{int(bad.sum()):,} values of {name!r} are no dates, for example {example!r}. Dates are read as "
            f"2025-02-28; convert others first: pd.to_datetime(frame[{name!r}], dayfirst=True).",
            column=name,
            count=int(bad.sum()),
            example=example,
        )
    # Times of the wall clock: a period is a date to the people who plan it.
    days: pd.Series[Any] = found.dt.tz_localize(None).dt.normalize().astype("datetime64[us]")
    return days


def _step(dates: pd.DatetimeIndex) -> tuple[int, str]:
    """The usual distance of two dates in days, and its name."""
    gaps = np.diff(dates.values).astype("timedelta64[D]").astype(int)
    days = int(np.bincount(gaps).argmax())
    return days, "month" if days in _MONTH and len({*gaps.tolist()}) > 1 else _STEPS.get(days, f"{days} days")


def _check_gaps(dates: pd.DatetimeIndex, name: str) -> None:
    if len(dates) < 3:
        raise DataError(f"There are only {len(dates)} dates in {name!r}.", column=name, count=len(dates))
    days, step = _step(dates)
    if step == "month":
        distance = np.diff(dates.year * 12 + dates.month)
        whole = np.ones(len(distance), dtype=bool)
    else:
        gaps = np.diff(dates.values).astype("timedelta64[D]").astype(int)
        distance, whole = gaps // days, gaps % days == 0
    if not whole.all():
        odd = dates[1:][~whole][0].date()
        raise DataError(
            f"The dates of {name!r} are mostly {days} days apart, but {int((~whole).sum()):,} are not, for example {odd}. "
            "Use the same weekday throughout; mmm.media_table makes weeks from days.",
            column=name,
            count=int((~whole).sum()),
            example=odd,
        )
    if (distance > 1).any():
        place = int(np.argmax(distance > 1))
        missing = int((distance - 1).sum())
        raise DataError(
            f"{missing:,} {step}s are missing from {name!r}, the first after {dates[place].date()} (the next is "
            f"{dates[place + 1].date()}). Carry-over runs from {step} to {step}, so each needs a row: with 0 where nothing "
            "was spent, and the outcome that was measured.",
            column=name,
            count=missing,
            example=dates[place].date(),
        )


def _numbers(column: pd.Series[Any], name: str, what: str) -> NDArray[np.float64]:
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(column):
        read = pd.to_numeric(column, errors="coerce")
        bad = column[read.isna()]
        example = bad.iloc[0] if len(bad) else column.iloc[0]
        raise DataError(
            f"The {what} {name!r} is not numeric: it holds {column.dtype}, for example {example!r}. Convert it first: "
            f"pd.to_numeric(frame[{name!r}]).",
            column=name,
            count=len(bad) or len(column),
            example=example,
        )
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    bad_values = ~np.isfinite(values)
    if bad_values.any():
        place = str(column.index[bad_values][0])
        advice = "Write 0 where nothing was spent." if what == "spend" else "Fill in what was measured."
        raise DataError(
            f"{int(bad_values.sum()):,} values of the {what} {name!r} are missing or infinite, the first at "
            f"{place.removesuffix(' 00:00:00')}. {advice}",
            column=name,
            count=int(bad_values.sum()),
            example=place,
        )
    return values


def _check_spend(spend: NDArray[np.float64], settings: MixSettings, dates: pd.DatetimeIndex) -> None:
    for place, name in enumerate(settings.channels):
        values = spend[..., place]
        negative = values < 0
        if negative.any():
            day = dates[int(negative.any(axis=1).argmax())].date()
            raise DataError(
                f"{int(negative.sum()):,} values of the spend {name!r} are negative, for example {values[negative][0]:,g} "
                f"on {day}. Book refunds and corrections on the period they belong to, or set them to 0.",
                column=name,
                count=int(negative.sum()),
                example=float(values[negative][0]),
            )
        if not values.any():
            raise DataError(
                f"The channel {name!r} is 0 in all {values.size:,} rows: nothing can be learnt of it. Leave it out of "
                "channels=.",
                column=name,
                count=values.size,
                example=0,
            )
        nowhere = ~values.any(axis=0)
        if nowhere.any():
            raise DataError(
                f"The channel {name!r} is 0 in all periods of {int(nowhere.sum()):,} geos, so it has no scale there. "
                "Leave out the channel or these geos.",
                column=name,
                count=int(nowhere.sum()),
            )


def _check_controls(controls: NDArray[np.float64], names: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if not np.ptp(controls[..., place]):
            raise DataError(
                f"The control {name!r} is {float(controls[..., place].flat[0]):,g} in every row, like the intercept. "
                "Leave it out.",
                column=name,
            )


def _event(name: str, days: Sequence[Any], dates: pd.DatetimeIndex, geos: int) -> NDArray[np.float64]:
    """1 in the periods that hold one of the event's days."""
    import pandas as pd

    found = pd.DatetimeIndex(list(days))
    place = dates.searchsorted(found, side="right") - 1
    inside = _covered(found, dates)
    if not inside.any():
        raise DataError(
            f"No day of the event {name!r} lies in the data ({dates[0].date()} to {dates[-1].date()}).",
            column=name,
            count=len(found),
        )
    marked = np.zeros((len(dates), geos))
    marked[place[inside]] = 1.0
    return marked


def days_outside(days: Sequence[Any], dates: pd.DatetimeIndex) -> list[str]:
    """The days of an event that no period holds."""
    import pandas as pd

    found = pd.DatetimeIndex(list(days))
    return [str(day.date()) for day in found[~_covered(found, dates)]]


def _covered(days: pd.DatetimeIndex, dates: pd.DatetimeIndex) -> NDArray[np.bool_]:
    import pandas as pd

    days_of_step, step = _step(dates)
    width = pd.DateOffset(months=1) if step == "month" else pd.Timedelta(days=days_of_step)
    return np.asarray((days >= dates[0]) & (days < dates[-1] + width))
