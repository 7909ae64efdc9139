/** Tests and intervals of a difference and of a relative effect, each pair from one inversion. */
import { normalCdf, normalQuantile, studentTail, studentUpper } from "./distributions";
import { type Arms, deltaErrorOf, effectOf, errorOf, liftOf } from "./estimate";
import type { Alternative } from "./planning";
import { span } from "./wording";

export interface Finding {
  effect: number;
  standardError: number;
  lower: number;
  upper: number;
  pValue: number;
  statistic: number;
  message: string;
}

/** What a statistic is held against. */
export interface Reference {
  critical(level: number, twoSided: boolean): number;
  pValue(statistic: number, alternative: Alternative): number;
}

/** Student's t; with infinite degrees of freedom, the normal. */
export function student(df: number): Reference & { below(statistic: number): number } {
  const normal = df === Infinity;
  const below = (statistic: number): number => (normal ? normalCdf(statistic) : studentTail(-statistic, df));
  return {
    below,
    critical(level, twoSided) {
      const outside = twoSided ? (1 - level) / 2 : 1 - level;
      if (normal) return -normalQuantile(outside);
      return outside <= 0.5 ? studentUpper(outside, df) : -studentUpper(1 - outside, df);
    },
    pValue(statistic, alternative) {
      if (alternative === "two-sided") return Math.min(1, 2 * below(-Math.abs(statistic)));
      return below(alternative === "greater" ? -statistic : statistic);
    },
  };
}

export const TUNING_N = 5000;
const MOST_ALPHA = 0.99;

/**
 * The asymptotic confidence sequence of Waudby-Smith et al. (2024), theorem 2.2, with the ρ that makes it about tightest at a total
 * of `tuningN`; `n` is the total so far.
 */
export function mixture(n: number, tuningN: number, level: number, twoSided: boolean): Reference {
  // A one-sided band is tuned like a two-sided one of twice its alpha.
  const logAlpha = Math.log(Math.min((1 - level) * (twoSided ? 1 : 2), MOST_ALPHA));
  const scale = (n * (-2 * logAlpha + Math.log(1 - 2 * logAlpha))) / tuningN;
  const spread = Math.sqrt(scale + 1);
  return {
    critical(confidence, twoSided) {
      const alpha = 1 - confidence;
      const inside = twoSided ? Math.log(spread / alpha) : Math.log1p(spread / (2 * alpha));
      return Math.sqrt(((2 * (scale + 1)) / scale) * inside);
    },
    pValue(statistic, alternative) {
      const towards = alternative === "less" ? -statistic : statistic;
      const exponent = Math.min((statistic * statistic * scale) / (2 * (scale + 1)), 700);
      if (alternative === "two-sided") return Math.min(1, spread * Math.exp(-exponent));
      return towards > 0 && exponent > 0 ? Math.min(1, spread / (2 * Math.expm1(exponent))) : 1;
    },
  };
}

export interface FiellerSet {
  lower: number;
  upper: number;
  /** Of a set without ends: the stretch inside that is rejected all the same. */
  excluded: readonly [number, number] | null;
}

const OPPOSITE = { "two-sided": "two-sided", greater: "less", less: "greater" } as const;

/** All relative effects r at which treatment − (1 + r) · control isn't rejected (Fieller, 1954). */
export function fieller(arms: Arms, critical: number, alternative: Alternative): FiellerSet {
  if (arms.control >= 0) return solveFieller(arms.control, arms.treatment, arms, critical, alternative);
  const mirrored = solveFieller(-arms.control, -arms.treatment, arms, critical, OPPOSITE[alternative]);
  const { lower, upper, excluded } = mirrored;
  return { lower: -upper, upper: -lower, excluded: excluded && [-excluded[1], -excluded[0]] };
}

function solveFieller(
  c: number,
  t: number,
  arms: Arms,
  critical: number,
  alternative: Alternative,
): FiellerSet {
  const square = critical * critical;
  const first = c * c - square * arms.varControl;
  const middle = c * t - square * arms.covariance;
  const last = t * t - square * arms.varTreatment;
  const root = Math.sqrt(Math.max(middle * middle - first * last, 0));
  if (first > 0) {
    const [low, high] = roots(first, middle, last, root);
    return {
      lower: alternative === "less" ? -Infinity : low - 1,
      upper: alternative === "greater" ? Infinity : high - 1,
      excluded: null,
    };
  }
  const floor = arms.counts ? -1 : -Infinity;
  const everything = { lower: floor, upper: Infinity, excluded: null };
  if (root === 0 || first === 0) return everything;
  const [low, high] = roots(first, middle, last, root);
  const below = t / c >= high;
  if ((alternative === "greater" && !below) || (alternative === "less" && below)) return everything;
  if (arms.counts && low <= 0) return { lower: Math.max(high, 0) - 1, upper: Infinity, excluded: null };
  return { lower: floor, upper: Infinity, excluded: [Math.max(low - 1, floor), high - 1] };
}

/** The roots of first·x² − 2·middle·x + last, without subtracting nearly equal numbers. */
function roots(first: number, middle: number, last: number, root: number): [number, number] {
  const larger = middle + (middle < 0 ? -root : root);
  if (larger === 0) return [0, 0];
  const [one, two] = [larger / first, last / larger];
  return one < two ? [one, two] : [two, one];
}

export interface Asked {
  relative: boolean;
  interval: "fieller" | "delta";
  level: number;
  alternative: Alternative;
}

/** The effect, with interval and p-value from inverting one test. */
export function inverted(arms: Arms, reference: Reference, asked: Asked): Finding {
  const { relative, interval, level, alternative } = asked;
  const standardError = relative ? deltaErrorOf(arms) : errorOf(arms);
  const effect = relative ? liftOf(arms) : effectOf(arms);
  if (errorOf(arms) === 0) return still(effect, STILL);
  const critical = reference.critical(level, alternative === "two-sided");
  if (relative && interval === "fieller") {
    const statistic = effectOf(arms) / errorOf(arms);
    const pValue = reference.pValue(statistic, alternative);
    const found = fieller(arms, critical, alternative);
    const message = unbounded(found, alternative, pValue < 1 - level);
    return { effect, standardError, lower: found.lower, upper: found.upper, pValue, statistic, message };
  }
  if (standardError === 0) return still(effect, BLIND);
  const statistic = effect / standardError;
  return {
    effect,
    standardError,
    lower: alternative === "less" ? -Infinity : effect - critical * standardError,
    upper: alternative === "greater" ? Infinity : effect + critical * standardError,
    pValue: reference.pValue(statistic, alternative),
    statistic,
    message: "",
  };
}

export const still = (effect: number, message: string): Finding => ({
  effect,
  standardError: 0,
  lower: Number.NaN,
  upper: Number.NaN,
  pValue: Number.NaN,
  statistic: Number.NaN,
  message,
});

export const STILL =
  "No unit differs from another in either group, so there is no interval and no p-value. Of shares, method='z' and " +
  "method='bayes' still have one.";
export const BLIND =
  "The treatment's values are all 0, and the delta method sees no uncertainty in that. Use interval='fieller'.";

/** What one has to know of a relative interval without an end. */
export function unbounded(set: FiellerSet, alternative: Alternative, clear: boolean): string {
  const { lower, upper, excluded } = set;
  const below = alternative !== "less" && (lower === -Infinity || (lower === -1 && upper === Infinity));
  const above = alternative !== "greater" && upper === Infinity;
  if (!below && !above) return "";
  const ends = below && above ? "bound" : below ? "lower bound" : "upper bound";
  const said = [
    `The control's own average isn't clear of zero at this level, so a change in percent of it has no ${ends}.`,
  ];
  if (excluded) said.push(`Only ${span(...excluded, "%")} is ruled out.`);
  if (clear) said.push("The difference itself is clear: read it in units (relative=False).");
  return said.join(" ");
}
