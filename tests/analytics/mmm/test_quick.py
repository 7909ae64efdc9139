import itertools

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from custintel_analytics import mmm
from custintel_analytics.errors import Cancelled, DataError
from custintel_analytics.mmm import quick
from custintel_analytics.mmm.data import media_data
from custintel_analytics.mmm.design import design, scales_of
from custintel_analytics.mmm.parameters import parameters
from custintel_analytics.mmm.transforms import ADSTOCKS, SATURATIONS

from .model_cases import COLUMNS, GEO, NATIONAL


def posterior(**options):
    settings = mmm.MediaMix(**COLUMNS, **options).settings
    data = media_data(NATIONAL, settings)
    return quick.Posterior(
        data, design(data, settings, scales_of(data)), settings, parameters(settings, data)
    )


@pytest.mark.parametrize("given", [None, "roi"])
@pytest.mark.parametrize("adstock, saturation", list(itertools.product(ADSTOCKS, SATURATIONS)))
def test_the_gradient_is_exact(adstock, saturation, given):
    height = posterior(adstock=adstock, saturation=saturation, priors=given, lags=6)
    random = np.random.default_rng(0)
    z = quick._start(height, random, middle=True) + 0.1 * random.standard_normal(height.size)
    steps = 1e-5 * np.eye(height.size)
    numeric = np.array([(height(z + step)[0] - height(z - step)[0]) / 2e-5 for step in steps])
    assert height(z)[1] == pytest.approx(numeric, rel=1e-5, abs=1e-3)


def test_all_starts_climb_the_same_hill():
    height = posterior()
    mode = quick.find_mode(height, starts=6)
    assert np.abs(height(mode.place)[1]).max() < 0.05
    assert (mode.height > -0.01).sum() >= 4
    assert (np.linalg.eigvalsh(mode.covariance) > 0).all()


def test_climbs_on_one_thread(monkeypatch):
    # Several wait for each other on a busy machine: ten seconds in place of one.
    threads, climb = set(), quick.Posterior._climb

    def watched(self, z):
        threads.update(pool["num_threads"] for pool in threadpool_info())
        return climb(self, z)

    monkeypatch.setattr(quick.Posterior, "_climb", watched)
    with threadpool_limits(limits=2):
        quick.find_mode(posterior(), starts=1)
    assert threads == {1}


def test_finds_the_truth(quick_model, market):
    truth = market[1].channels.set_index("channel")
    roas = quick_model.roas().set_index("channel")
    assert ((roas["roas_lower"] < truth["roas"]) & (truth["roas"] < roas["roas_upper"])).all()
    lower, upper = np.quantile(quick_model.draws()["alpha"], [0.01, 0.99], axis=0)
    assert ((lower < truth["alpha"]) & (truth["alpha"] < upper)).all()


def test_is_marked_as_provisional(quick_model):
    assert quick_model.provisional_
    assert quick_model.expected_seconds_ > 1
    checks = quick_model.diagnostics()
    assert not checks.usable
    assert not checks.converged
    assert checks.sentences[0].startswith("Quick estimate, without reliable uncertainty. Full model: about ")
    assert "a quick estimate" in repr(quick_model)


def test_roi_gives_beta_too(market, columns):
    model = mmm.MediaMix(**columns, priors="roi").fit(market[0], quick=True)
    draws = model.draws()
    assert draws["beta"].shape == draws["roi"].shape
    roas = model.roas()["roas"].to_numpy()
    assert roas == pytest.approx(draws["roi"].mean(axis=0), rel=1e-9)


def test_the_same_seed_gives_the_same_draws():
    draws = [
        mmm.MediaMix(**COLUMNS).fit(NATIONAL, quick=True, random_state=4).draws()["beta"] for _ in range(2)
    ]
    assert (draws[0] == draws[1]).all()


def test_can_be_stopped(market, columns):
    def stop(done, total, message):
        raise Cancelled("enough")

    model = mmm.MediaMix(**columns)
    with pytest.raises(Cancelled):
        model.fit(market[0], quick=True, progress=stop)
    assert not model.fitted


@pytest.mark.parametrize(
    "options", [{"geo": "geo"}, {"time_varying": True},
                {"calibration": mmm.lift_test("tv", spend=1, change=1, lift=1, standard_error=1)}]
)  # fmt: skip
def test_says_what_it_does_not_know(options):
    with pytest.raises(DataError, match=r"quick=True doesn't know .*quick=False"):
        mmm.MediaMix(**COLUMNS, **options).fit(GEO if "geo" in options else NATIONAL, quick=True)
