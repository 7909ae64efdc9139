"""Trait types that make a widget's class body read as a list of what it is.

Three kinds of state: **inputs** (`choice`, `flag`, `text`, `number`, `count`, `names`, `labels`, `amounts`,
`numbers`, `rows`), the **selection** (`selection`) and the private **wire** (`wire`).
The kind is in the trait's metadata; saving, code and the typed interface of the
page are derived from it.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import traitlets


def nearest(word: str, names: Sequence[str]) -> str:
    """Return a hint that names the closest of `names`, or an empty string."""
    match = difflib.get_close_matches(str(word), names, n=1, cutoff=0.5)
    return f" Did you mean {match[0]!r}?" if match else ""


class InputError(traitlets.TraitError):
    """An input that can't be; a notebook shows its message without the way through the code."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class Choice(traitlets.Enum[Any]):
    """One of a few names; the error lists them and suggests the nearest."""

    def error(self, obj: Any, value: Any, error: Exception | None = None, info: str | None = None) -> Any:
        """Raise the error that lists the names."""
        names = [str(v) for v in self.values or ()]
        listed = ", ".join(repr(n) for n in names)
        raise InputError(f"{self.name} is {value!r}; choose one of {listed}.{nearest(value, names)}")


class Number(traitlets.Float[float, float]):
    """A number between two bounds; the error says which."""

    def error(self, obj: Any, value: Any, error: Exception | None = None, info: str | None = None) -> Any:
        """Raise the error that says the bounds."""
        raise InputError(f"{self.name} is {value!r}; give a number between {self.min} and {self.max}.")

    def validate(self, obj: Any, value: Any) -> Any:
        """Return `value` as a float if it lies between the bounds."""
        if not isinstance(value, int | float) or isinstance(value, bool) or not self.min <= value <= self.max:
            self.error(obj, value)
        return float(value)


class Pattern(traitlets.TraitType[str, str]):
    """Text of a certain form, or empty; the error shows an example."""

    default_value = ""

    def __init__(self, form: str, example: str, **settings: Any) -> None:
        super().__init__(**settings)
        self._form = re.compile(form)
        self._example = example

    def validate(self, obj: Any, value: Any) -> str:
        """Return `value` if it is empty or of the form."""
        if not isinstance(value, str) or (value and not self._form.fullmatch(value)):
            raise InputError(f"{self.name} is {value!r}; write it as {self._example}, or leave it empty.")
        return value


class Names(traitlets.TraitType[Any, Any]):
    """A list of names; the widget's own validator says which there are."""

    def make_dynamic_default(self) -> list[str]:
        """Return no names."""
        return []

    def validate(self, obj: Any, value: Any) -> list[str]:
        """Return `value` as a list if it holds names only."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise InputError(f"{self.name} is {value!r}; give a list of names, such as ['recency'].")
        wrong = [item for item in value if not isinstance(item, str)]
        if wrong:
            raise InputError(f"{self.name} holds {wrong[0]!r}, which isn't a name. Names are text.")
        return list(dict.fromkeys(value))


class Labels(traitlets.TraitType[Any, Any]):
    """Texts by number, such as the names that people gave to segments; None takes one away."""

    def __init__(self, longest: int, **settings: Any) -> None:
        super().__init__(**settings)
        self._longest = longest

    def make_dynamic_default(self) -> dict[str, str]:
        """Return no labels."""
        return {}

    def validate(self, obj: Any, value: Any) -> dict[str, str]:
        """Return `value` with its numbers as text if it holds short texts by whole numbers."""
        if not isinstance(value, Mapping):
            raise InputError(f"{self.name} is {value!r}; give a dict, such as {{0: 'Regulars'}}.")
        labels: dict[str, str] = {}
        for key, label in value.items():
            number = str(key)
            if not re.fullmatch(r"-?\d+", number) or not isinstance(label, str | None):
                raise InputError(f"{self.name} holds {key!r}: {label!r}; write a number and its text.")
            text = " ".join((label or "").split())
            if len(text) > self._longest:
                raise InputError(f"{text!r} has {len(text)} letters; {self._longest} fit.")
            if text:
                labels[number] = text
        return labels


class Amounts(traitlets.TraitType[Any, Any]):
    """Numbers by name, such as money by channel; the widget's own validator says which names there are."""

    def make_dynamic_default(self) -> dict[str, float]:
        """Return no amounts."""
        return {}

    def validate(self, obj: Any, value: Any) -> dict[str, float]:
        """Return `value` as a dict of floats if it holds a number from 0 by each name; a Series will do."""
        if not isinstance(value, Mapping) and not hasattr(value, "items"):
            raise InputError(f"{self.name} is {value!r}; give a dict, such as {{'tv': 50_000}}.")
        found: dict[str, float] = {}
        for key, amount in value.items():
            if not isinstance(key, str) or not _is_number(amount) or amount < 0:
                raise InputError(f"{self.name} holds {key!r}: {amount!r}; write a name and a number from 0.")
            found[key] = float(amount)
        return found


class Numbers(traitlets.TraitType[Any, Any]):
    """A list of numbers from 0."""

    def make_dynamic_default(self) -> list[float]:
        """Return no numbers."""
        return []

    def validate(self, obj: Any, value: Any) -> list[float]:
        """Return `value` as a list of floats."""
        if isinstance(value, str) or not hasattr(value, "__iter__"):
            raise InputError(f"{self.name} is {value!r}; give a list of numbers, such as [1, 1.2, 0.9].")
        items = list(value)
        wrong = [item for item in items if not _is_number(item) or item < 0]
        if wrong:
            raise InputError(f"{self.name} holds {wrong[0]!r}; all must be numbers from 0.")
        return [float(item) for item in items]


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)


class Rows(traitlets.TraitType[Any, Any]):
    """A small table as a list of dicts; the widget's own validator types its rows and teaches."""

    def make_dynamic_default(self) -> list[dict[str, Any]]:
        """Return an empty table."""
        return []


class Items(traitlets.TraitType[Any, Any]):
    """A list of selected things; the widget's own validator types its items and teaches."""

    info_text = "a list of selected things"

    def make_dynamic_default(self) -> list[Any]:
        """Return an empty selection."""
        return []


def choice(values: Sequence[str], default: str, help: str) -> Any:
    """An input with a few named values."""
    return Choice(list(values), default_value=default, help=help).tag(sync=True, kind="input")


def flag(default: bool, help: str) -> Any:
    """An input that is on or off."""
    return traitlets.Bool(default, help=help).tag(sync=True, kind="input")


def text(default: str, help: str, *, optional: bool = False) -> Any:
    """An input of text; None is allowed where it is optional."""
    if optional:
        return traitlets.Unicode(None, allow_none=True, help=help).tag(sync=True, kind="input")
    return traitlets.Unicode(default, help=help).tag(sync=True, kind="input")


def pattern(form: str, example: str, help: str) -> Any:
    """An input of text of a certain form, or empty."""
    return Pattern(form, example, help=help).tag(sync=True, kind="input")


def number(default: float, low: float, high: float, help: str) -> Any:
    """An input between two bounds."""
    return Number(default, min=low, max=high, help=help).tag(sync=True, kind="input")


def count(default: int, low: int, high: int, help: str) -> Any:
    """A whole-number input between two bounds."""
    return traitlets.Int(default, min=low, max=high, help=help).tag(sync=True, kind="input")


def names(help: str) -> Any:
    """An input of several names."""
    return Names(help=help).tag(sync=True, kind="input")


def labels(help: str, longest: int = 60) -> Any:
    """An input of texts by number."""
    return Labels(longest, help=help).tag(sync=True, kind="input")


def amounts(help: str) -> Any:
    """An input of numbers by name."""
    return Amounts(help=help).tag(sync=True, kind="input")


def numbers(help: str) -> Any:
    """An input of several numbers."""
    return Numbers(help=help).tag(sync=True, kind="input")


def rows(help: str) -> Any:
    """An input that is a small table; the widget validates its rows."""
    return Rows(help=help).tag(sync=True, kind="input")


def selection(help: str) -> Any:
    """A list of what is selected; the widget validates its items."""
    return Items(help=help).tag(sync=True, kind="selection")


def wire(help: str) -> Any:
    """Private state from Python to the page."""
    return traitlets.Dict(help=help).tag(sync=True, kind="wire")
