"""What a fitted model says: contributions, returns, carry-over and response curves, each with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from custintel_analytics.cohorts.settings import check_level
from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.mmm.transforms import SATURATIONS, saturation, saturation_slope

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from custintel_analytics.mmm.equation import Equation
    from custintel_analytics.mmm.model import MediaMix

    Floats = NDArray[np.float64]


def band(draws: Floats, level: float) -> dict[str, Floats]:
    """Mean and the central interval over the draws, which come first."""
    tail = (1 - check_level(level)) / 2
    lower, upper = np.quantile(draws, [tail, 1 - tail], axis=0)
    return {"mean": draws.mean(axis=0), "lower": lower, "upper": upper}


def terms(model: MediaMix, equation: Equation) -> Iterator[tuple[str, str, Floats]]:
    """Every term: its name, its kind (``baseline``, ``control`` or ``channel``) and D × T × G in the outcome's unit.

    With a log link the terms don't add up: the baseline is what would be without media, and a channel's term is what
    would be missing without it.
    """
    if model.settings.link == "log":
        yield "baseline", "baseline", equation.outcome(equation.baseline)
    else:
        shape = (equation.count, *equation.seen.target.shape)
        yield "intercept", "baseline", equation.contribution(np.broadcast_to(equation.level, shape))
        for name, said in (("trend", "trend"), ("fourier", "seasonality")):
            if name in equation.seen.linear:
                yield said, "baseline", equation.contribution(equation.linear(name))
        for place, control in enumerate(model.data_.control_names):
            yield control, "control", equation.contribution(equation.linear("control", place))
    for place, channel in enumerate(model.data_.channels):
        yield channel, "channel", equation.contribution(equation.media(place))


def contributions(model: MediaMix, level: float, by_geo: bool) -> pd.DataFrame:
    """What each term brought in each period.

    Parameters
    ----------
    model
        Fitted.
    level
        Probability of the intervals.
    by_geo
        A row per geo too; otherwise their sum.

    Returns
    -------
    pandas.DataFrame
        ``date``, with `by_geo` ``geo``, ``term``, ``kind``, ``mean``, ``lower``, ``upper``, in the outcome's unit.
    """
    import pandas as pd

    frames = []
    for name, kind, draws in terms(model, model.equation()):
        for place, geo in enumerate(model.data_.geos) if by_geo else [(None, None)]:
            part = draws.sum(axis=2) if place is None else draws[:, :, place]
            where = {} if geo is None else {"geo": geo}
            frames.append(
                pd.DataFrame(
                    {"date": model.data_.dates, **where, "term": name, "kind": kind, **band(part, level)}
                )
            )
    return pd.concat(frames, ignore_index=True)


def waterfall(model: MediaMix, level: float) -> pd.DataFrame:
    """What each term brought over all periods, one on top of the other.

    Returns
    -------
    pandas.DataFrame
        ``term``, ``kind``, ``mean``, ``lower``, ``upper``, ``share`` of the expected outcome, and ``start`` and
        ``end`` of its bar; the last row, of kind ``total``, is the expected outcome. With a log link the bars don't
        reach it, since channels multiply.
    """
    import pandas as pd

    equation = model.equation()
    rows = []
    for name, kind, draws in terms(model, equation):
        rows.append({"term": name, "kind": kind, **band(draws.sum(axis=(1, 2)), level)})
    total = band(equation.outcome(equation.mean).sum(axis=(1, 2)), level)
    frame = pd.DataFrame([*rows, {"term": "total", "kind": "total", **total}])
    frame["share"] = frame["mean"] / total["mean"]
    ends = frame["mean"].iloc[:-1].cumsum()
    frame["start"] = [*(ends - frame["mean"].iloc[:-1]), 0.0]
    frame["end"] = [*ends, float(total["mean"])]
    return frame


def roas(model: MediaMix, level: float, start: Any, end: Any) -> pd.DataFrame:
    """Return on spend and marginal return per channel.

    Parameters
    ----------
    model, level
        As above.
    start, end
        First and last date of the periods that are counted; all by default.

    Returns
    -------
    pandas.DataFrame
        ``channel``, ``spend``, ``contribution`` with ``contribution_lower`` and ``_upper``, ``roas`` (outcome in these
        periods per spend in them), ``mroas`` (the same for the last unit, if all of the channel's spend up to then
        grew in proportion) and ``cost_per_target`` (its inverse, 1 / roas), each with ``_lower`` and ``_upper``.

    Raises
    ------
    DataError
        When no period lies between the dates.
    """
    import pandas as pd

    part = _window(model, start, end)
    equation = model.equation()
    scale = equation.seen.target_scale
    grown = equation.outcome(equation.mean)[:, part] if model.settings.link == "log" else None
    rows = []
    for place, channel in enumerate(model.data_.channels):
        brought = equation.contribution(equation.media(place))[:, part].sum(axis=(1, 2))
        steep = equation.media_slope(place)[:, part]
        last = (steep * (scale if grown is None else grown)).sum(axis=(1, 2))
        spend = float(model.data_.spend[part, :, place].sum())
        row: dict[str, Any] = {"channel": channel, "spend": spend}
        # Without any spend in these periods there is nothing to divide by.
        per = spend if spend > 0 else np.nan
        for name, draws in (
            ("contribution", brought),
            ("roas", brought / per),
            ("mroas", last / per),
            ("cost_per_target", per / np.where(brought > 0, brought, np.nan)),
        ):
            row |= _named(name, draws, level)
        rows.append(row)
    return pd.DataFrame(rows)


def half_life(model: MediaMix, level: float) -> pd.DataFrame:
    """Periods after which the effect of a spend has fallen to half of its peak.

    Returns
    -------
    pandas.DataFrame
        ``channel``, ``half_life``, ``lower``, ``upper``, in periods after the spend, and ``peak``, the mean lag of the
        strongest effect. Between lags the weight falls exponentially; for a geometric adstock that is
        ln ½ / ln alpha. Beyond the last lag the last decline goes on.
    """
    import pandas as pd

    weights = model.equation().weights
    rows = []
    for place, channel in enumerate(model.data_.channels):
        found, peak = fallen_to_half(weights[:, place])
        told = band(found, level)
        rows.append(
            {"channel": channel, "half_life": told["mean"], "lower": told["lower"], "upper": told["upper"],
             "peak": peak.mean()}
        )  # fmt: skip
    return pd.DataFrame(rows)


def fallen_to_half(weights: Floats) -> tuple[Floats, Floats]:
    """Lag at which weights, D × L, are half of their largest, and the lag of that, both D."""
    with np.errstate(divide="ignore"):
        log = np.log(weights)
    draws, lags = weights.shape
    peak = weights.argmax(axis=1)
    goal = log[np.arange(draws), peak] - np.log(2)
    later = np.arange(lags)[None, :] > peak[:, None]
    below = later & (log <= goal[:, None])
    reached = np.where(below.any(axis=1), below.argmax(axis=1), lags - 1)
    reached = np.maximum(reached, np.minimum(peak + 1, lags - 1))
    rows = np.arange(draws)
    high, low = log[rows, reached - 1], log[rows, reached]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(np.isneginf(low), 1.0, (high - goal) / (high - low))
    # A single lag, or weights that don't fall within the lags.
    found = np.where((lags > 1) & (high > low), reached - 1 + part, np.where(lags == 1, 0.0, np.inf))
    return found, peak.astype(np.float64)


def response_curves(model: MediaMix, points: int, reach: float, level: float) -> pd.DataFrame:
    """What a constant level of spend brings per period, once its carry-over has built up.

    Parameters
    ----------
    model, level
        As above. Of time-varying media the average strength.
    points
        Per curve.
    reach
        The curves end at so many times the most that was spent in a period.

    Returns
    -------
    pandas.DataFrame
        ``channel``, ``spend`` per period (of all geos, shared as in the data), ``mean``, ``lower``, ``upper``,
        ``slope`` (mean, outcome per unit of spend), ``current`` (mean spend per period in the data) and ``beyond``
        (more than was ever spent).

    Raises
    ------
    DataError
        With a log link, where a channel's response depends on everything else.
    """
    import pandas as pd

    check_additive(model, "Response curves")
    equation = model.equation()
    names = SATURATIONS[model.settings.saturation].parameters
    frames = []
    for place, channel in enumerate(model.data_.channels):
        spend = model.data_.spend[:, :, place]
        share = spend.sum(axis=0) / spend.sum()
        most = spend.sum(axis=1).max()
        level_of = np.linspace(0.0, reach * most, points)
        scaled = level_of[:, None] * share / equation.seen.channel_scale[:, place]
        shape = {name: equation.draws[name][:, place, None, None] for name in names}
        height = equation.strength[:, None, :, place] * equation.seen.target_scale
        value = (saturation(model.settings.saturation, scaled, **shape) * height).sum(axis=2)
        steep = saturation_slope(model.settings.saturation, scaled, **shape) * height
        steep = (steep * share / equation.seen.channel_scale[:, place]).sum(axis=2)
        frames.append(
            pd.DataFrame(
                {"channel": channel, "spend": level_of, **band(value, level), "slope": steep.mean(axis=0),
                 "current": float(spend.sum(axis=1).mean()), "beyond": level_of > most}
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def fitted(model: MediaMix, level: float) -> pd.DataFrame:
    """What the model expects in each period, noise included, beside what was seen.

    Returns
    -------
    pandas.DataFrame
        ``date``, with geos ``geo``, ``outcome``, ``mean``, ``lower``, ``upper`` and ``residual``.
    """
    import pandas as pd

    equation = model.equation()
    drawn = equation.simulated(np.random.default_rng(0))
    told = band(drawn, level) | {"mean": equation.outcome(equation.mean).mean(axis=0)}
    frame = pd.DataFrame(
        {
            "date": np.repeat(model.data_.dates.values, len(model.data_.geos)),
            **({"geo": list(model.data_.geos) * model.data_.periods} if model.settings.geo else {}),
            "outcome": model.data_.target.ravel(),
            **{name: values.ravel() for name, values in told.items()},
        }
    )
    return frame.assign(residual=frame["outcome"] - frame["mean"])


def summary(model: MediaMix, level: float) -> str:
    """The model in words."""
    checks = model.diagnostics(level)
    step = model.data_.step
    said = list(checks.sentences)
    lives = half_life(model, level).set_index("channel")
    for row in roas(model, level, None, None).to_dict("records"):
        life = lives.loc[row["channel"]]
        said.append(
            f"{row['channel']}: {wording.significant(row['roas'])} per unit of spend "
            f"({wording.significant(row['roas_lower'])} to {wording.significant(row['roas_upper'])}), the last unit "
            f"{wording.significant(row['mroas'])} ({wording.significant(row['mroas_lower'])} to "
            f"{wording.significant(row['mroas_upper'])}); half of the effect is gone after "
            f"{wording.significant(life['half_life'])} {step}s."
        )
    return "\n".join(said)


def check_additive(model: MediaMix, what: str) -> None:
    """Refuse what needs channels that add up.

    Raises
    ------
    DataError
        With a log link.
    """
    if model.settings.link == "log":
        raise DataError(
            f"{what} need link='identity': with a log link what a channel brings depends on all others, and the "
            "optimizer doesn't know that yet. contributions() and roas() of the past work.",
            column="link",
        )


def _window(model: MediaMix, start: Any, end: Any) -> slice:
    dates = model.data_.dates
    first = 0 if start is None else int(dates.searchsorted(np.datetime64(str(start)[:10])))
    last = len(dates) if end is None else int(dates.searchsorted(np.datetime64(str(end)[:10]), side="right"))
    if first >= last:
        raise DataError(
            f"No period lies between {start} and {end}; the data go from {dates[0].date()} to {dates[-1].date()}.",
            column="start",
        )
    return slice(first, last)


def _named(name: str, draws: Floats, level: float) -> dict[str, float]:
    told = band(draws, level)
    return {
        name: float(told["mean"]),
        f"{name}_lower": float(told["lower"]),
        f"{name}_upper": float(told["upper"]),
    }
