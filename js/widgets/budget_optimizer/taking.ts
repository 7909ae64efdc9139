/** What leaves the optimizer as a file: the words around a picture, and the plan as a table. */
import { toCsv } from "../../kit/download";
import type { PictureText } from "../../kit/picture";
import { cautionsOf, headlineOf } from "./headline";
import { addDraws, band } from "./maths/bands";
import { at, valueAt } from "./maths/curves";
import type { Scene } from "./scene";

export function pictureText(scene: Scene): PictureText {
  const { view, budget } = scene;
  const warning = view.usable && view.health.status !== "quick" ? [] : view.health.sentences.slice(0, 1);
  return {
    title: headlineOf(scene),
    subtitle: `Circle: current, square: plan · totals over ${budget.periods} ${view.period}s`,
    footer: [...warning, ...cautionsOf(scene), ...view.notes.map(({ text }) => text), view.footer].filter(
      Boolean,
    ),
  };
}

const COLUMNS = [
  "channel",
  "current",
  "spend",
  "change",
  "per_period",
  "minimum",
  "maximum",
  "locked",
  "response",
  "lower",
  "upper",
  "marginal",
] as const;

/** The plan by channel, with the columns of `frame` in Python. */
export function planCsv(scene: Scene): string {
  const { budget, spend, limits, state } = scene;
  const { marginal } = scene.plan();
  const rows = budget.channels.map((channel, c) => {
    const own = at(spend, c);
    const current = budget.current && at(budget.current, c);
    const draws = addDraws(budget.drawn, c, own, new Float64Array(budget.drawn.draws));
    const { lower, upper } = band(draws, state.interval);
    return {
      channel,
      current,
      spend: own,
      change: current === null ? null : own - current,
      per_period: own / budget.periods,
      minimum: at(limits.lower, c),
      maximum: at(limits.upper, c),
      locked: limits.locked[c] ? "yes" : "no",
      response: valueAt(budget.curves, c, own),
      lower,
      upper,
      marginal: marginal[c] ?? null,
    };
  });
  return toCsv(rows, [...COLUMNS]);
}
