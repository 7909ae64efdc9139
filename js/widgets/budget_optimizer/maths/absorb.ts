/** Moving money by hand: one channel is moved and the others absorb it, or the total changes and all share it. */
import { at } from "./curves";
import type { Bounds } from "./filling";

/**
 * The plan after a channel was moved, of the same sum. It goes as far as its bounds and the others allow; locked
 * channels stay, but the one that is moved may be locked.
 */
export function absorb(
  spend: ArrayLike<number>,
  channel: number,
  amount: number,
  bounds: Bounds,
  locked: ArrayLike<boolean>,
): Float64Array {
  const { lower, upper } = bounds;
  const plan = Float64Array.from(spend);
  const others: number[] = [];
  let [fall, rise] = [0, 0];
  plan.forEach((own, c) => {
    if (c === channel || locked[c]) return;
    others.push(c);
    fall += Math.max(own - at(lower, c), 0);
    rise += Math.max(at(upper, c) - own, 0);
  });
  const wished = Math.min(Math.max(amount, at(lower, channel)), at(upper, channel));
  const change = Math.min(Math.max(wished - at(plan, channel), -rise), fall);
  plan[channel] = at(plan, channel) + change;
  return shared(plan, -change, others, bounds);
}

/** The plan after the total was changed: channels that aren't locked share the difference, as far as bounds allow. */
export function spread(
  spend: ArrayLike<number>,
  total: number,
  bounds: Bounds,
  locked: ArrayLike<boolean>,
): Float64Array {
  const plan = Float64Array.from(spend);
  const free = Array.from(plan.keys()).filter((c) => !locked[c]);
  return shared(plan, total - plan.reduce((sum, amount) => sum + amount, 0), free, bounds);
}

/** Adds an amount to channels in proportion to what they have, as far as their bounds allow. */
function shared(plan: Float64Array, amount: number, channels: number[], { lower, upper }: Bounds) {
  let [left, active] = [amount, channels];
  // Each round takes at least one channel to its bound, or ends.
  while (active.length > 0 && left !== 0) {
    const share = shares(plan, active, left, upper);
    if (!share) break;
    const within: number[] = [];
    let rest = 0;
    active.forEach((c, i) => {
      const wanted = at(plan, c) + left * at(share, i);
      const taken = Math.min(Math.max(wanted, at(lower, c)), at(upper, c));
      plan[c] = taken;
      rest += wanted - taken;
      if (wanted === taken) within.push(c);
    });
    left = rest;
    if (within.length === active.length) break;
    active = within;
  }
  return plan;
}

/** In proportion to the amounts; to the room where all are at nothing, which can't grow in proportion. */
function shares(
  plan: Float64Array,
  active: number[],
  left: number,
  upper: ArrayLike<number>,
): number[] | null {
  const add = (parts: number[]): number => parts.reduce((total, part) => total + part, 0);
  let parts = active.map((c) => at(plan, c));
  if (add(parts) <= 0 && left > 0) parts = active.map((c) => Math.max(at(upper, c) - at(plan, c), 0));
  const whole = add(parts);
  return whole > 0 ? parts.map((part) => part / whole) : null;
}
