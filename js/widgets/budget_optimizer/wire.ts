/** What Python sends over the private traits, typed; and the model as this widget knows it. */
import type { Value, WireFrame } from "../../kit/frames";
import type { Model } from "../../kit/model";
import type { Note } from "../../kit/notes";
import type { BudgetOptimizerState } from "./state";

export type State = BudgetOptimizerState;
export type OptimizerModel = Model<State>;
export type Tab = Exclude<State["tab"], "">;

type Buffer = DataView | ArrayBuffer | ArrayBufferView;

/** The response curves: little-endian buffers, channel after channel. */
export interface TableState {
  channels: string[];
  periods: number;
  carryOut: number;
  target: string;
  /** Knots of the mean curves, of the draws' curves, and how many draws. */
  points: number;
  drawPoints: number;
  draws: number;
  grid: Buffer;
  mean: Buffer;
  meanSlope: Buffer;
  drawGrid: Buffer;
  response: Buffer;
  slope: Buffer;
  carryIn: Buffer;
  /** Response to earlier spend, the mean of all draws. */
  carryInMean: number;
  current: number[] | null;
  /** Most ever spent in a period. */
  historyMax: number[] | null;
  /** Share of a channel's total in its highest period. */
  peak: number[];
  /** Shares of all periods, channel by channel, where no schedule can be made. */
  profile?: number[][] | null;
}

/** Mean, lower and upper end. */
export type Estimate = [number, number, number];

/** A limit that stands in the way. */
export interface Binding {
  limit: string;
  kind: string;
  name: string;
  amount: number;
  /** What the objective gains when it gives way by 1,000. */
  value_of_1000: number;
}

/** The plan from all draws, for the spend it names. */
export interface PlanState {
  spend: Record<string, number>;
  interval: number;
  outcome: Estimate;
  current: Estimate | null;
  gain: Estimate | null;
  better: number | null;
  sentences: string[];
  binding: Binding[];
  /** Whether it is the best that was found, in Python. */
  optimized: boolean;
  method: string;
  /** The saved plans by name. */
  named: Record<string, SavedPlan>;
}

/** A saved plan from all draws, for the spend it names. */
export interface SavedPlan {
  spend: Record<string, number>;
  outcome: Estimate;
  better: number | null;
}

export type HealthStatus = "good" | "look" | "bad" | "quick" | "none";

export interface ViewState {
  health: { status: HealthStatus; text: string; sentences: string[] };
  /** Whether budgets may be planned with the model. */
  usable: boolean;
  /** Seconds that the full fit of a quick estimate takes. */
  expected_seconds: number | null;
  notes: Note[];
  footer: string;
  title: string;
  /** "" for viewers and in exported files. */
  code: string;
  /** “week”, “day”, “month” or “period”. */
  period: string;
  has: { kernel: boolean; model: boolean; horizon: boolean; schedule: boolean; provisional: boolean };
}

export interface ScheduleRow extends Record<string, Value> {
  channel: string;
  week: number;
  spend: number;
}

export interface ScheduleState {
  /** The plan whose totals it keeps. */
  of: Record<string, number>;
  /** The `week_room` and `interval` that it was made for. */
  room: number;
  interval: number;
  frame: WireFrame;
  seasonality: number[];
  sentence: string;
  /** Periods beyond anything that was ever spent. */
  cautions: string[];
  outcome: Estimate;
  /** Against an even spread. */
  gain: Estimate;
  better: number;
}

export interface ContributionRow extends Record<string, Value> {
  date: number;
  term: string;
  kind: "baseline" | "control" | "channel";
  mean: number;
  lower: number;
  upper: number;
}

export interface WaterfallRow extends Record<string, Value> {
  term: string;
  kind: "baseline" | "control" | "channel" | "total";
  mean: number;
  lower: number;
  upper: number;
  share: number;
  start: number;
  end: number;
}

export interface FittedRow {
  date: number;
  /** Of a model with geos, a row for each. */
  geo?: string;
  outcome: number;
  mean: number;
  lower: number;
  upper: number;
  residual: number;
}

export interface RoasRow extends Record<string, Value> {
  channel: string;
  spend: number;
  contribution: number;
  contribution_lower: number;
  contribution_upper: number;
  roas: number | null;
  roas_lower: number | null;
  roas_upper: number | null;
  mroas: number | null;
  mroas_lower: number | null;
  mroas_upper: number | null;
}

export interface HalfLifeRow extends Record<string, Value> {
  channel: string;
  half_life: number | null;
  lower: number | null;
  upper: number | null;
  peak: number;
}

export interface ParameterRow {
  parameter: string;
  prior_mean: number;
  prior_sd: number;
  mean: number;
  sd: number;
  /** Share of the prior's variance that the data took away. */
  learnt: number;
  rhat?: number | null;
  ess_bulk?: number | null;
  ess_tail?: number | null;
}

export interface CheckRow extends Record<string, Value> {
  check: string;
  status: "good" | "look" | "bad";
  value: number | null;
  sentence: string;
}

export interface FitState {
  contributions: WireFrame;
  waterfall: WireFrame;
  fitted: WireFrame;
  roas: RoasRow[];
  half_life: HalfLifeRow[];
  parameters: ParameterRow[];
  checks: CheckRow[];
  period: string;
}

export interface FrontierState {
  /** A row per total: `total`, `outcome` with its ends, `mroas`, and a column “spend: …” per channel. */
  frame: WireFrame;
  /** The inputs that it answers: traits by name, and where locked channels are held. */
  asked: Record<string, unknown>;
}

export interface Scenario {
  name: string;
  spend: Record<string, number>;
}

/** A trait that Python fills; `null` while it is empty. */
function filled<T>(model: OptimizerModel, name: "_plan" | "_schedule" | "_frontier" | "_fit"): T | null {
  const value = model.get(name);
  return Object.keys(value).length > 0 ? (value as T) : null;
}

export const tableOf = (model: OptimizerModel) => model.get("_table") as unknown as TableState;
export const viewOf = (model: OptimizerModel) => model.get("_view") as unknown as ViewState;
export const planOf = (model: OptimizerModel) => filled<PlanState>(model, "_plan");
export const scheduleOf = (model: OptimizerModel) => filled<ScheduleState>(model, "_schedule");
export const frontierOf = (model: OptimizerModel) => filled<FrontierState>(model, "_frontier");
export const fitOf = (model: OptimizerModel) => filled<FitState>(model, "_fit");
export const scenariosOf = (model: OptimizerModel) => model.get("scenarios") as unknown as Scenario[];
