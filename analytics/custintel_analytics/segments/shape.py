"""From raw columns to the frame that models take: types, levels, and what is told about each column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments.catalogue import BEHAVIOUR, RFM, Column, share_column, to_frame

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.segments.attributes import Side
    from custintel_analytics.segments.features import Features

_LOG_BEYOND = 1.0
_SHARES = ("category_", "channel_", "event_")
_VALUE = "custintel_value"
_TOGETHER = 2
_FAMILY = frozenset(
    (
        *RFM,
        *("cadence", "average_order", "purchase_days", "basket_lines", "discount_share", "returned_share"),
        *("recency_score", "frequency_score", "monetary_score", "active_days", "days_since_event"),
    )
)
"""Names that mean ours where two of them stand together; tenure, products and events are called so elsewhere too."""


def shaped(raw: pd.DataFrame, columns: Iterable[Column]) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """The frame by customer with the types of `Features.frame`, and the columns with their default for log.

    Raises
    ------
    DataError
        When a number is infinite.
    """
    import pandas as pd

    told = []
    made: dict[str, Any] = {}
    for column in columns:
        values = raw[column.column]
        if column.kind == "category":
            made[column.column] = _levels(values)
        elif column.kind == "flag":
            made[column.column] = _flag(values)
        else:
            number = values.to_numpy(dtype=np.float64, na_value=np.nan)
            _refuse_infinite(column.column, number)
            made[column.column] = number
            column = replace(column, log=_log(column, number))
        told.append(column)
    frame = pd.DataFrame(made, index=pd.Index(raw["customer"].to_numpy(), name="customer"))
    return frame.sort_index(), tuple(told)


def _levels(values: pd.Series) -> Any:
    import pandas as pd

    text = values.astype("object").where(values.notna(), None)
    counts = text.value_counts()
    levels = sorted(counts.index, key=lambda level: (-counts[level], level))
    return pd.Categorical(text, categories=levels)


def _flag(values: pd.Series) -> NDArray[Any]:
    if values.isna().any():
        return values.astype("float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return values.to_numpy(dtype=bool)


def _refuse_infinite(name: str, number: NDArray[np.float64]) -> None:
    infinite = int(np.isinf(number).sum())
    if infinite:
        raise DataError(
            f"Column {name!r} has {infinite:,} infinite value{'' if infinite == 1 else 's'}, often from a division by "
            "zero. Make them missing, for example frame.replace([np.inf, -np.inf], np.nan).",
            column=name,
            count=infinite,
            example=float(number[np.isinf(number)][0]),
        )


def _log(column: Column, number: NDArray[np.float64]) -> bool:
    known = number[~np.isnan(number)]
    if not len(known) or known.min() < 0 or column.unit in ("share", "score") or column.kind == "ordinal":
        return False
    return column.log or skewness(known) > _LOG_BEYOND


def skewness(values: NDArray[np.float64]) -> float:
    """The third standardised moment (Fisher, population), 0 where all are equal."""
    centred = values - values.mean()
    squared = centred * centred
    spread = float(squared.mean())
    # Below this a spread is what rounding leaves of equal values.
    if spread <= 1e-24 * float(values.mean()) ** 2:
        return 0.0
    return float((squared * centred).mean()) / float(spread**1.5)


def taken_from(kind: type[Features], frame: Any, value: Any, as_of: Any, include: Any = ()) -> Features:
    """`Features.from_frame`."""
    from custintel_analytics.cohorts.settings import check_date
    from custintel_analytics.segments.attributes import read_side
    from custintel_analytics.segments.catalogue import BASES
    from custintel_analytics.segments.offer import Offer

    frame = _one_of_each(frame)
    worth = _worth(value, frame)
    side = read_side(_with_ids(frame if worth is None else frame.assign(**{_VALUE: worth})), "frame")
    known = {name: column for name, column in side.columns.items() if name != _VALUE}
    ours = len(_FAMILY & {name for name, column in known.items() if column.kind != "category"}) >= _TOGETHER
    known = {name: _usual(name, column, side, ours) for name, column in known.items()}
    refused = {name: why for name, why in side.refused.items() if name != _VALUE}
    extra = {} if worth is None else {_VALUE: Column(_VALUE, "Value")}
    columns = _allowed(known, refused, include)
    side = replace(side, columns=columns | extra, origin={name: name for name in (*columns, *extra)})
    raw = side.run([*columns, *extra])
    made, told = shaped(raw, (*columns.values(), *extra.values()))
    told = told[: len(columns)]
    offer = Offer([*told, *(column for name, column in known.items() if name not in columns)], {}, refused)
    worth = made.pop(_VALUE) if extra else made.get("monetary")
    unsure = [] if ours else [name for name, column in columns.items() if _like_ours(column)]
    return kind(
        frame=made,
        catalogue=to_frame(told),
        as_of=check_date("as_of", as_of),
        table=None,
        value=None if worth is None else worth.rename("value"),
        recency=made.get("recency"),
        notes=(*side.notes, *_without_unit(unsure)),
        offered=offer.frame(told, BASES),
        _cadence=made.get("cadence"),
        _found=(*offer.left_out(told, BASES), *without_id(side), *_without_worth(worth if extra else None)),
    )


def as_pandas(data: Any) -> Any:
    """A frame of polars as one of pandas; anything else as it is."""
    if type(data).__module__.partition(".")[0] != "polars" or not hasattr(data, "columns"):
        return data
    return (data.collect() if hasattr(data, "collect") else data).to_pandas()


def _one_of_each(data: Any) -> pd.DataFrame:
    """The frame, with each name once."""
    import pandas as pd

    frame = as_pandas(data)
    if not isinstance(frame, pd.DataFrame):
        raise DataError(
            f"from_frame takes a pandas frame with one row per customer, not a {type(data).__name__}. For "
            "purchases use segments.features(table, …)."
        )
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise DataError(
            f"The frame has several columns called {twice[0]!r}. Keep one, or rename them: "
            "frame.loc[:, ~frame.columns.duplicated()] keeps the first.",
            column=str(twice[0]),
            count=len(twice),
        )
    return frame


def _allowed(known: dict[str, Column], refused: dict[str, str], include: Any) -> dict[str, Column]:
    """The columns that are taken: all but the sensitive ones that nobody asked for."""
    from custintel_analytics.segments.catalogue import few, find
    from custintel_analytics.segments.offer import refusal

    named = [include] if isinstance(include, str) else list(include or ())
    asked = find(named, [*known, *refused], "include") if named else []
    for name in asked:
        if name in refused:
            raise refusal(name, refused[name])
    columns = {name: column for name, column in known.items() if not column.sensitive or name in asked}
    if columns:
        return columns
    if known:
        raise DataError(
            f"All columns that can be used are sensitive: {few(list(known))}. Name those that you may use for this "
            f"purpose: include={list(known)[:1]!r}.",
            column=next(iter(known)),
            count=len(known),
        )
    if refused:
        raise refusal(*next(iter(refused.items())))
    raise DataError("The frame has no column beside the customer. Pass at least one.", count=0)


def _like_ours(column: Column) -> bool:
    ours = BEHAVIOUR.get(column.column)
    return ours is not None and column.kind != "category" and bool(ours.unit)


def _without_unit(names: list[str]) -> list[str]:
    if not names:
        return []
    one = len(names) == 1
    return [
        f"{', '.join(names)} {'is' if one else 'are'} taken without a unit: whether {'it counts' if one else 'they count'} "
        "days, orders or money is only sure beside others of the same kind, such as recency with frequency."
    ]


def _without_worth(worth: pd.Series | None) -> list[tuple[str, int, str, str, str]]:
    missing = 0 if worth is None else int(worth.isna().sum())
    if not missing:
        return []
    remedy = "Kept; values are of those who have one. Pass value= for every customer"
    return [("no value", missing, "customers", "", remedy)]


def without_id(side: Side) -> list[tuple[str, int, str, str, str]]:
    """The rows of a table that have no customer, as an entry of `left_out`."""
    if not side.without_id:
        return []
    return [(f"no customer in {side.name}", side.without_id, "rows", "", "Fill the column at the source")]


def _with_ids(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its ids in a column, taken from one called customer, else from an index that names them."""
    import pandas as pd

    from custintel_analytics.roles import normal
    from custintel_analytics.segments.attributes import ID_NAMES

    if frame.index.nlevels > 1:
        raise DataError("The frame's index has several levels. Keep the customer's alone.", column="customer")
    numbered = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    flags = set(frame.select_dtypes("bool").columns)
    for group in ID_NAMES[:-2] if numbered else ID_NAMES[:1]:
        if any(normal(str(column)) in group for column in frame.columns if column not in flags):
            return frame.reset_index(drop=True)
    return frame.rename_axis("customer").reset_index()


def _worth(value: Any, frame: pd.DataFrame) -> Any:
    """What each customer is worth, as a column for the frame."""
    import pandas as pd

    if value is None:
        return None
    if isinstance(value, str):
        if value not in frame.columns:
            raise DataError(
                f"value={value!r}: there is no such column. Columns: {', '.join(map(str, frame.columns))}.",
                column="value",
                example=value,
            )
        value = frame[value]
    worth = value if isinstance(value, pd.Series) else np.asarray(value)
    if not isinstance(worth, pd.Series) and worth.shape != (len(frame),):
        raise DataError(
            f"value= has shape {worth.shape} for {len(frame):,} customers. Pass one number for each row.",
            column="value",
        )
    if not pd.api.types.is_numeric_dtype(worth.dtype):
        raise DataError(f"value= is of type {worth.dtype}. Pass numbers.", column="value")
    if isinstance(worth, pd.Series):
        _check_aligned(worth, frame)
    return worth


def _check_aligned(worth: pd.Series, frame: pd.DataFrame) -> None:
    if worth.index.equals(frame.index):
        return
    if not worth.index.is_unique:
        twice = worth.index[worth.index.duplicated()][0]
        raise DataError(
            f"value= has several numbers for {twice!r}. Pass one for each customer.",
            column="value",
            example=twice,
        )
    if len(worth) and not worth.index.isin(frame.index).any():
        raise DataError(
            f"value= is a Series over another index: its labels look like {worth.index[0]!r}, those of the frame like "
            f"{frame.index[0]!r}, so no customer would have a value. Give it the frame's index, or pass "
            "value.to_numpy() where both are in the same order.",
            column="value",
            example=worth.index[0],
        )


def _usual(name: str, column: Column, side: Side, ours: bool) -> Column:
    """A column by what it is usually called: our own names keep their description among each other."""
    if name in BEHAVIOUR and column.kind != "category":
        return BEHAVIOUR[name] if ours else replace(column, base="behavioural")
    profile = side.profiles[side.origin[name]]
    if name.startswith(_SHARES) and column.kind != "category" and 0 <= profile.low <= profile.high <= 1:
        kind, _, value = name.partition("_")
        return share_column(kind, name, value)
    return column
