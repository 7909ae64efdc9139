/** The comparison on show and everything that follows from it; answered in the page, in well under a frame. */

import { decodeRows, type WireFrame } from "../../kit/frames";
import { type Comparison, compareArms, type Question } from "./maths/compare";
import { ALONE, correctedP, type Family, families } from "./maths/corrections";
import { type SampleRatio, sampleRatio } from "./maths/sample_ratio";
import { type Value, worthOf } from "./maths/value";
import { type Verdict, verdictOf } from "./maths/verdict";
import { integer } from "./maths/wording";
import type { Metric, Source } from "./source";
import type { ForestRow, State } from "./wire";

export interface Finding {
  metric: Metric;
  variant: string;
  /** As one of all questions asked. */
  comparison: Comparison;
  /** As if it were the only one. */
  alone: Comparison;
}

export interface Analysis {
  source: Source;
  comparison: Comparison;
  ratio: SampleRatio;
  value: Value | null;
  verdict: Verdict;
  /** The planned end in words while it is to come; `null` when the result may be read. */
  plannedEnd: string | null;
  /** Nothing may look like a winner: the groups aren't alike, or the plan is unfinished. */
  guarded: boolean;
  /** What the interval says, as the pictures' colour. */
  tone: Tone;
  /** Every metric of every variant on the scale of the forest. */
  forest: Finding[];
  /** Whether the forest is in percent of the control. */
  forestRelative: boolean;
}

export type Tone = "good" | "bad" | "open";

export interface Analyst {
  analyse(source: Source, state: State, day: (date: string) => string): Analysis;
}

const REMEMBERED = 200;
const MISSING = Number.NaN;

/** Remembers comparisons: of ten things that a slider may change, most change no comparison. */
export function createAnalyst(): Analyst {
  const known = new Map<string, Comparison>();
  const compared = (metric: Metric, variant: string, question: Partial<Question>): Comparison | null => {
    const arms = metric.arms(variant);
    if (!arms) return null;
    const key = JSON.stringify([arms, metric.share, question]);
    const found = known.get(key) ?? compareArms(arms, metric.share, question);
    known.delete(key);
    known.set(key, found);
    if (known.size > REMEMBERED) known.delete(known.keys().next().value as string);
    return found;
  };

  return {
    analyse(source, state, day) {
      const { metric, treatment, metrics, treatments } = source;
      const ask = (of: Metric, variant: string, relative: boolean, family = ALONE) =>
        compared(of, variant, { ...questionOf(state, of, relative), family }) ??
        readyMade(state, of, variant, relative, family);
      const rows = metrics.flatMap((of) => treatments.map((variant) => ({ metric: of, variant })));
      const familyOf = familiesOf(rows, state, (row) => {
        const found = ask(row.metric, row.variant, state.relative);
        // In percent of nothing there is no answer; the question is there all the same.
        return (found.control === 0 ? ask(row.metric, row.variant, false) : found).pValue;
      });
      const family = familyOf(metric, treatment);
      const comparison = ask(metric, treatment, state.relative, family);
      const hasPrior = state.method === "bayes" && state.prior_sd > 0;
      const otherScale =
        hasPrior || comparison.control === 0 ? null : ask(metric, treatment, !state.relative, family);
      const ratio = sampleRatio(source.counts, source.expected);
      const value = worthOfEffect(comparison, state);
      const plannedEnd = plannedEndOf(source, state, day);
      const verdict = verdictOf(comparison, {
        smallestWorthwhile: state.worthwhile,
        relative: state.worthwhile_relative,
        sampleRatio: ratio,
        guardrails: metrics
          .filter((other) => other.guardrail && other !== metric)
          .map((other) => [other.name, ask(other, treatment, state.relative)] as const),
        plannedEnd,
        value,
        otherScale,
        perDay: source.perDay,
        unit: metric.unit,
        currency: state.currency,
      });
      const forestRelative = state.relative || metrics.length > 1;
      const early = plannedEnd !== null && (state.method === "welch" || state.method === "z");
      return {
        source,
        comparison,
        ratio,
        value,
        verdict,
        plannedEnd,
        guarded: ratio.verdict === "mismatch" || early,
        tone: toneOf(comparison),
        forest: rows.map(({ metric: of, variant }) => ({
          metric: of,
          variant,
          comparison: ask(of, variant, forestRelative, familyOf(of, variant)),
          alone: ask(of, variant, forestRelative),
        })),
        forestRelative,
      };
    },
  };
}

export function questionOf(state: State, metric: Metric, relative: boolean): Partial<Question> {
  return {
    relative,
    method: state.method,
    interval: state.interval,
    level: state.level,
    alternative: state.alternative,
    direction: metric.direction,
    ...(state.method === "bayes" && { priorSd: state.prior_sd || Infinity }),
    ...(state.method === "sequential" && state.tuning_n > 0 && { tuningN: state.tuning_n }),
  };
}

/** The family of each finding, from the p-values on the scale that decides; guardrails are asked alone. */
function familiesOf<Row extends Pick<Finding, "metric" | "variant">>(
  rows: readonly Row[],
  { correction }: State,
  pValueOf: (row: Row) => number,
): (metric: Metric, variant: string) => Family {
  const deciding = rows.filter(({ metric }) => !metric.guardrail);
  const found = families(deciding.map(pValueOf), correction);
  return (metric, variant) =>
    found[deciding.findIndex((row) => row.metric === metric && row.variant === variant)] ?? ALONE;
}

function worthOfEffect(comparison: Comparison, state: State): Value | null {
  const { contacts, margin, cost, horizon_days, currency } = state;
  const needsBase = comparison.relative && !(comparison.control > 0);
  if (!(contacts > 0 && margin > 0) || needsBase) return null;
  return worthOf(comparison, {
    contacts,
    margin,
    costPerContact: cost,
    horizonDays: horizon_days > 0 ? horizon_days : null,
    baseline: comparison.control,
    currency,
  });
}

/** The end that was planned, while the data haven't reached it. */
export function plannedEndOf(source: Source, state: State, day: (date: string) => string): string | null {
  const { planned_end, planned_n } = state;
  const today = source.until || new Date().toISOString().slice(0, 10);
  if (planned_end !== "" && today < planned_end) return day(planned_end);
  const units = source.counts.reduce((sum, n) => sum + n, 0);
  return planned_n > units ? `${integer(planned_n)} units` : null;
}

/** Whether the interval is clear of zero, and on which side. */
export function toneOf({ lower, upper, direction }: Comparison): Tone {
  if (lower > 0) return direction === "up" ? "good" : "bad";
  if (upper < 0) return direction === "up" ? "bad" : "good";
  return "open";
}

/** A metric whose sums the page doesn't have: Python's own row of the forest. */
function readyMade(
  state: State,
  metric: Metric,
  variant: string,
  relative: boolean,
  family: Family,
): Comparison {
  const rows = decodeRows<ForestRow>((state._forest as { frame?: WireFrame }).frame);
  const row = rows.find((other) => other.metric === metric.name && other.variant === variant);
  const [effect, lower, upper] = relative
    ? [row?.relative_effect, row?.relative_lower, row?.relative_upper]
    : [row?.effect, row?.lower, row?.upper];
  const { level, method, interval, alternative } = state;
  return {
    ...{ relative, level, method, interval, alternative, direction: metric.direction, share: metric.share },
    ...{ prior: "normal", priorMean: 0, priorSd: Infinity, tuningN: state.tuning_n, family },
    effect: effect ?? MISSING,
    lower: lower ?? MISSING,
    upper: upper ?? MISSING,
    pValue: correctedP(family, row?.p_value ?? MISSING),
    control: row?.control_mean ?? MISSING,
    treatment: row?.mean ?? MISSING,
    nControl: row?.n_control ?? MISSING,
    nTreatment: row?.n ?? MISSING,
    message: row?.message || (row ? "" : `There are no figures of ${metric.name} for ${variant}.`),
    probability: row?.probability ?? MISSING,
    expectedLoss: row?.expected_loss ?? MISSING,
    standardError: MISSING,
    statistic: MISSING,
    df: MISSING,
    curve: null,
  };
}
