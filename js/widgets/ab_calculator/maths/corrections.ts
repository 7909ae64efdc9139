/** What asking several questions does to the answer of each, as Python's `corrections` has it. */

export type Correction = "holm" | "bonferroni" | "benjamini-hochberg";

/** The questions that one of them is asked among, and what correcting for their number does to it. */
export interface Family {
  correction: Correction | "";
  questions: number;
  /** By what the p-value is multiplied. The interval's alpha is divided by it, so that both go on saying the same of zero. */
  factor: number;
}

export const ALONE: Family = { correction: "", questions: 1, factor: 1 };
export const CORRECTION_NAMES: Record<Correction, string> = {
  holm: "Holm",
  bonferroni: "Bonferroni",
  "benjamini-hochberg": "Benjamini–Hochberg",
};
/** Below every p-value that a test can give, above the smallest number that keeps its digits. */
const LEAST = 1e-300;

/** A p-value of its own as one of the family; NaN stays. */
export const correctedP = ({ factor }: Family, p: number): number => Math.min(1, p * factor);

/** The confidence of an interval of its own that has `level` as one of the family. */
export const ownLevel = ({ factor }: Family, level: number): number =>
  factor === 1 ? level : 1 - (1 - level) / factor;

/** What to say behind interval and p-value: `, both Holm-corrected for 3 questions`; nothing of one. */
export function familyWords({ correction, questions }: Family): string {
  if (questions < 2) return "";
  const how = correction ? `both ${CORRECTION_NAMES[correction]}-corrected` : "not corrected";
  return `, ${how} for ${questions} questions`;
}

/** For each p-value the family that the correction makes of all; a NaN is no question, and alone. */
export function families(pValues: readonly number[], correction: Correction | "none"): Family[] {
  const asked = pValues.map((p, i) => ({ p: Math.max(p, LEAST), i })).filter(({ p }) => !Number.isNaN(p));
  asked.sort((a, b) => a.p - b.p);
  const questions = asked.length;
  const result = pValues.map(() => ALONE);
  const upwards = correction === "benjamini-hochberg";
  let last = upwards ? Infinity : 0;
  for (const [rank, { p, i }] of upwards ? [...asked.entries()].reverse() : asked.entries()) {
    if (correction === "holm") last = Math.max(last, p * (questions - rank));
    else if (upwards) last = Math.min(last, (p * questions) / (rank + 1));
    else last = correction === "bonferroni" ? p * questions : p;
    result[i] = {
      correction: correction === "none" ? "" : correction,
      questions,
      factor: Math.max(1, last / p),
    };
  }
  return result;
}
