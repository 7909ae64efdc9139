/** Variants as sufficient statistics, and two of them as estimates with variances. */

export interface Sample {
  n: number;
  total: number;
  totalSq: number;
  kind: "mean" | "proportion" | "ratio";
  /** Of a ratio: sum of denominators, of their squares, of value × denominator. */
  denominator?: readonly [number, number, number] | null;
}

/** Estimated means of control and treatment with their joint uncertainty; after an adjustment, the adjusted ones. */
export interface Arms {
  control: number;
  treatment: number;
  /** Variances and covariance of the two estimates, not of units. */
  varControl: number;
  varTreatment: number;
  covariance: number;
  /** Degrees of freedom after Welch and Satterthwaite. */
  df: number;
  nControl: number;
  nTreatment: number;
  /** Successes, where these are plain proportions. */
  counts: readonly [number, number] | null;
}

/** Below this share of the sum of squares a spread is not told from none. */
const NO_SPREAD = 1e-12;

export const proportionSample = (successes: number, n: number): Sample => ({
  n,
  total: successes,
  totalSq: successes,
  kind: "proportion",
});

/** From a mean and a variance (with n − 1), as reports print them. */
export const momentsSample = (n: number, mean: number, variance: number): Sample => ({
  n,
  total: n * mean,
  totalSq: variance * (n - 1) + n * mean * mean,
  kind: "mean",
});

export const meanOf = (sample: Sample): number =>
  sample.total / (sample.denominator ? sample.denominator[0] : sample.n);

/** Variance of a unit's value: with n − 1; p(1 − p) of a proportion; of a ratio, of its linear part. */
export function varianceOf(sample: Sample): number {
  const { n, total, totalSq, kind, denominator } = sample;
  let spread = totalSq - (total * total) / n;
  let scale = 1;
  if (denominator) {
    const [sum, squares, cross] = denominator;
    const ratio = total / sum;
    spread = totalSq - 2 * ratio * cross + ratio * ratio * squares;
    scale = (sum / n) ** 2;
  }
  const settled = spread > NO_SPREAD * totalSq ? spread : 0;
  return settled / scale / (kind === "proportion" ? n : n - 1);
}

export function armsOf(control: Sample, treatment: Sample): Arms {
  const varControl = varianceOf(control) / control.n;
  const varTreatment = varianceOf(treatment) / treatment.n;
  const part = (variance: number, n: number): number => (n > 1 ? (variance * variance) / (n - 1) : 0);
  const below = part(varControl, control.n) + part(varTreatment, treatment.n);
  return {
    control: meanOf(control),
    treatment: meanOf(treatment),
    varControl,
    varTreatment,
    covariance: 0,
    df: below > 0 ? (varControl + varTreatment) ** 2 / below : Number.NaN,
    nControl: control.n,
    nTreatment: treatment.n,
    counts: control.kind === "proportion" ? [control.total, treatment.total] : null,
  };
}

export const effectOf = (arms: Arms): number => arms.treatment - arms.control;

export const errorOf = (arms: Arms): number =>
  Math.sqrt(Math.max(arms.varControl + arms.varTreatment - 2 * arms.covariance, 0));

/** The difference as a share of the control's mean, of its size where that is negative. */
export const liftOf = (arms: Arms): number => effectOf(arms) / Math.abs(arms.control);

/** Standard error of the lift by the delta method. */
export function deltaErrorOf(arms: Arms): number {
  const ratio = arms.treatment / arms.control;
  const spread = arms.varTreatment - 2 * ratio * arms.covariance + ratio * ratio * arms.varControl;
  return Math.sqrt(Math.max(spread, 0)) / Math.abs(arms.control);
}
