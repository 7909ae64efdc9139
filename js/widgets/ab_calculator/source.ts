/** What is compared: variants and metrics, from typed counts or from Python's sums. */

import { draftsOf, readDrafts, sampleOf } from "./counts";
import { type Arms, armsOf, type Sample } from "./maths/estimate";
import type { DataState, State, WireMetric } from "./wire";

export interface Metric {
  name: string;
  /** Whether its values are shares, written in percent and points. */
  share: boolean;
  direction: "up" | "down";
  guardrail: boolean;
  unit: string;
  /** Control and that treatment as estimates; `null` where the page has no sums of them. */
  arms(treatment: string): Arms | null;
}

export interface Source {
  typed: boolean;
  control: string;
  treatments: string[];
  /** The treatment on show. */
  treatment: string;
  metrics: Metric[];
  /** The metric on show. */
  metric: Metric;
  /** Units by variant, the control first. */
  counts: number[];
  /** The planned split in the same order; by default an equal one. */
  expected: number[] | undefined;
  until: string;
  perDay: number | null;
}

/** The source, or in words why there is none. */
export function sourceOf(state: State, decimal: string): Source | string {
  const data = state._data as DataState;
  return data.metrics
    ? fromData(data as DataState & { metrics: WireMetric[] }, state)
    : fromCounts(state, decimal);
}

function fromCounts(state: State, decimal: string): Source | string {
  const { kind, direction, counts } = state;
  const { rows, wrong } = readDrafts(draftsOf(counts), kind, decimal);
  if (rows.length < 2) return "One variant can't be compared. Add another.";
  const [first] = wrong.values();
  if (first !== undefined) return first;
  const samples = new Map(rows.map((row) => [row.variant, sampleOf(row, kind)]));
  const names = [...samples.keys()];
  const { control, treatments } = ordered(names, state.control);
  const metric: Metric = {
    name: "",
    share: kind === "proportion",
    direction,
    guardrail: false,
    unit: "",
    arms: (treatment) => pairOf(samples.get(control), samples.get(treatment)),
  };
  return {
    typed: true,
    control,
    treatments,
    treatment: chosenOf(treatments, state.treatment),
    metrics: [metric],
    metric,
    counts: [control, ...treatments].map((name) => samples.get(name)?.n ?? 0),
    expected: undefined,
    until: "",
    perDay: null,
  };
}

function fromData(data: DataState & { metrics: WireMetric[] }, state: State): Source | string {
  const names = data.variants ?? Object.keys(data.counts ?? {});
  if (names.length < 2) return "One variant can't be compared: the table holds no other.";
  const { control, treatments } = ordered(names, data.control ?? state.control);
  const metrics = data.metrics.map((metric) => metricOf(metric, control));
  const metric =
    metrics.find(({ name }) => name === state.metric) ??
    metrics.find(({ guardrail }) => !guardrail) ??
    metrics[0];
  if (!metric) return "There is no metric to compare.";
  const variants = [control, ...treatments];
  const { expected, counts } = data;
  return {
    typed: false,
    control,
    treatments,
    treatment: chosenOf(treatments, state.treatment),
    metrics,
    metric,
    counts: variants.map((name) => counts?.[name] ?? 0),
    expected: expected ? variants.map((name) => expected[name] ?? 0) : undefined,
    until: data.until ?? "",
    perDay: data.per_day ?? null,
  };
}

function ordered(names: readonly string[], wanted: string): { control: string; treatments: string[] } {
  const control = names.includes(wanted) ? wanted : (names[0] ?? "");
  return { control, treatments: names.filter((name) => name !== control) };
}

const chosenOf = (treatments: readonly string[], wanted: string): string =>
  treatments.includes(wanted) ? wanted : (treatments[0] ?? "");

function metricOf(wire: WireMetric, control: string): Metric {
  const { name, kind, direction = "up", guardrail = false, unit = "", samples, arms } = wire;
  return {
    name,
    share: kind === "proportion",
    direction,
    guardrail,
    unit,
    arms(treatment) {
      const adjusted = arms?.[treatment];
      // JSON knows no infinite degrees of freedom.
      if (adjusted) return { ...adjusted, df: adjusted.df ?? Infinity };
      return pairOf(samples?.[control], samples?.[treatment]);
    },
  };
}

const pairOf = (control: Sample | undefined, treatment: Sample | undefined): Arms | null =>
  control && treatment ? armsOf(control, treatment) : null;

/** The control's own mean, for baselines. */
export const baselineOf = (source: Source): number =>
  source.metric.arms(source.treatment)?.control ?? Number.NaN;
