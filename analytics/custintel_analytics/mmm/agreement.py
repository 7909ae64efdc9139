"""Whether a fitted model agrees with what is known of its channels from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custintel_analytics.experiments import wording
from custintel_analytics.mmm.calibration import Evidence, LiftTest, geo_shares, window
from custintel_analytics.mmm.results import band
from custintel_analytics.mmm.transforms import SATURATIONS, saturation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from custintel_analytics.mmm.data import MediaData
    from custintel_analytics.mmm.equation import Equation

    Floats = NDArray[np.float64]

Row = tuple[str, str, float, str]
_APART = 2.0  # standard errors between evidence and model that are no accident
_BEYOND = 1.5  # times the most ever spent in a period, above which a test's figures may be of another length


def agreement(data: MediaData, equation: Equation, level: float) -> list[Row]:
    """A row per lift test and attribution: what it said, what the model says, and whether that fits.

    Parameters
    ----------
    data, equation
        Of the fitted model.
    level
        Probability of the model's interval.

    Returns
    -------
    list
        (check, status, distance in standard errors, sentence).
    """
    rows: list[Row] = []
    for item in equation.settings.calibration:
        draws = expected(item, data, equation)
        seen = item.lift if isinstance(item, LiftTest) else item.contribution
        apart = float(draws.mean() - seen) / item.standard_error
        told = band(draws, level)
        mean, low, high, was = (
            wording.signed(wording.significant(float(x)))
            for x in (told["mean"], told["lower"], told["upper"], seen)
        )
        name = f"The {kind(item)} of {item.channel}"
        said = f"found {was} (± {wording.significant(item.standard_error)}), the model says {mean} ({low} to {high})"
        if abs(apart) <= _APART:
            rows.append(("calibration", "good", apart, f"{name} {said}: they agree."))
        else:
            rows.append(
                ("calibration", "look", apart,
                 f"{name} {said}: they disagree. {_advice(item, data)} Look for controls that the model lacks.")
            )  # fmt: skip
        if isinstance(item, LiftTest) and (times := _times_beyond(item, data)) > _BEYOND:
            rows.append(
                ("calibration", "look", times,
                 f"{name} is at {wording.significant(times)} × the highest spend of a {data.step}. {_advice(item, data)}")
            )  # fmt: skip
    return rows


def kind(item: Evidence) -> str:
    """What people call it."""
    return "lift test" if isinstance(item, LiftTest) else "attribution"


def expected(item: Evidence, data: MediaData, equation: Equation) -> Floats:
    """What the model says about the same quantity in each draw, shape D, in the outcome's unit."""
    place = data.channels.index(item.channel)
    if not isinstance(item, LiftTest):
        brought = equation.contribution(equation.media(place))
        return np.asarray(brought[:, window(item, data)].sum(axis=(1, 2)))
    shares, settings = geo_shares(item, data), equation.settings
    height = equation.strength[:, :, place] * equation.seen.target_scale
    names = SATURATIONS[settings.saturation].parameters
    shape = {name: equation.draws[name][:, place, None] for name in names}

    def response(spend: float) -> Floats:
        scaled = shares * spend / equation.seen.channel_scale[:, place]
        return np.asarray((saturation(settings.saturation, scaled, **shape) * height).sum(axis=1))

    return response(item.spend + item.change) - response(item.spend)


def _times_beyond(item: LiftTest, data: MediaData) -> float:
    spend = data.spend[:, geo_shares(item, data) > 0, data.channels.index(item.channel)].sum(axis=1)
    return max(item.spend, item.spend + item.change) / float(spend.max())


def _advice(item: Evidence, data: MediaData) -> str:
    if isinstance(item, LiftTest):
        where = "the geo that was tested" if item.geo else "all geos together" if data.geos != ("",) else ""
        return f"Its spend, change and lift must be per {data.step}{f', of {where}' if where else ''}."
    return "Its contribution is the sum over its periods, of what wouldn't have come otherwise."
