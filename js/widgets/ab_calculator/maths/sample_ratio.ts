/** Whether the variants have the sizes that the assignment should have given them. */
import { chiSquareTail } from "./distributions";
import { fixed } from "./wording";

export const THRESHOLD = 0.001;
const FEW = 5;

export interface SampleRatio {
  pValue: number;
  statistic: number;
  counts: readonly number[];
  expected: readonly number[];
  verdict: "ok" | "mismatch" | "too few";
  sentence: string;
}

/** The chi-square test of fit against a planned split, by default an equal one. */
export function sampleRatio(
  counts: readonly number[],
  split: readonly number[] = counts.map(() => 1),
  threshold = THRESHOLD,
): SampleRatio {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const [total, parts] = [sum(counts), sum(split)];
  const expected = split.map((part) => total * (part / parts));
  const statistic = sum(counts.map((x, i) => (x - (expected[i] ?? 0)) ** 2 / (expected[i] ?? 0)));
  const pValue = chiSquareTail(statistic, counts.length - 1);
  const verdict = Math.min(...expected) < FEW ? "too few" : pValue < threshold ? "mismatch" : "ok";
  return {
    pValue,
    statistic,
    counts,
    expected,
    verdict,
    sentence: sentence(verdict, pValue, expected, counts),
  };
}

function sentence(
  verdict: SampleRatio["verdict"],
  pValue: number,
  expected: readonly number[],
  counts: readonly number[],
): string {
  const [wanted, found] = [written(expected), written(counts)];
  if (verdict === "too few") return `Too few units to check the split: expected ${wanted}, got ${found}.`;
  if (verdict === "ok") {
    return `The split is as planned: expected ${wanted}, got ${found} (p = ${Number(pValue.toPrecision(2))}).`;
  }
  return (
    `Don't read this result. Expected ${wanted}, got ${found}; under correct assignment that happens ` +
    `${rarity(pValue)}. Check assignment and logging.`
  );
}

function rarity(pValue: number): string {
  if (pValue < 1e-12) return "practically never";
  const times = 1 / pValue;
  const step = 10 ** (Math.floor(Math.log10(times)) - 1);
  return `about once in ${fixed(Math.round(times / step) * step, 0)} times`;
}

const written = (values: readonly number[]): string => values.map(whole).join(" : ");

/** Halves to the even number, as Python writes an expected 50.5. */
function whole(value: number): string {
  const down = Math.floor(value);
  return fixed(value - down === 0.5 ? down + (down % 2) : value, 0);
}
