/** Two variants compared: the effect, how sure it is, and what choosing wrongly would cost. */
import { Beta, BetaPair } from "./bayes";
import { ALONE, correctedP, type Family, ownLevel } from "./corrections";
import { bell, type Curve, quotient, twoBetas } from "./curves";
import { normalCdf, normalDensity, normalQuantile } from "./distributions";
import { type Arms, armsOf, deltaErrorOf, effectOf, errorOf, liftOf, type Sample } from "./estimate";
import {
  type Asked,
  BLIND,
  type Finding,
  fieller,
  inverted,
  mixture,
  STILL,
  still,
  student,
  TUNING_N,
  unbounded,
} from "./frequentist";
import { score } from "./score";

export interface Question extends Asked {
  method: "welch" | "z" | "bayes" | "sequential";
  direction: "up" | "down";
  /** Beta prior of both arms, or "normal" to take the effect of proportions for normal. */
  prior: readonly [number, number] | "normal";
  /** A normal prior of the effect; flat where the standard deviation is infinite. */
  priorMean: number;
  priorSd: number;
  tuningN: number;
  /** The questions that this one is asked among; `level` is that of all together. */
  family: Family;
}

export interface Comparison extends Finding, Question {
  /** That the treatment is the better one; NaN unless Bayesian, as is the next. */
  probability: number;
  expectedLoss: number;
  df: number;
  control: number;
  treatment: number;
  nControl: number;
  nTreatment: number;
  share: boolean;
  /** Null where nothing varies. */
  curve: Curve | null;
}

const DEFAULTS: Question = {
  relative: false,
  method: "welch",
  interval: "fieller",
  level: 0.95,
  alternative: "two-sided",
  direction: "up",
  prior: [1, 1],
  priorMean: 0,
  priorSd: Infinity,
  tuningN: TUNING_N,
  family: ALONE,
};

interface Answer {
  finding: Finding;
  curve: Curve | null;
  df?: number;
  probability?: number;
  expectedLoss?: number;
}

/** Compare a treatment with a control, by their sums or as estimates; a relative effect on a mean of 0 is NaN. */
export function compare(control: Sample, treatment: Sample, asked: Partial<Question> = {}): Comparison {
  return compareArms(armsOf(control, treatment), control.kind === "proportion", asked);
}

/** The same for estimates, which an adjustment may have changed; `share` says that the metric is a proportion. */
export function compareArms(arms: Arms, share: boolean, asked: Partial<Question> = {}): Comparison {
  const question = { ...DEFAULTS, ...asked };
  const none = question.relative && arms.control === 0;
  const { finding, curve, ...more } = none
    ? { finding: still(Number.NaN, ZERO), curve: null }
    : question.method === "bayes"
      ? believed(arms, question)
      : tested(arms, question);
  const { control, treatment, nControl, nTreatment } = arms;
  return {
    ...question,
    ...finding,
    pValue: correctedP(question.family, finding.pValue),
    probability: Number.NaN,
    expectedLoss: Number.NaN,
    df: Infinity,
    ...more,
    control,
    treatment,
    nControl,
    nTreatment,
    share,
    curve,
  };
}

const ZERO =
  "The control's mean is 0, so a change in percent of it doesn't exist. Ask for the absolute effect: relative=False.";

function tested(arms: Arms, question: Question): Answer {
  const { method, relative, interval, level, alternative, tuningN, family } = question;
  const own = { ...question, level: ownLevel(family, level) };
  const df = method === "welch" ? arms.df : Infinity;
  const curve = curveOf(arms, question, df);
  if (method === "z" && arms.counts && !(relative && interval === "delta")) {
    const [successes, treated] = arms.counts;
    return { finding: score(successes, arms.nControl, treated, arms.nTreatment, own), df, curve };
  }
  const units = arms.nControl + arms.nTreatment;
  const reference =
    method === "sequential" ? mixture(units, tuningN, level, alternative === "two-sided") : student(df);
  return { finding: inverted(arms, reference, own), df, curve };
}

function curveOf(arms: Arms, { relative, interval }: Question, df: number): Curve | null {
  if (errorOf(arms) === 0) return null;
  if (!relative) return bell(effectOf(arms), errorOf(arms), df);
  if (deltaErrorOf(arms) === 0) return null;
  return interval === "fieller" ? quotient(arms, df) : bell(liftOf(arms), deltaErrorOf(arms), df);
}

/** Proportions have independent beta posteriors, compared exactly; else, or when asked, the effect is taken for normal. */
function believed(arms: Arms, question: Question): Answer {
  const normal = Number.isFinite(question.priorSd) || question.prior === "normal";
  const delta = question.relative && question.interval === "delta";
  if (!arms.counts || normal || delta || question.prior === "normal") return believedNormal(arms, question);
  return believedBetas(arms, question, arms.counts, question.prior);
}

function believedBetas(
  arms: Arms,
  question: Question,
  counts: readonly [number, number],
  [a, b]: readonly [number, number],
): Answer {
  const control = new Beta(a + counts[0], b + arms.nControl - counts[0]);
  const treatment = new Beta(a + counts[1], b + arms.nTreatment - counts[1]);
  const absolute = new BetaPair(control, treatment);
  const pair = question.relative ? new BetaPair(control, treatment, true) : absolute;
  const up = question.direction === "up";
  const belowZero = absolute.below(0);
  const [lower, upper] = bounds(question, (share) => pair.quantile(share));
  const standardError = question.relative
    ? Math.hypot(treatment.sd, (treatment.mean / control.mean) * control.sd) / control.mean
    : Math.hypot(control.sd, treatment.sd);
  return {
    finding: { ...still(pair.effect, ""), standardError, lower, upper },
    curve: twoBetas(pair),
    probability: up ? 1 - belowZero : belowZero,
    expectedLoss: (up ? absolute : new BetaPair(treatment, control)).expectedLoss(),
  };
}

function believedNormal(arms: Arms, question: Question): Answer {
  const { relative, priorMean, priorSd, alternative, level } = question;
  const flat = priorSd === Infinity;
  // A normal prior of a relative effect needs a normal likelihood of it: the delta method's.
  const delta = relative && (question.interval === "delta" || !flat);
  const [gain, error] = [effectOf(arms), errorOf(arms)];
  const [lift, deltaError] = [liftOf(arms), deltaErrorOf(arms)];
  if (error === 0 || (delta && deltaError === 0)) {
    return { finding: still(relative ? lift : gain, error === 0 ? STILL : BLIND), curve: null };
  }
  if (relative && !delta) {
    const critical = student(Infinity).critical(level, alternative === "two-sided");
    const set = fieller(arms, critical, alternative);
    const message = unbounded(set, alternative, false);
    const finding = {
      ...still(lift, message),
      standardError: deltaError,
      lower: set.lower,
      upper: set.upper,
    };
    const curve = deltaError > 0 ? quotient(arms) : null;
    return { finding, curve, ...weighed(gain, error, question) };
  }
  let [centre, scale] = relative ? [lift, deltaError] : [gain, error];
  if (!flat) {
    const [own, before] = [scale ** -2, priorSd ** -2];
    centre = (own * centre + before * priorMean) / (own + before);
    scale = (own + before) ** -0.5;
  }
  const unit = relative ? Math.abs(arms.control) : 1;
  const [lower, upper] = bounds(question, (share) => centre + scale * normalQuantile(share));
  const finding = { ...still(centre, ""), standardError: scale, lower, upper };
  return { finding, curve: bell(centre, scale), ...weighed(centre * unit, scale * unit, question) };
}

/** Chance to be better and expected loss of a normal posterior in the metric's unit. */
function weighed(
  centre: number,
  scale: number,
  { direction }: Question,
): Required<Pick<Answer, "probability" | "expectedLoss">> {
  const better = (centre / scale) * (direction === "up" ? 1 : -1);
  const loss = scale * (normalDensity(better) - better * normalCdf(-better));
  return { probability: normalCdf(better), expectedLoss: Math.max(loss, 0) };
}

function bounds({ level, alternative }: Question, quantile: (share: number) => number): [number, number] {
  if (alternative === "greater") return [quantile(1 - level), Infinity];
  if (alternative === "less") return [-Infinity, quantile(level)];
  return [quantile((1 - level) / 2), quantile((1 + level) / 2)];
}

/** The curve of the effect, to draw; empty where nothing varies. */
export function densityOf(comparison: Comparison, points = 201): { x: number; density: number }[] {
  const { curve } = comparison;
  if (!curve) return [];
  const [low, high] = curve.reach();
  return Array.from({ length: points }, (_, i) => {
    const x = low + ((high - low) * i) / (points - 1);
    return { x, density: curve.density(x) };
  });
}

/** How much of the curve lies where the treatment is worse, too little better, or worthwhile. */
export function decisionOf(
  comparison: Comparison,
  smallest: number,
): { worse: number; tooSmall: number; worthwhile: number } {
  const { curve, direction } = comparison;
  const up = direction === "up";
  const zero = curve ? curve.below(0) : Number.NaN;
  const edge = curve ? curve.below(up ? smallest : -smallest) : Number.NaN;
  return up
    ? { worse: zero, tooSmall: edge - zero, worthwhile: 1 - edge }
    : { worse: 1 - zero, tooSmall: zero - edge, worthwhile: edge };
}
