"""The examples in the docstrings give what they say."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["cohorts.retention", "audiences.audience"])
def test_examples(name):
    found = doctest.testmod(importlib.import_module(f"custintel_analytics.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
