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
# converges faster than any power of the step: with `_STEP` standard deviations, and `_LONGEST` of the log odds,
# beyond which functions of few counts bend, the error is that of rounding. Beyond a drop of exp(-40) nothing is left.
_DROP = 40.0
_STEP = 0.36
_LONGEST = 0.27
_MOST_NODES = 20_000
_CUT_STEP = 0.25
_CUT_REACH = 37.0
_SMOOTH = 20.0
_FURTHEST = 700.0
_SPREAD = math.sqrt(2 * math.pi)
# A step of Newton's squares the error that is left, in standard deviations.
_TOLERANCE = 1e-7


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

    @property
    def odds_sd(self) -> float:
        """The standard deviation of the log odds; of few counts, of the normal with their curvature."""
        return math.sqrt(1 / self.a + 1 / self.b)

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The log odds between which all that matters lies."""
        peak = math.log(self.a / self.b)
        least = self._height(peak) - _DROP
        return self._fallen(peak, -1, least), self._fallen(peak, 1, least)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The shares between which all that matters lies."""
        low, high = (1 / (1 + math.exp(-odds)) for odds in self.reach)
        return low, high

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
        return np.where(inside, self._density(np.log(safe), np.log1p(-safe)), 0.0)

    def _density(self, log_x: NDArray[np.float64], log_rest: NDArray[np.float64]) -> NDArray[np.float64]:
        """The density from the logarithms of x and of 1 − x."""
        return np.exp((self.a - 1) * log_x + (self.b - 1) * log_rest - self.normaliser)

    def nodes(self, width: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Points and weights to average a smooth function over this distribution.

        `width` is that of the function, on the log-odds scale and as a standard deviation.
        """
        odds, step = _spaced(*self.reach, min(self.odds_sd, width))
        log_x, log_rest = -np.logaddexp(0.0, -odds), -np.logaddexp(0.0, odds)
        weight = np.exp(self.a * log_x + self.b * log_rest - self.normaliser) * step
        # The weights add up to one but for rounding, which grows with the counts.
        return np.exp(log_x), weight / weight.sum()

    def nodes_between(self, low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The same on a part, for functions that may start or end there like a root."""
        low, high = max(low, self.ends[0]), min(high, self.ends[1])
        if low >= high:
            return np.empty(0), np.empty(0)
        # A density that rises without end falls off more slowly on this scale.
        far = (-_CUT_REACH / min(self.a, 1.0), _CUT_REACH / min(self.b, 1.0))
        place, step = _spaced(*far, 4 * self.sd / (high - low), _CUT_STEP)
        width, share = high - low, 1 / (1 + np.exp(-place))
        x, rest = low + width * share, 1 - high + width / (1 + np.exp(place))
        log_rest = np.where(x < 0.5, np.log1p(-np.minimum(x, 0.5)), np.log(rest))
        return x, self._density(np.log(x), log_rest) * width * share / (1 + np.exp(place)) * step

    def _height(self, odds: float) -> float:
        return -self.a * math.log1p(math.exp(-odds)) - self.b * math.log1p(math.exp(odds))

    def _fallen(self, peak: float, side: int, least: float) -> float:
        """Where the height has fallen to `least`: Newton's steps from beyond, which never pass it, as it is concave."""
        far = math.sqrt(2 * _DROP) * self.odds_sd
        while self._height(peak + side * far) > least and abs(peak + side * 2 * far) < _FURTHEST:
            far *= 2
        far = min(far, _FURTHEST - abs(peak))
        for _ in range(3):
            odds = peak + side * far
            slope = self.a / (1 + math.exp(odds)) - self.b / (1 + math.exp(-odds))
            far -= max((least - self._height(odds)) / abs(slope), 0.0)
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
        if self._straight:
            found = self._share_below(self.control, self.treatment, *self._line(effect))
        else:
            found = 1.0 - self._share_below(self.treatment, self.control, *self._line(effect, mirrored=True))
        return min(max(found, 0.0), 1.0)

    def density(self, effect: float) -> float:
        """The density of the effect at a value."""
        if effect <= -1.0 or (not self.relative and effect >= 1.0):
            return 0.0
        if self._straight:
            return self._density(self.control, self.treatment, *self._line(effect))
        slope, shift = self._line(effect, mirrored=True)
        found = self._density(self.treatment, self.control, slope, shift)
        return found * slope * slope if self.relative else found

    def quantile(self, share: float) -> float:
        """The effect below which a share of the probability lies; Newton's steps inside a bracket."""
        from scipy.special import ndtri

        low, high = -1.0, 1.0
        x = self._guess(share)
        if self.relative:
            high = max(2 * x + 1, 1.0)
            while self.below(high) < share:
                low, high = high, 4 * high + 4
        x = min(max(x, low), high)
        z = float(ndtri(share))
        for _ in range(200):
            below = self.below(x)
            low, high = (low, x) if below > share else (x, high)
            # As standard deviations of a normal a posterior is nearly a straight line, so few steps are enough.
            at = float(ndtri(below))
            slope = self.density(x) * _SPREAD * math.exp(at * at / 2) if 0 < below < 1 else 0.0
            step = x - (at - z) / slope if slope > 0 else math.inf
            if abs(at - z) <= _TOLERANCE and low <= step <= high:
                return step
            following = step if low < step < high else (low + high) / 2
            if following in (low, high):
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
        odds, step = _spaced(low, high, min(self.control.odds_sd, self.treatment.odds_sd))
        x, rest = 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(odds))
        return float((self.treatment.below(x) * self.control.above(x) * x * rest).sum() * step)

    @cached_property
    def _nodes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Points and weights of the one that carries them."""
        carrier, other = (self.control, self.treatment) if self._straight else (self.treatment, self.control)
        slope = other.mean / carrier.mean if self.relative else 1.0
        far = 6 * carrier.sd
        nearest = min(max(0.5, carrier.mean - far), carrier.mean + far)
        return carrier.nodes(other.sd / (slope * nearest * (1 - nearest)))

    @property
    def _straight(self) -> bool:
        """Whether the control carries the nodes: the narrower does, so that the other is smooth between them."""
        one, two = self.control, self.treatment
        return one.sd / one.mean <= two.sd / two.mean if self.relative else one.sd <= two.sd

    def _line(self, effect: float, mirrored: bool = False) -> tuple[float, float]:
        """Slope and shift of the line of equal effect: treatment over control, or mirrored, the reverse."""
        if self.relative:
            return (1 / (1 + effect), 0.0) if mirrored else (1 + effect, 0.0)
        return (1.0, -effect) if mirrored else (1.0, effect)

    def _share_below(self, carrier: Beta, other: Beta, slope: float, shift: float) -> float:
        """P(other ≤ slope · carrier + shift)."""
        low, high = -shift / slope, (1 - shift) / slope
        if not _cut(carrier, other, low, high):
            x, weight = self._nodes
            return float(other.below(slope * x + shift) @ weight)
        x, weight = carrier.nodes_between(max(low, 0.0), min(high, 1.0))
        return float(other.below(slope * x + shift) @ weight) + float(carrier.above(high))

    def _density(self, carrier: Beta, other: Beta, slope: float, shift: float) -> float:
        low, high = -shift / slope, (1 - shift) / slope
        cut = _cut(carrier, other, low, high)
        x, weight = carrier.nodes_between(max(low, 0.0), min(high, 1.0)) if cut else self._nodes
        stretch = x if self.relative else 1.0
        return float((other.density(slope * x + shift) * stretch) @ weight)

    def _guess(self, share: float) -> float:
        from scipy.special import ndtri

        z, one, two = float(ndtri(share)), self.control, self.treatment
        if not self.relative:
            return self.effect + z * math.hypot(one.sd, two.sd)
        return two.mean / one.mean * math.exp(z * math.hypot(one.sd / one.mean, two.sd / two.mean)) - 1


def _cut(carrier: Beta, other: Beta, low: float, high: float) -> bool:
    """Whether the other's range begins or ends, not smoothly, where the carrier still matters."""
    first, last = carrier.ends
    return (low > first and other.a < _SMOOTH) or (high < last and other.b < _SMOOTH)


def _spaced(
    low: float, high: float, sd: float, longest: float = _LONGEST
) -> tuple[NDArray[np.float64], float]:
    """Points from end to end for the trapezoidal rule over functions that are as wide as `sd` or wider; their distance."""
    count = math.ceil((high - low) / min(_STEP * sd, longest))
    points, step = np.linspace(low, high, min(count, _MOST_NODES) + 1, retstep=True)
    return points, float(step)
