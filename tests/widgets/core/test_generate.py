"""The committed specifications and interfaces are what Python would write now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custintel_widgets.core import generate


@pytest.mark.parametrize("component", generate.COMPONENTS)
def test_generated_files_are_current(component: str) -> None:
    for path, text in generate.targets(component).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale: run `make generate`"


@pytest.mark.parametrize("component", generate.COMPONENTS)
def test_specifications_hold_no_data_and_no_address(component: str) -> None:
    text = generate.specifications(component)
    assert "http" not in text
    for spec in json.loads(text).values():
        assert "datasets" not in spec
        assert {p["name"] for p in spec["params"]} >= {"ink", "paper"}


def test_every_component_has_its_rooms() -> None:
    root = Path(generate.ROOT)
    for component in generate.COMPONENTS:
        for room in ("custintel_widgets", "js/widgets", "tests/widgets"):
            assert (root / room / component).is_dir()
