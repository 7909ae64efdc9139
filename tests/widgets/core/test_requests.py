"""The request protocol: answers, errors, unknown names, cancelled requests."""

from __future__ import annotations

from typing import Any

import pytest

from custintel_analytics.errors import Cancelled
from custintel_widgets.core.requests import Requests


def refuse() -> None:
    raise ValueError("column 'amount' is empty")


def stopped() -> None:
    raise Cancelled("stopped")


@pytest.fixture
def sent() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def requests(sent: list[dict[str, Any]]) -> Requests:
    handlers = {"double": lambda x: 2 * x, "refuse": refuse, "stopped": stopped}
    return Requests(sent.append, handlers)


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
        ("tripel", {}, "double, refuse, stopped"),
        ("double", {"y": 1}, "unexpected keyword argument 'y'"),
    ],
)
def test_failures_reach_the_page(
    requests: Requests, sent: list[dict[str, Any]], name: str, args: dict[str, Any], words: str
) -> None:
    ask(requests, name, **args)
    assert sent[0]["ok"] is False
    assert words in sent[0]["error"]


def test_cancelled_before_it_began(requests: Requests, sent: list[dict[str, Any]]) -> None:
    requests.receive({"kind": "cancel", "id": 3})
    ask(requests, "double", 3, x=1)
    ask(requests, "double", 4, x=1)
    assert [message["ok"] for message in sent] == [False, True]


@pytest.mark.parametrize("message", [None, "ping", {}, {"kind": "request"}, {"kind": "other", "id": 1}])
def test_other_messages_are_left_alone(requests: Requests, sent: list[dict[str, Any]], message: Any) -> None:
    assert not requests.receive(message)
    assert sent == []
