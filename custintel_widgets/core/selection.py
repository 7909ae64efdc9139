"""Selections as widgets keep them: lists of typed items, each once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from custintel_widgets.core.traits import InputError

Item = dict[str, Any]


def normalised(
    items: Any, is_one: Callable[[Any], bool], typed: Callable[[Any], Item], examples: str
) -> list[Item]:
    """Return the typed list for what a person or the page gave.

    Parameters
    ----------
    items
        A list of items, or one of them.
    is_one
        Whether something is a single item.
    typed
        Gives an item the form in which it is kept; raises InputError for what can't be selected.
    examples
        Items of each kind, for the message.

    Raises
    ------
    InputError
        If it is no list, or an item can't be selected.
    """
    if is_one(items):
        items = [items]
    if not isinstance(items, Sequence) or isinstance(items, str):
        raise InputError(f"A selection is a list; found {items!r}. Items look like {examples}.")
    unique: list[Item] = []
    for item in map(typed, items):
        if item not in unique:
            unique.append(item)
    return unique
