"""Writes experiments.json: what Python answers about experiments, for both test suites to be held to.

``python tests/golden/experiments.py`` writes it anew after a change of the arithmetic or the words.
"""

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

from experiment_cases import COVARIATES, DESIGNS, METHODS, PLANS, SAMPLES, VALUES, questions, verdicts

from custintel_analytics.experiments import wording
from custintel_analytics.experiments.compare import answered, checked, compare
from custintel_analytics.experiments.comparison import Comparison
from custintel_analytics.experiments.corrections import CORRECTIONS, Family, families
from custintel_analytics.experiments.cuped import adjusted
from custintel_analytics.experiments.distributions import bell
from custintel_analytics.experiments.estimate import arms_of
from custintel_analytics.experiments.plan import Plan
from custintel_analytics.experiments.planning import duration, minimum_effect, power, sample_size
from custintel_analytics.experiments.sample import Sample
from custintel_analytics.experiments.sample_ratio import sample_ratio
from custintel_analytics.experiments.value import value
from custintel_analytics.experiments.verdict import verdict

FILE = Path(__file__).with_suffix(".json")


def vectors() -> dict[str, Any]:
    """All cases with their answers."""
    return {
        "samples": {name: [sample_fields(sample) for sample in pair] for name, pair in SAMPLES.items()},
        "quantiles": quantiles(),
        "words": words(),
        "sizes": sizes(),
        "plans": plans(),
        "comparisons": comparisons(),
        "adjusted": adjusted_comparisons(),
        "sample_ratios": [
            ratio_case([821588, 815482]),
            ratio_case([50, 51]),
            ratio_case([3, 4]),
            ratio_case([500, 480, 1020], (1, 1, 2)),
            ratio_case([9000, 1400], (90, 10)),
            ratio_case([100_000, 90_000]),
        ],
        "values": [value_case(**case) for case in VALUES],
        "families": families_of_values(),
        "verdicts": [verdict_case(**case) for case in verdicts()],
    }


def quantiles() -> list[dict[str, Any]]:
    """Distribution functions, from SciPy."""
    from scipy import special

    cases: list[tuple[str, list[float], float]] = []
    for z in (-30.0, -8.0, -4.8769, -1.959964, -0.5, 0.0, 0.01, 1.0, 1.7, 1.8, 3.0, 8.0):
        cases.append(("normalCdf", [z], float(special.ndtr(z))))
    for p in (1e-100, 1e-10, 0.001, 0.025, 0.3, 0.8, 0.975, 0.9999):
        cases.append(("normalQuantile", [p], float(special.ndtri(p))))
    for df in (1.0, 2.5, 7.3, 40.0, 900.0, 9999.0, 10_001.0, 1e6, 1e9):
        for t in (-2.0, 0.3, 1.7, 2.2, 6.0):
            cases.append(("studentTail", [t, df], float(special.stdtr(df, -t))))
        for q in (0.4, 0.025, 0.0005):
            cases.append(("studentUpper", [q, df], -float(special.stdtrit(df, q))))
        if df < 1e5:
            cases.append(("studentDensity", [1.3, df], bell(1.3, df)))
    for x in (0.1, 1.0, 3.84, 22.75, 120.0):
        for freedom in (1, 2, 7):
            cases.append(("chiSquareTail", [x, float(freedom)], float(special.chdtrc(freedom, x))))
    for a, b in ((1.0, 1.0), (0.5, 0.5), (2.0, 5.0), (50.0, 52.0), (500.0, 1.0), (1e4, 9e4), (1e6, 1e6)):
        mean = a / (a + b)
        spread = math.sqrt(mean * (1 - mean) / (a + b + 1))
        for z in (-3.0, -0.4, 0.0, 1.0, 4.0):
            x = mean + z * spread
            if 0 < x < 1:
                cases.append(("betaCdf", [a, b, x, 1 - x], float(special.betainc(a, b, x))))
    return [{"name": name, "arguments": arguments, "value": found} for name, arguments, found in cases]


def words() -> list[dict[str, Any]]:
    """Numbers as sentences write them."""
    numbers = (
        0.0,
        0.05,
        0.125,
        2.5,
        0.0004,
        1e-9,
        99.95,
        1234.5,
        4321.567,
        1e9,
        12.0,
        0.0449,
        0.999,
        0.99951,
        1.0,
    )
    return [
        {
            "value": x,
            "significant": wording.significant(x),
            "percent": wording.percent(x),
            "chance": wording.chance(x),
            "money": wording.money(x, "EUR"),
            "points": wording.change(x, "pp"),
            "span": wording.span(-x, 3 * x, "kg"),
            "both": wording.both_scales(x, 0.2, share=True),
            "p_value": wording.p_value(x),
        }
        for number in numbers
        for x in (number, -number)
    ]


def sizes() -> list[dict[str, Any]]:
    """Size, power and smallest effect of several designs."""
    cases = []
    for design in DESIGNS:
        sign = -1 if design.get("alternative") == "less" else 1
        for effect, target in ((0.02, 0.8), (0.05, 0.9)):
            n = sample_size(effect=sign * effect, power=target, **design)
            cases.append(
                {
                    "design": camel(design),
                    "effect": sign * effect,
                    "power": target,
                    "n": n,
                    "power_at_n": power(n, effect=sign * effect, **design),
                    "power_at_half": power(n / 2, effect=sign * effect, **design),
                    "power_at_none": power(n, effect=0.0, **design),
                    "minimum": minimum_effect(n, power=target, **design),
                    "minimum_down": minimum_effect(2000, power=target, direction="down", **design),
                }
            )
    return cases


def plans() -> list[dict[str, Any]]:
    """Plans solved for each field."""
    cases = []
    for fields in PLANS:
        plan = Plan(**fields)
        time = plan.duration
        given = {key: x for key, x in fields.items() if key not in ("effect", "power", "days")}
        cases.append(
            {
                "fields": camel({"per_day": None, **given}),
                "effect": fields.get("effect"),
                "power": fields.get("power", 0.8),
                "days": fields.get("days"),
                "solve": plan.solve,
                "solved": {
                    "effect": plan.effect,
                    "power": plan.power,
                    "days": plan.days,
                    "n_per_arm": plan.n_per_arm,
                },
                "sentence": plan.sentence,
                "duration": None
                if time is None
                else {
                    "units": time.units,
                    "exact_days": time.exact_days,
                    "weeks": time.weeks,
                    "days": time.days,
                },
                "duration_sentence": None if time is None else time.sentence,
                "curve": plan.curve(5).to_dict("list"),
            }
        )
    exact = duration(7000, per_day=1000)
    cases[0]["two_weeks"] = {"units": exact.units, "weeks": exact.weeks}
    return cases


def comparisons() -> list[dict[str, Any]]:
    """Every pair of samples with every third question, so that each question meets many samples."""
    cases = []
    for i, name in enumerate(SAMPLES):
        for asked in questions(name)[i % 3 :: 3]:
            found = asked_of(name, asked)
            cases.append(
                {
                    "samples": name,
                    "question": camel(asked),
                    "answer": answer(found),
                    "density": [] if found.distribution is None else curve(found),
                    "decision": found.decision(0.02)["share"].tolist(),
                }
            )
    return cases


def adjusted_comparisons() -> list[dict[str, Any]]:
    """Estimates that a covariate adjusted, whose errors hang together."""
    names = (
        "control",
        "treatment",
        "var_control",
        "var_treatment",
        "covariance",
        "df",
        "n_control",
        "n_treatment",
    )
    cases = []
    for pair in COVARIATES:
        arms = adjusted(*pair)
        for asked in (
            {},
            *({**method, "relative": True} for method in METHODS),
            {"relative": True, "interval": "delta"},
        ):
            cases.append(
                {
                    "arms": camel({**{name: getattr(arms, name) for name in names}, "counts": None}),
                    "question": camel(asked),
                    "answer": answer(answered(arms, checked(**asked))),
                }
            )
    return cases


def answer(found: Comparison) -> dict[str, Any]:
    """The numbers of a comparison."""
    names = (
        "effect", "lower", "upper", "p_value", "probability", "expected_loss", "standard_error", "statistic", "df",
        "control", "treatment", "message",
    )  # fmt: skip
    return {name: getattr(found, name) for name in names}


def curve(found: Comparison) -> list[list[float]]:
    """Four points of a comparison's density."""
    return found.density(7).iloc[1:6].to_numpy().tolist()


def ratio_case(counts: list[int], split: tuple[float, ...] | None = None) -> dict[str, Any]:
    """A sample-ratio check."""
    found = sample_ratio(counts, split)
    return {
        "counts": counts,
        "split": split,
        "p_value": found.p_value,
        "verdict": found.verdict,
        "sentence": found.sentence,
    }


def families_of_values() -> list[dict[str, Any]]:
    """What each correction makes of p-values, among them equal ones, none, the smallest and one that is missing."""
    sets = (
        [0.01, 0.02, 0.03, 0.04, 0.05],
        [0.4, math.nan, 0.01],
        [0.9, 0.8, 0.0, 1e-320],
        [0.03, 0.03, 1.0],
        [0.2],
    )
    return [
        {
            "p_values": values,
            "correction": correction or "none",
            "families": [vars(family) for family in families(values, correction)],
            "corrected": [
                family.p_value(p) for p, family in zip(values, families(values, correction), strict=True)
            ],
            "words": [family.words for family in families(values, correction)],
        }
        for values in sets
        for correction in (*CORRECTIONS, None)
    ]


def asked_of(samples: str, asked: dict[str, Any]) -> Comparison:
    """A comparison, where it is said among several questions."""
    settings = {**asked, **({"family": Family(**asked["family"])} if "family" in asked else {})}
    return answered(arms_of(*SAMPLES[samples]), checked(**settings))


def value_case(samples: str, worth: dict[str, Any], asked: dict[str, Any] | None = None) -> dict[str, Any]:
    """A comparison in money."""
    found = value(compare(*SAMPLES[samples], **(asked or {})), **worth)
    names = ("amount", "lower", "upper", "probability", "expected_loss", "break_even", "contacts", "sentence")
    return {
        "samples": samples,
        "question": camel(asked or {}),
        "worth": camel(worth),
        "value": {name: getattr(found, name) for name in names},
    }


def verdict_case(
    samples: str,
    asked: dict[str, Any] | None = None,
    given: dict[str, Any] | None = None,
    worth: dict[str, Any] | None = None,
    other: dict[str, Any] | None = None,
    ratio: list[int] | None = None,
    guardrails: list[str] | None = None,
) -> dict[str, Any]:
    """A verdict with all that went into it."""
    found, given = asked_of(samples, asked or {}), given or {}
    said = verdict(
        found,
        **given,
        today=dt.date(2026, 11, 21),
        value=None if worth is None else value(found, **worth),
        other_scale=None if other is None else asked_of(samples, other),
        sample_ratio=None if ratio is None else sample_ratio(ratio),
        guardrails={name: compare(*SAMPLES[name]) for name in guardrails or ()},
    )
    shown = {key: wording.day(x) if isinstance(x, dt.date) else x for key, x in given.items()}
    return {
        "samples": samples,
        "question": camel(asked or {}),
        "given": camel(shown),
        "worth": None if worth is None else camel(worth),
        "other": None if other is None else camel(other),
        "ratio": ratio,
        "guardrails": guardrails or [],
        "decision": said.decision,
        "reason": said.reason,
        "lines": list(said.lines),
        "notes": list(said.notes),
        "smallest_worthwhile": said.smallest_worthwhile,
    }


def sample_fields(sample: Sample) -> dict[str, Any]:
    """A sample as the page knows it."""
    return {
        "n": sample.n,
        "total": sample.total,
        "totalSq": sample.total_sq,
        "kind": sample.kind,
        "denominator": sample.denominator,
    }


def camel(fields: dict[str, Any]) -> dict[str, Any]:
    """Arguments with the names that they have in the page."""
    return {
        name: list(x) if isinstance(x, tuple) else x
        for name, x in (
            (first + "".join(part.title() for part in rest), x)
            for (first, *rest), x in ((key.split("_"), x) for key, x in fields.items())
        )
    }


def encoded(found: Any) -> Any:
    """The same with numbers that JSON doesn't know as text."""
    if isinstance(found, dict):
        return {key: encoded(x) for key, x in found.items()}
    if isinstance(found, list | tuple):
        return [encoded(x) for x in found]
    if isinstance(found, float) and not math.isfinite(found):
        return "NaN" if math.isnan(found) else "Infinity" if found > 0 else "-Infinity"
    return found


def text(found: dict[str, Any]) -> str:
    """The vectors as JSON with a case per line."""
    parts = []
    for name, cases in encoded(found).items():
        keyed = isinstance(cases, dict)
        lines = [
            (f"{json.dumps(key)}: " if keyed else "") + json.dumps(case, ensure_ascii=False)
            for key, case in (cases.items() if keyed else enumerate(cases))
        ]
        begin, end = "{}" if keyed else "[]"
        parts.append(f"{json.dumps(name)}: {begin}\n" + ",\n".join(lines) + f"\n{end}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(text(vectors()), encoding="utf-8")
