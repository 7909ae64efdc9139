"""The modules that all widgets of a kernel share: the chart runtime, and one for each component.

They reach the page once per kernel; a widget itself carries only the shell that brings them together.
"""

from __future__ import annotations

from collections.abc import Callable
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


class ComponentModule(anywidget.AnyWidget):
    """Carries a component's page code; every widget of the component refers to the same instance."""

    _esm = traitlets.Unicode().tag(sync=True)

    def __init__(self, component: str) -> None:
        super().__init__(_esm=assets.text(f"{component}.js"))


_shared: dict[str, anywidget.AnyWidget] = {}


def shared_runtime() -> anywidget.AnyWidget:
    """Return the kernel's runtime; a new one where there is none or the old one was closed."""
    return _open("runtime", ChartRuntime)


def shared_module(component: str) -> anywidget.AnyWidget:
    """Return the kernel's module of `component`; a new one where there is none or the old one was closed."""
    return _open(component, lambda: ComponentModule(component))


def _open(name: str, make: Callable[[], anywidget.AnyWidget]) -> anywidget.AnyWidget:
    current: Any = _shared.get(name)
    if current is None or current.comm is None:
        _shared[name] = make()
    return _shared[name]
