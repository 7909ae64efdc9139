/** What Python sends over the private traits, typed; and the model as this widget knows it. */
import type { Value, WireFrame } from "../../kit/frames";
import type { Model } from "../../kit/model";
import type { Note } from "../../kit/notes";
import type { Arms, Sample } from "./maths/estimate";
import type { ABCalculatorState } from "./state";

export type State = ABCalculatorState;
export type CalculatorModel = Model<State>;
export type Tab = State["tab"];

export interface WireMetric {
  name: string;
  kind: "proportion" | "mean" | "ratio" | "quantile";
  direction?: "up" | "down";
  guardrail?: boolean;
  unit?: string;
  samples?: Record<string, Sample>;
  /** Of quantiles, and after an adjustment: estimates of the control and of that variant. They go before the samples. */
  arms?: Record<string, Omit<Arms, "df"> & { df: number | null }>;
}

export interface DataState {
  metrics?: WireMetric[];
  variants?: string[];
  control?: string;
  expected?: Record<string, number> | null;
  /** Units by variant. */
  counts?: Record<string, number>;
  /** The data's last day, YYYY-MM-DD. */
  until?: string;
  /** Units that enter per day, all arms together. */
  per_day?: number | null;
}

/** A row of the forest as Python worked it out: shown where the page has no sums to do it itself. */
export interface ForestRow extends Record<string, Value> {
  metric: string;
  variant: string;
  n: number | null;
  n_control: number | null;
  mean: number | null;
  control_mean: number | null;
  probability: number | null;
  expected_loss: number | null;
  effect: number | null;
  lower: number | null;
  upper: number | null;
  p_value: number | null;
  p_adjusted: number | null;
  relative_effect: number | null;
  relative_lower: number | null;
  relative_upper: number | null;
  message: string | null;
}

export interface RunningRow extends Record<string, Value> {
  date: number;
  look: number;
  n: number;
  effect: number | null;
  lower: number | null;
  upper: number | null;
  seq_lower: number | null;
  seq_upper: number | null;
  p_value: number | null;
}

export interface RunningState {
  frame: WireFrame;
  metric?: string;
  variant?: string;
  /** YYYY-MM-DD; "" for none. */
  planned_end?: string;
  note?: string;
}

export interface LiftRow extends Record<string, Value> {
  segment: string;
  n: number;
  raw: number | null;
  raw_lower: number | null;
  raw_upper: number | null;
  shrunken: number | null;
  lower: number | null;
  upper: number | null;
}

export interface LiftState {
  frame: WireFrame;
  note?: string;
  /** The column that tells the segments apart. */
  by?: string;
  relative?: boolean;
}

export interface ViewState {
  headline: string;
  notes: Note[];
  footer: string;
  title: string;
  code: string;
  /** Whether the numbers are the ones that a call without data begins with. */
  example: boolean;
  has: { kernel: boolean; source: boolean; date: boolean; segments: string[] };
}

const NOTHING: ViewState = {
  headline: "",
  notes: [],
  footer: "",
  title: "A/B calculator",
  code: "",
  example: false,
  has: { kernel: false, source: false, date: false, segments: [] },
};

export const viewOf = (model: CalculatorModel): ViewState => {
  const given = model.get("_view") as unknown as Partial<ViewState>;
  return { ...NOTHING, ...given, has: { ...NOTHING.has, ...given.has } };
};

/** The running effect and the lift, `null` until Python has worked them out. */
export const runningOf = (model: CalculatorModel) => filled<RunningState>(model.get("_running"));
export const liftOf = (model: CalculatorModel) => filled<LiftState>(model.get("_lift"));

function filled<T extends { frame: WireFrame }>(found: Record<string, unknown>): T | null {
  return found && "frame" in found ? (found as unknown as T) : null;
}
