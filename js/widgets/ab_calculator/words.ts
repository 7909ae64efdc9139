/** The calculator's own words: names of settings, and effects with what belongs to them. */

import type { Analysis, Finding } from "./analysis";
import type { Comparison } from "./maths/compare";
import { CORRECTION_NAMES } from "./maths/corrections";
import { FORMULAS } from "./maths/planning";
import type { Decision } from "./maths/verdict";
import { chance, change, percent, pValueText, span } from "./maths/wording";
import type { Metric } from "./source";
import type { State } from "./wire";

export const NEEDS_KERNEL = "Needs the notebook: this file holds the experiment as it was exported";

export const DECISIONS: Record<Decision, { label: string; mark: string }> = {
  ship: { label: "Ship", mark: "✓" },
  "keep running": { label: "Keep running", mark: "…" },
  stop: { label: "Stop", mark: "■" },
  "no meaningful difference": { label: "No meaningful difference", mark: "=" },
  "don't read": { label: "Don't read this", mark: "!" },
};

export const METHODS: Record<State["method"], string> = {
  welch: "Welch's t-test",
  z: "z-test",
  bayes: "Bayesian",
  sequential: "Always valid (sequential)",
};

export const INTERVALS: Record<State["interval"], string> = {
  fieller: "Fieller",
  delta: "Delta method",
};

export const ALTERNATIVES: Record<State["alternative"], string> = {
  "two-sided": "In both directions",
  greater: "Only above zero",
  less: "Only below zero",
};

export const CORRECTIONS: Record<State["correction"], string> = { ...CORRECTION_NAMES, none: "None" };

export const FORMULA_LABELS: Record<State["formula"], string> = {
  miller: "Evan Miller",
  pooled: "Pooled normal",
  unpooled: "Unpooled normal",
  cohen: "Cohen's h",
};

export const formulaName = (state: State): string =>
  state.plan_kind === "mean" ? FORMULAS.normal : FORMULAS[state.formula];

/** The unit of effects: points of shares, percent of the control, or the metric's own. */
export function unitOf(metric: Metric, relative: boolean): string {
  return relative ? "%" : metric.share ? "pp" : metric.unit;
}

export const factorOf = (metric: Metric, relative: boolean): number => (relative || metric.share ? 100 : 1);

/** “B against A · Visit”. */
export function matchOf({ source: { treatment, control, metric } }: Analysis): string {
  return [`${treatment} against ${control}`, metric.name].filter(Boolean).join(" · ");
}

/** How the verdict was found, in one line. */
export function methodLine(state: State, comparison: Comparison): string {
  const { method, level, relative, alternative, interval } = comparison;
  const scale = relative ? "percent of the control" : comparison.share ? "points" : "units of the metric";
  const parts = [
    `Decided in ${scale}`,
    METHODS[method],
    `${percent(level)} ${method === "bayes" ? "credible" : "confidence"}`,
  ];
  if (relative && method !== "bayes") parts.push(`${INTERVALS[interval]} interval`);
  if (alternative !== "two-sided") parts.push(ALTERNATIVES[alternative].toLowerCase());
  if (method === "bayes") parts.push(state.prior_sd > 0 ? "normal prior" : "flat prior");
  return parts.join(" · ");
}

/** A mean of an arm: a share as percent. */
export function meanText(value: number, metric: Metric): string {
  return metric.share ? percent(value) : change(value, metric.unit).replace(/^\+/, "");
}

/** “+4.5 pp (+3.9 to +5.2 pp)”. */
export function effectText({ comparison, metric }: Pick<Finding, "comparison" | "metric">): string {
  const { effect, lower, upper, relative, message } = comparison;
  if (Number.isNaN(effect)) return message;
  const unit = unitOf(metric, relative);
  const own = change(effect, unit);
  return Number.isNaN(lower) ? own : `${own} (${span(lower, upper, unit)})`;
}

/** The effect alone. */
export function shortText({ comparison, metric }: Finding): string {
  const { effect, relative, message } = comparison;
  return Number.isNaN(effect) ? message : change(effect, unitOf(metric, relative));
}

/** How sure it is: a p-value, or the chance to be better. */
export function surenessText({ method, probability, pValue }: Comparison): string {
  if (method === "bayes") return Number.isNaN(probability) ? "" : `${chance(probability)} to be better`;
  return Number.isNaN(pValue) ? "" : pValueText(pValue);
}

/** Why figures are grey. */
export const guardText = ({ ratio, plannedEnd }: Analysis): string =>
  ratio.verdict === "mismatch"
    ? "Not to be read: the groups aren't alike."
    : `Not valid yet: the planned end is ${plannedEnd}.`;
