"""Sampling, diagnosing, saving: the same with either generation of PyMC and ArviZ."""

import warnings

import numpy as np
import pytest

from custintel_analytics import sampling
from custintel_analytics.errors import Cancelled, DataError


@pytest.fixture(scope="module")
def model():
    pm = sampling._pymc()
    with pm.Model(coords={"place": ["north", "south"]}) as made:
        level = pm.Normal("level", 0.0, 10.0, dims="place")
        pm.Normal("seen", level[np.repeat([0, 1], 50)], 1.0, observed=np.repeat([1.0, 3.0], 50))
    return made


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def fit(model, told):
    return sampling.sample(
        model, draws=500, tune=300, chains=4, random_state=1, progress=lambda *step: told.append(step)
    )


def test_the_posterior_is_the_closed_one(fit):
    draws = sampling.posterior(fit, "level")
    assert draws.shape == (2000, 2)
    # Normal prior and likelihood: precision 50 + 1/100.
    np.testing.assert_allclose(draws.mean(axis=0), np.array([1.0, 3.0]) * 50 / 50.01, atol=0.02)
    np.testing.assert_allclose(draws.std(axis=0), 50.01**-0.5, rtol=0.1)


def test_progress_counts_all_draws(fit, told):
    done = [step[0] for step in told]
    assert done == sorted(done)
    assert told[-1][:2] == (3200, 3200)
    assert "draw 3,200 of 3,200" in told[-1][2]


def test_the_same_seed_gives_the_same_draws(model, fit):
    again = sampling.sample(model, draws=500, tune=300, chains=4, random_state=1)
    np.testing.assert_array_equal(sampling.posterior(again, "level"), sampling.posterior(fit, "level"))


def test_what_progress_raises_stops_the_sampler(model):
    seen = []

    def stop(done, total, message):
        seen.append(done)
        if done > 100:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        sampling.sample(model, draws=100_000, tune=100, chains=2, random_state=1, progress=stop)
    assert seen[-1] < 100_000


def test_diagnostics_of_a_good_fit(fit):
    found = sampling.diagnostics(fit)
    assert found.frame["parameter"].tolist() == ["level[north]", "level[south]"]
    assert found.frame.columns.tolist() == ["parameter", "rhat", "ess_bulk", "ess_tail"]
    assert (found.draws, found.chains, found.divergences) == (500, 4, 0)
    assert found.converged
    assert found.sentence.startswith("The chains agree: R-hat at most 1.0")
    assert sampling.diagnostics(fit, ["level"]).frame.equals(found.frame)


def diagnosed(rhat, ess, divergences):
    import pandas as pd

    frame = pd.DataFrame(
        {"parameter": ["mu", "tau"], "rhat": [1.0, rhat], "ess_bulk": [2000.0, ess], "ess_tail": 1500.0}
    )
    return sampling.Diagnostics(frame, divergences, 1000, 4)


@pytest.mark.parametrize(
    "rhat, ess, divergences, said",
    [
        (1.23, 40, 0, "the chains disagree about tau (R-hat 1.230). Try: more draws"),
        (1.005, 180, 0, "only 180 effective draws of tau; 400 are needed"),
        (1.0, 900, 37, "37 of 4,000 draws diverged. Try: target_accept=0.99"),
    ],
)
def test_a_bad_fit_is_called_one(rhat, ess, divergences, said):
    found = diagnosed(rhat, ess, divergences)
    assert not found.converged
    assert found.sentence.startswith("Don't use these estimates: ")
    assert said in found.sentence


def test_a_stray_divergence_is_said_and_no_more():
    found = diagnosed(1.0, 900, 2)
    assert found.converged
    assert "2 divergences." in found.sentence


def test_a_saved_fit_comes_back(fit, tmp_path):
    path = sampling.save(fit, tmp_path / "fit.nc")
    again = sampling.load(path)
    np.testing.assert_array_equal(sampling.posterior(again, "level"), sampling.posterior(fit, "level"))
    assert sampling.diagnostics(again).frame.equals(sampling.diagnostics(fit).frame)
    path.unlink()
    assert sampling.posterior(again, "level").shape == (2000, 2)
    with pytest.raises(DataError, match="There is no file"):
        sampling.load(path)


def test_a_fit_takes_more_groups_and_attributes(fit):
    import xarray

    known = xarray.Dataset({"spend": ("week", [1.0, 2.0])})
    with warnings.catch_warnings():
        # Each generation is asked only for what it has.
        warnings.simplefilter("error")
        more = sampling.extended(fit, {"known": known}, {"format": "ours"})
    assert type(more) is type(fit)
    assert dict(more.attrs)["format"] == "ours"
    assert sampling.group(more, "known")["spend"].values.tolist() == [1.0, 2.0]
    np.testing.assert_array_equal(sampling.posterior(more, "level"), sampling.posterior(fit, "level"))
    again = sampling.extended(more, {"known": known * 2}, {})
    assert sampling.group(again, "known")["spend"].values.tolist() == [2.0, 4.0]
    assert dict(again.attrs)["format"] == "ours"


@pytest.mark.parametrize(
    "arguments, said",
    [({"draws": 0}, "draws=0"), ({"chains": 1.5}, "chains=1.5"), ({"sampler": "stan"}, "sampler='stan'")],
)
def test_bad_arguments(model, arguments, said):
    with pytest.raises(DataError, match=said):
        sampling.sample(model, **arguments)


def test_the_generation_is_named():
    assert sampling.generation().startswith("PyMC ")
