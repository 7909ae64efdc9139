"""The check of columns before anything is clustered."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from custintel_analytics import datasets
from custintel_analytics.segments.audit import FENCES, PENALTIES
from custintel_analytics.segments.features import Features, features

SIZE = 400


@pytest.fixture(scope="module")
def columns():
    random = np.random.default_rng(3)
    normal = random.normal(50, 10, SIZE)
    frame = pd.DataFrame(
        {
            "age": normal,
            "income": random.lognormal(8, 1.2, SIZE),
            "height": normal * 0.5 + random.normal(0, 0.1, SIZE),
            "age_again": normal,
            "planet": ["Earth"] * SIZE,
            "pets": random.poisson(2, SIZE).astype("float64"),
            "rare": np.where(np.arange(SIZE) < 6, "yes", "no"),
            "towns": [f"t{number % 25}" for number in range(SIZE)],
            "balance": np.r_[random.normal(0, 1, SIZE - 10), np.full(5, 80.0), np.full(5, -90.0)],
            "lonely": np.where(np.arange(SIZE) < 350, np.nan, normal),
        }
    )
    frame.loc[:59, "pets"] = np.nan
    return frame


@pytest.fixture(scope="module")
def audit(columns):
    return Features.from_frame(columns).audit


@pytest.fixture(scope="module")
def found(audit):
    return audit.frame.set_index("column")


def test_a_row_per_column_in_their_order(audit, columns):
    assert audit.frame["column"].tolist() == columns.columns.tolist()
    assert set(audit.frame["severity"]) <= {0, 1, 2, 3}
    assert (audit.frame["findings"] == "").tolist() == (audit.frame["severity"] == 0).tolist()
    assert (audit.frame["action"][audit.frame["severity"] > 1] != "").all()


def test_numbers_are_those_of_scipy(found, columns):
    for name in ("age", "income", "pets", "balance"):
        values = columns[name].dropna()
        assert found.loc[name, "skewness"] == pytest.approx(stats.skew(values))
    assert found["missing"]["pets"] == 60 / SIZE
    assert found["distinct"]["pets"] == columns["pets"].nunique()
    assert found["largest_share"]["rare"] == 394 / SIZE


def test_outliers_lie_beyond_three_ranges(found, columns):
    low, high = columns["balance"].quantile([0.25, 0.75])
    reach = FENCES * (high - low)
    expected = ((columns["balance"] < low - reach) | (columns["balance"] > high + reach)).mean()
    assert found["outliers"]["balance"] == expected == 10 / SIZE
    # Income is judged on the logarithmic scale, on which it is normal.
    assert found["outliers"]["income"] == 0
    assert np.isnan(found["outliers"]["rare"])


def test_correlation_is_pearsons(found, columns):
    assert found["correlated_with"]["height"] == "age"
    assert found["correlation"]["height"] == pytest.approx(columns["height"].corr(columns["age"]))
    logged = np.log1p(columns["income"])
    partner = found["correlated_with"]["income"]
    assert abs(found["correlation"]["income"]) == pytest.approx(abs(logged.corr(columns[partner])), abs=1e-9)
    assert found["correlated_with"]["rare"] == ""


def test_correlation_of_the_rows_that_have_both():
    random = np.random.default_rng(7)
    frame = pd.DataFrame(random.normal(1e6, 1, (200, 3)), columns=["spend", "age", "income"])
    frame.loc[:39, "age"] = np.nan
    frame.loc[150:, "income"] = np.nan
    made = Features.from_frame(frame).audit.frame.set_index("column")
    expected = frame.corr().abs().where(~np.eye(3, dtype=bool)).max()
    np.testing.assert_allclose(made["correlation"].abs(), expected[made.index], rtol=1e-6)


@pytest.mark.parametrize(
    "column, severity, finding, action",
    [
        ("planet", 3, "the same for everyone", "Leave it out"),
        ("age_again", 3, "the same as age", "Leave it out"),
        ("lonely", 3, "missing for 88 %", "Leave it out"),
        ("pets", 2, "missing for 15 %", "Filled with the median."),
        ("height", 2, "correlated with age (1.00)", "Leave one of the two out"),
        ("rare", 2, "98 % have one value", "group the others"),
        ("balance", 2, "outlying for 2.5 %", "clip=.01"),
        ("income", 1, "skewed", "Enters as log(1 + x)."),
        ("towns", 1, "25 values", "the others count as one"),
        ("age", 0, "", ""),
    ],
)
def test_findings(found, column, severity, finding, action):
    row = found.loc[column]
    assert (row["severity"], finding in row["findings"], action in row["action"]) == (severity, True, True)


def test_only_the_later_of_a_pair_is_flagged(found):
    assert found["findings"]["age"] == ""
    assert found["duplicate_of"].tolist().count("age") == 1


def test_score(audit):
    penalties = [PENALTIES[severity] for severity in audit.frame["severity"]]
    assert audit.score == round(100 * (1 - sum(penalties) / len(penalties)))
    clean = Features.from_frame(pd.DataFrame({"age": np.random.default_rng(1).normal(40, 5, 100)}))
    assert clean.audit.score == 100
    assert Features.from_frame(pd.DataFrame({"age": [1.0] * 30})).audit.score == 0


def test_words(audit):
    first, *others = audit.sentences
    assert first == f"10 columns of 400 customers: {audit.score} of 100 points."
    # The worst comes first.
    assert others[0] == "Age again: the same as age. Leave it out: it would count twice."
    assert audit.summary().splitlines()[0] == first
    assert repr(audit) == f"Audit of 10 columns: {audit.score} of 100"


def test_repeated_customers():
    frame = pd.DataFrame({"age": [30.0, 41, 30, 30], "plan": ["a", "b", "a", "b"]})
    made = Features.from_frame(frame).audit
    assert made.duplicated_customers == 1
    assert "1 customer has the same values as another in every column; kept." in made.sentences


def test_a_missing_category_is_a_value_of_its_own():
    frame = pd.DataFrame({"plan": ["a", None, "a", None], "age": [1.0, None, 1.0, None], "n": [1.0, 2, 4, 7]})
    found = Features.from_frame(frame).audit.frame.set_index("column")
    assert found["constant"].to_dict() == {"plan": False, "age": True, "n": False}
    assert "Missing is a value of its own." in found["action"]["plan"]


def test_on_purchases():
    made = features(datasets.cdnow())
    found = made.audit.frame.set_index("column")
    # About half bought on one day only, and have no cadence.
    assert found["missing"]["cadence"] == made.frame["cadence"].isna().mean()
    assert 0.4 < found["missing"]["cadence"] < 0.6
    assert made.audit is made.audit


def test_shares_are_never_outlying():
    share = np.r_[np.zeros(60), np.full(20, 0.01), np.ones(20)]
    frame = pd.DataFrame({"category_tea": share, "spend": share})
    found = Features.from_frame(frame).audit.frame.set_index("column")
    assert found["outliers"].to_dict() == {"category_tea": 0.0, "spend": 0.2}
