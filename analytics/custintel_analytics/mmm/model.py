"""A Bayesian media-mix model in the manner of scikit-learn: settings in the constructor, what is learnt after `fit`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics import sampling
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.design import check_rows, design, scales_of
from custintel_analytics.mmm.equation import Equation, beta_of_roi, thinned
from custintel_analytics.mmm.parameters import parameters
from custintel_analytics.mmm.settings import checked_settings

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.mmm.calibration import Evidence
    from custintel_analytics.mmm.checks import Checks
    from custintel_analytics.mmm.data import MediaData
    from custintel_analytics.mmm.design import Design, Scales
    from custintel_analytics.mmm.holdout import HoldOut
    from custintel_analytics.mmm.priors import Prior
    from custintel_analytics.mmm.response_table import ResponseTable

Progress = Callable[[int, int, str], None]
LEVEL = 0.94
_MOST_DRAWS = 1000  # that results over time are computed from
_QUICK_DRAWS = 1000
_USUAL_DRAWS = 8000  # four chains of a thousand, and as many to tune
# How much longer the sampler takes for a draw than the quick estimate for one gradient, where it was measured.
_COST_OF_A_DRAW = 45


_LEARNT = (
    "data_", "scales_", "design_", "priors_", "idata_", "provisional_", "seconds_", "expected_seconds_",
)  # fmt: skip


class NotFitted(DataError, AttributeError):
    """The model has learnt nothing yet."""


class MediaMix:
    """A media-mix model: the outcome as baseline, season, controls and channels that carry over and saturate.

    Parameters
    ----------
    date, target, channels, controls
        Columns: start of the period, outcome, spend per channel, and what else moves the outcome.
    events
        Name to the days it fell on: a control that is 1 in their periods.
    adstock
        ``"geometric"``, ``"delayed"``, ``"weibull_pdf"`` or ``"weibull_cdf"``.
    saturation
        ``"logistic"``, ``"hill"``, ``"michaelis_menten"`` or ``"tanh"``.
    lags
        Periods that spend works in, its own among them.
    trend
        ``"linear"`` or None.
    seasonality
        Pairs of sine and cosine over the year; 0 for none.
    priors
        None for weak ones; ``"spend_share"``, ``"roi"`` or ``"cost_per_target"``; or a dict from parameter to
        (family, values …), such as ``{"lam": ("gamma", 3, 1), "roi": ("log_normal", {"tv": .2, "web": .5}, .9)}``.
        Parameters are those of scaled data: spend and outcome are divided by their largest value.
    geo
        Column of the geo: channels then work alike in all of them, more or less, and each has its own level.
    time_varying
        Whether the strength of media changes smoothly over time, the same for all channels.
    link
        ``"identity"`` adds the terms up, ``"log"`` multiplies them. With ``"log"`` there is no response table yet.
    calibration
        What is known from outside: items of `lift_test` and `attribution`.

    Attributes
    ----------
    idata_
        The draws, as the installed ArviZ has them; see `custintel_analytics.sampling`.
    provisional_
        True after ``fit(…, quick=True)``.
    data_, design_, scales_, priors_
        The checked data, as the model sees them, by what they were divided, and every parameter's prior.
    seconds_
        How long the fit took.
    expected_seconds_
        About how long the full fit takes; known after a quick one.

    References
    ----------
    Jin, Y., Wang, Y., Sun, Y., Chan, D., Koehler, J. (2017). Bayesian methods for media mix modeling with carryover and
    shape effects. Google. The scaling and the default priors of alpha, lam and beta are those of pymc-marketing.
    """

    def __init__(
        self,
        *,
        date: str,
        target: str,
        channels: Iterable[str],
        controls: Iterable[str] = (),
        events: Mapping[str, Iterable[Any]] | None = None,
        adstock: str = "geometric",
        saturation: str = "logistic",
        lags: int = 8,
        trend: str | None = "linear",
        seasonality: int = 2,
        priors: Any = None,
        geo: str | None = None,
        time_varying: bool = False,
        link: str = "identity",
        calibration: Iterable[Evidence] | Evidence = (),
    ) -> None:
        self.settings = checked_settings(
            date=date, target=target, channels=channels, controls=controls, events=events, adstock=adstock,
            saturation=saturation, lags=lags, trend=trend, seasonality=seasonality, priors=priors, geo=geo,
            time_varying=time_varying, link=link, calibration=calibration,
        )  # fmt: skip
        self.data_: MediaData
        self.scales_: Scales
        self.design_: Design
        self.priors_: dict[str, Prior]
        self.idata_: Any
        self._drawn: dict[str, NDArray[np.float64]]
        self.provisional_: bool
        self.seconds_: float
        self.expected_seconds_: float | None

    def __getattr__(self, name: str) -> Any:
        if name == "idata_" and "_drawn" in self.__dict__:
            from custintel_analytics.mmm.storing import fit_of

            # Importing ArviZ takes longer than a quick estimate.
            self.idata_ = fit_of(self._drawn, self.priors_, self.data_.channels)
            return self.idata_
        if name in _LEARNT:
            raise NotFitted("The model isn't fitted yet: model.fit(frame), or model.fit(frame, quick=True).")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        state = ("a quick estimate" if self.provisional_ else "fitted") if self.fitted else "not fitted"
        return (
            f"MediaMix of {self.settings.target!r} on {len(self.settings.channels)} channels "
            f"({self.settings.adstock}, {self.settings.saturation}), {state}"
        )

    @property
    def fitted(self) -> bool:
        """Whether there is a posterior."""
        return hasattr(self, "data_")

    def fit(
        self,
        frame: Any,
        *,
        draws: int = 1000,
        tune: int = 1000,
        chains: int = 4,
        random_state: int | None = 0,
        quick: bool = False,
        progress: Progress | None = None,
        target_accept: float = 0.9,
        cores: int = 1,
        sampler: str | None = None,
    ) -> MediaMix:
        """Learn from a table with a row per period, and per geo where there are geos.

        Parameters
        ----------
        frame
            Anything that `tables.as_table` reads, or data that are checked already (`data.media_data`).
            `media_table` makes such a table from daily ones.
        draws, tune, chains, random_state, target_accept, cores, sampler
            As in `custintel_analytics.sampling.sample`.
        quick
            In about a second the best fit and draws around it, marked as provisional: without geos, time-varying
            media and calibration.
        progress
            Called with (done, total, message), where the message tells the time that is left; what it raises stops
            the work, and the model stays as it was.

        Returns
        -------
        MediaMix
            Itself.

        Raises
        ------
        DataError
            When the data can't be used; see `data.media_data`.
        """
        from custintel_analytics.mmm.data import MediaData, media_data

        began = time.perf_counter()
        data = frame if isinstance(frame, MediaData) else media_data(frame, self.settings)
        scales = scales_of(data)
        seen = design(data, self.settings, scales)
        priors = parameters(self.settings, data)
        check_rows(data, priors)
        learnt: dict[str, Any] = {"expected_seconds_": None}
        if quick:
            learnt = self._quick(data, seen, priors, random_state, progress)
        else:
            from custintel_analytics.mmm.build import build

            if progress is not None:
                progress(0, 1, "Building the model…")
            learnt["idata_"] = sampling.sample(
                build(data, seen, self.settings, priors), draws=draws, tune=tune, chains=chains, cores=cores,
                random_state=random_state, target_accept=target_accept, sampler=sampler, progress=_timed(progress),
            )  # fmt: skip
        learnt |= {
            "data_": data, "scales_": scales, "design_": seen, "priors_": priors, "provisional_": quick,
            "seconds_": time.perf_counter() - began,
        }  # fmt: skip
        self.__dict__ = {"settings": self.settings, **learnt}
        return self

    def _quick(
        self,
        data: MediaData,
        seen: Design,
        priors: Mapping[str, Prior],
        random_state: int | None,
        progress: Progress | None,
    ) -> dict[str, Any]:
        from custintel_analytics.mmm import quick

        posterior = quick.Posterior(data, seen, self.settings, priors)
        mode = quick.find_mode(posterior, random_state=random_state, progress=progress)
        drawn = quick.draws_around(posterior, mode, _QUICK_DRAWS, random_state, progress).draws
        if "roi" in drawn:
            drawn["beta"] = beta_of_roi(self.settings, seen, drawn, data.spend.sum(axis=(0, 1)))
        return {"_drawn": drawn, "expected_seconds_": _USUAL_DRAWS * _COST_OF_A_DRAW * mode.seconds}

    def draws(self, most: int | None = None) -> dict[str, NDArray[np.float64]]:
        """The posterior draws of every parameter, D × …; at most so many, evenly taken."""
        if "_drawn" in self.__dict__:
            found = dict(self._drawn)
        else:
            names = map(str, sampling.group(self.idata_, "posterior").data_vars)
            found = {name: sampling.posterior(self.idata_, name) for name in names}
        return thinned(found, most) if most else found

    def equation(self, most: int = _MOST_DRAWS) -> Equation:
        """The model's equation with the posterior draws in it."""
        return Equation(self.settings, self.design_, self.draws(most))

    def diagnostics(self, level: float = LEVEL) -> Checks:
        """Whether the fit can be believed, in a frame and in sentences."""
        from custintel_analytics.mmm.checks import checked

        return checked(self, level)

    def contributions(self, level: float = LEVEL, by_geo: bool = False) -> pd.DataFrame:
        """What each term brought in each period, with its interval; see `results.contributions`."""
        from custintel_analytics.mmm import results

        return results.contributions(self, level, by_geo)

    def waterfall(self, level: float = LEVEL) -> pd.DataFrame:
        """What each term brought over the data, one on top of the other; see `results.waterfall`."""
        from custintel_analytics.mmm import results

        return results.waterfall(self, level)

    def roas(self, level: float = LEVEL, start: Any = None, end: Any = None) -> pd.DataFrame:
        """Return on spend and marginal return per channel, with intervals; see `results.roas`."""
        from custintel_analytics.mmm import results

        return results.roas(self, level, start, end)

    def half_life(self, level: float = LEVEL) -> pd.DataFrame:
        """Periods after which a spend's effect has fallen to half of its peak; see `results.half_life`."""
        from custintel_analytics.mmm import results

        return results.half_life(self, level)

    def response_curves(self, points: int = 60, reach: float = 1.5, level: float = LEVEL) -> pd.DataFrame:
        """What a level of spend brings per period once carried over, with bands; see `results.response_curves`."""
        from custintel_analytics.mmm import results

        return results.response_curves(self, points, reach, level)

    def fitted_values(self, level: float = LEVEL) -> pd.DataFrame:
        """What the model expects in each period, noise included, beside what was seen; see `results.fitted`."""
        from custintel_analytics.mmm import results

        return results.fitted(self, level)

    def prior_predictive(self, level: float = LEVEL, random_state: int | None = 0) -> pd.DataFrame:
        """What the priors alone expect in each period; see `predictive.prior_predictive`."""
        from custintel_analytics.mmm import predictive

        return predictive.prior_predictive(self, level, random_state)

    def holdout(self, frame: Any, slices: int = 3, periods: int = 8, **fitting: Any) -> HoldOut:
        """How well the model foretells periods that it hasn't seen; see `holdout.holdout`."""
        from custintel_analytics.mmm import holdout

        return holdout.holdout(self.settings, frame, slices=slices, periods=periods, **fitting)

    def response_table(self, periods: int = 26, carry_out: int = 8, **options: Any) -> ResponseTable:
        """What a budget over a window brings, for the optimizer; see `planning.response_table`."""
        from custintel_analytics.mmm import planning

        return planning.response_table(self, periods, carry_out, **options)

    def summary(self, level: float = LEVEL) -> str:
        """The model in words; first of all, whether it can be believed."""
        from custintel_analytics.mmm import results

        return results.summary(self, level)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the model to a netCDF file, which both generations of ArviZ read; see `storing`."""
        from custintel_analytics.mmm import storing

        return storing.save(self, path)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> MediaMix:
        """Read the model that `save` wrote.

        Raises
        ------
        DataError
            When there is no such file, it holds no model, or one of a later format.
        """
        from custintel_analytics.mmm import storing

        return storing.load(path)


def _timed(progress: Progress | None) -> Progress | None:
    """Progress whose message says how long it will still take."""
    if progress is None:
        return None
    first: list[tuple[float, int]] = []

    def told(done: int, total: int, message: str) -> None:
        if done > 0 and not first:  # before that it is compiled
            first.append((time.perf_counter(), done))
        # The first steps of tuning are the slowest.
        if 0.05 * total < done < total and done > first[0][1]:
            each = (time.perf_counter() - first[0][0]) / (done - first[0][1])
            message = f"{message.removesuffix('…')}, about {duration((total - done) * each)} left…"
        progress(done, total, message)

    return told


def duration(seconds: float) -> str:
    """``40 seconds``, ``3 minutes``."""
    if seconds < 90:
        return f"{max(round(seconds / 10), 1) * 10} seconds"
    return f"{round(seconds / 60)} minutes"
