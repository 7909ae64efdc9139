"""Hold-out by time: fit to the periods up to a point, foretell those after it, and score what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.mmm.design import design
from custintel_analytics.mmm.equation import Equation

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.mmm.model import MediaMix
    from custintel_analytics.mmm.settings import MixSettings

    Floats = NDArray[np.float64]

_YEAR = {"week": 52, "month": 12, "day": 365}
_TAIL = 0.03


@dataclass(frozen=True, eq=False)
class HoldOut:
    """Forecasts of periods that the model hadn't seen. Made by `MediaMix.holdout`.

    Parameters
    ----------
    frame
        A row per slice: ``start`` and ``end`` of the periods foretold, ``trained`` (periods before them), ``crps``
        and ``naive_crps`` (mean, in the outcome's unit; lower is better), ``skill`` (1 − crps / naive_crps),
        ``coverage`` of the 94 % intervals and ``mape``.
    forecasts
        Each period: ``slice``, ``date``, ``geo``, ``outcome``, ``mean``, ``lower``, ``upper``, ``crps``.
    quick
        Whether quick estimates were scored.
    """

    frame: pd.DataFrame
    forecasts: pd.DataFrame
    quick: bool

    @property
    def sentence(self) -> str:
        """The result in words."""
        crps, naive = self.forecasts["crps"].mean(), self.frame["naive_crps"].mean()
        inside = self.frame["coverage"].mean()
        better = (
            f"{wording.percent(1 - crps / naive)} closer than the naive forecast"
            if crps < naive
            else "no closer than the naive forecast, so don't plan with it"
        )
        return (
            f"Foretelling {len(self.forecasts):,} outcomes that it hadn't seen, the model was {better} (CRPS "
            f"{wording.significant(crps)} against {wording.significant(naive)}); {wording.percent(inside)} of them lay "
            "inside its 94 % intervals."
        )


def holdout(
    settings: MixSettings,
    frame: Any,
    *,
    slices: int = 3,
    periods: int = 8,
    quick: bool | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    **fitting: Any,
) -> HoldOut:
    """Foretell the last periods, slice by slice, each from all that came before.

    Parameters
    ----------
    settings
        Of the model.
    frame
        As for `MediaMix.fit`. Spend and controls of the foretold periods are taken as known.
    slices, periods
        How many slices, of how many periods each; the last ends with the data.
    quick
        Score quick estimates; ``False`` samples once per slice. By default quick ones where the model has no geos,
        time-varying media or calibration, which they don't know.
    progress
        Called with (done, total, message); what it raises stops the work.
    **fitting
        Passed on to `MediaMix.fit`.

    Raises
    ------
    DataError
        When too little is left to learn from.

    Notes
    -----
    The naive forecast is the distribution of the outcomes of the year before. The continuous ranked probability score
    from draws: Gneiting, T., Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and estimation. Journal
    of the American Statistical Association 102, 359–378, equation 21.
    """
    import pandas as pd

    from custintel_analytics.mmm.data import media_data
    from custintel_analytics.mmm.model import MediaMix

    for name, value in (("slices", slices), ("periods", periods)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise DataError(f"{name}={value!r}: write a whole number from 1.", column=name, example=value)
    data = media_data(frame, settings)
    first = data.periods - slices * periods
    if first < 2 * periods:
        raise DataError(
            f"{slices} slices of {periods} {data.step}s leave {max(first, 0)} of {data.periods} to learn from. Take "
            "fewer or shorter slices.",
            column="slices",
            count=data.periods,
        )
    if quick is None:
        quick = not (settings.geo or settings.time_varying or settings.calibration)
    rows, forecasts = [], []
    for number in range(slices):
        if progress is not None:
            progress(number, slices, f"Foretelling slice {number + 1} of {slices}…")
        cut = first + number * periods
        model = MediaMix(**{name: getattr(settings, name) for name in settings.__dataclass_fields__})
        model.fit(data.between(0, cut), quick=quick, **fitting)
        part = data.between(0, cut + periods)
        drawn = _forecast(model, part, cut)
        told = _scored(drawn, part.target[cut:], part.dates[cut:], data.geos).assign(slice=number)
        before = data.target[max(cut - _YEAR.get(data.step, 52), 0) : cut]
        naive = crps(
            np.broadcast_to(before[:, None, :], (len(before), periods, len(data.geos))), part.target[cut:]
        )
        error = ((told["mean"] - told["outcome"]) / told["outcome"].where(told["outcome"] != 0)).abs().mean()
        rows.append(
            {
                "slice": number,
                "start": part.dates[cut],
                "end": part.dates[-1],
                "trained": cut,
                "crps": told["crps"].mean(),
                "naive_crps": float(naive.mean()),
                "skill": 1 - told["crps"].mean() / float(naive.mean()),
                "coverage": ((told["outcome"] >= told["lower"]) & (told["outcome"] <= told["upper"])).mean(),
                "mape": error,
            }
        )
        forecasts.append(told)
    return HoldOut(pd.DataFrame(rows), pd.concat(forecasts, ignore_index=True), quick)


def crps(draws: Floats, seen: Floats) -> Floats:
    """The continuous ranked probability score of draws, D × …, for what was seen, …; in its unit."""
    ordered = np.sort(draws, axis=0)
    count = len(ordered)
    rank = (2 * np.arange(1, count + 1) - count - 1).reshape(-1, *(1,) * seen.ndim)
    found: Floats = np.abs(ordered - seen).mean(axis=0) - (rank * ordered).sum(axis=0) / count**2
    return found


def _forecast(model: MediaMix, part: Any, cut: int) -> Floats:
    """Outcomes after the cut, noise included: D × periods × G."""
    draws = model.draws(1000)
    if model.settings.time_varying:
        factor = draws["media_factor"]
        # Beyond the data media stay as strong as they last were.
        last = np.repeat(factor[:, -1:], part.periods - cut, axis=1)
        draws["media_factor"] = np.concatenate([factor, last], axis=1)
    seen = design(part, model.settings, model.scales_)
    return Equation(model.settings, seen, draws).simulated(np.random.default_rng(0))[:, cut:]


def _scored(drawn: Floats, outcome: Floats, dates: pd.DatetimeIndex, geos: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    lower, upper = np.quantile(drawn, [_TAIL, 1 - _TAIL], axis=0)
    return pd.DataFrame(
        {
            "date": np.repeat(dates.values, len(geos)),
            "geo": list(geos) * len(dates),
            "outcome": outcome.ravel(),
            "mean": drawn.mean(axis=0).ravel(),
            "lower": lower.ravel(),
            "upper": upper.ravel(),
            "crps": crps(drawn, outcome).ravel(),
        }
    )
