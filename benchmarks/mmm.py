"""Budgets from a posterior of 8 channels, 2,000 draws and 26 periods, beside pymc-marketing's own optimizer."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import mmm_peer
from benchmarks.measure import Case, Measured, run

FOLDER = Path(os.environ.get("CUSTINTEL_DATA") or "../shared/data") / "mmm_clv" / "own_fixtures"

_SETUP = """
import json, time
import numpy as np
draws = dict(np.load(FOLDER + "/post8_pmm0192.npz"))
oracle = json.load(open(FOLDER + "/opt_oracle.json"))
highest = np.array(oracle["hi"])
def seconds(call, times=1):
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        answer = call()
        taken.append(time.perf_counter() - began)
    return sorted(taken)[len(taken) // 2], answer
"""
_OURS_SETUP = f"""
{_SETUP}
import pandas, scipy.optimize
from custintel_analytics import mmm
mmm.ResponseTable, mmm.optimize, mmm.schedule, mmm.frontier
def made():
    return mmm.ResponseTable.from_draws(
        adstock="geometric", lags=8, saturation="logistic", alpha=draws["alpha"], lam=draws["lam"], beta=draws["beta"],
        channel_scale=draws["sx"], target_scale=float(draws["sy"]), max_spend=26 * highest, periods=26, carry_out=8,
        current=26 * draws["avg"])
def asked(share=1.0, **more):
    plan = mmm.optimize(table, 26 * oracle["B"] * share, **more)
    return plan.outcome, plan.lower, plan.upper, plan.probability_better
"""
_OURS = Case(
    "custintel",
    _OURS_SETUP,
    """
first, table = seconds(made)
first_plan, answer = seconds(asked)
again, _ = seconds(lambda: asked(0.98), 51)
""",
    "{'first': first + first_plan, 'again': again, 'answer': answer[:3]}",
)
# Earlier spend is zero, so that what is planned is all that works in the window.
_PEER = Case(
    "pymc-marketing",
    f"""
{_SETUP}
import warnings
warnings.filterwarnings("ignore")
import pandas as pd, xarray as xr
from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation
names = [f"c{{i}}" for i in range(8)]
random = np.random.default_rng(0)
spend = pd.DataFrame(random.uniform(0, 1, (60, 8)) * draws["sx"], columns=names)
spend.iloc[5], spend.iloc[-12:] = draws["sx"], 0.0
spend.insert(0, "date", pd.date_range("2024-01-01", periods=60, freq="W-MON"))
sales = pd.Series(random.uniform(0.3, 1, 60) * float(draws["sy"]), name="y")
sales.iloc[3] = float(draws["sy"])
model = MMM(date_column="date", channel_columns=names, target_column="y", adstock=GeometricAdstock(l_max=8),
            saturation=LogisticSaturation())
model.build_model(X=spend, y=sales)
dims, shape = ("chain", "draw", "channel"), (4, 500, 8)
posterior = xr.Dataset(
    {{"adstock_alpha": (dims, draws["alpha"].reshape(shape)), "saturation_lam": (dims, draws["lam"].reshape(shape)),
      "saturation_beta": (dims, draws["beta"].reshape(shape)),
      "intercept_contribution": (dims[:2], np.zeros(shape[:2])), "y_sigma": (dims[:2], np.full(shape[:2], 0.1))}},
    coords={{"chain": np.arange(4), "draw": np.arange(500), "channel": names}})
model.idata = xr.DataTree.from_dict({{"posterior": posterior}})
end = spend["date"].max()
start, stop = str((end + pd.Timedelta(weeks=1)).date()), str((end + pd.Timedelta(weeks=26)).date())
every = xr.DataArray(np.ones(8, bool), coords={{"channel": names}}, dims="channel")
def asked(optimizer, share=1.0):
    found = optimizer.allocate_budget(
        total_budget=oracle["B"] * share, budget_bounds={{c: (0, h) for c, h in zip(names, highest)}})
    outcome = np.asarray(optimizer.evaluate_response_distribution(found.budgets))
    return float(outcome.mean()), float(np.quantile(outcome, 0.05)), float(np.quantile(outcome, 0.95))
""",
    """
began = time.perf_counter()
optimizer = model.budget_optimizer(start, stop, budgets_to_optimize=every)
answer = asked(optimizer)
first = time.perf_counter() - began
again, _ = seconds(lambda: asked(optimizer, 0.98), 5)
""",
    "{'first': first, 'again': again, 'answer': answer}",
)
_QUESTIONS = {
    "mean of a total, with interval and chance of beating the current plan": "asked(0.98)",
    "the same with a channel locked and two groups": (
        "asked(0.98, fixed='channel 1', groups={'a': {'channels': ['channel 2', 'channel 3'], 'min': 2e5},"
        " 'b': {'channels': ['channel 5', 'channel 6'], 'max': 6e5}})"
    ),
    "cheapest plan for a response": "mmm.optimize(table, target=2e6).outcome",
    "largest plan with a return": "mmm.optimize(table, target_roas=1.5).outcome",
    "CVaR 5 %": "asked(0.98, objective='cvar')",
    "5 % quantile, several starts": "asked(0.98, objective='quantile')",
    "mean over spread, several starts": "asked(0.98, objective='sharpe')",
    "in steps of 10,000": "asked(0.98, step=1e4)",
    "S-shaped curves (Hill), by dynamic programming": "mmm.optimize(shaped, 26 * 40_000).outcome",
    "frontier of 40 totals with intervals": (
        "mmm.frontier(table, np.linspace(0.5, 1.5, 40) * 26 * oracle['B']).frame.shape"
    ),
    "schedule of 8 channels × 26 weeks": "mmm.schedule(table, 26 * oracle['B']).outcome",
    "the same with seasons and weekly bounds": (
        "mmm.schedule(table, 26 * oracle['B'], seasonality=season, max_per_week=3e4, min_per_week=500).outcome"
    ),
}
_EACH = Case(
    "questions",
    f"""
{_OURS_SETUP}
table = made()
random = np.random.default_rng(0)
season = 1 + 0.4 * np.sin(np.arange(26) / 26 * 2 * np.pi)
shaped = mmm.ResponseTable.from_draws(
    saturation="hill", alpha=draws["alpha"], kappa=random.uniform(0.3, 0.7, (2000, 8)),
    slope=random.normal(2.5, 0.2, (2000, 8)), beta=draws["beta"], channel_scale=draws["sx"],
    target_scale=float(draws["sy"]), max_spend=26 * highest)
QUESTIONS = {_QUESTIONS!r}
calls = {{name: eval(f"lambda: {{code}}") for name, code in QUESTIONS.items()}}
for call in calls.values():
    call()
""",
    "found = {name: seconds(call, 15)[0] for name, call in calls.items()}",
    "found",
)


def _at(case: Case) -> Case:
    return replace(case, setup=f"FOLDER = {str(FOLDER.resolve())!r}\n{case.setup}")


def _beside(measured: list[Measured]) -> str:
    """The table of both, which must have found the same."""
    answers: list[Any] = [found.check for found in measured]
    best = answers[0]["answer"]
    for found, answer in zip(measured, answers, strict=True):
        if any(abs(x / y - 1) > 1e-5 for x, y in zip(answer["answer"], best, strict=True)):
            raise RuntimeError(f"{found.name} found {answer['answer']}, the first {best}")
    lines = [
        "### A budget question: best plan for a total, its expected outcome and its 90 % interval",
        "",
        "| way | first answer, from the draws, s | after a change of the total, ms | peak MB | expected outcome |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {found.name} | {answer['first']:.2f} | {answer['again'] * 1000:.2f} | {found.peak:,.0f} "
        f"| {answer['answer'][0]:,.2f} |"
        for found, answer in zip(measured, answers, strict=True)
    ]
    return "\n".join([*lines, ""])


def _questions() -> str:
    found: Any = run(_at(_EACH), runs=1).check
    lines = ["### Questions to a table that is there", "", "| question | milliseconds |", "|---|---:|"]
    lines += [f"| {name} | {seconds * 1000:.2f} |" for name, seconds in found.items()]
    return "\n".join(
        [*lines, "", "Medians of 15. The schedule is searched on 250 draws and evaluated on all.", ""]
    )


def _page() -> str:
    """What a slider costs in the page, measured in Node."""
    import numpy as np

    from custintel_analytics import mmm

    draws = dict(np.load(FOLDER / "post8_pmm0192.npz"))
    table = mmm.ResponseTable.from_draws(
        alpha=draws["alpha"], lam=draws["lam"], beta=draws["beta"], channel_scale=draws["sx"],
        target_scale=float(draws["sy"]), max_spend=52 * draws["mx"], current=26 * draws["avg"],
    )  # fmt: skip
    sent = table.to_wire()
    packed = {
        name: base64.b64encode(np.ascontiguousarray(x).tobytes()).decode() if isinstance(x, np.ndarray) else x
        for name, x in sent.items()
    }
    packed |= {
        "points": sent["grid"].shape[1],
        "drawPoints": sent["drawGrid"].shape[1],
        "draws": sent["response"].shape[2],
    }
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "wire.json"
        place.write_text(json.dumps(packed))
        done = subprocess.run(
            ["node", "benchmarks/mmm_page.mjs", str(place)], capture_output=True, text=True, check=True
        )
    answer = json.loads(done.stdout)
    size = sum(x.nbytes for x in sent.values() if isinstance(x, np.ndarray))
    lines = [
        "### In the page (Node), 8 channels × 250 draws × 33 points",
        "",
        "| step | microseconds |",
        "|---|---:|",
    ]
    lines += [f"| {name} | {micro:,.0f} |" for name, micro in answer["microseconds"].items()]
    note = f"Arithmetic {answer['bytes'] / 1000:.1f} kB, data {size / 1e6:.2f} MB. A frame lasts 16,700 microseconds."
    return "\n".join([*lines, "", note, ""])


def report() -> str:
    """Run all cases and return the Markdown."""
    python = mmm_peer.python()
    cases, note = [_OURS], mmm_peer.ABSENT
    if python is not None:
        have = mmm_peer.versions(python, "pymc-marketing", "pymc")
        note = (
            f"pymc-marketing {have['pymc-marketing']} on PyMC {have['pymc']} in an environment of its own; its first answer "
            "compiles the model, the later ones reuse the optimizer. Both hold the same 2,000 draws."
        )
        cases.append(replace(_PEER, python=python))
    return "\n".join(
        [
            "## Budgets from 8 channels × 2,000 draws × 26 periods",
            "",
            _beside([run(_at(case), runs=1) for case in cases]),
            note,
            "",
            _questions(),
            _page(),
        ]
    )
