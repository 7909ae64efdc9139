"""One self-contained HTML file: no requests, interactive without a kernel, no customer ids."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets.widgets.widget import _remove_buffers

from custintel_analytics.errors import DataError
from custintel_widgets.core import assets

if TYPE_CHECKING:
    from custintel_widgets.core.base import CustintelWidget

LARGE = 10_000_000

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0 auto; padding: 24px; max-width: 1280px; font: 15px/1.5 system-ui, sans-serif; }}
.ci-report-text {{ max-width: 72ch; }}
{css}
</style>
</head>
<body>
{body}
<script type="application/json" id="custintel-state">{state}</script>
<script type="module">{host}</script>
</body>
</html>
"""


class Report:
    """Widgets and text, in order, as one offline file.

    Parameters
    ----------
    items
        Widgets, and strings that become paragraphs; a string that begins with ``#`` becomes a heading.
    title
        The file's title.

    Raises
    ------
    DataError
        If an item is neither a widget of this package nor text.
    """

    def __init__(self, items: Sequence[CustintelWidget | str], *, title: str = "Report") -> None:
        from custintel_widgets.core.base import CustintelWidget

        for item in items:
            if not isinstance(item, CustintelWidget | str):
                raise DataError(
                    f"A report takes widgets and text; found {type(item).__name__}. "
                    "Put an Altair chart or a frame into a notebook cell instead, or describe it in text."
                )
        self.items = list(items)
        self.title = title

    def to_html(self, path: str | Path) -> Path:
        """Write the file and print its size; above 10 MB, say what makes it large."""
        document = self.document()
        target = Path(path)
        target.write_text(document, encoding="utf-8")
        size = len(document.encode("utf-8"))
        print(f"{target}: {size / 1e6:.1f} MB, opens offline, holds no customer ids.")
        if size > LARGE:
            print("Above 10 MB many mail servers refuse it. Coarser cohorts or periods make it smaller.")
        return target

    def document(self) -> str:
        """Return the whole file as text."""
        widgets = [item for item in self.items if not isinstance(item, str)]
        modules = {widget.component: assets.text(f"{widget.component}.js") for widget in widgets}
        models: dict[str, Any] = {}
        for number, widget in enumerate(widgets):
            models[f"w{number}"] = {"module": "widget", **_model_state(widget)}
        if widgets:
            modules["runtime"] = assets.text("runtime.js")
        for name in modules:
            models[name] = {"module": name, "state": {}, "buffers": []}
        modules["widget"] = assets.text("widget.js")
        state = {"modules": modules, "models": models, "views": [f"w{n}" for n in range(len(widgets))]}
        return _PAGE.format(
            title=html.escape(self.title),
            css="\n".join(sorted({assets.text(f"{widget.component}.css") for widget in widgets})),
            body="\n".join(self._blocks()),
            state=json.dumps(state, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c"),
            host=assets.text("export_host.js").replace("</script", "<\\/script"),
        )

    def _blocks(self) -> list[str]:
        blocks, number = [], 0
        for item in self.items:
            if isinstance(item, str):
                blocks.append(_text(item))
                continue
            blocks.append(f'<div data-custintel-view="w{number}">{item._twin()}</div>')
            number += 1
        return blocks


def _text(item: str) -> str:
    hashes = len(item) - len(item.lstrip("#"))
    if 0 < hashes <= 4:
        return f"<h{hashes}>{html.escape(item.lstrip('#').strip())}</h{hashes}>"
    return "".join(f'<p class="ci-report-text">{html.escape(part)}</p>' for part in item.split("\n\n"))


def _model_state(widget: CustintelWidget) -> dict[str, Any]:
    """The widget's state as the page's model holds it, with binary parts as base64."""
    kinds = ("input", "selection", "wire")
    keys = [
        name for name, trait in type(widget).class_traits().items() if trait.metadata.get("kind") in kinds
    ]
    state, paths, buffers = _remove_buffers(
        widget._without_kernel({key: getattr(widget, key) for key in keys})
    )
    state |= {"_runtime": "anywidget:runtime", "_module": f"anywidget:{widget.component}"}
    packed = [
        {"path": list(path), "data": base64.b64encode(bytes(buffer)).decode("ascii")}
        for path, buffer in zip(paths, buffers, strict=True)
    ]
    return {"state": state, "buffers": packed}
