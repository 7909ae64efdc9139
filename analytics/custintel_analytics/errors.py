"""Errors that say what was found, where, and what to do about it."""

from __future__ import annotations

from typing import Any


class DataError(ValueError):
    """The data, or how they were described, can't be used as they are.

    Parameters
    ----------
    message
        A sentence for people: names the column or the argument, shows what was found, says what to do.
    column
        The column or role that the error is about.
    count
        How many rows are concerned, where that is known.
    example
        A value as it was found.
    """

    def __init__(
        self, message: str, *, column: str | None = None, count: int | None = None, example: Any = None
    ) -> None:
        super().__init__(message)
        self.column = column
        self.count = count
        self.example = example

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the data need attention, not the code."""
        return [f"{type(self).__name__}: {self}"]


class Cancelled(Exception):
    """The work was stopped by the user; nothing is wrong with the data."""


def translated(error: Exception) -> Exception:
    """An engine's error in our own words where it is the user's doing or their data's; else as it is."""
    kind = type(error).__name__
    if kind == "InterruptException":
        return Cancelled("The query was stopped.")
    if kind not in ("ConversionException", "InvalidInputException"):
        return error
    said = first_lines(error)
    if "CSV Error" in said:
        advice = (
            "Mend the line, or read the column as text and convert it yourself: "
            "as_table(ibis.duckdb.connect().read_csv(path, types={'amount': 'string'}), "
            "amount=lambda t: t.amount.try_cast('float64'))."
        )
    else:
        advice = "In an expression, try_cast in place of cast makes such values missing."
    return DataError(f"A value can't be read as its column's type: {said}. {advice}")


def first_lines(error: Exception) -> str:
    """What an engine says first about an error, in one line and without its own advice."""
    return ". ".join(line.strip() for line in str(error).partition("\n\n")[0].splitlines() if line.strip())
