/** The answers that Python gave, with the numbers that JSON doesn't know put back. */
import { expect } from "vitest";
import written from "../../../../../tests/golden/experiments.json";
import type { Question } from "../compare";
import type { Correction, Family } from "../corrections";
import type { Arms, Sample } from "../estimate";
import type { Design } from "../planning";
import type { Worth } from "../value";
import type { Circumstances } from "../verdict";

type Pair = [Sample, Sample];

export interface Golden {
  samples: Record<string, Pair>;
  quantiles: { name: string; arguments: number[]; value: number }[];
  words: Record<string, string | number>[];
  sizes: ({ design: Design } & Record<string, number>)[];
  plans: {
    fields: Design & { perDay: number | null; arms?: number; direction?: "up" | "down" };
    effect: number | null;
    power: number;
    days: number | null;
    solve: "days" | "power" | "effect";
    solved: { effect: number; power: number; days: number | null; n_per_arm: number };
    sentence: string;
    duration: { units: number; exact_days: number; weeks: number; days: number } | null;
    duration_sentence: string | null;
    curve: { effect: number[]; power: number[] };
  }[];
  comparisons: {
    samples: string;
    question: Partial<Question>;
    answer: Record<string, number | string>;
    density: [number, number][];
    decision: [number, number, number];
  }[];
  adjusted: { arms: Arms; question: Partial<Question>; answer: Record<string, number | string> }[];
  sample_ratios: {
    counts: number[];
    split: number[] | null;
    p_value: number;
    verdict: string;
    sentence: string;
  }[];
  values: {
    samples: string;
    question: Partial<Question>;
    worth: Worth;
    value: Record<string, number | string>;
  }[];
  families: {
    p_values: number[];
    correction: Correction | "none";
    families: Family[];
    corrected: number[];
    words: string[];
  }[];
  verdicts: {
    samples: string;
    question: Partial<Question>;
    given: Circumstances;
    worth: Worth | null;
    other: Partial<Question> | null;
    ratio: number[] | null;
    guardrails: string[];
    decision: string;
    reason: string;
    lines: string[];
    notes: string[];
    smallest_worthwhile: number;
  }[];
}

function decoded(found: unknown): unknown {
  if (Array.isArray(found)) return found.map(decoded);
  if (found && typeof found === "object") {
    return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, decoded(value)]));
  }
  return found === "NaN" || found === "Infinity" || found === "-Infinity" ? Number(found) : found;
}

export const golden = decoded(written) as Golden;

export const pairOf = (name: string): Pair => {
  const pair = golden.samples[name];
  if (!pair) throw new Error(`The golden vectors have no samples ${name}.`);
  return pair;
};

/** Two numbers are the same: relative above one, absolute below. */
export function expectSame(found: number, wanted: unknown, what: string, tolerance = 1e-9): void {
  if (typeof wanted !== "number" || !Number.isFinite(wanted)) {
    expect(found, what).toBe(wanted);
    return;
  }
  const error = Math.abs(found - wanted) / Math.max(1, Math.abs(wanted));
  expect(error, `${what}: ${found} for ${wanted}`).toBeLessThanOrEqual(tolerance);
}

/** Two numbers agree in their leading digits, however small they are. */
export function expectDigits(found: number, wanted: number, what: string, tolerance: number): void {
  const error = wanted === 0 ? Math.abs(found) : Math.abs(found / wanted - 1);
  expect(error, `${what}: ${found} for ${wanted}`).toBeLessThanOrEqual(tolerance);
}
