"""From what is selected in a matrix to the customers it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts import periods
from custintel_analytics.cohorts.observation import begun_by
from custintel_analytics.cohorts.picks import Pick
from custintel_analytics.cohorts.settings import RetentionSettings, one_of
from custintel_analytics.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

_PARTS = {"cell": ("cohort", "age"), "row": ("cohort",), "column": ("age",), "diagonal": ("period",)}


def resolve(
    frame: pd.DataFrame,
    settings: RetentionSettings,
    *,
    cohort: Any = None,
    age: Any = None,
    period: Any = None,
) -> tuple[Pick, str]:
    """The customers that a cohort, an age, both, or a calendar period means, and a name for them.

    Raises
    ------
    DataError
        When nothing is selected, or what is selected isn't in the matrix.
    """
    if period is not None:
        if cohort is not None or age is not None:
            raise DataError("period= selects a diagonal; it can't be combined with cohort= or age=.")
        return _diagonal(frame, settings, period)
    if cohort is None and age is None:
        raise DataError("Nothing is selected. Pass cohort=, age=, both, or period=, or cells=[…].")
    pick: dict[str, Any] = {}
    names = []
    if cohort is not None:
        label = _label(frame, settings, cohort)
        names.append(label)
        if settings.cohort_grain is None:
            pick["attribute"] = label
        else:
            pick["first"] = _bounds(label, settings.cohort_grain)
    if age is not None:
        pick["ages"], last = _ages(frame, settings, age)
        if settings.cohort_grain is None:
            pick["begun_by"] = begun_by(last, settings.as_of, settings.grain, settings.window)
        names.append(f"{settings.grain} {int(age)}")
    return Pick(**pick), ", ".join(names)


def resolve_cells(
    frame: pd.DataFrame, settings: RetentionSettings, cells: Iterable[Mapping[str, Any]]
) -> tuple[list[Pick], str]:
    """The union of several selections, each as ``{"kind": "cell", "cohort": "1997-01", "age": 3}``.

    Raises
    ------
    DataError
        For an empty list, a kind that isn't known, or a part that is missing.
    """
    picks, names = [], []
    for cell in cells:
        kind = one_of("kind", cell.get("kind"), _PARTS)
        missing = [part for part in _PARTS[kind] if cell.get(part) is None]
        if missing:
            raise DataError(
                f"The selection {dict(cell)!r} lacks {' and '.join(missing)}.", example=dict(cell)
            )
        pick, name = resolve(frame, settings, **{part: cell[part] for part in _PARTS[kind]})
        picks.append(pick)
        names.append(name)
    if not picks:
        raise DataError("cells=[] selects nobody. Pass at least one cell, row, column or diagonal.")
    return picks, names[0] if len(names) == 1 else f"{len(names)} selections"


def _label(frame: pd.DataFrame, settings: RetentionSettings, cohort: Any) -> str:
    labels = frame["cohort"].unique().tolist()
    if settings.cohort_grain is None:
        wanted = str(cohort)
    else:
        index = periods.parse(cohort, settings.cohort_grain)
        wanted = periods.label(index, settings.cohort_grain)
    if wanted in labels:
        return wanted
    shown = ", ".join(labels[:6]) + (f" … {labels[-1]}" if len(labels) > 6 else "")
    raise DataError(f"There is no cohort {cohort!r}. Cohorts: {shown}.", column="cohort", example=cohort)


def _bounds(label: str, grain: str) -> tuple[Any, Any]:
    return periods.bounds(periods.parse(label, grain), grain)


def _ages(frame: pd.DataFrame, settings: RetentionSettings, age: Any) -> tuple[tuple[int, int | None], int]:
    """The ages that a column means, the end open where it is, and the last age of the column."""
    columns = dict(frame[["age", "age_to"]].drop_duplicates().itertuples(index=False, name=None))
    if age not in columns:
        shown = ", ".join(str(known) for known in list(columns)[:4])
        raise DataError(
            f"There is no age {age!r}. Ages: {shown}{' … ' + str(max(columns)) if len(columns) > 4 else ''}.",
            column="age",
            example=age,
        )
    last = int(columns[age])
    return (int(age), None if settings.kind == "unbounded" else last), last


def _diagonal(frame: pd.DataFrame, settings: RetentionSettings, period: Any) -> tuple[Pick, str]:
    if settings.window != "calendar":
        raise DataError(
            "A diagonal is a calendar period; with window='elapsed' every customer has windows of their own. "
            "Ask with window='calendar'.",
            column="period",
        )
    if settings.kind == "bracket":
        raise DataError(
            "A diagonal is one calendar period, but a bracket covers several ages. Ask with kind='classic'.",
            column="period",
        )
    index = periods.parse(period, settings.grain)
    first = periods.parse(settings.first_date, settings.grain)
    last = periods.parse(settings.as_of, settings.grain)
    if not first <= index <= last:
        shown = f"{periods.label(first, settings.grain)} to {periods.label(last, settings.grain)}"
        raise DataError(f"period={period!r} is outside the data, {shown}.", column="period", example=period)
    return Pick(period=index, or_later=settings.kind == "unbounded"), periods.long_label(
        index, settings.grain
    )
