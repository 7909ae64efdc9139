"""What a fitted preprocessing does, as plain numbers: applied without scikit-learn, saved as JSON, written as SQL."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.segments.labelled import is_text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MISSING = "(missing)"


@dataclass(frozen=True)
class Number:
    """A column that becomes one value: filled, clipped, logged, shifted, scaled, weighted, in this order.

    Parameters
    ----------
    column
        Its name in the features.
    levels
        For categories as numbers: the levels in order, from 0.
    fill
        The value of those that are missing; None where nothing is filled.
    had_missing
        Whether values were missing when the model was fitted.
    low, high
        Where values are clipped.
    log
        Whether the signed log(1 + x) is taken.
    centre, scale
        What is subtracted, and by what is divided.
    factor
        By what the result is multiplied.
    """

    column: str
    levels: tuple[str, ...] | None
    fill: float | None
    had_missing: bool
    low: float | None
    high: float | None
    log: bool
    centre: float
    scale: float
    factor: float

    @property
    def width(self) -> int:
        """Number of values that the column becomes."""
        return 1

    def transform(self, values: pd.Series) -> Floats:
        """The prepared column, n × 1."""
        raw = self.raw(values)
        if self.fill is not None:
            raw = np.where(np.isnan(raw), self.fill, raw)
        if self.low is not None:
            raw = np.clip(raw, self.low, self.high)
        if self.log:
            raw = np.sign(raw) * np.log1p(np.abs(raw))
        return np.asarray((raw - self.centre) / self.scale * self.factor)[:, None]

    def raw(self, values: pd.Series) -> Floats:
        """The column as float64; levels as their numbers."""
        if self.levels is None:
            return values.to_numpy(dtype=np.float64, na_value=np.nan)
        codes = {level: float(code) for code, level in enumerate(self.levels)}
        return np.array([codes.get(str(value), np.nan) for value in values.astype(object)], dtype=np.float64)

    def unusual(self, values: pd.Series) -> list[str]:
        """What new customers have that the fitted ones had not."""
        raw = self.raw(values)
        said = []
        known = raw[~np.isnan(raw)]
        missing = int(values.isna().sum())
        if np.isinf(known).any():
            raise DataError(
                f"{self.column} is infinite for {int(np.isinf(known).sum()):,} customers. Correct them at the source, "
                "or make them missing.",
                column=self.column,
                count=int(np.isinf(known).sum()),
                example=float("inf"),
            )
        if missing and self.fill is None:
            raise DataError(
                f"{self.column} is missing for {missing:,} of {len(raw):,} customers, and impute=None fills nothing.",
                column=self.column,
                count=missing,
            )
        if missing and not self.had_missing:
            said.append(
                f"{self.column} is missing for {missing:,} of {len(raw):,} customers; taken as {self.fill:g}."
            )
        if unknown := len(raw) - len(known) - missing:
            said.append(
                f"{self.column} has an unknown level for {unknown:,} customers; taken as {self.fill:g}."
            )
        return said


@dataclass(frozen=True)
class Category:
    """A column that becomes 0 and 1 per level.

    Parameters
    ----------
    column
        Its name in the features.
    own
        Levels that are told apart.
    rare
        Levels that count as one, together with levels that are new.
    outputs
        What the values stand for, in order; None for the rare ones. A level that can be told by all others
        being 0 may have none.
    factor
        The value in place of 1.
    """

    column: str
    own: tuple[str, ...]
    rare: tuple[str, ...]
    outputs: tuple[str | None, ...]
    factor: float

    @property
    def width(self) -> int:
        """Number of values that the column becomes."""
        return len(self.outputs)

    def transform(self, values: pd.Series) -> Floats:
        """The prepared column, n × width."""
        codes = self.codes(values)
        wanted = np.array(
            [len(self.own) if level is None else self.own.index(level) for level in self.outputs]
        )
        return np.asarray((codes[:, None] == wanted[None, :]) * self.factor)

    def codes(self, values: pd.Series) -> NDArray[np.int64]:
        """The number of each customer's level; the one after the last for all that are rare or unknown."""
        import pandas as pd

        text = values.astype(object).where(values.notna(), MISSING).astype(str)
        known = pd.Index(self.own).get_indexer(pd.Index(text))
        return np.where(known < 0, len(self.own), known)

    def unusual(self, values: pd.Series) -> list[str]:
        """What new customers have that the fitted ones had not."""
        text = values.astype(object).where(values.notna(), MISSING).astype(str)
        new = text[~text.isin([*self.own, *self.rare])]
        if new.empty:
            return []
        how = "counted with the rare levels" if self.rare else "as far from every level"
        return [
            f"{self.column} has an unknown level for {len(new):,} customers, such as {new.iloc[0]!r}; {how}."
        ]


@dataclass(frozen=True)
class Recipe:
    """All columns of a preprocessing, in order, and the names of the values that they become."""

    parts: tuple[Number | Category, ...]
    outputs: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the features that are used."""
        return tuple(part.column for part in self.parts)

    def transform(self, frame: pd.DataFrame) -> Floats:
        """The matrix of other customers.

        Parameters
        ----------
        frame
            Features of n customers with at least the columns used.

        Returns
        -------
        numpy.ndarray
            n × d values.
        """
        return np.hstack([part.transform(frame[part.column]) for part in self.parts])

    def unusual(self, frame: pd.DataFrame) -> list[str]:
        """What is filled or unknown among new customers, in sentences.

        Raises
        ------
        DataError
            When a column isn't there, holds text where numbers were learned, or infinite values.
        """
        missing = [column for column in self.columns if column not in frame.columns]
        if missing:
            raise DataError(
                f"The customers lack {', '.join(missing)}, from which the segments were learned. Make the same "
                f"features: features(…, columns={list(self.columns)!r}).",
                column=missing[0],
                count=len(missing),
            )
        for part in self.parts:
            is_number = isinstance(part, Number) and part.levels is None
            if is_number and _holds_words(frame[part.column]):
                raise DataError(
                    f"{part.column} holds text, such as {frame[part.column].dropna().iloc[:1].tolist()}, but the "
                    "segments were learned from numbers.",
                    column=part.column,
                )
        return [said for part in self.parts for said in part.unusual(frame[part.column])]

    def to_list(self) -> list[dict[str, Any]]:
        """The parts as plain values."""
        return [asdict(part) for part in self.parts]

    @classmethod
    def from_list(cls, parts: list[dict[str, Any]], outputs: list[str]) -> Recipe:
        """The recipe that `to_list` wrote down."""
        read: list[Number | Category] = []
        for values in parts:
            tuples: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
            }
            read.append(Category(**tuples) if "own" in tuples else Number(**tuples))
        return cls(tuple(read), tuple(outputs))


def _holds_words(values: pd.Series) -> bool:
    """Whether a column holds text; flags among missing values are objects, but numbers."""
    return is_text(values) and any(isinstance(value, str) for value in values.dropna())
