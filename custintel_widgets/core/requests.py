"""Requests from the page to Python, over custom messages that work in every host.

The page sends ``{"kind": "request", "id", "name", "args"}`` and gets ``{"kind": "response", "id", "ok", …}``,
after any number of ``{"kind": "progress", …}``; ``{"kind": "cancel", "id"}`` stops one that still runs.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import Any

from custintel_analytics.errors import Cancelled
from custintel_widgets.core.work import attempt

Quick = Callable[[], Any]
Handler = Callable[..., Any]
Send = Callable[[dict[str, Any]], None]


class Then:
    """What a handler returns when something remains to be done on the kernel's own thread, such as setting a trait.

    Parameters
    ----------
    apply
        Called there, unless the page has stopped the request meanwhile; what it returns is the answer.
    """

    def __init__(self, apply: Quick) -> None:
        self.apply = apply


class Requests:
    """Answers the page's requests by name.

    Parameters
    ----------
    send
        Sends a message to the page.
    quick
        Handlers without arguments that answer at once, even while others run.
    handlers
        Handlers that may take long: called on a thread with a progress callback, then the request's arguments.
    """

    def __init__(self, send: Send, quick: Mapping[str, Quick], handlers: Mapping[str, Handler]) -> None:
        self._send = send
        self._quick = dict(quick)
        self._handlers = dict(handlers)
        self._running: dict[int, threading.Event] = {}

    def receive(self, message: Any) -> bool:
        """Handle one custom message; return whether it was one of this protocol."""
        if not isinstance(message, dict):
            return False
        kind, number = message.get("kind"), message.get("id")
        if not isinstance(number, int) or kind not in ("request", "cancel"):
            return False
        if kind == "cancel":
            self._cancel(number)
        else:
            self._start(number, str(message.get("name")), message.get("args") or {})
        return True

    def _cancel(self, number: int) -> None:
        stopped = self._running.pop(number, None)
        if stopped is not None:
            stopped.set()
            self._send(_failure(number, "Stopped."))

    def _start(self, number: int, name: str, args: Mapping[str, Any]) -> None:
        if name in self._quick:
            self._send(_answer(number, *attempt(lambda progress: self._quick[name](), _silent)))
            return
        handler = self._handlers.get(name)
        if handler is None:
            known = ", ".join(sorted([*self._quick, *self._handlers]))
            self._send(
                _failure(
                    number, f"The page asked for {name!r}, which this widget doesn't know. It knows: {known}."
                )
            )
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no event loop: a plain script or a test drives the widget
            self._send(
                _answer(number, *_applied(*attempt(lambda progress: handler(progress, **args), _silent)))
            )
            return
        stopped = self._running[number] = threading.Event()

        def report(step: int, total: int, message: str) -> None:
            if stopped.is_set():
                raise Cancelled("stopped")
            fraction = step / total if total else None
            said = {"kind": "progress", "id": number, "fraction": fraction, "message": message}
            loop.call_soon_threadsafe(self._if_running, number, said)

        def body() -> None:
            result, error = attempt(lambda progress: handler(progress, **args), report)
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._finish, number, result, error)

        threading.Thread(target=body, name="custintel-request", daemon=True).start()

    def _if_running(self, number: int, message: dict[str, Any]) -> None:
        if number in self._running:
            self._send(message)

    def _finish(self, number: int, result: Any, error: Exception | None) -> None:
        if self._running.pop(number, None) is not None:
            self._send(_answer(number, *_applied(result, error)))


def _silent(done: int, total: int, message: str) -> None:
    """Nobody waits for progress where there is no event loop."""


def _applied(result: Any, error: Exception | None) -> tuple[Any, Exception | None]:
    return attempt(lambda progress: result.apply(), _silent) if isinstance(result, Then) else (result, error)


def _answer(number: int, result: Any, error: Exception | None) -> dict[str, Any]:
    if error is None:
        return {"kind": "response", "id": number, "ok": True, "result": result}
    if isinstance(error, Cancelled):
        return _failure(number, "Stopped.")
    return _failure(number, str(error) or type(error).__name__)


def _failure(number: int, reason: str) -> dict[str, Any]:
    return {"kind": "response", "id": number, "ok": False, "error": reason}
