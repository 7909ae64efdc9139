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
Task = Callable[[Progress], Any]


class _Job:
    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.thread: int | None = None


class Work:
    """Runs one kind of work of one widget.

    Parameters
    ----------
    interrupt
        Takes a thread's number and stops the query that this thread runs, on engines that can.
    report
        Takes ``(done, total, message)`` from running work, on the kernel's own thread.
    """

    def __init__(self, interrupt: Callable[[int], None], report: Progress) -> None:
        self._interrupt = interrupt
        self._report = report
        self._generation = 0
        self._running: _Job | None = None
        self._one_at_a_time = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether work for the page is under way."""
        return self._running is not None

    def stop(self) -> None:
        """Stop what runs; its result is dropped."""
        self._generation += 1
        job, self._running = self._running, None
        if job is not None:
            job.stopped.set()
            if job.thread is not None:
                self._interrupt(job.thread)

    def now(self, task: Task) -> Any:
        """Run `task` here and return its result; work that still runs for the page is dropped."""
        self.stop()
        with self._one_at_a_time:
            return task(self._report)

    def later(self, task: Task, done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        """Run `task` on a thread, then `done` or `failed` on the kernel's loop unless newer work came."""
        self.stop()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no event loop: a plain script or a test drives the widget
            self._finish(self._generation, *attempt(task, self._report), done, failed)
            return
        generation, job = self._generation, _Job()
        self._running = job

        def report(step: int, total: int, message: str) -> None:
            if job.stopped.is_set():
                raise Cancelled("stopped")
            loop.call_soon_threadsafe(self._report_if_latest, generation, step, total, message)

        def body() -> None:
            with self._one_at_a_time:
                job.thread = threading.get_ident()
                result, error = (
                    (None, Cancelled("stopped")) if job.stopped.is_set() else attempt(task, report)
                )
                job.thread = None
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._finish, generation, result, error, done, failed)

        threading.Thread(target=body, name="custintel-work", daemon=True).start()

    def _report_if_latest(self, generation: int, step: int, total: int, message: str) -> None:
        if generation == self._generation:
            self._report(step, total, message)

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


def attempt(task: Task, report: Progress) -> tuple[Any, Exception | None]:
    """Return the task's result, or the exception that whoever waits for it must show."""
    try:
        return task(report), None
    except Exception as error:
        return None, error
