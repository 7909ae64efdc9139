"""Whether a fitted model can be believed: each check with its figure, and in words what to do."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics import sampling
from custintel_analytics.experiments import wording
from custintel_analytics.mmm.agreement import agreement, kind
from custintel_analytics.mmm.data import days_outside
from custintel_analytics.mmm.predictive import prior_draws

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.mmm.data import MediaData
    from custintel_analytics.mmm.equation import Equation
    from custintel_analytics.mmm.model import MediaMix

    Floats = NDArray[np.float64]

ALIKE = 0.9  # correlation of two channels from which they can't be separated
_EXPLAINED = 0.95  # share of a channel that the rest of the model explains
_STEADY = 0.05  # standard deviation of a channel by its mean below which it says nothing
_RARE = 5  # periods with spend
_SURPRISING = 0.005  # share of the prior beyond the posterior's mean, below which the two disagree
_LEARNT = 0.1  # share of the prior's variance that the data took away
_FOLLOWING = 0.3  # correlation of neighbouring residuals
_SLACK = 0.08  # of the coverage
_BELOW = 0.1  # share of periods with a negative baseline that is worth a word
_PRIOR_DRAWS = 1000
_FEW_DRAWS = 500  # per chain


@dataclass(frozen=True, eq=False)
class Checks:
    """The checks of a fit. Made by `MediaMix.diagnostics`.

    Parameters
    ----------
    frame
        A row per check: ``check``, ``status`` (``"good"``, ``"look"`` or ``"bad"``), ``value``, ``sentence``.
    parameters
        A row per scalar parameter: mean and sd of prior and posterior, ``learnt`` (the share of the prior's variance
        that the data took away), ``beyond`` (the share of the prior beyond the posterior's mean), and where it was
        sampled ``rhat``, ``ess_bulk``, ``ess_tail``.
    convergence
        R-hat, effective draws and divergences; None for a quick estimate.
    """

    frame: pd.DataFrame
    parameters: pd.DataFrame
    convergence: sampling.Diagnostics | None

    def __repr__(self) -> str:
        found = zip(self.frame["check"], self.frame["status"], strict=True)
        return f"Checks: {', '.join(f'{check} {status}' for check, status in found)}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """What people should read, the worst first."""
        order = {"bad": 0, "look": 1, "good": 2}
        ranked = sorted(
            zip(self.frame["status"], self.frame["sentence"], strict=True), key=lambda row: order[row[0]]
        )
        return tuple(sentence for _, sentence in ranked)

    @property
    def usable(self) -> bool:
        """Whether budgets may be planned with the model: nothing is bad."""
        return not (self.frame["status"] == "bad").any()

    @property
    def converged(self) -> bool:
        """Whether the chains agree; False for a quick estimate, which has none."""
        return self.convergence is not None and self.convergence.converged


def checked(model: MediaMix, level: float) -> Checks:
    """All checks of a fitted model.

    Parameters
    ----------
    model
        Fitted.
    level
        Probability of the intervals whose coverage is tested.
    """
    import pandas as pd

    equation = model.equation()
    found = None if model.provisional_ else sampling.diagnostics(model.idata_, _sampled(model))
    learnt = prior_and_posterior(model)
    if found is not None:
        learnt = learnt.merge(found.frame, on="parameter", how="left")
    rows = [
        _convergence(found, model),
        _predictive(equation, model, level),
        _residuals(equation, model),
        _baseline(equation, model),
        *_priors(learnt, model),
        *identifiability(model.data_, equation),
        *agreement(model.data_, equation, level),
        *_events(model),
    ]
    frame = pd.DataFrame(rows, columns=["check", "status", "value", "sentence"])
    return Checks(frame, learnt, found)


def prior_and_posterior(model: MediaMix) -> pd.DataFrame:
    """Each scalar parameter before and after the data: ``parameter``, means, sds, ``learnt`` and ``beyond``."""
    import pandas as pd

    before, after = prior_draws(model, _PRIOR_DRAWS, 0), model.draws()
    rows = []
    for name, prior in model.priors_.items():
        for place, label in enumerate(prior.labels or ("",)):
            one, two = (draws[name].reshape(len(draws[name]), -1)[:, place] for draws in (before, after))
            rows.append(
                {
                    "parameter": f"{name}[{label}]" if label else name,
                    "prior_mean": one.mean(),
                    "prior_sd": one.std(),
                    "mean": two.mean(),
                    "sd": two.std(),
                    "learnt": 1 - two.var() / one.var(),
                    "beyond": _beyond(one, float(two.mean()), prior.kind),
                }
            )
    return pd.DataFrame(rows)


def _beyond(before: Floats, mean: float, family: str) -> float:
    """The share of the prior beyond the posterior's mean, on the side where there is less."""
    above = float((before > mean).mean())
    # Next to nothing is what a half-normal holds to be most likely.
    return above if family == "half_normal" else min(above, 1 - above)


def identifiability(data: MediaData, equation: Equation) -> list[tuple[str, str, float, str]]:
    """What the data can't tell: channels that hardly vary, that are rare, that move together or follow the rest.

    Where a lift test or an attribution says what the data can't, it is named in place of the advice to make one.
    """
    rows: list[tuple[str, str, float, str]] = []
    known = {item.channel: kind(item) for item in equation.settings.calibration}
    spend = data.spend
    apart = (spend - spend.mean(axis=0)).reshape(-1, len(data.channels))
    spread = apart.std(axis=0) / spend.mean(axis=(0, 1))
    for place, channel in enumerate(data.channels):
        active = int((spend[:, :, place].sum(axis=1) > 0).sum())
        if spread[place] < _STEADY:
            said = f"{channel} hardly varies (± {wording.percent(float(spread[place]))}): "
            rows.append(
                ("variation", "look", float(spread[place]),
                 f"{said}what is said of its effect rests on its {known[channel]} and the priors.")
                if channel in known else
                ("variation", "bad", float(spread[place]),
                 f"{said}its effect can't be told from the baseline. Vary its spend, or use a lift test.")
            )  # fmt: skip
        elif active < _RARE and channel not in known:
            rows.append(
                ("variation", "look", float(active),
                 f"{channel} spent in only {wording.plural(active, data.step)}: what it says rests on these. "
                 "Use a lift test.")
            )  # fmt: skip
    varying = [place for place in range(len(data.channels)) if spread[place] >= _STEADY]
    named: set[int] = set()
    for one, two in itertools.combinations(varying, 2):
        r = float(np.corrcoef(apart[:, one], apart[:, two])[0, 1])
        if abs(r) >= ALIKE:
            named |= {one, two}
            together = "rise and fall together" if r > 0 else "take turns"
            names = data.channels[one], data.channels[two]
            said = f"{names[0]} and {names[1]} {together} (r = {wording.fixed(r, 2)}); "
            told = [f"the {known[name]} of {name}" for name in names if name in known]
            rows.append(
                ("separation", "look", r, f"{said}what separates them is {' and '.join(told)}, not the data.")
                if told else
                ("separation", "bad", r,
                 f"{said}the data can't separate them. Use their sum or a lift test.")
            )  # fmt: skip
    for place in (place for place in varying if data.channels[place] not in known):
        share = _explained(equation, place)
        if place not in named and share >= _EXPLAINED:
            rows.append(
                ("separation", "look", share,
                 f"{data.channels[place]} follows the rest of the model ({wording.percent(share)} of it is explained by "
                 "trend, season, controls and other channels); its effect rests on the priors. Use a lift test.")
            )  # fmt: skip
    return rows or [("identifiability", "good", float("nan"), "Every channel varies by itself.")]


def _explained(equation: Equation, channel: int) -> float:
    """R² of a channel's adstock, at the mean weights, on all other columns of the model."""
    seen = equation.seen
    weights = equation.weights.mean(axis=0)
    carried = np.einsum("tgcl,cl->tgc", seen.lagged, weights)
    others = np.delete(carried, channel, axis=-1)
    columns = np.concatenate([*seen.linear.values(), others], axis=-1)
    columns = (columns - columns.mean(axis=0)).reshape(-1, columns.shape[-1])
    own = (carried[..., channel] - carried[..., channel].mean(axis=0)).ravel()
    rest = own - columns @ np.linalg.lstsq(columns, own, rcond=None)[0] if columns.size else own
    return float(1 - rest @ rest / (own @ own))


def _sampled(model: MediaMix) -> list[str]:
    hidden = (["geo_intercept", "geo_strength"] if model.settings.geo else []) + (
        ["media_factor"] if model.settings.time_varying else []
    )
    return [*model.priors_, *hidden]


def _convergence(found: sampling.Diagnostics | None, model: MediaMix) -> tuple[str, str, float, str]:
    if found is None:
        from custintel_analytics.mmm.model import duration

        takes = duration(model.expected_seconds_ or 0.0)
        return (
            "convergence", "bad", float("nan"),
            f"Quick estimate, without reliable uncertainty. Full model: about {takes}.",
        )  # fmt: skip
    if found.converged:
        return "convergence", "good", found.rhat, found.sentence
    said, remedy = _trouble(found)
    return (
        "convergence", "bad", found.rhat,
        f"Don't use for budgets: {said}. Recommendations are off; curves are for diagnosis. Try: {remedy}.",
    )  # fmt: skip


def _trouble(found: sampling.Diagnostics) -> tuple[str, str]:
    """What is wrong with the chains, and what to do."""
    diverged = found.divergences > sampling.MOST_DIVERGENCES * found.draws * found.chains
    remedy = "more draws and tuning (draws=2000, tune=2000)"
    if found.draws >= _FEW_DRAWS:  # shorter chains say nothing of their own trouble
        remedy = f"{'target_accept=0.99' if diverged else remedy}, or tighter priors"
    apart = found.frame[found.frame["rhat"] > sampling.MOST_RHAT].sort_values("rhat", ascending=False)
    worst = apart["parameter"].tolist()
    if worst:
        listed = ", ".join(worst[:3]) + (f" and {len(worst) - 3} more" if len(worst) > 3 else "")
        return f"the chains disagree about {listed} (R-hat {wording.fixed(found.rhat, 3)})", remedy
    if found.ess < sampling.LEAST_ESS * found.chains:
        return f"there are only {wording.integer(found.ess)} effective draws", remedy
    if diverged:
        return f"{found.divergences:,} of {found.draws * found.chains:,} draws diverged", remedy
    return "a single chain can't be compared with others", "chains=4"


def _predictive(equation: Equation, model: MediaMix, level: float) -> tuple[str, str, float, str]:
    tail = (1 - level) / 2
    lower, upper = np.quantile(equation.simulated(np.random.default_rng(0)), [tail, 1 - tail], axis=0)
    inside = float(((model.data_.target >= lower) & (model.data_.target <= upper)).mean())
    mean = equation.outcome(equation.mean).mean(axis=0)
    rest = model.data_.target - mean
    explained = 1 - rest.var() / model.data_.target.var()
    good = abs(inside - level) <= _SLACK
    advice = (
        ""
        if good
        else " The noise isn't as the model takes it: look for outliers and missing controls or events."
    )
    return (
        "posterior predictive", "good" if good else "look", inside,
        f"The model explains {wording.percent(explained)} of the outcome's variance; {wording.percent(inside)} of outcomes "
        f"lie inside their {wording.percent(level)} interval.{advice}",
    )  # fmt: skip


def _residuals(equation: Equation, model: MediaMix) -> tuple[str, str, float, str]:
    """Correlation of neighbouring residuals, mean over the geos."""
    expected = equation.mean.mean(axis=0)
    rest = model.design_.target - expected
    rest = rest - rest.mean(axis=0)
    r = float(((rest[1:] * rest[:-1]).sum(axis=0) / (rest**2).sum(axis=0)).mean())
    if abs(r) < _FOLLOWING:
        return "residuals", "good", r, f"Residuals don't follow one another (r = {wording.fixed(r, 2)})."
    return (
        "residuals", "look", r,
        f"Residuals follow one another (r = {wording.fixed(r, 2)} from {model.data_.step} to {model.data_.step}): something "
        "that moves the outcome is missing, and intervals are too narrow. Add controls, events or seasonality.",
    )  # fmt: skip


def _baseline(equation: Equation, model: MediaMix) -> tuple[str, str, float, str]:
    if model.settings.link == "log":
        return "baseline", "good", 0.0, "The baseline can't be negative with a log link."
    draws = (equation.baseline * equation.seen.target_scale).sum(axis=2)
    share = float((draws.mean(axis=0) < 0).mean())
    chance = float((draws.sum(axis=1) < 0).mean())
    if share < _BELOW and chance < _BELOW:
        return "baseline", "good", share, "The baseline stays above zero."
    return (
        "baseline", "bad" if chance > 0.5 else "look", share,
        f"The baseline is below zero in {wording.percent(share)} of {model.data_.step}s: channels get more than there was. "
        "Try priors='roi' or tighter ones, and controls that explain the dips.",
    )  # fmt: skip


def _priors(learnt: pd.DataFrame, model: MediaMix) -> list[tuple[str, str, float, str]]:
    """Channels about whose strength the data said little, or something else than the prior."""
    strong = "roi" if "roi" in model.priors_ else "beta"
    rows: list[tuple[str, str, float, str]] = []
    values = learnt.set_index("parameter")[["prior_mean", "prior_sd", "mean", "learnt", "beyond"]]
    for channel in model.data_.channels:
        row = values.to_dict("index")[f"{strong}[{channel}]"]
        if row["beyond"] < _SURPRISING:
            before, spread, after = (wording.significant(row[x]) for x in ("prior_mean", "prior_sd", "mean"))
            rows.append(
                ("prior", "look", float(row["beyond"]),
                 f"The data and the prior of {channel} disagree: its {strong} is {after}, where {before} (± {spread}) was "
                 "expected. Check the prior's unit, or make it wider.")
            )  # fmt: skip
        elif row["learnt"] < _LEARNT:
            rows.append(
                ("prior", "look", float(row["learnt"]),
                 f"The data say little about {channel}: its strength is nearly what the prior says. Use a lift test, or "
                 "state the prior with its reasons.")
            )  # fmt: skip
    least = float(np.nanmin(values["learnt"]))
    return rows or [("prior", "good", least, "The data moved every channel away from its prior.")]


def _events(model: MediaMix) -> list[tuple[str, str, float, str]]:
    """Days of events that no period of the data holds."""
    rows = []
    for name, days in model.settings.events.items():
        outside = days_outside(days, model.data_.dates)
        if outside:
            rows.append(
                ("events", "good", float(len(outside)),
                 f"{len(outside)} of {wording.plural(len(days), 'day')} of {name} lie outside the data, such as "
                 f"{outside[0]}, and say nothing.")
            )  # fmt: skip
    return rows
