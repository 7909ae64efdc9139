/** What plans bring in each posterior draw, and what is known from that. */
import { at, placeOf, weights } from "./curves";

/** Thinned posterior draws of the curves: channel after channel, knot after knot, the draws of a knot side by side. */
export interface Draws {
  channels: number;
  points: number;
  draws: number;
  grid: Float64Array;
  response: Float32Array;
  slope: Float32Array;
}

export interface Band {
  lower: number;
  median: number;
  upper: number;
}

/** Adds a channel's response to an amount in each draw. */
export function addDraws(table: Draws, channel: number, spend: number, into: Float64Array): Float64Array {
  const place = placeOf(table.grid, table.points, channel, spend);
  const [a, b, c, d] = weights(place);
  const { response, slope, draws } = table;
  const left = place.left * draws;
  const right = left + draws;
  for (let i = 0; i < draws; i += 1)
    into[i] =
      at(into, i) +
      a * at(response, left + i) +
      b * at(response, right + i) +
      c * at(slope, left + i) +
      d * at(slope, right + i);
  return into;
}

/** What one more unit of money brings in a channel, in each draw. */
export function slopeDraws(table: Draws, channel: number, spend: number): Float64Array {
  const { left: knot, width, t } = placeOf(table.grid, table.points, channel, spend);
  const { response, slope, draws } = table;
  const [left, right] = [knot * draws, (knot + 1) * draws];
  const turn = (6 * t * (1 - t)) / width;
  const [first, second] = [(1 - t) * (1 - 3 * t), t * (3 * t - 2)];
  return Float64Array.from(
    { length: draws },
    (_, i) =>
      turn * (at(response, right + i) - at(response, left + i)) +
      first * at(slope, left + i) +
      second * at(slope, right + i),
  );
}

/** The response of all channels together in each draw. */
export function drawsAt(table: Draws, spend: ArrayLike<number>): Float64Array {
  const total = new Float64Array(table.draws);
  for (let c = 0; c < table.channels; c += 1) addDraws(table, c, at(spend, c), total);
  return total;
}

/** A quantile of sorted values, linear between them. */
export function quantile(sorted: Float64Array, level: number): number {
  const place = level * (sorted.length - 1);
  const left = Math.floor(place);
  const low = at(sorted, left);
  return low + (place - left) * (at(sorted, Math.min(left + 1, sorted.length - 1)) - low);
}

/** The interval between whose ends a share of the draws lies. */
export function band(values: Float64Array, interval = 0.9): Band {
  const sorted = values.slice().sort();
  const tail = (1 - interval) / 2;
  return { lower: quantile(sorted, tail), median: quantile(sorted, 0.5), upper: quantile(sorted, 1 - tail) };
}

/** The share of draws in which one outcome is above another; equal ones count half. */
export function chance(better: Float64Array, other: Float64Array): number {
  let above = 0;
  better.forEach((value, i) => {
    const against = at(other, i);
    above += value > against ? 1 : value === against ? 0.5 : 0;
  });
  return above / better.length;
}

/** The bands of a channel's response at several amounts, to draw. */
export function curveBand(table: Draws, channel: number, amounts: ArrayLike<number>, interval = 0.9): Band[] {
  return Array.from(amounts, (amount) =>
    band(addDraws(table, channel, amount, new Float64Array(table.draws)), interval),
  );
}
