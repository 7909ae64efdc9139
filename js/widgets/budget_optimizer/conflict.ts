/** Limits that leave no plan, in words; as in Python (mmm/feasibility.py). */
import { money } from "../../kit/wording";
import { boundsFor } from "./limits";
import { at } from "./maths/curves";
import { sum } from "./outcome";
import type { Scene } from "./scene";
import { namedList } from "./words";

/** Of the amounts: what rounding may add to a sum. */
const SLACK = 1e-9;

/** Why no plan spends the total within the limits of channels; "" where one does. */
export function conflictOf({
  budget,
  limits,
  spend,
  total,
  state,
}: Pick<Scene, "budget" | "limits" | "spend" | "total" | "state">): string {
  const { lower, upper } = boundsFor(limits, spend);
  const [least, most] = [sum(lower), sum(upper)];
  const slack = SLACK * Math.max(total, most);
  const paid = (amount: number) => money(amount, state.currency);
  /** The channels that a bound is about, locks said to be locks, the largest first. */
  const about = (bounds: Float64Array) =>
    namedList(
      budget.channels
        .map((name, c) => ({ name: `${name}${limits.locked[c] ? " (locked)" : ""}`, amount: at(bounds, c) }))
        .filter(({ amount }) => amount > 0)
        .sort((a, b) => b.amount - a.amount)
        .map(({ name }) => name),
    );
  if (least > total + slack)
    return `Minimums add to ${paid(least)}, above the total ${paid(total)}: ${paid(least - total)} too much. Lower ${about(lower)} or raise the total.`;
  if (most < total - slack)
    return `Maximums add to ${paid(most)}, below the total ${paid(total)}: ${paid(total - most)} can't be spent. Raise ${about(upper)} or lower the total.`;
  return "";
}
