"""The response table: per channel and posterior draw, what a total over the window brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.mmm.amounts import number, per_channel
from custintel_analytics.mmm.dynamics import Dynamics, dynamics
from custintel_analytics.mmm.hermite import Curves, place
from custintel_analytics.mmm.knots import TOLERANCE, Progress, build
from custintel_analytics.mmm.profile import checked_multiplier, checked_past, checked_profile

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class ResponseTable:
    """Response curves on a grid of totals, with their slopes; between the knots they are cubics.

    All amounts are totals over the window. Channels add up: what one brings doesn't depend on the others. A
    total is spread over the window as `profile` says.

    Parameters
    ----------
    channels
        Names.
    grid
        Totals over the window, ascending from 0, shape channels × G.
    response
        What a total brings in the window and its carry-out, in the target's unit, beyond the response to earlier
        spend; shape channels × draws × G. Kept in single precision.
    slope
        Its derivative by the total, of the same shape; estimated (PCHIP) where it isn't given.
    periods, carry_out
        Length of the window, and the periods after it, without spend, whose response is counted.
    profile
        Share of a channel's total in each period, shape channels × periods; even by default.
    carry_in
        Response to spend before the window, shape channels × draws; none by default.
    current
        Current spend over a window, shape channels.
    history_max
        The most that each channel ever spent in a period, shape channels; beyond it a curve is an extrapolation.
    target, currency
        What is brought, and the code of the money spent.
    baseline
        What is expected in the window without any spend.
    mean_response, mean_slope
        Means over all draws in double precision, shape channels × G; by default of the draws that are here.
    dynamics
        The draws of the model's parameters, which a schedule needs; only from `from_draws`.
    past
        The spend before the window that `carry_in` responds to, shape channels × periods.
    multiplier
        How effective each period was taken to be, shape 1 or draws × (periods + carry_out); None for usual ones.
    error
        Largest interpolation error of a channel's mean between knots, as a share of its largest value; NaN when
        not known.

    Raises
    ------
    DataError
        When shapes don't fit together, values aren't finite, or a grid doesn't ascend from 0.
    """

    channels: tuple[str, ...]
    grid: Floats
    response: NDArray[np.floating[Any]]
    slope: NDArray[np.floating[Any]] | None = None
    periods: int
    carry_out: int = 0
    profile: Floats | None = None
    carry_in: Floats | None = None
    current: Floats | None = None
    history_max: Floats | None = None
    target: str = "outcome"
    currency: str = ""
    baseline: float | None = None
    mean_response: Floats | None = None
    mean_slope: Floats | None = None
    dynamics: Dynamics | None = field(default=None, repr=False)
    past: Floats | None = None
    multiplier: Floats | None = None
    error: float = float("nan")

    def __post_init__(self) -> None:
        """Check, and bring everything into its one form."""
        from custintel_analytics.mmm.table_checks import settled

        for name, value in settled(self).items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_draws(
        cls,
        *,
        adstock: str = "geometric",
        lags: int = 8,
        saturation: str = "logistic",
        beta: Any,
        channel_scale: Any = 1.0,
        target_scale: float = 1.0,
        max_spend: Any,
        periods: int = 26,
        carry_out: int = 8,
        carry_in: Any = None,
        profile: Any = None,
        multiplier: Any = None,
        current: Any = None,
        history_max: Any = None,
        channels: Sequence[str] | None = None,
        points: int = 33,
        tolerance: float = TOLERANCE,
        normalised: bool = True,
        target: str = "outcome",
        currency: str = "",
        baseline: float | None = None,
        progress: Progress | None = None,
        **parameters: Any,
    ) -> ResponseTable:
        """A table from the posterior draws of an additive model.

        Response of a channel in period t: ``beta · target_scale · s(adstock_t)``, with the adstock of
        ``spend / channel_scale`` and the saturation s.

        Parameters
        ----------
        adstock, lags, normalised, saturation
            As in `transforms.adstock_weights` and `transforms.saturation`.
        beta
            Coefficients, shape draws × channels.
        channel_scale, target_scale
            By what spend and target were divided in the model.
        max_spend
            Totals over the window up to which the curves reach.
        periods, carry_out
            The window, and the periods after it, without spend, whose response is counted.
        carry_in
            Spend before the window, periods × channels, the latest last. What it goes on to bring is kept apart,
            in the table's `carry_in`; it also saturates what comes after it.
        profile
            Weights of the periods, shape periods or periods × channels; even by default.
        multiplier
            How effective each period is, shape (periods + carry_out) or draws × (periods + carry_out).
        current, history_max, target, currency, baseline
            As in the class; `current` and `history_max` also by channel.
        channels
            Names; ``channel 1`` and so on by default.
        points
            Knots to begin with; there are more where the mean between them would be off by more than `tolerance`.
        tolerance
            Allowed error of a channel's mean between knots, as a share of its largest value. The table says in
            `error` what was reached.
        progress
            Called with (done, total, message); what it raises stops the work.
        **parameters
            Draws × channels: alpha (geometric), alpha and theta (delayed), shape and scale (Weibull); lam
            (logistic, tanh), kappa (Michaelis–Menten), kappa and slope (Hill).

        Raises
        ------
        DataError
            For arguments that are missing, unknown, impossible, or of shapes that don't fit.
        """
        media = dynamics(
            adstock=adstock, saturation=saturation, lags=lags, normalised=normalised, parameters=parameters,
            beta=beta, channel_scale=channel_scale, target_scale=target_scale,
        )  # fmt: skip
        count = media.beta.shape[1]
        names = tuple(channels) if channels is not None else tuple(f"channel {c + 1}" for c in range(count))
        if len(names) != count:
            raise DataError(f"channels has {len(names)} names, beta {count} columns.", column="channels")
        for argument, value, least in (
            ("periods", periods, 1),
            ("carry_out", carry_out, 0),
            ("points", points, 3),
        ):
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
                raise DataError(f"{argument}={value!r}: write a whole number from {least}.", column=argument)
        most = per_channel("max_spend", max_spend, names)
        if (most <= 0).any():
            raise DataError(
                f"max_spend is {most.min():g} for {names[int(most.argmin())]}: a curve must reach beyond 0. Leave the "
                "channel out, or give the most that may be planned for it.",
                column="max_spend",
            )
        share, past = checked_profile(profile, periods, count), checked_past(carry_in, count)
        factor = checked_multiplier(multiplier, periods + carry_out, media.draws)
        built = build(
            media, names=names, share=share, past=past, carry_out=int(carry_out), most=most, points=int(points),
            multiplier=factor,
            tolerance=number("tolerance", tolerance, "the allowed error", least=0, most=1), progress=progress,
        )  # fmt: skip
        return cls(
            channels=names, grid=built.grid, response=built.response.swapaxes(1, 2),
            slope=built.slope.swapaxes(1, 2), periods=int(periods), carry_out=int(carry_out), profile=share,
            carry_in=built.carry_in, current=_given("current", current, names),
            history_max=_given("history_max", history_max, names), target=target, currency=currency,
            baseline=baseline, mean_response=built.mean_response, mean_slope=built.mean_slope, dynamics=media,
            past=past, multiplier=None if multiplier is None else factor, error=built.error,
        )  # fmt: skip

    @property
    def draws(self) -> int:
        """How many posterior draws there are."""
        return int(self.response.shape[1])

    @property
    def max_spend(self) -> Floats:
        """Where the curves end, totals over the window."""
        return self.grid[:, -1]

    @cached_property
    def curves(self) -> Curves:
        """The mean curves."""
        assert self.mean_response is not None
        assert self.mean_slope is not None
        return Curves(self.grid, self.mean_response, self.mean_slope)

    @property
    def concave(self) -> pd.Series[bool]:
        """Whether each channel's mean curve is concave, tested in every interval of the grid."""
        import pandas as pd

        return pd.Series(self.curves.concave(), index=pd.Index(self.channels, name="channel"), name="concave")

    def spend(self, spend: Any, argument: str = "spend") -> Floats:
        """Totals over the window per channel, checked against the reach of the curves.

        Raises
        ------
        DataError
            For unknown channels, and for amounts below 0 or beyond the grid.
        """
        amounts = per_channel(argument, spend, self.channels)
        # A plan that fills its bounds may be off by rounding.
        slack = 1e-9 * self.max_spend
        for i in np.flatnonzero((amounts < -slack) | (amounts > self.max_spend + slack)):
            said = (
                "below 0"
                if amounts[i] < 0
                else f"beyond the table, which ends at {self._money(self.max_spend[i])}"
            )
            raise DataError(
                f"{argument} is {self._money(amounts[i])} for {self.channels[i]}, {said}. Amounts are totals over "
                f"{self.periods} periods; make the table with a larger max_spend to go further.",
                column=argument,
                example=self.channels[i],
            )
        return np.clip(amounts, 0.0, self.max_spend)

    def mean(self, spend: Any) -> float:
        """Expected response to totals over the window, all channels together, without that to earlier spend."""
        return float(self.curves.at(self.spend(spend)).sum())

    def draws_at(self, spend: Any) -> Floats:
        """The total response in each draw, shape draws."""
        return np.asarray(self.channel_draws(spend).sum(axis=0))

    def channel_draws(self, spend: Any) -> Floats:
        """The response of each channel in each draw, shape channels × draws."""
        return self.read(self.spend(spend))[0]

    def read(self, amounts: Floats, *, slopes: bool = False) -> tuple[Floats, Floats | None]:
        """Response and, if asked for, slope of each channel in each draw at checked amounts, channels × draws."""
        where = place(self.grid, amounts)
        values, steep = self.response.swapaxes(1, 2), self._slope.swapaxes(1, 2)
        row, left = where.row, where.left
        knots = [values[row, left], values[row, left + 1], steep[row, left], steep[row, left + 1]]
        found = sum(weight[:, None] * knot for weight, knot in zip(where.value, knots, strict=True))
        if not slopes:
            return np.asarray(found), None
        turned = sum(weight[:, None] * knot for weight, knot in zip(where.slope, knots, strict=True))
        return np.asarray(found), np.asarray(turned)

    def marginal(self, spend: Any) -> pd.Series[float]:
        """Expected response to one more unit of money in each channel."""
        import pandas as pd

        slopes = self.curves.slope_at(self.spend(spend))
        return pd.Series(slopes, index=pd.Index(self.channels, name="channel"), name="marginal")

    def quantiles(self, spend: Any, levels: Sequence[float] = (0.05, 0.5, 0.95)) -> pd.Series[float]:
        """Quantiles of the total response."""
        import pandas as pd

        found = np.quantile(self.draws_at(spend), list(levels))
        return pd.Series(found, index=pd.Index(list(levels), name="level"), name=self.target)

    @cached_property
    def current_draws(self) -> Floats | None:
        """The total response to the current spend in each draw, or None where it isn't known."""
        return None if self.current is None else self.draws_at(self.current)

    def thin(self, draws: int = 250) -> ResponseTable:
        """The table with every so many draws, evenly spaced; its mean curves stay those of all draws."""
        if isinstance(draws, bool) or not isinstance(draws, int) or draws < 1:
            raise DataError(f"draws={draws!r}: write a whole number from 1.", column="draws")
        if draws >= self.draws:
            return self
        rows = (np.arange(draws) * self.draws) // draws
        return replace(
            self, response=self.response[:, rows], slope=self._slope[:, rows],
            carry_in=None if self.carry_in is None else self.carry_in[:, rows],
            dynamics=None if self.dynamics is None else self.dynamics.thinned(rows),
            multiplier=self.multiplier if self.multiplier is None or len(self.multiplier) == 1 else self.multiplier[rows],
        )  # fmt: skip

    def to_wire(self, draws: int = 250, points: int = 65) -> dict[str, Any]:
        """What the page needs to answer by itself: names and numbers as they are, arrays as numpy.

        Parameters
        ----------
        draws
            Posterior draws that are sent.
        points
            Knots at most of the draws' curves; of more every so many are sent. The mean curves keep all of theirs.

        Returns
        -------
        dict
            ``channels``, ``periods``, ``carryOut``, ``target``, ``currency``; ``grid``, ``mean``, ``meanSlope``
            (channels × G, double, means of all draws); ``drawGrid`` (channels × K, double), ``response`` and
            ``slope`` there (channels × K × draws, single);
            ``carryIn`` (draws, single, all channels together); ``current`` and ``historyMax`` (channels, double) or
            None.
        """
        from custintel_analytics.mmm.table_wire import to_wire

        return to_wire(self, draws, points)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the table to a file (npz, with a version; nothing in it runs when it is read)."""
        from custintel_analytics.mmm.table_file import save

        return save(self, path)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> ResponseTable:
        """Read the table that `save` wrote.

        Raises
        ------
        DataError
            When the file isn't a response table, or of a later version.
        """
        from custintel_analytics.mmm.table_file import load

        return load(path)

    def __repr__(self) -> str:
        window = f"{self.periods} periods and {self.carry_out} after"
        return f"ResponseTable of {', '.join(self.channels)}: {window}, {self.draws:,} draws"

    def summary(self) -> str:
        """The table in words."""
        reach = ", ".join(
            f"{name} to {self._money(end)}" for name, end in zip(self.channels, self.max_spend, strict=True)
        )
        shaped = [
            name for name, concave in zip(self.channels, self.curves.concave(), strict=True) if not concave
        ]
        lines = [
            f"Response of {self.target} to totals over {self.periods} periods and {self.carry_out} after them, "
            f"{self.draws:,} draws: {reach}.",
            f"S-shaped: {', '.join(shaped)}." if shaped else "All mean curves are concave.",
        ]
        if np.isfinite(self.error):
            lines.append(
                f"Between its {self.grid.shape[1]} knots the mean is off by at most {self.error:.1e} of its height."
            )
        return "\n".join(lines)

    @property
    def _slope(self) -> NDArray[np.floating[Any]]:
        assert self.slope is not None
        return self.slope

    def _money(self, amount: float) -> str:
        return wording.money(float(amount), self.currency)


def _given(argument: str, value: Any, names: tuple[str, ...]) -> Floats | None:
    return None if value is None else per_channel(argument, value, names)
