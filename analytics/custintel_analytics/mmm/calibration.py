"""What is known of a channel from outside the model: lift tests, and contributions that attribution found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts.settings import check_level
from custintel_analytics.errors import DataError
from custintel_analytics.mmm.settings import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from custintel_analytics.mmm.data import MediaData


@dataclass(frozen=True)
class LiftTest:
    """Two points of a channel's response curve, a known distance apart. Made by `lift_test`."""

    channel: str
    spend: float
    change: float
    lift: float
    standard_error: float
    geo: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {"kind": "lift_test", **asdict(self)}


@dataclass(frozen=True)
class Attribution:
    """A channel's contribution over some periods. Made by `attribution`."""

    channel: str
    contribution: float
    standard_error: float
    start: str | None = None
    end: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {"kind": "attribution", **asdict(self)}


Evidence = LiftTest | Attribution


def lift_test(
    channel: str,
    *,
    spend: float,
    change: float,
    lift: Any,
    standard_error: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
    level: float = 0.95,
    geo: str | None = None,
) -> LiftTest:
    """A lift test: what a change of spend brought, measured in an experiment.

    The posterior's response curve then has to pass the two points: response(spend + change) − response(spend) is
    normal around the lift. All figures are per period of the model (a week, say), of a level that was kept up long
    enough for the carry-over to show.

    Parameters
    ----------
    channel
        As in the model's ``channels``.
    spend
        Spend per period before the change, or in the control group.
    change
        By how much it was raised; negative where it was cut. A channel switched off: change = −spend.
    lift
        Change of the outcome per period. Or a result with ``effect`` and ``standard_error``.
    standard_error
        Of the lift. Or give its interval, lower and upper.
    lower, upper, level
        Interval of the lift and its level; the standard error is half its width by the normal quantile.
    geo
        The geo that was tested, with the spend and lift of that geo alone; otherwise all of them together.

    Raises
    ------
    DataError
        For figures that can't be.

    Notes
    -----
    As pymc-marketing's ``add_lift_test_measurements``, with a normal likelihood in place of its gamma, so that a test
    may come out below zero.
    """
    if not isinstance(lift, int | float | np.number):
        lift, standard_error = _read(lift, standard_error)
    error = _error("lift_test", standard_error, lower, upper, level)
    if lower is not None and upper is not None and not lower <= lift <= upper:
        raise DataError(
            f"lift_test({channel!r}): the lift {lift:,g} doesn't lie in its interval, {lower:,g} to {upper:,g}. Are all three "
            "in the outcome's unit per period?",
            column="lift",
            example=lift,
        )
    before, by = _number("spend", spend), _number("change", change)
    if before < 0 or before + by < 0:
        raise DataError(
            f"lift_test({channel!r}): spend {before:,g} changed by {by:,g} is below 0.",
            column="spend",
            example=spend,
        )
    if by == 0:
        raise DataError(f"lift_test({channel!r}): change=0 tests nothing.", column="change", example=change)
    return LiftTest(channel, before, by, _number("lift", lift), error, geo)


def attribution(
    channel: str,
    contribution: float,
    *,
    standard_error: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
    level: float = 0.95,
    start: Any = None,
    end: Any = None,
) -> Attribution:
    """A channel's contribution as another method found it, such as multi-touch attribution.

    Parameters
    ----------
    channel
        As in the model's ``channels``.
    contribution
        In the outcome's unit, summed over the periods. What attribution counts isn't all incremental: give it a
        standard error that says so.
    standard_error, lower, upper, level
        As in `lift_test`.
    start, end
        First and last date of the periods; by default those of the data.

    Raises
    ------
    DataError
        For figures that can't be.
    """
    error = _error("attribution", standard_error, lower, upper, level)
    days = [
        None if day is None else day_of("attribution", name, day)
        for name, day in (("start", start), ("end", end))
    ]
    return Attribution(channel, _number("contribution", contribution), error, *days)


def checked_evidence(given: Any, channels: Sequence[str]) -> tuple[Evidence, ...]:
    """The evidence of a model, or as a file holds it.

    Raises
    ------
    DataError
        For something else, or a channel that the model hasn't.
    """
    listed = () if given is None else (given,) if isinstance(given, Evidence) else given
    if not isinstance(listed, Iterable):
        listed = (listed,)
    found = tuple(from_dict(item) if isinstance(item, dict) else item for item in listed)
    for item in found:
        if not isinstance(item, Evidence):
            raise DataError(
                f"calibration holds {item!r}. Make its items with mmm.lift_test(…) or mmm.attribution(…).",
                column="calibration",
                example=item,
            )
        if item.channel not in channels:
            raise DataError(
                f"calibration names the channel {item.channel!r}; the model has {', '.join(map(repr, channels))}.",
                column="calibration",
                example=item.channel,
            )
    return found


def from_dict(values: dict[str, Any]) -> Evidence:
    """The evidence that ``to_dict`` described."""
    rest = {name: value for name, value in values.items() if name != "kind"}
    return LiftTest(**rest) if values["kind"] == "lift_test" else Attribution(**rest)


def geo_shares(test: LiftTest, data: MediaData) -> NDArray[np.float64]:
    """The share of a test's spend in each geo: all in the one that was tested, or as in the data.

    Raises
    ------
    DataError
        For a geo that isn't in the data.
    """
    if test.geo is None:
        spend = data.spend[..., data.channels.index(test.channel)].sum(axis=0)
        return np.asarray(spend / spend.sum())
    if test.geo not in data.geos:
        raise DataError(
            f"The lift test of {test.channel!r} is of the geo {test.geo!r}; the data have "
            f"{', '.join(map(repr, data.geos[:20])) if data.geos != ('',) else 'none: leave out geo='}.",
            column="calibration",
            example=test.geo,
        )
    return np.asarray([float(geo == test.geo) for geo in data.geos])


def window(evidence: Attribution, data: MediaData) -> slice:
    """The places of the periods that a contribution is summed over.

    Raises
    ------
    DataError
        When none of them is in the data.
    """
    first = 0 if evidence.start is None else int(data.dates.searchsorted(np.datetime64(evidence.start)))
    last = (
        data.periods
        if evidence.end is None
        else int(data.dates.searchsorted(np.datetime64(evidence.end), side="right"))
    )
    if first >= last:
        raise DataError(
            f"The attribution of {evidence.channel!r} is from {evidence.start} to {evidence.end}; the data go from "
            f"{data.dates[0].date()} to {data.dates[-1].date()}.",
            column="calibration",
        )
    return slice(first, last)


def add_evidence(
    evidence: Sequence[Evidence],
    data: MediaData,
    *,
    curve: Any,
    contribution: Mapping[str, Any],
) -> None:
    """Add what is known to the PyMC model whose context is open.

    Parameters
    ----------
    evidence
        Lift tests and attributions.
    data
        Of the model.
    curve
        From channel and spend per geo (G values) to the response per period, summed over the geos.
    contribution
        Channel to its contribution per period, T, in the outcome's unit.
    """
    import pymc

    for place, item in enumerate(evidence):
        if isinstance(item, LiftTest):
            shares = geo_shares(item, data)
            expected = curve(item.channel, shares * (item.spend + item.change)) - curve(
                item.channel, shares * item.spend
            )
            seen = item.lift
        else:
            expected, seen = contribution[item.channel][window(item, data)].sum(), item.contribution
        # In units of the standard error, so that the sampler sees numbers of order one.
        pymc.Normal(
            f"evidence_{place}", expected / item.standard_error, 1.0, observed=seen / item.standard_error
        )


def _read(result: Any, error: float | None) -> tuple[Any, Any]:
    effect, found = getattr(result, "effect", None), getattr(result, "standard_error", None)
    if effect is None or (found is None and error is None):
        raise DataError(
            f"lift={type(result).__name__} has no effect and standard_error. Write the lift as a number, with "
            "standard_error= or lower= and upper=.",
            column="lift",
        )
    return effect, found if error is None else error


def _error(what: str, error: float | None, lower: float | None, upper: float | None, level: float) -> float:
    if error is None and lower is not None and upper is not None:
        from scipy.special import ndtri

        low, high = _number("lower", lower), _number("upper", upper)
        if not low < high:
            raise DataError(
                f"{what}: lower={low:,g} must be below upper={high:,g}.", column="lower", example=lower
            )
        error = (high - low) / (2 * float(ndtri(0.5 + check_level(level) / 2)))
    if error is None:
        raise DataError(
            f"{what}: how sure is it? Give standard_error=, or the interval lower= and upper=.",
            column="standard_error",
        )
    found = _number("standard_error", error)
    if found <= 0:
        raise DataError(
            f"{what}: the standard error is {found:,g}; it must be above 0.",
            column="standard_error",
            example=error,
        )
    return found


def _number(name: str, value: Any) -> float:
    good = isinstance(value, int | float | np.number) and not isinstance(value, bool) and math.isfinite(value)
    if not good:
        raise DataError(f"{name}={value!r}: write a number.", column=name, example=value)
    return float(value)
