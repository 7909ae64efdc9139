import numpy as np
import pytest

from custintel_analytics import mmm
from custintel_analytics.errors import DataError
from custintel_analytics.mmm import priors
from custintel_analytics.mmm.data import media_data
from custintel_analytics.mmm.parameters import parameters

from .model_cases import COLUMNS, GEO, NATIONAL


def found(given=None, **options):
    settings = mmm.MediaMix(**COLUMNS, priors=given, **options).settings
    return parameters(settings, media_data(GEO if settings.geo else NATIONAL, settings))


def test_which_parameters_a_model_has():
    assert list(found()) == ["intercept", "trend", "control", "fourier", "alpha", "lam", "beta", "sigma"]
    bare = found(trend=None, seasonality=0, adstock="delayed", saturation="hill")
    assert list(bare) == ["intercept", "control", "alpha", "theta", "kappa", "slope", "beta", "sigma"]
    wide = found(geo="geo", time_varying=True)
    assert {"intercept_spread", "beta_spread", "media_sd", "media_length"} < set(wide)
    assert "roi" in found("roi")
    assert "beta" not in found("roi")


def test_the_defaults_are_those_of_pymc_marketing():
    plain = found()
    assert plain["alpha"].to_list() == ["beta", {"tv": 1.0, "search": 1.0}, {"tv": 3.0, "search": 3.0}]
    assert plain["lam"].kind == "gamma"
    assert plain["beta"].to_list()[1] == {"tv": 2.0, "search": 2.0}
    assert plain["intercept"].to_list() == ["normal", 0.0, 2.0]


def test_spend_share():
    spend = NATIONAL[["tv", "search"]].sum()
    for given in ("spend_share", {"beta": "spend_share"}):
        assert found(given)["beta"].values[0] == pytest.approx((2 * spend / spend.sum()).to_numpy())


def test_cost_per_target_is_the_inverse_of_roi():
    given = {"cost_per_target": ("log_normal", {"tv": np.log(20), "search": np.log(5)}, 0.5)}
    roi = found(given)["roi"]
    assert roi.kind == "log_normal"
    assert np.exp(roi.values[0]) == pytest.approx([1 / 20, 1 / 5])
    assert roi.values[1] == pytest.approx([0.5, 0.5])
    default = found("cost_per_target")["roi"]
    spend, outcome = NATIONAL[["tv", "search"]].to_numpy().sum(), NATIONAL["revenue"].sum()
    assert np.exp(default.values[0]) == pytest.approx(np.full(2, 0.4 * outcome / spend))
    assert found({"cost_per_target": priors.log_normal(20, 10)})["roi"].values[0][0] < 0


def test_own_priors_take_the_place_of_the_defaults():
    given = found({"lam": ("log_normal", 1, 0.5), "control": ("normal", 0, {"promotion": 0.1})})
    assert given["lam"].kind == "log_normal"
    assert given["control"].values[1] == pytest.approx([0.1])
    assert given["alpha"].kind == "beta"


@pytest.mark.parametrize(
    "given, options, said",
    [
        ({"lambda": ("gamma", 3, 1)}, {}, r"priors has 'lambda', which this model hasn't.*alpha.*lam"),
        ({"kappa": ("gamma", 3, 1)}, {}, "which this model hasn't"),
        ({"roi": ("log_normal", 0, 1), "beta": ("half_normal", 1)}, {}, "more than one of beta, roi"),
        ({"cost_per_target": ("normal", 20, 5)}, {}, "must be a log-normal"),
        ({"beta": "roi"}, {}, "Write 'spend_share'"),
        ("roi", {"link": "log"}, "needs link='identity'"),
    ],
)
def test_errors(given, options, said):
    with pytest.raises(DataError, match=said):
        found(given, **options)
