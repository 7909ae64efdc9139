/** The vectors that Python wrote, and what to make of them. */
import vectors from "../../../../../tests/golden/mmm.json";
import type { Draws } from "../bands";
import { type Curves, curvesOf } from "../curves";

export const golden = vectors;
export const { eight, small } = golden;

export const named: Record<string, Curves> = {
  eight: curvesOf(eight.grid, eight.value, eight.slope),
  small: curvesOf(small.grid, small.mean, small.meanSlope),
  shaped: curvesOf(golden.shaped.grid, golden.shaped.value, golden.shaped.slope),
};

export function curvesNamed(name: string): Curves {
  const found = named[name];
  if (!found) throw new Error(`there are no curves ${name}`);
  return found;
}

const knots = small.response[0]?.length ?? 0;
const draws = small.response[0]?.[0]?.length ?? 0;

export const drawn: Draws = {
  channels: small.channels.length,
  points: knots,
  draws,
  grid: Float64Array.from(small.drawGrid.flat()),
  response: Float32Array.from(small.response.flat(2)),
  slope: Float32Array.from(small.slope.flat(2)),
};

export const sumOf = (amounts: ArrayLike<number>): number =>
  Array.from(amounts).reduce((total, amount) => total + amount, 0);

/** The largest difference of two rows. */
export function apart(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
  return Math.max(...Array.from(found, (x, i) => Math.abs(x - (wanted[i] ?? Number.NaN))));
}
