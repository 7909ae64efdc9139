"""A comparison turned into a decision, with the reason in one sentence."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.experiments.design import between, number, positive
from custintel_analytics.experiments.reading import Reading

if TYPE_CHECKING:
    from custintel_analytics.experiments.comparison import Comparison
    from custintel_analytics.experiments.sample_ratio import SampleRatio
    from custintel_analytics.experiments.value import Value

DECISIONS = ("ship", "keep running", "stop", "no meaningful difference", "don't read")
# Their p-values hold at one look that was planned; a posterior and a sequential band are read at any.
_ONE_LOOK = ("welch", "z")


@dataclass(frozen=True)
class Verdict:
    """What to do about an experiment. Made by `verdict`.

    Parameters
    ----------
    decision
        ``"ship"``, ``"keep running"``, ``"stop"`` (keep the control), ``"no meaningful difference"`` or
        ``"don't read"``.
    reason
        Why, in a sentence or two.
    lines
        Three lines for a chat: the decision, the figures, and what it is worth or what could go wrong.
    notes
        What else one has to know: the scales disagree, guardrails, bounds without an end.
    smallest_worthwhile
        The effect that it was held against, on the comparison's scale, as a size.
    relative
        Whether that is percent of the control's mean.
    """

    decision: str
    reason: str
    lines: tuple[str, str, str]
    notes: tuple[str, ...]
    smallest_worthwhile: float
    relative: bool

    @property
    def text(self) -> str:
        """The three lines as one text."""
        return "\n".join(self.lines)

    def summary(self) -> str:
        """The verdict with its notes."""
        return "\n".join((*self.lines, *self.notes))


def verdict(
    comparison: Comparison,
    *,
    smallest_worthwhile: float = 0.0,
    relative: bool | None = None,
    sample_ratio: SampleRatio | None = None,
    guardrails: Iterable[Comparison | tuple[str, Comparison]] | Mapping[str, Comparison] = (),
    planned_end: dt.date | None = None,
    planned_n: float | None = None,
    units: float | None = None,
    look: int | None = None,
    today: dt.date | None = None,
    value: Value | None = None,
    other_scale: Comparison | None = None,
    per_day: float | None = None,
    power: float = 0.8,
    unit: str = "",
    currency: str = "",
) -> Verdict:
    """Decide: ship, keep running, stop, no meaningful difference, or don't read the result at all.

    In this order: a sample-ratio mismatch forbids to read; a guardrail that is clearly worse stops; before the
    planned end a fixed-sample test keeps running; then the interval is held against the smallest effect worth
    having and, with `value`, the effect that covers the costs.

    Parameters
    ----------
    comparison
        Of the decision metric, on the scale that decides.
    smallest_worthwhile
        The smallest effect worth having, as a size: .05 for five points, or five percent if it is relative. 0 asks
        for any effect.
    relative
        Whether that is a share of the control's mean; by default as the comparison.
    sample_ratio
        The check of the arms' sizes.
    guardrails
        Comparisons of metrics that must not get worse, or pairs of a name and one.
    planned_end, look, today
        The day on which the experiment was planned to be read, which look this is, and the day of the look.
    planned_n, units
        The number of units over all arms at which it was planned to be read, and how many there are; by default
        those of the comparison.
    value
        What the effect is worth; its costs move the bar from zero to the break-even.
    other_scale
        The same comparison on the other scale (absolute or relative), to say when the two disagree.
    per_day, power
        Units that enter per day over both arms, and the power wanted, for the time that is still needed.
    unit, currency
        The metric's unit, where it isn't a proportion, and the code that sentences put before money.

    Raises
    ------
    DataError
        For numbers that are not possible.
    """
    reading = _reading(comparison, smallest_worthwhile, relative, value, unit)
    if per_day is not None:
        positive("per_day", per_day, "the number of units that enter per day, over both arms")
    between("power", power, 0, 1, "0.8 for 80 %")
    named = _named(guardrails)
    harmed = [(name, found) for name, found in named if found.best < 0]
    notes = _notes(reading, other_scale, named)
    there = comparison.n_control + comparison.n_treatment if units is None else units
    ahead = _ahead(planned_end, today, planned_n, there)
    early = comparison.method in _ONE_LOOK and ahead != ""
    if sample_ratio is not None and not sample_ratio.ok:
        decision, reason = "don't read", sample_ratio.sentence
    elif harmed:
        decision, reason = "stop", _harm(*harmed[0])
    elif math.isnan(comparison.lower) or math.isnan(comparison.upper):
        decision, reason = "keep running", comparison.message
    elif early:
        decision, reason = "keep running", _early_look(look, ahead)
    else:
        decision, reason = _decided(reading, per_day, power)
    more = tuple(note for note in notes if note != reason)
    lines = _lines(reading, decision, reason, early, value, currency)
    return Verdict(decision, reason, lines, more, reading.smallest, comparison.relative)


def _reading(
    comparison: Comparison, smallest: float, relative: bool | None, value: Value | None, unit: str
) -> Reading:
    size = number("smallest_worthwhile", smallest)
    if size < 0:
        raise DataError(
            f"smallest_worthwhile={smallest!r} is negative. Write it as a size; that less is better belongs to the "
            "comparison: direction='down'.",
            column="smallest_worthwhile",
            example=smallest,
        )
    base = abs(comparison.control)
    given = comparison.relative if relative is None else relative
    if given != comparison.relative:
        if base == 0:
            raise DataError(
                "The control's mean is 0, so percent of it and units can't be turned into each other. Give "
                "smallest_worthwhile on the comparison's own scale.",
                column="smallest_worthwhile",
            )
        size = size * base if given else size / base
    break_even = 0.0
    if value is not None:
        break_even = abs(value.break_even) / (base if comparison.relative else 1.0)
    return Reading(comparison, max(size, break_even), break_even, unit)


def _decided(reading: Reading, per_day: float | None, power: float) -> tuple[str, str]:
    """What the interval says of zero (or the break-even) and of the smallest worthwhile effect."""
    smallest, bar = reading.smallest, reading.break_even
    least = reading.both(smallest)
    effect, span = reading.both(reading.effect), reading.span()
    if 0 <= reading.best < bar:
        said = f"At best {reading.one(reading.best)}, and {reading.both(bar)} would only cover the costs. Keep the control."
        return "stop", said
    if smallest > bar and -smallest < reading.worst and reading.best < smallest:
        said = f"Any difference is smaller than your worthwhile {least}. Safe to stop; choose on cost."
        return "no meaningful difference", said
    if reading.best < 0:
        return "stop", f"The treatment is worse: {effect} ({span}). Keep the control."
    if reading.best < smallest:
        return (
            "stop",
            f"At best {reading.one(reading.best)}, below your worthwhile {least}. Keep the control.",
        )
    if reading.worst > bar and reading.worst >= smallest:
        most = f", all of it at least your worthwhile {least}" if smallest > 0 else ""
        return "ship", f"The treatment is better: {effect} ({span}){most}."
    if reading.worst > bar and reading.effect >= smallest:
        though = (
            f"most likely worthwhile ({least}), though it could be as little as {reading.one(reading.worst)}"
        )
        return "ship", f"The treatment is better: {effect}, {though}."
    return "keep running", f"{_undecided(reading)}{_still_needed(reading, per_day, power)}"


def _undecided(reading: Reading) -> str:
    span, bar = reading.span(), reading.break_even
    if reading.worst > bar:
        return f"Better, but not decided whether by your worthwhile {reading.both(reading.smallest)}: plausibly {span}."
    includes = "zero" if bar == 0 else f"the break-even {reading.both(bar)}"
    worthwhile = f" and your worthwhile {reading.both(reading.smallest)}" if reading.smallest > bar else ""
    return f"Not decided. The effect is plausibly {span}, which includes {includes}{worthwhile}."


def _still_needed(reading: Reading, per_day: float | None, power: float) -> str:
    more = reading.more_units(power)
    if not math.isfinite(more):
        return ""
    least = reading.both(reading.smallest)
    if more < 1:
        return f" There are enough units to detect {least}; the effect lies near a border."
    if per_day is None:
        return f" To detect {least}: about {wording.integer(math.ceil(more))} more units."
    return f" To detect {least}: about {wording.plural(math.ceil(more / per_day), 'more day')}."


def _ahead(planned_end: dt.date | None, today: dt.date | None, planned_n: float | None, units: float) -> str:
    """The planned end in words while it is still to come; empty once it is there."""
    if planned_end is not None and (dt.date.today() if today is None else today) < planned_end:
        return wording.day(planned_end)
    if planned_n is not None and units < planned_n:
        return f"{wording.integer(planned_n)} units"
    return ""


def _early_look(look: int | None, end: str) -> str:
    which = "Early look" if look is None else f"Look {wording.integer(look)}"
    return f"{which}, planned end {end}. The usual p-value isn't valid yet; the band is."


def _named(guardrails: Any) -> list[tuple[str, Reading]]:
    pairs = guardrails.items() if isinstance(guardrails, Mapping) else guardrails
    named = [pair if isinstance(pair, tuple) else ("", pair) for pair in pairs]
    return [(name or str(i), Reading(found)) for i, (name, found) in enumerate(named, 1)]


def _harm(name: str, found: Reading) -> str:
    return f"Guardrail {name} got worse: {found.both(found.effect)} ({found.span()}). Keep the control."


def _notes(
    reading: Reading, other_scale: Comparison | None, guardrails: list[tuple[str, Reading]]
) -> list[str]:
    notes = [reading.comparison.message] if reading.comparison.message else []
    if other_scale is not None and other_scale.relative != reading.comparison.relative:
        other = Reading(other_scale, unit=reading.unit)
        if other.clear != reading.clear:
            notes.append(_disagreement(reading, other))
    for name, found in guardrails:
        if found.best < 0:
            notes.append(_harm(name, found))
        else:
            how = "isn't clearly worse" if found.worst < 0 else "is no worse"
            notes.append(f"Guardrail {name} {how}: {found.span()}.")
    return notes


def _disagreement(reading: Reading, other: Reading) -> str:
    absolute = other if reading.comparison.relative else reading
    names = {True: _in_units(absolute), False: "percent"}
    return (
        f"The difference is clear in {names[absolute.clear]}, not in {names[not absolute.clear]}, because the control's "
        f"own average is uncertain. This verdict uses {names[reading is absolute]}."
    )


def _in_units(absolute: Reading) -> str:
    return "points" if absolute.comparison.kind == "proportion" else absolute.unit or "units"


def _lines(
    reading: Reading, decision: str, reason: str, early: bool, value: Value | None, currency: str
) -> tuple[str, str, str]:
    if decision == "don't read":
        return reason, _NO_FIGURES, _WHERE_TO_LOOK
    first = f"{decision[0].upper()}{decision[1:]}. {reason}"
    return first, reading.figures(early), _third(reading, value, currency)


_NO_FIGURES = "The groups aren't alike, so no figures are given."
_WHERE_TO_LOOK = "Look for redirects, bots, crashes or logging that differ between the variants."


def _third(reading: Reading, value: Value | None, currency: str) -> str:
    """What it is worth; else what shipping could cost; else how it was found."""
    found = reading.comparison
    if value is not None:
        return value.sentence
    if found.method == "bayes" and 0 < found.probability < 1:
        loss = found.expected_loss / (1 - found.probability)
        said = f"If you ship the treatment and it is worse, you lose about {_loss(reading, loss, currency)}"
        return f"{said}; weighed by the chance of that, {_loss(reading, found.expected_loss, currency)}."
    scale = "percent of the control" if found.relative else _in_units(reading)
    least = f"; worthwhile from {reading.both(reading.smallest)}" if reading.smallest > 0 else ""
    return f"{_METHODS[found.method]}, decided in {scale}{least}."


_METHODS = {
    "welch": "Welch's t-test",
    "z": "z-test",
    "bayes": "Bayesian",
    "sequential": "Always-valid band",
}


def _loss(reading: Reading, loss: float, currency: str) -> str:
    if reading.comparison.kind == "proportion":
        return f"{wording.significant(100 * loss)} points"
    if currency:
        return f"{currency} {wording.significant(loss)} per unit"
    return f"{wording.significant(loss)} {reading.unit}".rstrip() + " per unit"
