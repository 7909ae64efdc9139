/** The best plan for each of several totals, worked out in the page; as in Python (mmm/frontier.py). */
import { decodeRows } from "../../kit/frames";
import { boundsFor } from "./limits";
import { at, marginalOf } from "./maths/curves";
import type { Bounds } from "./maths/filling";
import { bestAt } from "./moves";
import { outcomeFor, sum } from "./outcome";
import type { Scene } from "./scene";
import { type Estimate, frontierOf, type OptimizerModel } from "./wire";

export interface BestPlan {
  total: number;
  spend: Float64Array;
  outcome: Estimate;
  /** What one more unit of money brings, where the limits allow one. */
  next: number | null;
}

const POINTS = 25;
// Around the current total.
const FROM = 0.5;
const TO = 1.5;
const SAME = 1e-9;

/** The totals that are looked at: around the current one, as far as the limits allow. */
export function totalsOf(scene: Scene): number[] {
  const { lower, upper } = boundsFor(scene.limits, scene.spend);
  const [least, most, now] = [sum(lower), sum(upper), sum(scene.budget.opening)];
  let [begin, end] = [Math.max(FROM * now, least), Math.min(TO * now, most)];
  if (begin > end) [begin, end] = [least, most];
  if (end - begin <= SAME * end) return [end];
  return Array.from({ length: POINTS }, (_, i) => begin + (i / (POINTS - 1)) * (end - begin));
}

export function frontierFor(scene: Scene): BestPlan[] {
  const { budget, state } = scene;
  const bounds = boundsFor(scene.limits, scene.spend);
  return totalsOf(scene).map((total) => {
    const { spend } = bestAt(scene, total);
    const { estimate, marginal } = outcomeFor(budget, spend, state.interval);
    return { total: sum(spend), spend, outcome: estimate, next: nextOf(spend, marginal, bounds) };
  });
}

/** The steepest slope of a channel that may still grow. */
export function nextOf(spend: Float64Array, marginal: readonly number[], { upper }: Bounds): number | null {
  const slack = SAME * (sum(spend) || 1);
  const growing = marginal.filter((_, c) => at(spend, c) < at(upper, c) - slack);
  return growing.length > 0 ? Math.max(...growing) : null;
}

/** Whether the page finds the frontier itself: for the mean, without sums and steps, whatever the goal. */
export const foundByPage = ({ state }: Scene): boolean =>
  state.objective === "mean" && state.step === 0 && state.groups.length === 0;

/** What Python found. */
export function frontierFrom({ budget, limits, spend: now }: Scene, model: OptimizerModel): BestPlan[] {
  const bounds = boundsFor(limits, now);
  return decodeRows(frontierOf(model)?.frame).map((row) => {
    const number = (name: string) => Number(row[name] ?? Number.NaN);
    const spend = Float64Array.from(budget.channels, (name) => number(`spend: ${name}`));
    const free = nextOf(spend, marginalOf(budget.curves, spend), bounds);
    return {
      total: number("total"),
      spend,
      outcome: [number("outcome"), number("lower"), number("upper")],
      next: free === null ? null : number("mroas"),
    };
  });
}

/** The plan whose total is nearest. */
export const nearest = (plans: readonly BestPlan[], total: number): number =>
  plans.reduce(
    (best, plan, i) =>
      Math.abs(plan.total - total) < Math.abs((plans[best]?.total ?? Infinity) - total) ? i : best,
    0,
  );

/** What the frontier depends on, to tell whether one is still about the present limits. */
export function questionOf({ state, spend, budget }: Scene): string {
  const held = Object.fromEntries(
    budget.channels.flatMap((name, c) => (state.locked.includes(name) ? [[name, at(spend, c)]] : [])),
  );
  const { objective, level, interval, step, room, min_spend, max_spend, groups, locked } = state;
  return ordered({ objective, level, interval, step, room, min_spend, max_spend, groups, locked, held });
}

/** As JSON with keys in order: Python and the page may write them in different ones. */
export function ordered(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
