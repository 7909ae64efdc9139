"""How many segments: the indices are scikit-learn's, and the recommendation finds what was put in."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_score,
)

from custintel_analytics import simulate, tables
from custintel_analytics.errors import Cancelled, DataError
from custintel_analytics.segments import choosing, indices
from custintel_analytics.segments.choosing import choose
from custintel_analytics.segments.features import features
from custintel_analytics.segments.segmentation import Segmentation
from custintel_analytics.segments.wording import portion

RFM = ("recency", "frequency", "monetary")


@pytest.fixture(scope="module")
def retail(online_retail_path):
    import ibis

    rows = ibis.duckdb.connect().read_parquet(online_retail_path)
    clean = rows.filter(rows.CustomerID.notnull() & (rows.Quantity > 0) & (rows.UnitPrice > 0))
    roles = {"customer": "CustomerID", "date": "InvoiceDate", "order": "InvoiceNo"}
    table = tables.as_table(clean, amount=clean.Quantity * clean.UnitPrice, **roles)
    return features(table, as_of="2011-12-10", columns=RFM)


@pytest.fixture(scope="module")
def shop():
    return features(simulate.segments(600, 4, seed=2)[0])


def test_indices_are_scikit_learns(retail):
    frame = choose(retail, k=(2, 3, 5), stability_runs=2).frame.set_index("k")
    for k in (2, 3, 5):
        model = Segmentation("kmeans", k).fit(retail)
        expected = {
            "inertia": model.inertia_,
            "silhouette": silhouette_score(model.matrix_, model.labels_),
            "davies_bouldin": davies_bouldin_score(model.matrix_, model.labels_),
            "calinski_harabasz": calinski_harabasz_score(model.matrix_, model.labels_),
            "smallest_share": model.sizes_.min() / 4338,
        }
        assert frame.loc[k, list(expected)].to_dict() == pytest.approx(expected, rel=1e-4)


def test_online_retail_never_gets_two(retail):
    choice = choose(retail)
    frame = choice.frame.set_index("k")
    assert frame["silhouette"].idxmax() == 2
    assert frame["davies_bouldin"].idxmin() == 2
    assert frame["calinski_harabasz"].idxmax() == 2
    assert not frame.loc[2, "admissible"]
    assert choice.recommended in (3, 4, 5)
    assert frame["recommended"].sum() == 1
    assert frame.loc[choice.recommended, "recommended"]
    share = round(100 * choice.stay_put[choice.recommended])
    assert choice.reason == (
        f"{choice.recommended} segments: the smallest k with stability ≥ .85. Re-sampled, {share} % of customers "
        "stay put."
    )
    assert choice.sample == (
        "Silhouette and stability on all 4,338 customers; stability from 20 draws of 4,338."
    )


@pytest.mark.slow
@pytest.mark.parametrize("segments", [3, 4, 5, 6])
@pytest.mark.parametrize("columns", [None, RFM])
def test_the_right_number_is_recommended(segments, columns):
    right = 0
    for seed in range(20):
        purchases, _ = simulate.segments(500, segments, seed=seed)
        made = features(purchases, columns=columns)
        right += choose(made, stability_runs=8, random_state=seed).recommended == segments
    assert right >= 18


@pytest.mark.parametrize("method", ["ward", "gmm", "mixed", "minibatch"])
def test_other_methods_are_judged_alike(shop, method):
    choice = choose(shop, method, range(2, 7), stability_runs=4)
    assert choice.recommended == 4
    assert choice.method == method
    assert choice.frame["stability"].max() > 0.95


def test_a_sample_is_stated(shop):
    choice = choose(shop, k=(3, 4), sample=200, stability_runs=3)
    assert choice.sample == (
        "Silhouette and stability on a random sample of 200 of the 600 customers; stability from 3 draws of 600; "
        "the other indices on all."
    )
    assert choice.summary() == f"{choice.reason} {choice.sample}"
    assert repr(choice) == "Choice(4 segments by kmeans, of k = [3, 4])"


def row(k, silhouette, stability, smallest=0.2):
    return {
        "k": k,
        "silhouette": silhouette,
        "stability": stability,
        "stay_put": 0.9,
        "smallest_share": smallest,
        "admissible": k >= 3 and stability >= 0.85 and smallest >= 0.05,
    }


@pytest.mark.parametrize(
    "rows, expected, said",
    [
        ([row(2, 0.6, 1), row(3, 0.4, 0.9), row(4, 0.41, 1)], 3, "the smallest k with stability ≥ .85"),
        (
            [row(3, 0.4, 0.9), row(4, 0.43, 0.9)],
            4,
            "clearly better apart than 3 (silhouette .43 against .40)",
        ),
        ([row(3, 0.4, 0.8), row(4, 0.3, 0.86)], 4, "the smallest k"),
        ([row(3, 0.4, 0.95, 0.04), row(4, 0.3, 0.86)], 4, "the smallest k"),
        (
            [row(2, 0.6, 1), row(3, 0.4, 0.6), row(5, 0.3, 0.63)],
            3,
            "the most stable of those compared, at .60",
        ),
        ([row(3, 0.4, 0.6), row(5, 0.3, 0.7)], 5, "but the limit is .85"),
        ([row(3, 0.4, 0.99, 0.01)], 3, "but its smallest segment has 1.0 % of the customers"),
        ([row(2, 0.6, 1)], 2, "no larger number was compared"),
    ],
)
def test_the_rule(rows, expected, said):
    k, reason = choosing._recommend(pd.DataFrame(rows))
    assert k == expected
    assert said in reason


def test_stability_falls_where_there_is_nothing_to_find():
    random = np.random.default_rng(1)
    cloud = pd.DataFrame(random.normal(size=(600, 5)), columns=list("abcde")).rename_axis("customer")
    choice = choose(cloud, k=range(3, 7), stability_runs=6)
    assert choice.frame["stability"].max() < 0.85
    assert "with caution" in choice.reason


def test_progress_counts_to_the_end_and_stops(shop):
    told = []
    choose(shop, k=(3, 4), stability_runs=3, progress=lambda *step: told.append(step))
    assert [step[0] for step in told] == list(range(11))
    assert {step[1] for step in told} == {11}
    assert told[3][2] == "Stability: draw 1 of 3, 4 segments…"

    def stop(done, total, message):
        if done == 4:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        choose(shop, k=(3, 4), stability_runs=3, progress=stop)


@pytest.mark.parametrize(
    "arguments, said",
    [
        ({"method": "rfm"}, "RFM rules finds its number"),
        ({"method": "hdbscan"}, "HDBSCAN finds its number"),
        ({"k": ()}, "Numbers of segments from 2 on"),
        ({"k": (1, 2)}, "k=1 is not possible"),
        ({"stability_runs": 1}, "stability_runs=1"),
        ({"sample": 10}, "sample=10"),
    ],
)
def test_impossible_questions_are_explained(shop, arguments, said):
    with pytest.raises(DataError, match=said):
        choose(shop, **arguments)


def test_more_segments_than_customers():
    few = pd.DataFrame({"recency": [1.0, 2.0, 3.0, 4.0]}).rename_axis("customer")
    with pytest.raises(DataError, match="n_segments=8, but there are 4 customers"):
        choose(few, k=range(2, 9))
    # By default only numbers that there can be are compared.
    assert choose(few, stability_runs=3).frame["k"].tolist() == [2, 3]
    with pytest.raises(DataError, match="There are 3 customers, 3 of them different: too few to compare"):
        choose(few.head(3))


def test_stay_put_matches_segments_first():
    one, other = np.array([0, 0, 1, 1, 2]), np.array([2, 2, 0, 1, 1])
    assert indices.stay_put(one, other) == 0.8
    assert indices.stay_put(one, one[::-1].copy()) == indices.stay_put(one[::-1].copy(), one)
    assert adjusted_rand_score(one, other) < 1


def test_silhouettes_are_scikit_learns():
    random = np.random.default_rng(2)
    matrix = random.normal(size=(300, 4)) + 1e3
    matrix[:3] = matrix[0]
    partitions = [
        random.integers(0, 2, 300),
        random.integers(0, 7, 300) * 5,
        np.r_[0, np.ones(299, dtype=np.int64)],
    ]
    expected = [silhouette_score(matrix, labels) for labels in partitions]
    np.testing.assert_allclose(indices.silhouettes(matrix, partitions), expected, atol=1e-7)
    assert np.isnan(indices.silhouettes(matrix, [np.zeros(300, dtype=np.int64)])[0])


def test_silhouettes_in_pieces(monkeypatch):
    random = np.random.default_rng(3)
    matrix, labels = random.normal(size=(250, 3)), random.integers(0, 4, 250)
    monkeypatch.setattr(indices, "_VALUES_AT_ONCE", 250 * 40)
    assert indices.silhouettes(matrix, [labels])[0] == pytest.approx(silhouette_score(matrix, labels))


@pytest.mark.parametrize(
    "share, said",
    [
        (1.0, "> 99.9 %"),
        (0.9991, "> 99.9 %"),
        (0.997, "99.7 %"),
        (0.91, "91 %"),
        (0.004, "0.4 %"),
        (0.0, "< 0.1 %"),
    ],
)
def test_a_share_of_a_sample_is_never_all_or_nothing(share, said):
    assert portion(share) == said
