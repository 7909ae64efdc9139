"""Freeing widgets whose cell was run again.

ipywidgets keeps every widget until it is closed, and IPython's output history keeps every displayed object, so
a cell that is run twenty times leaves twenty widgets. A widget remembers the cell that made it. When the
same cell runs again and the page says that no view of the old widget is left, the old one is closed and
taken out of the output history. Displaying a closed widget opens it again, so nothing is lost to someone who
kept it.
"""

from __future__ import annotations

import weakref
from typing import Any


def current_cell() -> tuple[str, str] | None:
    """Return the running cell's id and its execution's id; None outside a notebook."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return None
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return None
    parent = kernel.get_parent("shell") or {}
    cell = (parent.get("metadata") or {}).get("cellId")
    execution = (parent.get("header") or {}).get("msg_id")
    return (str(cell), str(execution)) if cell and execution else None


class Nursery:
    """Knows which widgets each cell made, and which of them a newer run replaced."""

    def __init__(self) -> None:
        self._made: dict[str, list[tuple[str, weakref.ref[Any]]]] = {}

    def add(self, widget: Any) -> None:
        """Remember that the running cell made `widget`; mark what its earlier runs made as replaced."""
        place = current_cell()
        if place is None:
            return
        cell, execution = place
        alive = [(run, ref) for run, ref in self._made.get(cell, []) if ref() is not None]
        for run, ref in alive:
            older = ref()
            if run != execution and older is not None:
                older._replaced = True
                if older._views_in_page == 0:
                    older.close()
        self._made[cell] = [
            *[(run, ref) for run, ref in alive if run == execution or _open(ref)],
            (execution, weakref.ref(widget)),
        ]


def _open(ref: weakref.ref[Any]) -> bool:
    widget = ref()
    return widget is not None and widget.comm is not None


def forget_output(widget: Any) -> None:
    """Take `widget` out of IPython's output history (``Out``, ``_``, ``__``, ``___``, ``_7``)."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return
    shell: Any = get_ipython()
    if shell is None:
        return
    history = shell.user_ns.get("_oh", {})
    # IPython writes what it displayed into both: the second tells `%who` what isn't the user's own.
    spaces = (shell.user_ns, shell.user_ns_hidden)
    for number in [n for n, value in history.items() if value is widget]:
        del history[number]
        for space in spaces:
            space.pop(f"_{number}", None)
    for name in ("_", "__", "___"):
        for space in spaces:
            if space.get(name) is widget:
                space[name] = ""
        if getattr(shell.displayhook, name, None) is widget:
            setattr(shell.displayhook, name, "")


nursery = Nursery()
