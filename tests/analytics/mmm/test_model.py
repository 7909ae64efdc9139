"""Sampled posteriors: a known truth is found, and another library's posterior comes out."""

import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from custintel_analytics import mmm, sampling
from custintel_analytics.errors import Cancelled
from custintel_analytics.mmm.model import _timed

FACTS = Path(__file__).parent / "facts"
EXAMPLE = {"date": "date_week", "target": "y", "channels": ["x1", "x2"], "controls": ["event_1", "event_2"]}


@pytest.mark.slow
def test_finds_the_truth_of_a_seeded_market(sampled, market):
    truth = market[1].channels.set_index("channel")
    roas = sampled.roas().set_index("channel")
    assert ((roas["roas_lower"] < truth["roas"]) & (truth["roas"] < roas["roas_upper"])).all()
    draws = sampled.draws()
    for name in ("alpha", "lam"):
        lower, upper = np.quantile(draws[name], [0.03, 0.97], axis=0)
        assert ((lower < truth[name]) & (truth[name] < upper)).all()
    beta = draws["beta"] * sampled.scales_.target
    lower, upper = np.quantile(beta, [0.03, 0.97], axis=0)
    assert ((lower < truth["beta"]) & (truth["beta"] < upper)).all()


@pytest.mark.slow
def test_what_a_fit_tells(sampled):
    assert not sampled.provisional_
    assert sampled.expected_seconds_ is None
    checks = sampled.diagnostics()
    assert checks.convergence.chains == 2
    assert checks.convergence.rhat < 1.05
    assert {"rhat", "ess_bulk", "learnt"} <= set(checks.parameters.columns)
    assert checks.parameters["rhat"].notna().all()
    messages = [message for _, _, message in sampled.seen]
    assert messages[0] == "Building the model…"
    assert any("left…" in message for message in messages)
    assert sampled.seen[-1][0] == sampled.seen[-1][1] == 1400


@pytest.mark.slow
def test_the_quick_estimate_against_the_sampler(sampled, quick_model):
    """Returns and their intervals are near; those of saturation and beta, which trade off, are too narrow."""
    full, quick = (model.roas().set_index("channel") for model in (sampled, quick_model))
    for name in ("roas", "mroas"):
        width, narrow = (table[f"{name}_upper"] - table[f"{name}_lower"] for table in (full, quick))
        assert (narrow / width).between(0.7, 1.3).all()
        assert ((full[name] - quick[name]).abs() < 0.2 * width).all()
    full, quick = (model.diagnostics().parameters.set_index("parameter") for model in (sampled, quick_model))
    assert ((full["mean"] - quick["mean"]).abs() < 0.6 * full["sd"]).all()
    assert quick.loc["beta[social]", "sd"] < full.loc["beta[social]", "sd"]


@pytest.mark.slow
def test_plans_from_a_sampled_model(sampled):
    table = sampled.response_table(periods=13, carry_out=7)
    assert table.draws == 600
    plan = mmm.optimize(table, total=float(table.current.sum()))
    assert float(plan.allocation.sum()) == pytest.approx(table.current.sum(), rel=1e-6)
    assert plan.outcome >= table.mean(table.current) - 1e-6


@pytest.mark.slow
def test_pymc_marketings_posterior(data_file):
    """pymc-marketing 1.3 with the same priors: 16,000 draws in its own environment, kept as means and sds."""
    known = json.loads((FACTS / "mmm_example_posterior.json").read_text())
    frame = pd.read_csv(data_file("mmm_clv/pymc_marketing/mmm_example.csv"))
    model = mmm.MediaMix(**EXAMPLE, priors=known["priors"])
    model.fit(frame, draws=1200, tune=500, chains=2, random_state=11)
    draws = model.draws()
    names = {"intercept": "intercept_contribution", "alpha": "adstock_alpha", "lam": "saturation_lam",
             "beta": "saturation_beta", "sigma": "y_sigma"}  # fmt: skip
    frame = model.diagnostics().parameters.set_index("parameter")
    for ours, theirs in names.items():
        mean, sd = (np.atleast_1d(known["posterior"][theirs][key]) for key in ("mean", "sd"))
        found = np.atleast_1d(draws[ours].mean(axis=0))
        least = min(frame.loc[name, "ess_bulk"] for name in frame.index if name.split("[")[0] == ours)
        # A tenth of a standard deviation, and three times what so few draws leave open; 16,000 come within .02.
        assert np.abs(found - mean) / sd == pytest.approx(0, abs=0.1 + 3 / np.sqrt(least))
        assert np.atleast_1d(draws[ours].std(axis=0)) / sd == pytest.approx(1, abs=0.25)
    # Its trend is a control that counts the weeks, unscaled.
    trend = draws["trend"] / 178
    mean, sd = (known["posterior"]["gamma_control"][key][2] for key in ("mean", "sd"))
    assert abs(trend.mean() - mean) / sd < 0.2
    brought = model.roas()["contribution"].to_numpy() / model.scales_.target
    known_total = np.array(known["total_contribution"]["mean"])
    assert brought == pytest.approx(known_total, rel=0.02)
    # What made the data: adstock .4 and .2, saturation 4 and 3.
    for name, made in (("alpha", (0.4, 0.2)), ("lam", (4, 3))):
        lower, upper = np.quantile(draws[name], [0.03, 0.97], axis=0)
        assert ((lower < made) & (made < upper)).all()


def test_the_quick_estimate_finds_what_made_the_example(data_file):
    frame = pd.read_csv(data_file("mmm_clv/pymc_marketing/mmm_example.csv"))
    model = mmm.MediaMix(**EXAMPLE).fit(frame, quick=True)
    for name, made in (("alpha", (0.4, 0.2)), ("lam", (4, 3))):
        lower, upper = np.quantile(model.draws()[name], [0.03, 0.97], axis=0)
        assert ((lower < made) & (made < upper)).all()


def test_roas_of_data_with_counterfactuals(data_file):
    """mmm_roas_data holds the outcome without each channel; an unseen confounder is left out of the model, as it must be."""
    frame = pd.read_csv(data_file("mmm_clv/pymc_marketing/mmm_roas_data.csv"))
    true = [(frame["y"] - frame[f"y0{i}"]).sum() / frame[f"x{i}"].sum() for i in (1, 2)]
    model = mmm.MediaMix(date="date", target="y", channels=["x1", "x2"], controls=["z"], seasonality=2)
    roas = model.fit(frame, quick=True).roas()["roas"].to_numpy()
    assert roas == pytest.approx(true, rel=0.25)
    confounded = mmm.MediaMix(date="date", target="y", channels=["x1", "x2"], seasonality=2).fit(
        frame, quick=True
    )
    assert abs(confounded.roas()["roas"][0] - true[0]) > 2 * abs(roas[0] - true[0])


def test_sampling_can_be_stopped_and_leaves_the_model_as_it_was(market, columns):
    model = mmm.MediaMix(**columns).fit(market[0], quick=True)
    before = model.idata_

    def stop(done, total, message):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        model.fit(market[0], progress=stop)
    assert model.idata_ is before
    assert model.provisional_


def test_fits_of_both_generations_hold_the_same(quick_model):
    posterior = sampling.group(quick_model.idata_, "posterior")
    assert dict(posterior.sizes)["draw"] == 1000
    assert posterior["beta"].dims == ("chain", "draw", "channel")
    assert posterior["channel"].values.tolist() == ["tv", "search", "social"]


def test_what_is_left_is_told_from_the_draws_alone(monkeypatch):
    clock, said = iter([100.0, 110.0, 120.0]), []
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    told = _timed(lambda *step: said.append(step[2]))
    for done in (0, 10, 60, 110):  # minutes may pass until the first draw
        told(done, 160, "Sampling…")
    assert said == [
        "Sampling…",
        "Sampling…",
        "Sampling, about 20 seconds left…",
        "Sampling, about 10 seconds left…",
    ]
