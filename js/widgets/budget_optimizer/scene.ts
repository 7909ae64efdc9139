/** What the screen shows at one moment: the state with what follows from it, worked out once it is asked for. */
import { type Formats, formats } from "../../kit/format";
import { type Budget, budgetOf } from "./budget";
import { conflictOf } from "./conflict";
import { type Limits, limitsOf } from "./limits";
import type { Filled } from "./maths/filling";
import { bestAt, tame } from "./moves";
import { type Comparison, compared, type Outcome, outcomeFor, sum } from "./outcome";
import {
  type OptimizerModel,
  type PlanState,
  planOf,
  type State,
  type TableState,
  tableOf,
  type ViewState,
  viewOf,
} from "./wire";

/** Traits that pictures and texts are drawn from. */
export const DRAWN = [
  "audience_mode",
  "carry_out",
  "currency",
  "goal",
  "goal_value",
  "groups",
  "height",
  "interval",
  "lesson",
  "level",
  "locale",
  "locked",
  "max_spend",
  "min_spend",
  "number_format",
  "objective",
  "periods",
  "pinned",
  "room",
  "scenarios",
  "seasonality",
  "spend",
  "step",
  "tab",
  "table_view",
  "total",
  "week_room",
  "_fit",
  "_frontier",
  "_plan",
  "_schedule",
  "_table",
  "_view",
] as const satisfies readonly (keyof State)[];

export interface Scene {
  state: State;
  view: ViewState;
  formats: Formats;
  budget: Budget;
  /** The plan: totals over the window. */
  spend: Float64Array;
  /** What is to be spent in all; the plan may miss it. */
  total: number;
  limits: Limits;
  plan(): Outcome;
  /** The current plan; `null` where the current spend isn't known. */
  current(): Outcome | null;
  /** The plan against the current one. */
  against(): Comparison | null;
  /** The same plan from all draws, once Python has worked it out. */
  exact: PlanState | null;
  /** Saved plans from all draws, by name, for the present interval. */
  named: PlanState["named"];
  /** Whether the page itself finds the best plan: for the mean at a given total, without sums and steps. */
  findsBest: boolean;
  /** Whether it finds it at once: curves that are concave within the limits. */
  findsAtOnce(): boolean;
  /** The best plan for the total within the limits; `null` where the page can't find it. */
  best(): Filled | null;
  /** Whether the plan on show is the best one: found by the page, or by Python. */
  isBest(): boolean;
  /** Why no plan keeps total and limits; "" where one does. */
  conflict(): string;
}

export type SceneMaker = (model: OptimizerModel) => Scene;

const SAME = 1e-9;

export function createSceneMaker(): SceneMaker {
  let known: { key: string; formats: Formats } | null = null;
  let table: { state: TableState; budget: Budget } | null = null;
  let now: { budget: Budget; interval: number; outcome: Outcome } | null = null;
  return (model) => {
    const state = Object.fromEntries(DRAWN.map((key) => [key, model.get(key)])) as unknown as State;
    const key = `${state.locale}|${state.currency}`;
    if (known?.key !== key) known = { key, formats: formats(state) };
    const raw = tableOf(model);
    if (table?.state !== raw) table = { state: raw, budget: budgetOf(raw) };
    const { budget } = table;
    const { interval } = state;
    const spend = budget.opening.map((own, c) => state.spend[budget.channels[c] ?? ""] ?? own);
    const plan = once(() => outcomeFor(budget, spend, interval));
    const current = once(() => {
      if (!budget.current) return null;
      if (now?.budget !== budget || now.interval !== interval)
        now = { budget, interval, outcome: outcomeFor(budget, budget.current, interval) };
      return now.outcome;
    });
    const told = planOf(model);
    const exact = exactFor(budget, spend, told, interval);
    const findsBest =
      state.objective === "mean" && state.goal === "total" && state.step === 0 && state.groups.length === 0;
    const scene: Scene = {
      state,
      view: viewOf(model),
      formats: known.formats,
      budget,
      spend,
      total: state.total || sum(budget.opening),
      limits: limitsOf(budget, state),
      plan,
      current,
      against: once(() => {
        const before = current();
        return before && compared(plan(), before, interval);
      }),
      exact,
      named: told?.interval === interval ? told.named : {},
      findsBest,
      findsAtOnce: once(() => findsBest && tame(scene)),
      best: once(() => (findsBest ? bestAt(scene, scene.total) : null)),
      isBest: once(() => (findsBest ? isBest(scene) : exact?.optimized === true)),
      conflict: once(() => (state.goal === "total" ? conflictOf(scene) : "")),
    };
    return scene;
  };
}

/** Of the total: amounts nearer than this are the same plan. */
const NEAR = 1e-6;

function isBest({ best, spend, total }: Scene): boolean {
  const found = best()?.spend;
  return found?.every((amount, c) => Math.abs(amount - (spend[c] ?? 0)) <= NEAR * total) ?? false;
}

/** Python's word on the plan, if it is about this one. */
function exactFor(
  { channels }: Budget,
  spend: Float64Array,
  found: PlanState | null,
  interval: number,
): PlanState | null {
  if (!found || found.interval !== interval) return null;
  return isOf(found, channels, spend) ? found : null;
}

/** Whether what Python said is about these amounts. */
export function isOf(
  found: { spend: Record<string, number> },
  channels: readonly string[],
  spend: Float64Array,
): boolean {
  const scale = SAME * (sum(spend) || 1);
  return channels.every((name, c) => Math.abs((found.spend[name] ?? 0) - (spend[c] ?? 0)) <= scale);
}

function once<T>(work: () => T): () => T {
  let done: { result: T } | null = null;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}
