"""A plan: effect, power and days linked, the missing one computed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from custintel_analytics.cohorts.settings import one_of
from custintel_analytics.errors import DataError
from custintel_analytics.experiments import wording
from custintel_analytics.experiments.design import (
    FORMULAS,
    Design,
    checked_effect,
    checked_target,
    designed,
    number,
    positive,
)
from custintel_analytics.experiments.planning import (
    USUAL_POWER,
    Duration,
    checked_arms,
    duration,
    needed,
    sign_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from custintel_analytics.experiments.sample import Sample

SOLVED = ("days", "power", "effect")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A planned experiment: of effect, power and days, the one that is missing is computed.

    Parameters
    ----------
    baseline
        The control's share, its mean, or a `Sample` of the past, as in `sample_size`.
    effect
        The smallest effect that must not be missed.
    power
        Chance to find it; 0.8 unless said, when it isn't computed.
    days
        Days that the experiment runs. When computed, whole weeks.
    per_day
        Units that enter per day, all arms together. Without it, `days` stays unknown.
    arms
        Arms, the control among them; each is planned to be compared with the control.
    solve
        ``"days"``, ``"power"`` or ``"effect"``: which one to compute, whatever it is given as. By default the one
        that is missing.
    direction
        Whether a computed effect is upwards or downwards.
    alpha, formula, sd, ratio, alternative, relative, variance_reduction
        As in `sample_size`.

    Attributes
    ----------
    n_per_arm : float
        Units in the control: those needed, or where the days are given those that there will be.
    duration : Duration or None
        The time that `n_per_arm` takes.

    Raises
    ------
    DataError
        When more than one is missing, or none, and for values that are not possible.
    """

    baseline: float | Sample | None = None
    effect: float | None = None
    power: float | None = None
    days: float | None = None
    per_day: float | None = None
    arms: int = 2
    alpha: float = 0.05
    formula: str | None = None
    sd: float | None = None
    ratio: float = 1.0
    alternative: str = "two-sided"
    relative: bool = False
    variance_reduction: float = 0.0
    direction: str = "up"
    solve: str | None = None
    n_per_arm: float = field(init=False)
    duration: Duration | None = field(init=False)

    def __post_init__(self) -> None:
        """Compute what is missing."""
        design, solve = self._design, self._unknown()
        found: dict[str, Any] = {"solve": solve, "formula": design.formula}
        if solve != "power":
            found["power"] = checked_target(design, USUAL_POWER if self.power is None else self.power)
        if solve == "days":
            n = needed(design, checked_effect(design, self.effect), found["power"], self.effect)
        else:
            daily = positive("per_day", self.per_day, "the number of units that enter the experiment per day")
            days = positive("days", self.days, "the number of days that the experiment runs")
            n = daily * days / (1 + design.ratio * (checked_arms(self.arms) - 1))
            if solve == "power":
                found["power"] = design.power(n, checked_effect(design, self.effect))
            else:
                found["effect"] = design.shown(
                    design.detectable(n, found["power"], sign_of(design, self.direction))
                )
        found["n_per_arm"] = n
        found["duration"] = (
            None
            if self.per_day is None
            else duration(n, per_day=self.per_day, arms=self.arms, ratio=self.ratio)
        )
        if solve == "days":
            found["days"] = None if found["duration"] is None else found["duration"].days
        for name, value in found.items():
            object.__setattr__(self, name, value)

    @property
    def _design(self) -> Design:
        return designed(
            baseline=self.baseline, sd=self.sd, formula=self.formula, alpha=self.alpha, ratio=self.ratio,
            alternative=self.alternative, relative=self.relative, variance_reduction=self.variance_reduction,
        )  # fmt: skip

    def _unknown(self) -> str:
        """Which of days, power and effect is to be computed."""
        if self.solve is not None:
            return one_of("solve", self.solve, SOLVED)
        if self.effect is None:
            return "effect"
        if self.days is None:
            return "days"
        if self.power is None:
            return "power"
        raise DataError(
            "effect, power and days are all given. Leave out the one to compute, or name it: "
            "solve='days', 'power' or 'effect'.",
            column="solve",
        )

    def curve(self, points: int = 101) -> pd.DataFrame:
        """The chance to find effects of any size with the plan's units.

        Returns
        -------
        pandas.DataFrame
            ``effect``, from none to twice the plan's (no further than a share can go), on the plan's scale;
            ``power``.
        """
        import pandas as pd

        if isinstance(points, bool) or not isinstance(points, int) or points < 2:
            raise DataError(f"points={points!r} is not possible: a whole number from 2.", column="points")
        design = self._design
        end = 2 * design.absolute(number("effect", self.effect))
        if design.sd is None and design.baseline is not None:
            end = min(max(end, -design.baseline), 1 - design.baseline)
        effects = [end * step / (points - 1) for step in range(points)]
        return pd.DataFrame(
            {
                "effect": [design.shown(effect) for effect in effects],
                "power": [design.power(self.n_per_arm, effect) for effect in effects],
            }
        )

    def changed(self, **fields: Any) -> Plan:
        """The plan with some fields changed and the computed one computed anew."""
        return replace(self, **fields)

    @property
    def sentence(self) -> str:
        """The plan in one sentence."""
        design = self._design
        effect = wording.both_scales(
            design.absolute(number("effect", self.effect)), design.baseline, share=design.sd is None
        )
        each = wording.integer(self.n_per_arm)
        arms = f"{each} per arm" if self.ratio == 1 else f"{each} in the control"
        when = "" if self.days is None else f", {wording.significant(self.days)} days"
        return (
            f"{arms}{when}: finds {effect} with {wording.chance(number('power', self.power))} power at alpha "
            f"{wording.significant(self.alpha)}, by {FORMULAS[design.formula]}."
        )

    def summary(self) -> str:
        """The plan in words."""
        return self.sentence if self.duration is None else "\n".join((self.sentence, self.duration.sentence))
