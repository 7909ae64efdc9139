/** Which limits of the best plan bind, and what it is worth to loosen them; as in Python (mmm/binding.py). */
import { money } from "../../kit/wording";
import { boundsFor } from "./limits";
import { at, slopeAt } from "./maths/curves";
import { sum } from "./outcome";
import type { Scene } from "./scene";
import type { Binding } from "./wire";

/** Of money: what a limit's worth is told for. */
export const UNIT = 1000;
/** Of the amounts: how near to a bound is at the bound. */
const NEAR = 1e-6;
/** Of the steepest slope: what isn't worth mentioning. */
const WORTH = 1e-3;

type Question = Pick<Scene, "budget" | "limits" | "spend" | "state">;

/** The limits that bind, the most valuable first: Python's where it looked for the plan, else the page's own. */
export function bindingOf(scene: Scene): readonly Binding[] {
  if (!scene.isBest()) return [];
  return scene.findsBest ? bindingIn(scene) : (scene.exact?.binding ?? []);
}

/** For the largest mean at a given total. */
export function bindingIn({ budget, limits, spend, state }: Question): Binding[] {
  const { lower, upper } = boundsFor(limits, spend);
  const near = NEAR * (sum(upper) || 1);
  const paid = (amount: number) => money(amount, state.currency);
  const rows = budget.channels.map((name, c) => {
    const amount = at(spend, c);
    return {
      name,
      amount,
      lower: at(lower, c),
      locked: limits.locked[c] === true,
      slope: slopeAt(budget.curves, c, amount),
      top: Math.abs(amount - at(upper, c)) <= near,
      bottom: Math.abs(amount - at(lower, c)) <= near,
      end: at(upper, c) >= at(budget.reach, c),
    };
  });
  const price = priceOfMoney(rows);
  const least = WORTH * Math.max(...rows.map(({ slope }) => Math.abs(slope)));
  const found: Binding[] = rows.flatMap(({ name, amount, locked, slope, top, bottom, end, lower: low }) => {
    const above = slope - price;
    const row = (kind: string, words: string, worth: number) => [
      { limit: `${name} ${words} ${paid(amount)}`, kind, name, amount, value_of_1000: worth * UNIT },
    ];
    if (locked) return Math.abs(above) > least ? row("lock", "locked at", above) : [];
    if (top && above > least)
      return end ? row("reach", "curve ends at", above) : row("maximum", "at most", above);
    // Nobody asked for a minimum of nothing.
    return bottom && low > 0 && above < -least ? row("minimum", "at least", -above) : [];
  });
  if (price > least) {
    const total = sum(spend);
    const limit = `the total of ${paid(total)}`;
    found.push({ limit, kind: "total", name: "total", amount: total, value_of_1000: price * UNIT });
  }
  return found.sort((a, b) => Math.abs(b.value_of_1000) - Math.abs(a.value_of_1000));
}

interface Slope {
  slope: number;
  locked: boolean;
  top: boolean;
  bottom: boolean;
}

/** What one more unit of the total would bring. */
function priceOfMoney(rows: readonly Slope[]): number {
  const slopes = (which: (row: Slope) => boolean) =>
    rows.filter((row) => !row.locked && which(row)).map(({ slope }) => slope);
  const moving = slopes(({ top, bottom }) => !top && !bottom);
  if (moving.length > 0) return sum(moving) / moving.length;
  const mayGrow = slopes(({ top }) => !top);
  if (mayGrow.length > 0) return Math.max(...mayGrow);
  const mayShrink = slopes(({ bottom }) => !bottom);
  return mayShrink.length > 0 ? Math.min(...mayShrink) : 0;
}
