"""Numbers as the sentences about an experiment write them; the page writes the same."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Context, Decimal

_MOST_DIGITS = 6
_NEAR = 0.001
_EXACT = Context(prec=400)


def fixed(value: float, digits: int) -> str:
    """``-1234.5`` → ``−1,234.5``; halves away from zero, as browsers round; ``∞``, and ``–`` for NaN."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    number = Decimal(abs(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT)
    return f"{'−' if value < 0 and number else ''}{number:,}"


def digits_for(*values: float) -> int:
    """Decimals with which the largest of the values shows three significant digits."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    digits = 0
    while 0 < largest < 100 and digits < _MOST_DIGITS:
        largest, digits = largest * 10, digits + 1
    return digits


def significant(value: float) -> str:
    """Three significant digits and no zeros after them: ``4.12``, ``5``, ``1,030``."""
    return _trimmed(fixed(value, digits_for(value)))


def integer(value: float) -> str:
    """``1030.2`` → ``1,030``."""
    return fixed(value, 0)


def plural(count: float, noun: str) -> str:
    """``1 day``, ``14 days``."""
    return f"{integer(count)} {noun}" + ("" if count == 1 else "s")


def percent(share: float) -> str:
    """``.8`` → ``80 %``, ``.0123`` → ``1.23 %``."""
    return f"{significant(100 * share)} %"


def chance(probability: float) -> str:
    """``.8123`` → ``81.2 %``; what is nearly all or nothing is never written as if it were: ``> 99.9 %``."""
    if probability < _NEAR:
        return f"< {percent(_NEAR)}"
    return f"> {percent(1 - _NEAR)}" if probability > 1 - _NEAR else percent(probability)


def money(value: float, currency: str = "") -> str:
    """Money in its own unit, whole from 1,000: ``-4321.5`` → ``−4,322``; the currency's code in front."""
    number = fixed(value, 0 if abs(value) >= 1000 else 2)
    return f"{currency} {number}" if currency else number


def signed(text: str) -> str:
    """A plus in front of what is above zero."""
    return text if text.startswith("−") or not any(digit in text for digit in "123456789∞") else f"+{text}"


def change(value: float, unit: str, digits: int | None = None) -> str:
    """An effect with its sign and unit: ``+5 pp``, ``−0.42``; infinite ones as ``+∞``.

    Parameters
    ----------
    value
        The effect; of a proportion or a relative effect as a share.
    unit
        ``"pp"`` for points and ``"%"`` for percent, which are multiplied by 100; else a unit of the metric, or none.
    digits
        Decimals. By default three significant digits, without zeros after them.
    """
    scaled = 100 * value if unit in ("pp", "%") else value
    text = significant(scaled) if digits is None else fixed(scaled, digits)
    return f"{signed(text)} {unit}".rstrip()


def ends(lower: float, upper: float, low: str, high: str) -> str:
    """An interval from its ends, which are also given as text: ``2 to 3``, ``at least 2``, ``of any size``."""
    if math.isinf(lower) and math.isinf(upper):
        return "of any size"
    if math.isinf(upper):
        return f"at least {low}"
    return f"at most {high}" if math.isinf(lower) else f"{low} to {high}"


def span(lower: float, upper: float, unit: str) -> str:
    """An interval with as many decimals as its wider end needs: ``+3.89 to +5.16 pp``."""
    scale = 100 if unit in ("pp", "%") else 1
    digits = digits_for(scale * lower, scale * upper)
    low = change(lower, unit, digits) if math.isinf(upper) else change(scale * lower, "", digits)
    return ends(lower, upper, low, change(upper, unit, digits))


def both_scales(absolute: float, baseline: float | None, *, share: bool, unit: str = "") -> str:
    """An effect on both scales: ``+5 pp = +25 %``; on one where the baseline isn't above zero.

    Parameters
    ----------
    absolute
        The effect in the metric's own unit.
    baseline
        The control's mean.
    share
        Whether the metric is a proportion, so that effects are points.
    unit
        The metric's unit, otherwise.
    """
    own = change(absolute, "pp" if share else unit)
    if baseline is None or not baseline > 0:
        return own
    return f"{own} = {change(absolute / baseline, '%')}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(date: dt.date) -> str:
    """``30 June 1998``."""
    return f"{date.day} {date:%B %Y}"


def p_value(p: float) -> str:
    """``p = 0.020``, ``p < 0.001``."""
    return "p < 0.001" if p < 0.001 else f"p = {fixed(p, 3)}"
