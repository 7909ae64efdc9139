/** Size, smallest effect, power and days, each from the others; the formulas are those of Python's `design`. */
import { normalCdf, normalQuantile } from "./distributions";
import { bothScales, chance, integer, plural, significant } from "./wording";

export const FORMULAS = {
  miller: "Evan Miller's formula",
  pooled: "the pooled normal formula",
  unpooled: "the unpooled normal formula",
  cohen: "Cohen's h",
  normal: "the normal formula for means",
} as const;

export type Formula = keyof typeof FORMULAS;
export type Alternative = "two-sided" | "greater" | "less";

/** What a planned comparison assumes: as Python's `sample_size` names it, with the defaults left out. */
export interface Design {
  /** The control's share, or the mean of a metric with `sd`; null where effects are absolute. */
  baseline: number | null;
  /** Standard deviation of a unit's value; absent for a proportion. */
  sd?: number | null;
  formula?: Formula;
  alpha?: number;
  /** Units in a treatment per unit in the control. */
  ratio?: number;
  alternative?: Alternative;
  /** Whether effects are shares of the baseline. */
  relative?: boolean;
  varianceReduction?: number;
}

export interface Duration {
  units: number;
  exactDays: number;
  weeks: number;
  days: number;
}

const isShare = (design: Design): boolean => design.sd === undefined || design.sd === null;

/** The formula that a design uses, by name. */
export const formulaOf = (design: Design): Formula =>
  isShare(design) ? (design.formula ?? "miller") : "normal";

const unitOf = (design: Design): number => (design.relative ? (design.baseline ?? Number.NaN) : 1);

const critical = ({ alpha = 0.05, alternative = "two-sided" }: Design): number =>
  -normalQuantile(alternative === "two-sided" ? alpha / 2 : alpha);

/** Standard error per square root of n with and without the null, and the distance between both. */
function spreads(design: Design, effect: number): [number, number, number] {
  const ratio = design.ratio ?? 1;
  const equal = Math.sqrt(1 + 1 / ratio);
  if (!isShare(design)) {
    const spread = (design.sd as number) * equal;
    return [spread, spread, effect];
  }
  let share = design.baseline as number;
  let moved = Math.min(Math.max(share + effect, 0), 1);
  const formula = formulaOf(design);
  if (formula === "cohen") {
    return [equal, equal, 2 * (Math.asin(Math.sqrt(moved)) - Math.asin(Math.sqrt(share)))];
  }
  if (formula === "miller") {
    // Towards one half, where the variance is larger: his page plans for a change in either direction.
    share = Math.min(share, 1 - share);
    moved = Math.min(share + Math.abs(effect), 1);
  }
  const free = Math.sqrt(share * (1 - share) + (moved * (1 - moved)) / ratio);
  if (formula === "unpooled") return [free, free, effect];
  const pooled = formula === "pooled" ? (share + ratio * moved) / (1 + ratio) : share;
  return [Math.sqrt(pooled * (1 - pooled)) * equal, free, effect];
}

function sizeFor(design: Design, effect: number, power: number): number {
  const [none, some, distance] = spreads(design, effect);
  const reach = Math.max(critical(design) * none + normalQuantile(power) * some, 0);
  return ((reach * reach) / (distance * distance)) * (1 - (design.varianceReduction ?? 0));
}

/** Whether an effect can be planned for: a share stays one, and a one-sided test looks the right way. */
export function isPossible(design: Design, effect: number): boolean {
  const absolute = effect * unitOf(design);
  if (!Number.isFinite(absolute)) return false;
  if (design.alternative === "greater" ? absolute < 0 : design.alternative === "less" && absolute > 0) {
    return false;
  }
  const moved = (design.baseline ?? 0) + absolute;
  return !isShare(design) || (moved >= 0 && moved <= 1);
}

/** Units in the control to find an effect; infinite for none, NaN for one that isn't possible. */
export function sampleSize(design: Design, effect: number, power = 0.8): number {
  return isPossible(design, effect) ? sizeFor(design, effect * unitOf(design), power) : Number.NaN;
}

/** The chance to find an effect with n units in the control; at no effect it is alpha. */
export function powerOf(design: Design, n: number, effect: number): number {
  const [none, some, distance] = spreads(design, effect * unitOf(design));
  const size = distance * Math.sqrt(n / (1 - (design.varianceReduction ?? 0)));
  const signal = design.alternative === "less" ? -size : size;
  const bar = critical(design) * none;
  const found = normalCdf((signal - bar) / some);
  const twoSided = (design.alternative ?? "two-sided") === "two-sided";
  return twoSided ? found + normalCdf((-signal - bar) / some) : found;
}

/** The smallest effect that n units in the control find; NaN when not even the largest possible change is. */
export function minimumEffect(
  design: Design,
  n: number,
  power = 0.8,
  direction: "up" | "down" = "up",
): number {
  const alternative = design.alternative ?? "two-sided";
  const sign = (alternative === "two-sided" ? direction === "up" : alternative === "greater") ? 1 : -1;
  if (!isShare(design)) {
    const reach = critical(design) + normalQuantile(power);
    const effective = n / (1 - (design.varianceReduction ?? 0));
    const error = (design.sd as number) * Math.sqrt((1 + 1 / (design.ratio ?? 1)) / effective);
    return (sign * reach * error) / unitOf(design);
  }
  const share = design.baseline as number;
  let low = 0;
  let high = sign > 0 ? 1 - share : share;
  if (!(sizeFor(design, sign * high, power) <= n)) return Number.NaN;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (sizeFor(design, sign * middle, power) > n) low = middle;
    else high = middle;
  }
  return (sign * high) / unitOf(design);
}

/** How long it takes to fill the arms, in whole weeks. */
export function duration(nPerArm: number, perDay: number, arms = 2, ratio = 1): Duration {
  const units = nPerArm * (1 + ratio * (arms - 1));
  const exactDays = units / perDay;
  // A rounding error must not cost a week.
  const weeks = Math.max(1, Math.ceil(exactDays / 7 - 1e-9));
  return { units, exactDays, weeks, days: 7 * weeks };
}

export interface PlanFields extends Design {
  effect: number;
  power: number;
  days: number;
  /** Null: traffic isn't known, so days aren't either. */
  perDay: number | null;
  arms?: number;
  direction?: "up" | "down";
}

export interface Solved {
  effect: number;
  power: number;
  /** Whole weeks when solved for; null without traffic. */
  days: number | null;
  nPerArm: number;
  duration: Duration | null;
}

/** The plan with the padlocked field computed from the others; NaN where there is no answer. */
export function solvePlan(plan: PlanFields, solve: "days" | "power" | "effect"): Solved {
  const { perDay, arms = 2, ratio = 1 } = plan;
  const n =
    solve === "days"
      ? sampleSize(plan, plan.effect, plan.power)
      : ((perDay ?? Number.NaN) * plan.days) / (1 + ratio * (arms - 1));
  const time = perDay === null ? null : duration(n, perDay, arms, ratio);
  return {
    effect: solve === "effect" ? minimumEffect(plan, n, plan.power, plan.direction) : plan.effect,
    power:
      solve !== "power"
        ? plan.power
        : isPossible(plan, plan.effect)
          ? powerOf(plan, n, plan.effect)
          : Number.NaN,
    days: solve === "days" ? (time?.days ?? null) : plan.days,
    nPerArm: n,
    duration: time,
  };
}

/** The chance to find effects from none to twice the plan's, no further than a share can go. */
export function powerCurve(
  plan: PlanFields,
  solved: Solved,
  points = 101,
): { effect: number; power: number }[] {
  const unit = unitOf(plan);
  let end = 2 * solved.effect * unit;
  if (isShare(plan)) {
    const share = plan.baseline as number;
    end = Math.min(Math.max(end, -share), 1 - share);
  }
  return Array.from({ length: points }, (_, step) => {
    const effect = (end * step) / (points - 1) / unit;
    return { effect, power: powerOf(plan, solved.nPerArm, effect) };
  });
}

/** The plan in one sentence. */
export function planSentence(plan: PlanFields, solved: Solved): string {
  const each = integer(solved.nPerArm);
  const arms = (plan.ratio ?? 1) === 1 ? `${each} per arm` : `${each} in the control`;
  const when = solved.days === null ? "" : `, ${significant(solved.days)} days`;
  const effect = bothScales(solved.effect * unitOf(plan), plan.baseline, isShare(plan));
  return (
    `${arms}${when}: finds ${effect} with ${chance(solved.power)} power at alpha ${significant(plan.alpha ?? 0.05)}, ` +
    `by ${FORMULAS[formulaOf(plan)]}.`
  );
}

/** What to do, in words. */
export function durationSentence(time: Duration, perDay: number): string {
  return (
    `Run ${plural(time.days, "day")} (${plural(time.weeks, "whole week")}): ${integer(time.units)} units at ` +
    `${integer(perDay)} a day take ${significant(time.exactDays)} days.`
  );
}
