"""Response tables that several tests share."""

import json
from functools import cache

import numpy as np

from custintel_analytics.mmm.response_table import ResponseTable

NAMES = tuple("ABCDEFGH")
PERIODS = 26


@cache
def posterior(path):
    """The 8-channel posterior with the reference's budget, bounds and answers."""
    draws = dict(np.load(path / "post8_pmm0192.npz"))
    return draws, json.loads((path / "opt_oracle.json").read_text())


@cache
def eight_channels(path):
    """Its response table over 26 periods and 8 of carry-out."""
    draws, oracle = posterior(path)
    return ResponseTable.from_draws(
        adstock="geometric", lags=8, saturation="logistic", alpha=draws["alpha"], lam=draws["lam"], beta=draws["beta"],
        channel_scale=draws["sx"], target_scale=float(draws["sy"]), max_spend=PERIODS * np.array(oracle["hi"]),
        periods=PERIODS, carry_out=8, current=PERIODS * draws["avg"], history_max=draws["mx"], channels=NAMES,
        currency="EUR", target="sales",
    )  # fmt: skip


def direct_total(draws, per_period, carry_in=None, multiplier=None, periods=PERIODS, carry_out=8, lags=8):
    """The response of the posterior to spend by period (periods × channels), period by period, shape draws."""
    weights = draws["alpha"][:, None, :] ** np.arange(lags)[:, None]
    weights = weights / weights.sum(axis=1, keepdims=True)
    before = 0 if carry_in is None else len(carry_in)
    spend = np.zeros((before + periods + carry_out, draws["beta"].shape[1]))
    if before:
        spend[:before] = carry_in
    spend[before : before + periods] = per_period
    total = np.zeros(len(draws["beta"]))
    for t in range(periods + carry_out):
        now = before + t
        adstock = sum(
            weights[:, lag] * spend[now - lag] / draws["sx"] for lag in range(lags) if now - lag >= 0
        )
        effect = draws["beta"] * float(draws["sy"]) * np.tanh(draws["lam"] * adstock / 2)
        total += effect.sum(axis=1) * (1.0 if multiplier is None else multiplier[t])
    return total


def small_posterior(seed=0, draws=60, count=3):
    """Draws of a small logistic model."""
    random = np.random.default_rng(seed)
    shape = (draws, count)
    return {
        "alpha": random.uniform(0.1, 0.8, shape),
        "lam": random.uniform(0.5, 4, shape),
        "beta": random.uniform(0.1, 0.5, shape),
        "sx": random.uniform(50, 150, count),
        "sy": np.float64(1000.0),
    }


def small_table(seed=0, draws=60, count=3, **arguments):
    """Its response table over 10 periods; keyword arguments are those of `from_draws`."""
    found = small_posterior(seed, draws, count)
    given = {
        "alpha": found["alpha"], "lam": found["lam"], "beta": found["beta"], "channel_scale": found["sx"],
        "target_scale": 1000.0, "max_spend": 2000.0, "periods": 10, "carry_out": 8, "current": [400.0] * count,
    }  # fmt: skip
    return ResponseTable.from_draws(**{**given, **arguments})


def shaped_table(seed=0, draws=50, count=4, steepness=2.5, **arguments):
    """A response table of S-shaped (Hill) curves."""
    random = np.random.default_rng(seed)
    shape = (draws, count)
    given = {
        "saturation": "hill",
        "alpha": random.uniform(0.2, 0.6, shape),
        "kappa": random.uniform(0.3, 0.7, count) * random.uniform(0.9, 1.1, shape),
        "slope": np.maximum(random.normal(steepness, 0.1, shape), 0.2),
        "beta": random.uniform(0.3, 1.0, count) * random.uniform(0.8, 1.2, shape),
        "channel_scale": 100.0,
        "target_scale": 500.0,
        "max_spend": 2000.0,
        "periods": 10,
        "current": [400.0] * count,
    }
    return ResponseTable.from_draws(**{**given, **arguments})


def straight_table(slopes, end=100.0, **arguments):
    """Straight curves: what one unit of money brings in each draw, draws × channels."""
    rates = np.asarray(slopes, dtype=np.float64)
    grid = np.linspace(0, end, 5)
    response = rates.T[:, :, None] * grid
    slope = np.repeat(rates.T[:, :, None], 5, axis=2)
    names = tuple(f"c{i}" for i in range(rates.shape[1]))
    return ResponseTable(channels=names, grid=grid, response=response, slope=slope, periods=1, **arguments)
