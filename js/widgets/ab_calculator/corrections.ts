/** P-values adjusted for the number of questions asked, as Python's `corrections` does it; NaN is no question. */
import type { State } from "./wire";

export function corrected(pValues: readonly number[], correction: State["correction"]): number[] {
  const asked = pValues.map((p, i) => ({ p, i })).filter(({ p }) => !Number.isNaN(p));
  asked.sort((a, b) => a.p - b.p);
  const count = asked.length;
  const result = [...pValues];
  let last = correction === "benjamini-hochberg" ? 1 : 0;
  const order = correction === "benjamini-hochberg" ? [...asked.entries()].reverse() : asked.entries();
  for (const [rank, { p, i }] of order) {
    if (correction === "holm") last = Math.max(last, p * (count - rank));
    else if (correction === "benjamini-hochberg") last = Math.min(last, (p * count) / (rank + 1));
    else last = correction === "bonferroni" ? p * count : p;
    result[i] = Math.min(1, last);
  }
  return result;
}
