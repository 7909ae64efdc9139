/** What follows from the state, without a page: corrections, both scales, ends of plans, money. */
import { expect, test } from "vitest";
import { roundEnds, roundStep } from "../../../kit/rounding";
import { createAnalyst } from "../analysis";
import { draftsOf, readDrafts } from "../counts";
import { type Correction, correctedP, families } from "../maths/corrections";
import { sourceOf } from "../source";
import type { State } from "../wire";
import { calculatorState, hillstrom, tableState } from "./fixture";

const analysed = (state: State) => {
  const source = sourceOf(state, ".");
  if (typeof source === "string") throw new Error(source);
  return createAnalyst().analyse(source, state, (day) => day);
};

const corrected = (pValues: readonly number[], correction: Correction | "none") =>
  families(pValues, correction).map((family, i) => correctedP(family, pValues[i] ?? Number.NaN));

/** R's p.adjust of these values. */
const P = [0.01, 0.02, 0.03, 0.04, 0.05];
test.each([
  ["holm", [0.05, 0.08, 0.09, 0.09, 0.09]],
  ["bonferroni", [0.05, 0.1, 0.15, 0.2, 0.25]],
  ["benjamini-hochberg", [0.05, 0.05, 0.05, 0.05, 0.05]],
  ["none", P],
] as const)("%s adjusts as R does", (correction, adjusted) => {
  for (const [i, p] of corrected(P, correction).entries()) expect(p).toBeCloseTo(adjusted[i] ?? 0, 12);
});

test("corrections keep the order, stop at 1, and don't count what is missing", () => {
  expect(corrected([0.4, Number.NaN, 0.01], "holm")).toEqual([0.4, Number.NaN, 0.02]);
  expect(corrected([0.9, 0.8], "bonferroni")).toEqual([1, 1]);
  expect(corrected([], "holm")).toEqual([]);
});

test("by default the decision is in percent and says when points would be clear instead", () => {
  // gbstats: the absolute effect is significant, the relative one by the delta method isn't.
  const control = { n: 3407, total: 1396.87, totalSq: 52377.9767, kind: "mean" };
  const treatment = { n: 3461, total: 2422.7, totalSq: 134698.29, kind: "mean" };
  const data = {
    metrics: [{ name: "revenue", kind: "mean", samples: { a: control, b: treatment } }],
    variants: ["a", "b"],
    control: "a",
    counts: { a: 3407, b: 3461 },
  };
  const fieller = analysed(tableState({ _data: data }));
  expect(fieller.comparison.pValue).toBeCloseTo(0.02016, 5);
  const delta = analysed(tableState({ _data: data, interval: "delta" }));
  expect(delta.comparison.effect).toBeCloseTo(0.70732, 5);
  expect(delta.comparison.pValue).toBeCloseTo(0.06191, 5);
  expect(delta.verdict.notes[0]).toContain("The difference is clear in units, not in percent");
});

test("only decision metrics are counted as questions; a guardrail keeps its own p-value", () => {
  const { forest } = analysed(tableState({ correction: "bonferroni" }));
  const of = (name: string) => forest.find(({ metric }) => metric.name === name);
  expect(of("spend")?.comparison.pValue).toBeCloseTo(4 * (of("spend")?.alone.pValue ?? 0), 12);
  expect(of("unsubscribed")?.comparison).toEqual(of("unsubscribed")?.alone);
});

test.each([
  ["holm", true, "both Holm-corrected for 4 questions"],
  ["bonferroni", false, "both Bonferroni-corrected for 4 questions"],
  ["benjamini-hochberg", true, "both Benjamini–Hochberg-corrected for 4 questions"],
  ["none", false, "not corrected for 4 questions"],
] as const)(
  "with %s, verdict and forest show one interval and one p-value",
  (correction, relative, words) => {
    for (const metric of ["visit", "spend"]) {
      for (const treatment of ["Mens E-Mail", "Womens E-Mail"]) {
        const shown = analysed(tableState({ correction, relative, metric, treatment, level: 0.99999 }));
        const row = shown.forest.find((one) => one.metric.name === metric && one.variant === treatment);
        const { comparison, verdict } = shown;
        expect(row?.comparison.pValue).toBeCloseTo(comparison.pValue, 12);
        expect(comparison.lower > 0 || comparison.upper < 0).toBe(comparison.pValue < 1e-5);
        expect(verdict.lines[1]).toContain(words);
        if (relative) expect(row?.comparison).toEqual(comparison);
      }
    }
  },
);

test("a planned day is to come until the data have reached it; a planned number until it is counted", () => {
  const at = (changes: Partial<State>) => analysed(tableState(changes));
  expect(at({ planned_end: "2024-05-15" }).plannedEnd).toBe("2024-05-15");
  expect(at({ planned_end: "2024-05-15" }).guarded).toBe(true);
  expect(at({ planned_end: "2024-05-15", method: "bayes" }).guarded).toBe(false);
  expect(at({ planned_end: "2024-05-14" }).plannedEnd).toBeNull();
  expect(at({ planned_n: 64001 }).plannedEnd).toBe("64,001 units");
  expect(at({ planned_n: 64000 }).plannedEnd).toBeNull();
});

test("money needs contacts and a margin; by the day it counts the days", () => {
  const at = (changes: Partial<State>) =>
    analysed(calculatorState({ contacts: 1000, margin: 10, ...changes })).value;
  expect(at({ contacts: 0 })).toBeNull();
  expect(at({ margin: 0 })).toBeNull();
  expect(at({})?.amount).toBeCloseTo(1000 * 10 * (52 / 1030), 6);
  expect(at({ relative: false })?.amount).toBeCloseTo(1000 * 10 * (52 / 1030), 6);
  expect(at({ horizon_days: 30 })?.contacts).toBe(30_000);
});

test("a metric without sums is shown as Python worked it out", () => {
  const data = hillstrom() as { metrics: { name: string; arms: object }[] };
  const quantile = data.metrics.find(({ name }) => name.startsWith("p95"));
  if (quantile) quantile.arms = {};
  const { forest } = analysed(tableState({ _data: data as unknown as State["_data"] }));
  const row = forest.find(({ metric }) => metric.name.startsWith("p95"));
  expect(row?.comparison.effect).toBeNaN();
  expect(row?.comparison.message).toContain("There are no figures of p95 of latency");
});

test("the control is the one that is named, else the first; rows of Python may be unfinished", () => {
  const named = sourceOf(calculatorState({ control: "B" }), ".");
  expect(typeof named === "string" ? "" : [named.control, named.treatment]).toEqual(["B", "A"]);
  const unfinished = [
    { variant: "A", n: 10, successes: 1 },
    { variant: "B", n: null, successes: null },
  ];
  expect(sourceOf(calculatorState({ counts: unfinished }), ".")).toBe("B: the number of units is missing.");
});

test("counts are read as their country writes them", () => {
  const drafts = [{ variant: " A  b ", n: "1.234", successes: "12" }];
  expect(readDrafts(drafts, "proportion", ",").rows[0]).toMatchObject({
    variant: "A b",
    n: 1234,
    successes: 12,
  });
  expect(draftsOf([{ variant: "A", n: 1234, successes: null }])[0]).toMatchObject({
    n: "1234",
    successes: "",
  });
});

test("ends of an axis are round, hold zero and all values, and stay put for small changes", () => {
  expect(roundStep(0.3)).toBe(0.5);
  expect(roundStep(0.021)).toBe(0.025);
  const ends = roundEnds([0.067, 0.476, 0.252]);
  expect(ends.low).toBeLessThan(0);
  expect(ends.high).toBeGreaterThan(0.476);
  expect(roundEnds([0.068, 0.478, 0.252])).toEqual(ends);
  expect(roundEnds([Number.NaN, Infinity], 2).high).toBeGreaterThan(0);
});
