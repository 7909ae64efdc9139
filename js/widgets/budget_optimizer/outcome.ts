/** What a plan brings, worked out in the page from thinned draws and the mean curves of all. */
import type { Budget } from "./budget";
import { type Band, band, chance, drawsAt } from "./maths/bands";
import { marginalOf, outcomeOf, valueAt } from "./maths/curves";
import type { Estimate } from "./wire";

export interface Outcome {
  spend: Float64Array;
  total: number;
  /** Mean of all draws, interval of thinned ones. */
  estimate: Estimate;
  draws: Float64Array;
  /** Response by channel, and what one more unit of money brings there. */
  byChannel: number[];
  marginal: number[];
}

export function outcomeFor(budget: Budget, spend: Float64Array, interval: number): Outcome {
  const draws = drawsAt(budget.drawn, spend);
  const { lower, upper }: Band = band(draws, interval);
  const { curves } = budget;
  return {
    spend,
    total: sum(spend),
    estimate: [outcomeOf(curves, spend), lower, upper],
    draws,
    byChannel: Array.from(spend, (amount, c) => valueAt(curves, c, amount)),
    marginal: marginalOf(curves, spend),
  };
}

export interface Comparison {
  /** Expected difference with its interval, draw by draw. */
  gain: Estimate;
  /** Probability that the first brings more. */
  better: number;
}

export function compared(first: Outcome, second: Outcome, interval: number): Comparison {
  const apart = first.draws.map((value, i) => value - (second.draws[i] ?? Number.NaN));
  const { lower, upper } = band(apart, interval);
  return {
    gain: [first.estimate[0] - second.estimate[0], lower, upper],
    better: chance(first.draws, second.draws),
  };
}

export const sum = (amounts: ArrayLike<number>): number =>
  Array.from(amounts).reduce((total, amount) => total + amount, 0);
