"""Hold-out by time: fit to the periods up to a point, foretell those after it, and score what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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

    from custintel_analytics.mmm.data import MediaData
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
    notes
        What a slice's model had to do without: channels and controls that only begin after it.
    """

    frame: pd.DataFrame
    forecasts: pd.DataFrame
    quick: bool
    notes: tuple[str, ...] = ()

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

    @property
    def sentences(self) -> tuple[str, ...]:
        """The result in words, then what was left out."""
        return (self.sentence, *self.notes)


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
    rows, forecasts, notes = [], [], []
    for number in range(slices):
        if progress is not None:
            progress(number, slices, f"Foretelling slice {number + 1} of {slices}…")
        cut = first + number * periods
        known, part = _known(settings, data.between(0, cut + periods), cut)
        if missing := [name for name in (*data.channels, *data.control_names) if name not in
                       (*part.channels, *part.control_names)]:  # fmt: skip
            notes.append(
                f"Slice {number + 1}: {', '.join(missing)} only begins after {part.dates[cut - 1].date()}; its model does "
                "without."
            )
        model = MediaMix(**{name: getattr(known, name) for name in known.__dataclass_fields__})
        model.fit(part.between(0, cut), quick=quick, **fitting)
        told = _scored(_forecast(model, part, cut), part.target[cut:], part.dates[cut:], data.geos)
        rows.append({"slice": number, **_row(part, told, cut)})
        forecasts.append(told.assign(slice=number))
    return HoldOut(pd.DataFrame(rows), pd.concat(forecasts, ignore_index=True), quick, tuple(notes))


def _row(part: MediaData, told: pd.DataFrame, cut: int) -> dict[str, Any]:
    """A slice's scores, beside those of the naive forecast."""
    before = part.target[max(cut - _YEAR.get(part.step, 52), 0) : cut]
    draws = np.broadcast_to(before[:, None, :], (len(before), part.periods - cut, len(part.geos)))
    naive = float(crps(draws, part.target[cut:]).mean())
    score = float(told["crps"].mean())
    return {
        "start": part.dates[cut],
        "end": part.dates[-1],
        "trained": cut,
        "crps": score,
        "naive_crps": naive,
        "skill": 1 - score / naive if naive > 0 else float("nan"),
        "coverage": ((told["outcome"] >= told["lower"]) & (told["outcome"] <= told["upper"])).mean(),
        "mape": ((told["mean"] - told["outcome"]) / told["outcome"].where(told["outcome"] != 0)).abs().mean(),
    }


def _known(settings: MixSettings, data: MediaData, cut: int) -> tuple[MixSettings, MediaData]:
    """Settings and data without channels, controls and events that only begin after a cut: they have no scale yet.

    Raises
    ------
    DataError
        When no channel is left.
    """
    spent = np.asarray(data.spend[:cut].any(axis=0).all(axis=0))
    controls = data.controls[:cut]
    varied = np.asarray(controls.max(axis=(0, 1)) > controls.min(axis=(0, 1)))
    if spent.all() and varied.all():
        return settings, data
    if not spent.any():
        raise DataError(
            f"Before {data.dates[cut].date()} no channel spent anything. Take fewer or shorter slices.",
            column="slices",
        )
    channels = tuple(name for name, there in zip(data.channels, spent, strict=True) if there)
    names = tuple(name for name, there in zip(data.control_names, varied, strict=True) if there)
    reduced = replace(
        settings, channels=channels, controls=tuple(name for name in settings.controls if name in names),
        events={name: days for name, days in settings.events.items() if name in names},
        calibration=tuple(item for item in settings.calibration if item.channel in channels),
        priors=_of(settings.priors, {"channel": channels, "control": names}),
    )  # fmt: skip
    return reduced, replace(
        data, channels=channels, control_names=names, spend=data.spend[..., spent], controls=data.controls[..., varied]
    )  # fmt: skip


def _of(priors: Any, kept: Mapping[str, tuple[str, ...]]) -> Any:
    """Priors without the labels of what was left out."""
    if not isinstance(priors, Mapping):
        return priors
    found: dict[str, Any] = {}
    for name, given in priors.items():
        labels = kept["control" if name == "control" else "channel"]
        parts = given if isinstance(given, Sequence) and not isinstance(given, str) else None
        if name == "control" and not labels:
            continue
        found[name] = given if parts is None else [
            {label: value for label, value in part.items() if label in labels} if isinstance(part, Mapping) else part
            for part in parts
        ]  # fmt: skip
    return found


def crps(draws: Floats, seen: Floats) -> Floats:
    """The continuous ranked probability score of draws, D × …, for what was seen, …; in its unit."""
    ordered = np.sort(draws, axis=0)
    count = len(ordered)
    rank = (2 * np.arange(1, count + 1) - count - 1).reshape(-1, *(1,) * seen.ndim)
    found: Floats = np.abs(ordered - seen).mean(axis=0) - (rank * ordered).sum(axis=0) / count**2
    return found


def _forecast(model: MediaMix, part: MediaData, cut: int) -> Floats:
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
