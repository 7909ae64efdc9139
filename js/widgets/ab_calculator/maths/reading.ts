/** A comparison read against what is worth having: oriented so that more is better, and in words. */
import type { Comparison } from "./compare";
import { familyWords, ownLevel } from "./corrections";
import { normalQuantile } from "./distributions";
import { bothScales, chance, change, integer, percent, pValueText, span } from "./wording";

export class Reading {
  readonly sign: 1 | -1;
  /** The least and the most favourable effect of the interval, and the effect itself, upwards better. */
  readonly worst: number;
  readonly best: number;
  readonly effect: number;
  readonly clear: boolean;

  constructor(
    readonly found: Comparison,
    readonly smallest = 0,
    readonly breakEven = 0,
    readonly unit = "",
  ) {
    const { lower, upper } = found;
    this.sign = found.direction === "down" ? -1 : 1;
    this.worst = this.sign > 0 ? lower : -upper;
    this.best = this.sign > 0 ? upper : -lower;
    this.effect = this.sign * found.effect;
    this.clear = lower > 0 || upper < 0;
  }

  private get scale(): string {
    return this.found.relative ? "%" : this.found.share ? "pp" : this.unit;
  }

  /** What the metric's own differences are called. */
  get units(): string {
    return this.found.share ? "points" : this.unit || "units";
  }

  /** An effect on both scales: `+5 pp = +25 %`. */
  both(oriented: number): string {
    const { control, relative, share } = this.found;
    const effect = this.sign * oriented;
    return bothScales(relative ? effect * Math.abs(control) : effect, control, share, this.unit);
  }

  /** An effect on the comparison's scale. */
  one(oriented: number): string {
    return change(this.sign * oriented, this.scale);
  }

  span(): string {
    return span(this.found.lower, this.found.upper, this.scale);
  }

  /** The effect with all that belongs to it, in one line; before the planned end, with what is valid. */
  figures(early = false): string {
    const { method, probability, pValue, level, lower, nControl, nTreatment, family } = this.found;
    const units = `${integer(nControl)} and ${integer(nTreatment)}`;
    if (early) {
      return `${this.both(this.effect)} so far, n ${units}; interval and p-value come at the planned end.`;
    }
    if (Number.isNaN(lower)) return `${this.both(this.effect)}, no interval, n ${units}.`;
    const sure =
      method === "bayes"
        ? `${chance(probability)} chance to be better`
        : `${pValueText(pValue)}${familyWords(family)}`;
    return `${this.both(this.effect)} (${percent(level)}: ${this.span()}), ${sure}, n ${units}.`;
  }

  /** Units still needed, over both arms, to find the smallest worthwhile effect; 0 where there are enough. */
  moreUnits(power: number): number {
    const { standardError, level, alternative, method, effect, lower, upper, nControl, nTreatment, family } =
      this.found;
    const endless = alternative === "two-sided" && Math.abs(upper - lower) === Infinity;
    if (!(this.smallest > 0 && standardError > 0) || endless) return Number.NaN;
    const critical =
      method === "sequential"
        ? Math.min(effect - lower, upper - effect) / standardError
        : -normalQuantile((1 - ownLevel(family, level)) / (alternative === "two-sided" ? 2 : 1));
    const reach = ((critical + normalQuantile(power)) * standardError) / this.smallest;
    return Math.max((nControl + nTreatment) * (reach * reach - 1), 0);
  }
}
