"""Work for a widget: the latest wins, what is stopped is dropped, errors arrive."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from custintel_analytics.errors import Cancelled
from custintel_widgets.core.work import Progress, Work


def make() -> tuple[Work, list[Any]]:
    log: list[Any] = []
    return Work(lambda thread: log.append("interrupt"), lambda *step: log.append(step)), log


def test_now_returns_the_result_and_reports() -> None:
    work, log = make()

    def task(progress: Progress) -> int:
        progress(1, 2, "half")
        return 5

    assert work.now(task) == 5
    assert log == [(1, 2, "half")]


def test_later_without_a_loop_runs_at_once() -> None:
    work, _ = make()
    seen: list[Any] = []
    work.later(lambda progress: 3, seen.append, seen.append)
    assert seen == [3]


def test_latest_wins_and_earlier_is_interrupted() -> None:
    work, log = make()
    release, seen = threading.Event(), []

    def slow(progress: Progress) -> str:
        release.wait(5)
        progress(1, 1, "done")
        return "slow"

    async def scenario() -> None:
        work.later(slow, seen.append, seen.append)
        await asyncio.sleep(0.05)
        work.later(lambda progress: "quick", seen.append, seen.append)
        release.set()
        for _ in range(200):
            await asyncio.sleep(0.01)
            if seen:
                break
        await asyncio.sleep(0.1)

    asyncio.run(scenario())
    assert seen == ["quick"]
    assert log == ["interrupt"]


def test_stop_drops_the_result_and_raises_inside_the_task() -> None:
    work, _ = make()
    entered, release, inside, seen = threading.Event(), threading.Event(), [], []

    def task(progress: Progress) -> None:
        entered.set()
        release.wait(5)
        try:
            progress(1, 2, "going on")
        except Cancelled as error:
            inside.append(error)
            raise

    async def scenario() -> None:
        work.later(task, seen.append, seen.append)
        assert work.busy
        while not entered.is_set():
            await asyncio.sleep(0.01)
        work.stop()
        assert not work.busy
        release.set()
        while not inside:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)

    asyncio.run(asyncio.wait_for(scenario(), 10))
    assert len(inside) == 1
    assert seen == []


def test_errors_arrive_on_the_loop() -> None:
    work, _ = make()
    seen: list[Any] = []

    def fail(progress: Progress) -> None:
        raise ValueError("bad column")

    async def scenario() -> None:
        work.later(fail, seen.append, lambda error: seen.append((error, threading.current_thread())))
        while not seen:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(scenario(), 10))
    error, thread = seen[0]
    assert str(error) == "bad column"
    assert thread is threading.main_thread()
