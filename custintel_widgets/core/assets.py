"""The built front end, read as text once per process.

A path would be watched and would keep each widget alive (anywidget 0.11); text is not.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"


class MissingFrontEnd(RuntimeError):
    """The package was installed without its built front end."""


@cache
def text(name: str) -> str:
    """Return the built file `name`, such as ``"cohort_heatmap.js"``.

    Raises
    ------
    MissingFrontEnd
        If the file was not built; the message says how to build it.
    """
    path = STATIC / name
    if not path.is_file():
        raise MissingFrontEnd(
            f"The built file {name} is missing from {STATIC}. In a checkout run `make build`; "
            "an installed package should be installed again: `pip install --force-reinstall custintel-widgets`."
        )
    return path.read_text(encoding="utf-8")
