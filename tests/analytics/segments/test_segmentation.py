"""Segments: equal to scikit-learn's, to published values, and to the ones that were put in."""

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture

from custintel_analytics import simulate, tables
from custintel_analytics.errors import Cancelled, DataError
from custintel_analytics.segments import labelled
from custintel_analytics.segments.features import Features, features
from custintel_analytics.segments.methods import density, gmm, kmeans, mixed, ward
from custintel_analytics.segments.segmentation import Segmentation

RFM = ("recency", "frequency", "monetary")
METHODS = ("kmeans", "minibatch", "ward", "gmm", "hdbscan", "mixed")


@pytest.fixture(scope="module")
def retail(online_retail_path):
    import ibis

    rows = ibis.duckdb.connect().read_parquet(online_retail_path)
    clean = rows.filter(rows.CustomerID.notnull() & (rows.Quantity > 0) & (rows.UnitPrice > 0))
    roles = {"customer": "CustomerID", "date": "InvoiceDate", "order": "InvoiceNo"}
    table = tables.as_table(clean, amount=clean.Quantity * clean.UnitPrice, **roles)
    return features(table, as_of="2011-12-10", columns=RFM)


@pytest.fixture(scope="module")
def known():
    """Features of customers of four known segments, and the truth."""
    purchases, truth = simulate.segments(900, 4, seed=1)
    return features(purchases), truth.to_numpy()


@pytest.fixture(scope="module")
def model(known):
    return Segmentation("kmeans", 4).fit(known[0])


@pytest.mark.parametrize(
    "k, inertia, silhouette",
    [(2, 6474.14, 0.4327), (3, 4856.38, 0.3374), (4, 3924.75, 0.3322), (5, 3268.02, 0.3185)],
)
def test_online_retail_as_published(retail, k, inertia, silhouette):
    model = Segmentation("kmeans", k, random_state=0).fit(retail)
    assert round(model.inertia_, 2) == inertia
    assert round(silhouette_score(model.matrix_, model.labels_), 4) == silhouette
    assert model.notes_ == ()


def test_unscaled_segments_are_warned_against(retail):
    model = Segmentation("kmeans", 4, log=False, scaling="none").fit(retail)
    assert sorted(model.sizes_.tolist())[:2] == [2, 5]
    said = " ".join(model.notes_)
    assert "Without scaling, monetary makes up over 99 % of the distances" in said
    assert "Segments of 2, 5 and 31 customers: outliers rather than segments" in said


@pytest.mark.parametrize("segments", [3, 4, 5, 6])
@pytest.mark.parametrize("method", METHODS)
def test_known_segments_are_recovered(method, segments):
    purchases, truth = simulate.segments(700, segments, seed=segments)
    for columns in (None, RFM):
        found = Segmentation(method, segments).fit(features(purchases, columns=columns))
        assert adjusted_rand_score(truth, found.labels_) >= 0.9
        assert found.n_segments_ == segments


def other(model):
    """The same segments by scikit-learn alone, on the matrix."""
    matrix = model.matrix_
    return {
        "kmeans": lambda: KMeans(4, n_init=10, random_state=0).fit_predict(matrix),
        "ward": lambda: AgglomerativeClustering(4).fit_predict(matrix),
        "gmm": lambda: GaussianMixture(
            4, n_init=3, reg_covar=gmm.SPREAD, random_state=0, max_iter=300
        ).fit_predict(matrix),
        "hdbscan": lambda: HDBSCAN(min_cluster_size=87, min_samples=10, copy=True).fit_predict(matrix),
    }[model.method]()


@pytest.mark.parametrize("method", ["kmeans", "ward", "gmm", "hdbscan"])
def test_the_same_as_scikit_learn_on_the_same_pipeline(retail, method):
    model = Segmentation(method, 4).fit(retail)
    expected = other(model)
    assert adjusted_rand_score(expected, model.labels_) == 1
    assert ((expected == -1) == (model.labels_ == -1)).all()
    assert model.exact_


def test_k_prototypes_of_numbers_is_k_means(retail):
    ours, theirs = (Segmentation(method, 5).fit(retail) for method in ("mixed", "kmeans"))
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-4)


def test_number_0_is_worth_most(model, known):
    worth = [known[0].value[model.labels_ == segment].mean() for segment in model.segments_]
    assert worth == sorted(worth, reverse=True)
    assert model.segments_.tolist() == [0, 1, 2, 3]
    assert model.sizes_.tolist() == np.bincount(model.labels_).tolist()
    without = Features.from_frame(known[0].frame.drop(columns="monetary"))
    assert without.value is None
    sizes = Segmentation("kmeans", 4).fit(without).sizes_.tolist()
    assert sizes == sorted(sizes, reverse=True)


def test_what_is_learned_fits_together(model, known):
    made = known[0]
    assert model.matrix_.shape == (900, len(model.outputs_))
    np.testing.assert_array_equal(model.pipeline_.transform(made.frame), model.matrix_)
    for segment, centre in zip(model.segments_, model.centres_, strict=True):
        np.testing.assert_allclose(model.matrix_[model.labels_ == segment].mean(axis=0), centre, atol=1e-6)
    distances = model.distances()
    assert distances.shape == (900, 4)
    np.testing.assert_array_equal(model.segments_[distances.argmin(axis=1)], model.labels_)
    own = np.square(distances[np.arange(900), model.labels_]).sum()
    assert model.inertia_ == pytest.approx(own, rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_predict_gives_what_fit_gave_and_places_new_customers(known, method):
    made, _ = known
    model = Segmentation(method, 4).fit(made)
    again = model.predict(made)
    inside = model.labels_ != labelled.NOBODYS
    share = (again == model.labels_)[inside].mean()
    assert share == 1 if method not in ("ward", "hdbscan") else share > 0.95
    purchases, truth = simulate.segments(400, 4, seed=9)
    new = features(purchases)
    # The shares of channels have their names from the data, which are the same here.
    assert set(model.columns_) == set(new.frame.columns)
    assert adjusted_rand_score(truth, model.predict(new)) > 0.9
    as_frame = new.frame.reset_index()
    np.testing.assert_array_equal(model.predict(as_frame), model.predict(new))
    assert len(model.predict(new.frame.iloc[:0])) == 0


def test_rfm_rules(retail):
    model = Segmentation("rfm").fit(retail)
    assert model.n_segments_ == len(model.segments_) == len(set(model.labels_))
    assert all(name for name in model.names_.values())
    np.testing.assert_array_equal(model.predict(retail), model.labels_)
    assert model.predict(retail.frame.iloc[[5]])[0] == model.labels_[5]
    assert model.summary(rules=False)["border"].isna().all()
    with pytest.raises(DataError, match="cut points, not centres"):
        model.borders()
    with pytest.raises(DataError, match="RFM rules need recency, frequency and monetary"):
        Segmentation("rfm").fit(retail.select(["recency"]))


class TestMixed:
    """Numbers and categories together."""

    @pytest.fixture
    def people(self):
        random = np.random.default_rng(4)
        truth = np.repeat([0, 1, 2, 3], 100)
        frame = pd.DataFrame(
            {
                "age": np.where(truth < 2, 30.0, 60.0) + random.normal(0, 3, 400),
                "country": np.where(truth % 2, "France", "Spain"),
                "job": np.where(truth % 2, "clerk", "nurse"),
            },
            index=pd.Index(np.arange(400), name="customer"),
        )
        flip = random.random(400) < 0.05
        frame.loc[flip, "job"] = "other"
        return Features.from_frame(frame), truth

    def test_prototypes_have_modes(self, people):
        made, truth = people
        model = Segmentation("mixed", 4).fit(made)
        assert adjusted_rand_score(truth, model.labels_) > 0.95
        outputs = list(model.outputs_)
        block = model.centres_[:, [outputs.index(name) for name in outputs if name.startswith("country")]]
        assert ((block > 0).sum(axis=1) == 1).all()

    def test_a_category_weighs_what_huang_says(self, people):
        model = Segmentation("mixed", 4).fit(people[0])
        levels = [name.startswith("country") for name in model.outputs_]
        # Half the average standard deviation of the standardised numbers is one half.
        apart = np.unique(model.matrix_[:, levels], axis=0)
        assert np.square(apart[0] - apart[1]).sum() == pytest.approx(0.5)

    def test_no_other_prototypes_cost_less(self, people):
        matrix = Segmentation("mixed", 2).fit(people[0].within(people[0].frame.index[::40])).matrix_
        layout = Segmentation("mixed", 2).fit(people[0].within(people[0].frame.index[::40]))
        best = np.inf
        for chosen in itertools.product([0, 1], repeat=len(matrix)):
            labels = np.array(chosen)
            if 0 < labels.sum() < len(labels):
                blocks = mixed._blocks(layout.recipe_)
                centres = mixed._prototypes(matrix, labels, np.zeros((2, matrix.shape[1])), blocks)
                best = min(best, float(np.square(matrix - centres[labels]).sum()))
        assert layout.inertia_ == pytest.approx(best)


class TestPrevious:
    """Numbers and names survive a re-run."""

    def test_numbers_stay(self, known, model):
        made, _ = known
        scrambled = Segmentation("ward", 4).fit(made, previous=model)
        assert (scrambled.labels_ == model.labels_).mean() > 0.97
        fewer = Segmentation("kmeans", 3).fit(made, previous=model)
        assert set(fewer.segments_.tolist()) < {0, 1, 2, 3}
        kept = fewer.labels_ == model.labels_
        assert kept.mean() > 0.6
        assert fewer.names_.keys() == set(fewer.segments_.tolist())
        assert fewer.profile()["segment"].unique().tolist() == fewer.segments_.tolist()
        np.testing.assert_array_equal(fewer.predict(made), fewer.labels_)
        more = Segmentation("kmeans", 5).fit(made, previous=fewer)
        assert more.segments_.tolist() == [0, 1, 2, 3, 4]
        assert fewer.why(made.frame.index[0]).segment == fewer.labels_[0]

    def test_names_stay(self, known):
        made, _ = known
        first = Segmentation("kmeans", 4, names={0: "Ours"}).fit(made)
        first.rename({2: "Theirs", 1: " "})
        second = Segmentation("gmm", 4).fit(made, previous=first)
        assert (second.names_[0], second.names_[2]) == ("Ours", "Theirs")
        first.rename({0: ""})
        assert first.names_[0] == first.suggested_[0] != "Ours"
        assert first.profile()["name"].tolist()[0] == first.suggested_[0]


class TestWard:
    """The tree, exact and through micro-clusters."""

    def test_a_cut_needs_no_new_tree(self, known):
        made, _ = known
        model = Segmentation("ward", 4).fit(made)
        for k in (2, 6):
            again = Segmentation("ward", k).fit(made)
            cut = model.cut(k)
            assert cut.linkage_ is model.linkage_
            assert adjusted_rand_score(again.labels_, cut.labels_) == 1
            assert cut.n_segments == cut.n_segments_ == k
        five = model.cut(5)
        assert len(set(model.segments_.tolist()) & set(five.segments_.tolist())) == 4
        with pytest.raises(DataError, match="builds no tree"):
            Segmentation("kmeans", 3).fit(made).cut(4)

    def test_micro_clusters_find_the_same(self, known, monkeypatch):
        made, truth = known
        monkeypatch.setattr(ward, "EXACT", 500)
        monkeypatch.setattr(ward, "EXACT_WITHOUT", 500)
        monkeypatch.setattr(ward, "MICRO", 60)
        model = Segmentation("ward", 4).fit(made)
        assert adjusted_rand_score(truth, model.labels_) > 0.95
        assert not model.exact_
        assert "Approximate: the tree joins 60 micro-clusters of 900 customers" in model.notes_[0]
        assert len(model.leaf_sizes_) == 60
        assert model.leaf_sizes_.sum() == 900
        assert adjusted_rand_score(model.cut(4).labels_, model.labels_) == 1
        with pytest.raises(DataError, match="the tree has 60 leaves"):
            model.cut(61)


def test_large_tables_are_sampled_and_it_is_said(known, monkeypatch):
    made, truth = known
    monkeypatch.setattr(density, "MOST", 500)
    monkeypatch.setattr(density, "SAMPLE", 400)
    monkeypatch.setattr(gmm, "MOST", 400)
    monkeypatch.setattr(kmeans, "MANY", 500)
    monkeypatch.setattr(mixed, "MANY", 500)
    for method, said in (
        ("hdbscan", "found in a random sample of 400 customers"),
        ("gmm", "learned from a random sample of 400 customers"),
        ("kmeans", "One start of k-means++ instead of 10"),
        ("mixed", "One start instead of 10"),
    ):
        model = Segmentation(method, 4).fit(made)
        assert any(said in note for note in model.notes_)
        assert model.exact_ == (method in ("kmeans", "mixed"))
        assert adjusted_rand_score(truth, model.labels_) > (0.7 if method in ("kmeans", "mixed") else 0.9)


def test_hdbscan_leaves_some_out(retail):
    model = Segmentation("hdbscan").fit(retail)
    assert model.nobodys_ == (model.labels_ == -1).sum() > 0
    assert model.names_[-1] == "In no segment"
    assert model.sizes_.sum() + model.nobodys_ == 4338
    assert -1 in model.summary(rules=False, borders=False)["segment"].tolist()


def test_progress_is_told_and_stops(known):
    told = []
    Segmentation("mixed", 4, n_init=3).fit(known[0], progress=lambda *step: told.append(step))
    assert [step[0] for step in told] == [0, 1, 2, 3]

    def stop(done, total, message):
        raise Cancelled(message)

    with pytest.raises(Cancelled, match="Finding 4 segments among 900 customers"):
        Segmentation("kmeans", 4).fit(known[0], progress=stop)


def test_the_words_around_it(known, model):
    made, _ = known
    summary = model.summary()
    assert summary["size"].tolist() == model.sizes_.tolist()
    assert summary["name"].tolist() == list(model.names_.values())
    assert (summary["rule"] != "").all()
    assert summary["border"].sum() == model.borders().sum()
    assert model.importance()["importance"].between(0, 1).all()
    assert model.rules() is model.rules()
    assert model.rules().accuracy > 0.9
    customer = made.frame.index[7]
    why = model.why(customer)
    assert why.segment == model.labels_[7]
    assert str(customer) in why.sentence
    assert model.projection().coordinates.shape == (900, 2)
    name = model.names_[2]
    audience = model.audience(name)
    assert audience.name == name
    np.testing.assert_array_equal(audience.ids(), made.frame.index[model.labels_ == 2])
    with pytest.raises(DataError, match="'Nobody' is no segment"):
        model.audience("Nobody")
    assert repr(model) == "Segmentation(method='kmeans', n_segments=4)"


def frame_of(**columns):
    return pd.DataFrame(columns).rename_axis("customer")


@pytest.mark.parametrize(
    "frame, arguments, said",
    [
        (frame_of(recency=[1.0]), {}, "There is 1 customer"),
        (frame_of(recency=[3.0] * 20), {}, "Nothing tells the 20 customers apart"),
        (
            frame_of(recency=[1.0, 2.0, 3.0]),
            {"n_segments": 5},
            "n_segments=5, but there are 3 customers, 3 of",
        ),
        (frame_of(recency=[1.0, 2.0] * 50), {"n_segments": 3}, "2 of them different"),
        (frame_of(recency=[1.0, np.inf, 2.0]), {}, "infinite"),
    ],
)
def test_bad_input_is_explained(frame, arguments, said):
    with pytest.raises(DataError, match=said):
        Segmentation("kmeans", **{"n_segments": 2, **arguments}).fit(frame)


def test_uniform_noise_has_no_dense_groups():
    random = np.random.default_rng(0)
    made = Features.from_frame(frame_of(**{f"trait_{i}": random.random(60) for i in range(8)}))
    with pytest.raises(DataError, match="finds no dense groups"):
        Segmentation("hdbscan").fit(made)


def test_before_fit_it_says_so():
    with pytest.raises(DataError, match="has not been fitted"):
        Segmentation().summary()
    with pytest.raises(DataError, match="has not been fitted"):
        Segmentation().predict(frame_of(recency=[1.0]))


def test_customers_of_polars_and_arrays(known, model):
    polars = pytest.importorskip("polars")
    frame = known[0].frame.head(20)
    shown = polars.from_pandas(frame.reset_index())
    np.testing.assert_array_equal(model.predict(shown), model.predict(frame))
    with pytest.raises(DataError, match=r"which a ndarray doesn't have.*columns=model.columns_"):
        model.predict(frame.to_numpy())
