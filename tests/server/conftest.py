from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# Brings the `jp_*` fixtures and runs coroutine tests, for this folder only.
from pytest_jupyter.jupyter_server import *  # noqa: F403

from custintel_widgets.server import handlers
from custintel_widgets.server.examples import find_examples

WriteExample = Callable[..., Path]


@pytest.fixture
def examples_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of example notebooks in the place of the package's own."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    monkeypatch.setattr(handlers, "find_examples", functools.partial(find_examples, folder))
    return folder


@pytest.fixture
def write_example(examples_folder: Path) -> WriteExample:
    def write(name: str, about: dict[str, Any] | None, source: str = "1 + 1") -> Path:
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "execution_count": 1}
        output = {"output_type": "display_data", "data": {"text/html": "<b>2</b>"}, "metadata": {}}
        notebook = {
            "cells": [cell | {"outputs": [output]}],
            "metadata": {} if about is None else {"custintel": about},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path = examples_folder / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return path

    return write


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"custintel_widgets": True}}}
