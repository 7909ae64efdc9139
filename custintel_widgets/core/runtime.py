"""The one chart runtime: vega, vega-lite and vega-embed reach the page once per kernel."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from custintel_widgets.core import assets


class ChartRuntime(anywidget.AnyWidget):
    """Carries the chart bundle; every widget refers to the same instance."""

    _esm = traitlets.Unicode().tag(sync=True)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return assets.text("runtime.js")


_shared: ChartRuntime | None = None


def shared_runtime() -> ChartRuntime:
    """Return the kernel's runtime; a new one where there is none or the old one was closed."""
    global _shared
    current: Any = _shared
    if current is None or current.comm is None:
        _shared = ChartRuntime()
    assert _shared is not None
    return _shared
