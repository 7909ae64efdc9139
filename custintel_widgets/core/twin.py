"""A frame as a plain HTML table, for places where no widget can live."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd

# All cells take their look from the table: a style on each would be most of what a first display sends.
_LOOK = (
    'cellpadding="4" rules="rows" style="border-collapse:collapse;font:13px/1.4 system-ui,sans-serif;'
    'text-align:right;white-space:nowrap"'
)


def table(frame: pd.DataFrame, *, caption: str, note: str = "", limit: tuple[int, int] = (26, 26)) -> str:
    """Return `frame` as a captioned table of at most `limit` rows and columns; what is not shown is said.

    Parameters
    ----------
    frame
        Text cells; index and columns are the headings.
    caption
        The finding, above the table.
    note
        What can't be concluded, below it.
    """
    shown = frame.iloc[: limit[0], : limit[1]]
    head = "".join(f'<th scope="col">{html.escape(str(c))}</th>' for c in shown.columns)
    rows = "".join(_row(label, row) for label, row in zip(shown.index, shown.to_numpy(), strict=True))
    hidden = [
        f"{total - kept} more {what}"
        for total, kept, what in zip(frame.shape, shown.shape, ("rows", "columns"), strict=True)
        if total > kept
    ]
    rest = f"{', '.join(hidden)} not shown here. " if hidden else ""
    corner = html.escape(str(frame.index.name or ""))
    return (
        f'<table {_LOOK}><caption style="text-align:left;padding:4px">{html.escape(caption)}</caption>'
        f'<thead><tr><th scope="col">{corner}</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
        + (
            f'<p style="font:12px system-ui,sans-serif">{html.escape(rest + note)}</p>'
            if rest or note
            else ""
        )
    )


def _row(label: Any, cells: Any) -> str:
    body = "".join(f"<td>{html.escape(str(c))}</td>" for c in cells)
    return f'<tr><th scope="row">{html.escape(str(label))}</th>{body}</tr>'
