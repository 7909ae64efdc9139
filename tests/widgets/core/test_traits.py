"""Traits that teach."""

from __future__ import annotations

import pytest
import traitlets

from custintel_widgets.core import traits


class Example(traitlets.HasTraits):
    measure = traits.choice(("retention", "revenue"), "retention", "what is shown")
    level = traits.number(0.95, 0.5, 0.999, "level")


def test_choice_lists_and_suggests() -> None:
    with pytest.raises(
        traitlets.TraitError, match=r"measure is 'retentoin'.*'retention', 'revenue'.*mean 'retention'"
    ):
        Example(measure="retentoin")


@pytest.mark.parametrize("value", [0.2, 1.0, "high", True, None, float("nan")])
def test_number_says_its_bounds(value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=r"level is .*between 0\.5 and 0\.999"):
        Example(level=value)


def test_kind_and_sync_are_in_the_metadata() -> None:
    assert set(Example.class_traits(kind="input", sync=True)) == {"measure", "level"}
