/** Numbers as the sentences about an experiment write them; Python writes the same. */

import { change, fixed, percent } from "../../../kit/wording";

export {
  change,
  digitsFor,
  ends,
  fixed,
  integer,
  money,
  percent,
  plural,
  signed,
  significant,
  span,
} from "../../../kit/wording";

const NEAR = 0.001;

/** `.8123` → `81.2 %`; what is nearly all or nothing is never written as if it were: `> 99.9 %`. */
export function chance(probability: number): string {
  if (probability < NEAR) return `< ${percent(NEAR)}`;
  return probability > 1 - NEAR ? `> ${percent(1 - NEAR)}` : percent(probability);
}

/** An effect on both scales: `+5 pp = +25 %`; on one where the baseline isn't above zero. */
export function bothScales(absolute: number, baseline: number | null, share: boolean, unit = ""): string {
  const own = change(absolute, share ? "pp" : unit);
  return baseline !== null && baseline > 0 ? `${own} = ${change(absolute / baseline, "%")}` : own;
}

/** `p = 0.020`, `p < 0.001`. */
export const pValueText = (p: number): string => (p < 0.001 ? "p < 0.001" : `p = ${fixed(p, 3)}`);
