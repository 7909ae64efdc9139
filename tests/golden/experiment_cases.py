"""The situations whose answers stand in experiments.json."""

import datetime as dt
from typing import Any

from custintel_analytics.experiments.sample import Sample

SAMPLES = {
    "orders": (
        Sample(n=3407, total=1396.87, total_sq=52377.9767),
        Sample(n=3461, total=2422.7, total_sq=134698.29),
    ),
    "even": (Sample.proportion(49, 100), Sample.proportion(51, 100)),
    "visits": (Sample.proportion(2262, 21306), Sample.proportion(3238, 21387)),
    "little": (Sample.proportion(20, 200), Sample.proportion(31, 198)),
    "few": (Sample.proportion(1, 3), Sample.proportion(2, 4)),
    "rare": (Sample.proportion(3, 100_000), Sample.proportion(9, 100_000)),
    "none": (Sample.proportion(0, 50), Sample.proportion(6, 50)),
    "all": (Sample.proportion(40, 40), Sample.proportion(33, 40)),
    "lopsided": (Sample.proportion(80, 400), Sample.proportion(10_400, 50_000)),
    "small": (Sample.moments(4, 10.0, 9.0), Sample.moments(3, 14.0, 30.0)),
    "vague": (Sample.moments(40, 0.4, 25.0), Sample.moments(50, 3.1, 16.0)),
    "loss": (Sample.moments(900, -5.0, 40.0), Sample.moments(950, -4.2, 38.0)),
    "still": (Sample.moments(20, 3.0, 0.0), Sample.moments(20, 3.0, 0.0)),
    "unused": (Sample.moments(30, 5.0, 8.0), Sample.moments(30, 0.0, 0.0)),
    "large": (Sample.moments(3_000_000, 12.5, 900.0), Sample.moments(2_900_000, 12.56, 910.0)),
    "basket": (
        Sample(500, 9800.0, 250_000.0, denominator=(760.0, 1500.0, 16_900.0)),
        Sample(520, 11_100.0, 300_000.0, denominator=(790.0, 1560.0, 18_600.0)),
    ),
    "equal": (Sample.moments(20_000, 8.0, 4.0), Sample.moments(20_000, 8.01, 4.1)),
    "worse": (Sample.moments(2000, 8.0, 4.0), Sample.moments(2000, 7.2, 4.1)),
    "unlike": (Sample.proportion(7839, 29_264), Sample.proportion(3, 1071)),
}
METHODS: tuple[dict[str, Any], ...] = (
    {},
    {"method": "z", "level": 0.9},
    {"method": "bayes"},
    {"method": "bayes", "prior_mean": 0.01, "prior_sd": 0.05, "direction": "down"},
    {"method": "sequential", "tuning_n": 1000},
)
HOLM = {"correction": "holm", "questions": 3, "factor": 2.0}
SIDES = ("two-sided", "greater", "less")


COVARIATES = (
    (
        Sample(800, 8100.0, 95_000.0, covariate=(7900.0, 90_000.0, 88_000.0)),
        Sample(760, 8000.0, 97_000.0, covariate=(7700.0, 91_000.0, 90_500.0)),
    ),
    (
        Sample(500, -900.0, 9800.0, covariate=(1000.0, 4000.0, -1000.0)),
        Sample(480, -700.0, 9000.0, covariate=(950.0, 3900.0, -800.0)),
    ),
)


def questions(name: str) -> list[dict[str, Any]]:
    """Settings that a pair of samples is compared with: each method, scale and interval, and one-sided ones."""
    asked = []
    for i, method in enumerate(METHODS):
        asked.append(method)
        if SAMPLES[name][0].mean != 0:
            asked.append({**method, "relative": True})
            asked.append({**method, "relative": True, "interval": "delta"})
            asked.append({**method, "relative": True, "alternative": SIDES[1 + i % 2]})
        asked.append({**method, "alternative": SIDES[2 - i % 2]})
    if SAMPLES[name][0].kind == "proportion":
        asked.append({"method": "bayes", "prior": (2.0, 5.0), "direction": "down"})
        asked.append({"method": "bayes", "prior": "normal"})
    asked += [{**method, "family": HOLM} for method in METHODS if method.get("method") != "bayes"]
    return asked


DESIGNS: tuple[dict[str, Any], ...] = (
    {"baseline": 0.2},
    {"baseline": 0.1, "formula": "pooled"},
    {"baseline": 0.1, "formula": "unpooled", "ratio": 0.5},
    {"baseline": 0.1, "formula": "cohen", "alpha": 0.01},
    {"baseline": 0.7, "formula": "miller", "alternative": "greater", "variance_reduction": 0.3},
    {"baseline": 0.05, "formula": "pooled", "relative": True, "ratio": 3.0},
    {"baseline": None, "sd": 30.0, "alternative": "less"},
    {"baseline": 12.0, "sd": 30.0, "relative": True, "variance_reduction": 0.5, "alpha": 0.1},
)


PLANS: tuple[dict[str, Any], ...] = (
    {"baseline": 0.2, "effect": 0.05, "per_day": 250.0},
    {"baseline": 0.2, "effect": 0.05},
    {"baseline": 0.2, "effect": 0.25, "relative": True, "days": 14.0, "per_day": 250.0},
    {"baseline": 0.2, "days": 21.0, "per_day": 400.0, "arms": 3, "direction": "down"},
    {"baseline": 8.0, "sd": 30.0, "effect": -1.0, "per_day": 1e4, "ratio": 0.5, "power": 0.9},
    {"baseline": None, "sd": 2.0, "effect": 0.1, "days": 10.0, "per_day": 700.0, "alpha": 0.01},
)


VALUES: tuple[dict[str, Any], ...] = (
    {"samples": "orders", "worth": {"contacts": 100_000, "margin": 0.4}},
    {
        "samples": "orders",
        "worth": {"contacts": 1500, "cost_per_contact": 0.1, "horizon_days": 30, "currency": "EUR"},
    },
    {
        "samples": "visits",
        "asked": {"method": "bayes"},
        "worth": {"contacts": 5e4, "margin": 2.0, "cost_per_contact": 0.08},
    },
    {
        "samples": "visits",
        "asked": {"relative": True},
        "worth": {"contacts": 5e4, "margin": 2.0, "baseline": 0.1},
    },
    {"samples": "worse", "asked": {"direction": "down"}, "worth": {"contacts": 700, "cost_per_contact": 0.5}},
    {
        "samples": "worse",
        "asked": {"direction": "down", "method": "bayes"},
        "worth": {"contacts": 700, "margin": 3, "cost_per_contact": 2.2},
    },
    {"samples": "still", "worth": {"contacts": 10}},
    {"samples": "orders", "asked": {"alternative": "greater"}, "worth": {"contacts": 10}},
)


def verdicts() -> list[dict[str, Any]]:
    """Situations that cover each decision and each sentence."""
    bayes, sequential, relative, down = (
        {"method": "bayes"},
        {"method": "sequential"},
        {"relative": True},
        {"direction": "down"},
    )
    end = dt.date(2026, 11, 30)
    costly = {"contacts": 1000, "margin": 10.0, "cost_per_contact": 0.5}
    return [
        {"samples": "visits"},
        {"samples": "visits", "given": {"smallest_worthwhile": 0.02, "power": 0.9}},
        {"samples": "visits", "given": {"smallest_worthwhile": 0.04}},
        {"samples": "visits", "given": {"smallest_worthwhile": 0.05, "per_day": 900}},
        {"samples": "visits", "given": {"smallest_worthwhile": 0.08}},
        {"samples": "visits", "asked": relative, "given": {"smallest_worthwhile": 0.25}},
        {"samples": "visits", "asked": relative, "given": {"smallest_worthwhile": 0.02, "relative": False}},
        {"samples": "visits", "given": {"smallest_worthwhile": 0.25, "relative": True}},
        {"samples": "visits", "asked": down, "given": {"smallest_worthwhile": 0.01}},
        {"samples": "little", "given": {"smallest_worthwhile": 0.05, "per_day": 30}},
        {"samples": "little", "given": {"smallest_worthwhile": 0.05}},
        {
            "samples": "little",
            "asked": sequential,
            "given": {"smallest_worthwhile": 0.05, "per_day": 30, "planned_end": end},
        },
        {"samples": "little", "asked": bayes, "given": {"smallest_worthwhile": 0.02}},
        {"samples": "little"},
        {"samples": "little", "given": {"planned_end": end, "look": 3}},
        {"samples": "little", "given": {"planned_end": end}},
        {"samples": "even", "given": {"smallest_worthwhile": 0.4, "relative": True}},
        {"samples": "equal", "given": {"smallest_worthwhile": 0.1, "unit": "€"}},
        {"samples": "equal", "asked": bayes, "given": {"smallest_worthwhile": 0.1, "currency": "EUR"}},
        {"samples": "equal", "given": {"smallest_worthwhile": 0.03, "per_day": 5000}},
        {"samples": "worse", "given": {"smallest_worthwhile": 0.1}},
        {"samples": "worse", "asked": down, "given": {"smallest_worthwhile": 0.1, "unit": "ms"}},
        {"samples": "worse", "asked": {**bayes, **down}, "given": {"unit": "ms"}},
        {"samples": "still"},
        {"samples": "vague", "asked": relative, "given": {"smallest_worthwhile": 0.1}},
        {"samples": "orders", "asked": {**relative, "interval": "delta"}, "other": {}},
        {"samples": "orders", "other": {**relative, "interval": "delta"}},
        {"samples": "orders", "asked": {"alternative": "greater"}, "given": {"smallest_worthwhile": 0.2}},
        {"samples": "visits", "worth": {**costly, "margin": 20.0}},
        {"samples": "visits", "worth": {**costly, "margin": 5.0}},
        {"samples": "visits", "worth": costly, "given": {"smallest_worthwhile": 0.01}},
        {"samples": "visits", "asked": relative, "worth": {**costly, "baseline": 0.1062}},
        {"samples": "little", "worth": {**costly, "margin": 100.0}, "given": {"smallest_worthwhile": 0.03}},
        {"samples": "visits", "ratio": [21306, 23387], "given": {"smallest_worthwhile": 0.02}},
        {"samples": "visits", "ratio": [21306, 21387], "guardrails": ["worse", "equal"]},
        {"samples": "visits", "guardrails": ["equal", "vague"]},
        {"samples": "orders", "asked": {**relative, "family": HOLM}, "other": {"family": HOLM}},
        {
            "samples": "orders",
            "asked": {"family": {**HOLM, "factor": 3.0}},
            "given": {"smallest_worthwhile": 0.2},
        },
        {"samples": "orders", "asked": {"family": {"correction": "", "questions": 3, "factor": 1.0}}},
        {
            "samples": "little",
            "asked": {**sequential, "family": HOLM},
            "given": {"smallest_worthwhile": 0.05},
        },
    ]
