/** The pooled z-test of two proportions, inverted: Miettinen and Nurminen (1985) and Koopman (1984), as Python's `score`. */
import { type Asked, type Finding, student } from "./frequentist";

const between = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

function standardised(distance: number, error: number): number {
  return error > 0 ? distance / error : distance === 0 ? 0 : distance * Infinity;
}

/** Where a falling statistic passes `value`. */
function crossing(test: (at: number) => number, value: number, low: number, high: number): number {
  let [left, right] = [low, high];
  for (let i = 0; i < 200; i += 1) {
    const middle = (left + right) / 2;
    if (middle === left || middle === right) break;
    if (test(middle) > value) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}

/** Effect of two proportions with the interval and p-value of the score test. */
export function score(
  control: number,
  nControl: number,
  treatment: number,
  nTreatment: number,
  { relative, level, alternative }: Asked,
): Finding {
  const [pc, pt] = [control / nControl, treatment / nTreatment];
  const [n, s] = [nControl + nTreatment, control + treatment];

  const errorAt = (base: number, moved: number, ratio: number): number => {
    const top = Math.min(moved, 1);
    const own = (ratio * ratio * Math.max(base * (1 - base), 0)) / nControl;
    return Math.sqrt(Math.max(top * (1 - top), 0) / nTreatment + own);
  };
  /** z of a hypothetical difference, its variance from the likeliest shares that differ by it. */
  const difference = (d: number): number => {
    const square = (nTreatment + 2 * nControl) * d - n - s;
    const linear = (nControl * d - n - 2 * control) * d + s;
    const constant = control * d * (1 - d);
    const third = square / (3 * n);
    const q = third ** 3 - (square * linear) / (6 * n * n) + constant / (2 * n);
    const size = Math.sqrt(Math.max(third * third - linear / (3 * n), 0)) * (q < 0 ? -1 : 1);
    const angle = size === 0 ? 0 : (Math.PI + Math.acos(between(q / size ** 3, -1, 1))) / 3;
    const root = 2 * size * Math.cos(angle) - third;
    const base = between(root, Math.max(0, -d), Math.min(1, 1 - d));
    return standardised(pt - pc - d, errorAt(base, base + d, 1));
  };
  const quotient = (ratio: number): number => {
    const b = nTreatment * ratio + treatment + nControl + control * ratio;
    const base = Math.min(1, (2 * s) / (b + Math.sqrt(Math.max(b * b - 4 * n * ratio * s, 0))));
    return standardised(pt - ratio * pc, errorAt(base, base * ratio, ratio));
  };

  const reference = student(Infinity);
  const critical = reference.critical(level, alternative === "two-sided");
  const statistic = difference(0);
  const ends = { lower: Number.NaN, upper: Number.NaN };
  let standardError = Math.sqrt((pc * (1 - pc)) / nControl + (pt * (1 - pt)) / nTreatment);
  if (relative) {
    const spread = ((1 - pt) * pt) / nTreatment + ((pt / pc) ** 2 * (1 - pc) * pc) / nControl;
    standardError = Math.sqrt(spread) / pc;
    // A ratio from 0 to infinity as a share from 0 to 1, so that both have ends to search between.
    const test = (w: number): number => quotient(w / (1 - w));
    const centre = pt / (pc + pt);
    const low = pt === 0 ? 0 : crossing(test, critical, 0, centre);
    const high = crossing(test, -critical, centre, 1);
    ends.lower = low / (1 - low) - 1;
    ends.upper = high / (1 - high) - 1;
  } else {
    ends.lower = crossing(difference, critical, -1, pt - pc);
    ends.upper = crossing(difference, -critical, pt - pc, 1);
  }
  return {
    effect: relative ? pt / pc - 1 : pt - pc,
    standardError,
    lower: alternative === "less" ? -Infinity : ends.lower,
    upper: alternative === "greater" ? Infinity : ends.upper,
    pValue: reference.pValue(statistic, alternative),
    statistic,
    message: "",
  };
}
