"""The pooled z-test of two proportions, inverted: its interval is the score interval."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from custintel_analytics.experiments.frequentist import Finding, Student

_STEPS = 200


@dataclass(frozen=True)
class Counts:
    """Successes and units of control and treatment."""

    control: float
    n_control: int
    treatment: float
    n_treatment: int

    @property
    def shares(self) -> tuple[float, float]:
        """The share of successes in control and in treatment."""
        return self.control / self.n_control, self.treatment / self.n_treatment

    def difference_statistic(self, difference: float) -> float:
        """The z of a hypothetical difference, its variance from the likeliest shares that differ by it.

        At 0 this is the pooled z-test.

        References
        ----------
        Miettinen, O., Nurminen, M. (1985). Comparative analysis of two rates. Statistics in Medicine 4,
        213–226, equation 9 and appendix I; without their factor N / (N − 1), as Mee (1984).
        """
        pc, pt = self.shares
        base = self._base_of_difference(difference)
        return _standardised(pt - pc - difference, self._error(base, base + difference, 1.0))

    def ratio_statistic(self, ratio: float) -> float:
        """The z of a hypothetical ratio of the shares; at 1 the pooled z-test.

        References
        ----------
        Koopman, P. A. R. (1984). Confidence intervals for the ratio of two binomial proportions. Biometrics
        40, 513–517; as a score statistic Miettinen and Nurminen (1985), equation 10.
        """
        pc, pt = self.shares
        n, s = self.n_control + self.n_treatment, self.control + self.treatment
        b = self.n_treatment * ratio + self.treatment + self.n_control + self.control * ratio
        base = min(1.0, 2 * s / (b + math.sqrt(max(b * b - 4 * n * ratio * s, 0.0))))
        return _standardised(pt - ratio * pc, self._error(base, base * ratio, ratio))

    def _base_of_difference(self, difference: float) -> float:
        """The control's share in the likeliest pair of shares with this difference."""
        n, nt, s = self.n_control + self.n_treatment, self.n_treatment, self.control + self.treatment
        square = (nt + 2 * self.n_control) * difference - n - s
        linear = (self.n_control * difference - n - 2 * self.control) * difference + s
        constant = self.control * difference * (1 - difference)
        third = square / (3 * n)
        q = third**3 - square * linear / (6 * n * n) + constant / (2 * n)
        size = math.copysign(math.sqrt(max(third * third - linear / (3 * n), 0.0)), q)
        if size == 0:
            return _between(-third, max(0.0, -difference), min(1.0, 1 - difference))
        angle = (math.pi + math.acos(_between(q / size**3, -1.0, 1.0))) / 3
        return _between(2 * size * math.cos(angle) - third, max(0.0, -difference), min(1.0, 1 - difference))

    def _error(self, control: float, treatment: float, ratio: float) -> float:
        treatment = min(treatment, 1.0)
        return math.sqrt(
            max(treatment * (1 - treatment), 0.0) / self.n_treatment
            + ratio * ratio * max(control * (1 - control), 0.0) / self.n_control
        )


def score(counts: Counts, *, relative: bool, level: float, alternative: str) -> Finding:
    """Effect of two proportions, with the interval and p-value of the score test.

    Parameters
    ----------
    counts
        Successes and units.
    relative
        As a share of the control's; the p-value is the same.
    level, alternative
        As in `compare`.
    """
    pc, pt = counts.shares
    reference, two_sided = Student(), alternative == "two-sided"
    critical = reference.critical(level, two_sided)
    statistic = counts.difference_statistic(0.0)
    vc, vt = pc * (1 - pc) / counts.n_control, pt * (1 - pt) / counts.n_treatment
    if relative:
        effect, error = pt / pc - 1, math.sqrt(vt + (pt / pc) ** 2 * vc) / pc
        # A ratio from 0 to infinity as a share from 0 to 1, so that both have ends to search between.
        test, centre = (lambda w: counts.ratio_statistic(w / (1 - w))), pt / (pc + pt)
        low = 0.0 if pt == 0 else _crossing(test, critical, 0.0, centre)
        high = _crossing(test, -critical, centre, 1.0)
        lower, upper = low / (1 - low) - 1, high / (1 - high) - 1
    else:
        effect, error = pt - pc, math.sqrt(vc + vt)
        lower = _crossing(counts.difference_statistic, critical, -1.0, effect)
        upper = _crossing(counts.difference_statistic, -critical, effect, 1.0)
    return Finding(
        effect,
        error,
        lower if alternative != "less" else -math.inf,
        upper if alternative != "greater" else math.inf,
        reference.p_value(statistic, alternative),
        statistic,
    )


def _crossing(test: Callable[[float], float], value: float, low: float, high: float) -> float:
    """Where a falling statistic passes `value`, by halving until neighbouring numbers are reached."""
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if test(middle) > value:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _standardised(distance: float, error: float) -> float:
    if error > 0:
        return distance / error
    return math.copysign(math.inf, distance) if distance != 0 else 0.0


def _between(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
