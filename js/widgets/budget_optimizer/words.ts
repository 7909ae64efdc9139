/** The optimizer's own words, and a plan in sentences as Python has it (mmm/plan_words.py). */
import { integer, money, percent, signed, significant } from "../../kit/wording";
import { UNIT } from "./binding";
import type { Budget } from "./budget";
import { at } from "./maths/curves";
import { sum } from "./outcome";
import type { Scene } from "./scene";
import type { Binding, Estimate, State } from "./wire";

export const NEEDS_KERNEL = "Needs the notebook: this file holds the plan as it was exported";

export const OBJECTIVES: Record<State["objective"], string> = {
  mean: "Expected outcome",
  quantile: "Outcome that is reached almost surely",
  cvar: "Mean of the worst cases",
  sharpe: "Mean over standard deviation",
};

export const GOALS: Record<State["goal"], string> = {
  total: "The best plan for the total",
  target: "The cheapest plan that reaches an outcome",
  target_roas: "The largest plan with a return on spend",
  target_mroas: "Spend until the next unit returns",
  target_cpa: "The largest plan with a cost per unit",
  margin: "The largest margin",
};

/** What a goal's number is. */
export const GOAL_VALUES: Record<Exclude<State["goal"], "total">, string> = {
  target: "Outcome to reach",
  target_roas: "Return per unit of money",
  target_mroas: "Return of the next unit of money",
  target_cpa: "Cost per unit of outcome",
  margin: "Worth of a unit of outcome",
};

/** Of the total: a plan that moves less is the current one. */
const UNMOVED = 0.001;
/** Sums of amounts that miss a round one. */
const ROUND = 1e-9;
const DAY_TO_DAY = 1 + 1e-9;
const MOST_NAMED = 3;
const MOST_OF_MOVE = 0.8;

/** What the sentences are about. */
export interface Facts
  extends Pick<Budget, "channels" | "periods" | "target" | "current" | "history" | "peak"> {
  currency: string;
  spend: Float64Array;
  outcome: Estimate;
  /** Against the current plan; `null` where that isn't known. */
  gain: Estimate | null;
  better: number | null;
  /** Whether it is the best that was found, and the limits that bind then. */
  best(): boolean;
  binding(): readonly Binding[];
}

/** What moves and what it brings. */
export function headline(facts: Facts): string {
  const { channels, periods, target, currency, spend, current, gain } = facts;
  const paid = (amount: number) => money(amount, currency);
  const total = sum(spend);
  if (!current || !gain) {
    const [mean, low, high] = facts.outcome;
    return `Expected ${target} of ${money(mean)} (${money(low)} to ${money(high)}) from ${paid(total)} over ${periods} periods.`;
  }
  const change = spend.map((amount, c) => amount - at(current, c));
  const least = UNMOVED * Math.max(total, sum(current));
  if (isUnmoved(spend, current)) return unchanged(facts);
  const more = sum(change.map((amount) => Math.max(amount, 0)));
  const less = sum(change.map((amount) => Math.max(-amount, 0)));
  const difference = more - less;
  const to = largest(channels, change);
  const source = largest(
    channels,
    change.map((amount) => -amount),
  );
  let moves: string;
  if (Math.abs(difference) <= least) moves = `Moves ${paid(more)} from ${source} to ${to}`;
  else if (difference > 0) {
    moves = `Spends ${paid(difference)} more, mostly on ${to}`;
    if (less > least) moves += `, and moves ${paid(less)} there from ${source}`;
  } else {
    moves = `Spends ${paid(-difference)} less, mostly on ${source}`;
    if (more > least) moves += `, and moves ${paid(more)} from there to ${to}`;
  }
  const [expected, low, high] = gain.map((amount) => signed(money(amount)));
  const chance = likely(facts.better ?? Number.NaN);
  return `${moves}; expected ${expected} ${target} (${low} to ${high}); ${chance} chance of beating the current plan.`;
}

/** Whether a plan is the current one, as far as sentences tell them apart. */
export function isUnmoved(spend: Float64Array, current: Float64Array): boolean {
  const moved = sum(spend.map((amount, c) => Math.abs(amount - at(current, c))));
  return moved <= UNMOVED * Math.max(sum(spend), sum(current));
}

function unchanged({ best, binding }: Facts): string {
  if (!best()) return "This is the current plan.";
  const limits = binding()
    .filter(({ kind }) => kind !== "total")
    .map(({ limit }) => limit);
  return limits.length > 0
    ? `No better plan within these limits; ${namedList(limits)} ${limits.length > 1 ? "bind" : "binds"}.`
    : "No better plan: one more unit of money brings the same in every channel that spends.";
}

/** What to be careful about: channels beyond their history. */
export function extrapolations({ channels, currency, spend, history, peak }: Facts): string[] {
  return channels.flatMap((name, c) => {
    const amount = at(spend, c);
    const times = amount > 0 ? amount / at(history, c) : 0;
    if (!(times > DAY_TO_DAY)) return [];
    const past = Number.isFinite(times)
      ? `${significant(times)} × its highest past spend`
      : "without any past spend";
    return [`${name} at ${money(amount * at(peak, c), currency)} in a period is ${past}: an extrapolation.`];
  });
}

/** How a sentence about a limit begins. */
export const STOP = "Limit that binds";

/** The limits that hold the plan back most. */
export function stops({ best, binding, target, spend }: Facts): string[] {
  if (!best()) return [];
  const unit = unitOf(sum(spend));
  return binding()
    .filter(({ kind }) => kind !== "total" && kind !== "lock")
    .slice(0, 2)
    .map(({ limit, value_of_1000 }) => {
      const worth = significant((value_of_1000 * unit) / UNIT);
      return `${STOP}: ${limit}; ${significant(unit)} more room would be worth about ${worth} ${target}.`;
    });
}

/** The channels that make up most of what moves in one direction. */
function largest(channels: readonly string[], change: Float64Array): string {
  const order = channels
    .map((name, c) => ({ name, amount: at(change, c) }))
    .filter(({ amount }) => amount > 0)
    .sort((a, b) => b.amount - a.amount);
  const whole = order.reduce((total, { amount }) => total + amount, 0);
  const shown: string[] = [];
  let seen = 0;
  for (const { name, amount } of order) {
    if (seen >= MOST_OF_MOVE * whole || shown.length === MOST_NAMED) break;
    shown.push(name);
    seen += amount;
  }
  return namedList(shown);
}

/** “tv, radio and 2 more”. */
export function namedList(names: readonly string[]): string {
  if (names.length > MOST_NAMED)
    return `${names.slice(0, MOST_NAMED).join(", ")} and ${names.length - MOST_NAMED} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? "");
}

/** In whole percent; draws can't tell what is rarer. */
export function likely(share: number): string {
  if (share > 0.99) return "over 99 %";
  return share < 0.01 ? "under 1 %" : percent(Math.round(100 * share) / 100);
}

/** “+12 %”; “new” where there was nothing. */
export function changeText(amount: number, current: number): string {
  if (!(current > 0)) return amount > 0 ? "new" : "0 %";
  const percents = (100 * (amount - current)) / current;
  const digits = Math.abs(percents) < 9.95 ? 1 : 0;
  return `${signed(
    percents
      .toFixed(digits)
      .replace("-", "−")
      .replace(/^−(0(\.0)?)$/, "$1"),
  )} %`;
}

/** What a period is called after an amount: “a week”. */
export const each = (period: string): string => (period === "period" ? "per period" : `a ${period}`);

/** The step of money whose worth is told: 1,000, and less where the whole budget is small; as in Python. */
export function unitOf(total: number): number {
  const tenth = total / 10;
  return tenth > 0 && tenth < UNIT ? 10 ** Math.floor(Math.log10(tenth) + ROUND) : UNIT;
}

/** “about 40 seconds”, “about 3 minutes”. */
export function aboutTime(seconds: number): string {
  if (seconds < 90) return `about ${integer(Math.max(5, 5 * Math.round(seconds / 5)))} seconds`;
  return seconds < 5400
    ? `about ${integer(Math.round(seconds / 60))} minutes`
    : `about ${significant(Math.round(seconds / 360) / 10)} hours`;
}

/** “1,234,567 (1,100,000 to 1,400,000)”. */
export const estimateText = ([mean, low, high]: Estimate): string =>
  `${money(mean)} (${money(low)} to ${money(high)})`;

export function factsOf(scene: Scene, binding: () => readonly Binding[]): Facts {
  const { budget, state, spend, isBest } = scene;
  const against = scene.against();
  return {
    ...budget,
    currency: state.currency,
    spend,
    outcome: scene.plan().estimate,
    gain: against?.gain ?? null,
    better: against?.better ?? null,
    best: isBest,
    binding,
  };
}
