/** What people do to a plan, and how to take it back. */
import { createAsking } from "../../kit/asking";
import type { Requests } from "../../kit/requests";
import type { Saving } from "../../kit/saving";
import type { Budget } from "./budget";
import { boundsFor, limitsOf } from "./limits";
import { absorb, spread } from "./maths/absorb";
import { at, concave } from "./maths/curves";
import { type Filled, fill } from "./maths/filling";
import { programme } from "./maths/shaped";
import { sum } from "./outcome";
import type { Scene } from "./scene";
import type { State } from "./wire";

export interface Moves {
  /** A channel is on the way to an amount; the others absorb it while the total is pinned. */
  move(channel: number, amount: number): void;
  /** The hand lets go: this is a step that can be taken back. */
  rest(): void;
  /** Another total; the channels share the difference. */
  setTotal(total: number): void;
  /** A whole plan at once: a scenario, a point of the frontier, the current spend. */
  take(spend: ArrayLike<number>, total?: number): void;
  /** The best plan for what is asked; by Python where the page can't. */
  optimize(): void;
  /** The best plan in which no channel goes further from its current spend than `CAUTIOUS`. */
  cautiously(): void;
  undo(): void;
  canUndo(): boolean;
  /** What Python is doing to find the best plan. */
  progress: HTMLElement;
}

export interface MovesOptions {
  scene(): Scene;
  saving: Saving<State>;
  requests: Requests;
  signal: AbortSignal;
}

/** How far a cautious move goes, as a share of the current spend. */
export const CAUTIOUS = 0.2;
const MOST_STEPS = 100;

interface Step {
  /** Amounts are for its horizon. */
  budget: Budget;
  before: Pick<State, "spend" | "total" | "room">;
}

export function createMoves({ scene, saving, requests, signal }: MovesOptions): Moves {
  const steps: Step[] = [];
  /** Where a hand began, once it has moved something. */
  let begun: Step | null = null;
  let asked: Step | null = null;
  const here = (): Step => {
    const { budget, state } = scene();
    const { spend, total, room } = state;
    return { budget, before: { spend, total, room } };
  };
  const remember = (step: Step | null) => {
    if (step) steps.push(step);
    if (steps.length > MOST_STEPS) steps.shift();
  };
  const last = () => {
    const step = steps.at(-1);
    return step?.budget === scene().budget ? step : undefined;
  };
  const asking = createAsking(requests, {
    name: "optimize",
    doing: "Looking for the best plan…",
    done: () => remember(asked),
    signal,
  });
  const named = (spend: ArrayLike<number>) =>
    Object.fromEntries(scene().budget.channels.map((name, c) => [name, at(spend, c)]));
  const take = (spend: ArrayLike<number>, total = sum(spend), room = scene().state.room) => {
    const now = scene();
    // What changes nothing is no step to take back.
    if (!same(spend, now.spend) || total !== now.total || room !== now.state.room) remember(here());
    saving.rest({ spend: named(spend), total, room });
  };
  const search = (room: number) => {
    const now = scene();
    const { budget, state, total } = now;
    if (now.findsBest) {
      const limits = limitsOf(budget, { ...state, room });
      take(bestAt({ ...now, limits }, total).spend, total, room);
      return;
    }
    asked = here();
    saving.rest({ room });
    asking.ask();
  };

  return {
    move(channel, amount) {
      const { spend, limits, state, total } = scene();
      let plan: Float64Array = Float64Array.from(spend);
      if (state.pinned) plan = absorb(spend, channel, amount, limits, limits.locked);
      else plan[channel] = Math.min(Math.max(amount, at(limits.lower, channel)), at(limits.upper, channel));
      if (!same(plan, spend)) begun ??= here();
      saving.move({ spend: named(plan), total: state.pinned ? total : sum(plan) });
    },
    rest() {
      remember(begun);
      begun = null;
      saving.rest();
    },
    setTotal(total) {
      const { spend, limits } = scene();
      take(spread(spend, total, limits, limits.locked), total);
    },
    take,
    optimize: () => search(scene().state.room),
    cautiously: () => search(Math.min(CAUTIOUS, scene().state.room)),
    undo() {
      if (last()) saving.rest(last()?.before);
      steps.pop();
    },
    canUndo: () => last() !== undefined,
    progress: asking.element,
  };
}

const SAME = 1e-9;

function same(first: ArrayLike<number>, second: Float64Array): boolean {
  const slack = SAME * (sum(second) || 1);
  return second.every((amount, c) => Math.abs(amount - at(first, c)) <= slack);
}

type Question = Pick<Scene, "budget" | "limits" | "spend">;

/** The best plan for a total within the limits; the nearest total where they don't allow it. */
export function bestAt(question: Question, total: number): Filled {
  const bounds = boundsFor(question.limits, question.spend);
  return (tame(question) ? fill : programme)(question.budget.curves, total, bounds);
}

/** Whether all curves are concave within the limits, so that the best plan is found at once. */
export function tame({ budget: { curves, channels }, limits, spend }: Question): boolean {
  const { lower, upper } = boundsFor(limits, spend);
  return channels.every((_, c) => concave(curves, c, at(lower, c), at(upper, c)));
}
