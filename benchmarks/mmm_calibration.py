"""Simulation-based calibration of the media-mix model: ``python -m benchmarks.mmm_calibration`` (half an hour alone on a core).

A truth is drawn from the priors, data are made of it, the model is fitted to them, and the truth's rank among the
posterior's draws is noted. Over many such fits the ranks are uniform, if model and sampler are right. Truth and data
come from NumPy (`Prior.draw`, `Equation.simulated`), the fit from PyMC, so that both forms of the model are held
against each other. The fits are kept in build/bench, and a run that was stopped goes on where it was.

References
----------
Talts, S., Betancourt, M., Simpson, D., Vehtari, A., Gelman, A. (2018). Validating Bayesian inference algorithms with
simulation-based calibration. arXiv:1804.06788.
Säilynoja, T., Bürkner, P.-C., Vehtari, A. (2022). Graphical test for discrete uniformity and its applications in
goodness-of-fit evaluation and multiple sample comparison. Statistics and Computing 32, 32.
Modrák, M., Moon, A. H., Kim, S., Bürkner, P., Huurre, N., Faltejsková, K., Gelman, A., Vehtari, A. (2023).
Simulation-based calibration checking for Bayesian computation: the choice of test quantities shapes sensitivity.
Bayesian Analysis. The likelihood of the data as a quantity of its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics import mmm, sampling
from custintel_analytics.mmm import quick
from custintel_analytics.mmm.build import build
from custintel_analytics.mmm.data import MediaData, media_data
from custintel_analytics.mmm.design import Design, Scales, design, scales_of
from custintel_analytics.mmm.equation import Equation
from custintel_analytics.mmm.parameters import parameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.mmm.priors import Prior

RESULTS = Path(__file__).parent / "MMM_CALIBRATION.md"
KEPT = Path("build/bench/mmm_calibration.jsonl")
FITS = 200
PERIODS = 80
RANKS = 100  # the truth and 99 draws
BINS = 20
LEVELS = (0.5, 0.94)
_DRAWS, _TUNE, _CHAINS = 750, 500, 2
_LEAST_ESS = 250  # of 1,500: every fifteenth draw is then as good as independent
_LONGER = 3  # times the draws of a second try
_WAYS = ("full", "quick")
_SIMULATIONS = 20_000
_BARS = "▁▂▃▄▅▆▇█"
# The defaults but for the noise: half-normal (2) mostly drowns media in noise, and such fits test little.
MODEL = mmm.MediaMix(
    date="date", target="revenue", channels=["tv", "search"], seasonality=1, priors={"sigma": ("half_normal", 0.3)}
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Market:
    """Data whose truth was drawn from the priors: each parameter 1 × its shape, and the data as the model sees them."""

    truth: Mapping[str, NDArray[np.float64]]
    priors: Mapping[str, Prior]
    data: MediaData
    seen: Design


def market(number: int) -> Market:
    """Draw a truth and make data of it.

    The outcome's scale is taken as known: the model divides by the largest outcome, and then a prior of scaled data isn't
    what the truth was drawn from.
    """
    settings = MODEL.settings
    data = media_data(mmm.simulate(PERIODS, 2, seed=number)[0], settings)
    scales: Scales = replace(scales_of(data), target=np.ones(1))
    priors = parameters(settings, data)
    random = np.random.default_rng([number, 1])
    truth = {name: prior.draw(random, 1) for name, prior in priors.items()}
    outcome = Equation(settings, design(data, settings, scales), truth).simulated(random)[0]
    data = replace(data, target=outcome)
    return Market(truth, priors, data, design(data, settings, scales))


def fitted(made: Market, number: int) -> tuple[dict[str, NDArray[np.float64]], dict[str, Any]]:
    """Draws of the posterior, thinned, and what is to be known of the fit; it is repeated where its draws were few."""
    settings = MODEL.settings
    model = build(made.data, made.seen, settings, made.priors)
    for times in (1, _LONGER):
        fit = sampling.sample(
            model, draws=_DRAWS * times, tune=_TUNE * times, chains=_CHAINS, random_state=number
        )
        found = sampling.diagnostics(fit)
        least = float(found.frame["ess_bulk"].min())
        if least >= _LEAST_ESS:
            break
    draws = {name: sampling.posterior(fit, name) for name in made.priors}
    facts = {"rhat": found.rhat, "ess": least, "divergences": found.divergences, "times": times}
    return draws, facts


def estimated(made: Market, number: int) -> tuple[dict[str, NDArray[np.float64]], dict[str, Any]]:
    """Draws of the quick estimate."""
    posterior = quick.Posterior(made.data, made.seen, MODEL.settings, made.priors)
    mode = quick.find_mode(posterior, random_state=number)
    found = quick.draws_around(posterior, mode, 1000, number)
    return found.draws, {"effective": found.effective}


def quantities(made: Market, draws: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """What is ranked, each D: the parameters, what each channel brought, and the likelihood of the data."""
    found: dict[str, NDArray[np.float64]] = {}
    for name, prior in made.priors.items():
        values = draws[name].reshape(len(draws["sigma"]), -1)
        labels = [f"{name}[{label}]" for label in prior.labels] or [name]
        found |= dict(zip(labels, values.T, strict=True))
    equation = Equation(MODEL.settings, made.seen, draws)
    for place, channel in enumerate(made.data.channels):
        found[f"contribution[{channel}]"] = equation.media(place).sum(axis=(1, 2))
    sigma = draws["sigma"].reshape(-1)
    rest = ((made.seen.target - equation.mean) ** 2).sum(axis=(1, 2))
    found["log likelihood"] = -rest / 2 / sigma**2 - made.seen.target.size * np.log(sigma)
    return found


def compared(made: Market, draws: Mapping[str, NDArray[np.float64]]) -> dict[str, list[float]]:
    """For each quantity the truth's rank, whether the intervals cover it, the truth, and the posterior's spread."""
    true = quantities(made, made.truth)
    all_draws = quantities(made, draws)
    count = len(draws["sigma"])
    few = (np.arange(RANKS - 1) * count) // (RANKS - 1)
    found = {}
    for name, values in all_draws.items():
        ends = [np.quantile(values, [(1 - level) / 2, (1 + level) / 2]) for level in LEVELS]
        covers = [float(low <= true[name][0] <= high) for low, high in ends]
        rank = int((values[few] < true[name][0]).sum())
        found[name] = [rank, *covers, float(true[name][0]), float(values.std())]
    return found


def one(number: int) -> dict[str, Any]:
    """A whole fit of each way."""
    made = market(number)
    row: dict[str, Any] = {"number": number}
    for way, fit in zip(_WAYS, (fitted, estimated), strict=True):
        began = time.perf_counter()
        draws, facts = fit(made, number)
        row[way] = {**facts, "seconds": time.perf_counter() - began, "found": compared(made, draws)}
    return row


def rows(fits: int) -> list[dict[str, Any]]:
    """All fits: those that are kept from an earlier run with the same versions, and the others."""
    head = {
        "generation": sampling.generation(),
        "settings": MODEL.settings.to_dict(),
        "draws": [_DRAWS, _TUNE, _CHAINS],
    }
    kept: list[Any] = []
    if KEPT.exists():
        kept = [json.loads(line) for line in KEPT.read_text(encoding="utf-8").splitlines()]
    if not kept or kept[0] != json.loads(json.dumps(head)):
        kept = [head]
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps(head) + "\n", encoding="utf-8")
    for number in range(len(kept) - 1, fits):
        kept.append(one(number))
        with KEPT.open("a", encoding="utf-8") as file:
            file.write(json.dumps(kept[-1]) + "\n")
        print(f"{number + 1} of {fits}", flush=True)
    return kept[1 : fits + 1]


def chi_square(ranks: NDArray[np.int64]) -> float:
    """P-value of uniform ranks, in bins."""
    from scipy import stats

    return float(stats.chisquare(counted(ranks)).pvalue)


def counted(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ranks per bin."""
    return np.bincount(ranks * BINS // RANKS, minlength=BINS)


class Envelope:
    """Test of the whole distribution function of so many ranks: Säilynoja et al. (2022), algorithm 1.

    The statistic is the least of the two-sided binomial tail probabilities over all ranks; its distribution under
    uniformity is simulated.
    """

    def __init__(self, many: int) -> None:
        from scipy import stats

        share = np.arange(1, RANKS)[:, None] / RANKS
        seen = np.arange(many + 1)[None, :]
        below, above = stats.binom.cdf(seen, many, share), stats.binom.sf(seen - 1, many, share)
        self._tails = np.minimum(2 * np.minimum(below, above), 1.0)
        random = np.random.default_rng(0)
        uniform = random.multinomial(many, np.full(RANKS, 1 / RANKS), size=_SIMULATIONS)
        self._known = np.sort(self._statistic(uniform))

    def _statistic(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        reached = counts.cumsum(axis=1)[:, :-1]
        return np.asarray(self._tails[np.arange(RANKS - 1), reached].min(axis=1))

    def __call__(self, ranks: NDArray[np.int64]) -> float:
        """P-value."""
        found = self._statistic(np.bincount(ranks, minlength=RANKS)[None, :])[0]
        return float((np.searchsorted(self._known, found, side="right") + 1) / (_SIMULATIONS + 1))


def bars(counts: NDArray[np.int64]) -> str:
    """A histogram in a line of text, from 0 to twice what is expected."""
    expected = counts.sum() / len(counts)
    heights = np.clip(counts / (2 * expected) * len(_BARS), 0, len(_BARS) - 1).astype(int)
    return "".join(_BARS[height] for height in heights)


def judged(found: Iterable[Mapping[str, Any]], way: str) -> list[dict[str, Any]]:
    """For each quantity its histogram, both p-values and the share that the intervals cover."""
    kept = [row[way]["found"] for row in found]
    envelope = Envelope(len(kept))
    out = []
    for name in kept[0]:
        ranks = np.array([row[name][0] for row in kept], dtype=np.int64)
        _, *cover, true, spread = np.array([row[name] for row in kept]).T
        out.append({
            "name": name, "ranks": ranks, "chi": chi_square(ranks), "envelope": envelope(ranks),
            "cover": [share.mean() for share in cover], "left": float(np.median(spread) / true.std()),
        })  # fmt: skip
    return out


def report(fits: int = FITS) -> str:
    """Run what is missing and return the Markdown."""
    found = rows(fits)
    full, fast = (judged(found, way) for way in _WAYS)
    head = [
        "| quantity | ranks | fewest–most | χ² p | ECDF p | 50 % covers | 94 % covers | spread left |",
        "|---|---|---|---:|---:|---:|---:|---:|",
    ]
    parts = [
        [
            "# Calibration of the media mix",
            "",
            _run(found),
            "",
            "## The sampler",
            "",
            _headline(full, fits),
            "",
        ],
        [*head, *map(_line, full), "", _of_sampler(found), ""],
        [
            "## The quick estimate",
            "",
            _headline(fast, fits),
            "",
            *head,
            *map(_line, fast),
            "",
            _of_quick(found),
            "",
        ],
        ["## How to read this", "", _READING, ""],
    ]
    return "\n".join(line for part in parts for line in part)


_READING = (
    f"Ranks from 0 to {RANKS - 1} in {BINS} bins, a bar of half the height is what is expected; fewest–most are the counts "
    "of the bins. Heaped at both ends means bands that are too narrow, heaped in the middle too wide, a slope a shift. "
    "χ² p tests the bins; ECDF p tests the "
    "whole distribution (Säilynoja, Bürkner and Vehtari 2022). Spread left: the median of the posterior's standard "
    "deviation by that of the truths, so that 1 means data that told nothing. The contributions and the likelihood of the "
    "data are quantities that the model derives; they find errors in how parameters go together, which the parameters one "
    "by one don't show (Modrák et al. 2023). The outcome's scale is taken as known: `fit` divides by the largest outcome "
    "that was seen, which makes its priors depend a little on the data, and no calibration can hold exactly then."
)


def _run(found: list[dict[str, Any]]) -> str:
    seconds = [row["full"]["seconds"] for row in found]
    settings = MODEL.settings
    return (
        f"{len(found)} fits on {dt.date.today():%d %B %Y}, {sampling.generation()}: {PERIODS} weeks, "
        f"{len(settings.channels)} channels, {settings.adstock} carry-over, {settings.saturation} saturation, {settings.trend} "
        f"trend, {settings.seasonality} pair of waves; the default priors, but for the noise half-normal (0.3), because "
        f"half-normal (2) drowns most media in noise. Each truth is drawn from the priors and its data are simulated in NumPy; "
        f"the fit is PyMC's, {_CHAINS} chains of {_DRAWS} draws after {_TUNE}, median {np.median(seconds):.0f} s."
    )


def _headline(judgements: list[dict[str, Any]], fits: int) -> str:
    """The verdict with its numbers, corrected for the number of tests."""
    many = 2 * len(judgements)
    least = min(min(row["chi"], row["envelope"]) for row in judgements)
    bad = [row["name"] for row in judgements if many * min(row["chi"], row["envelope"]) < 0.05]
    verdict = (
        f"not uniform for {', '.join(bad)}" if bad else "uniform for all quantities, as far as this can tell"
    )
    return (
        f"The ranks of {fits} truths are {verdict}: the least of {many} p-values is {least:.2g}, "
        f"{min(many * least, 1.0):.2g} after Bonferroni. 94 % intervals cover "
        f"{min(row['cover'][1] for row in judgements):.1%}–{max(row['cover'][1] for row in judgements):.1%}, 50 % intervals "
        f"{min(row['cover'][0] for row in judgements):.1%}–{max(row['cover'][0] for row in judgements):.1%}; chance alone "
        f"leaves {_by_chance(fits, 0.94)} and {_by_chance(fits, 0.5)}."
    )


def _by_chance(fits: int, level: float) -> str:
    """Where 95 % of the shares lie if the level is held."""
    from scipy import stats

    low, high = stats.binom.ppf([0.025, 0.975], fits, level) / fits
    return f"{low:.1%}–{high:.1%}"


def _of_sampler(found: list[dict[str, Any]]) -> str:
    facts = [row["full"] for row in found]
    longer = sum(row["times"] > 1 for row in facts)
    few = sum(row["ess"] < _LEAST_ESS for row in facts)
    return (
        f"{longer} of {len(facts)} fits had fewer than {_LEAST_ESS} effective draws of some parameter and were repeated with "
        f"{_LONGER} times the draws; {few} had fewer then too. R-hat at most {max(row['rhat'] for row in facts):.3f}; "
        f"{sum(row['rhat'] > 1.05 for row in facts)} fits above 1.05. {sum(row['divergences'] > 0 for row in facts)} fits had "
        f"divergences, {sum(row['divergences'] for row in facts)} in all; none was left out."
    )


def _of_quick(found: list[dict[str, Any]]) -> str:
    facts = [row["quick"] for row in found]
    effective = np.array([row["effective"] for row in facts])
    return (
        f"`fit(quick=True)` on the same data, median {np.median([row['seconds'] for row in facts]):.2f} s. Its draws are worth "
        f"a median of {np.median(effective):,.0f} independent ones, fewer than 100 in {(effective < 100).sum()} fits."
    )


def _line(row: Mapping[str, Any]) -> str:
    counts = counted(row["ranks"])
    share = " | ".join(f"{cover:.1%}" for cover in row["cover"])
    return (
        f"| {row['name']} | `{bars(counts)}` | {counts.min()}–{counts.max()} | {_p(row['chi'])} | {_p(row['envelope'])} "
        f"| {share} | {row['left']:.2f} |"
    )


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else "<0.001"


def main() -> None:
    """Run all fits and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--fits", type=int, default=FITS, help=f"{FITS} by default; fewer are not written down"
    )
    fits = parser.parse_args().fits
    text = report(fits)
    print(text)
    if fits >= FITS:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
