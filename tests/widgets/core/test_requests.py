"""The request protocol: answers, errors, unknown names, progress, requests that are called off."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from custintel_analytics.errors import Cancelled
from custintel_widgets.core.requests import Requests, Then

Report = Callable[[int, int, str], None]
GO = threading.Event()


def double(progress: Report, x: int) -> int:
    return 2 * x


def refuse(progress: Report) -> None:
    raise ValueError("column 'amount' is empty")


def stopped(progress: Report) -> None:
    raise Cancelled("stopped")


def slow(progress: Report) -> str:
    progress(1, 2, "half")
    GO.wait(5)
    progress(2, 2, "done")
    return "slow"


def on_the_loop(progress: Report) -> Then:
    worker = threading.get_ident()
    return Then(lambda: worker != threading.get_ident())


def refused_on_the_loop(progress: Report) -> Then:
    def apply() -> None:
        raise ValueError("segment 7 isn't on show")

    return Then(apply)


@pytest.fixture
def sent() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def requests(sent: list[dict[str, Any]]) -> Requests:
    GO.clear()
    handlers = {
        "double": double,
        "refuse": refuse,
        "stopped": stopped,
        "slow": slow,
        "on_the_loop": on_the_loop,
        "refused_on_the_loop": refused_on_the_loop,
    }
    return Requests(sent.append, {"ping": lambda: "pong"}, handlers)


def ask(requests: Requests, name: str, number: int = 1, **args: Any) -> bool:
    return requests.receive({"kind": "request", "id": number, "name": name, "args": args})


def test_answers(requests: Requests, sent: list[dict[str, Any]]) -> None:
    assert ask(requests, "double", 7, x=21)
    assert sent == [{"kind": "response", "id": 7, "ok": True, "result": 42}]


@pytest.mark.parametrize(
    "name, args, words",
    [
        ("refuse", {}, "column 'amount' is empty"),
        ("stopped", {}, "Stopped."),
        ("tripel", {}, "double, on_the_loop, ping, refuse, refused_on_the_loop, slow, stopped"),
        ("double", {"y": 1}, "unexpected keyword argument 'y'"),
    ],
)
def test_failures_reach_the_page(
    requests: Requests, sent: list[dict[str, Any]], name: str, args: dict[str, Any], words: str
) -> None:
    ask(requests, name, **args)
    assert sent[0]["ok"] is False
    assert words in sent[0]["error"]


def run(scenario: Any) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 10))


def test_progress_comes_before_the_answer_and_others_are_answered_meanwhile(
    requests: Requests, sent: list[dict[str, Any]]
) -> None:
    async def scenario() -> None:
        ask(requests, "slow", 1)
        while not sent:
            await asyncio.sleep(0.01)
        ask(requests, "ping", 2)
        GO.set()
        while len(sent) < 4:
            await asyncio.sleep(0.01)

    run(scenario)
    assert [(m["kind"], m["id"]) for m in sent] == [
        ("progress", 1),
        ("response", 2),
        ("progress", 1),
        ("response", 1),
    ]
    assert sent[0] == {"kind": "progress", "id": 1, "fraction": 0.5, "message": "half"}
    assert sent[-1]["result"] == "slow"


def test_what_is_called_off_is_said_at_once_and_never_answered_later(
    requests: Requests, sent: list[dict[str, Any]]
) -> None:
    async def scenario() -> None:
        ask(requests, "slow", 1)
        while not sent:
            await asyncio.sleep(0.01)
        requests.receive({"kind": "cancel", "id": 1})
        assert sent[-1] == {"kind": "response", "id": 1, "ok": False, "error": "Stopped."}
        GO.set()
        while any(thread.name == "custintel-request" for thread in threading.enumerate()):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)

    run(scenario)
    assert [m["kind"] for m in sent] == ["progress", "response"]


@pytest.mark.parametrize("message", [None, "ping", {}, {"kind": "request"}, {"kind": "other", "id": 1}])
def test_other_messages_are_left_alone(requests: Requests, sent: list[dict[str, Any]], message: Any) -> None:
    assert not requests.receive(message)
    assert sent == []


def test_what_remains_is_done_on_the_kernels_own_thread(
    requests: Requests, sent: list[dict[str, Any]]
) -> None:
    async def scenario() -> None:
        ask(requests, "on_the_loop", 1)
        ask(requests, "refused_on_the_loop", 2)
        while len(sent) < 2:
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(scenario(), 5))
    answers = {message["id"]: message for message in sent}
    assert answers[1] == {"kind": "response", "id": 1, "ok": True, "result": True}
    assert answers[2] == {"kind": "response", "id": 2, "ok": False, "error": "segment 7 isn't on show"}
