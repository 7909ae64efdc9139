"""What the quick estimate of a media mix is worth: its seconds, and its bands beside the sampler's."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.mmm import MediaMix

    Draws = Mapping[str, NDArray[np.float64]]

LEVEL = 0.94
_DRAWS = 4000
_TIMES = 5
_REACH = 12.0  # of the unbounded scale, as the quick estimate has it
_GROUPS = {
    "carry-over (alpha)": "alpha",
    "saturation (lam)": "lam",
    "strength (beta)": "beta",
    "baseline, season, noise": "rest",
    "return on spend": "roas",
    "marginal return": "mroas",
}


def example(folder: Path) -> tuple[str, MediaMix, pd.DataFrame]:
    """Two channels, three years: pymc-marketing's example."""
    import pandas as pd

    from custintel_analytics import mmm

    model = mmm.MediaMix(date="date_week", target="y", channels=["x1", "x2"], controls=["event_1", "event_2"])
    return "mmm_example.csv, 2 channels, 179 weeks", model, pd.read_csv(folder / "mmm_example.csv")


def simulated(folder: Path) -> tuple[str, MediaMix, pd.DataFrame]:
    """Eight channels, three years."""
    from custintel_analytics import mmm
    from custintel_analytics.mmm.simulate import CHANNELS

    frame, _ = mmm.simulate(156, 8, seed=1)
    model = mmm.MediaMix(date="date", target="revenue", channels=CHANNELS, controls=["promotion"])
    return "simulated, 8 channels, 156 weeks", model, frame


def normal_draws(model: MediaMix) -> Draws:
    """Draws of the normal approximation at the mode, which `quick=True` improves on by weights."""
    from custintel_analytics.mmm import quick

    posterior = quick.Posterior(model.data_, model.design_, model.settings, model.priors_)
    mode = quick.find_mode(posterior)
    drawn = np.random.default_rng(0).multivariate_normal(mode.place, mode.covariance, _DRAWS)
    found = posterior.values(np.clip(drawn, -_REACH, _REACH))
    return {name: values if model.priors_[name].labels else values[:, 0] for name, values in found.items()}


def quantities(model: MediaMix, draws: Draws) -> dict[str, NDArray[np.float64]]:
    """What bands are compared of, each D × k."""
    from custintel_analytics.mmm.equation import Equation

    equation = Equation(model.settings, model.design_, draws)
    spend = model.data_.spend.sum(axis=(0, 1)) / model.design_.target_scale[0]
    channels = range(len(spend))
    shapes = {name: draws[name] for name in ("alpha", "lam", "beta")}
    rest = [draws[name].reshape(len(draws["sigma"]), -1) for name in model.priors_ if name not in shapes]
    return {
        **shapes,
        "rest": np.concatenate(rest, axis=1),
        "roas": np.stack([equation.media(c).sum(axis=(1, 2)) / spend[c] for c in channels], axis=1),
        "mroas": np.stack([equation.media_slope(c).sum(axis=(1, 2)) / spend[c] for c in channels], axis=1),
    }


def compared(true: Draws, approximate: Draws) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """For each quantity the bands' widths by the sampler's, and the share of the sampler's draws inside them."""
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    found = {}
    for name, values in true.items():
        low, high = np.quantile(approximate[name], ends, axis=0)
        width = np.subtract(*np.quantile(values, ends[::-1], axis=0))
        inside = ((values >= low) & (values <= high)).mean(axis=0)
        found[name] = ((high - low) / width, inside)
    return found


def _range(values: NDArray[np.float64], form: str) -> str:
    low, high = format(values.min(), form), format(values.max(), form)
    return low if low == high else f"{low}–{high}"


def _table(made: tuple[str, MediaMix, pd.DataFrame]) -> str:
    from custintel_analytics import sampling

    name, model, frame = made
    taken = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        model.fit(frame, quick=True)
        taken.append(time.perf_counter() - began)
    fast, plain = quantities(model, model.draws()), quantities(model, normal_draws(model))
    model.fit(frame, random_state=1)
    full = quantities(model, model.draws())
    ways = [compared(full, approximate) for approximate in (plain, fast)]
    lines = [
        f"### The quick estimate beside the sampler: {name}",
        "",
        "| | normal approximation: width | of the draws inside | quick=True: width | of the draws inside |",
        "|---|---:|---:|---:|---:|",
    ]
    for said, key in _GROUPS.items():
        cells = [f"{_range(way[key][0], '.2f')} | {_range(way[key][1], '.1%')}" for way in ways]
        lines.append(f"| {said} | {' | '.join(cells)} |")
    rhat = sampling.diagnostics(model.idata_).rhat
    note = (
        f"{statistics.median(taken):.2f} s, the first time {taken[0]:.2f} s, against the sampler's {model.seconds_:.0f} s "
        f"({sampling.generation()}), whose R-hat is at most {rhat:.3f}. Width: of the "
        f"{LEVEL:.0%} band, by the sampler's. Inside: share of the sampler's draws that the band holds, {LEVEL:.0%} if both "
        "are alike; the range is over channels or coefficients."
    )
    return "\n".join([*lines, "", note, ""])


def report(folder: Path) -> str:
    """Fit both ways and return the Markdown."""
    makers: tuple[Callable[[Path], tuple[str, MediaMix, pd.DataFrame]], ...] = (example, simulated)
    return "\n".join(_table(make(folder)) for make in makers)
