/** The lesson's arithmetic against what others published. */
import { expect, test } from "vitest";
import { alarmCounts, alarmsOf, criticalOf, exactRates, simulate, TESTS, wilson } from "../lesson";

/** Armitage, McPherson and Rowe (1969), table 2: repeated looks at the level of .05. */
const PUBLISHED: [number, number][] = [
  [1, 0.05],
  [2, 0.0831],
  [3, 0.1072],
  [4, 0.1262],
  [5, 0.1417],
  [10, 0.1934],
  [20, 0.2479],
];

test.each(PUBLISHED)(
  "%i looks at the level of 5 %% give a false alarm with the published chance",
  (looks, chance) => {
    expect(exactRates(0.05)[looks - 1]).toBeCloseTo(chance, 3);
  },
);

test("other levels are as Python's false_positive_rate has them", () => {
  expect(exactRates(0.01)[4]).toBeCloseTo(0.03274046327538353, 8);
  expect(exactRates(0.1)[4]).toBeCloseTo(0.2596283532868854, 8);
  expect(exactRates(0.05)[19]).toBeCloseTo(0.24791093861918936, 7);
});

test("tests without an effect give alarms as often as is exact, within their interval", () => {
  const exact = exactRates(0.05);
  const critical = criticalOf(0.05);
  let hits = 0;
  for (let seed = 1; seed <= 20; seed += 1) hits += alarmCounts(alarmsOf(simulate(seed), critical))[9] ?? 0;
  const [low, high] = wilson(hits, 20 * TESTS);
  expect(low).toBeLessThan(exact[9] ?? 0);
  expect(high).toBeGreaterThan(exact[9] ?? 1);
});

test("the same seed gives the same tests, another gives others; more looks never give fewer alarms", () => {
  const counts = (seed: number) => alarmCounts(alarmsOf(simulate(seed), criticalOf(0.05)));
  expect(counts(3)).toEqual(counts(3));
  expect(counts(3)).not.toEqual(counts(4));
  const rising = counts(3);
  expect([...rising].sort((a, b) => a - b)).toEqual(rising);
});
