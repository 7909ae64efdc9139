"""Margins by hand, and why a customer is where they are."""

import numpy as np
import pandas as pd
import pytest

from custintel_analytics.errors import DataError
from custintel_analytics.segments import borders
from custintel_analytics.segments.features import Features


def test_margins_and_who_is_near():
    distances = np.array(
        [[1.0, 2.0, 9.0], [3.0, 3.0, 4.0], [0.0, 5.0, 7.0], [9.5, 20.0, 10.0], [0.0, 0.0, 1.0]]
    )
    np.testing.assert_allclose(borders.margins(distances), [0.5, 0, 1, 0.05, 0])
    assert borders.near(distances).tolist() == [False, True, False, True, True]
    assert borders.near(distances, within=0.6).tolist() == [True, True, False, True, True]
    np.testing.assert_array_equal(borders.margins(distances[:, :1]), np.ones(5))


@pytest.mark.parametrize("call", [lambda: borders.near([[1, 2]], within=2), lambda: borders.margins([1, 2])])
def test_what_is_no_distance_or_share(call):
    with pytest.raises(DataError, match=r"within=2|model\.distances"):
        call()


@pytest.fixture(scope="module")
def described():
    frame = pd.DataFrame(
        {
            "recency": [5.0, 8, 6, 200, 220, 190, 100],
            "frequency": [20.0, 18, 25, 2, 1, 2, 9],
            "country": ["France"] * 3 + ["Spain"] * 3 + [None],
        },
        index=pd.Index([11, 12, 13, 21, 22, 23, 31], name="customer"),
    )
    return Features.from_frame(frame), np.array([0, 0, 0, 1, 1, 1, 0]), {0: "Frequent", 1: "Quiet"}


def test_pulls_add_up_to_the_difference_of_squared_distances(described):
    features, labels, names = described
    random = np.random.default_rng(1)
    matrix = random.normal(size=(7, 4))
    centres = np.stack([matrix[labels == s].mean(axis=0) for s in (0, 1)])
    columns = ["recency", "frequency", "country", "country"]
    for place, customer in enumerate(features.frame.index):
        found = borders.why(
            features, labels, names, customer, matrix=matrix, centres=centres, columns=columns
        )
        away = np.linalg.norm(matrix[place] - centres, axis=1)
        own, other = labels[place], 1 - labels[place]
        assert found.frame["pull"].sum() == pytest.approx(away[other] ** 2 - away[own] ** 2)
        assert found.margin == pytest.approx((away[other] - away[own]) / away[other])
        assert (found.segment, found.next_segment) == (own, other)
        by_centres = borders.why(features, labels, names, customer, matrix=matrix, columns=columns)
        assert by_centres.sentence == found.sentence


def test_the_sentence_names_the_reasons_with_their_numbers(described):
    found = borders.why(*described, 21)
    assert found.sentence.startswith("Customer 21 is in “Quiet” rather than “Frequent” because of ")
    assert "Frequency (2; on average 1.7 against 18)" in found.sentence
    assert found.frame["feature"].iloc[0] in ("recency", "frequency", "country")
    country = found.frame.set_index("feature").loc["country"]
    assert (country["value"], country["segment_mean"], country["next_segment_mean"]) == ("Spain", 1.0, 0.0)


def test_who_sits_between(described):
    features, labels, names = described
    found = borders.why(features, labels, names, 31)
    assert found.frame.set_index("feature").loc["country", "value"] is None

    def placed(at):
        matrix = np.array([[0.0], [0], [0], [1], [1], [1], [at]])
        return borders.why(
            features, labels, names, 31, matrix=matrix, centres=np.array([[0.0], [1]]), columns=["recency"]
        )

    near, beyond = placed(0.49), placed(0.9)
    assert "They sit near the border: “Quiet” is only 4 % farther away." in near.sentence
    assert "border" not in placed(0.3).sentence
    assert beyond.margin < 0
    assert "although the centre of “Quiet” is nearer" in beyond.sentence


def test_who_is_in_no_segment(described):
    features, labels, names = described
    labels = np.where(features.frame.index == 31, -1, labels)
    found = borders.why(features, labels, names, 31)
    assert found.segment == -1
    assert found.sentence.startswith("Customer 31 is in no segment; the nearest is “")


def test_ids_are_found_as_text(described):
    assert borders.why(*described, "21").segment == 1
    with pytest.raises(DataError, match=r"no customer 99 among the 7 .* look like"):
        borders.why(*described, 99)


def test_one_segment_has_no_border(described):
    with pytest.raises(DataError, match="one segment only"):
        borders.why(described[0], np.zeros(7, dtype=int), None, 11)
    for columns in (None, ["recency"], ["recency", "spend"]):
        with pytest.raises(DataError, match="columns= must name the feature"):
            borders.why(*described, 11, matrix=np.ones((7, 2)), columns=columns)
