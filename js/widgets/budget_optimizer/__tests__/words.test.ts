import { expect, test } from "vitest";
import golden from "../../../../tests/golden/mmm.json";
import { bindingIn } from "../binding";
import { budgetOf } from "../budget";
import { compared, outcomeFor } from "../outcome";
import type { State, TableState } from "../wire";
import { aboutTime, changeText, extrapolations, headline, likely, namedList, stops } from "../words";

const { small, sentences } = golden;
const doubles = (rows: number[][]) => Float64Array.from(rows.flat()).buffer;
const singles = (rows: number[][][]) => Float32Array.from(rows.flat(2)).buffer;

type Case = (typeof sentences)[number];

const tableOf = ({ current, history_max, peak }: Case): TableState => ({
  channels: small.channels,
  periods: small.periods,
  carryOut: small.carryOut,
  target: small.target,
  points: small.grid[0]?.length ?? 0,
  drawPoints: small.response[0]?.length ?? 0,
  draws: small.response[0]?.[0]?.length ?? 0,
  grid: doubles(small.grid),
  mean: doubles(small.mean),
  meanSlope: doubles(small.meanSlope),
  drawGrid: doubles(small.drawGrid),
  response: singles(small.response),
  slope: singles(small.slope),
  carryIn: new ArrayBuffer(0),
  carryInMean: 0,
  current,
  historyMax: history_max,
  peak,
});

/** The page's sentences about a plan that Python put into words. */
function said(found: Case): string[] {
  const budget = budgetOf(tableOf(found));
  const spend = Float64Array.from(found.spend);
  const plan = outcomeFor(budget, spend, 0.9);
  const against = budget.current && compared(plan, outcomeFor(budget, budget.current, 0.9), 0.9);
  const { limits } = found;
  const state = { currency: "EUR" } as State;
  const facts = {
    ...budget,
    currency: "EUR",
    spend,
    outcome: plan.estimate,
    gain: against?.gain ?? null,
    better: against?.better ?? null,
    best: () => limits !== null,
    binding: () =>
      limits
        ? bindingIn({
            budget,
            spend,
            state,
            limits: {
              lower: Float64Array.from(limits.lower),
              upper: Float64Array.from(limits.upper),
              locked: limits.locked,
            },
          })
        : [],
  };
  return [headline(facts), ...extrapolations(facts), ...stops(facts)];
}

test("a plan is put into the same words as in Python", () => {
  expect(sentences.length).toBeGreaterThan(12);
  for (const found of sentences) expect(said(found)).toEqual(found.sentences);
});

test("the vectors hold every kind of sentence", () => {
  const all = sentences.flatMap((found) => found.sentences).join("\n");
  for (const words of [
    "This is the current plan.",
    "Moves ",
    "more, mostly on",
    "there from",
    "less, mostly on",
    "from there to",
    "No better plan within these limits",
    "No better plan: one more unit",
    "× its highest past spend",
    "without any past spend",
    "Limit that binds: ",
    "curve ends at",
    "Expected sales of",
  ])
    expect(all).toContain(words);
});

test("lists, chances and changes are written as people read them", () => {
  expect(namedList(["tv"])).toBe("tv");
  expect(namedList(["tv", "radio"])).toBe("tv and radio");
  expect(namedList(["tv", "radio", "print", "search", "social"])).toBe("tv, radio, print and 2 more");
  expect([0.9951, 0.004, 0.5, 0.07].map(likely)).toEqual(["over 99 %", "under 1 %", "50 %", "7 %"]);
  expect(changeText(130, 100)).toBe("+30 %");
  expect(changeText(95.04, 100)).toBe("−5.0 %");
  expect(changeText(99.999, 100)).toBe("0.0 %");
  expect(changeText(5, 0)).toBe("new");
  expect(aboutTime(42)).toBe("about 40 seconds");
  expect(aboutTime(240)).toBe("about 4 minutes");
  expect(aboutTime(9000)).toBe("about 2.5 hours");
});
