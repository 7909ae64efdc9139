from __future__ import annotations

import logging
from pathlib import Path

import pytest

from custintel_widgets.server.examples import examples_folder as shipped_folder
from custintel_widgets.server.examples import find_examples


def test_examples_come_in_their_own_order_with_what_they_say_of_themselves(examples_folder, write_example):
    write_example("b", {"title": "Later", "order": 2})
    write_example("lessons/c", {"title": "Lesson"})
    path = write_example(
        "a", {"title": "First", "description": "Hm.", "widget": "cohort_heatmap", "order": 1}
    )
    found = find_examples(examples_folder)
    assert [each.name for each in found] == ["a", "b", "lessons/c"]
    first = found[0]
    assert (first.title, first.description, first.widget) == ("First", "Hm.", "cohort_heatmap")
    assert first.path == path


def test_notebooks_without_a_title_and_hidden_copies_are_not_offered(examples_folder, write_example):
    write_example("plain", None)
    write_example("untitled", {"order": 1})
    write_example(".ipynb_checkpoints/a-checkpoint", {"title": "Old"})
    assert find_examples(examples_folder) == []


def test_a_broken_notebook_is_reported_and_hides_no_other(
    examples_folder: Path, write_example, caplog: pytest.LogCaptureFixture
):
    write_example("good", {"title": "Good"})
    (examples_folder / "broken.ipynb").write_text("{", encoding="utf-8")
    (examples_folder / "list.ipynb").write_text("[]", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert [each.name for each in find_examples(examples_folder)] == ["good"]
    assert "broken.ipynb" in caplog.text
    assert "list.ipynb" in caplog.text


def test_the_repository_notebooks_are_found_in_an_editable_install():
    assert shipped_folder().name in {"examples", "example_notebooks"}


def test_a_folder_that_is_missing_holds_no_examples(tmp_path: Path):
    assert find_examples(tmp_path / "none") == []
