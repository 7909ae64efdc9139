"""The notebook's own shortcuts, and what they would change."""

from __future__ import annotations

from typing import Any

from .lab import Notebook

# Cut, delete, insert above and below, change to Markdown, undo, copy, paste, move, run, enter editing.
SHORTCUTS = (
    "x",
    "d",
    "d",
    "a",
    "b",
    "m",
    "z",
    "c",
    "v",
    "j",
    "k",
    "ArrowDown",
    "ArrowUp",
    "ArrowLeft",
    "ArrowRight",
    "0",
    "0",
)


def notebook_state(notebook: Notebook) -> dict[str, Any]:
    """What the notebook's shortcuts would change."""
    state: dict[str, Any] = notebook.page.evaluate(
        """() => {
          const { content } = window.jupyterapp.shell.currentWidget;
          return {
            sources: content.model.sharedModel.cells.map(cell => cell.source),
            types: content.widgets.map(cell => cell.model.type),
            active: content.activeCellIndex,
            mode: content.mode,
            outputs: content.widgets.map(cell => cell.outputArea?.model.length ?? 0),
          };
        }"""
    )
    return state
