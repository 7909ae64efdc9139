"""A saved model predicts as before and holds nobody's id."""

import json

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import simulate
from custintel_analytics.errors import DataError
from custintel_analytics.segments.features import Features, features
from custintel_analytics.segments.segmentation import Segmentation

METHODS = ("rfm", "kmeans", "minibatch", "ward", "gmm", "hdbscan", "mixed")


@pytest.fixture(scope="module")
def made():
    purchases, _ = simulate.segments(500, 4, seed=3)
    random = np.random.default_rng(0)
    people = pd.DataFrame({"customer": np.arange(1, 501)})
    people["country"] = random.choice(["France", "Spain", "Österreich"], 500)
    people["age"] = np.where(random.random(500) < 0.1, np.nan, random.integers(18, 80, 500))
    # Ids that would be found in a file that held them.
    purchases["customer"] = "customer-" + purchases["customer"].astype(str)
    people["customer"] = "customer-" + people["customer"].astype(str)
    return features(purchases, people, bases=("behavioural", "demographic", "geographic"))


@pytest.mark.parametrize("method", METHODS)
def test_a_loaded_model_is_the_same(made, method, tmp_path):
    model = Segmentation(method, 4, names={0: "Ours"}, weights={"country": 0.5}, clip=0.01).fit(made)
    path = model.save(tmp_path / "models" / "segments.json")
    assert [file.name for file in path.parent.iterdir()] == ["segments.json"]
    loaded = Segmentation.load(path)
    np.testing.assert_array_equal(loaded.predict(made), model.predict(made))
    np.testing.assert_array_equal(loaded.predict(made.frame.iloc[::7]), model.predict(made.frame.iloc[::7]))
    assert loaded.settings == model.settings
    assert loaded.names_ == model.names_
    assert (loaded.as_of_, loaded.notes_, loaded.columns_) == (model.as_of_, model.notes_, model.columns_)
    assert loaded.inertia_ == model.inertia_
    pd.testing.assert_frame_equal(loaded.profile(), model.profile())
    pd.testing.assert_frame_equal(loaded.summary(), model.summary())
    pd.testing.assert_frame_equal(loaded.catalogue_, model.catalogue_, check_dtype=False)
    matrix = loaded.recipe_.transform(made.frame)
    np.testing.assert_allclose(loaded.distances(matrix), model.distances(), rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(loaded.rules().assign(made), model.rules().assign(made))
    again = Segmentation.load(loaded.save(tmp_path / "again.json"))
    assert (tmp_path / "again.json").read_text("utf-8") == path.read_text("utf-8")
    assert again.names_ == model.names_


def test_the_file_holds_words_and_numbers_but_no_customer(made, tmp_path):
    path = Segmentation("kmeans", 4).fit(made).save(tmp_path / "model.json")
    text = path.read_text("utf-8")
    values = json.loads(text)
    assert (values["format"], values["version"]) == ("custintel segmentation", 1)
    assert values["library"]
    assert values["as_of"] == made.as_of.isoformat()
    assert "customer-" not in text
    assert "NaN" not in text
    assert "Österreich" in text


def test_a_rename_survives(made, tmp_path):
    model = Segmentation("kmeans", 4).fit(made)
    model.rename({1: "Weekend buyers"})
    loaded = Segmentation.load(model.save(tmp_path / "model.json"))
    assert loaded.names_[1] == "Weekend buyers"
    assert "Weekend buyers" in loaded.summary()["name"].tolist()
    loaded.rename({1: ""})
    assert loaded.names_ == loaded.suggested_


def test_a_new_fit_keeps_the_numbers_of_a_loaded_model(made, tmp_path):
    loaded = Segmentation.load(Segmentation("kmeans", 4).fit(made).save(tmp_path / "model.json"))
    model = Segmentation("ward", 4).fit(made, previous=loaded)
    assert (model.labels_ == loaded.predict(made)).mean() > 0.95


def test_what_needs_the_customers_says_so(made, tmp_path):
    loaded = Segmentation.load(Segmentation("kmeans", 4).fit(made).save(tmp_path / "model.json"))
    for ask in (
        lambda: loaded.why(1),
        lambda: loaded.borders(),
        lambda: loaded.importance(),
        lambda: loaded.projection(),
        lambda: loaded.audience(0),
        lambda: loaded.rules(max_depth=2),
        lambda: loaded.distances(),
        lambda: loaded.cut(3),
    ):
        with pytest.raises(DataError, match="loaded from a file, which holds no customers"):
            ask()
    with pytest.raises(DataError, match="Pass features="):
        loaded.to_sql()
    assert loaded.to_sql(features=made).startswith("WITH")


def test_unusual_customers_are_said(made, tmp_path):
    loaded = Segmentation.load(Segmentation("kmeans", 4).fit(made).save(tmp_path / "model.json"))
    new = made.frame.iloc[:5].assign(recency=np.nan)
    with pytest.warns(UserWarning, match="recency is missing for 5 of 5 customers"):
        assert (loaded.predict(new) >= 0).all()
    with pytest.raises(DataError, match="The customers lack country"):
        loaded.predict(Features.from_frame(made.frame.drop(columns="country")))


@pytest.mark.parametrize(
    "text, said",
    [
        ("segments", "holds no JSON"),
        ("[1]", "holds no segmentation"),
        ('{"format": "other"}', "holds no segmentation"),
        (
            '{"format": "custintel segmentation", "version": 9, "library": "7.1"}',
            r"custintel-widgets 7\.1 in format 9",
        ),
    ],
)
def test_other_files_are_explained(text, said, tmp_path):
    path = tmp_path / "model.json"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=said):
        Segmentation.load(path)


@pytest.mark.parametrize("key", ["recipe", "names", "version", "rules", "summary"])
def test_a_file_that_lacks_something(made, key, tmp_path):
    path = Segmentation("kmeans", 3).fit(made).save(tmp_path / "model.json")
    values = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({name: value for name, value in values.items() if name != key}), "utf-8")
    with pytest.raises(DataError, match=f"damaged or was edited: it lacks '{key}'"):
        Segmentation.load(path)
    path.write_text(json.dumps({**values, key: 7.5}), "utf-8")
    with pytest.raises(DataError):
        Segmentation.load(path)
