"""Long work for a widget: one piece at a time, the latest wins, the page can stop it.

What Python asks for runs at once, so that the next line of the cell sees its result. What the page asks for
runs on a thread, so that the kernel can take up the page's wish to stop.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from custintel_analytics.errors import Cancelled

Progress = Callable[[int, int, str], None]


class Work:
    """Runs the recomputations of one widget.

    Parameters
    ----------
    interrupt
        Stops the query that is running, on engines that can.
    report
        Takes ``(done, total, message)`` from running work, on the kernel's own thread.
    """

    def __init__(self, interrupt: Callable[[], None], report: Progress) -> None:
        self._interrupt = interrupt
        self._report = report
        self._generation = 0
        self._running: threading.Event | None = None
        self._one_at_a_time = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether work for the page is under way."""
        return self._running is not None

    def stop(self) -> None:
        """Stop what runs; its result is dropped."""
        self._generation += 1
        if self._running is not None:
            self._running.set()
            self._running = None
            self._interrupt()

    def now(self, task: Callable[[Progress], Any]) -> Any:
        """Run `task` here and return its result; work that still runs for the page is dropped."""
        self.stop()
        with self._one_at_a_time:
            return task(self._report)

    def later(
        self,
        task: Callable[[Progress], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run `task` on a thread, then `done` or `failed` on the kernel's loop unless newer work came."""
        self.stop()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no event loop: a plain script or a test drives the widget
            self._finish(self._generation, *self._try(task, self._report), done, failed)
            return
        generation, stopped = self._generation, threading.Event()
        self._running = stopped

        def report(step: int, total: int, message: str) -> None:
            if stopped.is_set():
                raise Cancelled("stopped")
            loop.call_soon_threadsafe(self._report_if_latest, generation, step, total, message)

        def body() -> None:
            with self._one_at_a_time:
                result, error = (None, Cancelled("stopped")) if stopped.is_set() else self._try(task, report)
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._finish, generation, result, error, done, failed)

        threading.Thread(target=body, name="custintel-work", daemon=True).start()

    def _report_if_latest(self, generation: int, step: int, total: int, message: str) -> None:
        if generation == self._generation:
            self._report(step, total, message)

    @staticmethod
    def _try(task: Callable[[Progress], Any], report: Progress) -> tuple[Any, Exception | None]:
        try:
            return task(report), None
        except Exception as error:  # handed to `failed`, which shows it
            return None, error

    def _finish(
        self,
        generation: int,
        result: Any,
        error: Exception | None,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        if generation != self._generation:
            return
        self._running = None
        if error is None:
            done(result)
        else:
            failed(error)
