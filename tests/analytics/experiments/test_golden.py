"""The vectors that the page is held to are what Python answers."""

import importlib
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="module")
def answers():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FOLDER)
        script = importlib.import_module("experiments")
    return json.loads(json.dumps(script.encoded(script.vectors())))


WRITTEN = json.loads((FOLDER / "experiments.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", WRITTEN)
def test_golden_vectors_are_up_to_date(answers, name):
    """After a change of arithmetic or words: python tests/golden/experiments.py, then npm test."""
    differing = list(differences(answers[name], WRITTEN[name], name))
    assert differing == []


def test_no_part_is_left_out(answers):
    assert list(answers) == list(WRITTEN)


def differences(found, written, where):
    """Where two structures differ; numbers by more than a billionth."""
    if isinstance(found, dict) and isinstance(written, dict) and found.keys() == written.keys():
        for key in found:
            yield from differences(found[key], written[key], f"{where}.{key}")
    elif isinstance(found, list) and isinstance(written, list) and len(found) == len(written):
        for i, (one, other) in enumerate(zip(found, written, strict=True)):
            yield from differences(one, other, f"{where}[{i}]")
    elif isinstance(found, int | float) and isinstance(written, int | float):
        if found != pytest.approx(written, rel=1e-9, abs=1e-11):
            yield where, found, written
    elif found != written:
        yield where, found, written


def test_differences_are_seen():
    assert list(differences({"a": [1.0, "x"]}, {"a": [1.0, "x"]}, "")) == []
    assert list(differences({"a": [1.0, "x"]}, {"a": [1.1, "y"]}, "")) == [
        (".a[0]", 1.0, 1.1),
        (".a[1]", "x", "y"),
    ]
    assert list(differences([1], [1, 2], "")) == [("", [1], [1, 2])]
