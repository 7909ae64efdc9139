"""The matrix: what happens to each column, the same in scikit-learn's pipeline and in the plain recipe."""

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.preprocessing import RobustScaler, StandardScaler

from custintel_analytics.errors import DataError
from custintel_analytics.segments.features import Features
from custintel_analytics.segments.preprocessing import MOST_LEVELS, prepare
from custintel_analytics.segments.recipe import Recipe
from custintel_analytics.segments.settings import check
from custintel_analytics.segments.transformers import Winsoriser

DEFAULTS = {
    "method": "kmeans",
    "n_segments": 3,
    "log": True,
    "scaling": "standard",
    "clip": None,
    "impute": "median",
    "encode": "onehot",
    "weights": None,
    "random_state": 0,
    "n_init": 3,
}


def settings(**changed):
    return check(**{**DEFAULTS, **changed})


def people(size=300, seed=0):
    """Every kind of column, with gaps."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "recency": random.integers(0, 400, size).astype("float64"),
            "monetary": np.round(random.lognormal(4, 1, size), 2),
            "cadence": np.where(random.random(size) < 0.3, np.nan, random.integers(1, 90, size)),
            "member": random.random(size) < 0.3,
            "country": random.choice(["France", "Spain", "Italy"], size, p=[0.6, 0.3, 0.1]),
        },
        index=pd.Index(np.arange(size), name="customer"),
    )
    frame.loc[frame.index[:20], "country"] = None
    return frame


def features(frame=None, **columns):
    return Features.from_frame((people() if frame is None else frame).assign(**columns))


def test_numbers_are_logged_and_standardised():
    made = features()
    prepared = prepare(made, settings())
    outputs = list(prepared.recipe.outputs)
    assert outputs == [
        "recency",
        "monetary",
        "cadence",
        "member",
        *("country_(missing)", "country_France", "country_Italy", "country_Spain"),
    ]
    filled = made.frame["cadence"].fillna(made.frame["cadence"].median())
    for column, values in (("recency", made.frame["recency"]), ("cadence", filled)):
        expected = StandardScaler().fit_transform(np.log1p(values.to_numpy())[:, None])[:, 0]
        np.testing.assert_allclose(prepared.matrix[:, outputs.index(column)], expected, rtol=1e-12)
    assert set(prepared.matrix[:, outputs.index("member")]) == {0, 1}
    assert (prepared.matrix[:, 4:].sum(axis=1) == 1).all()
    assert prepared.pipeline.get_feature_names_out().tolist() == outputs


def test_robust_clipped_and_weighted():
    made = features(people()[["monetary"]])
    prepared = prepare(made, settings(scaling="robust", clip=0.05, weights={"monetary": 4}))
    values = made.frame["monetary"].to_numpy()
    clipped = np.clip(values, *np.quantile(values, [0.05, 0.95]))
    expected = RobustScaler().fit_transform(np.log1p(clipped)[:, None])
    # A weight of 4 quadruples the squared distance.
    np.testing.assert_allclose(prepared.matrix, 2 * expected, rtol=1e-12)


def test_without_log_and_scaling_nothing_changes():
    made = features(people()[["recency", "monetary"]])
    prepared = prepare(made, settings(log=False, scaling="none"))
    np.testing.assert_array_equal(prepared.matrix, made.frame.to_numpy())


@hypothesis_settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    changed=st.fixed_dictionaries(
        {
            "method": st.sampled_from(["kmeans", "mixed"]),
            "log": st.booleans(),
            "scaling": st.sampled_from(["standard", "robust", "none"]),
            "clip": st.sampled_from([None, 0.01, 0.1]),
            "impute": st.sampled_from(["median", "mean"]),
            "weights": st.sampled_from([None, {"recency": 3, "country": 0.5}, {"member": 0}]),
        }
    ),
    encode=st.sampled_from(["onehot", "ordinal"]),
)
def test_the_recipe_does_what_the_pipeline_does(seed, changed, encode):
    made = features(people(120, seed))
    encode = "onehot" if changed["method"] == "mixed" else encode
    prepared = prepare(made, settings(**changed, encode=encode))
    np.testing.assert_allclose(prepared.recipe.transform(made.frame), prepared.matrix, rtol=1e-12, atol=1e-13)
    saved = json.loads(json.dumps(prepared.recipe.to_list()))
    assert Recipe.from_list(saved, list(prepared.recipe.outputs)) == prepared.recipe
    others = features(people(50, seed + 1)).frame
    np.testing.assert_allclose(
        prepared.recipe.transform(others), prepared.pipeline.transform(others), rtol=1e-12, atol=1e-13
    )


def test_the_pipeline_can_be_taken_away():
    made = features()
    pipeline = clone(prepare(made, settings(clip=0.01)).pipeline)
    half = made.frame.iloc[:150]
    assert pipeline.fit(half).transform(made.frame).shape == (300, 8)


def test_rare_levels_count_as_one():
    letters = [chr(65 + i) for i in range(20)]
    frame = people(400)[["recency"]].assign(city=[letters[i % 20 if i % 3 else 0] for i in range(400)])
    made = features(frame)
    prepared = prepare(made, settings())
    (part,) = (part for part in prepared.recipe.parts if part.column == "city")
    assert part.width == MOST_LEVELS
    assert len(part.own) == MOST_LEVELS - 1
    assert set(part.own) | set(part.rare) == set(letters)
    new = made.frame.assign(city="Nowhere")
    assert (prepared.recipe.transform(new)[:, -1] == 1).all()
    assert prepared.recipe.unusual(new) == [
        "city has an unknown level for 400 customers, such as 'Nowhere'; counted with the rare levels."
    ]


def test_levels_as_numbers_keep_their_order():
    size = ["small"] * 60 + ["large"] * 40 + ["medium"] * 19 + [None]
    made = features(people(120)[["recency"]].assign(size=size))
    prepared = prepare(made, settings(encode="ordinal"))
    part = prepared.recipe.parts[1]
    # Features have the most frequent level first.
    assert part.levels == ("small", "large", "medium")
    raw = part.raw(made.frame["size"])
    assert raw[[0, 60, 100]].tolist() == [0, 1, 2]
    assert np.isnan(raw[119])
    expected = StandardScaler().fit_transform(np.nan_to_num(raw)[:, None])[:, 0]
    np.testing.assert_allclose(prepared.matrix[:, 1], expected, rtol=1e-12)
    new = made.frame.iloc[:3].assign(size="huge")
    assert prepared.recipe.unusual(new) == ["size has an unknown level for 3 customers; taken as 0."]


def test_what_does_not_vary_is_left_out_and_said():
    frame = people()
    made = Features.from_frame(frame.assign(tenure=5.0, age=np.r_[99.0, np.full(299, 30.0)]))
    prepared = prepare(made, settings(clip=0.05))
    assert not {"tenure", "age"} & set(prepared.recipe.outputs)
    said = " ".join(prepared.notes)
    assert "tenure is the same for everybody; left out." in said
    assert "age is the same for everybody once 5 % are clipped; left out." in said


def test_what_people_have_that_was_not_seen_before_is_said():
    prepared = prepare(features(people()[["recency", "member"]]), settings())
    new = people(10)[["recency", "member"]].assign(member=[None, True] * 5, recency=[np.nan] + [3.0] * 9)
    said = prepared.recipe.unusual(new)
    assert len(said) == 2
    assert said[0].startswith("recency is missing for 1 of 10 customers; taken as ")
    assert np.isfinite(prepared.recipe.transform(new)).all()


@pytest.mark.parametrize(
    "frame, changed, said",
    [
        (people(1), {}, "There is 1 customer"),
        (people().assign(cadence=1.0)[["cadence"]], {}, "Nothing tells the 300 customers apart"),
        (people(), {"impute": None}, r"cadence is missing for \d+ of 300 customers, and impute=None"),
        (people(), {"weights": {"recent": 1}}, "weights names 'recent', which is not among"),
        (people(), {"weights": dict.fromkeys(people(), 0)}, "weight 0; left out"),
    ],
)
def test_what_can_not_be_compared_is_explained(frame, changed, said):
    with pytest.raises(DataError, match=said):
        prepare(features(frame), settings(**changed))


def test_infinite_values_are_refused():
    made = features()
    made.frame.loc[5, "recency"] = np.inf
    with pytest.raises(DataError, match="recency is infinite for 1 of 300 customers"):
        prepare(made, settings())
    prepared = prepare(features(), settings())
    with pytest.raises(DataError, match="recency is infinite for 1 customers"):
        prepared.recipe.unusual(made.frame)


def test_new_customers_need_the_same_columns():
    recipe = prepare(features(), settings()).recipe
    with pytest.raises(DataError, match="lack cadence, from which"):
        recipe.unusual(people().drop(columns="cadence"))
    with pytest.raises(DataError, match="recency holds text"):
        recipe.unusual(people().assign(recency="soon"))


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"method": "kmean"}, "Did you mean 'kmeans'"),
        ({"n_segments": 1}, "n_segments=1 is not possible"),
        ({"n_segments": 2.5}, "n_segments=2.5"),
        ({"log": "yes"}, "True or False"),
        ({"scaling": "robus"}, "Did you mean 'robust'"),
        ({"clip": 0.4}, "clip=0.4"),
        ({"impute": "zero"}, "impute='zero'"),
        ({"weights": {"recency": -1}}, "weights names -1 for 'recency'"),
        ({"weights": ["recency"]}, "A number per column"),
        ({"method": "mixed", "encode": "ordinal"}, "compares categories as they are"),
    ],
)
def test_impossible_settings_are_explained(changed, said):
    with pytest.raises(DataError, match=said):
        settings(**changed)


def test_the_winsoriser_is_a_transformer():
    values = np.arange(101.0)[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        moved = Winsoriser(0.1).fit_transform(values)
    assert (moved.min(), moved.max()) == (10, 90)
    assert Winsoriser().fit(values).get_feature_names_out(["x"]).tolist() == ["x"]
