"""What a re-run cell leaves behind: nothing, unless it is still on show."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from custintel_widgets.core import lifetime


class Fake:
    def __init__(self) -> None:
        self.comm: object | None = object()
        self._replaced = False
        self._views_in_page = 0

    def close(self) -> None:
        self.comm = None


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    def enter(cell: str | None, execution: str = "") -> None:
        monkeypatch.setattr(lifetime, "current_cell", lambda: None if cell is None else (cell, execution))

    return enter


def test_the_same_cell_run_again_closes_what_nobody_sees(run: Any) -> None:
    nursery, first, second = lifetime.Nursery(), Fake(), Fake()
    run("a", "1")
    nursery.add(first)
    run("a", "2")
    nursery.add(second)
    assert first.comm is None
    assert second.comm is not None


def test_what_is_still_on_show_is_only_marked(run: Any) -> None:
    nursery, first = lifetime.Nursery(), Fake()
    first._views_in_page = 1
    run("a", "1")
    nursery.add(first)
    run("a", "2")
    nursery.add(Fake())
    assert first.comm is not None
    assert first._replaced


def test_two_widgets_of_one_run_and_other_cells_are_left_alone(run: Any) -> None:
    nursery, widgets = lifetime.Nursery(), [Fake() for _ in range(3)]
    run("a", "1")
    nursery.add(widgets[0])
    nursery.add(widgets[1])
    run("b", "2")
    nursery.add(widgets[2])
    assert all(w.comm is not None and not w._replaced for w in widgets)


def test_the_nursery_keeps_nothing_alive(run: Any) -> None:
    nursery, widget = lifetime.Nursery(), Fake()
    run("a", "1")
    nursery.add(widget)
    ref = weakref.ref(widget)
    del widget
    gc.collect()
    assert ref() is None


def test_outside_a_notebook_nothing_is_remembered(run: Any) -> None:
    nursery, widget = lifetime.Nursery(), Fake()
    run(None)
    nursery.add(widget)
    assert nursery._made == {}
