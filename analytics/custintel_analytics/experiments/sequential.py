"""Always-valid inference: an interval that holds at every look, whenever one stops."""

from __future__ import annotations

import math
from dataclasses import dataclass

TUNING_N = 5000
_MOST_ALPHA = 0.99


def mixture_scale(tuning_n: float, level: float = 0.95, two_sided: bool = True) -> float:
    """The ρ that makes the confidence sequence about tightest at a total of `tuning_n` units.

    Any ρ that was fixed beforehand is valid; this one only chooses where the band is narrow. A one-sided band
    is tuned like a two-sided one of twice its alpha.

    References
    ----------
    Waudby-Smith, I., Arbour, D., Sinha, R., Kennedy, E. H., Ramdas, A. (2024). Time-uniform central limit
    theory and asymptotic confidence sequences. Annals of Statistics 52, 2613–2640, appendix B.2.
    """
    log_alpha = math.log(min((1 - level) * (1 if two_sided else 2), _MOST_ALPHA))
    return math.sqrt((-2 * log_alpha + math.log(1 - 2 * log_alpha)) / tuning_n)


@dataclass(frozen=True)
class Mixture:
    """The boundary of the asymptotic confidence sequence, in standard errors of the effect.

    Parameters
    ----------
    n
        Units seen so far, over both arms.
    rho
        The mixture's scale: see `mixture_scale`.

    References
    ----------
    Waudby-Smith et al. (2024), theorem 2.2 (two-sided) and appendix B.1 (one-sided).
    """

    n: float
    rho: float

    @property
    def _scale(self) -> float:
        return self.n * self.rho * self.rho

    def critical(self, level: float, two_sided: bool = True) -> float:
        """How many standard errors the band reaches: half-width / standard error."""
        spread = math.sqrt(self._scale + 1)
        alpha = 1 - level
        inside = math.log(spread / alpha) if two_sided else math.log1p(spread / (2 * alpha))
        return math.sqrt(2 * (self._scale + 1) / self._scale * inside)

    def p_value(self, statistic: float, alternative: str = "two-sided") -> float:
        """The anytime p-value: the smallest alpha whose boundary, with this ρ, the statistic has reached."""
        if alternative != "two-sided":
            statistic = statistic if alternative == "greater" else -statistic
            if statistic <= 0:
                return 1.0
        # A larger exponent would overflow; such a p-value is 0 to all digits anyway.
        exponent = min(statistic * statistic * self._scale / (2 * (self._scale + 1)), 700.0)
        spread = math.sqrt(self._scale + 1)
        if alternative == "two-sided":
            return min(1.0, spread * math.exp(-exponent))
        return min(1.0, spread / (2 * math.expm1(exponent))) if exponent > 0 else 1.0
