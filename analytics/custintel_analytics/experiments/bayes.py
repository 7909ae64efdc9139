"""Two beta posteriors compared exactly: probabilities, losses and intervals by quadrature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# On the log-odds scale a beta density is smooth and falls off exponentially, so the trapezoidal rule
# converges faster than any power of the step. Beyond a drop of exp(-40) nothing is left.
_DROP = 40.0
_NODES = 256
_CUT_NODES = 1200
_CUT_REACH = 37.0
_SMOOTH = 20.0
_TOLERANCE = 1e-13


@dataclass(frozen=True)
class Beta:
    """A beta distribution of a share.

    Parameters
    ----------
    a, b
        Successes and failures, prior included.
    """

    a: float
    b: float

    @property
    def mean(self) -> float:
        """Its mean."""
        return self.a / (self.a + self.b)

    @property
    def sd(self) -> float:
        """Its standard deviation."""
        return math.sqrt(self.mean * (1 - self.mean) / (self.a + self.b + 1))

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The log odds between which all that matters lies."""
        peak = math.log(self.a / self.b)
        least = self._height(peak) - _DROP
        return self._fallen(peak, -1, least), self._fallen(peak, 1, least)

    @cached_property
    def normaliser(self) -> float:
        """Logarithm of the beta function."""
        from scipy.special import betaln

        return float(betaln(self.a, self.b))

    def below(self, x: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """The probability below x."""
        from scipy.special import betainc

        return np.asarray(betainc(self.a, self.b, np.clip(x, 0.0, 1.0)), dtype=np.float64)

    def above(self, x: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """The probability above x, exact where it is tiny."""
        from scipy.special import betainc

        return np.asarray(betainc(self.b, self.a, np.clip(1 - np.asarray(x), 0.0, 1.0)), dtype=np.float64)

    def density(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """The density at x; 0 outside of 0 to 1."""
        inside = (x > 0) & (x < 1)
        safe = np.where(inside, x, 0.5)
        log = (self.a - 1) * np.log(safe) + (self.b - 1) * np.log1p(-safe) - self.normaliser
        return np.where(inside, np.exp(log), 0.0)

    @cached_property
    def nodes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Points and weights with which a smooth function is averaged over this distribution."""
        odds, step = np.linspace(*self.reach, _NODES, retstep=True)
        log_x, log_rest = -np.logaddexp(0.0, -odds), -np.logaddexp(0.0, odds)
        weight = np.exp(self.a * log_x + self.b * log_rest - self.normaliser) * step
        # The weights add up to one but for rounding, which grows with the counts.
        return np.exp(log_x), weight / weight.sum()

    def nodes_between(self, low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The same on a part, for functions that may start or end there like a root."""
        first, last = (1 / (1 + math.exp(-odds)) for odds in self.reach)
        low, high = max(low, first), min(high, last)
        if low >= high:
            return np.empty(0), np.empty(0)
        place, step = np.linspace(-_CUT_REACH, _CUT_REACH, _CUT_NODES, retstep=True)
        share = 1 / (1 + np.exp(-place))
        x = low + (high - low) * share
        return x, self.density(x) * (high - low) * share / (1 + np.exp(place)) * step

    def _height(self, odds: float) -> float:
        return -self.a * math.log1p(math.exp(-odds)) - self.b * math.log1p(math.exp(odds))

    def _fallen(self, peak: float, side: int, least: float) -> float:
        near, far = 0.0, 1.0
        while self._height(peak + side * far) > least and abs(peak + side * 2 * far) < 700:
            far *= 2
        for _ in range(30):
            middle = (near + far) / 2
            near, far = (middle, far) if self._height(peak + side * middle) > least else (near, middle)
        return peak + side * far


@dataclass(frozen=True)
class BetaPair:
    """Independent beta posteriors of control and treatment.

    Parameters
    ----------
    control, treatment
        The posteriors.
    relative
        Whether an effect is the share of the control's by which the treatment differs, rather than the
        difference.

    References
    ----------
    Trefethen, L. N., Weideman, J. A. C. (2014). The exponentially convergent trapezoidal rule. SIAM Review 56,
    385–458. For whole counts the probability agrees with the sum of Miller, E. (2014), Formulas for Bayesian
    A/B testing.
    """

    control: Beta
    treatment: Beta
    relative: bool = False

    @property
    def effect(self) -> float:
        """Difference of the posterior means; relative, as a share of the control's."""
        gain = self.treatment.mean - self.control.mean
        return gain / self.control.mean if self.relative else gain

    def below(self, effect: float) -> float:
        """The probability that the effect is below a value."""
        if effect <= -1.0:
            return 0.0
        if not self.relative and effect >= 1.0:
            return 1.0
        # The narrower density carries the nodes: the other's distribution is then smooth between them.
        if self.control.sd <= self.treatment.sd:
            found = _share_below(self.control, self.treatment, *self._line(effect))
        else:
            found = 1.0 - _share_below(self.treatment, self.control, *self._line(effect, mirrored=True))
        return min(max(found, 0.0), 1.0)

    def density(self, effect: float) -> float:
        """The density of the effect at a value."""
        if effect <= -1.0 or (not self.relative and effect >= 1.0):
            return 0.0
        if self.control.sd <= self.treatment.sd:
            return _density(self.control, self.treatment, *self._line(effect), self.relative)
        slope, shift = self._line(effect, mirrored=True)
        found = _density(self.treatment, self.control, slope, shift, self.relative)
        return found * slope * slope if self.relative else found

    def quantile(self, share: float) -> float:
        """The effect below which a share of the probability lies; Newton's steps inside a bracket."""
        low, high = -1.0, 1.0
        x = self._guess(share)
        if self.relative:
            high = max(2 * x + 1, 1.0)
            while self.below(high) < share:
                low, high = high, 4 * high + 4
        x = min(max(x, low), high)
        for _ in range(200):
            error = self.below(x) - share
            low, high = (low, x) if error > 0 else (x, high)
            slope = self.density(x)
            step = x - error / slope if slope > 0 else math.inf
            following = step if low < step < high else (low + high) / 2
            if abs(following - x) <= _TOLERANCE * max(1.0, abs(x)) or following in (low, high):
                return following
            x = following
        return x

    def expected_loss(self) -> float:
        """E[max(control − treatment, 0)]: what choosing the treatment costs on average if it is worse.

        The integral of P(treatment ≤ x) · P(control > x), which loses no digits where it is small.
        """
        low, high = self.treatment.reach[0], self.control.reach[1]
        if low >= high:
            return 0.0
        finest = min(_odds_sd(self.control), _odds_sd(self.treatment))
        points = int(min(max(4 * (high - low) / finest, _NODES), 20_000))
        odds, step = np.linspace(low, high, points, retstep=True)
        x, rest = 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(odds))
        return float((self.treatment.below(x) * self.control.above(x) * x * rest).sum() * step)

    def _line(self, effect: float, mirrored: bool = False) -> tuple[float, float]:
        """Slope and shift of the line of equal effect: treatment over control, or mirrored, the reverse."""
        if self.relative:
            return (1 / (1 + effect), 0.0) if mirrored else (1 + effect, 0.0)
        return (1.0, -effect) if mirrored else (1.0, effect)

    def _guess(self, share: float) -> float:
        from scipy.special import ndtri

        z, one, two = float(ndtri(share)), self.control, self.treatment
        if not self.relative:
            return self.effect + z * math.hypot(one.sd, two.sd)
        return two.mean / one.mean * math.exp(z * math.hypot(one.sd / one.mean, two.sd / two.mean)) - 1


def _share_below(carrier: Beta, other: Beta, slope: float, shift: float) -> float:
    """P(other ≤ slope · carrier + shift)."""
    low, high = -shift / slope, (1 - shift) / slope
    if not _cut(carrier, other, low, high):
        x, weight = carrier.nodes
        return float(other.below(slope * x + shift) @ weight)
    x, weight = carrier.nodes_between(max(low, 0.0), min(high, 1.0))
    return float(other.below(slope * x + shift) @ weight) + float(carrier.above(high))


def _density(carrier: Beta, other: Beta, slope: float, shift: float, relative: bool) -> float:
    low, high = -shift / slope, (1 - shift) / slope
    cut = _cut(carrier, other, low, high)
    x, weight = carrier.nodes_between(max(low, 0.0), min(high, 1.0)) if cut else carrier.nodes
    stretch = x if relative else 1.0
    return float((other.density(slope * x + shift) * stretch) @ weight)


def _cut(carrier: Beta, other: Beta, low: float, high: float) -> bool:
    """Whether the other's range begins or ends, not smoothly, where the carrier still matters."""
    first, last = (1 / (1 + math.exp(-odds)) for odds in carrier.reach)
    return (low > first and other.a < _SMOOTH) or (high < last and other.b < _SMOOTH)


def _odds_sd(beta: Beta) -> float:
    return math.sqrt(1 / beta.a + 1 / beta.b)
