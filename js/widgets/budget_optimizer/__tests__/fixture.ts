/** The optimizer as Python opens it: channels as many as wanted, Python's word on a plan, and what stands around. */
import type { PlanState, State, ViewState } from "../wire";
import { budgetState, type Channel, EIGHT } from "./pictures_fixture";

export const TWO: Channel[] = [
  { name: "TV", current: 500_000, scale: 300_000, most: 600_000 },
  { name: "Search", current: 100_000, scale: 300_000, most: 900_000 },
];

/** Channels with names as long as people have them. */
export const many = (count: number): Channel[] =>
  Array.from({ length: count }, (_, c) => {
    const like = EIGHT[c % (EIGHT.length - 1)] as Channel;
    return { ...like, name: `${like.name} ${c + 1}` };
  });

export const view = (changes: Partial<ViewState> = {}): State["_view"] => ({
  health: { status: "good", text: "Model checks passed", sentences: ["The chains agree."] },
  usable: true,
  expected_seconds: null,
  notes: [],
  footer: "Totals over 26 weeks, with what they still bring in the 8 after",
  title: "Budget for revenue",
  code: "BudgetOptimizer(model)",
  period: "week",
  has: { kernel: true, model: true, horizon: true, schedule: true, provisional: false },
  ...changes,
});

/** An optimizer with a view of its own. */
export const optimizerState = (
  changes: Partial<State> = {},
  about: Partial<ViewState> = {},
  channels: readonly Channel[] = TWO,
): State => budgetState(channels, { _view: view(about), ...changes });

/** Python's word on a plan of two channels. */
export const planState = (changes: Partial<PlanState> = {}): State["_plan"] => ({
  spend: { TV: 500_000, Search: 100_000 },
  interval: 0.9,
  outcome: [741_012, 600_000, 900_000],
  current: [741_012, 600_000, 900_000],
  gain: [0, 0, 0],
  better: 0.5,
  sentences: ["This is the current plan."],
  binding: [],
  optimized: false,
  method: "",
  named: {},
  ...changes,
});
