/** Piecewise cubic curves through known values and slopes, one per channel: read, differentiated, turned round. */

/** Knots, values and slopes, channel after channel. */
export interface Curves {
  channels: number;
  /** Knots of each channel. */
  points: number;
  grid: Float64Array;
  value: Float64Array;
  slope: Float64Array;
}

export interface Place {
  /** Index of the knot to the left, counted through all channels. */
  left: number;
  width: number;
  /** How far the amount is from the left knot to the right one. */
  t: number;
}

// As in Python (mmm/hermite.py).
const CONCAVE_TOLERANCE = 1e-4;
const FLAT = 1e-7;

export const at = (values: ArrayLike<number>, i: number): number => values[i] as number;

export function curvesOf(
  grid: readonly (readonly number[])[],
  value: readonly (readonly number[])[],
  slope: readonly (readonly number[])[],
): Curves {
  const flat = (rows: readonly (readonly number[])[]): Float64Array => Float64Array.from(rows.flat());
  return {
    channels: grid.length,
    points: grid[0]?.length ?? 0,
    grid: flat(grid),
    value: flat(value),
    slope: flat(slope),
  };
}

/** Where the curves end. */
export const reach = ({ grid, points }: Curves, channel: number): number =>
  at(grid, channel * points + points - 1);

/** Where an amount lies; the ends of the grid stand for what is beyond them. */
export function placeOf(grid: Float64Array, points: number, channel: number, spend: number): Place {
  const first = channel * points;
  let [left, right] = [first, first + points - 1];
  while (right - left > 1) {
    const middle = (left + right) >> 1;
    if (at(grid, middle) <= spend) left = middle;
    else right = middle;
  }
  const width = at(grid, left + 1) - at(grid, left);
  return { left, width, t: Math.min(Math.max((spend - at(grid, left)) / width, 0), 1) };
}

/** Weights of the left and right value, and of the left and right slope. */
export function weights({ t, width }: Place): [number, number, number, number] {
  const back = 1 - t;
  const rise = t * t * (3 - 2 * t);
  return [1 - rise, rise, t * back * back * width, -t * t * back * width];
}

export function valueAt(curves: Curves, channel: number, spend: number): number {
  const place = placeOf(curves.grid, curves.points, channel, spend);
  const [a, b, c, d] = weights(place);
  const { value, slope } = curves;
  const i = place.left;
  return a * at(value, i) + b * at(value, i + 1) + c * at(slope, i) + d * at(slope, i + 1);
}

/** What one more unit of money brings. */
export function slopeAt(curves: Curves, channel: number, spend: number): number {
  const { left: i, t, width } = placeOf(curves.grid, curves.points, channel, spend);
  const { value, slope } = curves;
  const turn = (6 * t * (1 - t)) / width;
  return (
    turn * (at(value, i + 1) - at(value, i)) +
    (1 - t) * (1 - 3 * t) * at(slope, i) +
    t * (3 * t - 2) * at(slope, i + 1)
  );
}

/** The response of all channels together. */
export function outcomeOf(curves: Curves, spend: ArrayLike<number>): number {
  let total = 0;
  for (let c = 0; c < curves.channels; c += 1) total += valueAt(curves, c, at(spend, c));
  return total;
}

export const marginalOf = (curves: Curves, spend: ArrayLike<number>): number[] =>
  Array.from({ length: curves.channels }, (_, c) => slopeAt(curves, c, at(spend, c)));

/** Whether a curve is concave between two amounts: in each interval its slope, a parabola, falls. */
export function concave(curves: Curves, channel: number, lower = 0, upper = Infinity): boolean {
  const { grid, value, slope, points } = curves;
  const first = channel * points;
  let way = 0;
  for (let i = first; i < first + points - 1; i += 1) way += Math.abs(at(value, i + 1) - at(value, i));
  const flat = (FLAT * way) / (reach(curves, channel) - at(grid, first));
  for (let i = first; i < first + points - 1; i += 1) {
    if (!(at(grid, i + 1) > lower && at(grid, i) < upper && lower < upper)) continue;
    const [begin, end] = [at(slope, i), at(slope, i + 1)];
    const secant = (at(value, i + 1) - at(value, i)) / (at(grid, i + 1) - at(grid, i));
    const middle = 1.5 * secant - 0.25 * (begin + end);
    const allowed = CONCAVE_TOLERANCE * Math.max(Math.abs(begin), Math.abs(end)) + flat;
    if (middle > begin + allowed || end > middle + allowed) return false;
  }
  return true;
}
