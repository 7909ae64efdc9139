/** The best plan for concave curves: every channel is filled until one more unit brings the same everywhere. */
import { at, type Curves, outcomeOf, slopeAt } from "./curves";

export interface Bounds {
  lower: ArrayLike<number>;
  /** Equal to the lower bound for a locked channel. */
  upper: ArrayLike<number>;
}

export interface Filled {
  spend: Float64Array;
  /** What one more unit of money would bring. */
  price: number;
  outcome: number;
}

const STEPS = 200;
const EXACT = 1e-13;

const sum = (spend: Float64Array): number => spend.reduce((total, amount) => total + amount, 0);

/** The amount up to which a channel is steeper than a price. */
function amountAt(curves: Curves, channel: number, price: number, lower: number, upper: number): number {
  const { grid, value, slope, points } = curves;
  const end = channel * points + points - 1;
  let i = channel * points;
  while (i < end && at(grid, i + 1) <= lower) i += 1;
  // Slopes fall from here on: the interval in which they pass the price.
  while (i < end - 1 && at(grid, i + 1) < upper && at(slope, i + 1) > price) i += 1;
  const width = at(grid, i + 1) - at(grid, i);
  const [first, second] = [at(slope, i), at(slope, i + 1)];
  const secant = (at(value, i + 1) - at(value, i)) / width;
  const a = 3 * (first + second - 2 * secant);
  const b = 6 * secant - 4 * first - 2 * second;
  const c = first - price;
  if (c <= 0) return lower;
  if (second > price) return Math.min(Math.max(at(grid, i + 1), lower), upper);
  const below = Math.sqrt(Math.max(b * b - 4 * a * c, 0)) - b;
  const t = below > 0 ? Math.min(Math.max((2 * c) / below, 0), 1) : 1;
  return Math.min(Math.max(at(grid, i) + t * width, lower), upper);
}

function planAt(curves: Curves, price: number, { lower, upper }: Bounds): Float64Array {
  const plan = new Float64Array(curves.channels);
  for (let c = 0; c < plan.length; c += 1) plan[c] = amountAt(curves, c, price, at(lower, c), at(upper, c));
  return plan;
}

/** All slopes at knots within the bounds and at the lower ends, from steep to flat. */
function levelsOf(curves: Curves, { lower, upper }: Bounds): number[] {
  const levels: number[] = [];
  for (let c = 0; c < curves.channels; c += 1) {
    levels.push(slopeAt(curves, c, at(lower, c)));
    for (let i = c * curves.points; i < (c + 1) * curves.points; i += 1)
      if (at(curves.grid, i) > at(lower, c) && at(curves.grid, i) < at(upper, c))
        levels.push(at(curves.slope, i));
  }
  return levels.sort((x, y) => y - x);
}

/** The plan that spends a total; the nearest where the bounds don't allow it. */
export function fill(curves: Curves, total: number, bounds: Bounds): Filled {
  const over = (plan: Float64Array): number => sum(plan) - total;
  const done = (spend: Float64Array, price: number): Filled => ({
    spend,
    price,
    outcome: outcomeOf(curves, spend),
  });
  const levels = levelsOf(curves, bounds);
  const margin = 1 + levels.reduce((most, level) => Math.max(most, Math.abs(level)), 0);
  let [dear, cheap] = [margin, -margin];
  let [first, last] = [0, levels.length];
  while (first < last) {
    const middle = (first + last) >> 1;
    if (over(planAt(curves, at(levels, middle), bounds)) < 0)
      [dear, first] = [at(levels, middle), middle + 1];
    else [cheap, last] = [at(levels, middle), middle];
  }
  let [less, more] = [planAt(curves, dear, bounds), planAt(curves, cheap, bounds)];
  let [below, above] = [over(less), over(more)];
  if (below >= 0) return done(less, dear);
  if (above <= 0) return done(more, cheap);
  let [weightBelow, weightAbove] = [below, above];
  const exact = EXACT * (over(Float64Array.from(bounds.upper)) - over(Float64Array.from(bounds.lower)));
  for (let step = 0; step < STEPS && Math.min(-below, above) > exact; step += 1) {
    // Regula falsi with the Illinois rule; every third step halves, so that it can't crawl.
    let price = dear + ((cheap - dear) * weightBelow) / (weightBelow - weightAbove);
    if (step % 3 === 2 || !(cheap < price && price < dear)) price = (dear + cheap) / 2;
    if (!(cheap < price && price < dear)) break;
    const plan = planAt(curves, price, bounds);
    const found = over(plan);
    if (found === 0) return done(plan, price);
    if (found < 0) {
      [dear, less, below, weightBelow] = [price, plan, found, found];
      weightAbove /= 2;
    } else {
      [cheap, more, above, weightAbove] = [price, plan, found, found];
      weightBelow /= 2;
    }
  }
  const share = below / (below - above);
  return done(
    less.map((amount, c) => amount + share * (at(more, c) - amount)),
    (dear + cheap) / 2,
  );
}
