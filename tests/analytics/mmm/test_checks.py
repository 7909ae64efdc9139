import numpy as np
import pandas as pd
import pytest

from custintel_analytics import mmm, sampling
from custintel_analytics.mmm import checks

from .model_cases import COLUMNS


def quickly(frame, **options):
    return mmm.MediaMix(**{**COLUMNS, **options}).fit(frame, quick=True)


def said(model) -> dict[str, list[tuple[str, str]]]:
    frame = model.diagnostics().frame
    return {
        name: list(zip(part["status"], part["sentence"], strict=True))
        for name, part in frame.groupby("check")
    }


def test_good_data_give_good_checks(quick_model):
    found = said(quick_model)
    assert found["posterior predictive"][0][0] == "good"
    assert found["residuals"][0][0] == "good"
    assert found["baseline"] == [("good", "The baseline stays above zero.")]
    assert found["identifiability"] == [("good", "Every channel varies by itself.")]


def test_channels_that_move_together():
    frame = mmm.simulate(104, 2, seed=2, together=0.98)[0]
    status, sentence = said(quickly(frame))["separation"][0]
    assert status == "bad"
    r = np.corrcoef(frame["tv"], frame["search"])[0, 1]
    assert sentence == (
        f"tv and search rise and fall together (r = {r:.2f}); the data can't separate them. Use their sum or a lift test."
    )


def test_a_channel_that_never_varies_or_rarely_spends():
    frame = mmm.simulate(104, 2, seed=2)[0]
    random = np.random.default_rng(0)
    steady = frame.assign(search=5000 * random.uniform(0.99, 1.01, 104))
    status, sentence = said(quickly(steady))["variation"][0]
    assert status == "bad"
    assert sentence.startswith("search hardly varies (± 0.604 %): its effect")
    rare = frame.assign(search=np.where(np.arange(104) % 40 == 0, 5000.0, 0.0))
    assert said(quickly(rare))["variation"][0][1].startswith("search spent in only 3 weeks")


def test_a_channel_that_follows_the_season():
    frame = mmm.simulate(104, 2, seed=2)[0]
    year = 2 * np.pi * frame["date"].dt.day_of_year / 365.25
    seasonal = frame.assign(search=5000 + 3000 * np.sin(year))
    status, sentence = said(quickly(seasonal))["separation"][0]
    assert status == "look"
    assert sentence.startswith("search follows the rest of the model (")


def test_a_missing_control_shows_in_the_residuals():
    frame = mmm.simulate(104, 2, seed=2, noise=0.01)[0]
    level = frame["revenue"].mean()
    jump = frame.assign(revenue=frame["revenue"] + 0.3 * level * (np.arange(104) // 13 % 2))
    status, sentence = said(quickly(jump))["residuals"][0]
    assert status == "look"
    assert "something that moves the outcome is missing" in sentence


def test_a_baseline_below_zero():
    frame = mmm.simulate(104, 2, seed=2)[0]
    moved = frame.assign(revenue=frame["revenue"] - 1.3 * frame["revenue"].mean())
    status, sentence = said(quickly(moved))["baseline"][0]
    assert status == "bad"
    assert sentence.startswith("The baseline is below zero in")


def test_data_that_say_little():
    frame = mmm.simulate(60, 2, seed=2, noise=0.5)[0]
    tight = quickly(frame, priors={"beta": ("log_normal", -3, 0.05)})
    rows = said(tight)["prior"]
    assert rows[0] == (
        "look",
        "The data say little about tv: its strength is nearly what the prior says. Use a lift test, or state the prior "
        "with its reasons.",
    )
    learnt = tight.diagnostics().parameters.set_index("parameter")
    assert learnt.loc["beta[tv]", "learnt"] < 0.1
    assert learnt.loc["beta[tv]", "mean"] == pytest.approx(np.exp(-3), rel=0.05)
    assert learnt.loc["intercept", "learnt"] > 0.9


def test_chains_that_disagree(quick_model):
    frame = pd.DataFrame(
        {
            "parameter": ["alpha[tv]", "sigma"],
            "rhat": [1.2, 1.0],
            "ess_bulk": [20.0, 900],
            "ess_tail": [30.0, 900],
        }
    )
    found = checks._convergence(sampling.Diagnostics(frame, 0, 500, 2), quick_model)
    assert found[1] == "bad"
    assert found[3] == (
        "Don't use for budgets: the chains disagree about alpha[tv] (R-hat 1.200). Recommendations are off; curves are "
        "for diagnosis. Try: more draws and tuning (draws=2000, tune=2000), or tighter priors."
    )
    fine = frame.assign(rhat=1.0, ess_bulk=900.0, ess_tail=900.0)
    diverged = checks._convergence(sampling.Diagnostics(fine, 50, 500, 2), quick_model)
    assert "50 of 1,000 draws diverged" in diverged[3]
    assert "target_accept=0.99" in diverged[3]
    short = checks._convergence(sampling.Diagnostics(frame, 9, 20, 4), quick_model)
    assert short[3].endswith("Try: more draws and tuning (draws=2000, tune=2000).")
    alone = checks._convergence(sampling.Diagnostics(fine.assign(rhat=np.nan), 0, 500, 1), quick_model)
    assert "a single chain can't be compared with others" in alone[3]
    assert "Try: chains=4." in alone[3]


def test_prior_predictive(quick_model, market):
    told = quick_model.prior_predictive()
    assert len(told) == 156
    assert told["outcome"].to_numpy() == pytest.approx(market[0]["revenue"].to_numpy())
    assert ((told["lower"] < told["outcome"]) & (told["outcome"] < told["upper"])).all()
    again = quick_model.prior_predictive()
    pd.testing.assert_frame_equal(told, again)


def test_a_prior_that_the_data_contradict_is_said():
    """Returns typed in as percent: 300 in place of 3 would be expected."""
    frame = mmm.simulate(104, 2, seed=2)[0]
    wrong = quickly(frame, priors={"roi": ("log_normal", float(np.log(300)), 0.5)})
    rows = said(wrong)["prior"]
    assert all(status == "look" for status, _ in rows)
    assert any(
        sentence.startswith("The data and the prior of tv disagree: its roi is ") for _, sentence in rows
    )
    assert said(quickly(frame, priors="roi"))["prior"][0][0] == "good"
    parameters = wrong.diagnostics().parameters.set_index("parameter")
    assert parameters.loc["roi[tv]", "beyond"] < 0.005
    assert parameters.loc["alpha[tv]", "beyond"] > 0.01
