"""The question: who comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts import limits, periods, truncation
from custintel_analytics.cohorts import settings as check
from custintel_analytics.cohorts.layout import Layout, lay_out
from custintel_analytics.cohorts.matrix import tidy
from custintel_analytics.cohorts.result import Retention
from custintel_analytics.cohorts.settings import RetentionSettings
from custintel_analytics.cohorts.store import Store, store_of
from custintel_analytics.cohorts.summary import NAMES, Question, Summary, days
from custintel_analytics.errors import DataError
from custintel_analytics.tables import Table, as_table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.audiences import Audience

Progress = Callable[[int, int, str], None]
_STEPS = 4


def retention(
    data: Any,
    *,
    grain: str = "month",
    cohort_grain: str | None = None,
    window: str = "calendar",
    kind: str = "classic",
    by: str | None = None,
    as_of: Any = None,
    level: float = 0.95,
    values: Sequence[str] | None = None,
    brackets: Sequence[int] = (0, 1, 4, 7, 13),
    detect_truncation: bool = True,
    audience: Audience | None = None,
    progress: Progress | None = None,
    **roles: Any,
) -> Retention:
    """Retention by cohort: of the customers who began together, who was active at which age.

    Parameters
    ----------
    data
        A table of `custintel_analytics.tables.as_table`, or anything that makes one.
    grain
        Length of a period: ``"day"``, ``"week"`` (from Monday), ``"month"``, ``"quarter"`` or ``"year"``.
    cohort_grain
        Length of the period of first purchase that makes a cohort; the same as `grain` when left out.
    window
        ``"calendar"``: a customer's age is the number of calendar periods since that of their own first
        purchase. ``"elapsed"``: the number of full windows of 1, 7, 30, 91 or 365 days since their own
        first day.
    kind
        ``"classic"``: active at exactly that age. ``"unbounded"``: at that age or later. ``"bracket"``: at
        any of the ages of a bracket. Orders and revenue are always those of the ages shown.
    by
        A role or column instead of the date: cohorts by its value on the first purchase, the smallest where
        there are several. Such cohorts go on growing, so that a cell counts the customers who have had its age
        in full, and these alone: its rate is active / observed. It is mature from 30 of them on (with fewer
        the rate says nothing yet), or when all have had it; an age that nobody has had has no cell.
    as_of
        Last day to look at, a date or ISO text; the last purchase when left out. Days after the last purchase
        count as observed and without purchases.
    level
        Confidence of the intervals.
    values
        ``"orders"`` (distinct order ids per customer and period, or rows where orders have no ids) and
        ``"revenue"``; both as far as the table allows when left out; ``()`` only counts customers.
    brackets
        First ages of the brackets. The last one is as wide as the one before it, and repeated to the end.
    detect_truncation
        Test whether the first cohorts hold old customers, see `custintel_analytics.cohorts.truncation`.
    audience
        Only these customers. Their cohorts remain those of their own first purchase, and what is observed
        remains what the whole table shows: the last day, and the test for old customers, are its own. An
        audience of another table is brought over by its ids, see `Audience.of_table`.
    progress
        Called with (done, total, message); may raise `Cancelled` to stop.
    **roles
        Passed on to `as_table` when `data` isn't a table yet: ``customer="client_no"``, ….

    Returns
    -------
    Retention
        Its ``frame`` has a row per cohort and age; ``audience`` gives the customers behind it.

    Raises
    ------
    DataError
        When an argument or the data can't be used; the message says what to do.
    Cancelled
        When `progress` or an interrupt of the table stopped the work.

    Examples
    --------
    >>> from custintel_analytics import cohorts, datasets, tables
    >>> table = tables.as_table(datasets.cdnow())
    >>> result = cohorts.retention(table, grain="month")
    >>> result.frame["active"].head(4).tolist()
    [7846, 1157, 964, 810]
    """
    started = time.perf_counter()
    report = progress or (lambda done, total, message: None)
    table = as_table(data, **roles)
    store = store_of(table)
    # Before the lock is taken: the other table's connection has one of its own.
    chosen = check.check_audience(audience, table)
    with table.lock:
        report(0, _STEPS, "Looking at the dates")
        settings = _settings(
            table, store, grain=grain, cohort_grain=cohort_grain, window=window, kind=kind, by=by,
            as_of=as_of, level=level, values=values, brackets=brackets, detect_truncation=detect_truncation, audience=chosen,
        )  # fmt: skip
        report(1, _STEPS, "Reading the purchases")
        question = Question(settings.grain, settings.window, settings.by, settings.as_of)
        part = store if chosen is None else store.only(chosen)
        summary, read = part.summary(question)
        summary.prepare(settings.values)
        starts = summary.starts
        _refuse_nobody(starts, settings)
        layout = lay_out(starts, settings)
        report(2, _STEPS, "Counting customers")
        columns = _columns(layout, settings)
        active = layout.fill(*summary.active(settings.cohort_grain, settings.kind, columns))
        found, read_more = _truncation(part, summary, layout, settings)
        report(3, _STEPS, "Adding up orders and revenue" if settings.values else "Filling the table")
        money = _money(part, summary, layout, settings, columns)
        truncated = np.isin(np.array(layout.labels, dtype=object), found.cohorts)
        frame = tidy(layout, settings, columns, active, money, truncated, table.settings.decimals)
        everyone = starts if chosen is None else store.summary(question)[0].starts
        report(_STEPS, _STEPS, "Done")
    return Retention(
        frame=frame,
        settings=settings,
        truncation=found,
        table=table,
        seconds=time.perf_counter() - started,
        rows_scanned=int(everyone["purchases"].sum()) if read or read_more else 0,
        customers=int(starts["customers"].sum()),
        all_customers=int(everyone["customers"].sum()),
        purchases=int(starts["purchases"].sum()),
        _store=part,
        _summary=summary,
    )


def _settings(
    table: Table,
    store: Store,
    *,
    grain: str,
    cohort_grain: str | None,
    window: str,
    kind: str,
    by: str | None,
    as_of: Any,
    level: float,
    values: Sequence[str] | None,
    brackets: Sequence[int],
    detect_truncation: bool,
    audience: Audience | None,
) -> RetentionSettings:
    check.check_grain("grain", grain)
    if by is not None and cohort_grain is not None:
        raise DataError(
            f"by={by!r} and cohort_grain={cohort_grain!r} both make the cohorts. Pass one of them.",
            column="by",
        )
    if cohort_grain is not None:
        check.check_grain("cohort_grain", cohort_grain)
    asked = None if by is not None else cohort_grain or grain
    check.one_of("window", window, check.WINDOWS)
    check.one_of("kind", kind, check.KINDS)
    wanted = check.check_values(values, "amount" in table.rows.columns)
    level, edges = check.check_level(level), check.check_brackets(brackets)
    attribute = None if by is None else check.check_attribute(table, by)
    last = check.check_date("as_of", as_of)
    first, latest = store.bounds
    last = last or latest
    if last < first:
        raise DataError(
            f"as_of={last.isoformat()} is before the first purchase, {first.isoformat()}: nobody has begun "
            "by then. Take a later day.",
            column="as_of",
            example=last,
        )
    if last > table.settings.today:
        raise DataError(
            f"as_of={last.isoformat()} is in the future, after {table.settings.today.isoformat()}: nobody has been "
            f"observed until then. The last purchase is of {latest.isoformat()}.",
            column="as_of",
            example=last,
        )
    limits.check_size(first, last, min(last, latest), asked, grain, window)
    return RetentionSettings(
        grain=grain, cohort_grain=asked, window=window, kind=kind, by=attribute, as_of=last, level=level,
        values=wanted, brackets=edges, detect_truncation=detect_truncation, first_date=first, last_date=latest,
        audience=audience,
    )  # fmt: skip


def _refuse_nobody(starts: pd.DataFrame, settings: RetentionSettings) -> None:
    if settings.audience is None or len(starts):
        return
    size, name = settings.audience.size, settings.audience.name
    why = (
        f"none of its {size:,} customers had bought by {periods.long_date(settings.as_of)}. Take a later as_of=."
        if size
        else "it holds no customer of this table. Take another audience, or audience=None for all."
    )
    raise DataError(f"audience={name!r} has nobody to follow: {why}", column="audience", count=0)


def _columns(layout: Layout, settings: RetentionSettings) -> list[tuple[int, int]]:
    columns = check.columns(settings.kind, settings.brackets, layout.ages)
    if not layout.grows:
        return columns
    had = layout.had(np.array([high for _, high in columns], dtype=np.int64)).any(axis=0)
    if not had.any():
        raise DataError(
            f"By {periods.long_date(settings.as_of)} nobody has had a full {settings.grain}, so that cohorts by "
            f"{settings.by!r} have no rate yet. Ask for a shorter grain=, or a later as_of=.",
            column="grain",
            example=settings.grain,
        )
    return [columns[number] for number in np.flatnonzero(had)]


def _truncation(
    store: Store, summary: Summary, layout: Layout, settings: RetentionSettings
) -> tuple[truncation.Truncation, bool]:
    if not settings.detect_truncation or settings.cohort_grain is None:
        return truncation.UNTESTED, False
    finding, read = store.truncation(settings)
    starts = summary.starts
    customers = starts["customers"].to_numpy(dtype=np.int64)
    return truncation.tell(finding, days(starts["first"]), customers, layout, settings), read


def _money(
    store: Store,
    summary: Summary,
    layout: Layout,
    settings: RetentionSettings,
    columns: Sequence[tuple[int, int]],
) -> dict[str, NDArray[np.int64]]:
    if not settings.values:
        return {}
    frame = summary.money(settings.cohort_grain, settings.values, columns)
    money = {NAMES[value]: layout.spread(frame, NAMES[value]) for value in settings.values}
    if "minor" in money and not money["minor"].any():
        store.check_amounts()
    return money
