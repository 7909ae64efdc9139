"""Fitting a media mix beside pymc-marketing: effective draws per second, memory, and what the quick estimate is worth."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import mmm_peer, mmm_quick
from benchmarks.measure import Case, Measured, run

FOLDER = Path(os.environ.get("CUSTINTEL_DATA") or "../shared/data") / "mmm_clv" / "pymc_marketing"
DRAWS, TUNE, CHAINS, TARGET = 1000, 1000, 4, 0.9
SEEDS = (1, 2, 3)
# Means of two samplers with so many draws: a tenth of the posterior's standard deviation apart, and what chance adds.
_AGREE, _CHANCE = 0.1, 3.0

# Compiled code is kept from run to run; with a folder of its own the first run finds none.
_SETUP = """
import os
os.environ["PYTENSOR_FLAGS"] = "base_compiledir=" + CACHE
os.environ["NUMBA_CACHE_DIR"] = CACHE + "/numba"
import time, warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
frame = pd.read_csv(FOLDER + "/mmm_example.csv", parse_dates=["date_week"])
def used():
    return sum(os.times()[:4])
settings = dict(draws=DRAWS, tune=TUNE, chains=CHAINS, cores=1, target_accept=TARGET)
"""
_OURS = Case(
    "custintel",
    f"""
{_SETUP}
import sys
sys.path.insert(0, "analytics")
from custintel_analytics import mmm, sampling
sampling.generation()
model = mmm.MediaMix(
    date="date_week", target="y", channels=["x1", "x2"], controls=["event_1", "event_2"], lags=8,
    adstock="geometric", saturation="logistic", trend="linear", seasonality=2,
    priors={{"intercept": ("normal", .5, .2), "beta": ("half_normal", {{"x1": 1.3, "x2": .7}}), "alpha": ("beta", 1, 3),
            "lam": ("gamma", 3, 1), "control": ("normal", 0, .05), "trend": ("normal", 0, .05 * 178),
            "fourier": ("laplace", 0, .2), "sigma": ("half_normal", 6)}})
""",
    """
began_cpu = used()
model.fit(frame, random_state=SEED, sampler=SAMPLER, **settings)
weekly = model.contributions()
cpu = used() - began_cpu
""",
    """(lambda f, d: {"cpu": cpu, "ess": float(f["ess_bulk"].min()), "rhat": float(f["rhat"].max()), "count": len(f),
    "divergences": sampling.diagnostics(model.idata_).divergences,
    "mean": [float(x) for n in ("alpha", "lam", "beta") for x in d[n].mean(0)],
    "sd": [float(x) for n in ("alpha", "lam", "beta") for x in d[n].std(0)]})(
    sampling.diagnostics(model.idata_).frame, model.draws())""",
)
# Its trend is a control that counts the weeks.
_PEER = Case(
    "pymc-marketing",
    f"""
{_SETUP}
import arviz as az
from pymc_extras.prior import Prior
from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation
model = MMM(
    date_column="date_week", target_column="y", channel_columns=["x1", "x2"], control_columns=["event_1", "event_2", "t"],
    adstock=GeometricAdstock(l_max=8), saturation=LogisticSaturation(), yearly_seasonality=2,
    model_config={{
        "intercept": Prior("Normal", mu=.5, sigma=.2),
        "saturation_beta": Prior("HalfNormal", sigma=np.array([1.3, .7]), dims="channel"),
        "adstock_alpha": Prior("Beta", alpha=1, beta=3, dims="channel"),
        "saturation_lam": Prior("Gamma", alpha=3, beta=1, dims="channel"),
        "gamma_control": Prior("Normal", mu=0, sigma=.05, dims="control"),
        "gamma_fourier": Prior("Laplace", mu=0, b=.2, dims="fourier_mode"),
        "likelihood": Prior("Normal", sigma=Prior("HalfNormal", sigma=6))}})
NAMES = ["intercept_contribution", "adstock_alpha", "saturation_lam", "saturation_beta", "gamma_control",
         "gamma_fourier", "y_sigma"]
""",
    """
began_cpu = used()
fit = model.fit(X=frame.drop(columns="y"), y=frame["y"], nuts_sampler=SAMPLER, random_seed=SEED, progressbar=False,
                **settings)
cpu = used() - began_cpu
""",
    """(lambda p: {"cpu": cpu, "ess": min(float(az.ess(p, method="bulk")[n].min()) for n in NAMES),
    "rhat": max(float(az.rhat(p)[n].max()) for n in NAMES), "count": sum(p[n][0, 0].size for n in NAMES),
    "divergences": int(fit["sample_stats"]["diverging"].sum()),
    "mean": [float(x) for n in NAMES[1:4] for x in p[n].mean(("chain", "draw")).values],
    "sd": [float(x) for n in NAMES[1:4] for x in p[n].std(("chain", "draw")).values]})(
    fit["posterior"].to_dataset()[NAMES])""",
)


def _at(case: Case, sampler: str, cache: str, python: str, seed: int) -> Case:
    given = {
        "FOLDER": str(FOLDER.resolve()), "CACHE": cache, "SAMPLER": sampler, "DRAWS": DRAWS, "TUNE": TUNE,
        "CHAINS": CHAINS, "TARGET": TARGET, "SEED": seed,
    }  # fmt: skip
    head = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    return replace(case, setup=f"{head}\n{case.setup}", python=python)


def _agree(name: str, answer: Any, first: Any) -> None:
    """Speed is compared of fits that found the same.

    Raises
    ------
    RuntimeError
        Where two fits ask for other parameters, or their means are apart.
    """
    allowed = _AGREE + _CHANCE * (1 / first["ess"] + 1 / answer["ess"]) ** 0.5
    places = zip(answer["mean"], first["mean"], first["sd"], strict=True)
    apart = max(abs(mean - other) / sd for mean, other, sd in places)
    if answer["count"] != first["count"] or apart > allowed:
        raise RuntimeError(f"{name}: {answer['count']} parameters, {apart:.2f} sd from the first: {answer}")


def _line(name: str, first: Measured, again: list[Measured]) -> str:
    answers: list[Any] = [found.check for found in again]

    def middle(values: Iterable[float]) -> float:
        return statistics.median(values)

    by_second = middle(a["ess"] / found.seconds for a, found in zip(answers, again, strict=True))
    cells = [
        name, f"{first.seconds:.0f}", f"{middle(f.seconds for f in again):.1f}", f"{middle(a['cpu'] for a in answers):.1f}",
        f"{middle(a['ess'] for a in answers):,.0f}", f"{by_second:,.1f}",
        f"{middle(a['ess'] / a['cpu'] for a in answers):,.1f}", f"{max(a['rhat'] for a in answers):.3f}",
        f"{sum(a['divergences'] for a in answers)}", f"{middle(f.peak for f in again):,.0f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _beside() -> str:
    """The table of all samplers."""
    other = mmm_peer.python()
    pythons = [(_OURS, sys.executable), *((case, other) for case in (_OURS, _PEER) if other)]
    rows, reference, notes = [], None, [] if other else [mmm_peer.ABSENT]
    for sampler in ("pymc", "nutpie"):
        for case, python in pythons:
            have = mmm_peer.versions(python, "pymc", "nutpie", "pymc-marketing")
            if sampler == "nutpie" and "nutpie" not in have:
                notes.append(f"nutpie is not installed beside PyMC {have['pymc']} here.")
                continue
            way = f"PyMC {have['pymc']}" + (f", nutpie {have['nutpie']}" if sampler == "nutpie" else "")
            name = f"{case.name} {have['pymc-marketing']}" if case is _PEER else case.name
            with tempfile.TemporaryDirectory() as cache:
                first = run(_at(case, sampler, cache, python, 0), runs=1)
                again = [run(_at(case, sampler, cache, python, seed), runs=1) for seed in SEEDS]
            for found in again:
                reference = reference or found.check
                _agree(name, found.check, reference)
            rows.append(_line(f"{name} ({way})", first, again))
    return "\n".join([*_HEAD, *rows, "", " ".join([_TOLD, *notes]), ""])


_HEAD = (
    f"### Fit of mmm_example.csv: 179 weeks, 15 parameters, {CHAINS} chains of {DRAWS:,} draws after {TUNE:,}",
    "",
    "| way | first fit ever, s | later fit, s | its CPU, s | least effective draws | per second | per second of CPU | R-hat "
    "| divergences | peak MB |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
)
_TOLD = (
    "Seconds from the table to the weekly contributions, compiling included, one chain at a time. A later fit is in a fresh "
    f"process that finds compiled code on disk: medians of {len(SEEDS)} seeds, the worst R-hat, all divergences. Effective "
    "draws: the least bulk size over all parameters. Same priors, draws and target acceptance; the fits are refused where "
    "their posterior means of carry-over, saturation and strength disagree."
)


def report() -> str:
    """Run all cases and return the Markdown."""
    return "\n".join(["## Fitting a media mix", "", _beside(), mmm_quick.report(FOLDER)])
