"""Requests from the page to Python, over custom messages that work in every host.

The page sends ``{"kind": "request", "id", "name", "args"}`` and gets ``{"kind": "response", "id", "ok", …}``,
after any number of ``{"kind": "progress", …}``; ``{"kind": "cancel", "id"}`` stops one that still runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from custintel_analytics.errors import Cancelled

Handler = Callable[..., Any]
Send = Callable[[dict[str, Any]], None]


class Requests:
    """Answers the page's requests by name."""

    def __init__(self, send: Send, handlers: Mapping[str, Handler]) -> None:
        self._send = send
        self._handlers = dict(handlers)
        self._cancelled: set[int] = set()

    def receive(self, message: Any) -> bool:
        """Handle one custom message; return whether it was one of this protocol."""
        if not isinstance(message, dict):
            return False
        kind, number = message.get("kind"), message.get("id")
        if not isinstance(number, int):
            return False
        if kind == "cancel":
            self._cancelled.add(number)
            return True
        if kind != "request":
            return False
        self._answer(number, str(message.get("name")), message.get("args") or {})
        return True

    def _answer(self, number: int, name: str, args: Mapping[str, Any]) -> None:
        handler = self._handlers.get(name)
        if handler is None:
            known = ", ".join(sorted(self._handlers))
            self._fail(
                number, f"The page asked for {name!r}, which this widget doesn't know. It knows: {known}."
            )
            return
        if number in self._cancelled:
            self._cancelled.discard(number)
            self._fail(number, "Stopped.")
            return
        try:
            result = handler(**args)
        except Cancelled:
            self._fail(number, "Stopped.")
        except Exception as error:  # every failure must reach the page: it is the only place that shows it
            self._fail(number, f"{error}" or type(error).__name__)
        else:
            self._send({"kind": "response", "id": number, "ok": True, "result": result})

    def _fail(self, number: int, reason: str) -> None:
        self._send({"kind": "response", "id": number, "ok": False, "error": reason})
