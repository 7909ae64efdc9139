/** How far each channel may go; as in Python (budget_optimizer/bounds.py). */
import type { Budget } from "./budget";
import { at } from "./maths/curves";
import type { State } from "./wire";

export interface Limits {
  lower: Float64Array;
  upper: Float64Array;
  locked: boolean[];
}

export function limitsOf(
  { channels, current, reach }: Budget,
  { room, min_spend, max_spend, locked }: Pick<State, "room" | "min_spend" | "max_spend" | "locked">,
): Limits {
  const lower = new Float64Array(channels.length);
  const upper = Float64Array.from(reach);
  channels.forEach((name, c) => {
    const end = at(reach, c);
    if (current) {
      lower[c] = Math.max(at(current, c) * (1 - room), 0);
      upper[c] = Math.min(at(current, c) * (1 + room), end);
    }
    const least = min_spend[name];
    const most = max_spend[name];
    if (least !== undefined) {
      lower[c] = Math.min(least, end);
      upper[c] = Math.max(at(upper, c), at(lower, c));
    }
    if (most !== undefined) {
      upper[c] = Math.min(most, end);
      lower[c] = Math.min(at(lower, c), at(upper, c));
    }
  });
  return { lower, upper, locked: channels.map((name) => locked.includes(name)) };
}

/** Bounds as the search for the best plan takes them: a lock holds a channel where the plan has it. */
export function boundsFor(limits: Limits, spend: Float64Array) {
  const held = (bound: Float64Array) => bound.map((own, c) => (limits.locked[c] ? at(spend, c) : own));
  return { lower: held(limits.lower), upper: held(limits.upper) };
}
