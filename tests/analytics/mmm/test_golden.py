"""The vectors that the page is held to are what Python answers."""

import importlib.util
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "golden"
WRITTEN = json.loads((FOLDER / "mmm.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answers():
    # By its path: the script shares its name with the package.
    spec = importlib.util.spec_from_file_location("golden_mmm", FOLDER / "mmm.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return json.loads(json.dumps(script.vectors()))


@pytest.mark.parametrize("name", WRITTEN)
def test_golden_vectors_are_up_to_date(answers, name):
    """After a change of the arithmetic: python tests/golden/mmm.py, then npm test."""
    assert list(differences(answers[name], WRITTEN[name], name)) == []


def test_no_part_is_left_out(answers):
    assert list(answers) == list(WRITTEN)


def differences(found, written, where):
    """Where two structures differ; numbers by more than rounding."""
    if isinstance(found, dict) and isinstance(written, dict) and found.keys() == written.keys():
        for key in found:
            yield from differences(found[key], written[key], f"{where}.{key}")
    elif isinstance(found, list) and isinstance(written, list) and len(found) == len(written):
        for i, (one, other) in enumerate(zip(found, written, strict=True)):
            yield from differences(one, other, f"{where}[{i}]")
    elif isinstance(found, int | float) and isinstance(written, int | float):
        if found != pytest.approx(written, rel=1e-6, abs=1e-6):
            yield where, found, written
    elif found != written:
        yield where, found, written


def test_differences_are_seen():
    assert list(differences({"a": [1.0, "x"]}, {"a": [1.1, "y"]}, "")) == [
        (".a[0]", 1.0, 1.1),
        (".a[1]", "x", "y"),
    ]
    assert list(differences([1], [1, 2], "")) == [("", [1], [1, 2])]
