/** The best plan for curves of any shape: dynamic programming in steps, then ever finer exchanges between channels. */
import { at, type Curves, outcomeOf, slopeAt, valueAt } from "./curves";
import type { Bounds, Filled } from "./filling";

const UNITS = 600;
const FINEST = 1e-12;

/** The plan that spends a total; the nearest where the bounds don't allow it. */
export function programme(curves: Curves, total: number, bounds: Bounds): Filled {
  const { lower, upper } = bounds;
  const [least, most] = [added(lower), added(upper)];
  const free = Math.min(Math.max(total, least), most) - least;
  const plan = Float64Array.from(lower);
  if (free > 0) {
    const step = free / UNITS;
    taken(curves, bounds, step).forEach((units, c) => {
      plan[c] = at(lower, c) + units * step;
    });
    // Where bounds aren't whole steps a little is left over.
    let left = least + free - added(plan);
    plan.forEach((own, c) => {
      const more = Math.min(left, at(upper, c) - own);
      plan[c] = own + more;
      left -= more;
    });
    for (let size = step; size > FINEST * free; size /= 2) while (exchanged(curves, plan, size, bounds));
  }
  return { spend: plan, price: price(curves, plan, bounds), outcome: outcomeOf(curves, plan) };
}

const added = (amounts: ArrayLike<number>): number =>
  Array.from(amounts).reduce((sum, amount) => sum + amount, 0);

/** Bellman's recursion: how many steps each channel takes of the whole. */
function taken(curves: Curves, { lower, upper }: Bounds, step: number): number[] {
  let value = new Float64Array(UNITS + 1).fill(Number.NEGATIVE_INFINITY);
  value[0] = 0;
  const choices: Uint16Array[] = [];
  for (let c = 0; c < curves.channels; c += 1) {
    const most = Math.min(UNITS, Math.floor((at(upper, c) - at(lower, c)) / step + 1e-9));
    const gain = Float64Array.from({ length: most + 1 }, (_, k) =>
      valueAt(curves, c, at(lower, c) + k * step),
    );
    const next = new Float64Array(UNITS + 1).fill(Number.NEGATIVE_INFINITY);
    const choice = new Uint16Array(UNITS + 1);
    for (let s = 0; s <= UNITS; s += 1)
      for (let k = 0; k <= Math.min(s, most); k += 1) {
        const found = at(value, s - k) + at(gain, k);
        if (found > at(next, s)) {
          next[s] = found;
          choice[s] = k;
        }
      }
    value = next;
    choices.push(choice);
  }
  let left = UNITS;
  while (left > 0 && at(value, left) === Number.NEGATIVE_INFINITY) left -= 1;
  return choices
    .reverse()
    .map((choice) => {
      const mine = at(choice, left);
      left -= mine;
      return mine;
    })
    .reverse();
}

/** Moves an amount from the channel that misses it least to the one that gains most, if that helps. */
function exchanged(curves: Curves, plan: Float64Array, size: number, { lower, upper }: Bounds): boolean {
  let [best, from, to] = [0, -1, -1];
  const here = Array.from(plan, (own, c) => valueAt(curves, c, own));
  const gains = Array.from(plan, (own, c) =>
    own + size <= at(upper, c) ? valueAt(curves, c, own + size) - at(here, c) : Number.NEGATIVE_INFINITY,
  );
  plan.forEach((own, c) => {
    if (own - size < at(lower, c)) return;
    const loss = valueAt(curves, c, own - size) - at(here, c);
    gains.forEach((gain, other) => {
      if (other !== c && loss + gain > best) [best, from, to] = [loss + gain, c, other];
    });
  });
  const scale = here.reduce((sum, value) => sum + Math.abs(value), 0);
  if (!(best > 1e-15 * scale)) return false;
  plan[from] = at(plan, from) - size;
  plan[to] = at(plan, to) + size;
  return true;
}

/** What one more unit of money would bring in the best channel that may still grow. */
function price(curves: Curves, plan: Float64Array, { upper }: Bounds): number {
  let steepest = 0;
  plan.forEach((own, c) => {
    if (own < at(upper, c)) steepest = Math.max(steepest, slopeAt(curves, c, own));
  });
  return steepest;
}
