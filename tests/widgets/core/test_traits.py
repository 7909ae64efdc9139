"""Traits that teach."""

from __future__ import annotations

import pytest
import traitlets

from custintel_widgets.core import traits


class Example(traitlets.HasTraits):
    measure = traits.choice(("retention", "revenue"), "retention", "what is shown")
    level = traits.number(0.95, 0.5, 0.999, "level")
    columns = traits.names("columns")
    titles = traits.labels("titles")


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
    assert set(Example.class_traits(kind="input", sync=True)) == {"measure", "level", "columns", "titles"}


def test_names_are_texts_each_once() -> None:
    assert Example(columns=("recency", "frequency", "recency")).columns == ["recency", "frequency"]
    assert Example().columns == []


@pytest.mark.parametrize("value, words", [("recency", "a list of names"), ([1], "1, which isn't a name")])
def test_names_refuse_what_is_no_name(value: object, words: str) -> None:
    with pytest.raises(traitlets.TraitError, match=words):
        Example(columns=value)


def test_labels_are_texts_by_number() -> None:
    example = Example(titles={0: " Regular  guests ", "1": "New", 2: "", 3: None})
    assert example.titles == {"0": "Regular guests", "1": "New"}


@pytest.mark.parametrize(
    "value, words", [(["New"], "give a dict"), ({"a": "New"}, "'a': 'New'"), ({0: "x" * 61}, "60 fit")]
)
def test_labels_refuse_what_has_no_number_or_no_end(value: object, words: str) -> None:
    with pytest.raises(traitlets.TraitError, match=words):
        Example(titles=value)
