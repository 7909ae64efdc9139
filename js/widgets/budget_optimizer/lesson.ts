/** The lesson “Average or marginal”: equalise by hand what the next unit of money brings, and see how far that goes. */

import { boundsFor } from "./limits";
import { spread } from "./maths/absorb";
import { at, outcomeOf, valueAt } from "./maths/curves";
import { sum } from "./outcome";
import type { Scene } from "./scene";

export interface Return {
  name: string;
  average: number;
  marginal: number;
}

export interface Lesson {
  /** Channels that may move and spend something, the flattest tangent first. */
  returns: Return[];
  /** Share of the gain over the current split of the same total; `null` where there is nothing to gain. */
  reached: number | null;
}

/** Of the outcome: a gain that no hand can find. */
const NOTHING = 1e-4;

export function lessonOf(scene: Scene): Lesson {
  const { budget, spend, limits, total } = scene;
  const { curves, channels, opening } = budget;
  const { lower, upper } = boundsFor(limits, spend);
  const { marginal } = scene.plan();
  const returns = channels
    .map((name, c) => ({
      name,
      c,
      average: valueAt(curves, c, at(spend, c)) / at(spend, c),
      marginal: marginal[c] ?? Number.NaN,
    }))
    .filter(({ c }) => at(spend, c) > 0 && at(upper, c) > at(lower, c))
    .sort((a, b) => a.marginal - b.marginal)
    .map(({ name, average, marginal: steep }) => ({ name, average, marginal: steep }));
  const best = scene.best()?.outcome;
  const begin = outcomeOf(curves, spread(opening, total, { lower, upper }, limits.locked));
  const possible = best === undefined ? 0 : best - begin;
  const missed = Math.abs(sum(spend) - total) > 1e-6 * total;
  const reached =
    possible > NOTHING * Math.abs(begin) && !missed ? (outcomeOf(curves, spend) - begin) / possible : null;
  return { returns, reached };
}
